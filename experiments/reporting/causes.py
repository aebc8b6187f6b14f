"""What drives the result, and where its uncertainty comes from."""

from collections.abc import Sequence

from experiments.findings import ArmFinding, Driver, Findings, Span, Variance
from experiments.reporting import shares, wording
from experiments.reporting.charts import Mark, facets, plate, strip
from experiments.reporting.looks import LOOKS
from experiments.reporting.markup import Child, Html, el, join
from experiments.reporting.tables import Field, Table, band, behind, shown


def drivers(findings: Findings) -> Html:
    """What each programme contributes to each goal; or how to find out."""
    if findings.drivers is None:
        return el("p", wording.NOT_COMPUTED, " Run ", el("code", findings.command), ".", class_="absent")
    if not findings.drivers:
        return el("p", "No scenario has a programme that could be left out.")
    parts: list[tuple[ArmFinding, str, Child]] = []
    for arm in findings.arms:
        inside = [each for each in findings.drivers if each.arm == arm.key]
        if inside:
            ids = dict.fromkeys(each.goal for each in inside)
            cards = [_card(findings, id_, [each for each in inside if each.goal == id_]) for id_ in ids]
            parts.append((arm, arm.label, el("div", cards, class_="goals")))
    words = (
        "Each programme twice: left out of the whole plan (square), and alone, added to the first scenario "
        "(circle). The same children with the same luck in both. Right of the line: towards the aim."
    )
    return join(
        plate("What each programme contributes", words, facets(parts)),
        behind(drivers_table(findings)),
    )


def _card(findings: Findings, id_: str, found: Sequence[Driver]) -> Html:
    marks = []
    ranked = sorted(found, key=lambda each: -(each.left_out.mean if each.left_out else 0.0))
    for each in ranked:
        name = wording.capital(each.programme.replace("_", " "))
        pairs = ((each.left_out, "left out", LOOKS[2]), (each.first_in, "alone", LOOKS[0]))
        for span, way, look in pairs:
            said = wording.signed(span, each.unit)
            low, middle, high = (span.low, span.mean, span.high) if span else (None, None, None)
            marks.append(Mark(f"{name}, {way}", said, low, middle, high, look))
    title = wording.goal_name(findings, id_)
    words = "; ".join(f"{mark.name}: {mark.said}" for mark in marks)
    return el(
        "article",
        el("h4", title),
        strip(f"What drives {title}", f"{words}.", marks, zero=True),
        class_="goal",
    )


def drivers_table(findings: Findings) -> Table:
    """The contributions."""
    found = findings.drivers or ()
    rows = tuple(
        (
            each.goal,
            wording.arm_label(findings, each.arm),
            each.programme.replace("_", " "),
            wording.signed(each.left_out, each.unit),
            wording.signed(each.first_in, each.unit),
            _points(each.left_out_likelihood),
            _points(each.first_in_likelihood),
        )
        for each in found
    )
    records: tuple[dict[str, Field], ...] = tuple(
        {
            "goal": each.goal,
            "scenario": each.arm,
            "programme": each.programme,
            "unit": each.unit,
            **band("left_out", each.left_out),
            **band("first_in", each.first_in),
            "left_out_likelihood": each.left_out_likelihood,
            "first_in_likelihood": each.first_in_likelihood,
        }
        for each in found
    )
    heads = (
        "Goal", "Scenario", "Programme", "Left out of the whole", "Alone, added to the first",
        "Likelihood lost, runs in 100", "Likelihood won, runs in 100",
    )  # fmt: skip
    return Table("drivers", "what each programme contributes", heads, rows, records, 3)


def _points(share: float | None) -> str:
    if share is None:
        return "no figure"
    whole = f"{100 * share:+.0f}"
    return "0" if int(whole) == 0 else whole.replace("-", "−")


def uncertainty(findings: Findings) -> Html:
    """From where the variance of each headline figure comes, and what the model's structure shifts."""
    if not findings.variances:
        return el("p", wording.NOT_COMPUTED, " Run ", el("code", findings.command), ".", class_="absent")
    parts: list[tuple[ArmFinding, str, Child]] = []
    for arm in findings.arms:
        inside = [each for each in findings.variances if each.arm == arm.key]
        if inside:
            rows = [(_name(each), each) for each in inside]
            parts.append(
                (arm, arm.label, shares.variance_bars(f"Where the uncertainty comes from: {arm.label}", rows))
            )
    lacking = all(each.structure is None for each in findings.variances)
    structure: Child = None
    if lacking:
        structure = el(
            "p",
            "Structure of the model: not computed. Run ",
            el("code", findings.command),
            ".",
            class_="absent",
        )
    words = (
        "Per cent of the variance of each figure over runs. Chance is what a second life of the same town "
        "would change; parameters are the model’s numbers; effects are what trials leave open about "
        "programmes."
    )
    return join(
        plate("Where the uncertainty comes from", words, facets(parts)),
        structure,
        _switches(findings),
        behind(variance_table(findings)),
    )


def _name(found: Variance) -> str:
    return f"{found.goal}. {found.label}, {found.year}" if found.goal else f"{found.label}, {found.year}"


def _switches(findings: Findings) -> Html | None:
    table = switches_table(findings)
    return shown(table) if table.rows else None


def switches_table(findings: Findings) -> Table:
    """What each structural switch moves each figure by."""
    flat = [(each, name, shift) for each in findings.variances for name, shift in each.switches.items()]
    rows = tuple(
        (
            _name(each),
            wording.arm_label(findings, each.arm),
            name.replace("_", " "),
            wording.signed(Span(shift, shift, shift, 1), each.unit),
        )
        for each, name, shift in flat
    )
    records: tuple[dict[str, Field], ...] = tuple(
        {"goal": each.goal, "scenario": each.arm, "figure": each.label, "unit": each.unit, "year": each.year,
         "switch": name, "shift": shift}
        for each, name, shift in flat
    )  # fmt: skip
    heads = ("Figure", "Scenario", "What is switched", "Shift")
    return Table("structure", "What another structure of the model would change", heads, rows, records, 3)


def variance_table(findings: Findings) -> Table:
    """The parts of each variance."""
    rows = tuple(
        (_name(each), wording.arm_label(findings, each.arm), *_cells(each)) for each in findings.variances
    )
    records: tuple[dict[str, Field], ...] = tuple(
        {
            "goal": each.goal,
            "scenario": each.arm,
            "figure": each.label,
            "unit": each.unit,
            "year": each.year,
            "chance": each.chance,
            "parameters": each.parameters,
            "effects": each.effects,
            "structure": each.structure,
        }
        for each in findings.variances
    )
    heads = ("Figure", "Scenario", *(wording.capital(words) for _, words, *_ in shares.PARTS))
    return Table("variance", "where the uncertainty comes from", heads, rows, records, 2)


def _cells(found: Variance) -> list[str]:
    known = shares.shares_of(found)
    return [f"{known[field]:.0f}%" if field in known else "not computed" for field, *_ in shares.PARTS]
