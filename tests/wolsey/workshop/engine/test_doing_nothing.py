"""Doing nothing: the same past, and nothing after it."""

import math

import pytest

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import Ensemble, result_of
from model.scenario.scenario import Scenario
from wolsey.workshop.doing_nothing import Nothing, does_nothing
from wolsey.workshop.levers import levers, planned
from wolsey.workshop.plans import Plan
from wolsey.workshop.view.sentence import changes

FIRST = levers().first_year


@pytest.mark.parametrize("base", levers().scenarios)
def test_it_is_the_same_past_and_nothing_after(base: str) -> None:
    before, after = Scenario.load(base), Nothing(base).scenario()
    assert does_nothing(after)
    assert after.burn_in_key() == before.burn_in_key()
    uses = {use.name: use for use in after.programmes}
    for use in before.programmes:
        for year in range(2018, FIRST):
            there = uses.get(use.name)
            assert (planned(there, year) if there else 0) == planned(use, year), (use.name, year)
    assert not [use.name for use in after.programmes if use.end >= FIRST]
    for year in range(2018, FIRST):
        acts = [[act.title for act in one.acts if act.runs_in(year)] for one in (before, after)]
        assert acts[0] == acts[1]
        assert after.alliance.budget_in(year) == before.alliance.budget_in(year)
    assert after.alliance.budget_in(FIRST) in (0, math.inf)


def test_starts_with_the_same_past_share_it(numbers: ParameterDraws) -> None:
    keys = {base: Nothing(base).key(numbers) for base in levers().scenarios}
    assert keys["alliance_2048"] == keys["stop_in_2030"]
    # Where nothing is planned the plan itself is doing nothing, and is not lived twice.
    for base in levers().scenarios:
        plan = Plan.of({"base": base})
        assert (plan.key(numbers) == keys[base]) == does_nothing(plan.scenario())


def test_a_plan_does_nothing_only_where_nothing_is_planned() -> None:
    nought = {lever.name: 0.0 for lever in levers().levers if not lever.money}
    assert does_nothing(Plan.of({"base": "baseline", "levers": {"budget": 9}}).scenario())
    assert does_nothing(Plan.of({"base": "opportunity_area", "levers": nought}).scenario())
    # The partnership and what organisations do by themselves are on no lever.
    assert not does_nothing(Plan.of({"base": "alliance_2048", "levers": nought}).scenario())
    assert not does_nothing(Plan.of({"base": "baseline", "levers": {"college": 20}}).scenario())


def test_only_what_was_lived_with_the_same_draws_is_held_against_it(numbers: ParameterDraws) -> None:
    scenario = Scenario.load("baseline").changed(scale=0.02, until=2018)
    cells = RunId(1, 0), RunId(1, 1)
    a, b = (Ensemble.of(scenario, [result_of(numbers.town(scenario, cell).run(), cell)]) for cell in cells)
    with pytest.raises(ValueError, match="the same draws, seeds and years"):
        changes(a, b)
