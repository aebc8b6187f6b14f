"""What programmes gave a child: how much of it is in force (columns: :mod:`model.agents.gain_columns`)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.agents.gain_columns import PARTS

if TYPE_CHECKING:
    from model.state.state import TownState

F = NDArray[np.float32]
type Which = slice | NDArray[np.intp]


def gain(town: "TownState", state: str, rows: Which) -> F:
    """Return what programmes add to a state of some children this year (n,), in the state's unit; 0 while
    nobody has any of it."""
    c = town.children
    if state not in town.delivery.touched:
        return np.zeros(len(c.id[rows]), np.float32)
    moved = [name for part in PARTS if (name := f"{state}_{part}") in town.delivery.moved]
    total: F = c.array(moved[0])[rows].astype(np.float32)
    for column in moved[1:]:
        total += c.array(column)[rows]
    return total


def with_gain(town: "TownState", state: str, rows: Which) -> F:
    """Return a child's own state of that name with what programmes add (n,); untouched, the same numbers to
    the last bit."""
    own: F = getattr(town.children, state)[rows]
    return own + gain(town, state, rows) if state in town.delivery.touched else own


def skill_gain(town: "TownState", rows: Which) -> F:
    """Return what programmes add to composite skill (n,), SD of skill."""
    both = gain(town, "literacy", rows) + gain(town, "numeracy", rows)
    return both * np.float32(0.5 / town.world.growth.k)


def any_skill(town: "TownState") -> bool:
    """Tell whether a programme has moved anybody's literacy or numeracy."""
    return bool({"literacy", "numeracy"} & town.delivery.touched)
