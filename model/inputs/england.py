"""England, the measuring rod: published series, the distribution over districts, lives after key stage 4.

england = England.load()
england.series("gld", "all").carried(2017)
england.district("ks2_rwm", "all", 2021, "median")
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.districts import District, load_districts
from model.inputs.place_file import (
    PlaceFile,
    Source,
    digest,
    place_folder,
    read_place_file,
)
from model.inputs.series import Series, load_series, pick
from model.io.csv import check_range, check_unique, read_csv, reals
from model.io.errors import InputError, listed, nearest, unknown
from model.io.files import once_while_unchanged, shown_path

YEARS_AFTER_KS4: Final = 15
AFTER_KS4_FILES: Final = ("leo_activity.csv", "leo_earnings.csv")


@dataclass(frozen=True, eq=False)
class England:
    """England's published figures; never changes, so it can be shared. `after_ks4_values` holds, by (series,
    group), the 15 years after key stage 4."""

    title: str
    notes: str
    folder: Path
    sources: Mapping[str, Source]
    all_series: Mapping[tuple[str, str], Series]
    districts: Mapping[tuple[str, str], District]
    after_ks4_values: Mapping[tuple[str, str], NDArray[np.float64]]
    content: str

    @staticmethod
    def load(places: Path | None = None) -> "England":
        """Return the nation of the folder `england` in `places` (the model's own where not given), read once
        a process until a file changes. Raises InputError for a file that is missing, incomplete or
        impossible."""
        return _load(place_folder("england", "nation", places))

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Return (series, group) of the rows of `table`."""
        return tuple(self.all_series)

    @cached_property
    def _rows(self) -> dict[tuple[str, str], int]:
        return {key: row for row, key in enumerate(self.names)}

    @cached_property
    def series_names(self) -> tuple[str, ...]:
        """Return the names of the series, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.all_series))

    def series(self, name: str, group: str = "all") -> Series:
        """Return the series of that name and group. Raises InputError with the nearest name, or the groups
        there are."""
        found = self.all_series.get((name, group))
        return found if found is not None else pick(self.all_series, name, group, self._where("series.csv"))

    def has(self, name: str, group: str = "all") -> bool:
        """Tell whether there is a series of that name and group."""
        return (name, group) in self.all_series

    def row(self, name: str, group: str = "all") -> int:
        """Return the row of `table` for a series. Raises InputError as `series` does."""
        if (name, group) not in self._rows:
            self.series(name, group)
        return self._rows[name, group]

    def table(self, first: int, last: int) -> NDArray[np.float64]:
        """Return the carried values of all series, (series, last - first + 1), rows as `names`, each in its
        unit.

        Raises InputError where a yearly change takes a series out of its possible range.
        """
        return np.stack([series.path(first, last) for series in self.all_series.values()])

    def on_path(self, changes: Mapping[str, float]) -> "England":
        """Return England whose series, named without group, change by so much a year after their last
        published year.

        Raises InputError for a name that is no series.
        """
        for name in changes:
            if name not in self.series_names:
                raise unknown("a series of England", name, self.series_names, at=f"england.path.{name}")
        moved = {
            key: s.stepped(changes[key[0]]) if key[0] in changes else s for key, s in self.all_series.items()
        }
        return replace(self, all_series=moved)

    def figure(self, name: str, group: str, year: int) -> float | None:
        """Return the carried value of a series; None where there is no such series or `year` lies before its
        first one."""
        series = self.all_series.get((name, group))
        return None if series is None or year < series.years[0] else series.carried(year)

    def district(self, indicator: str, group: str, year: int, statistic: str = "median") -> float:
        """Return the mean or a percentile over English districts, in the indicator's unit.

        In a year without published distribution the last earlier one, moved by England's own change since
        then. Raises InputError for an unknown indicator, group or statistic, and before the first published
        year.
        """
        district = self._district(indicator, group)
        since, value = district.latest(year, statistic)
        england = self.all_series[district.carried_with]
        return value if since == year else value + england.carried(year) - england.carried(since)

    def district_figure(self, indicator: str, group: str, year: int, statistic: str) -> float | None:
        """Return `district`, or None where no distribution was published by `year`."""
        district = self.districts.get((indicator, group))
        if district is None or year < district.years[0]:
            return None
        return self.district(indicator, group, year, statistic)

    def after_ks4(self, series: str, group: str) -> NDArray[np.float64]:
        """Return (15,) one value for each of the 15 years after key stage 4: a main activity in %, or
        `earnings` in pounds a year. Raises InputError for an unknown series or group."""
        if (series, group) not in self.after_ks4_values:
            names = list(dict.fromkeys(name for name, _ in self.after_ks4_values))
            if series not in names:
                raise unknown("a series of the years after key stage 4", series, names)
            groups = [known for name, known in self.after_ks4_values if name == series]
            raise unknown(f"a group of '{series}'", group, groups)
        return self.after_ks4_values[series, group]

    def digest(self) -> str:
        """Return 32 hexadecimal digits of all of England's files."""
        return self.content

    def _district(self, indicator: str, group: str) -> District:
        if (indicator, group) not in self.districts:
            known = [f"{name} of {of}" for name, of in self.districts]
            hint = nearest(f"{indicator} of {group}", known)
            problem = f"no distribution over districts is published for {indicator} of {group}"
            raise InputError(problem, where=self._where("districts.csv"), allowed=listed(known), hint=hint)
        return self.districts[indicator, group]

    def _where(self, name: str) -> str:
        return shown_path(self.folder / name)


@once_while_unchanged
def _load(folder: Path) -> England:
    place = read_place_file(folder)
    series = load_series(folder, place)
    after: dict[tuple[str, str], NDArray[np.float64]] = {}
    for name in AFTER_KS4_FILES:
        after |= _after_ks4(folder / name, place)
    return England(
        title=place.title,
        notes=place.notes,
        folder=folder,
        sources=place.sources,
        all_series=series,
        districts=load_districts(folder, place, series),
        after_ks4_values=after,
        content=digest(folder),
    )


def _after_ks4(path: Path, place: PlaceFile) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return the values by (series, group); what is in % must sum to 100 in each year of a group."""
    rows = read_csv(path, ("series", "group", "years_after_ks4", "value"))
    check_unique(rows, ("series", "group", "years_after_ks4"))
    record = place.record(path.name, shown_path(path.parent / "place.toml"))
    low, high = record.limits(path.name, shown_path(path.parent / "place.toml"))
    keys = list(dict.fromkeys((row.text("series"), row.text("group")) for row in rows))
    found: dict[tuple[str, str], NDArray[np.float64]] = {}
    for key in keys:
        own = [row for row in rows if (row.cells["series"], row.cells["group"]) == key]
        check_range(own, "years_after_ks4", 1, YEARS_AFTER_KS4)
        found[key] = reals(row.number("value", low, high) for row in own)
    if record.unit == "%":
        for group in dict.fromkeys(group for _, group in keys):
            total = np.sum([values for (_, of), values in found.items() if of == group], axis=0)
            if np.max(np.abs(total - 100.0)) > 0.5:
                year = int(np.argmax(np.abs(total - 100.0)))
                problem = f"sums to {total[year]:g} in year {year + 1}, must be 100"
                raise InputError(problem, where=rows[0].where, at=f"group {group}")
    return found
