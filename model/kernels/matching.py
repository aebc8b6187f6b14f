"""Places go by deferred acceptance (Gale and Shapley 1962): applicants propose, a place goes to the highest
priority."""

import numpy as np

from model.compiled import F4, I4, F4x2, I4x2, OutF4, OutI4, OutI4x2, compiled, inlined


@inlined
def _sink(rank: OutF4, turn: OutI4, who: OutI4, base: int, i: int, size: int) -> None:
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


@compiled
def deferred_acceptance(preferences: I4x2, priority: F4x2, capacity: I4) -> OutI4:
    """Decide who gets which place.

    Args:
        preferences: (n, K) rows of places in order of preference; -1 for none.
        priority: (n, K) priority of the applicant at that place, or (n, 1) where it is the same at all; the
            highest wins. Ties go to whoever holds the place.
        capacity: (S,) places.

    Returns:
        (n,) place given, -1 for none. Stable: nobody prefers a place that would rather have them.
    """
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


@compiled
def applications(draws: F4x2, places: I4, score: F4, threshold: F4) -> OutI4x2:
    """Decide where people apply, (n, K): places drawn in proportion to their number, -1 where a score is
    under the threshold.

    Args:
        draws: (K, n) uniform. places: (S,) open places, not all 0.
        score: (n,) SD. threshold: (S,) lowest score that is taken.
    """
    wanted = np.empty((draws.shape[1], draws.shape[0]), np.int32)
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
    return wanted
