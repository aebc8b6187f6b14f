"""The named figures of a district."""

from typing import Final

from model.districts import flows, tables
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = ("name", "value", "unit", "year", "low", "high", "source", "grade", "note")


def rows(district: District) -> list[Row]:
    """Return the rows of `figures.csv`: the tables' own, but for the flows across the boundary (`flows`)."""
    made = {str(row["name"]): row for row in flows.rows(district)}
    published = [
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
        for row in tables.records("figures", district.code)
        if row["name"] not in made
    ]
    return [*published, *made.values()]
