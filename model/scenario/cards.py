"""Cards: what is known of a programme, as data that a town can run and a board can read."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PrivateAttr, ValidationError

from model.inputs.place_schools import TAUGHT
from model.io import files
from model.io.errors import InputError, unknown
from model.io.schema import LISTED, Checked
from model.io.toml import first_fault, load_toml
from model.scenario.card_parts import (
    Ages,
    Cost,
    Effect,
    Grade,
    Per,
    Practice,
    Reach,
    TakeUp,
    UsualProvision,
    check_ages,
    check_range,
)

__all__ = ["Card", "Effect", "card_folder", "card_names", "card_of", "json_schema", "load_card", "merged"]

_WORDS: Final[dict[str, Any]] = {
    "title": True,
    "words": True,
    "rests_on": True,
    "source": True,
    "cost": {"note"},
    "reach": {"words"},
    "take_up": {"note"},
    "usual_provision": {"note"},
    "practice": {"note"},
    "effects": {"__all__": {"note"}},
}
"""What a reader needs and a run does not: left out of the digest."""

_SERVED_UNITS: Final[tuple[Per, ...]] = ("child", "family", "school", "child_in_area", "act")
PAID_PER: Final[Mapping[str, tuple[Per, ...]]] = {
    "child": _SERVED_UNITS,
    "family": _SERVED_UNITS,
    "town": _SERVED_UNITS,
    "school": ("school", "teacher", "new_teacher", "hire", "pupil", "child", "act"),
}
"""Units that a cost may be per, by whom a card is delivered to."""


class Card(Checked):
    """One programme: what it does to whom, how sure that is, what it costs, and what it rests on. Made by
    `load_card` or `card_of`, which raise InputError."""

    id: str = Field(min_length=1, description="Its number in the evidence.")
    title: str = Field(min_length=1, description="What a board would call it.")
    words: str = Field(min_length=1, description="What happens, who gets it, what trials found.")
    delivered_to: Literal["child", "family", "school", "town"] = Field(
        description="Who is served: cost and reach count these."
    )
    ages: Ages = Field(description="Academic ages of the children served, first and last.")
    phases: Annotated[tuple[str, ...], LISTED] = Field(
        default=(), description="Kinds of school that it is for; empty: all."
    )
    padlocks: Annotated[
        tuple[Annotated[int, Field(ge=0, le=5)], Annotated[int, Field(ge=0, le=5)]], LISTED
    ] = Field(description="Security of the evidence, lowest and highest, of five.")
    grade: Grade = Field(description="How well its figures are known.")
    rests_on: Annotated[tuple[str, ...], LISTED] = Field(default=(), description="Rows of the evidence.")
    source: str = Field(min_length=1, description="Where the figures come from.")
    cost: Cost
    reach: Reach
    take_up: TakeUp | None = Field(
        default=None, description="Who takes part; needed but where schools are served."
    )
    usual_provision: UsualProvision | None = None
    practice: Practice | None = None
    effects: Annotated[tuple[Effect, ...], LISTED] = Field(min_length=1)
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """Return the name of its file without `.toml`; empty for a card that was not loaded."""
        return self._name

    def usual_share(self, year: int) -> float:
        """Return the share of the children of its ages that England serves anyway in a year; 0 where nothing
        is known."""
        return self.usual_provision.share(year) if self.usual_provision else 0.0

    @property
    def once(self) -> bool:
        """Tell whether a child is served once only."""
        return self.take_up is not None and self.take_up.once

    def adds_up(self, effect: Effect) -> bool:
        """Tell whether a child may have an effect year after year, so that its sum needs a limit."""
        lasts = effect.form in ("fades", "lasting")
        return not self.once and lasts and effect.moves.way == "gain" and effect.moves.unit == "SD"

    def digest(self) -> str:
        """Return 32 hexadecimal digits of all that a run can use: the same for two cards that differ in words
        only."""
        content = json.dumps(self.model_dump(mode="json", exclude=_WORDS), sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def card_folder() -> Path:
    """Return the folder of the cards."""
    return files.scenarios() / "programmes"


def card_names() -> list[str]:
    """Return the names of all cards, in alphabetical order."""
    return files.names(card_folder())


def load_card(name: str | Path) -> Card:
    """Return the card of that name, or of a file whose path ends in `.toml`. Raises InputError."""
    path = files.resolve(name, card_folder(), "programme card")
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Card:
    """Return the card in a file; read again when the file has changed."""
    return card_of(load_toml(path), files.shown_path(path), name=path.stem)


def card_of(content: Mapping[str, Any], where: str = "", *, name: str = "") -> Card:
    """Return the card with that content, as a TOML file would have it. Raises InputError for the first
    fault."""
    try:
        card = Card.model_validate(dict(content))
        _check(card)
    except ValidationError as error:
        raise first_fault(error, Card, content, where) from None
    except InputError as error:
        raise error.inside(where) from None
    card._name = name
    return card


def merged(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card's content with other values: tables merge one level deep, all else (`effects` too) is
    replaced whole. Checks nothing."""
    made = dict(content)
    for key, value in changes.items():
        before = made.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = {**before, **value}
        made[key] = value
    return made


def json_schema() -> dict[str, Any]:
    """Return JSON Schema of a card, by which an editor completes and checks it."""
    return Card.model_json_schema()


def _check(card: Card) -> None:
    """Raise InputError where a card that is well written makes no sense."""
    check_ages(card.ages, "ages")
    if card.padlocks[1] < card.padlocks[0]:
        raise InputError("has its ends reversed", at="padlocks", value=list(card.padlocks))
    for number, phase in enumerate(card.phases):
        if phase not in TAUGHT:
            raise unknown("a phase of school in the town", phase, TAUGHT, at=f"phases[{number}]")
    check_range(card.cost.low, card.cost.high, "cost")
    check_range(card.reach.low, card.reach.high, "reach")
    if card.usual_provision is not None:
        card.usual_provision.check("usual_provision")
    to, to_school = card.delivered_to, card.delivered_to == "school"
    for key, needed in (("practice", to_school), ("take_up", not to_school)):
        given = getattr(card, key) is not None
        if needed and not given:
            raise InputError(f'is missing: delivered_to = "{to}" needs it', at=key)
        if given and not needed:
            raise InputError(f'does nothing where delivered_to = "{to}"', at=key)
    if card.practice is not None:
        card.practice.check("practice")
    if card.cost.per not in PAID_PER[to]:
        problem, allowed = f'cannot be counted where delivered_to = "{to}"', ", ".join(PAID_PER[to])
        raise InputError(problem, at="cost.per", value=card.cost.per, allowed=allowed)
    for number, effect in enumerate(card.effects):
        at = f"effects[{number}]"
        effect.check(at, to)
        if effect.ages is not None and not (
            card.ages[0] <= effect.ages[0] and effect.ages[1] <= card.ages[1]
        ):
            problem = f"must lie within the card's ages {list(card.ages)}"
            raise InputError(problem, at=f"{at}.ages", value=list(effect.ages))
        _check_limits(card, number, at)


def _check_limits(card: Card, number: int, at: str) -> None:
    """Check that what limits or scales an effect has something to count. Raises InputError."""
    effect = card.effects[number]
    counted = [each.lever for each in card.effects[:number]]
    if effect.at_most is not None and "encounters" not in counted:
        problem = "counts encounters, and no effect before this one gives any"
        raise InputError(problem, at=f"{at}.at_most", value=effect.at_most)
    if effect.scaled_by == "benchmarks" and "gatsby" not in [each.lever for each in card.effects]:
        problem = "counts Gatsby benchmarks, and no effect of this card gives any"
        raise InputError(problem, at=f"{at}.scaled_by", value=effect.scaled_by)
    if effect.accrues_to is not None and not card.adds_up(effect):
        problem = "limits what repeated delivery adds up to, and this effect does not add up"
        raise InputError(problem, at=f"{at}.accrues_to", value=effect.accrues_to)
