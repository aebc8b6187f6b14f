"""What a trial measures in a town, with the error of the measure, on whom."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.trials.cases import OLDEST, Group, Measure
from model.chance.luck import Decision, decision
from model.rules import growth
from model.rules.households import within_six_years
from model.rules.national_standard import observed_score
from model.state.gains import any_skill, skill_gain, with_gain
from model.town import Town

D = NDArray[np.float64]
U4 = NDArray[np.uint32]
B = NDArray[np.bool_]
Rows = NDArray[np.intp]

BEFORE: Final = decision("trial.error_of_the_measure_before")
AFTER: Final = decision("trial.error_of_the_measure")
_MEASURES: Final[tuple[Measure, ...]] = ("literacy", "numeracy", "attainment", "absence")
"""Each has errors of its own: a measure's place here sets its draws apart."""


def behind(town: Town, measure: Measure, rows: Rows) -> D:
    """Return what lies behind a measure (n,): SD of skill in England, or % of sessions missed."""
    c, k = town.children, np.float32(town.world.growth.k)
    match measure:
        case "absence":
            value = c.absence[rows]
        case "attainment":
            value = growth.composite(c.theta[rows], c.literacy[rows], c.numeracy[rows], float(k))
            value = value + skill_gain(town, rows) if any_skill(town) else value
        case _:
            value = k * c.theta[rows] + with_gain(town, measure, rows)
    result: D = np.asarray(value, np.float64)
    return result


def score(town: Town, measure: Measure, rows: Rows, error: Decision, reliability: float) -> D:
    """Return what a measure reads (n,): SD of England's scores, or % of sessions missed, which registers
    count without error."""
    value = behind(town, measure, rows)
    if measure == "absence":
        return value
    draw = town.luck.normal(error, town.year, town.children.id[rows], _MEASURES.index(measure))
    return observed_score(value.astype(np.float32), draw, reliability).astype(np.float64)


def in_group(town: Town, group: Group, rows: Rows) -> B:
    """Return who belongs to a group this year (n,)."""
    c = town.children
    if group == "all":
        return np.ones(len(rows), np.bool_)
    meals: B = c.fsm[rows] if group == "fsm" else within_six_years(c.fsm_history[rows])
    return ~meals if group == "others" else meals.copy()


def present(town: Town) -> Rows:
    """Return the rows of all children in the town, in the order of their ids."""
    band = town.band(0, OLDEST)
    rows = band.start + np.flatnonzero(town.children.present[band])
    ordered: Rows = rows[np.argsort(town.children.id[rows])]
    return ordered


def rows_of(town: Town, ids: U4) -> Rows:
    """Return the rows of children by id (n,), -1 for whoever is not in the town."""
    rows = present(town)
    there = town.children.id[rows]
    at = np.minimum(np.searchsorted(there, ids), len(rows) - 1)
    found: Rows = np.where(there[at] == ids, rows[at], -1)
    return found
