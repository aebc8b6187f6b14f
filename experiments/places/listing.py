"""List the districts with region, size, how their figures are known, and their posterior."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from calibration.posteriors import has_posterior
from experiments.text import counted, listing, table
from model.districts import tables
from model.districts.groups import KINDS_OF_NEIGHBOURS, members, neighbours
from model.districts.names import District, districts, find, of_code, refused, shown
from model.io.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

VERSION: Final = 1
"""Of the JSON documents; it counts up when a key goes or changes its meaning."""
WAYS: Final[Mapping[str, str]] = {
    "A": "published", "B": "published", "C": "derived", "D": "derived", "J": "judged",
}  # fmt: skip
"""How a figure is known, by its grade (a grade like D(A) counts as its first letter)."""
GRADED: Final = ("ages", "births", "figures", "wards", "series", "outcomes_district")
"""The tables whose rows carry a grade."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Shares (0 to 1) of rows that are published, derived by arithmetic, and judged."""

    published: float
    derived: float
    judged: float

    @staticmethod
    def of(grades: Mapping[str, int]) -> "Knowledge":
        """Return the shares of counts by grade."""
        ways: Counter[str] = Counter()
        for grade, count in grades.items():
            ways[WAYS[grade[0]]] += count
        rows = max(ways.total(), 1)
        return Knowledge(*(ways[way] / rows for way in ("published", "derived", "judged")))


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A district as `wolsey places` lists it. `children` are residents aged 0-18 of mid-2017, `schools` its
    state-funded schools of 2017/18; `successor` is empty where the district goes on; `near` holds its place
    among the neighbours that were asked for, 1 to 10 by kind."""

    name: str
    code: str
    title: str
    region: str
    opportunity_area: str
    first_year: int
    last_year: int
    successor: str
    children: int
    schools: int
    known: Knowledge
    posterior: bool
    near: Mapping[str, int]


def listed_places(
    region: str | None = None, area: str | None = None, near: str | None = None, year: int | None = None
) -> list[ListedPlace]:
    """Return the places of a region and an Opportunity Area, those near another one, those that stood in
    `year`; all where nothing is asked. By title, or nearest first.

    Raises:
        InputError: a name is unknown, or no place is left.
    """
    chosen = sorted(members(region, area, year), key=lambda district: district.name)
    placed: dict[str, dict[str, int]] = {}
    if near is not None:
        whose = find(near)
        placed = {district.code: places for district, places in neighbours(whose)}
        inside = {district.code for district in chosen}
        chosen = [of_code(code) for code in placed if code in inside]
        if not chosen:
            raise InputError(f"no statistical neighbour of {shown(whose)} lies in what was asked for")
    children, schools, grades = _children(), _schools(), _grades()
    return [
        ListedPlace(
            name=district.slug,
            code=district.code,
            title=district.name,
            region=district.region,
            opportunity_area=district.opportunity_area,
            first_year=district.first_year,
            last_year=district.last_year,
            successor=of_code(district.successor).slug if district.abolished else "",
            children=children[district.code],
            schools=schools[district.code],
            known=Knowledge.of(grades[district.code]),
            posterior=has_posterior(district.slug),
            near=placed.get(district.code, {}),
        )
        for district in chosen
    ]


def places_text(found: Sequence[ListedPlace], near: District | None = None) -> str:
    """Return the places as a table, and below it what its columns mean and how many there are."""
    kinds = list(KINDS_OF_NEIGHBOURS) if near is not None else []
    rows = [["name", "code", "region", "children", "schools", "pub/der/jud", *kinds, "notes"]]
    for place in found:
        known = "/".join(f"{100 * share:.0f}" for share in asdict(place.known).values())
        ranks = [str(place.near.get(kind, "")) for kind in kinds]
        counts = [f"{place.children:,}", f"{place.schools:,}", known]
        rows.append([place.name, place.code, place.region, *counts, *ranks, "; ".join(_notes(place))])
    lines = table(rows, right=slice(3, 6 + len(kinds)), rule=True)
    return "\n".join([*lines, "", *_below(found, near)])


def _notes(place: ListedPlace) -> Iterator[str]:
    """Yield what is particular to a place."""
    if place.opportunity_area:
        named = "" if place.opportunity_area == place.title else f" {place.opportunity_area}"
        yield f"Opportunity Area{named}"
    if place.posterior:
        yield "has a posterior"
    if place.successor:
        yield f"to {place.last_year}, now {place.successor}"


def _below(found: Sequence[ListedPlace], near: District | None) -> Iterator[str]:
    """Yield what stands below the table, a sentence or two a line."""
    yield f"{counted(len(found), 'place')}. Children: aged 0-18, mid-2017. Schools: state-funded, 2017/18."
    yield "pub/der/jud: % of the place's rows in the tables that are published, derived and judged."
    fitted = sum(place.posterior for place in found)
    if fitted < len(found):
        who = f"{fitted} with a posterior; the others'" if fitted else "None has a posterior: their"
        yield f"{who} own numbers are drawn from their prior over English districts."
    if near is not None:
        whose = f"{near.successor_name}, in which {near.name} lies now" if near.abolished else near.name
        yield f"Statistical neighbours of {whose} (Office for National Statistics), ranked."
    if any(place.successor for place in found):
        yield "Abolished districts are on their own boundaries; --year 2024 leaves them out."
    if len(found) == len(districts()):
        yield f"Refused: {listing(refused())}. `wolsey place NAME` shows one place."


def places_document(found: Sequence[ListedPlace]) -> dict[str, Any]:
    """Return the places as a JSON document."""
    return {"version": VERSION, "places": [asdict(place) for place in found]}


def places(
    region: str | None = None, area: str | None = None, near: str | None = None, year: int | None = None
) -> "pd.DataFrame":
    """Return the places as a table, a row each by name, with the columns of `wolsey places --json`.

    Args:
        region: a region of England, a combined authority of 2024 or a county with districts.
        area: an Opportunity Area, or `all` of them.
        near: a place whose statistical neighbours are asked for.
        year: a year from 2016 to 2024: districts that stood then.

    Raises:
        InputError: a name is unknown, or no place is left.
    """
    import pandas as pd

    rows = []
    for place in listed_places(region, area, near, year):
        row = asdict(place)
        known, placed = row.pop("known"), row.pop("near")
        rows.append(
            row | known | ({f"near_{kind}": placed.get(kind) for kind in KINDS_OF_NEIGHBOURS} if near else {})
        )
    return pd.DataFrame(rows).set_index("name")


def _children() -> dict[str, int]:
    rows = tables.counts("figures", ("place_code", "name", "value"))
    return {code: int(value) for code, name, value in rows if name == "children_2017"}


def _schools() -> Counter[str]:
    """Return the number of state-funded schools in each district, on the boundaries that it had."""
    found: Counter[str] = Counter()
    vintages = ("ltla17_code", "ltla19_code", "ltla21_code", "ltla24_code")
    for (kind, *codes), schools in tables.counts("schools", ("type", *vintages)).items():
        if kind != "independent":
            found.update(dict.fromkeys(codes, schools))
    return found


def _grades() -> dict[str, Counter[str]]:
    """Return how many rows of the tables have each grade, by district."""
    found: dict[str, Counter[str]] = {}
    for name in GRADED:
        for (code, grade), rows in tables.counts(name, ("place_code", "grade")).items():
            found.setdefault(code, Counter())[grade] += rows
    return found
