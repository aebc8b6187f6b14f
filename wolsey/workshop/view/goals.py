"""How the goals stand, as the page's bullet bars: aims, an average and its band, counts and words."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Literal

from experiments.goals import words
from experiments.goals.assessment import Assessment, GoalAssessment, PartAssessment, likely_of
from experiments.goals.likelihood import likelihood_text
from experiments.records import record
from experiments.runs.statistics import Span
from experiments.text import decimals, figure
from model.indicators.registry import INDICATORS
from wolsey.workshop.view.figures import BAND_FROM
from wolsey.workshop.view.sentence import open_aims


def goals_of(assessments: Sequence[Assessment]) -> list[dict[str, Any]]:
    """Return the goal files of a scenario with how each goal stands, for the page."""
    return [_file(each) for each in reversed(assessments)]


def _file(found: Assessment) -> dict[str, Any]:
    sections = []
    for title, those in groupby(found.goals, key=lambda each: each.section):
        measures = [_measure(list(rungs)) for _, rungs in groupby(those, key=_measure_id)]
        sections.append({"title": title, "measures": measures})
    able = found.can_be_checked
    return {
        "name": found.file.name,
        "title": found.file.title,
        "own": found.file.own_reading,
        "runs": found.runs,
        "checkable": len(able),
        "met": sum(each.already for each in able),
        "likely": likely_of(open_aims(found))[0],
        "sections": sections,
    }


def _measure_id(goal: GoalAssessment) -> str:
    """Return the goals that differ in their rung alone are one measure."""
    return goal.id.partition("-")[0] if goal.rung else goal.id


def _measure(rungs: Sequence[GoalAssessment]) -> dict[str, Any]:
    first = rungs[0]
    parts = [
        _part(part, [(each.rung, each.parts[at]) for each in rungs if at < len(each.parts)])
        for at, part in enumerate(first.parts)
        if part.counts
    ]
    return {
        "id": _measure_id(first),
        # A measure with rungs is called by what is measured.
        "title": first.parts[0].label if first.rung else first.title,
        "year": first.year,
        "from": first.baseline_year,
        "start": first.start_words,
        "assumed": all(each.goal.baseline_status == "prior_only" for each in rungs),
        "parts": parts,
        "verdicts": [_verdict(each) for each in rungs],
    }


def _verdict(goal: GoalAssessment) -> dict[str, Any]:
    return {
        **record(goal, "rung reached undecided decided counted=checkable likely already"),
        "said": likelihood_text(goal.likelihood),
    }


def _part(part: PartAssessment, rungs: Iterable[tuple[str, PartAssessment]]) -> dict[str, Any]:
    value = part.value
    banded = value if value is not None and value.runs >= BAND_FROM else None
    digits = max(decimals(part.unit), 1)

    def number(found: Span | None, end: Literal["mean", "low", "high"] = "mean") -> float | None:
        return None if found is None else round(float(getattr(found, end)), digits)

    return {
        "label": part.label,
        "indicator": INDICATORS[part.part.indicator].title,
        "unit": part.unit,
        "gap": part.gap,
        "lower": part.part.direction < 0,
        "start": number(part.start),
        "published": None if part.observed_start is None else round(part.observed_start, digits),
        "worse": _worse(part),
        "mean": number(value),
        "low": number(banded, "low"),
        "high": number(banded, "high"),
        "span": words.band(banded, part.unit),
        "said": figure(value.mean if value else None, part.unit, part.gap),
        "aims": [
            {"rung": rung, "aim": number(each.aim), "said": words.aim(each, bool(rung))}
            for rung, each in rungs
        ],
    }


def _worse(part: PartAssessment) -> bool:
    """Tell whether the mean of the runs is on the wrong side of where they started, by what is shown."""
    if part.start is None or part.value is None:
        return False
    digits = decimals(part.unit)
    return part.part.direction * (round(part.value.mean, digits) - round(part.start.mean, digits)) < 0
