"""A scenario that starts from another: what it says laid over what the other one says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from model.calendar import FIRST_ACTING, FIRST_YEAR, LAST_YEAR
from model.io.errors import InputError, key_path, unknown
from model.io.files import resolve, scenarios
from model.io.schema import by_year

OWN: Final = ("title", "question", "notes")
"""What a scenario never takes from the one it extends."""
_LISTS: Final = {"programmes": "name", "pilots": "name", "acts": "title"}
_ONE_OF: Final = ("reach", "places")


class Origins:
    """Where the entries of merged lists stand in the file itself, so that an error names that place."""

    def __init__(self) -> None:
        self.own: dict[str, list[int | None]] = {}
        self.names: dict[str, list[str]] = {}

    def told(self, error: InputError) -> InputError:
        """The error with the position in the file, or with the name where the entry is the parent's."""
        for key, own in self.own.items():
            for position, there in enumerate(own):
                start = key_path((key, position))
                if error.at == start or error.at.startswith((f"{start}.", f"{start}[")):
                    named = key_path((key, self.names[key][position] if there is None else there))
                    at = named + error.at[len(start) :]
                    return error.moved(at)
        return error


def parent_path(extends: object, chain: Sequence[Path]) -> Path:
    """The file that a scenario extends: a name is looked up in `scenarios/`, a path ending in `.toml` is
    from the folder of the file itself.

    Args:
        extends: as the file has it. chain: the files that led here, this one last; empty if there is none.

    Raises:
        InputError: there is no such file, or it is in `chain` already.
    """
    if not isinstance(extends, str):
        raise InputError("must be the name or path of a scenario in quotes", at="extends", value=extends)
    name: str | Path = chain[-1].parent / extends if chain and extends.endswith(".toml") else extends
    try:
        path = resolve(name, scenarios(), "scenario")
    except InputError as error:
        raise InputError(
            error.problem, at="extends", value=extends, allowed=error.allowed, hint=error.hint
        ) from None
    if path.resolve() in chain:
        names = " extends ".join(file.stem for file in (*chain, path))
        raise InputError(f"is circular: {names}", at="extends", value=extends)
    return path


def laid_over(
    parent: Mapping[str, Any], content: Mapping[str, Any], drop: object
) -> tuple[dict[str, Any], Origins]:
    """What a file says, `content`, laid over what the scenario that it extends says.

    Tables merge by key, values by year by year, lists of programmes, pilots and acts by name: the same name
    changes keys of an entry, a new one comes behind the parent's. Everything else replaces. Title, question
    and notes are a scenario's own.

    Args:
        parent: as `Scenario.model_dump` gives it. content: as the file has it, without `extends` and `drop`.
        drop: names of programmes of the parent that are left out.

    Raises:
        InputError: `drop` names none of the parent's programmes.
    """
    merged = {key: value for key, value in parent.items() if key not in OWN}
    origins = Origins()
    left = _left(list(parent["programmes"]), drop)
    for key, name in _LISTS.items():
        merged[key] = _merged_list(
            left if key == "programmes" else list(parent[key]), content.get(key, ()), key, name, origins
        )
    for key, value in content.items():
        old = parent.get(key)
        if key in _LISTS:
            continue
        if key == "births" and isinstance(value, Mapping):
            new = by_year(value, key, lambda entry, _: entry, FIRST_YEAR, LAST_YEAR)
            merged[key] = {**parent[key], **new}
        elif key == "parameters" and isinstance(value, Mapping):
            merged[key] = {**parent[key], **_flat(value)}
        elif key == "alliance" and isinstance(value, Mapping):
            merged[key] = {**parent[key], **_years_of_budget(parent[key]["budget"], value)}
        elif key == "cards" and isinstance(value, Mapping):
            merged[key] = {**parent[key], **_cards(parent[key], value)}
        elif isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = {**old, **value}
        else:
            merged[key] = value
    return merged, origins


def _left(programmes: list[Any], drop: object) -> list[Any]:
    if not isinstance(drop, list | tuple):
        raise InputError("must be a list of names", at="drop", value=drop)
    names = [use["name"] for use in programmes]
    for position, name in enumerate(drop):
        at = key_path(("drop", position))
        if not isinstance(name, str):
            raise InputError("must be text in quotes", at=at, value=name)
        if name not in names:
            raise unknown("a programme of the scenario that this one extends", name, names, at=at)
    return [use for use in programmes if use["name"] not in drop]


def _merged_list(old: list[Any], new: object, key: str, name: str, origins: Origins) -> Any:
    """The parent's entries with the file's own changes, then the new ones; a faulty list stays as it is."""
    if not isinstance(new, list | tuple):
        return new
    entries: list[Any] = [dict(entry) for entry in old]
    own: list[int | None] = [None] * len(old)
    known = {entry[name]: position for position, entry in enumerate(entries)}
    for position, entry in enumerate(new):
        called = entry.get(name, entry.get("card")) if isinstance(entry, Mapping) else None
        at = known.pop(called, None) if isinstance(called, str) else None
        if at is None:
            entries.append(entry)
            own.append(position)
            continue
        given = [field for field in _ONE_OF if field in entry]
        kept = {field: value for field, value in entries[at].items() if not (given and field in _ONE_OF)}
        entries[at] = {**kept, **entry, name: called}
        own[at] = position
    origins.own[key] = own
    origins.names[key] = [str(entry.get(name)) if isinstance(entry, Mapping) else "" for entry in entries]
    return entries


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters by "section.name", for a file may write a table a section."""
    flat: dict[str, Any] = {}
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": entry for inner, entry in value.items()}
        else:
            flat[key] = value
    return flat


def _cards(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of cards, each laid over the parent's changes of the same card, key by key."""
    return {
        name: {**old.get(name, {}), **changes} if isinstance(changes, Mapping) else changes
        for name, changes in new.items()
    }


def _years_of_budget(old: Any, alliance: Mapping[str, Any]) -> dict[str, Any]:
    budget = alliance.get("budget")
    if not isinstance(old, Mapping) or not isinstance(budget, Mapping):
        return dict(alliance)
    try:
        years = by_year(budget, "budget", lambda entry, _: entry, FIRST_ACTING, LAST_YEAR)
    except InputError as error:
        raise error.inside("", "alliance") from None
    return {**alliance, "budget": {**old, **years}}
