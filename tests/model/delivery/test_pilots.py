"""Pilots: approaches in schools of their own, a noisy evaluation, and what follows from it."""

from typing import Any

import numpy as np
import pytest

from model.chance.luck import Luck
from model.delivery import pilots as piloting
from model.inputs.parameters import Parameters
from model.io.errors import InputError
from model.rules.partnership import evaluation_error
from model.scenario.scenario import Scenario
from model.state.ledger import Decided, Delivery
from model.town import Town
from tests.model.arms import EXACT, card, effect, lived, past, plan, school_card

SCALE = 0.25
TRIED = ("texts", "calls")
CARDS = ("life_skills", "citizen_service")
SURE, NONE, HARM = 40.0, 0.0, -40.0
"""Points of absence that no evaluation misses, and none."""


def pilot(
    benefits: tuple[float, ...],
    to: str = "school",
    change_to: float | None = None,
    years: int = 2,
    tried: dict[str, Any] | None = None,
    **more: Any,
) -> Scenario:
    """Approaches that lower absence by so many points, `to` schools or to children in them."""
    make = school_card if to == "school" else card
    cards = {}
    uses: list[dict[str, Any]] = []
    places: dict[str, Any] = {"places": 10} if to == "school" else {"reach": 0.5, "in_schools": 10}
    for name, on, benefit in zip(TRIED, CARDS, benefits, strict=False):
        cards[on] = make(effect("absence", -benefit, unit="pp", form="while_delivered"), ages=[5, 16])
        uses.append({"name": name, "card": on, **places, **(tried or {})})
    if change_to is not None:
        cards["business_mentors"] = card(effect("absence", -change_to, unit="pp"), ages=[5, 16])
        uses.append({"name": "visits", "card": "business_mentors"})
        more["change_to"] = "visits"
    test = {
        "name": "attendance",
        "programmes": list(TRIED[: len(benefits)]),
        "years": years,
        "outcome": "absence",
        "sample": 2000,
        "then": "better",
        "widen": {"reach": 1.0},
        **more,
    }
    return plan(*uses, scale=SCALE, cards=cards, pilots=[test], **EXACT)


def schools_of(town: Town) -> dict[str, set[int]]:
    """Schools of the pupils served this year, by programme."""
    return {name: set(town.children.school[rows].tolist()) for name, rows in town.delivery.served.items()}


THRESHOLD: dict[str, Any] = {"then": "threshold", "widen_above": 20.0, "stop_below": -20.0}


@pytest.mark.parametrize("to", ["school", "child"])
def test_while_they_are_tried_no_two_share_a_school(to: str) -> None:
    scenario = pilot((SURE, NONE), to, years=3)
    town = past(scenario).branch(scenario)
    seen: dict[str, set[int]] = {name: set() for name in TRIED}
    for _ in range(3):
        town.step()
        for name, those in schools_of(town).items():
            assert those or to == "school"  # a school may stop for a year
            seen[name] |= those
    assert all(seen.values())
    assert not seen["texts"] & seen["calls"]
    # Ten schools of forty, in a town of a quarter of the size, and the same ones every year.
    assert [len(those) for those in seen.values()] == [2, 2]


@pytest.mark.parametrize("tried", [{"reach": 0.3, "places": None}, {"reach": 0.5, "places": None}])
def test_shares_of_schools_are_shares_of_all_of_them(tried: dict[str, Any]) -> None:
    scenario = pilot((SURE, NONE), "school", tried=tried)
    town = past(scenario).branch(scenario)
    for _ in range(2):
        town.step()
        own = {name: set(rows.tolist()) for name, rows in town.delivery.own.items()}
        count = int(town.schools.inside.sum())
        assert len(own["texts"]) == round(tried["reach"] * count)
        assert len(own["calls"]) == min(len(own["texts"]), count - len(own["texts"]))
        assert not own["texts"] & own["calls"]


def test_a_share_of_schools_stays_as_large_from_year_to_year() -> None:
    scenario = pilot((SURE, NONE), "child", years=4, tried={"in_schools": 0.4})
    town = past(scenario).branch(scenario)
    town.step()
    first = {name: set(rows.tolist()) for name, rows in town.delivery.own.items()}
    assert all(len(those) >= 4 for those in first.values())
    for _ in range(3):
        town.step()
        assert {name: set(rows.tolist()) for name, rows in town.delivery.own.items()} == first


@pytest.mark.parametrize("to", ["school", "child"])
@pytest.mark.parametrize(("benefits", "winner"), [((SURE, NONE), "texts"), ((NONE, SURE), "calls")])
def test_the_better_goes_on_and_the_other_stops(benefits: tuple[float, float], winner: str, to: str) -> None:
    scenario = pilot(
        benefits, to, widen={"reach": 1.0} if to == "school" else {"reach": 1.0, "in_schools": 1.0}
    )
    town = past(scenario).branch(scenario).run(2019)
    assert set(town.delivery.served) == set(TRIED)
    assert town.delivery.decisions == []
    own = set(town.delivery.own[winner].tolist())
    for year in (2020, 2021, 2025):
        town.run(year)
        assert set(town.delivery.served) == {winner}
        assert own <= set(town.delivery.queues[winner].tolist())
        everywhere = set(np.flatnonzero(town.schools.inside).tolist())
        assert set(town.delivery.queues[winner].tolist()) == everywhere
        assert set(town.delivery.queues[winner][: len(own)].tolist()) == own
    (decided,) = town.delivery.decisions
    assert decided.year == 2020
    assert decided.words == f"{winner} goes on; the others stop"
    assert len(schools_of(town)[winner]) > 6


def test_what_goes_on_keeps_its_own_schools_first() -> None:
    """Widened to 20 schools of forty: its own ten are among them."""
    scenario = pilot((SURE, NONE), widen={"places": 20}).changed({"parameters.programmes.drop_out": 0.0})
    town = past(scenario).branch(scenario).run(2019)
    own = schools_of(town)["texts"]
    town.run(2020)
    assert own < schools_of(town)["texts"]
    assert len(schools_of(town)["texts"]) == 5


@pytest.mark.parametrize(
    ("benefit", "words", "runs"),
    [
        (SURE, "texts is widened", {"texts"}),
        (NONE, "texts changes to visits", {"visits"}),
        (HARM, "texts stops", set()),
    ],
)
def test_by_a_threshold_what_is_tried_is_widened_changed_or_stopped(
    benefit: float, words: str, runs: set[str]
) -> None:
    scenario = pilot((benefit,), change_to=1.0, **THRESHOLD)
    town = past(scenario).branch(scenario).run(2019)
    assert set(town.delivery.served) == {"texts"}, "what waits must not run"
    few = len(schools_of(town)["texts"])
    town.run(2021)
    assert [decided.words for decided in town.delivery.decisions] == [words]
    assert set(town.delivery.served) == runs
    if runs == {"texts"}:
        assert len(schools_of(town)["texts"]) > few
    if runs == {"visits"}:
        assert all(entry.programme != "texts" for entry in town.delivery.of_year(2021))


def test_in_between_without_another_it_stays_as_it_is() -> None:
    scenario = pilot((NONE, SURE), **THRESHOLD).changed({"parameters.programmes.drop_out": 0.0})
    town = past(scenario).branch(scenario).run(2019)
    before = schools_of(town)["texts"]
    town.run(2021)
    assert town.delivery.decisions[0].words == "texts stays as it is; calls is widened"
    assert schools_of(town)["texts"] == before


# The evaluation.


def judged(scenario: Scenario, luck: int, until: int = 2019) -> Decided:
    """The decision of a town with the same people and other luck from 2018 on."""
    town = past(scenario).branch(scenario)
    town.luck = Luck(luck)
    (decided,) = town.run(until).delivery.decisions
    return decided


def test_the_error_is_that_of_its_sample_and_schools() -> None:
    scenario = pilot((3.0, 1.0), years=1, sample=1200)
    p = past(scenario).parameters.programmes
    decided = judged(scenario, 1)
    # 1,200 pupils in ten schools, in a quarter of the town: 300 in two.
    assert decided.error == pytest.approx(evaluation_error(300, 2, p.absence_spread, p.pilot_clusters))
    more = judged(pilot((3.0, 1.0), years=1, sample=1200, tried={"places": 20}), 1)
    assert more.error == pytest.approx(evaluation_error(300, 5, p.absence_spread, p.pilot_clusters))
    assert more.error < decided.error


def test_no_more_are_looked_at_than_were_served() -> None:
    scenario = pilot((3.0, 1.0), years=1, sample=20_000)
    town = past(scenario).branch(scenario).run(2019)
    p, (decided,) = town.parameters.programmes, town.delivery.decisions
    served = [entry.treated for entry in town.delivery.of_year(2018)]
    assert len(set(served)) == len(TRIED)
    assert max(served) < 20_000 * SCALE
    errors = [evaluation_error(number, 2, p.absence_spread, p.pilot_clusters) for number in served]
    assert decided.error == pytest.approx(np.mean(errors))


def test_estimates_lie_about_the_truth_by_their_error() -> None:
    found = [judged(pilot((3.0, 1.0), years=1), luck) for luck in range(40)]
    off = (
        np.array([[each.estimates["texts"] - 3, each.estimates["calls"] - 1] for each in found])
        / found[0].error
    )
    assert np.abs(off.mean(axis=0)).max() < 4 / np.sqrt(40)
    assert 0.7 < off.std() < 1.3
    texts, calls = off.T
    assert abs((texts * calls).mean()) < 0.6
    # Each takes the one that it measured as better.
    for each in found:
        assert each.words.startswith(max(each.estimates, key=lambda name: each.estimates[name]))


def test_effects_on_some_ages_count_by_their_share() -> None:
    """Mastery in maths: .07 at 5 to 11, .05 at 12 to 16."""
    uses = [{"name": name, "card": "maths_mastery", "places": 10} for name in TRIED]
    delivery = Delivery.of(plan(*uses, scale=SCALE), Parameters.load(place="ipswich"), 0)
    for running in delivery.running.values():
        assert piloting.true_effect(running, "numeracy") == pytest.approx((7 * 0.07 + 5 * 0.05) / 12)


def test_an_approach_needs_schools_of_its_own() -> None:
    with pytest.raises(InputError, match="has no schools of its own") as error:
        pilot((SURE, NONE), "child", tried={"in_schools": None})
    assert 'pilots[0].programmes[0] = "texts"' in str(error.value)


def test_a_larger_sample_makes_fewer_wrong_choices() -> None:
    wrong = []
    for sample in (4, 40, 20_000):
        scenario = pilot((1.2, 0.0), "child", years=1, sample=sample, widen={}, tried={"in_schools": 20})
        scenario = scenario.changed({"parameters.programmes.pilot_clusters": 0.0})
        wrong.append(sum(judged(scenario, luck).words.startswith("calls") for luck in range(50)))
    few, some, many = wrong
    assert many == 0
    assert few > some > many
    assert few < 40


def test_a_pilot_that_widens_nothing_changes_no_draw_of_those_who_stay() -> None:
    """The evaluation has luck of its own: judged or not, the same children are served in its years."""
    with_pilot = pilot((SURE, NONE), "child", years=2)
    town = lived(with_pilot, 2019)
    alone = lived(with_pilot.changed({"pilots": []}), 2019)
    assert town.delivery.served["texts"].tobytes() == alone.delivery.served["texts"].tobytes()


def test_a_pilot_that_served_nobody_decides_nothing() -> None:
    scenario = pilot((3.0, 1.0), years=1).changed({"alliance": {"budget": 0}})
    town = past(scenario).branch(scenario).run(2020)
    (decided,) = town.delivery.decisions
    assert decided.estimates == {}
    assert decided.words.endswith("nothing is decided")
    assert town.delivery.stopped == set()
