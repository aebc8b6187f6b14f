"""Runs of a scenario, with what their goals are compared with and what counts as a replicate among them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import Ensemble
from model.goals.decision import D, GoalDecision, Sources, decide, figure
from model.goals.goal_files import Goal, Part
from model.indicators.references import references
from model.inputs.england import England
from model.inputs.place import Place
from model.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs with England as their scenario has it. `clusters` (S,) says which runs have one set of numbers
    (see `likelihood`). Make it with `of`."""

    ensemble: Ensemble
    england: England
    clusters: tuple[int, ...]
    _paths: dict[tuple[str, str], D | None] = field(default_factory=dict)

    @staticmethod
    def of(ensemble: Ensemble, numbers: ParameterDraws | None = None, like: "Runs | None" = None) -> "Runs":
        """Take the runs of an ensemble made with these numbers; without them each draw stands for itself.
        Clusters and England are those of `like` where given, runs of the same cells and of a scenario with
        the same England. Raises InputError where an input cannot be read."""
        if like is not None:
            of_cell = dict(zip(like.ensemble.cells, like.clusters, strict=True))
            return Runs(ensemble, like.england, tuple(of_cell[cell] for cell in ensemble.cells))
        clusters = replicates_of(ensemble.cells) if numbers is None else clusters_of(numbers, ensemble)
        return Runs(ensemble, england_of(ensemble.scenario), clusters)

    @cached_property
    def place(self) -> Place:
        """The place that they are of."""
        return Place.load(self.ensemble.scenario.place)

    @cached_property
    def draws(self) -> tuple[int, ...]:
        """The replicate that each run is of: its draw, or, for the best fit alone, its seed."""
        return replicates_of(self.ensemble.cells)

    @cached_property
    def sources(self) -> Sources:
        """What goals are decided on."""
        return Sources(self._figure, *references(self.england))

    def decide(self, goal: Goal) -> GoalDecision:
        """Decide a goal on every run."""
        return decide(goal, self.sources)

    def figure(self, indicator: str, group: str, minus: str | None, year: int) -> D:
        """Read a figure, or that of a group less another, by run (S,), NaN where a run has none."""
        return figure(self._figure, indicator, group, minus, year)

    def deciding(self, goal: Goal) -> D:
        """Read the figure of a goal's first deciding part in its year, by run (S,)."""
        part = goal.deciding
        return self.figure(part.indicator, part.group, part.minus_group, goal.year_of(part))

    def observed(self, part: Part, year: int) -> float | None:
        """Read the town's own published figure, or gap, of a part in a year; None where none was
        published."""
        found: list[float] = []
        for group in filter(None, (part.group, part.minus_group)):
            there = self.place.observations(part.indicator, group)
            own = [one.value for one in there if (one.place, one.year) == (self.place.name, year)]
            if not own:
                return None
            found.append(own[0])
        return found[0] - sum(found[1:])

    def _figure(self, indicator: str, group: str, year: int) -> D:
        key = indicator, group
        if key not in self._paths:
            recorded = self.ensemble.path(indicator, group)
            self._paths[key] = None if recorded is None else recorded.astype(np.float64)
        path = self._paths[key]
        if path is None or year not in self.ensemble.years:
            return np.full(len(self.ensemble.cells), np.nan)
        result: D = path[:, self.ensemble.years.index(year)]
        return result


def england_of(scenario: Scenario) -> England:
    """Load England as a scenario has it. Raises InputError."""
    path, england = scenario.england.path, England.load()
    return england if path == "flat" else england.on_path(path)


def replicates_of(cells: Sequence[RunId]) -> tuple[int, ...]:
    """Say what each run is a replicate of: its draw of the numbers, or its seed where all have the same
    one."""
    if len({cell.draw for cell in cells}) == 1:
        return tuple(cell.seed for cell in cells)
    return tuple(cell.draw for cell in cells)


def clusters_of(numbers: ParameterDraws, ensemble: Ensemble) -> tuple[int, ...]:
    """Say which runs have one set of numbers: draws of a posterior may be copies of each other, and count as
    one then. Where all runs have the same draw, each seed stands for itself."""
    replicates = replicates_of(ensemble.cells)
    if len(ensemble.draws) == 1:
        return replicates
    of = {draw: numbers.parameters(ensemble.scenario, draw).digest() for draw in ensemble.draws}
    order = list(dict.fromkeys(of.values()))
    return tuple(order.index(of[draw]) for draw in replicates)
