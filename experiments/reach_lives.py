"""The runs behind the answer: in stages, each made where it is missing, and read in one go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_other

import numpy as np

from experiments.draws import Cell, Draws
from experiments.ensemble import Ensemble, Life
from experiments.pool import Progress
from experiments.runner import Job, Outcome, Plan, carry_out, run_key
from experiments.store import Store
from model.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Stage:
    """Runs that belong together: scenarios by name, and the cells in which each is lived."""

    arms: Mapping[str, Scenario]
    cells: Mapping[str, tuple[Cell, ...]]
    _plans: dict[str, Plan] = field(default_factory=dict)

    @staticmethod
    def of(arms: Mapping[str, Scenario], cells: Sequence[Cell]) -> "Stage":
        """Every arm in every one of these cells."""
        return Stage(arms, dict.fromkeys(arms, tuple(cells)))

    def plan(self, numbers: Draws) -> Plan:
        """What is to be run; made once, for the keys of many scenarios take a while."""
        if numbers.digest in self._plans:
            return self._plans[numbers.digest]
        jobs = [Job(arm, cell) for arm in self.arms for cell in self.cells[arm]]
        # Cell by cell, so that what shares a cell's first years is made together.
        jobs.sort(key=lambda job: job.cell)
        self._plans[numbers.digest] = Plan(self.arms, tuple(jobs), numbers)
        return self._plans[numbers.digest]


def joined(stages: Sequence[Stage]) -> Stage:
    """Stages as one; arms of the same name are the same."""
    arms: dict[str, Scenario] = {}
    cells: dict[str, tuple[Cell, ...]] = {}
    for stage in stages:
        arms |= stage.arms
        for arm, those in stage.cells.items():
            cells[arm] = tuple(dict.fromkeys((*cells.get(arm, ()), *those)))
    return Stage(arms, cells)


def live(
    stage: Stage,
    numbers: Draws,
    store: Store,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Makes the runs of a stage that the store lacks. Raises as `runner.carry_out`."""
    return carry_out(stage.plan(numbers), store, workers=workers, progress=progress)


def there(stage: Stage, numbers: Draws, store: Store) -> bool:
    """Whether the store holds every run of a stage."""
    held = store.keys()
    first = next(((arm, cells[0]) for arm, cells in stage.cells.items() if cells), None)
    # One look often tells that nothing of it is there.
    if first is not None and run_key(stage.arms[first[0]], numbers, first[1]) not in held:
        return False
    return set(stage.plan(numbers).keys.values()) <= held


def ensembles(
    stage: Stage, numbers: Draws, store: Store, only: Collection[str] | None = None
) -> dict[str, Ensemble]:
    """The finished runs of a stage by arm, read in one go; with `only`, of these indicators.

    Raises:
        InputError: a file of the store has gone or been changed.
    """
    plan = stage.plan(numbers)
    jobs: dict[str, list[Job]] = {}
    for job, key in plan.keys.items():
        jobs.setdefault(key, []).append(job)
    lives: dict[str, list[Life]] = {arm: [] for arm in stage.arms}
    for key, life in store.each(list(jobs)):
        kept = slim(life, only)
        for job in jobs[key]:
            lives[job.arm].append(kept)
    return {arm: Ensemble.of(stage.arms[arm], those, numbers.note) for arm, those in lives.items() if those}


def slim(life: Life, only: Collection[str] | None) -> Life:
    """A run without the figures of schools, or with those of some indicators alone: an answer takes hundreds
    of runs."""
    at = [
        column
        for column, (name, group) in enumerate(life.keys)
        if not group.startswith("school:") and (only is None or name in only)
    ]
    if only is not None:
        life = with_other(life, paths=None)
    return with_other(
        life,
        keys=tuple(life.keys[column] for column in at),
        values=np.ascontiguousarray(life.values[:, at]),
        counts=np.ascontiguousarray(life.counts[:, at]),
        latent=np.ascontiguousarray(life.latent[:, at]),
    )


def chosen(ensemble: Ensemble, cells: Sequence[Cell]) -> Ensemble:
    """The runs of these cells among those of an ensemble, in their order there."""
    wanted = set(cells)
    at = [position for position, cell in enumerate(ensemble.cells) if cell in wanted]
    return with_other(
        ensemble,
        cells=tuple(ensemble.cells[position] for position in at),
        values=ensemble.values[at],
        counts=ensemble.counts[at],
        latent=ensemble.latent[at],
        paths=None if ensemble.paths is None else ensemble.paths[at],
    )
