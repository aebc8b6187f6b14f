"""Districts in groups: regions, combined authorities, counties, Opportunity Areas, statistical neighbours."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from model.districts.names import (
    YEARS,
    District,
    combined_authorities,
    districts,
    likely,
    of_code,
    shown,
    slug,
)
from model.io.errors import InputError, shown_word

Kind = Literal["region", "combined authority", "county", "Opportunity Area"]
EVERY_AREA: Final = "all"
"""What means every Opportunity Area at once."""
KINDS_OF_NEIGHBOURS: Final = {
    "global": "similar",
    "economic": "similar_economic",
    "demographic": "similar_demographic",
}
"""The three lists of statistical neighbours, and the column of a district that holds each."""


@dataclass(frozen=True, slots=True)
class Group:
    """Districts with a common name: its `kind`, and the codes of its members."""

    name: str
    kind: Kind
    codes: tuple[str, ...]


@functools.cache
def regions() -> Mapping[str, Group]:
    """Return the nine regions, the combined authorities of 2024 and the counties with districts, by name as
    `slug` writes it. Where two share a name, it means the region."""
    found: dict[str, Group] = {}
    for district in districts():
        if district.two_tier:
            _add(found, district.upper_tier, "county", district)
    for name, codes in combined_authorities().items():
        found[slug(name)] = Group(name, "combined authority", codes)
    for name in sorted({district.region for district in districts()}):
        codes = tuple(district.code for district in districts() if district.region == name)
        found[slug(name)] = Group(name, "region", codes)
    return found


@functools.cache
def areas() -> Mapping[str, Group]:
    """Return the twelve Opportunity Areas by name as `slug` writes it, and all of them together as `all`."""
    found: dict[str, Group] = {}
    inside = [district for district in districts() if district.opportunity_area]
    for district in inside:
        _add(found, district.opportunity_area, "Opportunity Area", district)
    codes = tuple(district.code for district in inside)
    return {EVERY_AREA: Group(EVERY_AREA, "Opportunity Area", codes), **found}


def members(
    region: str | None = None, area: str | None = None, year: int | None = None
) -> tuple[District, ...]:
    """Return the districts of a region (or combined authority, or county) and of an Opportunity Area, those
    that stood in `year`; of every region, area and year where none is given. By code.

    Raises:
        InputError: no region or area has that name, the tables do not hold that year, or no district is left.
    """
    found = list(districts())
    said = []
    if region is not None:
        group = _named(region, regions(), "a region, a combined authority of 2024 or a county with districts")
        found = [district for district in found if district.code in group.codes]
        said.append(f"in {group.name}")
    if area is not None:
        group = _named(area, areas(), "an Opportunity Area")
        found = [district for district in found if district.code in group.codes]
        said.append(f"in {group.name}" if slug(area) == EVERY_AREA else f"in the area {group.name}")
    if year is not None:
        if not YEARS[0] <= year <= YEARS[1]:
            raise InputError("the tables hold no districts of this year", value=year, at="year",
                             allowed=f"{YEARS[0]} to {YEARS[1]}")  # fmt: skip
        found = [district for district in found if district.stood_in(year)]
        said.append(f"in {year}")
    if not found:
        raise InputError(f"no district lies {' and '.join(said)}")
    return tuple(found)


def neighbours(district: District) -> tuple[tuple[District, dict[str, int]], ...]:
    """Return the statistical neighbours of a district with the place of each in the lists that hold it, 1 to
    10 by kind; nearest first, by the global list and then the others. Those of an abolished district are its
    successor's.

    Raises:
        InputError: none are published for it.
    """
    placed: dict[str, dict[str, int]] = {}
    for kind, column in KINDS_OF_NEIGHBOURS.items():
        for place, code in enumerate(getattr(district, column), 1):
            placed.setdefault(code, {})[kind] = place
    if not placed:
        raise InputError(f"no statistical neighbours are published for {shown(district)}")
    lived = {other.code for other in districts()}
    return tuple((of_code(code), places) for code, places in placed.items() if code in lived)


def _add(found: dict[str, Group], name: str, kind: Kind, district: District) -> None:
    codes = found[slug(name)].codes if slug(name) in found else ()
    found[slug(name)] = Group(name, kind, (*codes, district.code))


def _named(text: str, known: Mapping[str, Group], what: str) -> Group:
    found = known.get(slug(text))
    if found is not None:
        return found
    near = [known[name].name for name in likely(slug(text), known)]
    short = [group.name for key, group in known.items() if slug(text) and slug(text) in key]
    options = list(dict.fromkeys([*near, *short]))[:5] or _of_kinds(known.values())
    raise InputError(
        f"'{shown_word(text)}' is not {what}",
        allowed=", ".join(options),
        hint=options[0] if near or short else None,
    )


def _of_kinds(groups: Iterable[Group]) -> list[str]:
    """Return the names to offer where none is near: regions, or all areas."""
    return [group.name for group in groups if group.kind in ("region", "Opportunity Area")]
