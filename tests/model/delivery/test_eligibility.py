"""Whom a programme is for: everybody served is of that kind, and with full reach everybody of the kind is."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.delivery import eligibility as eligible
from model.inputs.place_schools import PHASES, SCHOOL_BLOCK
from model.scenario.scenario import Scenario
from model.town import Town
from tests.model.arms import Rows, card, effect, past, plan

SCALE = 0.25
WINTER = 4


def offered(
    who: dict[str, Any], ages: tuple[int, int] = (5, 16), narrowed: tuple[int, int] | None = None, **more: Any
) -> tuple[Town, Rows]:
    """A town in 2019 and the rows of those served, all of whom take it up."""
    scenario = plan(
        {
            "card": "life_skills",
            "start": 2019,
            "who": who,
            "ages": list(narrowed) if narrowed else None,
            **more,
        },
        scale=SCALE,
        cards={"life_skills": card(effect(), ages=list(ages))},
    )
    town = past(scenario).branch(scenario).run(2019)
    return town, np.sort(town.delivery.served["life_skills"])


def living_here(town: Town, ages: tuple[int, int] = (5, 16)) -> Rows:
    c, band = town.children, town.band(*ages)
    rows: Rows = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    return rows


KINDS: dict[str, Any] = {
    "disadvantaged": lambda town, rows: eligible.poor(town, rows),
    "fsm": lambda town, rows: town.children.fsm[rows],
    "sen": lambda town, rows: town.children.sen[rows] > 0,
    "eal": lambda town, rows: town.children.eal[rows],
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_a_kind_and_nobody_else(kind: str) -> None:
    town, rows = offered({kind: True})
    here = living_here(town)
    is_one: NDArray[np.bool_] = KINDS[kind](town, here)
    assert 0 < is_one.sum() < len(here)
    np.testing.assert_array_equal(rows, here[is_one])


def test_two_conditions_must_both_hold() -> None:
    town, rows = offered({"sen": True, "fsm": True})
    here = living_here(town)
    np.testing.assert_array_equal(rows, here[KINDS["sen"](town, here) & KINDS["fsm"](town, here)])


def test_those_out_of_work_and_education() -> None:
    """As they were last winter: the year's own is not known when the year begins."""
    ages = (18, 24)
    scenario = plan(scale=SCALE)
    before = past(scenario).branch(scenario).run(2018)
    town, rows = offered({"neet": True}, ages)
    was = before.children.id[(before.children.neet_terms & WINTER) > 0]
    here = living_here(town, ages)
    # But for those who moved away, or came back, within the year.
    stayed = before.children.id[before.children.resident & before.children.followed]
    ids, served = town.children.id[here], town.children.id[rows]
    assert set(ids[np.isin(ids, was) & np.isin(ids, stayed)].tolist()) <= set(served.tolist())
    assert np.isin(served, was).all()
    assert len(rows) > 10


def test_wards_by_name_and_by_deprivation() -> None:
    wards = past(plan(scale=SCALE)).world.place.wards
    named = (wards.names[0], wards.names[3])
    town, rows = offered({"wards": list(named)})
    here = living_here(town)
    np.testing.assert_array_equal(rows, here[np.isin(town.children.ward[here], [0, 3])])
    town, rows = offered({"poorest_wards": 4})
    worst = np.argsort(wards.idaci_2019)[-4:]
    np.testing.assert_array_equal(rows, here[np.isin(town.children.ward[here], worst)])


def test_phases_of_school_with_pupils_from_outside() -> None:
    town, rows = offered({"phases": ["secondary"]})
    c, s = town.children, town.schools
    band = town.band(5, 16)
    taught = band.start + np.flatnonzero(c.present[band])
    school = c.school[taught]
    at = (school >= 0) & (s.phase[school] == PHASES.index("secondary")) & s.inside[school]
    np.testing.assert_array_equal(rows, taught[at])
    assert (~c.resident[rows]).any()


def test_wards_leave_out_pupils_from_outside() -> None:
    town, rows = offered({"phases": ["secondary"], "poorest_wards": 4})
    assert rows.size
    assert town.children.resident[rows].all()


def test_schools_by_name() -> None:
    place = past(plan(scale=SCALE)).world.place
    inside = [
        name for name, phase in zip(place.schools.names, place.schools.phase, strict=True) if phase == 0
    ]
    town, rows = offered({"schools": inside[:6]})
    schools = np.unique(town.children.school[rows])
    numbers = {place.schools.names.index(name) for name in inside[:6]}
    there = {int(number) for number in (town.schools.id - 1) // SCHOOL_BLOCK}
    assert {int(number) for number in (town.schools.id[schools] - 1) // SCHOOL_BLOCK} == numbers & there


@pytest.mark.parametrize(("number", "want"), [(8, 2), (0.5, 5), (1.0, None)])
def test_first_so_many_schools_and_then_children_in_them(number: float, want: int | None) -> None:
    town, rows = offered({}, in_schools=number)
    schools = np.unique(town.children.school[rows])
    everywhere = int(town.schools.inside.sum())
    assert -1 not in schools
    if want is None:
        assert len(schools) <= everywhere
        np.testing.assert_array_equal(schools, np.flatnonzero(town.schools.inside & (town.schools.roll > 0)))
    else:
        assert len(schools) <= max(want, round(number * everywhere) if number < 1 else want)
    # All children of a school that is served.
    band = town.band(5, 16)
    at = np.isin(town.children.school[band], schools) & town.children.present[band]
    assert int(at.sum()) == len(rows)


def test_those_most_at_risk_are_a_share_of_all() -> None:
    town, rows = offered({"at_risk": 0.1}, (15, 16))
    here = living_here(town, (15, 16))
    assert len(rows) == round(0.1 * len(here))
    others = np.setdiff1d(here, rows)
    assert eligible.poor(town, rows).mean() > 2 * eligible.poor(town, others).mean()
    assert town.children.theta[rows].mean() < town.children.theta[others].mean() - 0.3


def test_ages_of_the_programme_narrow_those_of_the_card() -> None:
    town, rows = offered({}, (5, 16), narrowed=(7, 8))
    np.testing.assert_array_equal(rows, living_here(town, (7, 8)))


def test_without_an_order_of_need_chance_decides() -> None:
    town, rows = offered({}, (5, 8), order="random", reach=0.3)
    here = living_here(town, (5, 8))
    assert len(rows) == round(0.3 * len(here))
    spread = np.sqrt(0.25 / len(rows))
    assert abs(eligible.poor(town, rows).mean() - eligible.poor(town, here).mean()) < 4 * spread


def test_a_charge_by_the_school_is_paid_in_the_order_of_need() -> None:
    """With money for one school, the one with the child who comes first."""
    made = {
        "life_skills": card(effect(), ages=[5, 11], cost={"low": 1000.0, "high": 1000.0, "per": "school"})
    }
    use = {"card": "life_skills", "who": {"phases": ["primary"]}}
    rich: Scenario = plan(use, scale=SCALE, cards=made)
    poor_: Scenario = plan(use, scale=SCALE, cards=made, alliance__budget=1000 / SCALE)
    all_, few = (past(scenario).branch(scenario).run(2018) for scenario in (rich, poor_))
    first = int(all_.children.school[all_.delivery.served["life_skills"][0]])
    assert np.unique(few.children.school[few.delivery.served["life_skills"]]).tolist() == [first]
    assert few.delivery.ledger[0].cost == 1000
    assert all_.delivery.ledger[0].cost == 1000 * all_.delivery.ledger[0].units
