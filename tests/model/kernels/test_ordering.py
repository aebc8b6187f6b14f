"""Orders and the lowest of groups, against NumPy's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.kernels.ordering import lowest, stable_order

numbers = st.lists(
    st.floats(width=32, allow_nan=False) | st.sampled_from([0.0, -0.0, 1.0, -1.0]), max_size=40
)


@settings(max_examples=300)
@given(numbers)
def test_the_order_is_the_stable_one(values: list[float]) -> None:
    array = np.array(values, np.float32)
    np.testing.assert_array_equal(stable_order(array), np.argsort(array, kind="stable"))


def test_a_long_order_is_the_stable_one() -> None:
    values = np.random.default_rng(1).normal(size=70_000).astype(np.float32).round(3)
    np.testing.assert_array_equal(stable_order(values), np.argsort(values, kind="stable"))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_the_lowest_of_each_group_are_counted_group_by_group(share: float) -> None:
    random = np.random.default_rng(2)
    values = random.normal(size=500).astype(np.float32).round(1)
    group = random.integers(0, 9, 500)
    picked = lowest(values, group, share)
    for each in range(9):
        here = np.flatnonzero(group == each)
        count = max(1, int(np.rint(share * len(here))))
        first = here[np.argsort(values[here], kind="stable")[:count]]
        np.testing.assert_array_equal(np.flatnonzero(picked & (group == each)), np.sort(first))


def test_the_lowest_of_nobody_is_nobody() -> None:
    assert not lowest(np.zeros(0, np.float32), np.zeros(0, np.int64), 0.5).size
