"""Spillover is told of those whom nothing reached, and there is none without couplings."""

import pytest

from experiments.lives.spillover import Spillover, spillover
from experiments.runs.paired import Arms
from model.scenario.scenario import Scenario

COUPLINGS = ("peers", "rival_places", "school_choice", "staffing_feedback", "trust", "next_generation")


def arms(**switches: bool) -> Arms:
    """A town of a twentieth with and without tutoring of the disadvantaged."""
    off = {f"switches.{name}": on for name, on in switches.items()}
    before = Scenario.load("baseline").changed({"scale": 0.05, "until": 2026, **off})
    tutored = {
        "card": "tutoring_high_quality",
        "start": 2018,
        "places": 600,
        "who": {"disadvantaged": True},
    }
    return Arms.of(before, before.changed(programmes=[tutored]), "means")


def test_those_whom_nothing_reached_may_differ() -> None:
    found = spillover(arms(), 0)
    assert 0 < found.differ <= found.people
    assert found.size >= abs(found.mean)
    assert f"{found.people:,} young people" in found.words


def test_without_couplings_nobody_differs() -> None:
    found = spillover(arms(**dict.fromkeys(COUPLINGS, False)), 0)
    assert found.people > 0
    assert (found.differ, found.mean, found.size) == (0, 0.0, 0.0)


def test_where_everybody_was_reached_it_says_so() -> None:
    nobody = Spillover(0, 0, 0, float("nan"), float("nan"))
    assert "everybody" in nobody.words
    assert pytest.approx(nobody.mean, nan_ok=True) == float("nan")
