"""Absence: what share of sessions a pupil misses."""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

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
    mean: F,
    trait: F,
    illness: F,
    socio: F,
    *,
    trait_sd: float,
    illness_sd: float,
    per_socio: float,
    level: float,
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
    missed: F = mean * np.float32(level) * np.exp(log - np.float32(0.5 * variance))
    return np.minimum(missed, np.float32(100.0))


_F, _F2, _I2, _U1 = (
    f'Array({kind}, {d}, "C", readonly=True)'
    for kind, d in (("float32", 1), ("float32", 2), ("int16", 1), ("uint8", 1))
)


@compiled(
    f"void(int64, {_I2}, {_U1}, {_F}, {_F}, {_F}, {_F2}, {_F}, float32, float32, float32, float32, float32,"
    " float32[::1], float32[::1])"
)
def _terms(
    year: int,
    cohort: NDArray[np.int16],
    history: NDArray[np.uint8],
    trait: F,
    illness: F,
    socio: F,
    usual: F,
    expected: F,
    trait_sd: np.float32,
    illness_sd: np.float32,
    per_socio: np.float32,
    half: np.float32,
    level: np.float32,
    log: F,
    mean: F,
) -> None:
    for i in range(cohort.shape[0]):
        beyond = socio[i] - expected[np.uintp(history[i] & 63)]
        log[i] = trait_sd * trait[i] + illness_sd * illness[i] + per_socio * beyond - half
        mean[i] = usual[np.uintp(year - cohort[i] >= 12), np.uintp(history[i] & 1)] * level


def absence_of(
    year: int,
    cohort: NDArray[np.int16],
    history: NDArray[np.uint8],
    trait: F,
    illness: F,
    socio: F,
    usual: F,
    expected: F,
    *,
    trait_sd: float,
    illness_sd: float,
    per_socio: float,
    level: float,
) -> F:
    """`sessions_missed` of pupils of 5 to 16, % (n,), to the same bits, with means looked up by phase and
    need.

    Args:
        cohort: (n,) birth cohort, so age is `year` less that. history: (n,) years in need, this year the
            lowest bit.
        trait, illness: (n,) as in `sessions_missed`. socio: (n,) socio-emotional skill, SD.
        usual: (2, 2) England's mean absence by phase and need, %. expected: (64,) mean of `socio` by history.
        The others as in `sessions_missed`.
    """
    half = 0.5 * (trait_sd**2 + illness_sd**2 + per_socio**2)
    log, mean = np.empty((2, len(cohort)), np.float32)
    _terms(
        year,
        cohort,
        history,
        trait,
        illness,
        socio,
        usual,
        expected,
        np.float32(trait_sd),
        np.float32(illness_sd),
        np.float32(per_socio),
        np.float32(half),
        np.float32(level),
        log,
        mean,
    )
    missed: F = np.minimum(mean * np.exp(log, out=log), np.float32(100.0))
    return missed


def effect_on_skill(absence: F, mean: F, per_point: float) -> F:
    """Yearly effect on skill, SD (n,), of missing more or less than England's mean for the group."""
    return np.float32(per_point) * (absence - mean)
