"""Net migration of children by single age: three figures of the place, and the shape that its ages show.

The figures say how many more or fewer children a group of ages has after a year. Within a group, moves are
not even: boarders come at 11 and 13, families move before children start at school. Single ages counted
after 2017 show it; they are later facts used as structure, and none after 2020 is read.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calendar import LAST_TAUGHT

D = NDArray[np.float64]

GROUPS: Final = {"net_migration_0_4": (0, 5), "net_migration_5_10": (5, 11), "net_migration_11_15": (11, 18)}
"""Figures of net migration, and the steps from age a to a + 1 that each stands for: from, to below."""
COUNTED: Final = (2017, 2020)
"""First and last year whose single ages are read."""
_STEPS: Final = LAST_TAUGHT
_WEIGHTS: Final = {5: (1, 2, 3, 3, 3), 6: (1, 2, 3, 3, 3, 3), 7: (1, 2, 3, 3, 2, 1, 0)}
"""How often a step is among the three years from 2017 to 2020 of its group, by the group's steps: the figure
is the mean with these weights. The last step of all, 17 to 18, is none of families but of students."""


def net_migration(figures: Mapping[str, float], ages: Mapping[int, D], spread: float, out_rate: float) -> D:
    """Work out net migration at each step from age a to a + 1, (18,), share a year.

    Args:
        figures: by the names of GROUPS, % of children a year.
        ages: residents by single age from 0, by year; years outside COUNTED are left out, and without a
            second year the steps of a group are equal.
        spread: SD of steps about the mean of their group, log a year. out_rate: share of children who leave
            in a year; about as many come, and both are chance.
    """
    net = np.zeros(_STEPS)
    for name, (low, high) in GROUPS.items():
        net[low:high] = np.log1p(figures[name] / 100)
    result: D = np.expm1(net + _departures(ages, spread, out_rate))
    return result


def _departures(ages: Mapping[int, D], spread: float, out_rate: float) -> D:
    """Estimate how far each step lies from the mean of its group, (18,), log a year: the mean of a normal
    posterior, given the growth of cohorts between two counts, which holds the chance of those who move."""
    years = sorted(year for year in ages if COUNTED[0] <= year <= COUNTED[1])
    passed, grown, weight = [], [], []
    for before, after in pairwise(years):
        span = after - before
        for age in range(_STEPS - span):
            there, later = ages[before][age], ages[after][age + span]
            if there > 0 and later > 0:
                passed.append([float(age <= step < age + span) for step in range(_STEPS)])
                grown.append(np.log(later / there))
                weight.append(there / (2 * out_rate * span))
    apart = np.zeros(_STEPS)
    if not passed:
        return apart
    groups = np.zeros((_STEPS, len(GROUPS)))
    for column, (low, high) in enumerate(GROUPS.values()):
        groups[low:high, column] = 1
    x = np.array(passed) @ np.hstack([groups, np.eye(_STEPS)])
    known = np.array(weight)[:, None] * x
    certain = np.concatenate([np.full(len(GROUPS), 1e-6), np.full(_STEPS, spread**-2)])
    apart = np.linalg.solve(x.T @ known + np.diag(certain), known.T @ np.array(grown))[len(GROUPS) :]
    for low, high in GROUPS.values():
        apart[low:high] -= np.average(apart[low:high], weights=_WEIGHTS[high - low])
    apart[-1] = 0
    return apart
