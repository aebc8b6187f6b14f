"""The levers: what a board can move, and what each move changes in a scenario."""

import functools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from model.calendar import LAST_YEAR
from model.io.schema import LISTED, Checked, each
from model.io.toml import first_fault, load_toml
from model.scenario.cards import Card
from model.scenario.programmes import Act, Use
from model.scenario.scenario import Scenario

FILE: Final = Path(__file__).with_name("levers.toml")
EVIDENCE: Final = ("too little to say", "very limited", "limited", "moderate", "extensive", "very extensive")
"""How strong evidence is, by padlocks: the words of the Education Endowment Foundation's toolkit."""


class PageLever(Checked):
    """One lever; see levers.toml. Values run from `low` to `high` in steps."""

    name: str
    verb: str
    words: str
    low: float
    high: float
    step: float = Field(gt=0)
    full: float = Field(gt=0)
    programmes: Annotated[tuple[str, ...], LISTED] = ()
    adds: Annotated[tuple[Use, ...], each(Use, "adds")] = ()
    acts: Annotated[tuple[str, ...], LISTED] = ()
    money: Literal["", "budget", "until"] = ""
    more: bool = False

    def snapped(self, value: float) -> float:
        """The nearest value that the lever has."""
        inside = min(max(value, self.low), self.high)
        return round(min(self.high, self.low + round((inside - self.low) / self.step) * self.step), 6)


class Levers(Checked):
    """All levers, the scenario that they are cut to, and the scenarios that they can be laid over."""

    template: str
    first_year: int
    scenarios: Annotated[tuple[str, ...], LISTED]
    partnership: Annotated[tuple[str, ...], LISTED]
    levers: Annotated[tuple[PageLever, ...], each(PageLever, "levers")]

    def lever(self, name: str) -> PageLever:
        """The lever of that name. Raises KeyError."""
        return {lever.name: lever for lever in self.levers}[name]

    @property
    def until(self) -> PageLever:
        """The lever that says how long the money lasts."""
        return next(lever for lever in self.levers if lever.money == "until")

    @property
    def budget(self) -> PageLever:
        """The lever that says how much money there is a year."""
        return next(lever for lever in self.levers if lever.money == "budget")


@functools.cache
def levers() -> Levers:
    """What levers.toml says. Raises InputError where it is at fault."""
    content = load_toml(FILE)
    try:
        return Levers.model_validate(content)
    except ValidationError as error:
        raise first_fault(error, Levers, content).inside(FILE.name) from None


@functools.cache
def templates() -> Mapping[str, Use]:
    """The programmes of the levers as their template has them, by name."""
    found = {use.name: use for use in Scenario.load(levers().template).programmes}
    names = [name for lever in levers().levers for name in lever.programmes]
    chosen = {name: found[name] for name in (*names, *levers().partnership)}
    return chosen | {use.name: use for lever in levers().levers for use in lever.adds}


@functools.cache
def template_acts() -> Mapping[str, Act]:
    """The acts of the levers as their template has them, by title."""
    found = {act.title: act for act in Scenario.load(levers().template).acts}
    return {title: found[title] for lever in levers().levers for title in lever.acts}


@functools.cache
def partnership_cards() -> frozenset[str]:
    """The cards of what holds a partnership together, by name."""
    return frozenset(templates()[name].card for name in levers().partnership)


def padlock_words(padlocks: Collection[int]) -> str:
    """How strong evidence of so many padlocks is, in words: of the fewest and of the most."""
    return " to ".join(dict.fromkeys(EVIDENCE[lock] for lock in (min(padlocks), max(padlocks))))


def names_of(lever: PageLever) -> tuple[str, ...]:
    """The programmes that a lever moves; the first has its value."""
    return (*lever.programmes, *(use.name for use in lever.adds))


def cards_of(lever: PageLever, scenario: Scenario) -> tuple[Card, ...]:
    """The cards of these programmes, as they hold in a scenario."""
    return tuple(scenario.card(templates()[name].card) for name in names_of(lever))


@functools.cache
def values_of(base: str) -> Mapping[str, float]:
    """Where the levers stand in a scenario, by name: what it does from the first year on that they govern."""
    scenario, all_ = Scenario.load(base), levers()
    uses = {use.name: use for use in scenario.programmes}
    acts = {act.title: act for act in scenario.acts}
    found: dict[str, float] = {}
    for lever in all_.levers:
        year = all_.first_year
        if lever.money == "budget":
            given = scenario.alliance.budget_in(year)
            found[lever.name] = given / 1e6 if 0 < given < math.inf else lever.full
        elif lever.money == "until":
            ends = [use.end for use in scenario.programmes if paid_for(use)]
            found[lever.name] = float(max(ends, default=LAST_YEAR))
        elif lever.acts:
            act = acts.get(lever.acts[0])
            found[lever.name] = act.amount if act is not None and act.runs_in(year) else 0.0
        else:
            use = uses.get(names_of(lever)[0])
            found[lever.name] = 0.0 if use is None else planned(use, year)
    return {name: all_.lever(name).snapped(value) for name, value in found.items()}


def paid_for(use: Use) -> bool:
    """Whether it ends when the alliance's money does."""
    return use.funded_by == "alliance" and use.end >= levers().first_year


def planned(use: Use, year: int) -> float:
    """The reach, or the places, of a programme in a year."""
    reach = use.reach_in(year)
    return float(use.places_in(year) or 0) if reach is None else reach


@dataclass(frozen=True, slots=True)
class Moved:
    """A scenario with levers moved: what `Scenario.changed` is given."""

    base: Scenario
    values: Mapping[str, float]

    def changes(self) -> dict[str, Any]:
        """The changes, by key of the scenario; none where every lever stands where the scenario has it."""
        usual = values_of(self.base.name)
        moved = {name for name, value in self.values.items() if value != usual[name]}
        if not moved:
            return {}
        return {
            "programmes": self._programmes(moved),
            "acts": self._acts(moved),
            "alliance.budget": self._budget(),
        }

    def _programmes(self, moved: set[str]) -> list[dict[str, Any]]:
        all_, until = levers(), round(self.values[levers().until.name])
        moves_end = all_.until.name in moved
        by_name = {use.name: use.model_dump() for use in self.base.programmes}
        # Also what is on no lever: else it would go on with what is left in the purse.
        for use in self.base.programmes if moves_end else ():
            if paid_for(use):
                by_name[use.name] = _ending(by_name[use.name], until)
        for lever in all_.levers:
            share = self.values[lever.name] / lever.full
            for name in names_of(lever):
                if name not in by_name and self.values[lever.name] == 0:
                    continue
                content = by_name.get(name)
                if content is None:
                    content = {**templates()[name].model_dump(), "start": all_.first_year}
                elif lever.name not in moved and not moves_end:
                    continue
                if moves_end or name not in by_name:
                    content = _ending(content, until)
                if lever.name in moved:
                    content = _as_much(content, templates()[name], share)
                by_name[name] = content
        return list(by_name.values())

    def _acts(self, moved: set[str]) -> list[dict[str, Any]]:
        """An act that is changed ends, and another begins: its amount is one number for all its years."""
        by_title = {act.title: act.model_dump() for act in self.base.acts}
        first = levers().first_year
        for lever in levers().levers:
            if lever.name not in moved:
                continue
            for title in lever.acts:
                old = by_title.pop(title, None)
                if old is not None and old["start"] < first:
                    by_title[title] = {**old, "end": min(old["end"], first - 1)}
                if self.values[lever.name] > 0:
                    act = template_acts()[title]
                    amount = act.amount * self.values[lever.name] / lever.full
                    new = {
                        **act.model_dump(),
                        "title": f"{title}, as moved",
                        "start": first,
                        "amount": amount,
                    }
                    by_title[new["title"]] = new
        return list(by_title.values())

    def _budget(self) -> dict[str, float]:
        """Pounds a year: up to the first year of the levers as the scenario has them, then as the lever says
        while the money lasts."""
        plan, first = self.base.alliance, levers().first_year
        past = dict(plan.budget) if isinstance(plan.budget, dict) else {}
        until = round(self.values[levers().until.name])
        pounds = round(1e6 * self.values[levers().budget.name])
        future = {str(year): pounds if year <= until else 0 for year in range(first, LAST_YEAR + 1)}
        return {**{str(year): value for year, value in past.items() if year < first}, **future}


def _ending(content: Mapping[str, Any], until: int) -> dict[str, Any]:
    """A programme that ends with the money; where its reach goes by year, the last year's goes on."""
    changed = {**content, "end": until}
    for key in ("reach", "places"):
        plan = changed.get(key)
        if isinstance(plan, dict):
            last = plan[max(plan)]
            changed[key] = {str(y): plan.get(y, last) for y in range(content["start"], until + 1)}
    return changed


def _as_much(content: Mapping[str, Any], template: Use, share: float) -> dict[str, Any]:
    """A programme with `share` of what the template reaches, from the first year of the levers on."""
    first, end = levers().first_year, int(content["end"])
    key = "places" if template.reach is None else "reach"
    full = planned(template, max(first, template.start))
    value: float = round(full * share) if key == "places" else min(1.0, round(full * share, 6))
    old = content.get(key)
    before = {y: old[y] if isinstance(old, dict) else old for y in range(int(content["start"]), first)}
    if isinstance(old, dict):
        before = {y: old.get(y, 0) for y in before}
    by_year = {**before, **dict.fromkeys(range(max(first, int(content["start"])), end + 1), value)}
    return {**content, key: {str(year): amount for year, amount in by_year.items()}}
