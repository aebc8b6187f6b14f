"""The vision: the rungs that each scenario climbs."""

from collections.abc import Sequence
from itertools import groupby

from experiments.findings import Findings, GoalFinding, PartFinding
from experiments.reporting import wording
from experiments.reporting.bullets import key_sign
from experiments.reporting.charts import Line, Mark, plate, strip
from experiments.reporting.looks import INK, ball, look_of
from experiments.reporting.markup import Html, el, join
from experiments.reporting.opening import likelihood_table
from experiments.reporting.tables import Table, download, shown
from experiments.reporting.wording import figure

type Measure = tuple[str, tuple[GoalFinding, ...]]


def measures(findings: Findings) -> list[Measure]:
    """The goals with rungs by what they measure: (label of the first part, its rungs)."""
    there = [goal for goals in findings.arms[0].goals.values() for goal in goals if goal.rung and goal.parts]
    by = groupby(there, key=lambda goal: (goal.section, goal.parts[0].label))
    return [(label, tuple(inside)) for (_, label), inside in by]


def rungs(findings: Findings) -> Html:
    """A chart a measure, and the rungs in a table."""
    if not measures(findings):
        return el("p", "No goal of these has rungs.")
    parts = []
    words = "Each upright line is a rung of the ladder; the shaded side of the first reaches it."
    for section, inside in groupby(measures(findings), key=lambda measure: measure[1][0].section):
        cards = [_card(findings, label, goals) for label, goals in inside]
        parts.append(plate(section, words, el("div", cards, class_="rows")))
    intro = (
        "Nobody set numbers for the vision. These rungs are this project’s own reading of it: as England "
        "today, as the best tenth of districts, half of where the town was, a tenth of it. Rungs on a start "
        "that nobody published are shown, and never counted."
    )
    return join(el("p", intro), shown(highest(findings)), parts, download(likelihood_table(findings)))


def highest(findings: Findings) -> Table:
    """The highest rung reached as likely as not, by measure and scenario."""
    names = list(dict.fromkeys(name for arm in findings.arms for name in arm.rungs))
    rows = tuple((name, *(arm.rungs.get(name) or "none" for arm in findings.arms)) for name in names)
    records = tuple(
        {"measure": name, "scenario": arm.key, "highest_rung": arm.rungs.get(name, "")}
        for name in names
        for arm in findings.arms
    )
    heads = ("What is measured", *(arm.label for arm in findings.arms))
    return Table("rungs", "The highest rung that is reached as likely as not", heads, rows, records)


def _card(findings: Findings, label: str, goals: Sequence[GoalFinding]) -> Html:
    arms, part = findings.arms, goals[0].parts[0]
    marks = []
    for arm in arms:
        found = wording.same_goal(arm, goals[0].id)
        value = found.parts[0].value if found and found.parts else None
        said = wording.span(value, part.unit, wording.gap(part))
        low, middle, high = (value.low, value.mean, value.high) if value else (None, None, None)
        marks.append(Mark(arm.label, said, low, middle, high, look_of(arms, arm.key)))
    aims = [(goal, goal.parts[0].aim) for goal in goals]
    known = [(goal, aim.mean) for goal, aim in aims if aim is not None]
    better = 1 if part.comparison.replace("_", " ") in ("at least", "above") else -1
    lines = [Line(value, "aim", 0) for _, value in known]
    start = (
        part.observed_start if part.observed_start is not None else part.start.mean if part.start else None
    )
    if start is not None:
        lines.append(Line(start, "start"))
    if known:
        easiest = min((value for _, value in known), key=lambda value: better * value)
        lines[next(i for i, line in enumerate(lines) if line.value == easiest)] = Line(easiest, "aim", better)
    words = "; ".join(f"{mark.name}: {mark.said}" for mark in marks)
    picture = strip(label, f"{words}. Rungs: {_rung_words(goals)}.", marks, lines)
    year = wording.year_words(goals[0].year)
    chart = el("div", picture, _start(goals[0], part))
    return el("article", el("h3", f"{label}, {year}"), chart, _table(findings, goals), class_="goal vision")


def _rung_words(goals: Sequence[GoalFinding]) -> str:
    return ", ".join(f"{goal.rung} {_aimed(goal.parts[0])}" for goal in goals)


def _aimed(part: PartFinding) -> str:
    if part.aim is None:
        return "(no figure published)"
    return f"{part.comparison.replace('_', ' ')} {figure(part.aim.mean, part.unit, wording.gap(part))}"


def _start(goal: GoalFinding, part: PartFinding) -> Html:
    ring = key_sign(el("circle", r=5.5, fill="#fff", stroke=INK, stroke_width=2.5))
    said = f"Start {goal.baseline_year}: {figure(started(part), part.unit, wording.gap(part))}"
    return el("ul", el("li", ring, " ", said), class_="key")


def _table(findings: Findings, goals: Sequence[GoalFinding]) -> Html:
    """Each rung with its figure, and how likely it is under each scenario."""
    sign = key_sign(el("path", d="M0 -7V7", stroke=INK, stroke_width=3))
    heads = [el("th", "Rung", scope="col"), [el("th", arm.label, scope="col") for arm in findings.arms]]
    rows = []
    for goal in goals:
        cells = []
        for arm in findings.arms:
            found = wording.same_goal(arm, goal.id)
            chance = found.likelihood if found else None
            said = [el("b", wording.capital(wording.words_of(chance)))]
            said += [el("span", wording.counted(chance))] if chance else []
            cells.append(el("td", ball(chance.share if chance else None), said))
        name = f"{wording.capital(goal.rung)}: {_aimed(goal.parts[0])}"
        rows.append(el("tr", el("th", sign, " ", name, scope="row"), cells))
    caption = el("caption", el("span", "How likely each rung is", class_="unseen"))
    return el("table", caption, el("thead", el("tr", heads)), el("tbody", rows), class_="rung-table")


def started(part: PartFinding) -> float | None:
    """Where a part starts: as published, else as the model has it."""
    if part.observed_start is not None:
        return part.observed_start
    return part.start.mean if part.start else None
