"""What repeated delivery adds up to: the same as if all sums faded every year, and nothing of who was there
before."""

import numpy as np
from numpy.typing import NDArray

from model.kernels.dose_totals import LEFT, Sums, add_to, give_part, keep_within, no_sums

ROWS, IDS = np.array([4, 1, 7]), np.array([40, 10, 70], np.uint32)
SHARES = np.array([0.5, 0.3, 0.1, 0.1], np.float32)


def asked_within(
    sums: Sums, year: int, ids: NDArray[np.uint32], amount: float, most: float
) -> NDArray[np.float32]:
    asked = np.full(3, amount, np.float32)
    keep_within(year, ROWS, ids, most, LEFT, sums, asked)
    return asked


def test_sums_fade_year_by_year_and_leave_room_for_the_rest() -> None:
    sums, parts = no_sums(9), np.zeros(4, np.float32)
    for year in (2018, 2019, 2022):
        parts = parts * LEFT if year == 2019 else parts * LEFT * LEFT * LEFT if year == 2022 else parts
        room = max(np.float32(1.5) * np.float32(0.4) - np.abs(parts.sum()), np.float32(0))
        amounts = asked_within(sums, year, IDS, 0.4, 1.5)
        np.testing.assert_allclose(amounts, min(0.4, float(room)), rtol=1e-6)
        add_to(sums, ROWS, amounts, SHARES)
        parts = parts + SHARES * amounts[0]
        assert (amounts[0] < np.float32(0.4)) == (year > 2018)


def test_harm_has_a_limit_too() -> None:
    sums = no_sums(9)
    add_to(sums, ROWS, asked_within(sums, 2018, IDS, -0.4, 1.0), np.array([1, 0, 0, 0], np.float32))
    np.testing.assert_array_equal(asked_within(sums, 2019, IDS, -0.4, 1.0), 0)


def test_who_comes_into_a_row_has_no_sum_there() -> None:
    sums = no_sums(9)
    add_to(sums, ROWS, asked_within(sums, 2018, IDS, 0.4, 1.0), np.array([1, 0, 0, 0], np.float32))
    others = IDS + np.array([1, 0, 0], np.uint32)
    np.testing.assert_allclose(asked_within(sums, 2019, others, 0.4, 1.0), [0.4, 0, 0], rtol=1e-6)


def test_a_part_is_given_to_whom_it_is_for() -> None:
    column, amounts = np.ones(9, np.float32), np.array([0.2, 0.3, 0.5], np.float32)
    give_part(ROWS, amounts, 0.5, column)
    np.testing.assert_array_equal(column[ROWS], 1 + np.float32(0.5) * amounts)
    assert column.sum() == 9 + np.float32(0.5)
