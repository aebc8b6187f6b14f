"""What a set of agents in columns does: Mesa's own AgentSet is the measure of it."""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import mesa
import numpy as np
import pytest

from model.columns.agentset import ColumnAgentSet
from model.columns.table import ColumnError
from tests.model.columns.pasture import Dog, Pasture, Sheep


class OrdinarySheep(mesa.Agent[Any]):
    def __init__(self, model: Any, age: int, wool: float, flock: int) -> None:
        super().__init__(model)
        self.age, self.wool, self.flock = age, wool, flock

    @property
    def old(self) -> bool:
        return self.age > 10

    def bleat(self, times: int = 1) -> str:
        return "baa" * times + str(self.unique_id)


@pytest.fixture
def town() -> Pasture:
    return Pasture(sheep=40, dogs=3)


def both(town: Pasture) -> tuple[ColumnAgentSet[Sheep], Any]:
    """The sheep of the town, and ordinary Mesa agents with the same ids and values and an equal generator."""
    table, model = town.tables["sheep"], mesa.Model[Any, Any](rng=3)
    for row in table.rows_present():
        OrdinarySheep(model, table.age[row].item(), table.wool[row].item(), table.flock[row].item())
    return ColumnAgentSet(town, (Sheep,), random=Random(3)), model.agents


def ids(agents: Any) -> list[int]:
    return [agent.unique_id for agent in agents]


# As Mesa does it.


CHOICES: list[Callable[[Any], Any]] = [
    lambda s: s.select(),
    lambda s: s.select(lambda a: a.age > 7),
    lambda s: s.select(at_most=5),
    lambda s: s.select(at_most=0.3),
    lambda s: s.select(at_most=1.0),
    lambda s: s.select(at_most=0),
    lambda s: s.select(lambda a: a.age > 3, at_most=4),
    lambda s: s.select(lambda a: a.age > 3, at_most=0.2),
    lambda s: s.select(lambda a: False),
    lambda s: s.select(agent_type=mesa.Agent),
    lambda s: s.select(agent_type=Dog),
    lambda s: s.sort("age"),
    lambda s: s.sort("age", ascending=True),
    lambda s: s.sort("wool"),
    lambda s: s.sort(lambda a: (a.flock, -a.wool), ascending=True),
    lambda s: s.sort(lambda a: a.age % 3),
    lambda s: s.sort("old"),
    lambda s: s.shuffle(),
    lambda s: s.shuffle().shuffle().select(at_most=6),
    lambda s: s.shuffle().sort("flock"),
    lambda s: s.select(lambda a: a.flock == 2, inplace=True),
    lambda s: s.sort("wool", inplace=True).shuffle(inplace=True),
    lambda s: s.do("bleat", times=2),
    lambda s: s.to_list(),
    lambda s: copy.copy(s),
]


@pytest.mark.parametrize("choice", range(len(CHOICES)))
def test_choosing_and_ordering_are_mesas(town: Pasture, choice: int) -> None:
    ours, mesas = both(town)
    chosen, expected = CHOICES[choice](ours), CHOICES[choice](mesas)
    assert ids(chosen) == ids(expected)
    assert ids(ours) == ids(mesas)


VALUES: list[Callable[[Any], Any]] = [
    lambda s: len(s),
    lambda s: list(s.get("age")),
    lambda s: list(s.get("unique_id")),
    lambda s: list(s.get("old")),
    lambda s: s.get(["age", "wool", "old"]),
    lambda s: s.get([]),
    lambda s: list(s.get("horns", handle_missing="default", default_value=2)),
    lambda s: s.get(["age", "horns"], handle_missing="default"),
    lambda s: s.agg("age", sum),
    lambda s: s.agg("wool", max),
    lambda s: s.agg("wool", np.mean),
    lambda s: s.agg("age", [min, max, len]),
    lambda s: s.map("bleat", 2),
    lambda s: s.map(lambda a, plus: a.age + plus, plus=1),
    lambda s: s.groupby("flock").count(),
    lambda s: list(s.groupby("flock").count()),
    lambda s: s.groupby(lambda a: "old" if a.old else "young").count(),
    lambda s: s.groupby("flock").agg("age", sum),
    lambda s: s.groupby("flock", result_type="list").agg("wool", max),
    lambda s: s.groupby("old").map(len),
    lambda s: s.groupby("flock").map("agg", "age", min),
    lambda s: {flock: ids(group) for flock, group in s.groupby("flock")},
    lambda s: {flock: ids(group) for flock, group in s.groupby("flock", result_type="list")},
    lambda s: len(s.groupby("flock")),
    lambda s: [a.unique_id in ids(s) and a in s for a in s],
]


@pytest.mark.parametrize("value", range(len(VALUES)))
def test_values_and_groups_are_mesas(town: Pasture, value: int) -> None:
    ours, mesas = both(town)
    assert VALUES[value](ours) == VALUES[value](mesas)


def test_do_and_shuffle_do_go_in_mesas_order(town: Pasture) -> None:
    ours, mesas = both(town)
    for name in ("do", "shuffle_do"):
        seen: tuple[list[int], list[int]] = ([], [])
        for those, order in zip((ours, mesas), seen, strict=True):
            getattr(those, name)(lambda agent, order: order.append(agent.unique_id), order)
        assert seen[0] == seen[1]
        assert ids(ours) == ids(mesas)
    assert ours.shuffle_do("bleat") is ours


def test_shuffling_uses_the_models_generator_or_one_that_is_passed(town: Pasture) -> None:
    again = Pasture(sheep=40, dogs=3)
    assert ids(town.agents.shuffle()) == ids(again.agents.shuffle())
    assert ids(town.agents.shuffle()) != ids(town.agents)
    left, right = (ids(town.agents.shuffle(rng=np.random.default_rng(5))) for _ in range(2))
    assert left == right
    assert sorted(left) == sorted(ids(town.agents))
    assert ids(town.agents.shuffle(rng=Random(5))) == ids(town.agents.shuffle(rng=Random(5)))


# What is more than Mesa's.


def test_where_chooses_by_columns(town: Pasture) -> None:
    sheep, table = town.agents_by_type[Sheep], town.tables["sheep"]
    expected = (np.flatnonzero((table.age[:40] > 4) & (table.flock[:40] == 1)) + 1).tolist()
    assert ids(sheep.select(where=lambda c: (c.age > 4) & (c.flock == 1))) == expected
    assert ids(sheep.select(where=table.flock[:40] == 1).select(where=lambda c: c.age > 4)) == expected
    assert ids(sheep.select(lambda a: a.age > 4, where=lambda c: c.flock == 1, at_most=2)) == expected[:2]
    for wrong in (np.ones(3, bool), lambda c: c.age, lambda c: True):
        with pytest.raises(ValueError, match="where: must give 40 bools"):
            sheep.select(where=wrong)
    with pytest.raises(AttributeError, match="Sheep has no column 'wol'; did you mean 'wool'"):
        sheep.select(where=lambda c: c.wol > 1)


@pytest.mark.parametrize("at_most", [-1, 1.5, -0.1, float("nan")])
def test_at_most_is_a_number_or_a_share(town: Pasture, at_most: float) -> None:
    with pytest.raises(ValueError, match=r"at_most = .*: must be a whole number from 0, or a share"):
        town.agents.select(at_most=at_most)


def test_values_have_pythons_width_and_are_the_sets_own(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep]
    town.write("sheep", "age", slice(0, 40), 200)
    assert sheep.agg("age", sum) == 8000  # a sum of uint8 would wrap at 256
    assert [sheep.get(name).dtype for name in ("age", "wool", "present")] == [np.int64, np.float64, np.bool_]
    ages = sheep.get("age")
    ages[:] = 0
    assert town.tables["sheep"].age[0] == 200


def test_a_set_over_several_tables(town: Pasture) -> None:
    everybody = town.agents.shuffle()
    assert len(everybody) == 43
    assert {type(agent) for agent in everybody} == {Sheep, Dog}
    assert everybody.get("age").tolist() == [agent.age for agent in everybody]
    assert everybody.get("wool") == [agent.wool for agent in everybody]  # a float of sheep, an int of dogs
    flocks = everybody.get("flock", handle_missing="default", default_value="none")
    assert flocks == [getattr(agent, "flock", "none") for agent in everybody]
    with pytest.raises(AttributeError, match="Dog has no column 'flock'"):
        everybody.get("flock")
    assert ids(everybody.select(agent_type=Dog)) == [a.unique_id for a in everybody if isinstance(a, Dog)]
    assert np.isnan(everybody.select(agent_type=Dog).get("nose")).all()
    assert everybody.groupby("age").agg("age", len) == everybody.groupby(lambda a: a.age).count()
    assert everybody.groupby("wool").count() == everybody.groupby(lambda a: a.wool).count()


def test_groups_take_several_functions(town: Pasture) -> None:
    groups = town.agents_by_type[Sheep].groupby("flock")
    several, ages = groups.agg("age", (min, max)), groups.map("get", "age")
    assert several == {flock: [min(ages[flock]), max(ages[flock])] for flock in ages}


def test_an_attribute_that_is_missing_or_a_wrong_option_is_an_error(town: Pasture) -> None:
    sheep = town.agents_by_type[Sheep]
    for those in (sheep, sheep[:0]):
        with pytest.raises(AttributeError, match="Sheep has no column 'wol'; did you mean 'wool'"):
            those.get("wol")
    with pytest.raises(ValueError, match="handle_missing = 'skip'"):
        sheep.get("wool", handle_missing="skip")
    with pytest.raises(ValueError, match="result_type = 'set'"):
        sheep.groupby("flock", result_type="set")
    assert sheep[:0].get("wool").dtype == np.float64
    assert sheep[:0].get("old") == []
    assert sheep.select(agent_type=Dog).get("anything") == []


def test_writing_obeys_the_open_phase_and_is_all_or_nothing(town: Pasture) -> None:
    everybody = town.agents
    with pytest.raises(ColumnError, match=r"sheep.age is read-only: no phase is open"):
        everybody.set("age", 3)
    town.tables["sheep"].open("birthday")
    before = everybody.get("age").tolist()
    with pytest.raises(ColumnError, match=r"dog.age is read-only"):
        everybody.set("age", 3)
    town.tables["dog"].open("birthday")
    with pytest.raises(ColumnError, match=r"dog.age = 31: must be between 0 and 30"):
        everybody.set("age", 31)
    assert everybody.get("age").tolist() == before
    assert everybody.set("age", 3) is everybody
    assert set(everybody.get("age")) == {3}
    mixed = everybody.shuffle()
    mixed.set("age", np.arange(43) % 20)
    assert mixed.get("age").tolist() == [at % 20 for at in range(43)]
    with pytest.raises(ValueError, match=r"age: got \(2,\) values for 43 agents"):
        everybody.set("age", [1, 2])
    with pytest.raises(AttributeError, match="Sheep has no column 'aeg'; did you mean 'age'"):
        everybody.set("aeg", 1)
