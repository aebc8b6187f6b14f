"""Rules of entering, of need, of NEET and of work compiled in one pass give what the plain rules give, to the
last bit."""

import numpy as np
import pytest
from scipy.special import expit, ndtr

from model.kernels import adulthood as adult_pass
from model.kernels import entry as entering
from model.kernels import group_means as tally
from model.kernels import growth as growing
from model.kernels import neet as neet_pass
from model.rules import adulthood, households, neet
from model.rules import entry as rule
from model.rules.national_standard import with_error
from tests.model.kernels.test_one_pass import (
    FAMILIES,
    FAMILY,
    HISTORY,
    LUCK,
    SCHOOL,
    SCHOOLS,
    YEAR,
    N,
    bits,
    reals,
    same,
)

ROWS = np.flatnonzero(bits())
M = len(ROWS)


def test_states_at_entry() -> None:
    before, history = LUCK.integers(0, 19, M).astype(np.int16), HISTORY[:M]
    ses, eal, girl, draws = reals(M), bits(M), bits(M), reals(8, M)
    targets, rest, usual = reals(20, 64, 2), np.abs(reals(20)), reals(64)
    n = rule.EntryNumbers(*np.array([0.4, 0.9, 0.7, 0.5, 0.8, 0.94, 0.2, 0.3, -0.1, 1.1], np.float32))
    sen = np.full(N, 9, np.int8)
    columns = entering.EntryColumns._make((*reals(7, N), sen))
    children = entering.Children(ROWS, before, history, ses, eal, girl)
    mean = entering.states_at_entry(
        children, draws, entering.Expected(targets, rest, usual), n, 0.9, 2.0, columns
    )
    six = history & households.SIX_YEARS
    assert same(mean, targets[before, six, eal.astype(np.intp)])
    trait = rule.trait(ses, draws[0], n)
    need = rule.special_needs(trait, draws[1], n)
    both, apart = rule.both_subjects(mean, draws[2], rest[before], n), draws[3] * n.apart_sd
    plain = (
        n.trait_sd * trait, rule.subject(both, apart, girl, n.girls_literacy),
        rule.subject(both, -apart, girl, n.girls_numeracy), usual[six] + draws[4], draws[5], draws[6],
        n.frailty_sd * draws[7],
    )  # fmt: skip
    assert all(same(column[ROWS], one) for column, one in zip(columns[:7], plain, strict=True))
    assert sen[ROWS].tolist() == ((need > 0.9).astype(int) + (need > 2.0)).tolist()
    assert (sen[np.setdiff1d(np.arange(N), ROWS)] == 9).all()


def test_scores_of_before() -> None:
    years, mean, draw, error = LUCK.integers(0, 8, M), *reals(3, M)
    theta, literacy, numeracy, score = reals(4, N)
    keep, fresh = np.abs(reals(2, 8))
    half, of_skill, of_error = (np.float32(x) for x in (0.53, 0.9, 0.4))
    entering.past_scores(
        entering.Past(ROWS, years, mean, draw, error),
        entering.EntrySkill(theta, literacy, numeracy, half),
        entering.Assessed(keep, fresh, of_skill, of_error),
        score,
    )
    now = theta[ROWS] + (literacy[ROWS] + numeracy[ROWS]) * half
    skill = rule.skill_before(now, now - theta[ROWS] - mean, keep[years], fresh[years], draw)
    assert same(score[ROWS], with_error(skill, error, of_skill, of_error))


def test_home_and_aspiration() -> None:
    home, ses, (skill, draw, aspiration, literacy) = reals(FAMILIES), reals(FAMILIES), reals(4, N)
    a, b, c, d = (np.float32(x) for x in (0.3, 0.2, 0.85, 0.4))
    plain = literacy + b * (home[FAMILY] - a * ses[FAMILY])
    growing.read_at_home(FAMILY, home, ses, a, b, literacy)
    assert same(literacy, plain)
    mean = a * skill + b * ses[FAMILY]
    plain = mean + c * (aspiration - mean) + d * draw
    growing.grow_aspiration(FAMILY, ses, skill, draw, growing.Aspiration(a, b, c, d), aspiration)
    assert same(aspiration, plain)


def test_who_may_be_neet() -> None:
    followed, present, route = bits(), bits(), LUCK.integers(0, 9, N).astype(np.int8)
    safe, terms = bits(9), LUCK.integers(1, 8, N).astype(np.uint8)
    plain = followed & present & ~safe[route]
    left = np.where(plain, terms, np.uint8(0))
    assert (
        neet_pass.at_risk(100, followed, present, route, safe, terms) == 100 + np.flatnonzero(plain)
    ).all()
    assert same(terms, left)


def test_a_year_of_terms() -> None:
    cohort = (YEAR - LUCK.integers(18, 25, N)).astype(np.int16)
    route, frailty, level, risk = LUCK.integers(0, 4, N).astype(np.int8), reals(), reals(8), reals(M)
    odds = neet_pass.term_odds(
        YEAR, ROWS, cohort, route, risk, frailty, neet_pass.Terms(level, 0.3, 0.7, 2, 2.5)
    )
    age = YEAR - cohort[ROWS]
    town = np.where(age <= 18, np.float32(0.3), np.float32(0))
    shelter = np.where((route[ROWS] == 2) & (age < 22), np.float32(0.7), np.float32(0))
    assert same(odds[0], neet.term_log_odds(level[age - 17], shelter, risk, frailty[ROWS], town))
    assert same(odds[1], odds[0] + np.float32(2.5))

    terms, months = LUCK.integers(0, 8, N).astype(np.uint8), LUCK.integers(0, 9, N).astype(np.int16)
    new_terms, new_months, draws = terms.copy(), months.copy(), LUCK.random((3, M)).astype(np.float32)
    chances = expit(odds)
    neet_pass.pass_terms(ROWS, draws, chances, 4, new_terms, new_months)
    now = terms[ROWS] >= 4
    terms[ROWS] = 0
    for term in range(3):
        now = draws[term] < np.where(now, chances[1], chances[0])
        terms[ROWS] |= now.astype(np.uint8) << np.uint8(term)
        months[ROWS] += 4 * now.astype(np.int16)
    assert same(new_terms, terms)
    assert same(new_months, months)


@pytest.mark.parametrize("local", [True, False])
def test_work_and_pay(local: bool) -> None:
    cohort = (YEAR - LUCK.integers(25, 31, N)).astype(np.int16)
    score, origin, lasting, passing, draw = reals(5, N)
    qualification, girl, fsm = LUCK.integers(0, 4, N).astype(np.int8), bits(), bits()
    met, months = LUCK.integers(0, 9, N).astype(np.int8), LUCK.integers(0, 40, N).astype(np.int16)
    here = reals() if local else np.full(1, -0.05, np.float32)
    n = adulthood.Pay(0.2, 0.35, 0.3, -0.2, -0.05, 0.04, 0.01, -0.01, -0.14, 0.4, 0.8, 0.6, 0.03, -0.1, 0.5)
    work = adulthood.Work(1.5, 0.4, 0.6, -0.3, -0.02)
    adults = adult_pass.Adults(cohort, score, qualification, girl, fsm, origin, met, months)
    odds, log_annual, above = adult_pass.prospects(YEAR, adults, here, lasting, passing, work, n)
    degree, is_girl, meals = ((x).astype(np.float32) for x in (qualification == 3, girl, fsm))
    neet_months = months.astype(np.float32)
    assert same(odds, adulthood.work_log_odds(score, degree, meals, neet_months, work))
    pay = adulthood.log_pay(
        score, degree, is_girl, meals, origin, met.astype(np.float32), neet_months, here, lasting, passing, n
    )
    age = (YEAR - cohort).astype(np.float32)
    assert same(log_annual, pay + np.float32(0.03) * (age - 29))
    assert same(above, (pay - np.float32(-0.1)) / np.float32(0.5))

    draw, chance, annual, standing = expit(draw), expit(odds), np.exp(log_annual), ndtr(above)
    employed, earnings, rank = bits(), reals(), reals()
    england = adult_pass.EnglandsWorkers(29_000.0, 0.2, 0.8)
    adult_pass.settle(draw, chance, annual, standing, england, employed, earnings, rank)
    assert same(employed, draw < chance)
    assert same(earnings, np.where(employed, np.float32(29_000) * annual, np.float32(0)))
    at_work = adulthood.rank_at_work(standing, np.float32(0.2), np.float32(0.8))
    assert same(rank, np.where(employed, at_work, np.float32(0.1)))


def test_members_of_schools() -> None:
    present, meals = bits(), bits()
    number, of_them = tally.members(SCHOOL, present, meals, SCHOOLS)
    inside = present & (SCHOOL >= 0)
    assert (number == np.bincount(SCHOOL[inside], minlength=SCHOOLS)).all()
    assert (of_them == np.bincount(SCHOOL[inside & meals], minlength=SCHOOLS)).all()
