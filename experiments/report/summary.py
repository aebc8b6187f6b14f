"""The first pages: the question, each scenario's answer, the words for likelihood, all goals at a glance."""

from collections.abc import Sequence
from typing import Final

from experiments.goals import likelihood
from experiments.goals.assessment import GoalAssessment
from experiments.goals.likelihood import Likelihood
from experiments.goals.words import why_undecided
from experiments.reach.findings import ArmAssessment, Findings
from experiments.records import record
from experiments.records import records as records_from
from experiments.report import words as wording
from experiments.report.charts.charts import plate
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import ball, key_line, look_of
from experiments.report.tables import Field, ReportTable, download
from experiments.text import capital, sentence

TITLE: Final = "Are the goals of {} within reach?"


def question(findings: Findings) -> Html:
    """The title and what was asked."""
    years = sorted({goal.year for goal in wording.goals_of(findings).values()})
    when = f"{years[0]} and {years[-1]}" if len(years) > 1 else str(years[0]) if years else ""
    each = "seed" if findings.seeds == 1 else "seeds"
    sets = "set" if findings.draws == 1 else "sets"
    lead = (
        "A model of the town’s children, schools and first jobs, lived under "
        f"{len(findings.arms)} scenarios, {findings.draws * findings.seeds} times each "
        f"({findings.draws} {sets} of numbers, {findings.seeds} {each} each), and held against the goals for "
        f"{when}."
    )
    reduced = el("p", "A reduced town: smaller than the real one, so chance weighs more.", class_="note")
    return el(
        "header",
        el("p", f"{findings.title} · social mobility", class_="kicker"),
        el("h1", TITLE.format(findings.title)),
        el("p", lead, class_="lead"),
        reduced if findings.reduced else None,
        class_="opening",
    )


def answers(findings: Findings) -> Html:
    """One card a scenario: how many goals are likely, and the answer in a sentence."""
    cards = [_card(findings.arms, arm) for arm in findings.arms]
    words = (
        "Counted are the goals whose start was published and that the runs can decide. "
        f"{findings.interval_note} A model for exploring choices, not a forecast."
    )
    small = el("p", words, class_="small wide")
    return join(el("div", cards, class_="cards"), scale(), small, download(answers_table(findings)))


def _card(arms: Sequence[ArmAssessment], arm: ArmAssessment) -> Html:
    look = look_of(arms, arm.key)
    big = [el("span", arm.likely, class_="big"), el("span", f" of {arm.checkable}", class_="of")]
    warned = el("p", sentence(arm.warning), class_="warning") if arm.warning else None
    what = el("span", "goals that can be checked are more likely reached than not", class_="what")
    return el(
        "article",
        el("h3", key_line(look), el("span", arm.label)),
        el("p", arm.question, class_="asked") if arm.question else None,
        el("p", el("span", big, class_="tally"), what, class_="score"),
        el("p", arm.answer, class_="answer"),
        warned,
        class_="card",
    )


def answers_table(findings: Findings) -> ReportTable:
    """The answers as a table."""
    fields = (
        "scenario=key label title question answer goals_likely=likely goals_that_can_be_checked=checkable "
        "warning"
    )
    return ReportTable("answers", "the answers", (), (), records_from(findings.arms, fields))


def scale() -> Html:
    """The words for likelihood, once, with the share of runs beside each."""
    steps = [
        el("li", ball(middle), el("b", word), el("span", runs)) for word, runs, middle in likelihood.scale()
    ]
    source = el("p", likelihood.RULE, class_="small")
    words = "Runs in 100 that reach a goal. A word never stands without its number."
    return join(plate("What the words mean", words, el("ol", steps, class_="scale"), class_="words"), source)


def glance(findings: Findings) -> Html:
    """All goals that are no rungs, under all scenarios."""
    made = []
    for file, goals in findings.arms[0].goals.items():
        if any(goal.rung for goal in goals):
            continue
        solid = [goal for goal in goals if goal.counted]
        assumed = [goal for goal in goals if not goal.counted]
        parts: list[Child] = []
        if solid:
            parts.append(_matrix(findings, solid, "Goals that can be checked against published figures"))
        if assumed:
            parts.append(_matrix(findings, assumed, "Goals on an assumed start: shown, never counted"))
        words = (
            "A full disc: every run reaches it; an empty one: none does; a dashed one: it cannot be decided."
        )
        made.append(plate(f"{title_of(findings, file)}, at a glance", words, parts, class_="glance"))
    return join(made, download(likelihood_table(findings)))


def title_of(findings: Findings, file: str) -> str:
    """What a file of goals is called, by its year."""
    goals = findings.arms[0].goals[file]
    year = max((goal.year for goal in goals), default=0)
    rungs = any(goal.rung for goal in goals)
    return f"The vision for {year}" if rungs else f"The {len(goals)} targets for {year}"


def _matrix(findings: Findings, goals: Sequence[GoalAssessment], caption: str) -> Html:
    heads = [el("th", arm.label, scope="col", role="columnheader") for arm in findings.arms]
    head = el("tr", el("th", "Goal", scope="col", role="columnheader"), heads, role="row")
    rows = [_matrix_row(findings, goal) for goal in goals]
    return el(
        "table",
        el("caption", caption),
        el("thead", head, role="rowgroup"),
        el("tbody", rows, role="rowgroup"),
        class_="matrix",
        role="table",
    )


def _matrix_row(findings: Findings, goal: GoalAssessment) -> Html:
    name = el("th", el("b", goal.id), " ", goal.title, scope="row", role="rowheader")
    cells = [
        _matrix_cell(arm.label, found.likelihood if (found := wording.same_goal(arm, goal.id)) else None)
        for arm in findings.arms
    ]
    return el("tr", name, cells, role="row")


def _matrix_cell(label: str, found: Likelihood | None) -> Html:
    return el(
        "td",
        el("span", label, class_="on-narrow"),
        ball(found.share if found else None),
        words_and_count(found),
        role="cell",
    )


def words_and_count(found: Likelihood | None) -> Html:
    """The word of the scale, where there is one, above the count of runs."""
    word = likelihood.OPEN if found is None else found.word
    count = el("span", likelihood.count(found), class_="count") if found else None
    return join(el("span", capital(word), class_="word") if word else None, count)


def likelihood_table(findings: Findings) -> ReportTable:
    """How likely each goal is under each scenario, for the file."""
    found: list[dict[str, Field]] = [
        {
            "goal_file": file,
            **record(goal, "goal=id title section rung year"),
            "scenario": arm.key,
            **record(goal, "counted start_is=start_words"),
            **_likelihood("", goal.likelihood),
            **_likelihood("latent_", goal.latent),
            **record(goal, "first_year_as_likely_as_not=first_likely"),
            "closed_by_composition_alone": goal.composition_only,
            "prior_low": goal.expert[0] if goal.expert else None,
            "prior_high": goal.expert[1] if goal.expert else None,
            "missing": why_undecided(goal),
        }
        for arm in findings.arms
        for file, goals in arm.goals.items()
        for goal in goals
    ]
    return ReportTable("goals", "how likely each goal is under each scenario", (), (), tuple(found))


def _likelihood(before: str, found: Likelihood | None) -> dict[str, Field]:
    fields = record(found, "words=word reached runs undecided share share_low=low share_high=high")
    return {f"{before}{name}": value for name, value in fields.items()} | {
        f"{before}words": found.word if found else ""
    }
