"""Means and shares of many groups in one pass over the people."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

type U1 = NDArray[np.uint8]
type F = NDArray[np.float32]
type D = NDArray[np.float64]
type B = NDArray[np.bool_]

_MOST = 255
_U1 = 'Array(uint8, 1, "C", readonly=True)'
_F = 'Array(float32, 1, "C", readonly=True)'
_MEMBERS = 'Array(float64, 2, "C", readonly=True)'


@compiled(f"void({_U1}, {_F}, {_MEMBERS}, float64, float64[::1], float64[::1])")
def _means(pattern: U1, x: F, members: D, scale: float, mean: D, number: D) -> None:
    patterns, groups = members.shape
    total, people = np.zeros(patterns), np.zeros(patterns)
    for i in range(len(x)):
        p = pattern[i]
        if p < patterns and x[i] == x[i]:
            total[p] += x[i]
            people[p] += 1.0
    for p in range(patterns):
        for g in range(groups):
            mean[g] += members[p, g] * total[p]
            number[g] += members[p, g] * people[p]
    for g in range(groups):
        mean[g] = scale * mean[g] / number[g]


def group_means(pattern: U1, x: F | NDArray[np.bool_], members: D) -> tuple[D, D]:
    """Means of groups and the number of people in each, (groups,) both.

    Args:
        pattern: (n,) pattern of each person, a row of `members`; that many or more for none.
        x: (n,) numbers, NaN for whoever does not count; or yes and no, for shares in per cent.
        members: (patterns, groups) 1 where those of a pattern belong to a group, else 0.

    Returns:
        NaN where a group is empty.
    """
    groups = members.shape[1]
    mean, number = np.zeros(groups), np.zeros(groups)
    scale = 100.0 if x.dtype == np.bool_ else 1.0
    _means(pattern, x.astype(np.float32, copy=False), members, scale, mean, number)
    return mean, number


def part_means(part: U1, x: F | NDArray[np.bool_], size: int) -> tuple[D, D]:
    """Means of parts that do not overlap, and the number of people in each, (size,) both.

    Args:
        part: (n,) part of each person; `size` or more for none. x: as in `group_means`.

    Raises:
        ValueError: more parts than an unsigned byte can name beside "none" (255).
    """
    if size > _MOST:
        raise ValueError(f"{size} parts: at most {_MOST}")
    return group_means(part, x, _each_alone(size))


@cache
def _each_alone(size: int) -> D:
    return np.eye(size)


@compiled(
    'void(Array(int16, 1, "C", readonly=True), Array(boolean, 1, "C", readonly=True),'
    ' Array(boolean, 1, "C", readonly=True), int64[::1], int64[::1])'
)
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
