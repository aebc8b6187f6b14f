"""What an answer leans on."""

from calibration.validation.score_card import Coverage, Skill
from calibration.validation.shipped import Validated
from experiments.reach.limitations import NO_CARD, assumptions, scores
from experiments.reach.scenarios import USUAL, Arm
from experiments.runs.draws import NONE
from model.inputs.parameters import Parameters
from model.scenario.scenario import Scenario


def test_without_a_score_card_it_says_how_to_make_one() -> None:
    assert scores(None, "d") == ((), (NO_CARD,))


def test_a_score_card_of_other_numbers_says_so_first() -> None:
    card = Validated("ipswich", "d", "2026-11-02", ("The model loses.",), (), (), ())
    assert scores(card, "d")[1] == ("The model loses.",)
    for other in ("e", NONE):
        first, second = scores(card, other)[1]
        assert "made 2026-11-02, is of other numbers" in first
        assert "wolsey validate --ship" in first
        assert second == "The model loses."


def test_a_score_card_says_where_a_naive_forecast_is_as_good() -> None:
    coverage = (Coverage("the town in 2022", 12, 5, 9), Coverage("patterns", 30, 15, 27))
    skill = (
        Skill("the town in 2022", "last year's value", 12, 1.0, 2.0, 8),
        Skill("the town in 2022", "England's trend", 12, 2.0, 1.0, 4),
    )
    card = Validated("ipswich", "d", "2026", ("The model loses.",), coverage, skill, ())
    rows, lost = scores(card, "d")
    assert lost == ("The model loses.",)
    assert [(row.within_50, row.within_90) for row in rows] == [
        ("5 of 12", "9 of 12"),
        ("15 of 30", "27 of 30"),
    ]
    assert (rows[0].skill_last_year, rows[0].skill_england) == (0.75, -3.0)
    assert rows[0].words == "no better than England's trend"
    assert (rows[1].skill_last_year, rows[1].words) == (None, "")


def test_every_card_in_use_stands_once_with_its_grade() -> None:
    arms = [Arm(name, Scenario.load(name)) for name in USUAL]
    found = assumptions(arms, Parameters.load(place="ipswich"))
    cards = [each for each in found if each.kind == "programme"]
    used = {use.card for arm in arms for use in arm.scenario.programmes}
    assert len(cards) == len(used)
    assert all(each.grade and each.source and "SD" in each.words for each in cards)
    assert found[-1].grade == "J"
