"""Many doses on one child: what they add up to in one state and one year."""

import numpy as np

from model.compiled import F4, I8, OutF4, Real, compiled


@compiled
def stack(rows: I8, weights: F4, cap: Real, doses: OutF4) -> None:
    """Write what each of several doses counts for in place of what was asked for.

    Args:
        rows: (n,) the child of each dose. doses: (n,) in one state and one year, in the order of programmes;
            0 for none.
        weights: (W,) what counts of a child's largest in size, of the next, ...; the last for all further
            ones. Of two as large the first comes first.
        cap: most that they add up to, in either direction, unless the largest alone is more; inf for none.

    One dose alone counts in full where the first weight is 1.
    """
    n = rows.shape[0]
    if n == 0:
        return
    low = rows.min()
    size = rows.max() + 1 - low
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
