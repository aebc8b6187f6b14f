"""Rows of the tables that belong together: room for those who enter, families and their children."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

_IDS, _COHORTS, _BLOCKS = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("uint32", "int16", "int64"))


_STRETCH = 256


@compiled(f"int64({_IDS}, {_COHORTS}, {_BLOCKS}, int64, intp[::1])")
def first_free(
    ids: NDArray[np.uint32],
    cohorts: NDArray[np.int16],
    blocks: NDArray[np.int64],
    first: int,
    rows: NDArray[np.intp],
) -> int:
    """The first rows of each cohort's block that nobody uses, in the order of those who enter, into `rows`
    (n,).

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


_FAMILY, _YES = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("int32", "boolean"))
_ROWS, _WARD = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("intp", "int8"))


@compiled(f"int64({_YES}, {_WARD}, int8, intp[::1])")
def rows_present(
    present: NDArray[np.bool_], ward: NDArray[np.int8], lowest: int, rows: NDArray[np.intp]
) -> int:
    """Rows of the families that are present and whose ward is `lowest` or more, into the start of `rows`,
    with room for one more than there may be; how many they are. `present`, `ward`: columns (families,)."""
    n, size = 0, present.shape[0]
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
    return n


@compiled(f"void({_ROWS}, {_IDS}, {_YES}, {_YES}, uint32[::1], uint8[::1])")
def names_and_groups(
    rows: NDArray[np.intp],
    ids: NDArray[np.uint32],
    two: NDArray[np.bool_],
    one: NDArray[np.bool_],
    names: NDArray[np.uint32],
    group: NDArray[np.uint8],
) -> None:
    """Ids of some rows into `names` (n,), and into `group` (n,) 2 for whoever is `two` and 1 more for whoever
    is `one`; `ids`, `two`, `one`: whole columns."""
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        names[i], group[i] = ids[r], two[r] * 2 + one[r]


@compiled(f"int64({_ROWS}, {_YES}, boolean[::1], boolean[::1], intp[::1])")
def part(
    living: NDArray[np.intp],
    leaves: NDArray[np.bool_],
    present: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    staying: NDArray[np.intp],
) -> int:
    """Of the `living` (n,) rows of families, those who leave are `present` no longer but `gone` (families,),
    and the others go into the start of `staying` (n + 1,); how many these are."""
    n = 0
    for i in range(living.shape[0]):
        staying[np.uintp(n)] = living[i]
        n += not leaves[i]
        if leaves[i]:
            present[living[i]] = False
            gone[living[i]] = True
    return n


@compiled(f"void({_FAMILY}, {_YES}, boolean[::1])")
def mark_families(family: NDArray[np.int32], which: NDArray[np.bool_], marked: NDArray[np.bool_]) -> None:
    """Set `marked` (families,) for the families of `which` (n,) children; `family` (n,) rows, -1 for none."""
    for i in range(family.shape[0]):
        if which[i] and family[i] >= 0:
            marked[family[i]] = True


@compiled(f"int64(int64, {_FAMILY}, {_YES}, {_YES}, {_YES}, intp[::1])")
def of_families(
    start: int,
    family: NDArray[np.int32],
    present: NDArray[np.bool_],
    resident: NDArray[np.bool_],
    marked: NDArray[np.bool_],
    rows: NDArray[np.intp],
) -> int:
    """Rows of the children of a band, the first in row `start`, who are present and resident (n,) and belong
    to a family that is `marked` (families,), into the start of `rows` (n,); how many they are."""
    n = 0
    for i in range(family.shape[0]):
        if family[i] >= 0 and marked[family[i]] and present[i] and resident[i]:
            rows[n] = start + i
            n += 1
    return n
