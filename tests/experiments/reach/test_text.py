"""The answer in words."""

from dataclasses import replace

from experiments.goals.likelihood import TOO_FEW
from experiments.reach.findings import ArmFinding, GoalFinding, Likelihood, PartFinding, Span
from experiments.reach.scenarios import Arm
from experiments.reach.text import answer, cell, covers, off
from experiments.runs.draws import cells_of
from model.scenario.scenario import Scenario

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
        "With no programme, 1 of the 2 targets that can be checked (of 4) is more likely than not to be "
        "reached by 2021 (T1: 71 of 100 runs), and 1 of the 2 that start from an assumed figure."
    )
    assert "none of the 1 targets" in answer(BASE, {"targets": [goal("T2", 3)]})
    assert answer(BASE, {}) == "With no programme, no goal can be decided."
    lucky = Arm("ceiling", Scenario.load("ceiling"))
    assert answer(lucky, goals).startswith("At the ceiling (beyond what evidence makes likely), 1 of")


def test_rungs_are_told_with_where_the_town_stood_before() -> None:
    part = PartFinding(
        "Skill at 5", "i", "all", None, "at most", "England", "SD", True, 2048,
        None, None, Span(0.4, 0.4, 0.4, 9), None, None, 0.3, False,
    )  # fmt: skip
    other, third = replace(part, label="Skill at 11", observed_start=0.5), replace(part, label="Skill at 16")
    rungs = [
        replace(goal(f"V{at}", share, rung=rung), year=2048, parts=(each,))
        for at, (each, rung, share) in enumerate(
            [
                (part, "as England today", 80), (replace(part, observed_start=0.5), "half", 10),
                (other, "as England today", 90), (replace(other, observed_start=0.9), "half", 60),
                (third, "as England today", 20), (replace(third, observed_start=0.9), "half", 1),
            ]
        )
    ]  # fmt: skip
    assert answer(BASE, {"vision": rungs}) == (
        "With no programme, of 3 measures of the vision 1 at 'as England today', 1 at 'half' and 1 on none "
        "by 2048; 1 stood so high already in 2017."
    )
    low = [replace(each, likelihood=goal("V", 1).likelihood) for each in rungs]
    assert "none of 3 measures of the vision reaches even its lowest rung by 2048" in answer(BASE, {"v": low})


def test_how_far_a_share_may_be_off_is_said_once() -> None:
    def of(*goals: GoalFinding) -> ArmFinding:
        return ArmFinding("a", "A", "A", "", "", True, "", {"targets": goals}, {}, 0, 0)

    sure = replace(goal("T1", 50), likelihood=Likelihood(50, 100, 0, 0.5, 0.4, 0.58, "likely"))
    less = replace(goal("T2", 50), likelihood=Likelihood(50, 100, 0, 0.5, 0.37, 0.6, "likely"))
    undecided = replace(goal("T3", 50), likelihood=None)
    (said,) = off([of(sure, undecided), of(less)])
    assert "off by up to 13 in 100" in said
    assert off([of(undecided)]) == []


def test_a_cell_has_a_word_and_a_number() -> None:
    assert cell(goal("T1", 71)) == "likely, 71 of 100"
    assert cell(goal("T1", 0)) == "unlikely, none of 100"
    assert cell(replace(goal("T1", 71), composition_only=True)) == "likely, 71 of 100 (c)"
    assert cell(replace(goal("T1", 71), likelihood=None)) == "cannot be decided"
    few = replace(goal("T1", 71), likelihood=Likelihood(1, 3, 0, 0.3, 0.1, 0.8, TOO_FEW))
    assert cell(few) == "1 of 3 runs"
    none = replace(goal("T1", 71), likelihood=Likelihood(0, 3, 0, 0.0, 0.0, 0.6, TOO_FEW))
    assert cell(none) == "none of 3 runs"


def test_what_is_covered() -> None:
    many = covers(cells_of([1, 2, 3], [0, 1]), 2, False)
    assert "6 runs: 3 draws of the posterior, 2 seeds each (2 different sets of numbers)" in many
    assert "as many children as the town" in many
    assert "chance alone" in covers(cells_of([0], range(4)), 4, True)
    assert "reduced" in covers(cells_of([0], range(4)), 4, True)
