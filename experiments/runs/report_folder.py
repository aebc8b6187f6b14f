"""A folder of results: whole files only, nothing overwritten, nothing of anybody else's touched.

The folder is its own ledger. `indicators.parquet`, `indicators-2.parquet`, ... hold finished runs; each
report is a table, a picture and a manifest of the same number. Everything in it has one key (see
:func:`manifest.cell_key`)."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.runs.draws import Cell
from experiments.runs.ensemble import LAST_SEED, Life
from experiments.runs.manifest import SHORT, Made
from experiments.runs.storage import sync_folder
from model.io.errors import InputError
from model.io.files import shown_path

LEDGER: Final = "indicators"
"""The kind of file that holds finished runs; all others belong to a report."""
RUN_KINDS: Final = {LEDGER: "parquet", "goals": "csv", "picture": "png", "manifest": "json"}
"""What a folder of runs holds: kinds of file and their endings."""
LEFTOVER: Final = re.compile(r"\.wolsey-.*\.part")
"""A file that a killed process was writing aside: never read, never counted."""

_MANIFEST, _GRID = b"wolsey.manifest", b"wolsey.grid"


class Folder:
    """A folder for results of one key. Use :meth:`opened`."""

    def __init__(self, path: Path, key: str, kinds: Mapping[str, str], below: Collection[str]) -> None:
        self.path = path
        self.key = key
        self._kinds = kinds
        self._below = frozenset(below)
        self._ours = re.compile("|".join(rf"{kind}(?:-\d+)?\.{suffix}" for kind, suffix in kinds.items()))

    @staticmethod
    def opened(
        path: Path, key: str, kinds: Mapping[str, str] = RUN_KINDS, below: Collection[str] = ()
    ) -> "Folder":
        """The folder at `path`, made where it is missing, for results of `key`.

        Args:
            kinds: the kinds of file that it may hold, and their endings.
            below: names of the folders that may lie in it.

        Raises:
            InputError: it cannot be written, holds results of another key, or holds what is not ours.
        """
        folder = Folder(path, key, kinds, below)
        folder._check_content()
        folder._check_writable()
        return folder

    def lives(self) -> dict[Cell, Life]:
        """The finished runs by draw and seed. Raises InputError where a file cannot be read."""
        found: dict[Cell, Life] = {}
        for path in self.indicator_files():
            for life in _lives_of(path):
                found.setdefault(life.cell, life)
        return found

    def add(self, lives: Sequence[Life], manifest: Made) -> Path:
        """Writes runs into a new Parquet file and returns its path: a row a draw, seed, year, indicator and
        group that is not missing, with the manifest in the file's metadata."""
        table = _table_of(sorted(lives, key=lambda life: life.cell))
        content = parquet(table, manifest)
        number = self._next(LEDGER)
        while True:
            path = self.path / _named(LEDGER, number, "parquet")
            with contextlib.suppress(FileExistsError):
                write_whole(path, content)
                return path
            number += 1

    def indicator_files(self) -> list[Path]:
        """The Parquet files of finished runs, in the order in which they were written."""
        return self._files(LEDGER)

    def next_report(self) -> int:
        """The first number that no report here has."""
        return max(self._next(kind) for kind in self._kinds if kind != LEDGER)

    def write(self, kind: str, number: int, suffix: str, content: bytes) -> Path:
        """Writes one file of a report and returns its path. Raises FileExistsError where it is there
        already."""
        path = self.path / _named(kind, number, suffix)
        write_whole(path, content)
        return path

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
        names = [name for name in names if not (name in self._below and (self.path / name).is_dir())]
        foreign = [name for name in names if not self._ours.fullmatch(name)]
        if foreign:
            raise InputError(
                f"holds what is no result of wolsey ('{foreign[0]}'); give an empty or a new folder",
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
        if names and not any(name.endswith((".parquet", ".json")) for name in names):
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

    def _files(self, kind: str) -> list[Path]:
        found = [
            path for path in self.path.iterdir() if self._ours.fullmatch(path.name) and _kind(path) == kind
        ]
        return sorted(found, key=_number)

    def _next(self, kind: str) -> int:
        return max((_number(path) for path in self._files(kind)), default=0) + 1


def parquet(table: pa.Table, manifest: Made) -> bytes:
    """A Parquet file of a table, with the manifest in its metadata."""
    metadata = {**(table.schema.metadata or {}), _MANIFEST: manifest.as_json().encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_whole(path: Path, content: bytes, replace: bool = False) -> None:
    """Writes a file so that it is there whole or not at all; with `replace` in place of one that is there,
    as a call that names one file means it.

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


def _named(kind: str, number: int, suffix: str) -> str:
    return f"{kind}.{suffix}" if number == 1 else f"{kind}-{number}.{suffix}"


def _kind(path: Path) -> str:
    return path.name.split(".")[0].split("-")[0]


def _number(path: Path) -> int:
    _, dash, number = path.stem.partition("-")
    return int(number) if dash else 1


def _key_of(path: Path) -> str | None:
    """The key that a file of ours names; None for tables and pictures, which stand beside their manifest."""
    try:
        if path.suffix == ".json":
            return str(json.loads(path.read_bytes())["key"])
        if path.suffix == ".parquet":
            return str(_manifest_of(path)["key"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("is no result of wolsey, or is damaged", where=shown_path(path)) from None
    return None


def _manifest_of(path: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(pq.read_schema(path).metadata[_MANIFEST])
    return content


def _table_of(lives: Sequence[Life]) -> pa.Table:
    keys, years = lives[0].keys, lives[0].years
    values = np.stack([life.values for life in lives])
    cell, year, key = np.nonzero(np.isfinite(values))
    columns: dict[str, pa.Array] = {
        "draw": pa.array(np.array([life.draw for life in lives], np.int64)[cell]),
        "seed": pa.array(np.array([life.seed for life in lives], np.int64)[cell]),
        "year": pa.array(np.array(years, np.int16)[year]),
    }
    for position, name in enumerate(("indicator", "group")):
        words = list(dict.fromkeys(each[position] for each in keys))
        codes = np.array([words.index(each[position]) for each in keys], np.int32)
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(codes[key]), pa.array(words))
    columns["value"] = pa.array(values[cell, year, key])
    columns["count"] = pa.array(np.stack([life.counts for life in lives])[cell, year, key])
    columns["latent"] = pa.array(np.stack([life.latent for life in lives])[cell, year, key])
    # What has no row is missing: the whole grid, and the runs that it was made from, stand beside.
    grid = json.dumps({"cells": [life.cell for life in lives], "years": years, "keys": keys})
    return pa.table(columns, metadata={_GRID: grid.encode()})


def _lives_of(path: Path) -> list[Life]:
    try:
        table = pq.read_table(path)
        grid = json.loads(table.schema.metadata[_GRID])
        cells, years = [Cell(*each) for each in grid["cells"]], tuple(grid["years"])
        keys = tuple((indicator, group) for indicator, group in grid["keys"])
        of_key = {key: position for position, key in enumerate(keys)}
        names = [table.column(name).to_pylist() for name in ("indicator", "group")]
        rows = _number_of(*(np.asarray(table.column(name)) for name in Cell._fields))
        at = (
            np.searchsorted(_number_of(*np.array(cells, np.int64).T), rows),
            np.searchsorted(years, np.asarray(table.column("year"))),
            np.array([of_key[key] for key in zip(*names, strict=True)], np.intp),
        )
        shape = (len(cells), len(years), len(keys))
        values = np.full(shape, np.nan, np.float32)
        counts, latent = np.zeros(shape, np.int32), np.zeros(shape, np.bool_)
        for name, array in (("value", values), ("count", counts), ("latent", latent)):
            array[at] = np.asarray(table.column(name))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"cannot be read: {error}", where=shown_path(path)) from None
    return [
        Life(cell.seed, keys, years, values[i], counts[i], latent[i], cell.draw)
        for i, cell in enumerate(cells)
    ]


def _number_of(draw: NDArray[np.int64], seed: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number a cell, in the order of cells."""
    return draw * (LAST_SEED + 1) + seed
