"""Small towns, frozen: what changes their figures is a change of the model, and is seen.

One in which nothing is done, by its indicators, and two with programmes, by every column of every table.
Counts are compared exactly, reals to 1e-6. After a change that is meant, write the files anew
(`python -m tests.model.test_golden_town` from the root) and say in the commit why their figures moved.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.scenario.scenario import Scenario
from model.town import Town
from tests.model.arms import past

CASES = Path(__file__).parent.parent / "cases"
FILE = CASES / "golden_town.json"
YEARS = (2014, 2017, 2019, 2022)
COLUMNS = CASES / "golden_columns.json"
ACTING = {"alliance_2048": (2021, 2030), "ceiling": (2023,)}
"""Scenarios whose columns are frozen, in these years: between them all cards, acts and pilots."""

type Numbers = dict[str, list[float | int]]


def figures() -> dict[str, dict[str, list[float | int | None]]]:
    """Value and count of every indicator of all, by year, in a town of a twentieth with the seed 20."""
    town = Town(Scenario.load("baseline").changed(scale=0.05, until=2023), seed=20).run()
    found: dict[str, dict[str, list[float | int | None]]] = {}
    for indicator, group in town.recorded.keys:
        if group == "all":
            record = town.recorded
            found[indicator] = {
                str(year): [record.value(indicator, group, year), record.count(indicator, group, year)]
                for year in YEARS
            }
    return found


def columns(town: Town) -> Numbers:
    """By table and column, how many entries are finite, and their sum with weights by row (a change of order
    shows)."""
    found: Numbers = {}
    for table in (*town.tables.values(), town.posts):
        for name in table.names:
            values = table.array(name).astype(np.float64)
            finite = np.isfinite(values)
            weight = 1 + np.arange(len(values)) % 101
            total = float((np.where(finite, values, 0) * weight).sum())
            found[f"{table.kind}.{name}"] = [int(finite.sum()), total]
    return found


@cache
def acting(name: str) -> dict[str, Numbers]:
    """The columns of a town of a twentieth under a scenario, by year."""
    years = ACTING[name]
    scenario = Scenario.load(name).changed(scale=0.05)
    town = past(scenario, seed=20).branch(scenario)
    return {str(year): columns(town.run(year)) for year in years}


@pytest.mark.parametrize("name", ACTING)
def test_the_small_town_with_programmes_is_the_one_that_was_frozen(name: str) -> None:
    frozen, now = json.loads(COLUMNS.read_text(encoding="utf-8"))[name], acting(name)
    for year, numbers in frozen.items():
        assert now[year].keys() == numbers.keys()
        for column, (count, total) in numbers.items():
            assert now[year][column][0] == count, (year, column)
            assert now[year][column][1] == pytest.approx(total, rel=1e-6, abs=1e-6), (year, column)


def test_the_small_town_is_the_one_that_was_frozen() -> None:
    frozen, now = json.loads(FILE.read_text(encoding="utf-8")), figures()
    assert now.keys() == frozen.keys()
    for indicator, years in frozen.items():
        for year, (value, count) in years.items():
            got, number = now[indicator][year]
            assert number == count, (indicator, year)
            if value is None:
                assert got is None, (indicator, year)
            else:
                assert got == pytest.approx(value, rel=1e-6, abs=1e-6), (indicator, year)


def test_a_changed_number_moves_the_small_town() -> None:
    frozen = json.loads(FILE.read_text(encoding="utf-8"))
    usual = Scenario.load("baseline").changed(scale=0.05, until=2017)
    town = Town(usual.changed({"parameters": {"learning.persistence": 0.83}}), seed=20).run()
    value = town.recorded.value("skill_16", "all", 2017)
    assert value is not None
    assert not np.isclose(value, frozen["skill_16"]["2017"][0], rtol=1e-6)


if __name__ == "__main__":
    FILE.write_text(json.dumps(figures(), indent=1) + "\n", encoding="utf-8")
    COLUMNS.write_text(json.dumps({name: acting(name) for name in ACTING}, indent=1) + "\n", encoding="utf-8")
