"""Many doses on one child: what they add up to in one state and one year."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
Rows = NDArray[np.intp]


@compiled(
    'void(Array(intp, 1, "C", readonly=True), int64, int64, Array(float32, 1, "C", readonly=True), float32, '
    "float32[::1])"
)
def _stack(rows: Rows, low: int, size: int, weights: F, cap: np.float32, doses: F) -> None:
    n = rows.shape[0]
    # The doses of each child next to each other, in the order in which they come.
    end, own = np.zeros(size + 1, np.int32), np.empty(n, np.int32)
    for i in range(n):
        end[rows[i] - low + 1] += 1
    for child in range(size):
        end[child + 1] += end[child]
    for i in range(n):
        own[end[rows[i] - low]] = i
        end[rows[i] - low] += 1
    order = np.empty(n, np.int32)
    first = 0
    for child in range(size):
        found = 0
        for place in range(first, end[child]):
            i = own[place]
            if doses[i] != 0:
                at = found
                while at > 0 and abs(doses[order[at - 1]]) < abs(doses[i]):
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = i
                found += 1
        first = end[child]
        if found == 0:
            continue
        largest = abs(doses[order[0]])
        total = np.float32(0)
        for place in range(found):
            doses[order[place]] *= weights[min(place, weights.shape[0] - 1)]
            total += doses[order[place]]
        most = max(cap, largest)
        if abs(total) > most:
            for place in range(found):
                doses[order[place]] *= most / abs(total)


def stack(rows: Rows, doses: F, weights: NDArray[np.floating], cap: float) -> None:
    """What each of several doses counts for, in place of what was asked for.

    Args:
        rows: (n,) the child of each dose. doses: (n,) in one state and one year, in the order of programmes;
            0 for none.
        weights: (W,) what counts of a child's largest in size, of the next, ...; the last for all further
            ones. Of two as large the first comes first.
        cap: most that they add up to, in either direction, unless the largest alone is more; inf for none.

    One dose alone counts in full where the first weight is 1.
    """
    if rows.size:
        low, high = int(rows.min()), int(rows.max())
        _stack(rows, low, high + 1 - low, np.asarray(weights, np.float32), np.float32(cap), doses)


def stacked(doses: F, weights: F, cap: float) -> F:
    """`stack` on a table: the doses (K, n) of K programmes on n children as they count."""
    result = np.ascontiguousarray(doses, np.float32).copy()
    stack(np.tile(np.arange(doses.shape[1]), len(doses)), result.reshape(-1), weights, cap)
    return result
