"""Residents by single age and births of a district."""

from typing import Final

from model.districts import tables
from model.districts.names import District
from model.districts.rows import Row

AGES: Final = ("year", "age", "residents", "source", "grade")
BIRTHS: Final = ("year", "births", "kind", "source", "grade", "note")


def ages(district: District) -> list[Row]:
    """Return the rows of `ages.csv`: residents aged 0 to 19 in the middle of each year published."""
    found = tables.records("ages", district.code)
    return [
        {
            "year": row["year"],
            "age": row["age"],
            "residents": row["residents"],
            "source": row["source"],
            "grade": row["grade"],
        }
        for row in found
    ]


def births(district: District) -> list[Row]:
    """Return the rows of `births.csv`: births of each year from 1980 to 2048."""
    found = tables.records("births", district.code)
    return [
        {
            "year": row["year"],
            "births": row["births"],
            "kind": row["kind"],
            "source": row["source"],
            "grade": row["grade"],
            "note": row["note"],
        }
        for row in found
    ]
