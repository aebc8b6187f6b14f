"""Plans under way and plans done: who waits for which, what is kept, and what is given up."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.runs.draws import BEST, ParameterDraws, RunId, run_ids_of
from model.scenario.scenario import Scenario
from wolsey.workshop.doing_nothing import Nothing
from wolsey.workshop.engine import tasks as lives
from wolsey.workshop.engine.in_flight import Exploring, Under, all_done, last, steps, until_done
from wolsey.workshop.engine.recent import Recent
from wolsey.workshop.engine.workers import Crew, StoppedError
from wolsey.workshop.plans import Plan
from wolsey.workshop.settings import Settings
from wolsey.workshop.view.delivered import LivedPlan, PlanRuns
from wolsey.workshop.view.difference import CheckedPlans, averages, difference
from wolsey.workshop.view.sentence import changes, look_sentence
from wolsey.workshop.view.summary import summary

if TYPE_CHECKING:
    from experiments.lives.examples import Worth
    from experiments.lives.story import LifeStory

type Json = dict[str, Any]
type Liveable = Plan | Nothing
"""What is lived: a plan, or doing nothing after the same past."""

CHECKING = 1000
"""Rank of a check's runs: after whatever anybody explores."""
NOBODY = ""
"""The session of what is lived for all of them: doing nothing."""


@dataclass(frozen=True, eq=False)
class Size:
    """How a plan is explored: a town of which `scale`, which `cells`, shown after how many of them
    (`batches`), from which `rank` on, by the worker that holds the town of the cell or by whichever is idle
    (`anywhere`); and what was found, by the plan's key."""

    scale: float
    cells: tuple[RunId, ...]
    batches: tuple[int, ...]
    rank: int
    anywhere: bool
    found: Recent[str, PlanRuns]


class Jobs:
    """All work of a server.

    Args:
        settings: see there. numbers: what all runs live with. crew: who does it.
    """

    def __init__(self, settings: Settings, numbers: ParameterDraws, crew: Crew) -> None:
        self.settings, self.numbers, self.crew = settings, numbers, crew
        cells = run_ids_of(numbers.chosen(settings.explore), [0])
        self.whole = Size(settings.scale, cells, settings.batches, 1, False, Recent(settings.plans))
        # The best fit with effects at their means: it says more of a move than as many draws would.
        first = run_ids_of([BEST], range(settings.look_runs))
        self.small = Size(settings.look_scale, first, (), 0, True, Recent(settings.plans))
        self.check_cells = run_ids_of(numbers.chosen(settings.check_draws), range(settings.check_seeds))
        self._summaries: Recent[str, Json] = Recent(settings.plans)
        self._checks: Recent[str, CheckedPlans] = Recent(settings.checks)
        self._nothing_checked: Recent[str, PlanRuns] = Recent(settings.nothings)
        self._told: Recent[str, Any] = Recent(settings.stories)
        self._note: str | None = None
        self._exploring: dict[str, Exploring] = {}
        self._checking: dict[str, Under] = {}
        self._for_all: dict[str, asyncio.Task[PlanRuns]] = {}

    async def close(self) -> None:
        """Waits for nothing any more."""
        tasks = list(self._for_all.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def scenario(self, plan: Plan) -> Scenario:
        """What is lived under a plan. Raises InputError."""
        return plan.scenario(self.settings.scale)

    def key(self, plan: Liveable, size: Size | None = None) -> str:
        """What a plan's runs are kept under, those of the whole town unless a size is given. Raises
        InputError."""
        return plan.key(self.numbers, (size or self.whole).scale)

    async def note(self) -> str:
        """What a reader must know about the numbers. A worker finds it out, for that may take a small town's
        life."""
        if self._note is None:
            self._note = await self.crew.do(-1, 0, "note", self.crew.ticket(), lives.note)
        return self._note or ""

    async def warm(self, plan: Plan) -> None:
        """Finds the note, and lives doing nothing and the towns of all cells up to the branch, first come
        first; those of a first look in every worker."""
        ticket = self.crew.ticket()
        await self.note()
        small, whole = (plan.scenario(size.scale) for size in (self.small, self.whole))
        wanted = [(worker, small, self.small.cells) for worker in range(self.crew.processes)]
        wanted += [(place, whole, (cell,)) for place, cell in enumerate(self.whole.cells)]
        await asyncio.gather(
            self._nothing(plan, self.small),
            self._nothing(plan, self.whole),
            *(
                self.crew.do(worker, CHECKING - 1, NOBODY, ticket, lives.warm, scenario, cells, ticket)
                for worker, scenario, cells in wanted
            ),
            return_exceptions=True,
        )

    # A plan, explored.

    async def explored(self, plan: Plan, session: str, since: Plan | None = None) -> AsyncGenerator[Json]:
        """The plan for the page after each batch of runs, the whole last. Where it has to be run, and the
        page still shows the plan `since`, a first look comes before them: `{"look": ...}`. Whoever leaves
        early gives the work up, unless somebody else waits for it. Raises what a run raises."""
        key, of = self.key(plan), len(self.whole.cells)
        looked = since is not None and self.whole.found.get(key) is None and self.key(since) != key
        if since is not None and looked:
            yield {"look": await self._look(plan, since, session)}
        self._live_for_all(Nothing(plan.base), self.whole)
        async with contextlib.aclosing(self._lived(plan, self.whole, session)) as parts:
            async for part in parts:
                cells = part.ensemble.cells
                whole = len(cells) == of
                if looked and len(cells) <= self.whole.batches[0]:
                    continue  # a level of so few runs misleads: the first look stays
                if (found := self._summaries.get(key) if whole else None) is None:
                    nothing = await self._nothing(plan, self.whole, cells)
                    found = await asyncio.to_thread(summary, plan, part, nothing, of)
                    if whole:
                        self._summaries.keep(key, found)
                note = await self.note() if whole else self._note or ""
                yield {**found, "plan": plan.as_json(), "title": plan.title(), "note": note}

    async def _look(self, plan: Plan, since: Plan, session: str) -> Json:
        """What a plan changes against another, and against doing nothing, on a smaller town, averages
        alone."""
        before, after, nothing = await asyncio.gather(
            *(last(self._lived(each, self.small, session)) for each in (since, plan)),
            self._nothing(plan, self.small),
        )
        found = await asyncio.to_thread(averages, before.ensemble, after.ensemble)
        said = look_sentence(changes(after.ensemble, nothing.ensemble))
        return {**found, "said": said}

    async def _nothing(self, plan: Plan, size: Size, cells: Sequence[RunId] = ()) -> PlanRuns:
        """The runs of doing nothing after a plan's past, as soon as those of some cells are there, all of
        them unless cells are given. Raises what a run raises."""
        nothing = Nothing(plan.base)
        self._live_for_all(nothing, size)
        async with contextlib.aclosing(self._lived(nothing, size, NOBODY)) as parts:
            async for part in parts:
                if len(part.ensemble.cells) >= len(cells or size.cells):
                    return part.only(cells or size.cells)
        raise StoppedError

    def _live_for_all(self, nothing: Nothing, size: Size) -> None:
        """Lives doing nothing to the end, whoever leaves: no plan of the same start needs it again."""
        key = self.key(nothing, size)
        if size.found.get(key) is not None or key in self._for_all:
            return
        task = self._for_all[key] = asyncio.create_task(last(self._lived(nothing, size, NOBODY)))

        def done(_: "asyncio.Task[PlanRuns]") -> None:
            del self._for_all[key]
            if not task.cancelled():
                task.exception()  # whoever waits for it is told

        task.add_done_callback(done)

    async def _lived(self, plan: Liveable, size: Size, session: str) -> AsyncGenerator[PlanRuns]:
        """The runs of a plan in a town of some size: after each batch the first of them, all of them last."""
        key = self.key(plan, size)
        if (found := size.found.get(key)) is not None:
            yield found
            return
        work = self._exploring.get(key)
        if work is None:
            work = self._exploring[key] = Exploring(self.crew.ticket(), len(size.cells))
            work.task = asyncio.create_task(self._explore(key, plan, size, work, session))
        shown = 0
        async with contextlib.aclosing(steps(self.crew, work, self._exploring, key)) as told:
            async for done in told:
                batch = max((count for count in size.batches if count <= done), default=0)
                if shown < batch < work.of:
                    shown = batch
                    yield self._found(plan, size, work, batch)
        yield self._found(plan, size, work, work.of)

    def _found(self, plan: Liveable, size: Size, work: Exploring, count: int) -> PlanRuns:
        return PlanRuns.of(plan.scenario(size.scale), [work.lives[cell] for cell in size.cells[:count]])

    async def _explore(self, key: str, plan: Liveable, size: Size, work: Exploring, session: str) -> None:
        scenario = plan.scenario(size.scale)

        async def one(place: int, cell: RunId) -> None:
            rank = size.rank + sum(place >= count for count in size.batches)
            worker = self.crew.idle if size.anywhere else place
            life = await self.crew.do(
                worker, rank, session, work.ticket, lives.live, scenario, cell, work.ticket
            )
            if life is None:
                raise asyncio.CancelledError
            work.lives[cell] = life
            # A part is always of the first cells, so that it is the same whoever was quicker.
            work.done = next((n for n, c in enumerate(size.cells) if c not in work.lives), work.of)
            work.tell()

        async def finish() -> None:
            await all_done(one(place, cell) for place, cell in enumerate(size.cells))
            size.found.keep(key, self._found(plan, size, work, work.of))

        await until_done(self.crew, work, self._exploring, key, finish)
        if work.finished and size is self.whole:
            # The next move of a lever is held against this plan: its half of that first look is lived now.
            with contextlib.suppress(Exception):
                await last(self._lived(plan, self.small, session))

    def difference(self, a: Plan, b: Plan) -> Json | None:
        """The first plan less the second, over the runs that explored both; None while one is not
        explored."""
        first, second = (self.whole.found.get(self.key(plan)) for plan in (a, b))
        return None if first is None or second is None else difference(second.ensemble, first.ensemble)

    # Plans, checked.

    def checked(self, plans: Sequence[Plan]) -> CheckedPlans | None:
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
        async with contextlib.aclosing(steps(self.crew, work, self._checking, key)) as told:
            async for done in told:
                yield {"done": done, "of": work.of}

    async def _check(self, key: str, plans: Sequence[Plan], work: Under, session: str) -> None:
        nothings = {self.key(each): each for each in (Nothing(plan.base) for plan in plans)}
        known = {each: self._nothing_checked.get(each) for each in nothings}
        kept = {each: before for each, before in known.items() if before is not None}
        anew = [each for each in nothings if each not in kept]
        lived: list[Liveable] = [*plans, *(nothings[key] for key in anew)]
        scenarios = [each.scenario(self.settings.scale) for each in lived]
        found: list[tuple[LivedPlan, ...]] = []

        async def one(place: int, cell: RunId) -> None:
            together = await self.crew.do(
                place, CHECKING, session, work.ticket, lives.live_all, scenarios, cell, work.ticket
            )
            if together is None:
                raise asyncio.CancelledError
            found.append(together)
            work.done = len(found)
            work.tell()

        async def finish() -> None:
            await all_done(one(place, cell) for place, cell in enumerate(self.check_cells))
            note = await self.note()
            all_ = [
                PlanRuns.of(scenario, [together[place] for together in found])
                for place, scenario in enumerate(scenarios)
            ]
            for key_of_nothing, each in zip(anew, all_[len(plans) :], strict=True):
                kept[key_of_nothing] = self._nothing_checked.keep(key_of_nothing, each)
            against = [kept[self.key(Nothing(plan.base))] for plan in plans]
            self._checks.keep(key, await asyncio.to_thread(_checked, plans, all_, against, note))

        await until_done(self.crew, work, self._checking, key, finish)

    def _check_key(self, plans: Sequence[Plan]) -> str:
        return " ".join(self.key(plan) for plan in plans)

    # Single children.

    async def children(self, a: Plan, b: Plan, session: str) -> "tuple[Worth, ...]":
        """Children whose two lives are worth reading. Raises InputError."""
        found: tuple[Worth, ...] = await self._tell("children", a, b, session, lives.children)
        return found

    async def story(self, a: Plan, b: Plan, child: int, session: str) -> "LifeStory":
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


def _checked(
    plans: Sequence[Plan], found: Sequence[PlanRuns], against: Sequence[PlanRuns], note: str
) -> CheckedPlans:
    """What is told of checked plans, each with doing nothing after its past."""
    summaries = tuple(
        {**summary(plan, each, nothing, len(each.delivered), checked=True), "note": note}
        for plan, each, nothing in zip(plans, found, against, strict=False)
    )
    first, *second = [each.ensemble for each in found[: len(plans)]]
    return CheckedPlans(summaries, difference(second[0], first) if second else None)
