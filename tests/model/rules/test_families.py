"""Births and moves by hand: weights for another child and for a first one, and who leaves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.rules import families as rule
from tests.model.rules.arrays import f, normal


def test_weight_for_another_child_is_the_product_of_spacing_and_children_so_far() -> None:
    spacing, by_children = np.array([0.0, 0.1, 1.0]), np.array([0.0, 1.0, 0.5])
    got = np.exp(rule.sibling_weights(spacing, by_children))
    np.testing.assert_allclose(got[1:, 1:], [[0.1, 0.05], [1.0, 0.5]], rtol=1e-5)
    # What never happens is as good as never.
    assert got[0].max() < 2e-9


def test_weight_for_a_first_child_is_a_bell_about_the_mean_age() -> None:
    # One SD of five years off: -0.5.
    got = rule.first_birth_weight(f(25, 30, 20), 25.0, 5.0)
    np.testing.assert_allclose(got, [0.0, -0.5, -0.5], atol=1e-6)


def test_chance_of_leaving_by_hand() -> None:
    # A fifth are in need and leave 1.5 times as often; a quarter rent and leave twice as often. Mean factor:
    # (1 + 0.2 * 0.5) * (1 + 0.25 * 1) = 1.375. So 0.055 / 1.375 = 0.04 for neither, 0.12 for both.
    got = rule.moving_out(f(0, 1, 0, 1), f(0, 0, 1, 1), 0.055, math.log(1.5), math.log(2), 0.2, 0.25)
    np.testing.assert_allclose(got, [0.04, 0.06, 0.08, 0.12], rtol=1e-5)


@given(
    base=st.floats(0.0, 0.1),
    ratios=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_the_mean_chance_of_leaving_is_the_base(
    base: float, ratios: tuple[float, float], shares: tuple[float, float]
) -> None:
    need, rent = shares
    chance = rule.moving_out(f(0, 1, 0, 1), f(0, 0, 1, 1), base, *ratios, need, rent)
    share = np.array([(1 - need) * (1 - rent), need * (1 - rent), (1 - need) * rent, need * rent])
    assert float((chance * share).sum()) == pytest.approx(base, abs=1e-6)


def test_the_town_loses_the_base_rate_of_its_families() -> None:
    need, rent = (normal(1, 100_000) < -1).astype(np.float32), (normal(2, 100_000) < -0.6).astype(np.float32)
    chance = rule.moving_out(need, rent, 0.05, 0.3, 0.7, 0.158655, 0.274253)
    assert chance.mean() == pytest.approx(0.05, abs=0.0005)
