"""One count, one interval and one scale of words; intervals count draws."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from experiments.goals.likelihood import (
    SCALE,
    WORDED,
    Likelihood,
    bounds,
    count,
    in_hundred,
    interval,
    likelihood,
    likelihood_text,
    replicates,
    scale,
    share,
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
    assert likelihood_text(none) == "remote chance, none of 100 runs"
    assert likelihood_text(everything) == "almost certain, all 100 runs"
    assert (bounds(none), bounds(everything)) == ("up to 4", "96 or more")
    # Fifty draws, not a hundred runs, bound what is not seen.
    assert none.high == pytest.approx(beta.ppf(0.95, 0.5, 50.5))


WORDS = [name for _, _, name in SCALE]
"""From the weakest to the strongest."""


def of(reached: int, runs: int, undecided: int = 0) -> Likelihood:
    """The likelihood of something that so many of these runs, a draw each, reach."""
    x = np.concatenate([np.ones(reached), np.zeros(runs - reached), np.full(undecided, np.nan)])
    found = likelihood(x, range(len(x)), range(len(x)))
    assert found is not None
    return found


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_word_grows_stronger_while_the_share_falls(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert WORDS.index(word(low)) <= WORDS.index(word(high))


@given(st.integers(1, 400).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_a_word_stands_from_a_hundred_runs_on_and_never_without_its_count(counts: tuple[int, int]) -> None:
    reached, runs = counts
    found = of(reached, runs)
    assert bool(found.word) == (runs >= WORDED == 100)
    text = likelihood_text(found)
    assert text == f"{found.word}, {count(found)}" if found.word else text == count(found)
    assert "%" not in text
    assert found.share == pytest.approx(reached / runs)
    assert found.likely == (2 * reached > runs)
    assert found.low <= found.share <= found.high or found.share in (0, 1)


@pytest.mark.parametrize(("runs", "words"), [(20, []), (99, []), (100, WORDS), (200, WORDS)])
def test_the_whole_scale_in_order_or_none_of_it(runs: int, words: list[str]) -> None:
    found = [of(reached, runs).word for reached in range(runs + 1)]
    assert [name for name, _ in itertools.groupby(found) if name] == words


@pytest.mark.parametrize(
    ("reached", "runs", "undecided", "words"),
    [
        (19, 20, 0, "19 of 20 runs"), (0, 20, 0, "none of 20 runs"), (20, 20, 0, "all 20 runs"),
        (3, 18, 2, "3 of 18 runs, 2 undecided"), (1, 1, 0, "reached"), (0, 1, 0, "not reached"),
        (130, 200, 0, "likely, 130 of 200 runs"), (0, 200, 0, "remote chance, none of 200 runs"),
        # What is undecided does not count as run.
        (60, 99, 101, "60 of 99 runs, 101 undecided"),
    ],
)  # fmt: skip
def test_counts_and_words(reached: int, runs: int, undecided: int, words: str) -> None:
    assert likelihood_text(of(reached, runs, undecided)) == words


def test_the_scale_is_a_table() -> None:
    assert [row[:2] for row in scale()[::3]] == [
        ("remote chance", "up to 5 in 100"),
        ("realistic possibility", "40 to 50 in 100"),
        ("almost certain", "95 or more in 100"),
    ]
    assert [word(middle) for _, _, middle in scale()] == WORDS


def test_a_share_counts_draws_and_not_runs() -> None:
    assert share(np.array([1.0, 0.0, 1.0, np.nan]), [1, 1, 2, 2]) == 0.75
    assert np.isnan(share(np.array([np.nan]), [1]))


@pytest.mark.parametrize(
    ("of_runs", "words"),
    [(0.0, "fewer than 1 in 100"), (0.004, "fewer than 1 in 100"), (0.5, "50 in 100"),
     (0.996, "more than 99 in 100")],
)  # fmt: skip
def test_a_share_is_never_none_or_all(of_runs: float, words: str) -> None:
    assert in_hundred(of_runs) == words


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
    assert likelihood_text(None) == "cannot be decided"


@pytest.mark.parametrize(("draws", "seeds"), [(2, 5), (3, 2), (7, 3), (11, 2), (50, 2)])
def test_runs_that_all_agree_are_never_more_than_their_draws(draws: int, seeds: int) -> None:
    """Rounding in a share of all, or of every draw alike, is no spread between draws."""
    of = np.repeat(np.arange(draws), seeds)
    one_a_draw = (np.arange(draws * seeds) % seeds == 0).astype(float)
    for reached in (np.ones(len(of)), np.zeros(len(of)), one_a_draw):
        found = likelihood(reached, of.tolist(), of.tolist())
        assert found is not None
        assert (found.low, found.high) == pytest.approx(interval(found.share, draws))
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


@pytest.mark.parametrize(
    ("reached", "low", "high", "words"),
    [(62, 0.48, 0.74, "48 to 74"), (0, 0.0, 0.04, "up to 4"), (100, 0.96, 1.0, "96 or more"),
     (1, 0.001, 0.004, "fewer than 1")],
)  # fmt: skip
def test_an_interval_in_words(reached: int, low: float, high: float, words: str) -> None:
    assert bounds(Likelihood(reached, 100, 0, reached / 100, low, high)) == words
