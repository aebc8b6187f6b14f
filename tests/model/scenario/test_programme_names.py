"""The model knows levers, and no programme by name."""

import re

import pytest

from model.io import files
from model.scenario.cards import card_names, load_card

SOURCES = sorted(files.MODEL.rglob("*.py"))


@pytest.mark.parametrize("name", card_names())
def test_no_code_of_the_model_names_a_programme(name: str) -> None:
    words = (name, load_card(name).id, load_card(name).title)
    told = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words))
    named = [files.shown_path(path) for path in SOURCES if told.search(path.read_text(encoding="utf-8"))]
    assert named == []


def test_the_search_would_find_one() -> None:
    assert SOURCES
    assert any("dosing" in path.read_text(encoding="utf-8") for path in SOURCES)
