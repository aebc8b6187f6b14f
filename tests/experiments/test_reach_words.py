"""The answer in words."""

from dataclasses import replace

from experiments.draws import cells_of
from experiments.findings import GoalFinding, Likelihood
from experiments.likelihood import TOO_FEW
from experiments.reach_arms import Arm
from experiments.reach_words import answer, cell, covers
from model.scenario import Scenario

BASE = Arm("baseline", Scenario.load("baseline"))


def goal(name: str, reached: int, counted: bool = True, rung: str = "") -> GoalFinding:
    """A goal reached in so many of 100 runs."""
    share = reached / 100
    words = "likely" if share > 0.5 else "unlikely"
    found = Likelihood(reached, 100, 0, share, share, share, words)
    return GoalFinding(
        name, "A goal", "", rung, 2021, 2017, "published", counted, "", found, None, None, (), (), False
    )


def test_a_scenario_is_answered_in_one_sentence() -> None:
    goals = {"targets": [goal("T1", 71), goal("T2", 3), goal("T3", 0, False), goal("T4", 90, False)]}
    assert answer(BASE, goals) == (
        "With no programme 1 of the 2 targets that can be checked (of 4) is more likely than not to be "
        "reached by 2021 (T1: 71 of 100 runs), and 1 of the 2 that start from an assumed figure."
    )
    assert "none of the 1 targets" in answer(BASE, {"targets": [goal("T2", 3)]})
    assert answer(BASE, {}) == "With no programme no goal can be decided."
    lucky = Arm("ceiling", Scenario.load("ceiling"))
    assert answer(lucky, goals).startswith("At the ceiling (beyond what evidence makes likely) 1 of")


def test_a_cell_has_a_word_and_a_number() -> None:
    assert cell(goal("T1", 71)) == "likely, 71 of 100"
    assert cell(goal("T1", 0)) == "unlikely, none of 100"
    assert cell(replace(goal("T1", 71), composition_only=True)) == "likely, 71 of 100 (c)"
    assert cell(replace(goal("T1", 71), likelihood=None)) == "cannot be decided"
    few = replace(goal("T1", 71), likelihood=Likelihood(1, 3, 0, 0.3, 0.1, 0.8, TOO_FEW))
    assert cell(few) == "1 of 3 runs"


def test_what_is_covered() -> None:
    many = covers(cells_of([1, 2, 3], [0, 1]), 2, False)
    assert "6 runs: 3 draws of the posterior, 2 seeds each (2 different sets of numbers)" in many
    assert "as many children as the town" in many
    assert "chance alone" in covers(cells_of([0], range(4)), 4, True)
    assert "reduced" in covers(cells_of([0], range(4)), 4, True)
