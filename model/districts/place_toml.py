"""What a built district's `place.toml` says, and its text."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from model.districts import figures, observed, schools, series, tables, wards
from model.districts.names import District, districts
from model.districts.rows import Row, key_text, value_text

GROUPS: Final = ("all", "disadvantaged", "other", "fsm", "non_fsm")
LICENCE: Final = (
    "Contains public sector information licensed under the Open Government Licence v3.0; publishers are "
    "named under [sources]."
)
ALWAYS: Final = ("DERIVED", "JUDGEMENT")
"""Sources that stand in every place.toml, so that a folder of one's own can use them."""

_COMMENTS: Final = {
    "sources": "# Grades: A read in the source, or arithmetic on its rows; B well known; C approximate;\n"
    "# D derived, the note says how; J judgement. A source is one of the keys below, with the publisher's\n"
    "# own name of the series behind a colon.\n",
    "series": "# One line a series of series.csv; `gap` says what stands between two published years.\n",
    "observed": "# One line an outcome of observed.csv: what was observed here, or in the area around it\n"
    "# where only that is published.\n",
    "files": "# Files whose rows carry no source of their own.\n",
}


def content(district: District, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Return what `place.toml` of a district says, whose CSV files have these rows."""
    used = _keys(rows)
    return {
        "title": district.name,
        "kind": "town",
        "nation": "england",
        "licence": LICENCE,
        "notes": "\n".join(notes(district, rows)) + "\n",
        "groups": list(GROUPS),
        "observed_in": observed.areas(district),
        "bases": list(observed.BASES),
        "sources": {key: of for key, of in tables.sources().items() if key in used},
        "series": {
            name: {"unit": unit, "low": low, "high": high, "gap": "interpolate", "meaning": meaning}
            for name, (unit, low, high, meaning) in series.KINDS.items()
        },
        "observed": {
            name: {"unit": unit, "low": low, "high": high}
            for name, (unit, low, high) in observed.KINDS.items()
        },
        "files": {
            name: {"source": of.SOURCE, "grade": of.GRADE, "note": of.note(district)}
            for name, of in (("wards.csv", wards), ("schools.csv", schools))
        },
    }


def text(content: Mapping[str, Any]) -> str:
    """Return the text of a `place.toml`: plain keys first, then a table a section, a line an entry."""
    lines = [_table({key: of for key, of in content.items() if not isinstance(of, Mapping)})]
    for section, entries in content.items():
        if not isinstance(entries, Mapping):
            continue
        lines.append("\n" + _COMMENTS.get(section, ""))
        if section == "files":
            lines.append("\n".join(f"[files.{key_text(name)}]\n{_table(of)}" for name, of in entries.items()))
        else:
            lines.append(f"[{section}]\n{_table(entries)}")
    return "".join(lines)


def _table(entries: Mapping[str, Any]) -> str:
    return "".join(f"{key_text(key)} = {value_text(of)}\n" for key, of in entries.items())


def notes(district: District, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return what is to be said of a district's inputs, a sentence a line: boundaries, county figures, and
    what stands in for a figure that is not published."""
    said = [
        f"The local authority district {district.code}, {district.name}, with its "
        f"{len(rows['wards.csv'])} wards of 2017, built from published tables. Everybody in the model is "
        "synthetic, and the schools are simulated.",
        *_boundaries(district),
        *_stand_ins(district, rows),
    ]
    return [*said, *observed.coverage_notes(district)]


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


def _stand_ins(district: District, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return which figures and series are those of an area around the district."""
    said = []
    if any(row["source"] == figures.CARRIED_DOWN for row in rows["figures.csv"]):
        said.append(
            f"Free meals and other languages by phase in {figures.YEAR} are those of {district.upper_tier}, "
            "carried down in proportion to later figures of schools (grade D)."
        )
    years: dict[str, list[int]] = {}
    for row in rows["series.csv"]:
        if str(row["note"]).startswith(series.MISSING):
            years.setdefault(str(row["series"]), []).append(int(row["year"]))
    if years:
        of = ", ".join(f"{name} {found[0]}-{found[-1]}" for name, found in years.items())
        said.append(f"Not published of the district, so from its region or from England (grade D): {of}.")
    return said


def _keys(rows: Mapping[str, Sequence[Row]]) -> set[str]:
    """Return the keys of all sources that the rows and the files without sources name."""
    named = {str(row["source"]) for of in rows.values() for row in of if "source" in row}
    named |= {wards.SOURCE, schools.SOURCE}
    return {part.split(":")[0].strip() for source in named for part in source.split(";")} | {*ALWAYS}
