"""The model in tables, printed from its own declarations: the year, columns with their writers, every number.

`python -m model.describe` writes them between the markers of docs/ODD.md (year and columns) and
docs/numbers.md (the register of numbers with range, prior, source and grade); a test holds that they are
true.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from model.agents.agents import KINDS, POSTS
from model.columns.table import Column
from model.inputs.parameters import Parameter, Parameters
from model.io.files import DEFAULT_PLACE, root
from model.town import YEAR

BEGIN: Final = "<!-- tables: printed by python -m model.describe -->"
END: Final = "<!-- end of tables -->"


def columns_table(kind: str, columns: tuple[Column, ...]) -> str:
    """Return one Markdown table of a kind's columns: name, unit, range, meaning, phases that write it."""
    lines = [f"### {kind}", "", "| column | unit | range | meaning | written by |", "|---|---|---|---|---|"]
    for c in columns:
        writers = ", ".join(c.writers)
        lines.append(f"| {c.name} | {c.unit} | {c.low:g} to {c.high:g} | {c.meaning} | {writers} |")
    return "\n".join(lines)


def year_table() -> str:
    """Return the phases of the year in order, each with the first sentence of its docstring."""
    lines = ["| | phase | what happens |", "|---|---|---|"]
    for number, phase in enumerate(YEAR, start=1):
        first = " ".join((phase.__doc__ or "").split()).split(". ")[0].rstrip(".")
        lines.append(f"| {number} | {phase.__name__} | {first}. |")
    return "\n".join(lines)


def parameters_table(place: str) -> str:
    """Say how many numbers the model has, by section and grade."""
    counts: dict[str, dict[str, int]] = {}
    for record in Parameters.load(place=place):
        section = record.name.split(".")[0]
        of = counts.setdefault(section, {})
        of[record.grade[0]] = of.get(record.grade[0], 0) + 1
    grades = "ABCDJS"
    lines = ["| section | " + " | ".join(grades) + " |", "|---|" + "---|" * len(grades)]
    for section, of in sorted(counts.items()):
        lines.append(f"| {section} | " + " | ".join(str(of.get(grade, 0)) for grade in grades) + " |")
    return "\n".join(lines)


def register(place: str) -> str:
    """Return every number of the model and of a place: value, unit, range, prior, grade, source, in
    Markdown."""
    parts: list[str] = []
    section = ""
    for record in Parameters.load(place=place):
        of, name = record.name.split(".")
        if of != section:
            section = of
            parts += [
                "",
                f"## {section}",
                "",
                "| number | value | unit | range | prior | grade | source |",
                "|---|---|---|---|---|---|---|",
            ]
        value = (
            ", ".join(f"{v:g}" for v in record.value)
            if isinstance(record.value, tuple)
            else f"{record.value:g}"
        )
        words = f"{record.low:g} to {record.high:g} | {_prior(record)} | {record.grade} | {record.source}"
        parts.append(f"| {name}: {record.meaning} | {value} | {record.unit} | {words} |")
    return "\n".join(parts).strip()


def _prior(record: Parameter) -> str:
    if record.prior.fixed:
        return "fixed"
    return f"{record.prior.kind}({', '.join(f'{number:g}' for number in record.prior.numbers)})"


def tables(place: str) -> str:
    """Return all tables of docs/ODD.md in Markdown."""
    parts = ["## The year", year_table(), "## Columns"]
    parts += [columns_table(kind.__name__, kind.columns) for kind in KINDS]
    parts += [
        columns_table("Posts (the staff of schools)", POSTS),
        "## Numbers by grade",
        parameters_table(place),
    ]
    return "\n\n".join(parts)


DOCUMENTS: Final[dict[str, Callable[[str], str]]] = {"ODD.md": tables, "numbers.md": register}
"""Printed documents of docs/ and what prints them, given the name of a place."""


def written(text: str, tables: str) -> str:
    """Return `text` with what stands between the markers replaced by `tables`."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Write the tables into the documents."""
    for name, make in DOCUMENTS.items():
        path: Path = root() / "docs" / name
        path.write_text(written(path.read_text(encoding="utf-8"), make(DEFAULT_PLACE)), encoding="utf-8")


if __name__ == "__main__":
    main()
