"""What would have to be true: how many times larger effects, or reach, would be; the ceiling twice."""

from collections import Counter
from collections.abc import Sequence, Set
from typing import Final

from experiments.findings import FIRST_RUNG, LAST_RUNG, ArmFinding, Findings, PartFinding, Required
from experiments.reporting import ladders, wording
from experiments.reporting.charts import facets, plate
from experiments.reporting.looks import key_line
from experiments.reporting.markup import Child, Html, el, join
from experiments.reporting.tables import Field, Table, behind, shown
from experiments.reporting.wording import figure

NEVER: Final = f"not by any factor up to {LAST_RUNG:g}"
_ORDER: Final = tuple(ladders.KINDS)


def needed(findings: Findings) -> Html:
    """Factors, ladders, what trials found, and the ceiling."""
    parts: list[Child] = [_ceiling(findings)]
    if not findings.required:
        return join(el("p", wording.NOT_COMPUTED, " Run ", el("code", findings.command), "."), parts)
    facet: list[tuple[ArmFinding, str, Child]] = []
    for arm in findings.arms:
        asked = [each for each in findings.required if each.arm == arm.key]
        if asked:
            facet.append((arm, arm.label, _of_arm(findings, asked)))
    intro = (
        "By how many times would what programmes achieve, or the number of children whom they reach, have to "
        "grow for an even chance of each goal? A factor of 1 is the plan as it is. The cap holds what one "
        "child can gain in a year to what has been seen; both are shown, with it and without."
    )
    chart = plate("What each goal would take", intro, facets(facet), class_="needed")
    return join(chart, parts, behind(required_table(findings)), behind(ladder_table(findings)))


def _of_arm(findings: Findings, asked: Sequence[Required]) -> Html:
    ids = list(dict.fromkeys(each.goal for each in asked))
    beside = Counter(
        text for id_ in ids for text in dict.fromkeys(each.beside for each in asked if each.goal == id_)
    )
    shared = {text for text, count in beside.items() if text and len(ids) > 2 and 2 * count > len(ids)}
    cards = [_card(findings, id_, [each for each in asked if each.goal == id_], shared) for id_ in ids]
    words = "Runs in 100 that reach the goal, by factor; shaded: more likely than not."
    common = [el("p", f"For most goals: {text}.", class_="small wide") for text in beside if text in shared]
    return join(el("p", words, class_="small"), common, el("div", cards, class_="goals"))


def _card(findings: Findings, id_: str, asked: Sequence[Required], shared: Set[str]) -> Html:
    """One goal: its ladders, the factor for an even chance of each kind, and how that stands to trials, but
    for what is `shared` with most goals."""
    title = wording.goal_name(findings, id_)
    ordered = sorted(asked, key=lambda each: _ORDER.index((each.kind, each.capped)))
    drawn = ladders.ladder(title, ordered) if any(each.rungs for each in ordered) else None
    items = [
        el(
            "li",
            key_line(ladders.look_of(each), hollow=not each.capped),
            el("span", wording.capital(ladders.name_of(each)), class_="arm"),
            el("span", factor(each), class_="said"),
        )
        for each in ordered
    ]
    own = [each for each in ordered if each.beside and each.beside not in shared]
    beside = {each.beside: el("p", wording.sentence(each.beside), class_="small") for each in own}
    return el(
        "article",
        el("h4", title),
        drawn,
        el("ul", items, class_="chances"),
        [*beside.values()],
        class_="goal",
    )


def factor(asked: Required) -> str:
    """`6.2 times (4.1 to 9.0)`, `not by any factor up to 20`."""
    if asked.factor is None:
        return NEVER
    if asked.factor <= FIRST_RUNG:
        return "as it is"
    if asked.low is None and asked.high is None:
        return f"{asked.factor:.1f} times"
    low = "1" if asked.low is None else f"{asked.low:.1f}"
    high = f"over {LAST_RUNG:g}" if asked.high is None or asked.high > LAST_RUNG else f"{asked.high:.1f}"
    return f"{asked.factor:.1f} times ({low} to {high})"


def required_table(findings: Findings) -> Table:
    """The required factors, a row a goal and scenario."""
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
    records: tuple[dict[str, Field], ...] = tuple(
        {
            "goal": each.goal,
            "scenario": each.arm,
            "multiplied": each.kind,
            "yearly_cap": each.capped,
            "factor": each.factor,
            "factor_low": each.low,
            "factor_high": each.high,
            "bisected": each.refined,
            "said": factor(each),
            "beside_trials": each.beside,
        }
        for each in findings.required
    )
    heads = (
        "Goal",
        "Scenario",
        *(wording.capital(ladders.KINDS[pair][0]) for pair in kinds),
        "Beside what trials found",
    )
    refined = "Between two rungs by interpolation" + (
        "; where bisected, to a tenth." if any(each.refined for each in findings.required) else "."
    )
    return Table(
        "required", "what an even chance of each goal would take", heads, tuple(rows), records, note=refined
    )


def ladder_table(findings: Findings) -> Table:
    """Every rung of every ladder."""
    flat = [(each, rung) for each in findings.required for rung in each.rungs]
    rows = tuple(
        (
            each.goal,
            wording.arm_label(findings, each.arm),
            ladders.name_of(each),
            f"{rung.factor:g}",
            wording.words_of(rung.likelihood),
            wording.counted(rung.likelihood),
        )
        for each, rung in flat
    )
    records: tuple[dict[str, Field], ...] = tuple(
        {
            "goal": each.goal,
            "scenario": each.arm,
            "multiplied": each.kind,
            "yearly_cap": each.capped,
            "factor": rung.factor,
            "words": rung.likelihood.words,
            "reached": rung.likelihood.reached,
            "runs": rung.likelihood.runs,
            "share": rung.likelihood.share,
            "share_low": rung.likelihood.low,
            "share_high": rung.likelihood.high,
        }
        for each, rung in flat
    )
    heads = ("Goal", "Scenario", "What is multiplied", "Factor", "Likelihood", "Runs")
    return Table("ladder", "the ladder of factors", heads, rows, records)


def _ceiling(findings: Findings) -> Html | None:
    table = ceiling_table(findings)
    if not table.rows:
        return None
    words = (
        "The most that the evidence allows, two ways. Every programme at its own 90th percentile at once is "
        "far luckier than any one of them being so: beyond what evidence makes likely. The 90th percentile "
        "of the joint draws is what one run in ten would reach or pass."
    )
    return el("div", el("h3", "The ceiling, twice"), el("p", words), shown(table))


def ceiling_arm(findings: Findings) -> ArmFinding | None:
    """The scenario of the ceiling: the one with a warning."""
    return next((arm for arm in findings.arms if arm.warning), None)


def ceiling_table(findings: Findings) -> Table:
    """Each part under the ceiling, both ways, beside its aim."""
    arm, rows, records = ceiling_arm(findings), [], []
    for id_, parts in findings.joint_ceiling.items():
        goal = wording.same_goal(arm, id_) if arm else None
        for label, joint in parts.items():
            part = next((each for each in goal.parts if each.label == label), None) if goal else None
            if part is None:
                continue
            each = wording.span(part.value, part.unit, wording.gap(part))
            start = figure(part.observed_start, part.unit, wording.gap(part))
            if part.counts and goal is not None and not goal.rung:
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
    heads = (
        "Part of a goal",
        "Published start",
        "Every card at its own 90th percentile",
        "90th percentile of joint draws",
        "Aim",
    )
    return Table("ceiling", "The ceiling, part by part", heads, tuple(rows), tuple(records))


def _joint(value: float | None, part: PartFinding) -> str:
    return figure(value, part.unit, wording.gap(part))
