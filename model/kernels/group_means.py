"""Means and shares of many groups in one pass over the people."""

from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled, inlined

type U1 = NDArray[np.uint8]
type F = NDArray[np.float32]
type D = NDArray[np.float64]
type B = NDArray[np.bool_]
type I4 = NDArray[np.int32]

_MOST = 255
_BYTES = 256
_U1 = 'Array(uint8, 1, "C", readonly=True)'
_B = 'Array(boolean, 1, "C", readonly=True)'
_F = 'Array(float32, 1, "C", readonly=True)'
_MEMBERS = 'Array(float64, 2, "C", readonly=True)'


@inlined
def _of_groups(total: D, people: NDArray[np.int64], members: D, scale: float, values: F, counts: I4) -> None:
    patterns, groups = members.shape
    sums, number = np.zeros(groups), np.zeros(groups)
    for p in range(patterns):
        for g in range(groups):
            sums[g] += members[p, g] * total[p]
            number[g] += members[p, g] * people[p]
    for g in range(groups):
        values[g] = scale * sums[g] / number[g]
        counts[g] = np.int64(number[g])


@compiled(f"void({_U1}, {_F}, {_MEMBERS}, float64, float32[::1], int32[::1])")
def _means(pattern: U1, x: F, members: D, scale: float, values: F, counts: I4) -> None:
    # Whoever belongs to no group is summed too, where nobody looks: a branch would have to be guessed.
    total, people = np.zeros(_BYTES), np.zeros(_BYTES, np.int64)
    for i in range(len(x)):
        known = x[i] == x[i]
        total[pattern[i]] += np.float64(x[i] if known else np.float32(0))
        people[pattern[i]] += known
    _of_groups(total, people, members, scale, values, counts)


@compiled(f"void({_U1}, {_B}, {_MEMBERS}, float64, float32[::1], int32[::1])")
def _shares(pattern: U1, x: B, members: D, scale: float, values: F, counts: I4) -> None:
    # Four tables in turn, so that nobody waits for the one before; whole numbers add up in any order.
    found = np.zeros((4, 2, _BYTES), np.int64)
    for i in range(len(x)):
        found[i & 3, np.intp(x[i]), pattern[i]] += 1
    yes, people = np.zeros(_BYTES), np.zeros(_BYTES, np.int64)
    for p in range(_BYTES):
        number = found[0, 1, p] + found[1, 1, p] + found[2, 1, p] + found[3, 1, p]
        yes[p] = number
        people[p] = number + found[0, 0, p] + found[1, 0, p] + found[2, 0, p] + found[3, 0, p]
    _of_groups(yes, people, members, scale, values, counts)


def group_means(pattern: U1, x: F | B, members: D, values: F, counts: I4) -> None:
    """Means of groups and the number of people in each, into `values` and `counts` (groups,).

    Args:
        pattern: (n,) pattern of each person, a row of `members`; that many or more for none.
        x: (n,) numbers, NaN for whoever does not count; or yes and no, for shares in per cent.
        members: (patterns, groups) 1 where those of a pattern belong to a group, else 0.
        values: NaN where a group is empty.
    """
    if x.dtype == np.bool_:
        _shares(pattern, cast(B, x), members, 100.0, values, counts)
    else:
        _means(pattern, x.astype(np.float32, copy=False), members, 1.0, values, counts)


def part_means(part: U1, x: F | B, values: F, counts: I4) -> None:
    """Means of parts that do not overlap, and the number of people in each, into `values` and `counts`, both
    (parts,).

    Args:
        part: (n,) part of each person; as many as there are parts or more for none. x: as in `group_means`.

    Raises:
        ValueError: more parts than an unsigned byte can name beside "none" (255).
    """
    if len(values) > _MOST:
        raise ValueError(f"{len(values)} parts: at most {_MOST}")
    group_means(part, x, _each_alone(len(values)), values, counts)


@cache
def _each_alone(size: int) -> D:
    return np.eye(size)


@compiled(f'void(Array(int16, 1, "C", readonly=True), {_B}, {_B}, int64[::1], int64[::1])')
def _members(
    unit: NDArray[np.int16], present: B, some: B, number: NDArray[np.int64], of_them: NDArray[np.int64]
) -> None:
    for i in range(len(unit)):
        if present[i] and unit[i] >= 0:
            number[unit[i]] += 1
            of_them[unit[i]] += some[i]


def members(
    unit: NDArray[np.int16], present: B, some: B, units: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many people are in each unit, and how many of them are `some`, (units,) both.

    Args:
        unit: (n,) unit of each person, below 0 for none. present: (n,) whether they count. some: (n,).
    """
    number, of_them = np.zeros((2, units), np.int64)
    _members(unit, present, some, number, of_them)
    return number, of_them
