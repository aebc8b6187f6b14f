"""Curves that the record does not keep, read off a small town that has lived to 2022."""

import math
from itertools import pairwise

import numpy as np
import pytest

from calibration.observe import load_observations
from calibration.patterns import PATTERNS, figures, ks2_bands
from model.inputs.england import England
from model.scenario.scenario import Scenario
from model.town import Town


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed(scale=0.2), 1).run(2022)


@pytest.fixture(scope="module")
def young() -> Town:
    return Town(Scenario.load("baseline").changed(scale=0.05), 1).run(2015)


def test_every_pattern_is_a_possible_figure(town: Town) -> None:
    for name, pattern in PATTERNS.items():
        value = pattern.of(town)
        assert pattern.name == name
        if value is not None:
            assert math.isfinite(value)
            assert pattern.unit != "%" or 0 <= value <= 100


def test_a_town_that_is_not_old_enough_says_nothing(young: Town) -> None:
    assert {pattern.of(young) for pattern in PATTERNS.values()} == {None}


def test_every_observation_finds_its_figure(town: Town) -> None:
    observations = load_observations("ipswich")
    values = observations.of_town(town)
    assert values.shape == (len(observations),)
    missing = [each.id for each, value in zip(observations, values, strict=True) if np.isnan(value)]
    assert missing == []
    assert values[0] == observations[0].of_town(town)


def test_figures_come_from_the_record_or_a_pattern(town: Town) -> None:
    figure = figures(town)
    assert figure("ks2_rwm", "all", 2019) == town.recorded.value("ks2_rwm", "all", 2019)
    assert figure("teacher_survival.3", "all", 2019) == PATTERNS["teacher_survival.3"].of(town)


def test_a_higher_ks2_score_leads_to_more_grades(town: Town) -> None:
    for group in ("disadvantaged", "other"):
        low, middle, high = (PATTERNS[f"ks2_to_em4.{group}.{band}"].of(town) for band in (3, 6, 9))
        assert low is not None
        assert middle is not None
        assert high is not None
        assert low < middle < high


def test_bands_hold_the_published_share_of_england() -> None:
    """The town's bands are those of England's scores: their shares times their results are its own result,
    but for pupils without a score."""
    bands = ks2_bands()
    total = sum(band.pupils for band in bands)
    below_expected = sum(band.pupils for band in bands[:4]) / total
    assert len(bands) == 11
    assert 0.2 < below_expected < 0.3
    for before, after in pairwise(bands):
        assert before.disadvantaged < after.disadvantaged
        assert before.other < after.other


def test_teachers_leave_year_by_year(town: Town) -> None:
    survival = [PATTERNS[f"teacher_survival.{years}"].of(town) or 0.0 for years in range(1, 11)]
    assert all(earlier > later for earlier, later in pairwise(survival))
    expected = 100 * (1 - town.parameters.staffing.leaving[0])
    assert survival[0] == pytest.approx(expected, abs=4)


def test_an_early_area_is_passed_by_more_where_england_passes_more(town: Town) -> None:
    shares = [
        PATTERNS[f"eyfsp_area.{area}"].of(town) for area in ("literacy", "mathematics", "communication")
    ]
    assert shares == sorted(shares, key=lambda share: share or 0.0)


def test_figures_of_leo_are_those_of_england() -> None:
    """Observations repeat what the place files hold, by the arithmetic of their notes."""
    england, checked = England.load(), 0
    for each in load_observations("ipswich").patterns:
        kind, *rest = each.indicator.split(".")
        if kind in ("leo_active", "leo_neet"):
            group, years = rest[0], int(rest[1]) - 1
            names = [name for name, of in england.after_ks4_values if of == group and name != "earnings"]
            share = {name: england.after_ks4(name, group)[years] / 100 for name in names}
            known = 1 - share["activity_not_captured"]
            benefits, unsustained = (
                share["out_of_work_benefits"] / known,
                share["no_sustained_activity"] / known,
            )
            expected = benefits + unsustained / 2 if kind == "leo_neet" else 1 - benefits - unsustained
            assert each.value == pytest.approx(100 * expected, abs=0.2), each.id
            checked += 1
        elif kind == "leo_pay":
            fsm, other = (
                england.after_ks4("earnings", group)[int(rest[0]) - 1] for group in ("fsm", "non_fsm")
            )
            assert each.value == pytest.approx(fsm / other, abs=0.001)
            checked += 1
        elif kind == "ks2_to_em4":
            assert each.value == getattr(ks2_bands()[int(rest[1]) - 1], rest[0])
            checked += 1
    assert checked == 12 + 3 + 10
