"""The generator against its published vectors, and what is made of its words against exact quantiles."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from model.chance import philox

_MASK = 0xFFFFFFFF


def philox4x32_10(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as the paper writes it, in Python's own whole numbers."""
    (a, b, c, d), (k0, k1) = counter, key
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (q >> 32) ^ b ^ k0, q & _MASK, (p >> 32) ^ d ^ k1, p & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return a, b, c, d


def first_words(key: tuple[int, int], year: int, alternative: int, ids: Any) -> NDArray[np.uint32]:
    out = np.empty(ids.size, np.uint32)
    philox.words(key[0], key[1], year, alternative, ids, out)
    return out


# kat_vectors of Random123: counter, key, words
PUBLISHED = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED)
def test_the_published_vectors_come_out(counter: str, key: str, words: str) -> None:
    low, high, year, alternative = (int(word, 16) for word in counter.split())
    seed, decision = (int(word, 16) for word in key.split())
    expected = tuple(int(word, 16) for word in words.split())
    assert philox4x32_10((low, high, year, alternative), (seed, decision)) == expected
    ids = np.full(37, low | high << 32, np.uint64)
    assert (first_words((seed, decision), year, alternative, ids) == expected[0]).all()


def test_any_key_and_counter_give_the_word_of_the_paper() -> None:
    random = np.random.default_rng(1)
    for seed, decision, year, alternative in random.integers(0, 2**32, (20, 4)).tolist():
        ids = random.integers(0, 2**64, 11, np.uint64)
        expected = [
            philox4x32_10((who & _MASK, who >> 32, year, alternative), (seed, decision))[0]
            for who in ids.tolist()
        ]
        assert first_words((seed, decision), year, alternative, ids).tolist() == expected


def spread_words() -> NDArray[np.uint32]:
    """Words over the whole range, both ends and the middle among them."""
    powers = 2.0 ** np.linspace(0, 31, 2000)
    low = np.unique(np.concatenate([np.arange(64), powers.astype(np.uint64) - 1])).astype(np.uint32)
    even = np.linspace(0, 2**32 - 1, 3001).astype(np.uint64).astype(np.uint32)
    return np.unique(
        np.concatenate([low, ~low, even, np.uint32(2**31) + low[:100], np.uint32(2**31 - 1) - low[:100]])
    )


WORDS = spread_words()
U = (WORDS.astype(np.float64) + 0.5) / 2.0**32
ONE_LESS_U = (2.0**32 - WORDS.astype(np.float64) - 0.5) / 2.0**32


def test_uniforms_are_exact_to_rounding_and_never_0_or_1() -> None:
    u = np.array([philox.uniform_of(word) for word in WORDS], np.float64)
    assert (np.float32(u) == u).all()
    assert u.min() == 2.0**-33
    assert u.max() == 1 - 2.0**-24
    np.testing.assert_allclose(u, U, rtol=2.0**-23)
    assert (np.diff(u) >= 0).all()


def test_normals_are_the_normal_quantile_into_both_tails() -> None:
    z = np.array([philox.normal_of(word) for word in WORDS], np.float64)
    exact = np.where(U < 0.5, ndtri(U), -ndtri(ONE_LESS_U))
    assert (np.float32(z) == z).all()
    assert z.min() < -6.3
    assert z.max() > 6.3
    np.testing.assert_allclose(z, exact, rtol=5e-7, atol=1e-7)
    mirrored = np.array([philox.normal_of(~word) for word in WORDS])
    assert (mirrored == -z).all()


def test_gumbels_are_the_gumbel_quantile_into_both_tails() -> None:
    g = np.array([philox.gumbel_of(word) for word in WORDS], np.float64)
    exact = -np.log(np.where(U < 0.5, -np.log(U), -np.log1p(-ONE_LESS_U)))
    assert (np.float32(g) == g).all()
    assert g.min() < -3.1
    assert g.max() > 22.8
    np.testing.assert_allclose(g, exact, rtol=2e-7, atol=3e-7)
