"""Whether the files of a place agree: what is nonsense is refused, what is unusual is said.

Real districts are unusual: students come at 18, boarders at 11, and children cross the boundary to school.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from model.calendar import LAST_TAUGHT
from model.inputs.place_people import LAST_KNOWN_BIRTHS, Ages, Births, Figure, Wards
from model.inputs.place_schools import Schools
from model.io.errors import InputError, unknown
from model.io.files import shown_path

NET_MIGRATION: Final = ("net_migration_0_4", "net_migration_5_10", "net_migration_11_15")
FASTEST: Final = 30
"""% of children a year by which migration may change a group of ages."""
SHARES: Final = ("lone_parent_families", "private_rent", "fsm_primary_2017", "fsm_secondary_2017")
"""Figures in % that stand for odds: none and all are no odds."""
USUAL_RESIDENTS: Final = (0.7, 1.4)
"""Residents of a cohort over its births: what is said when it lies outside."""
POSSIBLE_RESIDENTS: Final = (0.3, 3.0)
"""The same: what is refused when it lies outside, at ages 0 to 17; students may be any number."""
USUAL_PLACES: Final = (0.85, 1.4)
"""Places of an entry class over the pupils expected: what is said when it lies outside."""
POSSIBLE_PLACES: Final = (0.4, 1.8)
"""The same: what is refused when it lies outside."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is known of a place, to be held against each other."""

    folder: Path
    figures: Mapping[str, Figure]
    wards: Wards
    ages: Ages
    births: Births
    schools: Schools

    def where(self, name: str) -> str:
        """Return a file of the place as messages show it."""
        return shown_path(self.folder / name)

    def value(self, name: str) -> float:
        """Return the value of a figure. Raises InputError with the nearest name."""
        if name not in self.figures:
            raise unknown("a figure of this place", name, self.figures, where=self.where("figures.csv"))
        return self.figures[name].value


def checked(place: Parts) -> tuple[str, ...]:
    """Return what a user must know of a place's figures, a sentence each. Raises InputError where two files
    contradict each other, or figures are impossible."""
    _check_sums(place)
    _check_migration(place)
    _check_shares(place)
    return (*_births(place), *_schools_elsewhere(place), *_places(place))


def _check_sums(place: Parts) -> None:
    for year in place.ages.years:
        total, published = place.ages.children(int(year)), place.value(f"children_{year}")
        if total != published:
            problem = f"ages 0 to 18 sum to {total}; figures.csv has {published:g} as children_{year}"
            raise InputError(problem, where=place.ages.where, at=f"year {year}")
    for column, counts, name in (
        ("population_2019", place.wards.population, "population_2019"),
        ("age_0_4 and age_5_18", place.wards.age_0_4 + place.wards.age_5_18, "children_2019"),
    ):
        if counts.sum() != place.value(name):
            problem = f"sums to {counts.sum()}; figures.csv has {place.value(name):g} as {name}"
            raise InputError(problem, where=place.where("wards.csv"), at=column)


def _check_migration(place: Parts) -> None:
    for name in NET_MIGRATION:
        if not abs(place.value(name)) < FASTEST:
            raise InputError(
                "is no net migration of children",
                where=place.where("figures.csv"),
                at=name,
                value=place.value(name),
                allowed=f"between -{FASTEST} and {FASTEST} % a year",
            )


def _check_shares(place: Parts) -> None:
    for name in SHARES:
        if not 0 < place.value(name) < 100:
            raise InputError(
                "must be above 0 and below 100",
                where=place.where("figures.csv"),
                at=name,
                value=place.value(name),
            )


def _births(place: Parts) -> list[str]:
    """Hold residents of a cohort against its births, less those who left and more those who came."""
    year = LAST_KNOWN_BIRTHS
    residents = place.ages.of(year)[: LAST_TAUGHT + 1]
    births = place.births.of(year - LAST_TAUGHT, year)[::-1]
    ratio = residents / births
    impossible = np.flatnonzero(
        (ratio[:LAST_TAUGHT] < POSSIBLE_RESIDENTS[0]) | (ratio[:LAST_TAUGHT] > POSSIBLE_RESIDENTS[1])
    )
    if impossible.size:
        age = int(impossible[0])
        raise InputError(
            f"{births[age]} births, but {residents[age]} residents aged {age} in {year}",
            where=place.where("births.csv"),
            at=f"year {year - age}",
            allowed=f"residents from {POSSIBLE_RESIDENTS[0]} to {POSSIBLE_RESIDENTS[1]:g} of births",
        )
    low, high = USUAL_RESIDENTS
    found = []
    for far, why in (
        (ratio < low, "families leave before their children are that old"),
        (ratio > high, "families, boarders or students come"),
    ):
        if far.any():
            worst = int(np.abs(np.log(np.where(far, ratio, 1.0))).argmax())
            found.append(
                f"At {np.count_nonzero(far)} of the ages 0 to 18 residents of {year} lie outside {low} to "
                f"{high} of births; most at {worst}: {residents[worst]:,} residents, {births[worst]:,} "
                f"births. So {why}: the children are those counted in {year}, the difference from births is "
                "taken as moves before school, and students who came at 18 are left out."
            )
    return found


def _schools_elsewhere(place: Parts) -> list[str]:
    """Hold the net inflow at primary age against those who go to school elsewhere."""
    net, out = place.value("net_inflow_primary"), place.value("outflow_primary")
    where = place.where("figures.csv")
    if not 0 <= out < 100:
        raise InputError("must be from 0 to below 100", where=where, at="outflow_primary", value=out)
    if net + out < 0:
        raise InputError(
            f"must be at least {-net:g}: net_inflow_primary is {net:g}, and nobody comes from outside with "
            "a negative number",
            where=where,
            at="outflow_primary",
            value=out,
        )
    there = bool(place.schools.of("outside_primary").size)
    if there != (out > 0):
        problem = (
            "has no school of the phase 'outside_primary' for those who go to school elsewhere"
            if out > 0
            else "has a school of the phase 'outside_primary', to which nobody goes"
        )
        raise InputError(
            f"{problem}; figures.csv has {out:g} as outflow_primary", where=place.where("schools.csv")
        )
    return []


def _places(place: Parts) -> list[str]:
    """Hold entry places of the town against the pupils who are expected to need one."""
    residents = place.ages.of(int(place.ages.years[0]))
    come = place.value("inflow_secondary")
    if not 0 <= come < 100:
        at = "inflow_secondary"
        raise InputError("must be from 0 to below 100", where=place.where("figures.csv"), at=at, value=come)
    primary = residents[5] * (1 + place.value("net_inflow_primary") / 100)
    secondary = residents[12] * (1 - place.value("outflow_secondary") / 100) / (1 - come / 100)
    found = []
    for phases, age, pupils in ((("primary", "infant"), 5, primary), (("secondary",), 12, secondary)):
        entry = int(place.schools.places[place.schools.of(*phases)].sum())
        ratio, named = entry / max(float(pupils), 1.0), " and ".join(phases)
        if not POSSIBLE_PLACES[0] <= ratio <= POSSIBLE_PLACES[1]:
            raise InputError(
                f"sums to {entry} for {pupils:.0f} pupils of {age} expected",
                where=place.where("schools.csv"),
                at=f"places_per_year of {named}",
                allowed=f"{POSSIBLE_PLACES[0]} to {POSSIBLE_PLACES[1]} of the pupils",
            )
        if ratio < USUAL_PLACES[0]:
            found.append(
                f"Schools ({named}) have {entry:,} places a year for {pupils:,.0f} pupils of {age} expected: "
                "each takes more, in proportion."
            )
        if ratio > USUAL_PLACES[1]:
            found.append(
                f"Schools ({named}) have {entry:,} places a year for {pupils:,.0f} pupils of {age} expected: "
                "many stay empty, and choice decides more than in other places."
            )
    return found
