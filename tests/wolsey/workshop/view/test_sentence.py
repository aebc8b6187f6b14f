"""The sentence on top: every way a difference can fall, in words that are right for it."""

from typing import Any

import pytest

from experiments.goals.assessment import Assessment, GoalAssessment
from experiments.goals.files import checked_goals
from experiments.goals.likelihood import Likelihood
from experiments.runs.draws import RunId
from experiments.text import rough_pounds
from wolsey.workshop.view.sentence import Change, aims, look_sentence, open_aims, sentence

CHILDREN, GAP_11, GAP_5 = ("ks2_rwm", "disadvantaged"), ("ks2_rwm", "gap"), ("gld", "gap")


def change(nothing: float, mean: float, low: float, high: float, runs: int = 20) -> Change:
    return Change(nothing + mean, nothing, mean, low, high, runs)


STILL = change(19.4, -0.1, -0.6, 0.4)


def said(children: Change | None, gap_11: Change | None = None, gap_5: Change | None = None) -> str:
    found = {CHILDREN: children, GAP_11: gap_11, GAP_5: gap_5}
    return sentence({key: each for key, each in found.items() if each is not None}, 1_903_482, False)


def test_it_says_what_a_plan_changes_with_its_band_and_price() -> None:
    assert said(change(42, 4.9, 1.2, 8.8), change(21.03, -2.5, -4, -1), STILL) == (
        "Compared with doing nothing, this plan lets 5 more of every 100 disadvantaged children reach the "
        "standard at 11 (9 in 10 runs: 1 to 9). The gap at 11 narrows from 21 to 18.5 points; the gap at "
        "five does not move. £1.9m a year."
    )


@pytest.mark.parametrize(
    ("children", "words"),
    [
        (change(42, -3.2, -6.1, -0.8), "lets 3 fewer of every 100 disadvantaged children reach the standard "
         "at 11 (9 in 10 runs: 1 to 6)."),
        (change(42, 0.6, 0.2, 0.9), "lets 1 more of every 100 disadvantaged children reach the standard at "
         "11 (9 in 10 runs: 0 to 1)."),
        (change(42, 1.4, 1.1, 1.4), "lets 1 more of every 100 disadvantaged children reach the standard at "
         "11 (9 in 10 runs: 1)."),
        (change(42, 1.2, -0.7, 3.4), "makes no change that shows in how many of every 100 disadvantaged "
         "children reach the standard at 11 (9 in 10 runs: 1 fewer to 3 more)."),
        (change(42, 0.3, 0.1, 0.6), "makes no change that shows in how many of every 100 disadvantaged "
         "children reach the standard at 11 (9 in 10 runs: none to 1 more)."),
        (change(42, -0.3, -0.6, 0.1), "makes no change that shows in how many of every 100 disadvantaged "
         "children reach the standard at 11 (9 in 10 runs: 1 fewer to none)."),
        (change(42, 0, 0, 0), "changes nothing in how many of every 100 disadvantaged children reach the "
         "standard at 11."),
        (change(42, 5, 2, 7, runs=3), "lets 5 more of every 100 disadvantaged children reach the standard at "
         "11 (the 3 runs: 2 to 7)."),
        (change(42, 5, 5, 5, runs=1), "lets 5 more of every 100 disadvantaged children reach the standard at "
         "11 (the run: 5)."),
    ],
)  # fmt: skip
def test_children_are_counted_on_the_side_that_the_difference_is_on(children: Change, words: str) -> None:
    assert said(children) == f"Compared with doing nothing, this plan {words} £1.9m a year."


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (change(21, -2.5, -4, -0.1), "narrows from 21 to 18.5 points"),
        (change(21, 1.3, 0.2, 2), "widens from 21 to 22.3 points"),
        (change(21, -0.4, -1, 0.2), "does not move"),
        (change(21, -0.03, -0.04, -0.01), "does not move"),
        (change(21, -1.6, -4, 0.5), "shows no clear change, 21 to 19.4 points"),
    ],
)
def test_a_gap_narrows_widens_or_does_not_move(gap: Change, words: str) -> None:
    assert f"The gap at 11 {words}; the gap at five does not move." in said(change(42, 4, 1, 8), gap, STILL)


def test_runs_so_far_are_not_all_runs() -> None:
    found = {CHILDREN: change(42, 5, 2, 7, runs=8)}
    assert "(the first 8 runs: 2 to 7)" in sentence(found, 0, False, complete=False)


def test_doing_nothing_is_said_to_be_that() -> None:
    found = {CHILDREN: change(42, 0, 0, 0), GAP_11: change(21, 0, 0, 0), GAP_5: change(19.4, 0, 0, 0)}
    assert sentence(found, 0, True) == (
        "This is doing nothing: no programme and no act from 2026 on. 42 of every 100 disadvantaged children "
        "reach the standard at 11. The gap at 11 is 21 points, at five is 19.4 points. No cost."
    )


def test_a_town_too_small_for_a_figure_says_so() -> None:
    assert said(None) == (
        "The town is too small for a figure of its disadvantaged children at 11. £1.9m a year."
    )
    assert look_sentence({}) == ""


@pytest.mark.parametrize(
    ("mean", "words"),
    [(6.8, "7 more of every 100"), (-2.2, "2 fewer of every 100"), (0.2, "as many of every")],
)
def test_a_first_look_says_the_same_without_a_band(mean: float, words: str) -> None:
    look = look_sentence({CHILDREN: change(42, mean, mean, mean, runs=1)})
    assert look.startswith(words)
    assert look.endswith("as doing nothing" if "as many" in words else "than doing nothing")


@pytest.mark.parametrize(
    ("amount", "words"),
    [(1_903_482, "£1.9m"), (994_999, "£995,000"), (410_213, "£410,000"), (8_240, "£8,200"), (640, "£640")],
)
def test_a_price_has_two_or_three_digits(amount: int, words: str) -> None:
    assert rough_pounds(amount) == words


def vision(*reached: int) -> Assessment:
    """The vision where so many of four runs reach each of its goals."""
    file = checked_goals("vision_2048")
    each = [
        GoalAssessment(4, Likelihood(many, 4, 0, many / 4, 0.0, 1.0), (), goal, (), None, False)
        for goal, many in zip(file.goals, reached, strict=False)
    ]
    return Assessment(file, tuple(each), (RunId(1, 0),) * 4)


def test_aims_met_at_the_start_are_not_counted_as_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    both, ids = vision(*[4] * 28), [goal.id for goal in checked_goals("vision_2048").goals if goal.counted]
    monkeypatch.setattr(GoalAssessment, "already", property(lambda each: each.id == ids[0]))
    monkeypatch.setattr("wolsey.workshop.view.sentence.goals", lambda *_: (vision(*[0] * 28),))
    nothing: Any = None
    assert [each.id for each in open_aims(both)] == ids[1:]
    said = aims(both, nothing)
    assert said.startswith(
        f"Of the {len(ids) - 1} aims for 2048 not met in 2017 that can be checked, it reaches"
    )
    assert said.endswith(" in more than half of 4 runs.")
    assert "doing nothing" not in said
    # What comes about anyway is said to.
    monkeypatch.setattr("wolsey.workshop.view.sentence.goals", lambda *_: (both,))
    assert aims(both, nothing).count(", as doing nothing does") == len(ids) - 1
    assert aims(vision(*[0] * 28), nothing).endswith("it reaches none.")
