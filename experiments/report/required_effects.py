"""What would have to be true: how many times larger effects, or reach, would be; the ceiling twice."""

from collections import Counter
from collections.abc import Sequence, Set
from typing import Final

from experiments.goals.assessment import PartAssessment
from experiments.goals.likelihood import count, likelihood_text
from experiments.reach.findings import FIRST_RUNG, LAST_RUNG, ArmAssessment, Findings, Required
from experiments.records import record
from experiments.records import records as records_from
from experiments.report import words as wording
from experiments.report.charts import ladder_chart as ladders
from experiments.report.charts.charts import absent, plate
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import key_line
from experiments.report.tables import Field, ReportTable, behind, shown
from experiments.report.words import figure
from experiments.text import capital, sentence

NEVER: Final = f"not by any factor up to {LAST_RUNG:g}"
EACH: Final = "Every programme at its own 90th percentile"
JOINT: Final = "90th percentile of the joint draws"
_ORDER: Final = tuple(ladders.KINDS)


def needed(findings: Findings) -> Html:
    """Return the factors, ladders, what trials found, and the ceiling."""
    return join(_factors(findings), _ceiling(findings))


def _factors(findings: Findings) -> Html:
    if not findings.required:
        if any(arm.acting and not arm.warning for arm in findings.arms):
            return absent(findings, "Not computed.")
        return el("p", "No scenario here is a plan whose effects, or reach, could be multiplied.")
    parts: list[Child] = []
    for arm in findings.arms:
        asked = [each for each in findings.required if each.arm == arm.key]
        parts += [el("h3", arm.label, class_="facet-head"), *_of_arm(findings, asked)] if asked else []
    intro = (
        "By how many times would what programmes achieve, or the number of children whom they reach, have to "
        "grow for an even chance of each goal? A factor of 1 is the plan as it is. The cap holds what one "
        "child can gain in a year to what has been seen; both are shown, with it and without."
    )
    chart = plate("What each goal would take", intro, parts, class_="needed")
    there = {each.goal for each in findings.required}
    goals = wording.goals_of(findings).values()
    lacking = not findings.full and any(goal.likelihood and goal.id not in there for goal in goals)
    return join(
        chart,
        absent(findings, "Not computed: what the goals of later years would take.") if lacking else None,
        behind(required_table(findings)),
        behind(ladder_table(findings)),
    )


def _of_arm(findings: Findings, asked: Sequence[Required]) -> list[Child]:
    """Return its goals: those that some factor brings within reach drawn, the others told in a line each."""
    of = {id_: [each for each in asked if each.goal == id_] for id_ in dict.fromkeys(x.goal for x in asked)}
    never = {id_: each for id_, each in of.items() if all(one.factor is None for one in each)}
    already = {id_: each for id_, each in of.items() if all(_as_it_is(one) for one in each)}
    drawn = {id_: each for id_, each in of.items() if id_ not in never and id_ not in already}
    beside = Counter(text for each in drawn.values() for text in dict.fromkeys(one.beside for one in each))
    shared = {text for text, count in beside.items() if text and len(drawn) > 2 and 2 * count > len(drawn)}
    cards = [_card(findings, id_, each, shared) for id_, each in drawn.items()]
    words = "Runs in 100 that reach the goal, by factor; shaded: more likely than not."
    common = [
        el("p", f"For most of these: {text}.", class_="small wide") for text in beside if text in shared
    ]
    made: list[Child] = []
    if cards:
        made += [el("p", words, class_="small"), *common, el("div", cards, class_="goals")]
    if already:
        names = [el("li", wording.goal_name(findings, id_)) for id_ in already]
        made += [el("h4", "As likely as not with the plan as it is"), el("ul", names, class_="plain")]
    if never:
        lines = [
            el("li", wording.goal_name(findings, id_), el("span", f": {_best(each)}", class_="small"))
            for id_, each in never.items()
        ]
        head = f"{capital(NEVER)}, of effects or of reach"
        made += [el("h4", head), el("ul", lines, class_="plain")]
    return made


def _as_it_is(asked: Required) -> bool:
    return asked.factor is not None and asked.factor <= FIRST_RUNG


def _best(asked: Sequence[Required]) -> str:
    """Say how near it comes: `at best 6 of 20 runs, with effects 20 times as large`."""
    best, of = max(
        ((rung, each) for each in asked for rung in each.rungs),
        key=lambda pair: pair[0].likelihood.share,
        default=(None, None),
    )
    if best is None or of is None:
        return "no run decides it"
    if not best.likelihood.reached:
        return f"{count(best.likelihood)} at any factor"
    cap = "" if of.capped else " and no cap"
    return f"at best {count(best.likelihood)}, with {of.kind} {best.factor:g} times as large{cap}"


def _card(findings: Findings, id_: str, asked: Sequence[Required], shared: Set[str]) -> Html:
    """Return one goal: its ladders, the factor for an even chance of each kind, and how that stands to
    trials, but for what is `shared` with most goals."""
    title = wording.goal_name(findings, id_)
    ordered = sorted(asked, key=lambda each: _ORDER.index((each.kind, each.capped)))
    drawn = ladders.ladder(title, ordered) if any(each.rungs for each in ordered) else None
    items = [
        el(
            "li",
            key_line(ladders.look_of(each), hollow=not each.capped),
            el("span", capital(ladders.name_of(each)), class_="arm"),
            el("span", factor(each), class_="said"),
        )
        for each in ordered
    ]
    beside = [text for text in _beside(ordered) if text not in shared]
    return el(
        "article",
        el("h4", title),
        drawn,
        el("ul", items, class_="chances"),
        [el("p", sentence(text), class_="small") for text in beside],
        class_="goal",
    )


def _beside(asked: Sequence[Required]) -> list[str]:
    """Say how a goal's factors stand to trials: those with the cap, and without it where only that one
    does."""
    found = []
    for each in asked:
        capped = [other for other in asked if other.kind == each.kind and other.capped]
        if each.capped or not capped or (capped[0].factor is None and each.factor is not None):
            found.append(each.beside)
    return list(dict.fromkeys(filter(None, found)))


def factor(asked: Required) -> str:
    """Return `6.2 times (4.1 to 9.0)`, `not by any factor up to 20`."""
    if asked.factor is None:
        return NEVER
    if asked.factor <= FIRST_RUNG:
        return "as it is"
    if asked.low is None and asked.high is None:
        return f"{asked.factor:.1f} times"
    low = "1" if asked.low is None else f"{asked.low:.1f}"
    high = f"over {LAST_RUNG:g}" if asked.high is None or asked.high > LAST_RUNG else f"{asked.high:.1f}"
    return f"{asked.factor:.1f} times ({low} to {high})"


def required_table(findings: Findings) -> ReportTable:
    """Return the required factors, a row a goal and scenario."""
    pairs = list(dict.fromkeys((each.arm, each.goal) for each in findings.required))
    kinds = [
        pair for pair in ladders.KINDS if any((each.kind, each.capped) == pair for each in findings.required)
    ]
    rows: list[tuple[Child, ...]] = []
    for arm, goal in pairs:
        inside = [each for each in findings.required if (each.arm, each.goal) == (arm, goal)]
        of: dict[tuple[str, bool], str] = {(each.kind, each.capped): factor(each) for each in inside}
        beside = "; ".join(dict.fromkeys(each.beside for each in inside if each.beside))
        cells = [of.get(pair, "not asked") for pair in kinds]
        rows.append((wording.goal_name(findings, goal), wording.arm_label(findings, arm), *cells, beside))
    fields = (
        "goal scenario=arm multiplied=kind yearly_cap=capped factor factor_low=low factor_high=high "
        "bisected=refined"
    )
    records = tuple(
        found | {"said": factor(each), "beside_trials": each.beside}
        for each, found in zip(findings.required, records_from(findings.required, fields), strict=True)
    )
    heads = (
        "Goal",
        "Scenario",
        *(capital(ladders.KINDS[pair][0]) for pair in kinds),
        "Beside what trials found",
    )
    refined = "Between two rungs by interpolation" + (
        "; where bisected, to a tenth." if any(each.refined for each in findings.required) else "."
    )
    return ReportTable(
        "required", "what an even chance of each goal would take", heads, tuple(rows), records, note=refined
    )


def ladder_table(findings: Findings) -> ReportTable:
    """Return every rung of every ladder."""
    flat = [(each, rung) for each in findings.required for rung in each.rungs]
    rows = tuple(
        (
            each.goal,
            wording.arm_label(findings, each.arm),
            ladders.name_of(each),
            f"{rung.factor:g}",
            likelihood_text(rung.likelihood),
        )
        for each, rung in flat
    )
    asked = "goal scenario=arm multiplied=kind yearly_cap=capped"
    reached = "factor words=likelihood.word reached=likelihood.reached runs=likelihood.runs"
    shares = "share=likelihood.share share_low=likelihood.low share_high=likelihood.high"
    records = tuple(record(each, asked) | record(rung, f"{reached} {shares}") for each, rung in flat)
    heads = ("Goal", "Scenario", "What is multiplied", "Factor", "How likely")
    return ReportTable("ladder", "the ladder of factors", heads, rows, records)


def _ceiling(findings: Findings) -> Html | None:
    table = ceiling_table(findings)
    if not table.rows:
        return None
    each = (
        "Every programme works as well as the best one in ten would by its evidence, all of them at once. "
        "One may be so lucky; all together never are. It is beyond what evidence makes likely: a goal that "
        "is out of reach even here is out of reach of all known programmes."
    )
    joint = (
        "The same programmes for as many children, but each works as well or as badly as its trials leave "
        "open, drawn together with the numbers of the model and the luck of the town. One run in ten does "
        "so well or better: to be hoped for, not to be planned on. Where luck moves a figure more than "
        "programmes do, it can lie above the first."
    )
    terms = el("dl", el("div", el("dt", EACH), el("dd", each)), el("div", el("dt", JOINT), el("dd", joint)))
    return el("div", el("h3", "The ceiling, twice"), el("div", terms, class_="terms"), shown(table))


def ceiling_arm(findings: Findings) -> ArmAssessment | None:
    """Return the scenario of the ceiling: the one with a warning."""
    return next((arm for arm in findings.arms if arm.warning), None)


def ceiling_table(findings: Findings) -> ReportTable:
    """Return each part under the ceiling, both ways, beside its aim."""
    arm, minor = ceiling_arm(findings), set()
    rows: list[tuple[Child, ...]] = []
    records: list[dict[str, Field]] = []
    for id_, parts in findings.joint_ceiling.items():
        goal = wording.same_goal(arm, id_) if arm else None
        for label, joint in parts.items():
            part = next((each for each in goal.parts if each.label == label), None) if goal else None
            if part is None:
                continue
            each = wording.span(part.value, part.unit, part.gap)
            start = figure(part.observed_start, part.unit, part.gap)
            if part.counts and goal is not None and not goal.rung:
                if not goal.counted:
                    minor.add(len(rows))
                rows.append((f"{id_}. {label}", start, each, _joint(joint, part), wording.aim(part)))
            records.append(
                {
                    "goal": id_,
                    "part": label,
                    "unit": part.unit,
                    "published_start": part.observed_start,
                    "every_card_at_p90": part.value.mean if part.value else None,
                    "joint_p90": joint,
                    "aim": part.aim.mean if part.aim else None,
                }
            )
    heads = ("Part of a goal", "Published start", EACH, JOINT, "Aim")
    note = "In the first column of figures the mean of the runs and their band, 5th to 95th percentile."
    caption = "The ceiling, part by part"
    return ReportTable(
        "ceiling", caption, heads, tuple(rows), tuple(records), note=note, minor=frozenset(minor)
    )


def _joint(value: float | None, part: PartAssessment) -> str:
    return figure(value, part.unit, part.gap)
