"""Goal files: which a scenario has where it is lived, checked against what is recorded and published."""

from pathlib import Path

from model.goals.goal_files import GoalFile, check_names
from model.indicators.registry import known_groups
from model.inputs.england import England
from model.inputs.place import Place
from model.inputs.place_name import place_called
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario


def checked_goals(name_or_path: str | Path) -> GoalFile:
    """Return a goal file, checked against what the model records and what is published of England and its
    districts.

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
        owner(goals)
    except InputError as error:
        path = files.resolve(name_or_path, files.goal_files(), "goal file")
        raise error.inside(files.shown_path(path)) from None
    return goals


def owner(file: GoalFile) -> str:
    """Return whose goals these are alone, as the program calls that place; empty for any place's. Raises
    InputError for a place that there is not."""
    return place_called(file.place, folder=file.folder) if file.place else ""


def goal_files(scenario: Scenario) -> list[GoalFile]:
    """Return the goal files that a scenario names, checked, without those that are another place's own (see
    `left_out`). Raises InputError, also where none is left."""
    found = [checked_goals(name) for name in scenario.goals]
    here = [file for file in found if owner(file) in ("", scenario.place)]
    if found and not here:
        raise InputError(
            f"is another place's own, and {Place.load(scenario.place).title} has no other goals here",
            where=f"{scenario.name}.toml" if scenario.name else "",
            at="goals",
            value=list(scenario.goals),
        )
    return here


def left_out(scenario: Scenario) -> list[str]:
    """Return a sentence for each goal file of a scenario that is another place's own. Raises InputError."""
    found = [(name, owner(checked_goals(name))) for name in scenario.goals]
    return [
        f"the goals of {name} are {Place.load(whose).title}'s own, and are left out"
        for name, whose in found
        if whose not in ("", scenario.place)
    ]


def check_owner(file: GoalFile, place: str) -> None:
    """Raise InputError where goals that were asked for are another place's own."""
    whose = owner(file)
    if whose not in ("", place):
        problem = f"are the goals of {Place.load(whose).title} alone, so they say nothing of {place}"
        raise InputError(problem, where=f"{file.name}.toml", at="place", value=file.place)
