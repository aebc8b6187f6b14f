"""A year of families in one pass: who is looked up where, and what need was before anybody looked."""

import numpy as np
import pytest
from scipy.special import ndtri

from model.kernels import households as kernel
from model.rules import households as rule
from tests.model.kernels.test_one_pass import FAMILIES, FAMILY, HISTORY, N, bits, same
from tests.model.rules.arrays import f, normal

NUMBERS = rule.income(weight=0.75, persistence=0.85)


def test_a_year_of_some_families_is_as_the_plain_rules_have_it() -> None:
    ses, before, rows = normal(10, 9), normal(11, 9), np.array([7, 0, 3], np.intp)
    draw, shock, income, need = normal(12, 3), before.copy(), np.zeros(9, np.float32), np.zeros(9, np.bool_)
    kernel.pass_year(rows, ses, draw, NUMBERS, -0.5, shock, income, need)
    passing = rule.next_shock(before[rows], draw, NUMBERS)
    position = rule.income_position(ses[rows], passing, NUMBERS)
    np.testing.assert_array_equal(shock[rows], passing)
    np.testing.assert_array_equal(income[rows], position)
    np.testing.assert_array_equal(need[rows], position < np.float32(-0.5))
    others = np.setdiff1d(np.arange(9), rows)
    np.testing.assert_array_equal(shock[others], before[others])
    assert not income[others].any()


def test_need_before_entry_by_hand() -> None:
    # Position 0.6 * 0 + 0.8 * shock; shocks 1, then 0.6 * 1 + 0.8 * -2 = -1, then 0.6 * -1 + 0.8 * 0 = -0.6.
    # Incomes 0.8, -0.8, -0.48 against lines of 1, -0.5, -0.5: in need last year (bit 0), the year before (1).
    got = kernel.past_need(
        f(0), f(1), f(-2, 0).reshape(2, 1), f(1, -0.5, -0.5).reshape(3, 1), rule.income(0.6, 0.6)
    )
    assert got.tolist() == [0b011]


def test_need_before_entry_is_as_frequent_as_after_it() -> None:
    n, line = 50_000, np.float32(ndtri(0.15))
    ses, shock, lines = normal(13, n), normal(14, n), np.full((6, n), line, np.float32)
    back = kernel.past_need(ses, shock, normal(15, 5, n), lines, NUMBERS)
    ahead = np.zeros(n, np.uint8)
    for year in range(6):
        if year:
            shock = rule.next_shock(shock, normal(16 + year, n), NUMBERS)
        ahead = rule.shift_history(ahead, rule.income_position(ses, shock, NUMBERS) < line)
    share = [float(rule.POPCOUNT6[history & 63].mean()) / 6 for history in (back, ahead)]
    ever = [float(rule.within_six_years(history).mean()) for history in (back, ahead)]
    assert share == pytest.approx([0.15, 0.15], abs=0.006)
    assert ever[0] == pytest.approx(ever[1], abs=0.01)


def test_trust_moves_towards_the_mean_of_the_ward() -> None:
    trust, ward = f(1, 0, 2, -1, 5), np.array([0, 0, 1, -1, 1], np.int16)
    here = np.array([0, 1, 2, 3], np.intp)
    none = np.zeros(5, np.float32)
    kernel.spread_trust(here, ward, none, none[:4], 2, rule.trust(0.0, 0.5, 0.2), trust)
    # Half of itself, and a fifth of the way to 0.5 in ward 0; alone in ward 1: the last family is not here.
    np.testing.assert_allclose(trust, [0.5 + 0.2 * -0.5, 0.0 + 0.2 * 0.5, 1.0, -0.5, 5.0], rtol=1e-6)


def test_trust_keeps_its_spread_about_what_position_leads_to_expect() -> None:
    n = 50_000
    ses, rows, ward = normal(30, n), np.arange(n), np.zeros(n, np.int16)
    trust = (0.6 * ses + 0.8 * normal(31, n)).astype(np.float32)
    for year in range(5):
        kernel.spread_trust(rows, ward, ses, normal(32 + year, n), 1, rule.trust(0.6, 0.9, 0.0), trust)
    assert trust.std() == pytest.approx(1.0, abs=0.015)
    assert np.corrcoef(trust, ses)[0, 1] == pytest.approx(0.6, abs=0.015)


@pytest.mark.parametrize("year", [2017, 2018, 2023, 2025, 2026])
def test_need_and_free_meals(year: int) -> None:
    pupils, need, protection = N // 3, bits(FAMILIES), rule.Protection(2018, 2025)
    income, lines = normal(40, FAMILIES), normal(41, pupils)
    history, fsm_history = HISTORY.copy(), HISTORY[::-1].copy()
    protected, fsm = bits(), bits()
    new = history.copy(), protected.copy(), fsm.copy(), fsm_history.copy()
    families = kernel.FamilyYear(need, income)
    out = kernel.MealColumns(new[0], new[1][:pupils], new[2][:pupils], new[3][:pupils])
    kernel.pass_children(year, FAMILY, families, lines, protection, out)
    now = need[FAMILY]
    poor = income[FAMILY[:pupils]] < lines
    meals = rule.free_meals(poor, protected[:pupils], year, protection)
    protected[:pupils] = rule.next_protected(protected[:pupils], meals, year, protection)
    fsm[:pupils] = meals
    history = rule.shift_history(history, now)
    fsm_history[:pupils] = rule.shift_history(fsm_history[:pupils], meals)
    assert all(same(a, b) for a, b in zip(new, (history, protected, fsm, fsm_history), strict=True))
