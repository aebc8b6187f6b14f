"""Rows of tables as a collection of agents: who is in a set of agents kept in columns, without making any."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, NoReturn, Self, overload

import numpy as np
from mesa.agentset import AbstractAgentSet
from numpy.typing import NDArray

from model.columns.agent import ColumnAgent
from model.columns.protocol import TableModel
from model.columns.table import Table


class RowSet[A: ColumnAgent](AbstractAgentSet[A]):
    """The part of :class:`model.columns.agentset.ColumnAgentSet` that is a collection; arguments as there.

    Members are three arrays of shape (n,): the number of each one's class in ``model.agent_kinds``, its row
    in that class's table, and its id, by which it is known whether it still lives there.
    """

    def __init__(
        self, model: TableModel, kinds: Sequence[type[ColumnAgent]], random: Random | None = None
    ) -> None:
        self.model = model
        self.random = model.random if random is None else random
        self._kinds = tuple(_number(model, agent_type) for agent_type in kinds)
        which, rows, ids = [np.empty(0, np.uint8)], [np.empty(0, np.intp)], [np.empty(0, np.uint32)]
        for number in self._kinds:
            table = self._table(number)
            rows.append(table.rows_present())
            which.append(np.full(rows[-1].size, number, np.uint8))
            ids.append(table.array("id")[rows[-1]])
        self._hold(np.concatenate(which), np.concatenate(rows), np.concatenate(ids))

    def _hold(self, which: NDArray[np.uint8], rows: NDArray[np.intp], ids: NDArray[np.uint32]) -> Self:
        self._which, self._rows, self._ids = which, rows, ids
        return self

    def _take(self, positions: Any, inplace: bool = False) -> Self:
        chosen = self._which[positions], self._rows[positions], self._ids[positions]
        return (self if inplace else copy.copy(self))._hold(*chosen)

    def _update(self, agents: Iterable[A]) -> Self:
        """Hold these agents, of this model, instead."""
        those = list(agents)
        if any(agent.model is not self.model for agent in those):
            raise ValueError("an agent of another model cannot be in this set")
        which = np.array([_number(self.model, type(agent)) for agent in those], np.uint8)
        rows = np.array([agent.row for agent in those], np.intp)
        return self._hold(which, rows, np.array([agent.unique_id for agent in those], np.uint32))

    def _table(self, number: int) -> Table:
        return self.model.tables[self.model.agent_kinds[number].kind]

    def _parts(self) -> list[tuple[type[ColumnAgent], Table, Any]]:
        """Return the class, table and positions of the members of each kind; of an empty set, of all its
        kinds."""
        members = np.bincount(self._which, minlength=len(self.model.agent_kinds))
        parts: list[tuple[type[ColumnAgent], Table, Any]] = []
        for number in [number for number in self._kinds if members[number]] or self._kinds:
            at = slice(None) if members[number] == len(self) else np.flatnonzero(self._which == number)
            parts.append((self.model.agent_kinds[number], self._table(number), at))
        return parts

    def _rows_there(self, table: Table, at: Any) -> NDArray[np.intp]:
        """Return the rows of the members at these positions, all of one table; LookupError where one has
        left."""
        rows: NDArray[np.intp] = self._rows[at]
        now = table.array("id")
        gone = int(np.count_nonzero(now[rows] != self._ids[at]))
        if gone:
            what = f"{gone} of {rows.size} agents of the table {table.kind}"
            raise LookupError(f"{what} have left since this set was made: take a new one from the model")
        return rows

    # The agents, one at a time.

    def __len__(self) -> int:
        return self._rows.size

    def _handle(self, at: int) -> Any:
        agent_type = self.model.agent_kinds[self._which.item(at)]
        return agent_type(self.model, self._rows.item(at), self._ids.item(at))

    def __iter__(self) -> Iterator[A]:
        members = copy.copy(self)
        return (members._handle(at) for at in range(len(members)))

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, ColumnAgent) or agent.model is not self.model:
            return False
        same = (self._ids == agent.unique_id) & (self._rows == agent.row)
        return any(self.model.agent_kinds[number].kind == agent.kind for number in self._which[same])

    @overload
    def __getitem__(self, item: int) -> A: ...

    @overload
    def __getitem__(self, item: slice) -> Self: ...

    def __getitem__(self, item: int | slice) -> A | Self:
        """Return the agent at a position, or the set of those in a slice; IndexError beyond the end."""
        if isinstance(item, slice):
            return self._take(item)
        agent: A = self._handle(range(len(self))[item])
        return agent

    def first(self) -> A:
        """Return the first agent; LookupError where the set is empty."""
        if not len(self):
            raise LookupError("the set is empty")
        return self[0]

    def by_id(self, unique_id: int) -> A:
        """Return the agent with this id; LookupError where there is none, or one in each of several kinds."""
        found = np.flatnonzero(self._ids == unique_id)
        if found.size != 1:
            kinds = [self.model.agent_kinds[number].kind for number in self._which[found]]
            raise LookupError(f"{' and '.join(kinds) or 'nobody'} of this set has the id {unique_id}")
        return self[int(found[0])]

    def to_list(self) -> list[A]:
        """Return all agents, as a list of handles."""
        return list(self)

    def copy(self) -> Self:
        """Return the another set of the same agents."""
        return copy.copy(self)

    def __repr__(self) -> str:
        kinds = ", ".join(self.model.agent_kinds[number].kind for number in self._kinds)
        return f"{type(self).__name__}({len(self)} of {kinds})"

    # Sets of one model combined and compared, in the order of the first.

    def _keys(self) -> NDArray[np.uint64]:
        return (self._which.astype(np.uint64) << np.uint64(32)) | self._ids

    def _akin(self, other: object) -> "RowSet[Any]":
        if not isinstance(other, RowSet) or other.model is not self.model:
            raise TypeError("a set of agents in columns combines only with one of the same model")
        return other

    def __and__(self, other: object) -> Self:
        return self._take(np.isin(self._keys(), self._akin(other)._keys()))

    def __sub__(self, other: object) -> Self:
        return self._take(~np.isin(self._keys(), self._akin(other)._keys()))

    def __or__(self, other: object) -> Self:
        rest = self._akin(other) - self
        joined = copy.copy(self)
        joined._kinds = tuple(dict.fromkeys(self._kinds + rest._kinds))
        which = np.concatenate((self._which, rest._which))
        rows = np.concatenate((self._rows, rest._rows))
        return joined._hold(which, rows, np.concatenate((self._ids, rest._ids)))

    def __xor__(self, other: object) -> Self:
        return (self - other) | (self._akin(other) - self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowSet):
            return NotImplemented
        return self.model is other.model and np.array_equal(np.sort(self._keys()), np.sort(other._keys()))

    def __le__(self, other: object) -> bool:
        return bool(np.isin(self._keys(), self._akin(other)._keys()).all())

    # Nobody is added to it or taken from it.

    def add(self, agent: A) -> NoReturn:
        """Refuse, as are ``discard`` and ``remove``: ``select`` makes another set."""
        raise TypeError(
            "a set of agents in columns cannot be changed: people come and leave in the year's phases"
        )

    def discard(self, agent: A) -> NoReturn:
        """Refuse: see ``add``."""
        self.add(agent)

    def remove(self, agent: A) -> NoReturn:
        """Refuse: see ``add``."""
        self.add(agent)


def _number(model: TableModel, agent_type: type[ColumnAgent]) -> int:
    if agent_type not in model.agent_kinds:
        known = ", ".join(kind.__name__ for kind in model.agent_kinds)
        raise ValueError(f"{agent_type.__name__} is none of the model's agent kinds: {known}")
    return model.agent_kinds.index(agent_type)
