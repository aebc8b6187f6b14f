"""Effects in a draw: means where nothing is drawn, the card's own uncertainty otherwise, the same in every
scenario."""

from typing import Any

import numpy as np
import pytest

from model.rules.offering import to_log_odds
from model.scenario.cards import Card, card_names, card_of, load_card, merged
from model.scenario.levers import LEVERS
from model.state.drawn_cards import LEAST_RATIO, drawn_card
from tests.model.arms import card, effect, lived, past, plan

DRAWS = 2000
LEVERED = ({"card": "language_groups"}, {"card": "teacher_development"}, {"card": "neet_reengagement"})


def made(*effects: dict[str, Any], **more: Any) -> Card:
    return card_of(merged(load_card("life_skills").model_dump(), card(*effects, **more)), name="life_skills")


def in_own_unit(of: Any, value: float) -> float:
    if of.unit == "percent":
        return float(np.log1p(value / 100))
    return to_log_odds(value, of.base_rate) if of.base_rate is not None else value


@pytest.mark.parametrize("name", card_names())
def test_without_a_draw_all_is_at_its_mean(name: str) -> None:
    one = load_card(name)
    drawn = drawn_card(one, 0)
    assert drawn.unit_cost == one.cost.middle
    for got, given in zip(drawn.effects, one.effects, strict=True):
        assert got.mean == pytest.approx(in_own_unit(given, given.mean), abs=1e-12)
        assert got.ratio == given.disadvantaged_ratio


@pytest.mark.parametrize("name", card_names())
def test_a_percentile_is_on_the_side_of_benefit(name: str) -> None:
    one = load_card(name)
    low, mean, high = (drawn_card(one, 0, percentile).effects for percentile in (10, 50, 90))
    for worse, middle, better in zip(low, mean, high, strict=True):
        lever, sd = LEVERS[middle.effect.lever], middle.effect.sd
        assert middle.mean == pytest.approx(in_own_unit(middle.effect, middle.effect.mean), abs=1e-9)
        assert ((better.mean - middle.mean) * lever.direction > 0) == (sd > 0 and lever.direction != 0)
        assert ((worse.mean - middle.mean) * lever.direction < 0) == (sd > 0 and lever.direction != 0)
        if middle.effect.lever in ("absence", "neet", "retention") and sd:
            assert better.mean < middle.mean
    assert drawn_card(one, 7, 90).effects[0].mean == high[0].mean


@pytest.mark.parametrize("name", card_names())
def test_a_factor_multiplies_what_was_drawn_and_nothing_else(name: str) -> None:
    one = load_card(name)
    plain, larger = drawn_card(one, 5), drawn_card(one, 5, factor=3.0)
    assert larger.unit_cost == plain.unit_cost
    for got, from_ in zip(larger.effects, plain.effects, strict=True):
        none = 1.0 if LEVERS[got.effect.lever].unit == "ratio" else 0.0
        assert got.mean - none == pytest.approx(3.0 * (from_.mean - none), abs=1e-12)
        assert (got.ratio, got.parts) == (from_.ratio, from_.parts)


def test_the_90th_percentile_by_hand() -> None:
    each = drawn_card(
        made(effect("absence", -0.3, sd=0.3, unit="pp"), effect(mean=0.1, sd=0.05)), 0, 90
    ).effects
    assert each[0].mean == pytest.approx(-0.3 - 1.2816 * 0.3, abs=1e-4)
    assert each[1].mean == pytest.approx(0.1 + 1.2816 * 0.05, abs=1e-4)


def test_draws_have_the_mean_and_spread_of_the_card() -> None:
    one = made(
        effect(mean=0.22, sd=0.06, disadvantaged_ratio=1.3, ratio_sd=0.3),
        effect("neet", -12.0, sd=5.0, unit="pp", base_rate=0.7),
        effect("socio", 0.0, sd=0.1),
        cost={"low": 50.0, "high": 110.0, "per": "child"},
    )
    drawn = [drawn_card(one, draw) for draw in range(1, DRAWS + 1)]
    means = np.array([[each.mean for each in those.effects] for those in drawn])
    want, sd = np.array([0.22, -12 / 21, 0.0]), np.array([0.06, 5 / 21, 0.1])
    error = sd / np.sqrt(DRAWS)
    assert (np.abs(means.mean(axis=0) - want) < 4 * error).all()
    np.testing.assert_allclose(means.std(axis=0), sd, rtol=0.07)
    # Effects of one card are drawn apart.
    assert (np.abs(np.corrcoef(means.T) - np.eye(3)) < 0.1).all()
    ratios = np.array([those.effects[0].ratio for those in drawn])
    assert ratios.mean() == pytest.approx(1.3, abs=0.03)
    assert ratios.std() == pytest.approx(0.3, rel=0.07)
    assert ratios.min() >= LEAST_RATIO
    costs = np.array([those.unit_cost for those in drawn])
    assert ((costs >= 50) & (costs <= 110)).all()
    assert costs.mean() == pytest.approx(80, abs=2)
    assert costs.std() == pytest.approx(60 / np.sqrt(12), rel=0.05)


def test_two_cards_are_drawn_apart() -> None:
    one, other = load_card("tutoring_at_scale"), load_card("tutoring_high_quality")
    both = np.array(
        [[drawn_card(each, draw).effects[0].mean for each in (one, other)] for draw in range(1, 500)]
    )
    assert abs(np.corrcoef(both.T)[0, 1]) < 0.15


def test_a_draw_is_the_same_in_every_scenario() -> None:
    alone, among = plan(LEVERED[1]), plan(*LEVERED[::-1], {"card": "family_programme"}, alliance__budget=1e6)
    for draw in (0, 1, 2, 77):
        a, b = (past(scenario).branch(scenario, draw) for scenario in (alone, among))
        name = LEVERED[1]["card"]
        assert a.delivery.running[name].drawn == b.delivery.running[name].drawn
        assert a.draw == b.draw == draw


def test_draws_differ_and_the_luck_of_children_does_not() -> None:
    scenario = plan(LEVERED[0])
    one, other = lived(scenario, 2018, draw=1), lived(scenario, 2018, draw=2)
    effects = [town.delivery.running["language_groups"].drawn.effects[0].mean for town in (one, other)]
    assert effects[0] != effects[1]
    assert (
        one.delivery.served["language_groups"].tobytes() == other.delivery.served["language_groups"].tobytes()
    )
    costs = [town.delivery.ledger[0].cost for town in (one, other)]
    assert costs[0] != costs[1]


# Youth voice.


def shaped(young: bool, **changes: Any) -> Any:
    scenario = plan(
        {"card": "life_skills", "shaped_with_young": young},
        scale=0.2,
        **changes,
        cards={"life_skills": card(effect(), ages=[11, 16], take_up={"rate": 0.4})},
    )
    return scenario


def test_youth_voice_is_centred_on_no_effect() -> None:
    assert past(shaped(True)).branch(shaped(True)).delivery.voice == 0.0
    a, b = (lived(shaped(young), 2018).delivery.ledger[0].treated for young in (True, False))
    assert a == b
    drawn = np.array([past(shaped(True)).branch(shaped(True), draw).delivery.voice for draw in range(1, 60)])
    assert drawn.min() < 0 < drawn.max()


def test_youth_voice_multiplies_take_up_and_can_be_switched_off() -> None:
    draw = next(
        draw for draw in range(1, 50) if past(shaped(True)).branch(shaped(True), draw).delivery.voice > 0.15
    )
    with_young, without_ = (lived(shaped(young), 2018, draw=draw) for young in (True, False))
    ratio = with_young.delivery.ledger[0].treated / without_.delivery.ledger[0].treated
    assert ratio == pytest.approx(np.exp(with_young.delivery.voice), rel=0.1)
    in_part = lived(shaped(False, alliance__youth_voice=1.0), 2018, draw=draw)
    assert in_part.delivery.ledger[0].treated == with_young.delivery.ledger[0].treated
    off = lived(shaped(True, switches__youth_voice=False), 2018, draw=draw)
    assert off.delivery.ledger[0].treated == without_.delivery.ledger[0].treated
