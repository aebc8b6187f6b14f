"""What counts as reached, and what is only missing."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from model.goals.goal_files import Goal, GoalFile
from model.goals.goals import GoalResult, evaluate
from model.io import files

PART: dict[str, Any] = {
    "label": "Gap at 11",
    "indicator": "ks2_rwm",
    "group": "all",
    "comparison": "at_most",
    "reference": {"kind": "number", "value": 10.0},
    "basis": "state_funded",
}
GOAL: dict[str, Any] = {
    "id": "G1",
    "title": "Half the gap",
    "year": 2021,
    "baseline_status": "published",
    "source": "s",
    "parts": [PART],
}


def goal(part: Mapping[str, Any], **changes: Any) -> Goal:
    """GOAL with other values in it and in its part."""
    parts = changes.pop("parts", [{**PART, **part}])
    return GoalFile.of(
        {"title": "t", "own_reading": True, "goals": [{**GOAL, **changes, "parts": parts}]}
    ).goals[0]


type Table = Mapping[tuple[str, str, int], float]


def lookup(table: Table) -> Callable[[str, str, int], float | None]:
    return lambda indicator, group, year: table.get((indicator, group, year))


def decide(
    a_goal: Goal, town: Table, england: Table | None = None, median: float | None = None
) -> GoalResult:
    return evaluate(a_goal, lookup(town), lookup(england or {}), lambda *_: median)


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "above"),
    [
        ("at_least", False, True, True),
        ("above", False, False, True),
        ("at_most", True, True, False),
        ("below", True, False, False),
    ],
)
def test_comparisons_with_a_number(comparison: str, below: bool, equal: bool, above: bool) -> None:
    a_goal = goal({"comparison": comparison})
    for value, reached in ((9.9, below), (10.0, equal), (float(np.float32(0.1) * 100), equal), (10.1, above)):
        result = decide(a_goal, {("ks2_rwm", "all", 2021): value})
        assert result.reached is reached
        assert result.reached_latent is None
        assert result.parts[0].aim == 10.0


@pytest.mark.parametrize("missing", [None, math.nan])
def test_missing_figures_are_named_and_never_count_as_reached(missing: float | None) -> None:
    def town(indicator: str, group: str, year: int) -> float | None:
        return missing

    result = evaluate(goal({}), town, lookup({}), lambda *_: None)
    assert result.reached is None
    assert result.missing == ("the town's ks2_rwm (all) of 2021",)
    assert result.parts[0].value is None
    assert result.text == "G1 Half the gap: cannot be decided, missing: the town's ks2_rwm (all) of 2021"
    assert result.parts[0].text.startswith(
        "Gap at 11: no figure in 2017, no figure in 2021; aim at most 10.0"
    )


HALF = {
    "group": "all",
    "minus_group": "disadvantaged",
    "reference": {"kind": "share_of_baseline", "share": 0.5, "latent_indicator": "skill_11"},
}


def gaps(**by_name: float) -> Table:
    """A town whose gaps to all pupils are these, by names such as ks2_rwm_2017."""
    table: dict[tuple[str, str, int], float] = {}
    for name, gap in by_name.items():
        indicator, _, year = name.rpartition("_")
        table[indicator, "all", int(year)] = 60.0
        table[indicator, "disadvantaged", int(year)] = 60.0 - gap
    return table


def test_half_of_the_baseline_is_decided_on_the_figure_and_on_what_lies_behind_it() -> None:
    town = gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=9.0, skill_11_2017=0.6, skill_11_2021=0.5)
    result = decide(goal(HALF), town)
    part = result.parts[0]
    assert (result.reached, result.reached_latent) == (True, False)
    assert (part.start, part.value, part.aim) == (20.0, 9.0, 10.0)
    assert part.latent_aim == pytest.approx(0.3)
    assert part.latent_value == pytest.approx(0.5)
    assert part.text == "Gap at 11: 20.0 in 2017, 9.00 in 2021; aim at most 10.0 (half of 2017): reached"


def test_half_without_a_latent_figure_says_what_is_missing() -> None:
    result = decide(goal(HALF), gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=9.0))
    assert (result.reached, result.reached_latent) == (True, None)
    assert result.latent_missing == (
        "the town's skill_11 (all minus disadvantaged) of 2021",
        "the town's skill_11 (all minus disadvantaged) of 2017",
    )
    no_start = decide(goal(HALF), gaps(ks2_rwm_2021=9.0, skill_11_2017=-0.1, skill_11_2021=0.1))
    assert no_start.missing == ("the town's ks2_rwm (all minus disadvantaged) of 2017",)
    assert no_start.latent_missing == ("a start above zero: skill_11 (all minus disadvantaged) of 2017",)
    one_group = {("ks2_rwm", "all", 2017): 60.0, ("ks2_rwm", "all", 2021): 60.0}
    assert decide(goal(HALF), one_group).reached is None


def test_half_of_no_gap_is_nothing_to_aim_at() -> None:
    result = decide(
        goal(HALF), gaps(ks2_rwm_2017=-1.0, ks2_rwm_2021=-2.0, skill_11_2017=0.6, skill_11_2021=0.2)
    )
    assert (result.reached, result.reached_latent) == (None, True)
    assert result.missing == ("a start above zero in 2017: a share of -1.00 is no aim",)


def test_more_than_the_baseline_works_below_zero_too() -> None:
    a_goal = goal({"comparison": "above", "reference": {"kind": "baseline"}}, baseline_year=2018)
    town = {("ks2_rwm", "all", 2018): -0.2, ("ks2_rwm", "all", 2021): -0.1}
    assert decide(a_goal, town).reached is True
    assert decide(a_goal, {**town, ("ks2_rwm", "all", 2021): -0.3}).reached is False
    assert decide(a_goal, {("ks2_rwm", "all", 2021): 0.1}).reached is None


def test_england_gives_a_figure_a_gap_or_that_of_a_fixed_year() -> None:
    town = gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=14.0)
    plain = goal({**HALF, "reference": {"kind": "england"}})
    england = gaps(ks2_rwm_2021=15.0, ks2_rwm_2019=13.0)
    assert decide(plain, town, england).reached is True
    result = decide(goal({**HALF, "reference": {"kind": "england", "year": 2019}}), town, england)
    assert result.reached is False
    assert "aim at most 13.0 (England in 2019): not reached" in result.parts[0].text
    other = {"kind": "england", "indicator": "rwm", "group": "non_fsm", "minus_group": "fsm"}
    by_fsm = {("rwm", "non_fsm", 2021): 65.0, ("rwm", "fsm", 2021): 50.0}
    assert decide(goal({**HALF, "reference": other}), town, by_fsm).parts[0].aim == 15.0
    missing = decide(plain, town, {("ks2_rwm", "all", 2021): 60.0})
    assert missing.reached is None
    assert missing.missing == ("England's ks2_rwm (all minus disadvantaged) of 2021",)


@pytest.mark.parametrize(
    ("kind", "comparison", "quantile"),
    [
        ("district_median", "above", "median"),
        ("district_best_tenth", "at_least", "p90"),
        ("district_best_tenth", "at_most", "p10"),
    ],
)
def test_districts_give_the_quantile_that_the_goal_needs(kind: str, comparison: str, quantile: str) -> None:
    asked: list[tuple[str, str, int, str]] = []

    def district(indicator: str, group: str, year: int, which: str) -> float | None:
        asked.append((indicator, group, year, which))
        return 55.0

    a_goal = goal({"comparison": comparison, "reference": {"kind": kind, "indicator": "rwm"}})
    result = evaluate(a_goal, lookup({("ks2_rwm", "all", 2021): 60.0}), lookup({}), district)
    assert asked == [("rwm", "all", 2021, quantile)]
    assert result.reached is (comparison != "at_most")
    missing = decide(a_goal, {("ks2_rwm", "all", 2021): 60.0})
    assert missing.missing == ("the districts' rwm (all) of 2021",)


def test_a_goal_needs_all_parts_that_count() -> None:
    low = {**PART, "label": "low", "reference": {"kind": "number", "value": 5.0}}
    shown = {**PART, "label": "shown", "reference": {"kind": "number", "value": 1.0}, "counts": False}
    unknown = {**PART, "label": "unknown", "indicator": "gld"}
    town = {("ks2_rwm", "all", 2021): 8.0}

    def reached(*parts: Mapping[str, Any]) -> bool | None:
        return decide(goal({}, parts=[dict(part) for part in parts]), town).reached

    assert reached(PART, shown) is True
    assert reached(PART, low) is False
    assert reached(PART, unknown) is None
    assert reached(low, unknown) is False


def test_a_part_may_have_its_own_year() -> None:
    result = decide(goal({"year": 2034}), {("ks2_rwm", "all", 2034): 8.0})
    assert result.reached is True
    assert result.parts[0].year == 2034


def test_what_is_not_available_is_shown_and_not_counted() -> None:
    a_goal = goal({"reference": {"kind": "not_available", "why": "no figures by district"}})
    result = decide(a_goal, {("ks2_rwm", "all", 2021): 8.0})
    assert (a_goal.available, result.counted, result.reached) == (False, False, None)
    assert result.missing == ("no figures by district",)
    assert result.parts[0].value == 8.0


@pytest.mark.parametrize(
    ("status", "counted"),
    [("published", True), ("derived", True), ("suffolk_proxy", True), ("prior_only", False)],
)
def test_an_assumed_start_is_never_counted(status: str, counted: bool) -> None:
    result = decide(goal({}, baseline_status=status), {("ks2_rwm", "all", 2021): 8.0})
    assert (result.counted, result.reached) == (counted, True)


@pytest.mark.parametrize("name", files.names(files.goal_files()))
def test_goals_of_the_product_without_any_figure_are_all_undecided(name: str) -> None:
    for each in GoalFile.load(name).goals:
        result = decide(each, {})
        assert result.reached is None
        assert result.missing
