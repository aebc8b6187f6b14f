"""A folder of results: whole files only, nothing overwritten, nothing of anybody else's touched.

Finished runs lie in the folder `runs` (see `store`). Each report is a manifest, tables and a picture of one
number, tables in Parquet in the folder `tables`. All manifests in it have one key (see `keys`)."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.manifest import SHORT, Made
from experiments.runs.storage import sync_folder
from model.io import files
from model.io.errors import InputError
from model.io.files import shown_path

RUNS: Final = "runs"
"""The folder of finished runs."""
TABLES: Final = "tables"
"""The folder of tables in Parquet."""
LEFTOVER: Final = re.compile(r"\.wolsey-.*\.part")
"""A file that a killed process was writing aside: never read, never counted."""

OLDER: Final = re.compile(r"indicators(-\d+)?\.parquet|[ab]-(means|drawn)|lives")
"""What results of older versions had instead."""

_MANIFEST: Final = b"wolsey.manifest"


def results_folder(verb: str) -> Path:
    """Return where the results of a verb are kept, unless the user says another folder."""
    return files.root() / "results" / verb


class Folder:
    """A folder for results of one key. Use :meth:`opened`."""

    def __init__(
        self,
        path: Path,
        key: str,
        kinds: Mapping[str, str],
        keeps_runs: bool = True,
        below: Collection[str] = (),
    ) -> None:
        self.path = path
        self._folders = (*((RUNS, TABLES) if keeps_runs else (TABLES,)), *below)
        self.key = key
        self._kinds = kinds
        self._ours = re.compile("|".join(rf"{kind}(?:-\d+)?\.{suffix}" for kind, suffix in kinds.items()))

    @staticmethod
    def opened(
        path: Path,
        key: str,
        kinds: Mapping[str, str],
        keeps_runs: bool = True,
        below: Collection[str] = (),
    ) -> "Folder":
        """Return the folder at `path`, made where it is missing, for results of `key`; `kinds` are the kinds
        of file that its reports have, and their endings. One that keeps no runs is no folder of those who do.
        `below` are folders of other results in it.

        Raises:
            InputError: it cannot be written, holds results of another key or an older form, or holds what is
                not ours.
        """
        folder = Folder(path, key, kinds, keeps_runs, below)
        folder._check_content()
        folder._check_writable()
        return folder

    @property
    def runs(self) -> Path:
        """Return where its finished runs lie."""
        return self.path / RUNS

    def next_report(self) -> int:
        """Return the first number that no report here has."""
        there = [self.path, self.path / TABLES]
        names = [name for folder in there if folder.is_dir() for name in os.listdir(folder)]
        return max((_number(Path(name)) for name in names if self._ours.fullmatch(name)), default=0) + 1

    def report(self, contents: Mapping[str, bytes]) -> dict[str, str]:
        """Write the files of a report, in this order, under the next free number; returns their paths by
        kind. The manifest comes first: what lies beside it says then what made it, however far the rest
        came."""
        number = self.next_report()
        written = {}
        for kind, content in contents.items():
            suffix = self._kinds[kind]
            folder = self.path / TABLES if suffix == "parquet" else self.path
            folder.mkdir(exist_ok=True)
            path = folder / (f"{kind}.{suffix}" if number == 1 else f"{kind}-{number}.{suffix}")
            write_whole(path, content)
            written[kind] = str(path)
        return written

    def _check_content(self) -> None:
        where = str(self.path)
        try:
            names = sorted(os.listdir(self.path))
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise InputError("is a file, or lies below one: results need a folder", where=where) from None
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=where) from None
        names = [name for name in names if not LEFTOVER.fullmatch(name)]
        below = [name for name in names if name in self._folders and (self.path / name).is_dir()]
        names = [name for name in names if name not in below]
        for name in names:
            tables = name.endswith(".parquet") and self._ours.fullmatch(name)
            if tables or OLDER.fullmatch(name):
                raise InputError(
                    f"holds results of an older version of wolsey ('{name}'); give an empty or a new folder",
                    where=where,
                )
            if not self._ours.fullmatch(name):
                raise InputError(
                    f"holds what is no result of wolsey ('{name}'); give an empty or a new folder",
                    where=where,
                )
        for name in names:
            found = _key_of(self.path / name)
            if found is not None and found != self.key:
                raise InputError(
                    f"holds results of another scenario, place or version of the model ('{name}' has the key "
                    f"{found[:SHORT]}, this run {self.key[:SHORT]}); give an empty or a new folder",
                    where=where,
                )
        if names and not any(name.endswith(".json") for name in names):
            raise InputError(
                "does not say which results it holds; give an empty or a new folder", where=where
            )

    def _check_writable(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.path, prefix=".wolsey-", suffix=".part"):
                pass
        except OSError as error:
            raise InputError(
                f"cannot be written to: {error.strerror or error}", where=str(self.path)
            ) from None


def parquet(table: pa.Table, manifest: Made) -> bytes:
    """Return a Parquet file of a table, with the manifest in its metadata."""
    metadata = {**(table.schema.metadata or {}), _MANIFEST: manifest.as_json().encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_whole(path: Path, content: bytes, replace: bool = False) -> None:
    """Write a file so that it is there whole or not at all; with `replace` in place of one that is there, as
    a call that names one file means it.

    Raises:
        FileExistsError: `path` exists, and is not to be replaced. InputError: it cannot be written (a full
            disk, no such folder).
    """
    aside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".wolsey-", suffix=".part")
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o644)
        _put(aside, path, replace)
        with contextlib.suppress(OSError):
            sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", where=str(path)) from None
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def _put(aside: Path, path: Path, replace: bool) -> None:
    if replace:
        aside.replace(path)
        return
    # A link, unlike a rename, never replaces what another process has put there meanwhile.
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        aside.rename(path)


def _number(path: Path) -> int:
    _, dash, number = path.stem.partition("-")
    return int(number) if dash else 1


def _key_of(path: Path) -> str | None:
    """Return the key that a file of ours names; None for tables and pictures, which stand beside their
    manifest."""
    try:
        if path.suffix == ".json":
            return str(json.loads(path.read_bytes())["key"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("is no result of wolsey, or is damaged", where=shown_path(path)) from None
    return None
