"""A sweep that is killed at any moment goes on, and ends as one that was never killed: on this machine, and
on a cluster of which a worker is killed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from experiments.runs.dask_cluster import cluster
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import RunResult
from experiments.runs.runner import RunPlan, carry_out
from experiments.runs.store import Store
from experiments.studies.study import Study
from model.io import files
from model.io.errors import InputError
from tests.waiting import LONGEST, until

STUDY = """
title = "Small"
scenarios = ["baseline", "alliance_2048"]
against = "baseline"
seeds = 12
until = 2018
scale = 0.05
[[outcomes]]
indicator = "gld"
year = 2018
"""
pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 24 small runs."""
    path = tmp_path_factory.mktemp("studies") / "small.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def plan(study: Path) -> RunPlan:
    """Its runs."""
    return Study.load(study).plan(ParameterDraws("ipswich", None))


@pytest.fixture(scope="module")
def uninterrupted(plan: RunPlan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bits of its runs, made in one go."""
    with Store.opened(tmp_path_factory.mktemp("whole")) as store:
        carry_out(plan, store, workers=1)
        return held(store)


def held(store: Store) -> dict[str, bytes]:
    """The bits of the runs that a store holds."""
    return {key: bits(life) for key, life in store.each(sorted(store.keys()))}


def bits(life: RunResult) -> bytes:
    """All that a run has recorded."""
    arrays = (life.values, life.counts, life.latent, life.paths)
    return repr((life.cell, life.keys)).encode() + b"".join(x.tobytes() for x in arrays if x is not None)


@pytest.mark.parametrize(("workers", "kills"), [(1, 7), (2, 3)])
def test_a_sweep_killed_at_random_moments_ends_as_one_that_was_not(
    workers: int, kills: int, study: Path, plan: RunPlan, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    program = Path(__file__).with_name("killed_sweep.py")
    command = [sys.executable, str(program), str(study), str(tmp_path), str(kills), str(workers)]
    process = subprocess.Popen(
        command,
        cwd=files.root(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        told, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, errors
    kept = [int(line) for line in told.split()]
    assert len(kept) == kills
    assert kept == sorted(kept)
    assert kept[0] < len(uninterrupted) / 2
    assert workers == 1 or kept[1] > kept[0]
    until(lambda: not in_group(process.pid), "the end of the workers")
    with Store.opened(tmp_path) as store:
        assert store.damaged == ()
        before = held(store)
        assert before == {key: uninterrupted[key] for key in before}
        outcome = carry_out(plan, store, workers=1)
        assert (outcome.found, outcome.whole) == (len(before), True)
        assert held(store) == uninterrupted


def in_group(group: int) -> list[int]:
    """The processes of a group that are no zombies."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


def test_a_second_sweep_is_refused_while_the_first_lives_and_not_when_it_was_killed(tmp_path: Path) -> None:
    holding = (
        "import sys, time\nfrom experiments.runs.store import Store\nstore = Store.opened(sys.argv[1])\n"
        "print('held', flush=True)\ntime.sleep(600)"
    )
    command = [sys.executable, "-c", holding, str(tmp_path)]
    with subprocess.Popen(command, cwd=files.root(), stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=rf"another process \({first.pid}\) is writing results here"):
            Store.opened(tmp_path)
        first.kill()
        first.wait()
        with Store.opened(tmp_path) as store:
            assert not store.keys()


@contextmanager
def dask(
    role: str, *arguments: str, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler or a worker of Dask, in a process of its own; `more` is set in its environment."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *arguments]
    quiet = subprocess.DEVNULL
    environment = {**os.environ, **more}
    with subprocess.Popen(command, cwd=files.root(), stdout=quiet, stderr=quiet, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_cluster_that_loses_a_worker_gives_the_same(
    plan: RunPlan, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    address = tmp_path / "scheduler.json"
    mine = ("--scheduler-file", str(address))
    worker = (*mine, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    killed: list[int] = []
    with ExitStack() as stack:
        scheduler = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        stack.enter_context(dask("scheduler", *scheduler, *mine))
        # One of them as Dask's nanny would start it.
        eager = {"MALLOC_TRIM_THRESHOLD_": "65536"}
        two = [stack.enter_context(dask("worker", *worker, more=more)) for more in ({}, eager)]
        until(lambda: address.is_file() and "tcp://" in address.read_text(), "the scheduler")
        found = re.search(r"tcp://[^\"]+", address.read_text())
        assert found is not None

        def kill_one(done: int, _: int) -> None:
            if done and not killed:
                killed.append(two[0].pid)
                os.kill(two[0].pid, signal.SIGKILL)

        store = stack.enter_context(Store.opened(tmp_path / "runs"))
        executor, workers, note = stack.enter_context(cluster(found[0], least=2, patience=LONGEST))
        outcome = carry_out(plan, store, workers=workers, executor=executor, progress=kill_one, most=2)
        assert workers == 2
        assert note == (
            "1 of 2 workers give memory back at every turn (MALLOC_TRIM_THRESHOLD_ is low), which costs "
            "time; docs/cluster.md says how to raise it"
        )
        assert killed
        assert outcome.whole
        assert held(store) == uninterrupted


@pytest.mark.parametrize("address", ["localhost", "localhost:8786", "tcp://localhost", "tcp://:x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with (
        pytest.raises(InputError, match=r"is no address of a scheduler; allowed: as tcp://host:8786"),
        cluster(address),
    ):
        pass


def test_a_scheduler_that_does_not_answer_is_refused() -> None:
    with (
        pytest.raises(InputError, match=r'--cluster = "tcp://127\.0\.0\.1:1": no scheduler answers'),
        cluster("tcp://127.0.0.1:1", patience=0.5),
    ):
        pass
