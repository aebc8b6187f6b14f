"""Numbers of a life in words, and what of a child's own differs between two worlds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.lives.facts import QUALIFICATIONS, ROUTE_WORDS, school_words
from model.state.gains import gain, with_gain

if TYPE_CHECKING:
    from experiments.lives.pair import Pair
    from model.town import Town

LEAST: Final = 0.005
LEVEL3: Final = ("ks4", "aspiration", "fsm_at_15", "level3")
HIGHER: Final = ("ks4", "aspiration", "fsm_at_15", "higher")
RISK: Final = ("ks4", "socio", "fsm_at_15", "ks4_school", "neet", "route")
WORK: Final = ("ks4", "qualification", "fsm_at_15", "neet_months")
PAY: Final = (*WORK, "encounters", "pay")
"""What of a young person's own enters each decision past 16, as the year's rules have it."""

_GIVEN: Final = {
    "level3": "help towards level 3",
    "higher": "help towards higher education",
    "neet": "help against being out of education and work",
    "pay": "help with pay",
}
_IN_SD: Final = {"ks4": "score at 16", "socio": "social and emotional skills", "aspiration": "aspiration"}
_OTHER: Final = {
    "fsm_at_15": "free meals in Year 11",
    "ks4_school": "school at 16",
    "route": "main activity",
    "qualification": "highest qualification",
    "neet_months": "months out of education and work",
    "encounters": "encounters with employers",
}


def sd(amount: float) -> str:
    """Return `+0.052 SD`."""
    return f"{amount:+.3f} SD"


def number(value: float) -> str:
    """Return a bare number with two digits behind the point."""
    return f"{value:.2f}"


def other_than(words: str, differing: Sequence[str]) -> str:
    """Return a reason with what of the child's own stood behind it."""
    if differing:
        return f"{words}; of the child's own: {', '.join(differing)}"
    return f"{words}; nothing of the child's own differed: it is what others took or left"


def inputs_that_differ(pair: "Pair", which: Sequence[str]) -> list[str]:
    """Return which of these inputs to a decision differ, and by how much in the second world against the
    first."""
    found, traces = [], False
    rows = pair.rows_of_both()
    for name in which:
        if name in _GIVEN:
            x, y = (float(gain(town, name, row)[0]) for town, row in zip(pair.towns, rows, strict=True))
            least, words = (
                LEAST / 10,
                f"{_GIVEN[name]} {y - x:+.3f} in {'the log' if name == 'pay' else 'log-odds'}",
            )
        elif name in _IN_SD:
            x, y = (_in_sd(town, name, row) for town, row in zip(pair.towns, rows, strict=True))
            least, words = LEAST, f"{_IN_SD[name]} {sd(y - x)}"
        else:
            x, y = pair.of(name)
            least = LEAST
            told = [_value_text(t, name, value) for t, value in zip(pair.towns, (x, y), strict=True)]
            words = f"{_OTHER[name]} {told[0]} and {told[1]}"
        traces |= x != y
        if abs(float(y) - float(x)) >= least:
            found.append(words)
    return found or (["traces only"] if traces else [])


def _in_sd(town: "Town", name: str, row: NDArray[np.intp]) -> float:
    return float((town.children.ks4[row] if name == "ks4" else with_gain(town, name, row))[0])


def _value_text(town: "Town", column: str, value: int) -> str:
    match column:
        case "ks4_school":
            return school_words(town, value)
        case "route":
            return ROUTE_WORDS[value]
        case "qualification":
            return QUALIFICATIONS[value]
        case "fsm_at_15":
            return "yes" if value else "no"
    return str(value)


def lowest(scores: NDArray[np.float32]) -> float:
    """Return the lowest of some scores; NaN where there is none."""
    return float(np.nanmin(scores)) if scores.size else float("nan")
