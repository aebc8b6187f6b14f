"""Worker processes: fair, replaceable, and gone when the server is."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.workshop_server import alive
from calibration.posterior import Posterior
from experiments.runs.draws import ParameterDraws
from wolsey.workshop.engine import tasks as lives
from wolsey.workshop.engine.in_flight import last
from wolsey.workshop.engine.jobs import Jobs
from wolsey.workshop.engine.workers import Crew, WorkerError
from wolsey.workshop.plans import Plan
from wolsey.workshop.settings import Settings

pytestmark = pytest.mark.kill


def with_crew[T](numbers: ParameterDraws, work: Callable[[Crew], Awaitable[T]], processes: int = 1) -> T:
    """What `work` gives with a crew, which is stopped afterwards; and no worker is left."""

    async def run() -> T:
        crew = Crew(numbers, processes, snapshots=2, in_flight=2)
        crew.start()
        try:
            return await work(crew)
        finally:
            workers = crew.process_ids()
            await crew.stop()
            assert not [worker for worker in workers if alive(worker)]

    return asyncio.run(run())


def test_a_killed_worker_is_replaced_and_its_job_done_again(numbers: ParameterDraws) -> None:
    async def work(crew: Crew) -> tuple[int, int]:
        first = await crew.do(0, 0, "s", crew.ticket(), os.getpid)
        slow = asyncio.create_task(crew.do(0, 0, "s", crew.ticket(), time.sleep, 0.2))
        await crew_works(crew)
        os.kill(first, signal.SIGKILL)
        await slow
        return first, await crew.do(0, 0, "s", crew.ticket(), os.getpid)

    first, second = with_crew(numbers, work)
    assert first != second


async def crew_works(crew: Crew) -> None:
    """Waits until a job is at work."""
    while not crew._at_work:
        await asyncio.sleep(0)


def test_a_job_that_kills_its_worker_twice_is_given_up(numbers: ParameterDraws) -> None:
    async def work(crew: Crew) -> int:
        with pytest.raises(WorkerError):
            await crew.do(0, 0, "s", crew.ticket(), os._exit, 3)
        found: int = await crew.do(0, 0, "s", crew.ticket(), os.getpid)
        return found

    assert with_crew(numbers, work) > 0


def test_what_waits_is_dropped_with_its_ticket_and_what_is_urgent_goes_first(
    numbers: ParameterDraws, tmp_path: Path
) -> None:
    async def work(crew: Crew) -> list[str]:
        order: list[str] = []

        async def one(name: str, rank: int, ticket: int) -> None:
            await crew.do(0, rank, name, ticket, time.sleep, 0)
            order.append(name)

        await crew.do(0, 0, "s", crew.ticket(), os.getpid)
        # It blocks until something is written there.
        os.mkfifo(gate := tmp_path / "gate")
        blocking = asyncio.create_task(crew.do(0, 0, "s", crew.ticket(), gate.read_text))
        await crew_works(crew)
        late, dropped, early = (crew.ticket() for _ in range(3))
        tasks = [
            asyncio.create_task(one("late", 5, late)),
            asyncio.create_task(one("dropped", 0, dropped)),
            asyncio.create_task(one("early", 1, early)),
        ]
        await asyncio.sleep(0)
        crew.give_up(dropped)
        await asyncio.to_thread(gate.write_text, "open")
        await asyncio.gather(blocking, *tasks, return_exceptions=True)
        return order

    assert with_crew(numbers, work) == ["early", "late"]


def test_a_session_has_two_jobs_at_work_at_most(numbers: ParameterDraws) -> None:
    async def work(crew: Crew) -> list[int]:
        jobs = [
            asyncio.create_task(crew.do(worker, 0, "greedy", crew.ticket(), time.sleep, 0.1))
            for worker in (0, 1, 2, 0, 1, 2)
        ]
        most = []
        while not all(job.done() for job in jobs):
            most.append(sum(job.session == "greedy" for job in crew._at_work.values()))
            await asyncio.sleep(0)
        return most

    assert max(with_crew(numbers, work, processes=3)) == 2


def test_first_looks_go_to_whoever_has_least_to_do(numbers: ParameterDraws) -> None:
    async def work(crew: Crew) -> list[int]:
        runs = Jobs(Settings(scale=0.05, explore=2, check_draws=2), numbers, crew)
        plans = [Plan.of({"base": "baseline", "levers": {"careers": reach}}) for reach in (0.3, 0.6)]
        usual, asked = crew.do, list[int]()

        async def do(worker: int, *arguments: Any) -> Any:
            asked.append(worker)
            return await usual(worker, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(crew, "do", do)
            await asyncio.gather(*(last(runs._lived(plan, runs.small, "s")) for plan in plans))
        return asked

    assert sorted(with_crew(numbers, work, processes=2)) == [0, 1]


def test_a_ticket_given_up_is_not_wanted() -> None:
    lives._here.given_up = [0] * lives.SLOTS
    assert lives.wanted(7)
    lives._here.given_up[7] = 7
    assert not lives.wanted(7)
    assert lives.wanted(7 + lives.SLOTS)


def test_a_worker_says_what_a_reader_must_know_of_the_numbers(numbers: ParameterDraws) -> None:
    assert with_crew(numbers, lambda crew: crew.do(0, 0, "s", crew.ticket(), lives.note)) == ""
    assert numbers.posterior is not None
    table, manifest = numbers.posterior.table, {**numbers.posterior.manifest, "code": "another"}
    old = ParameterDraws(numbers.place, Posterior(table, manifest, "old.parquet"))
    said = with_crew(old, lambda crew: crew.do(0, 0, "s", crew.ticket(), lives.note))
    assert "old.parquet was made by another version of the model" in said
    other = ParameterDraws("derby", None, numbers.posterior)
    said = with_crew(other, lambda crew: crew.do(0, 0, "s", crew.ticket(), lives.note))
    assert said.startswith("Not fitted to Derby: there is no posterior of it.")
