"""The sentence on top: what a plan changes for disadvantaged children against doing nothing, and its price.

Every number in it is a difference run by run: the same draw of the numbers and the same seed lived under the
plan and under doing nothing, averaged over the last years of each run.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.goals.assessment import Assessment, GoalAssessment, goals
from experiments.runs import statistics as arrays
from experiments.runs.ensemble import Ensemble
from experiments.text import listing, rough_pounds
from experiments.text import sentence as sentence_of
from model.calendar import LAST_YEAR
from wolsey.workshop.levers import levers
from wolsey.workshop.view.figures import BAND_FROM, GAP, figures

YEARS: Final = tuple(range(LAST_YEAR - 9, LAST_YEAR + 1))
"""Years that the sentence is an average of: one alone would tell of the luck of one cohort."""
POOR: Final = "disadvantaged"
AT_11, AT_5 = "ks2_rwm", "gld"
PARTS: Final = ((AT_11, POOR), (AT_11, GAP), (AT_5, GAP))
"""What the sentence speaks of: figures by indicator and group."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure under a plan and under doing nothing, and the difference: means over `runs` pairs of runs, and
    where 9 pairs in 10 lie, all of them where they are fewer than BAND_FROM."""

    plan: float
    nothing: float
    mean: float
    low: float
    high: float
    runs: int

    @property
    def shows(self) -> bool:
        """Tell whether the band leaves out no difference."""
        return self.low > 0 or self.high < 0

    def as_json(self) -> dict[str, Any]:
        """Return it for the page; figures with two digits."""
        numbers = {"plan": self.plan, "nothing": self.nothing, "mean": self.mean, "low": self.low,
                   "high": self.high}  # fmt: skip
        return {**{name: round(value, 2) for name, value in numbers.items()}, "runs": self.runs}


def changes(plan: Ensemble, nothing: Ensemble) -> dict[tuple[str, str], Change]:
    """Return what a plan changes against doing nothing, by indicator and group of PARTS; without those that
    no pair of runs has a figure of. Raises ValueError unless both were lived with the same draws and
    seeds."""
    if (plan.cells, plan.years) != (nothing.cells, nothing.years):
        raise ValueError("the plan and doing nothing were not lived with the same draws, seeds and years")
    found = {(name, group): _change(plan, nothing, name, group) for name, group in PARTS}
    return {key: change for key, change in found.items() if change is not None}


def _change(plan: Ensemble, nothing: Ensemble, indicator: str, group: str) -> Change | None:
    at = [plan.years.index(year) for year in YEARS]
    with_, without = (figures(each, indicator, group) for each in (plan, nothing))
    if with_ is None or without is None:
        return None
    both = np.isfinite(with_[:, at]) & np.isfinite(without[:, at])
    # A year counts where both have a figure, a pair of runs where it has such a year.
    x, y = (arrays.mean(np.where(both, each[:, at], np.nan).T) for each in (with_, without))
    known = np.isfinite(x)
    if not known.any():
        return None
    d = (x - y)[known]
    low, high = arrays.band(d) if len(d) >= BAND_FROM else (d.min(), d.max())
    return Change(
        float(x[known].mean()), float(y[known].mean()), float(d.mean()), float(low), float(high), len(d)
    )


def sentence(
    found: dict[tuple[str, str], Change], price: int, does_nothing: bool, complete: bool = True
) -> str:
    """Return the sentence: `price` in pounds a year; `complete` whether these are all the runs."""
    children = found.get((AT_11, POOR))
    gaps = [(where, found[name, GAP]) for where, name in (("at 11", AT_11), ("at five", AT_5))
            if (name, GAP) in found]  # fmt: skip
    first = levers().first_year
    if does_nothing:
        parts = [f"This is doing nothing: no programme and no act from {first} on."]
        if children is not None:
            parts.append(f"{children.plan:.0f} of every 100 disadvantaged children reach the standard at 11.")
        said = [f"{where} is {_points(gap.plan)} points" for where, gap in gaps]
        parts.append(f"The gap {', '.join(said)}." if said else "")
        return " ".join(filter(None, [*parts, "No cost." if not price else f"{rough_pounds(price)} a year."]))
    if children is None:
        parts = ["The town is too small for a figure of its disadvantaged children at 11."]
    else:
        parts = [f"Compared with doing nothing, this plan {_children(children, complete)}."]
    said = [f"he gap {where} {_moves(gap)}" for where, gap in gaps]
    parts.append(f"T{'; t'.join(said)}." if said else "")
    return " ".join(filter(None, [*parts, f"{rough_pounds(price)} a year." if price else "No cost."]))


def look_sentence(found: dict[tuple[str, str], Change]) -> str:
    """Return what a first look, which has no band, says of the same; empty where it has no figure."""
    children = found.get((AT_11, POOR))
    if children is None:
        return ""
    count = round(children.mean)
    what = f"{abs(count)} {_more(count)}" if count else "as many"
    than = "than" if count else "as"
    return f"{what} of every 100 disadvantaged children at the standard at 11 {than} doing nothing"


def about(does_nothing: bool) -> str:
    """Return what the sentence is held against, and over which years."""
    years, last = f"averages of {YEARS[0]} to {YEARS[-1]}", levers().first_year - 1
    if does_nothing:
        return sentence_of(years)
    return (
        f"Doing nothing: the same past up to {last}, after it no programme and no act; the same children "
        f"with the same luck, {years}. Pounds of 2017."
    )


def _children(change: Change, complete: bool) -> str:
    """Return `lets 5 more of every 100 disadvantaged children reach the standard at 11 (9 in 10 runs: 1 to
    9)`."""
    count = round(change.mean)
    reach = "of every 100 disadvantaged children reach the standard at 11"
    if change.low == change.high == 0:
        return f"changes nothing in how many {reach}"
    if not count or not change.shows:
        return f"makes no change that shows in how many {reach} ({_span(change, complete, 0)})"
    return f"lets {abs(count)} {_more(count)} {reach} ({_span(change, complete, count)})"


def _span(change: Change, complete: bool, count: int) -> str:
    """Return `9 in 10 runs: 1 to 9`; which side is said only where the sentence has not said it (`count`
    0)."""
    low, high = round(change.low), round(change.high)
    if count:
        low, high = sorted((abs(low), abs(high)))
    ends = [f"{end}" if count else _signed(end) for end in dict.fromkeys((low, high))]
    return f"{_who(change.runs, complete)}: {' to '.join(ends)}"


def _who(runs: int, complete: bool) -> str:
    if runs >= BAND_FROM:
        return "9 in 10 runs"
    return f"{'the' if complete else 'the first'} {f'{runs} runs' if runs > 1 else 'run'}"


def _signed(count: int) -> str:
    return f"{abs(count)} {_more(count)}" if count else "none"


def _more(count: float) -> str:
    return "more" if count > 0 else "fewer"


def _moves(gap: Change) -> str:
    """Return `narrows from 21 to 18.5 points`; `does not move`; what may be chance is said to be no change
    that shows."""
    before, after = _points(gap.nothing), _points(gap.plan)
    if before == after or (not gap.shows and abs(gap.mean) < 0.5):
        return "does not move"
    if not gap.shows:
        return f"shows no clear change, {before} to {after} points"
    return f"{'narrows' if gap.mean < 0 else 'widens'} from {before} to {after} points"


def _points(value: float) -> str:
    number = f"{value:.1f}".removesuffix(".0")
    return "0" if number == "-0" else number


# The aims.


def open_aims(found: Assessment) -> list[GoalAssessment]:
    """Return the goals that can be checked, and that were not met when they start."""
    return [each for each in found.can_be_checked if not each.already]


def aims(found: Assessment, nothing: Ensemble) -> str:
    """Return which of the aims not met at their start a plan reaches in more than half of the runs, and which
    of these doing nothing reaches too. Raises InputError where the figures cannot be had."""
    still = open_aims(found)
    if not still:
        return ""
    first, reached = still[0], [each for each in still if each.likely]
    which = "none"
    if reached:
        (without,) = goals(nothing, [found.file])
        anyway = {each.id for each in without.goals if each.likely}
        named = [f"{_aim(each)}{', as doing nothing does' if each.id in anyway else ''}" for each in reached]
        runs = "the one run" if found.runs == 1 else f"more than half of {found.runs} runs"
        which = f"{listing(named)} in {runs}"
    count = f"{len(still)} aims" if len(still) > 1 else "1 aim"
    unmet = f"for {first.year} not met in {first.baseline_year} that can be checked"
    return f"Of the {count} {unmet}, it reaches {which}."


def _aim(goal: GoalAssessment) -> str:
    return f"{goal.id.partition('-')[0]} ({goal.rung})" if goal.rung else goal.id
