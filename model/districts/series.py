"""Unemployment, claimants, pay and income of a district by year.

Where a district has no figure of a year that its region has, the region's stands in: in proportion to the
years that both have, or as it is where there are none. The region's own is the mean over those of its
districts that have every year, by residents; England's takes its place where no district of the region has.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from model.districts import tables
from model.districts.names import District, districts
from model.districts.rows import Row

COLUMNS: Final = ("series", "group", "year", "value", "unit", "source", "grade", "note")
KINDS: Final = {
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

MISSING: Final = "none published"
"""How the note of a row that stands in for a published one begins."""

_LAST_VINTAGE: Final = 2024
"""Regions are made of the districts that stand in this year, so that nobody is counted twice."""


def rows(district: District) -> list[Row]:
    """Return the rows of `series.csv`, by series and year."""
    published = tables.records("series", district.code)
    made: list[Row] = []
    for name in KINDS:
        own = {row["year"]: _published(row, district) for row in published if row["series"] == name}
        stood_in = _stood_in(name, district, {year: float(row["value"]) for year, row in own.items()})
        made += [row for _, row in sorted((own | {int(row["year"]): row for row in stood_in}).items())]
    return made


def _published(row: Mapping[str, Any], district: District) -> Row:
    """Return a row of the tables as the file has it; they mark figures of a successor in the source."""
    later = row["source"].endswith("(successor)")
    note = f"that of {district.successor_name}, in which the district went up" if later else ""
    return {**{column: row[column] for column in COLUMNS if column != "note"}, "note": note}


def _stood_in(name: str, district: District, own: Mapping[int, float]) -> list[Row]:
    """Return the rows of years that the district lacks, from its region's; none where it lacks none."""
    area, count, path, source = _region(name, district.region)
    missing = [year for year in path if year not in own]
    common = [year for year in path if year in own]
    ratio = 1.0
    note = f"{MISSING} of the district: that of {area}, mean over {count} districts by residents"
    if common:
        ratio = sum(own[year] for year in common) / sum(path[year] for year in common)
        note = f"{MISSING} of this year: that of {area}, mean over {count} districts by residents, x "
        note += f"{ratio:.2f}, district to {area} in {common[0]}-{common[-1]}"
    unit, low, high, _ = KINDS[name]
    return [
        {
            "series": name,
            "group": "all",
            "year": year,
            "value": round(float(np.clip(path[year] * ratio, low, high)), 1),
            "unit": unit,
            "source": f"{source}; DERIVED",
            "grade": "D",
            "note": note,
        }
        for year in missing
    ]


@functools.cache
def _region(name: str, region: str) -> tuple[str, int, dict[int, float], str]:
    """Return which area stands in for a region's districts, of how many districts it is the mean, its values
    by year, and their source: of the region, or of England where no district of the region has every year."""
    whole = tables.table("series")
    whole = whole[whole["series"] == name]
    table = whole.pivot(index="place_code", columns="year", values="value")
    years = [year for year in table.columns if table[year].notna().mean() > 0.5]
    complete = table[years].dropna()
    standing = [of for of in districts() if of.last_year == _LAST_VINTAGE and of.code in complete.index]
    inside = [of for of in standing if of.region == region]
    area, chosen = (region, inside) if inside else ("England", standing)
    mean = _mean(complete.loc[[of.code for of in chosen]].to_numpy(), [of.population for of in chosen])
    source = str(whole["source"].iloc[0]).partition(" of ")[0]
    return area, len(chosen), dict(zip([int(year) for year in years], mean, strict=True)), source


def _mean(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], weights: Sequence[int]) -> list[float]:
    """Return the weighted mean of each column."""
    return [float(value) for value in np.average(values, axis=0, weights=weights)]
