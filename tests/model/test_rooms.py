"""Rows for those who enter, and the children of families."""

import numpy as np

from model.rooms import first_free, mark_families, of_families

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
    out = np.ones(5, np.bool_)
    of_families(family, which, np.array([True, False, True, True]), out)
    assert out.tolist() == [True, False, False, True, False]
