"""Programmes and the promise of keyed chance: what is not done changes nothing, and whom nothing reaches is
the same to the last bit."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.chance.luck import Decision, Luck
from model.delivery import eligibility as eligible
from model.delivery import serve_children as serving
from model.delivery import train_schools as training
from model.scenario.cards import card_names, load_card
from model.scenario.scenario import Scenario
from model.town import Town
from tests.model.arms import (
    CHILDREN,
    MONEY,
    PAST,
    SCHOOLS,
    UNCOUPLED,
    card,
    differences,
    effect,
    ever_served,
    lived,
    past,
    plan,
    rows_of,
    school_card,
    unlike,
    without,
)

TEN_YEARS = 2027


def harmless(name: str) -> set[str]:
    """What the mere running of a programme moves by design: a partnership that is funded grows, and parents
    whose support began are asked how their children do."""
    moved = {
        "town": {"partnership.strength", "partnership_strength:values"},
        "family": {"parent_sdq:values", "parent_sdq:counts"},
    }
    return MONEY | moved.get(load_card(name).delivered_to, set())


@lru_cache
def nobody_served() -> Town:
    """The town of these tests in 2027 if nothing is done; to be looked at only."""
    return without(plan(), TEN_YEARS)


@pytest.mark.parametrize("name", card_names())
def test_without_reach_or_without_effect_nothing_changes(name: str) -> None:
    """For ten years, every bit of every column and indicator but for money and the number served."""
    none = plan({"card": name, "reach": 0.0})
    nobody = nobody_served()
    assert differences(lived(none, TEN_YEARS), nobody, MONEY) == set()
    effects = [each.model_dump(exclude={"accrues_to"}) for each in load_card(name).effects]
    for each in effects:
        each["mean"], each["sd"] = (1.0 if each["unit"] == "ratio" else 0.0), 0.0
    idle = lived(plan({"card": name}, cards={name: {"effects": effects}}), TEN_YEARS)
    assert sum(entry.cost for entry in idle.delivery.ledger) > 0
    assert differences(idle, nobody, harmless(name)) == set()


@pytest.mark.parametrize("name", ["language_groups", "family_programme", "maths_mastery"])
def test_no_places_are_no_reach(name: str) -> None:
    none = plan({"card": name, "places": 0})
    town = lived(none, TEN_YEARS)
    assert differences(town, nobody_served(), MONEY) == set()
    assert {(entry.offered, entry.treated, entry.cost) for entry in town.delivery.ledger} == {(0, 0, 0.0)}
    assert town.recorded.value("money_spent", "all", 2020) == 0


@pytest.mark.parametrize("name", ["language_groups", "family_programme", "maths_mastery", "backbone"])
def test_with_them_something_does(name: str) -> None:
    """So that the tests above would see a change."""
    something = {"effects": [effect("skill", 0.1)]} if name == "backbone" else {}
    there = plan({"card": name}, cards={name: something} if something else {})
    assert differences(lived(there, TEN_YEARS), nobody_served(), MONEY)


def untreated(scenario: Scenario, seed: int) -> tuple[Town, Town, list[str], int]:
    """Both arms in 2027, columns that differ among children who were never served, and how many they are."""
    town = past(scenario, seed).branch(scenario)
    served = ever_served(town, TEN_YEARS)
    twin = without(scenario, TEN_YEARS, seed)
    used = town.children.rows_used()
    ids = np.sort(town.children.id[used])
    assert (ids == np.sort(twin.children.id[twin.children.rows_used()])).all()
    apart = np.setdiff1d(ids, served)
    return (
        town,
        twin,
        unlike(town.children, twin.children, rows_of(town, apart), rows_of(twin, apart)),
        len(apart),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_without_couplings_the_untreated_are_the_same_to_the_last_bit(seed: int) -> None:
    town, twin, changed, count = untreated(plan(*CHILDREN, scale=0.1, **UNCOUPLED), seed)
    assert changed == []
    assert count > 1500
    moved = differences(town, twin)
    # Employers count whom they took on; families, schools and their staff are as they were.
    assert not [name for name in moved if name.split(".")[0] in ("family", "post")]
    assert {name for name in moved if name.startswith("school.")} <= {"school.results"}
    treated = {name for name in moved if name.startswith("child.")}
    assert {"child.literacy_slow", "child.neet_lasting", "child.ks2", "child.encounters_given"} <= treated


def test_with_couplings_some_who_were_not_treated_are_changed() -> None:
    """Spillover: places are rival, peers and staff are shared."""
    _, _, changed, _ = untreated(plan(*CHILDREN, scale=0.1), 1)
    assert "literacy" in changed
    assert not {"girl", "month", "frailty", "absence_trait", "id", "cohort"} & set(changed)


# Draws.

DRAWS = (
    serving.TAKES,
    serving.FIDELITY,
    serving.STOPS,
    eligible.ORDER,
    eligible.SCHOOL_ORDER,
    eligible.SCREEN,
    training.FIDELITY,
)
type Seen = dict[tuple[str, int, int, int], float]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Every draw for programmes, by decision, year, alternative and id."""
    found: Seen = {}

    def watch(kind: str) -> None:
        plain = getattr(Luck, kind)

        def watched(self: Luck, what: Decision, year: int, ids: Any, alternative: int = 0) -> Any:
            values = plain(self, what, year, ids, alternative)
            if what in DRAWS:
                for who, value in zip(ids.tolist(), values.tolist(), strict=True):
                    key = (what.name, year, alternative, who)
                    assert found.setdefault(key, value) == value
            return values

        monkeypatch.setattr(Luck, kind, watched)

    watch("uniform")
    watch("normal")
    return found


def test_one_more_child_changes_nobody_elses_take_up_order_fidelity_or_stops(seen: Seen) -> None:
    usual = plan(*CHILDREN, *SCHOOLS, scale=0.1, **UNCOUPLED)
    exact = round(int(Town(usual).world.flows.births[2012 - 1980]) / usual.scale)
    draws, served, known = [], [], []
    for births in (exact, exact + round(1 / usual.scale)):
        seen.clear()
        town = Town(usual.changed({"births": {"2012": births}}), seed=1).run(PAST)
        ids = []
        while town.year < 2021:
            town.step()
            ids.append(
                {name: set(town.children.id[rows].tolist()) for name, rows in town.delivery.served.items()}
            )
        draws.append(dict(seen))
        served.append(ids)
        known.append(set(town.children.id.tolist()))
    one, other = draws
    both = one.keys() & other.keys()
    assert {what for what, *_ in both} == {each.name for each in DRAWS}
    assert len(both) > 0.98 * max(len(one), len(other)) > 5000
    assert [key for key in both if one[key] != other[key]] == []
    # Where there is a place for everybody of the ages, it also changes nobody's part in it.
    # Its cohort is larger in every year, so that some of those who arrive in it come a year earlier.
    in_both = known[0] & known[1]
    assert len(known[0] ^ known[1]) <= 12
    for here, there in zip(*served, strict=True):
        assert len((here["teacher_development"] ^ there["teacher_development"]) & in_both) <= 3


def test_the_order_in_which_programmes_stand_changes_no_draw(seen: Seen) -> None:
    """Nor, while money is no object, who is served."""
    found = []
    for programmes in (CHILDREN + SCHOOLS, (CHILDREN + SCHOOLS)[::-1]):
        seen.clear()
        scenario = plan(*programmes, **UNCOUPLED)
        town = past(scenario).branch(scenario).run(2020)
        served = {
            name: np.sort(town.children.id[rows]).tolist() for name, rows in town.delivery.served.items()
        }
        found.append((dict(seen), served))
    (one, here), (other, there) = found
    assert one == other
    assert here == there


def test_another_programme_changes_no_draw_of_the_first(seen: Seen) -> None:
    alone = plan(CHILDREN[2], **UNCOUPLED)
    past(alone).branch(alone).run(2021)
    before = dict(seen)
    seen.clear()
    both = plan(*CHILDREN, *SCHOOLS, **UNCOUPLED)
    past(both).branch(both).run(2021)
    assert before
    assert all(seen[key] == value for key, value in before.items())


def test_children_of_a_family_programme_are_those_of_its_families() -> None:
    """Brothers and sisters of the ages that are not served have no dose."""
    scenario = plan(
        {"card": "life_skills", "places": 600},
        cards={"life_skills": card(effect(), delivered_to="family", ages=[3, 6])},
    )
    town = past(scenario).branch(scenario)
    served = ever_served(town, 2020)
    gains: NDArray[np.float32] = town.children.literacy_lasting
    assert set(town.children.id[(gains > 0) & (town.children.id > 0)].tolist()) <= set(served.tolist())


def test_a_school_programme_reaches_all_of_its_pupils_and_nobody_else() -> None:
    scenario = plan(
        {"card": "maths_mastery", "reach": 0.5},
        scale=0.2,
        cards={"maths_mastery": school_card(effect("numeracy"), ages=[7, 15])},
    )
    town = lived(scenario, 2018)
    c = town.children
    practice = town.delivery.practice["maths_mastery"].sum(axis=0)
    schools = np.flatnonzero(practice)
    assert 0 < len(schools) < town.schools.inside.sum()
    age = town.year - c.cohort
    own = (c.id > 0) & c.present & np.isin(c.school, schools) & (age >= 7) & (age <= 15)
    np.testing.assert_array_equal(c.numeracy_lasting > 0, own)
    np.testing.assert_array_equal(np.sort(town.delivery.served["maths_mastery"]), np.flatnonzero(own))
