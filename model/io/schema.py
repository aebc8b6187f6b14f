"""What the parts of a scenario file have in common: strict models, values by year, lists of tables."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from model.io.errors import InputError, key_path
from model.io.toml import first_fault

_SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)


class Checked(BaseModel):
    """A part of a file that takes no key it does not know and no value of another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def years_of(key: str) -> range | None:
    """The years that a key names, "2030" or "2030-2048"; None for what is no year or span."""
    match = _SPAN.fullmatch(key)
    return None if match is None else range(int(match[1]), int(match[2] or match[1]) + 1)


def by_year(
    value: Mapping[Any, Any], at: str, check: Callable[[object, str], Any], first: int, last: int
) -> dict[int, Any]:
    """Values by year from keys "2030" or "2030-2048", in the order of years.

    Args:
        value: as a file has it. at: its key path, for errors.
        check: gives the value of one entry, from it and its key path; raises InputError.
        first, last: years that may be named.

    Raises:
        InputError: a key is no year or span, lies outside `first` to `last`, or names a year again.
    """
    found: dict[int, Any] = {}
    for key, entry in value.items():
        inner = key_path((at, str(key)))
        years = years_of(str(key))
        if years is None:
            allowed = '"2030", or "2030-2048" for all years from the first to the last'
            raise InputError("is no year", at=inner, allowed=allowed)
        if not years:
            reversed_ = f'"{years.stop - 1}-{years.start}"'
            raise InputError("has its years reversed", at=inner, allowed=reversed_)
        if years[0] < first or years[-1] > last:
            raise InputError(f"must name years between {first} and {last}", at=inner)
        checked = check(entry, inner)
        for year in years:
            if year in found:
                raise InputError(f"names {year} a second time", at=inner)
            found[year] = checked
    return dict(sorted(found.items()))


def number(value: object, at: str, low: float, high: float | None = None) -> float:
    """A finite number from `low` to `high` (no upper limit where None). Raises InputError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError("must be a number", at=at, value=value)
    if not math.isfinite(value):
        raise InputError("must be a finite number", at=at, value=value)
    if value < low or (high is not None and value > high):
        allowed = f"between {low:g} and {high:g}" if high is not None else f"at least {low:g}"
        raise InputError(f"must be {allowed}", at=at, value=value)
    return float(value)


def whole(value: object, at: str, low: int) -> int:
    """A whole number of at least `low`. Raises InputError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError("must be a whole number", at=at, value=value)
    if value < low:
        raise InputError(f"must be at least {low}", at=at, value=value)
    return value


def listed(value: object) -> object:
    """A list as the tuple that a frozen model keeps; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


LISTED: Final = BeforeValidator(listed)


def part(model: type[BaseModel], key: str) -> BeforeValidator:
    """Reads a table as `model`, so that its own errors say that they are in `key`."""

    def read(value: object) -> object:
        return _read(model, value, key) if isinstance(value, Mapping) else value

    return BeforeValidator(read)


def each(model: type[BaseModel], key: str) -> BeforeValidator:
    """Reads a list of tables as `model`s, so that an error says which entry of `key` it is in."""

    def read(value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        found = []
        for position, entry in enumerate(value):
            at = key_path((key, position))
            if not isinstance(entry, Mapping):
                raise InputError("must be a table", at=at, value=entry)
            found.append(_read(model, entry, at))
        return tuple(found)

    return BeforeValidator(read)


def _read(model: type[BaseModel], content: Mapping[Any, Any], at: str) -> BaseModel:
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        raise first_fault(error, model, content).inside("", at) from None
    except InputError as error:
        raise error.inside("", at) from None
