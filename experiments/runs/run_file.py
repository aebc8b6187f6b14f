"""A batch of finished runs as one Parquet file, and back to the last bit.

A tidy table that pandas, DuckDB or R read as it is, one row a run, indicator, group and year:

    key        the run's key (see `keys`)
    scenario   the scenario's name
    arm        what the plan that first asked for the run calls it ("0007/baseline", "b-drawn")
    draw, seed which run of the scenario
    indicator, group, year
    value      the figure; null where the run has none
    count      how many people stand behind it; null where nobody does
    latent     an estimate, for a year for which England published no comparable result

Pathways are rows of the indicator "pathways", whose value is how many young people took the path that
`group` spells out. The metadata says again, for speed, which runs and series there are in which order.
"""

import base64
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.runs.ensemble import RunResult
from model.indicators.pathways import AXES, DESTINATIONS, SHAPE

PATHWAYS: Final = "pathways"
"""The name under which `RunResult.paths` stand among the indicators."""
LEVEL: Final = 9
"""Of Zstandard: higher ones take several times as long for a hundredth less."""
FORM: Final = 2
"""Of the file: one of another form is told as older, and not read."""
_RUNS, _MADE = b"wolsey.runs", b"wolsey.made"
_FIGURES: Final = ("value", "count", "latent")
_PATHS: Final = tuple(
    "; ".join(
        f"{axis} {('no', 'yes')[at] if axis != AXES[-1] else DESTINATIONS[at]}"
        for axis, at in zip(AXES, path, strict=True)
    )
    for path in np.ndindex(SHAPE)
)

type Runs = Sequence[tuple[str, RunResult]]
"""Finished runs with their keys."""


class DamagedError(Exception):
    """A file that is no whole batch of runs."""


class OlderError(Exception):
    """A batch of runs in the form of an older version."""


@dataclass(frozen=True)
class Grid:
    """What runs of one scenario have in common: their (indicator, group) keys, years, and whether they have
    pathways."""

    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    paths: bool

    @staticmethod
    def of(life: RunResult) -> "Grid":
        """Return the grid of a run."""
        return Grid(life.keys, life.years, life.paths is not None)

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Return the indicator and group of each of its series: its keys, then its pathways."""
        return self.keys + (tuple((PATHWAYS, path) for path in _PATHS) if self.paths else ())

    @property
    def rows(self) -> int:
        """Return the rows of a run: each series has all years, one after the other."""
        return len(self.names) * len(self.years)


def packed(runs: Runs, made: Mapping[str, Any]) -> bytes:
    """Return the file of these runs, at least one; `made` says what made them."""
    grids = [Grid.of(life) for _, life in runs]
    different = tuple(dict.fromkeys(grids))
    columns = _index(runs, grids) | _figures(runs, grids)
    described = {
        "form": FORM,
        "grids": [[grid.keys, grid.years, grid.paths] for grid in different],
        "runs": [
            [key, life.draw, life.seed, different.index(grid), life.scenario, life.arm]
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
        column_encoding=dict.fromkeys(("value", "count"), "BYTE_STREAM_SPLIT"),
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def keys_in(content: bytes) -> list[str]:
    """Return the keys of the runs in a file. Raises DamagedError, OlderError."""
    return [key for key, *_ in _described(_schema(content))["runs"]]


def made_by(content: bytes) -> Mapping[str, Any]:
    """Return what made the runs of a file. Raises DamagedError."""
    try:
        made: Mapping[str, Any] = json.loads((_schema(content).metadata or {})[_MADE])
    except (ValueError, KeyError) as error:
        raise DamagedError(str(error)) from None
    return made


def unpacked(
    content: bytes, only: Collection[str] | None = None, series: Collection[tuple[str, str]] | None = None
) -> list[tuple[str, RunResult]]:
    """Return the runs of a file.

    Args:
        only: keys of the runs that are wanted; all where not given.
        series: the (indicator, group) that are wanted, in the order of the file; all, and pathways, where not
            given.

    Raises:
        DamagedError: it is no whole batch of runs. OlderError: it is one of an older form.
    """
    described = _described(_schema(content))
    try:
        table = pq.read_table(pa.BufferReader(content), columns=list(_FIGURES))
        columns = _Columns(
            table.column("value").to_numpy(),
            table.column("count").combine_chunks().fill_null(0).to_numpy(),
            table.column("latent").to_numpy(),
        )
        grids = [
            Grid(tuple((name, group) for name, group in keys), tuple(years), bool(paths))
            for keys, years, paths in described["grids"]
        ]
        if sum(grids[grid].rows for _, _, _, grid, *_ in described["runs"]) != table.num_rows:
            raise DamagedError("it has not the rows that it says")
    except (pa.ArrowException, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedError(str(error)) from None
    picks = [_picked(grid, series) for grid in grids]
    found, start = [], 0
    for key, draw, seed, number, scenario, arm in described["runs"]:
        here, start = slice(start, start + grids[number].rows), start + grids[number].rows
        if only is None or key in only:
            life = _life(grids[number], draw, seed, columns.at(here), picks[number])
            found.append((key, replace(life, scenario=scenario, arm=arm)))
    return found


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns (N,) of figures."""

    value: NDArray[np.float32]
    count: NDArray[np.int32]
    latent: NDArray[np.bool_]

    def at(self, rows: slice) -> "_Columns":
        """Return the these rows of them."""
        return _Columns(self.value[rows], self.count[rows], self.latent[rows])


def _picked(grid: Grid, series: Collection[tuple[str, str]] | None) -> NDArray[np.intp] | None:
    """Return the positions of these keys in a grid; None for all."""
    if series is None:
        return None
    return np.array([position for position, key in enumerate(grid.keys) if key in series], np.intp)


def _life(grid: Grid, draw: int, seed: int, rows: _Columns, picks: NDArray[np.intp] | None) -> RunResult:
    years, size = len(grid.years), len(grid.keys) * len(grid.years)

    def of_keys[T: np.generic](x: NDArray[T]) -> NDArray[T]:
        of_all = x[:size].reshape(-1, years)
        return of_all if picks is None else of_all[picks]

    count, value = of_keys(rows.count), of_keys(rows.value)
    keys, paths = grid.keys, None
    if picks is not None:
        keys = tuple(grid.keys[position] for position in picks)
    elif grid.paths:
        of_year = rows.value[size:].reshape(-1, years).T
        paths = np.ascontiguousarray(of_year, np.int32).reshape(years, *SHAPE)
    value, count = np.ascontiguousarray(value.T), np.ascontiguousarray(count.T)
    latent = np.ascontiguousarray(of_keys(rows.latent).T)
    return RunResult(seed, keys, grid.years, value, count, latent, draw, paths)


def _index(runs: Runs, grids: Sequence[Grid]) -> dict[str, pa.Array]:
    """Return the columns that say what a row is about."""
    rows = [grid.rows for grid in grids]
    columns: dict[str, pa.Array] = {
        "key": _worded([key for key, _ in runs], np.repeat(range(len(runs)), rows))
    }
    named = {
        "scenario": [life.scenario or life.arm for _, life in runs],
        "arm": [life.arm for _, life in runs],
    }
    for column, of_run in named.items():
        different = list(dict.fromkeys(of_run))
        columns[column] = _worded(different, np.repeat([different.index(name) for name in of_run], rows))
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
    """Return the columns that say what is known of it."""
    values: list[NDArray[Any]] = []
    counts: list[NDArray[Any]] = []
    latents: list[NDArray[np.bool_]] = []
    for (_, life), grid in zip(runs, grids, strict=True):
        paths = np.zeros(0, np.int32)
        if life.paths is not None:
            paths = life.paths.reshape(len(grid.years), -1).T.ravel()
        values += [life.values.T.ravel(), paths]
        counts += [life.counts.T.ravel(), np.zeros(len(paths), np.int32)]
        latents += [life.latent.T.ravel(), np.zeros(len(paths), np.bool_)]
    value, count = np.concatenate(values, dtype=np.float32), np.concatenate(counts, dtype=np.int32)
    return {
        "value": pa.array(value, mask=np.isnan(value)),
        "count": pa.array(count, mask=count == 0),
        "latent": pa.array(np.concatenate(latents)),
    }


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
    if content.get("form") != FORM:
        raise OlderError(f"its form is {content.get('form', 1)}, not {FORM}")
    return content


def _shut(content: Mapping[str, Any]) -> bytes:
    """Return as text that a Parquet file's metadata can hold; the names of 800 series are long."""
    return base64.b64encode(zlib.compress(json.dumps(content).encode(), 9))
