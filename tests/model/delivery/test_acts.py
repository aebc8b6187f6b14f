"""Acts of leadership: what organisations change on their own account, while it is in force and no longer."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.agents.gain_columns import GAIN_NAMES
from model.delivery.acts import shared_out
from model.scenario.levers import LEVERS
from model.scenario.scenario import Scenario
from model.state.gains import gain, skill_gain
from model.town import Town
from tests.model.arms import MONEY, differences, lived, past, plan, without

SCALE = 0.25
START, END = 2020, 2022


def acts(*those: dict[str, Any], **changes: Any) -> Scenario:
    """Acts in force from 2020 to 2022 unless they say otherwise."""
    usual = {"organisation": "schools", "start": START, "end": END}
    made = [usual | {"title": f"act {number}"} | one for number, one in enumerate(those)]
    return plan(scale=SCALE, acts=made, **changes)


def act(lever: str, amount: float, **more: Any) -> dict[str, Any]:
    return {"lever": lever, "amount": amount, **more}


def years(scenario: Scenario, last: int = END + 2) -> Any:
    """The town at the end of each year from 2018 on, and its twin without the act."""
    town, twin = past(scenario).branch(scenario), past(scenario).branch(scenario.changed({"acts": []}))
    while town.year < last:
        yield town.run(town.year + 1), twin.run(twin.year + 1)


# Places.


@given(st.integers(0, 3000), st.lists(st.integers(0, 500), min_size=1, max_size=40))
def test_places_are_shared_out_to_the_last(amount: int, by: list[int]) -> None:
    weight = np.array(by, np.int16)
    got = shared_out(amount, weight)
    assert got.sum() == amount
    assert (got >= 0).all()
    if weight.sum():
        exact = amount * weight.astype(np.float64) / weight.sum(dtype=np.int64)
        assert (np.abs(got - exact) < 1).all()
        assert (got[weight == 0] == 0).all()


def test_shares_by_hand() -> None:
    # 7 by 1, 2, 3: 1.17, 2.33, 3.5; the largest remainder has the one that is left.
    assert shared_out(7, np.array([1, 2, 3])).tolist() == [1, 2, 4]
    assert shared_out(5, np.zeros(3)).tolist() == [5, 0, 0]


@pytest.mark.parametrize("lever", ["apprenticeships", "entry_jobs"])
def test_places_are_there_while_the_act_is_in_force(lever: str) -> None:
    scenario = acts(
        act(lever, 120, organisation="employers"), act(lever, 41, organisation="employers", end=2020)
    )
    for town, twin in years(scenario):
        given_ = getattr(town.employers, f"{lever}_given")
        want = {2020: round(120 * SCALE) + round(41 * SCALE), 2021: 30, 2022: 30}.get(town.year, 0)
        assert given_.sum() == want
        assert (given_ >= 0).all()
        np.testing.assert_array_equal(getattr(town.employers, lever), getattr(twin.employers, lever))


def test_new_places_are_taken() -> None:
    # Places are so few that many who seek one find none.
    few = {"parameters.employers.apprenticeships": 0.02}
    scenario = acts(act("apprenticeships", 400, organisation="employers")).changed(few)
    more = []
    for town, twin in years(scenario, END):
        more.append(int(town.employers.apprentices.sum()) - int(twin.employers.apprentices.sum()))
        places = town.employers.apprenticeships + town.employers.apprenticeships_given
        assert (town.employers.apprentices <= places).all()
    assert more[:2] == [0, 0]
    assert all(number > 0 for number in more[2:])


def test_places_at_the_college() -> None:
    for town, _ in years(acts(act("sixth_places", 80, organisation="college"))):
        want = np.zeros(len(town.schools.id))
        want[town.college] = 20 if START <= town.year <= END else 0
        np.testing.assert_array_equal(town.schools.places_given, want)


# Schools.


def test_national_leaders_come_and_go() -> None:
    for town, twin in years(acts(act("national_leaders", 12))):
        more = town.schools.leaders_national.astype(int) - twin.schools.leaders_national
        assert more.sum() == (3 if START <= town.year <= END else 0)
        assert (more[~town.schools.inside] == 0).all()


def test_benchmarks_of_an_act_end_with_it() -> None:
    for town, twin in years(acts(act("gatsby", 2))):
        s, here = town.schools, town.has_careers & town.schools.inside
        more = 2 * here * (START <= town.year <= END)
        np.testing.assert_array_equal(s.gatsby, np.minimum(twin.schools.gatsby + more, 8))


@pytest.mark.parametrize("lever", ["leadership", "satisfaction", "applicants", "retention"])
def test_what_acts_on_staff_is_given_to_the_towns_schools(lever: str) -> None:
    amount = -2.0 if lever == "retention" else 0.4
    for town, _ in years(acts(act(lever, amount))):
        want = np.where(town.schools.inside & (START <= town.year <= END), np.float32(amount), 0)
        np.testing.assert_allclose(getattr(town.schools, f"{lever}_given"), want, rtol=1e-6)


# Children.


@pytest.mark.parametrize(
    ("lever", "amount"), [("skill", 0.1), ("socio", 0.2), ("neet", -0.3), ("absence", -1.0)]
)
def test_a_claim_on_children_holds_while_it_is_in_force(lever: str, amount: float) -> None:
    for town, _ in years(acts(act(lever, amount, ages=[12, 16]))):
        c = town.children
        rows = c.rows_used()
        age = town.year - c.cohort[rows]
        own = (age >= 12) & (age <= 16) & c.resident[rows] & (START <= town.year <= END)
        got = skill_gain(town, rows) if lever == "skill" else gain(town, lever, rows)
        np.testing.assert_allclose(got, np.where(own, amount, 0), atol=1e-6)


def test_encounters_are_whole_and_a_fraction_is_a_chance() -> None:
    scenario = acts(act("encounters", 1.5, ages=[14, 14], organisation="employers", end=2020))
    town = lived(scenario, 2020)
    c = town.children
    band = town.band(14, 14)
    got = c.encounters_given[band][c.present[band] & c.resident[band]]
    assert set(got.tolist()) == {1, 2}
    assert 0.4 < (got == 2).mean() < 0.6
    assert c.encounters_given.sum() == got.sum()


def test_social_action_is_of_the_year() -> None:
    for town, _ in years(acts(act("social_action", 1.0, ages=[12, 18], organisation="young people"))):
        c, band = town.children, town.band(12, 18)
        here = c.present[band] & c.resident[band]
        assert (c.acts_given[band] == (here & (START <= town.year <= END))).all()
        if START <= town.year <= END:
            assert c.social_action[band][here].all()


def test_homes_change_once_when_the_act_begins() -> None:
    scenario = acts(act("home_learning", 0.2, ages=[0, 4], organisation="voluntary"))
    for town, twin in years(scenario):
        c, f = town.children, town.families
        more = f.home_learning - twin.families.home_learning
        if town.year < START:
            assert not more.any()
        if town.year == START:
            band = town.band(0, 4)
            concerned = np.unique(c.family[band][c.present[band] & c.resident[band]])
            np.testing.assert_allclose(more[concerned], 0.2, atol=1e-6)
            assert np.count_nonzero(more) == len(concerned)
        assert more.max() <= 0.2 + 1e-6, "it comes once, not every year"


# Money, and nothing.


def test_acts_cost_nothing() -> None:
    scenario = acts(act("apprenticeships", 100), act("gatsby", 2), act("skill", 0.1), alliance__budget=0)
    town = lived(scenario, END)
    for year in range(2018, END + 1):
        assert town.recorded.value("money_spent", "all", year) == 0
        assert town.recorded.value("money_spent", "funder:organisations", year) == 0
    assert town.delivery.ledger == []
    assert float(town.partnership.spent[0]) == 0


@lru_cache
def nothing_done() -> Town:
    """The town of these tests in 2026 without an act; to be looked at only."""
    return without(plan(scale=SCALE), 2026)


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_an_act_of_nothing_changes_nothing(lever: str) -> None:
    nothing = 1.0 if LEVERS[lever].unit == "ratio" else 0.0
    scenario = acts(act(lever, nothing))
    strength = {"partnership.strength", "partnership_strength:values"} if nothing else set()
    assert differences(lived(scenario, 2026), nothing_done(), MONEY) == strength


@pytest.mark.parametrize("lever", sorted(set(LEVERS) - {"beyond"}))
def test_before_it_starts_nothing_has_changed_and_then_it_has(lever: str) -> None:
    scenario = acts(act(lever, 3.0, end=2024))
    town, twin = lived(scenario, START - 1), without(scenario, START - 1)
    assert differences(town, twin, MONEY) == set()
    assert differences(town.run(START), twin.run(START), MONEY)


def test_after_its_end_no_gain_is_left() -> None:
    levers = ("skill", "socio", "aspiration", "absence", "neet", "level3", "higher", "pay", "social_action")
    town: Town = lived(acts(*(act(lever, 0.1) for lever in levers)), END + 1)
    for name in GAIN_NAMES:
        assert not getattr(town.children, name)[town.children.rows_present()].any(), name


def test_an_act_can_hold_a_partnership_together() -> None:
    scenario = acts(act("reach_multiplier", 1.2, end=2024))
    town, strength = past(scenario).branch(scenario), []
    for _ in range(2018, 2028):
        town.step()
        strength.append(float(town.partnership.strength[0]))
    assert strength[:2] == [0, 0]
    assert strength[2] == pytest.approx(0.05)
    assert strength[6] > 0.8
    assert strength[8] == pytest.approx(strength[6] / 2, rel=1e-5)
