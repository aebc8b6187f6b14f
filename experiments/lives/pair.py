"""One child in two towns that live side by side, phase by phase: which columns part, and when."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.lives.facts import row_of

if TYPE_CHECKING:
    from model.town import Town

type Rows = NDArray[np.intp]

_OF_FAMILY: Final = ("ses", "income", "need", "home_learning", "trust")
_ABSENT: Final[dict[str, Any]] = {}


@dataclass
class Pair:
    """The same child in two towns: `child` is the id, `names` are what the two worlds are called.

    `rows` are where the child lives in each (None: not there), `before` and `now` which columns differ."""

    child: int
    towns: tuple["Town", "Town"]
    names: tuple[str, str]
    rows: tuple[int | None, int | None] = (None, None)
    before: set[str] = field(default_factory=set)
    now: set[str] = field(default_factory=set)

    @property
    def year(self) -> int:
        """Return the year at hand, the same in both."""
        return self.towns[0].year

    @property
    def age(self) -> int:
        """Return the academic age."""
        row = self.rows[0] if self.rows[0] is not None else self.rows[1]
        town = self.towns[0] if self.rows[0] is not None else self.towns[1]
        assert row is not None
        return self.year - int(town.children.cohort.item(row))

    @property
    def there(self) -> bool:
        """Tell whether the child is in both towns."""
        return self.rows[0] is not None and self.rows[1] is not None

    def live_year(self) -> Iterator[str]:
        """Yield one year of both, phase by phase; after each, `rows` and `now` are as the phase left them."""
        self.before = set(self.now)
        for first, _ in zip(self.towns[0].phases(), self.towns[1].phases(), strict=True):
            if first == "arrive":
                self.look_up()
            self.before = self.now
            self.now = self._differing()
            yield first

    def look_up(self) -> None:
        """Find the child in both towns."""
        self.rows = row_of(self.towns[0], self.child), row_of(self.towns[1], self.child)

    @property
    def parted(self) -> list[str]:
        """Return the columns that the last phase set apart."""
        return sorted(self.now - self.before)

    def of(self, column: str) -> tuple[Any, Any]:
        """Return a column of the child in both worlds; both must have the child."""
        first, second = (
            town.children.array(column).item(int(row[0]))
            for town, row in zip(self.towns, self.rows_of_both(), strict=True)
        )
        return first, second

    def of_family(self, column: str) -> tuple[Any, Any]:
        """Return a column of the child's family in both worlds."""
        at = self.of("family")
        first, second = (
            town.families.array(column).item(row) for town, row in zip(self.towns, at, strict=True)
        )
        return first, second

    def rows_of_both(self) -> tuple[Rows, Rows]:
        """Return the rows as arrays of one, as the model's functions want them."""
        assert self.rows[0] is not None
        assert self.rows[1] is not None
        return np.array([self.rows[0]], np.intp), np.array([self.rows[1]], np.intp)

    def _differing(self) -> set[str]:
        a, b = (_state(town, row) for town, row in zip(self.towns, self.rows, strict=True))
        if not a and not b:
            return set()
        if not a or not b:
            return {"present"}
        return {name for name, value in a.items() if not _same(value, b[name])}


def _state(town: "Town", row: int | None) -> dict[str, Any]:
    """Return all columns of a child, and those of the family that bear on it; rows of families are told by
    id."""
    if row is None:
        return _ABSENT
    c, f = town.children, town.families
    state = {name: c.array(name).item(row) for name in c.names}
    family = state["family"]
    state["family"] = f.id.item(family) if family >= 0 else 0
    if family >= 0:
        state |= {f"family.{name}": f.array(name).item(family) for name in _OF_FAMILY}
    return state


def _same(x: Any, y: Any) -> bool:
    if x == y:
        return True
    return isinstance(x, float) and isinstance(y, float) and math.isnan(x) and math.isnan(y)
