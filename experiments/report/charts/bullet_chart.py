"""Bullet charts: where a figure starts, where each scenario takes it, what is aimed at, where England is."""

from collections.abc import Sequence

from experiments.goals.assessment import PartAssessment
from experiments.plotting.palette import GREY, INK, WHITE
from experiments.reach.findings import ArmAssessment
from experiments.report import words as wording
from experiments.report.charts.charts import BandLine, Mark, strip
from experiments.report.look.html import Html, el, join
from experiments.report.look.palette import look_of
from experiments.report.words import figure


def bullet(
    arms: Sequence[ArmAssessment], parts: Sequence[PartAssessment | None], title: str, start_year: int
) -> Html:
    """One part of a goal: a row for each arm, which has it in `parts` (None where it has not)."""
    known = [part for part in parts if part is not None]
    first = known[0]
    marks = [_mark(arm, part, arms) for arm, part in zip(arms, parts, strict=True)]
    lines = _lines(first)
    words = "; ".join(f"{mark.name}: {mark.said}" for mark in marks)
    said = f"{words}. Aim: {wording.aim(first)}. {_start(first, start_year)}. {_england(first)}"
    return join(strip(title, said.strip(), marks, lines), _key(first, start_year))


def _mark(arm: ArmAssessment, part: PartAssessment | None, arms: Sequence[ArmAssessment]) -> Mark:
    look, value = look_of(arms, arm.key), part.value if part else None
    if part is None or value is None:
        return Mark(arm.label, "no figure", None, None, None, look)
    said = wording.span(value, part.unit, part.gap)
    return Mark(arm.label, said, value.low, value.mean, value.high, look)


def _lines(part: PartAssessment) -> list[BandLine]:
    lines = []
    if part.aim is not None:
        lines.append(BandLine(part.aim.mean, "aim", part.part.direction))
    if part.england is not None:
        lines.append(BandLine(part.england, "england"))
    start = part.started
    if start is not None:
        lines.append(BandLine(start, "start"))
    return lines


def _start(part: PartAssessment, year: int) -> str:
    found = part.started
    if found is None:
        return f"Start {year}: no figure"
    who = "published" if part.observed_start is not None else "the model’s"
    return f"Start {year}, {who}: {figure(found, part.unit, part.gap)}"


def _england(part: PartAssessment) -> str:
    if part.england is None:
        return ""
    return f"England: {figure(part.england, part.unit, part.gap)}"


def _key(part: PartAssessment, year: int) -> Html:
    """The marks in words below the chart: nothing has to be read off an axis."""
    aim = el("path", d="M0 -7V7", stroke=INK, stroke_width=3)
    england = el("path", d="M0 -8V8", stroke=GREY, stroke_width=2, stroke_dasharray="6 3")
    start = el("circle", r=5.5, fill=WHITE, stroke=INK, stroke_width=2.5)
    items = [(aim, f"Aim: {wording.aim(part)}"), (start, _start(part, year)), (england, _england(part))]
    made = [el("li", key_sign(sign), " ", said) for sign, said in items if said]
    return el("ul", made, class_="key")


def key_sign(inside: Html) -> Html:
    """A sign of a chart in a line of text."""
    return el(
        "svg", inside, class_="mark", viewBox="-8 -8 16 16", width="1em", height="1em", aria_hidden="true"
    )
