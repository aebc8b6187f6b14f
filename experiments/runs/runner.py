"""Runs of many scenarios in many cells: what is missing is made, in batches, on any executor, and kept.

    plan = Plan({"baseline": baseline, "with": plan_b}, jobs_of(["baseline", "with"], cells), numbers)
    with Store.opened("results/mine") as store:
        outcome = carry_out(plan, store)
        without = ensembles(plan, store)["baseline"]

A run has a key, the digest of everything that can change its result. What a store holds under a key is not
made again, whoever made it, and is the same to the last bit whatever the executor, its workers, the batches
and the order. Everything that lives towns lives them here.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from experiments.runs.draws import ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import Ensemble, RunResult, checked_seeds
from experiments.runs.keys import data_key, run_key, scenario_key
from experiments.runs.processes import Progress, checked_workers, processors
from experiments.runs.scheduler import Account, elsewhere, in_this_process, on_processes
from experiments.runs.store import BrokenOffError, Failure, Store
from experiments.runs.worker import MOST, Batch, Wanted, past_key
from model.io.errors import InputError
from model.scenario.scenario import Scenario

PARTS = 8
"""Batches for each worker, at least, so that none waits long for the last."""


@dataclass(frozen=True, slots=True)
class RunJob:
    """A run that is wanted: an arm of a plan, a cell (draw and seed), and the draw of the programmes' effects
    where that is not the one that belongs to the cell; 0 are their means."""

    arm: str
    cell: RunId
    effects: int | None = None


@dataclass(frozen=True, eq=False)
class RunPlan:
    """The runs that are wanted: of which scenarios, by arm, in which cells, with the numbers of their place;
    where arms are of several places, `others` are the numbers of those beyond the first.

    Two arms that say the same are one run."""

    arms: Mapping[str, Scenario]
    jobs: tuple[RunJob, ...]
    numbers: ParameterDraws
    others: tuple[ParameterDraws, ...] = ()

    @cached_property
    def by_place(self) -> Mapping[str, ParameterDraws]:
        """Return the numbers of each place. Raises ValueError where an arm is of a place without."""
        found = {each.place: each for each in (self.numbers, *self.others)}
        lacking = {arm.place for arm in self.arms.values()} - found.keys()
        if lacking:
            raise ValueError(f"a plan without the numbers of {', '.join(sorted(lacking))}")
        return found

    @cached_property
    def arm_keys(self) -> Mapping[str, str]:
        """Return what is the same in the keys of all runs of an arm. Raises InputError where the data of the
        place cannot be read."""
        data = {place: data_key(place, numbers) for place, numbers in self.by_place.items()}
        return {name: scenario_key(arm, data=data[arm.place]) for name, arm in self.arms.items()}

    @cached_property
    def keys(self) -> Mapping[RunJob, str]:
        """Return the key of each run. Raises InputError where the data of the place cannot be read."""
        return {job: self.key_with(job, self.arm_keys[job.arm]) for job in self.jobs}

    def key_with(self, job: RunJob, arm_key: str) -> str:
        """Return the key of a run, given that of its arm."""
        effects = job.effects if self.arms[job.arm].acting else None
        own = self.by_place[self.arms[job.arm].place]
        if effects is not None and effects == own.effects(job.cell.draw):
            effects = None
        return run_key(arm_key, job.cell, effects)

    def wanted(self) -> dict[str, Wanted]:
        """Return its different runs, as a worker makes them, by key. Raises InputError as `keys`."""
        return {key: Wanted(key, job.arm, job.cell, job.effects) for job, key in self.keys.items()}


def jobs_of(arms: Iterable[str], cells: Sequence[RunId]) -> tuple[RunJob, ...]:
    """Return every arm in every cell."""
    return tuple(RunJob(arm, cell) for arm in arms for cell in cells)


@dataclass(frozen=True)
class Outcome:
    """What became of a plan: how many different runs it asks for, how many of them were there (`found`), how
    many were made, and those that broke off, with their reasons. `damaged` names files that were found
    damaged and moved aside."""

    runs: int
    found: int
    made: int
    failed: tuple[Failure, ...]
    damaged: tuple[str, ...] = field(default=())

    @property
    def whole(self) -> bool:
        """Tell whether every run is there."""
        return not self.failed


def run(
    scenario: Scenario,
    seeds: Iterable[int],
    until: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    draws: int = 1,
    store: Path | str | None = None,
    place: str | None = None,
) -> Ensemble:
    """Let the town live under `scenario`, once a seed and draw of the numbers.

    Args:
        seeds: different whole numbers, 0 to 2**32 - 1, MOST_SEEDS of them at most.
        until: last year, in place of the scenario's.
        workers: processes; by default as many as there are processors for. One runs in this process.
        progress: told how many runs are done.
        draws: how many draws of the place's posterior, each with every seed. 1 is the best fit alone, with
            effects of programmes at their means; a place without a posterior has its hand-set numbers then.
        store: a folder, or an address that fsspec knows, in which finished runs are kept and found again;
            where not given, nothing is kept.
        place: where a scenario that is no place's own is lived: a name, or the path of a folder.

    Returns:
        The runs, by draw and seed: the same whatever the workers, the order and what was kept.

    Raises:
        InputError: the scenario, a seed, the number of draws or of workers cannot be used, the scenario is
            another place's own, or another process is writing to the store.
        BrokenOffError: runs broke off. With a store the others are made and kept; without, no other is
            started.

    A program that calls this with several workers needs the usual guard `if __name__ == "__main__":`.
    """
    scenario = scenario.asked_for(until, place)
    chosen = checked_seeds(seeds)
    numbers = ParameterDraws.of(scenario.place)
    cells = run_ids_of(numbers.chosen(draws), chosen)
    numbers.world(scenario, cells[0].draw)
    arm = scenario.name or "scenario"
    return made(RunPlan({arm: scenario}, jobs_of([arm], cells), numbers), store, workers, progress)[arm]


def made(
    plan: RunPlan, place: Path | str | None, workers: int | None = None, progress: Progress | None = None
) -> dict[str, Ensemble]:
    """Return the runs of a plan by arm: those that the store at `place` holds, and the others made and kept
    there; in memory where there is no place. Raises as `run`."""
    with Store.in_memory() if place is None else Store.opened(place) as store:
        outcome = carry_out(plan, store, workers=workers, progress=progress, persist=place is not None)
        if outcome.failed:
            raise BrokenOffError(outcome.failed)
        return ensembles(plan, store)


def carry_out(
    plan: RunPlan,
    store: Store,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    retries: int = 1,
    most: int = MOST,
    persist: bool = True,
) -> Outcome:
    """Make the runs of a plan that the store does not hold, and keeps them there, batch by batch.

    Args:
        workers: processes; by default as many as there are processors for. With an executor: how many it has.
        executor: where the batches go, in place of processes of this machine. It is left open.
        progress: told how many of the missing runs are done.
        retries: how often a run that breaks off is tried again, by itself.
        most: runs of a batch at most; a killed sweep loses no more than these a worker.
        persist: whether to go on with the others when a run has broken off.

    Returns:
        What was made; runs that broke off are in it and in the store, with their reasons.

    Raises:
        InputError: the number of workers or the data cannot be used.
        NotWrittenError: the disk is full; what was kept before is whole and counts.
        KeyboardInterrupt: stopped; the runs that were finished, or at work, are kept first.
        BrokenOffError: a run broke off, and `persist` is false.

    A program that calls this needs the usual guard `if __name__ == "__main__":`.
    """
    (outcome,) = carry_out_all(
        [(plan, store)],
        workers=workers,
        executor=executor,
        progress=progress,
        retries=retries,
        most=most,
        persist=persist,
    )
    return outcome


def carry_out_all(
    orders: Sequence[tuple[RunPlan, Store]],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    retries: int = 1,
    most: int = MOST,
    persist: bool = True,
) -> list[Outcome]:
    """Make the runs of several plans that their stores do not hold, on one pool of processes, and keep each
    in its own store: place by place, so that few worlds are in memory. As :func:`carry_out`.

    Returns:
        What was made, by plan.

    Raises:
        ValueError: two plans with a place in common. The errors of :func:`carry_out`.
    """
    count = processors() if workers is None else checked_workers(workers, executor is None)
    numbers: dict[str, ParameterDraws] = {}
    stores: dict[str, Store] = {}
    wanted = [plan.wanted() for plan, _ in orders]
    missing: list[dict[str, Wanted]] = []
    groups: list[tuple[RunPlan, list[Wanted]]] = []
    for (plan, store), runs in zip(orders, wanted, strict=True):
        if numbers.keys() & plan.by_place.keys():
            raise ValueError("two plans with a place in common: their runs cannot be told apart")
        numbers |= plan.by_place
        there = store.keys()
        missing.append({key: run for key, run in runs.items() if key not in there})
        stores |= dict.fromkeys(missing[-1], store)
    total = sum(len(each) for each in missing)
    for (plan, _), lacking in zip(orders, missing, strict=True):
        batched = _grouped(list(lacking.values()), plan.arms, count, most, total)
        groups += [(plan, batch) for batch in batched]
    account = Account(
        stores, {key: run for each in missing for key, run in each.items()}, progress, retries, persist
    )
    batches = (Batch.of(batch, plan.arms) for plan, batch in groups)
    if executor is not None:
        elsewhere(batches, numbers, executor, count, account)
    elif min(count, len(groups)) <= 1:
        in_this_process(batches, numbers, account)
    else:
        on_processes(batches, numbers, min(count, len(groups)), account)
    return [
        Outcome(
            len(runs),
            len(runs) - len(lacking),
            len(account.made & lacking.keys()),
            tuple(failure for key, failure in account.failed.items() if key in lacking),
            store.damaged,
        )
        for (_, store), runs, lacking in zip(orders, wanted, missing, strict=True)
    ]


def ensembles(plan: RunPlan, store: Store) -> dict[str, Ensemble]:
    """Return the finished runs by arm. Raises InputError where an arm has none."""
    lives = store.lives(set(plan.keys.values()))
    found: dict[str, list[RunResult]] = {arm: [] for arm in plan.arms}
    for job, key in plan.keys.items():
        if key in lives:
            found[job.arm].append(lives[key])
    for arm, those in found.items():
        if not those:
            raise InputError(f"there is no finished run of '{arm}'", where=store.shown)
    notes = {place: numbers.note for place, numbers in plan.by_place.items()}
    return {
        arm: Ensemble.of(plan.arms[arm], those, notes[plan.arms[arm].place]) for arm, those in found.items()
    }


def _grouped(
    runs: Sequence[Wanted], arms: Mapping[str, Scenario], workers: int, most: int, total: int
) -> list[list[Wanted]]:
    """Return the runs of each batch: those of a place, and of a cell that share their first years together,
    as many as go into one; for a few runs in `total` small ones, so that every worker has some."""
    usual = max(1, min(most, -(-total // (PARTS * workers))))
    pasts = {name: past_key(arms[name]) for name in dict.fromkeys(run.arm for run in runs)}
    groups: dict[str, dict[object, list[Wanted]]] = {}
    for run in runs:
        of_place = groups.setdefault(arms[run.arm].place, {})
        of_place.setdefault((pasts[run.arm], run.cell), []).append(run)
    batches: list[list[Wanted]] = []
    for of_place in groups.values():
        batches.append([])
        for group in of_place.values():
            for start in range(0, len(group), most):
                piece = group[start : start + most]
                if batches[-1] and len(batches[-1]) + len(piece) > usual:
                    batches.append([])
                batches[-1].extend(piece)
    return batches
