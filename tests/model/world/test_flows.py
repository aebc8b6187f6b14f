"""Numbers of people who enter: births and residents both count, arrivals keep net migration, and rounding."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.calendar import FIRST_COHORT, FIRST_YEAR, LAST_YEAR
from model.world.flows import Flows, make_flows

D = NDArray[np.float64]
AGES_2017 = np.arange(2000.0, 1600.0, -20.0)
BIRTHS = np.full(LAST_YEAR - FIRST_COHORT + 1, 1800.0)


def flows(
    ages_2017: D = AGES_2017,
    net: float | D = 0.01,
    births: D = BIRTHS,
    overrides: Mapping[int, float] | None = None,
    out_rate: float = 0.05,
    scale: float = 1.0,
    migration: bool = True,
) -> Flows:
    yearly = np.full(18, net) if isinstance(net, float) else net
    return make_flows(ages_2017, births, yearly, overrides or {}, out_rate, 1.1, scale, migration)


def of(cohort: int) -> int:
    return cohort - FIRST_COHORT


@given(
    net=st.lists(st.floats(-0.04, 0.05), min_size=18, max_size=18),
    births=st.lists(st.integers(1500, 2400), min_size=69, max_size=69),
)
def test_a_cohort_starts_with_its_births_and_has_the_residents_of_2017(
    net: list[float], births: list[int]
) -> None:
    born = np.array(births, np.float64)
    made = flows(net=np.array(net), births=born)
    for age in range(1, 18):
        assert made.expected[of(2017 - age), 0] == pytest.approx(born[of(2017 - age)])
        assert made.expected[of(2017 - age), age] == pytest.approx(AGES_2017[age])
    # Whoever is born in 2017 is in the count of that year.
    assert made.expected[of(2017), 0] == AGES_2017[0]
    np.testing.assert_array_equal(made.births[of(2018) :], born[of(2018) :])


def test_what_migration_leaves_unexplained_is_moves_before_school() -> None:
    """Of 1,800 born in 2005 there are 1,760 at 12: 1800 x 1.01^12 = 2028.3 without it, so 0.8677 in five
    years."""
    made = flows()
    steps = made.expected[of(2005), 1:] / made.expected[of(2005), :-1]
    np.testing.assert_allclose(steps[:5], 1.01 * (1760 / (1800 * 1.01**12)) ** (1 / 5))
    np.testing.assert_allclose(steps[5:], 1.01)


def test_of_those_under_five_it_lies_in_the_years_that_they_have_lived() -> None:
    made = flows()
    steps = made.expected[of(2015), 1:] / made.expected[of(2015), :-1]
    np.testing.assert_allclose(steps[:2], np.sqrt(1960 / 1800))
    np.testing.assert_allclose(steps[2:], 1.01)


def test_older_cohorts_are_their_births_with_the_moves_of_pupils_of_15_to_17() -> None:
    births = BIRTHS.copy()
    births[: of(1998)] = np.arange(1000.0, 1018.0)
    made = flows(births=births, net=0.0)
    np.testing.assert_array_equal(made.births[: of(1998)], births[: of(1998)])
    # 1,700, 1,680 and 1,660 residents of 1,800 born each: 0.9333 by five.
    np.testing.assert_allclose(made.expected[of(1980), 5:], 1000 * 1680 / 1800)
    assert made.stock[18] == round(1000 * 1680 / 1800)
    assert made.stock[1] == round(1017 * (1680 / 1800) ** (1 / 5))


def test_students_who_came_at_18_are_no_children_of_the_town() -> None:
    ages = AGES_2017.copy()
    ages[18] = 3000
    made = flows(ages_2017=ages, net=0.0)
    assert made.expected[of(1999), 18] == pytest.approx(1.1 * 1680)
    assert made.students == pytest.approx(3000 - 1.1 * 1680)
    assert flows().students == 0
    # Up to a tenth more are as counted, and so are fewer.
    for counted in (1840.0, 1400.0):
        ages[18] = counted
        few = flows(ages_2017=ages, net=0.0)
        assert (few.expected[of(1999), 18], few.students) == (pytest.approx(counted), 0)


def test_a_scenario_sets_births_of_a_year() -> None:
    made, usual = flows(overrides={2030: 2500, 2005: 100}), flows()
    changed = np.flatnonzero(made.births != usual.births) + FIRST_COHORT
    assert changed.tolist() == [2005, 2030]
    assert made.births[of(2030)] == 2500
    # Arrivals follow the size of the cohort at each age: 2500 * 1.01^3 * (0.05 + 0.01) at age 4.
    assert made.arrivals[2034 - FIRST_YEAR, 4] == pytest.approx(2500 * 1.01**3 * 0.06, abs=1)
    np.testing.assert_allclose(made.expected[of(2005)], usual.expected[of(2005)] / 18)


def test_arrivals_keep_net_migration_when_a_fixed_share_leaves() -> None:
    """Lived through year by year, a cohort of the town keeps its expected size."""
    made, cohort, out = flows(net=0.004, scale=20.0), 2000, 0.05
    here = float(made.births[of(cohort)])
    for age in range(1, 19):
        here = here * (1 - out) + made.arrivals[cohort + age - FIRST_YEAR, age]
        assert here == pytest.approx(made.expected[of(cohort), age], abs=15), age


def test_where_a_town_loses_more_than_the_share_that_leaves_more_leave() -> None:
    """Nobody can arrive in negative numbers."""
    made = flows(net=-0.08, births=AGES_2017[0] * BIRTHS / 1800)
    lost = 1 - (made.expected[:, 1:] / made.expected[:, :-1]).min()
    assert made.out_rate == pytest.approx(lost)
    assert made.out_rate > 0.08
    assert flows().out_rate == 0.05
    cohort = 2020
    here = made.expected[of(cohort), 0]
    for age in range(1, 19):
        here = here * (1 - made.out_rate) + made.arrivals[cohort + age - FIRST_YEAR, age]
        assert here == pytest.approx(made.expected[of(cohort), age], abs=9), age


def test_nobody_arrives_in_the_year_of_birth_or_in_the_year_in_which_the_town_is_built() -> None:
    made = flows()
    assert not made.arrivals[:, 0].any()
    assert not made.arrivals[0].any()
    assert made.arrivals[1, 1:].all()


def test_without_migration_nobody_arrives() -> None:
    made, usual = flows(migration=False), flows()
    assert not made.arrivals.any()
    np.testing.assert_array_equal(made.births, usual.births)


@pytest.mark.parametrize("scale", [0.02, 0.05, 0.3, 1.0, 7.0])
def test_rounding_loses_nobody(scale: float) -> None:
    made = flows(scale=scale)
    assert (made.arrivals >= 0).all()
    for cohort in range(FIRST_COHORT, LAST_YEAR + 1):
        row, exact, whole = made.expected[of(cohort)], 0.0, 0
        for age in range(max(1, FIRST_YEAR + 1 - cohort), min(18, LAST_YEAR - cohort) + 1):
            exact += row[age] - 0.95 * row[age - 1]
            whole += int(made.arrivals[cohort + age - FIRST_YEAR, age])
            # Of a cohort's arrivals up to every age at most half a person is missing or too many.
            assert abs(whole - exact) <= 0.5 + 1e-6, (cohort, age)
    assert made.births.sum() == pytest.approx(made.expected[:, 0].sum(), abs=0.5 * len(made.births))


def test_one_more_child_moves_no_other_cohort_s_arrivals() -> None:
    usual, more = flows(scale=0.1), flows(scale=0.1, overrides={2012: 1810})
    years, ages = np.nonzero(usual.arrivals != more.arrivals)
    assert set((years + FIRST_YEAR - ages).tolist()) <= {2012}
    assert more.births[of(2012)] == usual.births[of(2012)] + 1
    assert abs(more.arrivals.sum() - usual.arrivals.sum()) <= 2


def test_a_tenth_of_the_town_is_a_tenth_of_its_people() -> None:
    whole, tenth = flows(), flows(scale=0.1)
    np.testing.assert_allclose(tenth.expected, 0.1 * whole.expected)
    np.testing.assert_allclose(tenth.births, 0.1 * whole.births, atol=0.55)
    np.testing.assert_allclose(tenth.arrivals.sum(axis=1), 0.1 * whole.arrivals.sum(axis=1), atol=6)


def test_numbers_that_are_missing_are_refused() -> None:
    with pytest.raises(ValueError, match="births by cohort: 68 numbers, but 69 are needed"):
        flows(births=BIRTHS[:-1])
    with pytest.raises(ValueError, match="net migration by age: 17 numbers, but 18 are needed"):
        flows(net=np.zeros(17))


@pytest.mark.parametrize("ages", [0, 1, 18])
def test_an_age_of_2017_that_is_missing_is_refused(ages: int) -> None:
    flows(ages_2017=AGES_2017[:19])
    with pytest.raises(ValueError, match=f"{ages} numbers, but 19 are needed"):
        flows(ages_2017=AGES_2017[:ages])
