"""Pupils who cross a district's boundary: how many more or fewer its schools teach than live in it.

At primary age it is the table's: pupils in Year 6 over residents. At secondary age it is all pupils of Years
7 to 11, published by education authority, over residents: the class at 16 alone lacks whoever left before the
examinations, some 5% of it. Independent schools are in the residents only.
"""

import functools
from dataclasses import dataclass
from typing import Final

from model.districts import tables
from model.districts.names import District, districts
from model.districts.rows import Row
from model.districts.school_numbers import mainstream_pupils, records

LEAST_OUT: Final = 12.0
"""Residents of secondary age in independent schools and in schools outside, %, at least. Judgement: England
has 7% in independent schools."""
SPECIAL: Final = 1.3
"""Residents in special schools, %: `sen_special` of the model's numbers."""
_YEAR: Final = 2017
_PUBLISHED: Final = 2019
_SCHOOLS_OF: Final = 2020
_PHASE: Final = slice(12, 17)
"""Ages of those in Years 7 to 11, as of the year in which they end."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Of a district in 2017: residents of each age (20,); % of residents who come in net at primary age;
    pupils of Years 7 to 11 in its mainstream schools; residents of those ages; % of residents who go outside
    or to an independent school, and % of pupils who come in."""

    residents: tuple[float, ...]
    net_inflow_primary: float
    pupils: float
    of_age: float
    net_outflow: float
    outflow: float
    inflow: float
    pupils_from: str

    @property
    def outflow_primary(self) -> float:
        """Return the % of residents of primary age who go to independent schools or schools outside, at
        least: the net outflow."""
        return max(0.0, -self.net_inflow_primary)


@functools.cache
def flows(district: District) -> Flows:
    """Return what crosses the boundary of a district."""
    residents = _residents(district.code, _YEAR)
    of_age = sum(residents[_PHASE])
    pupils, pupils_from = _pupils(district)
    net = 100 * (1 - pupils / of_age)
    outflow = max(LEAST_OUT, net + SPECIAL)
    # Whoever is taught here and does not live here, over all taught here, by the model's own arithmetic:
    # pupils = residents x (1 - outflow - special) + residents x (1 - outflow) x inflow / (1 - inflow).
    come = (pupils / of_age - (1 - (outflow + SPECIAL) / 100)) / (1 - outflow / 100) if outflow < 100 else 0.0
    return Flows(
        residents=residents,
        net_inflow_primary=_figure(district, "net_inflow_primary")[0],
        pupils=pupils,
        of_age=of_age,
        net_outflow=net,
        outflow=outflow,
        inflow=100 * max(0.0, come) / (1 + max(0.0, come)),
        pupils_from=pupils_from,
    )


def rows(district: District) -> list[Row]:
    """Return the rows of `figures.csv` that are made here."""
    of = flows(district)
    net, low, high, note = _figure(district, "net_inflow_primary")
    by_16, _, _, by_16_note = _figure(district, "net_outflow_secondary")
    out, come = round(of.outflow, 1), round(of.inflow, 1)
    more = round(of.net_outflow, 1)
    rule = (
        f"net outflow {more:g} and {SPECIAL:g} in special schools"
        if of.outflow > LEAST_OUT
        else f"{LEAST_OUT:g}, independent schools and schools outside: the net outflow asks for less"
    )
    return [
        _row("net_inflow_primary", net, "% of residents aged 11", 2018, (low, high), "D", note),
        _row(
            "outflow_primary",
            of.outflow_primary,
            "% of residents aged 11",
            2018,
            (of.outflow_primary, of.outflow_primary + 10),
            "J",
            "the net outflow, or nobody where more come in: no figure of gross flows is published; "
            "independent schools are among the schools elsewhere",
            "JUDGEMENT",
        ),
        _row(
            "net_outflow_secondary",
            more,
            "% of residents aged 12-16",
            _YEAR,
            (more - 3, more + 3),
            "D",
            f"1 - {of.pupils:.0f} pupils of Years 7 to 11 in mainstream schools / {of.of_age:.0f} residents: "
            f"{of.pupils_from}; independent schools are in the residents only. By the class at 16 it would "
            f"be {by_16:g}: {by_16_note}",
        ),
        _row(
            "outflow_secondary",
            out,
            "% of residents aged 12-16",
            _YEAR,
            (max(0.0, out - 5), min(100.0, out + 8)),
            "J",
            f"{rule}; no figure of gross flows is published",
            "JUDGEMENT",
        ),
        _row(
            "inflow_secondary",
            come,
            "% of pupils in mainstream secondaries",
            _YEAR,
            (max(0.0, come - 5), min(100.0, come + 7)),
            "J",
            f"what the pupils leave, given that {out:g}% of residents go elsewhere: {of.pupils:.0f} pupils - "
            f"{of.of_age:.0f} residents x (1 - {out / 100:.3f} - {SPECIAL / 100:.3f})",
        ),
    ]


def _row(
    name: str,
    value: float,
    unit: str,
    year: int,
    span: tuple[float, float],
    grade: str,
    note: str,
    source: str = "DERIVED",
) -> Row:
    low, high = (round(each, 4) for each in span)
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "year": year,
        "low": low,
        "high": high,
        "source": source,
        "grade": grade,
        "note": note,
    }


def _figure(district: District, name: str) -> tuple[float, float, float, str]:
    """Return value, low, high and note of a figure of the tables."""
    (row,) = (row for row in tables.records("figures", district.code) if row["name"] == name)
    return float(row["value"]), float(row["low"]), float(row["high"]), str(row["note"])


def _pupils(district: District) -> tuple[float, str]:
    """Return the pupils of Years 7 to 11 in mainstream state schools of a district in 2017, and how they are
    known: by its schools of 2020, and for all of its education authority together as published."""
    own = mainstream_pupils(records(district.code))
    then, now = _of_age(district.code, _YEAR), _of_age(district.code, _SCHOOLS_OF)
    area = district.upper_tier
    published = authority_pupils(area, "secondary").get(_PUBLISHED)
    if published is None:
        area = "England"
        published = authority_pupils(area, "secondary")[_PUBLISHED]
    factor = published / _counted(area)
    return own * then / now * factor, (
        f"{own:.0f} pupils in its schools in {_SCHOOLS_OF} / {now:.0f} residents then x {then:.0f} in "
        f"{_YEAR} x {factor:.3f}, which is {published:.0f} pupils of {area} in {_PUBLISHED} over the same of "
        "its districts"
    )


@functools.cache
def _counted(area: str) -> float:
    """Return the pupils of an education authority in the year that is published, by its schools of 2020 and
    residents of both years, summed over its districts."""
    total = 0.0
    for of in districts():
        if of.first_year <= _PUBLISHED <= of.last_year and area in (of.upper_tier, "England"):
            change = _of_age(of.code, _PUBLISHED) / _of_age(of.code, _SCHOOLS_OF)
            total += mainstream_pupils(records(of.code)) * change
    return total


def _of_age(code: str, year: int) -> float:
    """Return residents aged 12 to 16 in the middle of a year."""
    return sum(_residents(code, year)[_PHASE])


@functools.cache
def _residents(code: str, year: int) -> tuple[float, ...]:
    counted = {row["age"]: row["residents"] for row in tables.records("ages", code) if row["year"] == year}
    return tuple(float(counted[age]) for age in sorted(counted))


@functools.cache
def authority_pupils(area: str, phase: str) -> dict[int, float]:
    """Return the pupils of mainstream state schools of an education authority by year.

    Args:
        area: as the tables call it; "England".
        phase: "primary" (Reception to Year 6) or "secondary" (Years 7 to 11).
    """
    found = tables.records("outcomes_upper_tier", area)
    return {row["year"]: row["value"] for row in found if row["indicator"] == f"pupils_{phase}"}
