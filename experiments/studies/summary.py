"""What a study's runs say, in tables: over all of them, and by what was varied."""

import itertools
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.runs import statistics as arrays
from experiments.studies import design
from experiments.studies.design import Value
from experiments.studies.study import Study

if TYPE_CHECKING:
    import pandas as pd

INTERVAL_NOTE: Final = (
    "Band: 5th to 95th percentile of the runs of a point: draws of the numbers and effects that agree with "
    "what was observed, and luck. What the model leaves out is in no band. A difference is of the same draw "
    "and luck."
)
MEASURES: Final = ("value", "difference")
SUMMARY: Final = (
    "outcome", "scenario", "measure", "runs", "points", "mean", "low", "high", "lowest_mean", "highest_mean",
)  # fmt: skip
"""Columns of a summary."""
BY_FACTOR: Final = (
    "factor", "level", "outcome", "scenario", "measure", "points", "runs", "mean", "low", "high",
)  # fmt: skip
"""Columns of a table by factor."""
BY_POINT: Final = ("outcome", "scenario", "measure", "runs", "mean", "low", "high")
"""Columns of a table by point, behind the point and its levels."""
PARTS: Final = 3
"""Into so many equal parts a range is cut in which points lie everywhere."""
MOST_VALUES: Final = 8
"""A factor with so many values at most has a level for each."""


def summary(study: Study, outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """Return a row an outcome, scenario and measure (value, or difference to the scenario compared with) that
    a run has: over how many runs and points, the mean over points, the 5th and 95th percentile of the runs of
    a point (mean over points; NaN where no point has two), and the lowest and the highest mean of a point."""
    import pandas as pd

    rows = []
    for (outcome, scenario), mine in _by_outcome(study, outcomes):
        for measure in MEASURES:
            known = mine[["point", measure]].dropna()
            if known.empty:
                continue
            figures = [each.to_numpy(np.float64) for _, each in known.groupby("point")[measure]]
            means = np.array([each.mean() for each in figures])
            several = [each for each in figures if len(each) > 1]
            low, high = (
                np.mean([np.percentile(each, share) for each in several]) if several else np.nan
                for share in (arrays.LOW, arrays.HIGH)
            )
            extent = means.mean(), low, high, means.min(), means.max()
            rows.append((outcome, scenario, measure, len(known), len(means), *map(float, extent)))
    return pd.DataFrame(rows, columns=list(SUMMARY))


def by_point(study: Study, outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """Return a row a point, outcome, scenario and measure that a run has: the levels of the point, a column a
    factor called by its key, over how many runs, their mean, and their 5th and 95th percentile (NaN for one
    run)."""
    import pandas as pd

    tables = []
    for (outcome, scenario), mine in _by_outcome(study, outcomes):
        for measure in MEASURES:
            found = mine.dropna(subset=[measure]).groupby("point")[measure]
            low, high = (found.quantile(share / 100) for share in (arrays.LOW, arrays.HIGH))
            runs = found.count()
            columns = {
                "outcome": outcome, "scenario": scenario, "measure": measure, "runs": runs,
                "mean": found.mean(), "low": low.where(runs > 1), "high": high.where(runs > 1),
            }  # fmt: skip
            tables.append(pd.DataFrame(columns, index=runs.index))
    numbers = (
        pd.concat(tables)
        if tables
        else pd.DataFrame(columns=list(BY_POINT), index=pd.Index([], name="point"))
    )
    return study.levels().join(numbers, how="right").reset_index()


def by_factor(study: Study, outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """Return a row a factor, level (one of its values, or a third of its range), outcome, scenario and
    measure: points and runs, their mean, and the 5th and 95th percentile over draws, each draw's mean over
    the points and seeds of that level (NaN for one draw)."""
    import pandas as pd

    rows = []
    for position, factor in enumerate(study.factors):
        codes, labels = levels(study, position)
        of_row = codes[outcomes["point"].to_numpy(np.intp)]
        for (outcome, scenario), mine in _by_outcome(study, outcomes.assign(level=of_row)):
            for measure in MEASURES:
                known = mine[["level", "point", "draw", measure]].dropna()
                for code, label in enumerate(labels):
                    group = known[known["level"] == code]
                    if group.empty:
                        continue
                    means = group.groupby("draw")[measure].mean().to_numpy(np.float64)
                    low, high = np.percentile(means, [arrays.LOW, arrays.HIGH])
                    band = (float(low), float(high)) if len(means) > 1 else (np.nan, np.nan)
                    head = factor.label, label, outcome, scenario, measure
                    numbers = group["point"].nunique(), len(group), float(group[measure].mean())
                    rows.append((*head, *numbers, *band))
    return pd.DataFrame(rows, columns=list(BY_FACTOR))


def levels(study: Study, position: int) -> tuple[np.ndarray[Any, np.dtype[np.intp]], list[str]]:
    """Return the level of a factor at each point (P,), and what the levels are called: its values, or, where
    it has many, the thirds of its range."""
    factor = study.factors[position]
    values = [point[factor.key] for point in study.points]
    # True and 1 are equal to Python, and not to a scenario.
    known = list(dict.fromkeys((type(each), each) for each in values))
    if factor.values:
        known = [(type(each), each) for each in factor.values]
    elif len(known) <= MOST_VALUES:
        known = sorted(known, key=lambda each: float(each[1]))
    if factor.values or len(known) <= MOST_VALUES:
        return np.array([known.index((type(each), each)) for each in values], np.intp), [
            _short(each) for _, each in known
        ]
    places = design.unit(study.factors, study.design)[:, position]
    ends = [_short(value) for value in design.values_of(factor, np.linspace(0.0, 1.0, PARTS + 1))]
    codes = np.clip((places * PARTS).astype(np.intp), 0, PARTS - 1)
    return codes, [f"{low} to {high}" for low, high in itertools.pairwise(ends)]


def _short(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else value


def _by_outcome(study: Study, outcomes: "pd.DataFrame") -> "list[tuple[tuple[str, str], pd.DataFrame]]":
    """Return the rows of each outcome and scenario, in the order of the study's file."""
    there: dict[Hashable, Any] = dict(iter(outcomes.groupby(["outcome", "scenario"], sort=False)))
    names = [(asked.label, scenario) for asked in study.asked for scenario in study.scenarios]
    return [(name, there[name]) for name in names if name in there]
