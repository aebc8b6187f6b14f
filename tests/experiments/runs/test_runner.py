"""What is missing is made, once, the same to the last bit whoever makes it; what breaks off is told."""

import errno
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.runs import keys as keys_of_runs
from experiments.runs import scheduler as dispatch
from experiments.runs import worker as batches
from experiments.runs.draws import ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import RunResult, result_of
from experiments.runs.keys import run_key, scenario_key
from experiments.runs.runner import RunJob, RunPlan, carry_out, ensembles, jobs_of
from experiments.runs.scheduler import LostError
from experiments.runs.storage import NotWrittenError
from experiments.runs.store import Store
from experiments.runs.worker import Batch, VersionError
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town
from tests.living import live

ARRAYS = ("values", "counts", "latent", "paths")


@pytest.fixture(scope="module")
def arms(scenario: Scenario, acting: Scenario) -> dict[str, Scenario]:
    """Three that share their first years, and one that does not."""
    found = {
        "without": scenario,
        "with": acting,
        "more": acting.changed({"programmes.encounters.reach": 0.9}),
        "no peers": acting.changed({"switches.peers": False}),
    }
    return {name: each.changed(until=2018) for name, each in found.items()}


@pytest.fixture(scope="module")
def plan(arms: dict[str, Scenario], numbers: ParameterDraws) -> RunPlan:
    """These in three cells."""
    return RunPlan(arms, jobs_of(arms, run_ids_of([0, 2], [0, 1])[:3]), numbers)


@pytest.fixture(scope="module")
def alone(plan: RunPlan) -> dict[str, bytes]:
    """The bits of each run, lived by itself."""
    return {
        key: bits(live(plan.arms[job.arm], job.cell.seed, job.cell.draw, plan.numbers))
        for job, key in plan.keys.items()
    }


def bits(life: RunResult) -> bytes:
    """All that a run has recorded."""
    return repr((life.cell, life.keys, life.years)).encode() + b"".join(
        getattr(life, name).tobytes() for name in ARRAYS
    )


def held(store: Store) -> dict[str, bytes]:
    """The bits of the runs that a store holds."""
    return {key: bits(life) for key, life in store.each(sorted(store.keys()))}


def test_runs_are_those_that_each_scenario_has_alone(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path
) -> None:
    ticks: list[tuple[int, int]] = []
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=1, progress=lambda done, of: ticks.append((done, of)))
        assert (outcome.runs, outcome.found, outcome.made, outcome.failed) == (12, 0, 12, ())
        assert outcome.whole
        assert held(store) == alone
        assert ticks[0] == (0, 12)
        assert ticks[-1] == (12, 12)
        again = carry_out(plan, store, workers=1)
        assert (again.found, again.made) == (12, 0)


def test_workers_batches_and_order_change_nothing(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path
) -> None:
    shuffled = RunPlan(plan.arms, plan.jobs[::-1], plan.numbers)
    with Store.opened(tmp_path) as store:
        some = RunPlan(plan.arms, plan.jobs[3:5], plan.numbers)
        assert carry_out(some, store, workers=1).made == 2
        outcome = carry_out(shuffled, store, workers=2, most=2)
        assert (outcome.found, outcome.made) == (2, 10)
        assert held(store) == alone


def test_another_executor_does_the_same(plan: RunPlan, alone: dict[str, bytes], tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as executor, Store.opened(tmp_path) as store:
        assert carry_out(plan, store, executor=executor, workers=2).made == 12
        assert held(store) == alone


def test_years_that_end_before_anything_is_done(
    scenario: Scenario, acting: Scenario, numbers: ParameterDraws, tmp_path: Path
) -> None:
    early = {
        "a": scenario.changed(until=2015),
        "b": acting.changed(until=2016),
        "c": acting.changed(until=2018),
    }
    plan = RunPlan(early, jobs_of(early, [RunId(0, 5)]), numbers)
    with Store.opened(tmp_path) as store:
        assert carry_out(plan, store, workers=1).made == 3
        for job, key in plan.keys.items():
            assert bits(store.lives([key])[key]) == bits(live(early[job.arm], 5, 0, numbers))


def test_arms_that_say_the_same_are_one_run(
    scenario: Scenario, numbers: ParameterDraws, tmp_path: Path
) -> None:
    short = scenario.changed(until=2015)
    same = short.changed(title="Another title")
    plan = RunPlan({"a": short, "b": same}, jobs_of(["a", "b"], [RunId(0, 0)]), numbers)
    with Store.opened(tmp_path) as store:
        assert carry_out(plan, store, workers=1).made == 1
        assert ensembles(plan, store)["b"].cells == (RunId(0, 0),)


def test_an_ensemble_of_an_arm(plan: RunPlan, tmp_path: Path) -> None:
    with Store.opened(tmp_path) as store:
        with pytest.raises(InputError, match="there is no finished run of 'without'"):
            ensembles(plan, store)
        part = RunPlan({"with": plan.arms["with"]}, plan.jobs[3:6], plan.numbers)
        carry_out(part, store, workers=1)
        found = ensembles(part, store)["with"]
        assert found.scenario is plan.arms["with"]
        assert found.cells == (RunId(0, 0), RunId(0, 1), RunId(2, 0))


def test_the_key_covers_all_that_can_change_a_run(
    arms: dict[str, Scenario], numbers: ParameterDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def key(
        scenario: Scenario = arms["with"], numbers: ParameterDraws = numbers, draw: int = 1, seed: int = 2
    ) -> str:
        return run_key(scenario_key(scenario, numbers), RunId(draw, seed))

    first = key()
    assert first == key()
    assert first == key(arms["with"].changed(title="Another title"))
    others = [
        key(arms["more"]),
        key(draw=2),
        key(seed=3),
        key(numbers=ParameterDraws("ipswich", None)),
        key(arms["with"].changed({"parameters.learning.trait_share": 0.6})),
    ]
    monkeypatch.setattr(keys_of_runs, "code_digest", lambda: "another")
    others.append(key())
    monkeypatch.undo()
    monkeypatch.setattr(keys_of_runs, "makers", lambda: "another")
    others.append(key())
    assert len({first, *others}) == 8


def test_the_numbers_of_workers_are_checked(plan: RunPlan, tmp_path: Path) -> None:
    with Store.opened(tmp_path) as store:
        with pytest.raises(InputError, match="workers = 0: must be at least 1"):
            carry_out(plan, store, workers=0)
        with pytest.raises(
            InputError, match=r"workers = 10000: is more than this machine can use; allowed: 1 to"
        ):
            carry_out(plan, store, workers=10000)
        with ThreadPoolExecutor(2) as executor:
            assert carry_out(plan, store, executor=executor, workers=10000).made == 12


class Broken:
    """Lives, of which those of one cell break off so many times."""

    def __init__(self, cell: RunId, times: int) -> None:
        self.cell, self.left, self.calls = cell, times, 0

    def __call__(self, town: Town, cell: RunId, arm: str) -> RunResult:
        if cell == self.cell and self.left:
            self.left -= 1
            self.calls += 1
            raise ArithmeticError("the sun went out")
        return result_of(town, cell, arm)


def test_a_run_that_breaks_off_is_tried_again(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "result_of", Broken(RunId(0, 1), 3))
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=1)
        assert outcome.whole
        assert store.failures() == {}
        assert held(store) == alone


def test_a_run_that_breaks_off_again_is_kept_with_its_reason(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(RunId(0, 1), 100)
    monkeypatch.setattr(batches, "result_of", broken)
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=1, retries=2)
        assert broken.calls == 4 * 3
        assert not outcome.whole
        assert {str(each) for each in outcome.failed} == {
            f"{arm}, draw 0, seed 1: ArithmeticError: the sun went out" for arm in plan.arms
        }
        assert (outcome.made, len(held(store))) == (8, 8)
    monkeypatch.undo()
    with Store.opened(tmp_path) as store:
        assert len(store.failures()) == 4
        assert carry_out(plan, store, workers=1).made == 4
        assert store.failures() == {}
        assert held(store) == alone


def test_a_town_that_cannot_be_built_fails_its_runs_alone(plan: RunPlan, tmp_path: Path) -> None:
    jobs = (*plan.jobs[:3], RunJob("with", RunId(4000, 0)))
    with Store.opened(tmp_path) as store:
        outcome = carry_out(RunPlan(plan.arms, jobs, plan.numbers), store, workers=1)
        (failure,) = outcome.failed
        assert failure.draw == 4000
        assert failure.reason.startswith("InputError: ")
        assert outcome.made == 3


def test_a_full_disk_ends_it_and_what_was_kept_counts(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    usual = os.fsync

    def full_after_two(handle: int) -> None:
        written.append(handle)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        usual(handle)

    with Store.opened(tmp_path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full_after_two)
            with pytest.raises(NotWrittenError, match="No space left on device"):
                carry_out(plan, store, workers=1, most=3)
        kept = held(store)
        assert 0 < len(kept) < 12
    with Store.opened(tmp_path) as store:
        assert held(store) == kept
        carry_out(plan, store, workers=1)
        assert held(store) == alone


def test_damaged_files_are_named_and_their_runs_made_again(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path
) -> None:
    with Store.opened(tmp_path) as store:
        carry_out(plan, store, workers=1)
    first = sorted(tmp_path.glob("runs-*.parquet"))[0]
    first.write_bytes(first.read_bytes()[:2000])
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=1)
        assert outcome.damaged == (str(tmp_path / "damaged" / first.name),)
        assert outcome.made > 0
        assert held(store) == alone
    assert len((tmp_path / "damaged" / first.name).read_bytes()) == 2000


def test_other_code_in_a_worker_is_refused(
    plan: RunPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(runs: Any, arms: Any) -> Batch:
        made = usual(runs, arms)
        return replace(made, code="of yesterday")

    usual = Batch.of
    monkeypatch.setattr(Batch, "of", other)
    with (
        ThreadPoolExecutor(1) as executor,
        Store.opened(tmp_path) as store,
        pytest.raises(VersionError, match="another version of the model"),
    ):
        carry_out(plan, store, executor=executor, workers=1)


class Deadly(Executor):
    """Does its work at once; a batch that holds a poisoned run kills its worker instead."""

    def __init__(self, poisoned: str, error: Exception) -> None:
        self.poisoned, self.error = poisoned, error

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        (batch,) = (each for each in arguments if isinstance(each, Batch))
        if any(run.key == self.poisoned for run in batch.runs):
            future.set_exception(self.error)
        else:
            future.set_result(work(*arguments, **named))
        return future


KilledWorker = type("KilledWorker", (Exception,), {})
"""Called as Dask's."""


@pytest.fixture
def poisoned(plan: RunPlan) -> str:
    """The key of one run."""
    return plan.keys[plan.jobs[5]]


def test_a_run_that_kills_its_worker_is_found_and_told(
    plan: RunPlan, poisoned: str, alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    @contextmanager
    def fake(numbers: Any, workers: int) -> Iterator[tuple[Executor, Any]]:
        started.append(workers)
        event = multiprocessing.get_context("spawn").Event()
        dispatch._here[:] = [(numbers, event)]
        yield Deadly(poisoned, BrokenProcessPool("gone")), event

    monkeypatch.setattr(dispatch, "_processes", fake)
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=2)
        (failure,) = outcome.failed
        assert (failure.key, failure.reason) == (poisoned, dispatch.DIED)
        assert held(store) == {key: alone[key] for key in alone if key != poisoned}
    assert started[:2] == [2, 2]
    assert set(started[3:]) == {1}


def test_a_run_that_kills_workers_of_a_cluster_is_told(
    plan: RunPlan, poisoned: str, alone: dict[str, bytes], tmp_path: Path
) -> None:
    with Store.opened(tmp_path) as store:
        executor = Deadly(poisoned, KilledWorker("after 3 workers"))
        outcome = carry_out(plan, store, executor=executor, workers=2)
        assert [each.key for each in outcome.failed] == [poisoned]
        assert held(store) == {key: alone[key] for key in alone if key != poisoned}


def test_a_cluster_that_is_gone_ends_it(plan: RunPlan, poisoned: str, tmp_path: Path) -> None:
    with Store.opened(tmp_path) as store, pytest.raises(LostError, match="ConnectionError: scheduler"):
        carry_out(plan, store, executor=Deadly(poisoned, ConnectionError("scheduler")), workers=2)


def test_what_a_worker_cannot_do_at_all_is_a_failure(plan: RunPlan, poisoned: str, tmp_path: Path) -> None:
    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, executor=Deadly(poisoned, MemoryError("too much")), workers=2)
        assert [(each.key, each.reason) for each in outcome.failed] == [(poisoned, "MemoryError: too much")]


def test_an_interrupted_sweep_keeps_what_was_at_work(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path
) -> None:

    def stop(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with Store.opened(tmp_path) as store:
        with pytest.raises(KeyboardInterrupt):
            carry_out(plan, store, workers=2, progress=stop, most=1)
        kept = held(store)
        assert 0 < len(kept) < 12
        assert all(alone[key] == run for key, run in kept.items())
        carry_out(plan, store, workers=1)
        assert held(store) == alone


@pytest.mark.kill
def test_a_killed_worker_costs_nothing_but_time(
    plan: RunPlan, alone: dict[str, bytes], tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(done: int, _: int) -> None:
        pids = [child.pid for child in multiprocessing.active_children() if child.pid]
        if done and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    with Store.opened(tmp_path) as store:
        outcome = carry_out(plan, store, workers=2, progress=kill_one, most=1)
        assert killed
        assert outcome.whole
        assert held(store) == alone
