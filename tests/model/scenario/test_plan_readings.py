"""The plan as the plan says it (decision 14): each reading of the Opportunity Area, as a figure."""

import pytest

from model.inputs.england import England
from model.scenario.programmes import Use
from model.scenario.scenario import Scenario
from model.town import Town

AREA = Scenario.load("opportunity_area")
USES = {use.name: use for use in AREA.programmes}
OWN_STAFF = {2020: 0.65, 2021: 0.7}
GUESTS = {2020: 0.6, 2021: 0.4}
"""What closures left of a programme: of what a school's own staff do, and of what brings people
in or takes pupils out."""

SHARES = {
    "classroom_social_emotional": OWN_STAFF,
    "early_years_social_emotional": OWN_STAFF,
    "national_training": OWN_STAFF,
    "new_teacher_support": OWN_STAFF,
    "maths_mastery": OWN_STAFF,
    "evidence_fund": OWN_STAFF,
    "research_school": OWN_STAFF,
    "phonics_programme": OWN_STAFF,
    "transition_to_secondary": OWN_STAFF,
    "transition_to_college": OWN_STAFF,
    "personal_guidance": OWN_STAFF,
    "neet_outreach": OWN_STAFF,
    "family_programme": GUESTS,
    "youth_social_action": GUESTS,
    "employer_encounters": GUESTS,
    "university_outreach": GUESTS,
    "citizen_service": GUESTS,
    "primary_careers": GUESTS,
    "life_skills": GUESTS,
    "business_mentors": GUESTS,
}
EXEMPT = {"careers_benchmarks", "teacher_recruitment", "national_leader_support"}
PLANNED = {
    ("maths_mastery", 2020): 0.75,
    ("maths_mastery", 2021): 1.0,
    ("classroom_social_emotional", 2020): 15,
    ("classroom_social_emotional", 2021): 15,
    ("early_years_social_emotional", 2020): 800,
    ("early_years_social_emotional", 2021): 800,
}
"""What the plan wanted where it differs from the year before the closures."""


def planned(use: Use, year: int) -> float:
    """What would have been served in a year without a closure."""
    if (use.name, year) in PLANNED:
        return PLANNED[use.name, year]
    value = use.places_in(2019) if use.reach is None else use.reach_in(2019)
    assert value is not None
    return value


@pytest.mark.parametrize("name", SHARES)
def test_two_closed_years_leave_a_share_of_what_is_added_to_usual_provision(name: str) -> None:
    use = USES[name]
    for year, share in SHARES[name].items():
        if not use.runs_in(year):
            continue
        whole = planned(use, year)
        if use.reach is None:
            assert use.places_in(year) == pytest.approx(share * whole, abs=0.51)
            continue
        usual = min(whole, AREA.card(use.card).usual_share(year))
        assert use.reach_in(year) == pytest.approx(usual + share * (whole - usual), abs=0.0101)


def test_no_programme_of_the_closed_years_is_forgotten() -> None:
    piloted = {name for pilot in AREA.pilots for name in pilot.programmes}
    closed = {use.name for use in AREA.programmes if any(use.runs_in(year) for year in OWN_STAFF)}
    assert closed == (SHARES.keys() | EXEMPT | piloted)


def test_messages_home_that_go_on_from_their_pilot_are_cut_as_well() -> None:
    pilot = AREA.pilots[0]
    usual = AREA.card("school_home_contact").usual_share(2020)
    for year, share in OWN_STAFF.items():
        assert pilot.widened(USES["home_contact_first"]).reach_in(year) == pytest.approx(
            usual + share * (0.7 - usual)
        )


def test_a_third_of_staff_in_the_first_year_is_the_sum_of_its_parts() -> None:
    posts = int(Town(Scenario.load("baseline")).schools.posts.sum())
    # Leaders who take a qualification, and the staff of the eight schools who teach the youngest.
    leaders, phonics = 80, 65
    reached = sum(
        USES[name].coverage * (USES[name].reach_in(2019) or 0.0)
        for name in ("teacher_development", "national_training")
    )
    assert reached + (leaders + phonics) / posts == pytest.approx(1 / 3, abs=0.01)
    assert USES["teacher_development"].end == 2019


def test_training_for_behaviour_teaches_nothing_else() -> None:
    for name in ("early_years_social_emotional", "classroom_social_emotional"):
        means = {effect.lever: effect.mean for effect in AREA.card(USES[name].card).effects}
        assert means == {"socio": 0.05, "skill": 0.0}
    assert {use.card for use in AREA.programmes if use.activity == "P1b"} == {
        "early_years_social_emotional",
        "classroom_social_emotional",
    }


def test_half_of_what_is_planned_is_carried_out() -> None:
    for name in ("teacher_development", "maths_mastery"):
        practice = AREA.card(name).practice
        assert practice is not None
        assert practice.implements == 0.5


def test_a_programme_for_every_school_brings_a_school_from_two_benchmarks_to_six_with_england_s_own() -> None:
    count = next(effect for effect in AREA.card("careers_benchmarks").effects if effect.lever == "gatsby")
    use = USES["careers_benchmarks"]
    years = use.end - use.start + 1
    england = England.load().series("gatsby_mean")
    rise = england.carried(use.end) - england.carried(use.start)
    assert count.mean * years + rise == pytest.approx(6 - 2, abs=0.01)


def test_what_england_has_too_is_no_addition() -> None:
    for name in (
        "employer_encounters", "personal_guidance", "leadership_qualifications", "teacher_development",
        "phonics_programme", "school_home_contact", "maths_mastery",
    ):  # fmt: skip
        assert AREA.card(name).usual_share(2020) > 0.01
