"""What each programme contributes to a goal: left out of the whole, and first in, on the same draws and
seeds."""

from collections.abc import Mapping, Sequence
from typing import Final

from experiments.goals.likelihood import share
from experiments.goals.runs import Runs
from experiments.reach.findings import Driver
from experiments.reach.scenarios import alone, bundles, without
from experiments.runs.statistics import D, span
from model.goals.goal_files import Goal
from model.indicators.registry import INDICATORS
from model.scenario.scenario import Scenario

LEFT_OUT: Final = "without"
FIRST_IN: Final = "only"


def name_of(arm: str, way: str, programme: str) -> str:
    """Return what the runs of an arm without a programme, or with it alone, are called."""
    return f"{arm}/{way} {programme}"


def scenarios_of(arm: str, scenario: Scenario) -> dict[str, Scenario]:
    """Return a scenario without each of its programmes and with each alone, by the names of their runs."""
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
    """Return the contribution of each programme to each goal that has a figure.

    Args:
        whole, nothing: the arm itself, and the first one, lived in the cells of `found`.
        found: runs by the names of `scenarios_of`.
    """
    made = []
    for goal in goals:
        if not goal.available:
            continue
        up = goal.deciding.direction
        all_in, none_in = whole.decide(goal).reached, nothing.decide(goal).reached
        for programme in bundles(scenario):
            left_out = found[name_of(arm, LEFT_OUT, programme)]
            first_in = found[name_of(arm, FIRST_IN, programme)]
            made.append(
                Driver(
                    goal=goal.id,
                    arm=arm,
                    programme=programme,
                    unit=INDICATORS[goal.deciding.indicator].unit,
                    left_out=span(up * whole.deciding(goal) - up * left_out.deciding(goal)),
                    first_in=span(up * first_in.deciding(goal) - up * nothing.deciding(goal)),
                    left_out_likelihood=_more(all_in, left_out.decide(goal).reached, whole),
                    first_in_likelihood=_more(first_in.decide(goal).reached, none_in, nothing),
                )
            )
    return tuple(made)


def _more(with_it: D, without_it: D, runs: Runs) -> float | None:
    """Return by how much likelier a goal is, in shares."""
    difference = share(with_it, runs.draws) - share(without_it, runs.draws)
    return difference if difference == difference else None
