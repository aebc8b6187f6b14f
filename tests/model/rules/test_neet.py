"""NEET by hand: risk, entry and staying, and the scar."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from model.inputs.parameters import Parameters
from model.rules import neet as rule
from tests.model.rules.arrays import F, f, normal

NUMBERS = rule.Risk(-0.75, 0.41, -0.15, 0.3, -0.006, -0.03, 0.0, 0.13, 0.15, 1.6)


def risk(encounters: F, numbers: rule.Risk = NUMBERS, **columns: F) -> F:
    none = np.zeros_like(encounters)
    c = {name: columns.get(name, none) for name in ("score", "fsm", "socio", "sen", "gatsby")}
    got: F = rule.risk(c["score"], c["fsm"], c["socio"], c["sen"], c["gatsby"], encounters, numbers)
    return got


def term_chance(neet: NDArray[np.bool_], level: F, risk: F, frailty: F, dependence: float) -> F:
    got: F = expit(rule.term_log_odds(level, 0.0, risk, frailty, 0.0) + np.float32(dependence) * neet)
    return got


def test_the_average_young_person_has_no_risk_of_its_own() -> None:
    np.testing.assert_allclose(risk(f(1.6)), [0.0], atol=1e-7)


def test_risk_is_the_sum_of_its_parts() -> None:
    # -0.75 * -1 + 0.41 * 0.87 - 0.15 * -2 + 0.3 * 0.85 - 0.006 * 2 - 0.03 * (0 - 1.6) + 0.06 * 0.5
    # = 0.75 + 0.3567 + 0.3 + 0.255 - 0.012 + 0.048 + 0.03 = 1.7277.
    n = NUMBERS._replace(unemployment=0.03)
    got = risk(f(0), n, score=f(-1), fsm=f(0.87), socio=f(-2), sen=f(0.85), gatsby=f(2))
    np.testing.assert_allclose(got, [1.7277], rtol=1e-5)


def test_encounters_count_to_four() -> None:
    # -0.03 * (4 - 1.6) = -0.072 for four and for nine.
    np.testing.assert_allclose(risk(f(4, 9, 2)), [-0.072, -0.072, -0.012], rtol=1e-5)


def test_chance_of_a_term_by_hand() -> None:
    # Log-odds -3 + 0.5 + 0.5 = -2: 0.119203; who is NEET already: -2 + 2 = 0.
    got = term_chance(np.array([False, True]), f(-3, -3), f(0.5, 0.5), f(0.5, 0.5), 2.0)
    np.testing.assert_allclose(got, [0.119203, 0.5], rtol=1e-5)


def test_months_cost_pay_up_to_the_floor() -> None:
    # -0.01 * 5 = -0.05; -0.01 * 40 = -0.4, of which 0.14 counts.
    got = rule.wage_scar(f(0, 5, 14, 40), -0.01, -0.14)
    np.testing.assert_allclose(got, [0, -0.05, -0.14, -0.14], rtol=1e-6)
    assert got.dtype == np.float32


def test_whoever_is_neet_tends_to_stay_so() -> None:
    """A cohort at 18-24 with the model's numbers: NEET falls with score, and lasts."""
    p, n, rng = Parameters.load().neet, 100_000, np.random.default_rng(1)
    score, frailty = normal(2, n), p.frailty_sd * normal(3, n)
    odds = (p.per_sd * score).astype(np.float32)
    now, terms = np.zeros(n, np.bool_), []
    for level in p.level[1:]:
        for _ in range(3):
            level_of_each = np.full(n, level, np.float32)
            chance = term_chance(now, level_of_each, odds, frailty.astype(np.float32), p.dependence)
            now = rng.random(n) < chance
            terms.append(now)
    late = np.array(terms[-6:])
    low, high = late[:, score < -1].mean(), late[:, score > 1].mean()
    assert low > 3 * high
    stayed = terms[-1][terms[-4]].mean()
    assert stayed > 1 / 3
    assert stayed > 4 * terms[-1][~terms[-4]].mean()


def test_scar_of_the_parameters() -> None:
    p = Parameters.load().adulthood
    got = rule.wage_scar(f(12, 84), p.scar_month, p.scar_floor)
    # A year costs 12 * 0.008 = 9.6%; seven years no more than the most found in any study.
    np.testing.assert_allclose(got, [-0.096, -0.14], rtol=1e-5)
    assert math.exp(float(got[1])) == pytest.approx(0.869, abs=0.001)
