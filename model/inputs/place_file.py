"""`place.toml`: what a place is, where its figures were read, and what its series, outcomes and files
hold."""

import functools
import hashlib
import os
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from model.districts.folder import folder_of
from model.districts.names import find
from model.districts.overlay import laid
from model.io.csv import GRADES, is_grade, source_faults
from model.io.errors import InputError, listed, nearest
from model.io.files import place_names, places, shown_path
from model.io.toml import first_fault, load_toml

Gap = Literal["latent", "interpolate", "carry"]
"""What stands between two published years: no comparable result, a straight line, or the last earlier
value."""


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Source(_Checked):
    """Where figures were read: publisher and publication, licence, address."""

    publication: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    read_at: str


class Quantity(_Checked):
    """What a figure measures: its unit and the range outside which it is impossible."""

    unit: str = Field(min_length=1)
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low = {self.low:g} must lie below high = {self.high:g}")
        return self


class SeriesKind(Quantity):
    """A series by year: also what stands in its gaps."""

    gap: Gap
    meaning: str = Field(min_length=1)


class DistrictKind(Quantity):
    """A distribution over districts: whose figures, and which series of England moves it on."""

    carried_with: str
    basis: str = Field(min_length=1)


class FileRecord(_Checked):
    """Source and grade of a file whose rows carry none."""

    source: str = Field(min_length=1)
    grade: str
    note: str = Field(min_length=1)
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @field_validator("grade")
    @classmethod
    def _a_grade(cls, grade: str) -> str:
        if not is_grade(grade):
            raise ValueError(f"is no grade; allowed: {', '.join(GRADES)}, or like D(A)")
        return grade

    def limits(self, name: str, where: str) -> tuple[float, float]:
        """Return the smallest and largest possible value of the file `name`. Raises InputError where
        place.toml lacks them."""
        if self.low is None or self.high is None or self.low >= self.high:
            raise InputError("needs low and high, low below high", where=where, at=f"files.{name}")
        return self.low, self.high


class PlaceFile(_Checked):
    """The content of a `place.toml`, checked. `observed_in` and `bases` are the areas and the populations
    that observed outcomes may be of."""

    title: str = Field(min_length=1)
    kind: Literal["nation", "town"]
    nation: str = ""
    licence: str = Field(min_length=1)
    notes: str = ""
    groups: list[str] = Field(min_length=1)
    observed_in: list[str] = []
    bases: list[str] = []
    sources: dict[str, Source]
    series: dict[str, SeriesKind]
    districts: dict[str, DistrictKind] = {}
    observed: dict[str, Quantity] = {}
    files: dict[str, FileRecord] = {}

    def record(self, name: str, where: str) -> FileRecord:
        """Return the source and grade of the file `name`. Raises InputError where place.toml has none."""
        if name not in self.files:
            raise InputError(
                "is missing: the rows of this file carry no source", where=where, at=f"files.{name}"
            )
        return self.files[name]


def is_path(place: str) -> bool:
    """Tell whether a place is called by the path of its folder: by a separator, or a point as its first
    character."""
    return place.startswith(".") or "/" in place or os.sep in place


def place_folder(name: str, kind: Literal["nation", "town"], parent: Path | None = None) -> Path:
    """Return the folder of a nation or town: of that name in `parent`; where no `parent` is given, at that
    path, of that name among those that ship, or that of the district with that name or code, built from the
    tables. A folder that is laid over a district (`district` in its place.toml) gives the result of both.

    Raises InputError, with the nearest name of that kind, where there is none.
    """
    if parent is None and is_path(name):
        return laid(_folder_at(Path(name).resolve(), kind))
    own, parent = parent, places() if parent is None else parent
    known = (
        place_names() if parent == places() else sorted(p.parent.name for p in parent.glob("*/place.toml"))
    )
    if name in known and _kind_of(parent / name / "place.toml") == kind:
        return laid(parent / name)
    of_kind = [other for other in known if _kind_of(parent / other / "place.toml") == kind]
    if own is None and kind == "town":
        return _folder_of_district(name, of_kind)
    raise InputError(
        f"'{name}' is no {kind} of {shown_path(parent)}", allowed=listed(of_kind), hint=nearest(name, of_kind)
    )


def _folder_of_district(name: str, shipped: list[str]) -> Path:
    """Return the folder of a district: what ships under its name, or what is built of it."""
    try:
        district = find(name)
    except InputError as error:
        error.hint = f".{os.sep}{name}" if Path(name).is_dir() else error.hint or nearest(name, shipped)
        raise
    return laid(places() / district.slug) if district.slug in shipped else folder_of(district)


def _folder_at(folder: Path, kind: str) -> Path:
    """Return the folder of a place that is called by its path. Raises InputError where it is none."""
    if not folder.is_dir():
        beside = sorted(path.parent.name for path in folder.parent.glob("*/place.toml"))
        hint = nearest(folder.name, beside)
        raise InputError("there is no such folder of a place", where=str(folder), hint=hint)
    if not (folder / "place.toml").is_file():
        raise InputError("is a folder without place.toml, so no place", where=str(folder))
    if _kind_of(folder / "place.toml") != kind:
        raise InputError(f"is no {kind}", where=str(folder), allowed=f'kind = "{kind}" in place.toml')
    return folder


def _kind_of(path: Path) -> object:
    stat = path.stat()
    return _kind_while_unchanged(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=64)
def _kind_while_unchanged(path: Path, modified: int, size: int) -> object:
    return load_toml(path).get("kind")


def read_place_file(folder: Path) -> PlaceFile:
    """Return `place.toml` of `folder`. Raises InputError with key path and nearest spelling."""
    path = folder / "place.toml"
    where, raw = shown_path(path), load_toml(path)
    try:
        checked = PlaceFile.model_validate(raw)
    except ValidationError as error:
        raise first_fault(error, PlaceFile, raw, where) from None
    for name, record in checked.files.items():
        key = source_faults(record.source, checked.sources)
        if key is not None:
            raise InputError(
                f"'{key}' is no key of [sources]",
                where=where,
                at=f"files.{name}.source",
                value=record.source,
                allowed=listed(checked.sources),
                hint=nearest(key, checked.sources),
            )
        if not (folder / name).is_file():
            raise InputError("there is no such file", where=where, at=f"files.{name}")
    return checked


def digest(folder: Path) -> str:
    """Return 32 hexadecimal digits of the names and contents of all files in `folder`."""
    hashed = hashlib.blake2b(digest_size=16)
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".toml", ".csv")):
        for part in (path.name.encode(), path.read_bytes()):
            hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()
