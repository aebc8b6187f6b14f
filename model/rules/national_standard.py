"""The measuring rod: England's own results set every standard.

Skill has mean 0 and SD 1 in England at every age. An observed score is skill plus error, again with SD 1 in
England, and a published standard is the quantile of England's observed scores that England's own result of
the year implies.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.compiled import Reals, rule

F = NDArray[np.float32]
_NONE = np.float32(0)
MOST_POINTS = np.float32(90)
"""Of Attainment 8: ten slots of at most nine."""


def weights(reliability: float) -> tuple[float, float]:
    """Return the weights of skill and of error in a score, given the share of its variance that is skill."""
    return math.sqrt(reliability), math.sqrt(1.0 - reliability)


@rule
def with_error(skill: Reals, error: Reals, of_skill: Reals, of_error: Reals) -> Reals:
    """Return the score of an assessment, SD 1 in England as skill is: skill and a standard normal error, each
    by its weight (`weights`)."""
    return of_skill * skill + of_error * error


def observed_score(skill: F, error: F, reliability: float) -> F:
    """Return scores of an assessment (n,), SD, from skill (n,), SD, and standard normal errors (n,), by the
    share of their variance that is skill, 0 to 1."""
    score: F = with_error(skill, error, *weights(reliability))
    return score


def cut(pass_percent: float) -> float:
    """Return the score that `pass_percent` per cent of England exceed (NaN where England's result is
    missing)."""
    return float(ndtri(1.0 - pass_percent / 100.0))


@rule
def attainment8(score: Reals, mean: Reals, sd: Reals) -> Reals:
    """Return Attainment 8 in points (0-90) from a KS4 score, by England's mean and SD of the year."""
    return np.minimum(np.maximum(mean + sd * score, _NONE), MOST_POINTS)


def progress8(ks4: F, ks2: F, correlation: float, sd: float, mean: float) -> F:
    """Return Progress 8: own Attainment 8 less what England's pupils of the same KS2 score reach.

    Args:
        ks4: (n,) KS4 score, SD.
        ks2: (n,) KS2 score, SD; NaN where a pupil has none, and then the result is NaN.
        correlation: England's correlation of KS2 and KS4 scores.
        sd: England's SD of Attainment 8, points.
        mean: England's published mean of Progress 8 in the year, grades (by definition near 0).

    Returns:
        (n,) grades a subject. Attainment 8 is ten subject slots, hence the division by ten.
    """
    result: F = (ks4 - np.float32(correlation) * ks2) * np.float32(sd / 10.0) + np.float32(mean)
    return result
