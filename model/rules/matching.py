"""Places go by deferred acceptance (Gale and Shapley 1962): applicants propose, a place goes to the highest priority."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]


@compiled("int32[::1](int32[:,::1], float32[:,::1], int32[::1])")
def _defer(preferences: I4, priority: F, capacity: I4) -> I4:
    applicants, choices = preferences.shape
    schools = capacity.size
    start = np.zeros(schools + 1, np.int64)
    for s in range(schools):
        start[s + 1] = start[s] + capacity[s]
    held = np.full(start[schools], -1, np.int32)
    held_priority = np.zeros(start[schools], np.float32)
    filled = np.zeros(schools, np.int32)
    asked = np.zeros(applicants, np.int32)
    result = np.full(applicants, -1, np.int32)
    stack = np.arange(applicants).astype(np.int32)
    top = applicants
    while top > 0:
        top -= 1
        a = stack[top]
        if asked[a] >= choices:
            continue
        c = asked[a]
        asked[a] += 1
        s = preferences[a, c]
        if s < 0 or capacity[s] == 0:
            stack[top] = a
            top += 1
            continue
        rank = priority[a, c]
        n = filled[s]
        base = start[s]
        if n == capacity[s] and rank <= held_priority[base + n - 1]:
            stack[top] = a
            top += 1
            continue
        if n == capacity[s]:
            out = held[base + n - 1]
            result[out] = -1
            stack[top] = out
            top += 1
            n -= 1
        else:
            filled[s] += 1
        i = base + n
        while i > base and held_priority[i - 1] < rank:
            held_priority[i] = held_priority[i - 1]
            held[i] = held[i - 1]
            i -= 1
        held_priority[i] = rank
        held[i] = a
        result[a] = s
    return result


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
    """Columns of `utility` (n, K) from best to worst in each row (n, K); ties keep their order. Meant for small K."""
    return _order(np.ascontiguousarray(utility, dtype=np.float32))


def deferred_acceptance(preferences: I4, priority: F, capacity: I4) -> I4:
    """Who gets which place.

    Args:
        preferences: (n, K) rows of places in order of preference; -1 for none.
        priority: (n, K) priority of the applicant at that place; the highest wins. Ties go to whoever holds the place.
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
