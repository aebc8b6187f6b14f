"""Means and shares of many groups in one pass over the people."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from model.compiled import F4, I2, I8, U1, U2, B, F8x2, OutF4, OutI4, OutI8, compiled, inlined

_MOST = 65535
"""Parts that a number of two bytes can name beside "none"."""
_BYTES = 256


@inlined
def _of_groups(
    total: NDArray[np.float64], people: I8, members: F8x2, scale: float, values: OutF4, counts: OutI4
) -> None:
    patterns, groups = members.shape
    sums, number = np.zeros(groups), np.zeros(groups)
    for p in range(patterns):
        for g in range(groups):
            sums[g] += members[p, g] * total[p]
            number[g] += members[p, g] * people[p]
    for g in range(groups):
        values[g] = scale * sums[g] / number[g]
        counts[g] = np.int64(number[g])


@compiled
def _means(pattern: U1, x: F4, members: F8x2, values: OutF4, counts: OutI4) -> None:
    # Whoever belongs to no group is summed too, where nobody looks: a branch would have to be guessed.
    total, people = np.zeros(_BYTES), np.zeros(_BYTES, np.int64)
    for i in range(len(x)):
        known = x[i] == x[i]
        total[pattern[i]] += np.float64(x[i] if known else np.float32(0))
        people[pattern[i]] += known
    _of_groups(total, people, members, 1.0, values, counts)


@compiled
def _shares(pattern: U1, x: B, members: F8x2, values: OutF4, counts: OutI4) -> None:
    # Four tables in turn, so that nobody waits for the one before; whole numbers add up in any order.
    found = np.zeros((4, 2, _BYTES), np.int64)
    for i in range(len(x)):
        found[i & 3, np.intp(x[i]), pattern[i]] += 1
    yes, people = np.zeros(_BYTES), np.zeros(_BYTES, np.int64)
    for p in range(_BYTES):
        number = found[0, 1, p] + found[1, 1, p] + found[2, 1, p] + found[3, 1, p]
        yes[p] = number
        people[p] = number + found[0, 0, p] + found[1, 0, p] + found[2, 0, p] + found[3, 0, p]
    _of_groups(yes, people, members, 100.0, values, counts)


def group_means(pattern: U1, x: F4 | B, members: F8x2, values: OutF4, counts: OutI4) -> None:
    """Write means of groups and the number of people in each into `values` and `counts` (groups,).

    Args:
        pattern: (n,) pattern of each person, a row of `members`; that many or more for none.
        x: (n,) numbers, NaN for whoever does not count; or yes and no, for shares in per cent.
        members: (patterns, groups) 1 where those of a pattern belong to a group, else 0.
        values: NaN where a group is empty.
    """
    if x.dtype == np.bool_:
        _shares(pattern, cast(B, x), members, values, counts)
    else:
        _means(pattern, x.astype(np.float32, copy=False), members, values, counts)


@compiled
def _means_of_parts(part: U2, x: F4, values: OutF4, counts: OutI4) -> None:
    parts = values.shape[0]
    total, people = np.zeros(parts + 1), np.zeros(parts + 1, np.int64)
    for i in range(len(x)):
        known, at = x[i] == x[i], min(np.intp(part[i]), parts)
        total[np.uintp(at)] += np.float64(x[i] if known else np.float32(0))
        people[np.uintp(at)] += known
    for g in range(parts):
        values[g] = total[g] / people[g]
        counts[g] = people[g]


@compiled
def _shares_of_parts(part: U2, x: B, values: OutF4, counts: OutI4) -> None:
    # Two tables in turn, so that nobody waits for the one before; whole numbers add up in any order.
    parts = values.shape[0]
    found = np.zeros((2, 2, parts + 1), np.int64)
    for i in range(len(x)):
        found[i & 1, np.intp(x[i]), np.uintp(min(np.intp(part[i]), parts))] += 1
    for g in range(parts):
        yes = found[0, 1, g] + found[1, 1, g]
        people = yes + found[0, 0, g] + found[1, 0, g]
        values[g] = 100.0 * np.float64(yes) / np.float64(people)
        counts[g] = people


def part_means(part: U2, x: F4 | B, values: OutF4, counts: OutI4) -> None:
    """Write means of parts that do not overlap, and the number of people in each, into `values` and `counts`,
    both (parts,).

    Args:
        part: (n,) part of each person; as many as there are parts or more for none. x: as in `group_means`.

    Raises:
        ValueError: more parts than a number of two bytes can name beside "none" (65,535).
    """
    if len(values) > _MOST:
        raise ValueError(f"{len(values)} parts: at most {_MOST}")
    if x.dtype == np.bool_:
        _shares_of_parts(part, cast(B, x), values, counts)
    else:
        _means_of_parts(part, x.astype(np.float32, copy=False), values, counts)


@compiled
def members(unit: I2, present: B, some: B, units: int) -> tuple[OutI8, OutI8]:
    """Return how many people are in each unit, and how many of them are `some`, (units,) both.

    Args:
        unit: (n,) unit of each person, below 0 for none. present: (n,) whether they count. some: (n,).
    """
    number, of_them = np.zeros(units, np.int64), np.zeros(units, np.int64)
    for i in range(len(unit)):
        if present[i] and unit[i] >= 0:
            number[unit[i]] += 1
            of_them[unit[i]] += some[i]
    return number, of_them
