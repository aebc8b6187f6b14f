"""A scenario: what happens to which place until when, as a file says it; everything not said is as history
was."""

import hashlib
import json
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
)

from model import files
from model.errors import ABSENT, InputError, key_path, nearest, unknown
from model.parameters import Parameters
from model.reading import first_fault, load_toml

FIRST_YEAR = 1998
"""The year in which a town is built."""
LAST_YEAR = 2048

_WORDS = {"title", "question", "notes"}
_SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?")


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Switches(_Checked):
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


def _checked_path(value: object) -> object:
    """England's path: "flat", or yearly changes between -5 and 5 by series."""
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


class England(_Checked):
    """England's path after the last published year."""

    path: Annotated[Literal["flat"] | dict[str, float], BeforeValidator(_checked_path)] = Field(
        default="flat", description='"flat", or a table of yearly changes by series, in the unit of each.'
    )


def _by_year(value: object) -> object:
    """Births by year from keys "2030" or "2030-2048"; two keys may not name the same year."""
    if not isinstance(value, Mapping):
        return value
    by_year: dict[int, object] = {}
    for key, births in value.items():
        at = key_path(("births", str(key)))
        match = _SPAN.fullmatch(str(key))
        if match is None:
            raise InputError(
                "is no year", at=at, allowed='"2030", or "2030-2048" for all years from the first to the last'
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise InputError("has its years reversed", at=at, allowed=f'"{last}-{first}"')
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise InputError(f"must name years between {FIRST_YEAR} and {LAST_YEAR}", at=at)
        if isinstance(births, bool) or not isinstance(births, int) or not 0 <= births <= 20_000:
            raise InputError("must be a whole number between 0 and 20000", at=at, value=births)
        for year in range(first, last + 1):
            if year in by_year:
                raise InputError(f"names {year} a second time", at=at)
            by_year[year] = births
    return dict(sorted(by_year.items()))


def _overrides(value: object, info: ValidationInfo) -> object:
    """Other values of parameters by "section.name", from such keys or from a table a section."""
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
    if isinstance(value, str) and value not in files.place_names():
        raise unknown("a place", value, files.place_names(), at="place")
    return value


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


class Scenario(_Checked):
    """One scenario, checked. Make it with `load` or `of` and vary it with `changed`: they raise
    InputError."""

    title: str = Field(min_length=1, description="What a board would call it.")
    question: str = Field(default="", description="The question that it answers.")
    notes: str = Field(default="", description="What a reader should know about it.")
    place: Annotated[str, BeforeValidator(_place)] = Field(description="A folder of model/places.")
    until: int = Field(
        LAST_YEAR, ge=FIRST_YEAR + 1, le=LAST_YEAR, description="The last academic year lived."
    )
    scale: float = Field(
        default=1.0, ge=0.02, le=20.0, description="Size of the town; below 1 it is a reduced town."
    )
    goals: Annotated[tuple[str, ...], BeforeValidator(_goals)] = Field(
        default=("opportunity_area_2021", "vision_2048"),
        description="Goal files of scenarios/goals, by name.",
    )
    record: Literal["default", "full"] = Field(
        default="default", description="How much of each year is kept."
    )
    switches: Switches = Switches()
    england: England = England()
    births: Annotated[dict[int, int], BeforeValidator(_by_year)] = Field(
        default={},
        description="Births at scale 1, in place of the place's own, by year or years (2030-2048).",
    )
    parameters: Annotated[dict[str, float | tuple[float, ...]], BeforeValidator(_overrides)] = Field(
        default={}, description='Other values for numbers of the model, by "section.name".'
    )
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """The name of its file without `.toml`; empty for a scenario that was not loaded."""
        return self._name

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """The scenario of that name in `scenarios/`, or of a file whose path ends in `.toml`. Raises
        InputError."""
        path = files.resolve(name_or_path, files.scenarios(), "scenario")
        return cls.of(load_toml(path), where=files.shown_path(path), name=path.stem)

    @classmethod
    def of(cls, content: Mapping[str, Any], *, where: str = "", name: str = "") -> Self:
        """The scenario with that content, as a TOML file would have it. Raises InputError for the first
        fault."""
        try:
            scenario = cls.model_validate(dict(content))
        except ValidationError as error:
            raise first_fault(error, cls, content, where) from None
        except InputError as error:
            raise error.inside(where) from None
        scenario._name = name
        return scenario

    def changed(self, changes: Mapping[str, Any] | None = None, /, **dotted: Any) -> Self:
        """A copy with other values at dotted keys, checked like a file: `changed({"switches.peers": False},
        until=2021)`. Raises InputError."""
        content: dict[str, Any] = self.model_dump()
        for key, value in {**(changes or {}), **dotted}.items():
            first, *rest = key.split(".", 1)
            if not rest:
                content[first] = value
                continue
            inner = content.get(first, ABSENT)
            if not isinstance(inner, dict):
                raise InputError("is not a table of the scenario", at=key, value=value)
            inner[rest[0] if first != "births" else _one_year(rest[0])] = value
        return self.of(content, name=self._name)

    def key(self) -> str:
        """32 hexadecimal digits of all that it says, but for title, question and notes: the same for two
        files that say the same in another order or spelling."""
        content = json.dumps(self.model_dump(mode="json", exclude=_WORDS), sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def check_series(self, known: Collection[str]) -> None:
        """Raises InputError where England's path names a series that is not in `known`."""
        path = self.england.path if isinstance(self.england.path, dict) else {}
        for series, change in path.items():
            if series not in known:
                where = f"{self._name}.toml" if self._name else ""
                at = f"england.path.{series}"
                raise unknown("a series of England", series, known, where=where, at=at, value=change)

    def describe(self) -> str:
        """The scenario in a few lines for a reader: its words, its place and years, and what differs from the
        usual."""
        lines = [self.title, self.question, f"{self.place}, {FIRST_YEAR} to {self.until}"]
        if self.scale != 1.0:
            lines.append(f"{'reduced' if self.scale < 1 else 'enlarged'} town: scale {self.scale:g}")
        off = [name for name, on in self.switches if not on]
        if off:
            lines.append(f"left out: {', '.join(off)}")
        if isinstance(self.england.path, dict):
            path = ", ".join(f"{series} {change:+g}" for series, change in self.england.path.items())
            lines.append(f"England's path, a year: {path}")
        if self.births:
            years = sorted(self.births)
            lines.append(f"births given for {len(years)} years from {years[0]} to {years[-1]}")
        lines += [f"{name} = {value}" for name, value in self.parameters.items()]
        return "\n".join(line for line in (*lines, self.notes) if line)


def _one_year(key: str) -> int | str:
    return int(key) if key.isdecimal() else key


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, by which an editor completes and checks it."""
    return Scenario.model_json_schema()
