"""Teachers and heads by hand: who leaves, who is found, what a staff adds; and England's survival curve."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.inputs.parameters import Parameters
from model.rules import staffing as rule
from tests.model.rules.arrays import F, f, normal

BANDS = np.array([0.5, 0.4, 0.3, 0.2, 0.1])


def years(*values: int) -> NDArray[np.int8]:
    return np.array(values, np.int8)


def hazard(experience: NDArray[np.int8], deprived: F, satisfaction: F) -> F:
    return rule.leaving_hazard(experience, BANDS, deprived, satisfaction, top_fifth=0.5, per_sd=-0.4)


def test_hazards_by_completed_years() -> None:
    """Year 1; years 2 and 3; 4 and 5; 6 to 10; later."""
    experience = years(0, 1, 2, 3, 4, 5, 9, 10, 40)
    # A fifth of schools are deprived, so 0.2 is where the published hazards stand.
    usual = np.full(9, 0.2, np.float32)
    got = hazard(experience, usual, np.zeros(9, np.float32))
    np.testing.assert_allclose(got, [0.5, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1], rtol=1e-5)


def test_deprivation_drives_teachers_out_and_satisfaction_keeps_them() -> None:
    # Odds of 1 times exp(0.5 * 0.8) = 1.491825: 0.598688; times exp(-0.4 - 0.1) = 0.606531: 0.377541.
    got = hazard(years(0, 0), f(1, 0), f(0, 1))
    np.testing.assert_allclose(got, [0.598688, 0.377541], rtol=1e-5)


def test_entrants_survive_as_published() -> None:
    """89, 74 and 67% of entrants are still teaching after one, three and five years."""
    p = Parameters.load().staffing
    alive, left = 1.0, {}
    for experience in range(5):
        chance = rule.leaving_hazard(
            years(experience),
            p.leaving,
            f(0.2),
            f(0),
            top_fifth=p.leaving_top_fifth,
            per_sd=p.leaving_satisfaction,
        )
        alive *= 1 - float(chance[0])
        left[experience + 1] = 100 * alive
    assert {after: left[after] for after in (1, 3, 5)} == pytest.approx({1: 89, 3: 74, 5: 67}, abs=1.0)


def test_entrants_survive_as_published_over_schools_that_differ() -> None:
    """The same, when a fifth of schools are deprived and satisfaction differs: not only in the middle."""
    p, n = Parameters.load().staffing, 200_000
    deprived = (np.random.default_rng(1).random(n) < 0.2).astype(np.float32)
    alive, left = np.ones(n), {}
    for experience in range(5):
        mood = normal(2 + experience, n)
        chance = rule.leaving_hazard(
            np.full(n, experience, np.int8),
            p.leaving,
            deprived,
            mood,
            top_fifth=p.leaving_top_fifth,
            per_sd=p.leaving_satisfaction,
        )
        alive *= 1 - chance
        left[experience + 1] = 100 * float(alive.mean())
    assert {after: left[after] for after in (1, 3, 5)} == pytest.approx({1: 89, 3: 74, 5: 67}, abs=2.0)


def test_the_most_attractive_vacancies_are_filled_until_the_pool_is_empty() -> None:
    appeal, draw = f(0, 1, 0.5, 0), f(2, 0.5, 0, 0)  # 2, 1.5, 0.5, 0
    assert rule.filled(appeal, draw, 2).tolist() == [True, True, False, False]
    assert rule.filled(appeal, draw, 9).tolist() == [True] * 4
    assert rule.filled(appeal, draw, 0).tolist() == [False] * 4
    assert rule.filled(f(), f(), 3).tolist() == []


@given(appeal=st.lists(st.floats(-3, 3, width=32), max_size=30), pool=st.integers(0, 40))
def test_as_many_vacancies_are_filled_as_the_pool_and_the_vacancies_allow(
    appeal: list[float], pool: int
) -> None:
    got = rule.filled(f(*appeal), np.zeros(len(appeal), np.float32), pool)
    assert got.sum() == min(pool, len(appeal))
    if 0 < pool < len(appeal):
        assert f(*appeal)[got].min() >= f(*appeal)[~got].max()


def test_experience_is_read_between_the_published_points() -> None:
    got = rule.experience_value(
        years(0, 1, 3, 5, 40), np.array([0.0, 3, 7, 30]), np.array([-0.07, -0.01, 0.03, 0.04])
    )
    # A third of the way from -0.07 to -0.01 is -0.05; half way from -0.01 to 0.03 is 0.01.
    np.testing.assert_allclose(got, [-0.07, -0.05, -0.01, 0.01, 0.04], atol=1e-6)


def test_value_added_is_head_rest_staff_and_turnover() -> None:
    # 0.08 * 1.5 + 0.1 - 0.02 - 0.05 * (0.36 - 0.16) - 0.1 * 0.05 = 0.12 + 0.1 - 0.02 - 0.01 - 0.005.
    got = rule.value_added(
        f(1.5, 0), f(0.08, 0.08), f(0.1, 0), f(-0.02, 0), f(0.36, 0.16), f(0.05, 0),
        rule.Turnover(-0.05, -0.1, 0.16),
    )  # fmt: skip
    np.testing.assert_allclose(got, [0.185, 0.0], atol=1e-7)


def test_the_residual_brings_the_total_to_the_published_spread() -> None:
    # 0.13^2 - 0.05^2 = 0.12^2.
    assert rule.residual_sd(0.13, 0.05, 0.0) == pytest.approx(0.12)
    assert rule.residual_sd(0.21, 0.08, 0.0006) == pytest.approx(math.sqrt(0.0441 - 0.0064 - 0.0006))


@pytest.mark.parametrize(("leader", "other"), [(0.14, 0.0), (0.05, 0.0145), (0.1, 0.007)])
def test_heads_and_staff_beyond_the_published_spread_are_refused(leader: float, other: float) -> None:
    with pytest.raises(ValueError, match=r"school effects of SD 0\.13 are less than those of heads"):
        rule.residual_sd(0.13, leader, other)


def test_residuals_keep_their_spread_and_their_correlation() -> None:
    # 0.6 * 1 + 0.8 * 0.5 = 1.
    np.testing.assert_allclose(rule.next_residual(f(1), f(0.5), 0.6), [1.0], rtol=1e-6)
    first = normal(1, 100_000)
    later = rule.next_residual(first, normal(2, 100_000), 0.75)
    assert later.std() == pytest.approx(1, abs=0.015)
    assert np.corrcoef(first, later)[0, 1] == pytest.approx(0.75, abs=0.01)


def test_residuals_spread_about_zero_within_their_group() -> None:
    residual, places = f(1, 4, 7, 5), np.array([10, 10, 20, 8], np.int32)
    group = np.array([0, 0, 0, 1], np.int8)
    # Group 0: mean (10 + 40 + 140) / 40 = 4.75, widened by sqrt(3 / 2). A school alone differs from nothing.
    expected = [*(math.sqrt(1.5) * (x - 4.75) for x in (1, 4, 7)), 0.0]
    got = rule.spread_about_zero(residual, places, group)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    assert float((got * places)[:3].sum()) == pytest.approx(0.0, abs=1e-4)


def test_residuals_of_few_schools_spread_as_those_of_many() -> None:
    towns, schools = 120, 8
    group = np.repeat(np.arange(towns, dtype=np.int8), schools)
    places = np.full(len(group), 30, np.int32)
    got = [rule.spread_about_zero(residual, places, group) for residual in normal(3, 100, len(group))]
    assert np.std(got) == pytest.approx(1.0, abs=0.01)


def test_satisfaction_is_what_the_head_makes_of_it_and_the_rest() -> None:
    # 0.6 * 2 + 0.8 * -0.5 = 0.8.
    np.testing.assert_allclose(rule.satisfaction(f(2), f(-0.5), 0.6), [0.8], rtol=1e-6)
    got = rule.satisfaction(normal(4, 100_000), normal(5, 100_000), 0.45)
    assert got.std() == pytest.approx(1.0, abs=0.01)


def test_experience_in_the_long_run_without_hires_of_experienced_teachers() -> None:
    """A hazard of a half and novices only: a half have no year behind them, a quarter one, and so on."""
    got = rule.stationary_experience(np.full(5, 0.5), 0.0, 1.0, 7.0)
    np.testing.assert_allclose(got[:5], [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32], rtol=1e-6)


def test_experience_in_the_long_run_lasts_another_year() -> None:
    p = Parameters.load().staffing
    share = rule.stationary_experience(p.leaving, p.moving, p.novice_hires, p.hire_experience)
    assert share.shape == (41,)
    assert (share >= 0).all()
    assert share.sum() == pytest.approx(1.0, abs=1e-9)
    # One more year of leaving, ageing and hiring, in whole people.
    bands = [0] + [1] * 2 + [2] * 2 + [3] * 5 + [4] * 31
    stays = [share[age] * (1 - p.leaving[bands[age]]) * (1 - p.moving) for age in range(41)]
    vacant = 1.0 - sum(stays)
    whole = 1 - math.exp(-40 / p.hire_experience)
    for age in range(41):
        aged = (stays[age - 1] if age else 0.0) + (stays[40] if age == 40 else 0.0)
        of_hires = p.novice_hires
        if age:
            within = math.exp(-(age - 1) / p.hire_experience) - math.exp(-age / p.hire_experience)
            of_hires = (1 - p.novice_hires) * within / whole
        assert aged + vacant * of_hires == pytest.approx(share[age], abs=1e-6), age
