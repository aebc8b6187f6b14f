"""How far to trust it: the held-out score card, assumptions, what the model cannot say, how it was made."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from experiments.plotting.palette import BLUE, TINT, WHITE
from experiments.reach.findings import Assumption, Findings
from experiments.records import records as records_from
from experiments.report.look.html import Child, Html, el, join, raw
from experiments.report.tables import ReportTable, behind
from experiments.report.tables import shown as table_of
from experiments.runs.manifest import Made
from experiments.text import capital, listing, typeset

PADLOCKS: Final = 5
LOCKS: Final = re.compile(r"([0-5])(?:\s*(?:to|-|–)\s*([0-5]))?\s*(?:/\s*5|of 5|padlock)")
"""A grade of evidence in padlocks: `4/5`, `4 to 5 of 5`."""
PROGRAMME: Final = "programme"
CAPTION: Final = "The programmes, and how secure their evidence is"


def scores(findings: Findings) -> Html:
    """The score card on what was held out, losses first."""
    if findings.lost:
        items = [el("li", each) for each in findings.lost]
        first = el("div", el("h3", "Where the model falls short"), el("ul", items), class_="losses")
    else:
        first = el("p", "On no line did the model lose to the simpler forecasts beside it.")
    if not findings.scores:
        return el("p", "There is no score card. ", " ".join(findings.lost), class_="absent")
    return join(first, table_of(scores_table(findings)))


def scores_table(findings: Findings) -> ReportTable:
    """The score card."""
    return ReportTable.of(
        "scores",
        "How well it foretold what it had not seen",
        findings.scores,
        {
            "Held out": lambda row: row.name,
            "Figures": lambda row: str(row.n),
            "Within the 50% band": lambda row: row.within_50,
            "Within the 90% band": lambda row: row.within_90,
            "Skill against last year’s value": lambda row: _skill(row.skill_last_year),
            "Skill against England’s trend": lambda row: _skill(row.skill_england),
            "In words": lambda row: row.words,
        },
        "name figures=n within_50 within_90 skill_to_last_year=skill_last_year "
        "skill_to_england=skill_england words",
        note="Skill: 1 is perfect, 0 as good as the simpler forecast, below 0 worse.",
    )


def _skill(value: float | None) -> str:
    return "not applicable" if value is None else typeset(f"{value:+.2f}")


def assumptions(findings: Findings) -> Html:
    """What the answer leans on, with the grade of its evidence: programmes in full, the rest folded."""
    if not findings.assumptions:
        return el("p", "None listed.")
    grades = (
        "Padlocks, of five, as the Education Endowment Foundation prints them: how secure the evidence of a "
        "programme is; pale ones where trials differ. Letters are of figures: A read in the source, B well "
        "known, C approximate, D derived, J judgement, S set by hand."
    )
    programmes = [each for each in findings.assumptions if each.kind == PROGRAMME]
    others = Counter(each.grade for each in findings.assumptions if each.kind != PROGRAMME)
    counted = listing(f"{count} of grade {grade}" for grade, count in sorted(others.items()))
    many = f"{others.total()} number{'' if others.total() == 1 else 's'}"
    rest = f"Beside the programmes it leans on {many} that nobody has measured: {counted}."
    table = assumptions_table(findings)
    return join(
        el("p", grades),
        el("div", _in_short(programmes), class_="on-paper"),
        el(
            "div",
            table_of(replace(table, caption=CAPTION, rows=_rows(programmes), records=())),
            class_="on-screen",
        )
        if programmes
        else None,
        el("p", rest, " They stand in the file assumptions.csv beside this report.") if others else None,
        behind(table),
    )


def _in_short(found: Sequence[Assumption]) -> Html:
    """Names and grades alone: paper has them in a third of a page, and the file the rest."""
    if not found:
        return Html("")
    items = [el("li", el("span", capital(each.name)), el("span", _grade(each))) for each in found]
    note = el("p", "What each is taken to do, and its sources, stand in assumptions.csv.", class_="small")
    return join(el("p", el("b", CAPTION)), el("ul", items, class_="short"), note)


def _rows(found: Sequence[Assumption]) -> tuple[tuple[Child, ...], ...]:
    return tuple((capital(each.name), capital(each.words), _grade(each), each.source) for each in found)


def assumptions_table(findings: Findings) -> ReportTable:
    """The assumptions."""
    heads = ("Assumption", "In words", "Evidence", "Source")
    records = records_from(findings.assumptions, "kind name words grade source")
    return ReportTable(
        "assumptions", "all that the answer leans on", heads, _rows(findings.assumptions), records
    )


def _grade(assumption: Assumption) -> Child:
    """Padlocks where the grade is so many of five, else the grade as it is."""
    found = LOCKS.match(assumption.grade)
    if found is None:
        return assumption.grade
    low, high = int(found[1]), int(found[2] or found[1])
    drawn = [_lock(number < low, number < high) for number in range(PADLOCKS)]
    said = f"{low} of {PADLOCKS}" if low == high else f"{low} to {high} of {PADLOCKS}"
    return join(el("span", drawn, class_="locks"), el("span", said, class_="grade"))


def _lock(closed: bool, perhaps: bool) -> Html:
    fill = BLUE if closed else TINT if perhaps else WHITE
    body = el("rect", x=-5, y=-1, width=10, height=8, fill=fill, stroke=BLUE, stroke_width=1.5)
    bow = el("path", d="M-3 -1v-2.5a3 3 0 0 1 6 0v2.5", fill="none", stroke=BLUE, stroke_width=1.5)
    return el(
        "svg", bow, body, class_="mark", viewBox="-7 -8 14 16", width=".8em", height="1em", aria_hidden="true"
    )


def cannot(findings: Findings) -> Html:
    """What the model cannot say."""
    if not findings.cannot:
        return el("p", "Nothing is listed.")
    return el("ul", [el("li", each) for each in findings.cannot], class_="cannot")


def made(findings: Findings, manifest: Made) -> Html:
    """What made the page: the facts, and the whole manifest."""
    facts = json.loads(manifest.as_json())
    rows = [el("div", el("dt", name), el("dd", said)) for name, said in _facts(facts) if said]
    # No script ends early in it, whatever the manifest says.
    kept = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    return join(
        el("dl", rows, class_="facts"),
        el("p", "The same command gives the same figures again, to the last digit. ", findings.interval_note),
        el("p", "Everybody in the model is synthetic; no school in it is a real one.", class_="small"),
        el(
            "details",
            el("summary", "The whole manifest"),
            el("pre", json.dumps(facts, ensure_ascii=False, indent=1), tabindex="0", aria_label="Manifest"),
            class_="behind",
        ),
        raw(f'<script type="application/json" id="manifest">{kept}</script>'),
    )


def _facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a reader needs to make it again; only what the manifest has."""
    draws, seeds = facts.get("draws"), facts.get("seeds")
    commit = facts.get("commit")
    changed = " with changes" if facts.get("dirty") else ""
    return [
        ("Made", str(facts.get("made", ""))),
        ("Wolsey", f"{facts.get('wolsey', '')}{f', commit {commit[:12]}{changed}' if commit else ''}"),
        ("Command", str(facts.get("command", ""))),
        ("Key", str(facts.get("key", ""))),
        ("Posterior", str(facts.get("posterior", ""))),
        ("Draws", str(len(draws)) if isinstance(draws, list) else ""),
        ("Seeds", str(len(seeds)) if isinstance(seeds, list) else ""),
        ("Machine", ", ".join(str(facts[name]) for name in ("cpu", "system") if facts.get(name))),
        ("Note", str(facts.get("note", "") or "")),
    ]
