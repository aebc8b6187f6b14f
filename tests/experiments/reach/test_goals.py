"""One goal under one scenario: since when, only by composition, and rungs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.goals.assessment import GoalAssessment, assess_goal, likely_of, rungs_of
from experiments.goals.files import checked_goals
from experiments.goals.runs import Runs
from experiments.goals.words import why_undecided
from experiments.reach.expert import expert
from experiments.reach.goals import first_likely, goals_of, read_until
from experiments.runs.draws import ParameterDraws
from experiments.runs.statistics import Span, span
from model.goals.goal_files import Goal, GoalFile
from model.indicators.registry import known_groups
from model.io.errors import InputError

YEARS = (2017, 2018, 2019, 2020, 2021, 2022)


def made(comparison: str = "at_most", **reference: Any) -> Goal:
    """Half the gap at 11 by 2021."""
    part = {
        "label": "Gap at 11", "indicator": "ks2_rwm", "group": "all", "minus_group": "disadvantaged",
        "comparison": comparison, "reference": reference or {"kind": "share_of_baseline", "share": 0.5},
        "basis": "state_funded",
    }  # fmt: skip
    goal = {
        "id": "G1", "title": "Half", "year": 2021, "baseline_status": "published", "source": "made up",
        "parts": [part],
    }  # fmt: skip
    return GoalFile.of({"title": "G", "own_reading": True, "goals": [goal]}, known_groups()).goals[0]


def gaps(*by_run: tuple[float, ...]) -> dict[tuple[str, str, int], list[float]]:
    """Gaps by year, one list a run, as figures; at fixed composition they stay 20."""
    figures: dict[tuple[str, str, int], list[float]] = {}
    for at, year in enumerate(YEARS):
        figures["ks2_rwm", "all", year] = [60.0 for _ in by_run]
        figures["ks2_rwm", "disadvantaged", year] = [60.0 - run[at] for run in by_run]
        figures["ks2_rwm", "need6", year] = [40.0 for _ in by_run]
    return figures


def test_the_first_year_as_likely_as_not(by_hand: Any, numbers: ParameterDraws) -> None:
    # Half of the runs are there in 2019, one no longer in 2021.
    runs = Runs.of(by_hand(gaps((20, 20, 9, 9, 15, 9), (20, 20, 20, 9, 9, 9))), numbers)
    found = assess_goal(made(), runs)
    assert first_likely(made(), runs) == 2019
    assert found.likelihood is not None
    assert found.likelihood.share == 0.5
    never = Runs.of(by_hand(gaps((20, 20, 20, 20, 20, 20))), numbers)
    assert first_likely(made(), never) is None


def test_a_gap_closed_by_composition_alone_is_marked(by_hand: Any, numbers: ParameterDraws) -> None:
    found = assess_goal(made(), Runs.of(by_hand(gaps((20, 9, 9, 9, 9, 9))), numbers))
    assert found.composition_only
    assert found.parts[0].composition
    open_still = assess_goal(made(), Runs.of(by_hand(gaps((20, 20, 20, 20, 20, 20))), numbers))
    assert not open_still.composition_only


def test_what_is_missing_is_said(by_hand: Any, numbers: ParameterDraws) -> None:
    runs = Runs.of(by_hand(gaps((20, 20, 20, 20, 20, 20), (20, 20, 20, 20, 9, 9))), numbers)
    unknown = made(kind="not_available", why="nobody published it")
    nothing = assess_goal(unknown, runs)
    assert nothing.likelihood is None
    assert (nothing.reached, nothing.undecided) == (0, 2)
    assert why_undecided(nothing) == "nobody published it"
    assert first_likely(unknown, runs) is None
    later = assess_goal(made().model_copy(update={"year": 2030}), runs)
    assert why_undecided(later) == "the model gives no figure of the town for 2030"
    assert later.missing == ("the town's ks2_rwm (all minus disadvantaged) of 2030",)
    some = gaps((20, 20, 20, 20, 20, 20), (20, 20, 20, 20, 9, 9))
    some["ks2_rwm", "disadvantaged", 2021][0] = np.nan
    found = assess_goal(made(), Runs.of(by_hand(some), numbers))
    assert why_undecided(found) == "some runs give no figure of the town for 2021"
    assert why_undecided(assess_goal(made(), runs)) == ""


def test_a_span_of_one_run_has_no_width() -> None:
    one = span(np.array([np.nan, 3.0]))
    assert one is not None
    assert (one.mean, one.low, one.high, one.runs) == (3.0, 3.0, 3.0, 1)
    assert span(np.array([np.nan])) is None


def test_the_highest_rung_that_is_reached(drawn: Any, numbers: ParameterDraws) -> None:
    runs = Runs.of(drawn, numbers)
    goals = [each.model_copy(update={"year": 2021}) for each in checked_goals("vision_2048").goals]
    found = [assess_goal(goal, runs) for goal in goals]
    rungs = rungs_of(found)
    assert len(rungs) == 7
    assert set(rungs.values()) <= {"", *(goal.rung for goal in goals)}
    for label, rung in rungs.items():
        of = [goal for goal in found if goal.parts[0].label == label and goal.likelihood is not None]
        likely = [goal.rung for goal in of if goal.likelihood is not None and goal.likelihood.share >= 0.5]
        assert rung == (likely[-1] if likely else "")


@pytest.mark.parametrize(
    ("comparison", "start", "stands"),
    [
        ("at_most", 10.0, True), ("at_most", 10.5, False), ("at_least", 10.0, True), ("at_least", 9.5, False),
        ("above", 10.0, False), ("above", 10.5, True), ("below", 10.0, False), ("below", 9.5, True),
        ("below", None, False),
    ],
)  # fmt: skip
def test_where_the_town_already_stood(
    comparison: str, start: float | None, stands: bool, by_hand: Any, numbers: ParameterDraws
) -> None:
    runs = Runs.of(by_hand(gaps((20, 9, 9, 9, 9, 9))), numbers)
    found = assess_goal(made(comparison), runs)
    part = replace(found.parts[0], observed_start=start, start=None, aim=Span(10.0, 10.0, 10.0, 1))

    def rung(name: str, *parts: Any) -> GoalAssessment:
        whole = found.goal.model_copy(update={"id": name, "rung": name})
        return replace(found, goal=whole, parts=parts)

    low, no_aim = rung("low", part), replace(part, aim=None)
    assert low.already is stands
    assert not rung("low", no_aim).already
    assert not rung("low").already
    # A part that does not count decides nothing.
    aside = replace(no_aim, part=part.part.model_copy(update={"counts": False}))
    assert rung("low", part, aside).already is stands
    assert rungs_of([low, rung("high", no_aim)], already=True) == {"Gap at 11": "low" if stands else ""}


def test_a_start_is_the_published_one_or_the_models(by_hand: Any, numbers: ParameterDraws) -> None:
    found = assess_goal(made(), Runs.of(by_hand(gaps((20, 9, 9, 9, 9, 9))), numbers)).parts[0]
    assert replace(found, observed_start=None).started == 20.0
    assert replace(found, observed_start=18.5).started == 18.5
    assert replace(found, observed_start=None, start=None).started is None


def test_only_what_can_be_checked_is_counted(drawn: Any, numbers: ParameterDraws) -> None:
    goals = goals_of(checked_goals("opportunity_area_2021"), Runs.of(drawn, numbers))
    likely, able = likely_of(goals)
    assert able <= sum(goal.counted for goal in goals) == 5
    assert likely <= able
    assert next(goal for goal in goals if goal.id == "T9").expert == (0.0, 0.01)


def test_destinations_are_known_a_year_later() -> None:
    t = {goal.id: goal for goal in checked_goals("opportunity_area_2021").goals}
    assert (read_until(t["T10"]), read_until(t["T12"])) == (2021, 2022)


def test_the_expert_is_read_and_checked(tmp_path: Any) -> None:
    known = expert()
    assert known.of("opportunity_area_2021", "T9") == (0.0, 0.01)
    assert known.of("opportunity_area_2021", "T99") is None
    assert known.of("mine", "T9") is None
    assert (known.trials, known.mean) == (141, 0.06)
    bad = tmp_path / "expert.toml"
    bad.write_text(
        'source = "s"\ngrade = "J"\n[trials]\ncount = 1\nmean = 0.1\nsource = "t"\n'
        "[goals.mine]\nG = { low = 0.5, high = 0.2 }\n"
    )
    with pytest.raises(InputError, match=r"goals.mine.G.*two shares in order"):
        expert(bad)
