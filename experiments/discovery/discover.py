"""Scenario discovery: under which conditions is a goal reached?

    found = discover(cases, "reached")
    print(found.words)

PRIM peels the cases, a little at a time, towards a box in which the outcome is reached more often; a small
classification tree cuts them up another way. Conditions that chance explains are dropped, by drawing whole
points again, and what is found is judged on points that nobody looked at.

Source: PRIM by Friedman and Fisher (1999), for scenarios by Bryant and Lempert (2010), as EMA Workbench has
it; trees by Breiman and others (1984), as scikit-learn has them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from experiments.discovery import words
from experiments.discovery.box import (
    HELD_OUT,
    Box,
    Cases,
    Condition,
    D,
    Score,
    Tried,
    adds_nothing,
    densities,
    inside,
    score,
    simpler,
    split,
    tidied,
    weights,
)
from experiments.discovery.libraries import library, quiet
from experiments.discovery.tree import grown
from experiments.text import capital, percent
from model.io.errors import InputError

LEAST_POINTS: Final = 9
"""Blocks of points below which nothing can be found on some and tested on others."""
LEAST_LEFT: Final = 6
"""Blocks of points outside a box below which no second one is looked for."""
LEAST_DRAWS: Final = 30
"""Draws of the numbers below which nothing can be said of a number that is drawn."""
PEEL: Final = 0.05
"""Share of the cases that one peel takes."""
LEAST_MASS: Final = 0.05
"""Share of the cases that a box keeps at least."""
HOLDS: Final = 0.05
"""A box holds up where in fewer resamples of the points held out than this it is no denser than the rest."""
USUAL_HALVES: Final = 10
"""How often the search is made again, on half the points, to see which conditions come back."""

type State = Literal["found", "none", "all", "nothing"]


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition of the box: in words; `chance`: the share of resamples in which the box is no denser with
    it than without; in how many of `halves` searches on half the points its axis comes back."""

    condition: Condition
    words: str
    chance: float
    again: int
    halves: int


@dataclass(frozen=True, slots=True)
class Another:
    """A second way: a box found on the cases outside the first. Its scores are of its cases outside the
    first, among all; `share` of the cases looked in that lie outside the first reach the outcome."""

    box: Box
    found: Score
    held: Score
    share: float


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found. `state`: "found" a box; "none" or "all" of the cases looked in reach it, so that there
    is nothing to tell apart; or "nothing" that is more than chance. `path` are PRIM's boxes, `step` the
    chosen one, simplified, None where there is none; `leaves` are the tree's, the densest first. `warnings`
    say what does not hold up. `verb` is what comes about, "reached"."""

    verb: str
    cases: Cases
    looked: Cases
    held: Cases
    state: State
    path: tuple[Tried, ...]
    step: Tried | None
    conditions: tuple[Tested, ...]
    leaves: tuple[Tried, ...]
    warnings: tuple[str, ...]
    holds: bool = False
    """Whether the box is denser than the rest on points held out too, by more than chance."""
    another: Another | None = None
    """A second way besides the box; None where there is none that is denser than all cases and holds up."""

    @property
    def words(self) -> str:
        """Return what was found, in one sentence, on the cases held out too."""
        if self.state == "none":
            return f"Not {self.verb} in any of the {len(self.looked)} cases looked in: no conditions to find."
        if self.state == "all":
            return f"Always {self.verb}, in all {len(self.looked)} cases looked in: no conditions to find."
        share = percent(self.looked.share)
        if self.step is None:
            return (
                f"{self.verb.capitalize()} in {share} of cases; no condition makes it likelier than chance."
            )
        box = words.box(self.step.box, self.cases.axes)
        return (
            f"{capital(box)}: {words.does(self.step.found, self.verb)} ({share} of cases without "
            f"these conditions). On points held out{'' if self.holds else ' it does not hold up'}: "
            f"{words.does(self.step.held, self.verb)}."
        )

    @property
    def another_words(self) -> str:
        """Return the second way, in one sentence; empty where no box was found at all."""
        if self.step is None:
            return ""
        if self.another is None:
            return "Outside these conditions no second way was found that holds up on points held out."
        return (
            f"Another way, outside these conditions: {words.box(self.another.box, self.cases.axes)}: "
            f"{words.does(self.another.found, self.verb)} ({percent(self.another.share)} of the cases "
            f"outside without them). On points held out: {words.does(self.another.held, self.verb)}."
        )


def discover(
    cases: Cases,
    verb: str = "reached",
    density: float | None = None,
    halves: int = USUAL_HALVES,
) -> Discovery:
    """Return the looks for conditions under which the outcome of these cases is reached.

    Args:
        density: take the box of most coverage that is at least so dense; where not given, the one with the
            best balance of density and coverage (their harmonic mean).
        halves: how often to search again on half the points.

    Raises:
        InputError: fewer than LEAST_POINTS blocks of points; a drawn axis with fewer than LEAST_DRAWS draws;
            a density that is no share; the packages are not installed.
    """
    _check(cases, density)
    looked, held = split(cases, any(axis.drawn for axis in cases.axes))
    if not looked.reached.any() or looked.reached.all():
        state: State = "all" if looked.reached.any() else "none"
        return Discovery(verb, cases, looked, held, state, (), None, (), (), tuple(_elsewhere(held, state)))
    path = tuple(Tried.of(box, looked, held) for box in peeled(looked))
    drawn = weights(len(looked.blocks), "discovery")
    step = _chosen(path, looked, held, drawn, density)
    leaves = grown(looked, held)
    if step is None:
        return Discovery(verb, cases, looked, held, "nothing", path, None, (), leaves, ())
    conditions = _tested(step.box, looked, drawn, halves)
    test = _Test.of(step, held)
    warnings = tuple(_doubts(step, held, test, density))
    return Discovery(
        verb,
        cases,
        looked,
        held,
        "found",
        path,
        step,
        conditions,
        leaves,
        warnings,
        test is not None and test.holds,
        _another(step, looked, held, density),
    )


def _check(cases: Cases, density: float | None) -> None:
    if density is not None and not 0 < density <= 1:
        raise InputError("must be between 0 and 1", at="density", value=density)
    if len(cases.blocks) < LEAST_POINTS:
        raise InputError(
            "too few points that differ to look in some and test on others (those of one trajectory or base "
            "sample count once)",
            at="points",
            value=len(cases.blocks),
            allowed=f"at least {LEAST_POINTS}",
        )
    draws = len(np.unique(cases.draw))
    if any(axis.drawn for axis in cases.axes) and draws < LEAST_DRAWS:
        raise InputError(
            "too few draws to say anything of the model's numbers and effects",
            at="draws",
            value=draws,
            allowed=f"at least {LEAST_DRAWS}",
        )


def _elsewhere(held: Cases, state: State) -> Iterator[str]:
    """Yield where the cases held out are not like those looked in."""
    other = int(held.reached.sum() if state == "none" else (~held.reached).sum())
    if other:
        word = "do" if state == "none" else "do not"
        yield (
            f"{other} of the {len(held)} cases held out {word}: more points would tell under which "
            "conditions."
        )


def peeled(cases: Cases) -> list[Box]:
    """Return PRIM's boxes from the whole space on, each once, with limits as they are said."""
    import pandas as pd

    prim = library("ema_workbench.analysis.prim")
    columns: dict[str, Any] = {}
    for i, axis in enumerate(cases.axes):
        column = cases.x[:, i]
        if np.ptp(column) == 0:
            continue
        # PRIM takes numbers for an order. Those of named values are made objects; never text, for PRIM tries
        # the values of a set in its order, which for text changes from process to process.
        kept = [int(each) for each in column] if axis.kind == "named" else column
        columns[f"axis {i}"] = pd.Series(kept, dtype=object if axis.kind == "named" else np.float64)
    if not columns:
        return [()]
    with quiet():
        search = prim.Prim(
            pd.DataFrame(columns), cases.reached.astype(np.int64), peel_alpha=PEEL, mass_min=LEAST_MASS
        )
        found = search.find_box()
    whole = found.box_lims[0]
    boxes = [tidied(list(_conditions(limits, whole)), cases.axes) for limits in found.box_lims]
    return list(dict.fromkeys(boxes))


def _conditions(limits: Any, whole: Any) -> Iterator[Condition]:
    """Yield what a table of limits (rows: lower and upper, or twice the set of values) says beyond the
    whole."""
    for name in limits.columns:
        axis = int(str(name).removeprefix("axis "))
        low, high = limits[name].tolist()
        if isinstance(low, set):
            yield Condition(axis, among=frozenset(int(value) for value in low))
        else:
            first, last = whole[name].tolist()
            yield Condition(
                axis, float(low) if low > first else -math.inf, float(high) if high < last else math.inf
            )


def _chosen(
    path: tuple[Tried, ...], looked: Cases, held: Cases, drawn: D, density: float | None
) -> Tried | None:
    """Return the box to show, without what chance explains; None where nothing is left of any."""
    boxes = dict.fromkeys(simpler(step.box, looked, drawn) for step in path)
    steps = [Tried.of(box, looked, held) for box in boxes if box]
    if not steps:
        return None
    if density is None:
        return max(steps, key=lambda step: (step.found.balance, -len(step.box)))
    dense = [step for step in steps if step.found.density >= density]
    if dense:
        return max(dense, key=lambda step: (step.found.coverage, step.found.density, -len(step.box)))
    return max(steps, key=lambda step: (step.found.density, step.found.coverage))


def _another(first: Tried, looked: Cases, held: Cases, density: float | None) -> Another | None:
    """Return a second box, on the cases outside the first. It must be denser than all cases are without a
    condition, and hold up outside the first on points held out: what is left over has often a box of its own,
    in which little is reached."""
    rest, beyond = (cases.where(~inside(first.box, cases.x)) for cases in (looked, held))
    if len(rest.blocks) < LEAST_LEFT or not rest.reached.any() or rest.reached.all():
        return None
    path = tuple(Tried.of(box, rest, beyond) for box in peeled(rest))
    step = _chosen(path, rest, beyond, weights(len(rest.blocks), "another"), density)
    if step is None or step.found.density <= looked.share:
        return None
    test = _Test.of(step, beyond)
    if test is None or not test.holds:
        return None
    among = [
        Score(score.cells, score.hits, len(cases), int(cases.reached.sum()))
        for score, cases in ((step.found, looked), (step.held, held))
    ]
    return Another(step.box, among[0], among[1], rest.share)


def _tested(box: Box, looked: Cases, drawn: D, halves: int) -> tuple[Tested, ...]:
    again = dict.fromkeys((each.axis for each in box), 0)
    aim = score(box, looked).coverage
    rng = np.random.default_rng(len(looked.blocks))
    for _ in range(halves):
        part = rng.choice(looked.blocks, max(2, len(looked.blocks) // 2), replace=False)
        half = looked.where(np.isin(looked.block, part))
        if not half.reached.any() or half.reached.all():
            continue
        near = min(peeled(half), key=lambda each: abs(score(each, half).coverage - aim))
        for condition in near:
            if condition.axis in again:
                again[condition.axis] += 1
    axes = looked.axes
    return tuple(
        Tested(
            each,
            words.condition(each, axes[each.axis]),
            adds_nothing(each, box, looked, drawn),
            again[each.axis],
            halves,
        )
        for each in box
    )


@dataclass(frozen=True, slots=True)
class _Test:
    """The box on the points held out: its density in nine in ten resamples of them, and whether it is denser
    than all cases there in all but one in twenty."""

    low: float
    high: float
    holds: bool

    @staticmethod
    def of(step: Tried, held: Cases) -> "_Test | None":
        """Return none where no case held out lies in the box."""
        if not step.held.cells:
            return None
        drawn = weights(len(held.blocks), "held out")
        dense = densities(inside(step.box, held.x), held, drawn)
        rest = densities(np.ones(len(held), np.bool_), held, drawn)
        known = np.isfinite(dense)
        low, high = np.percentile(dense[known], [5, 95])
        return _Test(float(low), float(high), bool(np.mean(dense[known] <= rest[known]) < HOLDS))


def _doubts(step: Tried, held: Cases, test: _Test | None, density: float | None) -> Iterator[str]:
    """Yield what a reader must know before leaning on a box."""
    if density is not None and step.found.density < density:
        yield (
            f"No box is as dense as {percent(density)} by more than chance; this is the densest, with "
            f"{percent(step.found.density)}."
        )
    if test is None:
        yield "No point held out lies in the box: nothing tests it."
        return
    band = f"{percent(test.low)} to {percent(test.high)} in nine in ten resamples of its points"
    if not test.holds:
        yield (
            f"Does not hold up: on points held out the box is no denser than chance may make it ({band}; "
            f"without conditions {percent(held.share)})."
        )
    elif step.found.density > test.high:
        yield (
            f"Weaker on points held out: {percent(step.held.density)} in the box ({band}), against "
            f"{percent(step.found.density)} where it was found."
        )
    if len(held.blocks) < LEAST_POINTS:
        yield f"Only {len(held.blocks)} points are held out (one in {HELD_OUT}): a weak test."
