"""State in columns: one table an agent kind, one NumPy array an attribute, each declared once.

A :class:`Table` holds the columns of one agent kind. Its arrays are read-only until :meth:`Table.open` names
a phase of the year; then exactly the columns that name that phase as a writer can be written, until the next
``open`` or ``close``. Building the town is a phase like another, ``"populate"``.

The rule rests on ``ndarray.flags.writeable`` of the whole array.

It catches every write through ``table.theta``, or a name bound to that same array: whole, by row, slice or
mask, in place or as ``out=``; a write through a view taken while the column was closed, also after it was
opened; a write to an array that :meth:`Table.grow` has replaced.

It cannot catch a view (``table.theta[:9]``, ``table.theta.T``) that was taken while the column was open: it
stays writeable after ``close``. So a phase keeps no view when it ends. Nor does it stop code that sets the
flag itself.

A numba kernel is compiled once for a read-only array and once more for a writeable one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.columns.column import Column, ColumnError
from model.compiled import compiled
from model.io.errors import nearest

__all__ = ["Column", "ColumnError", "Table"]


_INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
_KINDS = ("boolean", *_INTEGERS, "float32", "float64")


@compiled(*(f'void({kind}[::1], Array(intp, 1, "C", readonly=True), {kind}[::1])' for kind in _KINDS))
def _fill(array: NDArray[Any], rows: NDArray[np.intp], value: NDArray[Any]) -> None:
    for i in range(rows.shape[0]):
        array[rows[i]] = value[0]


class Table:
    """The columns of one agent kind: ``table.theta`` is the whole array, shape ``(capacity,)``.

    Every table has a column ``id`` (uint32; 0 marks a row not in use) and may have a bool column ``present``.

    Args:
        kind: name of the agent kind, such as ``"child"``.
        columns: their declarations; names are unique and none is a method of this class.
        capacity: number of rows, in use or not.

    Raises:
        ColumnError: any of these does not hold.
    """

    kind: str
    declarations: tuple[Column, ...]
    capacity: int
    phase_open: str | None
    _columns: dict[str, Column]
    _arrays: dict[str, NDArray[Any]]
    _initials: dict[str, NDArray[Any]]
    _switches: dict[str, tuple[Callable[..., None], ...]]
    _open: tuple[Callable[..., None], ...]

    def __init__(self, kind: str, columns: Sequence[Column], capacity: int) -> None:
        if not kind.isidentifier():
            raise ColumnError(f"table {kind!r}: its kind must be a Python name")
        if capacity < 0:
            raise ColumnError(f"table {kind}: capacity = {capacity}: must be 0 or more")
        self._check_names(kind, columns)
        arrays = {column.name: _rows(column, capacity) for column in columns}
        self._install(kind, tuple(columns), arrays, capacity)

    @classmethod
    def _check_names(cls, kind: str, columns: Sequence[Column]) -> None:
        declared: dict[str, Column] = {}
        reserved = {*dir(cls), *cls.__annotations__}
        for column in columns:
            if column.name in declared:
                raise ColumnError(f"table {kind}: column {column.name!r} is declared twice")
            if column.name in reserved:
                raise ColumnError(
                    f"table {kind}: no column can be called {column.name!r}: every table has that"
                )
            declared[column.name] = column
        if "id" not in declared or declared["id"].dtype != np.uint32 or declared["id"].initial != 0:
            raise ColumnError(f"table {kind}: needs a column 'id' of uint32, 0 at first (row not in use)")
        if "present" in declared and declared["present"].dtype != np.bool_:
            raise ColumnError(f"table {kind}: column 'present' must be bool, not {declared['present'].dtype}")

    def _install(
        self, kind: str, columns: tuple[Column, ...], arrays: dict[str, NDArray[Any]], capacity: int
    ) -> None:
        """Take ``arrays``, each owning its data, as this table's columns, all closed."""
        switches: dict[str, list[Callable[..., None]]] = {}
        for column in columns:
            arrays[column.name].setflags(write=False)
            for phase in column.writers:
                # A bound setflags costs 0.15 microseconds a column, `array.flags.writeable = ...` 0.7.
                switches.setdefault(phase, []).append(arrays[column.name].setflags)
        self.__dict__.update(
            {**arrays, "kind": kind, "declarations": columns, "capacity": capacity, "phase_open": None},
            _columns={column.name: column for column in columns},
            _arrays=arrays,
            _initials={column.name: np.full(1, column.initial, column.dtype) for column in columns},
            _switches={phase: tuple(those) for phase, those in switches.items()},
            _open=(),
        )

    # Who may write.

    def open(self, phase: str) -> None:
        """Make exactly the columns that name ``phase`` as a writer writeable; nothing where none does."""
        self.close()
        switches = self._switches.get(phase, ())
        for setflags in switches:
            setflags(True)
        state = self.__dict__
        state["phase_open"], state["_open"] = phase, switches

    def close(self) -> None:
        """Make every column read-only. A view taken while a column was open stays writeable: keep none."""
        for setflags in self._open:
            setflags(False)
        state = self.__dict__
        state["phase_open"], state["_open"] = None, ()

    def writes(self, phase: str) -> bool:
        """Tell whether any column names ``phase`` as a writer."""
        return phase in self._switches

    def check_writers(self, phases: Iterable[str]) -> None:
        """Raise ColumnError where a column names a writer that is none of ``phases`` (with populate)."""
        known = tuple(phases)
        for column in self.declarations:
            for writer in column.writers:
                if writer not in known:
                    problem = f"{self.kind}.{column.name}: writer {writer!r} is no phase; the phases are "
                    raise ColumnError(problem + ", ".join(known) + _meant(writer, known))

    def fit(self, name: str, values: ArrayLike) -> NDArray[Any]:
        """Return ``values`` in the dtype of column ``name``, once it is known that the open phase may write
        them.

        Raises:
            AttributeError: the column is not declared.
            ColumnError: its writers do not include the open phase, or a value does not fit.
        """
        column = self.column(name)
        if name == "id":
            raise ColumnError(f"{self.kind}.id is given by a phase to a whole new row, and never changed")
        if not self._arrays[name].flags.writeable:
            now = f"the phase {self.phase_open!r}" if self.phase_open else "no phase"
            problem = f"{self.kind}.{name} is read-only: {now} is open, and only these write it: "
            raise ColumnError(problem + ", ".join(column.writers))
        try:
            return column.cast(values)
        except ColumnError as error:
            raise ColumnError(f"{self.kind}.{error}") from None

    # Rows and columns.

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, as declared."""
        return tuple(self._columns)

    @property
    def nbytes(self) -> int:
        """Return the bytes of all columns together."""
        return sum(array.nbytes for array in self._arrays.values())

    @property
    def used(self) -> int:
        """Number of rows in use (id not 0)."""
        return int(np.count_nonzero(self._arrays["id"]))

    def rows_used(self) -> NDArray[np.intp]:
        """Return the rows in use (id not 0), in order; shape (used,)."""
        return np.flatnonzero(self._arrays["id"])

    def rows_present(self) -> NDArray[np.intp]:
        """Return the rows in use and, where the table has a column ``present``, present; in order."""
        ids, present = self._arrays["id"], self._arrays.get("present")
        return np.flatnonzero(ids if present is None else present & (ids != 0))

    def column(self, name: str) -> Column:
        """Return the declaration of column ``name``; AttributeError, with the nearest spelling, for no
        column."""
        if name not in self._columns:
            raise self._unknown(name)
        return self._columns[name]

    def array(self, name: str) -> NDArray[Any]:
        """Return the array that ``table.name`` gives; AttributeError, with the nearest spelling, for no
        column."""
        if name not in self._arrays:
            raise self._unknown(name)
        return self._arrays[name]

    def reset(self, names: Iterable[str], rows: NDArray[np.intp]) -> None:
        """Give `rows` (n,) of some columns their initial values, as rows that nobody has used have them."""
        for name in names:
            _fill(self._arrays[name], rows, self._initials[name])

    def grow(self, capacity: int) -> None:
        """Give the table ``capacity`` rows: data kept, new rows at their initial values, the open phase kept.

        The arrays are new ones: look each up again. Those they replace become read-only for good.
        """
        if capacity < self.capacity:
            raise ColumnError(f"table {self.kind}: cannot shrink from {self.capacity} to {capacity} rows")
        grown: dict[str, NDArray[Any]] = {}
        for column in self.declarations:
            grown[column.name] = _rows(column, capacity)
            grown[column.name][: self.capacity] = self._arrays[column.name]
        phase = self.phase_open
        self.close()
        self._install(self.kind, self.declarations, grown, capacity)
        if phase is not None:
            self.open(phase)

    def check(self) -> None:
        """Raise ColumnError where a used row holds a value outside its column's range, or two share an id."""
        rows = self.rows_used()
        ids = self._arrays["id"][rows]
        distinct, counts = np.unique(ids, return_counts=True)
        if distinct.size != ids.size:
            twice = distinct[int(np.argmax(counts > 1))]
            first, second = rows[ids == twice][:2].tolist()
            raise ColumnError(f"{self.kind}.id: rows {first} and {second} both have the id {twice}")
        for column in self.declarations:
            values = self._arrays[column.name][rows]
            fits = column.holds(values)
            if not fits.all():
                bad = int(np.argmin(fits))
                what = f"{self.kind}.{column.name}: row {rows[bad]} (id {ids[bad]}) holds {values[bad]}"
                raise ColumnError(f"{what}: must be {column.allowed}")

    # An object that keeps its promises.

    def _unknown(self, name: str) -> AttributeError:
        return AttributeError(f"table {self.kind} has no column {name!r}" + _meant(name, self.names))

    def __getattr__(self, name: str) -> Any:
        # Reached only where no such attribute exists; while a copy is being made, none does.
        if name.startswith("_"):
            raise AttributeError(name)
        raise self._unknown(name)

    def __setattr__(self, name: str, value: Any) -> None:
        # `table.theta += 1` writes in place and then assigns the same array to its name.
        if name not in self._arrays:
            raise self._unknown(name)
        if value is not self._arrays[name]:
            raise AttributeError(
                f"{self.kind}.{name} cannot be replaced: write into it, {name}[...] = values"
            )

    def __repr__(self) -> str:
        return f"Table({self.kind!r}, {len(self.names)} columns, {self.used} of {self.capacity} rows used)"

    def copy(self) -> Self:
        """Return a table of the same content, on arrays of its own, closed."""
        twin = type(self).__new__(type(self))
        twin.__setstate__(self.__getstate__())
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __getstate__(self) -> dict[str, Any]:
        return {"kind": self.kind, "columns": self.declarations, "arrays": self._arrays}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # NumPy unpickles a read-only array onto bytes it does not own, which could never be opened: copy.
        arrays = {name: np.array(array) for name, array in state["arrays"].items()}
        self._install(state["kind"], state["columns"], arrays, arrays["id"].size)


def _rows(column: Column, capacity: int) -> NDArray[Any]:
    # zeros takes memory only for the rows that somebody writes; full takes it at once.
    if column.initial == 0:
        return np.zeros(capacity, dtype=column.dtype)
    return np.full(capacity, column.initial, dtype=column.dtype)


def _meant(word: str, options: Iterable[str]) -> str:
    likely = nearest(word, options)
    return f"; did you mean {likely!r}?" if likely else ""
