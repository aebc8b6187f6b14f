"""A progress bar with the time left, where somebody watches; for a log, a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from experiments.runs.processes import Progress

STEPS: Final = 10
"""So often the work done is told where no bar is drawn."""


@contextmanager
def bar(words: str, logged: bool = False) -> Iterator[Progress]:
    """Give what `pool.done` calls with runs done and runs in all; draws on standard error where that is a
    terminal. Elsewhere nothing, or, `logged`, a line at each tenth."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if logged and not console.is_terminal:
        yield lines(words)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("runs, left:"))
    with Bars(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        task = bars.add_task(words, total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield show


def lines(words: str, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Tell runs done and time left on standard error, in a line at each tenth; `words` say of what."""
    began, told = clock(), 0

    def show(done: int, total: int) -> None:
        nonlocal told
        if not total or done * STEPS // total <= told:
            return
        told = done * STEPS // total
        left = (clock() - began) / done * (total - done)
        more = f", {in_words(left)} left" if done < total else ""
        print(f"wolsey: {words}: {done} of {total} runs{more}", file=sys.stderr, flush=True)

    return show


def in_words(seconds: float) -> str:
    """Return a time to wait: `20 seconds`, `7 minutes`, `3.5 hours`."""
    if seconds < 100:
        return f"{10 * max(1, round(seconds / 10))} seconds"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
