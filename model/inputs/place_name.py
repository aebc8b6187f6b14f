"""How the program calls a place: by its name, or by the whole path of a folder of one's own.

A folder of one's own is never taken for the place of its name, whatever it is called.
"""

from pathlib import Path
from typing import Final

from model.inputs.place_file import is_path, place_folder
from model.io import files
from model.io.errors import InputError

ALLOWED: Final = "a district's name or code, or the path of a folder, as ./my_town"


def place_called(place: str, at: str = "place", folder: Path | None = None) -> str:
    """Return what the program calls a place: the name of what ships and of a district, whichever way it is
    written, else the whole path of its folder.

    Args:
        place: a name, a district's code, or a path. at: the key path or option that errors name.
        folder: what a path starts from, the current folder where not given.

    Raises:
        InputError: there is no such place, with the nearest name, or none can be built.
    """
    given = str(Path(folder or ".", place).resolve()) if is_path(place) else place
    try:
        found = place_folder(given, "town")
    except InputError as error:
        allowed = error.allowed or ALLOWED
        problem = error.problem.removeprefix(f"'{place}' ")
        raise InputError(problem, at=at, value=place, allowed=allowed, hint=error.hint) from None
    return given if is_path(place) and Path(given).parent != files.places() else found.name


def short_name(place: str) -> str:
    """Return a place's name, which for a folder of one's own is that of the folder."""
    return Path(place).name if is_path(place) else place


def beside(place: str, shipped: Path, name: str, suffix: str) -> Path:
    """Return the file that belongs to a place: PLACE.SUFFIX in the folder `shipped` for what ships; for one
    that is called by its path NAME.SUFFIX in its own folder."""
    return Path(place) / f"{name}.{suffix}" if is_path(place) else shipped / f"{place}.{suffix}"
