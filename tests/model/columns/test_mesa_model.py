"""A Mesa model whose agents live in columns: data collection, copies, pickles, and two models at once."""

import copy
import pickle
from typing import Any

import mesa
import numpy as np
import pytest

from model.columns.agent import ColumnAgent
from model.columns.agentset import ColumnAgentSet
from model.columns.mesa_model import ColumnModel
from tests.model.columns.pasture import Dog, Pasture, Sheep


def test_the_agents_of_a_model_are_those_of_its_tables() -> None:
    town = Pasture(sheep=8, dogs=2)
    assert isinstance(town, mesa.Model)
    assert isinstance(town.agents, ColumnAgentSet)
    assert len(town.agents) == 10
    assert town.agent_types == [Sheep, Dog]
    assert list(town.agents_by_type) == [Sheep, Dog]
    assert [len(agents) for agents in town.agents_by_type.values()] == [8, 2]
    town.write("dog", "id", 2, 1003)
    assert len(town.agents) == 11
    assert len(Pasture(sheep=0, dogs=0).agents) == 0


def test_a_model_steps_in_mesas_time() -> None:
    town = Pasture()
    age = town.mean_age
    town.run_for(3)
    assert (town.time, town.steps) == (3, 3)
    assert town.mean_age == age + 3


def test_rng_gives_both_generators() -> None:
    one, two = Pasture(rng=0), Pasture(rng=0)
    assert one.random.random() == two.random.random()
    assert one.rng.random() == two.rng.random()


def test_two_models_alive_at_once() -> None:
    one, two = Pasture(sheep=8), Pasture(sheep=9)
    ages = two.agents.get("age").tolist()
    one.run_for(2)
    one.write("sheep", "flock", slice(0, 8), 7)
    assert two.agents.get("age").tolist() == ages
    assert set(one.agents_by_type[Sheep].get("flock")) == {7}
    assert 7 not in set(two.agents_by_type[Sheep].get("flock"))
    assert all(agent.model is two for agent in two.agents)


def test_what_would_leave_an_agent_out_of_the_tables_is_refused() -> None:
    town = Pasture()
    with pytest.raises(TypeError, match="Agent cannot be registered: this model's agents live in its tables"):
        mesa.Agent(town)
    with pytest.raises(TypeError, match="Sheep cannot be deregistered"):
        town.deregister_agent(Sheep(town, 0))
    with pytest.raises(TypeError, match="the agents cannot be removed"):
        town.remove_all_agents()
    with pytest.raises(AttributeError, match=r"model.agents cannot be set"):
        town.agents = []
    with pytest.raises(TypeError, match="Confused: two agent kinds have the same name: sheep, sheep"):
        type("Confused", (ColumnModel,), {"agent_kinds": (Sheep, Sheep)})


def collector() -> mesa.DataCollector:
    return mesa.DataCollector(
        model_reporters={"mean": "mean_age", "count": lambda town: len(town.agents)},
        agent_reporters={"age": "age", "old": lambda agent: agent.age > 10},
        agenttype_reporters={Sheep: {"wool": "wool"}, Dog: {"nose": "nose"}, ColumnAgent: {"id": "id"}},
    )


def test_mesas_data_collector_works_on_models_agents_and_kinds() -> None:
    town = Pasture(sheep=8, dogs=2)
    gathered = collector()
    for _ in range(2):
        gathered.collect(town)
        town.step()
    table = town.tables["sheep"]
    of_model = gathered.get_model_vars_dataframe()
    assert of_model["count"].tolist() == [10, 10]
    assert of_model["mean"].tolist() == [town.mean_age - 2, town.mean_age - 1]
    of_agents = gathered.get_agent_vars_dataframe()
    assert of_agents.shape == (20, 2)
    assert of_agents.loc[(1.0, 3), "age"] == table.age[2] - 1
    wool = gathered.get_agenttype_vars_dataframe(Sheep)
    np.testing.assert_array_equal(wool["wool"].to_numpy()[:8], table.wool[:8])
    assert gathered.get_agenttype_vars_dataframe(Dog).shape == (4, 1)
    assert gathered.get_agenttype_vars_dataframe(ColumnAgent).shape == (20, 1)


def _copies(town: Pasture) -> list[Any]:
    return [pickle.loads(pickle.dumps(town)), copy.deepcopy(town)]


def test_a_model_is_pickled_and_copied_whole_and_lives_on_alone() -> None:
    town = Pasture()
    town.run_for(2)
    for twin in _copies(town):
        ages = town.agents.get("age")
        assert twin.agents.get("age").tolist() == ages.tolist()
        assert (twin.time, twin.steps) == (2, 2)
        assert twin.agents.model is twin
        assert twin.agents.random is twin.random is not town.random
        assert twin.random.getstate() == town.random.getstate()
        twin.step()
        assert (twin.time, town.time) == (3, 2)
        assert twin.agents.get("age").tolist() == (ages + 1).tolist()
        assert town.agents.get("age").tolist() == ages.tolist()
        assert twin.step.__self__ is twin
        for again in _copies(twin):
            again.step()
            assert (again.time, again.steps, twin.time) == (4, 4, 3)


def test_a_copied_model_keeps_what_its_collector_has_gathered() -> None:
    town = Pasture()
    town.collector = mesa.DataCollector(model_reporters={"mean": "mean_age"})
    town.collector.collect(town)
    for twin in _copies(town):
        twin.step()
        twin.collector.collect(twin)
        assert len(twin.collector.get_model_vars_dataframe()) == 2
    assert len(town.collector.get_model_vars_dataframe()) == 1
    town.collector = collector()  # one that holds functions is copied too, though Python cannot pickle those
    town.collector.collect(town)
    last: Any = copy.deepcopy(town)
    last.step()
    last.collector.collect(last)
    assert len(last.collector.get_agent_vars_dataframe()) == 20
    assert len(town.collector.get_agent_vars_dataframe()) == 10


def test_handles_kept_by_a_model_come_along_in_a_copy() -> None:
    town: Any = Pasture()
    town.pets = {Sheep(town, 0), Dog(town, 1)}
    for twin in _copies(town):
        assert all(pet.model is twin for pet in twin.pets)
        assert {pet.unique_id for pet in twin.pets} == {1, 1002}
        assert Sheep(twin, 0) in twin.pets
