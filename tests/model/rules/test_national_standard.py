"""The measuring rod: an England made of standard-normal children gets England's own published results."""

import math

import numpy as np
import pytest

from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.rules import national_standard as rod
from tests.model.rules.arrays import F, f, normal

CHILDREN = 200_000
STANDARDS = {"gld": "eyfsp", "ks2_rwm": "ks2", "em_grade4": "ks4"}
"""Series of England's pass rates and the assessment of which they are."""


@pytest.fixture(scope="module")
def england() -> England:
    return England.load()


@pytest.fixture(scope="module")
def reliability() -> dict[str, float]:
    section = Parameters.load().assessment
    return {name: getattr(section, name) for name in STANDARDS.values()}


def scores(seed: int, reliability: float) -> F:
    return rod.observed_score(normal(seed, CHILDREN), normal(seed + 1, CHILDREN), reliability)


def test_a_score_is_skill_and_error_in_the_shares_of_its_reliability() -> None:
    # sqrt(0.64) = 0.8 and sqrt(0.36) = 0.6: 0.8 * 1 + 0.6 * -0.5 and 0.8 * -2 + 0.6 * 1.
    np.testing.assert_allclose(rod.observed_score(f(1, -2), f(-0.5, 1), 0.64), [0.5, -1.0], atol=1e-6)
    np.testing.assert_array_equal(rod.observed_score(f(0.7), f(3.0), 1.0), f(0.7))


@pytest.mark.parametrize(
    ("percent", "score"), [(50, 0.0), (84.134475, -1.0), (15.865525, 1.0), (2.275013, 2.0), (100, -math.inf)]
)
def test_a_cut_is_the_score_that_so_many_exceed(percent: float, score: float) -> None:
    assert rod.cut(percent) == pytest.approx(score, abs=1e-6)


def test_a_missing_result_sets_no_standard() -> None:
    assert math.isnan(rod.cut(math.nan))


@pytest.mark.parametrize("name", STANDARDS.values())
def test_scores_have_mean_0_and_sd_1_in_england(name: str, reliability: dict[str, float]) -> None:
    got = scores(1, reliability[name])
    assert got.mean() == pytest.approx(0.0, abs=4 / math.sqrt(CHILDREN))
    assert got.std() == pytest.approx(1.0, abs=4 / math.sqrt(2 * CHILDREN))


@pytest.mark.parametrize("series", STANDARDS)
def test_englands_pass_rates_come_back(series: str, england: England, reliability: dict[str, float]) -> None:
    got = scores(3, reliability[STANDARDS[series]])
    published = england.series(series)
    assert len(published.years) >= 5
    for year in published.years:
        percent = published.at(int(year))
        sampling_error = 100 * math.sqrt(percent / 100 * (1 - percent / 100) / CHILDREN)
        passed = 100 * float((got > rod.cut(percent)).mean())
        assert passed == pytest.approx(percent, abs=4 * sampling_error), (series, year)


def test_attainment_8_is_the_mean_and_so_many_sd_within_0_to_90() -> None:
    # 46 + 20 * 0.5 = 56; 46 + 20 * -3 = -14; 46 + 20 * 3 = 106.
    np.testing.assert_allclose(rod.attainment8(f(0.5, -3, 3), 46.0, 20.0), [56, 0, 90], rtol=1e-6)


def test_englands_attainment_8_comes_back(england: England, reliability: dict[str, float]) -> None:
    got = scores(5, reliability["ks4"])
    for year in england.series("attainment8").years:
        mean = england.series("attainment8").at(int(year))
        sd = england.series("attainment8_sd").carried(int(year))
        points = rod.attainment8(got, mean, sd)
        # The ends of the scale hold what would stand beyond them, 1 to 2% each. That takes up to 0.13
        # from the mean and, as England's SD grew from 18 to 21.5 points, 0.27 to 0.71 from the SD.
        assert points.mean() == pytest.approx(mean, abs=0.13 + 4 * sd / math.sqrt(CHILDREN)), year
        assert points.std() == pytest.approx(sd - 0.5, abs=0.3), year


def test_progress_8_is_the_score_beyond_what_the_key_stage_2_score_leads_to_expect() -> None:
    # (1 - 0.72 * 0.5) * 20 / 10 - 0.02 = 0.64 * 2 - 0.02 = 1.26.
    got = rod.progress8(f(1.0, 0.36, 1.0), f(0.5, 0.5, np.nan), 0.72, 20.0, -0.02)
    np.testing.assert_allclose(got, [1.26, -0.02, np.nan], atol=1e-6)


def test_englands_progress_8_comes_back(england: England, reliability: dict[str, float]) -> None:
    observed = Parameters.load().assessment.ks2_ks4
    at_11 = normal(7, CHILDREN)
    # Errors hide part of the correlation of skills: 0.72 of scores is 0.76 of skills.
    of_skill = observed / math.sqrt(reliability["ks2"] * reliability["ks4"])
    at_16 = (of_skill * at_11 + math.sqrt(1 - of_skill**2) * normal(8, CHILDREN)).astype(np.float32)
    ks2 = rod.observed_score(at_11, normal(9, CHILDREN), reliability["ks2"])
    ks4 = rod.observed_score(at_16, normal(10, CHILDREN), reliability["ks4"])
    assert np.corrcoef(ks2, ks4)[0, 1] == pytest.approx(observed, abs=0.006)
    for year in england.series("progress8").years:
        mean = england.series("progress8").at(int(year))
        sd = england.series("attainment8_sd").carried(int(year))
        got = rod.progress8(ks4, ks2, observed, sd, mean)
        # 20 points are two grades a subject: 2 * sqrt(1 - 0.72^2) = 1.388.
        expected = sd / 10 * math.sqrt(1 - observed**2)
        assert got.mean() == pytest.approx(mean, abs=4 * expected / math.sqrt(CHILDREN)), year
        assert got.std() == pytest.approx(expected, abs=0.01), year
        if year in (2018, 2019):
            assert got.std() == pytest.approx(1.39, abs=0.02), year
