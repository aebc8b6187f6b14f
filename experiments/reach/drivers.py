"""What each programme contributes to a goal: left out of the whole, and first in, on the same draws and
seeds."""

from collections.abc import Mapping, Sequence
from typing import Final

from experiments.goals.over_runs import D, Runs, decide
from experiments.reach.findings import Driver
from experiments.reach.goals import deciding, share, span, towards
from experiments.reach.scenarios import alone, bundles, without
from model.goals.goal_files import Goal
from model.indicators.registry import INDICATORS
from model.scenario.scenario import Scenario

LEFT_OUT: Final = "without"
FIRST_IN: Final = "only"


def name_of(arm: str, way: str, programme: str) -> str:
    """What the runs of an arm without a programme, or with it alone, are called."""
    return f"{arm}/{way} {programme}"


def scenarios_of(arm: str, scenario: Scenario) -> dict[str, Scenario]:
    """A scenario without each of its programmes and with each alone, by the names of their runs."""
    made = {}
    for programme, names in bundles(scenario).items():
        made[name_of(arm, LEFT_OUT, programme)] = without(scenario, names)
        made[name_of(arm, FIRST_IN, programme)] = alone(scenario, names)
    return made


def drivers(
    arm: str,
    scenario: Scenario,
    goals: Sequence[Goal],
    whole: Runs,
    nothing: Runs,
    found: Mapping[str, Runs],
) -> tuple[Driver, ...]:
    """The contribution of each programme to each goal that has a figure.

    Args:
        whole, nothing: the arm itself, and the first one, lived in the cells of `found`.
        found: runs by the names of `scenarios_of`.
    """
    made = []
    for goal in goals:
        if not goal.available:
            continue
        all_in, none_in = decide(goal, whole).reached, decide(goal, nothing).reached
        for programme in bundles(scenario):
            left_out = found[name_of(arm, LEFT_OUT, programme)]
            first_in = found[name_of(arm, FIRST_IN, programme)]
            made.append(
                Driver(
                    goal=goal.id,
                    arm=arm,
                    programme=programme,
                    unit=INDICATORS[deciding(goal).indicator].unit,
                    left_out=span(_figure(goal, whole) - _figure(goal, left_out)),
                    first_in=span(_figure(goal, first_in) - _figure(goal, nothing)),
                    left_out_likelihood=_more(all_in, decide(goal, left_out).reached, whole),
                    first_in_likelihood=_more(decide(goal, first_in).reached, none_in, nothing),
                )
            )
    return tuple(made)


def _figure(goal: Goal, runs: Runs) -> D:
    """The figure of a goal's first deciding part by run (S,), positive towards the aim."""
    part = deciding(goal)
    year = goal.year if part.year is None else part.year
    return towards(part) * runs.figure(part.indicator, part.group, part.minus_group, year)


def _more(with_it: D, without_it: D, runs: Runs) -> float | None:
    """By how much likelier a goal is, in shares."""
    difference = share(with_it, runs.draws) - share(without_it, runs.draws)
    return difference if difference == difference else None
