"""Folders that are built once and kept: in the user's cache, by what they are built from."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import platformdirs

from model.io.errors import InputError

VARIABLE: Final = "WOLSEY_CACHE"
"""The environment variable that moves the cache."""


def root() -> Path:
    """Return the folder in which built places are kept: in WOLSEY_CACHE, or in the user's own cache."""
    moved = os.environ.get(VARIABLE)
    return (
        Path(moved).expanduser().absolute() if moved else platformdirs.user_cache_path("wolsey")
    ) / "places"


def kept(name: str, key: str, files: Iterable[str], make: Callable[[Path], None]) -> Path:
    """Return the folder called `name` that is kept under `key`; where it is not there with all its `files`,
    `make` fills a new one.

    A folder appears whole or not at all, whoever else builds it at the same time. Raises InputError, which
    names WOLSEY_CACHE, where the cache cannot be written, and what `make` raises.
    """
    folder, files = root() / key / name, tuple(files)
    if _whole(folder, files):
        return folder
    made = folder.parent / f".{name}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        made.mkdir(parents=True)
        make(made)
        _put(made, folder, files)
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}",
            where=str(folder.parent),
            allowed=f"a folder for built places that can be written to; {VARIABLE} names another",
        ) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _whole(folder: Path, files: Iterable[str]) -> bool:
    return all((folder / name).is_file() for name in files)


def _put(made: Path, folder: Path, files: Iterable[str]) -> None:
    """Give `made` the name `folder`, unless another process was quicker; what is incomplete there goes."""
    for attempt in range(2):
        try:
            os.rename(made, folder)
            return
        except OSError:
            if _whole(folder, files):
                return
            if attempt or not folder.is_dir():
                raise
            shutil.rmtree(folder, ignore_errors=True)
