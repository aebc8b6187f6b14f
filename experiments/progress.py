"""A progress bar with the time left, where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager

from experiments.pool import Progress


@contextmanager
def bar(words: str) -> Iterator[Progress]:
    """Gives what `pool.done` calls with runs done and runs in all; draws on standard error where that is a
    terminal, else nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("runs, left:"))
    console = Console(stderr=True)
    with Bars(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        task = bars.add_task(words, total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield show
