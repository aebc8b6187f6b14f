"""The answer in words."""

from dataclasses import replace

from experiments.goals.assessment import GoalAssessment
from experiments.goals.likelihood import Likelihood
from experiments.reach.findings import ArmAssessment
from experiments.reach.scenarios import Arm
from experiments.reach.text import answer, cell, off
from experiments.runs.statistics import Span
from model.scenario.scenario import Scenario
from tests.experiments.report.goals import vision

BASE = Arm("baseline", Scenario.load("baseline"))


def goal(
    name: str,
    reached: int,
    counted: bool = True,
    rung: str = "",
    label: str = "G",
    start: float | None = None,
) -> GoalAssessment:
    """A goal reached in so many of 100 runs, whose part starts there and is to be at most 0.4."""
    template = vision(0.0)[0]
    part = replace(
        template.parts[0],
        part=template.parts[0].part.model_copy(update={"label": label, "minus_group": None}),
        observed_start=start,
        start=None,
        aim=Span(0.4, 0.4, 0.4, 9),
    )
    whole = template.goal.model_copy(
        update={
            "id": name, "rung": rung, "year": 2048 if rung else 2021, "parts": (part.part,),
            "baseline_status": "published" if counted else "prior_only",
        }
    )  # fmt: skip
    return replace(template, goal=whole, parts=(part,), likelihood=of(reached, 100))


def of(reached: int, runs: int) -> Likelihood:
    share = reached / runs
    return Likelihood(reached, runs, 0, share, share, share)


def test_a_scenario_is_answered_in_one_sentence() -> None:
    goals = {"targets": [goal("T1", 71), goal("T2", 3), goal("T3", 0, False), goal("T4", 90, False)]}
    assert answer(BASE, goals) == (
        "With no programme, 1 of the 2 targets that can be checked (of 4) is more likely than not to be "
        "reached by 2021 (T1: likely, 71 of 100 runs), and 1 of the 2 that start from an assumed figure."
    )
    assert "none of the 1 targets" in answer(BASE, {"targets": [goal("T2", 3)]})
    assert answer(BASE, {}) == "With no programme, no goal can be decided."
    lucky = Arm("ceiling", Scenario.load("ceiling"))
    assert answer(lucky, goals).startswith("At the ceiling (beyond what evidence makes likely), 1 of")


def test_rungs_are_told_with_where_the_town_stood_before() -> None:
    rungs = [
        goal(f"V{at}", share, rung=rung, label=label, start=start)
        for at, (label, start, rung, share) in enumerate(
            [
                ("Skill at 5", 0.3, "as England today", 80), ("Skill at 5", 0.5, "half", 10),
                ("Skill at 11", 0.5, "as England today", 90), ("Skill at 11", 0.9, "half", 60),
                ("Skill at 16", 0.3, "as England today", 20), ("Skill at 16", 0.9, "half", 1),
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
    def arm(*goals: GoalAssessment) -> ArmAssessment:
        return ArmAssessment("a", "A", "A", "", "", True, "", {"targets": goals}, {}, 0, 0)

    sure = replace(goal("T1", 50), likelihood=Likelihood(50, 100, 0, 0.5, 0.4, 0.58))
    less = replace(goal("T2", 50), likelihood=Likelihood(50, 100, 0, 0.5, 0.37, 0.6))
    undecided = replace(goal("T3", 50), likelihood=None)
    (said,) = off([arm(sure, undecided), arm(less)])
    assert "off by up to 13 in 100" in said
    assert off([arm(undecided)]) == []


def test_a_cell_has_a_count_and_from_a_hundred_runs_on_a_word() -> None:
    assert cell(goal("T1", 71)) == "likely, 71 of 100"
    assert cell(goal("T1", 0)) == "remote chance, none of 100"
    assert cell(replace(goal("T1", 71), composition_only=True)) == "likely, 71 of 100 (c)"
    assert cell(replace(goal("T1", 71), likelihood=None)) == "cannot be decided"
    assert cell(replace(goal("T1", 71), likelihood=of(1, 3))) == "1 of 3 runs"
    assert cell(replace(goal("T1", 71), likelihood=of(99, 99))) == "all 99 runs"
