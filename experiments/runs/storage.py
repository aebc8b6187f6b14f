"""A flat folder of whole files, on this machine or wherever fsspec reaches.

On this machine a file is written aside, synced and renamed, and a lock keeps a second process out. Elsewhere
("s3://bucket/folder") a file is put under its name in one piece, as object stores do; there is no lock, and
none is needed where names are made from content.
"""

import contextlib
import errno
import importlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from filelock import BaseFileLock, FileLock, Timeout

from model.io.errors import InputError

LOCK: Final = ".wolsey-lock"
HOLDER: Final = ".wolsey-lock-holder"
"""Says which process holds the lock. A file of its own: some systems let nobody read one that is locked."""
NO_LOCKS: Final = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)
"""Errors of a file system without locks: there, names made from content keep two writers from clashing."""
PART: Final = ".wolsey-"
"""How the name of a file begins that is being written, or was when its process was killed."""
ASIDE: Final = "damaged"
"""The folder below, to which damaged files are moved."""


class NotWrittenError(Exception):
    """A file that could not be written, and why: a full disk, a folder without leave. What was there before
    is untouched."""


class Storage(Protocol):
    """A flat folder of files."""

    shown: str
    """The folder as errors show it."""

    def names(self) -> list[str]:
        """Return the names of its files, in order."""

    def read(self, name: str) -> bytes:
        """Return the content of a file."""

    def put(self, name: str, content: bytes) -> None:
        """Write a file, there whole or not at all, in place of one of the same name. Raises
        NotWrittenError."""

    def move_aside(self, name: str) -> str:
        """Move a file into the folder `damaged` below and returns its new path."""

    def lock(self) -> None:
        """Keep other processes out until this one ends, or `unlock`. Raises InputError where one is at
        work."""

    def unlock(self) -> None:
        """Let others in."""


def storage_at(path: Path | str, make: bool = True) -> Storage:
    """Return the folder at a path, or at an address that fsspec knows ("s3://bucket/folder"); made where it
    is missing unless `make` says no.

    Raises:
        InputError: it cannot be made or written, or fsspec does not know the address.
    """
    if isinstance(path, str) and "://" in path:
        return _Remote(path, make)
    return _Local(Path(path), make)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder of this machine, which is made where it is missing.
    Raises InputError where one is at work there, or it cannot be written."""
    storage = storage_at(path)
    storage.lock()
    try:
        yield
    finally:
        storage.unlock()


class _Local:
    """A folder of this machine."""

    def __init__(self, path: Path, make: bool) -> None:
        self.path = path
        self.shown = str(path)
        self._held: BaseFileLock | None = None
        if not make:
            if not path.is_dir():
                raise InputError("there is no such folder", where=self.shown)
            return
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise InputError(
                "is a file, or lies below one: results need a folder", where=self.shown
            ) from None
        except OSError as error:
            raise InputError(f"cannot be made: {error.strerror or error}", where=self.shown) from None

    def names(self) -> list[str]:
        return sorted(entry.name for entry in os.scandir(self.path) if entry.is_file())

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        aside: Path | None = None
        try:
            handle, made = tempfile.mkstemp(dir=self.path, prefix=PART, suffix=".part")
            aside = Path(made)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(0o644)
            aside.replace(self.path / name)
            sync_folder(self.path)
        except OSError as error:
            raise NotWrittenError(
                f"{self.path / name} cannot be written: {error.strerror or error}"
            ) from error
        finally:
            if aside is not None:
                aside.unlink(missing_ok=True)

    def move_aside(self, name: str) -> str:
        folder = self.path / ASIDE
        folder.mkdir(exist_ok=True)
        target = _free(folder, name)
        (self.path / name).rename(target)
        return str(target)

    def lock(self) -> None:
        # The system gives the lock up when its process ends, however it ends: none is ever stale.
        lock = FileLock(self.path / LOCK, blocking=False, thread_local=False, fallback_to_soft=False)
        try:
            lock.acquire()
        except Timeout:
            raise InputError(
                f"another process ({self._holder()}) is writing results here; wait until it has ended, "
                "or stop it",
                where=self.shown,
            ) from None
        except OSError as error:
            if error.errno in NO_LOCKS:
                return
            raise InputError(f"cannot be written to: {error.strerror}", where=self.shown) from None
        with contextlib.suppress(OSError):  # A full disk: the lock holds without the name of its holder.
            (self.path / HOLDER).write_bytes(b"%d" % os.getpid())
        self._held = lock
        self._sweep()

    def unlock(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None

    def _holder(self) -> str:
        try:
            return self.read(HOLDER)[:32].decode(errors="replace").strip() or "unknown"
        except OSError:
            return "unknown"

    def _sweep(self) -> None:
        """Remove what killed processes were writing: nobody else writes here now."""
        for name in self.names():
            if name.startswith(PART) and name.endswith(".part"):
                (self.path / name).unlink(missing_ok=True)


class _Remote:
    """A folder that fsspec reaches."""

    def __init__(self, address: str, make: bool) -> None:
        self.shown = address
        try:
            found: tuple[Any, str] = importlib.import_module("fsspec.core").url_to_fs(address)
        except (ValueError, ImportError) as error:
            raise InputError(f"cannot be reached: {error}", where=address) from None
        self._fs, self._folder = found
        try:
            if make:
                self._fs.makedirs(self._folder, exist_ok=True)
            elif not self._fs.isdir(self._folder):
                raise InputError("there is no such folder", where=address)
        except OSError as error:
            raise InputError(f"cannot be reached: {error}", where=address) from None

    def names(self) -> list[str]:
        self._fs.invalidate_cache()
        entries = self._fs.ls(self._folder, detail=True)
        return sorted(entry["name"].rsplit("/", 1)[-1] for entry in entries if entry["type"] == "file")

    def read(self, name: str) -> bytes:
        content: bytes = self._fs.cat_file(f"{self._folder}/{name}")
        return content

    def put(self, name: str, content: bytes) -> None:
        try:
            self._fs.pipe_file(f"{self._folder}/{name}", content)
        except OSError as error:
            raise NotWrittenError(f"{self.shown}/{name} cannot be written: {error}") from error

    def move_aside(self, name: str) -> str:
        self._fs.makedirs(f"{self._folder}/{ASIDE}", exist_ok=True)
        target = f"{self._folder}/{ASIDE}/{name}"
        self._fs.mv(f"{self._folder}/{name}", target)
        return target

    def lock(self) -> None:
        """Do nothing: see the module."""

    def unlock(self) -> None:
        """Do nothing: see the module."""


class Memory:
    """A folder that nobody else sees."""

    shown = "memory"

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def names(self) -> list[str]:
        """Return the names of its files, in order."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return self._files[name]

    def put(self, name: str, content: bytes) -> None:
        """Keep a file."""
        self._files[name] = content

    def move_aside(self, name: str) -> str:
        """Move a file out of the way."""
        self._files[f"{ASIDE}/{name}"] = self._files.pop(name)
        return f"{ASIDE}/{name}"

    def lock(self) -> None:
        """Do nothing: nobody else could write."""

    def unlock(self) -> None:
        """Do nothing."""


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 2
    while target.exists():
        target, number = folder / f"{name}.{number}", number + 1
    return target


def sync_folder(folder: Path) -> None:
    """Make what a folder holds last through a loss of power; Windows does so by itself, and opens no
    folder."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
