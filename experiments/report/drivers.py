"""What drives the result: what each programme contributes."""

from collections.abc import Sequence
from typing import Final

from experiments.plotting.palette import LOOKS
from experiments.reach.findings import ArmAssessment, Driver, Findings
from experiments.report import words as wording
from experiments.report.charts.charts import Mark, absent, plate, strip
from experiments.report.look.html import Child, Html, el, join
from experiments.report.tables import ReportTable, behind
from experiments.runs.statistics import Span
from experiments.text import NO_FIGURE, capital, rounded, typeset, year_words

MOST: Final = 6
"""Programmes that are drawn for a figure."""


def drivers(findings: Findings) -> Html:
    """What each programme contributes to each figure; or how to find out."""
    if findings.drivers is None:
        return absent(findings, "Not computed.")
    if not findings.drivers:
        return el("p", "No scenario has a programme that could be left out.")
    parts: list[Child] = []
    for arm in findings.arms:
        inside = [each for each in findings.drivers if each.arm == arm.key]
        if inside:
            figures = _by_figure(findings, inside)
            cards = [_card(findings, arm, ids, of) for ids, of in figures if any(map(_moves, of))]
            still = [_title(findings, ids) for ids, of in figures if not any(map(_moves, of))]
            parts += [el("h3", arm.label, class_="facet-head"), el("div", cards, class_="goals broad")]
            parts.append(
                el("p", f"No programme changes: {'; '.join(still)}.", class_="small wide") if still else None
            )
    words = (
        "What each programme adds, twice: to all others, as the plan falls back when it is left out (square, "
        "by its name), and alone, added to the first scenario (circle). The same children with the same luck "
        f"in both. Right of the line: towards the aim. The {MOST} that move a figure most; the file has all."
    )
    return join(
        plate("What each programme contributes", words, parts, class_="drivers"),
        behind(drivers_table(findings)),
    )


def _by_figure(findings: Findings, found: Sequence[Driver]) -> list[tuple[list[str], list[Driver]]]:
    """Ids of goals that are about the same figure, as rungs of one measure are, with what moves it."""
    goals = wording.goals_of(findings)
    of: dict[object, dict[str, list[Driver]]] = {}
    for each in found:
        part = (
            next((part for part in goals[each.goal].parts if part.counts), None)
            if each.goal in goals
            else None
        )
        of_part = part and (part.part.indicator, part.part.group, part.part.minus_group, part.year)
        figure = of_part or each.goal
        of.setdefault(figure, {}).setdefault(each.goal, []).append(each)
    return [(list(by_goal), next(iter(by_goal.values()))) for by_goal in of.values()]


def _card(findings: Findings, arm: ArmAssessment, ids: Sequence[str], found: Sequence[Driver]) -> Html:
    """One figure: the programmes that move it most, and how many others there are."""
    strongest = sorted(filter(_moves, found), key=lambda each: -_size(each))[:MOST]
    marks, words = [], []
    for each in sorted(strongest, key=lambda each: -(each.left_out.mean if each.left_out else 0.0)):
        name = _called(arm, each.programme)
        second = el("span", "alone", class_="unit")
        pairs = ((name, each.left_out, "left out", LOOKS[2]), (second, each.first_in, "alone", LOOKS[0]))
        for shown, span, way, look in pairs:
            said = wording.signed(span, each.unit, named=False)
            low, middle, high = (span.low, span.mean, span.high) if span else (None, None, None)
            marks.append(Mark(shown, said, low, middle, high, look))
            words.append(f"{name}, {way}: {said}")
    title, unit = _title(findings, ids), wording.unit_of_difference(found[0].unit)
    others = len(found) - len(strongest)
    rest = ""
    if others:
        many = f"{others} other programme{'' if others == 1 else 's'}"
        rest = f"{many} change{'s' if others == 1 else ''} it less, or not at all."
    said = f"In {unit}. {'; '.join(words)}. {rest}"
    return el(
        "article",
        el("h4", title, ", ", el("span", unit, class_="unit")),
        strip(f"What drives {title}", said, marks, zero=True, tight=True),
        el("p", rest, class_="small") if rest else None,
        class_="goal",
    )


def _called(arm: ArmAssessment, programme: str) -> str:
    """A programme as readers call it: those of a plan that are named after it, without its name."""
    return capital(programme.removeprefix(arm.key.split("_")[0] + "_").replace("_", " "))


def _title(findings: Findings, ids: Sequence[str]) -> str:
    goal = wording.goals_of(findings).get(ids[0])
    if len(ids) == 1 or goal is None:
        return wording.goal_name(findings, ids[0])
    part = next(part for part in goal.parts if part.counts)
    return f"{part.label}, {year_words(part.year)}"


def _size(driver: Driver) -> float:
    return max(abs(span.mean) for span in (driver.left_out, driver.first_in) if span is not None)


def _moves(driver: Driver) -> bool:
    """Whether anything of it is left when it is rounded as the page rounds."""
    spans = [span for span in (driver.left_out, driver.first_in) if span is not None]
    said = [
        wording.signed(Span(x, x, x, 1), driver.unit, named=False)
        for s in spans
        for x in (s.low, s.mean, s.high)
    ]
    return any(float(each.replace("−", "-")) != 0 for each in said)


def drivers_table(findings: Findings) -> ReportTable:
    """The contributions."""
    return ReportTable.of(
        "drivers",
        "what each programme contributes",
        findings.drivers or (),
        {
            "Goal": lambda each: each.goal,
            "Scenario": lambda each: wording.arm_label(findings, each.arm),
            "Programme": lambda each: each.programme.replace("_", " "),
            "Left out of the whole": lambda each: wording.signed(each.left_out, each.unit),
            "Alone, added to the first": lambda each: wording.signed(each.first_in, each.unit),
            "Likelihood lost, runs in 100": lambda each: _points(each.left_out_likelihood),
            "Likelihood won, runs in 100": lambda each: _points(each.first_in_likelihood),
        },
        "goal scenario=arm programme unit left_out* first_in* left_out_likelihood first_in_likelihood",
        3,
    )


def _points(share: float | None) -> str:
    return NO_FIGURE if share is None else typeset(rounded(100 * share, 0, sign=True))
