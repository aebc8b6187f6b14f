"""Goals assessed over runs: where the town starts, where it gets to, and in how many runs that is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.goals.files import goal_files
from experiments.goals.likelihood import EVEN, Likelihood, likelihood
from experiments.goals.runs import Runs
from experiments.runs import statistics
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import Ensemble
from experiments.runs.statistics import D, Span, span
from model.goals.decision import PartDecision, by_need, by_skill, composed, england_figure, holds
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
)
from model.indicators.registry import INDICATORS
from model.inputs.place import Place

START_WORDS: Final = {
    "published": "published start",
    "derived": "start derived from published figures",
    "area_proxy": "start as in the area around",
    "prior_only": "assumed start",
}
NO_START: Final = "start as the model has it, for none was published"


@dataclass(frozen=True, slots=True)
class _Assessed:
    """A part or goal assessed over `runs` runs; `likelihood` None where no run decides it, `missing` what
    they lack then."""

    runs: int
    likelihood: Likelihood | None
    missing: tuple[str, ...]

    @property
    def reached(self) -> int:
        """Return the number of runs that reach it."""
        return self.likelihood.reached if self.likelihood else 0

    @property
    def undecided(self) -> int:
        """Return the number of runs that cannot decide it."""
        return self.likelihood.undecided if self.likelihood else self.runs


@dataclass(frozen=True, slots=True)
class PartAssessment(_Assessed):
    """One part of a goal: figures in `unit`, a gap as group minus other group; None: no such figure.

    `observed_start` is the town's published figure of the baseline year, `england` England's of the part's
    year. `distance` is how far the figure is from the aim, positive where short of it. `chance_sd` and
    `draws_sd` are the SD of the figure within draws and between them (see `Ensemble.spread`).
    `composition` says that a gap closed only because other children count as disadvantaged.
    """

    part: Part
    year: int
    reference: str
    observed_start: float | None
    start: Span | None
    value: Span | None
    aim: Span | None
    distance: Span | None
    england: float | None
    chance_sd: float | None
    draws_sd: float | None
    composition: bool

    @property
    def label(self) -> str:
        """Return what it is called."""
        return self.part.label

    @property
    def unit(self) -> str:
        """Return the unit of its figures."""
        return INDICATORS[self.part.indicator].unit

    @property
    def counts(self) -> bool:
        """Tell whether it decides the goal, or is only shown."""
        return self.part.counts

    @property
    def gap(self) -> bool:
        """Tell whether it is about the gap between two groups."""
        return self.part.minus_group is not None

    @property
    def comparison(self) -> str:
        """Return the comparison in words: at least, at most, above, below."""
        return self.part.comparison.replace("_", " ")

    @property
    def started(self) -> float | None:
        """Return where it starts: as published, else as the model has it."""
        if self.observed_start is not None:
            return self.observed_start
        return self.start.mean if self.start else None

    @property
    def already(self) -> bool:
        """Tell whether the town stood where it wants it when it started."""
        start, aim = self.started, self.aim
        return start is not None and aim is not None and holds(self.part.comparison, start, aim.mean) == 1


@dataclass(frozen=True, slots=True)
class GoalAssessment(_Assessed):
    """One goal. `latent` is the likelihood by the skill behind the figure, None where no part asks for it;
    `composition_only` says that it is reached only because other children count as disadvantaged;
    `around` names the area whose figure stands for the town's own where a goal starts from such a one, empty
    where the town has its own, None where neither was published.

    The rest is for `wolsey reach` alone: `first_likely` is the first year from 2018 on in which it is as
    likely as not, None where never; `expert` the likelihood that evidence without a model suggests (a prior,
    by hand), None where nobody gave one.
    """

    goal: Goal
    parts: tuple[PartAssessment, ...]
    latent: Likelihood | None
    composition_only: bool
    around: str | None = ""
    first_likely: int | None = None
    expert: tuple[float, float] | None = None

    @property
    def id(self) -> str:
        """Return what it is called for short."""
        return self.goal.id

    @property
    def title(self) -> str:
        """Return what it is called in full."""
        return self.goal.title

    @property
    def section(self) -> str:
        """Return the part of its file in which it stands."""
        return self.goal.section

    @property
    def rung(self) -> str:
        """Return the rung of its measure, empty where it is none."""
        return self.goal.rung

    @property
    def year(self) -> int:
        """Return the year by which it is to be reached."""
        return self.goal.year

    @property
    def baseline_year(self) -> int:
        """Return the year in which it starts."""
        return self.goal.baseline_year

    @property
    def counted(self) -> bool:
        """Tell whether it is not on an assumed start, and has something to be compared with."""
        return self.goal.counted

    @property
    def decided(self) -> bool:
        """Tell whether at least one run decides it."""
        return self.likelihood is not None

    @property
    def checkable(self) -> bool:
        """Tell whether it is one of the goals that can be checked: on a published start, and decided."""
        return self.counted and self.decided

    @property
    def likely(self) -> bool:
        """Tell whether it is more likely than not."""
        return self.likelihood is not None and self.likelihood.likely

    @property
    def even(self) -> bool:
        """Tell whether it is at least as likely as not."""
        return self.likelihood is not None and self.likelihood.share >= EVEN

    @property
    def already(self) -> bool:
        """Tell whether the town stood where the goal wants it when it started: all that counts of it."""
        counting = [each for each in self.parts if each.counts]
        return bool(counting) and all(each.already for each in counting)

    @property
    def start_words(self) -> str:
        """Return where its start comes from, in words."""
        if self.goal.baseline_status != "area_proxy":
            return START_WORDS[self.goal.baseline_status]
        if self.around is None:
            return NO_START
        return f"start as in {self.around}" if self.around else START_WORDS["published"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The goals of one file over these runs. `acting`: whether a programme or an act is in them; `note`: what
    a reader must know about the numbers."""

    file: GoalFile
    goals: tuple[GoalAssessment, ...]
    cells: tuple[RunId, ...]
    acting: bool = False
    note: str = ""

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return len(self.cells)

    @property
    def can_be_checked(self) -> tuple[GoalAssessment, ...]:
        """Return the goals on a published start that the runs decide."""
        return tuple(goal for goal in self.goals if goal.checkable)

    @property
    def on_assumed_start(self) -> tuple[GoalAssessment, ...]:
        """Return the goals that the runs decide, but whose start nobody published: shown, never counted."""
        return tuple(goal for goal in self.goals if goal.decided and not goal.checkable)

    @property
    def cannot_be_decided(self) -> tuple[GoalAssessment, ...]:
        """Return the goals that no run decides, because a figure is missing."""
        return tuple(goal for goal in self.goals if not goal.decided)

    @property
    def headline(self) -> str:
        """Return the result in one sentence."""
        likely, able = likely_of(self.goals)
        if not able:
            return "None of these goals can be checked against published figures."
        most = "the one run made" if self.runs == 1 else f"more than half of the {self.runs} runs"
        most += " that decide it" if any(goal.undecided for goal in self.can_be_checked) else ""
        return f"{likely} of the {able} that can be checked: reached in {most}."


def likely_of(goals: Sequence[GoalAssessment]) -> tuple[int, int]:
    """Count the goals that can be checked and are more likely than not, and those that can be checked."""
    able = [goal for goal in goals if goal.checkable]
    return sum(goal.likely for goal in able), len(able)


def rungs_of(goals: Sequence[GoalAssessment], already: bool = False) -> dict[str, str]:
    """Find the highest rung that is as likely as not (or on which the town stood `already` when it started),
    by measure, empty for none: measures are goals on rungs whose first deciding part is of the same figure,
    in the order of their file, from the lowest rung to the highest."""
    found: dict[str, str] = {}
    for goal in goals:
        if goal.rung:
            label = goal.goal.deciding.label
            stands = goal.already if already else goal.even
            found[label] = goal.rung if stands else found.get(label, "")
    return found


def goals(
    ensemble: Ensemble, files: Sequence[GoalFile] | None = None, numbers: ParameterDraws | None = None
) -> tuple[Assessment, ...]:
    """Assess the goals of the scenario, or of these `files`, over the runs of an ensemble. With `numbers`,
    draws of them that are copies of each other count as one.

    Raises:
        InputError: a goal file cannot be read, or names an indicator or a group that is not recorded.
    """
    runs = Runs.of(ensemble, numbers)
    return tuple(assess(file, runs) for file in (goal_files(ensemble.scenario) if files is None else files))


def assess(file: GoalFile, runs: Runs) -> Assessment:
    """Assess the goals of a file over runs."""
    ensemble = runs.ensemble
    assessed = tuple(assess_goal(goal, runs) for goal in file.goals)
    return Assessment(file, assessed, ensemble.cells, ensemble.scenario.acting, ensemble.note)


def assess_goal(goal: Goal, runs: Runs) -> GoalAssessment:
    """Assess one goal over runs."""
    found, skill = runs.decide(goal), by_skill(goal)
    need = runs.decide(by_need(goal, runs.ensemble.keys))
    parts = tuple(_part(goal, mine, its, runs) for mine, its in zip(found.parts, need.parts, strict=True))
    return GoalAssessment(
        runs=len(found.reached),
        likelihood=likelihood(found.reached, runs.clusters, runs.draws),
        missing=tuple(dict.fromkeys(what for each in parts if each.counts for what in each.missing)),
        goal=goal,
        parts=parts,
        latent=None if skill is None else likelihood(runs.decide(skill).reached, runs.clusters, runs.draws),
        composition_only=_by_composition(found.reached, need.reached),
        around=_around(goal, runs.place),
    )


def _around(goal: Goal, place: Place) -> str | None:
    """Return the name of the area whose published figures stand for the town's own in what a goal is decided
    on; empty where the town has its own, None where neither was published."""
    part = goal.deciding
    whose = [
        {each.place for each in place.observations(part.indicator, group)}
        for group in (part.group, part.minus_group)
        if group
    ]
    both = set.intersection(*whose)
    if place.name in both:
        return ""
    return next((name.replace("-", " ").title() for name in sorted(both)), None)


def _part(goal: Goal, found: PartDecision, need: PartDecision, runs: Runs) -> PartAssessment:
    part, draws = found.part, [cell.draw for cell in runs.ensemble.cells]
    chance, between = (
        None if np.isnan(each) else float(np.sqrt(each)) for each in statistics.nested(found.value, draws)
    )
    return PartAssessment(
        runs=len(found.reached),
        likelihood=likelihood(found.reached, runs.clusters, runs.draws),
        missing=found.missing,
        part=part,
        year=found.year,
        reference=reference_in_words(part, goal.baseline_year),
        observed_start=runs.observed(part, goal.baseline_year),
        start=span(found.start),
        value=span(found.value),
        aim=span(found.aim),
        distance=span(part.direction * (found.aim - found.value)),
        england=england_figure(part, found.year, runs.sources.england),
        chance_sd=chance,
        draws_sd=between,
        composition=composed(part) and _by_composition(found.reached, need.reached),
    )


def _by_composition(reached: D, by_need: D) -> bool:
    """Tell whether most runs that reach it would not, had nobody else come to count as disadvantaged."""
    good = reached == 1
    return bool(good.any()) and 2 * int((by_need[good] == 0).sum()) > int(good.sum())


def reference_in_words(part: Part, baseline_year: int) -> str:
    """Return what a part is compared with, in a few words; empty for a fixed number."""
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
