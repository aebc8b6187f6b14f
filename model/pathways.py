"""Pathways: from a good start at 5, by the results at 11 and 16, to where the young go after 18.

Counted over people, so that whoever reads it can say what became of those who did not reach a stage.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.census import B, Census, People
from model.indicators import INDICATORS
from model.measures import WINTER
from model.rules import routes
from model.rules.rod import cut

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

_TOP, _OTHER, _APPRENTICE, _WORK, _NONE = range(len(DESTINATIONS))
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
    people = census.people(_COHORT)
    scores = [people[score] for score, _, _ in _STAGES]
    # Who came between two stages has a score that stands for what they brought, but none of the first.
    counted: B = people.counted & ~np.logical_or.reduce([np.isnan(score) for score in scores])
    path = people["disadvantaged_at_16"].astype(np.intp)
    for score, (_, series, age) in zip(scores, _STAGES, strict=True):
        standard = cut(people.town.national(series, year=people.town.year - _AGE + age))
        path = 2 * path + (score > np.float32(standard))
    path = len(DESTINATIONS) * path + _destination(people)
    return np.bincount(path[counted], minlength=np.prod(SHAPE)).astype(np.int32).reshape(SHAPE)


def _destination(people: People) -> NDArray[np.intp]:
    route, idle = people["route"], (people["neet_terms"] & WINTER) > 0
    where = np.where(route == routes.APPRENTICE, _APPRENTICE, _WORK)
    where = np.where(idle, _NONE, where)
    studies = np.where(people["he"] == 2, _TOP, _OTHER)
    result: NDArray[np.intp] = np.where(route == routes.UNIVERSITY, studies, where)
    return result
