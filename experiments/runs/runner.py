"""Runs of many scenarios in many cells: what is missing is made, in batches, on any executor, and kept.

    plan = Plan({"baseline": baseline, "with": plan_b}, jobs_of(["baseline", "with"], cells), numbers)
    with Store.opened("results/mine") as store:
        outcome = carry_out(plan, store)
        without = ensemble(plan, store, "baseline")

A run has a key, the digest of everything that can change its result. What a store holds under a key is not
made again, whoever made it, and is the same to the last bit whatever the executor, its workers, the batches
and the order.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, cached_property

from experiments.runs.draws import Cell, Draws
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import key_of, numbers_of
from experiments.runs.processes import Progress, checked_workers, processors
from experiments.runs.scheduler import Account, elsewhere, in_this_process, on_processes
from experiments.runs.store import Failure, Store
from experiments.runs.worker import MOST, Batch, Wanted, trunk_key
from model.fingerprint import code_digest, digest_of
from model.inputs.england import England
from model.inputs.place import Place
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario

_MAKERS = ("worker.py", "draws.py", "ensemble.py")
"""What of this package can change a run."""


@dataclass(frozen=True, slots=True)
class Job:
    """A run that is wanted: an arm of a plan, and a cell (draw and seed)."""

    arm: str
    cell: Cell


@dataclass(frozen=True, eq=False)
class Plan:
    """The runs that are wanted: of which scenarios, by arm, in which cells, with the numbers of one place.

    Two arms that say the same are one run."""

    arms: Mapping[str, Scenario]
    jobs: tuple[Job, ...]
    numbers: Draws

    @cached_property
    def arm_keys(self) -> Mapping[str, str]:
        """What is the same in the keys of all runs of an arm. Raises InputError where the data of the place
        cannot be read."""
        data = {place: data_key(place, self.numbers) for place in {arm.place for arm in self.arms.values()}}
        return {name: arm_key(scenario, data[scenario.place]) for name, scenario in self.arms.items()}

    @cached_property
    def keys(self) -> Mapping[Job, str]:
        """The key of each run. Raises InputError where the data of the place cannot be read."""
        return {job: cell_key(self.arm_keys[job.arm], job.cell) for job in self.jobs}


def jobs_of(arms: Iterable[str], cells: Sequence[Cell]) -> tuple[Job, ...]:
    """Every arm in every cell."""
    return tuple(Job(arm, cell) for arm in arms for cell in cells)


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
        """Whether every run is there."""
        return not self.failed


def data_key(place: str, numbers: Draws) -> str:
    """32 hexadecimal digits of all that runs of one place have in common: posterior, data and code. Raises
    InputError."""
    data = Place.load(place).digest(), England.load().digest()
    return key_of(numbers.digest, *data, code_digest(), makers())


def arm_key(scenario: Scenario, data: str) -> str:
    """32 hexadecimal digits of all that can change a run of a scenario but its draw and seed; `data` is the
    `data_key` of its place. Raises InputError."""
    return key_of(scenario.key(), numbers_of(scenario).digest(), data)


def run_key(scenario: Scenario, numbers: Draws, cell: Cell) -> str:
    """32 hexadecimal digits of all that can change the result of one run: what the scenario says, the numbers
    and the draw, the data of place and England, the code, and the seed. Raises InputError."""
    return cell_key(arm_key(scenario, data_key(scenario.place, numbers)), cell)


def carry_out(
    plan: Plan,
    store: Store,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    retries: int = 1,
    most: int = MOST,
) -> Outcome:
    """Makes the runs of a plan that the store does not hold, and keeps them there, batch by batch.

    Args:
        workers: processes; by default as many as there are processors for. With an executor: how many it has.
        executor: where the batches go, in place of processes of this machine. It is left open.
        progress: told how many of the missing runs are done.
        retries: how often a run that breaks off is tried again, by itself.
        most: runs of a batch at most; a killed sweep loses no more than these a worker.

    Returns:
        What was made; runs that broke off are in it and in the store, with their reasons.

    Raises:
        InputError: the number of workers or the data cannot be used.
        NotWrittenError: the disk is full; what was kept before is whole and counts.
        KeyboardInterrupt: stopped; the batches that were at work are kept first.

    A program that calls this needs the usual guard `if __name__ == "__main__":`.
    """
    count = processors() if workers is None else checked_workers(workers, executor is None)
    there = store.keys()
    wanted = {key: Wanted(key, job.arm, job.cell) for job, key in plan.keys.items()}
    missing = {key: run for key, run in wanted.items() if key not in there}
    account = Account(store, missing, progress, retries)
    groups = _grouped(list(missing.values()), plan.arms, count, most)
    batches = (Batch.of(runs, plan.arms) for runs in groups)
    if executor is not None:
        elsewhere(batches, plan.numbers, executor, count, account)
    elif min(count, len(groups)) <= 1:
        in_this_process(batches, plan.numbers, account)
    else:
        on_processes(batches, plan.numbers, min(count, len(groups)), account)
    return Outcome(
        len(wanted), len(wanted) - len(missing), account.made, tuple(account.failed.values()), store.damaged
    )


def ensemble(plan: Plan, store: Store, arm: str) -> Ensemble:
    """The finished runs of an arm. Raises InputError where it has none."""
    keys = [key for job, key in plan.keys.items() if job.arm == arm]
    lives = store.lives(keys)
    if not lives:
        raise InputError(f"there is no finished run of '{arm}'", where=store.shown)
    return Ensemble.of(plan.arms[arm], list(lives.values()), plan.numbers.note)


def _grouped(
    runs: Sequence[Wanted], arms: Mapping[str, Scenario], workers: int, most: int
) -> list[list[Wanted]]:
    """The runs of each batch: those of a cell that share their first years together, as many as go into one;
    for a few runs small ones, so that every worker has some."""
    usual = max(1, min(most, -(-len(runs) // (2 * workers))))
    trunks = {name: trunk_key(arms[name]) for name in dict.fromkeys(run.arm for run in runs)}
    groups: dict[object, list[Wanted]] = {}
    for run in runs:
        groups.setdefault((trunks[run.arm], run.cell), []).append(run)
    batches: list[list[Wanted]] = [[]]
    for group in groups.values():
        for start in range(0, len(group), most):
            piece = group[start : start + most]
            if batches[-1] and len(batches[-1]) + len(piece) > usual:
                batches.append([])
            batches[-1].extend(piece)
    return [each for each in batches if each]


def cell_key(arm: str, cell: Cell) -> str:
    """The key of the run of an arm with this key in a cell."""
    return key_of(arm, f"draw {cell.draw}", f"seed {cell.seed}")


@cache
def makers() -> str:
    """32 hexadecimal digits of what of this package makes a run."""
    return digest_of([files.root() / "experiments" / "runs" / name for name in _MAKERS])
