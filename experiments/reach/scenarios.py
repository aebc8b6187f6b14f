"""The scenarios of the question, and what each is turned into to ask what it would take.

`scaled_effects` and `scaled_reach` are pure functions from a scenario to another; so are `without` and
`alone`. All of them share the burn-in of the scenario that they are made from.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.calendar import FIRST_ACTING
from model.inputs.place import Place
from model.io.errors import InputError
from model.scenario.cards import Card
from model.scenario.checks import MARGIN, residents, schools_of
from model.scenario.programmes import Use
from model.scenario.scenario import Scenario

USUAL: Final = ("baseline", "opportunity_area", "alliance_2048", "ceiling")
"""The scenarios of the question, the one without programmes first."""
LUCKY: Final = "beyond what evidence makes likely"
JOINT: Final = "-drawn"
"""Ends the key of an arm whose effects, held at a percentile elsewhere, are drawn."""
MEDIAN: Final = 50.0
"""The percentile at which an effect is its mean."""


@dataclass(frozen=True)
class Arm:
    """A scenario of the question. `key` names it in tables and charts, `warning` says what it must not be
    taken for, empty for nothing."""

    key: str
    scenario: Scenario

    @property
    def lucky(self) -> bool:
        """Tell whether all effects are held at one percentile above the middle."""
        percentile = self.scenario.effects.percentile
        return percentile is not None and percentile > MEDIAN

    @property
    def warning(self) -> str:
        """Return what it must not be taken for."""
        return LUCKY if self.lucky else ""

    @property
    def label(self) -> str:
        """Return a short name for readers."""
        return self.key.replace("_", " ").capitalize()


def arms_of(scenarios: Sequence[Scenario]) -> tuple[Arm, ...]:
    """Return the arms, the first one that without which the others are compared.

    Raises:
        InputError: there is none, two have the same name, or they differ in place, size, last year, goals or
            in what shapes the town before 2018.
    """
    if not scenarios:
        raise InputError("there is no scenario: at least one is needed")
    arms = tuple(Arm(each.name, each) for each in scenarios)
    first = arms[0]
    for position, arm in enumerate(arms):
        if arm.key in [other.key for other in arms[:position]]:
            raise InputError("is named twice", at="--scenario", value=arm.key)
        for field in ("place", "scale", "until", "goals"):
            mine, others = getattr(arm.scenario, field), getattr(first.scenario, field)
            if mine != others:
                raise InputError(
                    f"only scenarios alike in this can be set side by side; {first.key} has {others}",
                    where=f"{arm.key}.toml",
                    at=field,
                    value=list(mine) if isinstance(mine, tuple) else mine,
                )
        if arm.scenario.burn_in_key() != first.scenario.burn_in_key():
            raise InputError(
                f"differs from {first.key} in what shapes the town before anything is done (births, England, "
                "parameters or switches): their runs share that past",
                where=f"{arm.key}.toml",
            )
    return arms


def usual_in(place: str) -> tuple[str, ...]:
    """Return the usual scenarios that can be lived in a place: those that are no other place's own. Raises
    InputError."""
    there = {name: Scenario.load(name) for name in USUAL}
    return tuple(name for name, each in there.items() if not each.placed or each.place == place)


def drawn(arm: Arm) -> Arm:
    """Return the same arm with its effects drawn."""
    return Arm(arm.key + JOINT, arm.scenario.changed({"effects.percentile": None}))


def at_means(scenario: Scenario) -> Scenario:
    """Return the same with the size of all effects at their means, in every draw."""
    return scenario.changed({"effects.percentile": MEDIAN})


def scaled_effects(scenario: Scenario, factor: float) -> Scenario:
    """Return the same with all effects so many times as large."""
    return scenario.changed({"effects.factor": scenario.effects.factor * factor})


def uncapped(scenario: Scenario) -> Scenario:
    """Return the same without the cap on what a child can gain in a year."""
    return scenario.changed({"switches.dose_cap": False})


def scaled_reach(scenario: Scenario, factor: float) -> Scenario:
    """Return the same with every programme serving so many times as many of those whom it is for, up to
    everybody.

    A programme's reach is multiplied until it is 1, and what is left of the factor then multiplies in turn
    the schools that it is in, the staff that it covers, and the share who take part, each up to all. Where
    it has places, these are multiplied, up to as many as there are people or schools, and so are the schools
    in which they lie. The budget is multiplied by the factor, so that money limits as much as before and no
    more. Pilots keep their size, and what goes on from them is multiplied. Whom a programme is for, when,
    how well it works and what organisations do on their own account stay as they are.

    Raises:
        InputError: the factor is below 1.
    """
    if factor < 1 or not math.isfinite(factor):
        raise InputError("must be 1 or more", at="factor", value=factor)
    if factor == 1:
        return scenario
    place = Place.load(scenario.place)
    cards = {use.name: scenario.card(use.card) for use in scenario.programmes}
    piloted = {name for pilot in scenario.pilots for name in pilot.programmes}
    changes: dict[str, Any] = {
        "programmes": [
            use.model_dump() if use.name in piloted else _more(use.model_dump(), use, cards, place, factor)
            for use in scenario.programmes
        ],
        "pilots": [
            {
                **pilot.model_dump(),
                "widen": _widened(pilot.widen, pilot.programmes, scenario, cards, place, factor),
            }
            for pilot in scenario.pilots
        ],
    }
    budget = scenario.alliance.budget
    if not isinstance(budget, str):
        changes["alliance.budget"] = {year: pounds * factor for year, pounds in budget.items()}
    return scenario.changed(changes)


def _widened(
    widen: dict[str, Any],
    names: Sequence[str],
    scenario: Scenario,
    cards: dict[str, Card],
    place: Place,
    factor: float,
) -> dict[str, Any]:
    """Return what changes in a programme that goes on from its pilot, for so many times as many."""
    use = next(use for use in scenario.programmes if use.name == names[0])
    grown = _more(dict(widen), use, cards, place, factor)
    return {key: value for key, value in grown.items() if key in widen or value is not None}


def _more(
    table: dict[str, Any], use: Use, cards: dict[str, Card], place: Place, factor: float
) -> dict[str, Any]:
    """Return the keys of a programme that say how many are served, multiplied."""
    card = cards[use.name]
    if table.get("places") is not None:
        most = _most(use, card, place)
        table["places"] = _by_year(table["places"], lambda n: min(most, round(n * factor)))
        if table.get("in_schools") is not None:
            table["in_schools"] = _schools(table["in_schools"], use, card, place, factor)
        return table
    if table.get("reach") is None:
        return table
    offered = max(_values(table["reach"]), default=0.0)
    table["reach"] = _by_year(table["reach"], lambda share: min(1.0, share * factor))
    # What the reach could not take up; a reach of none stays none.
    left = factor / min(factor, 1.0 / offered) if offered else 1.0
    if left > 1 and table.get("in_schools"):
        before = table["in_schools"]
        table["in_schools"] = _schools(before, use, card, place, left)
        left *= before / table["in_schools"]
    if left > 1 and card.delivered_to == "school" and table.get("coverage"):
        before = table["coverage"]
        table["coverage"] = min(1.0, before * left)
        left *= before / table["coverage"]
    if left > 1 and card.take_up is not None and card.delivered_to != "town":
        rate = card.take_up.rate if table.get("take_up") is None else table["take_up"]
        table["take_up"] = min(1.0, rate * left)
    return table


def _schools(value: float, use: Use, card: Card, place: Place, factor: float) -> float:
    """Return a number of schools, or a share of them, multiplied, up to all."""
    if isinstance(value, int):
        return min(schools_of(use, card, place.schools), round(value * factor))
    return min(1.0, value * factor)


def _most(use: Use, card: Card, place: Place) -> int:
    """Return as many places as a scenario may have."""
    if card.delivered_to == "school":
        return schools_of(use, card, place.schools)
    return int(residents(place, *(use.ages or card.ages)) * MARGIN)


def _values(plan: Any) -> Iterable[float]:
    return plan.values() if isinstance(plan, dict) else [plan]


def _by_year(plan: Any, change: Any) -> Any:
    return {year: change(value) for year, value in plan.items()} if isinstance(plan, dict) else change(plan)


def without(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return the same without these programmes, and without the pilots that they are in."""
    return _kept(scenario, [use.name for use in scenario.programmes if use.name not in names])


def alone(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return the these programmes of a scenario and nothing else that it does."""
    only = _kept(scenario, names)
    return only.changed(acts=[])


def _kept(scenario: Scenario, names: Sequence[str]) -> Scenario:
    programmes = [use.model_dump() for use in scenario.programmes if use.name in names]
    pilots = [
        pilot.model_dump()
        for pilot in scenario.pilots
        if {*pilot.programmes, *([pilot.change_to] if pilot.change_to else [])} <= set(names)
    ]
    used = {use["card"] for use in programmes}
    cards = {name: changes for name, changes in scenario.cards.items() if name in used}
    return scenario.changed(programmes=programmes, pilots=pilots, cards=cards)


def bundles(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the programmes by the name under which their contribution is told: each by itself, but
    approaches tried in one pilot together; and where most programmes of a scenario have ended before several
    others start, those are told as one."""
    uses = scenario.programmes
    last = max((use.start for use in uses), default=FIRST_ACTING)
    early = tuple(use.name for use in uses if use.end < last)
    if 2 * len(early) <= len(uses) or sum(use.start == last for use in uses) < 2:
        early = ()
    piloted = {name: pilot for pilot in scenario.pilots for name in pilot.programmes}
    found = {f"all that ended before {last}": early} if early else {}
    for use in uses:
        if use.name not in early:
            pilot = piloted.get(use.name)
            found |= {use.name: (use.name,)} if pilot is None else {pilot.name: pilot.programmes}
    return found
