"""Conditions and boxes in words that a board reads."""

import math
from collections.abc import Sequence
from typing import Final

from experiments.discovery.box import Axis, Box, Condition, Score
from experiments.text import percent, pounds

_SHARES: Final = ("reach", "coverage", "take_up", "in_schools", "youth_voice")
_OF: Final = {
    "reach": "reach",
    "coverage": "coverage",
    "take_up": "take-up",
    "in_schools": "share of schools",
}
"""Keys of a programme, and what a reader calls them."""


def condition(one: Condition, axis: Axis) -> str:
    """Return `reach of language support above 70%`, `peers: yes`, `funding beyond 2035`, `4 to 6
    encounters`."""
    if one.among is not None:
        return f"{axis.name}: {' or '.join(value(axis.values[i]) for i in sorted(one.among))}"
    name = named(axis)
    low, high = (figure(limit, axis) for limit in (one.low, one.high))
    stepped = bool(axis.values)
    if one.low == one.high:
        return f"{name} {low}" if _is_year(axis) else f"{name} exactly {low}"
    if math.isfinite(one.low) and math.isfinite(one.high):
        return f"{name} from {low} to {high}"
    if _is_year(axis) and axis.kind == "whole":
        before = figure(one.low - 1, axis)
        return f"{name} beyond {before}" if math.isfinite(one.low) else f"{name} no later than {high}"
    if math.isfinite(one.low):
        return f"{name} {'at least' if stepped else 'above'} {low}"
    return f"{name} {'at most' if stepped else 'below'} {high}"


def box(these: Box, axes: Sequence[Axis]) -> str:
    """Return all conditions of a box, `a and b and c`."""
    return " and ".join(condition(each, axes[each.axis]) for each in these) or "no condition"


def does(found: Score, what: str) -> str:
    """Return `reached in 81% of cases, which are 64% of all successes`."""
    if not found.cells:
        return "no case lies in it"
    share = f"{what} in {percent(found.density)} of cases"
    if not found.reached:
        return f"{share}, and there is no success anywhere"
    return f"{share}, which are {percent(found.coverage)} of all successes"


def figure(value: float, axis: Axis) -> str:
    """Return a figure of an axis with its unit."""
    last = axis.key.rsplit(".", 1)[-1]
    if not math.isfinite(value):
        return ""
    if last == "budget":
        return pounds(value)
    if last in _SHARES and axis.high <= 1:
        return f"{100 * value:g}%"
    return f"{value:g}" if abs(value) < 1e5 else f"{value:,.0f}"


def named(axis: Axis) -> str:
    """Return what an axis is called: the reach, say, of what the study names."""
    first, _, rest = axis.key.partition(".")
    word = _OF.get(rest.rsplit(".", 1)[-1], "")
    if first != "programmes" or not word or (axis.name != axis.key and word in axis.name.casefold()):
        return axis.name
    of = rest.split(".")[0].replace("_", " ") if axis.name == axis.key else axis.name
    return f"{word} of {of}"


def _is_year(axis: Axis) -> bool:
    return axis.key.rsplit(".", 1)[-1] in ("start", "end", "until")


def value(one: object) -> str:
    """Return a named value: yes and no, or the word itself."""
    if isinstance(one, bool):
        return "yes" if one else "no"
    return str(one)
