"""Who gets a programme: order, places, take-up, and how an effect divides between groups."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

F = NDArray[np.float32]
B = NDArray[np.bool_]


def take_up_chance(
    rate: float, ses: F, trust: F, *, tilt: float, per_trust: float, multiplier: float = 1.0
) -> F:
    """Return the chance that somebody who is offered a programme takes part (n,).

    Args:
        rate: at mean family position and trust. ses: (n,) family position, national SD.
        trust: (n,) trust in school beyond what position leads to expect, SD.
        tilt, per_trust: log-odds for an SD of each. multiplier: of the chance itself, as by youth voice.
    """
    if rate <= 0.0:
        return np.zeros(len(ses), np.float32)
    if rate >= 1.0:
        return np.full(len(ses), min(1.0, multiplier), np.float32)
    chance = expit(logit(rate) + tilt * ses + per_trust * trust) * multiplier
    result: F = np.minimum(chance, 1.0).astype(np.float32)
    return result


def anyway(count: int, usual: float) -> int:
    """Return how many of `count` eligible, first in the order, are served as everywhere in England."""
    return int(np.rint(count * min(max(usual, 0.0), 1.0)))


def offered_by_reach(count: int, served_anyway: int, reach: float) -> int:
    """Return how many are offered beyond those served anyway, where the programme reaches a share of the
    eligible: only what lies above England's share is more than England has."""
    return max(0, min(count, int(np.rint(count * min(reach, 1.0)))) - served_anyway)


def first_takers(takes: B, places: int) -> B:
    """Return who gets a place (n,), in the order of offers: those who take part, until places are gone. More
    places never take one away."""
    result: B = takes & (np.cumsum(takes) <= places)
    return result


def group_effects(mean: float, ratio: float, share: float, of: str) -> tuple[float, float]:
    """Return the effect on (others, disadvantaged), such that the card's figure holds.

    Args:
        mean: the card's effect. ratio: effect on the disadvantaged over that on others.
        share: share of the disadvantaged among those treated.
        of: whose effect the card gives: "treated_mean" (the two, weighted by who is treated), "disadvantaged"
            or "others".
    """
    if of == "disadvantaged":
        return (mean / ratio if ratio else mean), mean
    other = mean if of == "others" else mean / (1.0 + share * (ratio - 1.0))
    return other, other * ratio


def low_attainer_weights(lowest: B, ratio: float) -> F:
    """Return weights (n,), of mean 1, of an effect `ratio` times as large on those furthest behind."""
    weight = np.where(lowest, ratio, 1.0)
    mean = weight.mean() if len(weight) else 1.0
    return (weight / mean).astype(np.float32)


def affordable(count: int, unit_cost: float, money: float) -> int:
    """Return how many of `count` can be paid for."""
    if unit_cost <= 0.0 or not np.isfinite(money):
        return count
    return int(min(count, max(0.0, money) // unit_cost))


def to_log_odds(points: float, base: float) -> float:
    """Return percentage points on a chance of `base`, as log-odds."""
    return points / 100.0 / (base * (1.0 - base))
