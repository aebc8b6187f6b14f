"""Net migration by single age: three figures of the place, and the shape that single ages show."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from model.world.migration import GROUPS, net_migration

D = NDArray[np.float64]
FIGURES = {"net_migration_0_4": -1.0, "net_migration_5_10": 0.5, "net_migration_11_15": 2.0}
FLAT = {year: np.full(20, 1500.0) for year in (2017, 2019, 2020)}


def net(ages: Mapping[int, D], spread: float = 0.0075) -> D:
    return net_migration(FIGURES, ages, spread, 0.05)


def boarders(size: float = 1500.0) -> dict[int, D]:
    """A fifth more come at 11 to 12, in a town where else nobody moves."""
    return {year: np.where(np.arange(20) >= 12, 1.2 * size, size) for year in FLAT}


def test_ages_that_show_no_shape_leave_the_figures() -> None:
    want = np.repeat([-0.01, 0.005, 0.02], [5, 6, 7])
    np.testing.assert_allclose(net(FLAT), want, atol=1e-9)
    np.testing.assert_allclose(net({2017: FLAT[2017]}), want, atol=1e-12)


def test_boarders_come_at_their_age() -> None:
    steps = net(boarders())
    assert steps[11] == steps.max()
    assert steps[11] - steps[13] > 0.03
    # They are not spread over younger children.
    np.testing.assert_allclose(steps[:5], -0.01, atol=0.004)


def test_the_figure_stays_the_mean_of_its_group() -> None:
    steps = np.log1p(net(boarders()))
    for name, weights in zip(
        GROUPS, ((1, 2, 3, 3, 3), (1, 2, 3, 3, 3, 3), (1, 2, 3, 3, 2, 1, 0)), strict=True
    ):
        low, high = GROUPS[name]
        mean = np.average(steps[low:high], weights=weights)
        assert mean == pytest.approx(np.log1p(FIGURES[name] / 100)), name


def test_in_a_small_place_chance_is_not_taken_for_shape() -> None:
    small, large = net(boarders(30.0)), net(boarders(30000.0))
    assert np.ptp(small[11:17]) < 0.2 * np.ptp(large[11:17])


def test_students_of_18_move_no_age() -> None:
    ages = {year: np.where(np.arange(20) >= 18, 6000.0, 1500.0) for year in FLAT}
    np.testing.assert_allclose(net(ages), net(FLAT), atol=1e-9)


def test_later_counts_are_not_read() -> None:
    later = FLAT | {2023: np.linspace(5000.0, 500.0, 20)}
    np.testing.assert_array_equal(net(later), net(FLAT))


def test_an_age_at_which_nobody_lives_says_nothing() -> None:
    ages = {year: counts.copy() for year, counts in FLAT.items()}
    ages[2017][6] = 0
    np.testing.assert_allclose(net(ages), net(FLAT), atol=1e-9)
