"""After 16 by hand: tables by decile, shifts, and catching up; and England's own shares."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inputs.parameters import Parameters
from model.kernels.score_tables import by_score
from model.rules import national_standard as rod
from model.rules import routes as rule
from tests.model.rules.arrays import f, normal

MIDDLES = (1.644854, 1.036433, 0.674490, 0.385320, 0.125661)
"""Scores that 5, 15, 25, 35 and 45% exceed."""


def test_a_table_is_read_at_the_middle_of_each_decile() -> None:
    table = np.arange(10.0, 110.0, 10.0)
    low_to_high = f(*(-x for x in MIDDLES), *reversed(MIDDLES))
    np.testing.assert_allclose(by_score(low_to_high, table), table / 100, rtol=1e-4)
    # Half way between the two upper middles, and beyond the ends.
    between = (MIDDLES[0] + MIDDLES[1]) / 2
    np.testing.assert_allclose(by_score(f(between, 5, -5), table), [0.95, 1.0, 0.1], rtol=1e-5)


@pytest.mark.parametrize("name", ["level3", "higher", "high_tariff", "apprentice", "not_sustained"])
def test_england_gets_the_mean_of_the_table(name: str) -> None:
    table = getattr(Parameters.load().routes, name)
    got = 100 * float(by_score(normal(1, 200_000), table).mean())
    assert got == pytest.approx(float(table.mean()), abs=0.5)


def test_log_odds_shift_a_share_and_leave_0_and_1() -> None:
    # Odds of 1 times 3 are 0.75; odds of 1/4 times 2 are 1/3.
    got = rule.shifted(f(0.5, 0.2, 0, 1), f(math.log(3), math.log(2), 5, -5))
    np.testing.assert_allclose(got, [0.75, 1 / 3, 0, 1], rtol=1e-5)


@given(share=st.floats(0.001, 0.999), odds=st.floats(-3, 3))
def test_a_shift_and_its_opposite_cancel(share: float, odds: float) -> None:
    there = rule.shifted(f(share), f(odds))
    assert float(rule.shifted(there, f(-odds))[0]) == pytest.approx(share, abs=1e-4)


def test_more_start_a_programme_than_complete_it() -> None:
    # 0.34 / 0.85 = 0.4; nobody is sure to start.
    np.testing.assert_allclose(rule.programme_start(f(0.34, 0, 0.9), 0.85), [0.4, 0, 0.99], rtol=1e-6)


def test_catching_up_by_hand() -> None:
    # At a cut of 0 those below it lie 0.797885 under it on average; there the chance is England's.
    mean = -0.797885
    # One SD nearer: log-odds log(0.25) + 0.8 = -0.586294, a chance of 0.357486; a town of -0.4: 0.271645.
    got = rule.catch_up(f(mean, mean + 1), 0.0, 0.2, 0.8, 0.0)
    np.testing.assert_allclose(got, [0.2, 0.357486], rtol=1e-4)
    np.testing.assert_allclose(rule.catch_up(f(mean + 1), 0.0, 0.2, 0.8, -0.4), [0.271645], rtol=1e-4)


def test_england_keeps_its_gain() -> None:
    """Of those without English and maths at 16, about England's share has it by 19, whatever the slope."""
    p = Parameters.load().routes
    at_16, gain = 64.2, 0.25
    cut = rod.cut(at_16)
    score = normal(2, 400_000)
    below = score[score <= cut]
    got = rule.catch_up(below, cut, gain, p.catch_up_score, 0.0)
    assert float(got.mean()) == pytest.approx(gain, abs=0.02)


def test_routes_have_names() -> None:
    numbers = (
        rule.SCHOOL,
        rule.SIXTH_FORM,
        rule.COLLEGE_3,
        rule.COLLEGE_2,
        rule.APPRENTICE,
        rule.JOB,
        rule.NONE,
    )
    assert (*numbers, rule.UNIVERSITY, rule.ADULT) == tuple(range(len(rule.ROUTES)))
