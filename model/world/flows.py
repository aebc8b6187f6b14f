"""Births and arrivals by age and year: inputs of the town, never outcomes of a programme.

A cohort starts with its births, and has in 2017 the residents counted then. Between them it follows net
migration by age; what that leaves unexplained is moves before school, where most families move.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_AT_SCHOOL, FIRST_COHORT, FIRST_YEAR, LAST_TAUGHT, LAST_YEAR

D = NDArray[np.float64]

COUNTED_IN: Final = 2017
"""The year in whose middle residents of each age were counted."""
_OLDEST_PUPILS: Final = slice(15, 18)
"""Ages at which residents are still pupils: they stand for cohorts counted when older."""


@dataclass(frozen=True)
class Flows:
    """Numbers of people, by birth cohort from 1980 and by year from 1998.

    `births[c - FIRST]`; `stock[a]` children aged a at the end of 1997 who are the town of 1998 (age as of
    1998); `arrivals[y - START, a]`; `expected[c - FIRST, a]` children of a cohort at age a; `out_rate` the
    share of families that leave in a year; `students` residents aged 18 in 2017 who came to study, scale 1.
    """

    births: NDArray[np.int64]
    stock: NDArray[np.int64]
    arrivals: NDArray[np.int64]
    expected: D
    out_rate: float
    students: float


def make_flows(
    ages_2017: D,
    births: D,
    net: D,
    overrides: Mapping[int, float],
    out_rate: float,
    students_from: float,
    scale: float,
    migration: bool,
) -> Flows:
    """Work out the numbers that enter, for one town.

    Args:
        ages_2017: (19 or more,) residents aged 0, 1, ... in 2017.
        births: (69,) births of the cohorts 1980 to 2048.
        net: (18,) net migration a year, as a share; the step from age a to a + 1.
        overrides: births set by a scenario, by cohort; a cohort keeps its moves, as shares.
        out_rate: share of families that leave in a year; more where a town loses more children than that.
        students_from: residents of 18 beyond this ratio to what the pupils of 15 to 17 lead one to expect
            are students who came, no children of the town.
        scale: size of the town; migration: False stops all moves (then children stay as they were born).

    Raises:
        ValueError: an age up to 18, a cohort, or a step between ages is missing.
    """
    for given, needed, what in (
        (ages_2017, LAST_TAUGHT + 1, "residents of 2017 by age"),
        (births, LAST_YEAR - FIRST_COHORT + 1, "births by cohort"),
        (net, LAST_TAUGHT, "net migration by age"),
    ):
        if len(given) < needed:
            raise ValueError(f"{what}: {len(given)} numbers, but {needed} are needed")
    born = births.astype(np.float64)
    survive = np.concatenate([[1.0], np.cumprod(1.0 + net[:LAST_TAUGHT])])
    ratio, students = _unexplained(ages_2017, born, survive, students_from)
    # The cohort of 2017 enters as it was counted.
    born[COUNTED_IN - FIRST_COHORT] = ages_2017[0]
    for cohort, number in overrides.items():
        born[cohort - FIRST_COHORT] = number
    # The cohort aged a in 2017 has a years, at most five, in which its unexplained moves happen.
    age = np.clip(COUNTED_IN - np.arange(FIRST_COHORT, LAST_YEAR + 1), 1, FIRST_AT_SCHOOL)
    passed = np.minimum(np.arange(LAST_TAUGHT + 1)[None, :] / age[:, None], 1.0)
    expected = born[:, None] * survive[None, :] * ratio[:, None] ** passed * scale
    stock = np.array([expected[FIRST_YEAR - a - FIRST_COHORT, a] for a in range(LAST_TAUGHT + 1)])
    leave = max(out_rate, float(1 - (expected[:, 1:] / expected[:, :-1]).min()))
    arriving = np.maximum(expected[:, 1:] - (1 - leave) * expected[:, :-1], 0) * migration
    return Flows(
        births=np.rint(born * scale).astype(np.int64),
        stock=np.rint(stock).astype(np.int64),
        arrivals=_by_year(arriving),
        expected=expected,
        out_rate=leave,
        students=students,
    )


def _unexplained(ages_2017: D, born: D, survive: D, students_from: float) -> tuple[D, float]:
    """Return residents of 2017 over births and net migration, by cohort (69,), and how many aged 18 are
    students who came. Cohorts older than 18 are taken as those of 15 to 17 are, later ones as expected."""
    age = np.arange(LAST_TAUGHT + 1)
    counted = ages_2017[: LAST_TAUGHT + 1] / (born[COUNTED_IN - FIRST_COHORT - age] * survive)
    pupils = float(counted[_OLDEST_PUPILS].mean())
    own = min(float(counted[LAST_TAUGHT]), students_from * pupils)
    students = float(ages_2017[LAST_TAUGHT]) * (1 - own / float(counted[LAST_TAUGHT]))
    ratio = np.ones(len(born))
    ratio[COUNTED_IN - FIRST_COHORT - age] = counted
    ratio[COUNTED_IN - FIRST_COHORT - LAST_TAUGHT] = own
    ratio[: COUNTED_IN - FIRST_COHORT - LAST_TAUGHT] = pupils
    ratio[COUNTED_IN - FIRST_COHORT] = 1.0
    return ratio, students


def _by_year(arriving: D) -> NDArray[np.int64]:
    """Return arrivals by year and age in whole numbers, from those of cohorts at ages 1 to 18, (69, 18).

    A cohort's running total stays within a half of the true one, so that small towns lose nobody, and one
    child more in a cohort moves no other cohort's arrivals.
    """
    cohort = np.arange(FIRST_COHORT, LAST_YEAR + 1)[:, None]
    year = cohort + np.arange(1, LAST_TAUGHT + 1)[None, :]
    lived = (year > FIRST_YEAR) & (year <= LAST_YEAR)
    whole = np.diff(np.rint(np.cumsum(np.where(lived, arriving, 0), axis=1)), axis=1, prepend=0)
    found = np.zeros((LAST_YEAR - FIRST_YEAR + 1, LAST_TAUGHT + 1), np.int64)
    row, column = np.nonzero(lived)
    found[year[row, column] - FIRST_YEAR, column + 1] = whole[row, column]
    return found
