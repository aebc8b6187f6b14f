"""List the inputs of a place as rows, how much of each kind is published, and what replaces what."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from experiments.places.listing import WAYS, Knowledge
from model.inputs.place import Place
from model.inputs.place_schools import PHASES
from model.io.csv import read_csv

Group = Literal["people", "births", "wards", "schools", "flows", "series", "outcomes"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
"""Groups of inputs, in the order in which they are shown."""

_OF_SCHOOLS: Final = re.compile(
    r"(fsm|eal|ks4|mean_ks2|mean_secondary|secondary|primary|pupils|temporary|new_teachers|income_per)"
)
_FLOWS: Final = re.compile(r"(net_)?(in|out)flow")
_DEPRIVATION: Final = re.compile(r"(imd|idaci)_")
_NUMBERS: Final = re.compile(r"[-+]?\d+(\.\d+)?")
_AGES: Final = ("year", "age", "residents", "source", "grade")
_WARD_COLUMNS: Final = {
    "population_2019": ("population", "residents", 2019),
    "age_0_4": ("age_0_4", "residents aged 0-4", 2019),
    "age_0_15": ("age_0_15", "residents aged 0-15", 2019),
    "age_5_18": ("age_5_18", "residents aged 5-18", 2019),
    "imd_2015": ("imd_2015", "score", 2015),
    "imd_2019": ("imd_2019", "score", 2019),
    "idaci_2019": ("idaci_2019", "% of children under 16", 2019),
}
"""By column of wards.csv: the attribute of the wards, its unit and its year."""


@dataclass(frozen=True, slots=True)
class Input:
    """One number that a place is built from. `group` is what it is of, `name` its name in `file`, `of` which
    part of the place it is of (an age, a ward, a kind of school, a group of children; empty: all), `area`
    the place or the area around it. `low` and `high` say how sure it is, where the file does."""

    group: Group
    file: str
    name: str
    of: str
    area: str
    year: int | None
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one group of inputs: number of rows, first and last year, and shares by how they
    are known."""

    group: Group
    rows: int
    first_year: int | None
    last_year: int | None
    known: Knowledge


@dataclass(frozen=True, slots=True)
class Substitute:
    """Inputs that are not published of the place itself: which, over which years, their grade, and what
    stands in for them."""

    group: Group
    name: str
    of: str
    first_year: int | None
    last_year: int | None
    grade: str
    says: str


def inputs_of(place: Place) -> list[Input]:
    """Return every number of a place's files, group by group."""
    rows = [
        *_people(place), *_figures(place), *_births(place), *_wards(place), *_schools(place), *_series(place),
        *_outcomes(place),
    ]  # fmt: skip
    return sorted(rows, key=lambda row: GROUPS.index(row.group))


def coverage(rows: Sequence[Input]) -> list[Coverage]:
    """Return how much is known of each group, in the order of GROUPS; a group without a row is there."""
    found = []
    for group in GROUPS:
        inside = [row for row in rows if row.group == group]
        years = [row.year for row in inside if row.year is not None]
        found.append(
            Coverage(
                group=group,
                rows=len(inside),
                first_year=min(years, default=None),
                last_year=max(years, default=None),
                known=Knowledge.of(Counter(row.grade for row in inside)),
            )
        )
    return found


def substitutes(rows: Iterable[Input], place: str) -> list[Substitute]:
    """Return what falls back on what: inputs that are derived or judged, and outcomes of the area around the
    place. Years that differ in numbers only stand in one row."""
    found: list[Substitute] = []
    shapes: list[str] = []
    for row in rows:
        around = row.area not in ("", place)
        if WAYS[row.grade[0]] == "published" and not around:
            continue
        says = row.note or ("as the file's note says" if row.file in _NOTED else row.source)
        if around:
            says = f"that of {row.area}; none is published of the place" + (
                f" ({row.note})" if row.note else ""
            )
        shape = _NUMBERS.sub("#", f"{row.group} {row.name} {row.of} {row.grade} {says}")
        if shapes and shapes[-1] == shape and row.file not in ("figures.csv",):
            last = found[-1]
            of = last.of if last.of == row.of else ""
            found[-1] = Substitute(last.group, last.name, of, *_years(last, row), last.grade, last.says)
        else:
            shapes.append(shape)
            found.append(Substitute(row.group, row.name, row.of, row.year, row.year, row.grade, says))
    return found


def _years(last: Substitute, row: Input) -> tuple[int | None, int | None]:
    """Return the first and last year of what stands in, with one more input."""
    if row.year is None or last.first_year is None or last.last_year is None:
        return last.first_year, last.last_year
    return min(last.first_year, row.year), max(last.last_year, row.year)


_NOTED: Final = ("wards.csv", "schools.csv")
"""Files whose source, grade and note stand in place.toml."""


def group_of_figure(name: str) -> Group:
    """Return what a figure of figures.csv is of, by its name."""
    if _FLOWS.match(name):
        return "flows"
    if _DEPRIVATION.match(name):
        return "wards"
    return "schools" if _OF_SCHOOLS.match(name) else "people"


def _people(place: Place) -> Iterator[Input]:
    # From the file: a place keeps the single ages without their sources.
    for row in read_csv(place.folder / "ages.csv", _AGES):
        year, age, residents, source, grade = (row.cells[column] for column in _AGES)
        yield Input("people", "ages.csv", "residents", f"aged {age}", "", int(year), float(residents),
                    "residents", None, None, source, grade, "")  # fmt: skip


def _figures(place: Place) -> Iterator[Input]:
    for figure in place.figures.values():
        yield Input(
            group_of_figure(figure.name), "figures.csv", figure.name, "", "", figure.year, figure.value,
            figure.unit, figure.low, figure.high, figure.source, figure.grade, figure.note,
        )  # fmt: skip


def _births(place: Place) -> Iterator[Input]:
    births = place.births
    for at, year in enumerate(births.years):
        note = ": ".join(part for part in (births.kinds[at], births.notes[at]) if part)
        yield Input("births", "births.csv", "births", "", "", int(year), int(births.numbers[at]), "births",
                    None, None, births.sources[at], births.grades[at], note)  # fmt: skip


def _wards(place: Place) -> Iterator[Input]:
    of, wards = place.files["wards.csv"], place.wards
    for column, (attribute, unit, year) in _WARD_COLUMNS.items():
        for name, value in zip(wards.names, getattr(wards, attribute), strict=True):
            yield Input("wards", "wards.csv", column, name, "", year, value.item(), unit, None, None,
                        of.source, of.grade, "")  # fmt: skip


def _schools(place: Place) -> Iterator[Input]:
    """Yield the number of schools and of entry places by kind: schools are simulated, so no single one."""
    of, schools = place.files["schools.csv"], place.schools
    for code, phase in enumerate(PHASES):
        there = schools.phase == code
        counts = {
            "schools": (int(there.sum()), "schools"),
            "places_per_year": (int(schools.places[there].sum()), "places"),
        }
        if phase == "secondary":
            counts["sixth_form_places"] = (int(schools.sixth_form_places[there].sum()), "places")
        for name, (count, unit) in counts.items() if np.any(there) else ():
            yield Input("schools", "schools.csv", name, phase.replace("_", " "), "", None, count, unit, None,
                        None, of.source, of.grade, "")  # fmt: skip


def _series(place: Place) -> Iterator[Input]:
    for series in place.all_series.values():
        for at, year in enumerate(series.years):
            yield Input("series", "series.csv", series.name, _who(series.group), "", int(year),
                        float(series.values[at]), series.unit, None, None, series.sources[at],
                        series.grades[at], series.notes[at])  # fmt: skip


def _outcomes(place: Place) -> Iterator[Input]:
    for seen in sorted(place.observed, key=lambda o: (o.indicator, o.group, o.place != place.name, o.year)):
        yield Input("outcomes", "observed.csv", seen.indicator, _who(seen.group), seen.place, seen.year,
                    seen.value, seen.unit, None, None, seen.source, seen.grade, seen.note)  # fmt: skip


def _who(group: str) -> str:
    return "" if group == "all" else group
