"""How the program calls a place: by the name of what ships, or by the whole path of a folder of one's own.

A folder of one's own is never taken for the place that ships under its name, whatever it is called.
"""

from pathlib import Path
from typing import Final

from model.inputs.place_file import is_path, place_folder
from model.io import files
from model.io.errors import InputError

ALLOWED: Final = "a name, or the path of a folder, as ./my_town"


def place_called(place: str, at: str = "place", folder: Path | None = None) -> str:
    """Return what the program calls a place: its name where it ships, else the whole path of its folder.

    Args:
        place: a name, or a path. at: the key path or option that errors name.
        folder: what a path starts from, the current folder where not given.

    Raises:
        InputError: there is no such place, with the nearest name.
    """
    own = is_path(place)
    try:
        found = place_folder(str(Path(folder or ".", place).absolute()) if own else place, "town")
    except InputError as error:
        no_such = error.problem.startswith(f"'{place}' is no town of")
        problem = "is not a place" if no_such else error.problem
        allowed = error.allowed or ALLOWED
        raise InputError(problem, at=at, value=place, allowed=allowed, hint=error.hint) from None
    return str(found) if own and found.parent != files.places() else found.name


def short_name(place: str) -> str:
    """Return a place's name, which for a folder of one's own is that of the folder."""
    return Path(place).name if is_path(place) else place


def beside(place: str, shipped: Path, name: str, suffix: str) -> Path:
    """Return the file that belongs to a place: PLACE.SUFFIX in the folder `shipped` for what ships; for one
    that is called by its path NAME.SUFFIX in its own folder."""
    return Path(place) / f"{name}.{suffix}" if is_path(place) else shipped / f"{place}.{suffix}"
