"""The schools of a district: simulated, of published numbers and sizes, none placed finer than its ward."""

import functools
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from model.districts import outside, tables
from model.districts.flows import SPECIAL, Flows, flows
from model.districts.names import District
from model.districts.rows import Row
from model.districts.school_numbers import Numbers, School, numbers, scaled_to
from model.districts.school_sites import APART_KM, sites_of

COLUMNS: Final = (
    "school",
    "phase",
    "feeds",
    "ward",
    "east_km",
    "north_km",
    "places_per_year",
    "sixth_form",
    "sixth_form_places",
    "fsm6_2019",
)
SOURCE: Final = "JUDGEMENT:places of schools; DFE-PT; FFT-SLY; DFE-PLACES; LAIT:destinations"
GRADE: Final = "J"

SPARE: Final = 0.08
"""Places beyond applicants, as `spare_places` of the model's numbers has them."""
MOST_PLACES: Final = 1.7
"""Places of secondary schools over their pupils, at most. Judgement: the least that is filled in any district
is 46%, where schools opened or were closing."""
LEAST_OUTSIDE_SIXTH_FORM: Final = 0.05
"""Residents of 16 who go to a sixth form outside or independent, at least. Judgement."""
PHASES: Final = ("primary", "infant", "junior", "secondary", "special", "college")
_OUTSIDE: Final = "outside"
_STARTS = 5
_ENDS = 16


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row of the file before it has a name."""

    phase: str
    ward: str
    east: float
    north: float
    places: int
    sixth_form: int = 0
    fsm6: float = math.nan
    pair: int = -1


def rows(district: District) -> list[Row]:
    """Return the rows of `schools.csv`."""
    of, made = flows(district), _within(district)
    made += _beyond(district, of)
    return _named(made)


def note(district: District) -> str:
    """Return what is published of the schools, what is made and how, and what was folded or is missing."""
    of, found = flows(district), numbers(district)
    counts = ", ".join(f"{len(getattr(found, phase))} {phase}" for phase in PHASES if getattr(found, phase))
    starts, net = of.residents[_STARTS], of.net_inflow_primary
    said = [
        f"Published: the schools open in 2017/18 by kind, ages and ward ({counts}), classes at 11 and 16, "
        "pupils of secondaries, their sixth forms, places and free meals in six years. No school is named, "
        "and none placed more finely than its ward. Made from it:",
        "- Primary places: sizes are classes at 11 of 2016-2018, scaled to those who start in 2017 "
        f"({starts:.0f} residents aged 5, {net:+g}% net inflow) and {SPARE:.0%} of all who start to spare.",
        f"- Secondary places: pupils of Years 7 to 11 in 2020, scaled to {of.pupils / 5:.0f} a year in 2017, "
        f"over the share of each school's places that is filled; at least {SPARE:.0%} of all who start to "
        "spare.",
        "- Sixth forms: half of the pupils who are in them, over the same share.",
        "- Special: pupils over twelve year groups. Sizes of colleges are not published: residents aged 16 x "
        f"the share of {district.upper_tier}'s leavers who go to further education and to sixth-form "
        "colleges, over the share of places filled, the same for each college of a kind.",
        f"- A school stands at its ward's centroid, several {APART_KM:g} km from it on different sides.",
        f"- Outside secondary: {of.outflow:.1f}% of residents, independent schools among them, beyond the "
        f"wards that look across the boundary, at most {outside.MOST_KM:g} km from them.",
        "- Outside sixth form: residents aged 16 x the share of leavers who go to school sixth forms, less "
        f"those who start in the district's; at least {LEAST_OUTSIDE_SIXTH_FORM:.0%}.",
        *(["- " + line for line in found.said]),
        *_missing(found),
    ]
    if of.outflow_primary:
        said.append(
            f"- Outside primary: the net outflow, {of.outflow_primary:g}% of residents aged 5: schools "
            "beyond the boundary and independent ones."
        )
    said.append(
        "places_per_year is the size of an entry class: Reception, Year 3 for a junior school, Year 7, Year "
        "12 for colleges and outside sixth forms; special schools take their number in every year group."
    )
    return "\n".join(textwrap.fill(line, 120, break_on_hyphens=False) for line in said)


def _missing(found: Numbers) -> list[str]:
    """Return what stands outside because the district has none of its own."""
    return [
        f"- The district has no {phase}{' school' if phase != 'college' else ''}: its young people go to the "
        "nearest beyond the boundary, which stands outside."
        for phase in ("secondary", "special", "college")
        if not getattr(found, phase)
    ]


# Within the district.


def _within(district: District) -> list[_Placed]:
    """Return the schools of the district: by phase and ward, the largest first; colleges by size alone."""
    of, found, sites = flows(district), numbers(district), sites_of(district)
    starts, net = of.residents[_STARTS], of.net_inflow_primary / 100
    entry = starts * (1 + net) + SPARE * starts * max(1.0, 1 + net)
    young = scaled_to(found.primary + found.infant, entry) if found.primary or found.infant else []
    count = len(found.primary)
    places = {
        "primary": young[:count],
        "infant": young[count:],
        "secondary": _secondaries(found.secondary, of, district),
        "special": found.special,
        "college": _college_sizes(found.college, of, district),
    }
    entries = {phase: whole([school.size for school in schools]) for phase, schools in places.items()}
    # A junior school takes whom its infant school sends.
    places["junior"], entries["junior"] = found.junior, entries["infant"]
    made: list[_Placed] = []
    for phase in PHASES:
        placed = [
            _Placed(
                phase,
                sites.names[school.ward],
                *sites.of(phase, i),
                entries[phase][i],
                round(school.sixth_form),
                school.fsm6 if phase == "secondary" else math.nan,
                school.pair,
            )
            for i, school in enumerate(places[phase])
        ]
        made += placed if phase in ("infant", "junior") else _in_order(phase, placed, sites.order)
    return made


def _in_order(phase: str, placed: list[_Placed], wards_in_order: Sequence[str]) -> list[_Placed]:
    """Return schools by ward and size; colleges by size, as the first takes whoever finds no place."""
    rank = {ward: 0 if phase == "college" else i for i, ward in enumerate(wards_in_order)}
    return sorted(placed, key=lambda one: (rank[one.ward], -one.places))


def _secondaries(schools: Sequence[School], of: Flows, district: District) -> list[School]:
    """Return secondary schools with their places: pupils of 2017 over the share of places filled."""
    if not schools:
        return []
    usual = filled(district)
    pupils = of.pupils / 5
    sized = scaled_to(schools, pupils)
    share = [school.filled if school.filled > 0 else usual for school in sized]
    places = [school.size / each for school, each in zip(sized, share, strict=True)]
    starts = of.of_age / 5
    come = starts * (1 - of.outflow / 100) * of.inflow / (100 - of.inflow)
    needed = pupils + SPARE * (starts + come)
    more = min(max(1.0, needed / sum(places)), MOST_PLACES * pupils / sum(places))
    return [
        replace(school, size=each * more, sixth_form=_sixth_form_places(raw.sixth_form / part))
        for school, raw, each, part in zip(sized, schools, places, share, strict=True)
    ]


def _sixth_form_places(places: float) -> float:
    return float(max(1, round(places))) if places else 0.0


def _college_sizes(schools: Sequence[School], of: Flows, district: District) -> list[School]:
    """Return colleges with their entry places: the same for each of a kind."""
    if not schools:
        return []
    shares = {
        "further": leavers_to(district, "ks4_fe_college"),
        "sixth form": leavers_to(district, "ks4_sixth_form_college"),
    }
    kinds = {school.kind for school in schools}
    total = sum(shares.values()) * of.residents[_ENDS] / filled(district)
    of_kind = {kind: total * shares[kind] / sum(shares[each] for each in kinds) for kind in kinds}
    return [
        replace(school, size=of_kind[school.kind] / sum(other.kind == school.kind for other in schools))
        for school in schools
    ]


def filled(district: District) -> float:
    """Return the share of secondary places that is filled (0-1), England's mean where none is published."""
    own = _values("secondary_places_filled")
    return own.get(district.code, sum(own.values()) / len(own)) / 100


def leavers_to(district: District, destination: str) -> float:
    """Return the share (0-1) of those who left Year 11 in the education authority who went to a destination
    of the tables in 2017; England's where none is published."""
    own = _leavers(district.upper_tier).get(destination)
    return (own if own is not None else _leavers("England")[destination]) / 100


@functools.cache
def _leavers(area: str) -> dict[str, float]:
    """Return what share of those who left Year 11 in 2017 went to each destination, %."""
    return {
        row["indicator"]: float(row["value"])
        for row in tables.records("outcomes_upper_tier", area)
        if row["indicator"].startswith("ks4_") and row["year"] == 2017
    }


@functools.cache
def _values(name: str) -> dict[str, float]:
    """Return a figure of all districts by their codes."""
    of = tables.table("figures")
    of = of[of["name"] == name]
    return dict(zip(of["place_code"].tolist(), of["value"].tolist(), strict=True))


# Beyond it.


def _beyond(district: District, of: Flows) -> list[_Placed]:
    """Return the schools outside: those that take who leaves, and the nearest of a kind that is missing."""
    found, spots = numbers(district), sites_of(district)
    made: list[_Placed] = []
    leaving = of.of_age / 5 * of.outflow / 100
    sites = outside.sites(district, of.outflow / 100, leaving)
    places = whole([leaving * site.share for site in sites])

    def place(phase: str, site: outside.Site, size: float) -> None:
        east, north = spots.local(site.east, site.north)
        made.append(_Placed(phase, _OUTSIDE, east, north, max(1, round(size))))

    if not found.special:
        place("special", outside.nearest(district, "special"), SPECIAL / 100 * sum(of.residents[5:17]) / 12)
    if not found.college:
        size = leavers_to(district, "ks4_fe_college") + leavers_to(district, "ks4_sixth_form_college")
        place("college", outside.nearest(district, "college"), size * of.residents[_ENDS] / filled(district))
    for site, each in zip(sites, places, strict=True):
        place("outside_secondary", site, each)
    starting = sum(school.sixth_form for school in found.secondary)
    leave = leavers_to(district, "ks4_school_sixth_form") * of.residents[_ENDS] - starting
    leave = max(LEAST_OUTSIDE_SIXTH_FORM * of.residents[_ENDS], leave)
    place("outside_sixth_form", sites[0], leave / filled(district))
    if of.outflow_primary:
        place("outside_primary", sites[0], of.outflow_primary / 100 * of.residents[_STARTS])
    return made


# Names.


def _named(made: Sequence[_Placed]) -> list[Row]:
    """Return the rows under neutral names, numbered within each phase."""
    counts = {phase: sum(one.phase == phase for one in made) for phase in {one.phase for one in made}}
    number = dict.fromkeys(counts, 0)
    rows: list[Row] = []
    for one in made:
        number[one.phase] += 1
        rows.append(
            {
                "school": _name(one.phase, number[one.phase], counts[one.phase]),
                "phase": one.phase,
                "feeds": _name("junior", one.pair + 1, counts["junior"]) if one.phase == "infant" else "",
                "ward": one.ward,
                "east_km": one.east,
                "north_km": one.north,
                "places_per_year": one.places,
                "sixth_form": "yes" if one.sixth_form else "no",
                "sixth_form_places": one.sixth_form,
                "fsm6_2019": "" if math.isnan(one.fsm6) else round(one.fsm6, 1),
            }
        )
    return rows


def _name(phase: str, number: int, of: int) -> str:
    return f"{phase.replace('_', ' ')} {number:0{max(2, len(str(of)))}d}"


def whole(sizes: Sequence[float]) -> list[int]:
    """Return whole numbers, 1 at least, that sum to what the sizes sum to, by largest remainder."""
    made = [max(1, math.floor(size)) for size in sizes]
    left = round(sum(sizes)) - sum(made)
    by_remainder = sorted(range(len(sizes)), key=lambda i: (math.floor(sizes[i]) - sizes[i], i))
    for i in by_remainder[: max(0, left)]:
        made[i] += 1
    return made
