"""Figures of runs by group, the gap between two groups among them."""

from typing import Final

import numpy as np

from experiments.compare.arrays import GAPS
from experiments.runs.ensemble import Ensemble
from experiments.runs.statistics import D
from model.indicators.registry import INDICATORS

BAND_FROM: Final = 10
"""Runs from which nine in ten of them can be spoken of: fewer have no band."""
GAP: Final = "gap"
"""By how much the disadvantaged fare worse than the others."""


def figures(ensemble: Ensemble, indicator: str, group: str) -> D | None:
    """Return the figures of a group (S, Y) that may be shown, NaN where there is none, or of the gap; None
    where nothing is recorded."""
    if group != GAP:
        found = ensemble.path(indicator, group)
        return None if found is None else found.astype(np.float64)
    worse, better = (figures(ensemble, indicator, each) for each in GAPS[GAP])
    return None if worse is None or better is None else INDICATORS[indicator].direction * (better - worse)
