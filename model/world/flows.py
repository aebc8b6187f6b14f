"""Births and arrivals by age and year: inputs of the town, never outcomes of a programme.

Births to 2017 are back-cast from the single ages of that year and net migration by age; later ones are the
place's series, or the scenario's. Arrivals keep net migration, given that a fixed share leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_COHORT, FIRST_YEAR, LAST_TAUGHT, LAST_YEAR


@dataclass(frozen=True)
class Flows:
    """Numbers of people, by birth cohort from 1980 and by year from 1998.

    `births[c - FIRST]`; `stock[a]` children aged a at the end of 1997 who are the town of 1998 (age as of
    1998); `arrivals[y - START, a]`; `expected[c - FIRST, a]` children of a cohort at age a.
    """

    births: NDArray[np.int64]
    stock: NDArray[np.int64]
    arrivals: NDArray[np.int64]
    expected: NDArray[np.float64]


def make_flows(
    ages_2017: NDArray[np.float64],
    net: NDArray[np.float64],
    later_births: Mapping[int, float],
    overrides: Mapping[int, float],
    out_rate: float,
    scale: float,
    migration: bool,
) -> Flows:
    """Work out the numbers that enter, for one town.

    Args:
        ages_2017: (20 or more,) residents aged 0, 1, ... in 2017.
        net: (19,) net migration a year at ages 0-18, as a share; the step from age a to a + 1.
        later_births: births of cohorts after 2017. overrides: births set by a scenario (any
            cohort from 1998).
        out_rate: share of children who leave in a year.
        scale: size of the town; migration: False stops all moves (then children stay as they were born).

    Raises:
        KeyError: a year's births are missing. ValueError: an age up to 19 is missing.
    """
    if len(ages_2017) < LAST_TAUGHT + 2:
        raise ValueError(
            f"residents of 2017 by age: {len(ages_2017)} ages, but 0 to {LAST_TAUGHT + 1} are needed"
        )
    survive = np.concatenate([[1.0], np.cumprod(1.0 + net[:LAST_TAUGHT])])
    births = np.zeros(LAST_YEAR - FIRST_COHORT + 1)
    for cohort in range(FIRST_COHORT, LAST_YEAR + 1):
        age = 2017 - cohort
        if cohort > 2017:
            births[cohort - FIRST_COHORT] = later_births[cohort]
        elif age < len(ages_2017):
            births[cohort - FIRST_COHORT] = ages_2017[age] / survive[min(age, LAST_TAUGHT)]
    births[: FIRST_YEAR - FIRST_COHORT] = births[FIRST_YEAR - FIRST_COHORT]
    for cohort, number in overrides.items():
        births[cohort - FIRST_COHORT] = number
    expected = births[:, None] * survive[None, :] * scale
    stock = np.array([expected[FIRST_YEAR - a - FIRST_COHORT, a] for a in range(LAST_TAUGHT + 1)])
    arrivals = np.zeros((LAST_YEAR - FIRST_YEAR + 1, LAST_TAUGHT + 1))
    for year in range(FIRST_YEAR + 1, LAST_YEAR + 1):
        for age in range(1, LAST_TAUGHT + 1):
            cohort = year - age
            if cohort < FIRST_COHORT:
                continue
            arrivals[year - FIRST_YEAR, age] = expected[cohort - FIRST_COHORT, age - 1] * (
                out_rate + net[age - 1]
            )
    if not migration:
        arrivals[:] = 0
    return Flows(
        births=np.rint(births * scale).astype(np.int64),
        stock=np.rint(stock).astype(np.int64),
        arrivals=_rounded(np.maximum(arrivals, 0)),
        expected=expected,
    )


def _rounded(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round to whole numbers whose running total over ages stays within a half of the true one, so that
    small towns lose nobody."""
    total = np.rint(np.cumsum(numbers, axis=1))
    return np.diff(total, axis=1, prepend=0).astype(np.int64)
