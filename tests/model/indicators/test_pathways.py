"""Paths from 5 to after 18, counted again person by person in a small town that nobody leaves or comes to."""

import copy

import numpy as np
import pytest
from numpy.typing import NDArray

from model.indicators.census import Census
from model.indicators.of_people import WINTER
from model.indicators.pathways import AXES, DESTINATIONS, LAG, SHAPE, paths
from model.indicators.record import RECORD_FROM
from model.rules import routes
from model.rules.national_standard import cut
from model.scenario.scenario import Scenario
from model.town import Town

UNTIL, LEFT = 2028, 2027
SMALL = {"scale": 0.05}
STAY = {**SMALL, "switches": {"migration": False}}


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed(STAY), seed=4).run(UNTIL)


@pytest.fixture(scope="module")
def moving() -> Town:
    return Town(Scenario.load("baseline").changed(SMALL), seed=4).run(2019)


def of_year(town: Town, year: int) -> NDArray[np.int32]:
    found: NDArray[np.int32] = town.recorded.paths[year - RECORD_FROM]
    return found


def by_hand(town: Town) -> NDArray[np.int32]:
    """Paths of last year's leavers, looked at one by one."""
    c, national = town.children, town.world.national
    lines = (("eyfsp", "gld", 14), ("ks2", "ks2_rwm", 8), ("ks4", "em_grade4", 3))
    found = np.zeros(SHAPE, np.int32)
    for row in np.flatnonzero(c.present & c.followed):
        scores = [(getattr(c, score)[row], cut(national(of, town.year - ago))) for score, of, ago in lines]
        if town.year - int(c.cohort[row]) != 19 or any(np.isnan(score) for score, _ in scores):
            continue
        if c.route[row] == routes.UNIVERSITY:
            where = "higher education, top third" if c.he[row] == 2 else "higher education, other"
        elif c.neet_terms[row] & WINTER:
            where = "not in education, employment or training"
        else:
            where = "apprenticeship" if c.route[row] == routes.APPRENTICE else "work or other learning"
        reached = (int(score > np.float32(line)) for score, line in scores)
        found[int(c.disadvantaged_at_16[row]), *reached, DESTINATIONS.index(where)] += 1
    return found


def test_every_path_is_that_of_the_people_who_took_it(town: Town, moving: Town) -> None:
    for each in (town, moving):
        np.testing.assert_array_equal(of_year(each, each.year - LAG), by_hand(each))
    assert (by_hand(town).sum(axis=(0, 1, 2, 3)) > 0).all()


def test_where_nobody_moves_the_cohort_is_that_of_reception(town: Town) -> None:
    record, found = town.recorded, of_year(town, LEFT)
    assert found.sum() == record.count("gld", "all", LEFT - 13)
    good = 100 * found[:, 1].sum() / found.sum()
    assert good == pytest.approx(record.value("gld", "all", LEFT - 13), abs=1e-3)


def test_where_somebody_moves_those_without_a_result_at_5_are_left_out(moving: Town) -> None:
    c, found = moving.children, of_year(moving, 2018)
    cohort = c.present & c.followed & (c.cohort == 2000)
    assert found.sum() == (cohort & ~np.isnan(c.eyfsp)).sum() < cohort.sum()


def test_higher_education_is_that_of_the_autumn_after(town: Town) -> None:
    found, c = of_year(town, LEFT), town.children
    cohort = c.present & c.followed & (c.cohort == town.year - 19)
    studies = found[..., :2].sum()
    assert studies == (cohort & (c.route == routes.UNIVERSITY)).sum()
    # Who waits a year has a place and no such destination yet.
    assert studies < (cohort & (c.he > 0)).sum()


def test_nothing_is_counted_before_the_destination_is_known(town: Town) -> None:
    years = np.array(town.recorded.years)
    lived = town.recorded.paths.sum(axis=(1, 2, 3, 4, 5)) > 0
    np.testing.assert_array_equal(lived, years <= UNTIL - LAG)
    assert town.recorded.paths.shape == (len(years), *SHAPE)
    assert len(AXES) == len(SHAPE)


def test_counting_changes_nothing_and_draws_no_chance(town: Town) -> None:
    twin = copy.deepcopy(town)
    np.testing.assert_array_equal(paths(Census(twin)), of_year(town, LEFT))
    for name in town.children.names:
        np.testing.assert_array_equal(getattr(twin.children, name), getattr(town.children, name))


def test_a_branch_keeps_the_paths_of_its_past() -> None:
    scenario = Scenario.load("baseline").changed(SMALL)
    trunk = Town(scenario, seed=1).run(2016)
    twin = trunk.branch(scenario)
    assert twin.recorded.paths.any()
    np.testing.assert_array_equal(twin.recorded.paths, trunk.recorded.paths)
    twin.run(2017)
    assert not of_year(trunk, 2016).any()
