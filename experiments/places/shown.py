"""One place before anything is lived: `wolsey place NAME` as text, as a JSON document and in Python."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from calibration import standing
from experiments.places.inputs import Coverage, Input, Substitute, coverage, inputs_of, substitutes
from experiments.places.listing import VERSION
from experiments.text import as_json, listing, table
from model.districts import observed
from model.districts.groups import neighbours
from model.districts.names import District, districts, find, of_code
from model.inputs.place import Place
from model.inputs.place_file import is_path
from model.inputs.place_name import place_called
from model.io.errors import InputError
from model.io.files import places, shown_path

if TYPE_CHECKING:
    import pandas as pd

_MOST_NEIGHBOURS: Final = 5
_BIRTHS_OF: Final = 2017
_WIDTH: Final = 110
_LONGEST: Final = 100
"""Letters of what stands in for an input, as a line of text shows it."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """On which boundaries a district is built: years in which it stood (2016 to 2024 at the widest), what it
    was made of, what it went into, and the authority of its schools where that is a county."""

    wards_of: int
    first_year: int
    last_year: int
    made_of: tuple[str, ...]
    successor: str
    county: str


@dataclass(frozen=True, repr=False)
class PlaceSummary:
    """What is known of a place. `code`, `region`, `opportunity_area`, `boundaries` and `neighbours` are of a
    district, empty for a folder of one's own; `neighbours` holds the place of each in the three lists of
    statistical neighbours. `made` says where the inputs come from, `warnings` what is unusual in them and how
    the model takes it, `recovery` and `score_card` where those of a fit are. `missing` are outcomes that a
    district may have and this place has not."""

    name: str
    title: str
    code: str
    region: str
    opportunity_area: str
    made: str
    folder: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    boundaries: Boundaries | None
    posterior: bool
    recovery: str
    score_card: str
    neighbours: dict[str, dict[str, int]]
    coverage: tuple[Coverage, ...]
    falls_back: tuple[Substitute, ...]
    missing: tuple[str, ...]
    inputs: tuple[Input, ...]

    def frame(self) -> "pd.DataFrame":
        """Return the inputs as a table, a row each."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.inputs])

    def document(self) -> dict[str, Any]:
        """Return all of it as a JSON document."""
        content: dict[str, Any] = as_json({"version": VERSION, **asdict(self)})
        return content

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    __repr__ = __str__


def place(text: str) -> PlaceSummary:
    """Return what is known of the place with that name or GSS code, or in the folder at that path.

    Raises:
        InputError: there is none, or its files have a fault.
    """
    loaded = Place.load(text)
    district = None if is_path(text) else _district(loaded.name)
    rows = inputs_of(loaded)
    outcomes = {row.name for row in rows if row.group == "outcomes"}
    there = standing.shipped(place_called(text))
    return PlaceSummary(
        name=loaded.name,
        title=loaded.title,
        code=district.code if district else "",
        region=district.region if district else "",
        opportunity_area=district.opportunity_area if district else "",
        made=_made(text, loaded, district),
        folder=_shown_folder(loaded.folder),
        notes=tuple(_sentences(loaded.notes)),
        warnings=loaded.warnings,
        boundaries=_boundaries(district) if district else None,
        posterior=there["posterior"] != standing.NONE,
        recovery=there["recovery"],
        score_card=there["score card"],
        neighbours=_neighbours(district),
        coverage=tuple(coverage(rows)),
        falls_back=tuple(substitutes(rows, loaded.name)),
        missing=tuple(name for name in observed.KINDS if name not in outcomes),
        inputs=tuple(rows),
    )


def _district(name: str) -> District | None:
    try:
        return find(name)
    except InputError:
        # A place that ships and is no district.
        return None


def _made(text: str, place: Place, district: District | None) -> str:
    if is_path(text):
        return "a folder of your own"
    if district is None:
        return "a folder that ships"
    if (places() / place.name / "place.toml").is_file():
        return "the published tables, with what its own folder knows beyond them"
    return "built from the published tables"


def _sentences(notes: str) -> Iterator[str]:
    """Yield the notes of a place, the lines that a sentence goes over put together."""
    held: list[str] = []
    for line in filter(None, (line.strip() for line in notes.splitlines())):
        held.append(line)
        if line.endswith((".", "!", "?")):
            yield " ".join(held)
            held = []
    if held:
        yield " ".join(held)


def _shown_folder(folder: Path) -> str:
    """Return a path as messages show it: from the current folder, or from the user's home, `~`."""
    path = Path(shown_path(folder))
    if path.is_relative_to(Path.cwd()):
        return str(path.relative_to(Path.cwd()))
    return str(Path("~") / path.relative_to(Path.home())) if path.is_relative_to(Path.home()) else str(path)


def _boundaries(district: District) -> Boundaries:
    before = [other for other in districts() if other.successor == district.code and other is not district]
    return Boundaries(
        wards_of=2017,
        first_year=district.first_year,
        last_year=district.last_year,
        made_of=tuple(other.slug for other in before),
        successor=of_code(district.successor).slug if district.abolished else "",
        county=district.upper_tier if district.two_tier else "",
    )


def _neighbours(district: District | None) -> dict[str, dict[str, int]]:
    if district is None or not (
        district.similar or district.similar_economic or district.similar_demographic
    ):
        return {}
    return {other.slug: dict(placed) for other, placed in neighbours(district)}


def _lines(of: PlaceSummary) -> Iterator[str]:
    yield f"{of.title} ({listing([of.name, of.code]).replace(' and ', ', ')})"
    yield ""
    yield from table([row for row in _head(of) if row[1]], indent="  ")
    yield ""
    for note in of.notes:
        yield from textwrap.wrap(note, _WIDTH)
    if of.notes:
        yield ""
    for warning in of.warnings:
        yield from textwrap.wrap(f"Unusual: {warning}", _WIDTH)
    if of.warnings:
        yield ""
    yield "Coverage: rows of its files, and the % of them that is published, derived and judged"
    yield from table(_coverage_rows(of), right=slice(1, 2), indent="  ")
    if of.missing:
        yield f"  no outcome of: {', '.join(of.missing)}"
    yield ""
    yield "What falls back on what"
    yield from table(_substitute_rows(of.falls_back), indent="  ")
    yield ""
    yield "Inputs (of series and outcomes the last year; --json holds all years, ages and wards)"
    yield from table(_input_rows(of.inputs, of.name), right=slice(2, 3), indent="  ")


def _head(of: PlaceSummary) -> Iterator[tuple[str, str]]:
    yield "region", of.region
    yield "area", of.opportunity_area and f"Opportunity Area {of.opportunity_area}"
    yield "inputs", f"{of.made}: {of.folder}"
    yield "boundaries", _boundary_words(of.boundaries)
    yield "schools", f"of {of.boundaries.county}, a county" if of.boundaries and of.boundaries.county else ""
    without = "none: its own numbers are drawn from their prior over English districts, so bands are wide"
    yield "posterior", "there is one" if of.posterior else without
    yield "recovery", of.recovery
    yield "score card", of.score_card
    first = list(of.neighbours)[:_MOST_NEIGHBOURS]
    yield "neighbours", f"{', '.join(first)}: `wolsey places --near {of.name}`" if first else ""


def _boundary_words(one: Boundaries | None) -> str:
    if one is None:
        return ""
    said = f"wards of {one.wards_of}"
    if one.made_of:
        said += f"; made in {one.first_year} of {listing(one.made_of)}"
    if one.successor:
        said += f"; abolished in {one.last_year + 1}, today in {one.successor}"
    return said


def _coverage_rows(of: PlaceSummary) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "rows", "years", "pub/der/jud")]
    for one in of.coverage:
        years = "" if one.first_year is None else f"{one.first_year}-{one.last_year}"
        shares = (
            "/".join(f"{100 * share:.0f}" for share in asdict(one.known).values()) if one.rows else "none"
        )
        rows.append((one.group, str(one.rows), years, shares))
    return rows


def _substitute_rows(rows: Sequence[Substitute]) -> list[tuple[str, ...]]:
    """Return a row for each substitute; kinds of schools and wards, whose file says one thing, share one."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        years = "" if row.first_year is None else str(row.first_year)
        if row.last_year != row.first_year:
            years += f"-{row.last_year}"
        of_file = row.group in ("wards", "schools") and row.says == "as the file's note says"
        name = f"all of {row.group}" if of_file else " ".join(part for part in (row.name, row.of) if part)
        says = "made from what is published: see the notes in place.toml" if of_file else _cut(row.says)
        line = (name, "" if of_file else years, row.grade, says)
        if line not in found:
            found.append(line)
    return found


def _input_rows(rows: Sequence[Input], place: str) -> list[tuple[str, ...]]:
    """Return a row for each figure, for the last year of each series and outcome, and for births of one year;
    a heading for each group."""
    found: list[tuple[str, ...]] = []
    last: dict[tuple[str, ...], Input] = {}
    for row in rows:
        if row.file in ("ages.csv", "wards.csv") or (row.file == "births.csv" and row.year != _BIRTHS_OF):
            continue
        last[row.group, row.file, row.name, row.of, row.area] = row
    group = ""
    for row in last.values():
        if row.group != group:
            group = row.group
            found.append((group.capitalize(),))
        around = f"({row.area})" if row.area not in ("", place) else ""
        name = " ".join(part for part in (row.name, row.of, around) if part)
        found.append(("", name, f"{row.value:,.10g}", row.unit, str(row.year or ""), row.grade, row.source))
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
