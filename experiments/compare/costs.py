"""What a difference cost, and what one more success cost, where that can be said.

Money is in pounds of BASE_YEAR, whoever pays. A total is divided by a number of successes only where their
band lies above none; otherwise words say what can be said.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.runs import statistics as paired
from experiments.runs.statistics import HIGH, LOW
from experiments.text import pounds
from model.indicators.record import FUNDER, PROGRAMME
from model.indicators.registry import INDICATORS
from model.state.ledger import FUNDERS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare.differences import Differences

type D = NDArray[np.float64]

BASE_YEAR: Final = 2017
"""Costs are in pounds of this year and discounted to it."""
SPENT, SERVED, DISADVANTAGED_SERVED = "money_spent", "people_served", "disadvantaged_served"


@dataclass(frozen=True, slots=True)
class CountedSuccess:
    """A success that is counted: by which indicator, and what one is called."""

    indicator: str
    words: str


OUTCOMES: Final = (
    CountedSuccess("gld", "one more child at a good level of development at 5"),
    CountedSuccess("ks2_rwm", "one more child at the expected standard at 11"),
    CountedSuccess("neet_16_17", "one year less out of education, employment and training at 16 or 17"),
    CountedSuccess("level3_by_19", "one more young person with level 3 by 19"),
    CountedSuccess("he_by_19", "one more entrant to higher education by 19"),
)
OF: Final = ("all", "disadvantaged")


def costs(comparison: "Differences") -> "pd.DataFrame":
    """Return what the second arm cost more than the first, over all years lived, in pounds of BASE_YEAR.

    One row for all, one a funder, one a programme (`of`: "all", "funder", "programme"): name, activity,
    funded_by; undiscounted and discounted; served: how often people were served, each counted once a year
    and programme, and of these disadvantaged (NaN but for all); per_served: undiscounted pounds each, NaN
    where nobody was served. Each a mean over the pairs, with the 5th and 95th percentile (`_low`, `_high`),
    NaN for one pair. A programme of the first arm alone counts below zero.
    """
    import pandas as pd

    uses = {use.name: use for scenario in (comparison.a, comparison.b) for use in scenario.programmes}
    poor = sum_of(comparison, DISADVANTAGED_SERVED, ["all"]).sum(axis=1)
    rows = [_row(comparison, "all", "all", ["all"], ["all"]) | {"disadvantaged": float(poor.mean())}]
    for funder in FUNDERS:
        of_funder = [PROGRAMME + name for name, use in uses.items() if use.funded_by == funder]
        rows.append(_row(comparison, "funder", funder, [FUNDER + funder], of_funder))
    for name, use in uses.items():
        row = _row(comparison, "programme", name, [PROGRAMME + name], [PROGRAMME + name])
        rows.append(row | {"activity": use.activity, "funded_by": use.funded_by})
    return pd.DataFrame(rows)


def _row(
    comparison: "Differences", of: str, name: str, money: Sequence[str], people: Sequence[str]
) -> dict[str, object]:
    spent = sum_of(comparison, SPENT, money)
    served = sum_of(comparison, SERVED, people).sum(axis=1)
    discounted = (spent * discount_factors(comparison)).sum(axis=1)
    undiscounted = spent.sum(axis=1)
    each = np.divide(undiscounted, served, out=np.full(served.shape, np.nan), where=served != 0)
    row: dict[str, object] = {
        "of": of,
        "name": name,
        "activity": "",
        "funded_by": "",
        "disadvantaged": math.nan,
    }
    for word, figures in (
        ("undiscounted", undiscounted),
        ("discounted", discounted),
        ("served", served),
        ("per_served", each),
    ):
        low, high = paired.band(figures)
        row |= {word: float(paired.mean(figures)), f"{word}_low": float(low), f"{word}_high": float(high)}
    return row


def sum_of(comparison: "Differences", indicator: str, groups: Sequence[str]) -> D:
    """Return by pair and year (S, Y), the second arm's total over these groups less the first's. A group that
    an arm does not have is nothing in it; so is a year without a figure, which is one not lived."""
    a, b = (_total(comparison, arm, indicator, groups) for arm in ("a", "b"))
    result: D = b - a
    return result


def _total(comparison: "Differences", arm: str, indicator: str, groups: Sequence[str]) -> D:
    ensemble = comparison.ensemble("a" if arm == "a" else "b")
    total = np.zeros((len(ensemble.cells), len(ensemble.years)))
    for group in groups:
        if (indicator, group) in ensemble.keys:
            total += np.nan_to_num(ensemble.values[:, :, ensemble.keys.index((indicator, group))])
        elif not group.startswith((PROGRAMME, FUNDER)):
            raise ValueError(f"{indicator} of {group} is not recorded")
    return total


def discount_factors(comparison: "Differences") -> D:
    """Return what a pound of a year counts for in BASE_YEAR (Y,); years before it count in full."""
    years = np.array(comparison.ensemble("b").years)
    factors: D = (1.0 + comparison.discount) ** -np.maximum(years - BASE_YEAR, 0.0)
    return factors


def extra_successes(comparison: "Differences", indicator: str, group: str) -> D:
    """Return how many people more a pair has on the good side of a share, over all its years (S,).

    The difference in share times the first arm's number of people, run by run and year by year, so that both
    arms are set against the same people.
    """
    a, b = comparison.ensemble("a"), comparison.ensemble("b")
    shares, counts = [], []
    for each in (a, b):
        at = each.keys.index((indicator, group))
        shares.append(each.values[:, :, at].astype(np.float64))
        counts.append(each.counts[:, :, at])
    more = (shares[1] - shares[0]) / 100.0 * counts[0] * INDICATORS[indicator].direction
    result: D = np.where(np.isfinite(more), more, 0.0).sum(axis=1)
    return result


def value(comparison: "Differences") -> "pd.DataFrame":
    """Return what one more success cost: the whole discounted cost set against one outcome at a time.

    One row an outcome (OUTCOMES) and group (all, disadvantaged): indicator, group, outcome (what one is);
    cost: discounted pounds, mean over pairs; extra, extra_low, extra_high: successes more over all years
    lived, not discounted; per_unit, per_unit_low, per_unit_high: pounds for one, NaN where the band of
    `extra` includes none, or nothing more was spent; said: in words, with what can be said then. `per_unit`
    is mean cost over mean successes, its band that of the pairs. Years without comparable results count with
    what the model says they would have shown.
    """
    import pandas as pd

    spent = (sum_of(comparison, SPENT, ["all"]) * discount_factors(comparison)).sum(axis=1)
    rows = []
    for outcome in OUTCOMES:
        for group in OF:
            extra = extra_successes(comparison, outcome.indicator, group)
            low, high = paired.band(extra)
            priced = price(spent, extra)
            rows.append(
                {
                    "indicator": outcome.indicator,
                    "group": group,
                    "outcome": outcome.words,
                    "cost": float(spent.mean()),
                    "extra": float(extra.mean()),
                    "extra_low": float(low),
                    "extra_high": float(high),
                    "per_unit": priced.mean,
                    "per_unit_low": priced.low,
                    "per_unit_high": priced.high,
                    "said": priced.said,
                }
            )
    return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True)
class Price:
    """Pounds for one more success, NaN where it cannot be said, and what can be, in words."""

    mean: float
    low: float
    high: float
    said: str


def price(spent: D, extra: D) -> Price:
    """Return what one more success cost over pairs that spent (S,) pounds and had `extra` (S,) successes."""

    def unsaid(words: str) -> Price:
        return Price(math.nan, math.nan, math.nan, words)

    if not spent.any():
        return unsaid("nothing more was spent: there is no cost to divide")
    if spent.min() <= 0:
        return unsaid("not in every pair was more spent: there is no cost to divide")
    if len(spent) < 2:
        return unsaid("one pair has no band, so it cannot be said whether there is a gain to divide by")
    low, high = (float(each) for each in paired.band(extra))
    # A pair without a gain has no price, however high; an outer pair is taken, so that nothing is made up
    # between a price and none.
    each = np.divide(spent, extra, out=np.full(spent.shape, np.inf), where=extra > 0)
    cheapest = float(np.percentile(each, LOW, method="lower"))
    dearest = float(np.percentile(each, HIGH, method="higher"))
    if high <= 0 or math.isinf(cheapest):
        return unsaid("no price can be said: the band of the difference holds no gain")
    if low <= 0 or math.isinf(dearest):
        none = int(np.count_nonzero(extra <= 0))
        why = (
            "the band of the difference includes no gain"
            if low <= 0
            else f"{none} of {len(extra)} pairs had no gain"
        )
        return unsaid(f"at least {pounds(cheapest)}; no upper bound: {why}")
    middle = float(spent.mean() / extra.mean())
    return Price(middle, cheapest, dearest, f"{pounds(middle)} ({pounds(cheapest)} to {pounds(dearest)})")
