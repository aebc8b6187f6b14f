"""Two plans on the same children with the same luck: the difference, run by run."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.compare.arrays import Arrays
from experiments.runs import statistics as arrays
from experiments.runs.ensemble import Ensemble
from wolsey.workshop.kept import GROUPS, MAPPED, SERIES
from wolsey.workshop.view.figures import GAP
from wolsey.workshop.view.summary import FIRST_MAPPED, digits_of, rounded, ward_groups


@dataclass(frozen=True, eq=False)
class CheckedPlans:
    """What a check found: each plan for the page, and of two the first less the second."""

    plans: tuple[dict[str, Any], ...]
    difference: dict[str, Any] | None


def difference(a: Ensemble, b: Ensemble) -> dict[str, Any]:
    """Return what the second plan changes against the first, for the page: by indicator and group (also the
    gap) and year, the mean difference, where 9 pairs of runs in 10 lie, and in how many pairs the second plan
    does better. Raises ValueError unless both were lived with the same draws and seeds."""
    pairs = Arrays.of(a, b)
    at = {key: column for column, key in enumerate(pairs.keys)}
    d = pairs.difference
    series: dict[str, Any] = {}
    for name in SERIES:
        groups = {group: at[name, group] for group in (*GROUPS, GAP) if (name, group) in at}
        columns = list(groups.values())
        x, digits = d[:, :, columns], digits_of(name) + 1
        mean, (low, high) = arrays.mean(x), arrays.band(x)
        better = (x * pairs.directions[columns] > 0).sum(axis=0)
        series[name] = {
            group: {
                "mean": rounded(mean[:, place], digits),
                "low": rounded(low[:, place], digits),
                "high": rounded(high[:, place], digits),
                "better": better[:, place].tolist(),
            }
            for place, group in enumerate(groups)
        }
    first = pairs.years.index(FIRST_MAPPED)
    wards = {}
    for name in MAPPED:
        columns = [at[name, group] for group in ward_groups(a.keys, name) if (name, group) in at]
        wards[name] = [rounded(row, 1) for row in arrays.mean(d[:, first:, columns])]
    return {
        "runs": len(a.cells),
        "years": list(pairs.years),
        "series": series,
        "wards": wards,
        "alike": bool(np.nanmax(np.abs(d), initial=0.0) == 0),
    }


def averages(a: Ensemble, b: Ensemble) -> dict[str, Any]:
    """Return of the same, by indicator, group and year, the mean difference alone: a few runs have no
    band."""
    found = difference(a, b)
    return {
        "runs": found["runs"],
        "years": found["years"],
        "series": {
            name: {group: figures["mean"] for group, figures in groups.items()}
            for name, groups in found["series"].items()
        },
    }
