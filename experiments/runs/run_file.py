"""A batch of finished runs as one Parquet file, and back to the last bit.

A tidy table for pandas or DuckDB, one row a run, indicator, group and year: `key`, `draw`, `seed`,
`indicator`, `group`, `year`, `value`, `numerator`, `count`, `latent`. A share of people that is exactly 100
times a whole number over `count` is kept as that number, its `numerator`, and has no `value`: the same figure
in half the bytes. A row in which both are missing is a figure that the run does not have; it stands there so
that a file is read without a look at its other columns. Pathways are rows of the indicator "pathways" that
have a count alone; their groups are positions in `Life.paths`.
"""

import base64
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.runs.ensemble import Life
from model.indicators.registry import INDICATORS

PATHWAYS: Final = "pathways"
"""The name under which `Life.paths` stand among the indicators."""
LEVEL: Final = 3
"""Of Zstandard: higher ones take several times as long for a hundredth less."""
_RUNS, _MADE = b"wolsey.runs", b"wolsey.made"
_FIGURES: Final = ("value", "numerator", "count", "latent")

type Runs = Sequence[tuple[str, Life]]
"""Finished runs with their keys."""
type D = NDArray[np.float64]


class DamagedError(Exception):
    """A file that is no whole batch of runs."""


@dataclass(frozen=True)
class Grid:
    """What runs of one scenario have in common: their (indicator, group) keys, years, and the shape of
    their pathways in one year, () where they have none."""

    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    paths: tuple[int, ...]

    @staticmethod
    def of(life: Life) -> "Grid":
        """The grid of a run."""
        return Grid(life.keys, life.years, () if life.paths is None else life.paths.shape[1:])

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Indicator and group of each of its series: its keys, then its pathways."""
        positions = np.ndindex(self.paths) if self.paths else ()
        return self.keys + tuple((PATHWAYS, ".".join(map(str, each))) for each in positions)

    @property
    def rows(self) -> int:
        """Rows of a run: each series has all years, one after the other."""
        return len(self.names) * len(self.years)

    @cached_property
    def shares(self) -> NDArray[np.bool_]:
        """Which keys (K,) are shares of people."""
        return np.array([INDICATORS[name].is_share_of_people for name, _ in self.keys], np.bool_)


def packed(runs: Runs, made: Mapping[str, Any]) -> bytes:
    """The file of these runs, at least one; `made` says what made them."""
    grids = [Grid.of(life) for _, life in runs]
    different = tuple(dict.fromkeys(grids))
    columns = _index(runs, grids) | _figures(runs, grids)
    described = {
        "grids": [[grid.keys, grid.years, grid.paths] for grid in different],
        "runs": [
            [key, life.draw, life.seed, different.index(grid)]
            for (key, life), grid in zip(runs, grids, strict=True)
        ],
    }
    metadata = {_RUNS: _shut(described), _MADE: json.dumps(dict(made), sort_keys=True).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns, metadata=metadata),
        sink,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=[name for name in columns if name not in _FIGURES],
        # The four bytes of a number apart: those that hardly change are then next to each other.
        column_encoding=dict.fromkeys(("value", "numerator", "count"), "BYTE_STREAM_SPLIT"),
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def keys_in(content: bytes) -> list[str]:
    """The keys of the runs in a file. Raises DamagedError."""
    return [key for key, *_ in _described(_schema(content))["runs"]]


def made_by(content: bytes) -> Mapping[str, Any]:
    """What made the runs of a file. Raises DamagedError."""
    try:
        made: Mapping[str, Any] = json.loads((_schema(content).metadata or {})[_MADE])
    except (ValueError, KeyError) as error:
        raise DamagedError(str(error)) from None
    return made


def unpacked(
    content: bytes, only: Collection[str] | None = None, series: Collection[tuple[str, str]] | None = None
) -> list[tuple[str, Life]]:
    """The runs of a file.

    Args:
        only: keys of the runs that are wanted; all where not given.
        series: the (indicator, group) that are wanted, in the order of the file; all, and pathways, where not
            given.

    Raises:
        DamagedError: it is no whole batch of runs.
    """
    described = _described(_schema(content))
    try:
        table = pq.read_table(pa.BufferReader(content), columns=list(_FIGURES))
        columns = _Columns(
            table.column("value").to_numpy(),
            table.column("numerator").combine_chunks().fill_null(-1).to_numpy(),
            table.column("count").to_numpy(),
            table.column("latent").to_numpy(),
        )
        grids = [
            Grid(tuple((name, group) for name, group in keys), tuple(years), tuple(paths))
            for keys, years, paths in described["grids"]
        ]
        if sum(grids[grid].rows for *_, grid in described["runs"]) != table.num_rows:
            raise DamagedError("it has not the rows that it says")
    except (pa.ArrowException, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedError(str(error)) from None
    picks = [_picked(grid, series) for grid in grids]
    found, start = [], 0
    for key, draw, seed, number in described["runs"]:
        here, start = slice(start, start + grids[number].rows), start + grids[number].rows
        if only is None or key in only:
            found.append((key, _life(grids[number], draw, seed, columns.at(here), picks[number])))
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns (N,) of figures."""

    value: NDArray[np.float32]
    numerator: NDArray[np.int32]
    count: NDArray[np.int32]
    latent: NDArray[np.bool_]

    def at(self, rows: slice) -> "_Columns":
        """These rows of them."""
        return _Columns(self.value[rows], self.numerator[rows], self.count[rows], self.latent[rows])


def _picked(grid: Grid, series: Collection[tuple[str, str]] | None) -> NDArray[np.intp] | None:
    """Positions of these keys in a grid; None for all."""
    if series is None:
        return None
    return np.array([position for position, key in enumerate(grid.keys) if key in series], np.intp)


def _life(grid: Grid, draw: int, seed: int, rows: _Columns, picks: NDArray[np.intp] | None) -> Life:
    years, size = len(grid.years), len(grid.keys) * len(grid.years)

    def of_keys[T: np.generic](x: NDArray[T]) -> NDArray[T]:
        of_all = x[:size].reshape(-1, years)
        return of_all if picks is None else of_all[picks]

    numerator, count, value = of_keys(rows.numerator), of_keys(rows.count), of_keys(rows.value)
    value = np.where(numerator >= 0, _share(numerator, count), value)
    keys, paths = grid.keys, None
    if picks is not None:
        keys = tuple(grid.keys[position] for position in picks)
    elif grid.paths:
        of_year = rows.count[size:].reshape(-1, years).T
        paths = np.ascontiguousarray(of_year).reshape(years, *grid.paths)
    value, count = np.ascontiguousarray(value.T), np.ascontiguousarray(count.T)
    latent = np.ascontiguousarray(of_keys(rows.latent).T)
    return Life(seed, keys, grid.years, value, count, latent, draw, paths)


def _index(runs: Runs, grids: Sequence[Grid]) -> dict[str, pa.Array]:
    """The columns that say what a row is about."""
    rows = [grid.rows for grid in grids]
    columns: dict[str, pa.Array] = {
        "key": _worded([key for key, _ in runs], np.repeat(range(len(runs)), rows))
    }
    columns["draw"] = pa.array(np.repeat([life.draw for _, life in runs], rows))
    columns["seed"] = pa.array(np.repeat([life.seed for _, life in runs], rows))
    for position, name in enumerate(("indicator", "group")):
        words = {grid: [each[position] for each in grid.names] for grid in dict.fromkeys(grids)}
        known = {
            word: code for code, word in enumerate(dict.fromkeys(w for of in words.values() for w in of))
        }
        codes = {grid: np.repeat([known[word] for word in of], len(grid.years)) for grid, of in words.items()}
        columns[name] = _worded(list(known), np.concatenate([codes[grid] for grid in grids]))
    years = [np.tile(np.array(grid.years, np.int16), len(grid.names)) for grid in grids]
    columns["year"] = pa.array(np.concatenate(years))
    return columns


def _worded(words: Sequence[str], codes: NDArray[np.intp]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))


def _figures(runs: Runs, grids: Sequence[Grid]) -> dict[str, pa.Array]:
    """The columns that say what is known of it."""
    values, numerators, counts, latents = [], [], [], []
    for (_, life), grid in zip(runs, grids, strict=True):
        value, count = life.values.T, life.counts.T
        numerator = np.where(grid.shares[:, None], _numerator(value, count), np.int32(-1))
        paths = np.zeros(0, np.int32)
        if life.paths is not None:
            paths = life.paths.reshape(len(grid.years), -1).T.ravel()
        values += [np.where(numerator >= 0, np.float32(np.nan), value).ravel(), np.full(len(paths), np.nan)]
        numerators += [numerator.ravel(), np.full(len(paths), -1, np.int32)]
        counts += [count.ravel(), paths]
        latents += [life.latent.T.ravel(), np.zeros(len(paths), np.bool_)]
    value, numerator = np.concatenate(values, dtype=np.float32), np.concatenate(numerators)
    return {
        "value": pa.array(value, mask=np.isnan(value)),
        "numerator": pa.array(numerator, mask=numerator < 0),
        "count": pa.array(np.concatenate(counts, dtype=np.int32)),
        "latent": pa.array(np.concatenate(latents)),
    }


def _numerator(value: NDArray[np.float32], count: NDArray[np.int32]) -> NDArray[np.int32]:
    """The whole numbers of which these percentages are exactly made, -1 where there is none."""
    near = np.rint(np.nan_to_num(value.astype(np.float64), posinf=-1, neginf=-1) * count / 100)
    whole = np.where((near >= 0) & (near < 2**31) & (count > 0), near, -1).astype(np.int32)
    exact = _share(whole, count).view(np.int32) == np.ascontiguousarray(value).view(np.int32)
    return np.where((whole >= 0) & exact, whole, np.int32(-1))


def _share(numerator: NDArray[np.int32], count: NDArray[np.int32]) -> NDArray[np.float32]:
    """Percentages from whole numbers."""
    result: NDArray[np.float32] = (100.0 * numerator / np.maximum(count, 1)).astype(np.float32)
    return result


def _schema(content: bytes) -> pa.Schema:
    try:
        return pq.read_schema(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise DamagedError(str(error)) from None


def _described(schema: pa.Schema) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(schema.metadata[_RUNS])))
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise DamagedError(f"it does not say what it holds ({error})") from None
    return content


def _shut(content: Mapping[str, Any]) -> bytes:
    """As text that a Parquet file's metadata can hold; the names of 800 series are long."""
    return base64.b64encode(zlib.compress(json.dumps(content).encode(), 9))
