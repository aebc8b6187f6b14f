"""What was published of outcomes in a district, and in the education authority around it."""

from typing import Final

from model.districts import tables
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = ("indicator", "group", "year", "value", "unit", "basis", "place", "source", "grade", "note")

KINDS: dict[str, tuple[str, float, float]] = {
    "gld": ("%", 0, 100),
    "ks2_rwm": ("%", 0, 100),
    "attainment8_mainstream": ("points", 0, 90),
    "progress8_mainstream": ("grade", -3, 3),
    "em_grade4_mainstream": ("%", 0, 100),
    "level2_em_by_19": ("%", 0, 100),
}
"""Unit and range of each outcome."""

BASES = ("residence", "settings", "state-funded schools", "mainstream schools", "school at 15")


def rows(district: District) -> list[Row]:
    """Return the rows of `observed.csv`, to 2019."""
    found = tables.records("outcomes_district", district.code)
    return [
        {
            "indicator": row["indicator"],
            "group": row["group"],
            "year": row["year"],
            "value": row["value"],
            "unit": row["unit"],
            "basis": _basis(row["basis"]),
            "place": district.slug,
            "source": row["source"],
            "grade": row["grade"],
            "note": row["note"],
        }
        for row in found
        if row["indicator"] in KINDS
    ]


def areas(district: District) -> list[str]:
    """Return the areas that rows may be of."""
    return [district.slug]


def _basis(text: str) -> str:
    if text.startswith("mainstream"):
        return "mainstream schools"
    return text if text in BASES else "state-funded schools"
