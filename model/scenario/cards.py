"""Cards: what is known of a programme, as data that a town can run and a board can read."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError

from model.inputs.place_schools import PHASES
from model.io import files
from model.io.errors import InputError, unknown
from model.io.toml import first_fault, load_toml
from model.scenario.card_parts import (
    Ages,
    Checked,
    Cost,
    Effect,
    Grade,
    Practice,
    Reach,
    TakeUp,
    UsualProvision,
    as_tuple,
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
    phases: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = Field(
        default=(), description="Kinds of school that it is for; empty: all."
    )
    padlocks: Annotated[
        tuple[Annotated[int, Field(ge=0, le=5)], Annotated[int, Field(ge=0, le=5)]], BeforeValidator(as_tuple)
    ] = Field(description="Security of the evidence, lowest and highest, of five.")
    grade: Grade = Field(description="How well its figures are known.")
    rests_on: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = Field(
        default=(), description="Rows of the evidence."
    )
    source: str = Field(min_length=1, description="Where the figures come from.")
    cost: Cost
    reach: Reach
    take_up: TakeUp
    usual_provision: UsualProvision | None = None
    practice: Practice | None = None
    effects: Annotated[tuple[Effect, ...], BeforeValidator(as_tuple)] = Field(min_length=1)
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """The name of its file without `.toml`; empty for a card that was not loaded."""
        return self._name

    def usual_share(self, year: int) -> float:
        """The share of the children of its ages that England serves anyway in a year; 0 where nothing is
        known."""
        return self.usual_provision.share(year) if self.usual_provision else 0.0

    def digest(self) -> str:
        """32 hexadecimal digits of all that a run can use: the same for two cards that differ in words
        only."""
        content = json.dumps(self.model_dump(mode="json", exclude=_WORDS), sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def card_folder() -> Path:
    """The folder of the cards."""
    return files.scenarios() / "programmes"


def card_names() -> list[str]:
    """Names of all cards, in alphabetical order."""
    return files.names(card_folder())


def load_card(name: str | Path) -> Card:
    """The card of that name, or of a file whose path ends in `.toml`. Raises InputError."""
    path = files.resolve(name, card_folder(), "programme card")
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Card:
    """The card in a file; read again when the file has changed."""
    return card_of(load_toml(path), files.shown_path(path), name=path.stem)


def card_of(content: Mapping[str, Any], where: str = "", *, name: str = "") -> Card:
    """The card with that content, as a TOML file would have it. Raises InputError for the first fault."""
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
    """A card's content with other values: tables merge one level deep, all else (`effects` too) is replaced
    whole. Checks nothing."""
    made = dict(content)
    for key, value in changes.items():
        before = made.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = {**before, **value}
        made[key] = value
    return made


def json_schema() -> dict[str, Any]:
    """JSON Schema of a card, by which an editor completes and checks it."""
    return Card.model_json_schema()


def _check(card: Card) -> None:
    """Raises InputError where a card that is well written makes no sense."""
    check_ages(card.ages, "ages")
    if card.padlocks[1] < card.padlocks[0]:
        raise InputError("has its ends reversed", at="padlocks", value=list(card.padlocks))
    for number, phase in enumerate(card.phases):
        if phase not in PHASES:
            raise unknown("a phase of school", phase, PHASES, at=f"phases[{number}]")
    check_range(card.cost.low, card.cost.high, "cost")
    check_range(card.reach.low, card.reach.high, "reach")
    if card.usual_provision is not None:
        card.usual_provision.check("usual_provision")
    to_school = card.delivered_to == "school"
    if to_school and card.practice is None:
        raise InputError('is missing: delivered_to = "school" needs it', at="practice")
    if not to_school and card.practice is not None:
        problem = f'is of use only where delivered_to = "school", and this is "{card.delivered_to}"'
        raise InputError(problem, at="practice")
    if card.practice is not None:
        card.practice.check("practice")
    for number, effect in enumerate(card.effects):
        at = f"effects[{number}]"
        effect.check(at)
        for key, usual in (("scaled_by", None), ("ratio_by", "child")):
            if getattr(effect, key) != usual and not to_school:
                problem = 'is of use only where delivered_to = "school"'
                raise InputError(problem, at=f"{at}.{key}", value=getattr(effect, key))
        if effect.ages is not None and not (
            card.ages[0] <= effect.ages[0] and effect.ages[1] <= card.ages[1]
        ):
            problem = f"must lie within the card's ages {list(card.ages)}"
            raise InputError(problem, at=f"{at}.ages", value=list(effect.ages))
