"""One child's life in two worlds: the same child with the same luck under two scenarios, year by year.

    story = explain_child(124780612, Scenario.load("baseline"), Scenario.load("opportunity_area"))
    print(story.text())
    story.frame()

Up to 2017 both worlds are one town. From 2018 on they live side by side, phase by phase, and right after the
phase in which something of the child's comes to differ the reason is read off both towns.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from experiments.lives.facts import LAST_AGE, LAST_AT_SCHOOL, Fact, Facts, facts_of, row_of
from experiments.lives.pair import Pair
from experiments.lives.programmes import Given, given_to
from experiments.lives.reasons import Reasons
from experiments.runs.ensemble import checked_seeds
from experiments.runs.paired import Arms
from experiments.runs.worker import BRANCH_YEAR
from model.io.errors import InputError, listed
from model.scenario.scenario import Scenario
from model.town import Town
from model.world.flows import START

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES: Final = 5
_NUMBER_BITS, _KIND_BITS, _EPOCH = 18, 2, 1900
"""How an id is made: see `model.population.people.make_ids`."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year of both lives, the first world's and the second's: `facts` (empty where the child is not
    followed), `given` by programmes, `reasons` where they part, and by phase the columns that came to
    differ."""

    year: int
    age: int
    facts: tuple[Facts, Facts]
    given: tuple[Given, Given] = (Given(), Given())
    reasons: tuple[str, ...] = ()
    parted: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def born(self) -> int:
        """Academic year of birth."""
        return self.year - self.age

    @property
    def differing(self) -> tuple[str, ...]:
        """Quantities that are told differently, in the order in which they are told."""
        a, b = self.facts
        return tuple(name for name in {**a, **b} if name not in a or not a[name].like(b.get(name)))

    @property
    def same(self) -> bool:
        """Whether all that is told is the same to the last bit."""
        a, b = self.facts
        return a.keys() == b.keys() and all(fact.value == b[name].value for name, fact in a.items())


@dataclass(frozen=True, slots=True)
class LifeStory:
    """A synthetic child's life in two worlds: `names` of the worlds and their `titles`, `born` (academic
    year), and the years from entry until 32, until the child moves away, or until the scenarios end."""

    child: int
    names: tuple[str, str]
    titles: tuple[str, str]
    seed: int
    draw: int
    girl: bool
    born: int
    years: tuple[Year, ...]
    ends: str

    @property
    def parting(self) -> Year | None:
        """The first year in which anything of the child differs, None where nothing ever does."""
        return next((year for year in self.years if year.parted), None)

    def text(self) -> str:
        """The story in plain words."""
        from experiments.lives.text import told

        return told(self)

    def frame(self) -> "pd.DataFrame":
        """One row a year, world and quantity: year, world, quantity, value (yes and no are 1 and 0), and the
        same in words. Doses are quantities too, and what earlier doses left."""
        import pandas as pd

        rows = []
        for year in self.years:
            for world, facts, given in zip(self.names, year.facts, year.given, strict=True):
                quantities = {**facts, **_doses(given)}
                rows += [
                    (year.year, world, name, fact.value, fact.words) for name, fact in quantities.items()
                ]
        return pd.DataFrame(rows, columns=["year", "world", "quantity", "value", "words"])


def _doses(given: Given) -> Facts:
    found = {
        f"dose of {help_.name}: {state}": Fact(amount, f"{amount:+.3f}")
        for help_ in given.help
        for state, amount in help_.doses.items()
    }
    found |= {f"took part in {each.name}": Fact(1.0, "yes") for each in given.help if each.served}
    left = {
        f"left of earlier doses: {state}": Fact(x, f"{x:+.3f}") for state, x in (given.left or {}).items()
    }
    return found | left


def explain_child(
    child: int, scenario: Scenario, versus: Scenario, seed: int = 0, draw: int = 0
) -> LifeStory:
    """One child's life under two scenarios, with the reasons where they part.

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
    """Both scenarios, checked: two worlds of one town. Raises InputError."""
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
    """What the two worlds are called: the names of their files, or which came first."""
    a, b = arms.a.name or "the first", arms.b.name or "the second"
    return (a, b) if a != b else (f"{a} (first)", f"{b} (second)")


@dataclass
class _Life:
    """A life as it is lived: the years so far."""

    child: int
    years: list[Year] = field(default_factory=list)
    girl: bool = False

    def to_branch(self, town: Town) -> None:
        """The years that both worlds share."""
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
        """The years in which the worlds may differ; how the story ends, "" where it never begins."""
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
    """The year in which somebody of that id would enter; those of the first town bear the year of birth."""
    return max(START, (child >> (_NUMBER_BITS + _KIND_BITS)) + _EPOCH)


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
