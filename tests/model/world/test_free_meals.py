"""Free meals by phase: the lines of income under which a place's pupils are as many as published."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from model.world.free_meals import meals_lines

SHARES = np.array([0.5, 0.3, 0.2])
MIDDLE = np.array([-0.6, 0.1, 0.7])


@pytest.mark.parametrize("meals", [(0.153, 0.126), (0.15, 0.235), (0.01, 0.6)])
def test_as_many_are_under_a_phase_s_line_as_published(meals: tuple[float, float]) -> None:
    found = meals_lines(-1.05, MIDDLE, 0.9, SHARES, meals)
    for over, wanted in zip(found, meals, strict=True):
        assert (SHARES * ndtr((-1.05 + over - MIDDLE) / 0.9)).sum() == pytest.approx(wanted)


def test_where_meals_are_need_there_is_no_distance() -> None:
    need = 0.2
    found = meals_lines(float(ndtri(need)), np.zeros(3), 1.0, SHARES, (need, 0.5))
    assert found == pytest.approx([0, -ndtri(need)], abs=1e-9)


@pytest.mark.parametrize("meals", [(0.0, 0.1), (0.1, 1.0)])
def test_nobody_and_everybody_are_no_share(meals: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="is no share above 0 and below 1"):
        meals_lines(-1.0, MIDDLE, 0.9, SHARES, meals)
