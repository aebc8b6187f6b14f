"""Wolsey: a town's children, schools and first jobs, year by year, and what its programmes change.

    import wolsey

    scenario = wolsey.Scenario.load("baseline").changed(until=2025, scale=0.1)
    ensemble = wolsey.run(scenario, seeds=range(4), workers=1)
    ensemble.frame()

Each name is imported when it is first used, so that `import wolsey` costs nothing.

Raises:
    ImportError: a file or folder of the user's stands where Python looks first for one of the packages that
        Wolsey is made of (`model.py`, as Mesa's tutorials call theirs).
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.compare.comparison import Comparison, compare
    from experiments.goals.assessment import goals
    from experiments.lives.story import LifeStory, explain_child
    from experiments.places.listing import places
    from experiments.places.shown import PlaceSummary, place
    from experiments.runs.ensemble import Ensemble
    from experiments.runs.runner import run
    from experiments.studies.folder import Swept, swept_study
    from experiments.studies.study import Study
    from model.goals.goal_files import GoalFile
    from model.inputs.england import England
    from model.inputs.parameters import Parameters
    from model.inputs.place import Place
    from model.io.errors import InputError
    from model.scenario.scenario import Scenario
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
    "PlaceSummary",
    "Scenario",
    "Study",
    "Swept",
    "Town",
    "compare",
    "explain_child",
    "goals",
    "place",
    "places",
    "run",
    "swept_study",
]

_HOMES = {
    "Comparison": "experiments.compare.comparison",
    "England": "model.inputs.england",
    "Ensemble": "experiments.runs.ensemble",
    "GoalFile": "model.goals.goal_files",
    "InputError": "model.io.errors",
    "LifeStory": "experiments.lives.story",
    "Parameters": "model.inputs.parameters",
    "Place": "model.inputs.place",
    "PlaceSummary": "experiments.places.shown",
    "Scenario": "model.scenario.scenario",
    "Study": "experiments.studies.study",
    "Swept": "experiments.studies.folder",
    "Town": "model.town",
    "compare": "experiments.compare.comparison",
    "explain_child": "experiments.lives.story",
    "goals": "experiments.goals.assessment",
    "place": "experiments.places.shown",
    "places": "experiments.places.listing",
    "run": "experiments.runs.runner",
    "swept_study": "experiments.studies.folder",
}

_BESIDE = ("model", "calibration", "experiments")
"""The packages at the top of the project, beside this one. The names are common ones."""


def _take_names() -> None:
    """Import the packages beside this one, so that their names are ours whatever comes on the path later.

    What is not ours is not imported: that would run the user's own file.
    """
    home = Path(__file__).resolve().parent.parent
    for name in _BESIDE:
        there = _places_of(name)
        if home / name / "__init__.py" not in (Path(path).resolve() for path in there):
            # As an import of this package that failed, which `python -m wolsey` tells in one line.
            raise ImportError(_in_the_way(name, there), name="wolsey", path=there[0] if there else None)
        import_module(name)


def _places_of(name: str) -> list[str]:
    """Return the file that a module of this name comes from, or the folders; none for one made by hand."""
    try:
        spec = find_spec(name)
    except ValueError:
        return []
    if spec is None:
        return []
    return [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])


def _in_the_way(name: str, there: list[str]) -> str:
    found = there[0] if there else f"a module '{name}' that this program made itself"
    loaded = name in sys.modules
    again = "start Python (in a notebook: the kernel) again" if loaded else "try again"
    return (
        f"{found} stands in the way of Wolsey's own package '{name}': rename it, or run from another folder, "
        f"and {again}"
    )


_take_names()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wolsey' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
