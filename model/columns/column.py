"""What a column of state is: name, dtype, unit, range, meaning, and which phases of the year write it."""

import keyword
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


class ColumnError(ValueError):
    """An impossible declaration, a value that a column does not hold, or a write by a phase that may not."""


@dataclass(frozen=True, slots=True, init=False)
class Column:
    """One attribute of an agent kind, and who writes it.

    Args:
        name: a Python name, no leading underscore.
        dtype: bool, an integer, or a float type of NumPy.
        unit: such as ``"SD of skill"`` or ``"yes/no"``.
        low, high: the range, both included, of a row in use; infinite bounds are for floats only.
        meaning: one line.
        writers: names of the phases that may write it, at least one.
        initial: what a row holds before anybody writes it. It may lie outside the range: ``Table.check`` then
            finds a used row that was never written. A float column whose initial value is NaN may hold NaN,
            which then means "not known (yet)"; no other column may.

    Raises:
        ColumnError: any of these does not hold.
    """

    name: str
    dtype: np.dtype[Any]
    unit: str
    low: float
    high: float
    meaning: str
    writers: tuple[str, ...]
    initial: float

    def __init__(
        self,
        name: str,
        dtype: DTypeLike,
        unit: str,
        low: float,
        high: float,
        meaning: str,
        writers: Sequence[str],
        initial: float = 0,
    ) -> None:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise ColumnError(f"column {name!r}: must be a Python name without a leading underscore")
        kind = np.dtype(dtype)
        if kind.kind not in "biuf":
            raise ColumnError(f"column {name}: dtype {kind} must be bool, an integer or a float type")
        if not unit.strip() or not meaning.strip():
            raise ColumnError(f"column {name}: must say its unit and its meaning")
        if isinstance(writers, str) or not writers or len(set(writers)) != len(writers):
            raise ColumnError(
                f"column {name}: writers = {writers!r}: must be a tuple of distinct phases, not empty"
            )
        store = object.__setattr__
        for field, value in (("name", name), ("dtype", kind), ("unit", unit), ("meaning", meaning)):
            store(self, field, value)
        store(self, "writers", tuple(writers))
        store(self, "low", self._number("low", low))
        store(self, "high", self._number("high", high))
        store(self, "initial", self._number("initial", initial))
        if self.low > self.high:
            raise ColumnError(f"column {name}: low {low} is above high {high}")

    def _number(self, what: str, value: float) -> float:
        """Return ``value`` as a bool, int or float that the dtype can hold."""
        text = f"column {self.name}: {what} = {value}"
        if self.dtype.kind == "f":
            if math.isnan(value) and what != "initial":
                raise ColumnError(f"{text}: must be a number")
            if math.isfinite(value) and abs(value) > float(np.finfo(self.dtype).max):
                raise ColumnError(f"{text}: does not fit {self.dtype}")
            return float(value)
        if not math.isfinite(value) or value != int(value):
            raise ColumnError(f"{text}: must be a whole number ({self.dtype})")
        first, last = 0, 1
        if self.dtype.kind != "b":
            first, last = np.iinfo(self.dtype).min, np.iinfo(self.dtype).max
        if not first <= value <= last:
            raise ColumnError(f"{text}: does not fit {self.dtype} ({first} to {last})")
        return bool(value) if self.dtype.kind == "b" else int(value)

    @property
    def may_be_missing(self) -> bool:
        """Tell whether NaN is a value: it is where the initial value is NaN."""
        return math.isnan(self.initial)

    @property
    def allowed(self) -> str:
        """Return the range in words, for messages and tables: ``between 0 and 30 (years)``."""
        if self.dtype.kind == "b":
            return "True or False"
        form = "g" if self.dtype.kind == "f" else "d"
        text = f"between {self.low:{form}} and {self.high:{form}} ({self.unit})"
        return f"{text}, or missing" if self.may_be_missing else text

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which of ``values``, already of this dtype, lie in the range; same shape."""
        inside: NDArray[np.bool_] = (values >= self.low) & (values <= self.high)
        return inside | np.isnan(values) if self.may_be_missing else inside

    def cast(self, values: ArrayLike) -> NDArray[Any]:
        """Return ``values`` (a number or an array of them) in this column's dtype; same shape.

        Raises:
            ColumnError: not a number, out of range, or not kept by the dtype (2.5 in a column of integers).
        """
        given = np.asarray(values)
        if given.dtype.kind not in "biuf":
            raise ColumnError(f"{self.name} = {values!r}: must be {self.allowed}")
        if self.dtype.kind == "f":
            with np.errstate(over="ignore"):
                fits = self.holds(given.astype(self.dtype))
        else:
            fits = (given >= self.low) & (given <= self.high)
            if given.dtype.kind == "f":
                fits &= given == np.floor(given)
        if not np.all(fits):
            worst = given.reshape(-1)[int(np.argmin(fits))]
            raise ColumnError(f"{self.name} = {worst}: must be {self.allowed}, stored as {self.dtype}")
        return given.astype(self.dtype)


def column(
    name: str,
    dtype: type[np.generic],
    unit: str,
    low: float,
    high: float,
    meaning: str,
    *writers: str,
    initial: float = 0,
) -> Column:
    """Return a column with its writers named one after another; see :class:`Column`."""
    return Column(name, np.dtype(dtype), unit, low, high, meaning, writers, initial)
