"""How long the runs of a plan take, roughly, before they are made."""

from collections.abc import Collection
from typing import Final

from experiments.runs.runner import RunPlan
from model.inputs.place import Place
from model.scenario.scenario import Scenario

IDLE: Final = (0.45, 0.5)
ACTING: Final = (0.6, 0.9)
"""Processor seconds of a life of fifty years, where nothing is done and where programmes run: what each takes
whatever its size, and what a town with MEASURED children takes besides. Another machine may take half or
twice as long."""
MEASURED: Final = 32_370
"""Children of the town, in 2017, on which they were measured with the shipped studies."""
FIRST, LIFE = 1998, 50
"""Where a life begins, and its usual years."""


def roughly(plan: RunPlan, missing: Collection[str], workers: int) -> float:
    """Return the seconds that these runs (keys) of a plan take on so many processes, within a factor of two
    or so."""
    of_arm = {name: life(scenario) for name, scenario in plan.arms.items()}
    arms = {key: job.arm for job, key in plan.keys.items()}
    total = sum(of_arm[arms[key]] for key in missing)
    return total / max(1, min(workers, len(missing)))


def life(scenario: Scenario) -> float:
    """Return the processor seconds of one life, as roughly."""
    fixed, sized = ACTING if scenario.acting else IDLE
    children = scenario.scale * Place.load(scenario.place).value("children_2017")
    return (fixed + sized * children / MEASURED) * (scenario.until - FIRST) / LIFE
