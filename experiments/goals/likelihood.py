"""Say how likely something is: one count, one interval and one scale of words, for command line, report and
page.

Fewer than WORDED runs have a count alone, "19 of 20 runs"; from then on the word of the scale stands before
the count. Both are of the runs that decide.

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
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

type D = NDArray[np.float64]

EVEN: Final = 0.5
"""As likely as not."""
TAIL: Final = 0.05
"""Left out on either side of an interval: nine in ten such shares lie in it."""
WORDED: Final = 100
"""Runs from which a share is put into a word: fewer cannot tell one word from the next."""
OPEN: Final = "cannot be decided"
_ROUNDING: Final = 1e-24
"""A spread of clusters no larger than this is none but for rounding."""

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
RULE: Final = (
    "The scale is that of UK government analysts (the probability yardstick of the Professional Head of "
    "Intelligence Assessment). A share between two ranges has the word of the nearer one. Fewer than "
    f"{WORDED} runs are for exploring: then there are counts alone, and no words."
)

UPPER: Final = tuple((low[1] + high[0]) / 2 for low, high in pairwise(SCALE))
"""Share at which each word but the last ends."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """In how many of the runs that decide it (`runs`) something comes about (`reached`), that share, and the
    interval in which nine in ten such shares lie (`low`, `high`)."""

    reached: int
    runs: int
    undecided: int
    share: float
    low: float
    high: float

    @property
    def word(self) -> str:
        """Return the word of the scale; empty for fewer than WORDED runs."""
        return word(self.share) if self.runs >= WORDED else ""

    @property
    def likely(self) -> bool:
        """Tell whether it is more likely than not."""
        return self.share > EVEN


def word(share: float) -> str:
    """Return the word of the scale for a share, 0 to 1. Raises ValueError for what is none."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{share} is no share")
    # A share that is a middle but for rounding counts as one.
    return SCALE[int(np.searchsorted(UPPER, share + 1e-9, side="right"))][2]


def scale() -> list[tuple[str, str, float]]:
    """Return the scale as a table: each word, the runs in 100 that it stands for in words, and their middle,
    a share."""
    rows = []
    for low, high, name in SCALE:
        between = f"{100 * low:.0f} to {100 * high:.0f} in 100"
        ends = {0.0: f"up to {100 * high:.0f} in 100"}.get(low, between)
        rows.append((name, f"{100 * low:.0f} or more in 100" if high >= 1 else ends, (low + high) / 2))
    return rows


def share(reached: D, draws: Sequence[int]) -> float:
    """Average over draws the share of their runs that reach something, a draw counting once however many of
    its runs decide: `reached` (S,) 1 or 0, NaN where undecided; NaN where no run decides."""
    known = np.isfinite(reached)
    _, of = np.unique(np.asarray(draws)[known], return_inverse=True)
    each = np.bincount(of, reached[known]) / np.bincount(of)
    return float(each.mean()) if len(each) else float("nan")


def likelihood(reached: D, clusters: Sequence[int], draws: Sequence[int]) -> Likelihood | None:
    """Say how likely it is, by runs (S,): `reached` 1 or 0, NaN where that cannot be decided; `clusters` says
    which runs are of one set of numbers, `draws` of one draw of them. None where no run decides it."""
    known = np.isfinite(reached)
    runs = int(known.sum())
    if not runs:
        return None
    x, p = reached[known], share(reached, draws)
    _, of = np.unique(np.asarray(clusters)[known], return_inverse=True)
    _, draw = np.unique(np.asarray(draws)[known], return_inverse=True)
    weight = 1.0 / np.bincount(draw)[draw]
    weight /= weight.sum()
    w = np.bincount(of, weight)
    n = replicates(p, w, np.bincount(of, weight * x) / w, runs)
    return Likelihood(int(x.sum()), runs, len(reached) - runs, p, *interval(p, n))


def replicates(share: float, weights: D, shares: D, runs: int) -> float:
    """Return the effective number of replicates behind a share: `weights` (C,) and `shares` (C,) of its
    clusters."""
    least = float(1.0 / np.sum(weights**2))
    count = len(weights)
    spread = float(np.sum((weights * (shares - share)) ** 2))
    if count < 2 or spread <= _ROUNDING or not 0.0 < share < 1.0:
        return least
    variance = spread * count / (count - 1)
    return float(np.clip(share * (1.0 - share) / variance, least, runs))


def interval(share: float, n: float) -> tuple[float, float]:
    """Return where nine in ten such shares would lie: the interval of Jeffreys for a share of `n`
    replicates."""
    a, b = n * share + 0.5, n * (1.0 - share) + 0.5
    return float(betaincinv(a, b, TAIL)), float(betaincinv(a, b, 1.0 - TAIL))


def count(found: Likelihood) -> str:
    """Say in how many of the runs that decide it: `62 of 100 runs`, `none of 20 runs`, `all 20 runs, 3
    undecided`; `reached` or `not reached` for one run."""
    if found.runs == 1:
        much = "reached" if found.reached else "not reached"
    else:
        ends = {0: f"none of {found.runs} runs", found.runs: f"all {found.runs} runs"}
        much = ends.get(found.reached, f"{found.reached} of {found.runs} runs")
    return much + (f", {found.undecided} undecided" if found.undecided else "")


def likelihood_text(found: Likelihood | None) -> str:
    """Say how likely: `19 of 20 runs`; from WORDED runs on `likely, 130 of 200 runs`."""
    if found is None:
        return OPEN
    return f"{found.word}, {count(found)}" if found.word else count(found)


def in_hundred(share: float) -> str:
    """Say a share in whole numbers of a hundred, never none and never all."""
    whole = round(100 * share)
    if whole <= 0:
        return "fewer than 1 in 100"
    return "more than 99 in 100" if whole >= 100 else f"{whole} in 100"


def bounds(found: Likelihood) -> str:
    """Say the interval, of a hundred runs: `12 to 37`; `up to 4` where no run reaches it, `96 or more` where
    all do."""
    low, high = (in_hundred(each).removesuffix(" in 100") for each in (found.low, found.high))
    if low == high:
        return low
    if not found.reached:
        return f"up to {high}"
    return f"{low} or more" if found.reached == found.runs else f"{low} to {high}"
