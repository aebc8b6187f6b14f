"""Rules of entering, of need, of NEET and of work compiled in one pass give what the plain rules give, to the
last bit."""

import numpy as np
import pytest
from scipy.special import expit, ndtr

from model.kernels import entry as entering
from model.kernels import group_means as tally
from model.kernels import growth as growing
from model.kernels import school_choice as applying
from model.rules import adulthood, families, growth, households, neet
from model.rules.national_standard import observed_score
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
    n = entering.Numbers(*(np.float32(x) for x in (0.4, 0.9, 0.7, 0.5, 0.8, 0.94, 0.2, 0.3, -0.1, 1.1)))
    columns = entering.Columns(*reals(7, N))
    sen = np.full(N, 9, np.int8)
    mean = entering.states_at_entry(
        ROWS, before, history, ses, eal, girl, draws, targets, rest, usual, n, (0.9, 2.0), columns, sen
    )
    six = history & households.SIX_YEARS
    assert same(mean, targets[before, six, eal.astype(np.intp)])
    trait = n.trait_ses * ses + n.trait_rest * draws[0]
    need = -n.sen_trait * trait + n.sen_rest * draws[1]
    skill, apart = n.k * (mean + draws[2] * rest[before]), draws[3] * n.apart_sd
    side = np.where(girl, np.float32(0.5), np.float32(-0.5))
    plain = (
        n.trait_sd * trait, skill + apart + side * n.girls_literacy, skill - apart + side * n.girls_numeracy,
        usual[six] + draws[4], draws[5], draws[6], n.frailty_sd * draws[7],
    )  # fmt: skip
    assert all(same(column[ROWS], one) for column, one in zip(columns, plain, strict=True))
    assert sen[ROWS].tolist() == ((need > 0.9).astype(int) + (need > 2.0)).tolist()
    assert (sen[np.setdiff1d(np.arange(N), ROWS)] == 9).all()


def test_scores_of_before() -> None:
    before, mean, draw, error = LUCK.integers(11, 19, M).astype(np.int16), *reals(3, M)
    theta, literacy, numeracy, score = reals(4, N)
    entering.past_scores(
        11, ROWS, before, mean, (theta, literacy, numeracy), draw, error, score,
        k=0.94, rest=0.6, persistence=0.87, reliability=0.8,
    )  # fmt: skip
    now = growth.composite(theta[ROWS], literacy[ROWS], numeracy[ROWS], 0.94)
    state = now - theta[ROWS] - mean
    keep = (0.87 ** (before - 11)).astype(np.float32)
    fresh = np.sqrt(np.maximum(0, 1 - keep**2)) * np.float32(0.6)
    skill = now - state + keep * state + fresh * draw
    assert same(score[ROWS], observed_score(skill, error, 0.8))


@pytest.mark.parametrize("year", [2017, 2018, 2023, 2025, 2026])
def test_need_and_free_meals(year: int) -> None:
    pupils, need = N // 3, bits(FAMILIES)
    history, fsm_history = HISTORY.copy(), HISTORY[::-1].copy()
    protected, fsm = bits(), bits()
    old = protected[:pupils].copy()
    new = history.copy(), protected.copy(), fsm.copy(), fsm_history.copy()
    households.pass_children(year, FAMILY, need, pupils, *new, first_year=2018, last_year=2025)
    now = need[FAMILY]
    meals = now[:pupils] | (old & (year <= 2025))
    protected[:pupils] = households.protection(old, meals, year, 2018, 2025)
    fsm[:pupils] = meals
    history = households.shift_history(history, now)
    fsm_history[:pupils] = households.shift_history(fsm_history[:pupils], meals)
    assert all(same(a, b) for a, b in zip(new, (history, protected, fsm, fsm_history), strict=True))


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


def test_members_of_schools_and_schools_of_families() -> None:
    present, meals = bits(), bits()
    number, of_them = tally.members(SCHOOL, present, meals, SCHOOLS)
    inside = present & (SCHOOL >= 0)
    assert (number == np.bincount(SCHOOL[inside], minlength=SCHOOLS)).all()
    assert (of_them == np.bincount(SCHOOL[inside & meals], minlength=SCHOOLS)).all()

    at = np.full(FAMILIES + 1, -1, np.int16)
    at[FAMILY[present]] = SCHOOL[present]
    of = LUCK.integers(-1, FAMILIES, 500).astype(np.int32)
    assert same(applying.schools_of_families(FAMILY, present, SCHOOL, FAMILIES, of), at[of])


def test_a_seat_is_the_first_place_that_is_not_below_the_point() -> None:
    places = LUCK.random(400).astype(np.float32)
    points = LUCK.random((400, 1)).astype(np.float32)
    points[:4, 0] = 0, np.nextafter(np.float32(1), np.float32(0)), places.max(), places.min()
    ring = np.argsort(places, kind="stable")
    # One after another takes its seat, or the next one free.
    parents = np.full(400, -1)
    for candidate, seat in enumerate(np.searchsorted(places[ring], points[:, 0]) % 400):
        free = next(at for at in np.roll(np.arange(400), -seat) if parents[ring[at]] < 0)
        parents[ring[free]] = candidate
    assert (families.pair_newborns(np.arange(400), points, places) == parents).all()


def test_who_may_be_neet() -> None:
    followed, present, route = bits(), bits(), LUCK.integers(0, 9, N).astype(np.int8)
    safe, terms = bits(9), LUCK.integers(1, 8, N).astype(np.uint8)
    plain = followed & present & ~safe[route]
    left = np.where(plain, terms, np.uint8(0))
    assert (neet.at_risk(100, followed, present, route, safe, terms) == 100 + np.flatnonzero(plain)).all()
    assert same(terms, left)


def test_a_year_of_terms() -> None:
    cohort = (YEAR - LUCK.integers(18, 25, N)).astype(np.int16)
    route, frailty, level, risk = LUCK.integers(0, 4, N).astype(np.int8), reals(), reals(8), reals(M)
    chances = neet.chances_of_year(
        YEAR, ROWS, cohort, route, risk, frailty, level, young=0.3, sheltered=2, shelter=0.7, dependence=2.5
    )
    age = YEAR - cohort[ROWS]
    odds = risk + frailty[ROWS] + np.where(age <= 18, np.float32(0.3), np.float32(0))
    shield = np.where((route[ROWS] == 2) & (age < 22), np.float32(0.7), np.float32(0))
    none = np.zeros(1, np.float32)
    for was in (False, True):
        plain = neet.term_chance(np.array([was]), level[age - 17] - shield, odds, none, 2.5)
        assert same(chances[int(was)], plain)

    terms, months = LUCK.integers(0, 8, N).astype(np.uint8), LUCK.integers(0, 9, N).astype(np.int16)
    new_terms, new_months, draws = terms.copy(), months.copy(), LUCK.random((3, M)).astype(np.float32)
    neet.pass_terms(ROWS, draws, chances, 4, new_terms, new_months)
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
    n = adulthood.Pay(*(np.float32(x) for x in (
        0.2, 0.35, 0.3, -0.2, -0.05, 0.04, 0.01, 0.4, 0.8, 0.6, -0.01, -0.14, 0.03, -0.1, 0.5,
    )))  # fmt: skip
    chance, log_annual, standing = adulthood.prospects(
        YEAR, cohort, score, qualification, girl, fsm, origin, met, months, lasting, passing, here,
        (1.5, 0.4, 0.6, -0.3, -0.02), n,
    )  # fmt: skip
    degree = (qualification == 3).astype(np.float32)
    plain_chance = adulthood.employment_chance(
        score, degree, fsm.astype(np.float32), months.astype(np.float32), 1.5,
        per_sd=0.4, per_degree=0.6, per_fsm=-0.3, per_month=-0.02,
    )  # fmt: skip
    pay = adulthood.log_pay(
        score, degree, girl.astype(np.float32), fsm.astype(np.float32), origin, met.astype(np.float32),
        neet.wage_scar(months, -0.01, -0.14), n.lasting * lasting + n.passing * passing, per_sd=0.2,
        degree_women=0.35, degree_men=0.3, women=-0.2, per_fsm=-0.05, family_link=0.04, per_encounter=0.01,
        town=here, noise_sd=0.4,
    )  # fmt: skip
    age = (YEAR - cohort).astype(np.float32)
    assert same(chance, plain_chance)
    assert same(log_annual, pay + np.float32(0.03) * (age - 29))
    assert same(standing, ndtr((pay - n.rank_mean) / n.rank_sd))

    draw = expit(draw)
    employed, earnings, rank = bits(), reals(), reals()
    adulthood.settle(draw, chance, log_annual, standing, 29_000.0, 0.2, employed, earnings, rank)
    assert same(employed, draw < chance)
    assert same(earnings, np.where(employed, np.float32(29_000) * np.exp(log_annual), np.float32(0)))
    assert same(rank, adulthood.national_rank(pay, employed, -0.1, 0.5, 0.2))
