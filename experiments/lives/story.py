"""One child's life in two worlds: the same child with the same luck under two scenarios, year by year.

    story = explain_child(124780612, Scenario.load("baseline"), Scenario.load("opportunity_area"))
    print(story.text())
    story.frame()

Up to 2017 both worlds are one town. From 2018 on they live side by side, phase by phase, and right after the
phase in which something of the child's comes to differ the reason is read off both towns.
"""

from dataclasses import dataclass, field
from typing import Final

from experiments.lives.facts import facts_of, row_of
from experiments.lives.life import Life, Year
from experiments.lives.pair import Pair
from experiments.lives.programmes import Given, given_to
from experiments.lives.reasons import Reasons
from experiments.lives.text import life_text
from experiments.runs.ensemble import checked_seeds
from experiments.runs.paired import Arms
from experiments.runs.worker import BRANCH_YEAR
from model.calendar import FIRST_YEAR, LAST_AGE, LAST_AT_SCHOOL
from model.io.errors import InputError, listed
from model.scenario.scenario import Scenario
from model.town import Town

EXAMPLES: Final = 5
_NUMBER_BITS, _KIND_BITS, _EPOCH = 18, 2, 1900
"""How an id is made: see `model.population.people.make_ids`."""


class LifeStory(Life):
    """A life in two worlds that can be read."""

    __slots__ = ()

    def text(self) -> str:
        """Tell the story in plain words."""
        return life_text(self)


def explain_child(
    child: int, scenario: Scenario, versus: Scenario, seed: int = 0, draw: int = 0
) -> LifeStory:
    """Return one child's life under two scenarios, with the reasons where they part.

    Args:
        child: id of a (synthetic) child, as in `town.children.id`; `children_worth_reading` finds some.
        scenario, versus: alike in place, scale, last year and in all that acts before 2018.
        seed: the luck of everybody, 0 to 2**32 - 1. draw: of the programmes' effects; 0 for their means.

    Raises:
        InputError: the scenarios cannot be set side by side, the seed or the draw is none, or nobody of that
            id ever lives in this town.
    """
    arms = arms_of(scenario, versus, seed, draw)
    if not _whole(child, 1):
        raise InputError("is no id", at="child", value=child, allowed="a whole number, 1 to 2**32 - 1")
    town = Town(arms.a, seed=seed, world=arms.world(arms.ways[0]), draw=draw)
    life = _Life(child)
    life.to_branch(town)
    pair = Pair(child, (town, town.branch(arms.b, draw)), world_names(arms))
    ends = life.side_by_side(pair)
    if not life.years:
        raise _nobody(town, child)
    years, titles = tuple(life.years), (arms.a.title, arms.b.title)
    return LifeStory(child, pair.names, titles, seed, draw, life.girl, years[0].born, years, ends)


def arms_of(scenario: Scenario, versus: Scenario, seed: int, draw: int) -> Arms:
    """Return both scenarios, checked: two worlds of one town. Raises InputError."""
    arms = Arms.of(scenario, versus, "means")
    if not arms.shared:
        raise InputError(
            "differs in what acts before 2018, so its children are not those of the other",
            where=f"{versus.name}.toml" if versus.name else "the second scenario",
            allowed="the same births, England, numbers and switches as in "
            + (f"{scenario.name}.toml" if scenario.name else "the first scenario"),
        )
    checked_seeds([seed])
    if not _whole(draw, 0):
        allowed = "0 for the means of the effects, or the number of a draw up to 2**32 - 1"
        raise InputError("is no draw", at="draw", value=draw, allowed=allowed)
    return arms


def world_names(arms: Arms) -> tuple[str, str]:
    """Return what the two worlds are called: the names of their files, or which came first."""
    a, b = arms.a.name or "the first", arms.b.name or "the second"
    return (a, b) if a != b else (f"{a} (first)", f"{b} (second)")


@dataclass
class _Life:
    """A life as it is lived: the years so far."""

    child: int
    years: list[Year] = field(default_factory=list)
    girl: bool = False

    def to_branch(self, town: Town) -> None:
        """Live the years that both worlds share."""
        last = min(BRANCH_YEAR, town.scenario.until)
        while town.year < last:
            town.step()
            row = row_of(town, self.child)
            if row is None:
                continue
            age = town.year - int(town.children.cohort[row])
            if age <= LAST_AGE:
                facts = facts_of(town, row)
                self.girl = bool(town.children.girl[row])
                self.years.append(Year(town.year, age, (facts, facts)))

    def side_by_side(self, pair: Pair) -> str:
        """Return the years in which the worlds may differ; how the story ends, "" where it never begins."""
        pair.look_up()
        reasons, until = Reasons(pair), pair.towns[0].scenario.until
        while pair.year < until:
            if self.years and pair.rows == (None, None):
                return f"{_gone(self.years[-1].age)} in {self.years[-1].year + 1}"
            if self.years and self.years[-1].age >= LAST_AGE:
                return "turned 32, to which people are followed"
            if not self.years and not pair.year < _entry_year(self.child) <= until:
                return ""
            parted: dict[str, tuple[str, ...]] = {}
            for phase in pair.live_year():
                reasons.after(phase)
                if pair.parted:
                    parted[phase] = tuple(pair.parted)
            if pair.rows != (None, None):
                self.years.append(self._year(pair, tuple(reasons.found), parted))
        return f"the scenarios end in {until}"

    def _year(self, pair: Pair, reasons: tuple[str, ...], parted: dict[str, tuple[str, ...]]) -> Year:
        facts, given = [], []
        for town, row in zip(pair.towns, pair.rows, strict=True):
            facts.append({} if row is None else facts_of(town, row))
            given.append(Given() if row is None else given_to(town, row))
            if row is not None:
                self.girl = bool(town.children.girl[row])
        return Year(pair.year, pair.age, (facts[0], facts[1]), (given[0], given[1]), reasons, parted)


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**32


def _gone(age: int) -> str:
    return "left the town's schools or moved away" if age <= LAST_AT_SCHOOL else "moved away"


def _entry_year(child: int) -> int:
    """Return the year in which somebody of that id would enter; those of the first town bear the year of
    birth."""
    return max(FIRST_YEAR, (child >> (_NUMBER_BITS + _KIND_BITS)) + _EPOCH)


def _nobody(town: Town, child: int) -> InputError:
    c = town.children
    band = town.band(0, 16)
    ids = c.id[band][c.present[band]]
    few = [str(each) for each in ids[:: max(1, len(ids) // EXAMPLES)][:EXAMPLES]]
    return InputError(
        f"nobody of that id lives in this town; {len(ids)} of school age and under do in {town.year}",
        at="child",
        value=child,
        allowed=f"{listed(few)} and other ids of `town.children.id`; `wolsey explain child` without an id, "
        "with the same scenarios, lists children worth reading about",
    )
