"""Programmes that work through schools, and the partnership that holds all of them together."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.delivery.serve_children import schools_stopped
from model.rules.offering import offered_by_reach
from model.rules.persistence import left, parts_of
from model.scenario.scenario import Scenario
from model.state.gains import gain
from model.town import Town
from tests.model.arms import EXACT, MONEY, card, differences, effect, lived, past, plan, school_card, without

D = NDArray[np.float64]
NAME = "leadership_with_business"
SCALE = 0.25


def through(practice: dict[str, Any], *effects: dict[str, Any], **more: Any) -> Scenario:
    """One programme through schools with this practice; other keys are the programme's."""
    held = {"implements": 1.0, "follows_staff": False, "keep1": None, "keep5": None, **practice}
    made = school_card(*(effects or (effect(mean=0.1),)), practice=held)
    return plan({"card": NAME, **more}, scale=SCALE, cards={NAME: made}, **EXACT)


def staff(lever: str, mean: float, lag: int = 1) -> dict[str, Any]:
    """An effect on heads or staff, which is there as long as the school's practice."""
    return effect(lever, mean, lag=lag, form="while_delivered")


def practice(town: Town) -> D:
    """Practice held by each school (S,)."""
    held: D = town.delivery.practice[NAME].sum(axis=0)
    return held


# Practice.


def test_practice_goes_with_the_teachers_who_leave() -> None:
    scenario = through({"form": "lasting", "follows_staff": True}, end=2018)
    town = past(scenario).branch(scenario).run(2018)
    s = town.schools
    before = practice(town).copy()
    np.testing.assert_array_equal(before, s.inside)
    for _ in range(4):
        town.step()
        np.testing.assert_allclose(practice(town), before * (1 - s.leaving_rate), rtol=1e-6)
        before = practice(town).copy()
    assert (before[s.inside] < 0.8).all()


def test_leadership_goes_with_the_head() -> None:
    scenario = through(
        {"form": "lasting", "follows_staff": True},
        staff("leadership", 0.1, lag=2),
        end=2018,
    )
    town = past(scenario).branch(scenario).run(2018)
    s, lost = town.schools, 0
    before = practice(town).copy()
    for _ in range(6):
        town.step()
        new = s.head_since == town.year
        np.testing.assert_array_equal(practice(town), np.where(new, 0.0, before))
        lost += int((new & (before > 0)).sum())
        before = practice(town).copy()
    assert 0 < lost < s.inside.sum()


def test_practice_that_does_not_follow_staff_fades_as_its_card_says() -> None:
    scenario = through({"form": "fades", "keep1": 0.6, "keep5": 0.3, "implements": 0.5}, end=2018)
    town = past(scenario).branch(scenario)
    parts = parts_of("fades", 0.6, 0.3)
    for years in range(7):
        town.step()
        np.testing.assert_allclose(practice(town), town.schools.inside * 0.5 * left(parts, years), atol=1e-9)


def test_practice_while_delivered_is_there_in_years_of_delivery_only() -> None:
    scenario = through({"form": "while_delivered"}, reach={"2018": 1.0, "2020": 1.0}, end=2021)
    town = past(scenario).branch(scenario)
    for year in range(2018, 2022):
        town.step()
        held = practice(town)
        assert held[town.schools.inside].max() == (1.0 if year in (2018, 2020) else 0.0)
        served = len(town.delivery.served[NAME])
        assert (served > 0) == (year in (2018, 2020))


def test_new_practice_comes_on_top_and_never_to_more_than_all() -> None:
    scenario = through({"form": "lasting"}, coverage=0.4)
    scenario = scenario.changed({"parameters.programmes.drop_out": 0.0})
    town = past(scenario).branch(scenario)
    for year in range(5):
        town.step()
        want = 1 - 0.6 ** (year + 1)
        np.testing.assert_allclose(practice(town)[town.schools.inside], want, rtol=1e-7)


def test_pupils_gain_in_proportion_to_practice() -> None:
    scenario = through(
        {"form": "lasting", "implements": 0.5}, effect(mean=0.1), coverage=0.6, end=2018, reach=0.5
    )
    town = lived(scenario, 2018)
    rows = town.delivery.served[NAME]
    np.testing.assert_allclose(gain(town, "literacy", rows), 0.1 * 0.5 * 0.6, rtol=1e-6)


def test_what_is_for_new_teachers_goes_by_their_share() -> None:
    scenario = through(
        {"form": "lasting"}, effect(mean=0.2, scaled_by="novices", form="while_delivered"), end=2018
    )
    town = lived(scenario, 2018)
    c = town.children
    rows = town.delivery.served[NAME]
    np.testing.assert_allclose(
        gain(town, "literacy", rows), 0.2 * town.schools.novices[c.school[rows]], rtol=1e-5
    )
    assert town.schools.novices[c.school[rows]].std() > 0


# Heads and staff.


@pytest.mark.parametrize(("lag", "since"), [(0, 2018), (1, 2018), (2, 2019), (3, 2020)])
def test_heads_gain_after_the_lag(lag: int, since: int) -> None:
    """What is written in a year is read by the staffrooms of the next: a year's lag already."""
    scenario = through({"form": "lasting"}, staff("leadership", 0.1, lag=lag), end=2018)
    town = past(scenario).branch(scenario)
    for year in range(2018, 2022):
        town.step()
        np.testing.assert_allclose(
            town.schools.leadership_given, 0.1 * town.schools.inside * (year >= since), rtol=1e-6
        )


def test_staff_are_more_content_by_what_was_given_and_then_no_more() -> None:
    scenario = through({"form": "while_delivered"}, staff("satisfaction", 0.3), end=2018)
    town, twin = past(scenario).branch(scenario), past(scenario).branch(plan(scale=SCALE, **EXACT))
    for given in (0.0, 0.3, 0.0):
        town.step()
        twin.step()
        more = town.schools.satisfaction - twin.schools.satisfaction
        np.testing.assert_allclose(more, given * town.schools.inside, atol=1e-5)


def test_fewer_leave_and_more_posts_are_filled() -> None:
    """In the summer after, of the same staff: whoever stays without the programme stays with it."""
    stay = effect("retention", -9.0, unit="pp", form="while_delivered")
    apply = effect("applicants", 2.0, unit="log-odds", form="while_delivered")
    scenario, kept, filled = through({"form": "while_delivered"}, stay, apply), 0, 0
    for seed in (1, 2, 3):
        town, twin = lived(scenario, 2019, seed), without(scenario, 2019, seed)
        out, usual = (one.posts.left == 1 for one in (town, twin))
        assert (out <= usual).all()
        kept += int((usual & ~out).sum())
        for _ in range(4):
            filled += int(twin.schools.vacancies.sum() - town.schools.vacancies.sum())
            town.step()
            twin.step()
    assert kept > 0
    assert filled > 0


def test_benchmarks_rise_with_delivery_to_eight_at_most() -> None:
    scenario = through({"form": "while_delivered"}, effect("gatsby", 1.0, unit="count"), amount=1.5, end=2023)
    town, before = past(scenario).branch(scenario), None
    for year in range(2018, 2026):
        town.step()
        s = town.schools
        assert ((s.gatsby >= 0) & (s.gatsby <= 8)).all()
        assert (s.gatsby[~town.has_careers] == 0).all()
        own = s.gatsby - s.gatsby_given
        reached = town.has_careers & s.inside
        assert (s.gatsby_given[~reached] == 0).all()
        count = town.delivery.counts[NAME][reached]
        more = np.minimum(np.floor(count), 8 - own[reached])
        assert ((s.gatsby_given[reached] - more >= 0) & (s.gatsby_given[reached] - more <= 1)).all()
        if before is not None and year > 2023:
            np.testing.assert_array_equal(count, before)
        before = count.copy()
    assert (town.schools.gatsby[town.has_careers & town.schools.inside] == 8).all()


def test_schools_cost_by_what_they_are_charged_by() -> None:
    for per in ("school", "teacher", "pupil", "new_teacher", "hire"):
        made = school_card(effect(), cost={"low": 10.0, "high": 10.0, "per": per})
        town = lived(plan({"card": NAME, "coverage": 0.5}, scale=SCALE, cards={NAME: made}), 2018)
        (entry,), s = town.delivery.ledger, town.schools
        at = s.inside
        units = {
            "school": at.sum(),
            "teacher": 0.5 * s.posts[at].sum(),
            "pupil": 0.5 * entry.treated,
            "new_teacher": 0.5 * (s.novices * s.posts)[at].sum(),
            "hire": (s.entry_rate * s.posts)[at].sum(),
        }
        assert entry.units == pytest.approx(units[per], rel=1e-5), per
        assert entry.cost == pytest.approx(10 * entry.units)


# The partnership.


def held_together(*others: dict[str, Any], end: int = 2048, **changes: Any) -> Scenario:
    return plan({"card": "backbone", "end": end}, *others, scale=SCALE, **changes)


def test_strength_grows_while_funded_and_halves_in_two_years_without() -> None:
    scenario = held_together(end=2023)
    town, strength = past(scenario).branch(scenario), []
    for _ in range(2018, 2028):
        town.step()
        strength.append(float(town.partnership.strength[0]))
        assert town.recorded.value("partnership_strength", "all", town.year) == pytest.approx(
            100 * strength[-1]
        )
    assert strength[0] == pytest.approx(0.05)
    assert 0.8 < strength[4] < 0.95
    assert strength[7] == pytest.approx(strength[5] / 2, rel=1e-5)
    assert strength[9] == pytest.approx(strength[5] / 4, rel=1e-5)


def test_a_backbone_that_cannot_be_paid_holds_nothing_together() -> None:
    scenario = held_together(alliance__budget=1000)
    assert float(lived(scenario, 2022).partnership.strength[0]) == 0.0


SOME: dict[str, Any] = {"card": "life_skills", "reach": 0.5}
SOMEBODY = {"life_skills": card(effect(), ages=[5, 11])}


def test_a_strong_partnership_reaches_more_and_delivers_better() -> None:
    scenario = held_together(SOME, cards=SOMEBODY, **EXACT)
    town = past(scenario).branch(scenario)
    for year in range(2018, 2025):
        strength = float(town.partnership.strength[0])
        town.step()
        entry = town.delivery.of_year(year)[1]
        assert entry.treated == offered_by_reach(entry.eligible, 0, 0.5 * (1 + 0.1 * strength))
        assert entry.fidelity == pytest.approx(1 + 0.05 * strength, rel=1e-5)
    assert strength > 0.8


def test_switched_off_the_partnership_multiplies_nothing() -> None:
    """The same programmes on the same people with the same doses as without it."""
    switched_off = {"switches__alliance": False}
    groups = {"card": "transition_support", "reach": 0.6, "in_schools": 0.8}
    one = lived(held_together(SOME, groups, cards=SOMEBODY, **switched_off), 2024)
    other = lived(plan(SOME, groups, scale=SCALE, cards=SOMEBODY, **switched_off), 2024)
    assert differences(one, other, MONEY) == {"partnership.strength", "partnership_strength:values"}
    assert float(one.partnership.strength[0]) > 0.8


def test_no_partnership_is_the_same_as_a_switch() -> None:
    off = plan(SOME, scale=SCALE, cards=SOMEBODY, switches__alliance=False)
    on = plan(SOME, scale=SCALE, cards=SOMEBODY)
    assert differences(lived(off, 2022), lived(on, 2022)) == set()


def test_schools_stop_less_often_where_a_partnership_is_strong() -> None:
    def share(strength: float, **changes: Any) -> float:
        scenario = held_together(SOME, cards=SOMEBODY, **changes)
        town = past(scenario).branch(scenario)
        town.partnership.open("alliance")
        town.partnership.strength[:] = strength
        stops = []
        for town.year in range(2018, 2040):
            stops += [schools_stopped(town, running) for running in town.delivery.running.values()]
        return float(np.mean(stops))

    weak, strong = share(0.0), share(1.0)
    assert weak == pytest.approx(0.1, abs=0.03)
    assert strong == pytest.approx(0.05, abs=0.025)
    assert strong < weak
    assert share(1.0, switches__alliance=False) == weak
