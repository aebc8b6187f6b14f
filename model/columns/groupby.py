"""Groups of agents kept in columns, with the interface of Mesa's GroupBy."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
from mesa.agentset import GroupBy
from numpy.typing import NDArray


class ColumnGroupBy(GroupBy):
    """Groups by value: ``groups`` maps each to its set of agents, in the order of first appearance.

    ``map``, ``do``, ``count``, iteration and ``len`` are Mesa's; none of them, nor ``agg``, makes an agent.
    """

    def agg(
        self, attr_name: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]
    ) -> dict[Hashable, Any]:
        """Compute for each group ``func`` of its values of ``attr_name``; for several functions, a list."""
        if not callable(func):
            func = list(func)
        return {value: _agg(group, attr_name, func) for value, group in self.groups.items()}


def _agg(group: Any, name: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
    values = [getattr(agent, name) for agent in group] if isinstance(group, list) else group.get(name)
    return func(values) if callable(func) else [each(values) for each in func]


def positions_by_value(values: NDArray[Any] | list[Any]) -> dict[Any, NDArray[np.intp]]:
    """Return where each value stands in ``values`` (n,): positions in order, values as they first appear."""
    if isinstance(values, list):
        found: dict[Any, list[int]] = {}
        for at, value in enumerate(values):
            found.setdefault(value, []).append(at)
        return {value: np.array(at, np.intp) for value, at in found.items()}
    distinct, first, inverse, counts = np.unique(
        values, return_index=True, return_inverse=True, return_counts=True
    )
    positions = np.split(np.argsort(inverse, kind="stable"), np.cumsum(counts)[:-1])
    return {distinct[group].item(): positions[group] for group in np.argsort(first)}
