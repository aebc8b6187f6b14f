"""Slope, correlation, deviation and intra-class correlation on cases worked out by hand."""

import math

import numpy as np
import pytest

from model.rules.spread import correlation, deviation, intraclass, slope

NAN = np.nan
X = np.array([1, 2, 3, 4, NAN], np.float32)
Y = np.array([2, 1, 4, 3, 9], np.float32)


def test_slope_by_hand() -> None:
    # Deviations of x: -1.5, -0.5, 0.5, 1.5; products with those of y sum to 3, squares to 5.
    assert slope(X, Y)[0] == pytest.approx(0.6)
    assert slope(X, Y)[1] == 4
    assert slope(X, 10 * X)[0] == pytest.approx(10.0)


def test_correlation_by_hand() -> None:
    assert correlation(X, Y)[0] == pytest.approx(3 / 5)
    assert correlation(X, Y)[1] == 4
    assert correlation(Y, -Y)[0] == pytest.approx(-1.0)


def test_without_spread_or_people_there_is_none() -> None:
    same = np.ones(5, np.float32)
    assert math.isnan(slope(same, Y)[0])
    assert math.isnan(correlation(same, Y)[0])
    assert math.isnan(correlation(X[:2], Y[:2])[0])
    assert slope(X[3:], Y[3:])[1] == 1
    assert math.isnan(deviation(X[:1]))


def test_deviation_is_that_of_a_sample() -> None:
    assert deviation(Y[:4]) == pytest.approx(math.sqrt(5 / 3))


def test_intraclass_by_hand() -> None:
    # Two units of two, means 2 and 6: within, squares 2 + 2 over 2; between, 2 * (2² + 2²) over 1.
    x = np.array([1, 3, 5, 7], np.float32)
    assert intraclass(x, np.array([0, 0, 4, 4])) == pytest.approx((16 - 2) / (16 + 2))


def test_intraclass_finds_the_share_that_was_put_in() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(400), rng.integers(10, 80, 400))
    x = np.sqrt(0.15) * rng.normal(size=400)[unit] + np.sqrt(0.85) * rng.normal(size=len(unit))
    assert intraclass(x.astype(np.float32), unit) == pytest.approx(0.15, abs=0.03)


def test_intraclass_needs_units_people_and_spread() -> None:
    x = np.array([1, 3, 5, 7], np.float32)
    assert math.isnan(intraclass(x, np.zeros(4, np.intp)))
    assert math.isnan(intraclass(x, np.arange(4)))
    assert math.isnan(intraclass(np.ones(4, np.float32), np.array([0, 0, 1, 1])))


def test_sums_of_many_do_not_depend_on_how_many_cores_add_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of linear algebra shares out products from 10,000 on."""
    rng = np.random.default_rng(3)
    x = rng.normal(50, 3, 25_000)
    y = 0.4 * x + rng.normal(0, 1, len(x))
    lengths: list[int] = []
    dot = np.dot

    def noted(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64]) -> np.float64:
        lengths.append(len(a))
        return np.float64(dot(a, b))

    monkeypatch.setattr(np, "dot", noted)
    found, people = slope(x, y)
    assert found == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-9)
    assert people == 25_000
    assert max(lengths) <= 10_000
    assert sum(lengths) == 2 * 25_000
