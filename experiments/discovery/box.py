"""Conditions under which something comes about: axes, boxes of conditions, and how well a box does.

A case is one run: what was varied (one figure an axis), whether the outcome was reached, and to which block
of points it belongs. The runs of a block are no independent witnesses, so blocks are held out, and drawn
again, whole.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

type D = NDArray[np.float64]
type B = NDArray[np.bool_]
type Value = bool | int | float | str
type Kind = Literal["real", "whole", "named"]

HELD_OUT: Final = 3
"""One block in so many is not used to look for conditions."""
RESAMPLES: Final = 2000
"""How often blocks are drawn again to see what is chance."""
LIKELY_CHANCE: Final = 0.01
"""A limit stays only where fewer resamples than this say that it adds nothing. It is strict, for the limit
that stands out among many is often chance; what still is shows on the points held out."""
_FINE: Final = 50.0
"""A limit is rounded to the power of ten below the range over this, so that words and box say the same."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that was varied. `named` values (yes and no, words) have no order and are counted from 0 in
    `values`; `whole` numbers and listed figures move in steps, `values` in order; `low` and `high` are the
    range, `log` says that it is even in logarithms. `drawn`: a number or an effect of the model that nobody
    chooses."""

    name: str
    key: str
    kind: Kind
    low: float
    high: float
    values: tuple[Value, ...] = ()
    log: bool = False
    drawn: bool = False

    def rounded(self, limit: float) -> float:
        """Return a limit as it is said."""
        if not math.isfinite(limit) or limit == 0:
            return limit
        if self.log:
            digits = 1 - math.floor(math.log10(abs(limit)))
        else:
            digits = -math.floor(math.log10((self.high - self.low) / _FINE))
        return float(round(limit, digits))


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of an axis: `low` to `high`, both included, or for a named axis the values `among`."""

    axis: int
    low: float = -math.inf
    high: float = math.inf
    among: frozenset[int] | None = None

    def holds(self, x: D) -> B:
        """Tell for which cases (N,) it holds: x (N, F)."""
        column = x[:, self.axis]
        if self.among is not None:
            return np.isin(column, np.array(sorted(self.among), np.float64))
        result: B = (column >= self.low) & (column <= self.high)
        return result


type Box = tuple[Condition, ...]


def inside(box: Box, x: D) -> B:
    """Tell for which cases (N,) all conditions hold: x (N, F)."""
    held = np.ones(len(x), np.bool_)
    for condition in box:
        held &= condition.holds(x)
    return held


@dataclass(frozen=True, eq=False)
class Cases:
    """N cases of F axes: `x` (N, F), `reached` (N,), `block` (N,) numbers of the blocks of points, `draw`
    (N,) of the model's numbers."""

    axes: tuple[Axis, ...]
    x: D
    reached: B
    block: NDArray[np.int64]
    draw: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.x)

    def where(self, chosen: B) -> "Cases":
        """Return some of the cases."""
        return replace(
            self,
            x=self.x[chosen],
            reached=self.reached[chosen],
            block=self.block[chosen],
            draw=self.draw[chosen],
        )

    @cached_property
    def blocks(self) -> NDArray[np.int64]:
        """Return the different blocks, in order."""
        return np.unique(self.block)

    @property
    def share(self) -> float:
        """Share of the cases that reach it; NaN without a case."""
        return float(self.reached.mean()) if len(self) else math.nan

    def by_block(self, chosen: B) -> tuple[D, D]:
        """Return how many of the chosen cases (N,) each block has, and how many of them reach it."""
        at = np.searchsorted(self.blocks, self.block[chosen])
        n = np.bincount(at, minlength=len(self.blocks)).astype(np.float64)
        k = np.bincount(at, weights=self.reached[chosen].astype(np.float64), minlength=len(self.blocks))
        return n, k


@dataclass(frozen=True, slots=True)
class Score:
    """How a box does on some cases: `cells` of them lie inside and `hits` of these reach the outcome; `all`
    cases, of which `reached` reach it."""

    cells: int
    hits: int
    all: int
    reached: int

    @property
    def density(self) -> float:
        """Share of the cases inside that reach it; NaN where none lies inside."""
        return self.hits / self.cells if self.cells else math.nan

    @property
    def coverage(self) -> float:
        """Share of all that reach it that lies inside; NaN where none does."""
        return self.hits / self.reached if self.reached else math.nan

    @property
    def balance(self) -> float:
        """Return the harmonic mean of density and coverage; 0 where either is none."""
        return 2 * self.hits / (self.cells + self.reached) if self.cells + self.reached else 0.0


def score(box: Box, cases: Cases) -> Score:
    """Return how a box does on these cases."""
    held = inside(box, cases.x)
    hits = int(cases.reached[held].sum())
    return Score(int(held.sum()), hits, len(cases), int(cases.reached.sum()))


@dataclass(frozen=True, slots=True)
class Tried:
    """A box, with how it does where it was looked for and on the cases held out."""

    box: Box
    found: Score
    held: Score

    @staticmethod
    def of(box: Box, looked: Cases, held: Cases) -> "Tried":
        """Return the box, tried on both."""
        return Tried(box, score(box, looked), score(box, held))


def split(cases: Cases, by_draw: bool) -> tuple[Cases, Cases]:
    """Return the cases to look in and cases held out, by whole blocks, of which one in HELD_OUT is held out,
    the same each time. `by_draw`: draws of the numbers are held out too, so that what is found of them is
    judged on others; cases with only one of the two held out serve neither."""
    out = np.isin(cases.block, held_out("block", cases.blocks))
    if not by_draw:
        return cases.where(~out), cases.where(out)
    other = np.isin(cases.draw, held_out("draw", np.unique(cases.draw)))
    return cases.where(~out & ~other), cases.where(out & other)


def held_out(what: str, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of these are held out: those with the smallest digests."""
    ordered = sorted(numbers.tolist(), key=lambda number: _digest(f"held out {what} {number}"))
    return np.array(ordered[: len(ordered) // HELD_OUT], np.int64)


def _digest(words: str) -> bytes:
    return hashlib.blake2b(words.encode(), digest_size=8).digest()


def weights(blocks: int, what: str) -> D:
    """Return how often each block (B,) comes in each resample (R, B): drawn with replacement, keyed by
    `what`."""
    rng = np.random.default_rng(int.from_bytes(_digest(what)))
    drawn: D = rng.multinomial(blocks, np.full(blocks, 1.0 / blocks), RESAMPLES).astype(np.float64)
    return drawn


def densities(chosen: B, cases: Cases, drawn: D) -> D:
    """Return the density of the chosen cases in each resample (R,); NaN where none of them is in it."""
    n, k = cases.by_block(chosen)
    inside_n, hits = drawn @ n, drawn @ k
    return np.where(inside_n > 0, hits / np.maximum(inside_n, 1.0), np.nan)


def adds_nothing(condition: Condition, box: Box, cases: Cases, drawn: D) -> float:
    """Return in which share of resamples of whole blocks a box is no denser with a condition than without
    it."""
    without = tuple(each for each in box if each is not condition)
    dense, rest = (densities(inside(each, cases.x), cases, drawn) for each in (box, without))
    return float(np.mean(~(dense > rest)))


def simpler(box: Box, cases: Cases, drawn: D) -> Box:
    """Return the box without the limits that chance explains, the least telling dropped first."""
    box = _sides(box)
    while box:
        chances = [adds_nothing(each, box, cases, drawn) for each in box]
        worst = int(np.argmax(chances))
        if chances[worst] < LIKELY_CHANCE:
            break
        box = (*box[:worst], *box[worst + 1 :])
    return joined(box)


def _sides(box: Box) -> Box:
    """Return each limit as a condition of its own."""
    sides: list[Condition] = []
    for each in box:
        if each.among is not None:
            sides.append(each)
        sides += [Condition(each.axis, low=each.low)] if each.low > -math.inf else []
        sides += [Condition(each.axis, high=each.high)] if each.high < math.inf else []
    return tuple(sides)


def joined(conditions: Sequence[Condition]) -> Box:
    """Return several conditions on one axis as one."""
    by_axis: dict[int, Condition] = {}
    for each in conditions:
        before = by_axis.get(each.axis, Condition(each.axis))
        among = each.among if before.among is None else before.among & (each.among or before.among)
        by_axis[each.axis] = Condition(
            each.axis, max(before.low, each.low), min(before.high, each.high), among
        )
    return tuple(by_axis[axis] for axis in sorted(by_axis))


def tidied(box: Sequence[Condition], axes: Sequence[Axis]) -> Box:
    """Return a box with its limits as they are said: rounded, moved to the next step where the axis has
    steps; a limit that holds for the whole axis is dropped, and so is a condition without one."""
    kept = []
    for condition in box:
        axis = axes[condition.axis]
        if condition.among is not None:
            if len(condition.among) < len(axis.values):
                kept.append(condition)
            continue
        low, high = _limits(condition, axis)
        if low > -math.inf or high < math.inf:
            kept.append(Condition(condition.axis, low, high))
    return tuple(sorted(kept, key=lambda each: each.axis))


def _limits(condition: Condition, axis: Axis) -> tuple[float, float]:
    if axis.values:
        steps = [float(value) for value in axis.values]
        low = min((step for step in steps if step >= condition.low), default=math.inf)
        high = max((step for step in steps if step <= condition.high), default=-math.inf)
    else:
        low, high = axis.rounded(condition.low), axis.rounded(condition.high)
    return low if low > axis.low else -math.inf, high if high < axis.high else math.inf
