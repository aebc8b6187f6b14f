"""Places: from infant to junior school, and who moves in during the school years."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from model.town import Town
from model.year import admissions
from tests.model.arms import past, plan


def test_a_child_of_eight_goes_on_to_the_junior_school_that_its_own_feeds() -> None:
    """School 0 feeds school 2, school 1 feeds school 0, and school 3 none: row 0 is a school like another."""
    school = np.array([0, 1, 2, 3, -1], np.int16)
    feeds = np.array([2, 0, -1, -1], np.int16)
    town = SimpleNamespace(
        children=SimpleNamespace(school=school),
        schools=SimpleNamespace(feeds=feeds),
        band=lambda first, last: slice(0, 5) if (first, last) == (8, 8) else slice(0, 0),
    )
    admissions._to_junior(cast(Any, town))
    assert school.tolist() == [2, 0, 2, 3, -1]


def test_who_has_a_school_keeps_it_between_the_ages_of_entry() -> None:
    """In the first row of the table too."""
    town = past(plan(scale=0.05)).branch(plan(scale=0.05))
    for phase in town.phases():
        if phase == "households":
            before = town.children.school.copy()
        if phase == "admissions":
            break
    c, seen = town.children, set()
    feeds_none = np.append(town.schools.feeds < 0, True)
    for age in (6, 7, 9, 10, 11, 13, 14, 15, 16):
        band = town.band(age, age)
        had = c.present[band] & (before[band] >= 0) & feeds_none[before[band]]
        np.testing.assert_array_equal(c.school[band][had], before[band][had])
        assert (c.school[band][c.present[band]] >= 0).all()
        seen |= set(before[band][had].tolist())
    assert 0 in seen


def test_who_moves_in_gets_the_nearest_school_with_room_of_the_age() -> None:
    town = past(plan(scale=0.05)).branch(plan(scale=0.05))
    moved: list[tuple[int, int]] = []
    for _ in range(3):
        for phase in town.phases():
            if phase == "households":
                before = town.children.school.copy()
            if phase == "admissions":
                moved += _newly_placed(town, before)
    assert moved
    kinds = (town.primaries_ks1, town.primaries_ks2, town.secondaries_here)
    for age, school in moved:
        elsewhere = town.primaries_elsewhere if age <= 11 else town.secondaries_elsewhere
        near = kinds[(age > 7) + (age > 11)]
        assert school in near or school in town.specials or school in elsewhere, (age, school)
    assert {age <= 7 for age, _ in moved} == {True, False}


def test_nobody_past_school_age_is_placed_for_moving_in() -> None:
    town = past(plan(scale=0.05)).branch(plan(scale=0.05))
    for phase in town.phases():
        if phase == "households":
            break
    c, band = town.children, town.band(17, 17)
    c.open("admissions")
    for column, value in ((c.school, -1), (c.sen, 2)):
        column.flags.writeable = True
        column[band] = value
    admissions._in_year(town)
    assert (c.school[band] == -1).all()


def _newly_placed(town: Town, before: np.ndarray) -> list[tuple[int, int]]:
    c = town.children
    band = town.band(6, 16)
    new = np.flatnonzero(c.present[band] & (before[band] < 0) & (town.year - c.cohort[band] != 12))
    rows = band.start + new
    return [(int(town.year - c.cohort[row]), int(c.school[row])) for row in rows]
