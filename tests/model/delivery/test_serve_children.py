"""What one effect does to those served: on which ages, how many units, by whom it is delivered."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.delivery import serve_children as serving
from model.scenario.scenario import Scenario
from model.state.gains import gain
from model.town import Town
from tests.model.arms import EXACT, card, effect, lived, past, plan, without

NAME = "life_skills"


def one(*effects: dict[str, Any], use: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A small town with one programme for children."""
    return plan({"card": NAME, **(use or {})}, scale=0.05, cards={NAME: card(*effects, **more)}, **EXACT)


def test_an_effect_on_some_ages_is_on_these_and_on_all_of_them() -> None:
    town = lived(one(effect(mean=0.1, ages=[6, 8]), ages=[5, 9]), 2018)
    c, rows = town.children, town.delivery.served[NAME]
    age = town.year - c.cohort[rows]
    assert set(age.tolist()) == {5, 6, 7, 8, 9}
    want = np.where((age >= 6) & (age <= 8), 0.1, 0)
    np.testing.assert_allclose(gain(town, "literacy", rows), want, atol=1e-6)


@pytest.mark.parametrize("amount", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("lever", ["home_learning", "trust"])
def test_a_family_gains_as_many_units_as_it_is_given(lever: str, amount: float) -> None:
    scenario = one(effect(lever, 0.2), use={"amount": amount})
    town, twin = lived(scenario, 2018), without(scenario, 2018)
    family = np.unique(town.children.family[town.delivery.served[NAME]])
    more = getattr(town.families, lever) - getattr(twin.families, lever)
    np.testing.assert_allclose(more[family], 0.2 * amount, atol=1e-5)
    assert np.count_nonzero(more) == len(family)


@pytest.mark.parametrize("amount", [0.5, 2.0])
def test_a_child_gains_as_many_units_as_it_is_given(amount: float) -> None:
    town = lived(one(effect(mean=0.1), use={"amount": amount}), 2018)
    got = gain(town, "literacy", town.delivery.served[NAME])
    np.testing.assert_allclose(got, 0.1 * amount, atol=1e-6)


def test_encounters_come_in_whole_units() -> None:
    town = lived(one(effect("encounters", 1.0, unit="count"), use={"amount": 2.6}), 2018)
    given = town.children.encounters_given[town.delivery.served[NAME]]
    assert given.size
    assert set(given.tolist()) == {3}


def still(before: int, amount: float, most: float) -> float:
    """Encounters that still count where a child had some, those of the programme included."""
    known = {"encounters": np.array([before], np.int8), "encounters_given": np.zeros(1, np.int8)}
    town: Any = SimpleNamespace(children=SimpleNamespace(**known))
    return float(serving._still_counting(town, np.zeros(1, np.intp), amount, most)[0])


@pytest.mark.parametrize(
    ("had", "amount", "counts"), [(0, 1, 1), (3, 1, 1), (4, 1, 0), (9, 1, 0), (0, 6, 4), (2, 3, 2), (3, 3, 1)]
)
def test_only_the_first_four_encounters_count(had: int, amount: int, counts: int) -> None:
    assert still(had + amount, float(amount), 4.0) == counts


def test_all_children_of_a_school_have_the_fidelity_of_that_school() -> None:
    """In the first row of the table too; outside schools it is that of the ward."""
    scenario = plan({"card": NAME}, scale=0.05, cards={NAME: card(effect(), ages=[0, 16])})
    town = lived(scenario, 2018)
    running, c = town.delivery.running[NAME], town.children
    rows = town.delivery.served[NAME]
    got, school = serving._fidelity(town, running, rows), town.roll().at(rows)
    assert {0, -1} <= set(school.tolist())
    by_school = [set(got[school == each].tolist()) for each in np.unique(school[school >= 0])]
    assert all(len(values) == 1 for values in by_school)
    assert len(set.union(*by_school)) == len(by_school)
    outside = school < 0
    ward = c.ward[rows]
    by_ward = [set(got[outside & (ward == each)].tolist()) for each in np.unique(ward[outside])]
    assert all(len(values) == 1 for values in by_ward)
    assert len(set.union(*by_ward)) == len(by_ward)
    assert not set.union(*by_ward) & set.union(*by_school)


def test_a_late_effect_comes_in_its_year_to_those_who_earned_it() -> None:
    scenario = one(effect(mean=0.1, lag=2), use={"end": 2018})
    town = past(scenario).branch(scenario).run(2018)
    rows = town.delivery.served[NAME]
    names = town.children.id[rows].copy()
    for year in (2018, 2019, 2020):
        here = rows[town.children.id[rows] == names]
        np.testing.assert_allclose(gain(town, "literacy", here), 0.1 if year == 2020 else 0.0, atol=1e-6)
        town.step()


def test_the_most_that_repeated_delivery_adds_up_to() -> None:
    town = lived(one(effect(mean=0.1)), 2018)
    drawn = town.delivery.running[NAME].drawn.effects[0]
    assert serving.most_of(town, drawn) == town.parameters.programmes.accrual
    limited = replace(drawn, effect=drawn.effect.model_copy(update={"accrues_to": 0.3}))
    assert serving.most_of(town, limited) == pytest.approx(3.0)
    harm = replace(limited, effect=limited.effect.model_copy(update={"mean": -0.1}))
    assert serving.most_of(town, harm) == pytest.approx(3.0)


def units(town: Town) -> tuple[int, int, float, float]:
    (entry,) = town.delivery.of_year(2018)
    return entry.offered, entry.treated, entry.units, entry.cost


@pytest.mark.parametrize(
    ("per", "each"),
    [
        ("child", lambda town, rows: len(rows)),
        ("family", lambda town, rows: len(set(town.children.family[rows]))),
    ],
)
def test_units_are_counted_and_paid_for(per: str, each: Any) -> None:
    cost = {"low": 100.0, "high": 100.0, "per": per}
    town = lived(one(effect(), ages=[0, 16], cost=cost), 2018)
    offered, treated, count, paid = units(town)
    assert offered == treated == len(town.delivery.served[NAME])
    assert count == each(town, town.delivery.served[NAME])
    assert paid == 100.0 * count
    ten = {"alliance.budget": 100.0 * 10 / 0.05}
    short = lived(one(effect(), ages=[0, 16], cost=cost).changed(ten), 2018)
    assert units(short)[2:] == (10.0, 1000.0)


@pytest.mark.parametrize(("money", "runs"), [(1.01, True), (1.0, True), (0.99, False)])
@pytest.mark.parametrize("per", ["child_in_area", "act"])
def test_what_is_paid_for_as_a_whole_runs_whole_or_not_at_all(per: str, money: float, runs: bool) -> None:
    cost = {"low": 64.0, "high": 64.0, "per": per}
    whole = units(lived(one(effect(), cost=cost), 2018))
    assert whole[2] == (1.0 if per == "act" else whole[0])
    limited = one(effect(), cost=cost).changed({"alliance.budget": whole[3] * money / 0.05})
    town = lived(limited, 2018)
    assert units(town) == (whole if runs else (0, 0, 0.0, 0.0))
    assert bool(gain(town, "literacy", town.children.rows_used()).any()) == runs


@pytest.mark.parametrize(("money", "asked", "served"), [(np.inf, 4, 2), (20.0, 4, 2), (10.0, 1, 1)])
def test_where_the_money_ends_nobody_after_is_asked(money: float, asked: int, served: int) -> None:
    """Of four children the first two take part and the last two decline; each costs 10."""
    drawn: Any = SimpleNamespace(unit_cost=10.0, card=SimpleNamespace(cost=SimpleNamespace(per="child")))
    running: Any = SimpleNamespace(use=SimpleNamespace(name="x"), drawn=drawn)
    town: Any = SimpleNamespace(delivery=SimpleNamespace(money_for=lambda use: money))
    rows = np.array([7, 3, 5, 9])
    offered, treated, units = serving._within_means(town, running, rows, rows[:2])
    assert (len(offered), len(treated), units) == (asked, served, served)
