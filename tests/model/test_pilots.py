"""Pilots in a scenario: read, and checked before anything runs."""

from pathlib import Path
from typing import Any

import pytest

from tests.model.programme_cases import GROUPS, MATHS, PILOT, TRIED, fault, make_cards, scenario


@pytest.fixture(autouse=True)
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cards of the test."""
    return make_cards(tmp_path / "cards", monkeypatch)


def test_a_pilot_says_how_its_programmes_go_on() -> None:
    made = scenario(*TRIED, pilots=[{**PILOT, "widen": {"reach": 0.8, "in_schools": 0.9}}])
    widened = made.pilots[0].widened(made.programmes[0])
    assert (widened.name, widened.reach, widened.in_schools, widened.start) == ("a", 0.8, 0.9, 2019)
    places = scenario(*TRIED, pilots=[{**PILOT, "widen": {"places": 100}}])
    assert places.pilots[0].widened(places.programmes[1]).places_in(2020) == 100


def test_a_pilot_with_thresholds_can_change_to_another_programme() -> None:
    later = {**GROUPS, "name": "c"}
    change = {
        "then": "threshold",
        "programmes": ["a"],
        "widen_above": 0.1,
        "stop_below": 0.0,
        "change_to": "c",
    }
    made = scenario(*TRIED, later, pilots=[{**PILOT, **change}])
    assert made.pilots[0].change_to == "c"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"programmes": ["a", "bb"]}, 'programmes[1] = "bb": is not a programme of this scenario'),
        ({"programmes": ["a", "bb"]}, "did you mean 'b'?"),
        ({"programmes": ["a"]}, "must name 2 or more programmes"),
        ({"programmes": ["a", "a"]}, "is named twice"),
        ({"outcome": "absense"}, "did you mean 'absence'?"),
        (
            {"outcome": "absence"},
            "does not move the pilot's outcome, absence; allowed: a card that does; it moves literacy",
        ),
        ({"years": 0}, "pilots[0].years = 0: must be between 1 and 10"),
        ({"years": 4}, "ends in 2022, before the pilot can decide for 2023"),
        ({"sample": 0}, "pilots[0].sample = 0: must be at least 1"),
        ({"then": "best"}, 'pilots[0].then = "best": is not one of the allowed words'),
        ({"then": "threshold"}, 'widen_above: is missing for then = "threshold"'),
        ({"then": "threshold", "widen_above": 0.1}, 'stop_below: is missing for then = "threshold"'),
        (
            {"then": "threshold", "widen_above": 0.0, "stop_below": 1},
            "stop_below = 1.0: is above widen_above = 0",
        ),
        ({"widen_above": 0.1}, 'widen_above = 0.1: needs then = "threshold"'),
        ({"change_to": "c"}, 'change_to = "c": needs then = "threshold"'),
        (
            {"then": "threshold", "widen_above": 0.1, "stop_below": 0, "change_to": "a"},
            'change_to = "a": is itself tried in this pilot',
        ),
        ({"widen": {"raech": 0.8}}, "did you mean 'reach'?"),
        ({"widen": {"reach": 1.8}}, "pilots[0].widen.reach = 1.8: must be between 0 and 1"),
        ({"widen": {"places": 9999}}, "pilots[0].widen.places = 9999: is more than there are"),
    ],
)
def test_a_pilot_with_a_fault_is_refused(changes: dict[str, Any], words: str) -> None:
    told = fault(*TRIED, pilots=[{**PILOT, **changes}])
    assert told.startswith("x.toml: pilots[0].")
    assert words in told


def test_approaches_start_together_in_schools_of_their_own_and_in_one_pilot() -> None:
    a, b = TRIED
    assert "starts in 2020, but 'a' in 2019" in fault(a, {**b, "start": 2020}, pilots=[PILOT])
    crowded = fault({**a, "in_schools": 20}, {**b, "in_schools": 12}, pilots=[PILOT])
    assert "need 32 schools of their own, but there are 31" in crowded
    schools = [{**MATHS, "name": name, "places": 5} for name in "ab"]
    assert "need 10 schools" in fault(*schools, pilots=[{**PILOT, "outcome": "numeracy"}])
    both = [PILOT, {**PILOT, "name": "again"}]
    assert 'pilots[1].programmes[0] = "a": is in two pilots' in fault(*TRIED, pilots=both)
    assert 'pilots[1].name = "trial": is named twice' in fault(*TRIED, pilots=[PILOT, PILOT])
