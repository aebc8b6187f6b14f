"""Plans under way and plans done: who waits for which, what is kept, and what is given up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.draws import Cell, Draws, cells_of
from experiments.ensemble import Ensemble, Life
from experiments.life_choice import Worth
from experiments.life_story import LifeStory
from model.scenario import Scenario
from wolsey.workshop import lives
from wolsey.workshop.crew import Crew, StoppedError
from wolsey.workshop.difference import difference
from wolsey.workshop.plans import Plan
from wolsey.workshop.recent import Recent
from wolsey.workshop.settings import Settings
from wolsey.workshop.summary import summary

type Json = dict[str, Any]

CHECKING = 1000
"""Rank of a check's runs: after whatever anybody explores."""


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
        """Wakes whoever waits for the next step."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(eq=False)
class Exploring(Under):
    """The runs of a plan under way: `lives` by cell, and how many of the first are all there."""

    lives: dict[Cell, Life] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Checked:
    """What a check found: each plan for the page, and of two the first less the second."""

    plans: tuple[Json, ...]
    difference: Json | None


class Runs:
    """All work of a server.

    Args:
        settings: see there. numbers: what all runs live with. crew: who does it.
    """

    def __init__(self, settings: Settings, numbers: Draws, crew: Crew) -> None:
        self.settings, self.numbers, self.crew = settings, numbers, crew
        self.cells = cells_of(numbers.chosen(settings.explore), [0])
        self.check_cells = cells_of(numbers.chosen(settings.check_draws), range(settings.check_seeds))
        self._ensembles: Recent[str, Ensemble] = Recent(settings.plans)
        self._summaries: Recent[str, Json] = Recent(settings.plans)
        self._checks: Recent[str, Checked] = Recent(settings.checks)
        self._told: Recent[str, Any] = Recent(settings.stories)
        self._exploring: dict[str, Exploring] = {}
        self._checking: dict[str, Under] = {}

    def scenario(self, plan: Plan) -> Scenario:
        """What is lived under a plan. Raises InputError."""
        return plan.scenario(self.settings.scale)

    def key(self, plan: Plan) -> str:
        """What a plan's runs are kept under. Raises InputError."""
        return plan.key(self.numbers, self.settings.scale)

    async def warm(self, scenario: Scenario) -> None:
        """Lives the towns of all cells up to the branch, first come first."""
        ticket = self.crew.ticket()
        await asyncio.gather(
            *(
                self.crew.do(place, CHECKING - 1, "", ticket, lives.warm, scenario, [cell], ticket)
                for place, cell in enumerate(self.cells)
            ),
            return_exceptions=True,
        )

    # A plan, explored.

    async def explored(self, plan: Plan, session: str) -> AsyncGenerator[Json]:
        """The plan for the page after each batch of runs, the whole last. Whoever leaves early gives the work
        up, unless somebody else waits for it. Raises what a run raises."""
        key = self.key(plan)
        if (found := self._summaries.get(key)) is not None:
            yield {**found, "plan": plan.as_json(), "title": plan.title()}
            return
        work = self._exploring.get(key)
        if work is None:
            work = self._exploring[key] = Exploring(self.crew.ticket(), len(self.cells))
            work.task = asyncio.create_task(self._explore(key, plan, work, session))
        shown = 0
        async for done in self._steps(work, self._exploring, key):
            batch = max((size for size in self._batches if size <= done), default=0)
            if shown < batch < work.of:
                shown = batch
                yield await asyncio.to_thread(self._summary, plan, work, batch)
        yield {**(self._summaries.get(key) or {}), "plan": plan.as_json(), "title": plan.title()}

    @property
    def _batches(self) -> tuple[int, ...]:
        return self.settings.batches

    def _summary(self, plan: Plan, work: Exploring, count: int) -> Json:
        return summary(plan, self._ensemble(plan, work, count), work.of)

    def _ensemble(self, plan: Plan, work: Exploring, count: int) -> Ensemble:
        found = [work.lives[cell] for cell in self.cells[:count]]
        return Ensemble.of(self.scenario(plan), found, self.numbers.note)

    async def _explore(self, key: str, plan: Plan, work: Exploring, session: str) -> None:
        async def one(place: int, cell: Cell) -> None:
            rank = sum(place >= size for size in self._batches)
            life = await self.crew.do(
                place, rank, session, work.ticket, lives.live, self.scenario(plan), cell, work.ticket
            )
            if life is None:
                raise asyncio.CancelledError
            work.lives[cell] = life
            # A part is always of the first cells, so that it is the same whoever was quicker.
            work.done = next((n for n, c in enumerate(self.cells) if c not in work.lives), work.of)
            work.tell()

        async def finish() -> None:
            await _all(one(place, cell) for place, cell in enumerate(self.cells))
            ensemble = self._ensemble(plan, work, work.of)
            self._summaries.keep(key, await asyncio.to_thread(summary, plan, ensemble, work.of))
            self._ensembles.keep(key, ensemble)

        await self._until_done(work, self._exploring, key, finish)

    def difference(self, a: Plan, b: Plan) -> Json | None:
        """The first plan less the second, over the runs that explored both; None while one is not
        explored."""
        first, second = (self._ensembles.get(self.key(plan)) for plan in (a, b))
        return None if first is None or second is None else difference(second, first)

    # Plans, checked.

    def checked(self, plans: Sequence[Plan]) -> Checked | None:
        """What a check of these plans found, where it is kept."""
        return self._checks.get(self._check_key(plans))

    async def check(self, plans: Sequence[Plan], session: str) -> AsyncGenerator[Json]:
        """Progress of a check of one plan, or of two, as it comes. Raises what a run raises."""
        key = self._check_key(plans)
        if self.checked(plans) is not None:
            return
        work = self._checking.get(key)
        if work is None:
            work = self._checking[key] = Under(self.crew.ticket(), len(self.check_cells))
            work.task = asyncio.create_task(self._check(key, plans, work, session))
        async for done in self._steps(work, self._checking, key):
            yield {"done": done, "of": work.of}

    async def _check(self, key: str, plans: Sequence[Plan], work: Under, session: str) -> None:
        scenarios = [self.scenario(plan) for plan in plans]
        found: list[tuple[Life, ...]] = []

        async def one(place: int, cell: Cell) -> None:
            together = await self.crew.do(
                place, CHECKING, session, work.ticket, lives.live_all, scenarios, cell, work.ticket
            )
            if together is None:
                raise asyncio.CancelledError
            found.append(together)
            work.done = len(found)
            work.tell()

        async def finish() -> None:
            await _all(one(place, cell) for place, cell in enumerate(self.check_cells))
            self._checks.keep(key, await asyncio.to_thread(self._checked, plans, scenarios, found))

        await self._until_done(work, self._checking, key, finish)

    def _checked(
        self, plans: Sequence[Plan], scenarios: Sequence[Scenario], found: Sequence[tuple[Life, ...]]
    ) -> Checked:
        note = self.numbers.note
        ensembles = [
            Ensemble.of(scenario, [together[place] for together in found], note)
            for place, scenario in enumerate(scenarios)
        ]
        summaries = tuple(
            summary(plan, ensemble, len(found), checked=True)
            for plan, ensemble in zip(plans, ensembles, strict=True)
        )
        return Checked(summaries, difference(*reversed(ensembles)) if len(ensembles) == 2 else None)

    def _check_key(self, plans: Sequence[Plan]) -> str:
        return " ".join(self.key(plan) for plan in plans)

    # Single children.

    async def children(self, a: Plan, b: Plan, session: str) -> tuple[Worth, ...]:
        """Children whose two lives are worth reading. Raises InputError."""
        found: tuple[Worth, ...] = await self._tell("children", a, b, session, lives.children)
        return found

    async def story(self, a: Plan, b: Plan, child: int, session: str) -> LifeStory:
        """One child's life under both plans. Raises InputError where there is no such child."""
        found: LifeStory = await self._tell(f"child {child}", a, b, session, lives.story, child)
        return found

    async def _tell(
        self, what: str, a: Plan, b: Plan, session: str, work: Callable[..., Any], *more: Any
    ) -> Any:
        key = f"{what} {self._check_key([a, b])}"
        if (found := self._told.get(key)) is not None:
            return found
        both, ticket = (self.scenario(a), self.scenario(b)), self.crew.ticket()
        return self._told.keep(
            key, await self.crew.do(self.crew.idle, 0, session, ticket, work, *both, *more)
        )

    async def _until_done[W: Under](
        self, work: W, under_way: dict[str, W], key: str, finish: Callable[[], Awaitable[None]]
    ) -> None:
        try:
            await finish()
            work.finished = True
        except BaseException as error:
            work.error = error
            self.crew.give_up(work.ticket)
            if not isinstance(error, Exception):
                raise
        finally:
            if under_way.get(key) is work:
                del under_way[key]
            work.tell()

    async def _steps[W: Under](self, work: W, under_way: dict[str, W], key: str) -> AsyncGenerator[int]:
        """How much of some work is done, as it changes, until it is finished. Raises what went wrong; gives
        the work up where nobody else waits for it."""
        work.waiting += 1
        try:
            while work.error is None and not work.finished:
                await work.changed.wait()
                yield work.done
            if work.error is not None:
                raise _first(work.error)
        finally:
            work.waiting -= 1
            if work.waiting == 0 and not work.finished and work.task is not None:
                # Nobody may join what is being given up.
                if under_way.get(key) is work:
                    del under_way[key]
                self.crew.give_up(work.ticket)
                work.task.cancel()


async def _all(coroutines: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them; where one fails the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        for coroutine in coroutines:
            group.create_task(coroutine)


def _first(error: BaseException) -> Exception:
    """The first of several errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else StoppedError()
