"""A small town, frozen: what changes its figures is a change of the model, and is seen.

Counts are compared exactly, reals to 1e-6. After a change that is meant, write the file anew
(`python -m tests.model.test_golden_town` from the root) and say in the commit why its figures moved.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from model.scenario.scenario import Scenario
from model.town import Town

FILE = Path(__file__).parent.parent / "cases" / "golden_town.json"
YEARS = (2014, 2017, 2019, 2022)


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
