"""The wards of a district."""

from typing import Final

from model.districts import tables
from model.districts.names import District
from model.districts.rows import Row

COLUMNS: Final = (
    "ward",
    "population_2019",
    "age_0_4",
    "age_0_15",
    "age_5_18",
    "children_share",
    "imd_2015",
    "imd_2019",
    "idaci_2019",
    "east_km",
    "north_km",
    "hex_row",
    "hex_column",
)

SOURCE = "POP:mid-2019; IMD15; IMD19; ONS-GEO:small areas of 2011 to wards of 2017"
GRADE = "A"


def rows(district: District) -> list[Row]:
    """Return the rows of `wards.csv`, the most deprived ward first."""
    found = tables.records("wards", district.code)
    children = sum(row["age_0_4"] + row["age_5_18"] for row in found)
    made: list[Row] = [
        {
            "ward": row["ward"],
            "population_2019": row["population_2019"],
            "age_0_4": row["age_0_4"],
            "age_0_15": row["age_0_15"],
            "age_5_18": row["age_5_18"],
            "children_share": (row["age_0_4"] + row["age_5_18"]) / children,
            "imd_2015": row["imd_2015"],
            "imd_2019": row["imd_2019"],
            "idaci_2019": row["idaci_2019"],
            "east_km": row["east_km"],
            "north_km": row["north_km"],
            "hex_row": row["hex_row"],
            "hex_column": row["hex_column"],
        }
        for row in found
    ]
    return sorted(made, key=lambda ward: (-float(ward["idaci_2019"]), str(ward["ward"])))


def names(district: District) -> dict[str, str]:
    """Return the names of the district's wards of 2017 by their codes."""
    return {row["ward_code"]: row["ward"] for row in tables.records("wards", district.code)}


def note(district: District) -> str:
    """Return what is to be said of the wards: what they are, and how many small areas were suppressed."""
    found = tables.records("wards", district.code)
    areas, suppressed = (sum(row[of] for row in found) for of in ("lsoas", "lsoas_idaci_suppressed"))
    return (
        "Wards of 2017, the small areas of 2011 summed to them. Ages are mid-2019; children_share is the\n"
        "ward's part of all aged 0-18. imd is the score of the ward, idaci the % of children under 16 in\n"
        "income-deprived families. east_km and north_km are the distance from the wards' mean; hex_row and\n"
        "hex_column place the ward on a grid of hexagons, odd rows shifted half a cell to the right.\n"
        f"Poor children of {suppressed} of {areas} small areas are suppressed (below ten) and count as 5."
    )
