"""Ranking of schools, and places that are left: looked up and put in order as written out plainly."""

import numpy as np
import pytest

from model.kernels import school_choice as applying
from model.rules import choice
from tests.model.kernels.test_one_pass import (
    AGE,
    COHORT,
    FAMILIES,
    FAMILY,
    LUCK,
    SCHOOL,
    SCHOOLS,
    YEAR,
    F,
    N,
    bits,
    reals,
    same,
)


def best_first(utility: F) -> np.typing.NDArray[np.intp]:
    return np.argsort(-utility, axis=1, kind="stable")


@pytest.mark.parametrize("siblings_first", [True, False])
@pytest.mark.parametrize("chooses", [True, False])
def test_ranking_of_schools(siblings_first: bool, chooses: bool) -> None:
    wards, k = 5, 8
    by_ward = np.stack([LUCK.permutation(SCHOOLS)[:k] for _ in range(wards + 1)])
    ward, sibling = (
        LUCK.integers(-1, wards, N).astype(np.int16),
        LUCK.integers(-1, SCHOOLS, N).astype(np.int16),
    )
    (east, north, ses), taste = reals(3, N), reals(N, k)
    school_east, school_north, results, fsm = reals(4, SCHOOLS)
    inside, reach = bits(SCHOOLS), np.abs(reals(SCHOOLS))
    schools = applying.SchoolColumns(school_east, school_north, results, fsm, inside, reach)
    weights = choice.weights(
        per_km=-0.7, per_10_points=1.5, high_ses_factor=1.4, per_10_fsm=-0.2, points_per_sd=3.0, outside=-1.0,
        realism=3.0,
    )  # fmt: skip
    wanted, km, priority = applying.ranked(
        applying.FamilyHomes(ward, east, north, ses, sibling), taste if chooses else taste[:0], by_ward,
        schools, weights, siblings_first,
    )  # fmt: skip
    options = by_ward[ward]
    far = choice.distance(east[:, None], north[:, None], school_east[options], school_north[options])
    utility = choice.utility(far, results[options], fsm[options], inside[options], ses[:, None], weights)
    if chooses:
        utility = choice.with_taste(utility, taste, far, reach[options], weights)
    order = best_first(utility)
    plain = np.take_along_axis(options, order, axis=1)
    assert (wanted == plain).all()
    assert same(km, np.take_along_axis(far, order, axis=1))
    first = np.float32(1000) * ((plain == sibling[:, None]) & siblings_first)
    assert same(priority, -km + first)
    furthest = np.zeros(SCHOOLS, np.float32)
    np.maximum.at(furthest, wanted[:, 1], km[:, 1])
    assert same(applying.furthest(wanted, km, np.ascontiguousarray(wanted[:, 1]), SCHOOLS), furthest)


def test_of_schools_that_are_alike_the_first_of_the_list_comes_first() -> None:
    zeros = np.zeros(3, np.float32)
    schools = applying.SchoolColumns(zeros, zeros, zeros, zeros, np.ones(3, np.bool_), zeros)
    weights = choice.Weights(-1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    home = applying.FamilyHomes(
        np.zeros(1, np.int16), zeros[:1], zeros[:1], zeros[:1], np.array([2], np.int16)
    )
    by_ward = np.array([[2, 0, 1]])
    got = applying.ranked(home, np.zeros((0, 3), np.float32), by_ward, schools, weights, True)
    assert got.wanted.tolist() == [[2, 0, 1]]
    assert got.priority.tolist() == [[1000.0, 0.0, 0.0]]


def test_ranking_of_sixth_forms() -> None:
    sixth = np.where(LUCK.random(N)[:, None] < 0.5, [3, 5, 9, 20], [5, 20, 1, 2])
    east, north, taste = reals(), reals(), np.round(reals(N, 4), 1)
    school_east, school_north = reals(2, SCHOOLS)
    got = applying.sixth_forms_ranked(
        applying.Leavers(east, north, SCHOOL), taste, sixth, school_east, school_north, -0.3, 1.2
    )
    far = choice.distance(east[:, None], north[:, None], school_east[sixth], school_north[sixth])
    own = sixth == SCHOOL[:, None]
    utility = choice.sixth_form_utility(far, own, taste, np.float32(-0.3), np.float32(1.2))
    assert (got == np.take_along_axis(sixth, best_first(utility), axis=1)).all()


def test_nearest_school_with_room() -> None:
    present, places = bits(), LUCK.integers(1, 12, SCHOOLS).astype(np.int32)
    young = AGE <= 16
    cohort, school, present = COHORT[young], SCHOOL[young], present[young]
    room = applying.places_left(YEAR, cohort, present, school, places)
    at = present & (school >= 0)
    cell = school[at].astype(np.intp) * 17 + (YEAR - cohort[at])
    taken = np.bincount(cell, minlength=SCHOOLS * 17).reshape(SCHOOLS, 17)
    assert (room == places[:, None] - taken).all()

    by_ward, ward = LUCK.permutation(SCHOOLS)[:18].reshape(3, 6), LUCK.integers(-1, 2, N).astype(np.int16)
    east, north, (school_east, school_north) = reals(), reals(), reals(2, SCHOOLS)
    age = np.minimum(AGE, 16).astype(np.int64)
    movers, sites = applying.Movers(age, ward, east, north), applying.Sites(school_east, school_north)
    got = applying.nearest_with_room(movers, by_ward, sites, room)
    options = by_ward[ward]
    km = choice.distance(east[:, None], north[:, None], school_east[options], school_north[options])
    km = km + np.float32(100) * (room[options, age[:, None]] <= 0)
    assert (got == options[np.arange(N), km.argmin(axis=1)]).all()


def test_schools_of_families() -> None:
    present = bits()
    at = np.full(FAMILIES + 1, -1, np.int16)
    at[FAMILY[present]] = SCHOOL[present]
    of = LUCK.integers(-1, FAMILIES, 500).astype(np.int32)
    assert same(applying.schools_of_families(FAMILY, present, SCHOOL, FAMILIES, of), at[of])
