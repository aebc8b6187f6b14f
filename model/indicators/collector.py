"""Give what a town has recorded as Mesa's DataCollector, for `mesa.batch_run` and Mesa's viewer."""

from functools import partial
from types import SimpleNamespace
from typing import Any, Final

import mesa

from model.indicators.record import Record
from model.indicators.registry import INDICATORS

GROUPS: Final = ("all", "disadvantaged", "other")
"""Groups that are collected: "gld" is that of all, "gld, disadvantaged" that of a group."""


def collected(record: Record, seed: int, start: int, year: int) -> mesa.DataCollector:
    """Return the figures of each year lived so far, at the step that ended it, with the town's seed and the
    year. What is missing, or of fewer people than may be shown, is NaN."""
    reporters: dict[str, Any] = {"seed": "seed", "year": "year"}
    for indicator, group in record.keys:
        if group in GROUPS:
            name = indicator if group == "all" else f"{indicator}, {group}"
            reporters[name] = partial(_figure, indicator, group)
    collector = mesa.DataCollector(model_reporters=reporters)
    for each in range(start + 1, year + 1):
        step = float(each - start)
        collector.collect(SimpleNamespace(time=step, seed=seed, year=each, record=record))
    return collector


def _figure(indicator: str, group: str, seen: SimpleNamespace) -> float:
    value = seen.record.value(indicator, group, seen.year)
    few = seen.record.count(indicator, group, seen.year) < INDICATORS[indicator].minimum_count
    return float("nan") if value is None or few else float(value)
