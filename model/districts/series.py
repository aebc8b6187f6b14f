"""Unemployment, claimants, pay and income of a district by year."""

from typing import Final

from model.districts import tables
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = ("series", "group", "year", "value", "unit", "source", "grade", "note")

KINDS = {
    "unemployment": ("%", 0, 100, "modelled unemployment rate, 16 and over; calendar year"),
    "claimant_count": ("%", 0, 100, "claimants as a share of 16 to 64; calendar year"),
    "pay_week_all": (
        "GBP a week",
        50,
        3000,
        "median gross weekly pay of all employees who live here, current prices; calendar year",
    ),
    "gdhi": (
        "GBP a year",
        1000,
        500000,
        "gross disposable household income a head, current prices; calendar year",
    ),
}
"""Unit, range and meaning of each series."""


def rows(district: District) -> list[Row]:
    """Return the rows of `series.csv`."""
    found = tables.records("series", district.code)
    return [
        {
            "series": row["series"],
            "group": row["group"],
            "year": row["year"],
            "value": row["value"],
            "unit": row["unit"],
            "source": row["source"],
            "grade": row["grade"],
            "note": "",
        }
        for row in found
    ]
