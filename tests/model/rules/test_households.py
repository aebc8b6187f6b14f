"""Families by hand: income and its passing part, need, free meals and how long they last."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.rules import households as rule
from tests.model.rules.arrays import f, normal


def bits(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


def yes(*values: int) -> NDArray[np.bool_]:
    return np.array(values, np.bool_)


def test_the_passing_part_keeps_so_much_and_renews_the_rest() -> None:
    # 0.6 * 2 + 0.8 * 1 = 2.0 and 0.6 * -1 + 0.8 * 0.5 = -0.2.
    np.testing.assert_allclose(
        rule.next_shock(f(2, -1), f(1, 0.5), rule.income(0.6, 0.6)), [2.0, -0.2], atol=1e-6
    )


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.85, 0.99])
def test_the_passing_part_stays_at_sd_1(persistence: float) -> None:
    shock, n = normal(1, 100_000), 100_000
    first = shock
    for year in range(5):
        shock = rule.next_shock(shock, normal(2 + year, n), rule.income(0.6, persistence))
    assert shock.std() == pytest.approx(1.0, abs=0.012)
    assert np.corrcoef(first, shock)[0, 1] == pytest.approx(persistence**5, abs=0.015)


def test_income_position_weighs_lasting_and_passing_so_that_sd_stays_1() -> None:
    # 0.6 * 1 + 0.8 * 0.5 = 1.0.
    np.testing.assert_allclose(rule.income_position(f(1), f(0.5), rule.income(0.6, 0.5)), [1.0], atol=1e-6)
    position = rule.income_position(normal(3, 100_000), normal(4, 100_000), rule.income(0.75, 0.5))
    assert position.std() == pytest.approx(1.0, abs=0.01)


def test_the_need_line_is_the_position_under_which_so_many_fall() -> None:
    half, one_sd, usual = rule.need_line(np.array([50.0, 15.865525, 14.6]))
    assert (half, one_sd) == pytest.approx((0.0, -1.0), abs=1e-6)
    assert (normal(5, 100_000) < usual).mean() == pytest.approx(0.146, abs=0.0045)


def test_mean_income_of_those_in_need_and_of_the_others() -> None:
    # At a line of -1 the density is 0.241971 and the share 0.158655: -0.241971 / 0.158655 = -1.525135
    # and 0.241971 / 0.841345 = 0.287600. At 0: density 0.398942, both halves 0.797885 away.
    assert rule.mean_income(-1.0) == pytest.approx((-1.525135, 0.287600), abs=1e-5)
    assert rule.mean_income(0.0) == pytest.approx((-0.797885, 0.797885), abs=1e-5)


@given(line=st.floats(-3, 3))
def test_mean_income_over_both_groups_is_englands_mean_0(line: float) -> None:
    poor, others = rule.mean_income(line)
    share = 0.5 * (1 + math.erf(line / math.sqrt(2)))
    assert share * poor + (1 - share) * others == pytest.approx(0.0, abs=1e-9)
    assert poor < line < others


def test_history_takes_this_year_in_the_lowest_bit_and_forgets_the_ninth() -> None:
    got = rule.shift_history(bits(0b00000000, 0b00000101, 0b10000000), yes(1, 0, 1))
    assert got.tolist() == [0b1, 0b1010, 0b1]
    assert got.dtype == np.uint8


def test_six_years_count_this_year_and_the_five_before() -> None:
    history = bits(0b0000000, 0b0000001, 0b0100000, 0b1000000, 0b11000000)
    assert rule.within_six_years(history).tolist() == [False, True, True, False, False]


def test_one_year_of_need_counts_for_six_years() -> None:
    history, seen = bits(0), []
    for year in range(8):
        history = rule.shift_history(history, yes(year == 0))
        seen.append(bool(rule.within_six_years(history)[0]))
    assert seen == [True] * 6 + [False] * 2


def test_weight_of_need_by_hand() -> None:
    weights = rule.need_weights(1.4, 0.5)
    assert weights.shape == (64,)
    # Never; all six years; three of six, the mean; one of six: 1 + 0.4 * (1/6 - 1/2) / (1/2) = 0.733333.
    got = weights[[0, 0b111111, 0b010101, 0b000100]]
    np.testing.assert_allclose(got, [0.0, 1.4, 1.0, 0.733333], atol=1e-5)


@settings(max_examples=50)
@given(
    histories=st.lists(st.integers(1, 63), min_size=1, max_size=50).filter(lambda h: any(x != 63 for x in h)),
    ratio=st.floats(1.0, 2.0),
)
def test_mean_weight_of_those_ever_in_need_is_1(histories: list[int], ratio: float) -> None:
    mean_share = float(np.mean([bin(history).count("1") / 6 for history in histories]))
    weights = rule.need_weights(ratio, mean_share)
    assert float(weights[histories].mean()) == pytest.approx(1.0, abs=1e-4)


def test_protection_starts_keeps_and_ends() -> None:
    need, was, protection = yes(0, 1, 0), yes(1, 0, 0), rule.Protection(2018, 2025)
    found = {}
    for year in (2017, 2018, 2025, 2026):
        meals = rule.free_meals(need, was, year, protection)
        found[year] = meals.tolist(), rule.next_protected(was, meals, year, protection).tolist()
    both, none = [True, True, False], [False] * 3
    # Whoever is protected has meals already; whoever has them while it runs is protected.
    assert found[2017] == (both, was.tolist())
    assert found[2018] == found[2025] == (both, both)
    assert found[2026] == (need.tolist(), none)


def test_trust_by_hand() -> None:
    numbers = rule.trust(on_ses=0.6, persistence=0.5, spread=0.2)
    # Position 1 leads to expect 0.6; half of what is beyond stays: 0.6 + 0.5 * 0.4 = 0.8. The draw has an SD
    # of 0.8 * 0.866025 = 0.69282. A fifth of the way from 1 to the ward's mean of 2.
    got = rule.next_trust(f(1, 1), f(1, 1), f(2, 2), f(0, 1), numbers)
    np.testing.assert_allclose(got, [1.0, 1.692820], rtol=1e-6)


def test_a_share_goes_with_the_odds_of_another() -> None:
    # Odds of 0.27 are 0.3699; from a quarter to a half of households odds go up three times, to 1.1096.
    assert rule.at_odds(0.27, 0.5, 0.25) == pytest.approx(1.10959 / 2.10959, abs=1e-5)
    assert rule.at_odds(0.27, 0.229, 0.229) == pytest.approx(0.27, abs=1e-12)
