"""Decide goals on figures over runs: one rule, for one run (an array of one) and for many.

A figure is an array over runs (S,), NaN where a run has none. What else can be asked of a goal (another year,
the skill behind its figures, who would count as disadvantaged by the rule of 2017) is a goal too: `in_year`,
`by_skill` and `by_need` make it.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.goals.goal_files import (
    Baseline,
    DistrictBestTenth,
    DistrictMedian,
    EnglandFigure,
    FixedNumber,
    Goal,
    NotAvailable,
    Part,
    ShareOfBaseline,
)

type D = NDArray[np.float64]
type Figures = Callable[[str, str, int], D]
"""Figures of a town by indicator, group and year: (S,) over runs, NaN where a run has none."""
type Published = Callable[[str, str, int], float | None]
"""England's figure by indicator, group and year; None where there is none."""
type Districts = Callable[[str, str, int, str], float | None]
"""A districts' figure by indicator, group, year and quantile ("p10", "median", "p90"); None where there is
none."""

BY_NEED: Final = {
    "disadvantaged": "need6",
    "other": "not_need6",
    "fsm": "need6",
    "non_fsm": "not_need6",
}
"""Who would count as disadvantaged by the rule of 2017, whatever rules came after it."""
_RELATIVE, _ABSOLUTE = 1e-6, 1e-9
"""Two figures closer than this are equal: records keep 32-bit numbers."""


class Sources(NamedTuple):
    """Where figures come from: those of the town, and what goals compare them with."""

    town: Figures
    england: Published
    districts: Districts


@dataclass(frozen=True, eq=False)
class PartDecision:
    """One part over runs: `start`, `value` and `aim` (S,) in the indicator's unit, a gap as group minus other
    group; `reached` (S,) 1 or 0, NaN where a figure is missing. `missing` names what any run lacks."""

    part: Part
    year: int
    start: D
    value: D
    aim: D
    reached: D
    missing: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class GoalDecision:
    """One goal over runs: `reached` (S,) 1 or 0, NaN where a missing figure could decide it."""

    goal: Goal
    parts: tuple[PartDecision, ...]
    reached: D


def decide(goal: Goal, sources: Sources) -> GoalDecision:
    """Decide a goal on every run: reached where all parts that count are. A missing figure never counts as
    reached: the goal is then undecided, unless another part is not reached."""
    parts = tuple(_decide_part(goal, part, sources) for part in goal.parts)
    every = np.stack([each.reached for each in parts if each.part.counts])
    undecided = np.where(np.isnan(every).any(axis=0), np.nan, 1.0)
    return GoalDecision(goal, parts, np.where((every == 0).any(axis=0), 0.0, undecided))


def holds(comparison: str, value: D | float, aim: D | float) -> D:
    """Compare figures with aims, as a part does: 1 where it holds, 0 where not, NaN where one is missing."""
    x, y = np.asarray(value, np.float64), np.asarray(aim, np.float64)
    equal = np.abs(x - y) <= np.maximum(_RELATIVE * np.maximum(np.abs(x), np.abs(y)), _ABSOLUTE)
    ahead = x > y if comparison in ("at_least", "above") else x < y
    good = equal | ahead if comparison in ("at_least", "at_most") else ~equal & ahead
    return np.where(np.isfinite(x) & np.isfinite(y), good.astype(np.float64), np.nan)


def figure(figures: Figures, indicator: str, group: str, minus: str | None, year: int) -> D:
    """Read a figure, or that of a group minus another, by run (S,)."""
    found = figures(indicator, group, year)
    return found if minus is None else found - figures(indicator, minus, year)


def _decide_part(goal: Goal, part: Part, sources: Sources) -> PartDecision:
    year, start_year = goal.year_of(part), goal.baseline_year
    start = figure(sources.town, part.indicator, part.group, part.minus_group, start_year)
    value = figure(sources.town, part.indicator, part.group, part.minus_group, year)
    aim, lacking = _aim(part, start, start_year, year, sources)
    missing = []
    if np.isnan(value).any():
        missing.append(f"the town's {_named(part.indicator, part.group, part.minus_group, year)}")
    if isinstance(part.reference, Baseline | ShareOfBaseline) and np.isnan(start).any():
        missing.append(f"the town's {_named(part.indicator, part.group, part.minus_group, start_year)}")
    if lacking and np.isnan(aim).any():
        missing.append(lacking)
    return PartDecision(part, year, start, value, aim, holds(part.comparison, value, aim), tuple(missing))


def _aim(part: Part, start: D, start_year: int, year: int, sources: Sources) -> tuple[D, str]:
    """The figures to reach (S,), and what is lacking where there is none."""
    found: float | None = None
    match part.reference:
        case NotAvailable(why=why):
            lacking = why
        case FixedNumber(value=found):
            lacking = ""
        case Baseline():
            return start, ""
        case ShareOfBaseline(share=share):
            # A share of nothing, or of less, is no aim.
            lacking = f"a start above zero in {start_year}" if (start <= 0).any() else ""
            return np.where(start > 0, share * start, np.nan), lacking
        case EnglandFigure():
            found = england_figure(part, year, sources.england)
            lacking = f"England's {_named(*_of_england(part, year))}"
        case DistrictMedian() | DistrictBestTenth() as reference:
            best = "p90" if part.direction > 0 else "p10"
            quantile = "median" if isinstance(reference, DistrictMedian) else best
            indicator, group = reference.indicator or part.indicator, reference.group or part.group
            found = sources.districts(indicator, group, year, quantile)
            lacking = f"the districts' {_named(indicator, group, None, year)}"
    return np.full(len(start), np.nan if found is None else found), lacking


def england_figure(part: Part, year: int, england: Published) -> float | None:
    """Read England's figure, or gap, for a part; that of the year that its reference names, where it names
    one."""
    indicator, group, minus, of_year = _of_england(part, year)
    found = england(indicator, group, of_year)
    if minus is None or found is None:
        return found
    other = england(indicator, minus, of_year)
    return None if other is None else found - other


def _of_england(part: Part, year: int) -> tuple[str, str, str | None, int]:
    """Indicator, group, other group and year of England's figure for a part."""
    at = part.reference
    if not isinstance(at, EnglandFigure):
        return part.indicator, part.group, part.minus_group, year
    group, minus = at.group or part.group, at.minus_group or part.minus_group
    return at.indicator or part.indicator, group, minus, year if at.year is None else at.year


def _named(indicator: str, group: str, minus: str | None, year: int) -> str:
    groups = group if minus is None else f"{group} minus {minus}"
    return f"{indicator} ({groups}) of {year}"


# Other goals made of a goal.


def in_year(goal: Goal, year: int) -> Goal:
    """Move a goal to another year; a part with a year of its own keeps its distance from the goal's."""
    moved = [
        part if part.year is None else part.model_copy(update={"year": part.year + year - goal.year})
        for part in goal.parts
    ]
    return _with(goal, moved, year=year)


def by_skill(goal: Goal) -> Goal | None:
    """Ask a goal of the skill behind its figures, where parts that count name one; None where none does."""
    parts = [
        part.model_copy(update={"indicator": part.reference.latent_indicator})
        if isinstance(part.reference, ShareOfBaseline) and part.reference.latent_indicator
        else part
        for part in goal.parts
        if part.counts
    ]
    counting = [part for part in goal.parts if part.counts]
    return _with(goal, parts) if parts != counting else None


def by_need(goal: Goal, recorded: Container[tuple[str, str]]) -> Goal:
    """Ask a goal of those who would count as disadvantaged by the rule of 2017, so that a change of rule
    closes no gap. `recorded`: (indicator, group) of what there is; a part without stays as it is."""
    return _with(goal, [_by_need(part, recorded) for part in goal.parts])


def _by_need(part: Part, recorded: Container[tuple[str, str]]) -> Part:
    if not composed(part):
        return part
    group, minus = (BY_NEED.get(each or "", each) for each in (part.group, part.minus_group))
    if any((part.indicator, each) not in recorded for each in (group, minus)):
        return part
    return part.model_copy(update={"group": group, "minus_group": minus})


def composed(part: Part) -> bool:
    """Tell whether a change of who counts as disadvantaged can move a part: a gap, set against the town's own
    start."""
    return (
        part.minus_group is not None
        and isinstance(part.reference, Baseline | ShareOfBaseline)
        and bool({part.group, part.minus_group} & BY_NEED.keys())
    )


def _with(goal: Goal, parts: Sequence[Part], **changes: int) -> Goal:
    return goal.model_copy(update={"parts": tuple(parts), **changes})
