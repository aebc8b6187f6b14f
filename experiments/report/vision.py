"""The vision: the rungs that each scenario climbs."""

from collections.abc import Sequence
from itertools import groupby

from experiments.goals.assessment import GoalAssessment, PartAssessment, rungs_of
from experiments.plotting.palette import INK
from experiments.reach.findings import Findings
from experiments.report import words as wording
from experiments.report.charts.bullet_chart import key_sign
from experiments.report.charts.charts import BandLine, Mark, plate, strip
from experiments.report.look.html import Html, el, join
from experiments.report.look.palette import ball, look_of
from experiments.report.summary import likelihood_table, words_and_count
from experiments.report.tables import ReportTable, download, shown
from experiments.report.words import figure
from experiments.text import capital, listing, year_words

type Measure = tuple[str, tuple[GoalAssessment, ...]]


def measures(findings: Findings) -> list[Measure]:
    """The goals with rungs by what they measure: (label of the first part, its rungs)."""
    there = [goal for goals in findings.arms[0].goals.values() for goal in goals if goal.rung and goal.parts]
    by = groupby(there, key=lambda goal: (goal.section, goal.parts[0].label))
    return [(label, tuple(inside)) for (_, label), inside in by]


def rungs(findings: Findings) -> Html:
    """A chart a measure, and the rungs in a table."""
    if not measures(findings):
        return el("p", "No goal of these has rungs.")
    parts, never = [], _never(findings)
    words = "Each upright line is a rung; the shaded side of the easiest reaches it."
    for section, inside in groupby(measures(findings), key=lambda measure: measure[1][0].section):
        cards = [_card(findings, label, goals, never) for label, goals in inside]
        parts.append(plate(section, words, el("div", cards, class_="rows")))
    intro = (
        "Nobody set numbers for the vision. These rungs are this project’s own reading of it: as England "
        "today, as the best tenth of districts, half of where the town was, a tenth of it. Rungs on a start "
        "that nobody published are shown, and never counted."
    )
    if never:
        names = listing(f"'{rung}'" for rung in never)
        intro += f" Nowhere decided, for want of a published figure: {names}."
    return join(el("p", intro), shown(highest(findings)), parts, download(likelihood_table(findings)))


def highest(findings: Findings) -> ReportTable:
    """The highest rung reached as likely as not, by measure and scenario."""
    names = list(dict.fromkeys(name for arm in findings.arms for name in arm.rungs))
    there = [goal for goals in findings.arms[0].goals.values() for goal in goals]
    start, years = rungs_of(there, already=True), sorted({goal.baseline_year for goal in there if goal.rung})
    rows = tuple(
        (name, start.get(name) or "none", *(arm.rungs.get(name) or "none" for arm in findings.arms))
        for name in names
    )
    records = tuple(
        {
            "measure": name,
            "scenario": arm.key,
            "highest_rung": arm.rungs.get(name, ""),
            "rung_at_start": start.get(name, ""),
        }
        for name in names
        for arm in findings.arms
    )
    when = f"Start, {listing(map(str, years))}" if years else "Start"
    heads = ("What is measured", when, *(arm.label for arm in findings.arms))
    return ReportTable("rungs", "The highest rung that is reached as likely as not", heads, rows, records)


def _never(findings: Findings) -> list[str]:
    """The rungs that no scenario decides for any measure."""
    of = [{goal.rung for goal in goals if not _decided(findings, goal)} for _, goals in measures(findings)]
    order = dict.fromkeys(goal.rung for _, goals in measures(findings) for goal in goals)
    return [rung for rung in order if all(rung in each for each in of)]


def _decided(findings: Findings, goal: GoalAssessment) -> bool:
    """Whether any scenario decides it."""
    each = [wording.same_goal(arm, goal.id) for arm in findings.arms]
    return any(found is not None and found.likelihood is not None for found in each)


def _card(findings: Findings, label: str, goals: Sequence[GoalAssessment], never: Sequence[str]) -> Html:
    arms, part = findings.arms, goals[0].parts[0]
    marks = []
    for arm in arms:
        found = wording.same_goal(arm, goals[0].id)
        value = found.parts[0].value if found and found.parts else None
        said = wording.span(value, part.unit, part.gap)
        low, middle, high = (value.low, value.mean, value.high) if value else (None, None, None)
        marks.append(Mark(arm.label, said, low, middle, high, look_of(arms, arm.key)))
    aims = [(goal, goal.parts[0].aim) for goal in goals]
    known = [(goal, aim.mean) for goal, aim in aims if aim is not None]
    better = part.part.direction
    lines = [BandLine(value, "aim", 0) for _, value in known]
    start = part.started
    if start is not None:
        lines.append(BandLine(start, "start"))
    if known:
        easiest = min((value for _, value in known), key=lambda value: better * value)
        lines[next(i for i, line in enumerate(lines) if line.value == easiest)] = BandLine(
            easiest, "aim", better
        )
    words = "; ".join(f"{mark.name}: {mark.said}" for mark in marks)
    picture = strip(label, f"{words}. Rungs: {_rung_words(goals)}.", marks, lines, tight=True)
    year = year_words(goals[0].year)
    chart = el("div", picture, _start(goals, part))
    return el(
        "article", el("h3", f"{label}, {year}"), chart, _table(findings, goals, never), class_="goal vision"
    )


def _rung_words(goals: Sequence[GoalAssessment]) -> str:
    return ", ".join(f"{goal.rung} {_aimed(goal.parts[0])}" for goal in goals)


def _aimed(part: PartAssessment) -> str:
    if part.aim is None:
        return "(no figure published)"
    return f"{part.comparison} {figure(part.aim.mean, part.unit, part.gap)}"


def _start(goals: Sequence[GoalAssessment], part: PartAssessment) -> Html:
    ring = key_sign(el("circle", r=5.5, fill="#fff", stroke=INK, stroke_width=2.5))
    year = goals[0].baseline_year
    items = [el("li", ring, " ", f"Start {year}: {figure(part.started, part.unit, part.gap)}")]
    there = [goal.rung for goal in goals if goal.already]
    if there:
        items.append(el("li", f"Already {listing(there)} in {year}: to stay there is no climb."))
    return el("ul", items, class_="key")


def _table(findings: Findings, goals: Sequence[GoalAssessment], never: Sequence[str]) -> Html:
    """Each rung with its figure, and how likely it is under each scenario; those that nothing decides in a
    line, but for those that no measure has (`never`)."""
    sign = key_sign(el("path", d="M0 -7V7", stroke=INK, stroke_width=3))
    heads = [el("th", "Rung", scope="col"), [el("th", arm.label, scope="col") for arm in findings.arms]]
    rows, undecided = [], []
    for goal in goals:
        if not _decided(findings, goal):
            undecided += [] if goal.rung in never else [f"{goal.rung} {_aimed(goal.parts[0])}"]
            continue
        cells = [_cell(arm.label, wording.same_goal(arm, goal.id)) for arm in findings.arms]
        name = f"{capital(goal.rung)}: {_aimed(goal.parts[0])}"
        rows.append(el("tr", el("th", sign, " ", name, scope="row"), cells))
    caption = el("caption", el("span", "How likely each rung is", class_="unseen"))
    table = el("table", caption, el("thead", el("tr", heads)), el("tbody", rows), class_="rung-table")
    line = f"Cannot be decided: {listing(undecided)}."
    return el("div", table if rows else None, el("p", line, class_="small") if undecided else None)


def _cell(label: str, goal: GoalAssessment | None) -> Html:
    found = goal.likelihood if goal else None
    name = el("span", label, class_="on-narrow")
    return el("td", name, ball(found.share if found else None), words_and_count(found))
