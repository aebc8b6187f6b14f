"""School choice by hand: distance, results and free meals in utils."""

import numpy as np
import pytest

from model.inputs.parameters import Parameters
from model.rules import choice as rule
from tests.model.rules.arrays import F, f


def utility(km: F, results: F, fsm_share: F, ses: F, **changes: float) -> F:
    weights = {
        "per_km": -0.9,
        "per_10_points": 0.25,
        "high_ses_factor": 1.3,
        "per_10_fsm": -0.2,
        "points_per_sd": 40.0,
    }
    return rule.utility(km, results, fsm_share, ses, **{**weights, **changes})


def test_distances_are_straight_lines_in_km() -> None:
    schools_east, schools_north = (
        np.array([[3, 0], [1, 1]], np.float32),
        np.array([[4, 2], [1, 1]], np.float32),
    )
    got = rule.distance(f(0, 1), f(0, 1), schools_east, schools_north)
    np.testing.assert_allclose(got, [[5, 2], [0, 0]], rtol=1e-6)


def test_utility_of_one_school_by_hand() -> None:
    # 2 km: -1.8. Results of 0.5 SD are 20 points: 2 * 0.25 = 0.5. 30% free meals: 3 * -0.2 = -0.6.
    got = utility(f(2)[None], f(0.5)[None], f(0.3)[None], f(-1))
    np.testing.assert_allclose(got, [[-1.9]], rtol=1e-6)


def test_families_above_the_national_middle_weigh_results_more() -> None:
    results = np.array([[0.5], [0.5], [0.5]], np.float32)
    nothing = np.zeros_like(results)
    # 0.5 utils for those at or below 0, 0.65 for those above.
    got = utility(nothing, results, nothing, f(-0.1, 0.0, 0.1))
    np.testing.assert_allclose(got[:, 0], [0.5, 0.5, 0.65], rtol=1e-6)


def test_no_weight_on_results_and_meals_leaves_distance() -> None:
    km = np.array([[1, 2, 4]], np.float32)
    other = np.array([[2, -1, 0.3]], np.float32)
    got = utility(km, other, abs(other), f(1), per_10_points=0.0, per_10_fsm=0.0)
    np.testing.assert_allclose(got, -0.9 * km, rtol=1e-6)


def test_published_trade_off_of_distance_and_results() -> None:
    """A primary school with results ten points better may lie 0.25 / 0.9 = 0.28 km further away."""
    p = Parameters.load().schools
    better = 10.0 / p.points_per_sd
    weights = {"per_10_points": p.per_10_points, "points_per_sd": p.points_per_sd}
    got = utility(f(1, 1 + 0.25 / 0.9)[None], f(0, better)[None], f(0, 0)[None], f(-1), **weights)
    assert got[0, 0] == pytest.approx(got[0, 1], abs=1e-5)
