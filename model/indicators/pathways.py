"""Pathways: from a good start at 5, by the results at 11 and 16, to where the young go after 18.

Counted over people, so that whoever reads it can say what became of those who did not reach a stage.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.compiled import F4, I1, U1, B, OutI4, Real, compiled
from model.indicators.census import Census
from model.indicators.of_people import WINTER
from model.indicators.registry import INDICATORS
from model.rules import routes
from model.rules.national_standard import cut

AXES: Final = ("disadvantaged", "good_level", "reading_writing_maths", "english_maths", "destination")
"""What the axes of a count of paths are, behind those of runs and years; all but the last are no, yes."""
DESTINATIONS: Final = (
    "higher education, top third",
    "higher education, other",
    "apprenticeship",
    "work or other learning",
    "not in education, employment or training",
)
"""Where they are the autumn after; the top third of providers is that by entry tariff. Who waits a year for a
place is counted by what they do meanwhile. What is not the rest is work or a course below level 4: the model
does not tell these two apart after 18."""
LAG: Final = 1
"""Years after which the destination of a year's leavers is known, so the last year lived has none."""
SHAPE: Final = (2, 2, 2, 2, len(DESTINATIONS))

_DESTINATIONS: Final = len(DESTINATIONS)
_TOP, _OTHER, _APPRENTICE, _WORK, _NONE = range(_DESTINATIONS)
_AGE: Final = 19
_STAGES: Final = (("eyfsp", "gld", 5), ("ks2", "ks2_rwm", 11), ("ks4", "em_grade4", 16))
"""Score, England's series that sets its standard, and age at each stage."""
_COHORT: Final = INDICATORS["ks5_he"].of


def paths(census: Census) -> NDArray[np.int32]:
    """Count how many of last year's leavers at 18 took each path, SHAPE by AXES.

    Of those who lived in the town at 16, wherever they live now, as in England's destination measures; by
    disadvantage as it was then. A stage is reached by the standard of its own year, or by the nearest that
    England published: a level of development before there was one is what that standard would have shown.
    English and maths are those of 16; what is caught up by 19 is not counted. Left out is who came after the
    first stage, for the town has no result of theirs.
    """
    people, england = census.people(_COHORT), census.town.national
    first, second, third = (people[score] for score, _, _ in _STAGES)
    cuts = [cut(england(series, year=census.town.year - _AGE + age)) for _, series, age in _STAGES]
    leavers = _Leavers(
        people.counted,
        people["disadvantaged_at_16"],
        first,
        second,
        third,
        people["route"],
        people["neet_terms"],
        people["he"],
    )
    numbers = _Numbers(cuts[0], cuts[1], cuts[2], routes.UNIVERSITY, routes.APPRENTICE, WINTER)
    return _walk(leavers, numbers, int(np.prod(SHAPE))).reshape(SHAPE)


class _Leavers(NamedTuple):
    """Columns of people (n,): whether they count, disadvantage at 16, scores at three stages (SD), route,
    terms NEET, higher education (2 in the top third)."""

    counted: B
    poor: B
    first: F4
    second: F4
    third: F4
    route: I1
    neet_terms: U1
    he: I1


class _Numbers(NamedTuple):
    """Standards at the three stages (SD), codes of two routes, bit of the winter term."""

    first: Real
    second: Real
    third: Real
    university: int
    apprentice: int
    winter: int


@compiled
def _walk(leavers: _Leavers, p: _Numbers, paths: int) -> OutI4:
    """Return how many of those counted took each path (paths,): poor or not, above the cut of each stage or
    not, destination."""
    counted, poor, first, second, third, route, neet_terms, he = leavers
    counts = np.zeros(paths, np.int32)
    for i in range(counted.shape[0]):
        # Who came between two stages has a score that stands for what they brought, but none of the first.
        if not counted[i] or first[i] != first[i] or second[i] != second[i] or third[i] != third[i]:
            continue
        if route[i] == p.university:
            destination = _TOP if he[i] == 2 else _OTHER
        elif neet_terms[i] & p.winter:
            destination = _NONE
        else:
            destination = _APPRENTICE if route[i] == p.apprentice else _WORK
        stages = (poor[i] * 2 + (first[i] > p.first)) * 4 + (second[i] > p.second) * 2
        counts[(stages + (third[i] > p.third)) * _DESTINATIONS + destination] += 1
    return counts
