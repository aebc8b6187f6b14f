"""Batches on an executor: a few at a time, so that this process holds little, and what goes wrong made good.

A run that breaks off is tried again by itself. Where a worker dies, nobody knows which of the batches at work
killed it: they are done once more, and those that see another worker die are done alone, each in a process of
its own, and split into their runs, until the run is found.
"""

import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.synchronize import Event
from typing import Final

from experiments.runs import processes as pool
from experiments.runs.draws import ParameterDraws
from experiments.runs.processes import Progress
from experiments.runs.store import BrokenOffError, Failure, Store
from experiments.runs.worker import Batch, Broken, Finished, VersionError, Wanted, made

type Numbers = Mapping[str, ParameterDraws]
"""The numbers that runs can have, by place."""

AHEAD: Final = 2
"""Batches at an executor for each of its workers: one at work, one waiting."""
DIED: Final = "its worker died, perhaps for want of memory; try fewer with --workers"


class LostError(RuntimeError):
    """The executor is gone (a cluster's scheduler): what was kept counts, and the same again goes on."""


class Account:
    """The account of a sweep: keeps what comes back, each run in the store that it belongs to (`stores`, by
    key), and says what is to be tried again."""

    def __init__(
        self,
        stores: Mapping[str, Store],
        missing: Mapping[str, Wanted],
        progress: Progress | None,
        retries: int,
        persist: bool = True,
    ) -> None:
        self._stores, self._missing, self._progress, self._retries = stores, missing, progress, retries
        self._persist = persist
        self._tries: dict[str, int] = {}
        self.made: set[str] = set()
        self.failed: dict[str, Failure] = {}
        self._tell()

    def keep(self, batch: Batch, finished: Finished) -> list[Batch]:
        """Keep what a batch gave; returns what is to be tried again. Raises NotWrittenError, and
        KeyboardInterrupt where that ended the batch."""
        if finished.keys:
            # All runs of a batch are of one place, and so of one store.
            self._stores[finished.keys[0]].add_file(finished.content, finished.keys)
            self.made.update(finished.keys)
        if finished.interrupted:
            raise KeyboardInterrupt
        again = []
        for each in batch.alone() if finished.broken else ():
            (run,) = each.runs
            if run.key not in finished.broken:
                continue
            self._tries[run.key] = self._tries.get(run.key, 0) + 1
            if self._tries[run.key] <= self._retries:
                again.append(each)
            else:
                self.give_up(run, finished.broken[run.key])
        self._tell()
        return again

    def give_up(self, run: Wanted, broken: Broken) -> None:
        """Keep why there is no such run. Raises NotWrittenError, and BrokenOffError where that ends all."""
        failure = Failure(run.key, run.arm, run.cell.draw, run.cell.seed, broken.reason, broken.trace)
        self._stores[run.key].fail(failure)
        self.failed[run.key] = failure
        if not self._persist:
            raise BrokenOffError([failure])
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(len(self.made) + len(self.failed), len(self._missing))


def in_this_process(batches: Iterable[Batch], numbers: Numbers, account: Account) -> None:
    """Do all batches here. Raises NotWrittenError."""
    for batch in batches:
        own = numbers[batch.place]
        again = account.keep(batch, made(batch, own))
        while again:
            again = [more for each in again for more in account.keep(each, made(each, own))]
        pool.tidy()


def on_processes(batches: Iterable[Batch], numbers: Numbers, workers: int, account: Account) -> None:
    """Do all batches on so many processes of this machine. Raises NotWrittenError, or KeyboardInterrupt: what
    was at work is kept as far as it came."""
    coming, again, suspects = iter(batches), deque[Batch](), list[Batch]()
    struck: set[Batch] = set()
    finished = False
    while not finished:
        with _processes(numbers, workers) as (executor, stop):
            hands = _Hands(executor, _in_worker, AHEAD * workers, stop)
            lost = hands.do(coming, again, account)
        finished = not lost
        suspects += [batch for batch in lost if batch in struck]
        again += [batch for batch in lost if batch not in struck]
        struck |= set(lost)
    for suspect in suspects:
        alone = deque([suspect])
        while alone:
            batch = alone.popleft()
            with _processes(numbers, 1) as (executor, stop):
                lost = _Hands(executor, _in_worker, 1, stop).do(iter(()), deque([batch]), account)
            if lost and len(batch.runs) == 1:
                account.give_up(batch.runs[0], Broken(DIED))
            elif lost:
                alone.extend(batch.alone())


def elsewhere(
    batches: Iterable[Batch], numbers: Numbers, executor: Executor, workers: int, account: Account
) -> None:
    """Do all batches on an executor of `workers` workers that somebody else has made; a batch whose worker
    died is split into its runs. Raises as `on_processes`, and LostError where the executor is gone."""
    content = {place: pickle.dumps(own) for place, own in numbers.items()}

    def work(executor: Executor, batch: Batch) -> "Future[Finished]":
        return executor.submit(made_elsewhere, batch, content[batch.place])

    hands = _Hands(executor, work, AHEAD * workers)
    coming, again = iter(batches), deque[Batch]()
    lost = hands.do(coming, again, account)
    while lost:
        for batch in lost:
            if len(batch.runs) == 1:
                account.give_up(batch.runs[0], Broken(DIED))
            else:
                again.extend(batch.alone())
        lost = hands.do(coming, again, account)


class _Hands:
    """An executor with so many batches at a time."""

    def __init__(
        self,
        executor: Executor,
        submit: "Callable[[Executor, Batch], Future[Finished]]",
        most: int,
        stop: Event | None = None,
    ) -> None:
        self._executor, self._submit, self._most, self._stop = executor, submit, most, stop
        self._at_work: dict[Future[Finished], Batch] = {}

    def do(self, coming: Iterator[Batch], again: deque[Batch], account: Account) -> list[Batch]:
        """Do what is to be done again and what is coming, until all is done or a worker dies; returns the
        batches that were at work then."""
        lost: list[Batch] = []
        try:
            while not lost:
                while len(self._at_work) < self._most and (batch := _next(coming, again)) is not None:
                    try:
                        self._at_work[self._submit(self._executor, batch)] = batch
                    except BrokenExecutor:
                        lost.append(batch)
                        break
                if not self._at_work:
                    break
                for future in wait(self._at_work, return_when=FIRST_COMPLETED).done:
                    self._take(future, again, lost, account)
            while self._at_work:
                # A broken pool ends all that it has; a cluster goes on with the others.
                for future in wait(self._at_work).done:
                    self._take(future, again, lost, account)
        except BaseException as error:
            self._end(account, keep=isinstance(error, KeyboardInterrupt))
            raise
        return lost

    def _take(
        self, future: "Future[Finished]", again: deque[Batch], lost: list[Batch], account: Account
    ) -> None:
        batch = self._at_work.pop(future)
        try:
            finished = future.result()
        except (CancelledError, OSError) as error:
            raise LostError(f"{type(error).__name__}: {error}") from error
        except VersionError:
            raise
        except Exception as error:
            if _worker_died(error):
                lost.append(batch)
                return
            finished = Finished((), b"", {run.key: Broken.of(error) for run in batch.runs})
        again.extend(account.keep(batch, finished))

    def _end(self, account: Account, keep: bool) -> None:
        """Let what is at work end after its present run, and keeps it."""
        if self._stop is not None:
            self._stop.set()
        for future in self._at_work:
            future.cancel()
        left = [future for future in self._at_work if not future.cancelled()] if keep else []
        for future in wait(left).done:
            if future.exception() is None:
                account.keep(self._at_work[future], future.result())


def _next(coming: Iterator[Batch], again: deque[Batch]) -> Batch | None:
    return again.popleft() if again else next(coming, None)


def _worker_died(error: Exception) -> bool:
    # Dask has tried such a batch on several workers by then; its class is known only where Dask is.
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


@contextmanager
def _processes(numbers: Numbers, workers: int) -> Iterator[tuple[Executor, Event]]:
    """Yield the worker processes that know the numbers, and the event that tells them to stop after the
    present run."""
    context = pool.clean_context()
    stop = context.Event()
    with ProcessPoolExecutor(workers, context, _begin, (numbers, stop)) as executor:
        yield executor, stop


_here: list[tuple[Numbers, Event]] = []
"""In a worker: the numbers of its batches by place, and what tells it to stop."""


def _begin(numbers: Numbers, stop: Event) -> None:
    pool.deaf()
    _here[:] = [(numbers, stop)]


def _in_worker(executor: Executor, batch: Batch) -> "Future[Finished]":
    return executor.submit(_made_here, batch)


def _made_here(batch: Batch) -> Finished:
    numbers, stop = _here[0]
    try:
        return made(batch, numbers[batch.place], stop.is_set, pool.tidy)
    finally:
        pool.tidy()  # the last town, and those that broke off


_one_town = threading.Lock()
"""A cluster's worker may have several threads; lives of one process are made one after the other."""


def made_elsewhere(batch: Batch, numbers: bytes) -> Finished:
    """Return the runs of a batch, in a process that knows nothing of the plan; `numbers` are those of its
    place, pickled."""
    with _one_town:
        try:
            return made(batch, _unpickled(numbers))
        finally:
            pool.tidy()


@lru_cache(maxsize=1)
def _unpickled(numbers: bytes) -> ParameterDraws:
    found: ParameterDraws = pickle.loads(numbers)
    return found
