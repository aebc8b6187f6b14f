"""Many doses on one child: what they add up to in one state and one year."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]


@compiled('void(Array(float32, 1, "C", readonly=True), float32, float32[:, ::1], int64[::1])')
def _stack(weights: F, cap: np.float32, doses: F, order: NDArray[np.int64]) -> None:
    programmes, children = doses.shape
    for i in range(children):
        found = 0
        for j in range(programmes):
            if doses[j, i] != 0:
                at = found
                while at > 0 and abs(doses[order[at - 1], i]) < abs(doses[j, i]):
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = j
                found += 1
        if found == 0:
            continue
        largest = abs(doses[order[0], i])
        total = np.float32(0)
        for place in range(found):
            doses[order[place], i] *= weights[min(place, weights.shape[0] - 1)]
            total += doses[order[place], i]
        most = max(cap, largest)
        if abs(total) > most:
            for place in range(found):
                doses[order[place], i] *= most / abs(total)


def stack(doses: F, weights: NDArray[np.floating], cap: float) -> None:
    """What each of several doses counts for, in place of what was asked for.

    Args:
        doses: (K, n) of K programmes on n children, one state and one year; 0 for none.
        weights: (W,) what counts of the largest in size, of the next, ...; the last for all further ones.
        cap: most that they add up to, in either direction, unless the largest alone is more; inf for none.

    One dose alone counts in full where the first weight is 1.
    """
    _stack(np.asarray(weights, np.float32), np.float32(cap), doses, np.zeros(len(doses), np.int64))


def stacked(doses: F, weights: F, cap: float) -> F:
    """`stack` on a copy: the doses (K, n) as they count."""
    result = np.ascontiguousarray(doses, np.float32).copy()
    stack(result, weights, cap)
    return result
