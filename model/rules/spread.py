"""How figures hang together and vary: slope, correlation, spread, variance between schools."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 10_000
"""Products that a library of linear algebra adds up in one thread: with more of them the sum, and the time it
takes, would depend on the machine's cores."""

type F = NDArray[np.floating[Any]]
type D = NDArray[np.float64]


def slope(x: F, y: F) -> tuple[float, int]:
    """Return the least-squares slope of y on x over those who have both (x, y: (n,), NaN for none), and their
    number; NaN where fewer than three or no spread in x."""
    a, b = _both(x, y)
    total = float(a.sum())
    spread = _product(a, a, total, total)
    if len(a) <= 2 or not spread > 0:
        return math.nan, len(a)
    return _product(a, b, total, float(b.sum())) / spread, len(a)


def correlation(x: F, y: F) -> tuple[float, int]:
    """Return Pearson's correlation over those who have both (x, y: (n,), NaN for none), and their number; NaN
    where fewer than three or no spread."""
    a, b = _both(x, y)
    of_a, of_b = float(a.sum()), float(b.sum())
    spread = _product(a, a, of_a, of_a) * _product(b, b, of_b, of_b)
    if len(a) <= 2 or not spread > 0:
        return math.nan, len(a)
    return _product(a, b, of_a, of_b) / math.sqrt(spread), len(a)


def deviation(x: F) -> float:
    """Return the standard deviation of a sample (n,), n - 1 in its denominator; NaN for fewer than two."""
    a = x.astype(np.float64)
    total = float(a.sum())
    return math.sqrt(max(0.0, _product(a, a, total, total)) / (len(a) - 1)) if len(a) > 1 else math.nan


def intraclass(x: F, unit: NDArray[np.intp]) -> float:
    """Return the share of the variance that lies between units: one-way analysis of variance, unequal sizes.

    Args:
        x: (n,) scores, none missing.
        unit: (n,) unit of each, 0 or more.

    Returns:
        (between - within) / (between + (m - 1) within) of the mean squares, m the mean size corrected for
        its spread; below 0 where units differ less than chance would have it, NaN where there are fewer than
        two units, no two people in one, or no spread.
    """
    a = x.astype(np.float64)
    count = np.bincount(unit)
    size = count[count > 0].astype(np.float64)
    k, n = len(size), len(a)
    if k < 2 or n <= k:
        return math.nan
    total = np.bincount(unit, weights=a)[count > 0]
    whole = float(a.sum())
    explained = float((total**2 / size).sum()) - whole**2 / n
    between, within = explained / (k - 1), (_product(a, a, whole, whole) - explained) / (n - k)
    m = (n - float((size**2).sum()) / n) / (k - 1)
    parts = between + (m - 1) * within
    return (between - within) / parts if parts > 0 else math.nan


def _both(x: F, y: F) -> tuple[D, D]:
    both = np.isfinite(x) & np.isfinite(y)
    if not both.all():
        x, y = x[both], y[both]
    return x.astype(np.float64), y.astype(np.float64)


def _product(a: D, b: D, of_a: float, of_b: float) -> float:
    """Return the sum of the products of deviations from the means, given the sums of both."""
    parts = (np.dot(a[i : i + _AT_ONCE], b[i : i + _AT_ONCE]) for i in range(0, len(a), _AT_ONCE))
    return float(sum(parts)) - of_a * of_b / max(len(a), 1)
