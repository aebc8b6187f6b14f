"""Where the uncertainty of a figure comes from: chance, parameters, effects, and the model's structure.

Chance is the variance between seeds of one set of numbers. Effects are the variance of the difference that
drawing them makes: each run less the same run (draw and seed) with all effects at their means, so that
nothing else is in it. Parameters are what lies between sets of numbers beyond chance and effects. Structure
is as if each part that can be switched off were as likely off as on: a quarter of the square of the shift
that it makes, summed. That is a generous reading, for nobody thinks the parts as likely absent as present.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from experiments.goals.runs import Runs
from experiments.reach.findings import Variance
from experiments.runs import statistics as arrays
from model.goals.goal_files import Goal
from model.indicators.registry import INDICATORS
from model.scenario.parts import Switches
from model.scenario.scenario import Scenario

SWITCHES: Final = tuple(Switches.model_fields)
"""Parts of the model that can be left out."""


def switched_off(arm: str, scenario: Scenario) -> dict[str, Scenario]:
    """Return a scenario with each part of the model left out that it has, by the names of their runs."""
    return {
        off_name(arm, name): scenario.changed({f"switches.{name}": False})
        for name in SWITCHES
        if getattr(scenario.switches, name)
    }


def off_name(arm: str, switch: str) -> str:
    """Return what the runs of an arm without a part of the model are called."""
    return f"{arm}/no {switch}"


def variance(
    arm: str,
    goal: Goal,
    runs: Runs,
    at_means: tuple[Runs, Runs] | None = None,
    off: tuple[Runs, Mapping[str, Runs]] | None = None,
) -> Variance | None:
    """Return the split for the first deciding figure of a goal in an arm; None where it has none, or where
    the runs cannot tell chance from the rest (one seed a draw, or one draw).

    Args:
        runs: the arm in all its cells.
        at_means: some of its runs, and the same with effects at their means. For an arm without programmes
            none is needed.
        off: some of its runs, and the same without a part of the model, by the name of the part.
    """
    if len(runs.ensemble.seeds) < 2:
        # Copies among the draws are no measure of chance.
        return None
    x = runs.deciding(goal)
    chance, between = (float(each) for each in arrays.nested(x, runs.clusters))
    if not np.isfinite(chance) or not np.isfinite(between):
        return None
    effects: float | None = None
    if not runs.ensemble.scenario.acting:
        effects = 0.0
    elif at_means is not None:
        drawn, means = (each.deciding(goal) for each in at_means)
        effects = float(arrays.variance(drawn - means))
    switches = {} if off is None else shifts(goal, *off)
    structure = None if off is None else sum(shift**2 for shift in switches.values()) / 4
    rest = max(between - (effects or 0.0), 0.0)
    total = chance + rest + (effects or 0.0) + (structure or 0.0)
    if not total > 0:
        return None
    part = goal.deciding
    return Variance(
        arm=arm,
        goal=goal.id,
        label=part.label,
        unit=INDICATORS[part.indicator].unit,
        year=goal.year_of(part),
        chance=chance / total,
        parameters=rest / total,
        effects=None if effects is None else effects / total,
        structure=None if structure is None else structure / total,
        switches=switches,
    )


def shifts(goal: Goal, on: Runs, off: Mapping[str, Runs]) -> dict[str, float]:
    """Return by how much the figure of a goal shifts where each part of the model is left out, mean over
    runs, in its unit."""
    whole = on.deciding(goal)
    found = {name: arrays.mean(runs.deciding(goal) - whole) for name, runs in off.items()}
    return {name: float(shift) for name, shift in found.items() if np.isfinite(shift)}


def headlines(goals: Sequence[Goal]) -> list[Goal]:
    """Return one goal for each figure: rungs of one measure share theirs."""
    found: dict[tuple[object, ...], Goal] = {}
    for goal in goals:
        part = goal.deciding
        key = part.indicator, part.group, part.minus_group, part.year or goal.year
        if goal.available:
            found.setdefault(key, goal)
    return list(found.values())
