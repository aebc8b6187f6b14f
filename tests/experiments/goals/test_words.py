"""Figures and counts in words that a board understands."""

from types import SimpleNamespace
from typing import Any

import pytest

from experiments.goals.assessment import Band
from experiments.goals.words import band, band_covers, runs, split
from experiments.runs.draws import cells_of
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
    assert band(Band(57.0, 55.04, 59.06, 10), "%") == "55.0 to 59.1"
    assert band(Band(57.0, 57.0, 57.0, 1), "%") == ""
    assert band(None, "%") == ""


@pytest.mark.parametrize(
    ("reached", "undecided", "of", "words"),
    [
        (0, 0, 10, "reached in none of 10 runs"),
        (10, 0, 10, "reached in all 10 runs"),
        (3, 0, 10, "reached in 3 of 10 runs"),
        (3, 2, 10, "reached in 3 of 10 runs, 2 undecided"),
        (0, 10, 10, "cannot be decided"),
        (1, 0, 1, "reached"),
        (0, 0, 1, "not reached"),
        (0, 1, 1, "cannot be decided"),
    ],
)
def test_runs_are_counted_and_never_in_per_cent(reached: int, undecided: int, of: int, words: str) -> None:
    assert runs(reached, undecided, of) == words


def test_words_are_listed() -> None:
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_band_says_what_it_covers() -> None:
    assert "chance only, over 10 seeds with one set of numbers" in band_covers(cells_of([0], range(10)), True)
    assert "that the numbers, effects and structure" in band_covers(cells_of([0], range(10)))
    drawn = band_covers(cells_of(range(1, 11), range(2)))
    assert "chance and parameters, over 20 runs: 10 draws of the posterior, 2 seeds each" in drawn
    assert "It leaves out that the structure of the model, and the future, may be other." in drawn
    acting = band_covers(cells_of([1, 2], [7]), acting=True)
    assert "chance, parameters and effects, over 2 runs: 2 draws of the posterior, 1 seed each" in acting
    assert "no band" in band_covers(cells_of([0], [3]))


def part(chance: float | None, draws: float | None) -> Any:
    """A part of a goal, with these SDs of its figure."""
    return SimpleNamespace(chance_sd=chance, draws_sd=draws)


def test_the_variance_is_split_in_words() -> None:
    cells = cells_of([1, 2], [0, 1])
    parts = [part(1.0, 0.0), part(1.0, 1.0), part(1.0, 3.0), part(None, None), part(0.0, 0.0)]
    told = split(parts, cells, acting=False)
    assert "chance makes 10% to 100%, with a median of 50%, and parameters the rest" in told
    assert "never below 0" in told
    assert "and parameters and effects the rest" in split(parts, cells, acting=True)
    assert split(parts[3:], cells, acting=False) == ""
    assert split(parts, cells_of([0], range(3)), acting=False) == ""
    assert "cannot be told apart; --seeds 2 can" in split(parts, cells_of([1, 2], [0]), acting=False)
