"""Many lives of one town: a scenario run with several seeds, on as many processors as there are.

    ensemble = run(Scenario.load("baseline"), seeds=range(10))
    ensemble.frame()

What comes out depends on scenario and seeds only: not on the number of workers, nor on who finishes first.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments import pool
from experiments.pool import Progress
from model.errors import InputError
from model.scenario import Scenario
from model.world import World

if TYPE_CHECKING:
    import pandas as pd

    from model.parameters import Parameters
    from model.town import Town

LAST_SEED: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Life:
    """What one run recorded, in arrays: `keys` (K) are (indicator, group), `years` (Y); `values` (Y, K)
    float32, NaN where missing; `counts` (Y, K) int32, how many people stand behind a value, 0 where it is
    missing; `latent` (Y, K) bool, True for an estimate in a year for which England published no comparable
    result."""

    seed: int
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Runs of one scenario with several seeds, in the order of the seeds (S): arrays as in Life, (S, Y,
    K)."""

    scenario: Scenario
    seeds: tuple[int, ...]
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]

    @staticmethod
    def of(scenario: Scenario, lives: Sequence[Life]) -> "Ensemble":
        """The ensemble of these runs, at least one. Raises ValueError where they did not record the same."""
        ordered = sorted(lives, key=lambda life: life.seed)
        if not ordered:
            raise ValueError("an ensemble needs a run")
        first = ordered[0]
        for life in ordered:
            if (life.keys, life.years) != (first.keys, first.years):
                raise ValueError(f"seeds {first.seed} and {life.seed} did not record the same")
        return Ensemble(
            scenario,
            tuple(life.seed for life in ordered),
            first.keys,
            first.years,
            np.stack([life.values for life in ordered]),
            np.stack([life.counts for life in ordered]),
            np.stack([life.latent for life in ordered]),
        )

    def path(self, indicator: str, group: str) -> NDArray[np.float32] | None:
        """The values of a group (S, Y) that may be shown, NaN where there is none; None where nothing is
        recorded."""
        if (indicator, group) not in self.keys:
            return None
        at = [self.keys.index((indicator, group))]
        return shown([self.keys[at[0]]], self.values[:, :, at], self.counts[:, :, at])[:, :, 0]

    def figures(self, position: int) -> Callable[[str, str, int], float | None]:
        """The figures of the run at `position` in `seeds`: a function of indicator, group and year, None
        where missing, and where fewer people stand behind it than may be shown."""
        columns = {key: column for column, key in enumerate(self.keys)}
        rows = {year: row for row, year in enumerate(self.years)}
        values = shown(self.keys, self.values[position], self.counts[position])

        def figure(indicator: str, group: str, year: int) -> float | None:
            if (indicator, group) not in columns or year not in rows:
                return None
            value = float(values[rows[year], columns[indicator, group]])
            return None if np.isnan(value) else value

        return figure

    def frame(self) -> "pd.DataFrame":
        """One row a seed, year, indicator and group that is not missing: seed, year, indicator, group, value,
        count, latent."""
        import pandas as pd

        seed, year, key = np.nonzero(np.isfinite(self.values))
        columns: dict[str, Any] = {"seed": np.array(self.seeds)[seed], "year": np.array(self.years)[year]}
        columns |= named(self.keys, key)
        for name, array in (("value", self.values), ("count", self.counts), ("latent", self.latent)):
            columns[name] = array[seed, year, key]
        return pd.DataFrame(columns)


def named(keys: Sequence[tuple[str, str]], at: NDArray[np.intp]) -> dict[str, Any]:
    """The columns `indicator` and `group` of a table whose rows (n,) stand for the keys at these
    positions."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for position, name in enumerate(("indicator", "group")):
        words = list(dict.fromkeys(key[position] for key in keys))
        codes = np.array([words.index(key[position]) for key in keys], np.int64)
        columns[name] = pd.Categorical.from_codes(codes[at], categories=pd.Index(words))
    return columns


def shown(
    keys: Sequence[tuple[str, str]], values: NDArray[np.float32], counts: NDArray[np.int32]
) -> NDArray[np.float32]:
    """The values (..., K) that may be shown: NaN where one is of fewer people than its indicator's smallest
    count."""
    from model.indicators import INDICATORS

    of = [INDICATORS[name] for name, _ in keys]
    # Schools and posts are few and public; people are not.
    fewest = np.array([indicator.minimum_count if indicator.of.ages else 0 for indicator in of], np.int32)
    return np.where(counts < fewest, np.float32(np.nan), values)


def run(
    scenario: Scenario,
    seeds: Sequence[int],
    until: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Lets the town live under `scenario` once a seed.

    Args:
        seeds: different whole numbers, 0 to 2**32 - 1.
        until: last year, in place of the scenario's.
        workers: processes; by default as many as there are processors for. One runs in this process.
        progress: told how many runs are done.

    Returns:
        The runs, in the order of their seeds.

    Raises:
        InputError: the scenario, a seed or the number of workers cannot be used.
        SeedError: a run broke off. No other run is started then.

    A program that calls this with several workers needs the usual guard `if __name__ == "__main__":`.
    """
    if until is not None:
        scenario = scenario.changed(until=until)
    return Ensemble.of(scenario, list(lives(scenario, seeds, workers, progress)))


def lives(
    scenario: Scenario, seeds: Sequence[int], workers: int | None = None, progress: Progress | None = None
) -> Generator[Life]:
    """The runs of `run`, each as soon as it is done, in no fixed order; arguments and errors are those of
    `run`."""
    check_seeds(seeds)
    runs = [_Run(int(seed)) for seed in seeds]
    return pool.done(_live, _Setting(scenario), runs, workers, progress)


@dataclass(frozen=True, slots=True)
class _Run:
    """The task of one run."""

    seed: int


@dataclass(frozen=True)
class _Setting:
    """What all runs share."""

    scenario: Scenario

    @cached_property
    def world(self) -> World:
        return World.of(self.scenario)


def _live(setting: _Setting, task: _Run) -> Life:
    return live(setting.scenario, task.seed, setting.world)


def live(
    scenario: Scenario, seed: int, world: World | None = None, parameters: "Parameters | None" = None
) -> Life:
    """One run, in this process. Raises InputError, or SeedError where the run breaks off."""
    from model.town import Town

    with pool.naming(seed):
        return life_of(Town(scenario, seed=seed, parameters=parameters, world=world).run())


def life_of(town: "Town") -> Life:
    """What a town has recorded."""
    record = town.recorded
    there = np.isfinite(record.values)
    counts = np.where(there, record.counts, np.int32(0))
    # A NaN may carry a sign, which a file of results does not keep.
    values = np.where(there, record.values, np.float32(np.nan))
    return Life(town.seed, record.keys, record.years, values, counts, record.latent & there)


def check_seeds(seeds: Sequence[int]) -> None:
    """Raises InputError unless these are different whole numbers that a run can take, at least one."""
    if not seeds:
        raise InputError("there is no seed: at least one is needed")
    seen: set[int] = set()
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise InputError("must be a whole number", at="seed", value=seed)
        if not 0 <= seed <= LAST_SEED:
            raise InputError(f"must be between 0 and {LAST_SEED}", at="seed", value=int(seed))
        if seed in seen:
            raise InputError("is named twice", at="seed", value=int(seed))
        seen.add(int(seed))
