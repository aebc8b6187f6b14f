"""What is said of figures over many runs: mean, band, and what their variance is made of. NaN stands for a
run without a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type D = NDArray[np.float64]

LOW, HIGH = 5.0, 95.0
"""Percentiles of a band over runs."""


@dataclass(frozen=True, slots=True)
class Span:
    """A figure over the `runs` runs that have it: mean, 5th and 95th percentile (equal to the mean for one
    run)."""

    mean: float
    low: float
    high: float
    runs: int


def span(x: D) -> Span | None:
    """Summarise a figure over runs (S,), NaN where a run has none; None where no run has it."""
    known = x[np.isfinite(x)]
    if not len(known):
        return None
    low, high = np.percentile(known, [LOW, HIGH])
    return Span(float(known.mean()), float(low), float(high), len(known))


def runs(x: D) -> NDArray[np.intp]:
    """Return how many runs have a figure: x (S, ...), NaN where there is none; (...)."""
    result: NDArray[np.intp] = np.count_nonzero(np.isfinite(x), axis=0)
    return result


def mean(x: D) -> D:
    """Return the mean over the runs that have a figure (...), NaN where none has."""
    n = runs(x)
    total = np.where(np.isfinite(x), x, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def variance(x: D) -> D:
    """Return the variance over the runs that have a figure (...), over one fewer; NaN for fewer than two."""
    n = runs(x)
    squares = np.where(np.isfinite(x), (x - mean(x)) ** 2, 0.0).sum(axis=0)
    return np.where(n > 1, squares / np.maximum(n - 1, 1), np.nan)


def band(x: D) -> tuple[D, D]:
    """Return the 5th and 95th percentile over the runs that have a figure, (...) each; NaN for fewer than
    two: one run has no band."""
    n = runs(x)
    ordered = np.sort(x, axis=0)  # those without a figure come last

    def percentile(share: float) -> D:
        position = share * np.maximum(n - 1, 0)
        below = np.floor(position).astype(np.intp)
        above = np.minimum(below + 1, np.maximum(n - 1, 0))
        low = np.take_along_axis(ordered, below[None], axis=0)[0]
        high = np.take_along_axis(ordered, above[None], axis=0)[0]
        # The same two figures give exactly that figure.
        return np.where(n > 1, low + (high - low) * (position - below), np.nan)

    return percentile(LOW / 100), percentile(HIGH / 100)


def nested(x: D, groups: Sequence[int]) -> tuple[D, D]:
    """Return the variance within groups of runs and between them, by a nested analysis of variance.

    In:
        x: (N, ...) figures. groups: (N,) the group of each run (the draw of its numbers).
    Out:
        Within, the mean square about the groups' means; and between: what the groups' means differ by beyond
        what that leads to expect, never below 0; (...) each. Within is NaN where no group has two figures,
        between where within is or where there is one group.

    Source: the usual estimator of a one-way random effect, for groups of unequal size.
    """
    of = np.asarray(groups)
    there = np.isfinite(x)
    total = runs(x)
    zero = np.zeros(x.shape[1:])
    inside, outside, squares, known = zero.copy(), zero.copy(), zero.copy(), zero.copy()
    overall = mean(x)
    for group in dict.fromkeys(of.tolist()):
        each = x[of == group]
        n = runs(each)
        centre = np.where(n > 0, mean(each), 0.0)
        inside += np.where(there[of == group], (each - centre) ** 2, 0.0).sum(axis=0)
        outside += np.where(n > 0, n * (centre - overall) ** 2, 0.0)
        squares += n.astype(np.float64) ** 2
        known += n > 0
    left, apart = total - known, known - 1
    within = np.where(left > 0, inside / np.maximum(left, 1), np.nan)
    size = (total - squares / np.maximum(total, 1)) / np.maximum(apart, 1)
    excess = (outside / np.maximum(apart, 1) - within) / np.where(size > 0, size, 1.0)
    return within, np.where(apart > 0, np.maximum(excess, 0.0), np.nan)
