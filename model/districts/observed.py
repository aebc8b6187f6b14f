"""What was published of outcomes in a district, and in the education authority around it, to 2019.

Each row says of whom it is (`basis`): residents, children in settings or schools here, pupils of mainstream
schools, or whoever was at school here at 15. They are different people, and rows are never moved from one to
another: mainstream schools lie above all state-funded ones, and free meals are not disadvantage.
"""

import functools
import math
from collections.abc import Mapping
from typing import Any, Final

from model.districts import tables
from model.districts.names import District, districts, slug
from model.districts.rows import Row

COLUMNS: Final = ("indicator", "group", "year", "value", "unit", "basis", "place", "source", "grade", "note")
KINDS: Final[Mapping[str, tuple[str, float, float]]] = {
    "gld": ("%", 0, 100),
    "phonics": ("%", 0, 100),
    "ks1_reading": ("%", 0, 100),
    "ks2_rwm": ("%", 0, 100),
    "attainment8": ("points", 0, 90),
    "attainment8_mainstream": ("points", 0, 90),
    "progress8": ("grade", -3, 3),
    "progress8_mainstream": ("grade", -3, 3),
    "em_grade4": ("%", 0, 100),
    "em_grade4_mainstream": ("%", 0, 100),
    "absence_primary": ("% sessions", 0, 100),
    "absence_secondary": ("% sessions", 0, 100),
    "persistent_absence_primary": ("% enrolments", 0, 100),
    "persistent_absence_secondary": ("% enrolments", 0, 100),
    "level2_em_by_19": ("%", 0, 100),
    "level2_by_19": ("%", 0, 100),
    "level3_by_19": ("%", 0, 100),
    "he_by_19": ("%", 0, 100),
    "neet_16_17": ("%", 0, 100),
}
"""Unit and range of each outcome."""

BASES: Final = ("residence", "settings", "state-funded schools", "mainstream schools", "school at 15")
FIRST: Final = 2012
"""The first class aged 19 whose results are kept; earlier ones were at school before the town is followed."""
LAST: Final = 2019
"""Outcomes of places end here."""

_OTHER_NAMES: Final = {"level2_with_em_by_19": "level2_em_by_19"}
"""What the tables call outcomes of education authorities that the model knows by another name."""
_BY_19: Final = ("level2_em_by_19", "level2_by_19", "level3_by_19")
"""Published twice of an authority: the longer series is taken."""
_COHORT_NOTE: Final = "of whoever was in a state school at 15, a little lower than the district's own"


def rows(district: District) -> list[Row]:
    """Return the rows of `observed.csv`: the district's own, then those of its education authority, under the
    district's name where it is an authority of its own and under the authority's where it lies in one."""
    made: dict[tuple[Any, ...], Row] = {}
    for row in _own(district) + _of_authority(district):
        made.setdefault((row["indicator"], row["group"], row["year"], row["place"]), row)
    order = {name: i for i, name in enumerate(KINDS)}

    def place_in_file(row: Row) -> tuple[int, bool, str, int]:
        around = row["place"] != district.slug
        return order[str(row["indicator"])], around, str(row["group"]), int(row["year"])

    return sorted(made.values(), key=place_in_file)


def areas(district: District) -> list[str]:
    """Return the areas that rows may be of: the district, and the education authority around it."""
    return [district.slug] if is_authority(district) else [district.slug, slug(district.upper_tier)]


def coverage_notes(district: District) -> list[str]:
    """Return what is to be said of the outcomes, a sentence each."""
    if is_authority(district):
        return [
            "Outcomes that are published of education authorities are the district's own: it is one. Of a "
            "stage with results of residents and of schools, the residents' stand here."
        ]
    here = {str(row["indicator"]) for row in _own(district)}
    beyond = {str(row["indicator"]) for row in _of_authority(district)} - here
    return [
        f"Published for {district.upper_tier} only, not for the district: "
        f"{', '.join(name for name in KINDS if name in beyond)}; and all outcomes by free meals."
    ]


@functools.cache
def is_authority(district: District) -> bool:
    """Tell whether a district is all of its education authority of 2019."""
    parts = [of for of in districts() if of.upper_tier == district.upper_tier and of.first_year <= 2017]
    return sum(of.population for of in parts if of.last_year >= 2017) == district.population


def _own(district: District) -> list[Row]:
    return [
        _row(row, row["indicator"], district.slug, _note(row))
        for row in tables.records("outcomes_district", district.code)
        if row["indicator"] in KINDS and row["year"] <= LAST
    ]


def _of_authority(district: District) -> list[Row]:
    place = district.slug if is_authority(district) else slug(district.upper_tier)
    made: list[Row] = []
    for row in tables.records("outcomes_upper_tier", district.upper_tier):
        name = _OTHER_NAMES.get(row["indicator"], row["indicator"])
        if name not in KINDS or not FIRST <= row["year"] <= LAST:
            continue
        if name in _BY_19 and row["source"] != "L23":
            continue
        made.append(_row(row, name, place, _COHORT_NOTE if name == "level2_em_by_19" else ""))
    return made


def _row(row: Mapping[str, Any], indicator: str, place: str, note: str) -> Row:
    return {
        "indicator": indicator,
        "group": row["group"],
        "year": row["year"],
        "value": row["value"],
        "unit": row["unit"],
        "basis": basis(row["basis"]),
        "place": place,
        "source": row["source"],
        "grade": row["grade"],
        "note": note,
    }


def _note(row: Mapping[str, Any]) -> str:
    """Return how many a figure is of, what chance alone makes of a percentage of so many, and the table's
    note."""
    told = []
    if row["n"] > 0:
        sampling = ""
        if row["unit"] == "%":
            share = min(max(row["value"] / 100, 0.0), 1.0)
            sampling = f", sampling SD {100 * math.sqrt(share * (1 - share) / row['n']):.1f}"
        told.append(f"n = {row['n']:.0f}{sampling}")
    if row["note"]:
        told.append(row["note"])
    return "; ".join(told)


def basis(text: str) -> str:
    """Return the basis as a place knows it, of the tables' words."""
    if text.startswith("mainstream"):
        return "mainstream schools"
    if text.startswith("schools in the district"):
        return "state-funded schools"
    if text not in BASES:
        raise ValueError(f"'{text}' is no basis of an outcome")
    return text
