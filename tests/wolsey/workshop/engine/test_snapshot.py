"""Snapshots of towns: small, and the same to the last bit."""

import numpy as np

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import result_of
from model.scenario.scenario import Scenario
from wolsey.workshop.engine.snapshot import Snapshot, SnapshotKey


def test_a_packed_town_lives_on_as_itself(numbers: ParameterDraws) -> None:
    cell = RunId(1, 0)
    scenario = Scenario.load("alliance_2048").changed(scale=0.02)
    town = numbers.town(scenario, cell, effects=0).run(2017)
    snapshot = Snapshot.of(town)
    assert len(snapshot.content) < snapshot.size / 2
    lives = [
        result_of(each.branch(scenario, draw=numbers.effects(1)).run(2021), cell)
        for each in (town, snapshot.town(), snapshot.town())
    ]
    for life in lives[1:]:
        np.testing.assert_array_equal(lives[0].values, life.values)
        np.testing.assert_array_equal(lives[0].counts, life.counts)


def test_towns_of_two_sizes_are_kept_apart() -> None:
    whole, small = (Scenario.load("alliance_2048").changed(scale=scale) for scale in (1.0, 0.25))
    assert SnapshotKey(whole.burn_in_key(), RunId(0, 0)) != SnapshotKey(small.burn_in_key(), RunId(0, 0))
