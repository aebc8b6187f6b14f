"""The tables of a comparison: for people on a terminal, and as plain text in a pipe."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from experiments.compare import words
from experiments.compare.compare_lines import TableLine, blocks
from experiments.compare.differences import Differences
from experiments.compare.headlines import PairedFigure
from experiments.text import (
    CONDITIONAL_NOTE,
    capital,
    figure,
    is_conditional,
    rich_table,
    signed,
    town_size,
    year_words,
)
from model.calendar import FIRST_YEAR
from model.inputs.place import Place
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST: Final = 112
"""Columns that the tables need; on a narrower terminal the plain form is printed."""
WIDEST: Final = 132


def heading(comparison: Differences) -> list[str]:
    """Return what stands above the tables: both scenarios, place, years, pairs, and the size of a town that
    is not its own."""
    a, b = comparison.a, comparison.b
    town = Place.load(b.place).title
    pairs = words.pairs_in_words(comparison.cells)
    return [
        f"{_named(b)} against {_named(a)}.",
        f"{town}, {FIRST_YEAR} to {b.until}, {pairs}: the same children with the same luck in both.",
        *town_size(b),
    ]


def _named(scenario: Scenario) -> str:
    return f"{scenario.title} ({scenario.name})" if scenario.name else scenario.title


def notes(comparison: Differences) -> list[str]:
    """Return what a reader must know about the figures."""
    lines = [words.interval_note(comparison)]
    lines += [comparison.note] if comparison.note else []
    if (split := _split(comparison)) and len(comparison.cells) > 1:
        lines.append(split)
    lines.append(
        "A gap is by how much the disadvantaged fare worse than the others; a smaller one counts as better."
    )
    if comparison.ensemble("b").latent.any():
        lines.append(
            f"{capital(words.ESTIMATE)}: no comparable results were published for that year; the model "
            "says what they would have shown."
        )
    if is_conditional(comparison.b.until):
        lines.append(CONDITIONAL_NOTE)
    return lines


def _split(comparison: Differences) -> str:
    """Return what the SDs of single pairs are."""
    drawn = comparison.lived == "drawn"
    if len(comparison.draws) == 1:
        said = "SD: how much single pairs differ, by chance with effects at their means, and by what drawn "
        return f"{said}effects add to that (never below 0)." if drawn else ""
    if len(comparison.draws) == len(comparison.cells):
        said = "One seed a draw: chance and parameters cannot be told apart; --seeds 2 can."
        return f"{said} SD of effects: what drawn effects add (never below 0)." if drawn else said
    effects = "; by what drawn effects add to both" if drawn else ""
    return (
        "SD: how much single pairs differ, by chance within a draw of the numbers; by parameters between "
        f"draws, both with effects at their means{effects} (never below 0, so small ones are rough)."
    )


def sentence(line: TableLine) -> str:
    """Return a line as plain text."""
    if line.paired is None:
        return f"{'  ' * (line.level + 1)}{line.what}"
    each = line.paired
    if each.found.alike == each.found.runs:
        pairs = "" if each.found.runs == 1 else " in any pair"
        parts = [f"no difference{pairs}", f"{figure(each.found.a, each.unit, each.gap)} in both"]
    else:
        parts = [
            words.with_band(each.found, each.unit),
            words.arms(each.found, each.unit, each.gap),
            words.better(each.found),
            _led("SD of ", words.split(each.found, each.unit)),
        ]
    mark = f", {words.ESTIMATE}" if each.found.latent else ""
    said = "; ".join(part for part in parts if part)
    return f"{'  ' * (line.level + 1)}{line.what}, {year_words(each.year)}{mark}: {said}"


def plain(comparison: Differences, years: Sequence[int] = ()) -> str:
    """Return the everything as plain text, one statement a line, never cut. Raises InputError for a year that
    was not lived."""
    lines = heading(comparison)
    for block in blocks(comparison, years):
        lines += ["", block.title, *(sentence(line) for line in block.lines)]
    return "\n".join([*lines, "", *notes(comparison)])


def print_rich(comparison: Differences, console: "Console", years: Sequence[int] = ()) -> None:
    """Print everything on a terminal, or its plain form where that is narrow. Nothing is cut, only wrapped.
    Raises InputError for a year that was not lived."""
    if console.width < NARROWEST:
        console.print(plain(comparison, years), markup=False, highlight=False, soft_wrap=True)
        return
    for text in heading(comparison):
        console.print(text, markup=False, highlight=False, style="bold")
    for block in blocks(comparison, years):
        console.print(f"\n{block.title}", markup=False, highlight=False, style="bold")
        if any(line.paired for line in block.lines):
            _print_figures(block.lines, console)
        else:
            for line in block.lines:
                console.print(sentence(line), markup=False, highlight=False)
    for text in ("", *notes(comparison)):
        console.print(text, markup=False, highlight=False, style="dim")


COLUMNS: Final = (
    ("year", 11, True), ("without", 9, True), ("with", 9, True), ("difference", 10, True), ("band", 16, True),
    ("SD of", 13, False), ("better in", 14, False),
)  # fmt: skip


def _print_figures(lines: Sequence[TableLine], console: "Console") -> None:
    """Print figures under one line of headings; what has no figure stands across the columns."""
    width = min(console.width, WIDEST)
    console.print(rich_table("figure", COLUMNS, (), width), highlight=False)
    for alone, together in groupby(lines, key=lambda line: line.paired is None):
        if alone:
            for line in together:
                console.print(line.what, markup=False, highlight=False)
            continue
        rows = [(each.level, each.what, "", [*_cells(each.paired)]) for each in together if each.paired]
        console.print(rich_table("figure", COLUMNS, rows, width, headed=False), highlight=False)


def _cells(each: PairedFigure) -> Iterator[str]:
    found, unit = each.found, each.unit
    marks = CONDITIONAL_NOTE.split() if is_conditional(each.year) else []
    marks += [words.ESTIMATE] if found.latent else []
    yield "\n".join([str(each.year), *marks])
    yield figure(found.a, unit, each.gap)
    yield figure(found.b, unit, each.gap)
    yield signed(found.difference, unit)
    yield words.band(found.low, found.high, unit)
    yield words.split(found, unit).replace(", ", "\n")
    yield words.better(found).removeprefix("better in ")


def _led(lead: str, text: str) -> str:
    return f"{lead}{text}" if text else ""
