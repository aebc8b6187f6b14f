"""Rows of the tables that belong together: room for those who enter, families and their children."""

import numpy as np

from model.compiled import I2, I4, I8, U4, B, OutB, OutI8, OutU1, OutU4, compiled

_STRETCH = 256


@compiled
def first_free(ids: U4, cohorts: I2, blocks: I8, first: int, rows: OutI8) -> int:
    """Write the first rows of each cohort's block that nobody uses, in the order of those who enter, into
    `rows` (n,).

    Args:
        ids: (capacity,) of the table, 0 for a free row. cohorts: (n,) birth cohorts of those who enter.
        blocks: first row of the block of each cohort from `first` on, and the end of the last.

    Returns:
        A cohort whose block has too little room, or -1.
    """
    at = blocks[:-1].copy()
    for i in range(cohorts.shape[0]):
        b = cohorts[i] - first
        row = at[b]
        while row < blocks[b + 1] and ids[row] != 0:
            row += 1
        if row == blocks[b + 1]:
            return int(cohorts[i])
        rows[i] = row
        at[b] = row + 1
    return -1


@compiled
def rows_present(present: B, ward: I2, lowest: int) -> OutI8:
    """Find the rows of the families that are present and whose ward is `lowest` or more, (n,); `present`,
    `ward`: columns (families,)."""
    n, size = 0, present.shape[0]
    rows = np.empty(size + 1, np.int64)
    for start in range(0, size, _STRETCH):
        stretch = present[start : min(start + _STRETCH, size)]
        anybody = False
        for i in range(stretch.shape[0]):
            anybody |= stretch[i]
        # Most stretches of long ago are empty.
        if not anybody:
            continue
        for i in range(stretch.shape[0]):
            # No branch that a processor would have to guess.
            rows[np.uintp(n)] = start + i
            n += stretch[i] & (ward[start + i] >= lowest)
    return rows[:n]


@compiled
def names_and_groups(rows: I8, ids: U4, two: B, one: B) -> tuple[OutU4, OutU1]:
    """Find the ids of some rows (n,), and their groups (n,): 2 for whoever is `two` and 1 more for whoever is
    `one`; `ids`, `two`, `one`: whole columns."""
    names, group = np.empty(rows.shape[0], np.uint32), np.empty(rows.shape[0], np.uint8)
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        names[i], group[i] = ids[r], two[r] * 2 + one[r]
    return names, group


@compiled
def part(living: I8, leaves: B, present: OutB, gone: OutB) -> OutI8:
    """Return the part the `living` (n,) rows of families: those who leave are `present` no longer but `gone`
    (families,), the others are returned (m,)."""
    n, staying = 0, np.empty(living.shape[0] + 1, np.int64)
    for i in range(living.shape[0]):
        staying[np.uintp(n)] = living[i]
        n += not leaves[i]
        if leaves[i]:
            present[living[i]] = False
            gone[living[i]] = True
    return staying[:n]


@compiled
def mark_families(family: I4, which: B, marked: OutB) -> None:
    """Set `marked` (families,) for the families of `which` (n,) children; `family` (n,) rows, -1 for none."""
    for i in range(family.shape[0]):
        if which[i] and family[i] >= 0:
            marked[family[i]] = True


@compiled
def of_families(start: int, family: I4, present: B, resident: B, marked: B) -> OutI8:
    """Find the rows of the children of a band, the first in row `start`, who are present and resident (n,)
    and belong to a family that is `marked` (families,), (m,)."""
    n, rows = 0, np.empty(family.shape[0], np.int64)
    for i in range(family.shape[0]):
        if family[i] >= 0 and marked[family[i]] and present[i] and resident[i]:
            rows[n] = start + i
            n += 1
    return rows[:n]
