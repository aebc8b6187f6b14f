"""The published tables of England's districts, as they ship.

tables.table("figures")              # the whole table, kept in memory
tables.of("figures", "E06000015")    # the rows of Derby
"""

import csv
import functools
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from model.io.errors import unknown
from model.io.files import places

if TYPE_CHECKING:
    # Loaded where a table is read: what only lists districts (`rows`) answers in half the time without it.
    import pandas as pd

FOLDER: Final = places() / "england" / "districts"
NAMES: Final = (
    "places",
    "ages",
    "births",
    "figures",
    "wards",
    "schools",
    "outcomes_district",
    "outcomes_upper_tier",
    "series",
)

_VINTAGES: Final = ("ltla17_code", "ltla19_code", "ltla21_code", "ltla24_code")
"""Columns of `schools` that say in which district a school lies, by the boundaries of four years."""


@functools.cache
def table(name: str) -> "pd.DataFrame":
    """Return the table called `name`, one of NAMES, read once a process; it is shared, so it must not be
    written to. Text that is missing is empty, numbers NaN. Raises InputError for an unknown name."""
    if name not in NAMES:
        raise unknown("a table of districts", name, NAMES)
    import pandas as pd

    return pd.read_parquet(FOLDER / f"{name}.parquet")


@functools.cache
def rows(name: str, columns: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table by column (all, or `columns`), read without pandas; shared, so not to be
    written to. Raises InputError for an unknown name."""
    found: list[dict[str, Any]] = _read(name, columns).to_pylist()
    return found


def counts(name: str, columns: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """Return how many rows of a table have each combination of values in `columns`, read without pandas.
    Raises InputError for an unknown name."""
    read = _read(name, columns)
    return Counter(zip(*(read.column(column).to_pylist() for column in columns), strict=True))


def _read(name: str, columns: tuple[str, ...] | None) -> Any:
    if name not in NAMES:
        raise unknown("a table of districts", name, NAMES)
    from pyarrow.parquet import ParquetFile

    # Not `read_table`, which loads pandas.
    with ParquetFile(FOLDER / f"{name}.parquet") as file:
        return file.read(columns=None if columns is None else list(columns))


def of(name: str, key: str) -> "pd.DataFrame":
    """Return the rows of a table that are of the district with the GSS code `key`; of `outcomes_upper_tier`
    those of the area called `key`. No rows where there are none. Raises InputError for an unknown table."""
    whole = table(name)
    if name == "schools":
        return whole[(whole[list(_VINTAGES)] == key).any(axis=1)]
    rows = _rows(name).get(key)
    return whole.iloc[:0] if rows is None else whole.iloc[rows]


@functools.lru_cache(maxsize=64)
def records(name: str, key: str) -> list[dict[str, Any]]:
    """Return the same rows, each by column, as plain numbers and texts; shared, so not to be written to."""
    found = of(name, key)
    columns = list(found.columns)
    return [dict(zip(columns, row, strict=True)) for row in found.itertuples(index=False, name=None)]


@functools.cache
def _rows(name: str) -> dict[str, slice]:
    """Return where each district's rows stand; they stand together, as the tables are sorted."""
    column = "area" if name == "outcomes_upper_tier" else "place_code"
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for row, key in enumerate(table(name)[column]):
        first.setdefault(key, row)
        last[key] = row
    return {key: slice(first[key], last[key] + 1) for key in first}


@functools.cache
def sources() -> dict[str, dict[str, str]]:
    """Return publication, licence and address (`read_at`) of each source, by its key."""
    with (FOLDER / "sources.csv").open(newline="", encoding="utf-8") as file:
        return {row.pop("key"): row for row in csv.DictReader(file)}


@functools.cache
def digest() -> str:
    """Return 32 hexadecimal digits of all the tables."""
    hashed = hashlib.blake2b(digest_size=16)
    for path in [*(FOLDER / f"{name}.parquet" for name in sorted(NAMES)), FOLDER / "sources.csv"]:
        hashed.update(path.name.encode() + hashlib.blake2b(path.read_bytes()).digest())
    return hashed.hexdigest()
