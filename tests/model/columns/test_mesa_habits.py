"""A town under Mesa's habits: it ends where its scenario does, takes seeds as Mesa hands them, and runs in
batches."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from model.chance.seeds import seed_of
from model.scenario.scenario import Scenario
from model.town import Town

SMALL = Scenario.load("baseline").changed(scale=0.02, until=2001)


def step_while_running(town: Town) -> None:
    """The loop of Mesa's tutorials."""
    while town.running:
        town.step()


@pytest.mark.parametrize(
    "live",
    [
        step_while_running,
        Town.run_model,
        Town.run,
        lambda town: town.run_for(10),
        lambda town: town.run_until(100),
    ],
)
def test_it_ends_with_its_scenario(live: Callable[[Town], object]) -> None:
    town = Town(SMALL)
    assert town.running
    live(town)
    assert (town.year, town.time, town.steps, town.running) == (2001, 3.0, 3, False)
    live(town)
    assert (town.year, town.steps) == (2001, 3)
    with pytest.raises(RuntimeError, match=r"^the town has lived 2001, its scenario's last year$"):
        town.step()
    assert town.year == 2001


def test_it_lives_no_longer_than_asked() -> None:
    town = Town(SMALL)
    town.run_for(2)
    assert (town.year, town.running) == (2000, True)
    town.running = False
    town.run_model()
    assert town.year == 2000
    with pytest.raises(ValueError, match="until = 2002: is after 2001, the scenario's last year"):
        town.run(2002)
    with pytest.raises(ValueError, match=r"end_time = 2001: counts years from 1998; run\(\) takes a year"):
        town.run_until(2001)


def test_a_branch_ends_with_its_own_scenario() -> None:
    town = Town(SMALL).run()
    twin = town.branch(SMALL.changed(until=2002))
    assert (town.running, twin.running) == (False, True)
    twin.run_model()
    assert (twin.year, town.year) == (2002, 2001)


@pytest.mark.parametrize("given", [3, "3", " 3 ", np.int64(3), np.uint8(3)])
def test_one_seed_in_all_its_forms(given: Any) -> None:
    assert seed_of(given) == 3
    assert type(seed_of(given)) is int
    assert Town(SMALL, seed=given).seed == Town(SMALL, rng=given).seed == 3


def test_seeds_that_stand_for_a_number() -> None:
    for make in (
        lambda: np.random.default_rng(5),
        lambda: np.random.PCG64(5),
        lambda: np.random.SeedSequence(5),
        lambda: [1, 2, 3],
    ):
        assert seed_of(make()) == seed_of(make())
        assert 0 <= seed_of(make()) < 2**32
    assert seed_of([1, 2, 3]) != seed_of([1, 2, 4])
    generator = np.random.default_rng(5)
    assert seed_of(generator) != seed_of(generator)
    assert len({seed_of(None) for _ in range(20)}) == 20


def test_a_town_without_a_seed_says_which_it_has() -> None:
    town = Town(SMALL, seed=None).run()
    again = Town(SMALL, seed=town.seed).run()
    assert town.children.literacy.tobytes() == again.children.literacy.tobytes()


@pytest.mark.parametrize(
    "wrong", [3.0, 3.5, "3.0", "three", "-1", "", -1, 2**32, True, [], [1.5], np.float64(3)]
)
def test_what_is_no_seed_is_refused_in_one_sentence(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^seed = .*: must be a whole number from 0 to 4294967295$"):
        Town(SMALL, seed=wrong)


def test_a_seed_is_given_once() -> None:
    with pytest.raises(ValueError, match="give seed or rng, not both"):
        Town(SMALL, seed=3, rng=4)
    with pytest.raises(ValueError, match="give seed or rng, not both"):
        Town(SMALL, seed=0, rng=4)


def test_mesa_runs_batches_of_it() -> None:
    other = SMALL.changed(title="Other", switches={"peers": False})
    rows = mesa.batch_run(Town, {"scenario": [SMALL, other]}, rng=[1, np.int64(2)], display_progress=False)
    table = pd.DataFrame(rows)
    assert table["scenario"].tolist() == [SMALL, other, SMALL, other]
    assert table["seed"].tolist() == [1, 1, 2, 2]
    assert (table["Step"] == 3).all()
    assert (table["year"] == 2001).all()


def test_mesa_runs_a_batch_of_one_scenario_with_other_luck_each() -> None:
    long = SMALL.changed(until=2015, scale=0.1)
    with pytest.warns(DeprecationWarning, match="iterations"):
        rows = mesa.batch_run(
            Town,
            {"scenario": long, "draw": [np.int64(0)]},
            iterations=2,
            number_processes=1,
            data_collection_period=1,
            display_progress=False,
        )
    table = pd.DataFrame(rows)
    assert table.groupby("RunId")["year"].apply(list).tolist() == [list(range(1999, 2016))] * 2
    assert table["seed"].nunique() == 2
    last = table[table["year"] == 2015]
    for _, row in last.iterrows():
        lived = Town(long, seed=row["seed"]).run().recorded
        assert row["gld"] == pytest.approx(lived.value("gld", "all", 2015))
        assert row["gld, disadvantaged"] == pytest.approx(lived.value("gld", "disadvantaged", 2015))
    assert last["gld"].nunique() == 2
    assert table.loc[table["year"] == 1999, "gld"].isna().all()


def test_a_name_stands_for_its_scenario() -> None:
    assert Town("baseline").scenario == Scenario.load("baseline")


def test_its_collector_follows_it_and_can_be_another() -> None:
    town = Town(SMALL)
    town.step()
    assert len(town.datacollector.get_model_vars_dataframe()) == 1
    assert town.datacollector is town.datacollector
    town.step()
    for twin in (copy.deepcopy(town), pickle.loads(pickle.dumps(town))):
        assert len(twin.datacollector.get_model_vars_dataframe()) == 2
        twin.step()
        assert len(twin.datacollector.get_model_vars_dataframe()) == 3
    own = mesa.DataCollector(model_reporters={"schools": lambda model: len(model.schools.id)})
    town.datacollector = own
    town.datacollector.collect(town)
    assert town.datacollector is own
    assert own.get_model_vars_dataframe()["schools"].tolist() == [len(town.schools.id)]
