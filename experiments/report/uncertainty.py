"""Where the uncertainty of each figure comes from, and what another structure of the model would change."""

from typing import Final

from experiments.reach.findings import Findings, Variance
from experiments.records import records as records_from
from experiments.report import words as wording
from experiments.report.charts import stacked_bars as shares
from experiments.report.charts.charts import absent, plate
from experiments.report.look.html import Child, Html, el, join
from experiments.report.tables import Field, ReportTable, behind, shown
from experiments.runs.statistics import Span
from experiments.text import capital, listing
from model.scenario.parts import Switches

PARTS_OF_MODEL: Final = {name: field.description or "" for name, field in Switches.model_fields.items()}
"""What each part of the model that can be left out says."""


def split(findings: Findings) -> Html:
    """Show from where the variance of each headline figure comes, and what the model's structure shifts."""
    if not findings.variances:
        return el("p", _why_not_split(findings), class_="absent")
    parts: list[Child] = []
    for arm in findings.arms:
        rows = [(_name(each), each) for each in findings.variances if each.arm == arm.key]
        if rows and arm.acting:
            parts.append(el("h3", arm.label, class_="facet-head"))
            parts.append(shares.variance_bars(f"Where the uncertainty comes from: {arm.label}", rows))
    words = (
        "Per cent of the variance of each figure over runs. Chance is what a second life of the same town "
        "would change; parameters are the model’s numbers; effects are what trials leave open about "
        "programmes; structure is what leaving out parts of the model would change, each as likely left out "
        "as not. Scenarios without programmes stand in the table."
    )
    return join(
        plate("Where the uncertainty comes from", words, parts),
        _lacking(findings),
        _switches(findings),
        behind(variance_table(findings)),
    )


def _why_not_split(findings: Findings) -> str:
    """Say why there is no variance to split, and what to do."""
    if findings.seeds < 2:
        return (
            "Not computed: each set of numbers was lived once, and one life cannot tell chance from the "
            "rest. Run the same with two seeds or more (--seeds 2)."
        )
    if findings.draws < 2:
        return (
            "Not computed: there is one set of numbers, so that all that differs between its runs is chance. "
            "Run the same with two draws of a posterior or more (--draws 2)."
        )
    return "Not computed: no scenario here has a programme, and what its figures vary by is not studied."


def _lacking(findings: Findings) -> Html | None:
    """Return what of it was not computed."""
    whose = [
        arm.label
        for arm in findings.arms
        if any(each.arm == arm.key and each.effects is None for each in findings.variances)
    ]
    lacking = [f"effects of programmes under {listing(whose)}"] if whose else []
    if all(each.structure is None for each in findings.variances):
        lacking.append("structure of the model")
    return absent(findings, f"Not computed: {listing(lacking)}.") if lacking else None


def _name(found: Variance) -> str:
    return f"{found.goal}. {found.label}, {found.year}" if found.goal else f"{found.label}, {found.year}"


def _switches(findings: Findings) -> Html | None:
    table = switches_table(findings)
    if not table.rows:
        return None
    named = dict.fromkeys(name for each in findings.variances for name in each.switches)
    parts = [
        el("div", el("dt", name.replace("_", " ")), el("dd", PARTS_OF_MODEL.get(name, ""))) for name in named
    ]
    return join(shown(table), el("dl", parts, class_="facts small"))


def switches_table(findings: Findings) -> ReportTable:
    """Return what each figure would shift by, were each part of the model left out; the file has a row a
    part."""
    there = [each for each in findings.variances if each.switches]
    rows = tuple((_name(each), wording.arm_label(findings, each.arm), _shifts(each)) for each in there)
    records: tuple[dict[str, Field], ...] = tuple(
        {"goal": each.goal, "scenario": each.arm, "figure": each.label, "unit": each.unit, "year": each.year,
         "switch": name, "shift": shift}
        for each in there
        for name, shift in each.switches.items()
    )  # fmt: skip
    heads = ("Figure", "Scenario", "By how much it shifts without a part of the model, the largest first")
    return ReportTable("structure", "What another structure of the model would change", heads, rows, records)


def _shifts(found: Variance) -> str:
    """Return `peers −0.40 pts; school choice +0.10 pts; not by migration or trust`."""
    ranked = sorted(found.switches.items(), key=lambda each: -abs(each[1]))
    said = {name: wording.signed(Span(shift, shift, shift, 1), found.unit) for name, shift in ranked}
    none = wording.signed(Span(0.0, 0.0, 0.0, 1), found.unit)
    moved = [f"{name.replace('_', ' ')} {shift}" for name, shift in said.items() if shift != none]
    still = len(said) - len(moved)
    if not moved:
        return "by none of them"
    return "; ".join(moved) + (f"; by the other {still} not at all" if still else "")


def variance_table(findings: Findings) -> ReportTable:
    """Return the parts of each variance."""
    note = "Where the effects of programmes are not computed, they are in the share of the parameters."
    if all(each.effects is not None for each in findings.variances):
        note = ""
    rows = tuple(
        (_name(each), wording.arm_label(findings, each.arm), *_cells(each)) for each in findings.variances
    )
    records = records_from(
        findings.variances, "goal scenario=arm figure=label unit year chance parameters effects structure"
    )
    heads = ("Figure", "Scenario", *(capital(words) for _, words, *_ in shares.PARTS))
    return ReportTable("variance", "where the uncertainty comes from", heads, rows, records, 2, note)


def _cells(found: Variance) -> list[str]:
    known = shares.shares_of(found)
    return [f"{known[field]:.0f}%" if field in known else "not computed" for field, *_ in shares.PARTS]
