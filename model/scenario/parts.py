"""Parts of a scenario beside its programmes: switches, England's path, births, and the checks of names."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from model.calendar import FIRST_YEAR, LAST_YEAR
from model.inputs.parameters import Parameters
from model.inputs.place_name import place_called
from model.io import files
from model.io.errors import InputError, key_path, nearest, unknown
from model.io.schema import Checked, by_year


class Switches(Checked):
    """Parts of the model that can be left out, to see what they do. All are on unless a scenario says
    otherwise."""

    peers: bool = Field(
        default=True, description="The weakest pupils of a year group slow the others' learning."
    )
    school_choice: bool = Field(
        default=True, description="Families rank schools; off: the nearest school with a place."
    )
    migration: bool = Field(default=True, description="Families move into the town and away.")
    staffing_feedback: bool = Field(
        default=True, description="Teachers leave by their school's intake and conditions."
    )
    next_generation: bool = Field(default=True, description="Children who grew up here become parents here.")
    trust: bool = Field(default=True, description="Trust in school spreads between families.")
    rival_places: bool = Field(
        default=True, description="A place at a school, course or employer taken is gone."
    )
    alliance: bool = Field(
        default=True, description="A partnership's strength multiplies what programmes do."
    )
    stacking: bool = Field(
        default=True, description="Several programmes on one child in a year add up to less than their sum."
    )
    dose_cap: bool = Field(default=True, description="What a child can gain in a year has a limit.")
    youth_voice: bool = Field(
        default=True, description="Programmes shaped with young people may be taken up by more of them."
    )


def _checked_path(value: object) -> object:
    """Return England's path: "flat", or yearly changes between -5 and 5 by series."""
    if value == "flat":
        return value
    if not isinstance(value, Mapping):
        hint = nearest(value, ["flat"]) if isinstance(value, str) else None
        allowed = '"flat", or a table of yearly changes by series'
        raise InputError("is no path for England", at="england.path", value=value, allowed=allowed, hint=hint)
    for series, change in value.items():
        at = key_path(("england", "path", str(series)))
        if isinstance(change, bool) or not isinstance(change, int | float) or not math.isfinite(change):
            raise InputError("must be a number, the change a year in the series' unit", at=at, value=change)
        if not -5 <= change <= 5:
            raise InputError("must be between -5 and 5 a year", at=at, value=change)
    return {str(series): float(change) for series, change in value.items()}


class EnglandPath(Checked):
    """England's path after the last published year."""

    path: Annotated[Literal["flat"] | dict[str, float], BeforeValidator(_checked_path)] = Field(
        default="flat", description='"flat", or a table of yearly changes by series, in the unit of each.'
    )


def _births_of(value: object, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 20_000:
        raise InputError("must be a whole number between 0 and 20000", at=at, value=value)
    return value


def _births(value: object) -> object:
    """Return the births by year from keys "2030" or "2030-2048"; two keys may not name the same year."""
    if not isinstance(value, Mapping):
        return value
    return by_year(value, "births", _births_of, FIRST_YEAR, LAST_YEAR)


def _overrides(value: object, info: ValidationInfo) -> object:
    """Return the other values of parameters by "section.name", from such keys or from a table a section."""
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, Any] = {}
    for key, entry in value.items():
        for name, number in entry.items() if isinstance(entry, Mapping) else [("", entry)]:
            flat[f"{key}.{name}" if name else str(key)] = number
    if flat:
        try:
            changed = Parameters.load(place=info.data.get("place")).changed(flat)
        except InputError as error:
            raise error if error.where else error.inside("", "parameters") from None
        flat = {name: changed.record(name).value for name in flat}
    return flat


def _place(value: object) -> object:
    return place_called(value) if isinstance(value, str) else value


def _goals(value: object) -> object:
    if isinstance(value, list | tuple):
        known = files.names(files.goal_files())
        for number, name in enumerate(value):
            at = key_path(("goals", number))
            if isinstance(name, str) and name not in known:
                raise unknown("a goal file", name, known, at=at)
            if name in value[:number]:
                raise InputError("is named twice", at=at, value=name)
        return tuple(value)
    return value


PlaceName = Annotated[str, BeforeValidator(_place)]
Goals = Annotated[tuple[str, ...], BeforeValidator(_goals)]
Births = Annotated[dict[int, int], BeforeValidator(_births)]
Overrides = Annotated[dict[str, float | tuple[float, ...]], BeforeValidator(_overrides)]
