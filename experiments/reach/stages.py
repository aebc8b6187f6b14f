"""The runs behind the answer: in stages, each made where it is missing, and read in one go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_other

import numpy as np
from numpy.typing import NDArray

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import Ensemble, RunResult
from experiments.runs.keys import run_key, scenario_key
from experiments.runs.runner import RunJob, RunPlan
from experiments.runs.store import Store
from model.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Stage:
    """Runs that belong together: scenarios by name, and the cells in which each is lived."""

    arms: Mapping[str, Scenario]
    cells: Mapping[str, tuple[RunId, ...]]
    _plans: dict[str, RunPlan] = field(default_factory=dict)

    @staticmethod
    def of(arms: Mapping[str, Scenario], cells: Sequence[RunId]) -> "Stage":
        """Every arm in every one of these cells."""
        return Stage(arms, dict.fromkeys(arms, tuple(cells)))

    def plan(self, numbers: ParameterDraws) -> RunPlan:
        """What is to be run; made once, for the keys of many scenarios take a while."""
        if numbers.digest in self._plans:
            return self._plans[numbers.digest]
        jobs = [RunJob(arm, cell) for arm in self.arms for cell in self.cells[arm]]
        # Cell by cell, so that what shares a cell's first years is made together.
        jobs.sort(key=lambda job: job.cell)
        self._plans[numbers.digest] = RunPlan(self.arms, tuple(jobs), numbers)
        return self._plans[numbers.digest]


def joined(stages: Sequence[Stage]) -> Stage:
    """Stages as one; arms of the same name are the same."""
    arms: dict[str, Scenario] = {}
    cells: dict[str, tuple[RunId, ...]] = {}
    for stage in stages:
        arms |= stage.arms
        for arm, those in stage.cells.items():
            cells[arm] = tuple(dict.fromkeys((*cells.get(arm, ()), *those)))
    return Stage(arms, cells)


def there(stage: Stage, numbers: ParameterDraws, store: Store) -> bool:
    """Whether the store holds every run of a stage."""
    held = store.keys()
    first = next(((arm, cells[0]) for arm, cells in stage.cells.items() if cells), None)
    # One look often tells that nothing of it is there.
    if first is not None and run_key(scenario_key(stage.arms[first[0]], numbers), first[1]) not in held:
        return False
    return set(stage.plan(numbers).keys.values()) <= held


type Asked = tuple[Stage, Collection[str] | None]
"""A stage, and the indicators that are wanted of its runs; None for all."""


def ensembles(asked: Sequence[Asked], numbers: ParameterDraws, store: Store) -> list[dict[str, Ensemble]]:
    """The finished runs of each stage by arm; each file is read once, however many stages have runs in it.

    Raises:
        InputError: a file of the store has gone or been changed.
    """
    wanted: dict[str, list[tuple[int, str]]] = {}
    for at, (stage, _) in enumerate(asked):
        for job, key in stage.plan(numbers).keys.items():
            wanted.setdefault(key, []).append((at, job.arm))
    slims = [Slim(only) for _, only in asked]
    lives: list[dict[str, list[RunResult]]] = [{arm: [] for arm in stage.arms} for stage, _ in asked]
    for key, life in store.each(list(wanted)):
        of: dict[int, RunResult] = {}
        for at, arm in wanted[key]:
            if at not in of:
                of[at] = slims[at](life)
            lives[at][arm].append(of[at])
    return [
        {arm: Ensemble.of(stage.arms[arm], those, numbers.note) for arm, those in of.items() if those}
        for (stage, _), of in zip(asked, lives, strict=True)
    ]


class Slim:
    """Makes runs slim: without the figures of schools, or with those of some indicators alone, for an answer
    takes hundreds of runs."""

    def __init__(self, only: Collection[str] | None) -> None:
        self.only = only
        self._at: dict[tuple[tuple[str, str], ...], NDArray[np.intp]] = {}

    def __call__(self, life: RunResult) -> RunResult:
        """A run with what is wanted."""
        if life.keys not in self._at:
            self._at[life.keys] = np.array(
                [
                    column
                    for column, (name, group) in enumerate(life.keys)
                    if not group.startswith("school:") and (self.only is None or name in self.only)
                ],
                np.intp,
            )
        at = self._at[life.keys]
        return with_other(
            life,
            keys=tuple(life.keys[column] for column in at),
            values=np.ascontiguousarray(life.values[:, at]),
            counts=np.ascontiguousarray(life.counts[:, at]),
            latent=np.ascontiguousarray(life.latent[:, at]),
            paths=life.paths if self.only is None else None,
        )


def chosen(ensemble: Ensemble, cells: Sequence[RunId]) -> Ensemble:
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
