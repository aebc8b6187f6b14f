"""One agent of a table, met as a Mesa agent: a row number and an id, made only when somebody looks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import mesa

from model.columns.protocol import TableModel
from model.columns.table import Column, Table
from model.io.errors import nearest

OWN = ("model", "row", "unique_id", "pos")
"""What a handle holds itself; everything else lies in its table."""


class ColumnAttribute:
    """A column as an attribute of its agent class, resolved through the agent's own model.

    Reading gives a Python bool, int or float; writing obeys the column's writers, dtype and range.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, agent: "ColumnAgent | None", owner: type["ColumnAgent"]) -> Any:
        if agent is None:
            return self
        return agent.table.array(self.name).item(agent.row)

    def __set__(self, agent: "ColumnAgent", value: float) -> None:
        table = agent.table
        table.array(self.name)[agent.row] = table.fit(self.name, value)


class ColumnAgent(mesa.Agent[Any]):
    """Base of the agent kinds whose state lies in columns.

    A subclass declares ``kind`` and ``columns``; each column becomes an attribute. The object is a handle: it
    is never registered in the model, keeps nothing of its own, and two for the same agent are equal. Once its
    row is left or given to somebody else, its columns can no longer be reached through it.

    Args:
        model: the model in whose ``tables[kind]`` the agent lives.
        row: its row there.
        unique_id: its id, where the caller has it; else looked up.

    Raises:
        LookupError: nobody lives in that row.
    """

    kind: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    model: TableModel
    unique_id: Any  # an int; to Mesa's annotations it is None
    row: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        prepare: Callable[..., None] = super().__init_subclass__
        prepare(**kwargs)
        if not isinstance(getattr(cls, "kind", None), str) or not isinstance(
            getattr(cls, "columns", None), tuple
        ):
            raise TypeError(f"{cls.__name__} must declare kind (a name) and columns (a tuple of Column)")
        if "columns" not in vars(cls):
            return
        for column in cls.columns:
            taken = getattr(cls, column.name, None)
            if column.name in OWN or (taken is not None and not isinstance(taken, ColumnAttribute)):
                raise TypeError(
                    f"{cls.__name__}: no column can be called {column.name!r}: the agent has that already"
                )
            setattr(cls, column.name, ColumnAttribute(column.name))

    def __init__(self, model: TableModel, row: int, unique_id: int | None = None) -> None:
        # Not Mesa's __init__, which would register the object and give it a number of its own.
        if unique_id is None:
            table = model.tables[self.kind]
            unique_id = int(table.array("id")[row]) if 0 <= row < table.capacity else 0
        if not unique_id:
            raise LookupError(f"no {self.kind} lives in row {row}")
        self.__dict__.update(model=model, row=row, unique_id=unique_id, pos=None)

    if TYPE_CHECKING:
        # The columns of a subclass, which exist only once it is declared.
        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def new_table(cls, capacity: int) -> Table:
        """Return an empty table of this kind with ``capacity`` rows."""
        return Table(cls.kind, cls.columns, capacity)

    @property
    def table(self) -> Table:
        """Return the table in which this agent lives; LookupError where it lives there no longer."""
        table = self.model.tables[self.kind]
        ids = table.array("id")
        if self.row >= ids.size or ids[self.row] != self.unique_id:
            now = int(ids[self.row]) if self.row < ids.size else 0
            fate = f"is now {self.kind} {now}'s" if now else "is no longer in use"
            raise LookupError(f"{self.kind} {self.unique_id} has left: its row {self.row} {fate}")
        return table

    def remove(self) -> NoReturn:
        """Refuse: agents come and go through the phases of the year, which write the columns."""
        raise TypeError(
            f"{self.kind} {self.unique_id} cannot be removed: people leave through the year's phases"
        )

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse, as is ``from_dataframe``: agents come and go through the phases of the year."""
        raise TypeError(f"no {cls.kind} can be created so: people come through the year's phases")

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> NoReturn:
        """Refuse: see ``create_agents``."""
        raise TypeError(f"no {cls.kind} can be created so: people come through the year's phases")

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(getattr(type(self), name, None), "__set__"):
            raise unknown_attribute(type(self), name, "; a handle keeps nothing of its own")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ColumnAgent):
            return NotImplemented
        return self.model is other.model and (self.kind, self.unique_id) == (other.kind, other.unique_id)

    def __hash__(self) -> int:
        return hash((self.kind, self.unique_id))

    def __reduce__(self) -> tuple[type[Self], tuple[TableModel, int, int]]:
        return type(self), (self.model, self.row, self.unique_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.unique_id}, row={self.row})"


def unknown_attribute(agent_type: type[ColumnAgent], name: str, why: str = "") -> AttributeError:
    """Return the error for an attribute that an agent class does not have, with the nearest spelling of a
    column."""
    likely = nearest(name, [column.name for column in agent_type.columns])
    hint = f"; did you mean {likely!r}?" if likely else ""
    return AttributeError(f"{agent_type.__name__} has no column {name!r}{why}{hint}")
