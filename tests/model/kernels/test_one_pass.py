"""Rules compiled in one pass give what the plain rules give, to the last bit."""

import numpy as np
from numpy.typing import NDArray

from model.kernels import growth as growing
from model.kernels import neet as neet_pass
from model.kernels.absence import AbsencePupils, Spreads, absence_terms
from model.kernels.score_tables import DECILE_MIDDLES, by_score
from model.rules import absence, growth, households, neet, routes

F = NDArray[np.float32]
N, SCHOOLS, FAMILIES, YEAR = 3001, 23, 900, 2020
LUCK = np.random.default_rng(7)


def reals(*shape: int) -> F:
    return LUCK.standard_normal(shape or N).astype(np.float32)


def bits(*shape: int) -> NDArray[np.bool_]:
    return LUCK.random(shape or N) < 0.4


def same(left: NDArray[np.generic], right: NDArray[np.generic]) -> bool:
    return left.dtype == right.dtype and left.tobytes() == right.tobytes()


COHORT = (YEAR - LUCK.integers(1, 19, N)).astype(np.int16)
AGE = (YEAR - COHORT).astype(np.intp)
HISTORY = LUCK.integers(0, 256, N).astype(np.uint8)
SIX = HISTORY & households.SIX_YEARS
SCHOOL = LUCK.integers(-1, SCHOOLS, N).astype(np.int16)
FAMILY = LUCK.integers(-1, FAMILIES, N).astype(np.int32)
AT = (SCHOOL >= 0) & (AGE >= 5) & (AGE <= 16)


def test_a_school_year_and_home() -> None:
    missed, socio, by_school, income = np.abs(reals()) * 5, reals(), reals(SCHOOLS, 17), reals(FAMILIES)
    usual, expected, need = np.abs(reals(2, 2)), reals(64), bits(FAMILIES)
    got = np.empty(N, np.float32)
    a, s, i, k, poor, others = (np.float32(x) for x in (-0.01, 0.05, 0.03, 0.94, -0.8, 0.3))
    growing.year_inputs(
        YEAR,
        growing.Pupils(COHORT, SCHOOL, HISTORY, FAMILY, missed, socio),
        by_school,
        growing.Usual(usual, expected, poor, others),
        growing.Homes(income, need),
        growing.Inputs(a, s, i, k),
        got,
    )
    mean = usual[(AGE >= 12).astype(np.intp), HISTORY & 1]
    total = by_school[SCHOOL, np.minimum(AGE, 16)] + absence.effect_on_skill(missed, mean, a)
    total = total + s * (socio - expected[SIX])
    home = i * (income - np.where(need, poor, others))
    plain = k * (np.where(AT, total, np.float32(0)) + np.where(FAMILY >= 0, home[FAMILY], np.float32(0)))
    assert same(got, plain)


def test_classmates() -> None:
    skill = reals()
    got = growing.weak_shares(YEAR, COHORT, SCHOOL, skill, -1.0, SCHOOLS)
    cell = SCHOOL[AT].astype(np.intp) * 17 + AGE[AT]
    weak = np.bincount(cell, weights=skill[AT] < np.float32(-1), minlength=SCHOOLS * 17)
    plain = weak / np.maximum(np.bincount(cell, minlength=SCHOOLS * 17), 1)
    assert same(got, plain.astype(np.float32).reshape(SCHOOLS, 17))
    assert got.max() > 0


def test_growth_of_subjects_and_socio_emotional_skill() -> None:
    literacy, numeracy, socio, skill, inputs, common, apart, draw = reals(8, N)
    eal, girl, before, after, noise = bits(), bits(), reals(20, 64, 2), reals(20, 64, 2), np.abs(reals(20))
    d, gl, gn, k, shock, rho = (np.float32(x) for x in (0.2, 0.3, -0.1, 0.94, 0.05, 0.9))
    new_literacy, new_numeracy, beyond = literacy.copy(), numeracy.copy(), np.empty(N, np.float32)
    growing.grow_subjects(
        YEAR,
        growing.Growing(COHORT, HISTORY, eal, girl, skill, inputs),
        growing.Targets(before, after),
        growing.Noise(noise, common, apart, d, shock),
        growing.Subjects(gl, gn, k, rho),
        new_literacy,
        new_numeracy,
        beyond,
    )
    side = np.where(girl, np.float32(0.5), np.float32(-0.5))
    now, then = before[AGE - 1, SIX, eal.astype(np.intp)], after[AGE, SIX, eal.astype(np.intp)]
    shared, own = noise[AGE - 1] * common, d * apart
    for got, state, lead, extra in (
        (new_literacy, literacy, side * gl, shared + own),
        (new_numeracy, numeracy, side * gn, shared - own),
    ):
        plain = growth.next_state(state, k * now + lead, k * then + lead, inputs + shock, extra, rho)
        assert same(got, plain)
    assert same(beyond, skill - then)

    weight, gap = np.abs(reals(64)), -0.4
    spread = np.float32(growth.socio_spread(0.8, 0.1))
    grown = socio.copy()
    growing.grow_socio(
        HISTORY, np.float32(gap) * weight, beyond, draw, growing.Socio(0.8, 0.1, spread), grown
    )
    mean = np.float32(gap) * weight[SIX]
    plain = growth.next_socio(socio, mean, mean, beyond, draw, 0.8, 0.1, spread)
    assert same(grown, plain)


def test_absence() -> None:
    trait, illness, socio, usual, expected = reals(), reals(), reals(), np.abs(reals(2, 2)) + 1, reals(64)
    spreads = 0.6, 0.4, -0.1, absence.log_mean(0.6, 0.4, -0.1)
    mean, log = np.empty((2, N), np.float32)
    pupils = AbsencePupils(COHORT, HISTORY, trait, illness, socio)
    absence_terms(YEAR, pupils, usual, expected, Spreads(*spreads, 1.1), mean, log)
    assert same(mean, usual[(AGE >= 12).astype(np.intp), HISTORY & 1] * np.float32(1.1))
    assert same(log, absence.log_missed(trait, illness, socio - expected[SIX], *spreads))


def test_risk_of_neet() -> None:
    rows = np.flatnonzero(bits())
    score, socio, fsm, sen = reals(), reals(), bits(), LUCK.integers(0, 3, N).astype(np.int8)
    met, gatsby = LUCK.integers(0, 9, N).astype(np.int8), reals(SCHOOLS)
    numbers = (-0.9, 0.5, -0.2, 0.4, -0.05, -0.1, 0.1, 0.13, 0.15, 1.7)
    got = neet_pass.risk_of(
        rows, neet_pass.YoungPeople(score, fsm, socio, sen, SCHOOL, met), gatsby, neet.Risk(*numbers)
    )
    at = np.where(SCHOOL[rows] >= 0, gatsby[SCHOOL[rows]], np.float32(0))
    plain = neet.risk(
        score[rows], fsm[rows] - np.float32(0.13), socio[rows], (sen[rows] > 0) - np.float32(0.15), at,
        met[rows], neet.Risk(*numbers),
    )  # fmt: skip
    assert same(got, plain)


def test_reading_a_table_by_score_is_numpys_interpolation() -> None:
    table = np.array([3.0, 5, 8, 15, 22, 31, 40, 55, 70, 92])
    edges = DECILE_MIDDLES.astype(np.float32)
    score = np.concatenate([reals() * 2, edges, np.array([np.nan, np.inf, -np.inf], np.float32)])
    plain = (np.interp(score, DECILE_MIDDLES, table) / 100.0).astype(np.float32)
    got = by_score(score, table)
    assert (np.isnan(got) == np.isnan(plain)).all()
    assert same(got[~np.isnan(got)], plain[~np.isnan(plain)])


def test_shifting_shares_that_are_all_inside_is_what_shifting_them_among_others_is() -> None:
    share, odds = np.clip(np.abs(reals()), 0.01, 0.99), reals()
    alone = routes.shifted(share, odds)
    among = routes.shifted(
        np.append(share, np.array([0, 1], np.float32)), np.append(odds, np.array([2, 2], np.float32))
    )
    assert same(alone, among[:-2])
    assert among[-2:].tolist() == [0, 1]
