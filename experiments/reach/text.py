"""The answer in words: one sentence a scenario, and a table that a board member understands."""

from collections.abc import Mapping, Sequence
from typing import Final

from experiments.goals.assessment import GoalAssessment, likely_of, rungs_of
from experiments.goals.likelihood import likelihood_text
from experiments.reach.findings import ArmAssessment, Findings
from experiments.reach.scenarios import LUCKY, Arm
from experiments.text import listing
from experiments.text import table as columns

NAMES: Final = {
    "baseline": "With no programme",
    "opportunity_area": "Under the Opportunity Area",
    "alliance_2048": "Under an alliance to 2048",
    "ceiling": "At the ceiling",
}
"""How the usual scenarios begin a sentence; another begins with its name."""
INDENT: Final = "     "


def answer(arm: Arm, goals: Mapping[str, Sequence[GoalAssessment]]) -> str:
    """Return one sentence: how many of the goals that can be checked are more likely than not, which ones,
    and which rungs are reached."""
    start = NAMES.get(arm.key, f"Under {arm.label}")
    warning = f" ({LUCKY})" if arm.lucky else ""
    parts = []
    for found in goals.values():
        parts.append(_rungs(found) if any(goal.rung for goal in found) else _targets(found))
    return f"{start}{warning}, " + ("; ".join(parts) if parts else "no goal can be decided") + "."


def _targets(goals: Sequence[GoalAssessment]) -> str:
    likely, able = likely_of(goals)
    years = sorted({goal.year for goal in goals})
    by = f"by {years[-1]}" if years else ""
    assumed = [goal for goal in goals if goal.decided and not goal.checkable]
    if not able:
        text = "no goal has a published start against which it can be checked"
    else:
        names = [
            f"{goal.id}: {likelihood_text(goal.likelihood)}"
            for goal in goals
            if goal.checkable and goal.likely
        ]
        which = f" ({'; '.join(names)})" if names else ""
        text = (
            f"{likely or 'none'} of the {able} targets that can be checked (of {len(goals)}) "
            f"{'is' if likely <= 1 else 'are'} more likely than not to be reached {by}{which}"
        )
    if assumed:
        more = sum(goal.likely for goal in assumed)
        text += f", and {more or 'none'} of the {len(assumed)} that start from an assumed figure"
    return text


def _rungs(goals: Sequence[GoalAssessment]) -> str:
    rungs, start = rungs_of(goals), rungs_of(goals, already=True)
    years = sorted({goal.year for goal in goals})
    order = list(dict.fromkeys(goal.rung for goal in goals if goal.rung))
    by = {rung: sum(best == rung for best in rungs.values()) for rung in order}
    count = len(rungs)
    if not any(by.values()):
        return f"none of {count} measures of the vision reaches even its lowest rung by {years[-1]}"
    none = count - sum(by.values())
    where = [f"{many} at '{rung}'" for rung, many in by.items() if many] + (
        [f"{none} on none"] if none else []
    )
    first = sorted({goal.baseline_year for goal in goals})[0]
    height = {"": -1} | {rung: at for at, rung in enumerate(order)}
    stood = sum(bool(best) and height[start[label]] >= height[best] for label, best in rungs.items())
    before = f"; {stood} stood so high already in {first}" if stood else ""
    return f"of {count} measures of the vision {listing(where)} by {years[-1]}{before}"


def lines(findings: Findings) -> list[str]:
    """Return the answer for a terminal: what it covers, a table a goal file, a sentence a scenario."""
    text = [f"NOTE: {findings.banner}", ""] if findings.banner else []
    text += [f"Are the goals of {findings.title} within reach?", ""]
    for name in findings.arms[0].goals:
        text += [*table(findings.arms, name), ""]
    text += [each.answer for each in findings.arms]
    return [*text, "", findings.interval_note, *off(findings.arms)]


def off(arms: Sequence[ArmAssessment]) -> list[str]:
    """Say how far the shares themselves may be off: the most of all goals."""
    found = [goal.likelihood for arm in arms for goals in arm.goals.values() for goal in goals]
    widths = [max(each.share - each.low, each.high - each.share) for each in found if each is not None]
    if not widths:
        return []
    return [
        f"A share of runs may itself be off by up to {100 * max(widths):.0f} in 100, nine times in ten, "
        "for so few sets of numbers; goals.csv has the band of each."
    ]


def table(arms: Sequence[ArmAssessment], file: str) -> list[str]:
    """Return the goals of one file by scenario, two lines each: what it is, and under each scenario a word of
    the scale and in how many runs."""
    heads = tuple(arm.label + (" *" if arm.warning else "") for arm in arms)
    rows: list[tuple[str, ...]] = [heads]
    above: dict[int, list[str]] = {}
    section = ""
    for position, goal in enumerate(arms[0].goals[file]):
        of = [arm.goals[file][position] for arm in arms]
        if all(each.likelihood is None for each in of):
            continue
        new = [] if goal.section == section else ["", goal.section]
        section = goal.section
        above[len(rows)] = [*new, f"{goal.id}  {goal.title}{'' if goal.counted else ' ~'}"]
        rows.append(tuple(cell(each) for each in of))
    found = [goal for arm in arms for goal in arm.goals[file]]
    notes = {
        "~ starts from an assumed figure: shown, never counted.": any(not goal.counted for goal in found),
        f"* {LUCKY}.": any(arm.warning for arm in arms),
        "(c) only because other children count as disadvantaged.": any(
            goal.composition_only for goal in found
        ),
    }
    aligned = columns(rows, indent=INDENT)
    lines = [aligned[0], "-" * max(map(len, aligned))]
    for position, line in enumerate(aligned[1:], 1):
        lines += [*above[position], line]
    return [*lines, "", *(note for note, holds in notes.items() if holds)]


def cell(goal: GoalAssessment) -> str:
    """Return `likely, 62 of 100`, `19 of 20 runs (c)`."""
    text = likelihood_text(goal.likelihood)
    worded = goal.likelihood is not None and goal.likelihood.word
    return (text.replace(" runs", "") if worded else text) + (" (c)" if goal.composition_only else "")
