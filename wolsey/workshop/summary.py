"""A plan's runs as the page draws them: every number of the page is made here, from an ensemble."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments import arrays
from experiments.costs import SPENT
from experiments.ensemble import Ensemble
from experiments.words import decimals
from model.indicators import INDICATORS, SMALLEST_SHOWN
from model.record import FUNDER, RECORD_FROM
from wolsey.workshop.bands import eight_in_ten
from wolsey.workshop.kept import GROUPS, MAPPED, SERIES, WARD
from wolsey.workshop.levers import levers
from wolsey.workshop.plans import Plan, spending_keys
from wolsey.workshop.standings import goals_of, headline

type D = NDArray[np.float64]

FIRST_DRAWN: Final = RECORD_FROM
FIRST_MAPPED: Final = 2017


def summary(plan: Plan, ensemble: Ensemble, of: int, checked: bool = False) -> dict[str, Any]:
    """What the page is sent of a plan: `runs` of `of` runs, and whether they are a check."""
    standings = goals_of(ensemble)
    return {
        "plan": plan.as_json(),
        "title": plan.title(),
        "runs": len(ensemble.cells),
        "of": of,
        "checked": checked,
        "years": [year for year in ensemble.years if year >= FIRST_DRAWN],
        "series": {name: _series(ensemble, name) for name in SERIES},
        "wards": {name: _wards(ensemble, name) for name in MAPPED},
        "paths": paths(ensemble),
        "goals": standings,
        "headline": headline(ensemble, standings),
        "costs": _costs(plan, ensemble),
    }


def rounded(values: D, digits: int) -> list[float | None]:
    """Figures for JSON: None for NaN."""
    known = [None if np.isnan(value) else round(float(value), digits) for value in values]
    return [value if value is None or digits else int(value) for value in known]


def digits_of(indicator: str) -> int:
    """Digits behind the point."""
    return decimals(INDICATORS[indicator].unit)


def _series(ensemble: Ensemble, name: str) -> dict[str, Any]:
    found = {}
    for group in GROUPS:
        values = ensemble.path(name, group)
        if values is None:
            continue
        x = values.astype(np.float64)
        low, high = eight_in_ten(x)
        digits = digits_of(name)
        found[group] = {
            "mean": rounded(arrays.mean(x), digits),
            "low": rounded(low, digits),
            "high": rounded(high, digits),
        }
    return found


def ward_groups(keys: Sequence[tuple[str, str]], name: str) -> list[str]:
    """The wards of which an indicator is recorded, as groups, in the place's order."""
    return [group for indicator, group in keys if indicator == name and group.startswith(WARD)]


def _wards(ensemble: Ensemble, name: str) -> list[list[float | None]]:
    """By year from FIRST_MAPPED and ward, the mean of the runs, whole numbers for shares."""
    first = ensemble.years.index(FIRST_MAPPED)
    columns = []
    for group in ward_groups(ensemble.keys, name):
        values = ensemble.path(name, group)
        if values is not None:
            columns.append(arrays.mean(values[:, first:].astype(np.float64)))
    return [rounded(row, 0) for row in np.array(columns).T]


def paths(ensemble: Ensemble) -> dict[str, Any] | None:
    """Of 100 who left at 18 in a year, by group: how many went from one stage to the next. None where the
    runs have not kept it.

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


def _costs(plan: Plan, ensemble: Ensemble) -> dict[str, Any]:
    """Pounds of 2017 a year from the levers' first year to the last, mean over years and runs: by lever, of
    the alliance in all, and what it may spend."""
    first = ensemble.years.index(levers().first_year)
    scale = ensemble.scenario.scale

    def spent(keys: Sequence[tuple[str, str]]) -> float:
        columns = [ensemble.keys.index(key) for key in keys if key in ensemble.keys]
        values = np.nan_to_num(ensemble.values[:, first:, columns].astype(np.float64))
        return round(float(values.sum(axis=2).mean()) / scale, -3) if columns else 0.0

    alliance = ensemble.scenario.alliance
    years = [year for year in ensemble.years if year >= levers().first_year]
    budgets = [alliance.budget_in(year) for year in years]
    limited = isinstance(alliance.budget, dict)
    return {
        "levers": {lever.name: spent(spending_keys(lever)) for lever in levers().levers if not lever.money},
        "alliance": spent([(SPENT, f"{FUNDER}alliance")]),
        "all": spent([(SPENT, "all")]),
        "budget": round(sum(budgets) / len(budgets), -3) if limited else None,
    }
