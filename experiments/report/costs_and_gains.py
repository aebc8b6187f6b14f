"""What it costs and buys, and who gains."""

from collections.abc import Sequence
from typing import Final

from experiments.reach.findings import ArmAssessment, Findings, Gain
from experiments.report import words as wording
from experiments.report.charts.charts import Mark, facets, plate, strip
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import look_of
from experiments.report.tables import Field, ReportTable, band, behind, shown
from experiments.text import VALIDATED_TO, capital, year_words

UNSAID: Final = "not shown: too few"
MOST_WARDS: Final = 24
"""Wards that a figure shows; of more it shows only some from either end, and the table all."""
ENDS: Final = 8


def value(findings: Findings) -> Html:
    """Return the cost and extra successes, a scenario at a time."""
    if not findings.money:
        return el("p", "No scenario costs more than the first.")
    words = "More than the first scenario spends, in pounds of 2017, whoever pays, discounted to 2017."
    return join(
        el("p", words),
        shown(_totals(findings)),
        el("div", shown(buys_table(findings)), class_="even"),
        behind(costs_table(findings)),
    )


def _totals(findings: Findings) -> ReportTable:
    """Return what each scenario costs, all programmes together."""
    rows = []
    for money in findings.money:
        label = wording.arm_label(findings, money.arm)
        programmes = len({row[0] for row in money.rows})
        cost = wording.money(money.total) if money.total else "no cost"
        rows.append((label, f"{programmes}", cost))
    heads = ("Scenario", "Programmes", "Discounted")
    return ReportTable("costs", "What it costs", heads, tuple(rows), (), 1)


def costs_table(findings: Findings) -> ReportTable:
    """Return what each programme costs, and who pays."""
    rows: list[tuple[Child, ...]] = []
    records: list[dict[str, Field]] = []
    for money in findings.money:
        label = wording.arm_label(findings, money.arm)
        for programme, payer, plain, discounted in money.rows:
            named = capital(programme.replace("_", " "))
            rows.append(
                (label, named, payer.replace("_", " "), wording.money(plain), wording.money(discounted))
            )
            records.append(
                _cost(money.arm, programme, payer)
                | band("thousand_pounds", plain)
                | band("discounted", discounted)
            )
        if money.total is not None:
            rows.append((label, el("b", "All"), "", "", el("b", wording.money(money.total))))
            empty = band("thousand_pounds", None)
            records.append(_cost(money.arm, "all", "") | empty | band("discounted", money.total))
    heads = ("Scenario", "Programme", "Who pays", "Pounds of 2017", "Discounted")
    return ReportTable(
        "costs", "what each programme costs, and who pays", heads, tuple(rows), tuple(records), 3
    )


def _cost(arm: str, programme: str, payer: str) -> dict[str, Field]:
    return {"scenario": arm, "programme": programme, "paid_by": payer}


def buys_table(findings: Findings) -> ReportTable:
    """Return what it buys, a row an outcome and a column a scenario: extra successes, and the price of one
    where that can be said."""
    records: list[dict[str, Field]] = []
    cells: dict[str, dict[str, Html]] = {}
    for money in findings.money:
        for what, extra, price, said in money.buys:
            counts = {name: wording.kept_count(count) for name, count in _counts(extra)}
            # A price would say how few they are: it is their cost divided by them.
            few = counts["extra"] is None
            price, said = (None, UNSAID) if few else (price, said)
            cells.setdefault(what, {})[money.arm] = join(
                el("span", wording.people_span(extra), class_="many"), el("span", said, class_="price")
            )
            records.append(
                {"scenario": money.arm, "what": what, **counts, "pounds_for_one": price, "said": said}
            )
    arms = [money.arm for money in findings.money]
    rows = tuple((capital(what), *(of.get(arm, "not counted") for arm in arms)) for what, of in cells.items())
    heads = ("What", *(wording.arm_label(findings, arm) for arm in arms))
    note = (
        "How many more than under the first scenario, and below it what one of them costs. Numbers of people "
        "below ten are not shown."
    )
    return ReportTable("buys", "What it buys", heads, rows, tuple(records), 1, note)


def _counts(extra: object) -> list[tuple[str, float]]:
    found = band("extra", extra)
    return [(name, float(count)) for name, count in found.items() if isinstance(count, int | float)]


def gains(findings: Findings) -> Html:
    """Return who gains, by group and by ward."""
    if not findings.gains:
        return el("p", "Nothing was compared by ward or group.")
    parts: list[tuple[ArmAssessment, str, Child]] = []
    for arm in findings.arms:
        inside = [each for each in findings.gains if each.arm == arm.key]
        if inside:
            blocks: dict[tuple[str, bool], list[Gain]] = {}
            for each in inside:
                if each.year == _year_of(each.indicator, inside):
                    blocks.setdefault((each.indicator, _is_ward(each)), []).append(each)
            cards = [_card(findings, block) for block in blocks.values()]
            parts.append((arm, arm.label, el("div", cards, class_="goals broad")))
    words = (
        "Difference to the first scenario, the same children with the same luck in both. Bands: 5th to 95th "
        "percentile. Other years stand in the table below."
    )
    return join(plate("Who gains", words, facets(parts)), behind(gains_table(findings)))


def _year_of(indicator: str, gains: Sequence[Gain]) -> int:
    """Return the year that is drawn: the last that anything can validate, else the first; the table has
    all."""
    years = sorted({each.year for each in gains if each.indicator == indicator})
    return max((year for year in years if year <= VALIDATED_TO), default=years[0])


def _is_ward(gain: Gain) -> bool:
    return gain.group.startswith("ward:")


def _card(findings: Findings, inside: Sequence[Gain]) -> Html:
    first = inside[0]
    by = "by ward" if _is_ward(first) else "by group"
    ranked = sorted(inside, key=lambda each: -each.difference.mean) if _is_ward(first) else list(inside)
    if _is_ward(first) and len(ranked) > MOST_WARDS:
        by = f"the {ENDS} wards with most and the {ENDS} with least of {len(ranked)}"
        ranked = [*ranked[:ENDS], *ranked[-ENDS:]]
    title = f"{first.title}, {by}, {year_words(first.year)}"
    look = look_of(findings.arms, first.arm)
    marks = [
        Mark(
            capital(wording.group_words(each.group)),
            wording.signed(each.difference, each.unit, named=False),
            each.difference.low,
            each.difference.mean,
            each.difference.high,
            look,
        )
        for each in ranked
    ]
    unit = wording.unit_of_difference(first.unit)
    words = "; ".join(f"{mark.name}: {mark.said}" for mark in marks)
    drawn = strip(title, f"In {unit}. {words}.", marks, zero=True, tight=True)
    return el("article", el("h4", title, ", ", el("span", unit, class_="unit")), drawn, class_="goal")


def gains_table(findings: Findings) -> ReportTable:
    """Return who gains, for the file."""
    return ReportTable.of(
        "gains",
        "who gains, by ward and group",
        findings.gains,
        {
            "Indicator": lambda gain: gain.title,
            "Scenario": lambda gain: wording.arm_label(findings, gain.arm),
            "Group or ward": lambda gain: capital(wording.group_words(gain.group)),
            "Year": lambda gain: year_words(gain.year),
            "Difference": lambda gain: wording.signed(gain.difference, gain.unit),
            "Better in, runs of 100": _better,
        },
        "scenario=arm indicator title unit group year difference* better_share=benefit",
        4,
    )


def _better(gain: Gain) -> str:
    return "" if gain.benefit is None else f"{100 * gain.benefit:.0f}"
