"""The verb `check`: what a file is, and what is wrong with it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.goals.files import checked_goals, goal_files, left_out
from model.districts.overlay import laid
from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_file import place_folder, read_place_file
from model.io import files
from model.io.errors import InputError, listed, nearest
from model.io.toml import load_toml
from model.scenario.cards import card_folder, card_of
from model.scenario.scenario import Scenario
from model.scenario.usual_provision import usual_provision_note
from model.world.world import World
from wolsey.verbs.making import asked_place


def check_files(names: Sequence[str], place: str | None = None) -> bool:
    """Print for each file what it is, faults on standard error; whether all are good. Scenarios that are no
    place's own are checked in `place`.

    Raises:
        InputError: one is not there (the others are checked first), or there is no such place.
    """
    where = asked_place(place)
    good, absent = True, None
    for name in names:
        try:
            path = found(name)
        except InputError as error:
            absent = absent or error
            continue
        try:
            print(f"{files.shown_path(path)}: {checked(path, where)}, good")
            for note in notes(path, where):
                print(f"  note: {note}")
        except InputError as error:
            good = False
            print(f"wolsey: {error}", file=sys.stderr)
    if absent is not None:
        raise absent
    return good


def found(name: str) -> Path:
    """Return the file or folder of that path, or the scenario, goal file, programme card or place of that
    name; for a district the folder that is built of it. Raises InputError."""
    path = Path(name)
    if path.exists():
        return path
    known: dict[str, Path] = {place: files.places() / place for place in files.place_names()}
    for folder in (card_folder(), files.goal_files(), files.scenarios()):
        known |= {stem: folder / f"{stem}.toml" for stem in files.names(folder)}
    if name in known:
        return known[name]
    hint = nearest(path.stem, known)
    if hint is None and path.suffix != ".toml":
        # Not even like a file of ours: a district, or one that is misspelt.
        return place_folder(name, "town")
    raise InputError("there is no such file", where=name, allowed=listed(known), hint=hint)


def checked(path: Path, place: str | None = None) -> str:
    """Return what `path` is, once nothing is wrong with it; a scenario in `place`. Raises InputError for the
    first fault."""
    if path.is_dir():
        if not (path / "place.toml").is_file():
            raise InputError("is a folder without place.toml, so no place", where=files.shown_path(path))
        return checked_place(path)
    if path.suffix != ".toml":
        problem = "is neither a .toml file nor the folder of a place"
        raise InputError(problem, where=files.shown_path(path))
    if path.name == "place.toml":
        return checked_place(path.parent)
    content = load_toml(path)
    if is_card(content):
        card = card_of(content, files.shown_path(path), name=path.stem)
        return f"programme card with {len(card.effects)} effect{'s' if len(card.effects) > 1 else ''}"
    if is_goal_file(content):
        goals = checked_goals(path.resolve())
        return f"goal file with {len(goals.goals)} goal{'s' if len(goals.goals) > 1 else ''}"
    scenario = Scenario.load(path.resolve(), place)
    try:
        goal_files(scenario)
        World.of(scenario)
    except InputError as error:
        raise error.inside(files.shown_path(path)) from None
    whose = scenario.place if scenario.placed else f"any place (here {scenario.place})"
    return f"scenario of {whose} to {scenario.until}"


def notes(path: Path, place: str | None = None) -> list[str]:
    """List what a good scenario may not mean, programmes that add nobody, and what is unusual in a town's
    figures. Empty for other files."""
    if path.is_dir() or path.name == "place.toml":
        folder = (path if path.is_dir() else path.parent).resolve()
        town = read_place_file(laid(folder)).kind == "town"
        return list(Place.load(folder.name, folder.parent).warnings) if town else []
    if path.suffix != ".toml":
        return []
    content = load_toml(path)
    if is_card(content) or is_goal_file(content):
        return []
    scenario = Scenario.load(path.resolve(), place)
    found = (usual_provision_note(scenario, use) for use in scenario.programmes)
    said = (note for note in found if note is not None)
    return [*Place.load(scenario.place).warnings, *left_out(scenario), *said]


def is_goal_file(content: dict[str, Any]) -> bool:
    """Tell whether the content of a TOML file means to be goals rather than a scenario: its goals are tables,
    not names."""
    goals = content.get("goals")
    tables = isinstance(goals, list) and any(isinstance(goal, dict) for goal in goals)
    return tables or "own_reading" in content


def is_card(content: dict[str, Any]) -> bool:
    """Tell whether the content of a TOML file means to be a programme's card: it says who is served, or what
    the programme does and how secure that is."""
    lists = isinstance(content.get("effects"), list)
    return lists or not {"delivered_to", "padlocks"}.isdisjoint(content)


def checked_place(folder: Path) -> str:
    """Return the kind of place in `folder`, once its files are good; for a town with the numbers fitted to
    it."""
    folder = folder.resolve()
    kind = read_place_file(laid(folder)).kind
    if kind == "nation":
        England.load(folder.parent)
        return "nation"
    Place.load(folder.name, folder.parent)
    if folder.parent == files.places():
        Parameters.load(place=folder.name)
    return "town"
