"""What the model says of each observation, for given numbers: towns lived, figures read, seeds averaged.

The town's own observations are those of a town that lived history as it happened (scenario
`opportunity_area`, whose programmes act from 2018); England's are read group by group in a town whose local
numbers are neutral. The same seeds serve every call, so that what is left between two calls is what the
numbers do.
"""

import functools
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.numbers import neutral
from calibration.observation import NOTHING_DONE
from calibration.observe import Observation, history_of, load_observations
from model.inputs.parameters import Parameters
from model.io.errors import InputError
from model.io.files import DEFAULT_PLACE
from model.scenario.scenario import Scenario
from model.town import Town
from model.world.world import World

D = NDArray[np.float64]

LAYERS: Final = ("local", "england")
FIRST_PROGRAMMES: Final = 2018

type Progress = Callable[[int, int], None]
type Values = tuple[tuple[str, float | tuple[float, ...]], ...]


@dataclass(frozen=True)
class Setting:
    """What is simulated: the place whose observations are read, the size of the town and its last year.
    `history` is the scenario under which the town lived from 2018, that of its observations where empty: the
    fit is of history as it happened."""

    place: str = DEFAULT_PLACE
    until: int = 2019
    scale: float = 1.0
    roles: tuple[str, ...] = ("fit",)
    history: str = ""

    @property
    def lived(self) -> str:
        """Return the scenario that was history. Raises InputError where the place has no observations."""
        return self.history or history_of(self.place)


@dataclass(frozen=True)
class Task:
    """One town: the values of the numbers, whose layer, seed, and draw of the programmes' effects."""

    setting: Setting
    values: Values
    layer: str
    seed: int
    draw: int


def observations(setting: Setting) -> list[Observation]:
    """Return the observations of a setting's roles, local ones first."""
    found = _loaded(setting.place)
    return [each for layer in LAYERS for each in found if each.layer == layer and each.role in setting.roles]


@functools.cache
def _loaded(place: str) -> tuple[Observation, ...]:
    return tuple(load_observations(place))


@functools.cache
def scenario_of(setting: Setting, layer: str) -> Scenario:
    """Return the scenario that a layer's town lives.

    Raises:
        InputError: the town's own layer would be lived without programmes from 2018 on, where some ran.
    """
    own = history_of(setting.place)
    name = setting.lived if layer == "local" else NOTHING_DONE
    scenario = Scenario.load(name, setting.place).changed(until=setting.until, scale=setting.scale)
    late = setting.until >= FIRST_PROGRAMMES and own != NOTHING_DONE
    if layer == "local" and late and not _programmes_run(scenario):
        raise InputError(
            "has no programme running in 2018 or 2019: history was lived under programmes, and is fitted so",
            where=f"{name}.toml",
            at="programmes",
        )
    return scenario


def _programmes_run(scenario: Scenario) -> bool:
    return any(use.start <= FIRST_PROGRAMMES + 1 for use in scenario.programmes)


@functools.cache
def _base(place: str) -> Parameters:
    return Parameters.load(place=place)


def town_of(task: Task) -> Town:
    """Return the town of a task at its start. Raises ValueError or RuntimeError where its numbers make
    none."""
    scenario = scenario_of(task.setting, task.layer)
    parameters = _base(task.setting.place).changed(dict(task.values))
    if task.layer == "england":
        parameters = neutral(parameters)
    return Town(scenario, task.seed, world=World(scenario, parameters), draw=task.draw)


def figures(task: Task) -> D:
    """Return what one town says of each observation of its layer (n,), NaN where it says nothing or cannot
    be."""
    setting = task.setting
    try:
        town = town_of(task).run()
    except (ValueError, RuntimeError):
        # Numbers that cannot hold together are no town: skill whose parts leave no chance, or more people
        # than a town of these births can have.
        return np.full(sum(each.layer == task.layer for each in observations(setting)), np.nan)
    found = [each.of_town(town) for each in observations(setting) if each.layer == task.layer]
    return np.array([np.nan if value is None else value for value in found], np.float64)


def lived[T: Task](
    executor: Executor, tasks: Sequence[T], work: Callable[[T], D] = figures
) -> Generator[tuple[int, D]]:
    """Yield the position and figures of each task as soon as it is done, in no fixed order; those that wait
    are cancelled when nobody asks for more."""
    futures = {executor.submit(work, task): position for position, task in enumerate(tasks)}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


@dataclass
class Simulator:
    """Predictions for many vectors of values at once, on whatever executor is given."""

    setting: Setting
    executor: Executor
    seeds: tuple[int, ...] = (0, 1)
    progress: Progress | None = None

    def __call__(
        self, values: Sequence[Values], draws: Sequence[int] | None = None, layers: Sequence[str] = LAYERS
    ) -> D:
        """Return the figures for each vector of values, seed and observation, (V, S, n); the columns of
        layers that were not asked for are NaN.

        Args:
            draws: of the effects, one a vector; 0 for all where not given.
        """
        lives = [
            (vector, seed, draws[i] if draws else 0) for i, vector in enumerate(values) for seed in self.seeds
        ]
        found = self.lived(lives, layers)
        return found.reshape(len(values), len(self.seeds), found.shape[1])

    def of_pairs(self, values: Values, pairs: Sequence[tuple[int, int]]) -> D:
        """Return the figures of one vector of values with several (seed, draw of the effects), (P, n)."""
        return self.lived([(values, seed, draw) for seed, draw in pairs])

    def lived(self, lives: Sequence[tuple[Values, int, int]], layers: Sequence[str] = LAYERS) -> D:
        """Return the figures of single towns (L, n), each of its own values, seed and draw of the effects."""
        of = np.array([each.layer for each in observations(self.setting)])
        result = np.full((len(lives), len(of)), np.nan)
        columns = {layer: np.flatnonzero(of == layer) for layer in layers}
        at = [(row, layer) for row in range(len(lives)) for layer in layers if len(columns[layer])]
        tasks = [self._task(lives[row], layer) for row, layer in at]
        for done, (position, found) in enumerate(lived(self.executor, tasks), 1):
            row, layer = at[position]
            result[row, columns[layer]] = found
            if self.progress is not None:
                self.progress(done, len(tasks))
        return result

    def _task(self, life: tuple[Values, int, int], layer: str) -> Task:
        values, seed, draw = life
        return Task(self.setting, values, layer, seed, draw if layer == "local" else 0)
