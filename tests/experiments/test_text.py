"""Numbers, lists and tables as text."""

import math

import numpy as np
import pytest

from experiments import text


@pytest.mark.parametrize(
    ("value", "places", "sign", "words"),
    [(-0.04, 1, False, "0.0"), (0.04, 1, True, "0.0"), (1.26, 1, True, "+1.3"), (-1.26, 1, False, "-1.3")],
)
def test_a_zero_has_no_sign(value: float, places: int, sign: bool, words: str) -> None:
    assert text.rounded(value, places, sign) == words


@pytest.mark.parametrize(
    ("words", "phrase"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "", "b", "c"), "a, b and c")],
)
def test_a_listing_leaves_out_what_is_empty(words: tuple[str, ...], phrase: str) -> None:
    assert text.listing(iter(words)) == phrase


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0%"), (0.004, "under 1%"), (0.81, "81%"), (math.nan, "no")]
)
def test_a_percentage_is_whole_and_says_where_it_is_small(share: float, words: str) -> None:
    assert text.percent(share) == words


def test_an_interval_without_ends_is_left_out() -> None:
    assert text.with_interval(480, 400, 560, text.pounds) == "£480 (£400 to £560)"
    assert text.with_interval(480, math.nan, math.nan, text.pounds) == "£480"


def test_columns_of_a_table_line_up_under_headings() -> None:
    rows = [("", "runs", "mean"), ("Progress 8 of the disadvantaged",), ("  as now", "20", "-0.41")]
    assert text.table(rows, right=slice(1, None), rule=True, indent="| ") == [
        "|           runs   mean",
        "| ---------------------",
        "| Progress 8 of the disadvantaged",
        "|   as now    20  -0.41",
    ]
    assert text.table([]) == []
    assert text.table([("a",), ("b",)]) == ["a", "b"]


def test_what_json_has_no_word_for_becomes_null() -> None:
    assert text.as_json({1: (np.float64(0.5), math.nan), "b": [np.int64(3), math.inf]}) == {
        "1": [0.5, None],
        "b": [3, None],
    }
