"""Who comes first: stable orders of numbers, and the lowest of each group, in a few passes over them."""

import numpy as np

from model.compiled import F4, I8, OutB, OutI8, compiled


@compiled
def stable_order(values: F4) -> OutI8:
    """Return the positions (n,) of numbers, none of them NaN, from the lowest to the highest; of two that are
    equal the first comes first."""
    n = values.shape[0]
    # Minus nought is nought.
    bits = (values + np.float32(0)).view(np.uint32)
    those, aside, order = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.int64)
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
    return order


@compiled
def lowest(values: F4, group: I8, share: float) -> OutB:
    """Return who belongs to the lowest share by value of their group (n,): one at least of each, and of those
    with the same value the first.

    Args:
        values: (n,) none of them NaN. group: (n,) whole numbers from 0, not many more than people.
    """
    picked = np.zeros(values.shape[0], np.bool_)
    groups = group.max() + 1 if group.shape[0] else 0
    size, rank = np.zeros((2, groups), np.int64)
    for i in range(group.shape[0]):
        size[group[i]] += 1
    for at in stable_order(values):
        g = group[at]
        picked[at] = rank[g] < max(1.0, np.rint(share * size[g]))
        rank[g] += 1
    return picked
