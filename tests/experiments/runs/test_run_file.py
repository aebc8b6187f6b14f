"""What a worker does with a batch: until it is told to stop, and without keeping a town that is over."""

import weakref

import pytest

from experiments.runs import processes as pool
from experiments.runs import worker as batches
from experiments.runs.draws import ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import RunResult, result_of
from experiments.runs.runner import RunPlan, jobs_of
from experiments.runs.worker import Batch, Finished
from model.scenario.scenario import Scenario
from model.town import Town


@pytest.fixture(scope="module")
def plan(scenario: Scenario, acting: Scenario, numbers: ParameterDraws) -> RunPlan:
    """Two scenarios that share their first years, in two cells."""
    arms = {name: each.changed(until=2018) for name, each in {"without": scenario, "with": acting}.items()}
    return RunPlan(arms, jobs_of(arms, run_ids_of([0], [0, 1])), numbers)


def test_a_batch_that_was_stopped_gives_what_it_has(plan: RunPlan) -> None:
    runs = [batches.Wanted(key, job.arm, job.cell) for job, key in plan.keys.items()]
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return len(asked) > 3

    finished: Finished = batches.made(Batch.of(runs, plan.arms), plan.numbers, stopped)
    assert 0 < len(finished.keys) < 4
    assert not finished.broken


def test_no_town_outlives_its_run(plan: RunPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A town holds some 100 MB, and Python's collector does not see its arrays."""
    runs = [batches.Wanted(key, job.arm, job.cell) for job, key in plan.keys.items()]
    towns: weakref.WeakSet[Town] = weakref.WeakSet()
    left: list[int] = []

    def watched(town: Town, cell: RunId, arm: str) -> RunResult:
        towns.add(town)
        return result_of(town, cell, arm)

    def tidied() -> None:
        pool.tidy()
        left.append(len(towns))

    monkeypatch.setattr(batches, "result_of", watched)
    finished = batches.made(Batch.of(runs, plan.arms), plan.numbers, tidied=tidied)
    assert len(left) == len(finished.keys) == len(runs)
    # The last of those that share a past is the shared town itself, and still at hand.
    assert max(left) == 1
    assert left.count(1) < len(runs)
