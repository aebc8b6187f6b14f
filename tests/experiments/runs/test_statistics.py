"""Bands are NumPy's percentiles, and a variance is split into what lies within draws and between them."""

import numpy as np
import pytest

from experiments.runs.statistics import band, mean, nested, runs, variance


def test_a_band_is_numpys_percentiles_of_those_that_have_a_figure() -> None:
    x = np.array([[1.0, 5.0, np.nan, np.nan], [2.0, np.nan, np.nan, 7.0], [4.0, 1.0, np.nan, np.nan]])
    low, high = band(x)
    assert low[0] == pytest.approx(np.percentile([1, 2, 4], 5))
    assert high[0] == pytest.approx(np.percentile([1, 2, 4], 95))
    assert (low[1], high[1]) == (pytest.approx(1.2), pytest.approx(4.8))
    assert np.isnan([low[2:], high[2:]]).all()
    assert runs(x).tolist() == [3, 2, 0, 1]
    assert mean(x)[[0, 1, 3]].tolist() == pytest.approx([7 / 3, 3, 7])
    assert variance(x)[:2].tolist() == pytest.approx([7 / 3, 8])
    assert np.isnan([*mean(x)[2:3], *variance(x)[2:]]).all()


def test_variance_within_and_between_draws_is_that_of_the_textbook() -> None:
    within, between = nested(np.array([1.0, 3.0, 7.0, 9.0, 4.0, 6.0]), [1, 1, 2, 2, 3, 3])
    assert within == pytest.approx(2.0)
    # Means of draws 2, 8 and 5 have a variance of 9; one of their chance is 2 / 2.
    assert between == pytest.approx(8.0)


def test_both_variances_are_found_again() -> None:
    rng = np.random.default_rng(0)
    draws = np.repeat(np.arange(50), 2)
    x = rng.normal(0, 3.0, (50, 4000))[draws] + rng.normal(0, 2.0, (100, 4000))
    within, between = nested(x, draws.tolist())
    assert within.shape == between.shape == (4000,)
    assert within.mean() == pytest.approx(4.0, rel=0.02)
    assert between.mean() == pytest.approx(9.0, rel=0.02)


def test_draws_of_unequal_size_are_weighed() -> None:
    rng = np.random.default_rng(1)
    draws = np.repeat(np.arange(40), np.arange(40) % 4 + 1)
    x = rng.normal(0, 3.0, (40, 4000))[draws] + rng.normal(0, 2.0, (len(draws), 4000))
    within, between = nested(x, draws.tolist())
    assert within.mean() == pytest.approx(4.0, rel=0.02)
    assert between.mean() == pytest.approx(9.0, rel=0.03)


def test_what_lies_between_draws_is_never_below_nothing() -> None:
    within, between = nested(np.array([[1.0, 5.0], [5.0, 5.0], [1.0, 5.0], [5.0, 5.0]]), [1, 1, 2, 2])
    assert within.tolist() == [8.0, 0.0]
    assert between.tolist() == [0.0, 0.0]


def test_what_cannot_be_told_is_missing() -> None:
    x = np.array([1.0, 2.0, 4.0])
    within, between = nested(x, [0, 0, 0])
    assert within == pytest.approx(variance(x))
    assert np.isnan(between)
    assert np.isnan(nested(x, [1, 2, 3])).all()
    assert np.isnan(nested(np.full(3, np.nan), [1, 1, 2])).all()


def test_a_run_without_a_figure_is_left_out() -> None:
    x = np.array([1.0, 3.0, np.nan, 7.0, 9.0, np.nan])
    assert nested(x, [1, 1, 1, 2, 2, 3]) == nested(x[[0, 1, 3, 4]], [1, 1, 2, 2])
