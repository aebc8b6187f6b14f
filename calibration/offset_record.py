"""Keep beside a posterior how far off its best fit is with inputs that came after the fit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from model.io.errors import InputError
from model.io.files import shown_path

SUFFIX: Final = ".offset.json"


class Figure(NamedTuple):
    """A fitted figure: what it is, what was observed, the SD of its error, and what the best fit says of
    it with the inputs of the fit and with those of now, all in its unit."""

    id: str
    unit: str
    observed: float
    sd: float
    before: float
    now: float


class Summary(NamedTuple):
    """Root mean squares over the figures, in SDs of their errors: `moved` by the inputs, off what was
    observed `before` and `now`; the figure that moved `most` (in SDs), `by` how much in its `unit`."""

    figures: int
    moved: float
    before: float
    now: float
    most: str
    by: float
    unit: str


@dataclass(frozen=True)
class OffsetRecord:
    """Figures of `calibration.offset`: `posterior` is the digest of the draws, `fitted_data` and `data`
    are digests of the place's inputs before and now, `code` and `probe` say which model lived the towns."""

    place: str
    posterior: str
    fitted_data: str
    data: str
    code: str
    probe: str
    scale: float
    seeds: int
    figures: tuple[Figure, ...]

    @staticmethod
    def path(posterior: Path) -> Path:
        """Return where the record of a posterior's file is kept."""
        return posterior.with_name(posterior.name.removesuffix(".parquet") + SUFFIX)

    @staticmethod
    def load(path: Path) -> "OffsetRecord | None":
        """Return the record of a file, None where there is none. Raises InputError for one that is none."""
        if not path.is_file():
            return None
        try:
            raw: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            figures: Sequence[Mapping[str, Any]] = raw["figures"]
            return OffsetRecord(**{**raw, "figures": tuple(Figure(**each) for each in figures)})
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "is no record of an offset; make it anew with `python -m calibration.offset`",
                where=shown_path(path),
            ) from error

    def save(self, path: Path) -> None:
        """Write the record, whole or not at all."""
        content = {**asdict(self), "figures": [each._asdict() for each in self.figures]}
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        aside.replace(path)

    def summary(self) -> Summary:
        """Return how far off the figures are."""
        sd = np.array([each.sd for each in self.figures])
        observed = np.array([each.observed for each in self.figures])
        before, now = (np.array([getattr(each, when) for each in self.figures]) for when in ("before", "now"))
        most = int(np.argmax(np.abs(now - before) / sd))
        of = self.figures[most]
        return Summary(
            len(self.figures),
            _rms((now - before) / sd),
            _rms((before - observed) / sd),
            _rms((now - observed) / sd),
            of.id,
            of.now - of.before,
            of.unit,
        )


def _rms(values: np.ndarray[Any, Any]) -> float:
    return float(np.sqrt(np.mean(values**2)))
