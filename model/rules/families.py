"""Births and moves: who becomes a parent, which families come and go."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
I8 = NDArray[np.int64]


def sibling_weight(
    years_since: NDArray[np.int16], children: NDArray[np.int8], spacing: F, by_children: F
) -> F:
    """Log weight of a family for one more child (n,): by years since the last and by children so far."""
    gap = np.clip(years_since, 0, len(spacing) - 1)
    have = np.clip(children, 0, len(by_children) - 1)
    by_gap, by_have = (np.log(np.maximum(table, 1e-9)) for table in (spacing, by_children))
    weight: F = (by_gap[:, None] + by_have[None, :]).astype(np.float32)[gap, have]
    return weight


def first_birth_weight(
    age: NDArray[np.int16], degree: NDArray[np.bool_], mean_degree: float, mean_other: float, sd: float
) -> F:
    """Log weight of a young person for a first child (n,): a bell about the mean age at first birth."""
    mean = np.where(degree, np.float32(mean_degree), np.float32(mean_other))
    return (-0.5 * ((age.astype(np.float32) - mean) / np.float32(sd)) ** 2).astype(np.float32)


_I8 = 'Array(int64, 1, "C", readonly=True)'
_POINTS = 'Array(float32, 2, "A", readonly=True)'
_PLACES = 'Array(float32, 1, "C", readonly=True)'


@compiled()
def _seat(places: F, guide: I8, point: np.float32) -> int:
    """First of the ascending `places` that is not below a point, as np.searchsorted has it; past the last,
    the first."""
    n = places.shape[0]
    s = int(guide[min(np.int64(np.float64(point) * n), n - 1)])
    while s > 0 and places[s - 1] >= point:
        s -= 1
    while s < n and places[s] < point:
        s += 1
    return s if s < n else 0


@compiled(f"void({_I8}, {_POINTS}, {_PLACES}, int64[::1])")
def _pair(order: I8, points: F, places: F, taken: I8) -> None:
    """Seat candidates, best first: at the first free place of their keyed list, else at the next free one
    after its last. `places` ascend; `taken` (n,), by place, comes filled with -1."""
    n, rounds = places.shape[0], points.shape[1]
    # Where to start looking for a point: how many places lie below each of as many equal steps.
    guide, below = np.empty(n, np.int64), 0
    for step in range(n):
        while below < n and places[below] * n < step:
            below += 1
        guide[step] = below
    for i in range(n):
        s = 0
        for r in range(rounds):
            s = _seat(places, guide, points[i, r])
            if taken[s] < 0:
                break
        while taken[s] >= 0:
            s = s + 1 if s + 1 < n else 0
        taken[s] = order[i]


def best_scores(score: F, count: int) -> I8:
    """Positions of the `count` largest scores, best first (count,).

    Raises:
        ValueError: there are fewer candidates than that.
    """
    if count > len(score):
        raise ValueError(f"{count} newborns but only {len(score)} eligible parents")
    if count == 0:
        return np.zeros(0, np.int64)
    chosen = np.argpartition(-score, count - 1)[:count]
    best: I8 = chosen[np.argsort(-score[chosen], kind="stable")].astype(np.int64)
    return best


def pair_newborns(chosen: I8, points: NDArray[np.float32], places: NDArray[np.float32]) -> I8:
    """Parent of each newborn, given as many chosen parents as newborns.

    Newborns sit on a ring at keyed places of their own, and a parent takes the first newborn after one of its
    keyed points who is still free, best score first. So neither a newborn nor a candidate more or less moves
    the seats: it changes the parents of a few newborns and not of all that follow.

    Args:
        chosen: (n,) candidates, best score first.
        points: (n, R) keyed points of each of them, 0-1, in the order in which they are tried.
        places: (n,) keyed places of the newborns, 0-1.

    Returns:
        (n,) candidate of each newborn, in the order of `places`.
    """
    ring = np.argsort(places, kind="stable")
    taken = np.full(len(places), -1, np.int64)
    _pair(chosen, points, places[ring], taken)
    parents = np.empty_like(taken)
    parents[ring] = taken
    return parents


def moving_out(
    need: F,
    private_rent: F,
    base: float,
    per_need: float,
    per_rent: float,
    share_need: float,
    share_rent: float,
) -> F:
    """Chance that a family leaves the town this year (n,), more for the poor and the privately renting.

    Args:
        need, private_rent: (n,) 1 or 0.
        base: mean chance over the town.
        per_need, per_rent: log ratios of the chance.
        share_need, share_rent: the town's shares, taken as independent, for which the mean chance is `base`.
    """
    mean = (1 + share_need * (np.exp(per_need) - 1)) * (1 + share_rent * (np.exp(per_rent) - 1))
    result: F = (base / mean * np.exp(per_need * need + per_rent * private_rent)).astype(np.float32)
    return result
