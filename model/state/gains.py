"""What programmes gave a child: how much of it is in force, and the columns that keep it.

A dose leaves a lasting part, a slow and a fast one that fade, and a passing one that ends with the year
(see :mod:`model.rules.persistence`). Gains lie beside a child's own state and never in it: the state returns
to its target at a speed that says nothing about how long an effect lasts.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.columns.column import Column
from model.columns.column import column as _c
from model.scenario.levers import LEVERS, levers_of

if TYPE_CHECKING:
    from model.town import Town

F = NDArray[np.float32]
type Which = slice | NDArray[np.intp]

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


def gain(town: "Town", state: str, rows: Which) -> F:
    """What programmes add to a state of some children this year (n,), in the state's unit; 0 while nobody has
    any of it."""
    c = town.children
    if state not in town.delivery.touched:
        return np.zeros(len(c.id[rows]), np.float32)
    moved = [name for part in PARTS if (name := f"{state}_{part}") in town.delivery.moved]
    total: F = c.array(moved[0])[rows].astype(np.float32)
    for column in moved[1:]:
        total += c.array(column)[rows]
    return total


def with_gain(town: "Town", state: str, rows: Which) -> F:
    """A child's own state of that name with what programmes add (n,); untouched, the same numbers to the last
    bit."""
    own: F = getattr(town.children, state)[rows]
    return own + gain(town, state, rows) if state in town.delivery.touched else own


def skill_gain(town: "Town", rows: Which) -> F:
    """What programmes add to composite skill (n,), SD of skill."""
    both = gain(town, "literacy", rows) + gain(town, "numeracy", rows)
    return both * np.float32(0.5 / town.world.growth.k)


def any_skill(town: "Town") -> bool:
    """Whether a programme has moved anybody's literacy or numeracy."""
    return bool({"literacy", "numeracy"} & town.delivery.touched)
