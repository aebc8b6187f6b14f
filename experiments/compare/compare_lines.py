"""What the tables of a comparison say, line by line: targets, headline figures, costs, value for money and
who gained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.compare import costs, words
from experiments.compare.differences import WHO_GAINED, Differences
from experiments.compare.headlines import PairedFigure, Target, chosen_years, headlines, targets
from experiments.goals.likelihood import likelihood_text
from experiments.text import capital, listing, pounds, signed, year_words
from model.indicators.registry import INDICATORS
from model.scenario.usual_provision import usual_provision_note

if TYPE_CHECKING:
    import pandas as pd

PAYERS: Final = {"alliance": "the alliance", "organisations": "organisations", "national": "the nation"}
MOST_WARDS: Final = 3
"""Wards named at either end; the file of differences has them all."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of a block: a figure with its difference, or a sentence alone (`paired` None)."""

    level: int
    what: str
    paired: PairedFigure | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a title."""

    title: str
    lines: tuple[TableLine, ...]


def blocks(comparison: Differences, years: Sequence[int] = ()) -> list[Block]:
    """Return the everything that is said, in order: targets, headline figures, costs, value for money, who
    gained. Raises InputError for a year that was not lived."""
    chosen_years(comparison.b, years)
    found = [
        Block(f"The targets' own figures. {file.title}", tuple(_targets(file.targets)))
        for file in targets(comparison)
    ]
    found.append(
        Block(
            "Headline figures",
            tuple(TableLine(0, each.what, each) for each in headlines(comparison, years)),
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


def _targets(found: Sequence[Target]) -> Iterator[TableLine]:
    seen = set()
    for target in found:
        new = []
        for figure in target.figures:
            key = (figure.indicator, figure.group, figure.minus_group, figure.year)
            if key not in seen:
                seen.add(key)
                new.append(figure)
        if not new and not target.decided:
            continue
        likely = (
            f": {likelihood_text(target.a.likelihood)} without; {likelihood_text(target.b.likelihood)} with"
        )
        name = f"{target.a.id} {target.a.rung or target.a.title}"
        yield TableLine(0, name + (likely if target.decided else ""))
        yield from (TableLine(1, figure.what, figure) for figure in new)


def _costs(comparison: Differences) -> Iterator[TableLine]:
    table = costs.costs(comparison)
    if not table[["undiscounted", "served"]].any(axis=None):
        yield TableLine(0, "Neither arm spent more than the other: there is no programme to cost.")
        return
    for row in table.to_dict("records"):
        if row["of"] == "funder" and not row["undiscounted"]:
            continue
        why = _why_nobody(comparison, row)
        yield TableLine(0 if row["of"] != "programme" else 1, f"{_cost_name(row)}: {_cost(row)}{why}")


def _why_nobody(comparison: Differences, row: dict[Any, Any]) -> str:
    """Say of a programme that served nobody that England serves as many anyway; empty otherwise."""
    if row["of"] != "programme" or row["served"]:
        return ""
    for scenario in (comparison.b, comparison.a):
        for use in scenario.programmes:
            note = usual_provision_note(scenario, use) if use.name == row["name"] else None
            if note is not None:
                return f" ({note.removeprefix(use.name + ': ')})"
    return ""


def _cost_name(row: dict[Any, Any]) -> str:
    if row["of"] == "all":
        return "All programmes"
    if row["of"] == "funder":
        return f"Paid by {PAYERS[row['name']]}"
    activity = f"{row['activity']} " if row["activity"] else ""
    return f"{activity}{row['name']} (paid by {PAYERS[row['funded_by']]})"


def _cost(row: dict[Any, Any]) -> str:
    if not row["undiscounted"] and not row["served"]:
        return "nothing spent, nobody served"
    spent = words.money_band(row["undiscounted"], row["undiscounted_low"], row["undiscounted_high"])
    parts = [f"{spent}, discounted {pounds(row['discounted'])}"]
    if row["served"]:
        served = f"{row['served']:,.0f} served"
        if row["of"] == "all":
            served += f", {100 * row['disadvantaged'] / row['served']:.0f}% of them disadvantaged"
        each = words.money_band(row["per_served"], row["per_served_low"], row["per_served_high"])
        parts.append(f"{served}, {each} each")
    return "; ".join(parts)


def _value(comparison: Differences) -> Iterator[TableLine]:
    for row in costs.value(comparison).to_dict("records"):
        among = "" if row["group"] == "all" else f", {row['group']} only"
        extra = words.heads(row["extra"], row["extra_low"], row["extra_high"])
        yield TableLine(0, f"{capital(row['outcome'])}{among}: {row['said']}; {extra} in all years")


def _who_gained(comparison: Differences, years: Sequence[int]) -> Iterator[TableLine]:
    """Choose of the years of the headline figures those in which wards were recorded; else the last one."""
    frame = comparison.who_gained()
    wards = frame[frame.group.astype(str).str.startswith("ward:")]
    there = [year for year in chosen_years(comparison.b, years) if year in set(wards.year)]
    for year in there or [int(frame.year.max())]:
        yield from _who_gained_in(frame[frame.year == year], year)


def _who_gained_in(table: "pd.DataFrame", year: int) -> Iterator[TableLine]:
    for indicator in WHO_GAINED:
        of = table[table.indicator == indicator]
        rows = {row["group"]: row for row in of.to_dict("records")}
        if not rows:
            continue
        unit, direction = INDICATORS[indicator].unit, INDICATORS[indicator].direction
        parts = [
            f"{name} {signed(rows[group]['difference'], unit)}"
            + _bracketed(words.band(rows[group]["low"], rows[group]["high"], unit))
            for group, name in (("disadvantaged", "disadvantaged"), ("other", "others"))
            if group in rows
        ]
        wards = [row for group, row in rows.items() if group.startswith("ward:")]
        if wards:
            parts.append(_wards(wards, unit, direction))
        yield TableLine(0, f"{INDICATORS[indicator].title}, {year_words(year)}: {'; '.join(parts)}")


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
        [f"{row['group'].removeprefix('ward:')} {signed(row['difference'], unit)}" for row in rows]
    )


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""
