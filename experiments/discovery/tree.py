"""A small classification tree as boxes: another way to cut the same cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.discovery.box import Axis, Box, Cases, Condition, Tried, joined, tidied
from experiments.discovery.libraries import library

DEPTH: Final = 3
"""Cuts on the way to a leaf, at most: more cannot be read."""
LEAST_LEAF: Final = 0.05
"""Share of the cases that a leaf keeps at least."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that the tree sees: an axis, or whether it has one of the values of a named axis."""

    axis: int
    value: int | None = None

    def of(self, cases: Cases) -> NDArray[np.float64]:
        column = cases.x[:, self.axis]
        return column if self.value is None else (column == self.value).astype(np.float64)

    def cut(self, threshold: float, below: bool, axis: Axis) -> Condition:
        """Return what going left (`below`) or right of a threshold says."""
        if self.value is None:
            return Condition(self.axis, high=threshold) if below else Condition(self.axis, low=threshold)
        others = frozenset(range(len(axis.values))) - {self.value}
        return Condition(self.axis, among=others if below else frozenset({self.value}))


def grown(looked: Cases, held: Cases) -> tuple[Tried, ...]:
    """Return the leaves of a tree grown on the first cases, the densest first. Raises InputError where
    scikit-learn is not installed."""
    columns = list(_columns(looked.axes))
    tree: Any = library("sklearn.tree").DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(1, int(LEAST_LEAF * len(looked))), random_state=0
    )
    tree.fit(np.stack([column.of(looked) for column in columns], axis=1), looked.reached)
    leaves = [Tried.of(box, looked, held) for box in _leaves(tree.tree_, columns, looked.axes)]
    return tuple(sorted(leaves, key=lambda leaf: (-leaf.found.density, -leaf.found.cells)))


def _columns(axes: tuple[Axis, ...]) -> Iterator[_Column]:
    for i, axis in enumerate(axes):
        if axis.kind != "named":
            yield _Column(i)
        else:
            # Of two values one column says all.
            values = range(len(axis.values)) if len(axis.values) > 2 else range(1)
            yield from (_Column(i, value) for value in values)


def _leaves(tree: Any, columns: list[_Column], axes: tuple[Axis, ...]) -> list[Box]:
    found: list[Box] = []

    def go(node: int, way: tuple[Condition, ...]) -> None:
        if tree.children_left[node] == tree.children_right[node]:
            found.append(tidied(joined(way), axes))
            return
        column, threshold = columns[tree.feature[node]], float(tree.threshold[node])
        for child, below in ((tree.children_left[node], True), (tree.children_right[node], False)):
            go(int(child), (*way, column.cut(threshold, below, axes[column.axis])))

    go(0, ())
    return list(dict.fromkeys(found))
