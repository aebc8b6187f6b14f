"""The partnership's strength, what it multiplies, and what a pilot's evaluation can see."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inputs.parameters import Parameters
from model.rules import partnership

P = Parameters.load().programmes
NUMBERS = {"start": P.strength_start, "growth": P.strength_growth, "half_life": P.strength_half_life}


def after(years: int, funded: bool = True, strength: float = 0.0) -> float:
    for _ in range(years):
        strength = partnership.next_strength(strength, funded, **NUMBERS)
    return strength


def test_strength_comes_in_about_four_to_five_years() -> None:
    # From a twentieth in the first year, log-odds grow by 1.2 a year.
    assert after(1) == pytest.approx(0.05)
    odds = np.log(0.05 / 0.95) + 1.2 * np.arange(6)
    np.testing.assert_allclose([after(n) for n in range(1, 7)], 1 / (1 + np.exp(-odds)), rtol=1e-9)
    assert after(4) < 0.7
    assert 0.85 < after(5) < 0.9 < after(6)


def test_strength_goes_by_half_in_two_years_without_funding() -> None:
    strong = after(6)
    assert after(2, False, strong) == pytest.approx(strong / 2)
    assert after(4, False, strong) == pytest.approx(strong / 4)
    assert after(1, False, 0.0) == 0.0


@given(st.floats(0, 1), st.booleans())
def test_strength_is_a_share_and_moves_the_right_way(strength: float, funded: bool) -> None:
    later = partnership.next_strength(strength, funded, **NUMBERS)
    assert 0 <= later <= 1
    if funded:
        assert later >= strength * (1 - 1e-9)
    else:
        assert later <= strength


def test_full_strength_stays() -> None:
    assert partnership.next_strength(1.0, True, **NUMBERS) == 1.0


def test_multipliers() -> None:
    assert partnership.multiplier(1.1, 0.0) == 1.0
    assert partnership.multiplier(1.1, 1.0) == pytest.approx(1.1)
    assert partnership.multiplier(0.8, 0.5) == pytest.approx(0.9)
    assert partnership.multiplier(1.0, 0.7) == 1.0


def test_a_strong_partnership_prevents_stops() -> None:
    assert partnership.stop_chance(0.1, 0.5, 0.0) == pytest.approx(0.1)
    assert partnership.stop_chance(0.1, 0.5, 1.0) == pytest.approx(0.05)
    assert partnership.stop_chance(0.1, 3.0, 1.0) == 0.0


def test_the_error_of_an_evaluation_by_hand() -> None:
    # 200 pupils in one group each, all apart: sqrt(2 / 200).
    assert partnership.evaluation_error(200, 200, 1.0, 0.15) == pytest.approx(0.1)
    # 20 in each of 10 schools: an effective sample of 200 / (1 + 19 * .15) = 51.9.
    assert partnership.evaluation_error(200, 10, 1.0, 0.15) == pytest.approx(np.sqrt(2 / (200 / 3.85)))
    assert partnership.evaluation_error(200, 10, 5.0, 0.15) == pytest.approx(
        5 * partnership.evaluation_error(200, 10, 1.0, 0.15)
    )


@given(st.integers(1, 5000), st.integers(0, 60), st.floats(0, 0.5))
def test_more_pupils_and_more_schools_see_more(sample: int, schools: int, clusters: float) -> None:
    error = partnership.evaluation_error(sample, schools, 1.0, clusters)
    assert np.isfinite(error)
    assert partnership.evaluation_error(2 * sample, schools, 1.0, clusters) <= error * (1 + 1e-12)
    assert partnership.evaluation_error(sample, schools + 1, 1.0, clusters) <= error * (1 + 1e-12)
