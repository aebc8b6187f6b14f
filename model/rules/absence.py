"""Absence: what share of sessions a pupil misses."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import Reals, rule

F = NDArray[np.float32]


def group_means(all_percent: float, ratio: float, share: float) -> tuple[float, float]:
    """Return England's mean absence of (children not in need, in need), % of sessions.

    Args:
        all_percent: England's mean of all pupils in the year and phase.
        ratio: mean of those in need over that of the others.
        share: England's share in need.
    """
    other = all_percent / (1.0 + share * (ratio - 1.0))
    return other, other * ratio


@rule
def log_missed(
    trait: Reals,
    illness: Reals,
    socio: Reals,
    trait_sd: Reals,
    illness_sd: Reals,
    per_socio: Reals,
    mean: Reals,
) -> Reals:
    """Return the log of sessions missed over the mean of the child's group in England.

    Args:
        trait, illness: lasting tendency and this year's draw, SD 1; trait_sd, illness_sd: on the log scale.
        socio: socio-emotional skill less the mean of the child's group, SD; per_socio: log change for one SD.
        mean: of the log (`log_mean`), so that sessions missed have the group's mean.
    """
    return trait_sd * trait + illness_sd * illness + per_socio * socio - mean


def log_mean(trait_sd: float, illness_sd: float, per_socio: float) -> float:
    """Return the log of the mean of sessions missed: half the variance of its log."""
    return 0.5 * (trait_sd**2 + illness_sd**2 + per_socio**2)


def sessions_missed(mean: F, log: F) -> F:
    """Return sessions missed in a year, % (n,), at most 100, from the mean of each one's group in the town
    (n,), %, and `log_missed` (n,)."""
    return np.minimum(mean * np.exp(log), np.float32(100.0))


@rule
def effect_on_skill(absence: Reals, mean: Reals, per_point: Reals) -> Reals:
    """Return the yearly effect on skill, SD, of missing more or less than England's mean for the group, %."""
    return per_point * (absence - mean)
