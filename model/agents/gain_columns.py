"""Columns of a child for what programmes gave it: four parts of each state that programmes move.

A dose leaves a lasting part, a slow and a fast one that fade, and a passing one that ends with the year
(see :mod:`model.rules.persistence`). Gains lie beside a child's own state and never in it: the state returns
to its target at a speed that says nothing about how long an effect lasts.
"""

from typing import Final

import numpy as np

from model.columns.column import Column
from model.columns.column import column as _c
from model.scenario.levers import LEVERS, levers_of

STATES: Final = tuple(name for name in levers_of("gain") if LEVERS[name].states == (name,))
"""States of a child beside which programmes leave a gain."""
IN_SD: Final = tuple(name for name in STATES if LEVERS[name].unit == "SD")
"""Those in SD, to which limits on doses apply; the others have units of their own."""
PARTS: Final = ("lasting", "slow", "fast", "passing")

_WORDS: Final = {
    "lasting": "for good",
    "slow": "fading slowly",
    "fast": "fading fast",
    "passing": "this year only",
}
_WRITERS: Final = ("populate", "arrive", "alliance")

GAIN_COLUMNS: Final[tuple[Column, ...]] = (
    *(
        _c(
            f"{state}_{part}",
            np.float32,
            LEVERS[state].unit,
            -99,
            99,
            f"from programmes, {_WORDS[part]}: {LEVERS[state].words}",
            *_WRITERS,
        )
        for state in STATES
        for part in PARTS
    ),
    _c("encounters_given", np.int8, "count", 0, 127, "employer encounters from programmes", *_WRITERS),
    _c("acts_given", np.bool_, "yes/no", 0, 1, "social action through a programme this year", *_WRITERS),
)
GAIN_NAMES: Final = tuple(column.name for column in GAIN_COLUMNS)
