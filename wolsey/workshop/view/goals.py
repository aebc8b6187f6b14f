"""How the goals stand, as the page's bullet bars: aims, an average and 8 runs in 10, words with counts."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from experiments.goals import words
from experiments.goals.assessment import FileStanding, GoalStanding, PartStanding, stands
from experiments.runs.ensemble import Ensemble
from experiments.text import between, decimals, figure
from model.indicators.registry import INDICATORS
from wolsey.workshop.view import likelihood as likely
from wolsey.workshop.view.bands import eight_in_ten
from wolsey.workshop.view.sentence import open_aims


def goals_of(standings: Sequence[FileStanding], ensemble: Ensemble) -> list[dict[str, Any]]:
    """The goal files of a scenario with how each goal stands, for the page."""
    return [_file(standing, ensemble) for standing in reversed(standings)]


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
        "met": sum(each.already for each in able),
        "likely": sum(each.likely for each in open_aims(standing)),
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
        "already": standing.already,
    }


def _part(
    part: PartStanding, rungs: Iterable[tuple[str, PartStanding]], ensemble: Ensemble
) -> dict[str, Any]:
    values = _values(part, ensemble)
    known = values[np.isfinite(values)]
    low, high = eight_in_ten(known) if len(known) > 1 else (np.nan, np.nan)
    digits = max(decimals(part.unit), 1)

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
        "worse": _worse(part),
        "mean": number(float(known.mean()) if len(known) else None),
        "low": number(float(low)),
        "high": number(float(high)),
        "span": _span(float(low), float(high), part),
        "said": figure(float(known.mean()) if len(known) else None, part.unit, part.gap),
        "aims": [
            {
                "rung": rung,
                "aim": number(each.aim.mean if each.aim else None),
                "said": words.aim(each, bool(rung)),
            }
            for rung, each in rungs
        ],
    }


def _worse(part: PartStanding) -> bool:
    """Whether the mean of the runs is on the wrong side of where they started, by what is shown."""
    if part.start is None or part.value is None:
        return False
    digits = decimals(part.unit)
    ahead = round(part.value.mean, digits) - round(part.start.mean, digits)
    return ahead != 0 and not stands(part.comparison, ahead)


def _span(low: float, high: float, part: PartStanding) -> str:
    """`57.0 to 62.1`: where 8 runs in 10 lie, empty for one run."""
    return between(low, high, lambda value: figure(value, part.unit).removesuffix("%"))


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
