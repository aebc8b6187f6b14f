"""The page's bands: where 8 runs in 10 lie."""

from typing import Final

import numpy as np

from experiments.runs.statistics import D, runs

LOW: Final = 10.0
HIGH: Final = 90.0
"""Percentiles: 8 runs in 10 lie between."""


def eight_in_ten(x: D) -> tuple[D, D]:
    """10th and 90th percentile over the runs that have a figure: x (S, ...), NaN where there is none; (...)
    each, NaN where no run has one."""
    low, high = (np.full(x.shape[1:], np.nan) for _ in range(2))
    count = runs(x)
    all_, some = count == len(x), (count > 0) & (count < len(x))
    if np.any(all_):
        low[all_], high[all_] = np.percentile(x[:, all_], [LOW, HIGH], axis=0)
    if np.any(some):  # a hundred times slower a column
        low[some], high[some] = np.nanpercentile(x[:, some], [LOW, HIGH], axis=0)
    return low, high
