"""What is computed of schools, staff and the town, by indicator; their words stand in indicators.toml."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.special import ndtr

from model.calendar import LAST_AGE
from model.indicators.census import Census, OfTown
from model.population.chances_after_16 import parents_report
from model.rules import spread

SIX_BENCHMARKS: Final = 6
REPORTED_FOR: Final = 3
"""Years after the start of support in which parents are asked."""
PRIMARY: Final = ("primary", "infant", "junior")
SECONDARY: Final = ("secondary",)


def _vacant(phases: tuple[str, ...]) -> OfTown:
    def share(census: Census) -> tuple[float, int]:
        s, at = census.town.schools, census.schools(phases)
        posts = int(s.posts[at].sum())
        return (100.0 * float(s.vacancies[at].sum()) / posts if posts else math.nan), posts

    return share


def _of_posts(column: str) -> OfTown:
    def share(census: Census) -> tuple[float, int]:
        mean, posts = _post_mean(census, column)
        return 100.0 * mean, posts

    return share


def _post_mean(census: Census, column: str) -> tuple[float, int]:
    """Mean of a school column over the posts of the town's schools, and their number."""
    s = census.town.schools
    posts = s.posts * s.inside.astype(np.float64)
    n = int(posts.sum())
    return (float((getattr(s, column) * posts).sum()) / n if n else math.nan), n


def _satisfied(census: Census) -> tuple[float, int]:
    mean, posts = _post_mean(census, "satisfaction")
    return 100.0 * float(ndtr(census.town.parameters.staffing.satisfied_percent + mean)), posts


def _value_added(phases: tuple[str, ...]) -> OfTown:
    def mean(census: Census) -> tuple[float, int]:
        s, at = census.town.schools, census.schools(phases)
        pupils = s.roll[at].astype(np.float64)
        return (float((s.value_added[at] * pupils).sum() / pupils.sum()) if pupils.any() else math.nan), len(
            at
        )

    return mean


def _value_added_sd(phases: tuple[str, ...]) -> OfTown:
    def sd(census: Census) -> tuple[float, int]:
        at = census.schools(phases)
        return spread.deviation(census.town.schools.value_added[at]), len(at)

    return sd


def _leaders(census: Census) -> tuple[float, int]:
    s = census.town.schools
    pupils = int(s.roll[s.inside & s.mainstream].sum())
    return (1000.0 * float(s.leaders_national[s.inside].sum()) / pupils if pupils else math.nan), pupils


def _benchmarks(census: Census) -> tuple[float, int]:
    at = census.schools(SECONDARY)
    return float(census.town.schools.gatsby[at].mean()), len(at)


def _six_benchmarks(census: Census) -> tuple[float, int]:
    at = census.schools(SECONDARY)
    return 100.0 * float((census.town.schools.gatsby[at] >= SIX_BENCHMARKS).mean()), len(at)


def _first_preference(which: int, age: int) -> OfTown:
    def share(census: Census) -> tuple[float, int]:
        town = census.town
        return 100.0 * town.first_choices[which], int(town.children.present[town.band(age, age)].sum())

    return share


def _residents(first: int, last: int) -> OfTown:
    def number(census: Census) -> tuple[float, int]:
        band, c = census.town.band(first, last), census.town.children
        count = int((c.present[band] & c.resident[band]).sum())
        return float(count), count

    return number


def _spent(census: Census) -> tuple[float, int]:
    return float(census.town.partnership.spent.sum()), 1


def _served(census: Census) -> tuple[float, int]:
    entries = census.town.delivery.of_year(census.town.year)
    return float(sum(entry.treated for entry in entries)), 1


def _disadvantaged_served(census: Census) -> tuple[float, int]:
    entries = census.town.delivery.of_year(census.town.year)
    return float(sum(entry.treated_disadvantaged for entry in entries)), 1


def _strength(census: Census) -> tuple[float, int]:
    return 100.0 * float(census.town.partnership.strength[0]), 1


def _parents_report(census: Census) -> tuple[float, int]:
    town, c = census.town, census.town.children
    first = town.delivery.books.get(("supported_since",))
    if first is None:
        return math.nan, 0
    band = town.band(0, LAST_AGE)
    since, year = first[band], town.year
    recent = (since >= year - REPORTED_FOR) & (since < year)
    rows = band.start + np.flatnonzero(recent & c.present[band] & c.resident[band])
    if not rows.size:
        return math.nan, 0
    before = town.delivery.per_child(town.children, "parents_report")[rows]
    return float((parents_report(town, rows) - before).mean()), len(rows)


OF_TOWN: Final[Mapping[str, OfTown]] = {
    "first_preference_primary": _first_preference(0, 5),
    "first_preference_secondary": _first_preference(1, 12),
    "vacancy_primary": _vacant(PRIMARY),
    "vacancy_secondary": _vacant(SECONDARY),
    "staff_leaving": _of_posts("leaving_rate"),
    "novice_share": _of_posts("novices"),
    "job_satisfaction": _satisfied,
    "value_added_primary": _value_added(PRIMARY),
    "value_added_secondary": _value_added(SECONDARY),
    "sd_value_added_primary": _value_added_sd(PRIMARY),
    "sd_value_added_secondary": _value_added_sd(SECONDARY),
    "nle_per_1000": _leaders,
    "gatsby_mean": _benchmarks,
    "gatsby_six_share": _six_benchmarks,
    "births": _residents(0, 0),
    "children_0_18": _residents(0, 18),
    "parent_sdq": _parents_report,
    "money_spent": _spent,
    "people_served": _served,
    "disadvantaged_served": _disadvantaged_served,
    "partnership_strength": _strength,
}
"""Figures of schools, staff and the town by indicator; their group is all."""
