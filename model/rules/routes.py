"""What comes after 16: level 3, level 2, apprenticeships, higher education."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from model.compiled import Reals, rule

F = NDArray[np.float32]

SCHOOL, SIXTH_FORM, COLLEGE_3, COLLEGE_2, APPRENTICE, JOB, NONE, UNIVERSITY, ADULT = range(9)
ROUTES = (
    "at school",
    "school sixth form",
    "level 3 at college",
    "level 2 or below at college",
    "apprenticeship",
    "work",
    "neither in education nor work",
    "higher education",
    "grown up",
)
_ALMOST_ALL = np.float32(0.99)
_EDGE = 1e-6
"""Nearest that a share moved by log-odds is taken to be to 0 or 1."""


def shifted(share: F, log_odds: F | np.float32) -> F:
    """Return a share moved by log-odds, (n,) or one number for all (n,); 0 and 1 stay."""
    if share.size and share.min() >= _EDGE and share.max() <= 1 - _EDGE:
        moved: F = expit(logit(share) + log_odds).astype(np.float32, copy=False)
        return moved
    inner = np.minimum(np.maximum(share, np.float32(_EDGE)), np.float32(1 - _EDGE))
    moved = expit(logit(inner) + log_odds).astype(np.float32, copy=False)
    return np.where((share <= 0) | (share >= 1), share, moved)


@rule
def programme_start(level3: Reals, completion: Reals) -> Reals:
    """Return the share who start a level 3 programme, given the share who will hold level 3 by 19 and the
    completion rate."""
    return np.minimum(level3 / completion, _ALMOST_ALL)


def catch_up(score: F, cut_at_16: float, england_gain: float, per_sd: float, local: float) -> F:
    """Return the chance of level 2 English and maths between 16 and 19 for those without it (n,).

    Args:
        score: (n,) KS4 score, all below the cut.
        cut_at_16: England's cut at 16.
        england_gain: share of England's pupils without it at 16 who have it by 19.
        per_sd: log-odds for one SD nearer to the cut.
        local: log-odds of the town.

    Those without it lie on average `below` under England's mean; the slope turns about that mean, so England
    keeps its gain.
    """
    density = math.exp(-0.5 * cut_at_16**2) / math.sqrt(2 * math.pi)
    below = density / max(1e-9, float(ndtr(cut_at_16)))
    base = float(logit(min(max(england_gain, 1e-6), 1 - 1e-6)))
    result: F = expit(base + per_sd * (score + below) + local)
    return result
