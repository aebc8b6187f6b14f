"""Places, money, who is served, and whose effect a card gives."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.delivery import eligibility as eligible
from model.delivery.eligibility import poor, seen_skill
from model.rules.offering import anyway
from model.scenario.cards import load_card
from model.scenario.scenario import Scenario
from model.state.gains import gain
from model.town import Town
from tests.model.arms import EXACT, UNCOUPLED, Rows, card, effect, lived, past, plan, school_card, without

SIZE = 0.2


def ids_served(town: Town, name: str) -> set[int]:
    return set(town.children.id[town.delivery.served[name]].tolist())


# Places.


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "name", ["language_groups", "employer_encounters", "family_programme", "maths_mastery"]
)
def test_twice_the_places_never_serve_fewer(name: str, seed: int) -> None:
    """Each year, and nobody who had a place in the first year loses it."""
    few = 4 if name == "maths_mastery" else 150
    one, two = (plan({"card": name, "places": places}, scale=0.2) for places in (few, 2 * few))
    a, b = past(one, seed).branch(one), past(two, seed).branch(two)
    for year in range(2018, 2023):
        a.step()
        b.step()
        (small,), (large,) = a.delivery.of_year(year), b.delivery.of_year(year)
        assert small.treated <= large.treated
        if year == 2018:
            assert ids_served(a, name) <= ids_served(b, name)
            assert small.treated < large.treated, "not scarce: a poor test"


def test_scarce_places_are_all_taken_and_none_twice() -> None:
    scenario = plan(
        {"card": "life_skills", "places": 200},
        scale=0.1,
        cards={"life_skills": card(effect(), take_up={"rate": 0.5, "once": True}, ages=[5, 8])},
    )
    town = past(scenario).branch(scenario)
    before: set[int] = set()
    for year in (2018, 2019, 2020):
        town.step()
        served = ids_served(town, "life_skills")
        (entry,) = town.delivery.of_year(year)
        assert entry.treated == len(served) == 20
        # Half of those asked take part: some 40 are asked for 20 places.
        assert 25 <= entry.offered <= 80
        assert not served & before
        before |= served


def test_need_comes_first() -> None:
    scenario = plan(
        {"card": "life_skills", "places": 300}, scale=0.2, cards={"life_skills": card(effect(), ages=[5, 11])}
    )
    town = lived(scenario, 2018)
    served, c, f = town.delivery.served["life_skills"], town.children, town.families
    band = town.band(5, 11)
    here = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    waiting = np.setdiff1d(here, served)
    assert poor(town, served).all()
    left_out = waiting[poor(town, waiting)]
    assert f.income[c.family[served]].max() <= f.income[c.family[left_out]].min()


def test_those_furthest_behind_are_the_lowest_of_their_class(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[Rows, NDArray[np.float32]]] = []

    def watched(town: Town, rows: Rows) -> NDArray[np.float32]:
        values = seen_skill(town, rows)
        looked.append((rows, values))
        return values

    monkeypatch.setattr(eligible, "seen_skill", watched)
    scenario = plan(
        {"card": "life_skills", "who": {"lowest": 0.2}},
        scale=0.2,
        cards={"life_skills": card(effect(), ages=[8, 8], phases=["primary"])},
    )
    town = lived(scenario, 2018)
    served, c = town.delivery.served["life_skills"], town.children
    ((rows, seen),) = looked
    chosen = np.isin(rows, served)
    assert chosen.sum() == len(served)
    schools = np.unique(c.school[rows])
    assert len(schools) > 1
    for school in schools:
        here = c.school[rows] == school
        assert chosen[here].sum() == max(1, round(0.2 * here.sum()))
        assert seen[here & chosen].max() <= seen[here & ~chosen].min()


# Usual provision.


@pytest.mark.parametrize("reach", [0.05, 0.3, 1.0])
def test_only_what_is_above_the_usual_is_more(reach: float) -> None:
    usual = {"years": [2018], "shares": [0.3]}
    scenario = plan(
        {"card": "life_skills", "reach": reach},
        scale=0.2,
        cards={"life_skills": card(effect(), usual_provision=usual)},
    )
    town = lived(scenario, 2018)
    (entry,) = town.delivery.ledger
    assert entry.anyway == anyway(entry.eligible, 0.3)
    assert entry.treated == max(0, round(reach * entry.eligible) - entry.anyway)
    assert entry.cost == 100.0 * entry.treated


def test_those_served_anyway_have_no_dose() -> None:
    """They come first, so the poorest are served as everywhere; the programme goes on from there."""
    usual = {"years": [2018], "shares": [0.1]}
    with_usual, none = (
        lived(plan({"card": "life_skills"}, scale=0.2, cards={"life_skills": card(effect(), **more)}), 2018)
        for more in ({"usual_provision": usual}, {})
    )
    missing = ids_served(none, "life_skills") - ids_served(with_usual, "life_skills")
    assert len(missing) == anyway(len(ids_served(none, "life_skills")), 0.1)
    c = with_usual.children
    rows = np.flatnonzero(np.isin(c.id, list(missing)))
    assert not gain(with_usual, "literacy", rows).any()
    assert poor(with_usual, rows).all()


# Gaps.


def gaps(town: Town, twin: Town, indicator: str, year: int) -> tuple[float, float]:
    """By how much a gap (disadvantaged less other) has moved, and the sampling error of a gap in SD."""
    found, error = [], 0.0
    for one in (town, twin):
        poor_, other = (one.recorded.value(indicator, group, year) for group in ("disadvantaged", "other"))
        assert poor_ is not None
        assert other is not None
        found.append(poor_ - other)
        numbers = [one.recorded.count(indicator, group, year) for group in ("disadvantaged", "other")]
        error = float(np.sqrt(sum(1 / number for number in numbers)))
    return found[0] - found[1], error


def universal(**changes: Any) -> Scenario:
    made = {"life_skills": card(effect("skill", SIZE), ages=[11, 11])}
    return plan({"card": "life_skills"}, scale=0.25, cards=made, **changes)


def test_a_universal_programme_of_equal_effect_moves_no_gap_in_sd() -> None:
    """A gap in pass rates it can move: the disadvantaged stand elsewhere under the same standard."""
    in_sd, in_points, errors = [], [], []
    for seed in range(1, 7):
        town, twin = lived(universal(), 2019, seed), without(universal(), 2019, seed)
        for year in (2018, 2019):
            moved, error = gaps(town, twin, "skill_11", year)
            assert abs(moved) < error
            in_sd.append(moved)
            errors.append(error)
            in_points.append(gaps(town, twin, "ks2_rwm", year)[0])
    mean, spread = float(np.mean(in_sd)), float(np.std(in_sd, ddof=1)) / np.sqrt(len(in_sd))
    print(f"gap in skill at 11: {mean:+.4f} ({spread:.4f}) SD, sampling error {np.mean(errors):.3f} SD")
    print(f"gap in passes at 11: {np.mean(in_points):+.2f} points ({np.std(in_points):.2f} between runs)")
    assert abs(mean) < 3 * spread + 0.002
    assert any(abs(points) > 0.5 for points in in_points)


def test_delivered_alike_and_uncoupled_the_gap_stays_as_it_is() -> None:
    scenario = universal(**UNCOUPLED, **EXACT)
    moved, _ = gaps(lived(scenario, 2018), without(scenario, 2018), "skill_11", 2018)
    assert moved == pytest.approx(0, abs=2e-6)


# Whose effect.


@pytest.mark.parametrize("low", [{}, {"low_attainer_ratio": 2.5}])
@pytest.mark.parametrize("of", ["treated_mean", "disadvantaged", "others"])
@pytest.mark.parametrize("school", [False, True])
def test_the_cards_figure_is_that_of_those_it_is_for(of: str, low: dict[str, float], school: bool) -> None:
    each = effect("literacy", 0.06, effect_is_for=of, disadvantaged_ratio=3.0, **low)
    make = school_card if school else card
    scenario = plan(
        {"card": "life_skills"}, scale=0.2, **EXACT, cards={"life_skills": make(each, ages=[5, 11])}
    )
    town = lived(scenario, 2018)
    rows = town.delivery.served["life_skills"]
    group, got = poor(town, rows), gain(town, "literacy", rows)
    held = {"treated_mean": got, "disadvantaged": got[group], "others": got[~group]}[of]
    assert held.mean() == pytest.approx(0.06, rel=1e-4)
    if not low:
        assert got[group].mean() == pytest.approx(3 * got[~group].mean(), rel=1e-4)
        assert len(np.unique(np.round(got, 6))) == 2
    else:
        assert got.max() > 2 * got.min()


@pytest.mark.parametrize("estimand", ["treated", "offered"])
def test_an_effect_of_being_offered_is_not_cut_by_take_up(estimand: str) -> None:
    each = effect("literacy", SIZE, estimand=estimand)
    scenario = plan(
        {"card": "life_skills"}, scale=0.2, **EXACT, cards={"life_skills": card(each, take_up={"rate": 0.4})}
    )
    town = lived(scenario, 2018)
    (entry,) = town.delivery.ledger
    rows = town.children.rows_used()
    helped = int((gain(town, "literacy", rows) > 0).sum())
    assert 0.25 < entry.treated / entry.offered < 0.55
    assert helped == (entry.treated if estimand == "treated" else entry.offered)
    assert gain(town, "literacy", rows).sum() == pytest.approx(SIZE * helped, rel=1e-4)


def test_family_centres_help_the_disadvantaged_six_times_as_much() -> None:
    each = load_card("family_centres").effects[0]
    assert each.estimand == "offered"
    scenario = plan({"card": "family_centres", "start": 2018, "end": 2018}, scale=0.2, **EXACT)
    town = lived(scenario, 2018)
    band = town.band(0, 4)
    promised = town.delivery.per_child(town.children, "builds", "family_centres", "0", "literacy")[band]
    rows = band.start + np.flatnonzero(promised)
    group, k = poor(town, rows), town.world.growth.k
    np.testing.assert_allclose(promised[promised > 0][group], 0.12 / 5 * k, rtol=1e-5)
    np.testing.assert_allclose(promised[promised > 0][~group], 0.02 / 5 * k, rtol=1e-5)
