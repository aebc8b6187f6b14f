"""Toy kinds for the tests of agents in columns: sheep and dogs on a pasture, whose year has three phases."""

from typing import Any, ClassVar

import mesa
import numpy as np

from model.columns.agent import ColumnAgent
from model.columns.mesa_model import ColumnModel
from model.columns.table import Column, Table

PHASES = ("populate", "birthday", "shear")
ID = Column(
    "id", np.uint32, "id", 0, 2**32 - 1, "number of the animal; 0 for a row not in use", ("populate",)
)


class Sheep(ColumnAgent):
    kind: ClassVar[str] = "sheep"
    columns: ClassVar[tuple[Column, ...]] = (
        ID,
        Column("present", np.bool_, "yes/no", 0, 1, "on the pasture", ("populate", "birthday")),
        Column("age", np.uint8, "years", 0, 200, "age", ("populate", "birthday")),
        Column("wool", np.float32, "kg", 0, 20, "fleece", ("populate", "shear")),
        Column("flock", np.int16, "row", -1, 99, "flock; -1 none", ("populate",), initial=-1),
    )

    @property
    def old(self) -> bool:
        return bool(self.age > 10)

    def bleat(self, times: int = 1) -> str:
        return "baa" * times + str(self.unique_id)


class Dog(ColumnAgent):
    kind: ClassVar[str] = "dog"
    columns: ClassVar[tuple[Column, ...]] = (
        ID,
        Column("age", np.uint8, "years", 0, 30, "age", ("populate", "birthday")),
        Column("wool", np.uint8, "kg", 0, 20, "none worth the name", ("populate", "shear")),
        Column("nose", np.float32, "SD", -9, 9, "sense of smell", ("populate",), initial=np.nan),
    )


class Pasture(ColumnModel):
    """Sheep with the ids 1 to n in the rows from 0 (three rows stay free) and dogs with ids from 1001 on."""

    agent_kinds: ClassVar[tuple[type[ColumnAgent], ...]] = (Sheep, Dog)

    def __init__(self, sheep: int = 8, dogs: int = 2, rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.tables: dict[str, Table] = {"sheep": Sheep.new_table(sheep + 3), "dog": Dog.new_table(dogs + 1)}
        chance = np.random.default_rng(rng)
        flock, hounds = self.tables["sheep"], self.tables["dog"]
        for table in self.tables.values():
            table.check_writers(PHASES)
            table.open("populate")
        flock.id[:sheep] = np.arange(1, sheep + 1)
        flock.present[:sheep] = True
        flock.age[:sheep] = chance.integers(0, 16, sheep)
        flock.wool[:sheep] = chance.uniform(1, 8, sheep)
        flock.flock[:sheep] = chance.integers(0, 4, sheep)
        hounds.id[:dogs] = np.arange(1001, dogs + 1001)
        hounds.age[:dogs] = chance.integers(1, 12, dogs)
        for table in self.tables.values():
            table.close()
            table.check()
        self.collector: mesa.DataCollector | None = None

    @property
    def mean_age(self) -> float:
        return float(self.agents_by_type[Sheep].agg("age", np.mean))

    def step(self) -> None:
        for table in self.tables.values():
            table.open("birthday")
            table.age[table.rows_used()] += 1
            table.close()

    def write(self, kind: str, name: str, rows: Any, values: Any) -> None:
        """Write into a column, as the phase that populates does."""
        self.tables[kind].open("populate")
        self.tables[kind].array(name)[rows] = values
        self.tables[kind].close()
