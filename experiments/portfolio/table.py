"""What a portfolio search found, as plain text and as a table."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from experiments.goals.words import interval_note
from experiments.portfolio.bundle import in_words
from experiments.portfolio.evaluate import SECURE, Judged
from experiments.portfolio.portfolio import GOOD_ENOUGH, BundleAssessment, Choice, Portfolio
from experiments.runs import statistics as arrays
from experiments.text import notes_on, percent, pounds


def plain(found: Portfolio) -> str:
    """Return all that was found as plain text, one statement a line, never cut."""
    return "\n".join(_lines(found))


def _lines(found: Portfolio) -> Iterator[str]:
    judge = found.judge
    able = sum(each.feasible for each in found.tried)
    scenario = judge.scenario
    yield f"Which programmes of {scenario.title} ({scenario.name}), for {pounds(found.budget)} a year?"
    yield (
        f"{len(found.tried)} bundles tried of {combinations(found):,} that there are, {able} of them within "
        f"the budget; each lives the same {len(judge.cells)} cells as the town without these programmes."
    )
    yield f"Goals: {', '.join(goal.id for goal in judge.goals)}."
    yield f"Gain: {judge.measure.words}, in {judge.measure.unit}."
    yield "Costs are in pounds of 2017 a year at the town's own size, whoever pays."
    yield ""
    yield "Frontier: none within the budget beats these in goals, gain, cost and regret; cheapest first"
    for bundle in found.frontier:
        yield f"  {line(bundle, found)}"
    yield ""
    yield "What to choose, by rule; judged again on cells that the search has not seen"
    for choice in found.choices:
        yield from _choice(choice, found)
    yield ""
    yield (
        "Regret: the most, over the draws, by which the best bundle of a draw gains more. Good enough: share "
        f"of draws in which a bundle gains {100 * GOOD_ENOUGH:.0f}% of the best mean gain within the budget. "
        f"Padlocks: the fewest, of 5, of a programme in it; secure: share of its money on {SECURE} or more."
    )
    yield interval_note(judge.cells, acting=True)
    yield from notes_on(judge.scenario, judge.numbers.note)


def line(bundle: BundleAssessment, found: Portfolio) -> str:
    """Return a bundle in one line."""
    judged = bundle.judged
    return (
        f"{in_words(judged.levels, found.judge.candidates)}: {pounds(float(judged.cost.mean()))} a year; "
        f"{_does(judged, found)}; regret {bundle.regret:.2f}; unbeaten in {percent(bundle.on_frontier)} "
        f"and good enough in {percent(bundle.enough)} of draws; {evidence(judged, found)}"
    )


def _choice(choice: Choice, found: Portfolio) -> Iterator[str]:
    judged = choice.bundle.judged
    yield f"  {', '.join(choice.rules)}: {in_words(judged.levels, found.judge.candidates)}"
    for where, each in (("search", judged), ("again", choice.again)):
        yield f"    {where}: {pounds(float(each.cost.mean()))} a year; {_does(each, found)}"
    yield f"    {evidence(judged, found)}"
    if float(choice.again.cost.mean()) > found.budget:
        yield "    Dearer than the budget when judged again."


def _does(judged: Judged, found: Portfolio) -> str:
    low, high = (float(each) for each in arrays.band(judged.gain))
    span = f" ({low:+.2f} to {high:+.2f})" if math.isfinite(low) else ""
    return (
        f"{judged.goals.mean():.1f} of {len(found.judge.goals)} goals on average, {judged.likely} likely; "
        f"gain {judged.gain.mean():+.2f}{span}"
    )


def evidence(judged: Judged, found: Portfolio) -> str:
    """Say how sure the evidence of a bundle is: `1 of 5 padlocks at the weakest, 62% of the money secure`."""
    weakest = found.weakest(judged)
    if weakest is None:
        return "no evidence needed"
    share = found.secure(judged)
    money = "" if math.isnan(share) else f", {percent(share)} of the money secure"
    return f"{weakest} of 5 padlocks at the weakest{money}"


def combinations(found: Portfolio) -> int:
    """Return how many bundles there are."""
    return math.prod(len(each.levels) for each in found.judge.candidates)


def rows(found: Portfolio) -> list[dict[str, Any]]:
    """Return every bundle tried, one row each, in order: the level of each candidate, means and bands over
    cells of cost, goals and gain, likelihood of each goal, how it stands, evidence, and the rules that choose
    it with its figures judged again."""
    by_bundle = {choice.bundle.judged.levels: choice for choice in found.choices}
    return [_row(bundle, by_bundle.get(bundle.judged.levels), found) for bundle in found.tried]


def _row(bundle: BundleAssessment, choice: Choice | None, found: Portfolio) -> dict[str, Any]:
    judged, judge = bundle.judged, found.judge
    weakest = found.weakest(judged)
    row: dict[str, Any] = {"bundle": in_words(judged.levels, judge.candidates)}
    row |= {each.name: level for each, level in zip(judge.candidates, judged.levels, strict=True)}
    for name, figures in (("cost", judged.cost), ("goals", judged.goals), ("gain", judged.gain)):
        low, high = arrays.band(figures)
        row |= {name: float(figures.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
    row["likely"] = judged.likely
    row |= {f"reached_{goal.id}": float(p) for goal, p in zip(judge.goals, judged.by_goal, strict=True)}
    row |= {"within_budget": bundle.feasible, "frontier": bundle.frontier, "regret": bundle.regret}
    row |= {"unbeaten": bundle.on_frontier, "good_enough": bundle.enough}
    row |= {"padlocks_weakest": np.nan if weakest is None else weakest, "secure": found.secure(judged)}
    row["chosen"] = "" if choice is None else ", ".join(choice.rules)
    for name in ("cost", "goals", "gain"):
        row[f"{name}_again"] = np.nan if choice is None else float(getattr(choice.again, name).mean())
    return row
