"""Wolsey: a town's children, schools and first jobs, year by year, and what its programmes change.

    import wolsey

    scenario = wolsey.Scenario.load("baseline").changed(until=2025, scale=0.1)
    ensemble = wolsey.run(scenario, seeds=range(4), workers=1)
    ensemble.frame()

Each name is imported when it is first used, so that `import wolsey` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.compare import Comparison, compare
    from experiments.ensemble import Ensemble, run
    from experiments.life_story import LifeStory, explain_child
    from experiments.standing import goals
    from model.england import England
    from model.errors import InputError
    from model.goal_files import GoalFile
    from model.parameters import Parameters
    from model.place import Place
    from model.scenario import Scenario
    from model.town import Town

__all__ = [
    "Comparison",
    "England",
    "Ensemble",
    "GoalFile",
    "InputError",
    "LifeStory",
    "Parameters",
    "Place",
    "Scenario",
    "Town",
    "compare",
    "explain_child",
    "goals",
    "run",
]

_HOMES = {
    "Comparison": "experiments.compare",
    "England": "model.england",
    "Ensemble": "experiments.ensemble",
    "GoalFile": "model.goal_files",
    "InputError": "model.errors",
    "LifeStory": "experiments.life_story",
    "Parameters": "model.parameters",
    "Place": "model.place",
    "Scenario": "model.scenario",
    "Town": "model.town",
    "compare": "experiments.compare",
    "explain_child": "experiments.life_story",
    "goals": "experiments.standing",
    "run": "experiments.ensemble",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wolsey' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
