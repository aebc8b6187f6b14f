"""Work under way: who waits for it, and who gives it up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from experiments.runs.draws import RunId
from wolsey.workshop.engine.workers import Crew, StoppedError
from wolsey.workshop.view.delivered import LivedPlan


@dataclass(eq=False)
class Under:
    """Work under way that several may wait for: `done` of `of` runs, whether its result is kept (`finished`),
    and what went wrong."""

    ticket: int
    of: int
    done: int = 0
    waiting: int = 0
    finished: bool = False
    error: BaseException | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    def tell(self) -> None:
        """Wake whoever waits for the next step."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(eq=False)
class Exploring(Under):
    """The runs of a plan under way: `lives` by cell, and how many of the first are all there."""

    lives: dict[RunId, LivedPlan] = field(default_factory=dict)


async def until_done[W: Under](
    crew: Crew, work: W, under_way: dict[str, W], key: str, finish: Callable[[], Awaitable[None]]
) -> None:
    """Finish some work, unless it is given up or breaks off; whoever waits for it is told."""
    try:
        await finish()
        work.finished = True
    except BaseException as error:
        work.error = error
        crew.give_up(work.ticket)
        if not isinstance(error, Exception):
            raise
    finally:
        if under_way.get(key) is work:
            del under_way[key]
        work.tell()


async def steps[W: Under](crew: Crew, work: W, under_way: dict[str, W], key: str) -> AsyncGenerator[int]:
    """Yield how much of some work is done, as it changes, until it is finished. Raises what went wrong; gives
    the work up where nobody else waits for it."""
    work.waiting += 1
    try:
        while work.error is None and not work.finished:
            await work.changed.wait()
            yield work.done
        if work.error is not None:
            raise first_of(work.error)
    finally:
        work.waiting -= 1
        if work.waiting == 0 and not work.finished and work.task is not None:
            # Nobody may join what is being given up.
            if under_way.get(key) is work:
                del under_way[key]
            crew.give_up(work.ticket)
            work.task.cancel()


async def last[T](found: AsyncGenerator[T]) -> T:
    """Return the last of what comes; at least one does."""
    return [each async for each in found][-1]


async def all_done(coroutines: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all of them; where one fails the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        for coroutine in coroutines:
            group.create_task(coroutine)


def first_of(error: BaseException) -> Exception:
    """Return the first of several errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else StoppedError()
