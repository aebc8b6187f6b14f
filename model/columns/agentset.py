"""Sets of agents kept in columns: Mesa's AgentSet over rows of tables, with no object until one is looked at.

``len``, ``get``, ``agg``, ``set``, ``select(where=...)``, ``sort`` and ``groupby`` by a column work on
arrays. What needs the agents themselves (iteration, ``do``, ``map``, functions of an agent) makes one handle
at a time.
"""

import math
from collections.abc import Callable, Iterable
from itertools import islice
from random import Random
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.columns.agent import OWN, ColumnAgent, unknown_attribute
from model.columns.groupby import ColumnGroupBy, positions_by_value
from model.columns.rowset import RowSet
from model.columns.table import Table

__all__ = ["ColumnAgent", "ColumnAgentSet", "ColumnValues"]

type Values = NDArray[Any] | list[Any]


class ColumnValues:
    """The columns of a set by name, each of shape (n,): ``select(where=lambda c: (c.age > 4) & c.fsm)``."""

    def __init__(self, agents: "ColumnAgentSet[Any]") -> None:
        self._agents = agents

    def __getattr__(self, name: str) -> Any:
        return self._agents.get(name)


class ColumnAgentSet[A: ColumnAgent](RowSet[A]):
    """The agents of one kind, or of several, present when the set was made, in the order of their rows.

    The interface is that of ``mesa.agentset.AgentSet``. What differs: it holds no objects; nobody can be
    added or removed; ``agents[2:5]`` is a set; ``get`` of a column gives an array. Where one of its agents
    has left since, columns can no longer be read or written through it (LookupError): take a new set from the
    model.

    Args:
        model: the model in whose tables the agents live.
        kinds: their classes, some of ``model.agent_kinds``.
        random: the generator that ``shuffle`` uses; ``model.random`` if not given.
    """

    def get(
        self,
        attr_names: str | Iterable[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> Any:
        """The values of an attribute for each agent; for several names a list of lists, one an agent.

        A column (also ``unique_id`` and ``row``) comes as a new array of shape (n,) in Python's own widths,
        int64, float64 or bool, so that ``agg`` with ``sum`` cannot overflow a uint8. Any other attribute is
        asked of each agent and comes as a list; so does a column that the kinds hold in different types.

        Raises:
            AttributeError: a kind has no such attribute, unless ``handle_missing`` is ``"default"``.
            LookupError: one of the agents has left since the set was made.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing = {handle_missing!r}: must be 'error' or 'default'")
        missing = None if handle_missing == "error" else (default_value,)
        if isinstance(attr_names, str):
            return self._values(attr_names, missing)
        columns = [_listed(self._values(name, missing)) for name in attr_names]
        return [[column[at] for column in columns] for at in range(len(self))]

    def _values(self, name: str, missing: tuple[Any] | None) -> Values:
        parts = self._parts()
        pieces = [self._piece(agent_type, table, at, name, missing) for agent_type, table, at in parts]
        if len(pieces) == 1:
            return pieces[0]
        kinds = {piece.dtype if isinstance(piece, np.ndarray) else None for piece in pieces}
        dtype = kinds.pop() if len(kinds) == 1 else None
        if dtype is not None:
            values = np.empty(len(self), dtype)
            for (_, _, at), piece in zip(parts, pieces, strict=True):
                values[at] = piece
            return values
        listed: list[Any] = [None] * len(self)
        for (_, _, at), piece in zip(parts, pieces, strict=True):
            for position, value in zip(self._positions(at), _listed(piece), strict=True):
                listed[position] = value
        return listed

    def _positions(self, at: Any) -> list[int]:
        chosen: list[int] = np.arange(len(self))[at].tolist()
        return chosen

    def _piece(
        self, agent_type: type[ColumnAgent], table: Table, at: Any, name: str, missing: tuple[Any] | None
    ) -> Values:
        """Values of one kind's members, which stand at ``at``."""
        if name in table.names:
            return _wide(table.array(name)[self._rows_there(table, at)])
        if name in ("unique_id", "row"):
            return _wide((self._ids if name == "unique_id" else self._rows)[at])
        positions = self._positions(at)
        if name not in OWN and not hasattr(agent_type, name):
            if missing is None:
                raise unknown_attribute(agent_type, name)
            return list(missing) * len(positions)
        return [getattr(self._handle(position), name, *(missing or ())) for position in positions]

    def set(self, attr_name: str, value: ArrayLike) -> Any:
        """Write one value, or an array of one an agent (n,), to a column of every agent, or nothing.

        Returns this set.

        Raises:
            AttributeError: a kind has no such column.
            ColumnError: the phase that is open may not write it, or a value does not fit.
            LookupError: one of the agents has left since the set was made.
        """
        given = np.asarray(value)
        if given.shape not in ((), (len(self),)):
            raise ValueError(
                f"{attr_name}: got {given.shape} values for {len(self)} agents: give one, or one each"
            )
        writes = []
        for agent_type, table, at in self._parts():
            if attr_name not in table.names:
                raise unknown_attribute(agent_type, attr_name)
            fitting = table.fit(attr_name, given[at] if given.ndim else given)
            writes.append((table.array(attr_name), self._rows_there(table, at), fitting))
        for array, rows, fitting in writes:
            array[rows] = fitting
        return self

    # Choosing and ordering.

    def select(
        self,
        filter_func: Callable[[A], bool] | None = None,
        at_most: int | float = math.inf,
        inplace: bool = False,
        agent_type: type[Any] | None = None,
        *,
        where: NDArray[np.bool_] | Callable[[ColumnValues], Any] | None = None,
    ) -> Self:
        """The agents that pass every test given, in their order.

        Args:
            filter_func: asked of each agent. Slower than ``where``: it needs the agents.
            at_most: no more than so many (an int), or than this share of the set (a float from 0 to 1).
            inplace: change this set rather than return another.
            agent_type: only this class and its subclasses.
            where: a mask of shape (n,), or a function of the set's columns that gives one:
                ``select(where=lambda c: (c.age > 4) & c.fsm)``. It makes no agent.
        """
        limit = self._limit(at_most)
        mask = np.ones(len(self), np.bool_) if where is None else self._mask(where)
        kinds = self._kinds
        if agent_type is not None:
            kinds = tuple(n for n in kinds if issubclass(self.model.agent_kinds[n], agent_type))
            mask &= np.isin(self._which, kinds)
        positions = np.flatnonzero(mask)
        if filter_func is not None:
            passing = (at for at in positions.tolist() if filter_func(self._handle(at)))
            positions = np.fromiter(islice(passing, limit), np.intp)
        chosen = self._take(positions[:limit], inplace)
        chosen._kinds = kinds
        return chosen

    def _limit(self, at_most: int | float) -> int | None:
        if at_most == math.inf:
            return None
        if isinstance(at_most, float) and 0 <= at_most <= 1:
            return int(len(self) * at_most)
        if not at_most >= 0 or at_most != int(at_most):
            raise ValueError(
                f"at_most = {at_most}: must be a whole number from 0, or a share between 0.0 and 1.0"
            )
        return int(at_most)

    def _mask(self, where: NDArray[np.bool_] | Callable[[ColumnValues], Any]) -> NDArray[np.bool_]:
        mask = np.array(where(ColumnValues(self)) if callable(where) else where)
        if mask.dtype != np.bool_ or mask.shape != (len(self),):
            raise ValueError(
                f"where: must give {len(self)} bools, one an agent, not {mask.shape} of {mask.dtype}"
            )
        return mask

    def sort(self, key: Callable[[A], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """The agents in the order of an attribute or a function, as in Mesa descending. Ties stay."""
        keys = self.get(key) if isinstance(key, str) else [key(agent) for agent in self]
        if isinstance(keys, np.ndarray):
            order = np.argsort(keys if ascending else keys[::-1], kind="stable")
            order = order if ascending else len(self) - 1 - order[::-1]
        else:
            order = np.array(sorted(range(len(self)), key=keys.__getitem__, reverse=not ascending), np.intp)
        return self._take(order, inplace)

    def shuffle(self, inplace: bool = False, rng: Random | np.random.Generator | None = None) -> Self:
        """The agents in random order, from ``rng`` or else the set's own generator (the model's)."""
        chance = self.random if rng is None else rng
        if isinstance(chance, np.random.Generator):
            return self._take(chance.permutation(len(self)), inplace)
        order = list(range(len(self)))
        chance.shuffle(order)
        return self._take(np.array(order, np.intp), inplace)

    def groupby(
        self, by: Callable[[A], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> ColumnGroupBy:
        """The agents by the value of an attribute or of a function: sets, or lists of agents."""
        if result_type not in ("agentset", "list"):
            raise ValueError(f"result_type = {result_type!r}: must be 'agentset' or 'list'")
        found = positions_by_value(self.get(by) if isinstance(by, str) else [by(agent) for agent in self])
        sets = {value: self._take(positions) for value, positions in found.items()}
        if result_type == "list":
            return ColumnGroupBy({value: members.to_list() for value, members in sets.items()})
        return ColumnGroupBy(dict(sets))

    # Doing something with each agent.

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method of each agent (by name), or a function of it, returns; in the set's order."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method of each agent (by name), or a function of it, in the set's order."""
        for agent in self:
            if isinstance(method, str):
                getattr(agent, method)(*args, **kwargs)
            else:
                method(agent, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """As ``do``, in random order; the order of the set stays."""
        self.shuffle().do(method, *args, **kwargs)
        return self


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    return values.astype(np.int64) if values.dtype.kind in "iu" and values.dtype != np.uint64 else values


def _listed(values: Values) -> list[Any]:
    return values if isinstance(values, list) else list(values.tolist())
