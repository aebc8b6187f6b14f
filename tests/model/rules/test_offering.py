"""Who is offered a programme, who takes it up, and how an effect divides between groups."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.rules import offering
from tests.model.rules.arrays import f, normal

answers = st.lists(st.booleans(), max_size=60).map(lambda those: np.array(those, np.bool_))
OF = ("treated_mean", "disadvantaged", "others")


@settings(max_examples=200)
@given(answers, st.integers(0, 40), st.integers(0, 40))
def test_more_places_take_none_away(takes: np.ndarray, places: int, more: int) -> None:
    few, many = offering.first_takers(takes, places), offering.first_takers(takes, places + more)
    assert (few <= many).all()
    assert (many <= takes).all()
    assert few.sum() == min(places, takes.sum())
    # Nobody is passed over: who takes part and has no place comes after all who have one.
    left_out = np.flatnonzero(takes & ~few)
    assert not left_out.size or not few.any() or left_out[0] > np.flatnonzero(few)[-1]


@given(st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1.5))
def test_only_reach_above_the_usual_share_is_offered(count: int, usual: float, reach: float) -> None:
    anyway = offering.anyway(count, usual)
    offered = offering.offered_by_reach(count, anyway, reach)
    assert offered >= 0
    assert anyway + offered <= count
    if reach <= usual:
        assert offered == 0
    else:
        assert anyway + offered == round(count * min(reach, 1.0))


@given(st.integers(0, 500), st.floats(0, 1), st.floats(0, 0.5))
def test_more_reach_never_offers_less(count: int, usual: float, reach: float) -> None:
    anyway = offering.anyway(count, usual)
    assert offering.offered_by_reach(count, anyway, 2 * reach) >= offering.offered_by_reach(
        count, anyway, reach
    )


def test_usual_provision_by_hand() -> None:
    assert offering.anyway(200, 0.1) == 20
    assert offering.anyway(200, -1.0) == 0
    assert offering.anyway(200, 1.7) == 200
    assert [offering.offered_by_reach(200, 20, reach) for reach in (0.0, 0.05, 0.1, 0.4, 1.0)] == [
        0,
        0,
        0,
        60,
        180,
    ]


# Take-up.


def test_take_up_at_the_mean_is_the_rate() -> None:
    chance = offering.take_up_chance(0.4, f(0, 1, -1, 0), f(0, 0, 0, 1), tilt=0.2, per_trust=0.3)
    odds = math.log(0.4 / 0.6)
    want = [1 / (1 + math.exp(-(odds + extra))) for extra in (0, 0.2, -0.2, 0.3)]
    np.testing.assert_allclose(chance, want, rtol=1e-6)


def test_without_tilt_everybody_has_the_same_chance() -> None:
    chance = offering.take_up_chance(0.85, normal(1, 50), normal(2, 50), tilt=0.0, per_trust=0.0)
    np.testing.assert_allclose(chance, 0.85, rtol=1e-6)


@given(st.floats(0, 1), st.floats(0, 3))
def test_a_chance_is_a_chance(rate: float, multiplier: float) -> None:
    chance = offering.take_up_chance(
        rate, 3 * normal(3, 20), normal(4, 20), tilt=2.0, per_trust=1.0, multiplier=multiplier
    )
    assert ((chance >= 0) & (chance <= 1)).all()
    if rate == 0:
        assert (chance == 0).all()
    if rate == 1:
        assert chance == pytest.approx(min(1.0, multiplier))


# Money.


@given(st.integers(0, 1000), st.floats(0, 1e4), st.floats(-1e3, 1e7))
def test_what_is_bought_is_paid_for(count: int, unit: float, money: float) -> None:
    bought = offering.affordable(count, unit, money)
    assert 0 <= bought <= count
    if unit > 0:
        assert bought * unit <= max(0.0, money) * (1 + 1e-12)
        assert bought == count or (bought + 1) * unit > money * (1 - 1e-12)


def test_what_is_free_or_unlimited_is_had_by_all() -> None:
    assert offering.affordable(7, 0.0, 0.0) == 7
    assert offering.affordable(7, 1e9, math.inf) == 7
    assert offering.affordable(7, 10.0, -5.0) == 0
    assert offering.affordable(7, 10.0, 39.9) == 3


# Whose effect.


@given(st.floats(-1, 1), st.floats(0.1, 10), st.floats(0, 1))
def test_the_cards_figure_holds_for_whom_it_is_given(mean: float, ratio: float, share: float) -> None:
    for of in OF:
        other, poor = offering.group_effects(mean, ratio, share, of)
        assert poor == pytest.approx(ratio * other, abs=1e-12)
        weighted = share * poor + (1 - share) * other
        held = {"treated_mean": weighted, "disadvantaged": poor, "others": other}[of]
        assert held == pytest.approx(mean, abs=1e-12)


def test_family_centres_by_hand() -> None:
    # .12 for the disadvantaged, six times that of the others.
    assert offering.group_effects(0.12, 6.0, 0.3, "disadvantaged") == pytest.approx((0.02, 0.12))
    assert offering.group_effects(0.02, 6.0, 0.3, "others") == pytest.approx((0.02, 0.12))
    # (.7 x + .3 * 6 x) = .05 gives x = .02.
    assert offering.group_effects(0.05, 6.0, 0.3, "treated_mean") == pytest.approx((0.02, 0.12))


def test_a_ratio_of_nought_leaves_the_disadvantaged_out() -> None:
    assert offering.group_effects(0.1, 0.0, 0.5, "treated_mean") == pytest.approx((0.2, 0.0))


@given(st.lists(st.booleans(), min_size=1, max_size=50), st.floats(0.05, 20))
def test_low_attainers_have_more_and_the_mean_stays(those: list[bool], ratio: float) -> None:
    lowest = np.array(those, np.bool_)
    weight = offering.low_attainer_weights(lowest, ratio)
    assert weight.mean() == pytest.approx(1.0, rel=1e-5)
    if lowest.any() and not lowest.all():
        assert weight[lowest][0] == pytest.approx(ratio * weight[~lowest][0], rel=1e-5)


def test_no_low_attainers_no_weights() -> None:
    assert offering.low_attainer_weights(np.zeros(0, np.bool_), 2.5).shape == (0,)


@pytest.mark.parametrize(
    ("points", "base", "odds"), [(1.0, 0.5, 0.04), (-12.0, 0.7, -0.12 / 0.21), (0.0, 0.1, 0.0)]
)
def test_points_as_log_odds(points: float, base: float, odds: float) -> None:
    assert offering.to_log_odds(points, base) == pytest.approx(odds)
