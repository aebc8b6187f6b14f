"""Doses of a year on their way to children: what is asked for, within the limit for repeated delivery, and
what comes to count, parted into what lasts and what fades.

What repeated delivery of one programme has added to a child is looked at only when the child is served again,
and brought up to the year then: nobody need go over all children each year, nor clear a row that has changed
hands.
"""

from typing import Final, NamedTuple

import numpy as np

from model.compiled import F4, I8, U4, OutF4, OutF4x2, OutI2, OutU4, Real, compiled
from model.rules.persistence import LEFT_A_YEAR

LEFT: Final = np.array(LEFT_A_YEAR, np.float32)
"""What a year leaves of each part."""
_PARTS: Final = len(LEFT_A_YEAR)


class Sums(NamedTuple):
    """What repeated delivery has added to each child, by row of the table of children: its parts (rows, 4)
    (lasting, slow, fast, passing), whose they are (rows,), and the year to which they are brought up."""

    parts: OutF4x2
    whose: OutU4
    year: OutI2


def no_sums(rows: int) -> Sums:
    """Return the sums of children to whom nothing has been added."""
    return Sums(np.zeros((rows, _PARTS), np.float32), np.zeros(rows, np.uint32), np.zeros(rows, np.int16))


@compiled
def keep_within(now: int, rows: I8, ids: U4, most: Real, left: F4, sums: Sums, amounts: OutF4) -> None:
    """Keep amounts (n,), with what is left of earlier years', within `most` times the amount asked for.

    Args:
        now: year. rows, ids: (n,) of the children. left: (4,) as LEFT.
    """
    parts, whose, year = sums
    for i in range(rows.shape[0]):
        row = rows[i]
        if whose[row] != ids[i]:
            whose[row] = ids[i]
            for part in range(4):
                parts[row, part] = 0
        else:
            for _ in range(now - year[row]):
                for part in range(4):
                    parts[row, part] *= left[part]
        year[row] = now
        before = abs(parts[row, 0] + parts[row, 1] + parts[row, 2] + parts[row, 3])
        room = max(most * abs(amounts[i]) - before, np.float32(0))
        amounts[i] = min(max(amounts[i], -room), room)


@compiled
def add_to(sums: Sums, rows: I8, amounts: F4, shares: F4) -> None:
    """Add amounts (n,), parted by `shares` (4,), for children whom `keep_within` has looked at this year."""
    for i in range(rows.shape[0]):
        for part in range(4):
            sums.parts[rows[i], part] += shares[part] * amounts[i]


@compiled
def give_part(rows: I8, amounts: F4, share: Real, column: OutF4) -> None:
    """Add a share of amounts (n,) to what children have, in a column by row."""
    for i in range(rows.shape[0]):
        column[rows[i]] += share * amounts[i]
