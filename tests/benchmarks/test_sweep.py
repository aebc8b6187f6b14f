"""The benchmark of sweeps tells its figures beside what was to be reached; its pretended workers give what
was asked for; a finished study is begun again as a command."""

import pickle
from typing import Any

import pytest

from benchmarks import resume as bench_resume
from benchmarks.resume import DESIGNS, remark, resume, study_text
from benchmarks.sweep import Pretended, plan_of, study_of, sweep_lines
from calibration import posterior
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import RunResult
from experiments.runs.runner import RunJob
from experiments.runs.worker import Batch, Wanted
from model.scenario.scenario import Scenario
from tests.living import live

SHIPPED = posterior.FOLDER
FOUND: dict[str, Any] = {
    "cell": 0.8,
    "overhead": {"bare": 30.0, "sweep": 32.0},
    "memory": [300.0, 310.0],
    "kb": 45.0,
    "reading": 2.5,
    "resume": {"400": 1.6, "2000": 4.5, "factorial": 1.6, "morris": 1.8, "sobol": 2.2},
    "remark": "",
}


def test_the_figures_are_told_with_what_was_to_be_reached() -> None:
    lines = sweep_lines(FOUND)
    assert "scheduling and storing: 10.0 ms a cell" in "\n".join(lines)
    assert "1.60 s for 400 cells\n    (factorial 1.60 s, morris 1.80 s, sobol 2.20 s)" in "\n".join(lines)
    assert sum(line.endswith(": met") for line in lines) == 5
    bad = {
        "overhead": {"bare": 30.0, "sweep": 60.0},
        "memory": [300.0, 400.0],
        "kb": 66.0,
        "reading": 5.5,
        "resume": {**FOUND["resume"], "400": 2.5},
    }
    for name, value in bad.items():
        assert sum(line.endswith("NOT met") for line in sweep_lines({**FOUND, name: value})) == 1
    assert "    slower than usual" in sweep_lines({**FOUND, "remark": "slower than usual"})


def test_a_study_of_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (study_of(400, 0.05).file.draws, study_of(400, 0.05).file.seeds) == (40, 10)
    monkeypatch.setattr(ParameterDraws, "chosen", lambda self, count, at="": tuple(range(1, count + 1)))
    assert len(plan_of(400, 0.05).jobs) == 400
    for design in DESIGNS:
        assert f'kind = "{design}"' in study_text(400, design)


def test_pretended_workers_give_what_was_asked_for() -> None:
    short, numbers = Scenario.load("baseline").changed(scale=0.02, until=2015), ParameterDraws.of("ipswich")
    life = live(short, 0, 0, numbers)
    job = RunJob("a", RunId(3, 4))
    batch = Batch.of([Wanted("f" * 32, job.arm, job.cell)], {"a": short})
    finished = Pretended([life]).submit(None, batch, pickle.dumps(numbers)).result()
    assert finished.keys == ("f" * 32,)
    assert not finished.broken


@pytest.fixture(scope="module")
def lives() -> list[RunResult]:
    """Two lives to 2048."""
    small = Scenario.load("baseline").changed(scale=0.02)
    return [live(small, seed, 1) for seed in range(2)]


@pytest.mark.parametrize("design", ["", "sobol"])
def test_a_finished_study_is_begun_again(
    design: str, lives: list[RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A command in a process of its own knows no other posterior than the one that ships.
    monkeypatch.setattr(posterior, "FOLDER", SHIPPED)
    monkeypatch.setattr(bench_resume, "TIMES", 1)
    monkeypatch.setattr(bench_resume, "DRAWS", 2)
    # A command that makes runs, or asks for others than were kept, is no measurement: it fails.
    assert 0 < resume(lives, 40, design) < 120


def test_what_slows_every_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    there = ParameterDraws.of("ipswich").posterior
    assert there is not None
    monkeypatch.setattr("model.fingerprint.code_digest", lambda: there.manifest["code"])
    assert remark() == ""
    monkeypatch.setattr("model.fingerprint.code_digest", lambda: "another")
    assert "lives a small town to see" in remark()
