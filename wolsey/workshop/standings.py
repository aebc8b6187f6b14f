"""How the goals stand, as the page's bullet bars: aims, an average and 8 runs in 10, words with counts."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np

from experiments import words
from experiments.ensemble import Ensemble
from experiments.standing import FileStanding, GoalStanding, PartStanding, goals
from model.indicators import INDICATORS
from wolsey.workshop import likely
from wolsey.workshop.bands import eight_in_ten

VISION: Final = "vision_2048"
"""The goal file that the sentence on top counts."""
LEARNING: Final = ("ks2_rwm", "all", 2048)
"""What the sentence says of children."""
BAND_FROM: Final = 10
"""Runs from which 8 in 10 of them can be spoken of; of fewer the whole range is given."""


def goals_of(ensemble: Ensemble) -> list[dict[str, Any]]:
    """The goal files of a scenario with how each goal stands, for the page. Raises InputError."""
    return [_file(standing, ensemble) for standing in reversed(goals(ensemble))]


def headline(ensemble: Ensemble, standings: Sequence[dict[str, Any]]) -> str:
    """The sentence on top."""
    vision = next((each for each in standings if each["name"] == VISION), None)
    parts = []
    if vision is not None and vision["checkable"]:
        parts.append(
            f"By 2048 this plan is more likely than not to reach {_number(vision['likely'])} of the "
            f"{vision['checkable']} goals that can be checked against published figures."
        )
    indicator, group, year = LEARNING
    values = ensemble.path(indicator, group)
    if values is not None and year in ensemble.years:
        x = values[:, ensemble.years.index(year)].astype(np.float64)
        if np.isfinite(x).any():
            parts.append(_children(x))
    return " ".join(parts)


def _number(count: int) -> str:
    return "none" if count == 0 else str(count)


def _children(x: "np.ndarray[Any, np.dtype[np.float64]]") -> str:
    known = x[np.isfinite(x)]
    said = f"About {np.mean(known):.0f} in 100 children reach the expected standard at 11"
    if len(known) < BAND_FROM:
        if len(known) == 1:
            return f"{said} in the one run so far."
        return (
            f"{said}; in the {len(known)} runs so far it is between {known.min():.0f} and {known.max():.0f}."
        )
    low, high = eight_in_ten(known)
    return f"{said}; in 8 of 10 runs it is between {float(low):.0f} and {float(high):.0f}."


def _file(standing: FileStanding, ensemble: Ensemble) -> dict[str, Any]:
    sections = []
    for title, those in groupby(standing.goals, key=lambda each: each.goal.section):
        measures = [_measure(list(rungs), ensemble) for _, rungs in groupby(those, key=_measure_id)]
        sections.append({"title": title, "measures": measures})
    able = standing.can_be_checked
    return {
        "name": standing.name,
        "title": standing.file.title,
        "own": standing.file.own_reading,
        "runs": standing.runs,
        "checkable": len(able),
        "likely": sum(each.likely for each in able),
        "sections": sections,
    }


def _measure_id(standing: GoalStanding) -> str:
    """Goals that differ in their rung alone are one measure."""
    goal = standing.goal
    return goal.id.partition("-")[0] if goal.rung else goal.id


def _measure(rungs: Sequence[GoalStanding], ensemble: Ensemble) -> dict[str, Any]:
    first = rungs[0]
    parts = [
        _part(part, [(each.goal.rung, each.parts[at]) for each in rungs if at < len(each.parts)], ensemble)
        for at, part in enumerate(first.parts)
        if part.part.counts
    ]
    return {
        "id": _measure_id(first),
        "title": _title(first),
        "year": first.goal.year,
        "from": first.goal.baseline_year,
        "start": first.start_words,
        "assumed": not any(each.goal.baseline_status != "prior_only" for each in rungs),
        "parts": parts,
        "verdicts": [_verdict(each) for each in rungs],
    }


def _title(standing: GoalStanding) -> str:
    """A measure with rungs is called by what is measured."""
    return standing.parts[0].part.label if standing.goal.rung else standing.goal.title


def _verdict(standing: GoalStanding) -> dict[str, Any]:
    return {
        "rung": standing.goal.rung,
        "said": likely.said(standing.reached, standing.undecided, standing.runs),
        "reached": standing.reached,
        "undecided": standing.undecided,
        "counted": standing.checkable,
        "likely": standing.likely,
    }


def _part(
    part: PartStanding, rungs: Iterable[tuple[str, PartStanding]], ensemble: Ensemble
) -> dict[str, Any]:
    values = _values(part, ensemble)
    known = values[np.isfinite(values)]
    low, high = eight_in_ten(known) if len(known) > 1 else (np.nan, np.nan)
    digits = max(words.decimals(part.unit), 1)

    def number(value: float | None) -> float | None:
        return None if value is None or np.isnan(value) else round(float(value), digits)

    return {
        "label": part.part.label,
        "indicator": INDICATORS[part.part.indicator].title,
        "unit": part.unit,
        "gap": part.gap,
        "lower": part.part.comparison in ("at_most", "below"),
        "start": number(part.start.mean if part.start else None),
        "published": number(part.published),
        "mean": number(float(known.mean()) if len(known) else None),
        "low": number(float(low)),
        "high": number(float(high)),
        "span": _span(float(low), float(high), part),
        "said": words.figure(float(known.mean()) if len(known) else None, part.unit, part.gap),
        "aims": [
            {
                "rung": rung,
                "aim": number(each.aim.mean if each.aim else None),
                "said": words.aim(each, bool(rung)),
            }
            for rung, each in rungs
        ],
    }


def _span(low: float, high: float, part: PartStanding) -> str:
    """`57.0 to 62.1`: where 8 runs in 10 lie, empty for one run."""
    if np.isnan(low):
        return ""
    return " to ".join(words.figure(value, part.unit).removesuffix("%") for value in (low, high))


def _values(part: PartStanding, ensemble: Ensemble) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The figure of each run (S,), or the gap between two groups."""
    found = np.full(len(ensemble.cells), np.nan)
    for sign, group in ((1, part.part.group), (-1, part.part.minus_group)):
        if group is None:
            continue
        path = ensemble.path(part.part.indicator, group)
        if path is None or part.year not in ensemble.years:
            return np.full(len(ensemble.cells), np.nan)
        figures = path[:, ensemble.years.index(part.year)].astype(np.float64)
        found = figures if sign == 1 else found - figures
    return found
