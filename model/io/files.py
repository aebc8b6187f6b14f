"""Where the project's own files are, and how a name or a path becomes a file."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from model.io.errors import InputError, listed, nearest, shown_word

MODEL = Path(__file__).resolve().parents[1]
"""The folder of the package `model`; its data folders (`parameters`, `places`) stand in it."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""How a scenario, a goal file or a place may be called."""

DEFAULT_PLACE: Final = "ipswich"
"""Where what names no place is lived, unless the user names one: the town with which the product began."""


def root() -> Path:
    """Return the repository's root, which holds `scenarios/`; found from this package's own place and never
    from the current folder. Raises InputError where `scenarios/` is missing (a copy of the package without
    its repository)."""
    found = MODEL.parent
    if not (found / "scenarios").is_dir():
        raise InputError(
            "the folder 'scenarios' is missing; install the project from a clone of its repository with "
            "`pip install -e .`",
            where=str(found),
        )
    return found


def scenarios() -> Path:
    """Return the folder in which scenarios are looked up by name."""
    return root() / "scenarios"


def goal_files() -> Path:
    """Return the folder in which goal files are looked up by name."""
    return scenarios() / "goals"


def places() -> Path:
    """Return the folder of places: one folder a place."""
    return MODEL / "places"


def place_names() -> list[str]:
    """Return the names of the places that there are: folders of `places()` with a `place.toml`, in
    alphabetical order."""
    return sorted(path.parent.name for path in places().glob("*/place.toml"))


def names(folder: Path) -> list[str]:
    """Return the names by which the TOML files of `folder` can be called, in alphabetical order."""
    return sorted(path.stem for path in folder.glob("*.toml") if path.is_file())


def resolve(name_or_path: str | Path, folder: Path, what: str = "file") -> Path:
    """Return the TOML file that a user means: a name is looked up in `folder`; what ends in `.toml` is a
    path, from the current folder. `what` says in errors what was looked for ("scenario"). Raises InputError
    where there is no such file, with the nearest names of the folder in which it was looked for."""
    text = str(name_or_path)
    if text.endswith(".toml"):
        path = Path(text)
        if not path.is_file():
            raise _missing(path, what)
        return path
    if not NAME.fullmatch(text):
        raise InputError(
            f"'{shown_word(text)}' is no name of a {what}",
            allowed=f"a path ending in .toml, or from {shown_path(folder)}: {listed(names(folder))}",
        )
    path = folder / f"{text}.toml"
    if not path.is_file():
        raise _missing(path, what)
    return path


def _missing(path: Path, what: str) -> InputError:
    there = names(path.parent)
    problem = "is a folder, not a file" if path.is_dir() else f"there is no such {what}"
    if not path.parent.is_dir():
        problem += f", nor a folder {shown_path(path.parent)}"
    return InputError(
        problem,
        where=shown_path(path),
        allowed=listed(there) if there else "",
        hint=nearest(path.stem, there),
    )


def shown_path(path: Path) -> str:
    """Return a path as messages show it: from the repository's root where it lies inside, else as it was
    given."""
    try:
        return str(path.resolve().relative_to(MODEL.parent))
    except ValueError:
        return str(path)


def once_while_unchanged[T](load: Callable[[Path], T]) -> Callable[[Path], T]:
    """Return `load` of a folder, called again only when one of its files has changed (time or size). What it
    gives is shared, so it must be immutable."""

    @functools.lru_cache(maxsize=8)
    def cached(folder: Path, stats: tuple[tuple[str, int, int], ...]) -> T:
        return load(folder)

    @functools.wraps(load)
    def loader(folder: Path) -> T:
        stats: list[tuple[str, int, int]] = []
        for path in sorted(folder.iterdir()):
            stat: Any = path.stat()
            stats.append((path.name, stat.st_mtime_ns, stat.st_size))
        return cached(folder, tuple(stats))

    return loader
