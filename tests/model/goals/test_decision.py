"""What counts as reached, in one run and in many, and what is only missing."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from model.goals.decision import (
    D,
    Districts,
    Figures,
    GoalDecision,
    Sources,
    by_need,
    by_skill,
    composed,
    decide,
    holds,
    in_year,
)
from model.goals.goal_files import Goal, GoalFile
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


type Table = Mapping[tuple[str, str, int], float | list[float]]


def town_of(table: Table) -> Figures:
    """Figures over as many runs as the longest list has; NaN where there is none."""
    runs = max((len(np.atleast_1d(each)) for each in table.values()), default=1)

    def figures(indicator: str, group: str, year: int) -> D:
        return np.broadcast_to(np.asarray(table.get((indicator, group, year), np.nan), np.float64), (runs,))

    return figures


def decided(
    a_goal: Goal,
    town: Table,
    england: Mapping[tuple[str, str, int], float] | None = None,
    districts: Districts = lambda *_: None,
) -> GoalDecision:
    there = england or {}
    return decide(a_goal, Sources(town_of(town), lambda *key: there.get(key), districts))


def reached(a_goal: Goal, town: Table, england: Mapping[tuple[str, str, int], float] | None = None) -> Any:
    """By run, 1, 0 or None."""
    return [None if np.isnan(each) else each for each in decided(a_goal, town, england).reached]


@pytest.mark.parametrize(
    ("comparison", "wanted"),
    [
        ("at_least", [0, 1, 1, 1]),
        ("above", [0, 0, 0, 1]),
        ("at_most", [1, 1, 1, 0]),
        ("below", [1, 0, 0, 0]),
    ],
)
def test_comparisons_with_a_number(comparison: str, wanted: list[float]) -> None:
    values = [9.9, 10.0, float(np.float32(0.1) * 100), 10.1]
    a_goal = goal({"comparison": comparison})
    found = decided(a_goal, {("ks2_rwm", "all", 2021): values})
    assert found.reached.tolist() == wanted
    assert found.parts[0].aim.tolist() == [10.0] * 4
    assert by_skill(a_goal) is None
    # One run is an array of one, and is decided as it is among others.
    assert [reached(a_goal, {("ks2_rwm", "all", 2021): value})[0] for value in values] == wanted
    assert np.isnan(holds(comparison, np.nan, 1.0))
    assert a_goal.parts[0].direction == (1 if comparison in ("at_least", "above") else -1)


def test_missing_figures_are_named_and_never_count_as_reached() -> None:
    found = decided(goal({}), {("ks2_rwm", "all", 2021): [8.0, np.nan]})
    np.testing.assert_array_equal(found.reached, [1.0, np.nan])
    assert found.parts[0].missing == ("the town's ks2_rwm (all) of 2021",)
    assert decided(goal({}), {("ks2_rwm", "all", 2021): 8.0}).parts[0].missing == ()


HALF = {
    "group": "all",
    "minus_group": "disadvantaged",
    "reference": {"kind": "share_of_baseline", "share": 0.5, "latent_indicator": "skill_11"},
}


def gaps(**by_name: float) -> dict[tuple[str, str, int], float]:
    """A town whose gaps to all pupils are these, by names such as ks2_rwm_2017."""
    table: dict[tuple[str, str, int], float] = {}
    for name, gap in by_name.items():
        indicator, _, year = name.rpartition("_")
        table[indicator, "all", int(year)] = 60.0
        table[indicator, "disadvantaged", int(year)] = 60.0 - gap
    return table


def test_half_of_the_baseline_is_decided_on_the_figure_and_on_what_lies_behind_it() -> None:
    town = gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=9.0, skill_11_2017=0.6, skill_11_2021=0.5)
    found, skill = decided(goal(HALF), town), by_skill(goal(HALF))
    assert skill is not None
    part, behind = found.parts[0], decided(skill, town).parts[0]
    assert (found.reached[0], behind.reached[0]) == (1, 0)
    assert (part.start[0], part.value[0], part.aim[0]) == (20.0, 9.0, 10.0)
    assert (behind.aim[0], behind.value[0]) == pytest.approx((0.3, 0.5))
    assert goal(HALF).reads == {
        (name, group) for name in ("ks2_rwm", "skill_11") for group in ("all", "disadvantaged")
    }


def test_half_without_a_start_says_what_is_missing() -> None:
    town = gaps(ks2_rwm_2021=9.0, skill_11_2017=-0.1, skill_11_2021=0.1)
    found, skill = decided(goal(HALF), town), by_skill(goal(HALF))
    assert skill is not None
    assert found.parts[0].missing == ("the town's ks2_rwm (all minus disadvantaged) of 2017",)
    # Half of no gap, or of less, is nothing to aim at.
    assert decided(skill, town).parts[0].missing == ("a start above zero in 2017",)
    assert reached(skill, town) == [None]
    assert reached(goal(HALF), {("ks2_rwm", "all", 2017): 60.0, ("ks2_rwm", "all", 2021): 60.0}) == [None]


def test_more_than_the_baseline_works_below_zero_too() -> None:
    a_goal = goal({"comparison": "above", "reference": {"kind": "baseline"}}, baseline_year=2018)
    town = {("ks2_rwm", "all", 2018): [-0.2, -0.2, np.nan], ("ks2_rwm", "all", 2021): [-0.1, -0.3, 0.1]}
    assert reached(a_goal, town) == [1, 0, None]


def test_england_gives_a_figure_a_gap_or_that_of_a_fixed_year() -> None:
    town = gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=14.0)
    plain = goal({**HALF, "reference": {"kind": "england"}})
    england = gaps(ks2_rwm_2021=15.0, ks2_rwm_2019=13.0)
    assert reached(plain, town, england) == [1]
    fixed = decided(goal({**HALF, "reference": {"kind": "england", "year": 2019}}), town, england)
    assert (fixed.reached[0], fixed.parts[0].aim[0]) == (0, 13.0)
    other = {"kind": "england", "indicator": "rwm", "group": "non_fsm", "minus_group": "fsm"}
    by_fsm = {("rwm", "non_fsm", 2021): 65.0, ("rwm", "fsm", 2021): 50.0}
    assert decided(goal({**HALF, "reference": other}), town, by_fsm).parts[0].aim[0] == 15.0
    missing = decided(plain, town, {("ks2_rwm", "all", 2021): 60.0})
    assert np.isnan(missing.reached).all()
    assert missing.parts[0].missing == ("England's ks2_rwm (all minus disadvantaged) of 2021",)


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

    def districts(indicator: str, group: str, year: int, which: str) -> float | None:
        asked.append((indicator, group, year, which))
        return 55.0

    a_goal = goal({"comparison": comparison, "reference": {"kind": kind, "indicator": "rwm"}})
    town: Table = {("ks2_rwm", "all", 2021): 60.0}
    assert decided(a_goal, town, districts=districts).reached[0] == (comparison != "at_most")
    assert asked == [("rwm", "all", 2021, quantile)]
    assert decided(a_goal, town).parts[0].missing == ("the districts' rwm (all) of 2021",)


def test_a_goal_needs_all_parts_that_count() -> None:
    low = {**PART, "label": "low", "reference": {"kind": "number", "value": 5.0}}
    shown = {**PART, "label": "shown", "reference": {"kind": "number", "value": 1.0}, "counts": False}
    unknown = {**PART, "label": "unknown", "indicator": "gld"}

    def of(*parts: Mapping[str, Any]) -> Any:
        a_goal = goal({}, parts=[dict(part) for part in parts])
        return reached(a_goal, {("ks2_rwm", "all", 2021): 8.0})

    assert of(PART, shown) == [1]
    assert of(PART, low) == [0]
    assert of(PART, unknown) == [None]
    assert of(low, unknown) == [0]
    assert goal({}, parts=[shown, low]).deciding.label == "low"


def test_a_goal_moves_to_another_year_and_its_parts_keep_their_distance() -> None:
    own, plain = {**PART, "label": "later", "year": 2024}, dict(PART)
    moved = in_year(goal({}, parts=[own, plain]), 2030)
    assert [moved.year_of(part) for part in moved.parts] == [2033, 2030]
    town: Table = {("ks2_rwm", "all", 2030): [8.0, 8.0, 12.0], ("ks2_rwm", "all", 2033): [8.0, 12.0, 8.0]}
    assert reached(moved, town) == [1, 0, 0]


def test_a_gap_closed_by_a_rule_is_not_closed_by_need() -> None:
    a_goal = goal({**HALF, "reference": {"kind": "share_of_baseline", "share": 0.5}})
    town = gaps(ks2_rwm_2017=20.0, ks2_rwm_2021=9.0)
    town |= {("ks2_rwm", "need6", 2017): 40.0, ("ks2_rwm", "need6", 2021): 45.0}
    assert reached(a_goal, town) == [1]
    assert reached(by_need(a_goal, [("ks2_rwm", "all"), ("ks2_rwm", "need6")]), town) == [0]
    # What is not recorded cannot be asked for.
    assert by_need(a_goal, [("ks2_rwm", "all")]) == a_goal


@pytest.mark.parametrize(
    ("changes", "depends"),
    [
        ({}, True),
        ({"minus_group": None}, False),
        ({"group": "girls", "minus_group": "boys"}, False),
        ({"reference": {"kind": "england"}}, False),
    ],
)
def test_only_gaps_against_the_own_start_depend_on_who_counts(
    changes: Mapping[str, Any], depends: bool
) -> None:
    a_goal = goal({**HALF, **changes})
    assert composed(a_goal.parts[0]) is depends
    assert (by_need(a_goal, [("ks2_rwm", "all"), ("ks2_rwm", "need6")]) != a_goal) is depends


def test_what_is_not_available_is_shown_and_not_counted() -> None:
    a_goal = goal({"reference": {"kind": "not_available", "why": "no figures by district"}})
    found = decided(a_goal, {("ks2_rwm", "all", 2021): 8.0})
    assert (a_goal.available, a_goal.counted) == (False, False)
    assert np.isnan(found.reached).all()
    assert found.parts[0].missing == ("no figures by district",)
    assert found.parts[0].value[0] == 8.0


@pytest.mark.parametrize(
    ("status", "counted"),
    [("published", True), ("derived", True), ("area_proxy", True), ("prior_only", False)],
)
def test_an_assumed_start_is_never_counted(status: str, counted: bool) -> None:
    a_goal = goal({}, baseline_status=status)
    assert a_goal.counted is counted
    assert reached(a_goal, {("ks2_rwm", "all", 2021): 8.0}) == [1]


@pytest.mark.parametrize("name", files.names(files.goal_files()))
def test_goals_of_the_product_without_any_figure_are_all_undecided(name: str) -> None:
    for each in GoalFile.load(name).goals:
        found = decided(each, {})
        assert np.isnan(found.reached).all()
        assert any(part.missing for part in found.parts)
