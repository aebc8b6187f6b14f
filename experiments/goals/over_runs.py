"""Goals decided over many runs at once, in their own year or in any other.

The rules are those of `model.goals.goals.evaluate`, which decides one run; a test holds the two together.
Here a figure is an array over runs (S,), NaN where a run has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.goals.assessment import compared_with
from experiments.runs.draws import Cell, Draws
from experiments.runs.ensemble import Ensemble
from model.goals.goal_files import (
    Baseline,
    DistrictBestTenth,
    DistrictMedian,
    EnglandFigure,
    FixedNumber,
    Goal,
    NotAvailable,
    Part,
    ShareOfBaseline,
)
from model.goals.goals import Districts, Figures
from model.world.world import World

type D = NDArray[np.float64]

BY_NEED: Final[Mapping[str, str]] = {
    "disadvantaged": "need6",
    "other": "not_need6",
    "fsm": "need6",
    "non_fsm": "not_need6",
}
"""Who would count as disadvantaged by the rule of 2017, whatever rules came after it."""
_TOLERANCE: Final = (1e-6, 1e-9)
"""Relative and absolute: two figures closer than this are equal, as for one run."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of an arm with what goals compare them with. `clusters` (S,) says which runs have one set of
    numbers (see `likelihood`), `draws` (S,) which draw each has. Make it with `of`."""

    ensemble: Ensemble
    england: Figures
    districts: Districts
    clusters: tuple[int, ...]
    world: World
    _paths: dict[tuple[str, str], D | None] = field(default_factory=dict)

    @staticmethod
    def of(ensemble: Ensemble, numbers: Draws, like: "Runs | None" = None) -> "Runs":
        """The runs of an ensemble made with these numbers; what they are compared with is that of `like`
        where given, runs of the same place and of a scenario with the same burn-in. Raises InputError where
        an input cannot be read."""
        if like is not None:
            of_cell = dict(zip(like.ensemble.cells, like.clusters, strict=True))
            clusters = tuple(of_cell[cell] for cell in ensemble.cells)
            return Runs(ensemble, like.england, like.districts, clusters, like.world)
        world = World.of(ensemble.scenario)
        england, districts = compared_with(world)
        return Runs(ensemble, england, districts, clusters_of(numbers, ensemble), world)

    @cached_property
    def draws(self) -> tuple[int, ...]:
        """The replicate that each run is of: its draw, or, for the best fit alone, its seed."""
        return replicates_of(self.ensemble.cells)

    def figure(self, indicator: str, group: str, minus: str | None, year: int) -> D:
        """A figure, or that of a group less another, by run (S,)."""
        found = self._of(indicator, group, year)
        return found if minus is None else found - self._of(indicator, minus, year)

    def _of(self, indicator: str, group: str, year: int) -> D:
        key = indicator, group
        if key not in self._paths:
            recorded = self.ensemble.path(indicator, group)
            self._paths[key] = None if recorded is None else recorded.astype(np.float64)
        path = self._paths[key]
        if path is None or year not in self.ensemble.years:
            return np.full(len(self.ensemble.cells), np.nan)
        result: D = path[:, self.ensemble.years.index(year)]
        return result


def replicates_of(cells: Sequence[Cell]) -> tuple[int, ...]:
    """What a run is a replicate of: its draw of the numbers, or its seed where all have the same one."""
    if len({cell.draw for cell in cells}) == 1:
        return tuple(cell.seed for cell in cells)
    return tuple(cell.draw for cell in cells)


def clusters_of(numbers: Draws, ensemble: Ensemble) -> tuple[int, ...]:
    """Which runs have one set of numbers: draws of a posterior may be copies of each other, and count as one
    then. Where all runs have the same draw, each seed stands for itself."""
    replicates = replicates_of(ensemble.cells)
    if len(ensemble.draws) == 1:
        return replicates
    of = {draw: numbers.parameters(ensemble.scenario, draw).digest() for draw in ensemble.draws}
    order = list(dict.fromkeys(of.values()))
    return tuple(order.index(of[draw]) for draw in replicates)


@dataclass(frozen=True, eq=False)
class PartDecided:
    """One part over runs, (S,) each: start, value and aim in the indicator's unit, and `reached` 1 or 0, NaN
    where a figure is missing."""

    part: Part
    year: int
    start: D
    value: D
    aim: D
    reached: D


@dataclass(frozen=True, eq=False)
class Decided:
    """One goal over runs: `reached` (S,) 1 or 0, NaN where a missing figure could decide it."""

    goal: Goal
    year: int
    parts: tuple[PartDecided, ...]
    reached: D


def decide(goal: Goal, runs: Runs, year: int | None = None, by_need: bool = False) -> Decided:
    """The goal over runs, in its own year or in another: what its parts ask of the goal's year, they ask of
    that one. With `by_need`, gaps that are set against the town's own start are those of need by the rule of
    2017, so that a change of rule closes none."""
    year = goal.year if year is None else year
    parts = []
    for part in goal.parts:
        own = year if part.year is None else part.year + year - goal.year
        parts.append(_part(goal, _by_need(part, runs) if by_need else part, runs, own))
    return Decided(goal, year, tuple(parts), _all_of([each.reached for each in parts if each.part.counts]))


def latent(goal: Goal, runs: Runs) -> D | None:
    """The goal by the skill behind its figures: parts that name one are decided on it. None where none
    does."""
    reached, asked = [], False
    for part in goal.parts:
        if not part.counts:
            continue
        reference = part.reference
        if isinstance(reference, ShareOfBaseline) and reference.latent_indicator is not None:
            asked = True
            part = part.model_copy(update={"indicator": reference.latent_indicator})
        year = goal.year if part.year is None else part.year
        reached.append(_part(goal, part, runs, year).reached)
    return _all_of(reached) if asked else None


def composed(part: Part) -> bool:
    """Whether a change of who counts as disadvantaged can move a part: a gap, set against the town's own
    start."""
    return (
        part.minus_group is not None
        and isinstance(part.reference, Baseline | ShareOfBaseline)
        and bool({part.group, part.minus_group} & BY_NEED.keys())
    )


def _by_need(part: Part, runs: Runs) -> Part:
    if not composed(part) or part.minus_group is None:
        return part
    group, minus = (BY_NEED.get(each, each) for each in (part.group, part.minus_group))
    if any((part.indicator, each) not in runs.ensemble.keys for each in (group, minus)):
        return part
    return part.model_copy(update={"group": group, "minus_group": minus})


def _part(goal: Goal, part: Part, runs: Runs, year: int) -> PartDecided:
    start = runs.figure(part.indicator, part.group, part.minus_group, goal.baseline_year)
    value = runs.figure(part.indicator, part.group, part.minus_group, year)
    aim = _aim(part, start, runs, year)
    return PartDecided(part, year, start, value, aim, holds(part.comparison, value, aim))


def _aim(part: Part, start: D, runs: Runs, year: int) -> D:
    reference = part.reference
    match reference:
        case NotAvailable():
            figure: float | None = None
        case FixedNumber():
            figure = reference.value
        case Baseline():
            return start
        case ShareOfBaseline():
            # A share of nothing, or of less, is no aim.
            return np.where(start > 0, reference.share * start, np.nan)
        case EnglandFigure():
            figure = england_figure(part, runs, year)
        case DistrictMedian() | DistrictBestTenth():
            upwards = part.comparison in ("at_least", "above")
            quantile = "median" if isinstance(reference, DistrictMedian) else "p90" if upwards else "p10"
            indicator, group = reference.indicator or part.indicator, reference.group or part.group
            figure = runs.districts(indicator, group, year, quantile)
    return np.full(len(start), np.nan if figure is None else figure)


def england_figure(part: Part, runs: Runs, year: int) -> float | None:
    """England's figure, or gap, for a part; that of the year that its reference names, where it names
    one."""
    indicator, group, minus, of_year = part.indicator, part.group, part.minus_group, year
    if isinstance(part.reference, EnglandFigure):
        reference = part.reference
        indicator = reference.indicator or indicator
        group, minus = reference.group or group, reference.minus_group or minus
        of_year = year if reference.year is None else reference.year
    figure = runs.england(indicator, group, of_year)
    if minus is None or figure is None:
        return figure
    other = runs.england(indicator, minus, of_year)
    return None if other is None else figure - other


def holds(comparison: str, value: D, aim: D) -> D:
    """1 where `value` compares with `aim` as asked, 0 where not, NaN where one is missing."""
    relative, absolute = _TOLERANCE
    equal = np.abs(value - aim) <= np.maximum(relative * np.maximum(np.abs(value), np.abs(aim)), absolute)
    match comparison:
        case "at_least":
            good = equal | (value > aim)
        case "at_most":
            good = equal | (value < aim)
        case "above":
            good = ~equal & (value > aim)
        case _:
            good = ~equal & (value < aim)
    return np.where(np.isfinite(value) & np.isfinite(aim), good.astype(np.float64), np.nan)


def _all_of(parts: Sequence[D]) -> D:
    """1 where all are reached, 0 where one is not, NaN where a missing one could decide."""
    every = np.stack(parts)
    return np.where((every == 0).any(axis=0), 0.0, np.where(np.isnan(every).any(axis=0), np.nan, 1.0))
