"""Handles: one agent of a table as a Mesa agent, made when looked at and never registered."""

import copy
import pickle
from typing import Any, ClassVar

import mesa
import numpy as np
import pytest

from model.columns.agent import ColumnAgent
from model.columns.table import Column, ColumnError
from tests.model.columns.pasture import ID, Dog, Pasture, Sheep


def test_a_handle_is_a_mesa_agent_that_reads_its_row() -> None:
    town = Pasture()
    dolly = Sheep(town, 3)
    assert isinstance(dolly, mesa.Agent)
    assert (dolly.unique_id, dolly.id, dolly.row, dolly.pos) == (4, 4, 3, None)
    assert (dolly.model, dolly.random, dolly.rng) == (town, town.random, town.rng)
    assert repr(dolly) == "Sheep(id=4, row=3)"
    table = town.tables["sheep"]
    assert (dolly.wool, dolly.age, dolly.present) == (table.wool[3], table.age[3], True)
    assert [type(dolly.wool), type(dolly.age), type(dolly.present)] == [float, int, bool]
    town.write("sheep", "wool", 3, 7.5)
    assert dolly.wool == 7.5
    assert dolly.bleat(2) == "baabaa4"


def test_a_handle_is_not_registered_and_its_model_counts_nobody_twice() -> None:
    town = Pasture(sheep=8, dogs=2)
    handles = [Sheep(town, 0), Sheep(town, 0), Dog(town, 1)]
    assert len(town.agents) == 10
    assert handles[0] is not handles[1]


def test_two_handles_are_equal_where_model_kind_and_id_are() -> None:
    town, other = Pasture(), Pasture()
    assert Sheep(town, 2) == Sheep(town, 2)
    assert len({Sheep(town, 2), Sheep(town, 2), Sheep(town, 1)}) == 2
    assert Sheep(town, 2) != Sheep(town, 1)
    assert Sheep(town, 2) != Sheep(other, 2)
    town.write("dog", "id", 0, 3)
    assert Sheep(town, 2) != Dog(town, 0)
    assert Sheep(town, 2) != 3


def test_two_models_alive_at_once_share_nothing() -> None:
    one, two = Pasture(rng=1), Pasture(rng=2)
    one.write("sheep", "age", 0, 3)
    two.write("sheep", "age", 0, 9)
    first, second = Sheep(one, 0), Sheep(two, 0)
    assert (first.age, second.age) == (3, 9)
    two.tables["sheep"].open("birthday")
    second.age = 10
    assert (first.age, second.age) == (3, 10)
    with pytest.raises(ColumnError):
        first.age = 10


def test_a_write_obeys_the_phase_the_dtype_and_the_range() -> None:
    town = Pasture()
    dolly = Sheep(town, 0)
    with pytest.raises(ColumnError, match=r"sheep.wool is read-only: no phase is open.*: populate, shear"):
        dolly.wool = 3.0
    town.tables["sheep"].open("shear")
    dolly.wool = 3.0
    assert town.tables["sheep"].wool[0] == 3.0
    with pytest.raises(ColumnError, match=r"sheep.wool = 21.0: must be between 0 and 20 \(kg\)"):
        dolly.wool = 21.0
    with pytest.raises(ColumnError, match=r"'shear' is open, and only these write it: populate, birthday"):
        dolly.age = 3
    town.tables["sheep"].open("birthday")
    with pytest.raises(ColumnError, match=r"sheep.age = 300: must be between 0 and 200"):
        dolly.age = 300
    town.tables["sheep"].open("populate")
    with pytest.raises(ColumnError, match=r"sheep.id is given by a phase"):
        dolly.id = 9


def test_a_handle_keeps_nothing_of_its_own() -> None:
    dolly = Sheep(Pasture(), 0)
    with pytest.raises(
        AttributeError, match=r"Sheep has no column 'wol'; a handle keeps nothing.*mean 'wool'"
    ):
        dolly.wol = 3
    with pytest.raises(AttributeError, match="has no column 'row'"):
        dolly.row = 1
    with pytest.raises(AttributeError, match="wol"):
        _ = dolly.wol


def test_whoever_has_left_cannot_be_read_or_written() -> None:
    town = Pasture()
    dolly = Sheep(town, 2)
    town.write("sheep", "present", 2, False)
    assert dolly.age >= 0  # not present, but the row is still hers
    town.write("sheep", "id", 2, 77)
    with pytest.raises(LookupError, match="sheep 3 has left: its row 2 is now sheep 77's"):
        _ = dolly.age
    town.write("sheep", "id", 2, 0)
    town.tables["sheep"].open("birthday")
    with pytest.raises(LookupError, match="its row 2 is no longer in use"):
        dolly.age = 3
    assert dolly.unique_id == 3
    with pytest.raises(LookupError, match="no sheep lives in row 2"):
        Sheep(town, 2)
    for row in (-1, 99):
        with pytest.raises(LookupError, match=f"no sheep lives in row {row}"):
            Sheep(town, row)


def test_a_handle_outlives_the_growth_of_its_table() -> None:
    town = Pasture()
    dolly = Sheep(town, 2)
    age = dolly.age
    town.tables["sheep"].grow(500)
    assert dolly.age == age


def test_removing_and_creating_in_mesas_way_are_refused() -> None:
    town = Pasture()
    with pytest.raises(TypeError, match="sheep 1 cannot be removed: people leave"):
        Sheep(town, 0).remove()
    with pytest.raises(TypeError, match="no sheep can be created so"):
        Sheep.create_agents(town, 3)
    with pytest.raises(TypeError, match="no sheep can be created so"):
        Sheep.from_dataframe(town, None)
    assert len(town.agents) == 10


def test_a_handle_survives_pickling_and_deep_copying_with_its_model() -> None:
    dolly = Sheep(Pasture(), 2)
    for twin in (pickle.loads(pickle.dumps(dolly)), copy.deepcopy(dolly)):
        assert (twin.unique_id, twin.age) == (3, dolly.age)
        assert twin.model is not dolly.model
    assert copy.copy(dolly) == dolly
    flock = {dolly, Sheep(dolly.model, 1)}
    assert {sheep.unique_id for sheep in pickle.loads(pickle.dumps(flock))} == {2, 3}


def _class(**body: Any) -> type[ColumnAgent]:
    return type("Goat", (ColumnAgent,), body)


def test_a_kind_that_cannot_be_is_refused() -> None:
    with pytest.raises(TypeError, match="Goat must declare kind"):
        _class(columns=(ID,))
    with pytest.raises(TypeError, match=r"Goat must declare kind .* and columns"):
        _class(kind="goat")
    for name in ("model", "row", "unique_id", "pos", "random", "remove", "table", "columns"):
        with pytest.raises(TypeError, match=f"Goat: no column can be called '{name}'"):
            _class(kind="goat", columns=(ID, Column(name, np.uint8, "n", 0, 1, "n", ("populate",))))


def test_a_subclass_keeps_its_parents_columns() -> None:
    class Lamb(Sheep):
        kind: ClassVar[str] = "sheep"

    town = Pasture()
    assert Lamb(town, 0).age == Sheep(town, 0).age
