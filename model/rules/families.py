"""Births and moves: who becomes a parent, which families come and go."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled, inlined

F = NDArray[np.float32]
I8 = NDArray[np.int64]
B = NDArray[np.bool_]


def sibling_weight(
    years_since: NDArray[np.int16], children: NDArray[np.int8], spacing: F, by_children: F
) -> F:
    """Log weight of a family for one more child (n,): by years since the last and by children so far."""
    gap = np.clip(years_since, 0, len(spacing) - 1)
    have = np.clip(children, 0, len(by_children) - 1)
    weight: F = _log_weights(spacing, by_children)[gap, have]
    return weight


def _log_weights(spacing: F, by_children: F) -> F:
    by_gap, by_have = (np.log(np.maximum(table, 1e-9)) for table in (spacing, by_children))
    table: F = (by_gap[:, None] + by_have[None, :]).astype(np.float32)
    return table


def first_birth_weight(
    age: NDArray[np.int16], degree: NDArray[np.bool_], mean_degree: float, mean_other: float, sd: float
) -> F:
    """Log weight of a young person for a first child (n,): a bell about the mean age at first birth."""
    mean = np.where(degree, np.float32(mean_degree), np.float32(mean_other))
    return (-0.5 * ((age.astype(np.float32) - mean) / np.float32(sd)) ** 2).astype(np.float32)


_I8 = 'Array(int64, 1, "C", readonly=True)'
_I1, _I2, _B, _F2 = (
    f'Array({kind}, {d}, "C", readonly=True)'
    for kind, d in (("int8", 1), ("int16", 1), ("boolean", 1), ("float32", 2))
)


@compiled(f"int64(int64, {_I8}, {_I2}, {_I1}, {_F2}, intp[::1], float32[::1])")
def _another(
    year: int,
    living: I8,
    youngest: NDArray[np.int16],
    children: NDArray[np.int8],
    weights: F,
    rows: I8,
    weight: F,
) -> int:
    n, gaps, most = 0, weights.shape[0], weights.shape[1] - 1
    for i in range(living.shape[0]):
        r = np.uintp(living[i])
        since = year - youngest[r]
        # No branch that a processor would have to guess.
        rows[np.uintp(n)] = living[i]
        weight[np.uintp(n)] = weights[
            np.uintp(min(max(since, 0), gaps - 1)), np.uintp(min(max(children[r], 0), most))
        ]
        n += (since > 0) & (since < gaps)
    return n


def families_with_another(
    year: int,
    living: I8,
    youngest: NDArray[np.int16],
    children: NDArray[np.int8],
    spacing: F,
    by_children: F,
) -> tuple[I8, F]:
    """Rows of the families who may have one more child this year, (m,), and their `sibling_weight`, (m,).

    Args:
        living: (n,) rows of families. youngest, children: whole columns, year of the last birth and number so
            far. spacing, by_children: shares by years since the last birth, and by number so far.
    """
    table = _log_weights(spacing, by_children)
    rows, weight = np.empty(len(living) + 1, np.intp), np.empty(len(living) + 1, np.float32)
    count = _another(year, living, youngest, children, table, rows, weight)
    return rows[:count], weight[:count]


@compiled(
    f"int64(int64, int64, {_B}, {_B}, {_B}, {_I2}, {_I2}, {_I1}, {_F2}, int64, int64, intp[::1],"
    " float32[::1])"
)
def _first(
    year: int,
    start: int,
    followed: B,
    resident: B,
    present: B,
    parent_since: NDArray[np.int16],
    cohort: NDArray[np.int16],
    qualification: NDArray[np.int8],
    weights: F,
    youngest: int,
    degree: int,
    rows: I8,
    weight: F,
) -> int:
    n = 0
    for i in range(followed.shape[0]):
        rows[np.uintp(n)] = start + i
        weight[np.uintp(n)] = weights[
            np.uintp(qualification[i] == degree), np.uintp(year - cohort[i] - youngest)
        ]
        n += followed[i] & resident[i] & present[i] & (parent_since[i] == 0)
    return n


def possible_parents(
    year: int,
    band: slice,
    ages: tuple[int, int],
    followed: B,
    resident: B,
    present: B,
    parent_since: NDArray[np.int16],
    cohort: NDArray[np.int16],
    qualification: NDArray[np.int8],
    *,
    degree: int,
    mean_degree: float,
    mean_other: float,
    sd: float,
) -> tuple[I8, F]:
    """Rows of those of a band of ages who grew up here, live here and have no child yet, (m,), and their
    `first_birth_weight`, (m,).

    Args:
        band: rows of people of `ages`, the first and the last. followed, resident, present, parent_since,
            cohort, qualification: whole columns; parents since year 0 have no child. degree: the
            qualification that is one.
    """
    first, last = ages
    age = np.arange(first, last + 1, dtype=np.int16)
    table = np.stack(
        [
            first_birth_weight(age, np.full(len(age), has), mean_degree, mean_other, sd)
            for has in (False, True)
        ]
    )
    size = band.stop - band.start
    rows, weight = np.empty(size + 1, np.intp), np.empty(size + 1, np.float32)
    count = _first(
        year,
        band.start,
        followed[band],
        resident[band],
        present[band],
        parent_since[band],
        cohort[band],
        qualification[band],
        table,
        first,
        degree,
        rows,
        weight,
    )
    return rows[:count], weight[:count]


_BITS, _DIGITS = 8, 256
"""A number is sorted by so many of its bits at a time, which have so many values."""
_POINTS = 'Array(float32, 2, "A", readonly=True)'
_PLACES = 'Array(float32, 1, "C", readonly=True)'


@inlined
def _seat(places: F, guide: I8, point: np.float32) -> int:
    """First of the ascending `places` that is not below a point, as np.searchsorted has it; past the last,
    the first."""
    n = places.shape[0]
    # All places before the guide's are below the point.
    s = int(guide[min(np.int64(np.float64(point) * n), n - 1)])
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


@compiled(f"void({_PLACES}, boolean, int64[::1])")
def _order(values: F, largest_first: bool, order: I8) -> None:
    n = values.shape[0]
    keys, spare = np.empty((2, n), np.uint32)
    other = np.empty(n, np.int64)
    for i in range(n):
        # Bits of a real number as a whole number that rises with it; adding 0 makes one of both zeros.
        word = np.float32(values[i] + np.float32(0)).view(np.uint32)
        rising = word ^ (np.uint32(0xFFFFFFFF) if word >> np.uint32(31) else np.uint32(0x80000000))
        keys[i], order[i] = ~rising if largest_first else rising, i
    ends = np.empty(_DIGITS, np.int64)
    for shift in range(0, 32, _BITS):
        by = np.uint32(shift)
        ends[:] = 0
        for i in range(n):
            ends[np.uintp(keys[i] >> by & np.uint32(_DIGITS - 1))] += 1
        before = 0
        for d in range(_DIGITS):
            count = ends[d]
            ends[d] = before
            before += count
        for i in range(n):
            digit = np.uintp(keys[i] >> by & np.uint32(_DIGITS - 1))
            to = np.uintp(ends[digit])
            ends[digit] += 1
            spare[to], other[to] = keys[i], order[i]
        for i in range(n):
            keys[i], order[i] = spare[i], other[i]


def stable_order(values: F, largest_first: bool = False) -> I8:
    """Positions of (n,) numbers from the smallest, or from the largest; of equals the earlier first."""
    order = np.empty(len(values), np.int64)
    _order(values, largest_first, order)
    return order


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
    best: I8 = chosen[stable_order(score[chosen], largest_first=True)]
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
    ring = stable_order(places)
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
