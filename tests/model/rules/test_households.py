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
    np.testing.assert_allclose(rule.next_shock(f(2, -1), f(1, 0.5), 0.6), [2.0, -0.2], atol=1e-6)


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.85, 0.99])
def test_the_passing_part_stays_at_sd_1(persistence: float) -> None:
    shock, n = normal(1, 100_000), 100_000
    first = shock
    for year in range(5):
        shock = rule.next_shock(shock, normal(2 + year, n), persistence)
    assert shock.std() == pytest.approx(1.0, abs=0.012)
    assert np.corrcoef(first, shock)[0, 1] == pytest.approx(persistence**5, abs=0.015)


def test_income_position_weighs_lasting_and_passing_so_that_sd_stays_1() -> None:
    # 0.6 * 1 + 0.8 * 0.5 = 1.0.
    np.testing.assert_allclose(rule.income_position(f(1), f(0.5), 0.6), [1.0], atol=1e-6)
    position = rule.income_position(normal(3, 100_000), normal(4, 100_000), 0.75)
    assert position.std() == pytest.approx(1.0, abs=0.01)


def test_the_need_line_is_the_position_under_which_so_many_fall() -> None:
    assert rule.need_line(50.0) == pytest.approx(0.0)
    assert rule.need_line(15.865525) == pytest.approx(-1.0, abs=1e-6)
    assert (normal(5, 100_000) < rule.need_line(14.6)).mean() == pytest.approx(0.146, abs=0.0045)


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
    protected, fsm = yes(0, 1, 0), yes(1, 0, 0)
    before = rule.protection(protected, fsm, 2017, 2018, 2025)
    while_it_runs = rule.protection(protected, fsm, 2018, 2018, 2025)
    last = rule.protection(protected, fsm, 2025, 2018, 2025)
    after = rule.protection(protected, fsm, 2026, 2018, 2025)
    assert before.tolist() == [False, True, False]
    assert while_it_runs.tolist() == last.tolist() == [True, True, False]
    assert after.tolist() == [False, False, False]


def test_a_year_of_some_families_is_as_the_plain_rules_have_it() -> None:
    ses, before, rows = normal(10, 9), normal(11, 9), np.array([7, 0, 3], np.intp)
    draw, shock, income, need = normal(12, 3), before.copy(), np.zeros(9, np.float32), np.zeros(9, np.bool_)
    rule.pass_year(rows, ses, draw, shock, income, need, weight=0.75, persistence=0.85, line=-0.5)
    passing = rule.next_shock(before[rows], draw, 0.85)
    position = rule.income_position(ses[rows], passing, 0.75)
    np.testing.assert_array_equal(shock[rows], passing)
    np.testing.assert_array_equal(income[rows], position)
    np.testing.assert_array_equal(need[rows], position < np.float32(-0.5))
    others = np.setdiff1d(np.arange(9), rows)
    np.testing.assert_array_equal(shock[others], before[others])
    assert not income[others].any()


def test_need_before_entry_by_hand() -> None:
    # Position 0.6 * 0 + 0.8 * shock; shocks 1, then 0.6 * 1 + 0.8 * -2 = -1, then 0.6 * -1 + 0.8 * 0 = -0.6.
    # Incomes 0.8, -0.8, -0.48 against lines of 1, -0.5, -0.5: in need last year (bit 0), the year before (1).
    got = rule.past_need(
        f(0), f(1), f(-2, 0).reshape(2, 1), np.array([1, -0.5, -0.5]), weight=0.6, persistence=0.6
    )
    assert got.tolist() == [0b011]


def test_need_before_entry_is_as_frequent_as_after_it() -> None:
    n, line = 50_000, rule.need_line(15.0)
    ses, shock, lines = normal(13, n), normal(14, n), np.full(6, line)
    back = rule.past_need(ses, shock, normal(15, 5, n), lines, weight=0.75, persistence=0.85)
    ahead = np.zeros(n, np.uint8)
    for year in range(6):
        if year:
            shock = rule.next_shock(shock, normal(16 + year, n), 0.85)
        ahead = rule.shift_history(ahead, rule.income_position(ses, shock, 0.75) < line)
    share = [float(rule.POPCOUNT6[history & 63].mean()) / 6 for history in (back, ahead)]
    ever = [float(rule.within_six_years(history).mean()) for history in (back, ahead)]
    assert share == pytest.approx([0.15, 0.15], abs=0.006)
    assert ever[0] == pytest.approx(ever[1], abs=0.01)


def test_trust_moves_towards_the_mean_of_the_ward() -> None:
    trust, ward = f(1, 0, 2, -1, 5), np.array([0, 0, 1, -1, 1], np.int8)
    here = np.array([0, 1, 2, 3], np.intp)
    none = np.zeros(5, np.float32)
    rule.spread_trust(here, ward, none, none[:4], trust, 2, on_ses=0.0, persistence=0.5, spread=0.2)
    # Half of itself, and a fifth of the way to 0.5 in ward 0; alone in ward 1: the last family is not here.
    np.testing.assert_allclose(trust, [0.5 + 0.2 * -0.5, 0.0 + 0.2 * 0.5, 1.0, -0.5, 5.0], rtol=1e-6)


def test_trust_keeps_its_spread_about_what_position_leads_to_expect() -> None:
    n = 50_000
    ses, rows, ward = normal(30, n), np.arange(n), np.zeros(n, np.int8)
    trust = (0.6 * ses + 0.8 * normal(31, n)).astype(np.float32)
    for year in range(5):
        rule.spread_trust(
            rows, ward, ses, normal(32 + year, n), trust, 1, on_ses=0.6, persistence=0.9, spread=0.0
        )
    assert trust.std() == pytest.approx(1.0, abs=0.015)
    assert np.corrcoef(trust, ses)[0, 1] == pytest.approx(0.6, abs=0.015)
