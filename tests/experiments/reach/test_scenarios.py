"""The scenarios of the question, and what is made of them to ask what it would take."""

import pytest

from experiments.reach.scenarios import (
    LUCKY,
    USUAL,
    Arm,
    alone,
    arms_of,
    at_means,
    bundles,
    drawn,
    scaled_effects,
    scaled_reach,
    uncapped,
    without,
)
from experiments.runs.draws import ParameterDraws, RunId
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.state.drawn_cards import drawn_card

AREA = Scenario.load("opportunity_area")
ALLIANCE = Scenario.load("alliance_2048")


def use(scenario: Scenario, name: str) -> dict[str, object]:
    """One programme of a scenario, as a table."""
    return next(each for each in scenario.programmes if each.name == name).model_dump()


def test_the_usual_arms_are_alike() -> None:
    arms = arms_of([Scenario.load(name) for name in USUAL])
    assert [arm.key for arm in arms] == list(USUAL)
    assert [arm.warning for arm in arms] == ["", "", "", LUCKY]
    assert arms[1].label == "Opportunity area"
    assert drawn(arms[3]).key == "ceiling-drawn"
    assert drawn(arms[3]).scenario.effects.percentile is None
    assert not drawn(arms[3]).lucky


def test_arms_must_be_alike() -> None:
    base = Scenario.load("baseline")
    for other, at in (
        (AREA.changed(until=2030), "until"),
        (AREA.changed(scale=0.5), "scale"),
        (AREA.changed(goals=["vision_2048"]), "goals"),
        (AREA.changed({"switches.peers": False}), "past"),
    ):
        with pytest.raises(InputError, match=at):
            arms_of([base, other])
    with pytest.raises(InputError, match="named twice"):
        arms_of([base, AREA, AREA])
    with pytest.raises(InputError, match="no scenario"):
        arms_of([])


def test_all_that_is_made_of_a_scenario_shares_its_past() -> None:
    for made in (
        scaled_effects(AREA, 8), scaled_reach(AREA, 8), uncapped(AREA), at_means(AREA),
        without(AREA, ["maths_mastery"]), alone(AREA, ["maths_mastery"]), drawn(Arm("x", AREA)).scenario,
    ):  # fmt: skip
        assert made.burn_in_key() == AREA.burn_in_key()
        assert made.key() != AREA.key() or made == AREA
    assert scaled_effects(scaled_effects(AREA, 2), 3).effects.factor == 6
    assert not uncapped(AREA).switches.dose_cap


def test_reach_grows_up_to_everybody() -> None:
    more = scaled_reach(AREA, 3)
    # A share grows to all; what is left of the factor goes to the staff covered, then to who takes part.
    assert use(more, "teacher_recruitment")["reach"] == pytest.approx(0.6)
    assert use(more, "teacher_development")["coverage"] == pytest.approx(0.57)
    assert use(more, "national_training")["reach"] == pytest.approx({2018: 0.9, 2019: 0.9, 2020: 0.75})
    service = {2018: 0.9, 2019: 0.9, 2020: 0.63, 2021: 0.51, 2022: 0.9}
    assert use(more, "citizen_service")["reach"] == pytest.approx(service)
    outreach = {2018: 1.0, 2019: 1.0, 2020: 0.87, 2021: 0.6, 2022: 1.0}
    assert use(more, "university_outreach")["reach"] == pytest.approx(outreach)
    card = AREA.card("university_outreach").take_up
    assert card is not None
    assert use(more, "university_outreach")["take_up"] == pytest.approx(min(1.0, card.rate * 3 * 0.45))
    # Places by year, up to as many as there are schools; schools in which children are served.
    assert use(more, "maths_mastery")["reach"] == {2018: 0.75, 2019: 1.0, 2020: 1.0, 2021: 1.0, 2022: 1.0}
    lessons = next(each for each in more.programmes if each.name == "classroom_social_emotional")
    assert lessons.places_in(2018) == 12
    assert lessons.most_places < 45
    assert use(more, "evidence_fund")["in_schools"] == 1.0
    assert use(more, "transition_to_secondary")["in_schools"] == 18
    assert use(more, "family_programme")["places"] == {2019: 75, 2020: 45, 2021: 30, 2022: 75}
    assert more.alliance.budget_in(2019) == 3 * AREA.alliance.budget_in(2019)
    # A pilot keeps its size; what goes on from it is multiplied.
    assert use(more, "home_contact_first")["places"] == 10
    assert more.pilots[0].widen["reach"] == {"2020": 1.0, "2021": 1.0, "2022": 1.0}
    assert scaled_reach(AREA, 1) is AREA


def test_the_largest_factor_makes_scenarios_that_can_be() -> None:
    for scenario in (AREA, ALLIANCE, Scenario.load("ceiling")):
        most = scaled_reach(scenario, 20)
        for before, after in zip(scenario.programmes, most.programmes, strict=True):
            assert (after.reach is None) == (before.reach is None)
            if isinstance(after.reach, float) and isinstance(before.reach, float):
                assert after.reach == min(1.0, 20 * before.reach)
    with pytest.raises(InputError, match="1 or more"):
        scaled_reach(AREA, 0.5)


def test_more_reach_serves_more(numbers: ParameterDraws) -> None:
    small = AREA.changed(scale=0.05, until=2019)
    served = [
        numbers.town(each, RunId(0, 1)).run(2019).recorded.value("people_served", "all", 2019)
        for each in (small, scaled_reach(small, 3))
    ]
    assert served[0] is not None
    assert served[1] is not None
    assert 1.5 * served[0] < served[1] < 3.5 * served[0]


def test_programmes_are_left_out_and_taken_alone() -> None:
    rest = without(AREA, ["home_contact_first", "home_contact_second"])
    assert len(rest.programmes) == len(AREA.programmes) - 2
    assert rest.pilots == ()
    assert rest.acts == AREA.acts
    one = alone(AREA, ["leadership_qualifications"])
    assert [each.name for each in one.programmes] == ["leadership_qualifications"]
    assert one.acts == ()
    assert one.card("leadership_qualifications").cost.high == 4000


def test_bundles_hold_every_programme_once() -> None:
    for scenario in (AREA, ALLIANCE, Scenario.load("ceiling")):
        names = [name for bundle in bundles(scenario).values() for name in bundle]
        assert sorted(names) == sorted(each.name for each in scenario.programmes)
    assert bundles(AREA)["home_contact"] == ("home_contact_first", "home_contact_second")
    assert "all that ended before 2024" in bundles(ALLIANCE)
    assert bundles(Scenario.load("baseline")) == {}


def test_what_multiplies_grows_from_where_it_changes_nothing() -> None:
    card = ALLIANCE.card("backbone")
    once, five = (drawn_card(card, 0, factor=factor).effects for factor in (1.0, 5.0))
    assert [effect.mean for effect in once] == [1.1, 1.05, 0.0]
    assert [effect.mean for effect in five] == pytest.approx([1.5, 1.25, 0.0])
