"""The named figures of a district.

Free meals and other languages by phase are published of education authorities. A district of a county has the
county's figure of 2017, in proportion to what is derived of it and of the county's other districts from later
figures of schools.
"""

import functools
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from model.districts import flows, tables
from model.districts.names import District, districts
from model.districts.rows import Row

COLUMNS: Final = ("name", "value", "unit", "year", "low", "high", "source", "grade", "note")
YEAR: Final = 2017
"""The year whose shares of pupils a place starts from."""

CARRIED_DOWN: Final = "LAIT; DERIVED"
"""Source of a share that is an authority's, carried down to one of its districts."""

BY_PHASE: Final = tuple(
    f"{what}_{phase}" for what in ("fsm", "fsm6", "eal") for phase in ("primary", "secondary")
)
"""Shares of pupils that are published of education authorities, as the tables of outcomes call them."""


def rows(district: District) -> list[Row]:
    """Return the rows of `figures.csv`: the tables' own, but for the flows across the boundary (`flows`)."""
    made = flows.rows(district)
    names = {row["name"] for row in made}
    published = [row for row in tables.records("figures", district.code) if row["name"] not in names]
    return [*(_row(row, district) for row in published), *made]


def _row(row: Mapping[str, Any], district: District) -> Row:
    """Return a figure of the tables as the file has it."""
    made: dict[str, str | int | float] = {column: row[column] for column in COLUMNS}
    if "nan%" in row["note"]:
        made["note"] = row["note"].partition(", plus ")[0] + (
            "; nothing is added for what the census of 2021 found: none is published on these boundaries"
        )
    share = row["name"].removesuffix(f"_{YEAR}")
    if row["grade"] == "D" and share in BY_PHASE and share != row["name"]:
        county = _county(share)
        if district.upper_tier in county.index:
            made |= _carried_down(row, district.upper_tier, *county.loc[district.upper_tier])
    return made


def _carried_down(
    row: Mapping[str, Any], authority: str, published: float, derived: float
) -> dict[str, str | float]:
    """Return a share of pupils as that of its authority, times what is derived of the district over what is
    derived of the authority's districts together."""
    ratio = published / derived
    note = (
        f"{authority} {published:g}, published of {YEAR}, x {row['value']:g} / {derived:.1f}, district to "
        f"the mean of its districts by children, as derived: {row['note']}"
    )
    return {
        "value": round(row["value"] * ratio, 1),
        "low": round(row["low"] * ratio, 4),
        "high": round(row["high"] * ratio, 4),
        "source": CARRIED_DOWN,
        "note": note,
    }


@functools.cache
def _county(share: str) -> pd.DataFrame:
    """Return, by authority with more than one district in 2017, its published share of pupils and the mean of
    what is derived of its districts, by children."""
    table = tables.table("figures")
    values = table[table["name"] == f"{share}_{YEAR}"].set_index("place_code")["value"]
    children = table[table["name"] == f"children_{YEAR}"].set_index("place_code")["value"]
    members = pd.DataFrame(
        [
            (of.upper_tier, float(values[of.code]), float(children[of.code]))
            for of in districts()
            if of.first_year <= YEAR and of.code in values.index
        ],
        columns=["authority", "value", "children"],
    )
    weighted = members.assign(value=members["value"] * members["children"]).groupby("authority")
    sums = weighted[["value", "children"]].sum()[weighted.size() > 1]
    outcomes = tables.table("outcomes_upper_tier")
    published = outcomes[
        (outcomes["indicator"] == share)
        & (outcomes["year"] == YEAR)
        & (outcomes["group"] == "all")
        & (outcomes["level"] == "upper_tier")
    ].set_index("area")["value"]
    both = pd.DataFrame({"published": published, "derived": sums["value"] / sums["children"]})
    return both.dropna()
