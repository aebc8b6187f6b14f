"""Who comes first: stable orders of numbers, and the lowest of each group, in a few passes over them."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
B = NDArray[np.bool_]
Rows = NDArray[np.intp]
U4 = NDArray[np.uint32]
U8 = NDArray[np.uint64]

_READ = 'Array({}, 1, "C", readonly=True)'


@compiled(f"void({_READ.format('uint32')}, uint64[::1], uint64[::1], intp[::1])")
def _by_digits(bits: U4, those: U8, aside: U8, order: Rows) -> None:
    n = bits.shape[0]
    start = np.zeros((4, 257), np.int64)
    for i in range(n):
        # The bits of a float, turned so that they are in the order of the numbers; behind them the position.
        b = bits[i]
        key = ~b if b >> np.uint32(31) else b | np.uint32(0x80000000)
        those[i] = np.uint64(key) << np.uint64(32) | np.uint64(i)
        for turn in range(4):
            start[turn, ((key >> np.uint32(8 * turn)) & np.uint32(255)) + 1] += 1
    for turn in range(4):
        for digit in range(256):
            start[turn, digit + 1] += start[turn, digit]
    for turn in range(4):
        shift = np.uint64(32 + 8 * turn)
        for i in range(n):
            digit = (those[i] >> shift) & np.uint64(255)
            aside[start[turn, digit]] = those[i]
            start[turn, digit] += 1
        those, aside = aside, those
    for i in range(n):
        order[i] = those[i] & np.uint64(0xFFFFFFFF)


def stable_order(values: F) -> Rows:
    """Positions (n,) of numbers, none of them NaN, from the lowest to the highest; of two that are equal the
    first comes first."""
    n = len(values)
    order = np.empty(n, np.intp)
    # Minus nought is nought.
    bits = (values + np.float32(0)).view(np.uint32)
    _by_digits(bits, np.empty(n, np.uint64), np.empty(n, np.uint64), order)
    return order


@compiled(f"void({_READ.format('intp')}, {_READ.format('int64')}, int64, float64, boolean[::1])")
def _lowest(order: Rows, group: NDArray[np.int64], groups: int, share: float, picked: B) -> None:
    size, rank = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    for i in range(group.shape[0]):
        size[group[i]] += 1
    for i in range(order.shape[0]):
        g = group[order[i]]
        picked[order[i]] = rank[g] < max(1.0, np.rint(share * size[g]))
        rank[g] += 1


def lowest(values: F, group: NDArray[np.int64], share: float) -> B:
    """Who belongs to the lowest share by value of their group (n,): one at least of each, and of those with
    the same value the first.

    Args:
        values: (n,) none of them NaN. group: (n,) whole numbers from 0, not many more than people.
    """
    picked = np.zeros(len(values), np.bool_)
    if len(values):
        _lowest(stable_order(values), group, int(group.max()) + 1, share, picked)
    return picked
