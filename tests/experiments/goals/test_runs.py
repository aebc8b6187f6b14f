"""Runs with what goals compare them with, and which of them count as one."""

from typing import Any

import numpy as np
import pytest

from experiments.goals.files import checked_goals
from experiments.goals.runs import Runs, clusters_of, england_of
from experiments.reach.stages import chosen
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import Ensemble
from model.goals.decision import by_skill, in_year
from model.scenario.scenario import Scenario


@pytest.mark.parametrize("name", ["opportunity_area_2021", "vision_2048"])
def test_a_run_alone_is_decided_as_it_is_among_others(
    drawn: Ensemble, numbers: ParameterDraws, name: str
) -> None:
    runs, decided = Runs.of(drawn, numbers), 0
    alone = [Runs.of(chosen(drawn, [cell]), numbers) for cell in drawn.cells]
    for each in checked_goals(name).goals:
        # The runs end in 2022; a goal of a later year is asked for the last year that has all figures.
        goal = each if each.year <= 2021 else in_year(each, 2021)
        for asked in (goal, by_skill(goal)):
            if asked is not None:
                together = runs.decide(asked)
                single = [one.decide(asked) for one in alone]
                np.testing.assert_array_equal(together.reached, [one.reached[0] for one in single])
                aims = [[part.aim[0] for part in one.parts] for one in single]
                np.testing.assert_array_equal([part.aim for part in together.parts], np.transpose(aims))
                decided += int(np.isfinite(together.reached).sum())
    assert decided > 12


def test_england_is_as_the_scenario_has_it(scenario: Scenario) -> None:
    moved = england_of(scenario.changed({"england.path": {"gld": 0.5}}))
    flat = england_of(scenario)
    last = int(flat.series("gld").years[-1])
    assert moved.figure("gld", "all", last) == flat.figure("gld", "all", last)
    assert moved.figure("gld", "all", last + 2) == pytest.approx(flat.series("gld").carried(last + 2) + 1.0)


def test_copies_of_a_draw_are_one_cluster(
    by_hand: Any, numbers: ParameterDraws, scenario: Scenario, drawn: Ensemble
) -> None:
    figures = {("ks2_rwm", "all", 2017): (1.0, 2.0, 3.0, 4.0)}
    # From the fifth draw on, the posterior of these tests has one set of numbers for all.
    lives = by_hand.lives(figures, draws=[1, 2, 5, 6])
    assert clusters_of(numbers, Ensemble.of(scenario, lives)) == (0, 1, 2, 2)
    assert clusters_of(numbers, drawn) == (0, 0, 1, 1, 2, 2)
    assert clusters_of(numbers, by_hand(figures)) == (0, 1, 2, 3)
