"""What a bundle does, on paired cells: the same draws of the numbers and the same luck for every bundle."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.compare.costs import SPENT
from experiments.goals.files import goal_files
from experiments.goals.runs import Runs
from experiments.portfolio.bundle import Candidate, Levels, bundle, named, nothing
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import Ensemble
from experiments.runs.processes import Progress
from experiments.runs.runner import RunPlan, carry_out, ensembles, jobs_of
from experiments.runs.store import BrokenOffError, Store
from model.calendar import FIRST_ACTING
from model.goals.goal_files import Goal
from model.indicators.record import PROGRAMME
from model.indicators.registry import INDICATORS, known_groups
from model.io.errors import InputError, unknown
from model.scenario.scenario import Scenario

type D = NDArray[np.float64]
type Told = Callable[[str], AbstractContextManager[Progress]]
"""Gives a progress bar under some words."""

LAST_YEARS: Final = 5
"""Years at the end over which a gain is a mean, so that it is not one cohort's."""
SECURE: Final = 3
"""Padlocks, of five, from which on evidence is called secure here: as the Education Endowment Foundation
gives them, three stand for moderate security, the middle of its scale."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Whose gain counts: an indicator of a group, a mean over the last years up to `until` or in `year`."""

    indicator: str
    group: str
    until: int
    year: int | None = None

    @staticmethod
    def of(scenario: Scenario, indicator: str, group: str, year: int | None = None) -> "Measure":
        """Return the measure, checked. Raises InputError for what is not recorded, has no good side, or a
        year that is not lived."""
        if indicator not in INDICATORS:
            raise unknown("an indicator", indicator, INDICATORS, at="--indicator")
        if not INDICATORS[indicator].direction:
            raise InputError(
                "has no better side, so that nothing is a gain", at="--indicator", value=indicator
            )
        if group not in known_groups()[indicator]:
            raise unknown(f"a group of {indicator}", group, known_groups()[indicator], at="--group")
        if year is not None and not FIRST_ACTING <= year <= scenario.until:
            raise InputError(
                "is not lived", at="--year", value=year, allowed=f"{FIRST_ACTING} to {scenario.until}"
            )
        return Measure(indicator, group, scenario.until, year)

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years that count."""
        return (
            (self.year,)
            if self.year is not None
            else tuple(range(max(FIRST_ACTING, self.until - LAST_YEARS + 1), self.until + 1))
        )

    @property
    def words(self) -> str:
        """Return what it is, and when: `... , disadvantaged, 2044 to 2048`."""
        title = INDICATORS[self.indicator].title
        when = f"{self.year}" if self.year is not None else f"mean of {self.years[0]} to {self.years[-1]}"
        return f"{title[:1].lower()}{title[1:]}, {self.group}, {when}"

    @property
    def unit(self) -> str:
        """Return the unit of a gain: points for percentages."""
        unit = INDICATORS[self.indicator].unit
        return "points" if unit.startswith("%") else unit

    def figures(self, ensemble: Ensemble) -> D:
        """Return its value in each run (S,), the good side up; NaN where it is missing."""
        path = ensemble.path(self.indicator, self.group)
        at = [ensemble.years.index(year) for year in self.years if year in ensemble.years]
        if path is None or not at:
            raise InputError(f"is not recorded of {self.group}", at="--indicator", value=self.indicator)
        result: D = path[:, at].astype(np.float64).mean(axis=1) * INDICATORS[self.indicator].direction
        return result


@dataclass(frozen=True, eq=False)
class Judged:
    """A bundle over cells (S,), paired with doing none of the candidates: how many of the goals are reached,
    the gain of those whom the measure is about, pounds of 2017 a year at the town's own size. `by_goal` (G,)
    is the share of runs that reach each goal, `money` the pounds a year of each candidate, `draws` (S,) the
    draw of each cell."""

    levels: Levels
    goals: D
    gain: D
    cost: D
    by_goal: D
    money: D
    draws: NDArray[np.int64]

    @property
    def likely(self) -> int:
        """Return how many goals more than half of the runs reach."""
        return int((self.by_goal > 0.5).sum())

    def by_draw(self, figures: D) -> D:
        """Return the means over the seeds of each draw (D,), draws in order."""
        return np.array([figures[self.draws == draw].mean() for draw in np.unique(self.draws)])


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges bundles of a scenario's candidates. What it has judged it remembers; runs are in the store."""

    scenario: Scenario
    candidates: tuple[Candidate, ...]
    goals: tuple[Goal, ...]
    measure: Measure
    numbers: ParameterDraws
    cells: tuple[RunId, ...]
    store: Store
    workers: int | None = None
    told: Told | None = None
    _known: dict[Levels, Judged] = field(default_factory=dict)
    _without: list[Ensemble] = field(default_factory=list)

    def __call__(self, wanted: Sequence[Levels], words: str = "bundles") -> list[Judged]:
        """Return the these bundles, judged. Raises InputError, or BrokenOffError where runs broke off
        twice."""
        empty = nothing(self.candidates)
        fresh = [each for each in dict.fromkeys((empty, *wanted)) if each not in self._known]
        if fresh:
            made = self._made(fresh, words)
            if not self._without:
                self._without.append(made[empty])
            for levels, ensemble in made.items():
                self._known[levels] = self._judged(levels, ensemble)
        return [self._known[levels] for levels in wanted]

    def _made(self, wanted: Sequence[Levels], words: str) -> dict[Levels, Ensemble]:
        arms = {
            str(i): bundle(self.scenario, named(levels, self.candidates)) for i, levels in enumerate(wanted)
        }
        plan = RunPlan(arms, jobs_of(arms, self.cells), self.numbers)
        with nullcontext() if self.told is None else self.told(words) as progress:
            outcome = carry_out(plan, self.store, workers=self.workers, progress=progress)
        if outcome.failed:
            raise BrokenOffError(outcome.failed)
        found = ensembles(plan, self.store)
        return {levels: found[str(i)] for i, levels in enumerate(wanted)}

    def _judged(self, levels: Levels, ensemble: Ensemble) -> Judged:
        (without,) = self._without
        gain = self.measure.figures(ensemble) - self.measure.figures(without)
        if not np.isfinite(gain).all():
            raise InputError(
                f"has no figure of {self.measure.group} in some runs: too few people stand behind it",
                at="--indicator",
                value=self.measure.indicator,
            )
        reached = self._reached(ensemble)
        money = [self._money(ensemble, f"{PROGRAMME}{each.name}").mean() for each in self.candidates]
        return Judged(
            levels,
            reached.sum(axis=1).astype(np.float64),
            gain,
            self._money(ensemble, "all") - self._money(without, "all"),
            reached.mean(axis=0),
            np.array(money),
            np.array([cell.draw for cell in ensemble.cells], np.int64),
        )

    def _reached(self, ensemble: Ensemble) -> NDArray[np.bool_]:
        """Return which goals each run reaches (S, G); one that a run cannot decide is not reached."""
        runs = Runs.of(ensemble)
        return np.stack([runs.decide(goal).reached == 1 for goal in self.goals], axis=1)

    def _money(self, ensemble: Ensemble, group: str) -> D:
        """Return the pounds a year of each run (S,), from the first candidate's first year on, at the town's
        own size."""
        if (SPENT, group) not in ensemble.keys:
            return np.zeros(len(ensemble.cells))
        years = np.array(ensemble.years)
        lived = (years >= min(each.start for each in self.candidates)) & (years <= self.scenario.until)
        spent = np.nan_to_num(ensemble.values[:, :, ensemble.keys.index((SPENT, group))])
        result: D = spent[:, lived].astype(np.float64).sum(axis=1) / lived.sum() / self.scenario.scale
        return result


def chosen_goals(
    scenario: Scenario, candidates: Sequence[Candidate], ids: Sequence[str] = ()
) -> tuple[Goal, ...]:
    """Return the goals that count: these, or all that can be checked, fall due by the scenario's last year,
    and do so after the first candidate starts.

    Raises:
        InputError: there is no such goal, it falls due later, or none is left.
    """
    goals = {goal.id: goal for file in goal_files(scenario) for goal in file.goals}
    first = min(each.start for each in candidates)
    for name in ids:
        if name not in goals:
            raise unknown("a goal of this scenario", name, goals, at="--goal")
        if goals[name].year > scenario.until:
            problem = f"falls due in {goals[name].year}, after the last year lived ({scenario.until})"
            raise InputError(problem, at="--goal", value=name)
    if ids:
        return tuple(goals[name] for name in dict.fromkeys(ids))
    due = [goal for goal in goals.values() if goal.counted and first <= goal.year <= scenario.until]
    if not due:
        raise InputError(
            f"no goal falls due from {first}, when the first programme starts, to {scenario.until}",
            where=scenario.name or "the scenario",
            allowed="--until 2048, or --goal",
        )
    return tuple(due)
