"""Growth by hand: loadings, phases, what schools add up to, the noise that is left, and a year of a child."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.rules import growth as rule
from tests.model.rules.arrays import f, normal

D = NDArray[np.float64]
NONE = np.zeros(rule.AGES)


def test_loading_is_the_sd_of_the_mean_of_two_subjects() -> None:
    assert rule.loading(1.0) == 1.0
    assert rule.loading(0.28) == pytest.approx(0.8)  # sqrt(1.28 / 2)
    one, apart = normal(1, 100_000), normal(2, 100_000)
    other = 0.75 * one + math.sqrt(1 - 0.75**2) * apart
    assert ((one + other) / 2).std() == pytest.approx(rule.loading(0.75), abs=0.01)


def test_composite_skill_is_trait_and_mean_state_over_the_loading() -> None:
    # 0.5 + (0.4 + 0.8) / (2 * 0.8) = 1.25.
    np.testing.assert_allclose(rule.composite(f(0.5), f(0.4), f(0.8), 0.8), [1.25], rtol=1e-6)


def test_subjects_and_composite_all_have_sd_1() -> None:
    """As the model draws them: common state over the loading, and what sets the subjects apart."""
    n, correlation, trait = 200_000, 0.75, 0.59
    k, apart_sd = rule.loading(correlation), math.sqrt((1 - correlation) / 2)
    theta, common = math.sqrt(trait) * normal(3, n), math.sqrt(1 - trait) * normal(4, n)
    apart = apart_sd * normal(5, n)
    literacy, numeracy = k * common + apart, k * common - apart
    assert rule.composite(theta, literacy, numeracy, k).std() == pytest.approx(1.0, abs=0.007)
    subjects = k * theta + literacy, k * theta + numeracy
    assert subjects[0].std() == pytest.approx(1.0, abs=0.007)
    assert np.corrcoef(*subjects)[0, 1] == pytest.approx(correlation, abs=0.005)


def test_values_between_knots_lie_on_a_line_and_outside_them_are_flat() -> None:
    got = rule.by_age(np.array([5.0, 11.0, 16.0]), np.array([0.6, 0.0, 1.0]))
    assert got.shape == (20,)
    # A third of the way from 5 to 11 is 7; two fifths of the way from 11 to 16 is 13.
    assert got[[0, 5, 7, 11, 13, 16, 19]].tolist() == pytest.approx([0.6, 0.6, 0.4, 0.0, 0.4, 1.0, 1.0])


def test_what_yearly_steps_leave_at_the_end_of_a_phase() -> None:
    assert rule.phase_years(0.5, 3) == 1.75  # 1 + 0.5 + 0.25
    assert rule.phase_years(0.84, 1) == 1.0


def test_spread_that_yearly_steps_leave_at_the_end_of_a_phase() -> None:
    # Two steps of SD 1, the first halved: variance 1 + 0.25 + 2 * 0.5 * their correlation.
    assert rule.phase_spread(0.5, 2, 0.0) == pytest.approx(math.sqrt(1.25))
    assert rule.phase_spread(0.5, 2, 0.5) == pytest.approx(math.sqrt(1.75))
    assert rule.phase_spread(0.5, 2, 1.0) == pytest.approx(1.5)


@given(persistence=st.floats(0.1, 0.97), years=st.integers(1, 9), value_added=st.floats(0.0, 1.0))
def test_spread_lies_between_that_of_fresh_steps_and_of_equal_ones(
    persistence: float, years: int, value_added: float
) -> None:
    fresh = math.sqrt(sum(persistence ** (2 * i) for i in range(years)))
    spread = rule.phase_spread(persistence, years, value_added)
    assert fresh - 1e-9 <= spread <= rule.phase_years(persistence, years) + 1e-9


def test_value_added_divided_by_its_spread_comes_back_as_the_published_sd() -> None:
    persistence, value_added, years, sd, schools = 0.84, 0.75, 7, 0.21, 40_000
    effect, state = sd * normal(6, schools), np.zeros(schools, np.float32)
    for year in range(years):
        state = persistence * state + effect / rule.phase_spread(persistence, years, value_added)
        effect = value_added * effect + sd * math.sqrt(1 - value_added**2) * normal(7 + year, schools)
    assert state.std() == pytest.approx(sd, abs=0.004)


def test_variance_that_schools_have_made_by_each_age() -> None:
    got = rule.school_variance(0.5, 0.3, (5, 6), (7, 8))
    # A phase of two years: steps of 0.3 / 1.5 = 0.2, so SD 0.2 after one year and 0.3 after two.
    # What primary school has made (0.09) keeps a quarter of its variance a year.
    expected = {4: 0.0, 5: 0.04, 6: 0.09, 7: 0.04 + 0.09 / 4, 8: 0.09 + 0.09 / 16}
    expected |= {9: expected[8] / 4, 10: expected[8] / 16}
    assert {age: got[age] for age in expected} == pytest.approx(expected)
    assert got.shape == (20,)
    assert not got[:5].any()


def solve(
    trait_share: float = 0.5, persistence: float = 0.8, gap: D = NONE, school: D = NONE, other: float = 0.1
) -> tuple[D, D]:
    return rule.solve_noise(
        trait_share=trait_share,
        persistence=persistence,
        gap=gap,
        trait_gap=0.3,
        need_share=0.3,
        weight_variance=0.2,
        school=school,
        other=other,
    )


def test_noise_fills_what_trait_and_other_parts_leave() -> None:
    rest, noise = solve()
    # 1 - 0.5 - 0.1 = 0.4 every year, of which 0.64 lasts: 0.4 * 0.36 = 0.144 a year.
    np.testing.assert_allclose(rest**2, 0.4)
    np.testing.assert_allclose(noise**2, 0.144)


def test_groups_and_schools_leave_less_to_noise() -> None:
    school = NONE.copy()
    school[5:] = 0.04
    rest, noise = solve(gap=np.full(20, 0.5), school=school)
    # Groups: 0.5^2 * 0.2 + 2 * 0.5 * 0.3 * 0.3 * 0.7 = 0.05 + 0.063 = 0.113.
    assert rest[4] ** 2 == pytest.approx(0.4 - 0.113)
    assert rest[5] ** 2 == pytest.approx(0.4 - 0.113 - 0.04)
    # From 4 to 5 the draw makes up 0.247 - 0.64 * 0.287.
    assert noise[4] ** 2 == pytest.approx(0.247 - 0.64 * 0.287)


@settings(max_examples=60)
@given(
    trait_share=st.floats(0.2, 0.6),
    persistence=st.floats(0.3, 0.9),
    gaps=st.lists(st.floats(0.0, 0.4), min_size=5, max_size=5),
)
def test_the_state_keeps_the_spread_that_is_left_for_it(
    trait_share: float, persistence: float, gaps: list[float]
) -> None:
    gap = rule.by_age(np.array([0.0, 5, 11, 16, 19]), np.array(gaps))
    try:
        rest, noise = solve(trait_share, persistence, gap)
    except ValueError:
        return
    variance = rest[0] ** 2
    for age in range(19):
        variance = persistence**2 * variance + noise[age] ** 2
        assert variance == pytest.approx(rest[age + 1] ** 2)


def test_parts_beyond_a_variance_of_1_are_refused() -> None:
    with pytest.raises(ValueError, match="leave no noise at some age"):
        solve(trait_share=0.95)
    with pytest.raises(ValueError, match="leave no noise at some age"):
        solve(gap=np.full(20, 1.5))


def test_a_part_that_grows_faster_than_the_state_forgets_is_refused() -> None:
    school = NONE.copy()
    school[11:] = 0.2
    # From 10 to 11 the rest falls from 0.4 to 0.2, but 0.81 * 0.4 = 0.324 of it lasts.
    with pytest.raises(ValueError, match="leave no noise at some age"):
        solve(persistence=0.9, school=school)


def test_a_year_of_the_state_by_hand() -> None:
    # 0.6 + 0.5 * (1 - 0.4) + 0.1 - 0.2 = 0.8.
    got = rule.next_state(f(1.0), f(0.4), f(0.6), f(0.1), f(-0.2), 0.5)
    np.testing.assert_allclose(got, [0.8], rtol=1e-6)


def test_a_state_on_its_target_stays_on_it_and_another_comes_back_to_it() -> None:
    target, state = f(0.3, 0.3), f(0.3, 1.3)
    for _ in range(3):
        state = rule.next_state(state, target, target, f(0, 0), f(0, 0), 0.84)
    np.testing.assert_allclose(state, [0.3, 0.3 + 0.84**3], rtol=1e-5)


def test_a_year_of_socio_emotional_skill_by_hand() -> None:
    # In need, mean -0.5: -0.5 + 0.6 * (0.5 + 0.5) + 0.8 * 1 = 0.9; skill does nothing here.
    got = rule.next_socio(f(0.5), f(-0.5), f(-0.5), f(2), f(1), 0.6, 0.0, rule.socio_spread(0.6, 0.0))
    np.testing.assert_allclose(got, [0.9], rtol=1e-6)
    # Coming to need: 0 -> -0.5 in mean, 0.6 of the 0.5 that it lay above the old mean, 0.1 * 2 from skill.
    got = rule.next_socio(f(0.5), f(0), f(-0.5), f(2), f(0), 0.6, 0.1, rule.socio_spread(0.6, 0.1))
    np.testing.assert_allclose(got, [-0.5 + 0.3 + 0.2], atol=1e-6)


def test_socio_emotional_skill_keeps_sd_near_1() -> None:
    n, spread = 100_000, rule.socio_spread(0.8, 0.03)
    none, skill, socio = np.zeros(n, np.float32), normal(20, n), normal(21, n)
    for year in range(15):
        socio = rule.next_socio(socio, none, none, skill, normal(22 + year, n), 0.8, 0.03, spread)
    assert socio.std() == pytest.approx(1.0, abs=0.03)


def test_classmates_add_up_to_the_published_effect_of_a_phase() -> None:
    # Ten points more of the weakest twentieth, -0.006 a point, over four steps: -0.06 / 4.
    got = rule.peer_effect(f(0.15, 0.05), -0.006, 4)
    np.testing.assert_allclose(got, [-0.015, 0.0], atol=1e-7)
    persistence, years, state = 0.84, 7, 0.0
    sum_of_steps = rule.phase_years(persistence, years)
    for _ in range(years):
        state = persistence * state + float(rule.peer_effect(f(0.15), -0.006, sum_of_steps)[0])
    assert state == pytest.approx(-0.06, abs=1e-5)
