"""Births and moves by hand: weights for another child, who is whose parent, and who leaves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.rules import families as rule
from tests.model.rules.arrays import f, normal

I8 = NDArray[np.int64]


def test_weight_for_another_child_is_the_product_of_spacing_and_children_so_far() -> None:
    spacing, by_children = np.array([0.0, 0.1, 1.0]), np.array([0.0, 1.0, 0.5])
    years, children = np.array([2, 1, 2, 9], np.int16), np.array([1, 2, 2, 7], np.int8)
    # 1 * 1, 0.1 * 0.5, 1 * 0.5; beyond the tables their last entry.
    got = np.exp(rule.sibling_weight(years, children, spacing, by_children))
    np.testing.assert_allclose(got, [1.0, 0.05, 0.5, 0.5], rtol=1e-5)


def test_a_weight_of_nothing_is_as_good_as_never() -> None:
    spacing, by_children = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    got = rule.sibling_weight(np.array([0], np.int16), np.array([1], np.int8), spacing, by_children)
    assert math.log(1e-9) == pytest.approx(float(got[0]), rel=1e-6)


def test_weight_for_a_first_child_is_a_bell_about_the_mean_age() -> None:
    age, degree = np.array([25, 30, 20, 31], np.int16), np.array([False, False, False, True])
    # One SD of five years off: -0.5.
    got = rule.first_birth_weight(age, degree, 31.0, 25.0, 5.0)
    np.testing.assert_allclose(got, [0.0, -0.5, -0.5, 0.0], atol=1e-6)


def test_the_best_scores_come_best_first() -> None:
    assert rule.best_scores(f(0.1, 5, -2, 3), 3).tolist() == [1, 3, 0]
    assert rule.best_scores(f(0.1, 5), 0).tolist() == []
    assert rule.best_scores(f(), 0).tolist() == []


def test_too_few_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="3 newborns but only 2 eligible parents"):
        rule.best_scores(f(1, 2), 3)


def test_parents_take_the_first_free_newborn_after_one_of_their_points() -> None:
    # Around the ring sit newborns 1 (0.1), 0 (0.5) and 2 (0.8). 7 takes 2, the first after 0.6. 5 wants it
    # too, and from its second point, 0.9, goes round to 1. 9 finds both taken and takes the next one free.
    points = np.array([[0.6, 0.2], [0.7, 0.9], [0.05, 0.75]], np.float32)
    assert rule.pair_newborns(np.array([7, 5, 9]), points, f(0.5, 0.1, 0.8)).tolist() == [9, 5, 7]


def test_without_newborns_nobody_becomes_a_parent() -> None:
    none = np.zeros((0, 6), np.float32)
    assert rule.pair_newborns(np.zeros(0, np.int64), none, f()).tolist() == []


LUCK = np.random.default_rng(1).random((5000, 7)).astype(np.float32)
PLACES = np.random.default_rng(2).random(1000).astype(np.float32)


def pairs(candidates: I8, newborns: I8) -> I8:
    """Parents of the newborns, by luck that is a candidate's own and a newborn's own."""
    draws = LUCK[candidates]
    chosen = rule.best_scores(draws[:, 0], len(newborns))
    return rule.pair_newborns(candidates[chosen], draws[chosen, 1:], PLACES[newborns])


shares = st.floats(0, 1, exclude_max=True, width=32)


@settings(max_examples=50)
@given(st.data())
def test_every_newborn_has_one_parent_and_every_parent_one_newborn(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 30))
    points = data.draw(st.lists(st.lists(shares, min_size=3, max_size=3), min_size=count, max_size=count))
    places = data.draw(st.lists(shares, min_size=count, max_size=count))
    chosen = np.array(data.draw(st.permutations(range(100, 100 + count))), np.int64)
    got = rule.pair_newborns(chosen, np.array(points, np.float32).reshape(count, 3), f(*places))
    assert sorted(got.tolist()) == sorted(chosen.tolist())


def test_one_more_candidate_changes_few_pairs() -> None:
    """Of 800 births, a candidate more who becomes a parent changes 2% of pairs on average, 3.5% at most."""
    newborns, candidates = np.arange(800), np.arange(4000)
    changed, entered = [], 0
    before = pairs(candidates, newborns)
    for newcomer in range(4000, 4100):
        after = pairs(np.append(candidates, newcomer), newborns)
        changed.append(int((before != after).sum()))
        if newcomer in after:
            entered += 1
        else:
            assert changed[-1] == 0
    assert entered >= 10
    assert max(changed) < 0.045 * 800
    assert sum(changed) / entered < 0.025 * 800


def test_one_more_newborn_changes_few_pairs() -> None:
    """Of 800 births, one more, with one more parent, changes 2% of the pairs on average, 3% at most."""
    newborns, candidates = np.arange(800), np.arange(4000)
    before = pairs(candidates, newborns)
    changed = [
        int((pairs(candidates, np.append(newborns, another))[:800] != before).sum())
        for another in range(800, 900)
    ]
    assert max(changed) < 0.045 * 800
    assert sum(changed) / len(changed) < 0.025 * 800


def test_the_order_in_which_newborns_are_named_moves_nobody() -> None:
    candidates, newborns = np.arange(500), np.arange(100)
    mixed = np.random.default_rng(3).permutation(newborns)
    np.testing.assert_array_equal(pairs(candidates, mixed), pairs(candidates, newborns)[mixed])


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
