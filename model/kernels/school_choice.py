"""Applying for school places, in one pass over a year group."""

import math
from typing import NamedTuple

import numpy as np

from model.compiled import (
    F4,
    I2,
    I4,
    I8,
    B,
    F4x2,
    I4x2,
    I8x2,
    OutF4,
    OutF4x2,
    OutI2,
    OutI4x2,
    OutI8x2,
    Real,
    compiled,
)
from model.rules.choice import Weights, distance, sixth_form_utility, utility, with_taste

_BLOCK = 128
_AGES = 17
_ZERO = np.float32(0)
_SIBLING = np.float32(1000)
"""Priority of a brother or sister at the school, km: more than any distance."""
_TAKEN = np.float32(100)
"""What a full year group counts for, km: more than any distance in town."""


class FamilyHomes(NamedTuple):
    """Of applicants (n,): ward (-1 outside the town), place in km, family's position (national SD), school of
    a brother or sister (-1 for none)."""

    ward: I2
    east: F4
    north: F4
    ses: F4
    sibling: I2


class SchoolColumns(NamedTuple):
    """Of all schools (S,): place in km, mean results (SD), share with free meals, whether in town, how far
    last year's furthest place went (km)."""

    east: F4
    north: F4
    results: F4
    fsm_share: F4
    inside: B
    reach: F4


class Ranked(NamedTuple):
    """From best to worst (n, K): rows of schools, distance in km, priority there."""

    wanted: OutI4x2
    km: OutF4x2
    priority: OutF4x2


@compiled
def ranked(
    homes: FamilyHomes,
    taste: F4x2,
    by_ward: I8x2,
    schools: SchoolColumns,
    weights: Weights,
    siblings_first: bool,
) -> Ranked:
    """Rank schools as families do: nearer ones have priority, and with `siblings_first` those of brothers and
    sisters before all others.

    Args:
        taste: (n, K) draws for the schools of a child's ward, utils; (0, K) where families only want the
            nearest.
        by_ward: (wards + 1, K) schools that families of a ward think of; the last for homes outside the town.
    """
    ward, east, north, ses, sibling = homes
    school_east, school_north, results, fsm_share, inside, reach = schools
    n, k = ward.shape[0], by_ward.shape[1]
    wanted, km, priority = (
        np.empty((n, k), np.int32),
        np.empty((n, k), np.float32),
        np.empty((n, k), np.float32),
    )
    school, place = np.empty((k, _BLOCK), np.int32), np.empty((k, _BLOCK), np.int32)
    value, far = np.empty((k, _BLOCK), np.float32), np.empty((k, _BLOCK), np.float32)
    # A block of families at a time and one of their schools after another: loops over families vectorise.
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        for c in range(k):
            for i in range(size):
                a = start + i
                s = np.uintp(by_ward[ward[a], c])
                away = distance(east[a], north[a], school_east[s], school_north[s])
                likes = utility(away, results[s], fsm_share[s], inside[s], ses[a], weights)
                if taste.shape[0]:
                    likes = with_taste(likes, taste[a, c], away, reach[s], weights)
                school[c, i], far[c, i], value[c, i] = s, away, likes
        # Each takes the place of how many are better; of equals, whoever comes first.
        for c in range(k):
            for i in range(size):
                place[c, i] = c
            for other in range(c):
                for i in range(size):
                    ahead = np.int32(value[other, i] < value[c, i])
                    place[other, i] += ahead
                    place[c, i] -= ahead
        for i in range(size):
            a = start + i
            for c in range(k):
                at, s = np.uintp(place[c, i]), school[c, i]
                wanted[a, at], km[a, at] = s, far[c, i]
                near = siblings_first and s == sibling[a]
                priority[a, at] = -far[c, i] + (_SIBLING if near else _ZERO)
    return Ranked(wanted, km, priority)


class Leavers(NamedTuple):
    """Of applicants (n,): home in km, school at 16."""

    east: F4
    north: F4
    attended: I2


@compiled
def sixth_forms_ranked(
    leavers: Leavers, taste: F4x2, sixth: I8x2, school_east: F4, school_north: F4, per_km: Real, stay: Real
) -> OutI4x2:
    """Rank sixth forms and colleges: rows in order of preference (n, K).

    Args:
        taste: (n, K) draws, utils. sixth: (n, K) rows of the sixth forms that each thinks of.
        school_east, school_north: (S,) of all schools, km. per_km, stay: see `sixth_form_utility`.
    """
    east, north, attended = leavers
    n, k = taste.shape
    wanted, value = np.empty((n, k), np.int32), np.empty(k, np.float32)
    for a in range(n):
        for c in range(k):
            s = sixth[a, c]
            km = distance(east[a], north[a], school_east[s], school_north[s])
            likes = sixth_form_utility(km, attended[a] == s, taste[a, c], per_km, stay)
            i = c
            while i > 0 and value[i - 1] < likes:
                value[i], wanted[a, i] = value[i - 1], wanted[a, i - 1]
                i -= 1
            value[i], wanted[a, i] = likes, s
    return wanted


@compiled
def schools_of_families(family: I4, present: B, school: I2, families: int, of: I4) -> OutI2:
    """Find the school that each family `of` (m,) rows uses, that of the last of its children; -1 for none.

    Args:
        family, present, school: (n,) of the children who may use one. families: rows of the family table.
    """
    # Whoever has no family (row -1) falls into a place of their own, the last.
    at, out = np.full(families + 1, -1, np.int16), np.empty(of.shape[0], np.int16)
    for i in range(family.shape[0]):
        if present[i]:
            at[family[i]] = school[i]
    for i in range(of.shape[0]):
        out[i] = at[of[i]]
    return out


@compiled
def furthest(wanted: I4x2, km: F4x2, got: I4, schools: int) -> OutF4:
    """Find the distance of the child furthest from each school among those it took from their own lists,
    (schools,) km."""
    far = np.zeros(schools, np.float32)
    for a in range(got.shape[0]):
        for c in range(wanted.shape[1]):
            if wanted[a, c] == got[a]:
                far[got[a]] = max(far[got[a]], km[a, c])
    return far


@compiled
def places_left(year: int, cohort: I2, present: B, school: I2, places: I4) -> OutI8x2:
    """Count places left by school and age, (S, 17); below 0 where a year group was admitted over its number.

    Args:
        cohort, present, school: (n,) of all who may be at school, at most 16 years old.
        places: (S,) places of a year group.
    """
    room = np.empty((places.shape[0], _AGES), np.int64)
    for s in range(places.shape[0]):
        room[s] = places[s]
    for i in range(cohort.shape[0]):
        if present[i] and school[i] >= 0:
            room[school[i], year - cohort[i]] -= 1
    return room


class Movers(NamedTuple):
    """Of children (n,): age, ward (-1 outside the town), home in km."""

    age: I8
    ward: I2
    east: F4
    north: F4


class Sites(NamedTuple):
    """Of all schools (S,): place in km."""

    east: F4
    north: F4


@compiled
def nearest_with_room(movers: Movers, by_ward: I8x2, sites: Sites, room: I8x2) -> OutI2:
    """Find the nearest school with a place left in each child's year group, (n,); the nearest of all where
    none has.

    Args:
        by_ward: (wards + 1, K) schools near a ward. room: (S, 17) places left by age.
    """
    age, ward, east, north = movers
    school_east, school_north = sites
    got = np.empty(age.shape[0], np.int16)
    for a in range(age.shape[0]):
        home = by_ward[ward[a]]
        best = np.float32(math.inf)
        for c in range(home.shape[0]):
            s = home[c]
            far = distance(east[a], north[a], school_east[s], school_north[s])
            far = far + (_TAKEN if room[s, age[a]] <= 0 else _ZERO)
            if far < best:
                best, got[a] = far, s
    return got
