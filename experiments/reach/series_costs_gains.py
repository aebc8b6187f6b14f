"""What a report shows besides the goals: years, pathways, money, and who gains."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any, Final

import numpy as np

from experiments.compare import costs
from experiments.compare.arrays import benefit
from experiments.compare.comparison import Comparison
from experiments.compare.differences import DISCOUNT, WHO_GAINED
from experiments.goals.runs import Runs
from experiments.reach.findings import Gain, GroupSeries, Money, Pathways
from experiments.runs.draws import ParameterDraws
from experiments.runs.paired import Arms, Way
from experiments.runs.statistics import D, Span, span
from model.indicators.pathways import DESTINATIONS
from model.indicators.record import PLACE_YEARS
from model.indicators.registry import INDICATORS, SMALLEST_SHOWN, shown_groups

SHOWN: Final = shown_groups("report")
"""Indicators and groups that are shown year by year."""
GAINERS: Final = ("disadvantaged", "other", "girls", "boys", "sen", "eal")
"""Groups beside wards for whom gains are shown."""
FIRST_GAIN: Final = 2022
"""The first year for which gains are shown: the end of the Opportunity Area."""
YES, NO = "reached", "not reached"
STAGES: Final = (
    ("Good level of development at 5", (YES, NO)),
    ("Reading, writing and maths at 11", (YES, NO)),
    ("English and maths at 16", (YES, NO)),
    ("The autumn after 18", DESTINATIONS),
)
"""Stages of a pathway, in the order of `Life.paths`, which counts no before yes."""
GROUPS: Final[Mapping[str, tuple[int, ...]]] = {"all": (0, 1), "disadvantaged": (1,), "other": (0,)}
START: Final = 2017
CLOSED: Final = 0.005
"""A year with fewer leavers than this share of the most has none whose destination is known."""


def series(arms: Mapping[str, Runs]) -> tuple[GroupSeries, ...]:
    """The shown indicators by year, for each arm that recorded them."""
    return tuple(
        _series(name, group, arms)
        for name, group in SHOWN
        if all((name, group) in runs.ensemble.keys for runs in arms.values())
    )


def _series(name: str, group: str, arms: Mapping[str, Runs]) -> GroupSeries:
    first = next(iter(arms.values()))
    years = tuple(year for year in first.ensemble.years if year <= first.ensemble.scenario.until)
    means: dict[str, tuple[float | None, ...]] = {}
    lows: dict[str, tuple[float | None, ...]] = {}
    highs: dict[str, tuple[float | None, ...]] = {}
    for key, runs in arms.items():
        found = [span(runs.figure(name, group, None, year)) for year in years]
        means[key] = tuple(None if each is None else each.mean for each in found)
        lows[key] = tuple(None if each is None else each.low for each in found)
        highs[key] = tuple(None if each is None else each.high for each in found)
    indicator, place = INDICATORS[name], first.place
    column = first.ensemble.keys.index((name, group))
    latent = first.ensemble.latent[:, :, column].any(axis=0)
    return GroupSeries(
        indicator=name,
        group=group,
        title=indicator.title,
        unit=indicator.unit,
        years=years,
        means=means,
        lows=lows,
        highs=highs,
        observed={
            each.year: each.value for each in place.observations(name, group) if each.place == place.name
        },
        england=_england(first, name, group),
        latent=tuple(
            year for year, is_so in zip(first.ensemble.years, latent, strict=True) if is_so and year in years
        ),
    )


def _england(runs: Runs, name: str, group: str) -> dict[int, float]:
    """What was published of England; nothing after the last published year."""
    england, series_name = runs.england, INDICATORS[name].series
    if not england.has(series_name, group):
        return {}
    found = {
        int(year): runs.sources.england(name, group, int(year))
        for year in england.series(series_name, group).years
    }
    return {year: figure for year, figure in found.items() if figure is not None and np.isfinite(figure)}


def pathways(arms: Mapping[str, Runs]) -> tuple[Pathways, ...]:
    """Pathways of 100 of a group: in 2017 under the first arm, for all arms are one life till then; and in
    the last year whose destinations are known, under each."""
    made = []
    for position, (key, runs) in enumerate(arms.items()):
        counts = runs.ensemble.paths
        if counts is None:
            continue
        mean = counts.astype(np.float64).mean(axis=0)
        leavers = mean.sum(axis=tuple(range(1, mean.ndim)))
        known = np.flatnonzero(leavers > CLOSED * max(leavers.max(), 1.0))
        last = [runs.ensemble.years[known[-1]]] if len(known) else []
        for year in dict.fromkeys(([START] if position == 0 else []) + last):
            of_year = mean[runs.ensemble.years.index(year)]
            made += [_pathways(key, year, group, of_year) for group in GROUPS]
    return tuple(each for each in made if each.links)


def _pathways(arm: str, year: int, group: str, counts: D) -> Pathways:
    """`counts` of a year, by the axes of `model.indicators.pathways`, mean over runs."""
    of = counts[list(GROUPS[group])].sum(axis=0)
    whole = float(of.sum())
    links: list[tuple[int, str, str, float, float]] = []
    suppressed = 0.0
    for stage, ((_, here), (_, there)) in enumerate(pairwise(STAGES)):
        others = tuple(axis for axis in range(of.ndim) if axis not in (stage, stage + 1))
        table = of.sum(axis=others)
        for (a, state), (b, after) in product(enumerate(here), enumerate(there)):
            people = float(table[_row(here, a), _row(there, b)])
            if not people:
                continue
            children = 100 * people / whole
            if people < SMALLEST_SHOWN:
                suppressed += children
            else:
                links.append((stage, state, after, children, people))
    # Every child goes from each stage but the last: as many of 100 as are left out of a stage on average.
    return Pathways(arm, year, group, STAGES, tuple(links), suppressed / (len(STAGES) - 1))


def _row(states: Sequence[str], position: int) -> int:
    """Where a state lies on its axis: no comes before yes there."""
    return 1 - position if states == (YES, NO) else position


def money(first: Runs, key: str, runs: Runs, numbers: ParameterDraws) -> Money:
    """What an arm costs above the first, in thousand pounds of 2017 over all years lived, and what it
    buys."""
    arms = Arms(first.ensemble.scenario, runs.ensemble.scenario, "drawn", numbers)
    # The first arm does nothing, so its effects drawn are its effects at their means.
    lives = {Way.A_MEANS: first.ensemble, Way.B_DRAWN: runs.ensemble}
    comparison = Comparison(arms, first.ensemble.cells, lives, DISCOUNT)
    frame, count = costs.costs(comparison), len(first.ensemble.cells)
    rows = [
        (
            str(row["name"]),
            str(row["funded_by"]),
            _thousand(row, "undiscounted", count),
            _thousand(row, "discounted", count),
        )
        for _, row in frame[frame["of"] == "programme"].iterrows()
    ]
    total = _thousand(frame[frame["of"] == "all"].iloc[0], "discounted", count)
    buys = []
    for _, row in costs.value(comparison).iterrows():
        whom = "" if row["group"] == "all" else f", {row['group']}"
        extra = costs.extra_successes(comparison, row["indicator"], row["group"])
        price = float(row["per_unit"])
        found = span(extra)
        if found is not None:
            buys.append(
                (f"{row['outcome']}{whom}", found, price if np.isfinite(price) else None, str(row["said"]))
            )
    return Money(key, tuple(rows), total, tuple(buys))


def _thousand(row: Any, what: str, runs: int) -> Span:
    mean, low, high = (float(row[f"{what}{end}"]) / 1000 for end in ("", "_low", "_high"))
    # One run has no band.
    return Span(mean, low, high, runs) if runs > 1 else Span(mean, mean, mean, runs)


def gains(first: Runs, key: str, runs: Runs) -> tuple[Gain, ...]:
    """Who gains under an arm against the first, run by run: by ward and group, in the years in which wards
    are recorded."""
    until = runs.ensemble.scenario.until
    years = [year for year in PLACE_YEARS if FIRST_GAIN <= year <= until]
    made = []
    for name in WHO_GAINED:
        wards = [group for of, group in runs.ensemble.keys if of == name and group.startswith("ward:")]
        for year, group in product(years, (*GAINERS, *wards)):
            d = runs.figure(name, group, None, year) - first.figure(name, group, None, year)
            found = span(d)
            if found is not None:
                share = float(benefit(d, float(INDICATORS[name].direction)))
                of = INDICATORS[name]
                good = share if np.isfinite(share) else None
                made.append(Gain(key, name, of.title, of.unit, group, year, found, good))
    return tuple(made)
