"""Who lives in a town, as published: wards, single ages, births, and named figures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calendar import LAST_TAUGHT
from model.inputs.place_file import PlaceFile
from model.io.csv import Row, check_most, check_range, check_unique, read_csv, reals, wholes
from model.io.errors import InputError, unknown

FIRST_BIRTHS: Final = 1980
LAST_BIRTHS: Final = 2048
LAST_KNOWN_BIRTHS: Final = 2017
OLDEST_AGE: Final = 19
MOST_WARDS: Final = 10_000
FURTHEST_KM: Final = 150
"""From the middle of a place: England's largest district reaches 78 km."""
MOST_HEXAGONS: Final = 500
"""Rows or columns of a map of wards."""
BIRTH_KINDS: Final = ("published", "approximate", "interpolated", "carried back", "projected")

_WARD_COUNTS = ("population_2019", "age_0_4", "age_0_15", "age_5_18", "hex_row", "hex_column")
_WARD_COLUMNS = (
    "ward",
    *_WARD_COUNTS,
    "children_share",
    "imd_2015",
    "imd_2019",
    "idaci_2019",
    "east_km",
    "north_km",
)
_FIGURE_COLUMNS = ("name", "value", "unit", "year", "low", "high", "source", "grade", "note")


@dataclass(frozen=True, slots=True)
class Figure:
    """One published or derived number: `value` in `unit`, for `year`, between `low` and `high`, which say
    how sure it is, with source, grade and note (for a derived one, the arithmetic)."""

    name: str
    value: float
    unit: str
    year: int
    low: float
    high: float
    source: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Wards:
    """The wards, (n,) each: residents in mid-2019 by age, the share of the town's children (0-1),
    deprivation scores, income-deprived children (%), centroid (km east and north of the wards' mean), place
    on a grid of hexagons."""

    names: tuple[str, ...]
    population: NDArray[np.int64]
    age_0_4: NDArray[np.int64]
    age_0_15: NDArray[np.int64]
    age_5_18: NDArray[np.int64]
    children_share: NDArray[np.float64]
    imd_2015: NDArray[np.float64]
    imd_2019: NDArray[np.float64]
    idaci_2019: NDArray[np.float64]
    east_km: NDArray[np.float64]
    north_km: NDArray[np.float64]
    hex_row: NDArray[np.int64]
    hex_column: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    def row(self, name: str) -> int:
        """Return the row of the ward called `name`. Raises InputError with the nearest name."""
        if name not in self.names:
            raise unknown("a ward", name, self.names)
        return self.names.index(name)


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Residents by single age, in the middle of each of `years` (k,): `residents` (k, 20), ages 0 to 19.
    Those of age a in year y are of the birth cohort y - a."""

    years: NDArray[np.int64]
    residents: NDArray[np.int64]
    where: str

    def of(self, year: int) -> NDArray[np.int64]:
        """Return the residents aged 0 to 19, (20,). Raises InputError where no ages of `year` are
        published."""
        found = np.flatnonzero(self.years == year)
        if not found.size:
            allowed = ", ".join(str(known) for known in self.years)
            raise InputError(f"has no single ages of {year}", where=self.where, allowed=allowed)
        ages: NDArray[np.int64] = self.residents[found[0]]
        return ages

    def children(self, year: int) -> int:
        """Return the residents aged 0 to 18."""
        return int(self.of(year)[: LAST_TAUGHT + 1].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Births:
    """Births by academic year, `numbers` (69,) for 1980 to 2048; `kinds` says how each is known
    (BIRTH_KINDS). They are births, not residents: children move in and out before anybody counts them."""

    numbers: NDArray[np.int64]
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    grades: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def years(self) -> NDArray[np.int64]:
        """Return (69,) the years 1980 to 2048."""
        return np.arange(FIRST_BIRTHS, LAST_BIRTHS + 1)

    def of(self, first: int, last: int) -> NDArray[np.int64]:
        """Return the births of the years `first` to `last`, (last - first + 1,). Raises InputError outside
        1980 to 2048."""
        if not FIRST_BIRTHS <= first <= last <= LAST_BIRTHS:
            raise InputError(
                f"there are no births of {first} to {last}",
                allowed=f"{FIRST_BIRTHS} to {LAST_BIRTHS}, in order",
            )
        return self.numbers[first - FIRST_BIRTHS : last - FIRST_BIRTHS + 1]

    def at(self, year: int) -> int:
        """Return the births of `year`. Raises InputError outside 1980 to 2048."""
        return int(self.of(year, year)[0])

    def changed(self, births: Mapping[int, int]) -> "Births":
        """Return the same, with other numbers in some years. Raises InputError for years before 2018 (the
        past is the same in every scenario), after 2048, and for negative numbers."""
        numbers, kinds = self.numbers.copy(), list(self.kinds)
        for year, number in births.items():
            if not LAST_KNOWN_BIRTHS < year <= LAST_BIRTHS:
                allowed = f"{LAST_KNOWN_BIRTHS + 1} to {LAST_BIRTHS}"
                raise InputError("is no year whose births can change", at=f"births.{year}", allowed=allowed)
            if number < 0:
                raise InputError("must be at least 0", at=f"births.{year}", value=number)
            numbers[year - FIRST_BIRTHS] = number
            kinds[year - FIRST_BIRTHS] = "scenario"
        numbers.flags.writeable = False
        return replace(self, numbers=numbers, kinds=tuple(kinds))


def read_figures(folder: Path, place: PlaceFile) -> dict[str, Figure]:
    """Return the named figures of `folder/figures.csv`. Raises InputError for one that is incomplete or
    doubled, or whose value lies outside its own low and high."""
    rows = read_csv(folder / "figures.csv", _FIGURE_COLUMNS)
    check_unique(rows, ("name",))
    return {row.text("name"): _figure(row, place) for row in rows}


def read_wards(folder: Path) -> Wards:
    """Return the wards of `folder/wards.csv`. Raises InputError for impossible or inconsistent counts (ages
    above the population, shares that are not those of the children, two wards in one place)."""
    rows = read_csv(folder / "wards.csv", _WARD_COLUMNS)
    check_unique(rows, ("ward",))
    check_unique(rows, ("hex_row", "hex_column"))
    check_most(rows, MOST_WARDS, "wards")
    counts = {
        c: wholes(row.whole(c, 0, MOST_HEXAGONS if c.startswith("hex") else 10**6) for row in rows)
        for c in _WARD_COUNTS
    }
    children = counts["age_0_4"] + counts["age_5_18"]
    for row, number, young in zip(rows, children, counts["age_0_15"], strict=True):
        row.whole("age_0_15", row.whole("age_0_4", 0, 10**6), int(number))
        row.whole("population_2019", int(young), 10**6)
        if abs(row.number("children_share", 0, 1) - number / children.sum()) > 1e-4:
            raise row.fault(
                "children_share", f"must be {number / children.sum():.5f}, its part of all children"
            )
    return Wards(
        names=tuple(row.text("ward") for row in rows),
        population=counts["population_2019"],
        age_0_4=counts["age_0_4"],
        age_0_15=counts["age_0_15"],
        age_5_18=counts["age_5_18"],
        children_share=reals(children / children.sum()),
        imd_2015=reals(row.number("imd_2015", 0, 100) for row in rows),
        imd_2019=reals(row.number("imd_2019", 0, 100) for row in rows),
        idaci_2019=reals(row.number("idaci_2019", 0, 100) for row in rows),
        east_km=reals(row.number("east_km", -FURTHEST_KM, FURTHEST_KM) for row in rows),
        north_km=reals(row.number("north_km", -FURTHEST_KM, FURTHEST_KM) for row in rows),
        hex_row=counts["hex_row"],
        hex_column=counts["hex_column"],
    )


def read_ages(folder: Path, place: PlaceFile) -> Ages:
    """Return the single ages of `folder/ages.csv`. Raises InputError unless each year has the ages 0 to 19,
    in order."""
    rows = read_csv(folder / "ages.csv", ("year", "age", "residents", "source", "grade"))
    by_year: dict[int, list[Row]] = {}
    for row in rows:
        row.source(place.sources), row.grade()
        by_year.setdefault(row.whole("year", 1980, 2100), []).append(row)
    for own in by_year.values():
        check_range(own, "age", 0, OLDEST_AGE)
    residents = np.array([[row.whole("residents", 0, 10**5) for row in by_year[y]] for y in sorted(by_year)])
    residents.flags.writeable = False
    return Ages(years=wholes(sorted(by_year)), residents=residents, where=rows[0].where)


def read_births(folder: Path, place: PlaceFile) -> Births:
    """Return the births of `folder/births.csv`. Raises InputError unless every year from 1980 to 2048 stands
    there once."""
    rows = read_csv(folder / "births.csv", ("year", "births", "kind", "source", "grade", "note"))
    check_range(rows, "year", FIRST_BIRTHS, LAST_BIRTHS)
    return Births(
        numbers=wholes(row.whole("births", 1, 10**5) for row in rows),
        kinds=tuple(row.word("kind", BIRTH_KINDS, "a way of knowing births") for row in rows),
        sources=tuple(row.source(place.sources) for row in rows),
        grades=tuple(row.grade() for row in rows),
        notes=tuple(row.cells["note"] for row in rows),
    )


def _figure(row: Row, place: PlaceFile) -> Figure:
    low, high = row.number("low"), row.number("high")
    return Figure(
        name=row.text("name"),
        value=row.number("value", low, high),
        unit=row.text("unit"),
        year=row.whole("year", 1980, 2100),
        low=low,
        high=high,
        source=row.source(place.sources),
        grade=row.grade(),
        note=row.cells["note"],
    )
