"""Columns of state: what a declaration must say, and that only the phases it names can write it."""

import copy
import pickle
import subprocess
import sys
from typing import Any, cast

import numpy as np
import pytest

from model.columns.table import Column, ColumnError, Table

ID = Column("id", np.uint32, "id", 0, 2**32 - 1, "number; 0 for a row not in use", ("populate",))
AGE = Column("age", np.uint8, "years", 0, 20, "age", ("populate", "birthday"))
WOOL = Column("wool", np.float32, "kg", 0, 20, "fleece", ("populate", "shear"), initial=np.nan)
FLOCK = Column("flock", np.int16, "row", -1, 99, "flock; -1 none", ("populate",), initial=-1)
RAM = Column("ram", np.bool_, "yes/no", 0, 1, "male", ("populate",))


def sheep(capacity: int = 6, used: int = 4) -> Table:
    table = Table("sheep", (ID, AGE, WOOL, FLOCK, RAM), capacity)
    table.open("populate")
    table.id[:used] = np.arange(1, used + 1)
    table.age[:used] = np.arange(used)
    table.close()
    return table


def writeable(table: Table) -> set[str]:
    return {name for name in table.names if table.array(name).flags.writeable}


# Declarations.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "two words"}, "'two words': must be a Python name"),
        ({"name": "class"}, "must be a Python name"),
        ({"name": "_age"}, "leading underscore"),
        ({"dtype": "U5"}, "age: dtype <U5 must be bool, an integer or a float"),
        ({"unit": " "}, "age: must say its unit"),
        ({"meaning": ""}, "and its meaning"),
        ({"writers": ()}, "writers = .*not empty"),
        ({"writers": "birthday"}, "must be a tuple of distinct phases"),
        ({"writers": ("birthday", "birthday")}, "distinct phases"),
        ({"low": 21}, "low 21 is above high 20"),
        ({"high": 256}, r"age: high = 256: does not fit uint8 \(0 to 255\)"),
        ({"low": -1}, "low = -1: does not fit uint8"),
        ({"high": 2.5}, "high = 2.5: must be a whole number"),
        ({"high": np.inf}, "high = inf: must be a whole number"),
        ({"initial": np.nan}, "initial = nan: must be a whole number"),
        ({"initial": 300}, "initial = 300: does not fit uint8"),
        ({"dtype": np.bool_}, r"high = 20: does not fit bool \(0 to 1\)"),
        ({"dtype": np.float32, "high": 1e39}, "high = 1e\\+39: does not fit float32"),
        ({"dtype": np.float32, "low": np.nan}, "low = nan: must be a number"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    sound: dict[str, Any] = {"name": "age", "dtype": np.uint8, "unit": "years", "low": 0, "high": 20}
    sound |= {"meaning": "age", "writers": ("birthday",)}
    Column(**sound)
    with pytest.raises(ColumnError, match=message):
        Column(**(sound | change))


def test_a_declaration_is_kept_as_numbers_of_its_dtype_and_cannot_be_changed() -> None:
    assert (RAM.low, RAM.high, RAM.initial) == (False, True, False)
    assert isinstance(FLOCK.low, int)
    assert Column("x", "f4", "SD", -np.inf, np.inf, "x", ["populate"]).writers == ("populate",)
    assert pickle.loads(pickle.dumps(AGE)) == AGE
    with pytest.raises(AttributeError):
        cast(Any, AGE).high = 40


def test_the_range_in_words() -> None:
    assert ID.allowed == "between 0 and 4294967295 (id)"
    assert WOOL.allowed == "between 0 and 20 (kg), or missing"
    assert RAM.allowed == "True or False"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((AGE, value) for value in (21, -1, 300, 2.5, np.nan, "3", None, [1, 2, 99], 10**40)),
        *((WOOL, value) for value in (20.5, -1e-9, 1e300)),
        *((FLOCK, -2), (RAM, 2), (RAM, 0.5)),
    ],
)
def test_a_value_outside_its_column_is_refused(column: Column, value: Any) -> None:
    with pytest.raises(ColumnError, match=rf"{column.name} = .*must be (between|True)"):
        column.cast(value)


@pytest.mark.parametrize(
    ("column", "value"),
    [(AGE, 20), (AGE, 3.0), (AGE, np.int64(7)), (RAM, True), (RAM, 1.0), (WOOL, np.nan), (FLOCK, -1)],
)
def test_a_value_inside_its_column_is_kept(column: Column, value: Any) -> None:
    cast = column.cast([value, value])
    assert cast.dtype == column.dtype
    np.testing.assert_array_equal(cast, [value, value])


def test_a_float_beside_a_bound_counts_as_the_column_stores_it() -> None:
    share = Column("share", np.float32, "share", 0.1, 0.7, "share", ("populate",))
    assert share.holds(np.array([0.1, 0.7], np.float32)).all()
    assert share.cast([0.1, 0.7]).dtype == np.float32


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((ID, AGE, AGE), "table sheep: column 'age' is declared twice"),
        ((AGE,), "needs a column 'id' of uint32"),
        ((Column("id", np.int64, "id", 0, 9, "id", ("populate",)),), "needs a column 'id' of uint32"),
        ((Column("id", np.uint32, "id", 0, 9, "id", ("populate",), initial=1),), "0 at first"),
        ((ID, Column("present", np.uint8, "yes/no", 0, 1, "here", ("populate",))), "'present' must be bool"),
        ((ID, Column("grow", np.uint8, "n", 0, 1, "n", ("populate",))), "no column can be called 'grow'"),
        (
            (ID, Column("capacity", np.uint8, "n", 0, 1, "n", ("populate",))),
            "no column can be called 'capacity'",
        ),
    ],
)
def test_a_table_that_cannot_be_is_refused(columns: tuple[Column, ...], message: str) -> None:
    with pytest.raises(ColumnError, match=message):
        Table("sheep", columns, 3)


def test_a_table_needs_a_name_and_a_size() -> None:
    with pytest.raises(ColumnError, match="its kind must be a Python name"):
        Table("black sheep", (ID,), 3)
    with pytest.raises(ColumnError, match="capacity = -1"):
        Table("sheep", (ID,), -1)


def test_a_writer_that_is_no_phase_is_found() -> None:
    sheep().check_writers(("populate", "birthday", "shear"))
    with pytest.raises(ColumnError, match=r"sheep.wool: writer 'shear' is no phase.*did you mean 'shears'"):
        sheep().check_writers(("populate", "birthday", "shears"))


# Who may write.


def test_a_new_table_is_closed_and_holds_the_initial_values() -> None:
    table = Table("sheep", (ID, AGE, WOOL, FLOCK), 3)
    assert writeable(table) == set()
    assert table.phase_open is None
    assert np.isnan(table.wool).all()
    assert (table.flock == -1).all()
    assert not table.id.any()
    assert table.age is table.array("age")


def test_a_phase_opens_the_columns_that_name_it_and_no_others() -> None:
    table = sheep()
    table.open("populate")
    assert writeable(table) == {"id", "age", "wool", "flock", "ram"}
    table.open("birthday")
    assert writeable(table) == {"age"}
    assert table.phase_open == "birthday"
    table.open("nobody")
    assert writeable(table) == set()
    table.open("shear")
    assert writeable(table) == {"wool"}
    table.close()
    assert writeable(table) == set()


def test_every_way_to_write_into_a_closed_column_is_caught() -> None:
    table = sheep()
    view_taken_closed = table.age[:3]
    table.open("shear")
    before = table.age.copy()
    age = table.age
    for write in (
        lambda: age.__setitem__(0, 9),
        lambda: age.__setitem__(slice(0, 2), 9),
        lambda: age.__setitem__(np.array([0, 1]), 9),
        lambda: age.__setitem__(age > 1, 9),
        lambda: age.__iadd__(1),
        lambda: np.add(age, 1, out=age),
        lambda: np.copyto(age, 9),
        lambda: np.add.at(age, [0], 1),
        lambda: np.put(age, [0], [9]),
        lambda: age.fill(9),
        lambda: age.sort(),
        lambda: age[1:].__setitem__(0, 9),
    ):
        with pytest.raises(ValueError, match=r"read-only|not writeable|readonly"):
            write()
    table.open("birthday")
    with pytest.raises(ValueError, match="read-only"):
        view_taken_closed[0] = 9
    np.testing.assert_array_equal(table.age, before)


def test_what_is_not_caught_a_view_taken_while_open_outlives_close() -> None:
    """The limit of the mechanism, stated in the module: a phase must keep no view of a column."""
    table = sheep()
    table.open("birthday")
    view = table.age[:2]
    table.close()
    view[0] = 19
    assert table.age[0] == 19


def test_in_place_arithmetic_on_the_attribute_works_and_replacing_the_array_does_not() -> None:
    table = sheep()
    table.open("birthday")
    table.age += 1
    np.testing.assert_array_equal(table.age[:4], [1, 2, 3, 4])
    with pytest.raises(AttributeError, match=r"sheep.age cannot be replaced.*age\[...\] = values"):
        table.age = np.zeros(6, np.uint8)
    with pytest.raises(AttributeError, match="no column 'aeg'; did you mean 'age'"):
        table.aeg = 3


def test_a_column_that_is_not_declared_is_an_error_with_the_nearest_spelling() -> None:
    table = sheep()
    for look in (
        lambda: table.wol,
        lambda: table.column("wol"),
        lambda: table.array("wol"),
        lambda: table.fit("wol", 1),
    ):
        with pytest.raises(AttributeError, match="table sheep has no column 'wol'; did you mean 'wool'"):
            look()
    assert not hasattr(table, "_private")


def test_fit_checks_the_phase_the_dtype_and_the_range() -> None:
    table = sheep()
    with pytest.raises(
        ColumnError, match=r"sheep.age is read-only: no phase is open, .*: populate, birthday"
    ):
        table.fit("age", 3)
    table.open("shear")
    with pytest.raises(ColumnError, match="'shear' is open, and only these write it: populate, birthday"):
        table.fit("age", 3)
    table.open("populate")
    with pytest.raises(ColumnError, match=r"sheep.age = 21: must be between 0 and 20"):
        table.fit("age", [3, 21])
    with pytest.raises(ColumnError, match=r"sheep.id is given by a phase"):
        table.fit("id", 3)
    assert table.fit("age", 3).dtype == np.uint8


# Rows.


def test_rows_in_use_and_present() -> None:
    table = sheep(capacity=6, used=4)
    assert table.used == 4
    assert table.rows_used().tolist() == table.rows_present().tolist() == [0, 1, 2, 3]
    assert table.nbytes == 6 * (4 + 1 + 4 + 2 + 1)
    here = Column("present", np.bool_, "yes/no", 0, 1, "here", ("populate",))
    table = Table("sheep", (ID, here), 4)
    table.open("populate")
    table.id[:3] = [7, 8, 9]
    table.present[1:] = True
    assert table.rows_used().tolist() == [0, 1, 2]
    assert table.rows_present().tolist() == [1, 2]
    assert "3 of 4 rows" in repr(table)


def test_growing_keeps_the_data_the_open_phase_and_locks_what_it_replaces() -> None:
    table = sheep(capacity=5, used=4)
    table.open("birthday")
    old = table.age
    table.grow(9)
    assert table.capacity == table.age.size == 9
    assert table.age[:4].tolist() == [0, 1, 2, 3]
    assert np.isnan(table.wool[5:]).all()
    assert (table.flock[5:] == -1).all()
    assert writeable(table) == {"age"}
    with pytest.raises(ValueError, match="read-only"):
        old[0] = 1
    table.close()
    assert writeable(table) == set()
    with pytest.raises(ColumnError, match="cannot shrink from 9 to 8"):
        table.grow(8)


@pytest.mark.parametrize(
    "twin_of", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t)), Table.copy]
)
def test_a_copy_is_the_same_closed_and_its_own(twin_of: Any) -> None:
    table = sheep()
    table.open("birthday")
    twin: Table = twin_of(table)
    assert (twin.kind, twin.declarations[:2], twin.capacity) == ("sheep", (ID, AGE), 6)
    for name in table.names:
        np.testing.assert_array_equal(twin.array(name), table.array(name))
    assert writeable(twin) == set()
    assert writeable(table) == {"age"}
    twin.open("birthday")
    twin.age[0] = 17
    assert table.age[0] == 0
    table.close()
    assert writeable(twin) == {"age"}


def test_check_finds_the_value_out_of_range() -> None:
    table = sheep()
    table.check()
    table.open("populate")
    table.age[5] = 200  # a row not in use
    table.check()
    table.age[2] = 21
    with pytest.raises(
        ColumnError, match=r"sheep.age: row 2 \(id 3\) holds 21: must be between 0 and 20 \(years\)"
    ):
        table.check()
    table.age[2] = 20
    table.flock[1] = -2
    with pytest.raises(ColumnError, match=r"sheep.flock: row 1 \(id 2\) holds -2"):
        table.check()
    table.flock[1] = -1
    table.id[3] = 2
    with pytest.raises(ColumnError, match=r"sheep.id: rows 1 and 3 both have the id 2"):
        table.check()


def test_only_a_column_that_begins_missing_may_be_missing() -> None:
    known = Column("known", np.float32, "kg", 0, 20, "fleece", ("populate",))
    table = Table("sheep", (ID, WOOL, known), 2)
    table.open("populate")
    table.id[0] = 1
    table.check()
    table.known[0] = np.nan
    with pytest.raises(ColumnError, match=r"sheep.known: row 0 .id 1. holds nan"):
        table.check()


def test_columns_need_no_mesa() -> None:
    code = "import sys, model.columns.table; sys.exit('mesa' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
