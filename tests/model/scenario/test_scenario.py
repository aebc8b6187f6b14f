"""Scenarios: what a file may say, and one clear line for what it may not."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from model.inputs.parameters import Parameters
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario, json_schema

GOOD: dict[str, Any] = {"title": "No programme", "place": "ipswich"}
RECORD = """
[trait_share]
value = 0.59
unit = "share"
low = 0.3
high = 0.9
prior = "fixed"
source = "s"
grade = "A"
meaning = "m"
"""


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place, two goal files and one parameter that do not change with the product's own."""
    (tmp_path / "places" / "ipswich").mkdir(parents=True)
    (tmp_path / "places" / "ipswich" / "place.toml").touch()
    (tmp_path / "places" / "empty").mkdir()
    (tmp_path / "goals").mkdir()
    for name in ("opportunity_area_2021", "vision_2048"):
        (tmp_path / "goals" / f"{name}.toml").touch()
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "learning.toml").write_text(RECORD)
    numbers = Parameters.load(tmp_path / "parameters")
    monkeypatch.setattr(files, "places", lambda: tmp_path / "places")
    monkeypatch.setattr(files, "goal_files", lambda: tmp_path / "goals")
    monkeypatch.setattr(Parameters, "load", staticmethod(lambda place=None: numbers))
    return tmp_path


def test_what_is_not_said_is_as_history_was() -> None:
    scenario = Scenario.of(GOOD)
    assert (scenario.until, scenario.scale, scenario.record, scenario.name) == (2048, 1.0, "default", "")
    assert scenario.goals == ("opportunity_area_2021", "vision_2048")
    assert all(on for _, on in scenario.switches)
    assert len(list(scenario.switches)) == 11
    assert scenario.england.path == "flat"
    assert scenario.births == {}
    assert scenario.parameters == {}


def test_a_file_is_read_by_name_and_by_path(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (house / "mine.toml").write_text(
        'title = "Mine"\nplace = "ipswich"\n[births]\n2030 = 1500\n"2031-2033" = 1400\n'
    )
    monkeypatch.setattr(files, "scenarios", lambda: house)
    scenario = Scenario.load("mine")
    assert scenario.name == "mine"
    assert scenario.births == {2030: 1500, 2031: 1400, 2032: 1400, 2033: 1400}
    assert Scenario.load(house / "mine.toml") == scenario
    with pytest.raises(InputError, match="there is no such scenario; allowed: mine; did you mean 'mine'"):
        Scenario.load("minne")


def test_the_file_is_named_in_errors_of_every_kind(house: Path) -> None:
    path = house / "mine.toml"
    for content, message in (
        ('title = "Mine"\nplace = "ipswich"\nuntil = 1998\n', "until = 1998: must be between 1999 and 2048"),
        ('title = "Mine"\nplace = "ipswitch"\n', 'place = "ipswitch": is no district of England'),
        ("title = Mine\n", "line 1, column 9: is not valid TOML"),
    ):
        path.write_text(content)
        with pytest.raises(InputError) as caught:
            Scenario.load(path)
        assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"untill": 2030},
            "untill = 2030: is not a known key; allowed: title, question, notes, place, until",
        ),
        ({"title": ""}, 'title = "": must not be empty'),
        ({"until": 2049}, "until = 2049: must be between 1999 and 2048"),
        ({"until": "2030"}, 'until = "2030": must be a whole number'),
        ({"until": 2030.5}, "until = 2030.5: must be a whole number"),
        ({"until": True}, "until = true: must be a whole number"),
        ({"scale": 0.01}, "scale = 0.01: must be between 0.02 and 20"),
        ({"scale": 21}, "scale = 21: must be between 0.02 and 20"),
        ({"scale": float("nan")}, "scale = nan: must be a finite number"),
        (
            {"place": "ipswitch"},
            'place = "ipswitch": is no district of England; allowed: a name or code that',
        ),
        ({"place": "empty"}, 'place = "empty": is no district of England'),
        ({"place": "../ipswich"}, 'place = "../ipswich": there is no such folder of a place'),
        ({"place": 3}, "place = 3: must be text in quotes"),
        (
            {"goals": ["vison_2048"]},
            'goals[0] = "vison_2048": is not a goal file; allowed: opportunity_area_2021, vision_2048; '
            "did you mean 'vision_2048'?",
        ),
        ({"goals": ["vision_2048", "vision_2048"]}, 'goals[1] = "vision_2048": is named twice'),
        ({"goals": "vision_2048"}, 'goals = "vision_2048": must be a list'),
        ({"goals": [3]}, "goals[0] = 3: must be text in quotes"),
        (
            {"record": "ful"},
            'record = "ful": is not one of the allowed words; allowed: default, full; did you mean',
        ),
        ({"switches": True}, "switches = true: must be a table"),
        (
            {"switches.peer": False},
            "switches.peer = false: is not a known key; allowed: peers, school_choice",
        ),
        ({"switches.peers": 0}, "switches.peers = 0: must be true or false"),
        (
            {"england.pth": "flat"},
            "england.pth = \"flat\": is not a known key; allowed: path; did you mean 'path'?",
        ),
        (
            {"england.path": "flatt"},
            'england.path = "flatt": is no path for England; allowed: "flat", or a table',
        ),
        ({"england.path": 3}, "england.path = 3: is no path for England"),
        ({"england.path": {"gld": "x"}}, 'england.path.gld = "x": must be a number'),
        ({"england.path": {"gld": float("inf")}}, "england.path.gld = inf: must be a number"),
        ({"england.path": {"gld": 5.1}}, "england.path.gld = 5.1: must be between -5 and 5 a year"),
        ({"births": 3}, "births = 3: must be a table"),
        ({"births.2048-2030": 1500}, 'births.2048-2030: has its years reversed; allowed: "2030-2048"'),
        ({"births.1997": 1500}, "births.1997: must name years between 1998 and 2048"),
        ({"births.2040-2049": 1500}, "births.2040-2049: must name years between 1998 and 2048"),
        ({"births.soon": 1500}, "births.soon: is no year"),
        ({"births.2030": 20_001}, "births.2030 = 20001: must be a whole number between 0 and 20000"),
        ({"births.2030": -1}, "births.2030 = -1: must be a whole number between 0 and 20000"),
        ({"births.2030": 1500.5}, "births.2030 = 1500.5: must be a whole number between 0 and 20000"),
        ({"births": {"2030-2032": 1, "2031": 2}}, "births.2031: names 2031 a second time"),
        ({"parameters": 3}, "parameters = 3: must be a table"),
        (
            {"parameters.learning.trait_shar": 0.6},
            "parameters.learning.trait_shar = 0.6: is not a parameter; allowed: learning.trait_share",
        ),
        (
            {"parameters.learning.trait_share": 0.95},
            "parameters.learning.trait_share = 0.95: must be between 0.3",
        ),
        ({"parameters.learning.trait_share": "x"}, 'parameters.learning.trait_share = "x": must be a number'),
        ({"until.year": 3}, "until.year = 3: is not a table of the scenario"),
    ],
)
def test_bad_values_are_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Scenario.of(GOOD).changed(changes)
    assert str(caught.value).startswith(message)


def test_the_title_has_no_default() -> None:
    with pytest.raises(InputError, match="title: is missing"):
        Scenario.of({"place": "ipswich"}, where="x.toml")


def test_changed_is_checked_and_leaves_the_original() -> None:
    scenario = Scenario.of(GOOD, name="mine")
    other = scenario.changed({"switches.peers": False, "births.2030": 1500}, until=2021)
    assert (other.switches.peers, other.births, other.until, other.name) == (
        False,
        {2030: 1500},
        2021,
        "mine",
    )
    assert (scenario.switches.peers, scenario.births, scenario.until) == (True, {}, 2048)
    assert other.changed({"births.2031": 1400}).births == {2030: 1500, 2031: 1400}


def test_overrides_may_stand_in_tables_of_sections() -> None:
    dotted = Scenario.of({**GOOD, "parameters": {"learning.trait_share": 0.6}})
    nested = Scenario.of({**GOOD, "parameters": {"learning": {"trait_share": 0.6}}})
    assert dotted.parameters == {"learning.trait_share": 0.6}
    assert dotted.key() == nested.key()


def test_key_follows_what_it_says_and_not_how() -> None:
    scenario = Scenario.of(GOOD, name="mine")
    same = Scenario.of({"place": "ipswich", "title": "Other words", "notes": "n", "scale": 1, "until": 2048})
    assert scenario.key() == same.key()
    assert len(scenario.key()) == 32
    spelt = [{"births": {"2030-2031": 5}}, {"births": {"2031": 5, "2030": 5}}]
    assert len({scenario.changed(each).key() for each in spelt}) == 1
    others: list[dict[str, Any]] = [
        {},
        {"until": 2047},
        {"scale": 0.5},
        {"goals": ["vision_2048"]},
        {"record": "full"},
        {"switches.trust": False},
        {"england.path": {"gld": 0.1}},
        {"births.2030": 5},
        {"parameters.learning.trait_share": 0.6},
    ]
    assert len({scenario.changed(each).key() for each in others}) == len(others)


def test_scenario_is_frozen_and_survives_pickling() -> None:
    scenario = Scenario.of(GOOD, name="mine").changed({"births.2030": 5, "england.path": {"gld": 0.1}})
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert (again.name, again.key()) == ("mine", scenario.key())
    with pytest.raises(ValueError, match="frozen"):
        scenario.until = 2030


def test_series_of_englands_path_are_checked_against_england() -> None:
    scenario = Scenario.of(GOOD, name="mine").changed({"england.path": {"gdl": 0.1}})
    with pytest.raises(InputError) as caught:
        scenario.check_series(["gld", "ks2_rwm"])
    assert str(caught.value) == (
        "mine.toml: england.path.gdl = 0.1: is not a series of England; "
        "allowed: gld, ks2_rwm; did you mean 'gld'?"
    )
    scenario.check_series(["gdl"])
    Scenario.of(GOOD).check_series([])


def test_description_tells_what_differs() -> None:
    changes: dict[str, Any] = {
        "scale": 0.05,
        "switches.peers": False,
        "england.path": {"gld": 0.1},
        "births.2030": 5,
        "parameters.learning.trait_share": 0.6,
        "until": 2021,
    }
    assert Scenario.of(GOOD).changed(changes).describe().splitlines() == [
        "No programme",
        "ipswich, 1998 to 2021",
        "reduced town: scale 0.05",
        "left out: peers",
        "England's path, a year: gld +0.1",
        "births given for 1 years from 2030 to 2030",
        "learning.trait_share = 0.6",
    ]
    assert "enlarged town: scale 10" in Scenario.of({**GOOD, "scale": 10}).describe()


def test_schema_can_be_printed_and_names_every_key() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert set(schema["properties"]) == {*Scenario.model_fields, "extends", "drop"}
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["title"]


def test_the_products_own_baseline_says_nothing_but_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    scenario = Scenario.load("baseline")
    plain = Scenario.of({"title": scenario.title, "place": "ipswich"})
    assert scenario.key() == plain.key()
    assert scenario.question
    assert scenario.notes
