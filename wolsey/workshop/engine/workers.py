"""The worker processes of a server: one queue each, so that a run goes to the worker that holds its town."""

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from typing import Any, Final

from experiments.runs.draws import ParameterDraws
from experiments.runs.processes import clean_context
from wolsey.workshop.engine import tasks as lives

RETRIES: Final = 1
"""How often a job is tried again whose worker died."""


class WorkerError(RuntimeError):
    """A job whose worker died, again and again."""


class StoppedError(RuntimeError):
    """The server stops: the job is not done any more."""


@dataclass(order=True)
class Job:
    """One call in a worker. Jobs of a lower `rank` go first, and among equals those that came first."""

    rank: int
    number: int
    session: str = field(compare=False)
    ticket: int = field(compare=False)
    work: Callable[..., Any] = field(compare=False)
    arguments: tuple[Any, ...] = field(compare=False)
    done: "asyncio.Future[Any]" = field(compare=False)
    tries: int = field(default=0, compare=False)


class Crew:
    """Worker processes, each with its own queue.

    Args:
        numbers: what all runs live with. processes: how many workers. snapshots: towns that each keeps.
        in_flight: jobs of one session at work at once.
    """

    def __init__(self, numbers: ParameterDraws, processes: int, snapshots: int, in_flight: int) -> None:
        self.processes = processes
        self._numbers, self._snapshots, self._in_flight = numbers, snapshots, in_flight
        self._context = _context()
        self._given_up = self._context.RawArray("q", lives.SLOTS)
        self._pools: list[ProcessPoolExecutor] = []
        self._waiting: list[list[Job]] = [[] for _ in range(processes)]
        self._at_work: dict[int, Job] = {}
        self._changed = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._numbers_given = itertools.count(1)
        self._tickets = itertools.count(1)

    def start(self) -> None:
        """Start the workers."""
        self._pools = [self._pool() for _ in range(self.processes)]
        self._loops = [asyncio.create_task(self._serve(worker)) for worker in range(self.processes)]

    async def stop(self) -> None:
        """End all work and all workers: what waits is cancelled, what runs gives up within a year of its
        town."""
        loops, self._loops = self._loops, []
        pools, self._pools = self._pools, []
        for loop in loops:
            loop.cancel()
        for job in [*self._at_work.values(), *itertools.chain(*self._waiting)]:
            self._given_up[job.ticket % lives.SLOTS] = job.ticket
            if not job.done.done():
                job.done.set_exception(StoppedError())
                job.done.exception()
        await asyncio.gather(*loops, return_exceptions=True)
        for pool in pools:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    def ticket(self) -> int:
        """Return a new ticket, by which jobs are given up together."""
        return next(self._tickets)

    def give_up(self, ticket: int) -> None:
        """Give up the jobs of a ticket, for nobody waits any more: those that wait are dropped, those at work
        end early."""
        self._given_up[ticket % lives.SLOTS] = ticket
        for queue in self._waiting:
            for job in [job for job in queue if job.ticket == ticket]:
                queue.remove(job)
                job.done.cancel()

    async def do(
        self, worker: int, rank: int, session: str, ticket: int, work: Callable[..., Any], *arguments: Any
    ) -> Any:
        """Return what `work(*arguments)` gives in a worker. Raises what it raises; WorkerError where the
        worker died twice; CancelledError where the ticket was given up before it began, StoppedError where
        the server stops."""
        if not self._loops:
            raise StoppedError
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        number = next(self._numbers_given)
        self._waiting[worker % self.processes].append(
            Job(rank, number, session, ticket, work, arguments, done)
        )
        self._changed.set()
        return await done

    @property
    def idle(self) -> int:
        """Return the worker with the least to do."""
        return min(range(self.processes), key=lambda n: len(self._waiting[n]) + (n in self._at_work))

    def process_ids(self) -> tuple[int, ...]:
        """Return the number of the workers that run."""
        return tuple(pid for pool in self._pools for pid in (pool._processes or {}))

    async def _serve(self, worker: int) -> None:
        while True:
            job = self._next(worker)
            if job is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            self._at_work[worker] = job
            try:
                await self._carry_out(worker, job)
            finally:
                del self._at_work[worker]
                self._changed.set()

    def _next(self, worker: int) -> Job | None:
        """Return the job that goes next, of a session that has not its share at work already."""
        sessions = [job.session for job in self._at_work.values()]
        able = [job for job in self._waiting[worker] if sessions.count(job.session) < self._in_flight]
        if not able:
            return None
        job = min(able)
        self._waiting[worker].remove(job)
        return job

    async def _carry_out(self, worker: int, job: Job) -> None:
        try:
            # The first job of a worker waits until its process has come up: that must not hold up the server.
            future: Future[Any] = await asyncio.to_thread(
                self._pools[worker].submit, job.work, *job.arguments
            )
            result = await asyncio.wrap_future(future)
        except BrokenProcessPool:
            self._pools[worker].shutdown(wait=False)
            self._pools[worker] = self._pool()
            if job.tries < RETRIES:
                job.tries += 1
                self._waiting[worker].append(job)
            elif not job.done.done():
                job.done.set_exception(WorkerError())
        except Exception as error:
            if not job.done.done():
                job.done.set_exception(error)
        else:
            if not job.done.done():
                job.done.set_result(result)

    def _pool(self) -> ProcessPoolExecutor:
        given = (self._numbers, self._snapshots, self._given_up)
        return ProcessPoolExecutor(1, self._context, lives.begin, given)


def _context() -> BaseContext:
    return clean_context(("model.ready", lives.__name__))
