"""A table twice: as readers see it, and as CSV with the numbers behind it."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from experiments.records import records
from experiments.report.look.html import Child, Html, el, join, render

BRIEF: Final = 8
"""Rows of a table that is not broken on paper."""

type Field = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`heads` and `rows` are what the page shows, from column `numbers_from` on numbers; `records` are the
    rows of the CSV file called `name`. `caption` says what it shows, `note` what to know about it; the rows
    at `minor` are left out on paper."""

    name: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Child, ...], ...]
    records: tuple[Mapping[str, Field], ...]
    numbers_from: int = 99
    note: str = ""
    minor: frozenset[int] = frozenset()

    @staticmethod
    def of[T](
        name: str,
        caption: str,
        found: Sequence[T],
        columns: Mapping[str, Callable[[T], Child]],
        fields: str,
        numbers_from: int = 99,
        note: str = "",
    ) -> "ReportTable":
        """Make a table with a row for each thing that was found: `columns` say by head how the page shows it,
        `fields` what the file holds of it (see `records`)."""
        rows = tuple(tuple(say(each) for say in columns.values()) for each in found)
        return ReportTable(name, caption, tuple(columns), rows, records(found, fields), numbers_from, note)

    def as_csv(self) -> str:
        """The records as CSV: a head, then a line each; empty where there are none."""
        if not self.records:
            return ""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(self.records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _field(value) for name, value in each.items()} for each in self.records)
        return out.getvalue()


def _field(value: Field) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.8g}"
    # A spreadsheet would take such a text for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else str(value)


def download(table: ReportTable, named: bool = True) -> Html:
    """A link that saves the table as CSV; it works without a script and without a network. `named`: it says
    which table, for one that does not stand above it."""
    if not table.records:
        return Html("")
    # The mark in front tells spreadsheets that the text is UTF-8.
    address = "data:text/csv;charset=utf-8," + quote("\ufeff" + table.as_csv(), safe=",:()")
    name = f"{table.name}.csv"
    what = el("span", f": {table.caption}", class_=None if named else "unseen")
    return el("a", "Save as CSV", what, href=address, download=name, class_="save")


def shown(table: ReportTable) -> Html:
    """The table on the page, with its download."""
    return render(
        "table.html.j2",
        table=table,
        rows=[[join(cell) for cell in row] for row in table.rows],
        brief=len(table.rows) - len(table.minor) <= BRIEF,
        download=download(table, named=False),
    )


def wide(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], numbers_from: int = 99) -> Html:
    """A table without a file of its own, which may be moved where it is wider than the screen."""
    table = ReportTable("", caption, tuple(heads), tuple(tuple(row) for row in rows), (), numbers_from)
    return el("div", shown(table), class_="scroll", tabindex="0", role="region", aria_label=caption)


def behind(table: ReportTable) -> Html:
    """The table behind a chart, folded; not printed."""
    if not table.records:
        return Html("")
    return el("details", el("summary", f"The figures: {table.caption}"), shown(table), class_="behind")


def band(name: str, found: object) -> dict[str, Field]:
    """The fields of a span: `name`, `name_low`, `name_high`; empty ones for None."""
    return {
        name: getattr(found, "mean", None),
        f"{name}_low": getattr(found, "low", None),
        f"{name}_high": getattr(found, "high", None),
    }
