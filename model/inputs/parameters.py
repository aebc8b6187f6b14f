"""Every number of the model as a record: value, unit, range, prior, source and grade.

The records stand in `model/parameters/<section>.toml`, one table a number; code reads them as plain
attributes:

    parameters = Parameters.load()
    parameters.learning.trait_share
"""

import functools
import hashlib
import keyword
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from model.inputs.place_file import place_folder
from model.inputs.prior import Prior, parse_prior
from model.io.errors import ABSENT, InputError, join_path, listed, nearest, unknown
from model.io.files import MODEL, shown_path
from model.io.toml import load_toml

FOLDER: Final = MODEL / "parameters"
GRADES: Final = "ABCDJS"
"""A read in a source, B well known, C approximate, D derived by arithmetic, J judgement, S solved in code."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORDS: Final = ("unit", "prior", "source", "grade", "meaning")
_REQUIRED: Final = ("value", "unit", "low", "high", "prior", "source", "grade", "meaning")
_KEYS: Final = (*_REQUIRED, "local")

type Value = float | tuple[float, ...]
type FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number, or one list of numbers, and what is known of it. `low` and `high` bound every number of
    `value`; `local` says that it is fitted to the town and not to England."""

    name: str
    value: Value
    unit: str
    low: float
    high: float
    prior: Prior
    source: str
    grade: str
    meaning: str
    local: bool = False


class Section:
    """The values of one file as plain attributes: a float for a number, a read-only float64 array for a
    list."""

    def __init__(self, name: str, values: Mapping[str, Value]) -> None:
        self.__dict__["_section"] = name
        for key, value in values.items():
            self.__dict__[key] = _frozen_array(value) if isinstance(value, tuple) else value

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            _no_such(f"parameter '{name}' in the section '{self._section}'", name, self.__dict__)
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self._section}.{name} cannot be set; use Parameters.changed")

    def __reduce__(self) -> tuple[Any, ...]:
        values = {key: value for key, value in self.__dict__.items() if key != "_section"}
        plain = {k: tuple(v.tolist()) if isinstance(v, np.ndarray) else v for k, v in values.items()}
        return Section, (self._section, plain)


class Parameters:
    """All numbers of the model; never changes, so it can be shared. Sections are attributes."""

    def __init__(self, records: Sequence[Parameter]) -> None:
        """Take records with unique names `section.name`, as `load` makes them."""
        by_section: dict[str, dict[str, Value]] = {}
        for record in records:
            section, name = record.name.split(".")
            by_section.setdefault(section, {})[name] = record.value
        self.__dict__["_records"] = {record.name: record for record in records}
        for section, values in by_section.items():
            self.__dict__[section] = Section(section, values)

    @staticmethod
    def load(folder: Path = FOLDER, place: str | None = None) -> "Parameters":
        """Return the numbers of all `*.toml` files in `folder` and, for a `place` (its name or path), of its
        town.toml (the numbers fitted to it), read once a process until a file changes. Raises InputError that
        names file and key for a record that is incomplete, out of its range or misspelt."""
        paths = sorted(folder.glob("*.toml"))
        if not paths:
            raise InputError("has no parameter files (*.toml)", where=shown_path(folder))
        if place is not None:
            paths.append(place_folder(place, "town") / "town.toml")
            if not paths[-1].is_file():
                raise InputError("is missing: the numbers fitted to the place", where=shown_path(paths[-1]))
        stats = [(path, path.stat()) for path in paths]
        return _load(tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(_no_such(f"section of parameters '{name}'", name, self.__dict__))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set; use Parameters.changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return Parameters, (tuple(self._records.values()),)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._records.values())

    def records(self) -> Iterator[Parameter]:
        """Yield all records, by section and then as the file has them."""
        return iter(self)

    def record(self, name: str) -> Parameter:
        """Return the record called `section.name`. Raises InputError with the nearest spelling where there is
        none."""
        if name not in self._records:
            raise _no_record(name, self._records)
        found: Parameter = self._records[name]
        return found

    def changed(self, overrides: Mapping[str, float | Sequence[float] | FloatArray]) -> "Parameters":
        """Return a copy in which the named numbers have other values. Raises InputError (key path = the name)
        where a name is unknown, a value is no number, leaves its range, or a list has another length."""
        records = dict(self._records)
        for name, value in overrides.items():
            if name not in records:
                raise _no_record(name, records, at=name, value=value)
            old = records[name]
            new = _checked_value(value, old.low, old.high, name)
            if _length(new) != _length(old.value):
                raise InputError(f"must be {_shape_in_words(old.value)}", at=name, value=value)
            records[name] = replace(old, value=new)
        return Parameters(tuple(records.values()))

    def digest(self) -> str:
        """Return 32 hexadecimal digits that change when any name or value changes, and not with texts, order
        or files."""
        text = "\n".join(f"{name} = {self._records[name].value!r}" for name in sorted(self._records))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int, int], ...]) -> Parameters:
    return Parameters([record for path, *_ in files for record in _records_of(path)])


def _records_of(path: Path) -> list[Parameter]:
    where, section = shown_path(path), path.stem
    if not _usable(section) or hasattr(Parameters, section):
        raise InputError(f"'{section}' cannot be the name of a section", where=where, allowed="like_this")
    try:
        return [_record(section, name, table) for name, table in load_toml(path).items()]
    except InputError as error:
        raise error.inside(where) from None


def _record(section: str, name: str, table: object) -> Parameter:
    if not _usable(name):
        raise InputError("cannot be the name of a parameter", at=name, allowed="like_this")
    if not isinstance(table, dict):
        raise InputError("must be a table", at=name, value=table)
    for key in table:
        if key not in _KEYS:
            hint = nearest(key, _KEYS)
            problem = "is not a known key"
            raise InputError(problem, at=f"{name}.{key}", value=table[key], allowed=listed(_KEYS), hint=hint)
    for key in _REQUIRED:
        if key not in table:
            raise InputError("is missing", at=f"{name}.{key}")
    for key in _WORDS:
        if not isinstance(table[key], str) or not table[key].strip():
            raise InputError("must be text, not empty", at=f"{name}.{key}", value=table[key])
    grade = table["grade"]
    if grade[0] not in GRADES or grade[1:2].isalnum():
        at = f"{name}.grade"
        raise InputError("is no grade", at=at, value=grade, allowed=f"{', '.join(GRADES)}, or like D(A)")
    local = table.get("local", False)
    if not isinstance(local, bool):
        raise InputError("must be true or false", at=f"{name}.local", value=local)
    low, high = _number(table["low"], f"{name}.low"), _number(table["high"], f"{name}.high")
    if low > high:
        raise InputError(f"must not lie above high = {high:g}", at=f"{name}.low", value=low)
    value = _checked_value(table["value"], low, high, f"{name}.value")
    prior = _checked_prior(table["prior"], low, high, f"{name}.prior")
    words = {key: table[key] for key in ("unit", "source", "grade", "meaning")}
    return Parameter(f"{section}.{name}", value, low=low, high=high, prior=prior, local=local, **words)


def _checked_prior(text: str, low: float, high: float, at: str) -> Prior:
    try:
        prior = parse_prior(text)
    except InputError as error:
        raise error.inside("", at) from None
    if prior.kind == "uniform" and not low <= min(prior.numbers) <= max(prior.numbers) <= high:
        raise InputError(f"must lie within low = {low:g} and high = {high:g}", at=at, value=text)
    return prior


def _checked_value(value: object, low: float, high: float, at: str) -> Value:
    if isinstance(value, list | tuple | np.ndarray):
        if not len(value):
            raise InputError("must not be an empty list", at=at, value=list(value))
        return tuple(_within(entry, low, high, join_path(at, f"[{i}]")) for i, entry in enumerate(value))
    return _within(value, low, high, at)


def _within(value: object, low: float, high: float, at: str) -> float:
    number = _number(value, at)
    if not low <= number <= high:
        raise InputError(f"must be between {low:g} and {high:g}", at=at, value=number)
    return number


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError("must be a number", at=at, value=value if value is not None else ABSENT)
    number = float(value)
    if not math.isfinite(number):
        raise InputError("must be a finite number", at=at, value=number)
    return number


def _usable(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not keyword.iskeyword(name)


def _length(value: Value) -> int | None:
    return len(value) if isinstance(value, tuple) else None


def _shape_in_words(value: Value) -> str:
    return f"a list of {len(value)} numbers" if isinstance(value, tuple) else "a number, not a list"


def _frozen_array(values: Sequence[float]) -> FloatArray:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def _no_record(name: str, known: Iterable[str], *, at: str = "", value: object = ABSENT) -> InputError:
    names = list(known)
    same_section = [each for each in names if each.startswith(name.split(".")[0] + ".")]
    error = unknown("a parameter", name, same_section or names, at=at, value=value)
    error.hint = nearest(name, names)
    return error


def _no_such(what: str, name: str, known: Mapping[str, object]) -> str:
    hint = nearest(name, [key for key in known if not key.startswith("_")])
    return f"there is no {what}" + (f"; did you mean '{hint}'?" if hint else "")
