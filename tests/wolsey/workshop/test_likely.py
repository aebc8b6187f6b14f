"""The printed scale of words for likelihood."""

import itertools

import pytest

from experiments.likelihood import SCALE
from wolsey.workshop import likely


@pytest.mark.parametrize("reached", range(21))
def test_few_runs_have_middle_words_only(reached: int) -> None:
    word = likely.word(reached, 20)
    assert word in ("unlikely", "realistic possibility", "likely")


def test_many_runs_have_the_whole_scale_in_order() -> None:
    words = [word for word, _ in itertools.groupby(likely.word(reached, 200) for reached in range(201))]
    assert words == [words for _, _, words in SCALE]


def test_counts_are_said_without_percentages() -> None:
    assert likely.said(14, 0, 20) == "likely (14 of 20 runs)"
    assert likely.said(0, 0, 20) == "unlikely (none of our 20 runs)"
    assert likely.said(20, 0, 20) == "likely (all 20 runs)"
    assert likely.said(3, 2, 20) == "unlikely (3 of 18 runs, 2 undecided)"
    assert likely.said(0, 20, 20) == "cannot be decided"
    assert likely.said(0, 0, 200) == "remote chance (none of our 200 runs)"
    assert "%" not in "".join(likely.said(reached, 0, 200) for reached in range(201))


def test_the_scale_is_the_report_s() -> None:
    rows = likely.scale_words()
    assert [row["word"] for row in rows] == [words for _, _, words in SCALE]
    assert rows[0]["runs"] == "0 to 5 in 100 runs"
    assert rows[4]["runs"] == "55 to 75 in 100 runs"
