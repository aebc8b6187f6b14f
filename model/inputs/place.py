"""A town as data: what is published of its people, schools and work, checked when it is read.

place = Place.load("ipswich")
place.figures["children_2017"].value, place.wards.idaci_2019, place.births.of(1998, 2048)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.inputs.place_checks import Parts, checked
from model.inputs.place_file import (
    FileRecord,
    PlaceFile,
    Source,
    digest,
    place_folder,
    read_place_file,
)
from model.inputs.place_people import (
    Ages,
    Births,
    Figure,
    Wards,
    read_ages,
    read_births,
    read_figures,
    read_wards,
)
from model.inputs.place_schools import OUTSIDE, PHASES, Schools, read_schools
from model.inputs.series import Series, load_series, pick
from model.io.csv import check_unique, read_csv
from model.io.errors import InputError, unknown
from model.io.files import once_while_unchanged, shown_path

__all__ = [
    "OUTSIDE",
    "PHASES",
    "Ages",
    "Births",
    "Figure",
    "Observation",
    "Place",
    "Schools",
    "Wards",
]

WITHOUT_SOURCE: Final = ("wards.csv", "schools.csv")
"""Files whose source and grade stand in place.toml."""

_OBSERVED = ("indicator", "group", "year", "value", "unit", "basis", "place", "source", "grade", "note")


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed: an outcome of a group in a year, in the town or in the area `place` around it.
    `basis` says of whom: residents, or pupils of schools here."""

    indicator: str
    group: str
    year: int
    value: float
    unit: str
    basis: str
    place: str
    source: str
    grade: str
    note: str


@dataclass(frozen=True, eq=False)
class Place:
    """A town's published figures; never changes, so it can be shared. Arrays cannot be written to.
    `warnings` say, a sentence each, what is unusual in them and how the model takes it."""

    name: str
    title: str
    notes: str
    nation: str
    folder: Path
    sources: Mapping[str, Source]
    files: Mapping[str, FileRecord]
    figures: Mapping[str, Figure]
    wards: Wards
    ages: Ages
    births: Births
    schools: Schools
    all_series: Mapping[tuple[str, str], Series]
    observed: tuple[Observation, ...]
    content: str
    warnings: tuple[str, ...]

    @staticmethod
    def load(name: str, places: Path | None = None) -> "Place":
        """Return the town called `name` in `places`; where not given, what ships under that name, the
        district with that name or code, or the folder at that path. Read once a process until a file changes.
        Raises InputError for an unknown name (with the nearest), and for a file that is missing, incomplete,
        impossible or at odds with another one."""
        return _load(place_folder(name, "town", places))

    def figure(self, name: str) -> Figure:
        """Return the figure called `name`. Raises InputError with the nearest name."""
        if name not in self.figures:
            where = shown_path(self.folder / "figures.csv")
            raise unknown("a figure of this place", name, self.figures, where=where)
        return self.figures[name]

    def value(self, name: str) -> float:
        """Return the value of the figure called `name`, in its unit. Raises InputError with the nearest
        name."""
        return self.figure(name).value

    def series(self, name: str, group: str = "all") -> Series:
        """Return the town's series of that name. Raises InputError with the nearest name, or the groups that
        there are."""
        return pick(self.all_series, name, group, shown_path(self.folder / "series.csv"))

    def observations(self, indicator: str, group: str = "all") -> tuple[Observation, ...]:
        """Return what was observed of an outcome and group, the town and the area around it, by year; empty
        where nothing was published."""
        found = [o for o in self.observed if (o.indicator, o.group) == (indicator, group)]
        return tuple(sorted(found, key=lambda o: (o.place != self.name, o.year)))

    def digest(self) -> str:
        """Return 32 hexadecimal digits of all the place's files."""
        return self.content


@once_while_unchanged
def _load(folder: Path) -> Place:
    declared = read_place_file(folder)
    for name in WITHOUT_SOURCE:
        declared.record(name, shown_path(folder / "place.toml"))
    _check_nation(folder, declared.nation)
    wards = read_wards(folder)
    figures, ages = read_figures(folder, declared), read_ages(folder, declared)
    births, schools = read_births(folder, declared), read_schools(folder, wards)
    return Place(
        name=folder.name,
        title=declared.title,
        notes=declared.notes,
        nation=declared.nation,
        folder=folder,
        sources=declared.sources,
        files=declared.files,
        figures=figures,
        wards=wards,
        ages=ages,
        births=births,
        schools=schools,
        all_series=load_series(folder, declared),
        observed=_read_observed(folder, declared),
        content=digest(folder),
        warnings=checked(Parts(folder, figures, wards, ages, births, schools)),
    )


def _check_nation(folder: Path, nation: str) -> None:
    """Raise InputError where the nation of a place is neither beside it nor among those that ship."""
    # Asked for by name: beside a folder of the cache hundreds of others stand, which come and go.
    beside = folder.parent if (folder.parent / nation / "place.toml").is_file() else None
    try:
        place_folder(nation, "nation", beside)
    except InputError as error:
        raise error.inside(shown_path(folder / "place.toml"), "nation") from None


def _read_observed(folder: Path, place: PlaceFile) -> tuple[Observation, ...]:
    rows = read_csv(folder / "observed.csv", _OBSERVED)
    check_unique(rows, ("indicator", "group", "year", "place"))
    found = []
    for row in rows:
        indicator = row.word("indicator", place.observed, "an outcome of [observed]")
        kind = place.observed[indicator]
        if row.text("unit") != kind.unit:
            raise row.fault("unit", "is not the unit of place.toml", kind.unit)
        found.append(
            Observation(
                indicator=indicator,
                group=row.word("group", place.groups, "a group of place.toml"),
                year=row.whole("year", 1980, 2100),
                value=row.number("value", kind.low, kind.high),
                unit=kind.unit,
                basis=row.word("basis", place.bases, "a basis of place.toml"),
                place=row.word("place", place.observed_in, "an area of place.toml"),
                source=row.source(place.sources),
                grade=row.grade(),
                note=row.cells["note"],
            )
        )
    return tuple(found)
