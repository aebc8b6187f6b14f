"""A town built from the tables, far from Ipswich's mix, is as published in 2017: its children, their free
meals in both phases, languages and families."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.inputs.place import Place
from model.scenario.scenario import Scenario
from model.town import Town

pytestmark = pytest.mark.town

NAME, SCALE = "newham", 0.2
"""Many languages, and more free meals in secondary schools than in primary schools, which feed everybody."""


@pytest.fixture(scope="module")
def place() -> Place:
    return Place.load(NAME)


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed({"place": NAME, "scale": SCALE}), seed=1).run(2017)


def residents(town: Town, first: int, last: int) -> NDArray[Any]:
    band, c = town.band(first, last), town.children
    rows: NDArray[Any] = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    return rows


def test_children_are_as_many_as_counted(town: Town, place: Place) -> None:
    rows, counted = residents(town, 0, 18), place.ages.of(2017)[:19] * SCALE
    lived = np.bincount(town.year - town.children.cohort[rows], minlength=19)
    assert lived[0] == round(counted[0])
    assert lived.sum() == pytest.approx(counted.sum(), rel=0.015)
    # Chance of who leaves, in some 900 children of an age: an SD of about 2%.
    assert np.abs(lived / counted - 1).max() < 0.08


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_free_meals_are_as_published_in_both_phases(town: Town, place: Place, phase: str) -> None:
    lived = town.recorded.value(f"fsm_{phase}", "all", 2017)
    assert lived == pytest.approx(place.value(f"fsm_{phase}_2017"), abs=2)


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_languages_are_as_published(town: Town, place: Place, phase: str) -> None:
    lived = town.recorded.value(f"eal_{phase}", "all", 2017)
    assert lived == pytest.approx(place.value(f"eal_{phase}_2017"), abs=4)


def test_lone_parents_are_as_published(town: Town, place: Place) -> None:
    homes = np.unique(town.children.family[residents(town, 0, 18)])
    assert 100 * town.families.lone_parent[homes].mean() == pytest.approx(
        place.value("lone_parent_families"), abs=3
    )


def test_need_is_the_same_whoever_the_parents_are(town: Town) -> None:
    """Families who moved in, and those of parents who grew up here, stand where the town stands."""
    c, f = town.children, town.families
    rows = residents(town, 0, 11)
    need, own = f.need[c.family[rows]], f.parent[c.family[rows]] > 0
    assert own.sum() > 500
    assert need[own].mean() == pytest.approx(need[~own].mean(), abs=0.05)
    assert need.mean() == pytest.approx(town.world.need_share(2017), abs=0.02)


def test_as_many_leave_as_is_stated_in_a_year_in_which_more_are_in_need(town: Town) -> None:
    world = town.world
    assert world.need_share(2012) > 1.2 * world.need_share(2017)
    assert world.need_share(2017) == pytest.approx(world.need_ratio * 0.142, rel=0.01)


def test_private_renting_goes_with_the_place_s_figure(town: Town, place: Place) -> None:
    odds = [share / (1 - share) for share in (town.world.out_mean_rent, 0.27)]
    here, there = place.value("private_rent") / 100, 0.229
    assert odds[0] / odds[1] == pytest.approx(here / (1 - here) / (there / (1 - there)))
