"""The score card that ships with the product: what validation found, for reports that do not live its towns
again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from calibration.validation.score_card import Coverage, Scores, Skill
from model.inputs.place_name import beside
from model.io.errors import InputError

FOLDER: Final = Path(__file__).parents[1] / "validated"


@dataclass(frozen=True)
class Validated:
    """The score card of a place: the verdict's sentences, losses first; `coverage` and `skill` as in
    :class:`Scores`; the held-out figures, each (id, what, year, observed, the model's mean, whether the 90%
    band holds it); `posterior` is the digest of what the towns were drawn from, `made` the day."""

    place: str
    posterior: str
    made: str
    verdict: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    skill: tuple[Skill, ...]
    held_out: tuple[tuple[str, str, int, float, float, bool], ...]

    @staticmethod
    def of(place: str, posterior: str, made: str, verdict: tuple[str, ...], card: Scores) -> "Validated":
        """Return what ships of a score card."""
        rows = card.held_out
        held = tuple(
            (str(name), str(what), int(year), float(observed), float(mean), bool(inside))
            for name, what, year, observed, mean, inside in zip(
                rows["id"],
                rows["what"],
                rows["year"],
                rows["observed"],
                rows["mean"],
                rows["in90"],
                strict=True,
            )
        )
        return Validated(place, posterior, made, verdict, card.coverage, card.skill, held)

    def as_json(self) -> str:
        """Return one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def path(place: str) -> Path:
    """Return where the score card of a place ships."""
    return beside(place, FOLDER, "validated", "json")


def load(place: str) -> Validated | None:
    """Return the score card that ships for a place, None where there is none. Raises InputError where it
    cannot be read."""
    file = path(place)
    if not file.is_file():
        return None
    try:
        return _read(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "is no score card; make it anew with `wolsey validate --ship`", where=str(file.name)
        ) from error


def _read(content: Mapping[str, Any]) -> Validated:
    return Validated(
        place=str(content["place"]),
        posterior=str(content["posterior"]),
        made=str(content["made"]),
        verdict=tuple(map(str, content["verdict"])),
        coverage=tuple(Coverage(**each) for each in content["coverage"]),
        skill=tuple(Skill(**each) for each in content["skill"]),
        held_out=tuple(
            (str(name), str(what), int(year), float(observed), float(mean), bool(inside))
            for name, what, year, observed, mean, inside in content["held_out"]
        ),
    )
