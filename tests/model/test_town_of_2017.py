"""The town of 2017, and how near the hand-set start lies to what was published: means over ten
seeds at full size."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from model.inputs.place import Place
from model.scenario.scenario import Scenario
from model.town import Town

SEEDS = range(10)
LAST = 2020
"""Destinations of the leavers of 2019 are known a year later."""


@dataclass
class Means:
    """Means over seeds: recorded indicators by (indicator, group, year), and counts of 2017."""

    recorded: dict[tuple[str, str, int], float]
    ages: NDArray[np.float64]
    wards: NDArray[np.float64]
    need: NDArray[np.float64]
    lone: float
    rolls: NDArray[np.float64]


@pytest.fixture(scope="module")
def means() -> Means:
    scenario = Scenario.load("baseline")
    recorded: dict[tuple[str, str, int], list[float]] = {}
    ages, wards, need, lone, rolls = [], [], [], [], []
    for seed in SEEDS:
        town = Town(scenario, seed).run(2017)
        c, f = town.children, town.families
        band = town.band(0, 18)
        rows = band.start + np.flatnonzero(c.present[band] & c.resident[band])
        ages.append(np.bincount(town.year - c.cohort[rows], minlength=19))
        wards.append(np.bincount(c.ward[rows], minlength=16))
        poor = np.bincount(c.ward[rows], weights=f.need[c.family[rows]], minlength=16)
        need.append(poor / wards[-1])
        homes = np.unique(c.family[rows])
        lone.append(float(f.lone_parent[homes].mean()))
        primary = np.union1d(town.primaries, town.primaries_ks2)
        rolls.append(
            [int((town.schools.roll * town.schools.inside)[of].sum()) for of in (primary, town.secondaries)]
        )
        town.run(LAST)
        for indicator, group in town.recorded.keys:
            for year in range(2016, LAST + 1):
                value = town.recorded.value(indicator, group, year)
                if value is not None:
                    recorded.setdefault((indicator, group, year), []).append(value)
    averaged = {key: float(np.mean(values)) for key, values in recorded.items()}
    return Means(
        averaged,
        np.mean(ages, 0),
        np.mean(wards, 0),
        np.mean(need, 0),
        float(np.mean(lone)),
        np.mean(rolls, 0),
    )


@pytest.fixture(scope="module")
def place() -> Place:
    return Place.load("ipswich")


def test_single_ages_are_the_published_ones(means: Means, place: Place) -> None:
    published = place.ages.of(2017)[:19]
    assert np.abs(means.ages / published - 1).max() < 0.05
    assert means.ages.sum() == pytest.approx(32_370, rel=0.01)


def test_wards_have_their_children(means: Means, place: Place) -> None:
    published = place.wards.children_share / place.wards.children_share.sum() * place.ages.of(2017)[:19].sum()
    assert np.abs(means.wards / published - 1).max() < 0.05


def test_need_follows_the_deprivation_of_wards(means: Means, place: Place) -> None:
    assert np.corrcoef(means.need, place.wards.idaci_2019)[0, 1] > 0.97
    ratio = means.need / place.wards.idaci_2019
    assert ratio.max() / ratio.min() < 1.35


@pytest.mark.parametrize("measure", ["fsm", "fsm6"])
@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_free_meals_by_phase(means: Means, place: Place, measure: str, phase: str) -> None:
    published = place.value(f"{measure}_{phase}_2017")
    assert means.recorded[f"{measure}_{phase}", "all", 2017] == pytest.approx(published, abs=2)


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_language_by_phase(means: Means, place: Place, phase: str) -> None:
    assert means.recorded[f"eal_{phase}", "all", 2017] == pytest.approx(
        place.value(f"eal_{phase}_2017"), abs=2.5
    )


def test_lone_parents(means: Means, place: Place) -> None:
    assert means.lone * 100 == pytest.approx(place.value("lone_parent_families"), abs=3)


def test_school_sizes(means: Means, place: Place) -> None:
    """Residents of the ages, less the net outflow."""
    for at, (first, last), net in (
        (0, (5, 11), place.value("net_inflow_primary")),
        (1, (12, 16), -place.value("net_outflow_secondary")),
    ):
        pupils = place.ages.of(2017)[first : last + 1].sum() * (1 + net / 100)
        assert means.rolls[at] == pytest.approx(pupils, rel=0.03)


OBSERVED = [
    ("gld", "all", 2017, 69.7, 3),
    ("ks2_rwm", "all", 2016, 49, 3),
    ("ks2_rwm", "all", 2017, 56.3, 3),
    ("ks2_rwm", "all", 2018, 58.8, 3),
    ("ks2_rwm", "all", 2019, 60, 3),
    ("ks2_rwm", "disadvantaged", 2016, 33, 3),
    ("ks2_rwm", "disadvantaged", 2019, 45, 4),
    ("attainment8_mainstream", "all", 2016, 48.37, 1),
    ("attainment8_mainstream", "all", 2017, 44.92, 1),
    ("attainment8_mainstream", "all", 2018, 45.09, 1),
    ("attainment8_mainstream", "all", 2019, 45.04, 1),
    ("attainment8_mainstream", "disadvantaged", 2019, 36.44, 1),
    ("attainment8_mainstream", "other", 2019, 48.07, 1),
    # Numbers set to earlier inputs of the town (decision 27): wider by half until they are fitted anew.
    ("progress8_mainstream", "all", 2019, 0.06, 0.12),
    ("progress8_mainstream", "disadvantaged", 2019, -0.29, 0.12),
    ("progress8_mainstream", "other", 2019, 0.19, 0.12),
    ("em_grade4_mainstream", "all", 2019, 60.56, 3),
    ("em_grade4_mainstream", "disadvantaged", 2019, 42.77, 3),
    ("em_grade4_mainstream", "other", 2019, 66.85, 3),
    ("level2_em_by_19", "all", 2017, 63.4, 3),
    ("level2_em_by_19", "all", 2018, 61.5, 3),
    ("level2_em_by_19", "all", 2019, 61.5, 3),
    ("neet_16_17", "all", 2017, 5.4, 0.7),
    ("absence_secondary", "all", 2019, 5.83, 0.4),
    ("absence_primary", "all", 2017, 4.05, 0.4),
    ("absence_primary", "fsm", 2018, 6.3, 0.4),
    ("absence_primary", "non_fsm", 2018, 3.8, 0.4),
    ("absence_secondary", "fsm", 2018, 9.2, 0.4),
    ("absence_secondary", "non_fsm", 2018, 5.0, 0.4),
    ("he_by_19", "all", 2017, 36.2, 6),
    ("he_by_19", "fsm", 2017, 16.4, 6),
    ("he_by_19", "non_fsm", 2017, 38.3, 6),
    ("gld", "fsm", 2017, 56, 6),
    ("gld", "non_fsm", 2017, 73, 6),
    ("level3_by_19", "all", 2017, 55.3, 6),
]
"""Published for the town, or for Suffolk or England where a tolerance of 6, or of 0.4 points of
absence, is allowed."""


@pytest.mark.parametrize(("indicator", "group", "year", "published", "within"), OBSERVED)
def test_near_what_was_observed(
    means: Means, indicator: str, group: str, year: int, published: float, within: float
) -> None:
    assert means.recorded[indicator, group, year] == pytest.approx(published, abs=within)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("r_5_7", 0.67),
        ("r_7_11", 0.74),
        ("r_11_16", 0.72),
        ("r_5_11", 0.58),
        ("r_5_16", 0.52),
        ("r_7_16", 0.62),
    ],
)
def test_correlations_between_stages(means: Means, name: str, published: float) -> None:
    values = [means.recorded[name, "all", year] for year in (2017, 2018, 2019)]
    assert np.mean(values) == pytest.approx(published, abs=0.06)


def test_schools_spread_as_the_town_s_do(means: Means) -> None:
    years = (2017, 2018, 2019)
    assert np.mean([means.recorded["sd_ks2_schools", "all", y] for y in years]) == pytest.approx(
        17.5, abs=2.5
    )
    assert 0.12 <= np.mean([means.recorded["icc_ks2", "all", y] for y in years]) <= 0.20


def test_the_gap_grows_with_age(means: Means) -> None:
    """Less than England's grows: the town's gap at key stage 4 was the smaller one in 2019."""

    def gap(stage: int) -> float:
        return np.mean(
            [
                means.recorded[f"skill_{stage}", "other", y]
                - means.recorded[f"skill_{stage}", "disadvantaged", y]
                for y in (2017, 2018, 2019)
            ]
        ).item()

    assert gap(16) > gap(11) > gap(5) - 0.02


def test_neet_falls_with_qualification(means: Means) -> None:
    below, two, three = (means.recorded["neet_18_24", group, 2017] for group in ("below_l2", "l2", "l3"))
    assert below > 1.6 * two > 2.5 * three


def test_first_preferences_met(means: Means) -> None:
    """England 88% and 84%, Suffolk about 94% and 93%; approximate figures."""
    assert means.recorded["first_preference_primary", "all", 2017] > 75
    assert means.recorded["first_preference_secondary", "all", 2017] > 75


def test_adult_rank_follows_family_rank(means: Means) -> None:
    assert 0.18 <= means.recorded["rank_rank_slope", "all", 2017] <= 0.30
