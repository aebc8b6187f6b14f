"""A place's own folder laid over what is built of its district: what it knows better, each with its reason.

Such a folder has a `place.toml` with `district`, the GSS code, and any of the files of a place:

- A CSV file holds the rows that differ, with the columns of that file and one more, `reason`. A row with the
  key of a built row (KEYS) takes its place, another one is added; with a column `drop` and `yes` in it, the
  built row goes, and only its key and the reason need be given.
- A CSV file that `[replaces]` of place.toml names, with the reason, stands instead of the built one as it is.
- `sources`, `series`, `observed` and `files` of place.toml are added to those built, `observed_in`, `bases`
  and `groups` too; `title` takes the place of the name, `notes` are put behind the notes.
- `town.toml` takes the place of the neutral numbers.

The result is a whole place folder in the cache, under the overlay's own name.
"""

import functools
import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from model.districts import cache, folder, names, place_toml, tables
from model.districts.rows import Row, cell, csv_text
from model.io.csv import Row as Read
from model.io.csv import check_unique, read_csv
from model.io.errors import InputError, nearest, unknown
from model.io.files import once_while_unchanged, shown_path
from model.io.schema import Checked
from model.io.toml import first_fault, load_toml

KEYS: Final = {
    "ages.csv": ("year", "age"),
    "births.csv": ("year",),
    "figures.csv": ("name",),
    "observed.csv": ("indicator", "group", "year", "place"),
    "schools.csv": ("school",),
    "series.csv": ("series", "group", "year"),
    "wards.csv": ("ward",),
}
"""What says that two rows of a file are of the same thing."""

REASON: Final = "reason"
DROP: Final = "drop"
_IN_ORDER: Final = ("ages.csv", "births.csv")
"""Files whose rows must stand in the order of their keys, which are numbers."""


class Overlay(Checked):
    """The content of an overlay's `place.toml`; what it adds is checked as part of the whole place."""

    district: str
    kind: Literal["town"]
    title: str = Field("", min_length=1)
    notes: str = Field(min_length=1)
    groups: list[str] = Field(default=[])
    observed_in: list[str] = Field(default=[])
    bases: list[str] = Field(default=[])
    sources: dict[str, dict[str, Any]] = Field(default={})
    series: dict[str, dict[str, Any]] = Field(default={})
    observed: dict[str, dict[str, Any]] = Field(default={})
    files: dict[str, dict[str, Any]] = Field(default={})
    replaces: dict[str, str] = Field(default={})


def is_overlay(place: Path) -> bool:
    """Tell whether the folder of a place is to be laid over a district. Raises InputError where its
    place.toml cannot be read."""
    return "district" in load_toml(place / "place.toml")


def laid(place: Path) -> Path:
    """Return the folder of a place: itself, where it stands for itself; for an overlay the result, in the
    cache.

    Raises InputError, with the file and the line, for an overlay that is wrong or changes nothing.
    """
    contents = _contents_of(place)
    if contents is None:
        return place
    return cache.kept(place.name, _key(contents), folder.FILES, lambda to: build(place, to))


def build(place: Path, to: Path) -> None:
    """Write the place folder of a district with an overlay into `to`, which is there. Raises InputError."""
    overlay = _read(place)
    try:
        district = names.find(overlay.district)
    except InputError as error:
        raise error.inside(shown_path(place / "place.toml"), "district") from None
    result: dict[str, list[Row]] = {}
    for name, rows in folder.rows_of(district).items():
        own = [{column: cell(row[column]) for column in folder.COLUMNS[name]} for row in rows]
        path = place / name
        if name in overlay.replaces:
            own = [dict(row.cells) for row in read_csv(path, folder.COLUMNS[name])]
        elif path.is_file():
            own = _merged(name, own, path, {**tables.sources(), **overlay.sources})
        result[name] = [*own]
        folder.write(to / name, csv_text(own, folder.COLUMNS[name]))
    merged = _with(place_toml.content(district, result), overlay)
    folder.write(to / "place.toml", place_toml.text(merged))
    own_town = place / folder.TOWN
    folder.write(to / folder.TOWN, (own_town if own_town.is_file() else folder.NEUTRAL).read_text("utf-8"))


def _read(place: Path) -> Overlay:
    path = place / "place.toml"
    where, raw = shown_path(path), load_toml(path)
    try:
        overlay = Overlay.model_validate(raw)
    except ValidationError as error:
        raise first_fault(error, Overlay, raw, where) from None
    for name, reason in overlay.replaces.items():
        at = f"replaces.{name}"
        if name not in KEYS:
            raise unknown("a CSV file of a place", name, KEYS, where=where, at=at, value=reason)
        if not reason.strip():
            raise InputError("must say why the file is replaced", where=where, at=at, value=reason)
        if not (place / name).is_file():
            raise InputError("there is no such file", where=where, at=at)
    return overlay


def _files(place: Path) -> Iterator[Path]:
    """Yield the files of an overlay. Raises InputError for one that is no file of a place."""
    for path in sorted(place.iterdir()):
        if path.suffix not in (".toml", ".csv"):
            continue
        if path.name not in folder.FILES:
            hint = nearest(path.name, folder.FILES)
            raise InputError(
                "is no file of a place", where=shown_path(path), allowed=", ".join(folder.FILES), hint=hint
            )
        yield path


@once_while_unchanged
def _contents_of(place: Path) -> Mapping[str, bytes] | None:
    """Return the files of an overlay; none for a folder that stands for itself."""
    return {path.name: path.read_bytes() for path in _files(place)} if is_overlay(place) else None


def _key(contents: Mapping[str, bytes]) -> str:
    hashed = hashlib.blake2b(folder.key().encode(), digest_size=8)
    for name, content in sorted(contents.items()):
        hashed.update(name.encode() + hashlib.blake2b(content).digest())
    return hashed.hexdigest()


def _merged(
    name: str, built: list[dict[str, str]], path: Path, sources: Collection[str]
) -> list[dict[str, str]]:
    """Return the built rows of a file with those of an overlay's file put in, added and taken out."""
    key, columns = KEYS[name], folder.COLUMNS[name]
    changes = _changes(path, columns)
    check_unique(changes, key)
    rows = {tuple(row[column] for column in key): row for row in built}
    for change in changes:
        own = tuple(change.text(column) for column in key)
        change.text(REASON)
        if change.cells.get(DROP):
            change.word(DROP, ("yes",), "yes, or empty")
            if own not in rows:
                raise change.fault(DROP, f"no row of {', '.join(own)} is built that could go")
            del rows[own]
            continue
        if "source" in columns:
            change.source(sources)
            change.grade()
        row = {column: change.cells[column] for column in columns}
        if own in rows and _same(row, rows[own]):
            raise InputError(
                "changes nothing: this row is built", where=change.where, at=f"line {change.line}"
            )
        if "note" in columns:
            row["note"] = "; ".join(part for part in (row["note"], change.cells[REASON]) if part)
        rows[own] = row
    order = sorted(rows, key=lambda of: [int(number) for number in of]) if name in _IN_ORDER else list(rows)
    return [rows[own] for own in order]


def _changes(path: Path, columns: tuple[str, ...]) -> list[Read]:
    """Return the rows of an overlay's CSV file, with or without the column `drop`."""
    first = path.read_bytes().decode("utf-8-sig", errors="replace").partition("\n")[0]
    drop = (DROP,) if DROP in [column.strip() for column in first.split(",")] else ()
    return read_csv(path, (*columns, REASON, *drop))


def _same(row: Mapping[str, str], built: Mapping[str, str]) -> bool:
    """Tell whether two rows say the same, their notes apart; numbers count by value."""
    return all(_value(row[column]) == _value(of) for column, of in built.items() if column != "note")


@functools.cache
def _value(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _with(built: dict[str, Any], overlay: Overlay) -> dict[str, Any]:
    """Return the content of place.toml with what an overlay adds."""
    merged = dict(built)
    merged["title"] = overlay.title or built["title"]
    merged["notes"] = built["notes"] + overlay.notes.lstrip("\n")
    for name in ("groups", "observed_in", "bases"):
        merged[name] = list(dict.fromkeys([*built[name], *getattr(overlay, name)]))
    for name in ("sources", "series", "observed", "files"):
        merged[name] = {**built[name], **getattr(overlay, name)}
    return merged
