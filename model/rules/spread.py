"""How figures hang together and vary: correlation of two scores, variance between schools."""

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float32]


def correlation(x: F, y: F) -> tuple[float, int]:
    """Pearson's correlation over those who have both (x, y: (n,), NaN for none), and their number; NaN where
    fewer than three or no spread."""
    both = np.isfinite(x) & np.isfinite(y)
    count = int(both.sum())
    if count < 3:
        return float("nan"), count
    a, b = x[both] - x[both].mean(), y[both] - y[both].mean()
    spread = float(np.dot(a, a)) * float(np.dot(b, b))
    return (float(np.dot(a, b)) / spread**0.5 if spread > 0 else float("nan")), count


def intraclass(x: F, unit: NDArray[np.intp]) -> float:
    """Share of the variance that lies between units, by one-way analysis of variance with unequal sizes.

    Args:
        x: (n,) scores, none missing.
        unit: (n,) unit of each, 0 or more.

    Returns:
        (between - within) / (between + (m - 1) within) of the mean squares, m the mean size corrected for
        its spread; below 0 where units differ less than chance would have it, NaN where there are fewer than
        two units or no two people in one.
    """
    size = np.bincount(unit).astype(np.float64)
    taken = size > 0
    k, n = int(taken.sum()), len(x)
    if k < 2 or n <= k:
        return float("nan")
    size = size[taken]
    mean = np.bincount(unit, weights=x)[taken] / size
    whole = float(x.mean(dtype=np.float64))
    between = float((size * (mean - whole) ** 2).sum()) / (k - 1)
    total = float(((x.astype(np.float64) - whole) ** 2).sum())
    within = (total - between * (k - 1)) / (n - k)
    m = (n - float((size**2).sum()) / n) / (k - 1)
    parts = between + (m - 1) * within
    return (between - within) / parts if parts > 0 else float("nan")
