"""A figure's variance taken apart: chance, parameters, effects, structure."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.goals.files import checked_goals
from experiments.goals.runs import Runs
from experiments.reach.variance import headlines, shifts, variance
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import Ensemble
from model.goals.goal_files import Goal
from model.scenario.scenario import Scenario

T11: Goal = next(goal for goal in checked_goals("opportunity_area_2021").goals if goal.id == "T11")
KEY = ("em_grade4_mainstream", "all", 2021)
ACTING = Scenario.load("opportunity_area")


def runs(
    by_hand: Any, numbers: ParameterDraws, figures: list[float], draws: list[int], seeds: list[int]
) -> Runs:
    """Runs of these draws and seeds with these figures of T11."""
    lives = by_hand.lives({KEY: figures}, draws=draws)
    lives = [replace(life, seed=seed) for life, seed in zip(lives, seeds, strict=True)]
    return Runs.of(Ensemble.of(ACTING, lives), numbers)


def test_the_parts_are_told_apart(by_hand: Any, numbers: ParameterDraws) -> None:
    rng = np.random.default_rng(1)
    count = 200
    numbers_part, effect, luck = 3 * rng.normal(size=4), 2 * rng.normal(size=4), rng.normal(size=(4, count))
    drawn = (60 + numbers_part + effect)[:, None] + luck
    draws = [draw for draw in (1, 2, 3, 4) for _ in range(count)]
    seeds = list(range(count)) * 4
    all_runs = runs(by_hand, numbers, drawn.ravel().tolist(), draws, seeds)
    few = runs(by_hand, numbers, drawn[:, 0].tolist(), [1, 2, 3, 4], [0] * 4)
    plain = (drawn[:, 0] - effect).tolist()
    means = runs(by_hand, numbers, plain, [1, 2, 3, 4], [0] * 4)
    off = {"peers": runs(by_hand, numbers, (drawn[:, 0] + 2).tolist(), [1, 2, 3, 4], [0] * 4)}
    found = variance("area", T11, all_runs, (few, means), (few, off))
    assert found is not None
    assert found.effects is not None
    assert found.structure is not None
    assert found.switches == pytest.approx({"peers": 2.0}, abs=1e-4)
    inside = float(np.var(drawn - drawn.mean(axis=1, keepdims=True))) * count / (count - 1)
    shares = np.array([found.chance, found.parameters, found.effects, found.structure])
    between = float(np.var(drawn.mean(axis=1), ddof=1)) - inside / count
    effects = float(np.var(effect, ddof=1))
    parts = np.array([inside, max(between - effects, 0.0), effects, 1.0])
    np.testing.assert_allclose(shares, parts / parts.sum(), rtol=1e-3)
    # Without the paired runs, effects are among the parameters and structure is not known.
    rest = variance("area", T11, all_runs)
    assert rest is not None
    assert (rest.effects, rest.structure) == (None, None)


def test_one_seed_a_draw_cannot_tell_chance(by_hand: Any, numbers: ParameterDraws) -> None:
    # Draws 5 and 6 have one set of numbers; that pair is no measure of chance.
    assert variance("area", T11, runs(by_hand, numbers, [1.0, 2.0, 3.0, 3.5], [1, 2, 5, 6], [0] * 4)) is None


def test_a_shift_is_a_mean_over_pairs(by_hand: Any, numbers: ParameterDraws) -> None:
    on, off = (runs(by_hand, numbers, figures, [1, 2], [0, 0]) for figures in ([1.0, 2.0], [1.5, 3.5]))
    assert shifts(T11, on, {"peers": off}) == pytest.approx({"peers": 1.0})


def test_rungs_of_one_measure_are_one_headline() -> None:
    goals = checked_goals("vision_2048").goals
    assert len(headlines(goals)) == 7
    assert len(headlines(checked_goals("opportunity_area_2021").goals)) == 16
