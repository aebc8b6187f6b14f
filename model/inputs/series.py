"""A published figure by year, and the stated ways of saying something about the other years."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.inputs.place_file import Gap, PlaceFile
from model.io.csv import Row, check_unique, read_csv, reals, wholes
from model.io.errors import InputError, listed, nearest
from model.io.files import shown_path

COLUMNS: Final = ("series", "group", "year", "value", "unit", "source", "grade", "note")
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2100

Status = Literal["published", "interpolated", "latent", "carried_back", "carried_forward"]

_PAIRS = (("disadvantaged", "other"), ("fsm", "non_fsm"))
_ROUNDING = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One figure of one group by year: `years` (n,) rising, `values` (n,) float64 in `unit`, with the
    source, grade and note of each. `low` and `high` bound what is possible, `gap` says what stands between
    two published years, `step` is the change a year after the last one."""

    name: str
    group: str
    unit: str
    low: float
    high: float
    gap: Gap
    years: NDArray[np.int64]
    values: NDArray[np.float64]
    sources: tuple[str, ...]
    grades: tuple[str, ...]
    notes: tuple[str, ...]
    where: str
    step: float = 0.0

    def has(self, year: int) -> bool:
        """Tell whether a value was published for `year`."""
        return bool(np.any(self.years == year))

    def at(self, year: int) -> float:
        """Return the published value of `year`. Raises InputError, which says which years there are, where
        none was."""
        found = np.flatnonzero(self.years == year)
        if not found.size:
            raise InputError(
                f"has no published value for {year}",
                where=self.where,
                at=f"{self.name}.{self.group}",
                allowed=f"{spans(self.years)}; other years only as carried",
            )
        return float(self.values[found[0]])

    def carried(self, year: int) -> float:
        """Return the value of `year`, in `unit`: published, or as `status` says. Raises InputError as `path`
        does."""
        return float(self.path(year, year)[0])

    def status(self, year: int) -> Status:
        """Return how `carried` comes by its value: published; interpolated between two published years;
        latent (no comparable result: the last earlier one); carried back from the first or forward from an
        earlier year."""
        if self.has(year):
            return "published"
        if year < self.years[0]:
            return "carried_back"
        if year > self.years[-1] or self.gap == "carry":
            return "carried_forward"
        return "interpolated" if self.gap == "interpolate" else "latent"

    def statuses(self, first: int, last: int) -> tuple[Status, ...]:
        """Return `status` of every year from `first` to `last`."""
        return tuple(self.status(year) for year in range(first, last + 1))

    def path(self, first: int, last: int) -> NDArray[np.float64]:
        """Return the values of every year from `first` to `last`, (last - first + 1,) in `unit`; after the
        last published year they change by `step` a year. Raises InputError where that takes them out of the
        possible range."""
        wanted = np.arange(first, last + 1)
        if self.gap == "interpolate":
            values = np.interp(wanted, self.years, self.values)
        else:
            before = np.searchsorted(self.years, wanted, side="right") - 1
            values = self.values[np.maximum(before, 0)]
        if self.step:
            values = values + self.step * np.maximum(wanted - self.years[-1], 0)
            outside = np.flatnonzero((values < self.low) | (values > self.high))
            if outside.size:
                problem = (
                    f"takes {self.name} of {self.group} to {values[outside[0]]:g} in {wanted[outside[0]]}"
                )
                allowed = f"{self.low:g} to {self.high:g} {self.unit}"
                raise InputError(problem, at=f"england.path.{self.name}", value=self.step, allowed=allowed)
        return values

    def stepped(self, step: float) -> "Series":
        """Return the same series, changing by `step` a year after its last published year."""
        return replace(self, step=float(step))


def load_series(folder: Path, place: PlaceFile) -> dict[tuple[str, str], Series]:
    """Return all series of `folder/series.csv` by (series, group), as the file has them.

    Raises InputError for a row that is incomplete, doubled, impossible or not declared in place.toml, for a
    declared series without rows, and where the figure of all lies outside those of the two groups that make
    it up.
    """
    path = folder / "series.csv"
    rows = read_csv(path, COLUMNS)
    check_unique(rows, ("series", "group", "year"))
    by_key: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        name = row.word("series", place.series, "a series of place.toml")
        group = row.word("group", place.groups, "a group of place.toml")
        by_key.setdefault((name, group), []).append(row)
    missing = sorted(set(place.series) - {name for name, _ in by_key})
    if missing:
        raise InputError(f"has no rows of the series '{missing[0]}'", where=shown_path(path))
    found = {key: _series(*key, rows, place) for key, rows in by_key.items()}
    _check_pairs(found)
    return found


def pick(found: Mapping[tuple[str, str], Series], name: str, group: str, where: str) -> Series:
    """Return the series of that name and group. Raises InputError with the nearest name, or the groups that
    there are."""
    if (name, group) in found:
        return found[name, group]
    names = list(dict.fromkeys(known for known, _ in found))
    if name not in names:
        problem = f"'{name}' is no series"
        raise InputError(problem, where=where, allowed=listed(names), hint=nearest(name, names))
    groups = [known for of, known in found if of == name]
    problem = f"has no group '{group}'"
    raise InputError(problem, where=where, at=name, allowed=listed(groups), hint=nearest(group, groups))


def spans(years: Iterable[int]) -> str:
    """Return the years in words: 2016-2019, 2022-2025."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)


def _series(name: str, group: str, rows: list[Row], place: PlaceFile) -> Series:
    kind = place.series[name]
    for row in rows:
        if row.text("unit") != kind.unit:
            raise row.fault("unit", "is not the unit of place.toml", kind.unit)
    rows = sorted(rows, key=lambda row: row.whole("year", FIRST_YEAR, LAST_YEAR))
    years = wholes(row.whole("year", FIRST_YEAR, LAST_YEAR) for row in rows)
    values = reals(row.number("value", kind.low, kind.high) for row in rows)
    return Series(
        name,
        group,
        unit=kind.unit,
        low=kind.low,
        high=kind.high,
        gap=kind.gap,
        years=years,
        values=values,
        sources=tuple(row.source(place.sources) for row in rows),
        grades=tuple(row.grade() for row in rows),
        notes=tuple(row.cells["note"] for row in rows),
        where=rows[0].where,
    )


def _check_pairs(found: dict[tuple[str, str], Series]) -> None:
    for (name, group), series in found.items():
        for pair in _PAIRS:
            halves = [found.get((name, half)) for half in pair]
            if group != "all" or halves[0] is None or halves[1] is None:
                continue
            for year in series.years:
                if halves[0].has(year) and halves[1].has(year):
                    low, high = sorted((halves[0].at(year), halves[1].at(year)))
                    if not low - _ROUNDING <= series.at(year) <= high + _ROUNDING:
                        problem = f"lies outside {pair[0]} and {pair[1]} of {year}"
                        at, allowed = f"{name}.all", f"{low:g} to {high:g}"
                        raise InputError(
                            problem, where=series.where, at=at, value=series.at(year), allowed=allowed
                        )
