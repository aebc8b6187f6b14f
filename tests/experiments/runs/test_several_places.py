"""Plans of several places on one pool of processes: each in its own store, as if it had been alone."""

from pathlib import Path

import pytest

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.runner import RunPlan, carry_out, carry_out_all, ensembles, jobs_of
from experiments.runs.store import Store
from model.scenario.scenario import Scenario

CELLS = (RunId(0, 0), RunId(0, 1))


def plan_in(place: str) -> RunPlan:
    """The first year of a small town there."""
    scenario = Scenario.load("baseline", place).changed(until=1999, scale=0.02)
    return RunPlan({"a": scenario}, jobs_of(["a"], CELLS), ParameterDraws(place, None))


@pytest.mark.town
def test_each_is_kept_in_its_own_store_and_is_as_it_would_be_alone(tmp_path: Path) -> None:
    plans = {place: plan_in(place) for place in ("ipswich", "derby")}
    told: list[tuple[int, int]] = []
    with Store.opened(tmp_path / "ipswich") as one, Store.opened(tmp_path / "derby") as other:
        orders = [(plans["ipswich"], one), (plans["derby"], other)]
        outcomes = carry_out_all(orders, workers=2, progress=lambda *of: told.append(of))
        assert [(each.runs, each.found, each.made, each.whole) for each in outcomes] == [(2, 0, 2, True)] * 2
        assert told[-1] == (4, 4)
        assert one.keys() == set(plans["ipswich"].keys.values())
        assert other.keys() == set(plans["derby"].keys.values())
        again = carry_out_all(orders, workers=2)
        assert [(each.found, each.made) for each in again] == [(2, 0)] * 2
        there = ensembles(plans["derby"], other)["a"]
    with Store.in_memory() as alone:
        carry_out(plan_in("derby"), alone, workers=1)
        assert ensembles(plan_in("derby"), alone)["a"].values.tobytes() == there.values.tobytes()


def test_two_plans_of_one_place_are_refused() -> None:
    with (
        Store.in_memory() as one,
        Store.in_memory() as other,
        pytest.raises(ValueError, match="two plans with a place in common"),
    ):
        carry_out_all([(plan_in("derby"), one), (plan_in("derby"), other)])


def test_a_plan_needs_the_numbers_of_each_place() -> None:
    plan = plan_in("derby")
    with pytest.raises(ValueError, match="a plan without the numbers of derby"):
        RunPlan(plan.arms, plan.jobs, ParameterDraws("ipswich", None)).wanted()
