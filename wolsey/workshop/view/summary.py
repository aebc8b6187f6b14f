"""A plan's runs as the page draws them: every number of the page is made here, from an ensemble."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.goals.assessment import goals
from experiments.goals.words import interval_note
from experiments.runs import statistics as arrays
from experiments.runs.ensemble import Ensemble
from experiments.text import decimals
from model.indicators.record import RECORD_FROM
from model.indicators.registry import INDICATORS, SMALLEST_SHOWN
from wolsey.workshop.doing_nothing import does_nothing
from wolsey.workshop.kept import GROUPS, MAPPED, SERIES, WARD
from wolsey.workshop.plans import Plan
from wolsey.workshop.view.delivered import PlanRuns, delivered
from wolsey.workshop.view.figures import GAP, figures
from wolsey.workshop.view.goals import goals_of
from wolsey.workshop.view.money import costs
from wolsey.workshop.view.sentence import about, aims, changes, sentence

type D = NDArray[np.float64]

FIRST_DRAWN: Final = RECORD_FROM
FIRST_MAPPED: Final = 2017
DRAWN: Final = (*GROUPS, GAP)
"""Groups that are drawn over the years."""
VISION: Final = "vision_2048"
"""The goal file of whose aims the page says which are reached."""


def summary(plan: Plan, found: PlanRuns, nothing: PlanRuns, of: int, checked: bool = False) -> dict[str, Any]:
    """Return what the page is sent of a plan: `runs` of `of` runs, and whether they are a check; `nothing`
    are the same runs of doing nothing. Raises InputError where a goal file cannot be read."""
    ensemble = found.ensemble
    assessments = goals(ensemble)
    change, price = changes(ensemble, nothing.ensemble), costs(plan, found)
    idle, complete = does_nothing(ensemble.scenario), len(ensemble.cells) == of
    vision = next((each for each in assessments if each.file.name == VISION), None)
    return {
        "plan": plan.as_json(),
        "title": plan.title(),
        "runs": len(ensemble.cells),
        "of": of,
        "checked": checked,
        "years": [year for year in ensemble.years if year >= FIRST_DRAWN],
        "series": {name: _series(ensemble, name) for name in SERIES},
        "nothing": {name: _means(nothing.ensemble, name) for name in SERIES},
        "wards": {name: _wards(ensemble, name) for name in MAPPED},
        "paths": paths(ensemble),
        "goals": goals_of(assessments),
        "headline": sentence(change, price["total"], idle, complete),
        "aims": aims(vision, nothing.ensemble) if vision else "",
        "about": about(idle),
        "band": interval_note(ensemble.cells, ensemble.scenario.acting),
        "change": {f"{name} {group}": each.as_json() for (name, group), each in change.items()},
        "idle": idle,
        "costs": price,
        "delivered": delivered(plan, found),
    }


def rounded(values: D, digits: int) -> list[float | None]:
    """Return the figures for JSON: None for NaN."""
    known = [None if np.isnan(value) else round(float(value), digits) for value in values]
    return [value if value is None or digits else int(value) for value in known]


def digits_of(indicator: str) -> int:
    """Return the digits behind the point."""
    return decimals(INDICATORS[indicator].unit)


def _series(ensemble: Ensemble, name: str) -> dict[str, Any]:
    found = {}
    for group in DRAWN:
        x = figures(ensemble, name, group)
        if x is None:
            continue
        low, high = arrays.band(x)
        digits = digits_of(name)
        found[group] = {
            "mean": rounded(arrays.mean(x), digits),
            "low": rounded(low, digits),
            "high": rounded(high, digits),
        }
    return found


def _means(ensemble: Ensemble, name: str) -> dict[str, list[float | None]]:
    found = {group: figures(ensemble, name, group) for group in DRAWN}
    return {g: rounded(arrays.mean(x), digits_of(name)) for g, x in found.items() if x is not None}


def ward_groups(keys: Sequence[tuple[str, str]], name: str) -> list[str]:
    """Return the wards of which an indicator is recorded, as groups, in the place's order."""
    return [group for indicator, group in keys if indicator == name and group.startswith(WARD)]


def _wards(ensemble: Ensemble, name: str) -> list[list[float | None]]:
    """Return by year from FIRST_MAPPED and ward, the mean of the runs, whole numbers for shares."""
    first = ensemble.years.index(FIRST_MAPPED)
    columns = []
    for group in ward_groups(ensemble.keys, name):
        values = ensemble.path(name, group)
        if values is not None:
            columns.append(arrays.mean(values[:, first:].astype(np.float64)))
    return [rounded(row, 0) for row in np.array(columns).T]


def paths(ensemble: Ensemble) -> dict[str, Any] | None:
    """Return of 100 who left at 18 in a year, by group: how many went from one stage to the next. None where
    the runs have not kept it.

    By group and year from FIRST_MAPPED: 26 numbers, None for a year without leavers' destinations. The four
    links (no, yes) x (no, yes) between 5 and 11, those between 11 and 16, those from (no, yes) at 16 to each
    destination; then how many reached each of the three stages, and each destination. What stands for fewer
    than SMALLEST_SHOWN people in a run on average is None.
    """
    if ensemble.paths is None:
        return None
    first = ensemble.years.index(FIRST_MAPPED)
    people = ensemble.paths[:, first:].astype(np.float64).mean(axis=0)
    sides = {"all": people.sum(axis=1), "disadvantaged": people[:, 1], "other": people[:, 0]}
    return {group: [_links(year) for year in side] for group, side in sides.items()}


def _links(people: D) -> list[float | None] | None:
    total = people.sum()
    if total < SMALLEST_SHOWN:
        return None
    links = [people.sum(axis=(2, 3)), people.sum(axis=(0, 3)), people.sum(axis=(0, 1))]
    reached = [people[1].sum(), people[:, 1].sum(), people[:, :, 1].sum()]
    flat = np.concatenate([*(each.ravel() for each in links), reached, people.sum(axis=(0, 1, 2))])
    return rounded(np.where(flat < SMALLEST_SHOWN, np.nan, 100 * flat / total), 1)
