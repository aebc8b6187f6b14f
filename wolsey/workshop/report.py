"""The saved report: a file that stands by itself, without script, and keeps its numbers for ever."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from experiments.draws import Draws
from experiments.manifest import version
from experiments.reporting.markup import Html, el, join, raw
from model.fingerprint import code_digest
from wolsey.workshop import likely
from wolsey.workshop.levers import levers
from wolsey.workshop.plans import Plan, said
from wolsey.workshop.report_chart import chart
from wolsey.workshop.runs import Checked
from wolsey.workshop.settings import Settings
from wolsey.workshop.town_facts import GROUP_WORDS, LEFT_OUT, SHORT

LARGEST: Final = 200_000
"""Bytes of a report at most."""
YEARS: Final = (2017, 2026, 2032, 2040, 2048)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE: Final = """
body{margin:0 auto;max-width:62rem;padding:1.5rem;color:#0b0c0c;background:#fff}
body{font:1.0625rem/1.5 system-ui,sans-serif}
h1{font-size:1.8rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.3rem;margin:2.2rem 0 .4rem}
h3{font-size:1.05rem;margin:1.4rem 0 .3rem}
.lead{font-size:1.25rem;border-left:.4rem solid #12436d;padding-left:1rem}.lead.b{border-color:#f46a25}
.note{color:#505a5f}table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #cbd2d6;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.scroll{overflow-x:auto}svg{max-width:100%;height:auto}
@media print{h2{break-after:avoid}table,figure{break-inside:avoid}}
"""


def report(plans: Sequence[Plan], found: Checked, settings: Settings, numbers: Draws) -> str:
    """The report of one checked plan, or of two, as HTML of at most LARGEST bytes."""
    names = ["Plan A", "Plan B"][: len(plans)]
    made = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    body = [
        el("h1", "What could become of the town's children: a workshop's plans"),
        el("p", f"{settings.check_runs} runs of each plan on the same children. Made {made}.", class_="note"),
        *(_plan(name, plan, one) for name, plan, one in zip(names, plans, found.plans, strict=True)),
        _difference(found),
        el("h2", "How the words for likelihood are used"),
        _table(
            "One scale, for every count of runs",
            ["Word", "Of 100 runs"],
            [[r["word"], r["runs"]] for r in likely.scale_words()],
        ),
        el("h2", "What this is, and what it leaves out"),
        el("p", "A model for exploring choices, not a forecast. It leaves out:"),
        el("ul", [el("li", each) for each in LEFT_OUT]),
        el("h2", "What made this report"),
        el("p", _made(plans, found, settings, numbers), class_="note"),
        el("details", el("summary", "The plans, to be opened again"), el("pre", _state(plans))),
    ]
    page = join(
        raw("<!DOCTYPE html>\n"),
        el(
            "html",
            el(
                "head",
                raw('<meta charset="utf-8">'),
                raw('<meta name="viewport" content="width=device-width,initial-scale=1">'),
                raw(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
                el("title", "Wolsey workshop report"),
                el("style", raw(_STYLE)),
            ),
            el("body", el("main", body)),
            lang="en-GB",
        ),
    )
    if len(page.encode()) > LARGEST:
        raise ValueError(f"the report has {len(page.encode()):,} bytes, more than {LARGEST:,}")
    return page


def _plan(name: str, plan: Plan, found: dict[str, Any]) -> Html:
    all_ = {lever.name: lever for lever in levers().levers}
    costs = found["costs"]
    rows = [
        [all_[lever].verb, said(all_[lever], value), "moved" if lever in plan.moved else "as in the scenario",
         _pounds(costs["levers"].get(lever))]
        for lever, value in plan.values
    ]  # fmt: skip
    return join(
        el("h2", f"{name}: {found['title']}"),
        el("p", found["headline"], class_=f"lead {'b' if name.endswith('B') else ''}"),
        _table("What is done", ["Lever", "Where it stands", "", "Cost a year"], rows, numbers_from=3),
        el("p", _spending(costs)),
        *(_goals(file) for file in found["goals"]),
        chart(found, "ks2_rwm", name),
        _figures(found),
    )  # fmt: skip


def _spending(costs: dict[str, Any]) -> str:
    there = "no limit was given"
    if costs["budget"] is not None:
        there = f"of {_pounds(costs['budget'])} that there are"
    spent, year = _pounds(costs["alliance"]), levers().first_year
    return f"The partnership spends {spent} a year from {year} on, {there}; pounds of 2017."


def _goals(file: dict[str, Any]) -> Html:
    rows = []
    for section in file["sections"]:
        for measure in section["measures"]:
            for place, verdict in enumerate(measure["verdicts"]):
                part = measure["parts"][0]
                title = f"{measure['id']} {measure['title']}" if place == 0 else ""
                aim = part["aims"][min(place, len(part["aims"]) - 1)]
                rung = f"{verdict['rung']}: " if verdict["rung"] else ""
                rows.append([title, rung + aim["said"], f"{part['said']}{_between(part)}", verdict["said"]])
    own = " These aims are this project's own reading." if file["own"] else ""
    heads = ["Goal", "Aim", "Average of the runs, and where 8 in 10 lie", "How likely"]
    return join(el("h3", file["title"]), _table(f"How the goals stand.{own}", heads, rows))


def _between(part: dict[str, Any]) -> str:
    return "" if part["low"] is None else f" ({part['low']:g} to {part['high']:g})"


def _figures(found: dict[str, Any]) -> Html:
    years = [year for year in YEARS if year in found["years"]]
    rows = []
    for name, groups in found["series"].items():
        for group, figures in groups.items():
            cells = [_cell(figures, found["years"].index(year)) for year in years]
            rows.append([f"{SHORT[name]}: {GROUP_WORDS[group].lower()}", *cells])
    heads = ["", *(f"{year}{', conditional scenario' if year > 2032 else ''}" for year in years)]
    return _table("Average of the runs, and where 8 in 10 lie", heads, rows, numbers_from=1)


def _cell(figures: dict[str, Any], at: int) -> str:
    mean, low, high = (figures[key][at] for key in ("mean", "low", "high"))
    return "" if mean is None else f"{mean:g} ({low:g} to {high:g})"


def _difference(found: Checked) -> Html:
    if found.difference is None:
        return raw("")
    years = [year for year in YEARS if year in found.difference["years"] and year > YEARS[0]]
    rows = []
    for name, groups in found.difference["series"].items():
        for group in ("all", "disadvantaged"):
            if group not in groups:
                continue
            cells = []
            for year in years:
                at = found.difference["years"].index(year)
                mean, low, high = (groups[group][key][at] for key in ("mean", "low", "high"))
                cells.append("" if mean is None else f"{mean:+g} ({low:+g} to {high:+g})")
            rows.append([f"{SHORT[name]}: {GROUP_WORDS[group].lower()}", *cells])
    caption = (
        "Plan A less plan B on the same children, run by run: average, and where 8 pairs of runs in 10 lie"
    )
    return join(
        el("h2", "What plan A changes against plan B"),
        _table(caption, ["", *(str(year) for year in years)], rows, numbers_from=1),
    )


def _pounds(value: float | None) -> str:
    if value is None:
        return ""
    return f"£{value / 1e6:.2f}m" if value >= 1e6 else f"£{value:,.0f}"


def _made(plans: Sequence[Plan], found: Checked, settings: Settings, numbers: Draws) -> str:
    keys = ", ".join(plan.key(numbers, settings.scale) for plan in plans)
    size = "" if settings.scale == 1 else f" A reduced town: scale {settings.scale:g}."
    note = f" {found.plans[0]['note']}" if found.plans[0]["note"] else ""
    return (
        f"Wolsey {version()}, code {code_digest()[:12]}, posterior {numbers.digest[:12]}, "
        f"{settings.check_draws} draws of it and {settings.check_seeds} seeds each, plans {keys}. "
        "Bands here hold 8 runs in 10: chance, parameters and effects. They leave out that the "
        f"structure of the model, and the future, may be other.{size}{note}"
    )


def _state(plans: Sequence[Plan]) -> str:
    return json.dumps({"version": 1, "plans": [plan.as_json() for plan in plans]}, indent=1)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 99) -> Html:
    def kind(at: int) -> str | None:
        return "n" if at >= numbers_from else None

    head = el("tr", [el("th", each, scope="col", class_=kind(at)) for at, each in enumerate(heads)])
    body = [
        el(
            "tr",
            el("th", row[0], scope="row"),
            [el("td", c, class_=kind(at)) for at, c in enumerate(row[1:], 1)],
        )
        for row in rows
    ]
    return el(
        "div", el("table", el("caption", caption), el("thead", head), el("tbody", body)), class_="scroll"
    )
