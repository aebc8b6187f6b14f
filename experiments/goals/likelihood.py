"""How likely something is, in numbers and in the words of one scale.

A run reaches a goal or it does not. Runs of one draw of the posterior are not independent of each other,
and two draws may be copies of one set of numbers; so what counts as a replicate is a set of numbers: runs of
the same set are one cluster, whatever their seeds. Nobody in a town is ever counted as a replicate.

The share p is the mean over draws, each with the share of its own runs that reach the goal. How far p may be
off is said by an interval of Jeffreys for a binomial share, with an effective number of replicates: that
number of independent runs which would give p the variance that the clusters show,

    n = p (1 - p) / V,    V = C / (C - 1) * sum of w_c^2 (p_c - p)^2,

for C clusters of weight w_c and share p_c. It is kept between 1 / sum of w_c^2 (as if all seeds of a cluster
gave the same) and the number of runs (as if each were a replicate). Where all runs agree, V is 0 and says
nothing: then n is the smaller of the two, so that "none of our 100 runs" is never read as more than its
clusters allow.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from experiments.reach.findings import Likelihood

type D = NDArray[np.float64]

EVEN: Final = 0.5
"""As likely as not."""
TAIL: Final = 0.05
"""Left out on either side of an interval: nine in ten such shares lie in it."""
ENOUGH: Final = 10.0
"""Replicates from which a share is put into words."""
TOO_FEW: Final = "too few runs to say"
_ROUNDING: Final = 1e-24
"""A spread of clusters no larger than this is none but for rounding."""
SOURCE: Final = (
    "the scale that UK government analysts use (the probability yardstick of the Professional Head of "
    "Intelligence Assessment)"
)

SCALE: Final = (
    (0.0, 0.05, "remote chance"),
    (0.10, 0.20, "highly unlikely"),
    (0.25, 0.35, "unlikely"),
    (0.40, 0.50, "realistic possibility"),
    (0.55, 0.75, "likely"),
    (0.80, 0.90, "highly likely"),
    (0.95, 1.0, "almost certain"),
)
"""The yardstick, from its lowest to its highest share. It leaves gaps on purpose: a share in a gap has the
word of the nearer end, in the middle of a gap that of the higher."""
GAP_RULE: Final = "A share between two ranges of the scale has the word of the nearer one."

UPPER: Final = tuple((low[1] + high[0]) / 2 for low, high in pairwise(SCALE))
"""Where each word but the last ends."""


def word(share: float) -> str:
    """The word of the scale for a share, 0 to 1. Raises ValueError for what is none."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{share} is no share")
    # A share that is a middle but for rounding counts as one.
    return SCALE[int(np.searchsorted(UPPER, share + 1e-9, side="right"))][2]


def likelihood(reached: D, clusters: Sequence[int], draws: Sequence[int]) -> Likelihood | None:
    """How likely it is, by runs (S,): `reached` 1 or 0, NaN where that cannot be decided; `clusters` says
    which runs are of one set of numbers, `draws` of one draw of them. None where no run decides it."""
    known = np.isfinite(reached)
    runs = int(known.sum())
    if not runs:
        return None
    x = reached[known]
    _, of = np.unique(np.asarray(clusters)[known], return_inverse=True)
    _, draw = np.unique(np.asarray(draws)[known], return_inverse=True)
    # A draw counts once, however many of its runs decide.
    weight = 1.0 / np.bincount(draw)[draw]
    weight /= weight.sum()
    # Where all agree the share is none or all, to the last bit: nothing is left that could pass for a spread.
    share = float(x[0]) if (x == x[0]).all() else float(weight @ x)
    w = np.bincount(of, weight)
    p = np.bincount(of, weight * x) / w
    n = replicates(share, w, p, runs)
    low, high = interval(share, n)
    words = word(share) if n >= ENOUGH else TOO_FEW
    return Likelihood(int(x.sum()), runs, len(reached) - runs, share, low, high, words)


def replicates(share: float, weights: D, shares: D, runs: int) -> float:
    """The effective number of replicates behind a share: `weights` (C,) and `shares` (C,) of its clusters."""
    least = float(1.0 / np.sum(weights**2))
    count = len(weights)
    spread = float(np.sum((weights * (shares - share)) ** 2))
    if count < 2 or spread <= _ROUNDING or not 0.0 < share < 1.0:
        return least
    variance = spread * count / (count - 1)
    return float(np.clip(share * (1.0 - share) / variance, least, runs))


def interval(share: float, n: float) -> tuple[float, float]:
    """Where nine in ten such shares would lie: the interval of Jeffreys for a share of `n` replicates."""
    a, b = n * share + 0.5, n * (1.0 - share) + 0.5
    return float(betaincinv(a, b, TAIL)), float(betaincinv(a, b, 1.0 - TAIL))


def number(found: Likelihood) -> str:
    """The number for a reader: `62 of 100 runs`, `none of 100 runs`, `all 100 runs`; a count, which claims no
    more than was run."""
    if found.reached == 0:
        return f"none of {found.runs} runs"
    if found.reached == found.runs:
        return f"all {found.runs} runs"
    return f"{found.reached} of {found.runs} runs"


def per_cent(share: float) -> str:
    """A share that is neither none nor all: `under 1%`, `62%`, `over 99%`."""
    if share < 0.01:
        return "under 1%"
    return "over 99%" if share > 0.99 else f"{100 * share:.0f}%"


def said(found: Likelihood | None) -> str:
    """Words and number together: `likely (62 of 100 runs; 48% to 74%)`; `remote chance (none of 100 runs; up
    to 4%)`."""
    if found is None:
        return "cannot be decided"
    return f"{found.words} ({number(found)}; {bounds(found)})"


def bounds(found: Likelihood) -> str:
    """The interval in words: `48% to 74%`, `up to 4%` where no run reaches it, `94% or more` where all do."""
    if found.reached == 0:
        return f"up to {per_cent(found.high)}"
    if found.reached == found.runs:
        return f"{per_cent(found.low)} or more"
    return f"{per_cent(found.low)} to {per_cent(found.high)}"
