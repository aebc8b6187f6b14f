"""Rows for those who enter, and the children of families."""

import numpy as np

from model.kernels.rows import (
    first_free,
    mark_families,
    names_and_groups,
    of_families,
    part,
    rows_present,
)

IDS = np.array([7, 0, 0, 8, 0, 9], np.uint32)
BLOCKS = np.array([0, 3, 6])


def test_each_enters_the_first_free_row_of_its_cohort_in_turn() -> None:
    rows = np.full(3, -1)
    assert first_free(IDS, np.array([2001, 2000, 2000], np.int16), BLOCKS, 2000, rows) == -1
    assert rows.tolist() == [4, 1, 2]


def test_a_cohort_without_room_is_named() -> None:
    assert first_free(IDS, np.array([2000, 2001, 2001], np.int16), BLOCKS, 2000, np.zeros(3, np.intp)) == 2001


def test_families_of_children_and_children_of_families() -> None:
    family, which = np.array([2, -1, 0, 2, 1], np.int32), np.array([True, True, False, True, True])
    marked = np.zeros(4, np.bool_)
    mark_families(family, which, marked)
    assert marked.tolist() == [False, True, True, False]
    resident = np.array([True, True, True, True, False])
    marked = np.array([True, True, True, False])
    assert of_families(10, family, which, resident, marked).tolist() == [10, 13]


def test_families_that_are_present() -> None:
    rng = np.random.default_rng(2)
    present, ward = rng.random(1000) < 0.3, rng.integers(-1, 3, 1000).astype(np.int16)
    present[200:700] = False
    for lowest in (-1, 0):
        assert (
            rows_present(present, ward, lowest).tolist()
            == np.flatnonzero(present & (ward >= lowest)).tolist()
        )


def test_some_leave_and_the_others_stay() -> None:
    living, leaves = np.array([1, 3, 4]), np.array([False, True, False])
    present, gone = np.ones(6, np.bool_), np.zeros(6, np.bool_)
    assert part(living, leaves, present, gone).tolist() == [1, 4]
    assert np.flatnonzero(gone).tolist() == np.flatnonzero(~present).tolist() == [3]


def test_names_and_groups_of_rows() -> None:
    ids = np.array([7, 8, 9], np.uint32)
    two, one = np.array([True, False, True]), np.array([True, True, False])
    names, group = names_and_groups(np.array([2, 0]), ids, two, one)
    assert (names.tolist(), group.tolist()) == ([9, 7], [2, 3])
