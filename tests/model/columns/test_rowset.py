"""Who is in a set of agents in columns; and that no agent is made that nobody looks at."""

import copy
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model.columns.agent import ColumnAgent
from model.columns.agentset import ColumnAgentSet
from tests.model.columns.pasture import Dog, Pasture, Sheep


@pytest.fixture
def town() -> Pasture:
    return Pasture(sheep=40, dogs=3)


def ids(agents: Any) -> list[int]:
    return [agent.unique_id for agent in agents]


def test_one_agent_by_position_or_id(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep]
    assert (sheep[0], sheep[-1], sheep.first()) == (Sheep(town, 0), Sheep(town, 39), Sheep(town, 0))
    assert ids(sheep[2:5]) == [3, 4, 5]
    assert isinstance(sheep[2:5], ColumnAgentSet)
    assert town.agents.by_id(1002) == Dog(town, 1)
    with pytest.raises(IndexError):
        sheep[40]
    with pytest.raises(LookupError, match="the set is empty"):
        sheep[:0].first()
    with pytest.raises(LookupError, match="nobody of this set has the id 5000"):
        sheep.by_id(5000)
    town.write("dog", "id", 0, 7)
    with pytest.raises(LookupError, match="sheep and dog of this set has the id 7"):
        town.agents.by_id(7)
    assert Dog(town, 0) in town.agents
    assert Dog(town, 0) not in sheep
    assert Sheep(Pasture(), 0) not in sheep
    assert "wolf" not in sheep
    assert repr(town.agents) == "ColumnAgentSet(43 of sheep, dog)"


def test_a_set_is_of_the_models_own_kinds(town: Pasture) -> None:
    class Goat(Sheep):
        pass

    with pytest.raises(ValueError, match="Goat is none of the model's agent kinds: Sheep, Dog"):
        ColumnAgentSet(town, (Goat,))


def test_nobody_is_added_or_removed(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep]
    dolly = sheep[0]
    changes: list[Any] = [
        sheep.add,
        sheep.discard,
        sheep.remove,
        lambda _: sheep.clear(),
        lambda _: sheep.pop(),
    ]
    for change in changes:
        with pytest.raises(TypeError, match="people come and leave in the year's phases"):
            change(dolly)
    assert len(sheep) == 40


def test_a_set_from_before_somebody_left_does_not_read_another_in_his_place(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep]
    old, young = sheep.select(where=sheep.get("row") < 5), sheep.select(where=sheep.get("row") >= 5)
    town.write("sheep", "id", [1, 2], [0, 500])
    uses: list[Callable[[], Any]] = [
        lambda: old.get("age"),
        lambda: old.groupby("flock"),
        lambda: old.select(where=lambda c: c.age > 1),
        lambda: sheep.agg("age", sum),
        lambda: sheep.sort("age"),
        lambda: sheep.map(lambda agent: agent.age),
    ]
    for use in uses:
        with pytest.raises(
            LookupError, match=r"agents of the table sheep have left since this set was made|sheep 2 has left"
        ):
            use()
    town.tables["sheep"].open("birthday")
    with pytest.raises(LookupError, match="2 of 5 agents of the table sheep have left"):
        old.set("age", 3)
    assert len(young.get("age")) == 35
    assert len(town.agents_by_type[Sheep]) == 39
    assert 500 in town.agents_by_type[Sheep].get("unique_id")
    town.write("sheep", "present", 10, False)
    assert len(town.agents_by_type[Sheep]) == 38


@pytest.mark.parametrize("operation", [operator.and_, operator.or_, operator.sub, operator.xor])
def test_sets_of_one_model_combine_and_compare(town: Pasture, operation: Callable[[Any, Any], Any]) -> None:
    left = town.agents.select(where=lambda c: c.age > 5)
    right = town.agents_by_type[Sheep].select(where=lambda c: c.flock > 1)
    got = operation(left, right)
    assert set(got) == operation(set(left), set(right))
    assert len(got) == len(set(got))
    assert got == town.agents.shuffle().select(lambda agent: agent in got)
    assert (got <= left) == (set(got) <= set(left))
    assert left != right
    assert left != 3
    with pytest.raises(TypeError, match="only with one of the same model"):
        operation(left, Pasture().agents)
    with pytest.raises(TypeError, match="only with one of the same model"):
        operation(left, {left[0]})


def test_a_set_survives_pickling_and_copying(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep].shuffle()
    for twin in (pickle.loads(pickle.dumps(sheep)), copy.deepcopy(sheep)):
        assert twin.get("wool").tolist() == sheep.get("wool").tolist()
        assert twin.model is not town
        assert twin.random is twin.model.random
    twin = sheep.copy()
    twin.select(at_most=3, inplace=True)
    assert (len(twin), len(sheep)) == (3, 40)
    assert sheep == copy.copy(sheep)
    handles = sheep.to_list()
    assert ids(sheep._update(handles[:2])) == ids(handles[:2])
    with pytest.raises(ValueError, match="an agent of another model"):
        sheep._update([Sheep(Pasture(), 0)])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the handles made since, in order."""
    ids: list[int] = []
    original: Callable[..., None] = ColumnAgent.__init__

    def counted(self: ColumnAgent, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        ids.append(self.unique_id)

    monkeypatch.setattr(ColumnAgent, "__init__", counted)
    return ids


def test_nothing_is_made_by_what_works_on_columns(made: list[int]) -> None:
    town = Pasture(sheep=100_000, dogs=3)
    everybody, sheep = town.agents, town.agents_by_type[Sheep]
    assert len(everybody) == 100_003
    sheep.get("wool")
    sheep.get(["unique_id", "age"])
    everybody.agg("age", [np.mean, max])
    chosen = sheep.select(where=lambda c: (c.age > 4) & c.present).select(agent_type=Sheep, at_most=0.5)
    groups = chosen.shuffle().sort("wool").groupby("flock")
    groups.agg("wool", np.mean)
    groups.map("agg", "age", np.mean)
    groups.do(len).count()
    assert chosen & sheep == chosen
    town.tables["sheep"].open("birthday")
    chosen.set("age", 3)
    copy.copy(chosen)[10:20]
    pickle.dumps(town)
    assert made == []


def test_looking_at_one_agent_makes_one(made: list[int]) -> None:
    town = Pasture(sheep=100_000, dogs=3)
    assert town.agents[77_776].wool > 0
    assert town.agents_by_type[Sheep].by_id(500).bleat() == "baa500"
    assert next(iter(town.agents)).age >= 0
    assert town.agents.select(lambda a: a.unique_id > 2, at_most=1).first().id == 3
    assert made == [77_777, 500, 1, 1, 2, 3, 3]


def test_iteration_makes_one_at_a_time(made: list[int]) -> None:
    for count, agent in enumerate(Pasture(sheep=50).agents, start=1):
        assert len(made) == count
        if agent.unique_id == 7:
            break
    assert made == [1, 2, 3, 4, 5, 6, 7]
