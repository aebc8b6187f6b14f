"""Absence by hand, and England's published means."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.rules import absence as rule
from tests.model.rules.arrays import F, f, normal


def missed(mean: F, trait: F, illness: F, socio: F, **changes: float) -> F:
    numbers = {"trait_sd": 0.5, "illness_sd": 0.4, "per_socio": -0.2} | changes
    level = numbers.pop("level", 1.0)
    log = rule.log_missed(trait, illness, socio, mean=rule.log_mean(**numbers), **numbers)
    return rule.sessions_missed(mean * np.float32(level), log)


def test_means_of_the_two_groups_by_hand() -> None:
    # 0.8 * x + 0.2 * 2 x = 1.2 x = 4.8.
    assert rule.group_means(4.8, 2.0, 0.2) == pytest.approx((4.0, 8.0))


@given(all_percent=st.floats(0, 20), ratio=st.floats(0.5, 4), share=st.floats(0, 1))
def test_the_groups_make_up_englands_mean(all_percent: float, ratio: float, share: float) -> None:
    others, poor = rule.group_means(all_percent, ratio, share)
    assert (1 - share) * others + share * poor == pytest.approx(all_percent)
    assert poor == pytest.approx(ratio * others)


def test_sessions_missed_by_hand() -> None:
    # Variance 0.25 + 0.16 + 0.04 = 0.45. The usual child misses 5 * exp(-0.225) = 3.992581.
    # One SD of tendency: 5 * exp(0.5 - 0.225) = 6.582653.
    # Illness -1 and skill +1: 5 * exp(-0.4 - 0.2 - 0.225) = 2.191175.
    got = missed(f(5, 5, 5), f(0, 1, 0), f(0, 0, -1), f(0, 0, 1))
    np.testing.assert_allclose(got, [3.992581, 6.582653, 2.191175], rtol=1e-5)


def test_the_town_s_level_multiplies_and_100_is_the_most() -> None:
    usual, worse = missed(f(5), f(0), f(0), f(0)), missed(f(5), f(0), f(0), f(0), level=1.03)
    np.testing.assert_allclose(worse, 1.03 * usual, rtol=1e-6)
    # 40 * exp(5 * 0.5 - 0.225) = 389.
    assert missed(f(40), f(5), f(0), f(0)).tolist() == [100.0]


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_englands_absence_comes_back(phase: str) -> None:
    """Mean absence as published, and persistent absence, which was not put in, within 1.25 points."""
    england, p, n = England.load(), Parameters.load().attendance, 400_000
    published = england.series(f"absence_{phase}").carried(2017)
    ratio = {"primary": p.fsm_ratio_primary, "secondary": p.fsm_ratio_secondary}[phase]
    others, poor = rule.group_means(published, ratio, p.need_share)
    in_need = np.random.default_rng(1).random(n) < p.need_share
    got = missed(
        np.where(in_need, np.float32(poor), np.float32(others)),
        normal(2, n),
        normal(3, n),
        normal(4, n),
        trait_sd=p.trait_sd,
        illness_sd=p.illness_sd,
        per_socio=p.per_socio,
    )
    sd = published * math.sqrt(math.exp(p.trait_sd**2 + p.illness_sd**2 + p.per_socio**2) - 1)
    assert got.mean(dtype=np.float64) == pytest.approx(published, abs=5 * sd / math.sqrt(n))
    assert got[in_need].mean() / got[~in_need].mean() == pytest.approx(ratio, rel=0.02)
    persistent = england.series(f"persistent_absence_{phase}").carried(2017)
    assert 100 * (got >= 10).mean() == pytest.approx(persistent, abs=1.25)


def test_effect_on_skill_counts_what_is_beyond_englands_mean_of_the_group() -> None:
    # Five points more than usual: 5 * -0.012 = -0.06; two fewer: +0.024.
    got = rule.effect_on_skill(f(9, 2, 4), f(4, 4, 4), -0.012)
    np.testing.assert_allclose(got, [-0.06, 0.024, 0.0], atol=1e-7)
