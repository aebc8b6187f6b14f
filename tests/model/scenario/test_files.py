"""The product's own scenarios: that they load, tell what they are for, and say what they should."""

import math

import pytest

from model.io import files
from model.scenario.cards import card_names
from model.scenario.scenario import Scenario

ACTIVITIES = [
    f"P{priority}{letter}"
    for priority, letters in enumerate(("abcd", "abcdefg", "abcdef", "abcdefgh"), start=1)
    for letter in letters
]
NAMES = (
    "alliance_2048",
    "baseline",
    "ceiling",
    "cradle_to_career",
    "family_centres",
    "opportunity_area",
    "opportunity_area_as_hoped",
    "stop_in_2030",
)


def test_all_of_them_are_here() -> None:
    assert tuple(files.names(files.scenarios())) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_tells_what_it_is_for_and_shares_its_past_with_the_baseline(name: str) -> None:
    scenario = Scenario.load(name)
    assert scenario.question.endswith("?")
    assert scenario.notes
    assert scenario.burn_in_key() == Scenario.load("baseline").burn_in_key()
    assert scenario.acting == (name != "baseline")


def test_every_activity_of_the_plan_is_in_the_opportunity_area() -> None:
    scenario = Scenario.load("opportunity_area")
    assert sorted({use.activity for use in scenario.programmes}) == sorted(ACTIVITIES)
    assert max(use.end for use in scenario.programmes) == 2022
    assert sum(scenario.alliance.budget_in(year) for year in range(2018, 2049)) == 6_000_000
    national = {use.activity for use in scenario.programmes if use.funded_by == "national"}
    assert {"P2c", "P4b", "P4c"} <= national


def test_what_is_hoped_changes_effects_and_nothing_that_is_done() -> None:
    plain, hoped = Scenario.load("opportunity_area"), Scenario.load("opportunity_area_as_hoped")
    assert plain.programmes == hoped.programmes
    assert plain.alliance == hoped.alliance
    neet = next(e for e in hoped.card("employer_encounters").effects if e.lever == "neet")
    base = math.log(0.261 / (1 - 0.261)) + 4 * neet.mean
    assert 1 / (1 + math.exp(-base)) == pytest.approx(0.14 * 0.261, abs=0.001)
    pay = next(e for e in hoped.card("employer_encounters").effects if e.lever == "pay")
    assert math.exp(4 * pay.mean) == pytest.approx(1.18, abs=0.01)


def test_the_alliance_goes_on_from_the_opportunity_area_until_its_money_ends() -> None:
    area, alliance, stop = (
        Scenario.load(name) for name in ("opportunity_area", "alliance_2048", "stop_in_2030")
    )
    old = len(area.programmes)
    assert alliance.programmes[:old] == area.programmes == stop.programmes[:old]
    assert min(use.start for use in alliance.programmes[old:]) == 2023
    for use, ended in zip(alliance.programmes[old:], stop.programmes[old:], strict=True):
        assert (use.end, ended.end) == (2048, 2030)
        assert use == ended.model_copy(update={"end": 2048})
    assert alliance.acts == stop.acts
    for year in range(2018, 2049):
        expected = alliance.alliance.budget_in(year) if year <= 2030 else 0
        assert stop.alliance.budget_in(year) == expected


def test_the_ceiling_has_every_card_and_no_limit() -> None:
    scenario = Scenario.load("ceiling")
    assert sorted(use.card for use in scenario.programmes) == card_names()
    assert scenario.alliance.budget_in(2030) == math.inf
    assert scenario.effects.percentile == 90
