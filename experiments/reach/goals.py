"""The goals under one scenario: how likely, how far off, since when, and which rung of a ladder of goals."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from experiments.goals.assessment import COMPARISONS, published, reference_in_words, stands
from experiments.goals.likelihood import EVEN, likelihood
from experiments.goals.over_runs import Decided, PartDecided, Runs, composed, decide, england_figure, latent
from experiments.reach.expert import expert
from experiments.reach.findings import GoalFinding, PartFinding, Span
from experiments.runs.statistics import HIGH, LOW, D
from model.goals.goal_files import Goal, GoalFile, NotAvailable, Part
from model.goals.goals import evaluate
from model.indicators.registry import INDICATORS
from model.io.schema import FIRST_ACTING

UPWARDS: Final = ("at_least", "above")


def span(figures: D) -> Span | None:
    """A figure over runs (S,), NaN where a run has none; None where none has it."""
    known = figures[np.isfinite(figures)]
    if not len(known):
        return None
    low, high = np.percentile(known, [LOW, HIGH])
    return Span(float(known.mean()), float(low), float(high), len(known))


def towards(part: Part) -> int:
    """1 where a part asks for more, -1 where it asks for less."""
    return 1 if part.comparison in UPWARDS else -1


def deciding(goal: Goal) -> Part:
    """The first part of a goal that counts."""
    return next(part for part in goal.parts if part.counts)


def read_until(goal: Goal) -> int:
    """The year to the end of which a town must live for a goal to be decided."""
    return max(
        (goal.year if part.year is None else part.year) + INDICATORS[part.indicator].lag
        for part in goal.parts
        if part.counts
    )


def goals_of(file: GoalFile, runs: Runs) -> tuple[GoalFinding, ...]:
    """The goals of a file over the runs of an arm."""
    return tuple(goal_finding(file.name, goal, runs) for goal in file.goals)


def goal_finding(file: str, goal: Goal, runs: Runs) -> GoalFinding:
    """One goal over the runs of an arm."""
    found, by_need = decide(goal, runs), decide(goal, runs, by_need=True)
    skill = latent(goal, runs)
    pairs = zip(found.parts, by_need.parts, strict=True)
    parts = tuple(_part(goal, mine, need, runs) for mine, need in pairs)
    return GoalFinding(
        id=goal.id,
        title=goal.title,
        section=goal.section,
        rung=goal.rung,
        year=goal.year,
        baseline_year=goal.baseline_year,
        start_status=goal.baseline_status,
        counted=goal.counted,
        note=goal.note,
        likelihood=likelihood(found.reached, runs.clusters, runs.draws),
        latent=None if skill is None else likelihood(skill, runs.clusters, runs.draws),
        first_likely=first_likely(goal, runs),
        parts=parts,
        missing=_missing(goal, found, runs),
        composition_only=_by_composition(found.reached, by_need.reached),
        expert=expert().of(file, goal.id),
    )


def first_likely(goal: Goal, runs: Runs) -> int | None:
    """The first year from 2018 in which a goal is as likely as not; None where there is none. A year in which
    most runs cannot decide it is passed over."""
    if not goal.available:
        return None
    draws = np.array(runs.draws)
    for year in range(max(FIRST_ACTING, goal.baseline_year + 1), runs.ensemble.scenario.until + 1):
        reached = decide(goal, runs, year).reached
        if share(reached, draws) >= EVEN and 2 * np.isfinite(reached).sum() > len(reached):
            return year
    return None


def share(reached: D, draws: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
    """Mean over draws of the share of their runs that reach a goal; NaN where no run decides it."""
    known = np.isfinite(reached)
    _, of = np.unique(np.asarray(draws)[known], return_inverse=True)
    each = np.bincount(of, reached[known]) / np.bincount(of)
    return float(each.mean()) if len(each) else float("nan")


def _part(goal: Goal, found: PartDecided, by_need: PartDecided, runs: Runs) -> PartFinding:
    part = found.part
    return PartFinding(
        label=part.label,
        indicator=part.indicator,
        group=part.group,
        minus_group=part.minus_group,
        comparison=COMPARISONS[part.comparison],
        reference=reference_in_words(part, goal.baseline_year),
        unit=INDICATORS[part.indicator].unit,
        counts=part.counts,
        year=found.year,
        start=span(found.start),
        value=span(found.value),
        aim=span(found.aim),
        distance=span(towards(part) * (found.aim - found.value)),
        england=england_figure(part, runs, found.year),
        observed_start=published(runs.world.place, part, goal.baseline_year),
        composition=composed(part) and _by_composition(found.reached, by_need.reached),
    )


def _by_composition(reached: D, by_need: D) -> bool:
    """Whether most runs that reach it would not, had nobody else come to count as disadvantaged."""
    good = reached == 1
    return bool(good.any()) and 2 * int((by_need[good] == 0).sum()) > int(good.sum())


def _missing(goal: Goal, found: Decided, runs: Runs) -> tuple[str, ...]:
    """What is missing where a run cannot decide a goal."""
    reasons = [
        part.reference.why for part in goal.parts if part.counts and isinstance(part.reference, NotAvailable)
    ]
    undecided = np.flatnonzero(np.isnan(found.reached))
    if not reasons and len(undecided):
        figures = runs.ensemble.figures(int(undecided[0]))
        reasons = [_in_words(why) for why in evaluate(goal, figures, runs.england, runs.districts).missing]
    return tuple(dict.fromkeys(reasons))


def _in_words(why: str) -> str:
    """What is missing with its indicator's title in place of its name."""
    name = next((word for word in why.split() if word in INDICATORS), None)
    return why if name is None else why.replace(name, f'figure "{INDICATORS[name].title}"')


def rungs_of(goals: Sequence[GoalFinding]) -> dict[str, str]:
    """The highest rung that is as likely as not, by measure, "" for none; measures are goals on rungs whose
    first deciding part is of the same figure, in the order of their file, from the lowest rung to the
    highest."""
    return _highest(goals, lambda goal: goal.likelihood is not None and goal.likelihood.share >= EVEN)


def _highest(goals: Sequence[GoalFinding], stands: Callable[[GoalFinding], bool]) -> dict[str, str]:
    found: dict[str, str] = {}
    for goal in goals:
        if goal.rung:
            label = next(part.label for part in goal.parts if part.counts)
            found[label] = goal.rung if stands(goal) else found.get(label, "")
    return found


def started(part: PartFinding) -> float | None:
    """Where a part starts: as published, else as the model has it."""
    if part.observed_start is not None:
        return part.observed_start
    return part.start.mean if part.start else None


def already(goal: GoalFinding) -> bool:
    """Whether the town already stood where a goal wants it when it started: all that counts of it."""
    known = [(each, started(each)) for each in goal.parts if each.counts]
    return bool(known) and all(
        start is not None and each.aim is not None and stands(each.comparison, start - each.aim.mean)
        for each, start in known
    )


def started_on(goals: Sequence[GoalFinding]) -> dict[str, str]:
    """The highest rung on which the town already stood when it started, by measure, "" for none."""
    return _highest(goals, already)


def likely_of(goals: Sequence[GoalFinding]) -> tuple[int, int]:
    """How many of the goals that can be checked are more likely than not, and how many can be."""
    able = [goal.likelihood for goal in goals if goal.counted and goal.likelihood is not None]
    return sum(each.share > EVEN for each in able), len(able)
