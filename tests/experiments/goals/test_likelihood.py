"""Words of one scale, and intervals that count draws."""

import numpy as np
import pytest
from scipy.stats import beta

from experiments.goals.likelihood import (
    TOO_FEW,
    bounds,
    interval,
    likelihood,
    number,
    per_cent,
    replicates,
    said,
    word,
)

DRAWS = [draw for draw in range(50) for _ in range(2)]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "remote chance"), (0.05, "remote chance"), (0.074, "remote chance"), (0.075, "highly unlikely"),
        (0.2, "highly unlikely"), (0.225, "unlikely"), (0.35, "unlikely"), (0.375, "realistic possibility"),
        (0.5, "realistic possibility"), (0.525, "likely"), (0.75, "likely"), (0.775, "highly likely"),
        (0.9, "highly likely"), (0.925, "almost certain"), (1.0, "almost certain"),
    ],
)  # fmt: skip
def test_each_share_has_a_word(share: float, words: str) -> None:
    assert word(share) == words


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_what_is_no_share_has_none(share: float) -> None:
    with pytest.raises(ValueError, match="is no share"):
        word(share)


def test_none_and_all_are_said_as_counts() -> None:
    none, everything = (likelihood(np.full(100, x), DRAWS, DRAWS) for x in (0.0, 1.0))
    assert none is not None
    assert everything is not None
    assert said(none) == "remote chance (none of 100 runs; up to 4%)"
    assert said(everything) == "almost certain (all 100 runs; 96% or more)"
    assert "0%" not in number(none)
    # Fifty draws, not a hundred runs, bound what is not seen.
    assert none.high == pytest.approx(beta.ppf(0.95, 0.5, 50.5))


def test_a_share_that_rounds_to_none_or_all_is_neither() -> None:
    assert [per_cent(x) for x in (0.004, 0.5, 0.996)] == ["under 1%", "50%", "over 99%"]


def test_seeds_that_agree_within_a_draw_add_nothing() -> None:
    agreeing = np.repeat(np.arange(50) < 20, 2).astype(float)
    found = likelihood(agreeing, DRAWS, DRAWS)
    alone = likelihood(agreeing[::2], list(range(50)), list(range(50)))
    assert found is not None
    assert alone is not None
    assert (found.share, found.reached, found.runs) == (0.4, 40, 100)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


def test_seeds_that_differ_within_a_draw_narrow_it() -> None:
    mixed = np.tile([0.0, 1.0], 50)
    mixed[:20] = 0.0
    found, apart = likelihood(mixed, DRAWS, DRAWS), likelihood(np.sort(mixed), DRAWS, DRAWS)
    assert found is not None
    assert apart is not None
    assert found.share == apart.share == 0.4
    assert found.high - found.low < apart.high - apart.low


def test_copies_of_one_set_of_numbers_are_one_cluster() -> None:
    reached = np.repeat(np.arange(25) < 10, 2).astype(float)
    draws = list(range(50))
    copies = likelihood(reached, [draw // 2 for draw in draws], draws)
    apart = likelihood(reached, draws, draws)
    assert copies is not None
    assert apart is not None
    assert copies.share == apart.share
    assert copies.high - copies.low > apart.high - apart.low


def test_a_run_that_cannot_be_decided_is_counted_apart() -> None:
    reached = np.array([1.0, np.nan, 0.0, 1.0])
    found = likelihood(reached, [1, 1, 2, 2], [1, 1, 2, 2])
    assert found is not None
    # Each draw counts once, though one has a single run that decides.
    assert (found.reached, found.runs, found.undecided, found.share) == (2, 3, 1, 0.75)
    assert likelihood(np.full(3, np.nan), [1, 2, 3], [1, 2, 3]) is None
    assert said(None) == "cannot be decided"


def test_few_replicates_are_given_no_word() -> None:
    found = likelihood(np.zeros(18), [draw // 2 for draw in range(18)], [draw // 2 for draw in range(18)])
    assert found is not None
    assert found.words == TOO_FEW


@pytest.mark.parametrize(("draws", "seeds"), [(2, 5), (3, 2), (7, 3), (11, 2), (50, 2)])
def test_runs_that_all_agree_are_never_more_than_their_draws(draws: int, seeds: int) -> None:
    """Rounding in a share of all, or of every draw alike, is no spread between draws."""
    of = np.repeat(np.arange(draws), seeds)
    one_a_draw = (np.arange(draws * seeds) % seeds == 0).astype(float)
    for reached in (np.ones(len(of)), np.zeros(len(of)), one_a_draw):
        found = likelihood(reached, of.tolist(), of.tolist())
        assert found is not None
        assert (found.low, found.high) == pytest.approx(interval(found.share, draws))
        assert (found.words == TOO_FEW) == (draws < 10)
        if reached.all() or not reached.any():
            assert found.share == reached[0]


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Draws with probabilities of their own, two seeds each: nine in ten intervals hold the mean."""
    rng = np.random.default_rng(3)
    held = []
    for _ in range(400):
        own = rng.beta(1.2, 2.8, 50)
        reached = (rng.random((50, 2)) < own[:, None]).astype(float).ravel()
        found = likelihood(reached, DRAWS, DRAWS)
        assert found is not None
        held.append(found.low <= 0.3 <= found.high)
    assert 0.85 <= np.mean(held) <= 0.95


def test_replicates_lie_between_clusters_and_runs() -> None:
    w = np.full(10, 0.1)
    assert replicates(0.5, w, np.full(10, 0.5), 40) == pytest.approx(10)
    assert replicates(0.5, w, np.array([0.45, 0.55] * 5), 40) == 40
    assert replicates(0.5, w, np.array([0.0, 1.0] * 5), 40) == pytest.approx(10)
    low, high = interval(0.5, 10)
    assert low < 0.5 < high


def test_bounds_in_words() -> None:
    found = likelihood(np.repeat([0.0, 1.0], 50), DRAWS, DRAWS)
    assert found is not None
    assert bounds(found) == f"{per_cent(found.low)} to {per_cent(found.high)}"
