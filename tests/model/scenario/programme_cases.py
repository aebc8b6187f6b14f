"""Cards and scenarios for the tests of what scenarios plan."""

import copy
from pathlib import Path
from typing import Any

import pytest

import model.scenario.cards
from model.io.errors import InputError
from model.scenario.scenario import Scenario

TEMPLATE = """
id = "I00"
title = "A programme"
words = "What it is."
delivered_to = "{to}"
ages = {ages}
{phases}
padlocks = [1, 2]
grade = "J"
source = "s"
[cost]
low = 50
high = 100
per = "child"
[reach]
low = 0.1
high = 0.2
words = "some"
{served}
[[effects]]
lever = "{lever}"
mean = 0.1
sd = 0.05
unit = "SD"
form = "lasting"
"""
PRACTICE_TABLE = '[practice]\nform = "lasting"'
TAKE_UP_TABLE = "[take_up]\nrate = 0.8"
GROUPS: dict[str, Any] = {"card": "groups", "start": 2019, "end": 2022, "reach": 0.4}
MATHS: dict[str, Any] = {"card": "maths", "start": 2019, "places": 6}


PILOT: dict[str, Any] = {
    "name": "trial",
    "programmes": ["a", "b"],
    "outcome": "literacy",
    "sample": 200,
    "then": "better",
}
TRIED = ({**GROUPS, "name": "a", "in_schools": 10}, {**GROUPS, "name": "b", "in_schools": 10})


EFFECT: dict[str, Any] = {
    "lever": "literacy",
    "mean": 0.2,
    "sd": 0.1,
    "unit": "SD",
    "form": "fades",
    "keep1": 0.5,
    "keep5": 0.3,
}
CARD: dict[str, Any] = {
    "id": "X1",
    "title": "A programme",
    "words": "What happens.",
    "delivered_to": "child",
    "ages": [5, 6],
    "padlocks": [2, 3],
    "grade": "J",
    "source": "s",
    "cost": {"low": 10, "high": 20, "per": "child"},
    "reach": {"low": 0.1, "high": 0.2, "words": "some"},
    "take_up": {"rate": 0.4},
    "effects": [EFFECT],
}
PRACTICE = {"form": "fades", "keep1": 0.6, "keep5": 0.3}
TO_SCHOOL: dict[str, Any] = {"delivered_to": "school", "take_up": None, "practice": PRACTICE}


def with_effect(**changes: Any) -> dict[str, Any]:
    """CARD with other values in its effect; None leaves a key out."""
    effect = {key: value for key, value in {**EFFECT, **changes}.items() if value is not None}
    return {**copy.deepcopy(CARD), "effects": [effect]}


def make_cards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four cards that do not change with the product's own, in `folder`, which is made."""
    folder.mkdir()
    made = {
        "groups": ("child", "[5, 5]", "literacy", 'phases = ["primary", "infant"]'),
        "maths": ("school", "[5, 16]", "numeracy", 'phases = ["secondary"]'),
        "parents": ("family", "[0, 4]", "home_learning", ""),
        "backbone": ("town", "[0, 18]", "skill", ""),
    }
    for name, (to, ages, lever, phases) in made.items():
        served = PRACTICE_TABLE if to == "school" else TAKE_UP_TABLE
        text = TEMPLATE.format(to=to, ages=ages, lever=lever, phases=phases, served=served)
        (folder / f"{name}.toml").write_text(text)
    monkeypatch.setattr(model.scenario.cards, "card_folder", lambda: folder)
    return folder


def scenario(*uses: dict[str, Any], **more: Any) -> Scenario:
    """A scenario of Ipswich with these programmes."""
    return Scenario.of({"title": "T", "place": "ipswich", "programmes": list(uses), **more}, where="x.toml")


def fault(*uses: dict[str, Any], **more: Any) -> str:
    """The one line with which such a scenario is refused."""
    with pytest.raises(InputError) as caught:
        scenario(*uses, **more)
    return str(caught.value)
