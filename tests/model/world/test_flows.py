"""Numbers of people who enter: back-cast births, arrivals that keep net migration, and rounding."""

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
LATER = {year: 1500.0 + year - 2018 for year in range(2018, LAST_YEAR + 1)}


def flows(
    ages_2017: D = AGES_2017,
    net: float | D = 0.01,
    overrides: Mapping[int, float] | None = None,
    out_rate: float = 0.05,
    scale: float = 1.0,
    migration: bool = True,
    later: Mapping[int, float] = LATER,
) -> Flows:
    yearly = np.full(19, net) if isinstance(net, float) else net
    return make_flows(ages_2017, yearly, later, overrides or {}, out_rate, scale, migration)


def test_births_are_back_cast_by_net_migration() -> None:
    # Two years at 1% up and 1,960 aged 2 in 2017: 1960 / 1.01^2 = 1921.38 births in 2015.
    made = flows()
    assert made.births[2017 - FIRST_COHORT] == 2000
    assert made.births[2015 - FIRST_COHORT] == 1921
    assert made.births[2018 - FIRST_COHORT] == 1500
    assert made.births[LAST_YEAR - FIRST_COHORT] == 1500 + LAST_YEAR - 2018


@given(net=st.lists(st.floats(-0.04, 0.05), min_size=19, max_size=19))
def test_the_back_cast_gives_the_ages_of_2017(net: list[float]) -> None:
    made = flows(net=np.array(net))
    for age in range(19):
        assert made.expected[2017 - age - FIRST_COHORT, age] == pytest.approx(AGES_2017[age])


def test_cohorts_before_1998_are_as_large_as_that_of_1998() -> None:
    made = flows()
    # 1,620 aged 19 in 2017, back to 18 steps of 1%: 1620 / 1.01^18 = 1354.33.
    assert set(made.births[: FIRST_YEAR - FIRST_COHORT + 1].tolist()) == {1354}
    np.testing.assert_array_equal(made.stock, np.rint(1354.33 * 1.01 ** np.arange(19)))


def test_a_scenario_sets_births_of_any_year() -> None:
    made, usual = flows(overrides={2030: 2500, 2005: 100}), flows()
    changed = np.flatnonzero(made.births != usual.births) + FIRST_COHORT
    assert changed.tolist() == [2005, 2030]
    assert made.births[2030 - FIRST_COHORT] == 2500
    # Arrivals follow the size of the cohort at each age: 2500 * 1.01^3 * (0.05 + 0.01) at age 4.
    assert made.arrivals[2034 - FIRST_YEAR, 4] == pytest.approx(2500 * 1.01**3 * 0.06, abs=1)


def test_arrivals_keep_net_migration_when_a_fixed_share_leaves() -> None:
    """Lived through year by year, a cohort of the town keeps its expected size."""
    made, cohort, out = flows(net=0.004, scale=20.0), 2000, 0.05
    here = float(made.births[cohort - FIRST_COHORT])
    for age in range(1, 19):
        here = here * (1 - out) + made.arrivals[cohort + age - FIRST_YEAR, age]
        assert here == pytest.approx(made.expected[cohort - FIRST_COHORT, age], abs=15), age


def test_nobody_arrives_in_the_year_of_birth_or_in_the_year_in_which_the_town_is_built() -> None:
    made = flows()
    assert not made.arrivals[:, 0].any()
    assert not made.arrivals[0].any()
    assert made.arrivals[1, 1:].all()


def test_without_migration_nobody_arrives() -> None:
    made, usual = flows(migration=False), flows()
    assert not made.arrivals.any()
    np.testing.assert_array_equal(made.births, usual.births)


def test_loss_beyond_those_who_leave_means_no_arrivals_rather_than_fewer_than_none() -> None:
    made = flows(net=-0.08)
    assert not made.arrivals.any()


@pytest.mark.parametrize("scale", [0.02, 0.05, 0.3, 1.0, 7.0])
def test_rounding_loses_nobody(scale: float) -> None:
    made = flows(scale=scale)
    exact = np.zeros_like(made.arrivals, dtype=np.float64)
    for year in range(FIRST_YEAR + 1, LAST_YEAR + 1):
        for age in range(1, 19):
            exact[year - FIRST_YEAR, age] = made.expected[year - age - FIRST_COHORT, age - 1] * 0.06
    # Of every year's arrivals, and up to every age of a year, at most half a person is missing or too many.
    assert np.abs(made.arrivals.cumsum(axis=1) - exact.cumsum(axis=1)).max() <= 0.5 + 1e-6
    assert (made.arrivals >= 0).all()
    # Over the fifty years the halves cancel.
    assert made.arrivals.sum() == pytest.approx(exact.sum(), abs=7)
    assert made.births.sum() == pytest.approx(made.expected[:, 0].sum(), abs=0.5 * len(made.births))


def test_a_tenth_of_the_town_is_a_tenth_of_its_people() -> None:
    whole, tenth = flows(), flows(scale=0.1)
    np.testing.assert_allclose(tenth.expected, 0.1 * whole.expected)
    np.testing.assert_allclose(tenth.births, 0.1 * whole.births, atol=0.55)
    np.testing.assert_allclose(tenth.arrivals.sum(axis=1), 0.1 * whole.arrivals.sum(axis=1), atol=0.6)


def test_a_year_without_births_is_refused() -> None:
    with pytest.raises(KeyError, match="2040"):
        flows(later={year: births for year, births in LATER.items() if year != 2040})


@pytest.mark.parametrize("ages", [0, 1, 19])
def test_an_age_of_2017_that_is_missing_is_refused(ages: int) -> None:
    flows(ages_2017=AGES_2017[:20])
    with pytest.raises(ValueError, match=f"{ages} ages, but 0 to 19 are needed"):
        flows(ages_2017=AGES_2017[:ages])
