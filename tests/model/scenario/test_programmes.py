"""Programmes, acts and the alliance in a scenario: read, and checked before anything runs."""

import math
import pickle
from pathlib import Path
from typing import Any

import pytest

from model.inputs.place import Place
from model.io.errors import InputError
from model.scenario.card_parts import TakeUp
from model.scenario.checks import MARGIN, residents
from model.scenario.programmes import AlliancePlan, Use
from model.world.world import World
from tests.model.scenario.programme_cases import GROUPS, MATHS, PILOT, TRIED, fault, make_cards, scenario


@pytest.fixture(autouse=True)
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cards of the test."""
    return make_cards(tmp_path / "cards", monkeypatch)


def test_a_programme_is_its_card_and_what_is_said() -> None:
    made = scenario(GROUPS, {**MATHS, "name": "sums", "places": {"2019": 3, "2020-2021": 5}})
    groups, sums = made.programmes
    assert (groups.name, groups.ages, groups.order, groups.amount) == ("groups", None, "need", 1.0)
    assert (groups.funded_by, groups.coverage, groups.who.disadvantaged) == ("alliance", 1.0, False)
    assert [groups.reach_in(year) for year in (2018, 2019, 2022, 2023)] == [0.0, 0.4, 0.4, 0.0]
    assert groups.places_in(2020) is None
    assert sums.reach_in(2020) is None
    assert [sums.places_in(year) for year in (2018, 2019, 2021, 2022)] == [0, 3, 5, 0]
    assert (sums.end, sums.most_places, groups.most_places) == (2048, 5, 0)
    assert made.acting
    assert made.card("groups").effects[0].mean == 0.1
    assert not scenario().acting


def test_an_act_alone_is_acting() -> None:
    act = {"title": "More places", "organisation": "employers", "start": 2024, "lever": "entry_jobs"}
    made = scenario(acts=[{**act, "amount": 40}])
    assert made.acting
    assert [made.acts[0].runs_in(year) for year in (2023, 2024, 2048)] == [False, True, True]


def test_schools_are_counted_or_shared() -> None:
    one, all_schools = (
        scenario({**GROUPS, "in_schools": number}).programmes[0].in_schools for number in (1, 1.0)
    )
    assert isinstance(one, int)
    assert isinstance(all_schools, float)


@pytest.mark.parametrize(
    ("budget", "of_2017", "of_2020", "of_2030"),
    [
        ({"2018-2022": 1_200_000}, 0.0, 1_200_000.0, 0.0),
        ({"2020": 0, "2030": 5.5}, 0.0, 0.0, 5.5),
        (7, 0.0, 7.0, 7.0),
        ("unlimited", math.inf, math.inf, math.inf),
    ],
)
def test_the_budget_of_a_year(budget: object, of_2017: float, of_2020: float, of_2030: float) -> None:
    plan = scenario(alliance={"budget": budget}).alliance
    assert [plan.budget_in(year) for year in (2017, 2020, 2030)] == [of_2017, of_2020, of_2030]
    assert AlliancePlan().budget_in(2020) == math.inf


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reach": 1.4}, "x.toml: programmes[0].reach = 1.4: must be between 0 and 1"),
        ({"reach": {"2019-2020": 1.4}}, "programmes[0].reach.2019-2020 = 1.4: must be between 0 and 1"),
        ({"reach": {"2025": 0.4}}, "programmes[0].reach = 2025: is no year of this programme; allowed: 2019"),
        ({"reach": {"soon": 0.4}}, "programmes[0].reach.soon: is no year"),
        ({"reach": True}, "programmes[0].reach = true: must be a number"),
        ({"reach": float("nan")}, "programmes[0].reach = nan: must be a finite number"),
        ({"reach": None}, "programmes[0].reach: needs one of reach and places"),
        ({"places": 10}, "programmes[0].places = 10: is given besides reach; only one can hold"),
        (
            {"reach": None, "places": 2870},
            "places = 2870: is more than there are: 2869, 1.5 times the residents aged 5 to 5 in 2017",
        ),
        ({"reach": None, "places": -1}, "programmes[0].places = -1: must be at least 0"),
        ({"reach": None, "places": 1.5}, "programmes[0].places = 1.5: must be a whole number"),
        ({"start": 2023}, "programmes[0].start = 2023: is after end = 2022"),
        ({"start": 2017}, "programmes[0].start = 2017: must be between 2018 and 2048"),
        ({"end": 2049}, "programmes[0].end = 2049: must be between 2018 and 2048"),
        ({"crad": "groups"}, 'programmes[0].crad = "groups": is not a known key'),
        ({"card": "gruops"}, 'programmes[0].card = "gruops": is not a programme card; allowed: backbone'),
        ({"card": "gruops"}, "did you mean 'groups'?"),
        ({"ages": [6, 5]}, "programmes[0].ages = [6, 5]: must be two ages in order; allowed: 0 to 32"),
        ({"ages": [5]}, "programmes[0].ages = [5]: must be a list of the first and the last age"),
        ({"ages": [5, 33]}, "programmes[0].ages = [5, 33]: must be two ages in order"),
        ({"who": {"wards": ["Gippin"]}}, 'programmes[0].who.wards[0] = "Gippin": is not a ward of this'),
        ({"who": {"wards": ["Gippin"]}}, "did you mean 'Gipping'?"),
        ({"who": {"schools": ["primry 01"]}}, "did you mean 'primary 01'?"),
        ({"who": {"phases": ["primry"]}}, "did you mean 'primary'?"),
        ({"who": {"poorest_wards": 17}}, "who.poorest_wards = 17: is more than the 16 wards of the place"),
        ({"who": {"poorest_wards": 0}}, "who.poorest_wards = 0: must be at least 1"),
        ({"who": {"lowest": 0}}, "programmes[0].who.lowest = 0: must be at most 1 and above 0"),
        ({"who": {"wards": []}}, "programmes[0].who.wards = []: must not be empty"),
        ({"who": 3}, "programmes[0].who = 3: must be a table"),
        ({"who": {"disadvantagd": True}}, "did you mean 'disadvantaged'?"),
        ({"in_schools": 31}, "programmes[0].in_schools = 31: is more than the 30 such schools of the place"),
        ({"in_schools": 0}, "programmes[0].in_schools = 0: must be at least 1"),
        ({"in_schools": 1.2}, "programmes[0].in_schools = 1.2: must be between 0 and 1"),
        (
            {"coverage": 0.3},
            'coverage = 0.3: does nothing with groups, which has delivered_to = "child"; allowed: a card '
            'with delivered_to = "school"',
        ),
        ({"order": "nead"}, "did you mean 'need'?"),
        ({"amount": -1}, "programmes[0].amount = -1: must be at least 0"),
        ({"take_up": 2}, "programmes[0].take_up = 2: must be between 0 and 1"),
        ({"funded_by": "aliance"}, "did you mean 'alliance'?"),
        (
            {"card": "maths", "reach": None, "places": 9},
            "places = 9: is more than there are: 8, such schools",
        ),
        *(
            (
                {"card": "maths", **changes},
                f'{at}: does nothing with maths, which has delivered_to = "school"',
            )
            for changes, at in (
                ({"in_schools": 3}, "in_schools = 3"),
                ({"take_up": 0.5}, "take_up = 0.5"),
                ({"shaped_with_young": True}, "shaped_with_young = true"),
                ({"who": {"disadvantaged": True}}, "who.disadvantaged = true"),
                ({"who": {"wards": ["Gipping"]}}, 'who.wards = ["Gipping"]'),
                ({"who": {"poorest_wards": 2}}, "who.poorest_wards = 2"),
                ({"who": {"lowest": 0.5}}, "who.lowest = 0.5"),
                ({"who": {"at_risk": 0.5}}, "who.at_risk = 0.5"),
            )
        ),
        ({"card": "maths", "amount": 2}, "amount = 2.0: does nothing with maths"),
        ({"card": "backbone", "reach": None, "places": 9}, "places = 9: does nothing with backbone"),
        ({"card": "backbone", "in_schools": 3}, "in_schools = 3: does nothing with backbone"),
        ({"card": "parents", "in_schools": 3}, "in_schools = 3: does nothing with parents"),
    ],
)
def test_a_programme_with_a_fault_is_refused_in_one_line(changes: dict[str, Any], words: str) -> None:
    told = fault({key: value for key, value in {**GROUPS, **changes}.items() if value is not None})
    assert told.startswith("x.toml: programmes[0].")
    assert words in told
    assert "\n" not in told


def test_the_most_places_are_held_by_the_margin() -> None:
    most = int(residents(Place.load("ipswich"), 5, 5) * MARGIN)
    assert scenario({**_without(GROUPS, "reach"), "places": most}).programmes[0].most_places == most
    old = residents(Place.load("ipswich"), 19, 20)
    assert old == 2 * residents(Place.load("ipswich"), 19, 19)


def _without(content: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != key}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"alliance": {"budget": {"2018": -1}}}, "alliance.budget.2018 = -1: must be at least 0"),
        ({"alliance": {"budget": -1}}, "alliance.budget = -1: must be at least 0"),
        (
            {"alliance": {"budget": {"2017": 1}}},
            "alliance.budget.2017: must name years between 2018 and 2048",
        ),
        ({"alliance": {"budget": {"2018-2020": 1, "2020": 2}}}, "budget.2020: names 2020 a second time"),
        ({"alliance": {"budget": "unlimitd"}}, "did you mean 'unlimited'?"),
        ({"alliance": {"budget": "much"}}, 'alliance.budget = "much": is no budget'),
        ({"alliance": {"youth_voice": 1.1}}, "alliance.youth_voice = 1.1: must be between 0 and 1"),
        ({"alliance": 3}, "alliance = 3: must be a table"),
        ({"effects": {"percentile": 100}}, "effects.percentile = 100: must be between 1 and 99"),
        ({"effects": {"percentil": 90}}, "did you mean 'percentile'?"),
        ({"effects": {"factor": 0}}, "effects.factor = 0: must be at most 100 and above 0"),
        ({"cards": {"gruops": {}}}, 'cards = "gruops": is not a programme card'),
        ({"cards": {"groups": {"padlock": 3}}}, "cards.groups.padlock = 3: is not a known key"),
        (
            {"cards": {"groups": {"effects": [{"lever": "litracy", "mean": 1, "sd": 1}]}}},
            "cards.groups.effects[0]",
        ),
        ({"cards": 3}, "cards = 3: must be a table"),
        ({"programmes": 3}, "programmes = 3: must be a list"),
        ({"programmes": ["groups"]}, 'programmes[0] = "groups": must be a table'),
        ({"programmes": [GROUPS, GROUPS]}, 'programmes[1].name = "groups": is named twice'),
        ({"programmes": [{"start": 2019}]}, "programmes[0].name: is missing"),
        (
            {
                "acts": [
                    {"title": "t", "organisation": "employer", "start": 2024, "lever": "skill", "amount": 1}
                ]
            },
            'acts[0].organisation = "employer": is not one of the allowed words',
        ),
        (
            {
                "acts": [
                    {"title": "t", "organisation": "college", "start": 2024, "lever": "skil", "amount": 1}
                ]
            },
            'acts[0].lever = "skil": is not a lever',
        ),
        (
            {
                "acts": [
                    {"title": "t", "organisation": "college", "start": 2024, "end": 2020, "lever": "skill"}
                    | {"amount": 1}
                ]
            },
            "acts[0].start = 2024: is after end = 2020",
        ),
        ({"drop": ["groups"]}, 'drop = ["groups"]: needs a scenario to extend'),
        ({"extends": 3}, "extends = 3: must be the name or path of a scenario"),
        ({"extends": "basline"}, 'extends = "basline": there is no such scenario'),
        ({"extends": "basline"}, "did you mean 'baseline'?"),
        ({"extends": "nowhere/x.toml"}, 'extends = "nowhere/x.toml": there is no such scenario'),
    ],
)
def test_whatever_else_is_wrong_is_refused_in_one_line(content: dict[str, Any], words: str) -> None:
    told = fault(**content)
    assert told.startswith("x.toml: ")
    assert words in told
    assert "\n" not in told


def test_acts_have_titles_of_their_own() -> None:
    act = {"title": "t", "organisation": "college", "start": 2024, "lever": "skill", "amount": 1}
    assert 'acts[1].title = "t": is named twice' in fault(acts=[act, act])


def test_cards_change_for_one_scenario_only() -> None:
    made = scenario(GROUPS, cards={"groups": {"cost": {"low": 10}, "take_up": {"rate": 0.5}}})
    assert (made.card("groups").cost.low, made.card("groups").cost.high) == (10, 100)
    assert made.card("groups").name == "groups"
    assert scenario(GROUPS).card("groups").cost.low == 50
    assert scenario(GROUPS).card("maths").delivered_to == "school"
    with pytest.raises(InputError, match=r"'mats' is not a programme card.*did you mean 'maths'"):
        made.card("mats")


def test_the_key_follows_programmes_and_cards_and_the_burn_in_does_not(cards: Path) -> None:
    plain = scenario()
    others = [
        plain,
        scenario(GROUPS),
        scenario({**GROUPS, "reach": 0.5}),
        scenario(GROUPS, MATHS),
        scenario(MATHS, GROUPS),
        scenario(GROUPS, cards={"groups": {"take_up": {"rate": 0.5}}}),
        scenario(GROUPS, alliance={"budget": 5}),
        scenario(GROUPS, effects={"percentile": 90}),
        scenario(GROUPS, effects={"factor": 2}),
        scenario(*TRIED),
        scenario(*TRIED, pilots=[PILOT]),
        plain.changed({"switches.stacking": False}),
        plain.changed({"switches.alliance": False}),
        plain.changed(until=2030),
    ]
    assert len({each.key() for each in others}) == len(others)
    assert len({each.burn_in_key() for each in others}) == 1
    before = scenario(GROUPS).key()
    path = cards / "groups.toml"
    path.write_text(path.read_text().replace("mean = 0.1", "mean = 0.11"))
    assert scenario(GROUPS).key() != before
    assert scenario().key() == plain.key()


@pytest.mark.parametrize(
    "changes",
    [
        {"scale": 0.5},
        {"births.2030": 1500},
        {"england.path": {"gld": 0.1}},
        {"parameters.learning.trait_share": 0.6},
        {"switches.peers": False},
    ],
)
def test_the_burn_in_key_follows_what_a_world_holds(changes: dict[str, Any]) -> None:
    assert scenario().changed(changes).burn_in_key() != scenario().burn_in_key()


def test_arms_share_a_world() -> None:
    small = scenario().changed(scale=0.05)
    assert World.of(small) is World.of(scenario(GROUPS).changed(scale=0.05, until=2020))


def test_changed_reaches_into_programmes() -> None:
    made = scenario(GROUPS, {**MATHS, "places": {"2019-2022": 3}})
    other = made.changed(
        {
            "programmes.groups.places": 50,
            "programmes.groups.who.disadvantaged": True,
            "alliance.budget": {"2019": 5},
            "effects.percentile": 90,
            "cards.groups": {"take_up": {"rate": 0.1}},
        }
    )
    assert (other.programmes[0].places, other.programmes[0].reach) == (50, None)
    assert other.programmes[0].who.disadvantaged
    assert other.programmes[1].places == dict.fromkeys(range(2019, 2023), 3)
    assert (other.alliance.budget_in(2019), other.effects.percentile) == (5.0, 90)
    assert other.card("groups").take_up == TakeUp(rate=0.1)
    assert made.changed({"programmes": []}).programmes == ()
    for key, words in (
        ("programmes.grups.reach", "did you mean 'groups'"),
        ("programmes.groups", "needs a key of the programme"),
        ("programmes.groups.reech", "did you mean 'reach'"),
    ):
        with pytest.raises(InputError, match=words):
            made.changed({key: 0.5})


def test_a_scenario_with_programmes_survives_pickling() -> None:
    made = scenario(*TRIED, pilots=[{**PILOT, "widen": {"reach": 0.8}}], cards={"groups": {"grade": "C"}})
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert (again.key(), again.card("groups").grade) == (made.key(), "C")


def test_the_description_tells_what_is_done() -> None:
    told = scenario(
        *TRIED,
        pilots=[PILOT],
        alliance={"budget": {"2019-2020": 1000}},
        effects={"percentile": 90, "factor": 1.5},
        cards={"groups": {"grade": "C"}},
    ).describe()
    assert told.splitlines()[2:] == [
        "2 programmes, 1 pilot",
        "budget: 2,000 pounds of 2017 over 2019 to 2020",
        "effects at percentile 90 towards benefit",
        "effects 1.5 times as large",
        "cards changed: groups",
    ]
    assert "budget: unlimited" in scenario(GROUPS).describe()
    assert "over no year" in scenario(alliance={"budget": 0}).describe()


def test_a_programme_can_be_made_without_a_scenario() -> None:
    use = Use.model_validate({"card": "groups", "start": 2020, "reach": {"2020-2021": 0.5}})
    assert (use.reach_in(2021), use.reach_in(2022)) == (0.5, 0.0)
