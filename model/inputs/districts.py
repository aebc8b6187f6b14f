"""The distribution of an outcome over English districts, by year."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.place_file import PlaceFile
from model.inputs.series import FIRST_YEAR, LAST_YEAR, Series
from model.io.csv import Row, check_unique, read_csv, reals, wholes
from model.io.errors import InputError, unknown
from model.io.files import shown_path

PERCENTILES: Final = ("p10", "p25", "median", "p75", "p90")
STATISTICS: Final = ("mean", *PERCENTILES)
COLUMNS: Final = ("indicator", "group", "year", "n_lads", "mean", "sd", *PERCENTILES, "source", "grade")


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """One outcome of one group over districts: `years` (n,) rising, `values` (n, 6) with a column for each
    of STATISTICS, `sd` (n,) and `districts` (n,), how many there were. `carried_with` is the (series, group)
    of England whose change moves it on; `basis` says whose figures these are."""

    indicator: str
    group: str
    unit: str
    basis: str
    carried_with: tuple[str, str]
    years: NDArray[np.int64]
    values: NDArray[np.float64]
    sd: NDArray[np.float64]
    districts: NDArray[np.int64]
    sources: tuple[str, ...]
    grades: tuple[str, ...]
    where: str

    def has(self, year: int) -> bool:
        """Tell whether the distribution of `year` was published."""
        return bool(np.any(self.years == year))

    def latest(self, year: int, statistic: str) -> tuple[int, float]:
        """Return the last published year up to `year` and its value. Raises InputError for a word that is
        none of STATISTICS, and for a year before the first published one."""
        if statistic not in STATISTICS:
            raise unknown("a statistic of districts", statistic, STATISTICS)
        before = int(np.searchsorted(self.years, year, side="right")) - 1
        if before < 0:
            problem = f"has no distribution over districts in {year} or before"
            at, allowed = f"{self.indicator}.{self.group}", f"{self.years[0]} or later"
            raise InputError(problem, where=self.where, at=at, allowed=allowed)
        return int(self.years[before]), float(self.values[before, STATISTICS.index(statistic)])


def load_districts(
    folder: Path, place: PlaceFile, series: dict[tuple[str, str], Series]
) -> dict[tuple[str, str], District]:
    """Return the distributions of `folder/districts.csv` by (indicator, group). Raises InputError for a row
    that is incomplete, doubled, impossible or not declared, and where England has no series to carry it
    with."""
    path = folder / "districts.csv"
    rows = read_csv(path, COLUMNS)
    check_unique(rows, ("indicator", "group", "year"))
    by_key: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        name = row.word("indicator", place.districts, "an outcome of [districts]")
        by_key.setdefault((name, row.word("group", place.groups, "a group of place.toml")), []).append(row)
    for name, kind in place.districts.items():
        if (kind.carried_with, "all") not in series:
            where, at = shown_path(folder / "place.toml"), f"districts.{name}.carried_with"
            raise unknown("a series of all pupils", kind.carried_with, place.series, where=where, at=at)
        if name not in {of for of, _ in by_key}:
            raise InputError(f"has no rows of '{name}'", where=shown_path(path))
    return {key: _district(*key, rows, place, series) for key, rows in by_key.items()}


def _district(
    name: str, group: str, rows: list[Row], place: PlaceFile, series: dict[tuple[str, str], Series]
) -> District:
    kind = place.districts[name]
    rows = sorted(rows, key=lambda row: row.whole("year", FIRST_YEAR, LAST_YEAR))
    values = np.array([[row.number(column, kind.low, kind.high) for column in STATISTICS] for row in rows])
    for row, own in zip(rows, values, strict=True):
        for column, lower, higher in zip(PERCENTILES[1:], own[1:-1], own[2:], strict=True):
            if higher < lower:
                raise row.fault(column, f"lies below the percentile before it, {lower:g}")
        if not own[1] <= own[0] <= own[-1]:
            raise row.fault("mean", "lies outside the tenth and the ninetieth percentile")
    values.flags.writeable = False
    own_series = (kind.carried_with, group)
    return District(
        indicator=name,
        group=group,
        unit=kind.unit,
        basis=kind.basis,
        carried_with=own_series if own_series in series else (kind.carried_with, "all"),
        years=wholes(row.whole("year", FIRST_YEAR, LAST_YEAR) for row in rows),
        values=values,
        sd=reals(row.number("sd", 0, kind.high - kind.low) for row in rows),
        districts=wholes(row.whole("n_lads", 100, 400) for row in rows),
        sources=tuple(row.source(place.sources) for row in rows),
        grades=tuple(row.grade() for row in rows),
        where=rows[0].where,
    )
