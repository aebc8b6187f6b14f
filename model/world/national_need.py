"""Need in England's families: how many children are in need within six years, how long, and
what goes with it.

Solved from the parameters by letting a large sample of England's families live through the years, so that the
town's need can enter as a deviation from England's of the same year.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import Luck, decision
from model.rules import households

D = NDArray[np.float64]
F = NDArray[np.float32]
SES = decision("england.ses")
SHOCK = decision("england.shock")
FAMILIES = 20_000
FIRST, LAST = 1990, 2048
SOLVED_AT = 2017


@dataclass(frozen=True)
class NationalNeed:
    """By year from 1990: mean weight of need and share in need within six years; and, in 2017, the gap in
    position between those in need and others (SD), the variance of the weight, and the mean share of six
    years in need."""

    weights: NDArray[np.float32]
    mean_weight: D
    share: D
    position_gap: float
    weight_variance: float
    mean_share: float

    def centre(self, year: int) -> np.float32:
        """Return England's mean weight of need in a year."""
        return np.float32(self.mean_weight[max(year, FIRST) - FIRST])


@functools.cache
def _families() -> tuple[F, F]:
    """Draw what chance gives England's families, the same under all numbers: position (n,), and passing
    income of the start and of every year from FIRST - 6 on, (1 + years, n)."""
    luck, ids = Luck(0), np.arange(1, FAMILIES + 1, dtype=np.uint32)
    years = (0, *range(FIRST - 6, LAST + 1))
    return luck.normal(SES, 0, ids), np.stack([luck.normal(SHOCK, year, ids) for year in years])


def solve_need(p: Any, income: households.Income, lines: D, first: int) -> NationalNeed:
    """Solve England's need from the section `households` of the parameters.

    Args:
        lines: income position under which families are in need, by year from `first`.
    """
    ses, shocks = _families()
    shock = shocks[0]
    history = np.zeros(FAMILIES, np.uint8)
    histories = []
    for year in range(FIRST - 6, LAST + 1):
        shock = households.next_shock(shock, shocks[year - FIRST + 7], income)
        need = households.income_position(ses, shock, income) < lines[max(year, first) - first]
        history = households.shift_history(history, need)
        histories.append(history & households.SIX_YEARS)
    kept = np.array(histories[6:])
    ever = kept > 0
    at = SOLVED_AT - FIRST
    mean_share = float(households.POPCOUNT6[kept[at]][ever[at]].mean() / 6)
    weights = households.need_weights(p.persistent_ratio, mean_share)
    weight = weights[kept]
    return NationalNeed(
        weights=weights,
        mean_weight=weight.mean(axis=1).astype(np.float64),
        share=ever.mean(axis=1),
        position_gap=float(ses[~ever[at]].mean() - ses[ever[at]].mean()),
        weight_variance=float(weight[at].var()),
        mean_share=mean_share,
    )
