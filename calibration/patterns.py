"""Patterns that take more than the record: curves read off the people and staff of a town that has lived.

Each is a pure function of a town and says nothing (None) before the town is old enough. A point of a curve
has a name, such as "leo_neet.fsm.5", that an observation may have as its indicator.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.io.csv import read_csv
from model.rules import staffing
from model.rules.national_standard import cut

if TYPE_CHECKING:
    from model.town import Town

type Rows = NDArray[np.intp]
type B = NDArray[np.bool_]

KS4_AGE: Final = 16
CLASSES: Final = (2017, 2018, 2019)
"""Leaving classes over which a curve from KS2 to GCSE is taken."""
STANDARD_OF: Final = 2024
"""Year of the published curve, whose standard of English and maths is used for all classes."""
NEW_PROFILE: Final = 2022
"""First year of the reformed foundation stage profile."""
YEARS_TO_KNOW: Final = 10
"""Years of the survival curve of teachers."""
_DATA: Final = Path(__file__).resolve().parent / "observations"
_SUSTAINED_TERMS: Final = 0b011
"""Autumn and winter."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A computed figure: `title` in words, `unit` as of an indicator, `from_year` the first year at whose end
    a town can give it, `compute` the arithmetic (NaN where there is nobody)."""

    name: str
    title: str
    unit: str
    from_year: int
    compute: "Callable[[Town], float]"

    def of(self, town: "Town") -> float | None:
        """Return the town's figure; None where it is not old enough, or nobody is of the group."""
        if town.year < self.from_year:
            return None
        value = self.compute(town)
        return None if math.isnan(value) else value


def figures(town: "Town") -> Callable[[str, str, int], float | None]:
    """Return what a town says: (indicator or pattern, group, year) to a figure, None where it has none."""

    def figure(indicator: str, group: str, year: int) -> float | None:
        pattern = PATTERNS.get(indicator)
        return pattern.of(town) if pattern is not None else town.recorded.value(indicator, group, year)

    return figure


# From KS2 to English and maths at 16.


@dataclass(frozen=True, slots=True)
class Ks2Band:
    """A band of KS2 scores as published: pupils of England in it, and the per cent of each group who reach
    grade 4 in English and maths."""

    scores: str
    pupils: int
    disadvantaged: float
    other: float


@functools.cache
def ks2_bands() -> tuple[Ks2Band, ...]:
    """Return the published bands, low to high; pupils without a score are left out."""
    columns = ("ks2_score", "disadvantaged_n", "disadvantaged_em4", "other_n", "other_em4")
    rows = read_csv(_DATA / "ks2_to_gcse.csv", columns)
    return tuple(
        Ks2Band(
            row.text("ks2_score"),
            row.whole("disadvantaged_n", 0, 10**7) + row.whole("other_n", 0, 10**7),
            row.number("disadvantaged_em4", 0, 100),
            row.number("other_em4", 0, 100),
        )
        for row in rows
    )


@functools.cache
def _band_edges() -> NDArray[np.float64]:
    """Return KS2 scores (SD) at the lower edges of the bands after the first, by the share of England
    below."""
    pupils = np.array([band.pupils for band in ks2_bands()], np.float64)
    edges: NDArray[np.float64] = ndtri(np.cumsum(pupils)[:-1] / pupils.sum())
    return edges


def _ks2_to_em4(town: "Town", poor: bool, band: int) -> float:
    c = town.children
    rows = np.concatenate([_followed(town, town.year - year + KS4_AGE) for year in CLASSES])
    here = np.append(town.schools.inside, False)[c.ks4_school[rows]]
    ks2, ks4 = c.ks2[rows], c.ks4[rows]
    in_band = np.searchsorted(_band_edges(), ks2, side="right") == band - 1
    whom = here & np.isfinite(ks2) & np.isfinite(ks4) & (c.disadvantaged_at_16[rows] == poor) & in_band
    standard = cut(town.national("em_grade4", year=STANDARD_OF))
    return _percent(ks4[whom] > np.float32(standard))


# The years after KS4, as the administrative records of Longitudinal Education Outcomes have them.


def _neet_some_term(town: "Town", fsm: bool, years: int) -> float:
    rows = _followed(town, KS4_AGE + years)
    of = town.children.fsm_at_15[rows] == fsm
    return _percent(town.children.neet_terms[rows][of] > 0)


def _active(town: "Town", fsm: bool, years: int) -> float:
    rows = _followed(town, KS4_AGE + years)
    return _percent(town.children.employed[rows][town.children.fsm_at_15[rows] == fsm])


def _mean_earnings(town: "Town", years: int, whom: Callable[[Any, Rows], B]) -> float:
    c = town.children
    rows = _followed(town, KS4_AGE + years)
    paid = c.earnings[rows][c.employed[rows] & np.isfinite(c.earnings[rows]) & whom(c, rows)]
    return float(paid.mean()) if paid.size else math.nan


def _fsm_pay(town: "Town", years: int) -> float:
    poor = _mean_earnings(town, years, lambda c, rows: c.fsm_at_15[rows])
    return poor / _mean_earnings(town, years, lambda c, rows: ~c.fsm_at_15[rows])


def _graduate_pay(town: "Town", fsm: bool, years: int) -> float:
    graduate = _mean_earnings(
        town, years, lambda c, rows: (c.fsm_at_15[rows] == fsm) & (c.qualification[rows] == 3)
    )
    return graduate / _mean_earnings(
        town, years, lambda c, rows: (c.fsm_at_15[rows] == fsm) & (c.qualification[rows] < 3)
    )


def _sustained_gap(town: "Town", years: int) -> float:
    c = town.children
    rows = _followed(town, KS4_AGE + years)
    sustained = (c.neet_terms[rows] & _SUSTAINED_TERMS) == 0
    poor = c.disadvantaged_at_16[rows]
    return _percent(sustained[~poor]) - _percent(sustained[poor])


# Teachers.


def _teachers_left_in(town: "Town", years: int) -> float:
    """Return the expected share of new teachers who still teach after so many years, in the schools of the
    town: the chance of leaving of each year of experience, averaged over posts."""
    s, t, p = town.schools, town.posts, town.parameters.staffing
    school = t.school[s.inside[t.school]]
    stay = 1.0
    for experience in range(years):
        hazard = staffing.leaving_hazard(
            np.full(len(school), experience, np.int8),
            p.leaving,
            town.top_fifth[school],
            s.satisfaction[school],
            top_fifth=p.leaving_top_fifth,
            per_sd=p.leaving_satisfaction,
        )
        stay *= 1.0 - float(hazard.mean())
    return 100.0 * stay


# The three areas of the reformed profile that are published for the town.


@functools.cache
def early_areas() -> dict[str, float]:
    """Return England's children at the expected level in each area, per cent: its standard, as elsewhere."""
    rows = read_csv(_DATA / "early_areas.csv", ("area", "england", "source"))
    return {row.text("area"): row.number("england", 0, 100) for row in rows}


def _early_area(town: "Town", england: float) -> float:
    c = town.children
    age = town.year - NEW_PROFILE + 5
    band = town.band(age, age)
    score = c.eyfsp[band][c.present[band] & c.resident[band] & np.isfinite(c.eyfsp[band])]
    return _percent(score > np.float32(cut(england)))


def _followed(town: "Town", age: int) -> Rows:
    """Return the rows of those of an age who lived in the town at 16, wherever they live."""
    band = town.band(age, age)
    result: Rows = band.start + np.flatnonzero(town.children.followed[band] & town.children.present[band])
    return result


def _percent(yes: NDArray[np.bool_]) -> float:
    return 100.0 * float(np.mean(yes)) if yes.size else math.nan


def _all_patterns() -> dict[str, Pattern]:
    found: list[Pattern] = []

    def add(name: str, title: str, unit: str, from_year: int, compute: "Callable[[Town], float]") -> None:
        found.append(Pattern(name, title, unit, from_year, compute))

    for number, band in enumerate(ks2_bands(), 1):
        for group in ("disadvantaged", "other"):
            add(
                f"ks2_to_em4.{group}.{number}",
                f"Grade 4 in English and maths, {group}, KS2 score {band.scores}",
                "%",
                CLASSES[-1],
                functools.partial(_ks2_to_em4, poor=group == "disadvantaged", band=number),
            )
    for group in ("fsm", "non_fsm"):
        meals = "free meals" if group == "fsm" else "no free meals"
        for years in range(2, 9):
            title = f"No sustained activity {years} years after KS4, {meals}"
            compute = functools.partial(_neet_some_term, fsm=group == "fsm", years=years)
            add(f"leo_neet.{group}.{years}", title, "%", LIVED, compute)
        for years in range(9, 16):
            title = f"In work {years} years after KS4, {meals}"
            compute = functools.partial(_active, fsm=group == "fsm", years=years)
            add(f"leo_active.{group}.{years}", title, "%", LIVED, compute)
            title = f"Earnings of graduates over those of others {years} years after KS4, {meals}"
            pay = functools.partial(_graduate_pay, fsm=group == "fsm", years=years)
            add(f"leo_graduate_pay.{group}.{years}", title, "ratio", LIVED, pay)
    for years in range(9, 16):
        title = f"Earnings, free meals over no free meals, {years} years after KS4"
        add(f"leo_pay.{years}", title, "ratio", LIVED, functools.partial(_fsm_pay, years=years))
    for years in (3, 5):
        title = f"Gap in sustained activity {years} years after KS4"
        add(f"sustained_gap.{years}", title, "points", LIVED, functools.partial(_sustained_gap, years=years))
    for years in range(1, YEARS_TO_KNOW + 1):
        title = f"New teachers who still teach after {years} years"
        compute = functools.partial(_teachers_left_in, years=years)
        add(f"teacher_survival.{years}", title, "%", LIVED, compute)
    for area, england in early_areas().items():
        title = f"Expected level at 5 in {area}"
        add(f"eyfsp_area.{area}", title, "%", NEW_PROFILE, functools.partial(_early_area, england=england))
    return {pattern.name: pattern for pattern in found}


LIVED: Final = 2017
"""The first year at whose end those of all ages to 32 have grown up in the town."""
PATTERNS: Final[Mapping[str, Pattern]] = _all_patterns()
"""All computed patterns by name."""
