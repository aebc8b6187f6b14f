"""Free numbers: there and back, of every kind of prior, lists together and apart, within bounds."""

import numpy as np
import pytest
from scipy import stats

from calibration.numbers import NEUTRAL, Number, applied, changes, free_numbers, neutral
from model.inputs.prior import parse_prior
from tests.calibration.toy import NUMBERS, PARAMETERS, number

PRIORS = {
    "normal(2, 0.5)": stats.norm(2, 0.5),
    "uniform(-1, 3)": stats.uniform(-1, 4),
    "lognormal(0.2, 0.4)": stats.lognorm(0.4, scale=np.exp(0.2)),
    "beta(2, 5)": stats.beta(2, 5),
}


def made(prior: str, low: float = -1e9, high: float = 1e9) -> Number:
    return Number("a.b", "a.b", (), parse_prior(prior), low, high, "england")


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("z", [-2.5, -1.0, 0.0, 0.3, 2.5])
def test_there_and_back(prior: str, z: float) -> None:
    assert made(prior).z_of(made(prior).shift_or_value(z)) == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize("prior", PRIORS)
def test_z_is_the_percentile_of_the_prior(prior: str) -> None:
    rng = np.random.default_rng(1)
    values = [made(prior).shift_or_value(z) for z in rng.standard_normal(500)]
    assert stats.kstest(values, PRIORS[prior].cdf).pvalue > 0.01
    assert made(prior).shift_or_value(1.0) == pytest.approx(PRIORS[prior].ppf(stats.norm.cdf(1.0)))


@pytest.mark.parametrize("prior", PRIORS)
def test_bounds_hold(prior: str) -> None:
    bounded = made(prior, 0.4, 0.6)
    assert bounded.shift_or_value(-8) == 0.4
    assert bounded.shift_or_value(8) == 0.6


@pytest.mark.parametrize("each", NUMBERS, ids=lambda each: each.name)
def test_all_numbers_of_the_model_come_back(each: Number) -> None:
    for z in (-0.5, 0.0, 0.5):
        value = each.shift_or_value(z)
        assert np.isfinite(value)
        if each.low < value < each.high:
            assert each.z_of(value) == pytest.approx(z, abs=1e-6)


def test_every_prior_is_free_and_nothing_else() -> None:
    free = {each.record for each in NUMBERS}
    known = {record.name for record in PARAMETERS if not record.prior.fixed}
    assert known - free == {"programmes.youth_voice"}
    assert free <= known
    layers = [each.layer for each in NUMBERS]
    assert layers == sorted(layers, key=lambda layer: layer != "local")
    assert {each.record.split(".")[0] for each in NUMBERS if each.layer == "local"} == {"town"}


def test_a_list_moves_as_one_and_keeps_its_shape() -> None:
    one = next(each for each in NUMBERS if each.entries and each.name == each.record)
    record = PARAMETERS.record(one.record)
    assert isinstance(record.value, tuple)
    moved = changes(PARAMETERS, [one], np.array([0.1]))[one.record]
    shifts = np.subtract(moved, record.value)
    inside = (np.asarray(moved) > record.low) & (np.asarray(moved) < record.high)
    np.testing.assert_allclose(shifts[inside], one.shift_or_value(0.1))
    assert inside.any()


def test_a_list_taken_apart_moves_in_its_groups() -> None:
    names = ["town.area[0]", "town.area[2]", "town.area[3]"]
    assert [each.name for each in NUMBERS if each.record == "town.area"] == names
    numbers = [number(name) for name in names]
    moved = changes(PARAMETERS, numbers, np.array([1.0, -1.0, 2.0]))
    assert moved == {"town.area": pytest.approx((0.1, 0.1, -0.1, 0.2, 0.2))}


def test_entries_of_a_group_that_does_not_move_stay() -> None:
    gap = PARAMETERS.record("learning.gap_skill").value
    assert isinstance(gap, tuple)
    moved = changes(PARAMETERS, [number("learning.gap_skill[2]")], np.array([1.0]))["learning.gap_skill"]
    assert isinstance(moved, tuple)
    assert [i for i, (a, b) in enumerate(zip(moved, gap, strict=True)) if a != b] == [2]


def test_entries_stay_within_the_record() -> None:
    one = number("learning.gap_skill[0]")
    record = PARAMETERS.record("learning.gap_skill")
    for z in (-100.0, 100.0):
        moved = changes(PARAMETERS, [one], np.array([z]))[one.record]
        assert isinstance(moved, tuple)
        assert all(record.low <= each <= record.high for each in moved)


def test_the_middle_of_the_priors_is_a_model() -> None:
    at_middle = applied(PARAMETERS, NUMBERS, np.zeros(len(NUMBERS)))
    rng = np.random.default_rng(3)
    for _ in range(3):
        applied(PARAMETERS, NUMBERS, rng.standard_normal(len(NUMBERS)))
    again = free_numbers(at_middle)
    assert [each.name for each in again] == [each.name for each in NUMBERS]


def test_a_town_like_england_has_nothing_of_its_own() -> None:
    town = neutral(applied(PARAMETERS, NUMBERS, np.ones(len(NUMBERS))))
    for record in town:
        if record.local and record.name != "town.area_shock_sd":
            expected = NEUTRAL.get(record.name, 0.0)
            values = record.value if isinstance(record.value, tuple) else (record.value,)
            assert set(values) == {expected}, record.name
