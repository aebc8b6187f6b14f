"""The benchmark of sweeps tells its figures beside what was to be reached; its pretended workers give what
was asked for."""

import pickle
from typing import Any

import pytest

from experiments.batches import Batch, Wanted
from experiments.bench_sweep import Pretended, plan_of, study_of, told_sweep
from experiments.draws import Cell, Draws
from experiments.ensemble import live
from experiments.runner import Job
from model.scenario import Scenario

FOUND: dict[str, Any] = {
    "cell": 0.8,
    "overhead": {"bare": 30.0, "sweep": 32.0},
    "memory": [300.0, 310.0],
    "kb": 45.0,
    "read_2000": 2.5,
    "resume_400": 0.4,
    "resume_2000": 1.5,
}


def test_the_figures_are_told_with_what_was_to_be_reached() -> None:
    lines = told_sweep(FOUND)
    assert "scheduling and storing: 10.0 ms a cell" in "\n".join(lines)
    assert sum(line.endswith(": met") for line in lines) == 5
    bad = {
        "overhead": {"bare": 30.0, "sweep": 60.0},
        "memory": [300.0, 400.0],
        "kb": 61.0,
        "read_2000": 5.5,
        "resume_400": 2.5,
    }
    for name, value in bad.items():
        assert sum(line.endswith("NOT met") for line in told_sweep({**FOUND, name: value})) == 1


def test_a_study_of_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (study_of(400, 0.05).file.draws, study_of(400, 0.05).file.seeds) == (40, 10)
    monkeypatch.setattr(Draws, "chosen", lambda self, count, at="": tuple(range(1, count + 1)))
    assert len(plan_of(400, 0.05).jobs) == 400


def test_pretended_workers_give_what_was_asked_for(scenario: Scenario, numbers: Draws) -> None:
    short = scenario.changed(until=2015)
    life = live(short, 0, 0, numbers)
    job = Job("a", Cell(3, 4))
    batch = Batch.of([Wanted("f" * 32, job.arm, job.cell)], {"a": short})
    finished = Pretended([life]).submit(None, batch, pickle.dumps(numbers)).result()
    assert finished.keys == ("f" * 32,)
    assert not finished.broken
