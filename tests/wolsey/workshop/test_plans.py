"""Levers and plans: what a move changes, and that nothing else can be asked for."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.workshop.levers import levers, names_of, templates, values_of
from wolsey.workshop.plans import Plan, value_text

FIRST = levers().first_year
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("base", levers().scenarios)
def test_a_plan_with_no_lever_moved_is_its_scenario(base: str) -> None:
    plan = Plan.of({"base": base})
    assert plan.scenario().key() == Scenario.load(base).changed(record="full").key()
    assert plan.moved == ()
    assert plan.title() == Scenario.load(base).title


@pytest.mark.parametrize("lever", levers().levers, ids=lambda lever: lever.name)
@pytest.mark.parametrize("base", ["alliance_2048", "baseline", "stop_in_2030"])
def test_every_lever_does_something_and_nothing_before_its_first_year(base: str, lever: Any) -> None:
    usual = values_of(base)[lever.name]
    other = lever.high if usual != lever.high else lever.low
    plan = Plan.of({"base": base, "levers": {lever.name: other}})
    scenario, before = plan.scenario(), Scenario.load(base)
    assert plan.moved == (lever.name,)
    assert scenario.burn_in_key() == before.burn_in_key()
    old = {use.name: use for use in before.programmes}
    for use in scenario.programmes:
        for year in range(2018, FIRST):
            was = old[use.name].reach_in(year) if use.name in old else 0.0
            assert (use.reach_in(year) or 0) == (was or 0), (use.name, year)
    for year in range(2018, FIRST):
        budget = before.alliance.budget
        assert scenario.alliance.budget_in(year) == (
            before.alliance.budget_in(year) if isinstance(budget, dict) else 0.0
        )
    acts = {act.title: act for act in before.acts}
    for act in scenario.acts:
        assert act.title not in acts or act.start == acts[act.title].start or act.start >= FIRST


def test_a_lever_sets_what_its_programmes_reach() -> None:
    plan = Plan.of(
        {"base": "alliance_2048", "levers": {"tutoring": 0.6, "teachers": 0.3, "reengagement": 120}}
    )
    uses = {use.name: use for use in plan.scenario().programmes}
    assert uses["alliance_tutoring"].reach_in(FIRST - 1) == 0.3
    assert uses["alliance_tutoring"].reach_in(FIRST) == 0.6
    assert uses["alliance_tutoring"].reach_in(2048) == 0.6
    # The second programme of a lever moves in proportion.
    assert uses["alliance_teacher_development"].reach_in(FIRST) == 0.3
    assert uses["alliance_recruitment"].reach_in(FIRST) == 0.1
    assert uses["alliance_reengagement"].places_in(FIRST) == 120


def test_money_until_ends_programmes_and_budget() -> None:
    scenario = Plan.of({"base": "alliance_2048", "levers": {"until": 2035, "tutoring": 0.5}}).scenario()
    uses = {use.name: use for use in scenario.programmes}
    assert uses["alliance_tutoring"].reach_in(2035) == 0.5
    assert {uses[name].end for name in ("alliance_tutoring", "alliance_backbone", "alliance_guidance")} == {
        2035
    }
    assert scenario.alliance.budget_in(2035) == 2_400_000
    assert scenario.alliance.budget_in(2036) == 0
    longer = Plan.of({"base": "stop_in_2030", "levers": {"until": 2048}}).scenario()
    assert {use.end for use in longer.programmes if use.name in templates()} == {2048}
    assert longer.alliance.budget_in(2048) == 2_400_000


def test_an_act_that_is_moved_ends_and_goes_on_with_another_amount() -> None:
    acts = {
        act.title: act
        for act in Plan.of({"base": "alliance_2048", "levers": {"employers": 80}}).scenario().acts
    }
    assert acts["More entry jobs with training"].end == FIRST - 1
    assert acts["More entry jobs with training, as moved"].amount == 80
    without = Plan.of({"base": "alliance_2048", "levers": {"college": 0}}).scenario().acts
    assert not any(act.lever == "sixth_places" for act in without)


def test_values_are_clamped_and_snapped() -> None:
    plan = Plan.of({"base": "baseline", "levers": {"tutoring": 99, "language": -3, "teachers": 0.333}})
    assert plan.levers["tutoring"] == 1.0
    assert plan.levers["language"] == 0.0
    assert plan.levers["teachers"] == 0.3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "must be a plan"),
        ([], "must be a plan"),
        ({}, "is not a scenario of the workshop"),
        ({"base": "../secret"}, "is not a scenario of the workshop"),
        ({"base": "ceiling"}, "is not a scenario of the workshop"),
        ({"base": "baseline", "scale": 20}, "is not a key of a plan"),
        ({"base": "baseline", "levers": [1]}, "must be a table of levers"),
        ({"base": "baseline", "levers": {"tutorin": 1}}, "did you mean 'tutoring'"),
        ({"base": "baseline", "levers": {"tutoring": "1"}}, "must be a number"),
        ({"base": "baseline", "levers": {"tutoring": True}}, "must be a number"),
        ({"base": "baseline", "levers": {"tutoring": math.nan}}, "must be a finite number"),
        ({"base": "baseline", "levers": {"tutoring": math.inf}}, "must be a finite number"),
    ],
)
def test_what_is_no_plan_is_refused(content: object, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        Plan.of(content)


@given(JSON)
@settings(max_examples=150)
def test_anything_else_is_a_plan_or_an_input_error(content: object) -> None:
    value_text = ""
    try:
        assert Plan.of(content).base in levers().scenarios
    except InputError as error:
        value_text = str(error)
    assert "\n" not in value_text
    assert len(value_text) < 1200


@given(
    st.sampled_from(levers().scenarios),
    st.dictionaries(
        st.sampled_from([lever.name for lever in levers().levers]),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)
@settings(max_examples=40)
def test_any_levers_make_a_scenario_that_a_link_restores(base: str, values: dict[str, float]) -> None:
    plan = Plan.of({"base": base, "levers": values})
    again = Plan.of(plan.as_json())
    assert again == plan
    assert again.scenario().key() == plan.scenario().key()
    for lever in levers().levers:
        assert lever.low <= plan.levers[lever.name] <= lever.high
        assert "{" not in value_text(lever, plan.levers[lever.name])


def test_levers_file_names_programmes_that_there_are() -> None:
    for lever in levers().levers:
        assert lever.money or lever.acts or names_of(lever), lever.name
        assert lever.low <= lever.full <= lever.high
        assert lever.snapped(lever.full) == lever.full
    assert 5 <= sum(not lever.more for lever in levers().levers) <= 6
