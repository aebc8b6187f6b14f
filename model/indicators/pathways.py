"""Pathways: from a good start at 5, by the results at 11 and 16, to where the young go after 18.

Counted over people, so that whoever reads it can say what became of those who did not reach a stage.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled
from model.indicators.census import B, Census, F
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
    """How many of last year's leavers at 18 took each path, SHAPE by AXES.

    Of those who lived in the town at 16, wherever they live now, as in England's destination measures; by
    disadvantage as it was then. A stage is reached by the standard of its own year, or by the nearest that
    England published: a level of development before there was one is what that standard would have shown.
    English and maths are those of 16; what is caught up by 19 is not counted. Left out is who came after the
    first stage, for the town has no result of theirs.
    """
    people, england = census.people(_COHORT), census.town.national
    first, second, third = (people[score] for score, _, _ in _STAGES)
    cuts = [cut(england(series, year=census.town.year - _AGE + age)) for _, series, age in _STAGES]
    counts = np.zeros(np.prod(SHAPE), np.int32)
    _walk(
        people.counted,
        people["disadvantaged_at_16"],
        first,
        second,
        third,
        people["route"],
        people["neet_terms"],
        people["he"],
        (np.float32(cuts[0]), np.float32(cuts[1]), np.float32(cuts[2])),
        routes.UNIVERSITY,
        routes.APPRENTICE,
        WINTER,
        counts,
    )
    return counts.reshape(SHAPE)


_B, _F, _I1, _U1 = (
    f'Array({kind}, 1, "C", readonly=True)' for kind in ("boolean", "float32", "int8", "uint8")
)


@compiled(
    f"void({_B}, {_B}, {_F}, {_F}, {_F}, {_I1}, {_U1}, {_I1}, UniTuple(float32, 3), int64, int64, int64,"
    " int32[::1])"
)
def _walk(
    counted: B,
    poor: B,
    first: F,
    second: F,
    third: F,
    route: NDArray[np.int8],
    neet_terms: NDArray[np.uint8],
    he: NDArray[np.int8],
    cuts: tuple[np.float32, np.float32, np.float32],
    university: int,
    apprentice: int,
    winter: int,
    counts: NDArray[np.int32],
) -> None:
    """Adds each of those counted (n,) to the path taken, one of `counts` (paths,): poor or not, above the cut
    of each stage or not, destination."""
    for i in range(counted.shape[0]):
        # Who came between two stages has a score that stands for what they brought, but none of the first.
        if not counted[i] or first[i] != first[i] or second[i] != second[i] or third[i] != third[i]:
            continue
        if route[i] == university:
            destination = _TOP if he[i] == 2 else _OTHER
        elif neet_terms[i] & winter:
            destination = _NONE
        else:
            destination = _APPRENTICE if route[i] == apprentice else _WORK
        stages = (poor[i] * 2 + (first[i] > cuts[0])) * 4 + (second[i] > cuts[1]) * 2
        counts[(stages + (third[i] > cuts[2])) * _DESTINATIONS + destination] += 1
