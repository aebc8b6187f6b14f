"""Adult life by hand: work, pay, ranks, the position of a new family, and moving away."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from model.inputs.parameters import Parameters
from model.kernels.score_tables import by_score
from model.rules import adulthood as rule
from model.rules import households, neet
from tests.model.rules.arrays import F, f, normal

PAY = rule.Pay(0.2, 0.26, 0.07, -0.2, -0.1, 0.05, 0.01, -0.016, -0.14, 0.5, 0.8, 0.6, 0.0, 0.1, 0.5)


def pay(encounters: F, **columns: F) -> F:
    none = np.zeros_like(encounters)
    names = ("score", "degree", "girl", "fsm", "income", "months", "lasting", "passing")
    c = {name: columns.get(name, none) for name in names}
    got: F = rule.log_pay(
        c["score"], c["degree"], c["girl"], c["fsm"], c["income"], encounters, c["months"], np.float32(-0.03),
        c["lasting"], c["passing"], PAY,
    )  # fmt: skip
    return got


def test_chance_of_work_by_hand() -> None:
    # 1.5 + 0.3 * 1 + 0.4 - 0.6 - 0.02 * 30 = 1.0; nothing but the level: 1.5.
    got = rule.work_log_odds(f(1, 0), f(1, 0), f(1, 0), f(30, 0), rule.Work(1.5, 0.3, 0.4, -0.6, -0.02))
    np.testing.assert_allclose(got, [1.0, 1.5], rtol=1e-5)


def test_pay_is_the_sum_of_its_parts() -> None:
    # A woman: 0.2 * 1 + 0.26 - 0.2 - 0.1 + 0.05 * -1 + 0.01 * 3 - 0.016 * 5 - 0.03
    # + 0.5 * (0.8 * 0.2 + 0.6 * 0.4) = 0.23.
    woman = pay(
        f(3), score=f(1), degree=f(1), girl=f(1), fsm=f(1), income=f(-1), months=f(5), lasting=f(0.2),
        passing=f(0.4),
    )  # fmt: skip
    np.testing.assert_allclose(woman, [0.23], rtol=1e-5)
    # Men: a degree 0.07, none 0, and the town's -0.03.
    np.testing.assert_allclose(pay(f(0, 0), degree=f(1, 0)), [0.04, -0.03], rtol=1e-5)


def test_encounters_count_to_four() -> None:
    # 0.01 * 4 - 0.03 for four and for nine.
    np.testing.assert_allclose(pay(f(4, 9)), [0.01, 0.01], rtol=1e-5)


def test_ranks_by_hand() -> None:
    # A worker in the middle of workers stands in the middle of those above 0.2: 0.6. Whoever is without work
    # shares the middle of the lowest fifth.
    np.testing.assert_allclose(rule.rank_at_work(f(0.5, 0.841345), 0.2, 0.8), [0.6, 0.873076], rtol=1e-5)
    assert rule.rank_without_work(0.2) == pytest.approx(0.1)


def test_england_ranks_itself_about_the_middle() -> None:
    """England's young people with the model's own numbers: scores, degrees, NEET, work and pay."""
    everything, n, rng = Parameters.load(), 200_000, np.random.default_rng(1)
    p, r, q = everything.adulthood, everything.routes, everything.neet
    origin = normal(2, n)
    fsm = (origin < households.need_line(100 * r.fsm_share)).astype(np.float32)
    # A correlation of 0.38 makes the gap at 16 some 0.7 SD.
    score = (0.38 * origin + np.sqrt(1 - 0.38**2) * normal(3, n)).astype(np.float32)
    student = rng.random(n) < by_score(score, r.higher)
    degree = (student & (rng.random(n) < r.degree_completion)).astype(np.float32)
    girl, encounters = (rng.random(n) < 0.488).astype(np.float32), rng.poisson(1.6, n).astype(np.float32)
    months = _months_neet(q, score, fsm - np.float32(r.fsm_share), student, rng).astype(np.float32)
    work = rule.Work(p.work_level, p.work_score, p.work_degree, p.work_fsm, p.work_month)
    employed = rng.random(n) < expit(rule.work_log_odds(score, degree, fsm, months, work))
    lasting = math.sqrt(p.pay_lasting), math.sqrt(1 - p.pay_lasting)
    numbers = rule.Pay(
        p.pay_score, p.pay_degree_women, p.pay_degree_men, p.pay_women, p.pay_fsm, p.pay_family,
        p.pay_encounter, p.scar_month, p.scar_floor, p.pay_sd, *lasting, p.pay_growth, p.rank_mean, p.rank_sd,
    )  # fmt: skip
    log_pay = rule.log_pay(
        score, degree, girl, fsm, origin, encounters, months, 0.0, normal(4, n), normal(5, n), numbers
    )
    assert 1 - employed.mean() == pytest.approx(p.without_work, abs=0.03)
    assert log_pay[employed].std() == pytest.approx(p.rank_sd, abs=0.02)
    standing = ndtr((log_pay - p.rank_mean) / p.rank_sd)
    at_work: F = rule.rank_at_work(standing, p.without_work, 1 - p.without_work)
    rank = np.where(employed, at_work, np.float32(rule.rank_without_work(p.without_work)))
    assert float(rank.mean()) == pytest.approx(0.5, abs=0.03)
    assert rank.min() >= 0.0
    assert rank.max() <= 1.0


def _months_neet(
    q: Any, score: F, fsm: F, student: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int16]:
    """Months NEET at 18 to 24 (n,), three terms a year; students of 19 to 21 are out of reach of it."""
    n, none = len(score), np.zeros_like(score)
    per = (q.per_sd, q.per_fsm, q.per_socio, q.per_sen, q.per_benchmark, q.per_encounter)
    numbers = neet.Risk(*per, 0.0, 0.0, 0.0, q.mean_encounters)
    met = np.full_like(score, q.mean_encounters)
    odds = neet.risk(score, fsm, normal(8, n), none, none, met, numbers)
    frailty = (q.frailty_sd * normal(9, n)).astype(np.float32)
    now, months = np.zeros(n, np.bool_), np.zeros(n, np.int16)
    for age in range(18, 25):
        level = np.full_like(score, q.level[age - 17])
        for _ in range(3):
            own = neet.term_log_odds(level, 0.0, odds, frailty, 0.0)
            now = rng.random(n) < expit(own + np.float32(q.dependence) * now)
            if 19 <= age <= 21:
                now &= ~student
            months += 4 * now.astype(np.int16)
    return months


def test_position_of_a_new_family_by_hand() -> None:
    # Explained: 0.16 + 0.09 + 0.04 + 0.12 + 0.08 + 0.06 = 0.55, so the draw counts sqrt(0.45) = 0.670820.
    # 0.4 * 1 + 0.3 * 2 + 0.2 * -1 + 0.67082 * 0.5 = 1.135410.
    got = rule.own_position(f(1), f(2), f(-1), f(0.5), by_score=0.4, by_qualification=0.3, by_origin=0.2)
    np.testing.assert_allclose(got, [1.135410], rtol=1e-5)


@given(parts=st.tuples(*[st.floats(0.0, 0.38)] * 3))
def test_position_of_a_new_family_has_variance_1(parts: tuple[float, float, float]) -> None:
    """Where the three parts correlate 0.5, as the rule takes them to."""
    common, own, n = normal(5, 20_000), normal(6, 3, 20_000), 20_000
    score, qualification, origin = np.sqrt(0.5) * common + np.sqrt(0.5) * own
    by_score, by_qualification, by_origin = parts
    got = rule.own_position(
        score,
        qualification,
        origin,
        normal(7, n),
        by_score=by_score,
        by_qualification=by_qualification,
        by_origin=by_origin,
    )
    assert got.var() == pytest.approx(1.0, abs=0.05)


@given(share=st.floats(0.0, 0.95), years=st.integers(1, 15))
def test_yearly_chances_of_moving_add_up_to_the_share(share: float, years: int) -> None:
    assert (1 - rule.moving_hazard(share, years)) ** years == pytest.approx(1 - share)


def test_moving_hazard_by_hand() -> None:
    # Two years of a half leave a quarter.
    assert rule.moving_hazard(0.75, 2) == pytest.approx(0.5)
    assert rule.moving_hazard(0.35, 1) == pytest.approx(0.35)
