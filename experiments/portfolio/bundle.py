"""Bundles: which programmes of a scenario are done, and at which part of their planned reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.io.errors import InputError, unknown
from model.scenario.cards import Card
from model.scenario.programmes import Use
from model.scenario.scenario import Scenario

NONE, FULL = 0.0, 1.0
"""Levels: not done, and as the scenario plans it."""
LEVEL_WORDS: Final = {NONE: "none", FULL: "as planned"}

type Levels = tuple[float, ...]
"""The level of each candidate, in their order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A programme that a bundle may have: its name in the scenario, the card's title, padlocks of five (least
    and most) and grade, its first year, and the levels it may be done at, as parts of its planned reach
    (0: not done; the low end of the card's realistic reach over the high end; 1: as planned)."""

    name: str
    title: str
    padlocks: tuple[int, int]
    grade: str
    start: int
    levels: tuple[float, ...]


def candidates(scenario: Scenario, names: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """Return the programmes to choose from: these, or those that run in the scenario's last year; where none
    does, all that have started by then.

    Raises:
        InputError: a name is no programme of the scenario, or fewer than two are left to choose from.
    """
    uses = {use.name: use for use in scenario.programmes}
    for name in names:
        if name not in uses:
            raise unknown("a programme of this scenario", name, uses, at="--programme")
    started = [use for use in scenario.programmes if use.start <= scenario.until]
    last = [use for use in started if use.runs_in(scenario.until)]
    chosen = [uses[name] for name in dict.fromkeys(names)] if names else last or started
    if len(chosen) < 2:
        raise InputError(
            f"has {len(chosen)} programmes to choose from up to {scenario.until}; a portfolio needs two",
            where=scenario.name or "the scenario",
            at="programmes",
        )
    return tuple(_candidate(use, scenario.card(use.card)) for use in chosen)


def _candidate(use: Use, card: Card) -> Candidate:
    low = card.reach.low / card.reach.high if card.reach.high > 0 else FULL
    levels = (NONE, FULL) if low >= FULL or low <= NONE else (NONE, round(low, 3), FULL)
    return Candidate(use.name, card.title, card.padlocks, card.grade, use.start, levels)


def bundle(scenario: Scenario, levels: Mapping[str, float]) -> Scenario:
    """Return the scenario with each of these programmes at a part of its planned reach (0 to 1), or left out
    at 0, and without a limit of money: what it costs is counted. A pilot of a programme that is left out is
    left out too.

    Raises:
        InputError: a name is no programme of the scenario, or a level is none.
    """
    names = [use.name for use in scenario.programmes]
    for name, level in levels.items():
        if name not in names:
            raise unknown("a programme of this scenario", name, names)
        if not NONE <= level <= FULL:
            raise InputError("must be between 0 and 1", at=name, value=level)
    uses = [_at(use, levels.get(use.name, FULL)) for use in scenario.programmes]
    kept = [use for use in uses if use is not None]
    there = {use["name"] for use in kept}
    pilots = [each.model_dump() for each in scenario.pilots if there.issuperset(each.programmes)]
    return scenario.changed({"programmes": kept, "pilots": pilots, "alliance.budget": "unlimited"})


def _at(use: Use, level: float) -> dict[str, Any] | None:
    """Return a programme at a level, None where it is not done."""
    if level == NONE:
        return None
    content: dict[str, Any] = use.model_dump()
    if level == FULL:
        return content
    content["reach"] = _times(use.reach, lambda reach: reach * level)
    # One place at least: a programme that serves nobody is none.
    content["places"] = _times(use.places, lambda places: max(1, round(places * level)) if places else 0)
    return content


def _times(plan: Any, scaled: Any) -> Any:
    """Return a plan, for all years or by year, with each of its figures scaled."""
    if plan is None:
        return None
    return {year: scaled(value) for year, value in plan.items()} if isinstance(plan, dict) else scaled(plan)


def named(levels: Levels, of: Sequence[Candidate]) -> dict[str, float]:
    """Return the levels by the programmes' names."""
    return {each.name: level for each, level in zip(of, levels, strict=True)}


def in_words(levels: Levels, of: Sequence[Candidate]) -> str:
    """Return `tutoring, encounters (low)`: what is done; in full where nothing else is said."""
    done = [
        each.name.replace("_", " ") + ("" if level == FULL else f" ({level_words(level)})")
        for each, level in zip(of, levels, strict=True)
        if level > NONE
    ]
    return ", ".join(done) or "nothing"


def level_words(level: float) -> str:
    """Return `none`, `as planned`, or the part of the planned reach: `67% of it`."""
    return LEVEL_WORDS.get(level, f"{100 * level:.0f}% of its reach")


def single(position: int, level: float, of: Sequence[Candidate]) -> Levels:
    """Return one programme at a level and no other."""
    return tuple(level if i == position else NONE for i in range(len(of)))


def nothing(of: Sequence[Candidate]) -> Levels:
    """Return no programme."""
    return (NONE,) * len(of)


def everything(of: Sequence[Candidate]) -> Levels:
    """Return all programmes as planned."""
    return (FULL,) * len(of)
