"""How long an effect lasts: a part for good, two parts that fade, and one that ends with the delivery.

Trials follow children for a year or two, rarely for five. What is left after one and after five years fixes
the shares of parts whose rates are the same for all programmes. The year-to-year stability of scores says
nothing about this and is never used.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]

SLOW: Final = 0.4
"""Rate at which the slow part fades, 1/year: that of the trial of early language that looked again after two
years (evidence M19)."""
FAST: Final = 3.0
"""Rate at which the fast part fades, 1/year (SD 1.0): that of most trials with a follow-up (evidence M19)."""
LEFT_A_YEAR: Final = (1.0, float(np.exp(-SLOW)), float(np.exp(-FAST)), 0.0)
"""What a year leaves of each part: lasting, slow, fast, passing."""
_SUM_WEIGHT: Final = 1e4
"""Weight of the row that makes the shares sum to 1, against a weight of 1 for each share left."""


@dataclass(frozen=True)
class Parts:
    """Shares of an effect that last for good, fade slowly, fade fast, and pass with the year of delivery;
    they sum to 1. `misfit` is the largest difference from the shares left that they were solved for."""

    lasting: float
    slow: float
    fast: float
    passing: float
    misfit: float

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """The four shares in the order of LEFT_A_YEAR."""
        return self.lasting, self.slow, self.fast, self.passing


@lru_cache
def split(keep1: float, keep5: float) -> Parts:
    """Return the parts whose shares left after one and five years come nearest to `keep1` and `keep5`:
    non-negative least squares. No part is negative, so that some pairs cannot be met: `misfit` says by how
    much.

    Raises:
        ValueError: not 0 <= keep5 <= keep1 <= 1.
    """
    if not 0 <= keep5 <= keep1 <= 1:
        raise ValueError(f"shares left must fall from 1 to keep1 to keep5, got {keep1}, {keep5}")
    # Half a second, which a command that reads no card does not pay.
    from scipy.optimize import nnls

    rates = np.array([0.0, SLOW, FAST])
    rows = [np.exp(-rates), np.exp(-5 * rates), np.full(3, _SUM_WEIGHT)]
    shares, _ = nnls(np.array(rows), np.array([keep1, keep5, _SUM_WEIGHT]))
    lasting, slow, fast = (float(share) for share in shares / shares.sum())
    found = Parts(lasting, slow, fast, 0.0, 0.0)
    misfit = max(abs(float(left(found, 1)) - keep1), abs(float(left(found, 5)) - keep5))
    return Parts(lasting, slow, fast, 0.0, misfit)


def parts_of(form: str, keep1: float | None = None, keep5: float | None = None) -> Parts:
    """Return the parts of an effect of that form: "fades" (solved from its shares left), "while_delivered"
    (passes), "lasting" and "builds_to_age" (for good: what builds comes as yearly doses).

    Raises:
        ValueError: there is no such form, or "fades" lacks its shares.
    """
    if form == "fades" and keep1 is not None and keep5 is not None:
        return split(keep1, keep5)
    if form == "while_delivered":
        return Parts(0.0, 0.0, 0.0, 1.0, 0.0)
    if form in ("lasting", "builds_to_age"):
        return Parts(1.0, 0.0, 0.0, 0.0, 0.0)
    raise ValueError(f"no parts of form {form!r} with shares {keep1}, {keep5}")


def left(parts: Parts, years: float | F) -> F:
    """Return the share of the first year's effect that is left `years` after it (any shape, the same out; 0:
    the year itself)."""
    t = np.asarray(years, np.float64)
    passing = np.where(t <= 0, parts.passing, 0.0)
    total: F = parts.lasting + parts.slow * np.exp(-SLOW * t) + parts.fast * np.exp(-FAST * t) + passing
    return total
