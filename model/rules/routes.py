"""What comes after 16: level 3, level 2, apprenticeships, higher education."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from model.compiled import compiled

F = NDArray[np.float32]
D = NDArray[np.float64]

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
DECILE_MIDDLES = ndtri((np.arange(10) + 0.5) / 10)
"""Score at the middle of each decile of England's KS4 scores."""
_STEPS = np.diff(DECILE_MIDDLES)
_EDGE = 1e-6
"""Nearest that a share moved by log-odds is taken to be to 0 or 1."""
_BLOCK = 512
_READ = 'Array({}, 1, "C", readonly=True)'


def by_score(score: F, table: D) -> F:
    """Percentages tabled by decile of England's KS4 score (low to high), read at a score, as shares 0-1
    (n,)."""
    share: F = np.empty(len(score), np.float32)
    _by_score(score, DECILE_MIDDLES, table, _slopes(table.tobytes()), share)
    return share


@lru_cache(maxsize=64)
def _slopes(table: bytes) -> D:
    """Slope from each entry of a table, as float64, to the next; 0 from the last."""
    slopes: D = np.append(np.diff(np.frombuffer(table)) / _STEPS, 0.0)
    return slopes


@compiled(f"void({_READ.format('float32')}, {', '.join([_READ.format('float64')] * 3)}, float32[::1])")
def _by_score(score: F, middles: D, table: D, slopes: D, out: F) -> None:
    # np.interp, in its own order of operations. A block at a time, for loops over people vectorise.
    last, block = middles.size - 1, np.empty(_BLOCK, np.int64)
    for start in range(0, score.shape[0], _BLOCK):
        some, shares = score[start : start + _BLOCK], out[start : start + _BLOCK]
        block[:] = -1
        for middle in middles:
            for i in range(some.shape[0]):
                block[i] += np.int64(np.float64(some[i]) >= middle)
        for i in range(some.shape[0]):
            x, j = np.float64(some[i]), max(block[i], 0)
            value = slopes[j] * (x - middles[j]) + table[j]
            value = table[0] if block[i] < 0 else value
            value = table[last] if block[i] == last else value
            shares[i] = np.float32((value if x == x else x) / 100.0)


def shifted(share: F, log_odds: F | np.float32) -> F:
    """A share moved by log-odds, (n,) or one number for all (n,); 0 and 1 stay."""
    if share.size and share.min() >= _EDGE and share.max() <= 1 - _EDGE:
        moved: F = expit(logit(share) + log_odds).astype(np.float32, copy=False)
        return moved
    inner = np.minimum(np.maximum(share, np.float32(_EDGE)), np.float32(1 - _EDGE))
    moved = expit(logit(inner) + log_odds).astype(np.float32, copy=False)
    return np.where((share <= 0) | (share >= 1), share, moved)


def programme_start(level3: F, completion: float) -> F:
    """Share who start a level 3 programme, given the share who will hold level 3 by 19 and the completion
    rate."""
    result: F = np.minimum(level3 / np.float32(completion), np.float32(0.99))
    return result


def catch_up(score: F, cut_at_16: float, england_gain: float, per_sd: float, local: float) -> F:
    """Chance of level 2 English and maths between 16 and 19 for those without it (n,).

    Args:
        score: (n,) KS4 score, all below the cut.
        cut_at_16: England's cut at 16.
        england_gain: share of England's pupils without it at 16 who have it by 19.
        per_sd: log-odds for one SD nearer to the cut.
        local: log-odds of the town.

    Those without it lie on average `spread` below the cut; the slope turns about that mean, so England keeps
    its gain.
    """
    density = np.exp(-0.5 * cut_at_16**2) / np.sqrt(2 * np.pi)
    below = float(density / max(1e-9, float(ndtr(cut_at_16))))
    centred = score + np.float32(below)
    base = logit(min(max(england_gain, 1e-6), 1 - 1e-6))
    result: F = expit(base + per_sd * centred + local).astype(np.float32)
    return result
