"""The levers: one list, with units and the side that is good."""

import dataclasses
from typing import Any, cast

import pytest

from model.scenario.levers import LEVERS


def test_levers_are_named_by_their_keys_and_allow_their_own_unit() -> None:
    for name, lever in LEVERS.items():
        assert lever.name == name
        assert lever.unit in lever.units_allowed
        assert lever.words


def test_less_is_better_for_absence_neet_and_leaving() -> None:
    less = {name for name, lever in LEVERS.items() if lever.direction == -1}
    assert less == {"absence", "neet", "retention"}
    assert {name for name, lever in LEVERS.items() if lever.direction == 0} == {"beyond"}


def test_nobody_changes_the_list() -> None:
    with pytest.raises(TypeError):
        cast(Any, LEVERS)["mine"] = LEVERS["skill"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        cast(Any, LEVERS["skill"]).direction = -1
