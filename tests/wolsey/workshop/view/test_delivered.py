"""What a run delivered of what was asked, and what it cost, read from the ledger of its town."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import result_of
from model.town import Town
from wolsey.workshop.levers import levers
from wolsey.workshop.plans import Plan
from wolsey.workshop.view.delivered import COUNTED, LeverDelivery, LivedPlan, PlanRuns, delivered
from wolsey.workshop.view.money import whole

FIRST, LAST, SCALE = levers().first_year, 2029, 0.1


@pytest.fixture(scope="module")
def past(numbers: ParameterDraws) -> Town:
    """A town before any programme."""
    return numbers.town(Plan.of({"base": "alliance_2048"}).scenario(SCALE), RunId(1, 0), effects=0).run(2017)


def lived(past: Town, plan: Plan, **changes: Any) -> tuple[PlanRuns, Town]:
    """A plan lived for a few years: what the workshop keeps of it, and its town."""
    scenario = plan.scenario(SCALE).changed(until=LAST, **changes)
    town, purses = past.branch(scenario), dict[int, float]()
    while town.year < LAST:
        town.step()
        purses[town.year] = town.delivery.purse
    return PlanRuns.of(
        scenario, [LivedPlan(result_of(town, RunId(1, 0)), LeverDelivery.of(town, purses))]
    ), town


def test_it_is_what_the_ledger_says(past: Town) -> None:
    plan = Plan.of({"base": "alliance_2048", "levers": {"families": 0.5, "tutoring": 0.6}})
    found, town = lived(past, plan)
    told = delivered(plan, found)
    ledger = town.delivery.frame()
    by_programme = ledger[ledger["year"] >= FIRST].groupby("programme")
    sums = by_programme[["eligible", "anyway", "offered", "treated"]].sum()
    years = LAST - FIRST + 1
    tutored = sums.loc["alliance_tutoring"]
    assert told["tutoring"]["value"] == pytest.approx(tutored["treated"] / tutored["eligible"], abs=0.001)
    assert told["tutoring"]["offered"] == pytest.approx(tutored["offered"] / tutored["eligible"], abs=0.001)
    # Those whom England serves anyway are among those served.
    groups = sums.loc["alliance_language_groups"]
    served = (groups["anyway"] + groups["treated"]) / groups["eligible"]
    assert told["language"]["value"] == pytest.approx(served, abs=0.001)
    # Of schools it is schools that are counted, and not their pupils.
    schools = sums.loc["alliance_home_contact"]
    in_touch = (schools["anyway"] + schools["offered"]) / schools["eligible"]
    assert told["attendance"]["value"] == pytest.approx(in_touch, abs=0.001)
    # Places are counted for the whole town.
    places = sums.loc["alliance_reengagement"]["treated"] / years / SCALE
    assert told["reengagement"]["value"] == pytest.approx(places, abs=0.001)
    assert told["reengagement"]["said"] == f"delivered: {places:.0f} a year"
    assert not any(each["warning"] for each in told.values())
    assert "budget" not in told
    assert "college" not in told


def test_money_that_runs_out_is_said_at_what_came_too_late(past: Town) -> None:
    # Enough for the partnership and a little more: what comes last gets less, or nothing.
    plan = Plan.of({"base": "alliance_2048", "levers": {"budget": 1.0}})
    found, town = lived(past, plan, **{"alliance.carry_over": False})
    told = delivered(plan, found)
    ledger = town.delivery.frame()
    last = ledger[(ledger["year"] >= FIRST) & (ledger["programme"] == "alliance_teacher_development")]
    assert last["offered"].sum() < 0.6 * last["eligible"].sum()
    assert told["teachers"]["warning"] == "Money ran out in every year."
    assert told["teachers"]["said"].startswith("delivered: ")
    # What comes first was paid for.
    assert told["language"]["warning"] == ""
    assert found.delivered[0].before == 0  # nothing is carried over
    enough, _ = lived(past, Plan.of({"base": "alliance_2048", "levers": {"budget": 10.0}}))
    assert not any(each["warning"] for each in delivered(plan, enough).values())


def test_what_is_left_is_what_there_was_less_what_was_spent(past: Town) -> None:
    plan = Plan.of({"base": "alliance_2048"})
    for carries in (True, False):
        found, town = lived(past, plan, **{"alliance.carry_over": carries})
        one, ledger = found.delivered[0], town.delivery.frame()
        spent = ledger[(ledger["year"] >= FIRST) & (ledger["funded_by"] == "alliance")]["cost"].sum()
        new = sum(town.scenario.alliance.budget_in(year) for year in range(FIRST, LAST + 1)) * SCALE
        assert one.before + new - spent == pytest.approx(one.after, abs=0.01)
        assert (one.before > 0) == carries


def test_runs_are_taken_apart_by_cell(past: Town) -> None:
    found, _ = lived(past, Plan.of({"base": "alliance_2048"}))
    two = PlanRuns.of(
        found.ensemble.scenario,
        [
            LivedPlan(
                result_of(past, RunId(draw, 0)), LeverDelivery({"x": np.full(len(COUNTED), draw)}, draw, 0)
            )
            for draw in (2, 1)
        ],
    )
    assert two.only(two.ensemble.cells) is two
    second = two.only([RunId(2, 0)])
    assert second.ensemble.cells == (RunId(2, 0),)
    assert [one.before for one in second.delivered] == [2]
    assert len(second.ensemble.values) == 1


@given(st.lists(st.floats(0, 5e6), min_size=1, max_size=20))
def test_whole_pounds_add_up_to_the_rounded_sum(amounts: list[float]) -> None:
    rounded = whole(amounts)
    assert sum(rounded) == round(sum(amounts))
    assert all(abs(a - b) < 1.001 and b >= 0 for a, b in zip(amounts, rounded, strict=True))
