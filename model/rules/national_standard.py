"""The measuring rod: England's own results set every standard.

Skill has mean 0 and SD 1 in England at every age. An observed score is skill plus error, again with SD 1 in
England, and a published standard is the quantile of England's observed scores that England's own result of
the year implies.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

F = NDArray[np.float32]


def observed_score(skill: F, error: F, reliability: float) -> F:
    """Score of an assessment.

    Args:
        skill: (n,) SD of skill, England's mean 0 and SD 1.
        error: (n,) standard normal draws.
        reliability: share of the variance of scores that is skill, 0 to 1.

    Returns:
        (n,) SD of score, England's mean 0 and SD 1.
    """
    return np.float32(np.sqrt(reliability)) * skill + np.float32(np.sqrt(1.0 - reliability)) * error


def cut(pass_percent: float) -> float:
    """Score that `pass_percent` per cent of England exceed (NaN where England's result is missing)."""
    return float(ndtri(1.0 - pass_percent / 100.0))


def attainment8(score: F, mean: float, sd: float) -> F:
    """Attainment 8 in points (0-90) from a KS4 score, by England's mean and SD of the year."""
    points: F = np.float32(mean) + np.float32(sd) * score
    return np.minimum(np.maximum(points, np.float32(0)), np.float32(90))


def progress8(ks4: F, ks2: F, correlation: float, sd: float, mean: float) -> F:
    """Progress 8: own Attainment 8 less what England's pupils of the same KS2 score reach.

    Args:
        ks4: (n,) KS4 score, SD.
        ks2: (n,) KS2 score, SD; NaN where a pupil has none, and then the result is NaN.
        correlation: England's correlation of KS2 and KS4 scores.
        sd: England's SD of Attainment 8, points.
        mean: England's published mean of Progress 8 in the year, grades (by definition near 0).

    Returns:
        (n,) grades a subject. Attainment 8 is ten subject slots, hence the division by ten.
    """
    return (ks4 - np.float32(correlation) * ks2) * np.float32(sd / 10.0) + np.float32(mean)
