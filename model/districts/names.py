"""Which districts there are, and which one a name or a code means."""

import functools
import re
from dataclasses import dataclass

from model.districts import tables
from model.io.errors import unknown


@dataclass(frozen=True, slots=True)
class District:
    """A lower-tier district of England, as it was from `first_year` to `last_year` (2016 to 2024 at the
    widest). `code` is its GSS code, `slug` its name as a place, `successor` the code of the district that it
    lies in today (its own where it goes on). `upper_tier` is the education authority of 2019. `population` is
    of 2017, `east` and `north` its middle in metres on the national grid, `similar` the codes of statistical
    neighbours of the Office for National Statistics, nearest first."""

    code: str
    name: str
    slug: str
    region: str
    upper_tier: str
    first_year: int
    last_year: int
    successor: str
    successor_name: str
    opportunity_area: str
    population: int
    km2: float
    east: float
    north: float
    similar: tuple[str, ...]

    @property
    def abolished(self) -> bool:
        """Tell whether the district has gone into another one."""
        return self.successor != self.code

    @property
    def two_tier(self) -> bool:
        """Tell whether schools are a county's and not the district's own."""
        return self.code.startswith("E07")


def slug(name: str) -> str:
    """Return a name as a place is called: lower case, hyphens ("kings-lynn-and-west-norfolk")."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’.]", "", name.lower())).strip("-")


@functools.cache
def districts() -> tuple[District, ...]:
    """Return all districts, of every vintage, by code."""
    return tuple(
        District(
            code=row["place_code"],
            name=row["place"],
            slug=slug(row["place"]),
            region=row["region"],
            upper_tier=row["upper_tier_2019"],
            first_year=int(row["first_year"]),
            last_year=int(row["last_year"]),
            successor=row["successor_2024"],
            successor_name=row["successor_name"],
            opportunity_area=row["opportunity_area"],
            population=int(row["population_2017"]),
            km2=float(row["km2"]),
            east=float(row["east"]),
            north=float(row["north"]),
            similar=tuple(code for code in row["similar_global"].split(";") if code),
        )
        for row in tables.table("places").to_dict("records")
    )


def find(text: str) -> District:
    """Return the district with that code, slug or name. Raises InputError with the nearest name."""
    for district in districts():
        if text in (district.code, district.slug, district.name):
            return district
    raise unknown("a district of England", text, [district.slug for district in districts()])
