"""Differences, bands and counts of pairs in the words of tables, captions and documents."""

import math
from collections.abc import Sequence
from typing import Final

from experiments.compare.costs import BASE_YEAR
from experiments.compare.differences import Difference, Differences
from experiments.goals import words as goal_words
from experiments.goals.words import drawn, draws_in
from experiments.runs.draws import RunId
from experiments.text import NO_FIGURE, between, decimals, figure, pounds, signed, with_interval

ESTIMATE: Final = "estimate"
"""Marks a figure of a year without comparable results."""


def band(low: float, high: float, unit: str) -> str:
    """Return `+0.11 to +0.97`; empty for one pair."""
    return between(low, high, lambda value: signed(value, unit, short=True))


def with_band(found: Difference, unit: str) -> str:
    """Return `+0.52 pts (+0.11 to +0.97)`."""
    width = band(found.low, found.high, unit)
    return signed(found.difference, unit) + (f" ({width})" if width else "")


def arms(found: Difference, unit: str, gap: bool) -> str:
    """Return `from 45.1% to 45.6%`."""
    return f"from {figure(found.a, unit, gap)} to {figure(found.b, unit, gap)}"


def better(found: Difference) -> str:
    """Return `better in 36 of 40 pairs, alike in 2`; empty where no side is good or there is one pair."""
    if found.better is None or found.runs < 2:
        return ""
    if found.alike == found.runs:
        return "alike in every pair"
    words = f"better in {found.better} of {found.runs} pairs"
    return words + (f", alike in {found.alike}" if found.alike else "")


def split(found: Difference, unit: str) -> str:
    """Return `chance 0.21, parameters 0.08, effects 0.15`: the parts of the difference's SD that are
    known."""
    digits = decimals(unit) + 1
    parts = (
        ("chance", found.chance_sd),
        ("parameters", found.parameters_sd),
        ("effects", found.effects_sd),
    )
    return ", ".join(f"{name} {sd:.{digits}f}" for name, sd in parts if not math.isnan(sd))


def pairs_in_words(cells: Sequence[RunId]) -> str:
    """Return `1 pair`, `40 pairs`, `20 pairs (10 draws of the numbers, 2 seeds each)`."""
    if len(cells) == 1:
        return "1 pair"
    return f"{len(cells)} pairs" + (f" ({drawn(cells)})" if len(draws_in(cells)) > 1 else "")


def interval_note(comparison: Differences) -> str:
    """Say what the band of a difference covers."""
    drawn_along = comparison.lived == "drawn"
    return goal_words.interval_note(
        comparison.cells, comparison.acting, effects_drawn=drawn_along, what="pair"
    )


def cost_basis(comparison: Differences) -> str:
    """Say in which pounds costs are, over which years."""
    rate = f"{100 * comparison.discount:g}% a year"
    return (
        f"pounds of {BASE_YEAR}, over all years to {comparison.b.until}, whoever pays; "
        f"discounted at {rate} to {BASE_YEAR}"
    )


def money_band(mean: float, low: float, high: float) -> str:
    """Return `£480 (£400 to £560)`."""
    return NO_FIGURE if math.isnan(mean) else with_interval(mean, low, high, pounds)


def heads(mean: float, low: float, high: float) -> str:
    """Return `+120 (+85 to +160)` people."""

    def number(value: float) -> str:
        text = f"{value:+,.0f}" if abs(value) >= 9.95 else f"{value:+.1f}"
        return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text

    return with_interval(mean, low, high, number)
