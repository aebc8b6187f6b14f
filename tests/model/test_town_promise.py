"""The promise of keyed chance, kept by whole towns: the same people have the same luck whatever
else is so."""

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from model.scenario.scenario import Scenario
from model.town import Town

LUCK_ONLY = ("girl", "month", "absence_trait", "frailty")
"""Columns of a child that nothing but its own luck decides."""

UNCOUPLED = {
    f"switches.{name}": False
    for name in ("peers", "school_choice", "staffing_feedback", "next_generation", "trust", "rival_places")
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load("baseline").changed(scale=0.05, until=2012)


def columns(town: Town, names: tuple[str, ...] | None = None) -> dict[str, NDArray[np.generic]]:
    """Columns of all children in use, in the order of their ids."""
    c = town.children
    rows = c.rows_used()
    rows = rows[np.argsort(c.id[rows])]
    return {name: c.array(name)[rows] for name in (names or c.names)}


def same(a: dict[str, NDArray[np.generic]], b: dict[str, NDArray[np.generic]]) -> None:
    for name, values in a.items():
        assert values.tobytes() == b[name].tobytes(), name


def digest(arguments: tuple[Scenario, int]) -> bytes:
    town = Town(arguments[0], seed=arguments[1]).run()
    return pickle.dumps(columns(town))


def test_two_runs_with_the_same_key_are_equal_bit_for_bit(scenario: Scenario) -> None:
    same(columns(Town(scenario, seed=7).run()), columns(Town(scenario, seed=7).run()))


def test_another_process_gives_the_same_bits(scenario: Scenario) -> None:
    here = digest((scenario, 7))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(digest, [(scenario, 7), (scenario, 7)])) == [here, here]


def test_seeds_differ_and_zero_is_a_seed(scenario: Scenario) -> None:
    zero, one = Town(scenario, seed=0).run(2000), Town(scenario, seed=1).run(2000)
    assert zero.children.frailty.tobytes() != one.children.frailty.tobytes()


def test_a_copied_and_a_pickled_town_live_on_alike(scenario: Scenario) -> None:
    town = Town(scenario, seed=3).run(2004)
    twin, loaded = copy.deepcopy(town), pickle.loads(pickle.dumps(town))
    town.run()
    same(columns(town), columns(twin.run()))
    same(columns(town), columns(loaded.run()))


def test_two_towns_alive_at_once_do_not_meet(scenario: Scenario) -> None:
    alone = columns(Town(scenario, seed=5).run())
    a, b = Town(scenario, seed=5), Town(scenario.changed(scale=0.1), seed=6)
    while a.year < scenario.until:
        a.step()
        b.step()
    same(alone, columns(a))


def test_a_larger_town_gives_the_children_of_both_the_same_luck(scenario: Scenario) -> None:
    small, large = Town(scenario, seed=2).run(), Town(scenario.changed(scale=0.1), seed=2).run()
    a, b = columns(small, ("id", *LUCK_ONLY)), columns(large, ("id", *LUCK_ONLY))
    _, in_a, in_b = np.intersect1d(a["id"], b["id"], return_indices=True)
    assert len(in_a) > 500
    for name in LUCK_ONLY:
        assert (a[name][in_a] == b[name][in_b]).all(), name


def test_one_more_child_changes_nobody_elses_luck(scenario: Scenario) -> None:
    """With the couplings off it also changes hardly anybody's life: few newborns have other parents."""
    apart = scenario.changed(UNCOUPLED)
    exact = round(int(Town(apart).world.flows.births[2005 - 1980]) / apart.scale)
    more = exact + round(1 / apart.scale)
    first, second = (
        Town(apart.changed({"births": {"2005": births}}), seed=1).run() for births in (exact, more)
    )
    one, other = first.world.flows, second.world.flows
    assert other.births.sum() == one.births.sum() + 1
    entered = 1 + int(np.abs(other.arrivals - one.arrivals).sum())
    # A newborn with other parents may have moved away with one family and not with the other.
    left, right = first.children.id, second.children.id
    others = set(left.tolist()) ^ set(right.tolist())
    assert len(others) <= entered + 2
    entry = {"arrival": 0, "born": 0}
    for town in (first, second):
        c = town.children
        rows = np.flatnonzero(np.isin(c.id, list(others)))
        entry["born"] += int((c.entered[rows] == c.cohort[rows]).sum())
        entry["arrival"] += int((c.entered[rows] > c.cohort[rows]).sum())
    assert entry["arrival"] <= entered - 1
    assert entry["born"] <= 1 + 2
    a, b = columns(first), columns(second)
    _, in_a, in_b = np.intersect1d(a["id"], b["id"], return_indices=True)
    for name in LUCK_ONLY:
        assert a[name][in_a].tobytes() == b[name][in_b].tobytes(), name
    same_life = np.ones(len(in_a), np.bool_)
    for name in ("theta", "literacy", "numeracy", "socio", "absence", "fsm", "ks2"):
        left, right = a[name][in_a], b[name][in_b]
        same_life &= (left == right) | (np.isnan(left) & np.isnan(right) if left.dtype.kind == "f" else False)
    assert same_life.mean() > 0.995


def test_one_more_school_changes_no_childs_luck(scenario: Scenario) -> None:
    """A town of twice the schools: the same children draw the same, wherever they are taught."""
    a, b = Town(scenario, seed=9).run(), Town(scenario.changed(scale=0.075), seed=9).run()
    assert len(b.schools.id) > len(a.schools.id)
    left, right = columns(a, ("id", "frailty", "month")), columns(b, ("id", "frailty", "month"))
    _, in_a, in_b = np.intersect1d(left["id"], right["id"], return_indices=True)
    assert (left["frailty"][in_a] == right["frailty"][in_b]).all()


@pytest.mark.parametrize(
    "switch", ["peers", "school_choice", "migration", "staffing_feedback", "next_generation", "trust"]
)
def test_every_switch_does_something(scenario: Scenario, switch: str) -> None:
    usual = Town(scenario, seed=1).run()
    without = Town(scenario.changed({f"switches.{switch}": False}), seed=1).run()
    if switch == "trust":
        assert usual.families.trust.tobytes() != without.families.trust.tobytes()
    else:
        assert usual.children.literacy.tobytes() != without.children.literacy.tobytes()


def test_without_migration_children_stay_as_they_were_born(scenario: Scenario) -> None:
    town = Town(scenario.changed({"switches.migration": False}), seed=1).run()
    c = town.children
    for age in range(1, 13):
        band = town.band(age, age)
        residents = int((c.present[band] & c.resident[band]).sum())
        assert residents == int(town.world.flows.births[town.year - age - town.first_cohort])


def test_without_the_next_generation_nobody_who_grew_up_here_is_a_parent(scenario: Scenario) -> None:
    usual = Town(scenario, seed=1).run()
    without = Town(scenario.changed({"switches.next_generation": False}), seed=1).run()
    assert (usual.families.parent > 0).sum() > 0
    assert (without.families.parent > 0).sum() == 0
