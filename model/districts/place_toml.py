"""The text of a built district's `place.toml`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from model.districts import observed, schools, series, tables, wards
from model.districts.names import District, districts
from model.districts.rows import Row

GROUPS: Final = ("all", "disadvantaged", "other", "fsm", "non_fsm")
ALWAYS: Final = ("DERIVED", "JUDGEMENT")
"""Sources that stand in every place.toml, so that a folder of one's own can use them."""


def text(district: District, rows: Mapping[str, Sequence[Row]]) -> str:
    """Return `place.toml` of a district whose CSV files have these rows."""
    lines = [
        f"title = {quoted(district.name)}",
        'kind = "town"',
        'nation = "england"',
        "licence = "
        + quoted(
            "Contains public sector information licensed under the Open Government Licence v3.0; publishers "
            "are named under [sources]."
        ),
        f"notes = {paragraph(notes(district, rows))}",
        f"groups = {listing(GROUPS)}",
        f"observed_in = {listing(observed.areas(district))}",
        f"bases = {listing(observed.BASES)}",
        "",
        "# Grades: A read in the source, or arithmetic on its rows; B well known; C approximate; D derived,",
        "# the note says how; J judgement. A source is one of the keys below, with the publisher's own name",
        "# of the series behind a colon.",
        "[sources]",
        *(
            f"{key} = {{ publication = {quoted(of['publication'])}, licence = {quoted(of['licence'])}, "
            f"read_at = {quoted(of['read_at'])} }}"
            for key, of in tables.sources().items()
            if key in _keys(rows)
        ),
        "",
        "[series]",
        *(
            f'{name} = {{ unit = {quoted(unit)}, low = {low:g}, high = {high:g}, gap = "interpolate", '
            f"meaning = {quoted(meaning)} }}"
            for name, (unit, low, high, meaning) in series.KINDS.items()
        ),
        "",
        "[observed]",
        *(
            f"{name} = {{ unit = {quoted(unit)}, low = {low:g}, high = {high:g} }}"
            for name, (unit, low, high) in observed.KINDS.items()
        ),
    ]
    for name, of in (("wards.csv", wards), ("schools.csv", schools)):
        lines += [
            "",
            f"[files.{quoted(name)}]",
            f"source = {quoted(of.SOURCE)}",
            f"grade = {quoted(of.GRADE)}",
            f"note = {paragraph(of.note(district).splitlines())}",
        ]
    return "\n".join(lines) + "\n"


def notes(district: District, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return what is to be said of a district's inputs, a sentence a line: boundaries, county figures, and
    what stands in for a figure that is not published."""
    said = [
        f"The local authority district {district.code}, {district.name}, with its "
        f"{len(rows['wards.csv'])} wards of 2017, built from published tables. Everybody in the model is "
        "synthetic, and the schools are simulated.",
        *_boundaries(district),
    ]
    if district.two_tier:
        said.append(f"Schools are those of {district.upper_tier}.")
    return said


def _boundaries(district: District) -> list[str]:
    said = []
    before = [of.name for of in districts() if of.successor == district.code and of.code != district.code]
    if before:
        said.append(
            f"The district was made in {district.first_year} of {', '.join(before)}; figures of before are "
            "theirs, summed."
        )
    if district.abolished:
        said.append(
            f"The district was abolished in {district.last_year + 1} and lies in {district.successor_name} "
            f"({district.successor}) today; series of later years are of {district.successor_name}."
        )
    return said


def _keys(rows: Mapping[str, Sequence[Row]]) -> set[str]:
    """Return the keys of all sources that the rows and the files without sources name."""
    named = {str(row["source"]) for of in rows.values() for row in of if "source" in row}
    named |= {wards.SOURCE, schools.SOURCE}
    return {part.split(":")[0].strip() for source in named for part in source.split(";")} | {*ALWAYS}


def quoted(value: str) -> str:
    """Return a text as TOML writes it on one line."""
    return json.dumps(value, ensure_ascii=False)


def listing(words: Iterable[str]) -> str:
    """Return texts as a TOML list."""
    return "[" + ", ".join(quoted(word) for word in words) + "]"


def paragraph(lines: Iterable[str]) -> str:
    """Return lines as a TOML text of several lines."""
    return '"""\n' + "".join(quoted(line)[1:-1] + "\n" for line in lines) + '"""'
