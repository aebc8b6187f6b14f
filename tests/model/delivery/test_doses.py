"""What a dose leaves with a child, year after year, in a town where everybody delivers alike."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.agents.gain_columns import GAIN_NAMES
from model.rules.persistence import left, parts_of
from model.scenario.scenario import Scenario
from model.state.gains import gain, skill_gain
from model.town import Town
from tests.model.arms import EXACT, Rows, card, effect, lived, past, plan, rows_of, school_card

SIZE = 0.2
FORMS: tuple[dict[str, Any], ...] = (
    {"form": "fades", "keep1": 0.5, "keep5": 0.3},
    {"form": "fades", "keep1": 0.9, "keep5": 0.6},
    {"form": "fades", "keep1": 0.0, "keep5": 0.0},
    {"form": "lasting"},
    {"form": "while_delivered"},
)


def one_off(each: dict[str, Any], ages: tuple[int, int] = (5, 5), **more: Any) -> Scenario:
    """One year, 2018, of one programme with this effect."""
    use = {"card": "life_skills", "end": 2018, **more}
    return plan(use, cards={"life_skills": card(each, ages=list(ages))}, **EXACT)


def treated(town: Town) -> NDArray[np.uint32]:
    """Ids of those served this year by the one programme."""
    (rows,) = town.delivery.served.values()
    ids: NDArray[np.uint32] = town.children.id[rows]
    return ids


def still_here(town: Town, ids: NDArray[np.uint32]) -> Rows:
    used = town.children.id[town.children.rows_used()]
    return rows_of(town, np.intersect1d(ids, used))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(str(value) for value in form.values()))
@pytest.mark.parametrize("lever", ["literacy", "socio", "absence"])
def test_of_a_dose_is_left_what_its_form_says(form: dict[str, Any], lever: str) -> None:
    size, unit = (-2.0, "pp") if lever == "absence" else (SIZE, "SD")
    scenario = one_off(effect(lever, size, unit=unit, **form))
    town = past(scenario).branch(scenario).run(2018)
    ids = treated(town)
    assert len(ids) > 50
    parts = parts_of(form["form"], form.get("keep1"), form.get("keep5"))
    for years in range(7):
        rows = still_here(town, ids)
        np.testing.assert_allclose(gain(town, lever, rows), size * left(parts, years), atol=1e-6 * abs(size))
        others = np.setdiff1d(town.children.rows_used(), rows)
        assert (gain(town, lever, others) == 0).all()
        town.step()


def test_attainment_is_literacy_and_numeracy_alike() -> None:
    scenario = one_off(effect("skill", SIZE))
    town = lived(scenario, 2018)
    rows = still_here(town, treated(town))
    np.testing.assert_allclose(skill_gain(town, rows), SIZE, rtol=1e-6)
    np.testing.assert_array_equal(gain(town, "literacy", rows), gain(town, "numeracy", rows))


def test_what_lasts_while_delivered_ends_with_the_delivery() -> None:
    scenario = plan(
        {"card": "life_skills", "end": 2020},
        **EXACT,
        cards={"life_skills": card(effect(form="while_delivered"), ages=[5, 16])},
    )
    town = past(scenario).branch(scenario)
    for year in range(2018, 2023):
        town.step()
        c = town.children
        at = c.rows_used()[np.isin(year - c.cohort[c.rows_used()], (8, 9)) & c.resident[c.rows_used()]]
        np.testing.assert_allclose(gain(town, "literacy", at), SIZE if year <= 2020 else 0.0, rtol=1e-6)


@pytest.mark.parametrize("lag", [1, 3])
def test_a_lag_comes_later_and_to_nobody_else(lag: int) -> None:
    scenario = one_off(effect(lag=lag), ages=(2, 9))
    town = past(scenario).branch(scenario).run(2018)
    ids = treated(town)
    for _ in range(lag):
        assert not gain(town, "literacy", town.children.rows_used()).any()
        town.step()
    used = town.children.rows_used()
    has = gain(town, "literacy", used) > 0
    np.testing.assert_array_equal(has, np.isin(town.children.id[used], ids))
    assert not np.isin(ids, town.children.id[used]).all(), "nobody left: a poor test"
    np.testing.assert_allclose(gain(town, "literacy", used[has]), SIZE, rtol=1e-6)


def test_what_builds_up_is_whole_at_the_age_named() -> None:
    building = effect("skill", 0.12, form="builds_to_age", builds_from=4, builds_to=16, exposure_years=5)
    scenario = plan(
        {"card": "life_skills", "end": 2022}, **EXACT, cards={"life_skills": card(building, ages=[0, 4])}
    )
    town = past(scenario).branch(scenario)
    for year in range(2018, 2037):
        town.step()
        c = town.children
        for cohort, share in ((2018, 1.0), (2016, 0.6), (2014, 0.2), (2013, 0.0)):
            rows = c.rows_used()[c.cohort[c.rows_used()] == cohort]
            stayed = rows[(c.entered[rows] <= max(cohort, 2017)) & c.resident[rows]]
            assert len(stayed) > 15
            grown = min(max(year - cohort - 4, 0), 12) / 12
            np.testing.assert_allclose(skill_gain(town, stayed), 0.12 * share * grown, atol=1e-6)


YEARLY = {"form": "fades", "keep1": 0.5, "keep5": 0.3}


@pytest.mark.parametrize(("limit", "most"), [({"accrues_to": 0.12}, 0.12), ({}, 1.7 * 0.07)])
@pytest.mark.parametrize("school", [False, True])
def test_delivery_year_after_year_adds_up_to_a_limit(
    limit: dict[str, float], most: float, school: bool
) -> None:
    make = school_card if school else card
    scenario = plan(
        {"card": "life_skills"},
        **EXACT,
        cards={"life_skills": make(effect("numeracy", 0.07, **YEARLY, **limit), ages=[5, 16])},
    )
    town, highest = past(scenario).branch(scenario), []
    for _ in range(2018, 2030):
        town.step()
        highest.append(float(gain(town, "numeracy", town.children.rows_used()).max()))
    assert max(highest) <= most * (1 + 1e-5)
    assert highest[-1] == pytest.approx(most, rel=1e-5)
    assert highest[0] == pytest.approx(0.07, rel=1e-5)


def test_a_limit_holds_across_the_ages_of_two_effects_of_one_card() -> None:
    """Mastery in maths has one effect to 11 and one from 12 on; both name .12 as the most, and half of it is
    carried out."""
    scenario = plan({"card": "maths_mastery"}, scale=0.1, **EXACT)
    town, highest = past(scenario).branch(scenario), []
    for _ in range(2018, 2032):
        town.step()
        highest.append(float(gain(town, "numeracy", town.children.rows_present()).max()))
    assert max(highest) == pytest.approx(0.5 * 0.12, rel=1e-5)


def test_without_fading_a_limit_is_reached_and_held() -> None:
    scenario = plan(
        {"card": "life_skills"},
        **EXACT,
        cards={"life_skills": card(effect(mean=0.05, accrues_to=0.12), ages=[0, 18])},
    )
    town = past(scenario).branch(scenario)
    for want in (0.05, 0.10, 0.12, 0.12):
        town.step()
        assert gain(town, "literacy", town.children.rows_used()).max() == pytest.approx(want, rel=1e-5)


def test_newcomers_bring_nothing_and_leavers_take_theirs_away() -> None:
    scenario = one_off(effect(), ages=(0, 16))
    town = past(scenario).branch(scenario).run(2018)
    ids = treated(town)
    town.run(2022)
    c = town.children
    used = c.rows_used()
    served = np.isin(c.id[used], ids)
    assert (c.entered[used][~served] > 2018).any()
    assert served.sum() < len(ids)
    np.testing.assert_allclose(gain(town, "literacy", used[served]), SIZE, rtol=1e-6)
    for name in GAIN_NAMES:
        assert not getattr(c, name)[used[~served]].any(), name


# Stacking in the town.


def three(sizes: tuple[float, ...], lever: str = "literacy", unit: str = "SD", **changes: Any) -> Scenario:
    names = ("life_skills", "intensive_parenting", "citizen_service")[: len(sizes)]
    made = {name: card(effect(lever, size, unit=unit)) for name, size in zip(names, sizes, strict=True)}
    return plan(*({"card": name, "end": 2018} for name in names), cards=made, **EXACT, **changes)


@pytest.mark.parametrize(
    ("stacking", "cap", "total"),
    [(True, True, 0.25), (True, False, 0.40), (False, True, 0.25), (False, False, 0.60)],
)
def test_switches_of_stacking_and_cap(stacking: bool, cap: bool, total: float) -> None:
    # Three of .2: .2 + .12 + .08 stacked, .6 plain.
    town = lived(three((0.2,) * 3, switches__stacking=stacking, switches__dose_cap=cap), 2018)
    found = gain(town, "literacy", still_here(town, town.children.id[town.delivery.served["life_skills"]]))
    np.testing.assert_allclose(found, total, rtol=1e-5)
    given = sum(float(dose.amounts.sum()) for dose in town.delivery.doses)
    assert given == pytest.approx(float(found.sum()), rel=1e-4)


@pytest.mark.parametrize(
    ("sizes", "total"),
    [((0.4,), 0.4), ((0.4, 0.1), 0.4), ((0.1, 0.05), 0.13), ((-0.2, 0.1), -0.14), ((-0.2, -0.2), -0.25)],
)
def test_doses_on_one_child(sizes: tuple[float, ...], total: float) -> None:
    town = lived(three(sizes), 2018)
    rows = town.delivery.served["life_skills"]
    np.testing.assert_allclose(gain(town, "literacy", rows), total, rtol=1e-5)


def test_points_of_absence_stack_and_have_no_cap() -> None:
    town = lived(three((-3.0, -3.0), "absence", "pp"), 2018)
    np.testing.assert_allclose(gain(town, "absence", town.delivery.served["life_skills"]), -4.8, rtol=1e-5)


def test_what_a_child_misses_is_lower_by_its_points() -> None:
    scenario = one_off(effect("absence", -1.0, unit="pp"), ages=(5, 16))
    town, twin = lived(scenario, 2018), past(scenario).branch(plan(**EXACT)).run(2018)
    rows = still_here(town, treated(town))
    want = np.clip(twin.children.absence[rows] - 1, 0, 100)
    np.testing.assert_allclose(town.children.absence[rows], want, atol=1e-5)
