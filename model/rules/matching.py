"""Places go by deferred acceptance (Gale and Shapley 1962): applicants propose, a place goes to the highest
priority."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled, inlined

F = NDArray[np.float32]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]


@inlined
def _sink(rank: F, turn: I4, who: I4, base: int, i: int, size: int) -> None:
    """Let entry `i` of the heap of `size` from `base` sink to its place: whoever loses a place first is on
    top."""
    while 2 * i + 1 < size:
        child = 2 * i + 1
        a = base + child
        if child + 1 < size and (rank[a + 1] < rank[a] or (rank[a + 1] == rank[a] and turn[a + 1] > turn[a])):
            child, a = child + 1, a + 1
        b = base + i
        if rank[b] < rank[a] or (rank[b] == rank[a] and turn[b] > turn[a]):
            break
        rank[a], rank[b] = rank[b], rank[a]
        turn[a], turn[b] = turn[b], turn[a]
        who[a], who[b] = who[b], who[a]
        i = child


_I4_2, _F_2 = (f'Array({kind}, 2, "C", readonly=True)' for kind in ("int32", "float32"))
_I4_1, _F_1, _D_1 = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("int32", "float32", "float64"))


@compiled(f"int32[::1]({_I4_2}, {_F_2}, {_I4_1})")
def _defer(preferences: I4, priority: F, capacity: I4) -> I4:
    applicants, choices = preferences.shape
    by_place = priority.shape[1] > 1
    schools = capacity.size
    start = np.zeros(schools + 1, np.int64)
    for s in range(schools):
        start[s + 1] = start[s] + capacity[s]
    # Who holds a place, with what priority, and whose turn it was: a heap from when a school is full.
    who = np.full(start[schools], -1, np.int32)
    rank = np.zeros(start[schools], np.float32)
    turn = np.zeros(start[schools], np.int32)
    filled = np.zeros(schools, np.int32)
    heaped = np.zeros(schools, np.bool_)
    asked = np.zeros(applicants, np.int32)
    result = np.full(applicants, -1, np.int32)
    now = 0
    # The last of the list proposes first, and goes on until a school holds it; then whoever lost that place.
    for first in range(applicants - 1, -1, -1):
        a = np.int32(first)
        while a >= 0 and asked[a] < choices:
            c = asked[a]
            asked[a] += 1
            s = preferences[a, c]
            if s < 0 or capacity[s] == 0:
                continue
            base, mine = start[s], priority[a, c if by_place else 0]
            now += 1
            if filled[s] < capacity[s]:
                i = base + filled[s]
                who[i], rank[i], turn[i], result[a] = a, mine, now, s
                filled[s] += 1
                break
            if not heaped[s]:
                heaped[s] = True
                for i in range(capacity[s] // 2 - 1, -1, -1):
                    _sink(rank, turn, who, base, i, capacity[s])
            if mine <= rank[base]:
                continue
            out = who[base]
            who[base], rank[base], turn[base], result[a], result[out] = a, mine, now, s, -1
            _sink(rank, turn, who, base, 0, capacity[s])
            a = out
    return result


@compiled(f"void({_F_2}, {_I4_1}, {_F_1}, {_F_1}, int32[:,::1])")
def _apply(draws: F, places: I4, score: F, threshold: F, wanted: I4) -> None:
    last = places.size - 1
    bounds, total = np.empty(places.size), 0.0
    for s in range(places.size):
        total += places[s]
        bounds[s] = total
    # Where to start looking: nobody's place lies before the one of the next lower of as many equal steps.
    guide, s = np.empty(places.size, np.int64), 0
    for step in range(places.size):
        at = step / places.size * bounds[last] * (1 - 1e-9)
        while s < last and bounds[s] <= at:
            s += 1
        guide[step] = s
    for k in range(draws.shape[0]):
        for a in range(draws.shape[1]):
            at = np.float64(draws[k, a]) * bounds[last]
            s = guide[np.int64(np.float64(draws[k, a]) * guide.size)]
            while s < last and bounds[s] <= at:
                s += 1
            wanted[a, k] = s if score[a] >= threshold[s] else -1


def applications(draws: F, places: I4, score: F, threshold: F) -> I4:
    """Where people apply, (n, K): places drawn in proportion to their number, -1 where a score is under the
    threshold.

    Args:
        draws: (K, n) uniform. places: (S,) open places, not all 0.
        score: (n,) SD. threshold: (S,) lowest score that is taken.
    """
    wanted = np.empty(draws.shape[::-1], np.int32)
    _apply(draws, places, score, threshold, wanted)
    return wanted


@compiled("int64[:,::1](float32[:,::1])")
def _order(utility: F) -> I8:
    applicants, choices = utility.shape
    order = np.empty((applicants, choices), np.int64)
    for a in range(applicants):
        for c in range(choices):
            value = utility[a, c]
            i = c
            while i > 0 and utility[a, order[a, i - 1]] < value:
                order[a, i] = order[a, i - 1]
                i -= 1
            order[a, i] = c
    return order


def preference_order(utility: F) -> I8:
    """Columns of `utility` (n, K) from best to worst in each row (n, K); ties keep their order. Meant for
    small K."""
    return _order(np.ascontiguousarray(utility, dtype=np.float32))


def deferred_acceptance(preferences: I4, priority: F, capacity: I4) -> I4:
    """Who gets which place.

    Args:
        preferences: (n, K) rows of places in order of preference; -1 for none.
        priority: (n, K) priority of the applicant at that place, or (n, 1) where it is the same at all; the
            highest wins. Ties go to whoever holds the place.
        capacity: (S,) places.

    Returns:
        (n,) place given, -1 for none. Stable: nobody prefers a place that would rather have them.
    """
    if preferences.size == 0:
        return np.full(len(preferences), -1, np.int32)
    return _defer(
        np.ascontiguousarray(preferences, dtype=np.int32),
        np.ascontiguousarray(priority, dtype=np.float32),
        np.ascontiguousarray(capacity, dtype=np.int32),
    )
