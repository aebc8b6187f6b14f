"""The targets one by one: how likely, where they start, where each scenario takes them, what is aimed at."""

from collections.abc import Sequence
from itertools import groupby

from experiments.goals.assessment import GoalAssessment, PartAssessment
from experiments.goals.likelihood import bounds, in_hundred, likelihood_text
from experiments.goals.words import why_undecided
from experiments.reach.findings import ArmAssessment, Findings
from experiments.records import record
from experiments.report import words as wording
from experiments.report.charts.bullet_chart import bullet
from experiments.report.charts.charts import plate
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import ball
from experiments.report.summary import title_of
from experiments.report.tables import Field, ReportTable, shown
from experiments.report.words import figure
from experiments.text import capital, listing


def targets(findings: Findings) -> Html:
    """Return all goals that are no rungs, by section: those on a published start, then the others, apart."""
    how = (
        "After a word stands in how many runs, and in brackets how many of 100 that may be, for so few sets "
        "of numbers (nine times in ten). The bars are bands over runs, from the 5th to the 95th percentile."
    )
    made: list[Html] = [el("p", how, class_="wide")]
    for file, goals in findings.arms[0].goals.items():
        if any(goal.rung for goal in goals):
            continue
        solid = [goal for goal in goals if goal.counted]
        assumed = [goal for goal in goals if not goal.counted]
        made.append(el("h3", f"{title_of(findings, file)}: those that can be checked"))
        made.append(_by_section(findings, solid) if solid else el("p", "None: no start was published."))
        if assumed:
            words = (
                "Nobody published where the town started on these. The start is what research on other "
                "places suggests, so reaching them says little. They are shown, and never counted."
            )
            inside = [el("h3", "On an assumed start: shown, never counted"), el("p", words)]
            made.append(el("div", inside, _by_section(findings, assumed), class_="assumed"))
    asked = [goal for goals in findings.arms[0].goals.values() for goal in goals if not goal.rung]
    return join(made, shown(distances(findings, asked)))


def _by_section(findings: Findings, goals: Sequence[GoalAssessment]) -> Html:
    made = []
    for section, inside in groupby(goals, key=lambda goal: goal.section):
        cards = [_card(findings, goal) for goal in inside]
        words = "Shaded: the side on which the aim is met."
        made.append(plate(section, words, el("div", cards, class_="rows")))
    return join(made)


def _card(findings: Findings, goal: GoalAssessment) -> Html:
    arms = findings.arms
    each = [wording.same_goal(arm, goal.id) for arm in arms]
    chances = [_chance(arm, found) for arm, found in zip(arms, each, strict=True)]
    parts = [_part(findings.arms, goal, at, each) for at in range(len(goal.parts))]
    notes = _notes(findings, goal, each)
    return el(
        "article",
        el("h4", el("b", goal.id), " ", goal.title),
        el("div", el("ul", chances, class_="chances"), el("p", " ".join(notes), class_="small")),
        el("div", parts, class_="parts"),
        class_="goal",
    )


def _chance(arm: ArmAssessment, goal: GoalAssessment | None) -> Html:
    found = goal.likelihood if goal else None
    words: Child = likelihood_text(found)
    if found is not None and found.runs > 1:
        words = join(words, el("span", f" ({bounds(found)})", class_="unit"))
    return el(
        "li",
        ball(found.share if found else None),
        el("span", arm.label, class_="arm"),
        el("span", words, class_="said"),
    )


def _part(
    arms: Sequence[ArmAssessment], goal: GoalAssessment, at: int, each: Sequence[GoalAssessment | None]
) -> Html:
    parts = [found.parts[at] if found and at < len(found.parts) else None for found in each]
    first = goal.parts[at]
    aside = "" if first.counts else " (shown, does not count)"
    name = el("p", first.label + aside, class_="part")
    return el("div", name, bullet(arms, parts, f"{goal.id}. {first.label}", goal.baseline_year))


def _notes(findings: Findings, goal: GoalAssessment, each: Sequence[GoalAssessment | None]) -> list[str]:
    """Return what to know about a goal, a sentence each."""
    there = [(arm.label, found) for arm, found in zip(findings.arms, each, strict=True) if found is not None]
    when = [f"{label} {found.first_likely}" for label, found in there if found.first_likely is not None]
    skill = [f"{label} {likelihood_text(found.latent)}" for label, found in there if found.latent is not None]
    moved = [
        label for label, found in there if found.composition_only or any(p.composition for p in found.parts)
    ]
    notes = [f"{capital(goal.start_words)}.", goal.goal.note]
    notes.append(f"First as likely as not: {', '.join(when)}." if when else "In no year as likely as not.")
    if skill:
        notes.append(f"By the skill behind the figure: {', '.join(skill)}.")
    if moved:
        notes.append(
            f"{listing(moved)}: the gap closes only because more children count as disadvantaged, "
            "not because those who did before do better."
        )
    if goal.expert is not None:
        notes.append(f"Before any model, evidence suggested {prior(goal.expert)}.")
    if lacking := why_undecided(goal):
        notes.append(f"Missing: {lacking}.")
    return [text for text in notes if text]


def prior(expert: tuple[float, float]) -> str:
    """Return a prior in words."""
    low, high = expert
    if round(100 * low) == round(100 * high):
        return in_hundred(high)
    if low <= 0:
        return f"at most {in_hundred(high)}"
    return f"{100 * low:.0f} to {in_hundred(high)}"


def parts_table(findings: Findings) -> ReportTable:
    """Return every part of every goal under every scenario: figures for the file."""
    records: list[dict[str, Field]] = [
        _record(arm, file, goal, part)
        for arm in findings.arms
        for file, goals in arm.goals.items()
        for goal in goals
        for part in goal.parts
    ]
    return ReportTable(
        "parts", "start, value, aim and distance of every part of every goal", (), (), tuple(records)
    )


def _record(arm: ArmAssessment, file: str, goal: GoalAssessment, part: PartAssessment) -> dict[str, Field]:
    return {
        "goal_file": file,
        "goal": goal.id,
        "part": part.label,
        "scenario": arm.key,
        **record(part.part, "indicator group minus_group"),
        **record(part, "unit counts"),
        "baseline_year": goal.baseline_year,
        **record(part, "observed_start start* year value* comparison reference aim* distance*"),
        **record(part, "england composition"),
    }


def distances(findings: Findings, chosen: Sequence[GoalAssessment]) -> ReportTable:
    """Return how far each part is from its aim, by scenario."""
    arms, minor = findings.arms, set()
    rows: list[tuple[Child, ...]] = []
    for goal in chosen:
        for at, part in enumerate(goal.parts):
            if not part.counts:
                continue
            cells = []
            for arm in arms:
                found = wording.same_goal(arm, goal.id)
                there = found.parts[at] if found and at < len(found.parts) else None
                likelihood_text = wording.span(there.distance if there else None, part.unit, True)
                cells.append(likelihood_text.replace(" pts", ""))
            start = figure(part.observed_start, part.unit, part.gap)
            if not goal.counted:
                minor.add(len(rows))
            rows.append((f"{goal.id}. {part.label}", start, wording.aim(part), *cells))
    heads = ("Part of a goal", "Published start", "Aim", *(arm.label for arm in arms))
    caption = "How far short of its aim each goal falls (minus: beyond it)"
    records = parts_table(findings).records
    return ReportTable("parts", caption, heads, tuple(rows), records, minor=frozenset(minor))
