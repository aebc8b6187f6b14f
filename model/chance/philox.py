"""Philox4x32-10, the counter-based generator behind `luck`, and the forms that turn its words into draws.

J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
(2011), doi:10.1145/2063384.2063405. Key = (seed, decision), counter = (id low, id high, year, alternative);
the first of the four words that come out is the draw, a whole number w from 0 to 2**32 - 1, and stands for
u = (w + 1/2) / 2**32.

Every draw rises with u (but for rounding in the last place) and uses all bits of w, so that rare events have
their true chance: the smallest uniform is 2**-33, normals reach 6.3 either way. Logarithm and inverse normal
are short sums, because a call into the C library would keep a loop from vectorising. Their coefficients are
least-maximum fits made for this project to `numpy.log1p` and `scipy.special.ndtri`; tests hold the errors.

Work goes in blocks that stay in the nearest cache: one loop makes words, the next turns them into draws. Only
the four operations, conversions and comparisons are used: a draw has the same bits in a vector and alone.
"""

import math

import numpy as np

from model.compiled import (
    F8,
    I2,
    U1,
    U4,
    F4x2,
    OutB,
    OutF4,
    OutF4x2,
    OutI8,
    OutU4,
    U4x2,
    compiled,
    inlined,
)

_BLOCK = 1024
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = (tuple(np.uint32(i * weyl % 2**32) for i in range(10)) for weyl in (0x9E3779B9, 0xBB67AE85))
_32 = np.uint64(32)

_ZERO, _HALF, _ONE, _TWO = np.float32(0), np.float32(0.5), np.float32(1), np.float32(2)
_UNIT = np.float32(2.0**-32)
_BELOW_ONE = np.float32(1 - 2.0**-24)
_LN2 = np.float32(math.log(2))
_INFINITY = np.float32(math.inf)
_SQRT_HALF_BITS = np.int32(0x3F3504F3)
_FRACTION_BITS = np.int32(0x7FFFFF)


def _float32(*values: float) -> list[np.float32]:
    return [np.float32(value) for value in values]


# log1p(f) = f + f^2 L(f) for sqrt(1/2) - 1 <= f <= sqrt(2) - 1; relative error 3.0e-8 before rounding.
_L0, _L1, _L2, _L3 = _float32(-0.499999911, 0.333339512, -0.250017613, 0.199620217)
_L4, _L5, _L6, _L7 = _float32(-0.165703043, 0.149183467, -0.143093139, 0.0873604342)
# normal(u) = t A(t) / B(t), t = -log(2 - 2u), for u > 1/2, and mirrored; relative error 1e-7 before rounding.
_A0, _A1, _A2 = _float32(1.25331401, 2.18113434, 1.02644588)
_A3, _A4, _A5 = _float32(0.139757497, 0.00441323311, 1.41504727e-05)
_B1, _B2 = _float32(2.24028511, 1.51077303)
_B3, _B4, _B5 = _float32(0.34077334, 0.0220861356, 0.000265247681)


@inlined
def _round(
    a: np.uint32, b: np.uint32, c: np.uint32, d: np.uint32, key0: np.uint32, key1: np.uint32
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    p = np.uint64(a) * _M0
    q = np.uint64(c) * _M1
    left = np.uint32(np.uint32(q >> _32) ^ b ^ key0)
    right = np.uint32(np.uint32(p >> _32) ^ d ^ key1)
    return left, np.uint32(q), right, np.uint32(p)


@inlined
def _word(
    seed: np.uint32, key: np.uint32, who: np.uint64, year: np.uint32, alternative: np.uint32
) -> np.uint32:
    a, b, c, d = np.uint32(who), np.uint32(who >> _32), year, alternative
    # Written out: a loop of ten here would keep the loop over ids from vectorising.
    a, b, c, d = _round(a, b, c, d, seed, key)
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[1]), np.uint32(key + _W1[1]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[2]), np.uint32(key + _W1[2]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[3]), np.uint32(key + _W1[3]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[4]), np.uint32(key + _W1[4]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[5]), np.uint32(key + _W1[5]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[6]), np.uint32(key + _W1[6]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[7]), np.uint32(key + _W1[7]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[8]), np.uint32(key + _W1[8]))
    a, b, c, d = _round(a, b, c, d, np.uint32(seed + _W0[9]), np.uint32(key + _W1[9]))
    return a


@inlined
def words(seed: int, key: int, year: int, alternative: int, ids: U4, out: OutU4) -> None:
    """Fill `out` (n,) with the first word of Philox4x32-10 for each of `ids` (n,)."""
    s, k, y, a = np.uint32(seed), np.uint32(key), np.uint32(year), np.uint32(alternative)
    for i in range(ids.shape[0]):
        out[i] = _word(s, k, np.uint64(ids[i]), y, a)


@inlined
def _words_of_each(seed: int, key: int, year: int, ids: U4, alternatives: U4, out: OutU4) -> None:
    s, k, y = np.uint32(seed), np.uint32(key), np.uint32(year)
    for i in range(ids.shape[0]):
        out[i] = _word(s, k, np.uint64(ids[i]), y, alternatives[i])


@inlined
def _from_nearer_end(word: np.uint32) -> tuple[np.bool_, np.float32]:
    # Measured from the nearer end, both tails keep all their bits and mirror each other.
    upper = np.int32(word) < np.int32(0)
    near = np.int32(~word & np.uint32(0x7FFFFFFF)) if upper else np.int32(word)
    return upper, (np.float32(near) + _HALF) * (_TWO * _UNIT)


@inlined
def _split(x: np.float32) -> tuple[np.float32, np.float32]:
    # x > 0 as f and exponent with x = (1 + f) 2**exponent and 1 + f from sqrt(1/2) to sqrt(2)
    bits = np.int32(np.float32(x).view(np.int32) - _SQRT_HALF_BITS)
    fraction = np.int32(np.int32(bits & _FRACTION_BITS) + _SQRT_HALF_BITS)
    return fraction.view(np.float32) - _ONE, np.float32(np.int32(bits >> np.int32(23)))


@inlined
def _minus_log(f: np.float32, exponent: np.float32) -> np.float32:
    # Sums in pairs: a chain of eight would spend its time waiting for itself.
    square = f * f
    low = (_L0 + _L1 * f) + (_L2 + _L3 * f) * square
    high = (_L4 + _L5 * f) + (_L6 + _L7 * f) * square
    return -(f + square * (low + high * (square * square)) + exponent * _LN2)


@inlined
def uniform_of(word: np.uint32) -> np.float32:
    """Return u, rounded to float32 but never to 1."""
    u = np.float32(word) * _UNIT + _HALF * _UNIT
    return u if u < _BELOW_ONE else _BELOW_ONE


@inlined
def normal_of(word: np.uint32) -> np.float32:
    """Return the standard normal quantile of u; error at most 1e-7 or, beyond 0.2, 5e-7 of its size."""
    upper, y = _from_nearer_end(word)
    f, exponent = _split(y)
    t = _minus_log(f, exponent)
    square = t * t
    above = (_A0 + _A1 * t) + (_A2 + _A3 * t) * square + (_A4 + _A5 * t) * (square * square)
    below = (_ONE + _B1 * t) + (_B2 + _B3 * t) * square + (_B4 + _B5 * t) * (square * square)
    z = t * (above / below)
    return z if upper else -z


@inlined
def gumbel_of(word: np.uint32) -> np.float32:
    """Return the standard Gumbel quantile of u, -log(-log u); error at most 3e-7 or, beyond 4, 2e-7 of its
    size."""
    upper, y = _from_nearer_end(word)
    p = _HALF * y
    f, exponent = _split(_ONE - p if upper else p)
    # Near u = 1 the rounding of 1 - p would be all that is left of log(1 - p).
    f = -p if upper and exponent == _ZERO else f
    f, exponent = _split(_minus_log(f, exponent))
    return _minus_log(f, exponent)


@compiled
def uniforms(seed: int, key: int, year: int, alternative: int, ids: U4, out: OutF4) -> None:
    """Fill `out` (n,) with uniforms, 0 < u < 1, for `ids` (n,)."""
    block = np.empty(_BLOCK, np.uint32)
    for start in range(0, ids.shape[0], _BLOCK):
        draws = out[start : start + _BLOCK]
        words(seed, key, year, alternative, ids[start : start + _BLOCK], block)
        for i in range(draws.shape[0]):
            draws[i] = uniform_of(block[i])


@compiled
def normals(seed: int, key: int, year: int, alternative: int, ids: U4, out: OutF4) -> None:
    """Fill `out` (n,) with standard normals for `ids` (n,)."""
    block = np.empty(_BLOCK, np.uint32)
    for start in range(0, ids.shape[0], _BLOCK):
        draws = out[start : start + _BLOCK]
        words(seed, key, year, alternative, ids[start : start + _BLOCK], block)
        for i in range(draws.shape[0]):
            draws[i] = normal_of(block[i])


@compiled
def bernoullis(seed: int, key: int, year: int, ids: U4, p: F8, out: OutB) -> bool:
    """Fill `out` (n,) with u < p for `ids` (n,), `p` (n,) or (1,) for all; false if a p is not a number."""
    block = np.empty(_BLOCK, np.uint32)
    scale, half, wrong = np.float64(2.0**32), np.float64(0.5), 0
    for start in range(0, ids.shape[0], _BLOCK):
        draws = out[start : start + _BLOCK]
        words(seed, key, year, 0, ids[start : start + _BLOCK], block)
        if p.shape[0] == 1:
            cut = p[0] * scale
            for i in range(draws.shape[0]):
                draws[i] = np.float64(block[i]) + half < cut
        else:
            chances = p[start : start + _BLOCK]
            for i in range(draws.shape[0]):
                draws[i] = np.float64(block[i]) + half < chances[i] * scale
    for i in range(p.shape[0]):
        wrong += p[i] != p[i]
    return wrong == 0


@compiled
def bernoullis_by_group(
    seed: int,
    key: int,
    year: int,
    ids: U4,
    p: F8,
    group: U1,
    out: OutB,
) -> None:
    """Fill `out` as `bernoullis` does, with the chance `p` (G,) of each one's `group` (n,), all below G."""
    block, cuts = np.empty(_BLOCK, np.uint32), p * np.float64(2.0**32)
    for start in range(0, ids.shape[0], _BLOCK):
        draws, groups = out[start : start + _BLOCK], group[start : start + _BLOCK]
        words(seed, key, year, 0, ids[start : start + _BLOCK], block)
        for i in range(draws.shape[0]):
            draws[i] = np.float64(block[i]) + np.float64(0.5) < cuts[groups[i]]


@inlined
def _gumbels_of_column(
    seed: int, key: int, year: int, ids: U4, alternatives: U4x2, start: int, j: int, out: OutF4
) -> None:
    """Fill `out` with the Gumbels of the block of ids from `start` for the alternatives in column `j`."""
    some, block, column = (
        ids[start : start + _BLOCK],
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    if alternatives.shape[0] == 1:
        column[:] = alternatives[0, j]
    else:
        for i in range(some.shape[0]):
            column[i] = alternatives[start + i, j]
    _words_of_each(seed, key, year, some, column, block)
    for i in range(some.shape[0]):
        out[i] = gumbel_of(block[i])


@compiled
def gumbels(seed: int, key: int, year: int, ids: U4, alternatives: U4x2, out: OutF4x2) -> None:
    """Fill `out` (n, K) with Gumbels for `ids` (n,) by `alternatives` (n, K), or (1, K) for all."""
    gumbel = np.empty(_BLOCK, np.float32)
    for start in range(0, ids.shape[0], _BLOCK):
        draws = out[start : start + _BLOCK]
        for j in range(alternatives.shape[1]):
            _gumbels_of_column(seed, key, year, ids, alternatives, start, j, gumbel)
            for i in range(draws.shape[0]):
                draws[i, j] = gumbel[i]


@compiled
def gumbels_by_group(
    seed: int, key: int, year: int, ids: U4, alternatives: U4x2, group: I2, out: OutF4x2
) -> None:
    """Fill `out` as `gumbels` does, by the `alternatives` (G, K) of each one's `group` (n,), below 0 from
    the last."""
    block, column = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.uint32)
    gumbel, rows = np.empty(_BLOCK, np.float32), np.empty(_BLOCK, np.intp)
    groups = alternatives.shape[0]
    for start in range(0, ids.shape[0], _BLOCK):
        some, draws = ids[start : start + _BLOCK], out[start : start + _BLOCK]
        for i in range(some.shape[0]):
            row = np.intp(group[start + i])
            rows[i] = row if row >= 0 else row + groups
        for j in range(alternatives.shape[1]):
            for i in range(some.shape[0]):
                column[i] = alternatives[np.uintp(rows[i]), j]
            _words_of_each(seed, key, year, some, column, block)
            for i in range(some.shape[0]):
                gumbel[i] = gumbel_of(block[i])
            for i in range(some.shape[0]):
                draws[i, j] = gumbel[i]


@compiled
def choices(seed: int, key: int, year: int, ids: U4, utilities: F4x2, alternatives: U4x2, out: OutI8) -> bool:
    """Fill `out` (n,) with the place of the largest `utilities` (n, K) + Gumbel; -1 where there is none.

    `alternatives` as in `gumbels`. False if a utility is neither finite nor -inf, or all in a row are -inf.
    """
    gumbel, best, wrong = np.empty(_BLOCK, np.float32), np.empty(_BLOCK, np.float32), 0
    for start in range(0, ids.shape[0], _BLOCK):
        chosen, wanted = out[start : start + _BLOCK], utilities[start : start + _BLOCK]
        chosen[:] = -1
        best[:] = -_INFINITY
        for j in range(alternatives.shape[1]):
            _gumbels_of_column(seed, key, year, ids, alternatives, start, j, gumbel)
            for i in range(chosen.shape[0]):
                wrong += not wanted[i, j] < _INFINITY
                total = wanted[i, j] + gumbel[i]
                if total > best[i]:
                    best[i], chosen[i] = total, j
        for i in range(chosen.shape[0]):
            wrong += chosen[i] < 0
    return wrong == 0
