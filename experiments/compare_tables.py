"""The tables of a comparison: for people on a terminal, and as plain text in a pipe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments import compare_words as words
from experiments.compare import WHO_GAINED, Comparison
from experiments.compare_findings import Finding, Target, chosen_years, headlines, targets
from experiments.costs import pounds
from experiments.tables import CONDITIONAL, town_size
from experiments.words import listing
from model.indicators import INDICATORS
from model.place import Place
from model.scenario import FIRST_YEAR, Scenario

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

NARROWEST: Final = 96
"""Columns that the tables need; on a narrower terminal the plain form is printed."""
MOST_WARDS: Final = 3
"""Wards named at either end; the file of differences has them all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a block: a figure with its difference, or a sentence alone (`finding` None)."""

    level: int
    what: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a title."""

    title: str
    lines: tuple[Line, ...]


def heading(comparison: Comparison) -> list[str]:
    """What stands above the tables: both scenarios, place, years, pairs, and the size of a town that is not
    its own."""
    a, b = comparison.a, comparison.b
    town = Place.load(b.place).title
    pairs = words.pairs_in_words(len(comparison.seeds))
    return [
        f"{_named(b)} against {_named(a)}.",
        f"{town}, {FIRST_YEAR} to {b.until}, {pairs}: the same children with the same luck in both.",
        *town_size(b),
    ]


def _named(scenario: Scenario) -> str:
    return f"{scenario.title} ({scenario.name})" if scenario.name else scenario.title


def blocks(comparison: Comparison, years: Sequence[int] = ()) -> list[Block]:
    """Everything that is said, in order: targets, headline figures, costs, value for money, who gained.
    Raises InputError for a year that was not lived."""
    chosen_years(comparison.b, years)
    found = [
        Block(f"The targets' own figures. {file.title}", tuple(_targets(file.targets)))
        for file in targets(comparison)
    ]
    found.append(
        Block(
            "Headline figures",
            tuple(Line(0, each.what, each) for each in headlines(comparison, years)),
        )
    )
    found.append(Block(f"Cost: {words.cost_basis(comparison)}", tuple(_costs(comparison))))
    found.append(
        Block(
            "Value for money: the whole discounted cost over one outcome at a time; lines do not add up",
            tuple(_value(comparison)),
        )
    )
    found.append(Block("Who gained", tuple(_who_gained(comparison, years))))
    return [block for block in found if block.lines]


def _targets(found: Sequence[Target]) -> Iterator[Line]:
    seen = set()
    for target in found:
        new = []
        for figure in target.figures:
            key = (figure.indicator, figure.group, figure.minus_group, figure.year)
            if key not in seen:
                seen.add(key)
                new.append(figure)
        name = f"{target.goal.id} {target.goal.rung or target.goal.title}"
        yield Line(0, f"{name}{_reached(target)}")
        yield from (Line(1, figure.what, figure) for figure in new)


def _reached(target: Target) -> str:
    if not target.decided:
        return ""
    if target.runs == 1:
        said = ["reached" if each else "not reached" for each in (target.reached_a, target.reached_b)]
        return f": {said[0]} without, {said[1]} with"
    return f": reached in {target.reached_a} of {target.runs} runs without, {target.reached_b} with"


def _costs(comparison: Comparison) -> Iterator[Line]:
    table = comparison.costs()
    if not table[["undiscounted", "served"]].any(axis=None):
        yield Line(0, "Neither arm spent more than the other: there is no programme to cost.")
        return
    for row in table.to_dict("records"):
        if row["of"] == "funder" and not row["undiscounted"]:
            continue
        yield Line(0 if row["of"] != "programme" else 1, f"{_cost_name(row)}: {_cost(row)}")


def _cost_name(row: dict[Any, Any]) -> str:
    if row["of"] == "all":
        return "All programmes"
    if row["of"] == "funder":
        return f"Paid by {'the ' if row['name'] == 'alliance' else ''}{row['name']}"
    activity = f"{row['activity']} " if row["activity"] else ""
    return f"{activity}{row['name']} (paid by {row['funded_by']})"


def _cost(row: dict[Any, Any]) -> str:
    spent = words.money_band(row["undiscounted"], row["undiscounted_low"], row["undiscounted_high"])
    parts = [f"{spent}, discounted {pounds(row['discounted'])}"]
    if row["served"]:
        served = f"{row['served']:,.0f} served"
        if row["of"] == "all":
            served += f", {100 * row['disadvantaged'] / row['served']:.0f}% of them disadvantaged"
        each = words.money_band(row["per_served"], row["per_served_low"], row["per_served_high"])
        parts.append(f"{served}, {each} each")
    return "; ".join(parts)


def _value(comparison: Comparison) -> Iterator[Line]:
    for row in comparison.value().to_dict("records"):
        among = "" if row["group"] == "all" else f", {row['group']} only"
        extra = words.heads(row["extra"], row["extra_low"], row["extra_high"])
        yield Line(0, f"{_capital(row['outcome'])}{among}: {row['said']}; {extra} in all years")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who_gained(comparison: Comparison, years: Sequence[int]) -> Iterator[Line]:
    """Of the years of the headline figures those in which wards were recorded; else the last one."""
    frame = comparison.who_gained()
    wards = frame[frame.group.astype(str).str.startswith("ward:")]
    there = [year for year in chosen_years(comparison.b, years) if year in set(wards.year)]
    for year in there or [int(frame.year.max())]:
        yield from _who_gained_in(frame[frame.year == year], year)


def _who_gained_in(table: "pd.DataFrame", year: int) -> Iterator[Line]:
    for indicator in WHO_GAINED:
        of = table[table.indicator == indicator]
        rows = {row["group"]: row for row in of.to_dict("records")}
        if not rows:
            continue
        unit, direction = INDICATORS[indicator].unit, INDICATORS[indicator].direction
        parts = [
            f"{name} {words.signed(rows[group]['difference'], unit)}"
            + _bracketed(words.band(rows[group]["low"], rows[group]["high"], unit))
            for group, name in (("disadvantaged", "disadvantaged"), ("other", "others"))
            if group in rows
        ]
        wards = [row for group, row in rows.items() if group.startswith("ward:")]
        if wards:
            parts.append(_wards(wards, unit, direction))
        yield Line(0, f"{INDICATORS[indicator].title}, {words.year_in_words(year)}: {'; '.join(parts)}")


def _wards(rows: Sequence[dict[Any, Any]], unit: str, direction: int) -> str:
    count = f"{len(rows)} ward{'s' if len(rows) > 1 else ''}"
    if not any(row["difference"] for row in rows):
        return f"no difference in {count}"
    ordered = sorted(rows, key=lambda row: -direction * row["difference"])
    most, least = ordered[:MOST_WARDS], ordered[MOST_WARDS:][-MOST_WARDS:]
    ends = [f"most in {_ward_list(most, unit)}"]
    if least:
        ends.append(f"least in {_ward_list(least, unit)}")
    # An empty band, of one pair, is clear of nothing.
    better = sum(direction * (row["low"] if direction > 0 else row["high"]) > 0 for row in rows)
    return f"{', '.join(ends)}; the whole band better in {better} of {count}"


def _ward_list(rows: Sequence[dict[Any, Any]], unit: str) -> str:
    return listing(
        [f"{row['group'].removeprefix('ward:')} {words.signed(row['difference'], unit)}" for row in rows]
    )


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def remarks(comparison: Comparison) -> list[str]:
    """What a reader must know about the figures."""
    lines = [words.covers(comparison)]
    if comparison.lived == "drawn" and len(comparison.seeds) > 1:
        lines.append(
            "The SD of a difference is split in two: chance, with effects at their means, and what drawn "
            "effects add to it (never below 0)."
        )
    lines.append(
        "A gap is by how much the disadvantaged fare worse than the others; a smaller one counts as better."
    )
    if comparison.ensemble("b").latent.any():
        lines.append(
            f"{_capital(words.ESTIMATE)}: no comparable results were published for that year; the model "
            "says what they would have shown."
        )
    if words.is_conditional(comparison.b.until):
        lines.append(CONDITIONAL)
    return lines


def sentence(line: Line) -> str:
    """A line as plain text."""
    if line.finding is None:
        return f"{'  ' * (line.level + 1)}{line.what}"
    each = line.finding
    parts = [
        words.with_band(each.found, each.unit),
        words.arms(each.found, each.unit, each.gap),
        words.better(each.found),
    ]
    mark = f", {words.ESTIMATE}" if each.found.latent else ""
    said = "; ".join(part for part in parts if part)
    return f"{'  ' * (line.level + 1)}{line.what}, {words.year_in_words(each.year)}{mark}: {said}"


def plain(comparison: Comparison, years: Sequence[int] = ()) -> str:
    """Everything as plain text, one statement a line, never cut. Raises InputError for a year that was not
    lived."""
    lines = heading(comparison)
    for block in blocks(comparison, years):
        lines += ["", block.title, *(sentence(line) for line in block.lines)]
    return "\n".join([*lines, "", *remarks(comparison)])


def print_rich(comparison: Comparison, console: "Console", years: Sequence[int] = ()) -> None:
    """Prints everything on a terminal, or its plain form where that is narrow. Nothing is cut, only
    wrapped. Raises InputError for a year that was not lived."""
    if console.width < NARROWEST:
        console.print(plain(comparison, years), markup=False, highlight=False, soft_wrap=True)
        return
    for text in heading(comparison):
        console.print(text, markup=False, highlight=False, style="bold")
    for block in blocks(comparison, years):
        console.print(f"\n{block.title}", markup=False, highlight=False, style="bold")
        if any(line.finding for line in block.lines):
            _print_figures(block.lines, console)
        else:
            for line in block.lines:
                console.print(sentence(line), markup=False, highlight=False)
    for text in ("", *remarks(comparison)):
        console.print(text, markup=False, highlight=False, style="dim")


def _print_figures(lines: Sequence[Line], console: "Console") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from experiments.words import figure

    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        header_style="bold",
        width=min(console.width, 124),
    )
    table.add_column("figure", ratio=1, overflow="fold")
    for name, width in (("year", 8), ("without", 9), ("with", 9), ("difference", 10)):
        table.add_column(name, justify="right", width=width, overflow="fold")
    table.add_column("band", justify="right", width=16, overflow="fold")
    table.add_column("better in", width=14, overflow="fold")
    for line in lines:
        what = Padding(Text(line.what, "" if line.finding else "bold"), (0, 0, 0, 2 * line.level))
        if line.finding is None:
            table.add_row(what)
            continue
        each = line.finding
        found, unit = each.found, each.unit
        marks = [words.CONDITIONAL] if words.is_conditional(each.year) else []
        marks += [words.ESTIMATE] if found.latent else []
        cells = (
            "\n".join([str(each.year), *marks]),
            figure(found.a, unit, each.gap),
            figure(found.b, unit, each.gap),
            words.signed(found.difference, unit),
            words.band(found.low, found.high, unit),
            words.better(found).removeprefix("better in "),
        )
        table.add_row(what, *(Text(cell) for cell in cells))
    console.print(table, highlight=False)
