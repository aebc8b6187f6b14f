"""Arrive: births, families who move in and out, and pupils from outside who use the town's schools."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.luck import decision
from model.people import ARRIVAL, NEWBORN, OUTSIDER, add_children, add_families, make_ids
from model.rules import families as rule

if TYPE_CHECKING:
    from model.town import Town

LEAVE = decision("family.leaves_town")
SIBLING = decision("newborn.is_sibling")
FIRST_BIRTH_SCORE = decision("parent.score_of_first_birth")
SIBLING_SCORE = decision("family.score_of_sibling")
SEAT = decision("parent.newborn_seats")
TOGETHER = decision("arrival.comes_with_sibling")
INFLOW_SECONDARY, INFLOW_PRIMARY = 12, 5
SEATS = 6
PER_AGE = 8192
"""Numbers of a year's ids kept for each age of entry, so that one more at an age renames nobody."""
APART = 3
"""Years between brothers and sisters who arrive together."""


def arrive(town: "Town") -> None:
    """Births and moves of the year; places in the tables are found for everybody who enters."""
    _end_of_childhood(town)
    if town.switches.migration:
        _move_out(town)
    _births(town)
    _move_in(town)
    _pupils_from_outside(town)
    _count_families(town)


def _end_of_childhood(town: "Town") -> None:
    """People past 32 are followed no longer; pupils from outside leave with their phase."""
    c = town.children
    c.present[: town.band(33, 99).stop] = False
    for age in (INFLOW_SECONDARY, 17):
        rows = town.band(age, age)
        gone = rows.start + np.flatnonzero(c.present[rows] & (c.ward[rows] < 0))
        _free(town, gone)


def _free(town: "Town", rows: NDArray[np.intp]) -> None:
    c = town.children
    c.id[rows] = 0
    c.present[rows] = False
    c.resident[rows] = False
    c.family[rows] = -1
    c.school[rows] = -1


def _move_out(town: "Town") -> None:
    """Families leave with their children; those over 16 go on being followed, as people who moved away."""
    c, f, d = town.children, town.families, town.parameters.demography
    living = np.flatnonzero(f.present[: town.family_count] & (f.ward[: town.family_count] >= 0))
    chance = rule.moving_out(
        f.need[living].astype(np.float32), f.private_rent[living].astype(np.float32), d.out_rate, d.out_need,
        d.out_private_rent, town.world.out_mean_need, town.world.out_mean_rent,
    )
    leaving = living[town.luck.bernoulli(LEAVE, town.year, f.id[living], chance)]
    f.present[leaving] = False
    gone = np.zeros(town.family_count + 1, np.bool_)
    gone[leaving] = True
    rows = town.band(1, 18)
    moved = rows.start + np.flatnonzero(gone[c.family[rows]] & c.present[rows] & c.resident[rows])
    age = town.year - c.cohort[moved]
    _free(town, moved[age <= 16])
    c.resident[moved[age > 16]] = False


def _births(town: "Town") -> None:
    """Newborns are inputs; who their parents are is chosen by keyed scores among those eligible."""
    year = town.year
    count = int(town.world.flows.births[year - town.first_cohort])
    ids = make_ids(year, NEWBORN, 0, count)
    cohort = np.full(count, year, np.int16)
    sibling = town.luck.bernoulli(SIBLING, year, ids, town.parameters.demography.siblings)
    family = np.full(count, -1, np.int32)
    family[sibling] = _families_with_another(town, int(sibling.sum()))
    first = np.flatnonzero(family < 0)
    grown = _young_parents(town, len(first))
    with_young = first[: len(grown)]
    family[with_young] = add_families(town, ids[with_young], year, cohort=cohort[with_young], parents=grown)
    others = first[len(grown) :]
    family[others] = add_families(town, ids[others], year, cohort=cohort[others])
    add_children(town, town.free_rows(year, count), ids, cohort, family, year)


def _families_with_another(town: "Town", count: int) -> NDArray[np.int32]:
    """Families of the next brothers and sisters, (k,) rows; fewer than `count` only in a tiny town."""
    f, d, year = town.families, town.parameters.demography, town.year
    have = np.flatnonzero(f.present[: town.family_count] & (f.ward[: town.family_count] >= 0))
    since = (year - f.youngest[have]).astype(np.int16)
    recent = (since > 0) & (since < len(d.spacing))
    have, since = have[recent], since[recent]
    names = f.id[have]
    weight = rule.sibling_weight(since, f.children[have], d.spacing, d.by_children)
    score = weight + town.luck.gumbel(SIBLING_SCORE, year, names, np.zeros(1, np.int64))[:, 0]
    count = min(count, len(have))
    chosen = have[rule.pair_newborns(score, _seats(town, names, count), count)].astype(np.int32)
    f.youngest[chosen] = year
    f.children[chosen] = np.minimum(f.children[chosen] + 1, 100)
    return chosen


def _young_parents(town: "Town", first_births: int) -> NDArray[np.int32]:
    """Young people who grew up here and become parents, (k,) rows of children; none with the loop switched off."""
    c, d, year = town.children, town.parameters.demography, town.year
    if not town.switches.next_generation:
        return np.zeros(0, np.int32)
    count = int(round(first_births * d.grown_here * town.world.covered_first_births(year)))
    band = town.band(18, 32)
    free = c.followed[band] & c.resident[band] & (c.parent_since[band] == 0) & c.present[band]
    rows = band.start + np.flatnonzero(free)
    count = min(count, len(rows))
    if count == 0:
        return np.zeros(0, np.int32)
    names = c.id[rows]
    weight = rule.first_birth_weight(
        (year - c.cohort[rows]).astype(np.int16), c.qualification[rows] == 3, d.mean_age_first_degree,
        d.mean_age_first_other, d.sd_age_first,
    )
    score = weight + town.luck.gumbel(FIRST_BIRTH_SCORE, year, names, np.zeros(1, np.int64))[:, 0]
    chosen = rows[rule.pair_newborns(score, _seats(town, names, count), count)]
    c.parent_since[chosen] = year
    return chosen.astype(np.int32)


def _seats(town: "Town", names: NDArray[np.uint32], count: int) -> NDArray[np.int64]:
    draws = [town.luck.uniform(SEAT, town.year, names, alternative) for alternative in range(SEATS)]
    return np.minimum((np.stack(draws, axis=1) * count).astype(np.int64), max(count - 1, 0))


def _move_in(town: "Town") -> None:
    """Arrivals of the year by age, with a family of their own or with that of an arrival three years younger."""
    by_age = town.world.flows.arrivals[town.year - town.start]
    families: dict[int, NDArray[np.int32]] = {}
    for age in np.flatnonzero(by_age):
        count, year = int(by_age[age]), town.year
        ids = make_ids(year, ARRIVAL, int(age) * PER_AGE, count)
        cohort = np.full(count, year - age, np.int16)
        younger = families.get(int(age) - APART, np.zeros(0, np.int32))
        joins = town.luck.bernoulli(TOGETHER, year, ids, town.parameters.demography.arrive_together)
        joins &= (np.arange(count) < len(younger)) & ((age // APART) % 2 == 1)
        family = np.full(count, -1, np.int32)
        family[joins] = younger[np.flatnonzero(joins)]
        family[~joins] = add_families(town, ids[~joins], year, cohort=cohort[~joins], arriving=True)
        town.families.children[family[joins]] += 1
        families[int(age)] = family
        add_children(town, town.free_rows(year - int(age), count), ids, cohort, family, year)


def _pupils_from_outside(town: "Town") -> None:
    """Non-resident children who start at a primary or a secondary school of the town."""
    for age, count in ((INFLOW_PRIMARY, town.world.inflow(INFLOW_PRIMARY, town.year)), (INFLOW_SECONDARY, town.world.inflow(INFLOW_SECONDARY, town.year))):
        ids = make_ids(town.year, OUTSIDER, age * PER_AGE, count)
        cohort = np.full(count, town.year - age, np.int16)
        family = add_families(town, ids, town.year, cohort=cohort, outside=True)
        add_children(town, town.free_rows(town.year - age, count), ids, cohort, family, town.year)


def _count_families(town: "Town") -> None:
    """A family is present as long as a child under 19 lives in it."""
    c, n = town.children, town.family_count
    rows = town.band(0, 18)
    home = c.family[rows][c.present[rows] & (c.family[rows] >= 0)]
    town.families.present[:n] = np.bincount(home, minlength=n)[:n] > 0
