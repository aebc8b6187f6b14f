"""Rows of the tables that belong together: room for those who enter, families and their children."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

_IDS, _COHORTS, _BLOCKS = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("uint32", "int16", "int64"))


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


@compiled(f"void({_FAMILY}, {_YES}, boolean[::1])")
def mark_families(family: NDArray[np.int32], which: NDArray[np.bool_], marked: NDArray[np.bool_]) -> None:
    """Set `marked` (families,) for the families of `which` (n,) children; `family` (n,) rows, -1 for none."""
    for i in range(family.shape[0]):
        if which[i] and family[i] >= 0:
            marked[family[i]] = True


@compiled(f"void({_FAMILY}, {_YES}, {_YES}, boolean[::1])")
def of_families(
    family: NDArray[np.int32], which: NDArray[np.bool_], marked: NDArray[np.bool_], out: NDArray[np.bool_]
) -> None:
    """Which of `which` (n,) children belong to a family that is `marked` (families,), into `out` (n,)."""
    for i in range(family.shape[0]):
        out[i] = which[i] and family[i] >= 0 and marked[family[i]]
