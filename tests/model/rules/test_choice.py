"""School choice by hand: distance, results and free meals in utils."""

import numpy as np
import pytest

from model.inputs.parameters import Parameters
from model.rules import choice as rule
from tests.model.rules.arrays import F, f


def utility(km: F, results: F, fsm_share: F, ses: F, **changes: float) -> F:
    """Utility of schools in town (n,)."""
    numbers = {
        "per_km": -0.9,
        "per_10_points": 0.25,
        "high_ses_factor": 1.3,
        "per_10_fsm": -0.2,
        "points_per_sd": 40.0,
        "outside": -1.5,
    }
    found: F = rule.utility(km, results, fsm_share, True, ses, rule.weights(**{**numbers, **changes}))
    return found


def test_distances_are_straight_lines_in_km() -> None:
    np.testing.assert_allclose(rule.distance(f(0, 0, 1), f(0, 0, 1), f(3, 0, 1), f(4, 2, 1)), [5, 2, 0])


def test_utility_of_one_school_by_hand() -> None:
    # 2 km: -1.8. Results of 0.5 SD are 20 points: 2 * 0.25 = 0.5. 30% free meals: 3 * -0.2 = -0.6.
    got = utility(f(2), f(0.5), f(0.3), f(-1))
    np.testing.assert_allclose(got, [-1.9], rtol=1e-6)


def test_families_above_the_national_middle_weigh_results_more() -> None:
    results = f(0.5, 0.5, 0.5)
    nothing = np.zeros_like(results)
    # 0.5 utils for those at or below 0, 0.65 for those above.
    got = utility(nothing, results, nothing, f(-0.1, 0.0, 0.1))
    np.testing.assert_allclose(got, [0.5, 0.5, 0.65], rtol=1e-6)


def test_no_weight_on_results_and_meals_leaves_distance() -> None:
    km, other = f(1, 2, 4), f(2, -1, 0.3)
    got = utility(km, other, abs(other), f(1), per_10_points=0.0, per_10_fsm=0.0)
    np.testing.assert_allclose(got, -0.9 * km, rtol=1e-6)


def test_published_trade_off_of_distance_and_results() -> None:
    """A primary school with results ten points better may lie 0.25 / 0.9 = 0.28 km further away."""
    p = Parameters.load().schools
    better = 10.0 / p.points_per_sd
    weights = {"per_10_points": p.per_10_points, "points_per_sd": p.points_per_sd}
    got = utility(f(1, 1 + 0.25 / 0.9), f(0, better), f(0, 0), f(-1), **weights)
    assert got[0] == pytest.approx(got[1], abs=1e-5)


def test_schools_out_of_town_and_out_of_reach_lose() -> None:
    weights = rule.Weights(-1.0, 0.0, 0.0, 0.0, outside=-2.0, realism=3.0)
    nothing = f(0, 0)
    got = rule.utility(f(1, 1), nothing, nothing, np.array([True, False]), nothing, weights)
    assert got.tolist() == [-1.0, -3.0]
    # A taste of half a util; the reach of 1 km is not passed by living at it.
    got = rule.with_taste(got, f(0.5, 0.5), f(1, 1.5), f(1, 1), weights)
    assert got.tolist() == [-0.5, -5.5]


def test_sixth_forms_are_near_or_ones_own() -> None:
    got = rule.sixth_form_utility(
        f(2, 2), np.array([False, True]), f(0.5, 0), np.float32(-0.5), np.float32(2)
    )
    assert got.tolist() == [-0.5, 1.0]
