"""Worker processes: how many there may be, how they start, and how they end."""

import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from typing import Final

from experiments.runs.draws import RunId
from experiments.runs.guard import check_main
from model.io.errors import InputError

MOST_WORKERS: Final = 32
MOST_EACH: Final = 4
"""Workers that may be asked for, in all or for each processor: a worker holds half a gigabyte."""
MOST_ON_WINDOWS: Final = 61
"""Processes that Windows can wait for at once."""

type Progress = Callable[[int, int], None]
"""Called with the number of runs done and of all runs, at the start and after each."""


class SeedError(RuntimeError):
    """A run that broke off; `cell` says which: its draw and its seed."""

    def __init__(self, cell: RunId, what: str) -> None:
        super().__init__(cell, what)
        self.cell = cell
        self.what = what

    @property
    def seed(self) -> int:
        """Return the seed of the run."""
        return self.cell.seed

    def __str__(self) -> str:
        return f"{self.cell}: {self.what}"


@contextmanager
def naming(cell: RunId) -> Iterator[None]:
    """Make whatever breaks off inside a SeedError of this cell; what the user got wrong stays an
    InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise SeedError(cell, f"{type(error).__name__}: {error}") from error


def checked_workers(workers: int, here: bool = True) -> int:
    """Return the number of workers; InputError where it is below one, or, for processes `here`, more than
    this machine could bear."""
    most = max(MOST_WORKERS, MOST_EACH * processors())
    if _on_windows():
        most = min(most, MOST_ON_WINDOWS)
    if workers < 1:
        raise InputError("must be at least 1", at="workers", value=workers)
    if here and workers > most:
        problem = "is more than this machine can use"
        raise InputError(problem, at="workers", value=workers, allowed=f"1 to {most}")
    return workers


def processors() -> int:
    """Return the processors that this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, MOST_ON_WINDOWS) if _on_windows() else count


def _on_windows() -> bool:
    return multiprocessing.get_all_start_methods() == ["spawn"]


@contextmanager
def processes(workers: int | None = None) -> Iterator[Executor]:
    """Yield the worker processes for work that shares out its own tasks, one a processor by default. When the
    block is left by an error or by Ctrl-C, what waits is cancelled and what runs is let end.

    Raises:
        InputError: the number of workers is below one.
    """
    count = processors() if workers is None else checked_workers(workers)
    with ProcessPoolExecutor(count, clean_context(), deaf) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def clean_context(ready: Sequence[str] = ("model.ready", "experiments.runs.worker")) -> BaseContext:
    """Return the workers start clean, never as a copy of this process, whose threads and locks a copy would
    inherit half-way. `ready` are modules that they find imported. Raises InputError where workers would run
    this program again."""
    check_main()
    if _on_windows():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(ready))
    from multiprocessing import forkserver  # Windows has none

    with _without_current_folder():
        forkserver.ensure_running()
    return context


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """Prepare a process that is started here: the server of workers would look in the current folder first,
    and have a user's `model.py` for our package of that name."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def deaf() -> None:
    """Make a worker deaf to Ctrl-C, which reaches the whole group of processes: the parent alone decides what
    it means. A worker whose parent is gone ends: nobody would ever give it work, or stop it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported stays: collecting after each town need not go through it (0.1 s a time), nor write to
    # the memory that workers share (a fifth of it).
    gc.freeze()
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def tidy() -> None:
    """Give back the memory of finished towns: a town is a circle of objects, and its arrays, which the
    collector does not count, would wait for it by the gigabyte."""
    gc.collect()
