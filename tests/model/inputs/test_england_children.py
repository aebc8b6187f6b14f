"""The measuring rod, lived: England's children have skill of SD 1, and England's gaps, at every age."""

import numpy as np
import pytest

from model.scenario.scenario import Scenario
from model.world.world import World
from tests.model.inputs.england_children import Children, Nation

CHILDREN = 100_000
AGES = (0, 2, 5, 8, 11, 14, 16, 18)


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(Scenario.load("baseline"))


@pytest.fixture(scope="module")
def nation(world: World) -> Nation:
    return Children(world, CHILDREN).live()


@pytest.mark.parametrize("age", AGES)
def test_skill_has_variance_1(nation: Nation, age: int) -> None:
    """After every part: trait, need, language, sex, school, teacher, classmates, absence, income, noise."""
    assert nation.variance[age] == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("age", AGES)
def test_skill_has_mean_0(nation: Nation, age: int) -> None:
    assert nation.mean[age] == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize("age", [5, 11, 16])
def test_englands_gap_comes_back(nation: Nation, world: World, age: int) -> None:
    p = world.parameters.learning
    published = np.interp(age, p.gap_ages, p.gap_skill)
    assert nation.gap[age] == pytest.approx(published, abs=0.06)


def test_the_gap_grows_with_age(nation: Nation) -> None:
    assert nation.gap[0] < nation.gap[5] < nation.gap[16]


@pytest.mark.parametrize("age", AGES)
def test_socio_emotional_skill_keeps_its_spread_and_its_gap(nation: Nation, world: World, age: int) -> None:
    assert nation.socio_sd[age] == pytest.approx(1.0, abs=0.03)
    assert nation.socio_gap[age] == pytest.approx(world.parameters.learning.socio_gap, abs=0.03)


@pytest.mark.parametrize("age", AGES)
def test_each_subject_has_sd_1(nation: Nation, age: int) -> None:
    assert nation.subject_sd[age] == pytest.approx(1.0, abs=0.03)
