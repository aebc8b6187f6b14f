"""Percentages tabled by decile of England's KS4 score, read at the scores of many people in one pass."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.compiled import F4, F8, OutF4, compiled

DECILE_MIDDLES = ndtri((np.arange(10) + 0.5) / 10)
"""Score at the middle of each decile of England's KS4 scores."""
_STEPS = np.diff(DECILE_MIDDLES)
_BLOCK = 512


def by_score(score: NDArray[np.float32], table: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a table of per cent (10,), by decile of England's KS4 score (low to high), read at scores (n,),
    SD, as shares 0-1."""
    return _by_score(score, DECILE_MIDDLES, table, _slopes(table.tobytes()))


@lru_cache(maxsize=64)
def _slopes(table: bytes) -> NDArray[np.float64]:
    """Return the slope from each entry of a table, as float64, to the next; 0 from the last."""
    slopes: NDArray[np.float64] = np.append(np.diff(np.frombuffer(table)) / _STEPS, 0.0)
    return slopes


@compiled
def _by_score(score: F4, middles: F8, table: F8, slopes: F8) -> OutF4:
    # np.interp, in its own order of operations. A block at a time, for loops over people vectorise.
    out = np.empty(score.shape[0], np.float32)
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
    return out
