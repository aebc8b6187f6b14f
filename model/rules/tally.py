"""Means and shares of many groups in one pass over the people."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

type U1 = NDArray[np.uint8]
type D = NDArray[np.float64]
type X = NDArray[np.float32] | NDArray[np.bool_]

_PART = 'Array(uint8, 1, "C", readonly=True)'
_OUT = "float64[::1], float64[::1]"
_KINDS = ('Array(float32, 1, "C", readonly=True)', 'Array(bool_, 1, "C", readonly=True)')


@compiled()
def _add(part: U1, x: X, total: D, number: D) -> None:
    size = len(total)
    for i in range(len(x)):
        p, value = part[i], np.float64(x[i])
        if p < size and value == value:
            total[p] += value
            number[p] += 1.0


@compiled(*(f"void({_PART}, {kind}, float64, {_OUT})" for kind in _KINDS))
def _part_means(part: U1, x: X, scale: float, mean: D, number: D) -> None:
    _add(part, x, mean, number)
    for p in range(len(mean)):
        mean[p] = scale * mean[p] / number[p]


@compiled(
    *(f'void({_PART}, {kind}, Array(float64, 2, "C", readonly=True), float64, {_OUT})' for kind in _KINDS)
)
def _group_means(pattern: U1, x: X, members: D, scale: float, mean: D, number: D) -> None:
    total, people = np.zeros(len(members)), np.zeros(len(members))
    _add(pattern, x, total, people)
    for p in range(len(members)):
        for g in range(len(mean)):
            mean[g] += members[p, g] * total[p]
            number[g] += members[p, g] * people[p]
    for g in range(len(mean)):
        mean[g] = scale * mean[g] / number[g]


def part_means(part: U1, x: X, size: int) -> tuple[D, D]:
    """Means of parts and the number of people in each, (size,) both.

    Args:
        part: (n,) part of each person; `size` or more for none.
        x: (n,) numbers, NaN for whoever does not count; or yes and no, for shares in per cent.

    Returns:
        NaN where a part is empty.
    """
    mean, number = np.zeros(size), np.zeros(size)
    _part_means(part, x, _scale(x), mean, number)
    return mean, number


def group_means(pattern: U1, x: X, members: D) -> tuple[D, D]:
    """Means of groups and the number of people in each, (groups,) both.

    Args:
        pattern: (n,) pattern of each person, a row of `members`; that many or more for none.
        x: as in `part_means`.
        members: (patterns, groups) 1 where those of a pattern belong to a group, else 0.

    Returns:
        NaN where a group is empty.
    """
    groups = members.shape[1]
    mean, number = np.zeros(groups), np.zeros(groups)
    _group_means(pattern, x, members, _scale(x), mean, number)
    return mean, number


def _scale(x: NDArray[Any]) -> float:
    return 100.0 if x.dtype == np.bool_ else 1.0
