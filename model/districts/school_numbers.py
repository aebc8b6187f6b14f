"""How many schools of each kind a district has, and how large: folded into the kinds that the model knows.

Published are kind, ages, ward, pupils at the end of key stage 2 and 4, pupils of Years 7 to 11, pupils of all
ages and capacity. What is not is derived here, and `Numbers.said` says how often.
"""

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from model.districts import tables
from model.districts.names import District

PAIR_KM: Final = 5.0
"""How far from its junior school an infant school may stand, between the middles of wards. Judgement."""
LEAST_SIXTH_FORM: Final = 5.0
"""Students who start in a year; fewer are no sixth form, but pupils who stayed on. Judgement."""
LOW_FILL: Final = 0.4
"""Least share of places filled that is taken as it is published; below it a school is new, or closes."""

_YEARS: Final = 5
_SPECIAL_YEARS: Final = 12
_SHORT: Final = ("Studio school", "University technical college", "City technology college")
"""Kinds from 14 beside the schools of their age, not after others: they share their pupils' earlier years."""
_SIXTH_FORM_COLLEGES: Final = (
    "Sixth form college",
    "Sixth form centre/consortia",
    "Academy 16-19 converter",
    "Academy 16-19 sponsor led",
    "Free school  16-19",
)
_FURTHER: Final = "General further education college"

type Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class School:
    """A school as the model knows it: the code of its ward, pupils of a year group, of its sixth form in a
    year, the share of its places that is filled (0-1), pupils with free meals in six years (%, NaN where not
    published). `kind` tells colleges apart; `pair` is the position of an infant school's junior school."""

    ward: str
    size: float
    sixth_form: float = 0.0
    filled: float = 1.0
    fsm6: float = math.nan
    kind: str = ""
    pair: int = -1


@dataclass(slots=True)
class Numbers:
    """The schools of a district by phase, and what was folded, split or missing, a sentence each."""

    primary: list[School] = field(default_factory=list)
    infant: list[School] = field(default_factory=list)
    junior: list[School] = field(default_factory=list)
    secondary: list[School] = field(default_factory=list)
    special: list[School] = field(default_factory=list)
    college: list[School] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@functools.cache
def numbers(district: District) -> Numbers:
    """Return the state-funded schools of a district, by phase; shared, so not to be written to."""
    rows = records(district.code)
    found = Numbers()
    _secondaries(rows, found)
    _primaries(rows, found)
    found.special = [
        School(row["ward17"], _known(row["pupils_5_16_2020"], _special_size()) / _SPECIAL_YEARS)
        for row in rows
        if row["type"] == "special"
    ]
    found.college = _colleges(rows)
    return found


def records(code: str) -> list[Record]:
    """Return the rows of the table of schools that are of the district with a GSS code."""
    return _by_district().get(code, [])


@functools.cache
def _by_district() -> dict[str, list[Record]]:
    """Return the rows of schools by district; a school is in its district of each vintage."""
    found: dict[str, list[Record]] = {}
    for row in _all_schools():
        for code in {row[f"ltla{vintage}_code"] for vintage in (17, 19, 21, 24)}:
            found.setdefault(code, []).append(row)
    return found


def class_at_11(row: Record) -> float:
    """Return the pupils of a school in Year 6, the mean of 2016 to 2018, 0 where none are published."""
    return _known(_mean(row, "ks2"), 0.0)


def mainstream_pupils(rows: Iterable[Record]) -> float:
    """Return the pupils of Years 7 to 11 of mainstream schools, in 2020: of an upper school its own year
    groups, carried over those of the middle schools before it."""
    return sum(_year_group(row) * _YEARS for row in rows if _is_secondary(row))


# Secondary.


def _is_secondary(row: Record) -> bool:
    """Tell whether a school counts as secondary: one that teaches Year 11, or may one day."""
    if row["type"] not in ("secondary", "upper", "all-through"):
        return False
    return _year_group(row) > 0 and not _is_lower(row)


def _is_lower(row: Record) -> bool:
    """Tell whether it is the lower school of two, 11 to 14, which upper schools from 14 follow."""
    return bool(row["type"] == "secondary" and row["age_high"] <= 14)


def _year_group(row: Record) -> float:
    """Return a school's pupils of a year group, 0 where nothing is known."""
    pupils, leavers = row["pupils_5_16_2020"], _mean(row, "ks4")
    if not pupils > 0:
        return _known(leavers, 0.0)
    own = row["type"] == "upper" and row["kind"] not in _SHORT and row["age_low"] > 11
    return float(pupils) / (16 - row["age_low"] if own else _YEARS)


def _secondaries(rows: Sequence[Record], found: Numbers) -> None:
    chosen = [row for row in rows if _is_secondary(row)]
    for row in chosen:
        filled = row["filled_of_capacity_2020"] / 100
        found.secondary.append(
            School(
                ward=row["ward17"],
                size=_year_group(row),
                sixth_form=_sixth_form(row),
                filled=min(max(filled, LOW_FILL), 1.0) if filled > 0 else math.nan,
                fsm6=row["fsm6_2019"],
            )
        )
    found.said += _counted(
        [row for row in chosen if row["type"] == "upper" and row["kind"] not in _SHORT],
        "upper school{s} of a three-tier system stand{v} as secondary from Year 7; the pupils of Years 7 and "
        "8, who are in middle schools, are counted there",
    )
    found.said += _counted(
        [row for row in chosen if row["type"] == "upper" and row["kind"] in _SHORT],
        "technical or studio school{s} from 14 stand{v} as secondary from Year 7, with as many pupils in all",
    )
    found.said += _counted(
        [row for row in rows if _is_lower(row)],
        "lower school{s} from 11 to 14 {a} folded into the upper schools that follow",
    )
    found.said += _counted(
        [row for row in chosen if row["type"] == "all-through"],
        "all-through school{s} stand{v} as a primary and a secondary in one ward",
    )
    found.said += _counted(
        [row for row in chosen if not row["pupils_5_16_2020"] > 0],
        "secondary school{s} without published pupils take{v} the size of the class at 16",
    )


def _sixth_form(row: Record) -> float:
    """Return the students who start in a sixth form in a year: half of its pupils; in an all-through school
    England's share of a year group, as its pupils of other ages are not told apart."""
    if not row["sixth_form"] or not row["pupils_2020"] > 0:
        return 0.0
    if row["type"] == "all-through":
        return _staying_on() * _year_group(row)
    start = float(row["pupils_2020"] - row["pupils_5_16_2020"]) / 2
    return start if start >= LEAST_SIXTH_FORM else 0.0


@functools.cache
def _staying_on() -> float:
    """Return students who start in the sixth form over pupils of a year group, over England's secondary
    schools that have one."""
    with_one = [
        row for row in _all_schools() if row["type"] == "secondary" and row["sixth_form"] and _year_group(row)
    ]
    return sum(_sixth_form(row) for row in with_one) / sum(_year_group(row) for row in with_one)


# Primary.


def _primaries(rows: Sequence[Record], found: Numbers) -> None:
    """Fold the schools for children under 12: sizes are classes at 11; pairs of infant and junior schools."""
    of = _by_type(rows)
    known = sorted(_mean(row, "ks2") for row in of["primary"] if _mean(row, "ks2") > 0)
    usual = known[len(known) // 2] if known else _usual("primary")
    guessed = [row for row in of["primary"] if not _mean(row, "ks2") > 0]
    found.primary = [
        School(row["ward17"], _known(_mean(row, "ks2"), usual)) for row in of["primary"] + of["other"]
    ]
    young = [row for row in of["all-through"] if row["age_low"] < 11]
    found.primary += [School(row["ward17"], _known(_mean(row, "ks2"), usual)) for row in young]
    guessed += [row for row in young if not _mean(row, "ks2") > 0]
    _first_schools(of, found)
    _pairs(of["infant"], of["junior"], found)
    found.said += _counted(
        guessed, "primary school{s} without a published class at 11 take{v} the district's median size"
    )


def _first_schools(of: dict[str, list[Record]], found: Numbers) -> None:
    """Give the classes at 11 of the middle schools to the first schools, which stand as primary."""
    first, middle = of["first"], of["middle"]
    class_of_11 = sum(class_at_11(row) for row in middle + (of["secondary"] if first else []))
    if not first:
        found.primary += [
            School(row["ward17"], _known(_mean(row, "ks2"), _usual("middle"))) for row in middle
        ]
        found.said += _counted(middle, "middle school{s} without first schools around stand{v} as primary")
        return
    size = class_of_11 / len(first) if class_of_11 else _first_size()
    found.primary += [School(row["ward17"], size) for row in first]
    found.said += _counted(
        first,
        "first school{s} of a three-tier system stand{v} as primary to Year 6, of one size: the pupils in "
        "Year 6 of middle schools shared among them",
    )
    found.said += _counted(
        middle,
        "middle school{s} {a} folded away, Years 5 and 6 into primary, Years 7 and 8 into secondary schools",
    )


def _pairs(infants: list[Record], juniors: list[Record], found: Numbers) -> None:
    """Pair each infant school with a junior school, the nearest pairs first; the rest become primary."""
    between = sorted(
        (_km(infant["ward17"], junior["ward17"]), i, j)
        for i, infant in enumerate(infants)
        for j, junior in enumerate(juniors)
    )
    fed: dict[int, int] = {}
    for km, i, j in between:
        if km <= PAIR_KM and i not in fed and j not in fed.values():
            fed[i] = j
    usual = _usual("junior")
    sizes = [_known(_mean(row, "ks2"), usual) for row in juniors]
    for i, j in sorted(fed.items(), key=lambda pair: pair[1]):
        found.infant.append(School(infants[i]["ward17"], sizes[j], pair=len(found.junior)))
        found.junior.append(School(juniors[j]["ward17"], sizes[j]))
    alone = [i for i in range(len(infants)) if i not in fed]
    found.primary += [School(infants[i]["ward17"], usual) for i in alone]
    left = [j for j in range(len(juniors)) if j not in fed.values()]
    found.primary += [School(juniors[j]["ward17"], sizes[j]) for j in left]
    for rows, kind, size in (
        (alone, "infant", ", of the mean size of England's junior schools"),
        (left, "junior", ""),
    ):
        found.said += _counted(
            rows, f"{kind} school{{s}} without a partner within {PAIR_KM:g} km stand{{v}} as primary{size}"
        )


# Colleges.


def _colleges(rows: Sequence[Record]) -> list[School]:
    """Return further education and sixth-form colleges; their sizes are not published. Those for one subject
    or for agriculture count only where there is no other."""
    of = [row for row in rows if row["type"] == "college" and not class_at_11(row)]
    general = [row for row in of if row["kind"] in (_FURTHER, *_SIXTH_FORM_COLLEGES)]
    return [
        School(
            row["ward17"], math.nan, kind="sixth form" if row["kind"] in _SIXTH_FORM_COLLEGES else "further"
        )
        for row in general or of
    ]


# What all need.


@functools.cache
def ward_places() -> dict[str, tuple[float, float]]:
    """Return where the middle of each ward of England lies, by its code: km east and north on the national
    grid."""
    of = tables.table("wards")
    columns = (of[column].tolist() for column in ("ward_code", "east", "north"))
    return {code: (east / 1000, north / 1000) for code, east, north in zip(*columns, strict=True)}


def scaled_to(schools: Sequence[School], total: float) -> list[School]:
    """Return the schools with sizes in proportion that sum to `total`."""
    now = sum(school.size for school in schools)
    return [replace(school, size=school.size * total / now) for school in schools]


def _km(one: str, other: str) -> float:
    places = ward_places()
    (east, north), (east_2, north_2) = places[one], places[other]
    return math.sqrt((east - east_2) ** 2 + (north - north_2) ** 2)


def _mean(row: Record, stage: str) -> float:
    """Return the mean class at the end of a key stage, of the years 2016 to 2018 that are published; NaN for
    none."""
    found = [row[f"{stage}_pupils_{year}"] for year in (2016, 2017, 2018)]
    known = [float(each) for each in found if each > 0]
    return sum(known) / len(known) if known else math.nan


def _known(value: float, otherwise: float) -> float:
    return float(value) if value > 0 else otherwise


def _by_type(rows: Iterable[Record]) -> dict[str, list[Record]]:
    kinds = ("primary", "other", "all-through", "first", "middle", "infant", "junior", "secondary")
    of: dict[str, list[Record]] = {kind: [] for kind in kinds}
    for row in rows:
        if row["type"] in of:
            of[row["type"]].append(row)
    return of


@functools.cache
def _all_schools() -> list[Record]:
    of = tables.table("schools")
    columns = list(of.columns)
    return [dict(zip(columns, row, strict=True)) for row in of.itertuples(index=False, name=None)]


@functools.cache
def _usual(kind: str) -> float:
    """Return the mean class at 11 of England's schools of a kind."""
    known = [size for row in _all_schools() if row["type"] == kind and (size := _mean(row, "ks2")) > 0]
    return sum(known) / len(known)


@functools.cache
def _first_size() -> float:
    """Return England's pupils in Year 6 of middle schools for each first school."""
    of = _by_type(_all_schools())
    return sum(class_at_11(row) for row in of["middle"]) / len(of["first"])


@functools.cache
def _special_size() -> float:
    of = [row["pupils_5_16_2020"] for row in _all_schools() if row["type"] == "special"]
    known = [float(pupils) for pupils in of if pupils > 0]
    return sum(known) / len(known)


def _counted(rows: Sequence[object], words: str) -> list[str]:
    """Return a sentence that says of how many schools something holds; none for no school."""
    if not rows:
        return []
    one = len(rows) == 1
    filled = words.format(s="" if one else "s", v="s" if one else "", a="is" if one else "are")
    return [f"{len(rows)} {filled}."]
