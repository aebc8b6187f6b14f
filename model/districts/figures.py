"""The named figures of a district."""

from typing import Final

from model.districts import tables
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = ("name", "value", "unit", "year", "low", "high", "source", "grade", "note")


def rows(district: District) -> list[Row]:
    """Return the rows of `figures.csv`."""
    found = tables.records("figures", district.code)
    return [
        {
            "name": row["name"],
            "value": row["value"],
            "unit": row["unit"],
            "year": row["year"],
            "low": row["low"],
            "high": row["high"],
            "source": row["source"],
            "grade": row["grade"],
            "note": row["note"],
        }
        for row in found
    ]
