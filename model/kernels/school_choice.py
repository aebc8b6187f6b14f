"""Applying for school places, in one pass over a year group: the rules of `choice` compiled together.

`ranked` gives what `choice.distance`, `choice.utility` and `matching.preference_order` give together, to the
last bit (a test holds that).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled, inlined

F = NDArray[np.float32]
I1 = NDArray[np.int8]
I2 = NDArray[np.int16]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
B = NDArray[np.bool_]

_BLOCK = 128
_ZERO = np.float32(0)
_SIBLING = np.float32(1000)
"""Priority of a brother or sister at the school, km: more than any distance."""
_TAKEN = np.float32(100)
"""What a full year group counts for, km: more than any distance in town."""


def _read(kind: str, dimensions: int = 1) -> str:
    return f'Array({kind}, {dimensions}, "C", readonly=True)'


_F, _F2, _I2, _I8, _B = (
    _read("float32"),
    _read("float32", 2),
    _read("int16"),
    _read("int64"),
    _read("boolean"),
)
_I1, _I4, _I82 = _read("int8"), _read("int32"), _read("int64", 2)


@inlined
def _km(east: np.float32, north: np.float32, school_east: np.float32, school_north: np.float32) -> np.float32:
    # np.hypot of two float32, in one form that every processor rounds alike.
    x, y = np.float64(np.float32(school_east - east)), np.float64(np.float32(school_north - north))
    return np.float32(math.sqrt(x * x + y * y))


class Weights(NamedTuple):
    """Utils: a kilometre, an SD of results for keen and other families, the share with free meals, a school
    out of town, and a school beyond whose last reach one lives."""

    km: np.float32
    keen: np.float32
    others: np.float32
    fsm: np.float32
    outside: np.float32
    realism: np.float32


@compiled(
    f"void({_I1}, {_F}, {_F}, {_F}, {_I2}, {_F2}, {_I82}, {_F}, {_F}, {_F}, {_F}, {_B}, {_F},"
    " UniTuple(float32, 6), boolean, int32[:,::1], float32[:,::1], float32[:,::1])"
)
def _rank(
    ward: I1,
    east: F,
    north: F,
    ses: F,
    sibling: I2,
    taste: F,
    by_ward: I8,
    school_east: F,
    school_north: F,
    results: F,
    fsm_share: F,
    inside: B,
    reach: F,
    weights: tuple[np.float32, ...],
    siblings_first: bool,
    wanted: I4,
    km: F,
    priority: F,
) -> None:
    per_km, per_keen, per_other, per_fsm, outside, realism = weights
    k = by_ward.shape[1]
    school = np.empty((k, _BLOCK), np.int32)
    utility, distance, place = (
        np.empty((k, _BLOCK), np.float32),
        np.empty((k, _BLOCK), np.float32),
        np.empty((k, _BLOCK), np.int32),
    )
    # A block of families at a time and one of their schools after another: loops over families vectorise.
    for start in range(0, ward.shape[0], _BLOCK):
        size = min(_BLOCK, ward.shape[0] - start)
        for c in range(k):
            for i in range(size):
                a = start + i
                s = np.uintp(by_ward[ward[a], c])
                far = _km(east[a], north[a], school_east[s], school_north[s])
                value = per_km * far + (per_keen if ses[a] > _ZERO else per_other) * results[s]
                value = value + per_fsm * fsm_share[s] + (_ZERO if inside[s] else outside)
                if taste.shape[0]:
                    value = value + taste[a, c] - (realism if far > reach[s] else _ZERO)
                school[c, i], distance[c, i], utility[c, i] = s, far, value
        # Each takes the place of how many are better; of equals, whoever comes first.
        for c in range(k):
            for i in range(size):
                place[c, i] = c
            for other in range(c):
                for i in range(size):
                    ahead = np.int32(utility[other, i] < utility[c, i])
                    place[other, i] += ahead
                    place[c, i] -= ahead
        for i in range(size):
            a = start + i
            for c in range(k):
                at, s = np.uintp(place[c, i]), school[c, i]
                wanted[a, at], km[a, at] = s, distance[c, i]
                near = siblings_first and s == sibling[a]
                priority[a, at] = -distance[c, i] + (_SIBLING if near else _ZERO)


def ranked(
    homes: tuple[I1, F, F, F],
    sibling: I2,
    taste: F | None,
    by_ward: I8,
    schools: tuple[F, F, F, F, B, F],
    weights: Weights,
    siblings_first: bool,
) -> tuple[I4, F, F]:
    """Schools in families' order of preference.

    Args:
        homes: ward (n,), -1 for the last row of `by_ward`; east, north (n,) km; position (n,) national SD.
        sibling: (n,) school of a brother or sister, -1 for none.
        taste: (n, K) draws for the schools of a child's ward, utils; None where families only want the
            nearest.
        by_ward: (wards + 1, K) schools that families of a ward think of.
        schools: east, north (S,) km; mean results, SD; share with free meals; whether in town; reach, km.

    Returns:
        (n, K) each, from best to worst: rows of schools, distance in km, priority there (nearer first; with
        `siblings_first` brothers and sisters before all others).
    """
    shape = len(sibling), by_ward.shape[1]
    wanted, km, priority = np.empty(shape, np.int32), np.empty(shape, np.float32), np.empty(shape, np.float32)
    draws = np.empty((0, shape[1]), np.float32) if taste is None else taste
    ward, east, north, ses = homes
    school_east, school_north, results, fsm_share, inside, reach = schools
    _rank(
        ward,
        east,
        north,
        ses,
        sibling,
        draws,
        by_ward,
        school_east,
        school_north,
        results,
        fsm_share,
        inside,
        reach,
        tuple(weights),
        siblings_first,
        wanted,
        km,
        priority,
    )
    return wanted, km, priority


@compiled(f"void({_F}, {_F}, {_I2}, {_F2}, {_I8}, {_F}, {_F}, float32, float32, int32[:,::1])")
def _rank_sixth_forms(
    east: F,
    north: F,
    attended: I2,
    taste: F,
    sixth: I8,
    school_east: F,
    school_north: F,
    per_km: np.float32,
    own: np.float32,
    wanted: I4,
) -> None:
    k = sixth.shape[0]
    utility = np.empty(k, np.float32)
    for a in range(east.shape[0]):
        for c in range(k):
            s = sixth[c]
            value = per_km * _km(east[a], north[a], school_east[s], school_north[s]) + (
                own if attended[a] == s else _ZERO
            )
            value += taste[a, c]
            i = c
            while i > 0 and utility[i - 1] < value:
                utility[i], wanted[a, i] = utility[i - 1], wanted[a, i - 1]
                i -= 1
            utility[i], wanted[a, i] = value, s


def sixth_forms_ranked(
    east: F,
    north: F,
    attended: I2,
    taste: F,
    sixth: I8,
    school_east: F,
    school_north: F,
    *,
    per_km: float,
    own: float,
) -> I4:
    """Rows of sixth forms and colleges in order of preference (n, K): near, and that of one's own school.

    Args:
        east, north: (n,) homes, km. attended: (n,) school at 16. taste: (n, K) draws, utils.
        sixth: (K,) rows of the sixth forms; school_east, school_north: (S,) of all schools, km.
        per_km, own: utils of a km (negative) and of staying on.
    """
    wanted = np.empty(taste.shape, np.int32)
    _rank_sixth_forms(
        east,
        north,
        attended,
        taste,
        sixth,
        school_east,
        school_north,
        np.float32(per_km),
        np.float32(own),
        wanted,
    )
    return wanted


@compiled(f"void({_I4}, {_B}, {_I2}, {_I4}, int16[::1], int16[::1])")
def _used(family: I4, present: B, school: I2, of: I4, at: I2, out: I2) -> None:
    for i in range(family.shape[0]):
        if present[i]:
            at[family[i]] = school[i]
    for i in range(of.shape[0]):
        out[i] = at[of[i]]


def schools_of_families(family: I4, present: B, school: I2, families: int, of: I4) -> I2:
    """School that each family `of` (m,) rows uses, that of the last of its children; -1 for none (m,).

    Args:
        family, present, school: (n,) of the children who may use one. families: rows of the family table.
    """
    # Whoever has no family (row -1) falls into a place of their own, the last.
    at, out = np.full(families + 1, -1, np.int16), np.empty(len(of), np.int16)
    _used(family, present, school, of, at, out)
    return out


@compiled(f"void({_read('int32', 2)}, {_F2}, {_I4}, float32[::1])")
def _travelled(wanted: I4, km: F, got: I4, furthest: F) -> None:
    for a in range(got.shape[0]):
        for c in range(wanted.shape[1]):
            if wanted[a, c] == got[a]:
                furthest[got[a]] = max(furthest[got[a]], km[a, c])


def furthest(wanted: I4, km: F, got: I4, schools: int) -> F:
    """Distance of the child furthest from each school among those it took from their own lists, (schools,)
    km."""
    far = np.zeros(schools, np.float32)
    _travelled(wanted, km, got, far)
    return far


@compiled(f"void(int64, {_I2}, {_B}, {_I2}, int64[:,::1])")
def _count(year: int, cohort: I2, present: B, school: I2, room: I8) -> None:
    for i in range(cohort.shape[0]):
        if present[i] and school[i] >= 0:
            room[school[i], year - cohort[i]] -= 1


def places_left(year: int, cohort: I2, present: B, school: I2, places: I2) -> I8:
    """Places left by school and age, (S, 17); below 0 where a year group was admitted over its number.

    Args:
        cohort, present, school: (n,) of all who may be at school, at most 16 years old.
        places: (S,) places of a year group.
    """
    room = np.repeat(places.astype(np.int64)[:, None], 17, axis=1)
    _count(year, cohort, present, school, room)
    return room


@compiled(f"void({_I8}, {_I1}, {_F}, {_F}, {_I82}, {_F}, {_F}, {_B}, float32, {_I82}, int16[::1])")
def _nearest(
    age: I8,
    ward: I1,
    east: F,
    north: F,
    by_ward: I8,
    school_east: F,
    school_north: F,
    inside: B,
    outside: np.float32,
    room: I8,
    got: I2,
) -> None:
    for a in range(age.shape[0]):
        home = by_ward[ward[a]]
        best = np.float32(math.inf)
        for c in range(home.shape[0]):
            s = home[c]
            far = _km(east[a], north[a], school_east[s], school_north[s])
            far = far + (_TAKEN if room[s, age[a]] <= 0 else _ZERO) + (_ZERO if inside[s] else outside)
            if far < best:
                best, got[a] = far, s


def nearest_with_room(
    age: I8, ward: I1, east: F, north: F, by_ward: I8, schools: tuple[F, F, B], outside: float, room: I8
) -> I2:
    """Nearest school with a place left in each child's year group, (n,); the nearest of all where none has.

    Args:
        age, ward, east, north: (n,) of the children; homes in km.
        by_ward: (wards + 1, K) schools near a ward. schools: east, north (S,) km; whether in town.
        outside: km that a school out of town counts for on top. room: (S, 17) places left by age.
    """
    got = np.empty(len(age), np.int16)
    _nearest(age, ward, east, north, by_ward, *schools, np.float32(outside), room, got)
    return got
