"""Dotted keys of a scenario, as `Scenario.changed` and the factors of a study name them: which of them write
the same, and how a value is set at one.

A key is a name of the scenario's file and names of the tables in it ("alliance.youth_voice"); a programme
stands by its name ("programmes.NAME.reach"), years by themselves or as a span ("births.2030-2048").
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from model.io.errors import InputError, unknown
from model.io.schema import years_of

PROGRAMMES: Final = "programmes"
_ONE_OF: Final = frozenset({"reach", "places"})
"""Keys of a programme that stand for each other: what is given last holds."""
_OF_FILES: Final = ("extends", "drop")


def plain(value: object) -> Any:
    """Return a value without NumPy's types, as a file would have it: scalars as Python's, arrays as lists."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    # An empty tuple is what a scenario's own content has for a list that does not restrict.
    return tuple(plain(entry) for entry in value) if isinstance(value, tuple) else value


def programme_of(key: str, names: Collection[str]) -> str | None:
    """Return the programme that a key is of, None where it is of none: the longest of `names` that it starts
    with (a name may have dots in it), else what stands before the next dot."""
    first, _, rest = key.partition(".")
    if first != PROGRAMMES or not rest:
        return None
    known = [name for name in names if rest == name or rest.startswith(f"{name}.")]
    return max(known, key=len) if known else rest.partition(".")[0]


def check_apart(keys: Sequence[str], names: Collection[str]) -> None:
    """Raise InputError where two keys write the same, so that their order would decide; `names` are those of
    the programmes."""
    for one, other in itertools.combinations(keys, 2):
        if overwrite(one, other, names):
            raise InputError(f"is given besides {one}, which writes the same; give one of them", at=other)


def overwrite(one: str, other: str, names: Collection[str]) -> bool:
    """Tell if two keys write the same: one key in two spellings, a table and a key in it, years that overlap,
    or reach and places of one programme."""
    a, b = _path(one, names), _path(other, names)
    if a[0] == b[0] == PROGRAMMES and a[1:2] == b[1:2] and {*a[2:3], *b[2:3]} == _ONE_OF:
        return True
    return all(_meet(*steps) for steps in zip(a, b, strict=False))


def set_at(
    content: dict[str, Any], key: str, value: object, programmes: Mapping[str, dict[str, Any]]
) -> None:
    """Set a value at a key of a scenario's content, as `Scenario.model_dump` gives it; `programmes` are those
    of the content by name.

    Raises:
        InputError: the key leads into what is no table, or to a programme that there is not.
    """
    first, _, rest = key.partition(".")
    if first in _OF_FILES:
        raise InputError("is said by a file only, of the scenario that it starts from", at=key, value=value)
    if not rest:
        content[key] = value
        return
    table: Any
    if first == PROGRAMMES:
        table, rest = _programme(key, value, programmes)
    else:
        table = content.get(first)
    if not isinstance(table, dict):
        raise InputError("is not a table of the scenario", at=key, value=value)
    # The keys of numbers and cards have no tables in them.
    step, _, deeper = rest.partition(".")
    while deeper and isinstance(table.get(step), dict):
        table, rest = table[step], deeper
        step, _, deeper = rest.partition(".")
    years = years_of(rest) if _is_by_year(first, table) else None
    # What the table has of these years is replaced; else the span stays as the user wrote it.
    replaces = years is not None and any(year in table for year in years)
    written: Iterable[int | str] = years if years and replaces else (rest,)
    table.update(dict.fromkeys(written, value))


def as_given(error: InputError, names: Sequence[str]) -> InputError:
    """Return the error with a programme by its name, as a key has it, in place of its position."""
    for position, name in enumerate(names):
        start = f"{PROGRAMMES}[{position}]"
        if error.at == start or error.at.startswith(f"{start}."):
            return error.moved(f"{PROGRAMMES}.{name}{error.at.removeprefix(start)}")
    return error


def _path(key: str, names: Collection[str]) -> list[str]:
    name = programme_of(key, names)
    if name is None:
        return key.split(".")
    rest = key.removeprefix(f"{PROGRAMMES}.{name}").removeprefix(".")
    return [PROGRAMMES, name, *(rest.split(".") if rest else ())]


def _meet(one: str, other: str) -> bool:
    if one == other:
        return True
    years, others = years_of(one), years_of(other)
    return years is not None and others is not None and bool({*years} & {*others})


def _programme(
    key: str, value: object, programmes: Mapping[str, dict[str, Any]]
) -> tuple[dict[str, Any], str]:
    name = programme_of(key, programmes)
    if name is None or name not in programmes:
        raise unknown("a programme of this scenario", name or "", programmes, at=key, value=value)
    rest = key.removeprefix(f"{PROGRAMMES}.{name}").removeprefix(".")
    if not rest:
        raise InputError("needs a key of the programme", at=key, value=value, allowed=f"{key}.reach")
    table = programmes[name]
    if rest in _ONE_OF:
        table.update(dict.fromkeys(_ONE_OF))
    return table, rest


def _is_by_year(first: str, table: Mapping[Any, Any]) -> bool:
    return first == "births" or (bool(table) and all(isinstance(key, int) for key in table))
