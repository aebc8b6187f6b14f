"""How the draws are distributed.

Seeds are fixed. Each bound is one that a sound generator would miss less often than once in 100,000 times, so
that a failure means that the generator was changed for the worse.
"""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from model.chance.luck import Luck, decision

A = decision("test.luck_statistics.a")
B = decision("test.luck_statistics.b")
N = 100_000
# ids as the model makes them: numbered from a birth year, and as plain counts
IDS = np.arange(N, dtype=np.uint32)
BY_YEAR = (
    np.uint32(1 << 20) * np.arange(50, dtype=np.uint32)[:, None] + np.arange(2000, dtype=np.uint32)
).ravel()
RARE = 1e-5

type Reals = NDArray[np.float32]


def chi_square(counts: NDArray[Any], expected: float) -> float:
    """Probability of counts as uneven as these."""
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return float(stats.chi2.sf(statistic, counts.size - 1))


@pytest.mark.parametrize("ids", [IDS, BY_YEAR], ids=["counted", "by birth year"])
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
class TestDistribution:
    def test_uniform(self, seed: int, ids: NDArray[np.uint32]) -> None:
        u = Luck(seed).uniform(A, 2017, ids)
        assert chi_square(np.histogram(u, 1000, (0, 1))[0], N / 1000) > RARE
        assert stats.kstest(u.astype(np.float64), "uniform").pvalue > RARE
        # every one of the 16 leading bits is fair
        bits = (u.astype(np.float64) * 2**16).astype(np.int64)[:, None] >> np.arange(16) & 1
        assert np.abs(bits.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(N)

    def test_normal(self, seed: int, ids: NDArray[np.uint32]) -> None:
        z = Luck(seed).normal(A, 2017, ids).astype(np.float64)
        assert stats.kstest(z, "norm").pvalue > RARE
        assert abs(z.mean()) < 4.5 / np.sqrt(N)
        assert abs(z.var() - 1) < 4.5 * np.sqrt(2 / N)
        assert abs((z**3).mean()) < 4.5 * np.sqrt(15 / N)
        assert abs((z**4).mean() - 3) < 4.5 * np.sqrt(96 / N)

    def test_gumbel(self, seed: int, ids: NDArray[np.uint32]) -> None:
        g = Luck(seed).gumbel(A, 2017, ids, [0])[:, 0].astype(np.float64)
        assert stats.kstest(g, "gumbel_r").pvalue > RARE
        assert abs(g.mean() - np.euler_gamma) < 4.5 * np.pi / np.sqrt(6 * N)
        assert abs(g.var() - np.pi**2 / 6) < 4.5 * np.sqrt(4.4 * (np.pi**2 / 6) ** 2 / N)

    def test_bernoulli(self, seed: int, ids: NDArray[np.uint32]) -> None:
        for p in (0.001, 0.3, 0.9):
            drawn = Luck(seed).bernoulli(A, 2017, ids, p).sum()
            assert abs(drawn - N * p) < 5 * np.sqrt(N * p * (1 - p))


def test_the_tails_of_the_normal_have_their_share() -> None:
    ids = np.arange(8_000_000, dtype=np.uint32)
    z = Luck(3).normal(A, 2017, ids)
    for cut in (2.0, 3.0, 4.0, 4.5, 5.0):
        expected = len(ids) * stats.norm.sf(cut)
        for seen in (int((z > cut).sum()), int((z < -cut).sum())):
            assert stats.poisson.cdf(seen, expected) > RARE
            assert stats.poisson.sf(seen - 1, expected) > RARE
    assert z.max() > 5
    assert z.min() < -5


def neighbours() -> dict[str, tuple[Reals, Reals]]:
    """Pairs of draws whose keys differ in one part, by one step or one bit."""

    def draws(
        seed: int = 5, decision: object = A, year: int = 2017, alternative: int = 0, bit: int = 0
    ) -> Reals:
        return Luck(seed).normal(B if decision is B else A, year, IDS ^ np.uint32(bit), alternative)

    z = draws()
    pairs = {f"id {step} on": (z[:-step], z[step:]) for step in (1, 2, 3, 16, 1000)}
    pairs |= {f"bit {k} of the id": (z, draws(bit=1 << k)) for k in (17, 20, 24, 31)}
    pairs |= {f"{step} years on": (z, draws(year=2017 + step)) for step in (1, 2, 10)}
    pairs |= {f"seed {seed}": (z, draws(seed=seed)) for seed in (4, 6, 5 ^ 1 << 31)}
    pairs |= {f"alternative {k}": (z, draws(alternative=k)) for k in (1, 2, 1 << 31)}
    pairs["decision"] = z, draws(decision=B)
    pairs["year and alternative exchanged"] = z, Luck(5).normal(A, 0, IDS, 2017)
    return pairs


NEIGHBOURS = neighbours()


@pytest.mark.parametrize("which", NEIGHBOURS)
def test_neighbouring_keys_are_independent(which: str) -> None:
    first, second = (z.astype(np.float64) for z in NEIGHBOURS[which])
    bound = 4.5 / np.sqrt(len(first))
    assert abs(np.corrcoef(first, second)[0, 1]) < bound
    # in size as well as in sign
    assert abs(np.corrcoef(first**2, second**2)[0, 1]) < bound
    # and in the plane: no lattice
    plane = np.histogram2d(stats.norm.cdf(first), stats.norm.cdf(second), 30, ((0, 1), (0, 1)))[0]
    assert chi_square(plane, len(first) / 900) > RARE


def test_triples_of_ids_fill_the_cube() -> None:
    u = Luck(11).uniform(A, 2017, np.arange(300_000, dtype=np.uint32)).reshape(-1, 3)
    cube = np.histogramdd(u, (10, 10, 10), ((0, 1),) * 3)[0]
    assert chi_square(cube, len(u) / 1000) > RARE


def test_lives_are_independent_of_each_other_and_years_within_a_life() -> None:
    ids = np.arange(4000, dtype=np.uint32)
    years = np.array([Luck(2).normal(A, year, ids) for year in range(1998, 2049)], np.float64)
    between_years = np.asarray(np.corrcoef(years))[np.triu_indices(51, 1)]
    assert np.abs(between_years).max() < 5.5 / np.sqrt(len(ids))
    assert abs(between_years.std() * np.sqrt(len(ids)) - 1) < 0.1
    sums = years.sum(axis=0) / np.sqrt(51)
    assert stats.kstest(sums, "norm").pvalue > RARE


def test_seeds_differ_as_independent_samples_do() -> None:
    means = np.array([Luck(seed).normal(A, 2017, IDS[:2000]).mean(dtype=np.float64) for seed in range(1000)])
    assert stats.kstest(means * np.sqrt(2000), "norm").pvalue > RARE


def test_the_first_words_repeat_as_often_as_chance_has_it() -> None:
    """Birthday spacing: 2**17 draws of 32 bits hold about 2 equal pairs (seen here through 24 bits: 512)."""
    n = 2**17
    u = Luck(1).uniform(A, 2017, np.arange(n, dtype=np.uint32)).astype(np.float64)
    repeats = n - len(np.unique((u * 2**24).astype(np.int64)))
    assert abs(repeats - n**2 / 2**25) < 5 * np.sqrt(n**2 / 2**25)


@pytest.mark.parametrize("alternatives", [[0, 1, 2, 3], [40, 7, 2**31, 12]])
def test_choices_are_a_multinomial_logit(alternatives: list[int]) -> None:
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    utilities = np.tile(np.log(shares) + 1.7, (N, 1))
    chosen = Luck(4).choice(A, 2017, IDS, utilities, alternatives)
    counts = np.bincount(chosen, minlength=4)
    assert stats.chisquare(counts, N * shares).pvalue > RARE
    utilities[:, 0] = -np.inf
    left = np.bincount(Luck(4).choice(A, 2018, IDS, utilities, alternatives), minlength=4)
    assert left[0] == 0
    assert stats.chisquare(left[1:], N * shares[1:] / shares[1:].sum()).pvalue > RARE


def test_gumbels_of_different_alternatives_are_independent() -> None:
    g = Luck(4).gumbel(A, 2017, IDS, np.arange(12)).astype(np.float64)
    correlations = np.asarray(np.corrcoef(g.T))
    for i, j in itertools.combinations(range(12), 2):
        assert abs(correlations[i, j]) < 5 / np.sqrt(N)
