"""Figures and counts in words that a board understands."""

from types import SimpleNamespace
from typing import Any

import pytest

from experiments.goals.words import band, interval_note, split
from experiments.runs.draws import run_ids_of
from experiments.runs.statistics import Span
from experiments.text import figure, listing


@pytest.mark.parametrize(
    ("value", "unit", "gap", "words"),
    [
        (57.06, "%", False, "57.1%"),
        (20.44, "%", True, "20.4 pts"),
        (4.25, "% of sessions", False, "4.2%"),
        (46.21, "points", False, "46.2"),
        (8.04, "points", True, "8.0"),
        (-0.104, "grades", False, "-0.10"),
        (-0.001, "grades", False, "0.00"),
        (0.37, "SD per SD", False, "0.37"),
        (None, "%", False, "no figure"),
    ],
)
def test_a_figure_has_its_unit(value: float | None, unit: str, gap: bool, words: str) -> None:
    assert figure(value, unit, gap) == words


def test_a_band_is_from_low_to_high() -> None:
    assert band(Span(57.0, 55.04, 59.06, 10), "%") == "55.0 to 59.1"
    assert band(Span(57.0, 57.0, 57.0, 1), "%") == ""
    assert band(None, "%") == ""


def test_words_are_listed() -> None:
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_an_interval_says_what_it_covers() -> None:
    seeds, draws = run_ids_of([0], range(10)), run_ids_of(range(1, 11), range(2))
    assert interval_note(seeds) == (
        "Band: 5th to 95th percentile of 10 runs with one set of numbers. It covers chance only, and leaves "
        "out that the numbers and structure of the model, and the future, may be other."
    )
    assert (
        "chance only, with the effects of programmes at their means, and leaves out that the numbers, effects"
        in interval_note(seeds, acting=True)
    )
    assert interval_note(draws, acting=True, sets=8) == (
        "Band: 5th to 95th percentile of 20 runs (10 draws of the numbers, 2 seeds each; 8 different sets "
        "of numbers). It covers chance, parameters and effects, and leaves out that the structure of the "
        "model, and the future, may be other."
    )
    assert "It covers chance and parameters, and leaves out" in interval_note(draws)
    pairs = interval_note(seeds, acting=True, effects_drawn=True, what="pair")
    assert "of 10 pairs with one set of numbers. It covers chance and effects, and" in pairs
    assert interval_note(seeds[:1]).startswith("One run: no band.")


def part(chance: float | None, draws: float | None) -> Any:
    """A part of a goal, with these SDs of its figure."""
    return SimpleNamespace(chance_sd=chance, draws_sd=draws)


def test_the_variance_is_split_in_words() -> None:
    cells = run_ids_of([1, 2], [0, 1])
    parts = [part(1.0, 0.0), part(1.0, 1.0), part(1.0, 3.0), part(None, None), part(0.0, 0.0)]
    told = split(parts, cells, acting=False)
    assert "chance makes 10% to 100%, with a median of 50%, and parameters the rest" in told
    assert "never below 0" in told
    assert "and parameters and effects the rest" in split(parts, cells, acting=True)
    assert split(parts[3:], cells, acting=False) == ""
    assert split(parts, run_ids_of([0], range(3)), acting=False) == ""
    assert "cannot be told apart; --seeds 2 can" in split(parts, run_ids_of([1, 2], [0]), acting=False)
