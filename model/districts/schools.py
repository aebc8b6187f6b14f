"""The schools of a district: simulated ones, of published numbers and sizes."""

from typing import Final

from model.districts import tables, wards
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = (
    "school",
    "phase",
    "feeds",
    "ward",
    "east_km",
    "north_km",
    "places_per_year",
    "sixth_form",
    "sixth_form_places",
    "fsm6_2019",
)

SOURCE = "JUDGEMENT:places of schools; DFE-PT; FFT-SLY"
GRADE = "J"


def note(district: District) -> str:
    """Return what is to be said of the schools."""
    return "Numbers by kind and size published; no name, and no place finer than the ward."


def rows(district: District) -> list[Row]:
    """Return the rows of `schools.csv`."""
    found = tables.records("schools", district.code)
    names = wards.names(district)
    places = {str(ward["ward"]): ward for ward in wards.rows(district)}
    middle = next(iter(places))
    made: list[Row] = []
    count: dict[str, int] = {}

    def add(phase: str, ward: str, entry: int) -> None:
        count[phase] = count.get(phase, 0) + 1
        at = places.get(ward, {"east_km": 5.0, "north_km": 1.0})
        made.append(
            {
                "school": f"{phase.replace('_', ' ')} {count[phase]:02d}",
                "phase": phase,
                "feeds": "",
                "ward": ward,
                "east_km": at["east_km"],
                "north_km": at["north_km"],
                "places_per_year": max(1, min(entry, 2000)),
                "sixth_form": "no",
                "sixth_form_places": 0,
                "fsm6_2019": "",
            }
        )

    for row in found:
        ward = names.get(row["ward17"], middle)
        if row["type"] not in ("special", "independent") and row["ks2_pupils_2018"] > 0:
            add("primary", ward, round(row["ks2_pupils_2018"] * 1.1))
        if row["type"] not in ("special", "independent") and row["ks4_pupils_2018"] > 0:
            add("secondary", ward, round(row["ks4_pupils_2018"] / 0.86))
    add("special", middle, 10)
    add("college", middle, 300)
    add("outside_secondary", "outside", 100)
    add("outside_sixth_form", "outside", 100)
    return made
