"""The printed scale of words for likelihood."""

import itertools

import pytest

from experiments.goals.likelihood import SCALE, word
from wolsey.workshop.view import likelihood as likely


@pytest.mark.parametrize("runs", [1, 20, 99])
def test_few_runs_have_counts_and_no_word(runs: int) -> None:
    words = [word for _, _, word in SCALE]
    for reached in range(runs + 1):
        said = likely.said(reached, 0, runs)
        assert not any(word in said for word in words), said
        assert str(runs) in said


def test_a_check_has_the_whole_scale_in_order_and_the_count_beside_it() -> None:
    said = [likely.said(reached, 0, 200) for reached in range(201)]
    words = [word for word, _ in itertools.groupby(each.partition(" (")[0] for each in said)]
    assert words == [words for _, _, words in SCALE]
    assert said[130] == "likely (130 of 200 runs)"
    # The report of `wolsey reach` has the same word for the same share.
    assert all(each.startswith(word(reached / 200)) for reached, each in enumerate(said))


def test_counts_are_said_without_percentages() -> None:
    assert likely.said(14, 0, 20) == "14 of 20 runs"
    assert likely.said(0, 0, 20) == "none of our 20 runs"
    assert likely.said(20, 0, 20) == "all 20 runs"
    assert likely.said(3, 2, 20) == "3 of 18 runs, 2 undecided"
    assert likely.said(0, 20, 20) == "cannot be decided"
    assert likely.said(0, 0, 200) == "remote chance (none of our 200 runs)"
    # What is undecided does not count as run.
    assert likely.said(60, 101, 200) == "60 of 99 runs, 101 undecided"
    assert "%" not in "".join(likely.said(reached, 0, 200) for reached in range(201))


def test_the_scale_is_the_report_s() -> None:
    rows = likely.scale_words()
    assert [row["word"] for row in rows] == [words for _, _, words in SCALE]
    assert rows[0]["runs"] == "0 to 5 in 100 runs"
    assert rows[4]["runs"] == "55 to 75 in 100 runs"
