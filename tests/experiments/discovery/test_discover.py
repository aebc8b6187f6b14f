"""Conditions are found where they are, said as they are, and doubted where they do not hold up."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.discovery import words
from experiments.discovery.box import (
    Axis,
    Cases,
    Condition,
    adds_nothing,
    held_out,
    inside,
    joined,
    score,
    simpler,
    split,
    tidied,
    weights,
)
from experiments.discovery.discover import discover, peeled
from experiments.discovery.libraries import library
from experiments.discovery.table import frame, plain, rows
from model.io.errors import InputError

D = NDArray[np.float64]

REACH = Axis("language support", "programmes.language.reach", "real", 0.0, 1.0)
END = Axis("funding", "programmes.language.end", "whole", 2025, 2048, tuple(range(2025, 2049)))
PEERS = Axis("peers", "switches.peers", "named", 0, 1, (True, False))
ENCOUNTERS = Axis("encounters", "programmes.x.amount", "whole", 1, 5, (1, 2, 3, 4, 5))
WHO = Axis("who", "programmes.x.order", "named", 0, 2, ("need", "random", "by_hand"))
NOISE = Axis("noise", "parameters.a.b", "real", 0.0, 100.0)
AXES = (REACH, END, PEERS, ENCOUNTERS, WHO, NOISE)


def cases(
    chance: Callable[[D], D], points: int = 96, runs: int = 6, seed: int = 1, axes: tuple[Axis, ...] = AXES
) -> Cases:
    """Runs at points at random, reached with this chance."""
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [
            rng.random(points), rng.integers(2025, 2049, points), rng.integers(0, 2, points),
            rng.integers(1, 6, points), rng.integers(0, 3, points), 100 * rng.random(points),
        ]
    )  # fmt: skip
    of = np.repeat(np.arange(points), runs)
    reached = rng.random(len(of)) < chance(x)[of]
    return Cases(axes, x[of][:, : len(axes)], reached, of.astype(np.int64), np.tile(np.arange(runs), points))


def boxed(x: D) -> D:
    return np.where((x[:, 0] > 0.7) & (x[:, 1] > 2035), 0.9, 0.05)


def test_a_known_box_is_found_and_holds_up_on_points_held_out() -> None:
    found = discover(cases(boxed), halves=2)
    assert found.state == "found"
    assert found.step is not None
    assert {each.axis for each in found.step.box} == {0, 1}
    by_axis = {each.axis: each for each in found.step.box}
    assert by_axis[0].low == pytest.approx(0.7, abs=0.06)
    assert by_axis[1].low == pytest.approx(2036, abs=2)
    assert found.step.found.density > 0.75
    assert found.step.held.density > 0.7
    assert found.holds
    assert not found.warnings
    assert all(each.chance < 0.01 and each.halves == 2 for each in found.conditions)


def test_yes_no_and_whole_numbers_have_words_of_their_own() -> None:
    def chance(x: D) -> D:
        return np.where((x[:, 4] == 1) & (x[:, 2] == 0) & (x[:, 3] > 2), 0.95, 0.02)

    found = discover(cases(chance, points=160), halves=0)
    assert found.step is not None
    said = words.box(found.step.box, AXES)
    assert said == "peers: yes and encounters at least 3 and who: random"


@pytest.mark.parametrize("seed", [3, 7])
def test_a_second_way_is_found_where_there_is_one(seed: int) -> None:
    def either(x: D) -> D:
        return np.where((x[:, 0] > 0.75) | ((x[:, 2] == 0) & (x[:, 1] > 2040)), 0.9, 0.05)

    every = cases(either, points=120, seed=seed)
    found = discover(every, halves=0)
    assert found.step is not None
    assert {each.axis for each in found.step.box} == {1, 2}
    assert found.another is not None
    (condition,) = found.another.box
    assert condition.axis == 0
    assert condition.low == pytest.approx(0.75, abs=0.06)
    outside = ~inside(found.step.box, found.looked.x)
    there = outside & inside(found.another.box, found.looked.x)
    assert found.another.found.cells == there.sum()
    assert found.another.found.all == len(found.looked)
    assert found.another.found.coverage == found.looked.reached[there].sum() / found.looked.reached.sum()
    assert found.another.share == found.looked.reached[outside].mean()
    told = plain(found, "goal T9 is reached")
    assert "\nAnother way, outside these conditions: reach of language support above" in told
    assert [row["kind"] for row in rows(found)][:2] == ["chosen", "another"]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_left_outside_a_box_is_not_called_a_second_way(seed: int) -> None:
    def added(x: D) -> D:
        chance: D = 1 / (1 + np.exp(3 - 4 * x[:, 0] - (x[:, 1] - 2036) / 4))
        return chance

    for chance in (boxed, added):
        found = discover(cases(chance, points=120, seed=seed), halves=0)
        assert found.state == "found"
        assert found.another is None
        assert "no second way was found that holds up" in found.another_words
    alone = discover(cases(boxed, points=12, seed=seed), density=0.2, halves=0)
    assert alone.another is None


def test_noise_is_not_taken_for_a_condition() -> None:
    found = discover(cases(lambda x: np.full(len(x), 0.3), seed=4), halves=0)
    assert found.state == "nothing" or not found.holds
    if found.state == "found":
        assert any("no denser than chance" in each for each in found.warnings)
        assert "does not hold up" in found.words


def test_a_box_on_few_points_is_doubted() -> None:
    """In the points looked in the first axis decides, in those held out it does not."""
    every = cases(boxed, points=60, axes=AXES[:2])
    out = np.isin(every.block, held_out("block", every.blocks))
    other = np.random.default_rng(0).random(len(every)) < 0.3
    turned = Cases(every.axes, every.x, np.where(out, other, every.reached), every.block, every.draw)
    found = discover(turned, halves=0)
    assert not found.holds
    assert any("Does not hold up" in each for each in found.warnings)


@pytest.mark.parametrize(
    ("value", "state", "says"), [(0.0, "none", "Not reached in any"), (1.0, "all", "Always")]
)
def test_without_success_or_failure_there_is_no_box(value: float, state: str, says: str) -> None:
    found = discover(cases(lambda x: np.full(len(x), value)))
    assert found.state == state
    assert found.step is None
    assert says in found.words
    assert found.words in plain(found, "goal T9 is reached")


def test_successes_in_the_points_held_out_alone_are_told() -> None:
    every = cases(boxed, points=30)
    out = np.isin(every.block, held_out("block", every.blocks))
    found = discover(Cases(every.axes, every.x, out.copy(), every.block, every.draw))
    assert found.state == "none"
    assert "held out do" in found.warnings[0]


def test_a_density_that_is_asked_for_trades_coverage() -> None:
    every = cases(boxed)
    wide, dense = (discover(every, density=each, halves=0) for each in (0.3, 0.8))
    assert wide.step is not None
    assert dense.step is not None
    assert wide.step.found.density >= 0.3
    assert dense.step.found.density >= 0.8
    assert wide.step.found.coverage > dense.step.found.coverage
    best = discover(every, density=1.0, halves=0)
    assert any("No box is as dense as 100%" in each for each in best.warnings)


def test_it_is_the_same_each_time() -> None:
    first, second = (discover(cases(boxed, points=40), halves=1) for _ in range(2))
    assert rows(first) == rows(second)
    assert first.conditions == second.conditions


def test_what_cannot_be_looked_in_is_refused() -> None:
    with pytest.raises(InputError, match="too few points"):
        discover(cases(boxed, points=8))
    with pytest.raises(InputError, match="between 0 and 1"):
        discover(cases(boxed), density=1.5)
    drawn = (*AXES[:5], Axis("area", "parameters.town.area", "real", 0, 100, drawn=True))
    with pytest.raises(InputError, match="too few draws"):
        discover(cases(boxed, axes=drawn))


def test_what_is_drawn_is_judged_on_draws_held_out_too() -> None:
    axes = (REACH, Axis("share", "parameters.learning.trait_share", "real", 0, 40, drawn=True))
    points, draws = 24, 36
    reach = np.random.default_rng(3).random(points)
    x = np.column_stack([np.repeat(reach, draws), np.tile(np.arange(draws), points)]).astype(np.float64)
    every = Cases(
        axes,
        x,
        (x[:, 0] > 0.4) & (x[:, 1] >= 18),
        np.repeat(np.arange(points), draws),
        x[:, 1].astype(np.int64),
    )
    looked, held = split(every, by_draw=True)
    assert not set(looked.draw) & set(held.draw)
    assert not set(looked.block) & set(held.block)
    found = discover(every, halves=0)
    assert found.step is not None
    assert {each.axis for each in found.step.box} == {0, 1}
    assert found.holds
    assert "draws held out too" in plain(found, "x is so")
    assert set(frame(found)["part"]) == {"looked in", "held out", "neither"}


def test_the_steps_are_those_of_prim() -> None:
    """Each box's density is that of the cases in it, whoever counts."""
    every = cases(boxed, points=40)
    for box in peeled(every):
        held = inside(box, every.x)
        assert score(box, every).density == pytest.approx(every.reached[held].mean())


def test_a_third_of_the_blocks_is_held_out_whole() -> None:
    looked, held = split(cases(boxed, points=30), by_draw=False)
    assert len(held.blocks) == 10
    assert not set(looked.blocks) & set(held.blocks)
    assert len(looked) + len(held) == 180


def test_a_condition_of_chance_is_dropped() -> None:
    every = cases(boxed)
    drawn = weights(len(every.blocks), "test")
    real, chance = Condition(0, low=0.7), Condition(5, high=95.0)
    box = (real, chance)
    assert adds_nothing(real, box, every, drawn) < 0.01
    assert adds_nothing(chance, box, every, drawn) > 0.05
    assert simpler(box, every, drawn) == (real,)


def test_limits_are_said_as_they_hold() -> None:
    box = tidied(
        [
            Condition(0, low=0.70432), Condition(1, low=2034.5), Condition(3, low=0.5, high=4.5),
            Condition(4, among=frozenset({0, 1, 2})), Condition(5, low=12.345, high=99.99999),
        ],
        AXES,
    )  # fmt: skip
    assert box == (
        Condition(0, low=0.7), Condition(1, low=2035), Condition(3, high=4), Condition(5, low=12.0),
    )  # fmt: skip
    assert words.box(box, AXES) == (
        "reach of language support above 70% and funding beyond 2034 and encounters at most 4 and "
        "noise above 12"
    )


@pytest.mark.parametrize(
    ("condition", "axis", "said"),
    [
        (Condition(0, high=0.3), REACH, "reach of language support below 30%"),
        (Condition(0, 0.2, 0.4), REACH, "reach of language support from 20% to 40%"),
        (Condition(0, high=2030), END, "funding no later than 2030"),
        (Condition(0, 2030, 2040), END, "funding from 2030 to 2040"),
        (Condition(0, 2030, 2030), END, "funding 2030"),
        (Condition(0, 3, 3), ENCOUNTERS, "encounters exactly 3"),
        (Condition(0, among=frozenset({1})), PEERS, "peers: no"),
        (Condition(0, among=frozenset({0, 2})), WHO, "who: need or by_hand"),
        (
            Condition(0, low=1.2e6), Axis("money", "alliance.budget", "real", 0, 3e6), "money above £1.20m",
        ),
        (
            Condition(0, low=0.5), Axis("programmes.a_b.reach", "programmes.a_b.reach", "real", 0, 1),
            "reach of a b above 50%",
        ),
    ],
)  # fmt: skip
def test_conditions_in_words(condition: Condition, axis: Axis, said: str) -> None:
    assert words.condition(condition, axis) == said


def test_a_log_axis_rounds_to_two_figures() -> None:
    axis = Axis("effects", "effects.factor", "real", 0.5, 20, log=True)
    assert axis.rounded(3.14159) == 3.1
    assert axis.rounded(12.345) == 12.0


def test_conditions_on_one_axis_become_one() -> None:
    box = joined([Condition(0, low=0.2), Condition(0, low=0.4), Condition(0, high=0.9)])
    assert box == (Condition(0, 0.4, 0.9),)
    named = joined([Condition(4, among=frozenset({0, 1})), Condition(4, among=frozenset({1, 2}))])
    assert named == (Condition(4, among=frozenset({1})),)


def test_the_leaves_of_the_tree_hold_every_case_once() -> None:
    found = discover(cases(boxed, points=60), halves=0)
    assert sum(leaf.found.cells for leaf in found.leaves) == len(found.looked)
    assert found.leaves[0].found.density > 0.6


def test_a_library_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="comes with the extra `analysis`"):
        library("no_such_library.part")
