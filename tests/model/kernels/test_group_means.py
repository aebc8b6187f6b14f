"""Means of groups and parts, against a plain count."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.kernels import group_means as tally

MEMBERS = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
"""Two patterns; the first group holds both, the second one of them, the third nobody."""
Figures = tuple[NDArray[np.float32], NDArray[np.int32]]


def group_means(pattern: NDArray[np.uint8], x: NDArray[Any], members: NDArray[np.float64]) -> Figures:
    mean, number = np.zeros(members.shape[1], np.float32), np.zeros(members.shape[1], np.int32)
    tally.group_means(pattern, x, members, mean, number)
    return mean, number


def part_means(part: NDArray[np.uint16], x: NDArray[Any], size: int) -> Figures:
    mean, number = np.zeros(size, np.float32), np.zeros(size, np.int32)
    tally.part_means(part, x, mean, number)
    return mean, number


def test_a_share_is_in_per_cent_of_those_who_belong() -> None:
    pattern = np.array([0, 0, 1, 1, 1, 2], np.uint8)
    mean, number = group_means(pattern, np.array([True, False, True, True, False, True]), MEMBERS)
    np.testing.assert_allclose(mean, [60.0, 200 / 3, np.nan], rtol=1e-6)
    np.testing.assert_array_equal(number, [5, 3, 0])


def test_a_mean_leaves_out_who_has_no_number() -> None:
    pattern = np.array([0, 0, 1, 1, 2], np.uint8)
    mean, number = group_means(pattern, np.array([1, np.nan, 4, 6, np.nan], np.float32), MEMBERS)
    np.testing.assert_allclose(mean, [11 / 3, 5.0, np.nan])
    np.testing.assert_array_equal(number, [3, 2, 0])


def test_shares_of_many_patterns_are_plain_counts() -> None:
    rng = np.random.default_rng(5)
    pattern, x = rng.integers(0, 70, 1003).astype(np.uint8), rng.random(1003) < 0.4
    members = (rng.random((64, 5)) < 0.5).astype(np.float64)
    mean, number = group_means(pattern, x, members)
    for group in range(5):
        belongs = np.append(members[:, group] > 0, np.zeros(6, np.bool_))[pattern]
        assert number[group] == belongs.sum()
        assert mean[group] == np.float32(100.0 * x[belongs].sum() / belongs.sum())


def test_parts_and_none() -> None:
    part = np.array([1, 1, 0, 65535, 3], np.uint16)
    mean, number = part_means(part, np.array([1, 3, 5, 7, 9], np.float32), 3)
    np.testing.assert_allclose(mean, [5.0, 2.0, np.nan])
    np.testing.assert_array_equal(number, [1, 2, 0])


def test_read_only_columns_pass() -> None:
    x = np.array([True, False])
    x.setflags(write=False)
    assert part_means(np.zeros(2, np.uint16), x, 1)[0] == [50.0]


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="65536 parts: at most 65535"):
        part_means(np.zeros(1, np.uint16), np.zeros(1, np.float32), 65536)


@pytest.mark.parametrize("size", [1, 255, 256, 700])
def test_figures_of_any_number_of_parts_are_plain_counts(size: int) -> None:
    """With people of no part, and parts that nobody is in."""
    rng = np.random.default_rng(size)
    part = np.append(rng.integers(0, size + 5, 2001), [65535] * 10).astype(np.uint16)
    yes, x = rng.random(len(part)) < 0.4, rng.normal(size=len(part)).astype(np.float32)
    x[::7] = np.nan
    shares, people = part_means(part, yes, size)
    means, known = part_means(part, x, size)
    for each in range(size):
        here = part == each
        assert people[each] == here.sum()
        assert known[each] == (here & (x == x)).sum()
        expected = 100.0 * yes[here].sum() / here.sum() if here.any() else np.nan
        np.testing.assert_equal(shares[each], np.float32(expected))
        own = x[here & (x == x)].astype(np.float64)
        np.testing.assert_allclose(means[each], own.mean() if own.size else np.nan, rtol=1e-5, atol=1e-6)
