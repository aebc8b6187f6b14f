"""Programmes within what England does anyway add nobody, and that is said."""

from pathlib import Path
from typing import Any

import pytest

from model.io import files
from model.scenario.scenario import Scenario
from model.scenario.usual_provision import usual_provision_note, within_usual_provision
from wolsey.verbs.check import notes

ENCOUNTERS: dict[str, Any] = {"card": "employer_encounters", "start": 2020, "end": 2022}


def plan(**more: Any) -> Scenario:
    return Scenario.load("baseline").changed(programmes=[{**ENCOUNTERS, **more}])


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"reach": 0.3}, (0.3, 0.52)),
        ({"reach": 0.52}, (0.52, 0.52)),
        ({"reach": {"2020": 0.2, "2022": 0.5}}, (0.5, 0.52)),
        ({"reach": 0.6}, None),
        ({"reach": {"2020": 0.2, "2022": 0.6}}, None),
        ({"reach": 0.0}, None),
        ({"places": 10}, None),
    ],
)
def test_a_reach_within_usual_provision_is_found(
    more: dict[str, Any], found: tuple[float, float] | None
) -> None:
    scenario = plan(**more)
    (use,) = scenario.programmes
    assert within_usual_provision(scenario, use) == found
    assert (usual_provision_note(scenario, use) is None) == (found is None)


def test_check_says_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (files.scenarios() / "baseline.toml").read_text()
    path.write_text(text + '\n[[programmes]]\ncard = "employer_encounters"\nstart = 2020\nreach = 0.3\n')
    (note,) = notes(path)
    assert "0.3" in note
    assert "0.52" in note
    assert notes(files.scenarios() / "opportunity_area.toml") == []


@pytest.mark.parametrize("name", files.names(files.scenarios()))
def test_no_scenario_of_the_product_has_such_a_programme(name: str) -> None:
    scenario = Scenario.load(name)
    assert not [note for use in scenario.programmes if (note := usual_provision_note(scenario, use))]
