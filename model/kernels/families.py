"""Who may become a parent, and who is whose, each in one pass."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.compiled import F4, I1, I2, I8, B, F4x2, OutF4, OutI8, compiled, inlined
from model.kernels.ordering import stable_order

F = NDArray[np.float32]
Rows = NDArray[np.intp]


@compiled
def families_with_another(
    year: int, living: I8, youngest: I2, children: I1, weights: F4x2
) -> tuple[OutI8, OutF4]:
    """Find the families who may have one more child this year: their rows (m,), and their weights (m,).

    Args:
        living: (n,) rows of families. youngest, children: whole columns, year of the last birth and number so
            far. weights: by years since the last birth and number so far (`sibling_weights`); beyond its end
            the last number counts.
    """
    n, gaps, most = 0, weights.shape[0], weights.shape[1] - 1
    rows, weight = np.empty(living.shape[0] + 1, np.int64), np.empty(living.shape[0] + 1, np.float32)
    for i in range(living.shape[0]):
        r = np.uintp(living[i])
        since = year - youngest[r]
        # No branch that a processor would have to guess.
        rows[np.uintp(n)] = living[i]
        gap, have = min(max(since, 0), gaps - 1), min(max(children[r], 0), most)
        weight[np.uintp(n)] = weights[np.uintp(gap), np.uintp(have)]
        n += (since > 0) & (since < gaps)
    return rows[:n], weight[:n]


class Young(NamedTuple):
    """Columns of a band of ages (n,): followed, living in the town, present; year of the first child, 0 for
    none; birth cohort; qualification."""

    followed: B
    resident: B
    present: B
    parent_since: I2
    cohort: I2
    qualification: I1


@compiled
def possible_parents(
    year: int, start: int, young: Young, weights: F4x2, youngest: int, degree: int
) -> tuple[OutI8, OutF4]:
    """Find those who grew up here, live here and have no child yet: their rows (m,), and their weights (m,).

    Args:
        start: row of the first of the band. weights: (2, ages) `first_birth_weight` without and with a
            degree, from age `youngest` on. degree: the qualification that is one.
    """
    followed, resident, present, parent_since, cohort, qualification = young
    n, size = 0, cohort.shape[0]
    rows, weight = np.empty(size + 1, np.int64), np.empty(size + 1, np.float32)
    for i in range(size):
        rows[np.uintp(n)] = start + i
        age = year - cohort[i] - youngest
        weight[np.uintp(n)] = weights[np.uintp(qualification[i] == degree), np.uintp(age)]
        n += followed[i] & resident[i] & present[i] & (parent_since[i] == 0)
    return rows[:n], weight[:n]


def best_scores(score: F, count: int) -> Rows:
    """Find the positions of the `count` largest scores, best first (count,).

    Raises:
        ValueError: there are fewer candidates than that.
    """
    if count > len(score):
        raise ValueError(f"{count} newborns but only {len(score)} eligible parents")
    if count == 0:
        return np.zeros(0, np.intp)
    below = -score
    chosen = np.argpartition(below, count - 1)[:count]
    best: Rows = chosen[stable_order(below[chosen])]
    return best


@inlined
def _seat(places: F4, guide: I8, point: np.float32) -> int:
    """Find the first of the ascending `places` that is not below a point, as np.searchsorted has it; past the
    last, the first."""
    n = places.shape[0]
    # All places before the guide's are below the point.
    s = int(guide[min(np.int64(np.float64(point) * n), n - 1)])
    while s < n and places[s] < point:
        s += 1
    return s if s < n else 0


@compiled
def _pair(order: I8, points: F4x2, places: F4, ring: I8) -> OutI8:
    """Seat candidates, best first: at the first free place of their keyed list, else at the next free one
    after its last. `places` ascend; `ring` (n,) are the newborns who sit at them."""
    n, rounds = places.shape[0], points.shape[0]
    taken, parents = np.full(n, -1, np.int64), np.empty(n, np.int64)
    # Where to start looking for a point: how many places lie below each of as many equal steps.
    guide, below = np.empty(n, np.int64), 0
    for step in range(n):
        while below < n and places[below] * n < step:
            below += 1
        guide[step] = below
    for i in range(n):
        s = 0
        for r in range(rounds):
            s = _seat(places, guide, points[r, i])
            if taken[s] < 0:
                break
        while taken[s] >= 0:
            s = s + 1 if s + 1 < n else 0
        taken[s] = order[i]
        parents[ring[s]] = order[i]
    return parents


def pair_newborns(chosen: Rows, points: F, places: F) -> Rows:
    """Find the parent of each newborn, given as many chosen parents as newborns.

    Newborns sit on a ring at keyed places of their own, and a parent takes the first newborn after one of its
    keyed points who is still free, best score first. So neither a newborn nor a candidate more or less moves
    the seats: it changes the parents of a few newborns and not of all that follow.

    Args:
        chosen: (n,) candidates, best score first.
        points: (R, n) keyed points of each of them, 0-1, in the order in which they are tried.
        places: (n,) keyed places of the newborns, 0-1.

    Returns:
        (n,) candidate of each newborn, in the order of `places`.
    """
    ring = stable_order(places)
    return _pair(chosen, points, places[ring], ring)
