"""Cards: all that there are are good, and one clear line for what one may not say."""

import copy
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from model.io.errors import InputError
from model.io.toml import load_toml
from model.rules.persistence import left
from model.scenario.cards import Card, card_folder, card_names, card_of, json_schema, load_card, merged
from tests.model.scenario.programme_cases import CARD, EFFECT, PRACTICE, TO_SCHOOL

IDS = {
    "backbone": "I31",
    "business_mentors": "I27",
    "careers_benchmarks": "I20",
    "citizen_service": "I22",
    "classroom_social_emotional": "I29",
    "communities_that_care": "I32",
    "early_years_social_emotional": "I29",
    "early_years_training": "I03",
    "employer_encounters": "I19",
    "evidence_fund": "I14",
    "family_centres": "I30",
    "family_hubs": "I30b",
    "family_programme": "I01",
    "intensive_parenting": "I02",
    "language_groups": "I04",
    "leadership_qualifications": "I08",
    "leadership_with_business": "I11",
    "life_skills": "I25",
    "maths_mastery": "I13",
    "national_leader_support": "I10",
    "neet_outreach": "I26",
    "neet_reengagement": "I26",
    "new_teacher_support": "I09",
    "personal_guidance": "I23",
    "phonics_programme": "I16",
    "primary_careers": "I24",
    "research_school": "I15",
    "school_home_contact": "I05",
    "school_visits": "I17",
    "teacher_development": "I07",
    "teacher_recruitment": "I12",
    "transition_support": "I18",
    "tutoring_at_scale": "I28",
    "tutoring_high_quality": "I28",
    "university_outreach": "I21",
    "youth_social_action": "I06",
}

SIZES = {
    "language_groups": [("literacy", 0.22, 0.06)],
    "intensive_parenting": [("socio", 0.30, 0.12)],
    "school_home_contact": [("absence", -0.3, 0.3), ("numeracy", 0.03, 0.03)],
    "teacher_development": [("skill", 0.05, 0.03)],
    "maths_mastery": [("numeracy", 0.07, 0.04), ("numeracy", 0.05, 0.04)],
    "employer_encounters": [("encounters", 1, 0), ("neet", -0.03, 0.03), ("pay", 0.004, 0.004)],
    "neet_reengagement": [("neet", -12, 4)],
    "neet_outreach": [("neet", -6, 4)],
    "early_years_social_emotional": [("socio", 0.05, 0.05), ("skill", 0, 0.03)],
    "careers_benchmarks": [("gatsby", 0.49, 0), ("neet", -0.006, 0.006)],
    "tutoring_at_scale": [("skill", 0.05, 0.04)],
    "tutoring_high_quality": [("skill", 0.20, 0.08)],
    "family_centres": [("skill", 0.12, 0.06)],
    "backbone": [("reach_multiplier", 1.10, 0.10), ("fidelity_multiplier", 1.05, 0.05), ("skill", 0, 0.02)],
}

COSTS = {
    "language_groups": (50, 100, "child"),
    "school_home_contact": (6, 6, "pupil"),
    "new_teacher_support": (1500, 3000, "new_teacher"),
    "national_leader_support": (20_000, 40_000, "school"),
    "teacher_recruitment": (2000, 5000, "hire"),
    "citizen_service": (1500, 1863, "child"),
    "family_centres": (500, 1000, "child_in_area"),
    "backbone": (30, 100, "child_in_area"),
}

MISFITS = {
    ("language_groups", "literacy"): 0.046,
    ("leadership_qualifications", "practice"): 0.025,
    ("primary_careers", "aspiration"): 0.004,
    ("primary_careers", "skill"): 0.004,
}
"""Where no three parts give both shares left, by card; elsewhere they do within 0.002."""


def cards() -> list[Card]:
    return [load_card(name) for name in card_names()]


def test_all_cards_are_there() -> None:
    assert {card.name: card.id for card in cards()} == IDS
    assert len(IDS) == 36
    assert set(IDS.values()) == {f"I{number:02}" for number in range(1, 33)} | {"I30b"}


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name: str) -> None:
    assert [(effect.lever, effect.mean, effect.sd) for effect in load_card(name).effects] == SIZES[name]


@pytest.mark.parametrize("name", COSTS)
def test_costs(name: str) -> None:
    cost = load_card(name).cost
    assert (cost.low, cost.high, cost.per) == COSTS[name]
    assert cost.middle == (cost.low + cost.high) / 2


def test_parts_give_the_shares_left_but_for_the_misfit_that_is_stated() -> None:
    for card in cards():
        fading = [(effect.lever, effect.parts(), effect.keep1, effect.keep5) for effect in card.effects]
        if card.practice is not None:
            fading.append(("practice", card.practice.parts(), card.practice.keep1, card.practice.keep5))
        for what, parts, keep1, keep5 in fading:
            if keep1 is None or keep5 is None:
                continue
            stated = MISFITS.get((card.name, what), 0.001)
            off = max(abs(float(left(parts, 1)) - keep1), abs(float(left(parts, 5)) - keep5))
            assert off == pytest.approx(parts.misfit, abs=1e-9)
            assert off == pytest.approx(stated, abs=0.001), (card.name, what)


def test_no_figure_is_surer_than_its_card() -> None:
    # A card is a judgement on figures that were read; only what holds by definition is arithmetic.
    for card in cards():
        assert card.grade == "J"
        for effect in card.effects:
            assert effect.grade == "J" or (effect.mean == 1 and effect.sd == 0), card.name


def test_what_nobody_found_stays_nothing() -> None:
    zero = {(card.name, e.lever) for card in cards() for e in card.effects if e.mean == 0}
    assert {name for name, _ in zero} == {
        "backbone",
        "citizen_service",
        "classroom_social_emotional",
        "early_years_social_emotional",
        "primary_careers",
        "research_school",
        "school_visits",
        "youth_social_action",
    }
    assert {lever for _, lever in zero} == {"skill"}


def test_only_living_near_is_an_effect_of_being_offered() -> None:
    offered = {card.name for card in cards() for e in card.effects if e.estimand == "offered"}
    built = {card.name for card in cards() for e in card.effects if e.form == "builds_to_age"}
    assert offered == built == {"family_centres", "family_hubs"}


def test_usual_provision_by_hand() -> None:
    known = {card.name for card in cards() if card.usual_provision is not None}
    assert known == {
        "citizen_service",
        "employer_encounters",
        "language_groups",
        "leadership_qualifications",
        "maths_mastery",
        "new_teacher_support",
        "personal_guidance",
        "phonics_programme",
        "school_home_contact",
        "teacher_development",
        "tutoring_at_scale",
        "university_outreach",
    }
    encounters = load_card("employer_encounters")
    assert [encounters.usual_share(year) for year in (2016, 2017, 2018, 2048)] == [0, 0.4, 0.46, 0.52]
    groups = load_card("language_groups")
    assert [groups.usual_share(year) for year in (2018, 2020, 2021, 2048)] == [0, 0, 0.10, 0.10]
    # Half-way between 0.2 in 2023 and 0.12 in 2024 lies no year; 2019 lies before the first.
    tutoring = load_card("tutoring_at_scale")
    assert [tutoring.usual_share(year) for year in (2019, 2022, 2024, 2025, 2040)] == [0, 0.2, 0.12, 0, 0]
    outreach = load_card("university_outreach")
    assert outreach.usual_share(2017) == pytest.approx(0.02)
    mastery = load_card("maths_mastery")
    assert [mastery.usual_share(year) for year in (2016, 2018, 2030)] == pytest.approx([0, 0.175, 0.35])
    assert load_card("business_mentors").usual_share(2030) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"titel": "x"}, 'titel = "x": is not a known key; allowed: id, title'),
        ({"title": ""}, 'title = "": must not be empty'),
        ({"ages": [6, 5]}, "ages = [6, 5]: has its ages reversed; allowed: [5, 6]"),
        ({"ages": [5, 99]}, "ages[1] = 99: must be between 0 and 32"),
        ({"padlocks": [3, 2]}, "padlocks = [3, 2]: has its ends reversed"),
        ({"padlocks": [3, 6]}, "padlocks[1] = 6: must be between 0 and 5"),
        ({"phases": ["primry"]}, 'phases[0] = "primry": is not a phase of school in the town'),
        ({"delivered_to": "pupil"}, 'delivered_to = "pupil": is not one of the allowed words'),
        ({"cost": {"low": 30}}, "cost.high = 20.0: must be at least low = 30"),
        ({"cost": {"per": "chld"}}, "did you mean 'child'?"),
        ({"cost": {"low": -1}}, "cost.low = -1: must be at least 0"),
        ({"reach": {"high": 1.4}}, "reach.high = 1.4: must be between 0 and 1"),
        ({"reach": {"low": 0.3}}, "reach.high = 0.2: must be at least low = 0.3"),
        ({"take_up": {"rate": 2}}, "take_up.rate = 2: must be between 0 and 1"),
        ({"effects": []}, "effects = []: must have at least 1 entries, has 0"),
        ({"delivered_to": "school"}, 'practice: is missing: delivered_to = "school" needs it'),
        ({"take_up": None}, 'take_up: is missing: delivered_to = "child" needs it'),
        (
            {"delivered_to": "school", "practice": {"form": "lasting"}},
            'take_up: does nothing where delivered_to = "school"',
        ),
        (
            {"cost": {"per": "hire"}},
            'cost.per = "hire": cannot be counted where delivered_to = "child"; allowed: child, family',
        ),
        (
            {**TO_SCHOOL, "cost": {"per": "family"}},
            'cost.per = "family": cannot be counted where delivered_to = "school"; allowed: school, teacher',
        ),
        (
            {"practice": PRACTICE},
            'practice: does nothing where delivered_to = "child"',
        ),
        (
            {**TO_SCHOOL, "practice": {"form": "fades"}},
            'practice.keep1: is missing: form = "fades" needs it',
        ),
        (
            {**TO_SCHOOL, "practice": {**PRACTICE, "form": "lasting"}},
            'practice.keep1 = 0.6: does not go with form = "lasting"',
        ),
        (
            {**TO_SCHOOL, "practice": {**PRACTICE, "keep5": 0.7}},
            "practice.keep5 = 0.7: must not be above keep1 = 0.6",
        ),
        (
            {"usual_provision": {"years": [2020, 2021], "shares": [0.1]}},
            "usual_provision.shares: must have one share a year: 2 years, 1 shares",
        ),
        (
            {"usual_provision": {"years": [2021, 2020], "shares": [0.1, 0.2]}},
            "usual_provision.years = [2021, 2020]: must rise",
        ),
        (
            {"usual_provision": {"years": [2021], "shares": [1.2]}},
            "usual_provision.shares[0] = 1.2: must be between 0 and 1",
        ),
    ],
)
def test_faults_of_a_card(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        card_of(merged(CARD, changes), "mine.toml")
    assert str(caught.value).startswith("mine.toml: ")
    assert message in str(caught.value)


def test_merging_replaces_keys_merges_tables_and_replaces_effects_whole() -> None:
    content = load_toml(card_folder() / "language_groups.toml")
    before = copy.deepcopy(content)
    made = card_of(
        merged(content, {"title": "Mine", "cost": {"high": 300}, "effects": [EFFECT]}), name="mine"
    )
    assert (made.title, made.name) == ("Mine", "mine")
    assert (made.cost.low, made.cost.high) == (50, 300)
    assert [effect.mean for effect in made.effects] == [0.2]
    assert content == before


def test_the_digest_is_of_what_a_run_uses() -> None:
    content = load_toml(card_folder() / "language_groups.toml")
    usual = load_card("language_groups").digest()
    words = {"title": "x", "words": "y", "source": "z", "rests_on": [], "cost": {"note": "n"}}
    assert card_of(merged(content, words)).digest() == usual
    digests = {card.digest() for card in cards()}
    assert len(digests) == 36
    assert card_of(merged(content, {"take_up": {"rate": 0.5}})).digest() not in digests


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (card_folder() / "language_groups.toml").read_text()
    path.write_text(text)
    assert load_card(path).cost.high == 100
    path.write_text(text.replace("high = 100", "high = 101"))
    os.utime(path, ns=(1, 1))
    assert load_card(str(path)).cost.high == 101


def test_no_such_card() -> None:
    with pytest.raises(InputError, match="did you mean 'language_groups'"):
        load_card("langauge_groups")


def test_schema_names_the_levers_place() -> None:
    text = json.dumps(json_schema())
    assert "disadvantaged_ratio" in text
    assert "usual_provision" in text
