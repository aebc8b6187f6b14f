"""How the goals stand over many runs: where the town starts, where it gets to, and in how many runs that is
enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np

from experiments.runs import statistics as arrays
from experiments.runs.draws import Cell
from experiments.runs.ensemble import Ensemble
from experiments.runs.statistics import HIGH, LOW
from model.goals.goal_files import (
    Baseline,
    DistrictBestTenth,
    DistrictMedian,
    EnglandFigure,
    Goal,
    GoalFile,
    NotAvailable,
    Part,
    ShareOfBaseline,
    check_names,
)
from model.goals.goals import Districts, Figures, GoalResult, PartResult, evaluate
from model.indicators.record import lookups
from model.indicators.registry import INDICATORS, known_groups
from model.inputs.england import England
from model.inputs.place import Place
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.world.world import World

START_WORDS: Final = {
    "published": "published start",
    "derived": "start derived from published figures",
    "suffolk_proxy": "start as in Suffolk",
    "prior_only": "assumed start",
}
COMPARISONS: Final = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}


def stands(comparison: str, ahead: float) -> bool:
    """Tell whether a figure that is so far above its aim is where a comparison in words wants it."""
    match comparison:
        case "at least":
            return ahead >= 0
        case "at most":
            return ahead <= 0
        case "above":
            return ahead > 0
        case _:
            return ahead < 0


@dataclass(frozen=True, slots=True)
class Band:
    """A figure over runs: its mean, and the 5th and 95th percentile of those runs that have it (`runs` of
    them)."""

    mean: float
    low: float
    high: float
    runs: int

    @staticmethod
    def of(figures: Sequence[float | None]) -> "Band | None":
        """The band of these figures, None where every run lacks it."""
        known = [figure for figure in figures if figure is not None]
        if not known:
            return None
        low, high = np.percentile(known, [LOW, HIGH])
        return Band(float(np.mean(known)), float(low), float(high), len(known))


@dataclass(frozen=True, slots=True)
class PartStanding:
    """How one part stands: figures in `unit`, a gap as group minus other group. `published` is the town's
    published figure of the baseline year, None where there is none. `chance_sd` and `draws_sd` are the SD of
    its value within draws and between them (see `Ensemble.spread`), None where that cannot be told."""

    part: Part
    year: int
    unit: str
    published: float | None
    start: Band | None
    value: Band | None
    aim: Band | None
    reference: str
    reached: int
    undecided: int
    missing: tuple[str, ...]
    chance_sd: float | None = None
    draws_sd: float | None = None

    @property
    def gap(self) -> bool:
        """Whether it is about the gap between two groups."""
        return self.part.minus_group is not None

    @property
    def comparison(self) -> str:
        """The comparison in words: at least, at most, above, below."""
        return COMPARISONS[self.part.comparison]

    @property
    def started(self) -> float | None:
        """Return where it starts: as published, else as the model has it."""
        if self.published is not None:
            return self.published
        return self.start.mean if self.start else None


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """How one goal stands over `runs` runs: in how many it is reached, and in how many that cannot be
    decided. `reached_latent` is the number by the skill behind the figure, None where no part asks for it."""

    goal: Goal
    parts: tuple[PartStanding, ...]
    runs: int
    reached: int
    undecided: int
    missing: tuple[str, ...]
    reached_latent: int | None

    @property
    def decided(self) -> bool:
        """Whether at least one run decides it."""
        return self.undecided < self.runs

    @property
    def checkable(self) -> bool:
        """Whether it is one of the goals that can be checked: on a published start, and decided."""
        return self.goal.counted and self.decided

    @property
    def likely(self) -> bool:
        """Whether more than half of the runs reach it."""
        return 2 * self.reached > self.runs

    @property
    def already(self) -> bool:
        """Tell whether the town stood where the goal wants it when it started: all that counts of it."""
        known = [(each, each.started) for each in self.parts if each.part.counts]
        return bool(known) and all(
            start is not None and each.aim is not None and stands(each.comparison, start - each.aim.mean)
            for each, start in known
        )

    @property
    def start_words(self) -> str:
        """Where its start comes from, in words."""
        return START_WORDS[self.goal.baseline_status]


@dataclass(frozen=True, slots=True)
class FileStanding:
    """How the goals of one file stand over these runs. `acting`: whether a programme or an act is in them;
    `note`: what a reader must know about the numbers."""

    name: str
    file: GoalFile
    goals: tuple[GoalStanding, ...]
    cells: tuple[Cell, ...]
    acting: bool = False
    note: str = ""

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.cells)

    @property
    def can_be_checked(self) -> tuple[GoalStanding, ...]:
        """The goals on a published start that the runs decide."""
        return tuple(goal for goal in self.goals if goal.checkable)

    @property
    def on_assumed_start(self) -> tuple[GoalStanding, ...]:
        """The goals that the runs decide, but whose start nobody published: shown, never counted."""
        return tuple(goal for goal in self.goals if goal.decided and not goal.checkable)

    @property
    def cannot_be_decided(self) -> tuple[GoalStanding, ...]:
        """The goals that no run decides, because a figure is missing."""
        return tuple(goal for goal in self.goals if not goal.decided)

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        able = self.can_be_checked
        if not able:
            return "None of these goals can be checked against published figures."
        reached = sum(goal.likely for goal in able)
        most = "the one run made" if self.runs == 1 else f"more than half of the {self.runs} runs"
        return f"{reached} of the {len(able)} that can be checked: reached in {most}."


def checked_goals(name_or_path: str | Path) -> GoalFile:
    """A goal file, checked against what the model records and what is published of England and its districts.

    Raises:
        InputError: it cannot be read, or names an indicator, a group or a series that does not exist.
    """
    known = known_groups()
    goals = GoalFile.load(name_or_path, known)
    england = England.load()
    published, districts = dict(known), dict(known)
    for names, there in ((published, england.all_series), (districts, england.districts)):
        for name in dict.fromkeys(name for name, _ in there):
            groups = [group for of, group in there if of == name]
            names[name] = tuple(dict.fromkeys((*known.get(name, ()), *groups)))
    try:
        check_names(goals, known, published, districts)
    except InputError as error:
        path = files.resolve(name_or_path, files.goal_files(), "goal file")
        raise error.inside(files.shown_path(path)) from None
    return goals


def goal_files(scenario: Scenario) -> list[GoalFile]:
    """The goal files that a scenario names, checked. Raises InputError."""
    return [checked_goals(name) for name in scenario.goals]


def goals(ensemble: Ensemble, files: Sequence[GoalFile] | None = None) -> tuple[FileStanding, ...]:
    """How the goals of the scenario, or of these `files`, stand over the runs of an ensemble.

    Raises:
        InputError: a goal file cannot be read, or names an indicator or a group that is not recorded.
    """
    world = World.of(ensemble.scenario)
    if files is None:
        files = goal_files(ensemble.scenario)
    return tuple(_file(file, ensemble, world) for file in files)


def _file(file: GoalFile, ensemble: Ensemble, world: World) -> FileStanding:
    figures = [ensemble.figures(position) for position in range(len(ensemble.cells))]
    draws = [cell.draw for cell in ensemble.cells]
    england, district = compared_with(world)
    standings = []
    for goal in file.goals:
        results = [evaluate(goal, figure, england, district) for figure in figures]
        standings.append(_goal(goal, results, world.place, draws))
    acting = ensemble.scenario.acting
    return FileStanding(file.name, file, tuple(standings), ensemble.cells, acting, ensemble.note)


def compared_with(world: World) -> tuple[Figures, Districts]:
    """England's and the districts' figures, by which goals are decided."""
    nothing = cast(Any, SimpleNamespace(recorded=SimpleNamespace(value=None)))
    _, england, districts = lookups(nothing, world)
    return england, districts


def _goal(goal: Goal, results: Sequence[GoalResult], place: Place, draws: Sequence[int]) -> GoalStanding:
    latent = [result.reached_latent for result in results]
    of_parts = zip(*(result.parts for result in results), strict=True)
    parts = [_part(goal, each, place, draws) for each in of_parts]
    return GoalStanding(
        goal,
        tuple(parts),
        runs=len(results),
        reached=sum(result.reached is True for result in results),
        undecided=sum(result.reached is None for result in results),
        missing=tuple(dict.fromkeys(what for result in results for what in result.missing)),
        reached_latent=None if all(each is None for each in latent) else sum(each is True for each in latent),
    )


def _part(goal: Goal, results: Sequence[PartResult], place: Place, draws: Sequence[int]) -> PartStanding:
    part = results[0].part
    values = [np.nan if result.value is None else result.value for result in results]
    split = arrays.nested(np.array(values, np.float64), draws)
    chance, between = (None if np.isnan(each) else float(np.sqrt(each)) for each in split)
    return PartStanding(
        part,
        year=results[0].year,
        unit=units()[part.indicator],
        published=published(place, part, goal.baseline_year),
        start=Band.of([result.start for result in results]),
        value=Band.of([result.value for result in results]),
        aim=Band.of([result.aim for result in results]),
        reference=reference_in_words(part, goal.baseline_year),
        reached=sum(result.reached is True for result in results),
        undecided=sum(result.reached is None for result in results),
        missing=tuple(dict.fromkeys(what for result in results for what in result.missing)),
        chance_sd=chance,
        draws_sd=between,
    )


def units() -> Mapping[str, str]:
    """The unit of each indicator."""
    return {name: indicator.unit for name, indicator in INDICATORS.items()}


def published(place: Place, part: Part, year: int) -> float | None:
    """The town's own published figure, or gap, of a part in `year`; None where none was published."""

    def observed(group: str) -> float | None:
        found = [
            o.value
            for o in place.observations(part.indicator, group)
            if (o.place, o.year) == (place.name, year)
        ]
        return found[0] if found else None

    figure = observed(part.group)
    if part.minus_group is None or figure is None:
        return figure
    other = observed(part.minus_group)
    return None if other is None else figure - other


def reference_in_words(part: Part, baseline_year: int) -> str:
    """What a part is compared with, in a few words; empty for a fixed number."""
    match part.reference:
        case Baseline():
            return f"the figure of {baseline_year}"
        case ShareOfBaseline(share=share):
            words = {0.5: "half", 0.1: "a tenth", 0.25: "a quarter"}.get(share, f"{share:g}")
            return f"{words} of {baseline_year}"
        case EnglandFigure(year=year):
            return "England" if year is None else f"England in {year}"
        case DistrictMedian():
            return "the median district"
        case DistrictBestTenth():
            return "the best tenth of districts"
        case NotAvailable():
            return "not available"
        case _:
            return ""
