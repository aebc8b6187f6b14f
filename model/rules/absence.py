"""Absence: what share of sessions a pupil misses."""

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float32]


def group_means(all_percent: float, ratio: float, share: float) -> tuple[float, float]:
    """England's mean absence of (children not in need, in need), % of sessions.

    Args:
        all_percent: England's mean of all pupils in the year and phase.
        ratio: mean of those in need over that of the others.
        share: England's share in need.
    """
    other = all_percent / (1.0 + share * (ratio - 1.0))
    return other, other * ratio


def sessions_missed(
    mean: F, trait: F, illness: F, socio: F, *, trait_sd: float, illness_sd: float, per_socio: float, level: float
) -> F:
    """Sessions missed in a year, % (n,): log-normal about the mean of the child's group in England.

    Args:
        mean: (n,) England's mean for the child's phase and need, %.
        trait: (n,) lasting tendency, SD 1.
        illness: (n,) this year's draw, SD 1.
        socio: (n,) socio-emotional skill less the mean of the child's group, SD.
        trait_sd, illness_sd: SDs on the log scale.
        per_socio: log change for one SD of socio-emotional skill (negative).
        level: the town's level relative to England, ratio.

    Returns:
        (n,) % of sessions, at most 100, with mean `mean * level` in England.
    """
    variance = trait_sd**2 + illness_sd**2 + per_socio**2
    log = np.float32(trait_sd) * trait + np.float32(illness_sd) * illness + np.float32(per_socio) * socio
    return np.minimum(mean * np.float32(level) * np.exp(log - np.float32(0.5 * variance)), np.float32(100.0))


def effect_on_skill(absence: F, mean: F, per_point: float) -> F:
    """Yearly effect on skill, SD (n,), of missing more or less than England's mean for the group."""
    return np.float32(per_point) * (absence - mean)
