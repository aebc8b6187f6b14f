"""England's families in need: shares as put in, lasting as published, weights with mean 1."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from model.inputs.parameters import Parameters
from model.rules.households import income
from model.world.national_need import FIRST, LAST, NationalNeed, solve_need

D = NDArray[np.float64]
LINES_FROM = 1980
AT_2017 = 2017 - FIRST


def lines(percent: float | None = None) -> D:
    """Income position of the need line, 1980 to 2048: the parameters' path, or always the same share."""
    h = Parameters.load().households
    years = np.arange(LINES_FROM, LAST + 1)
    shares = np.interp(years, h.need_years, h.need_percent)
    if percent is not None:
        shares = np.full(len(years), percent)
    line: D = ndtri(shares / 100)
    return line


def solved(lines: D) -> NationalNeed:
    h = Parameters.load().households
    return solve_need(h, income(h.ses_weight, h.shock_persistence), lines, LINES_FROM)


@pytest.fixture(scope="module")
def need() -> NationalNeed:
    return solved(lines())


def families(seed: int, years: int, percent: float) -> NDArray[np.bool_]:
    """Need of 100,000 families in each year (years, n), written out plainly with other draws."""
    h, rng = Parameters.load().households, np.random.default_rng(seed)
    lasting, passing, met = rng.standard_normal(100_000), rng.standard_normal(100_000), []
    for _ in range(years):
        passing = h.shock_persistence * passing + (1 - h.shock_persistence**2) ** 0.5 * rng.standard_normal(
            100_000
        )
        income = h.ses_weight * lasting + (1 - h.ses_weight**2) ** 0.5 * passing
        met.append(income < ndtri(percent / 100))
    return np.array(met)


def test_every_year_from_1990_has_its_share(need: NationalNeed) -> None:
    assert need.share.shape == need.mean_weight.shape == (LAST - FIRST + 1,)
    assert ((need.share > 0) & (need.share < 1)).all()
    # More are in need at some time of six years than in one year, and fewer than if need were drawn anew.
    line = np.interp(np.arange(FIRST, LAST + 1), *_path()) / 100
    assert (need.share > 1.3 * line).all()
    assert (need.share < 1 - (1 - line) ** 6).all()


def _path() -> tuple[D, D]:
    h = Parameters.load().households
    return h.need_years, h.need_percent


def test_share_ever_in_need_is_that_of_families_written_out_plainly() -> None:
    found = solved(lines(15.0))
    met = families(1, 6, 15.0)
    ever = met.any(axis=0)
    assert found.share[AT_2017] == pytest.approx(ever.mean(), abs=0.012)
    assert found.mean_share == pytest.approx(met[:, ever].mean(), abs=0.012)
    weight = found.weights[(met * (1 << np.arange(6))[:, None]).sum(axis=0)]
    assert found.weight_variance == pytest.approx(weight.var(), abs=0.012)


def test_need_is_entered_and_left_as_published() -> None:
    """As the record says: 3.8% of families enter need in a year, and 23% of those in need leave it."""
    met = families(2, 8, 14.6)
    before, after = met[:-1], met[1:]
    assert 100 * after[~before].mean() == pytest.approx(3.8, abs=0.15)
    assert 100 * (~after)[before].mean() == pytest.approx(23.0, abs=1.0)


def test_the_mean_weight_of_those_ever_in_need_is_1(need: NationalNeed) -> None:
    # So that in the year for which it is solved the mean weight over all is the share in need.
    assert need.mean_weight[AT_2017] == pytest.approx(need.share[AT_2017], abs=1e-6)
    np.testing.assert_allclose(need.mean_weight, need.share, atol=0.02)
    persistent = Parameters.load().households.persistent_ratio
    assert need.weights[[0, 63]].tolist() == pytest.approx([0.0, persistent])


def test_the_centre_of_a_year_is_its_mean_weight(need: NationalNeed) -> None:
    assert need.centre(2017) == np.float32(need.mean_weight[AT_2017])
    assert need.centre(LAST) == np.float32(need.mean_weight[-1])
    # Before 1990 the first year speaks.
    assert need.centre(1985) == need.centre(FIRST) == np.float32(need.mean_weight[0])


def test_families_in_need_stand_lower(need: NationalNeed) -> None:
    met = families(3, 6, 14.6)
    rng = np.random.default_rng(3)
    lasting = rng.standard_normal(100_000)
    ever = met.any(axis=0)
    gap = lasting[~ever].mean() - lasting[ever].mean()
    assert need.position_gap == pytest.approx(gap, abs=0.06)


def test_the_same_numbers_give_the_same_england(need: NationalNeed) -> None:
    again = solved(lines())
    np.testing.assert_array_equal(again.mean_weight, need.mean_weight)
    assert again.position_gap == need.position_gap


def test_more_need_means_a_larger_centre() -> None:
    few, many = (solved(lines(percent)) for percent in (10.0, 25.0))
    assert (many.mean_weight > few.mean_weight + 0.1).all()
    assert many.mean_share > few.mean_share
