"""Doses of a year on their way to children: what is asked for, within the limit for repeated delivery, and
what comes to count, parted into what lasts and what fades.

What repeated delivery of one programme has added to a child is looked at only when the child is served again,
and brought up to the year then: nobody need go over all children each year, nor clear a row that has changed
hands.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled
from model.rules.persistence import LEFT_A_YEAR

F = NDArray[np.float32]
U4 = NDArray[np.uint32]
I2 = NDArray[np.int16]
Rows = NDArray[np.intp]

_LEFT: Final = np.array(LEFT_A_YEAR, np.float32)
_READ: Final = 'Array({}, 1, "C", readonly=True)'
_ROWS, _IDS, _F = (_READ.format(kind) for kind in ("intp", "uint32", "float32"))


class Sums:
    """The parts (lasting, slow, fast, passing) of each child's sum, by row of the table of children.

    Args:
        size: rows of that table.
    """

    def __init__(self, size: int) -> None:
        self._parts = np.zeros((size, len(_LEFT)), np.float32)
        self._whose = np.zeros(size, np.uint32)
        self._year = np.zeros(size, np.int16)

    def within(self, year: int, rows: Rows, ids: U4, most: float, amounts: F) -> None:
        """Keeps amounts (n,), with what is left of earlier years', within `most` times the amount asked for;
        rows and ids (n,) are the children's."""
        _within(year, rows, ids, np.float32(most), _LEFT, self._parts, self._whose, self._year, amounts)

    def add(self, rows: Rows, amounts: F, shares: F) -> None:
        """Adds amounts (n,), parted by `shares` (4,), for children whom `within` has looked at this year."""
        _add(rows, amounts, shares, self._parts)


@compiled(
    f"void(int64, {_ROWS}, {_IDS}, float32, {_F}, float32[:, ::1], uint32[::1], int16[::1], float32[::1])"
)
def _within(
    now: int,
    rows: Rows,
    ids: U4,
    most: np.float32,
    left: F,
    parts: F,
    whose: U4,
    year: I2,
    amounts: F,
) -> None:
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


@compiled(f"void({_ROWS}, {_F}, {_F}, float32[:, ::1])")
def _add(rows: Rows, amounts: F, shares: F, parts: F) -> None:
    for i in range(rows.shape[0]):
        for part in range(4):
            parts[rows[i], part] += shares[part] * amounts[i]


@compiled(f"void({_ROWS}, {_F}, float32, float32[::1])")
def give_part(rows: Rows, amounts: F, share: np.float32, column: F) -> None:
    """Adds a share of amounts (n,) to what children have, in a column by row."""
    for i in range(rows.shape[0]):
        column[rows[i]] += share * amounts[i]
