"""Arrive: births, families who move in and out, and pupils from outside who use the town's schools."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.kernels.families import (
    Young,
    best_scores,
    families_with_another,
    pair_newborns,
    possible_parents,
)
from model.kernels.rows import mark_families, names_and_groups, of_families, part
from model.population.people import (
    ARRIVAL,
    NEWBORN,
    OUTSIDER,
    add_children,
    add_families,
    make_ids,
    present_families,
)
from model.rules import families as rule
from model.state.state import TownState
from model.world.limits import PER_AGE

type Ids = NDArray[np.uint32]
type Rows = NDArray[np.intp]
LEAVE = decision("family.leaves_town")
SIBLING = decision("newborn.is_sibling")
FIRST_BIRTH_SCORE = decision("parent.score_of_first_birth")
SIBLING_SCORE = decision("family.score_of_sibling")
PLACE = decision("newborn.place")
SEAT = decision("parent.newborn_seats")
TOGETHER = decision("arrival.comes_with_sibling")
INFLOW_SECONDARY, INFLOW_PRIMARY = 12, 5
SEATS = 6
PARENTS, DEGREE = (18, 32), 3
"""First and last age of young parents who grew up here; the qualification that is a degree."""
APART = 3
"""Years between brothers and sisters who arrive together."""


def arrive(town: TownState) -> None:
    """Let the year's births and moves happen; find places in the tables for everybody who enters."""
    _end_of_childhood(town)
    living = _living(town)
    if town.switches.migration:
        living = _move_out(town, living)
    _enter(town, living)
    _count_families(town)


def _living(town: TownState) -> Rows:
    """Find the rows of the families who live in the town (n,)."""
    return present_families(town, lowest_ward=0)


def _end_of_childhood(town: TownState) -> None:
    """End the following of people past 32, and the time of pupils from outside who end their phase."""
    c = town.children
    c.present[: town.band(33, 99).stop] = False
    for age in (INFLOW_SECONDARY, 17):
        rows = town.band(age, age)
        gone = rows.start + np.flatnonzero(c.present[rows] & (c.ward[rows] < 0))
        _free(town, gone)


def _free(town: TownState, rows: Rows) -> None:
    c = town.children
    c.id[rows] = 0
    c.present[rows] = False
    c.resident[rows] = False
    c.family[rows] = -1
    c.school[rows] = -1


def _move_out(town: TownState, living: Rows) -> Rows:
    """Let some of the `living` families leave with their children, and return the others; those over 16 go on
    being followed, as people who moved away."""
    c, f, d = town.children, town.families, town.parameters.demography
    need, rent = np.array([0, 0, 1, 1], np.float32), np.array([0, 1, 0, 1], np.float32)
    chance = rule.moving_out(
        need,
        rent,
        town.world.flows.out_rate,
        d.out_need,
        d.out_private_rent,
        town.world.need_share(town.year - 1),
        town.world.out_mean_rent,
    )
    names, poor_and_renting = names_and_groups(living, f.id, f.need, f.private_rent)
    leaves = town.luck.bernoulli_by_group(LEAVE, town.year, names, chance, poor_and_renting)
    gone = np.zeros(town.family_count, np.bool_)
    staying = part(living, leaves, f.present, gone)
    band = town.band(1, 18)
    moved = of_families(band.start, c.family[band], c.present[band], c.resident[band], gone)
    age = town.year - c.cohort[moved]
    _free(town, moved[age <= 16])
    c.resident[moved[age > 16]] = False
    return staying


def _enter(town: TownState, living: Rows) -> None:
    """Enter newborns, arrivals and pupils from outside: numbers are inputs; who a newborn's parents are is
    chosen by score."""
    newborn, born_to, parents = _newborns(town, living)
    arrival, arrival_cohort, joins = _arrivals(town)
    outsider, outsider_cohort = _pupils_from_outside(town)
    ids = np.concatenate([newborn, arrival, outsider])
    cohort = np.concatenate([np.full(len(newborn), town.year, np.int16), arrival_cohort, outsider_cohort])
    family = np.full(len(ids), -1, np.int32)
    family[: len(newborn)] = born_to
    shares = np.zeros(len(ids), np.bool_)
    shares[len(newborn) : len(newborn) + len(arrival)] = joins >= 0
    grown_up = np.full(len(ids), -1, np.int32)
    grown_up[: len(newborn)] = parents
    first_of_theirs = (family < 0) & ~shares
    # Families of those who grew up here come first.
    own = np.concatenate([np.flatnonzero(grown_up >= 0), np.flatnonzero(first_of_theirs & (grown_up < 0))])
    kind = np.repeat(np.array([NEWBORN, ARRIVAL, OUTSIDER]), [len(newborn), len(arrival), len(outsider)])[own]
    family[own] = add_families(
        town,
        ids[own],
        town.year,
        cohort=cohort[own],
        arriving=kind == ARRIVAL,
        outside=kind == OUTSIDER,
        parents=grown_up[own],
    )
    family[shares] = family[len(newborn) + joins[joins >= 0]]
    town.families.children[family[shares]] += 1
    add_children(town, town.free_rows(cohort), ids, cohort, family, town.year)


def _newborns(town: TownState, living: Rows) -> tuple[Ids, NDArray[np.int32], NDArray[np.int32]]:
    """Make the newborns: (ids, rows of the families they are born to, rows of the parents who grew up here);
    -1 where there is none, so a newborn with neither is the first of a family that did not grow up here."""
    year = town.year
    count = int(town.world.flows.births[year - town.first_cohort])
    ids = make_ids(year, NEWBORN, 0, count)
    sibling = town.luck.bernoulli(SIBLING, year, ids, town.parameters.demography.siblings)
    family, parents = np.full((2, count), -1, np.int32)
    later = np.flatnonzero(sibling)
    existing = _families_with_another(town, living, ids[later])
    family[later[: len(existing)]] = existing
    first = np.flatnonzero(family < 0)
    grown = _young_parents(town, ids[first])
    parents[first[: len(grown)]] = grown
    return ids, family, parents


def _families_with_another(town: TownState, living: Rows, newborns: Ids) -> NDArray[np.int32]:
    """Find the families of the first k of these brothers and sisters, (k,) rows; fewer than all only in a
    tiny town."""
    f, d, year = town.families, town.parameters.demography, town.year
    weights = rule.sibling_weights(d.spacing, d.by_children)
    have, weight = families_with_another(year, living, f.youngest, f.children, weights)
    names = f.id[have]
    score = weight + town.luck.gumbel(SIBLING_SCORE, year, names, np.zeros(1, np.int64))[:, 0]
    chosen = have[_paired(town, names, score, newborns[: len(have)])]
    f.youngest[chosen] = year
    f.children[chosen] = np.minimum(f.children[chosen] + 1, 100)
    result: NDArray[np.int32] = chosen.astype(np.int32)
    return result


def _young_parents(town: TownState, newborns: Ids) -> NDArray[np.int32]:
    """Find the young people who grew up here and become parents of the first k of these newborns, (k,) rows
    of children; none with the loop switched off."""
    c, d, year = town.children, town.parameters.demography, town.year
    if not town.switches.next_generation:
        return np.zeros(0, np.int32)
    count = round(len(newborns) * d.grown_here * town.world.covered_first_births(year))
    first, last = PARENTS
    age, band = np.arange(first, last + 1, dtype=np.float32), town.band(first, last)
    means = d.mean_age_first_other, d.mean_age_first_degree
    weights = np.stack([rule.first_birth_weight(age, mean, d.sd_age_first) for mean in means])
    young = Young(*(getattr(c, name)[band] for name in Young._fields))
    rows, weight = possible_parents(year, band.start, young, weights, first, DEGREE)
    count = min(count, len(rows))
    if count == 0:
        return np.zeros(0, np.int32)
    names = c.id[rows]
    score = weight + town.luck.gumbel(FIRST_BIRTH_SCORE, year, names, np.zeros(1, np.int64))[:, 0]
    chosen = rows[_paired(town, names, score, newborns[:count])]
    c.parent_since[chosen] = year
    result: NDArray[np.int32] = chosen.astype(np.int32)
    return result


def _paired(town: TownState, names: Ids, score: NDArray[np.float32], newborns: Ids) -> NDArray[np.int64]:
    """Find the positions of the chosen candidates, one for each newborn in the newborns' order (n,)."""
    chosen = best_scores(score, len(newborns))
    points = town.luck.uniforms([SEAT] * SEATS, town.year, names[chosen], range(SEATS))
    return pair_newborns(chosen, points, town.luck.uniform(PLACE, town.year, newborns))


def _arrivals(town: TownState) -> tuple[Ids, NDArray[np.int16], NDArray[np.intp]]:
    """Make the arrivals of the year by age: (ids, cohorts, position of an arrival three years younger whose
    family they share, or -1)."""
    by_age, year = town.world.flows.arrivals[town.year - town.start], town.year
    age = np.repeat(np.arange(len(by_age)), by_age)
    first = np.cumsum(by_age) - by_age
    number = np.arange(len(age)) - np.repeat(first, by_age)
    ids = (
        make_ids(year, ARRIVAL, 0, 0)
        if not len(age)
        else make_ids(year, ARRIVAL, 0, 1)[0] + (age * PER_AGE + number).astype(np.uint32)
    )
    joins = town.luck.bernoulli(TOGETHER, year, ids, town.parameters.demography.arrive_together)
    younger = np.maximum(age - APART, 0)
    joins &= ((age // APART) % 2 == 1) & (number < by_age[younger])
    return ids, (year - age).astype(np.int16), np.where(joins, first[younger] + number, -1)


def _pupils_from_outside(town: TownState) -> tuple[Ids, NDArray[np.int16]]:
    """Make the non-resident children who start at a primary or a secondary school of the town: (ids,
    cohorts)."""
    ids, cohorts = [], []
    for age in (INFLOW_PRIMARY, INFLOW_SECONDARY):
        count = town.world.inflow(age, town.year)
        ids.append(make_ids(town.year, OUTSIDER, age * PER_AGE, count))
        cohorts.append(np.full(count, town.year - age, np.int16))
    return np.concatenate(ids), np.concatenate(cohorts)


def _count_families(town: TownState) -> None:
    """Mark a family present as long as a child under 19 lives in it."""
    c, n = town.children, town.family_count
    rows = town.band(0, 18)
    town.families.present[:n] = False
    mark_families(c.family[rows], c.present[rows], town.families.present)
