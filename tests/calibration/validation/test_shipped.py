"""The score card that ships."""

import json
from pathlib import Path

import pandas as pd
import pytest

from calibration.validation import shipped as validated
from calibration.validation.score_card import Coverage, Scores, Skill
from calibration.validation.shipped import Validated
from model.io.errors import InputError


@pytest.fixture
def card() -> Validated:
    rows = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "role": ["held_out", "fit", "held_out"],
            "there": [True, True, False],
            "what": ["one", "two", "three"],
            "year": [2022, 2019, 2022],
            "observed": [53.0, 1.0, 2.0],
            "mean": [54.5, 1.0, 2.0],
            "in90": [True, True, True],
        }
    )
    coverage = (Coverage("all", 30, 15, 27),)
    skill = (Skill("all", "last year's value", 30, 1.0, 2.0, 20),)
    scores = Scores(rows, 1.0, 1.0, {}, 0.0, coverage, skill)
    return Validated.of("here", "0" * 32, "2026-01-01", ("It loses.",), scores)


def test_what_ships_comes_back_and_holds_what_was_held_out(
    card: Validated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validated, "FOLDER", tmp_path)
    assert validated.load("here") is None
    validated.path("here").write_text(card.as_json())
    assert validated.load("here") == card
    assert card.held_out == (("a", "one", 2022, 53.0, 54.5, True),)
    assert card.skill[0].skill == pytest.approx(0.75)


@pytest.mark.parametrize("content", ["no JSON", "{}", "[]", '{"place": "here"}'])
def test_what_is_no_score_card_is_refused_by_name(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validated, "FOLDER", tmp_path)
    validated.path("here").write_text(content)
    with pytest.raises(InputError, match=r"here.json: is no score card; make it anew"):
        validated.load("here")


def test_the_one_that_ships_is_of_the_posterior_that_ships() -> None:
    from calibration.posterior import Posterior

    found = validated.load("ipswich")
    assert found is not None
    assert found.posterior == Posterior.load("ipswich").digest()
    assert len(found.held_out) >= 10
    assert json.loads(found.as_json())["place"] == "ipswich"
