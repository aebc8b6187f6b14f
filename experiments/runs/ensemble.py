"""Many lives of one town: a scenario run with several seeds and draws of the numbers, on as many processors
as there are.

    ensemble = run(Scenario.load("baseline"), seeds=range(2), draws=10)
    ensemble.frame()

What comes out depends on scenario, numbers and seeds only: not on the number of workers, nor on who finishes
first.
"""

from collections.abc import Generator, Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.runs import processes as pool
from experiments.runs import statistics as arrays
from experiments.runs.draws import BEST, Cell, Draws, cells_of
from experiments.runs.processes import Progress
from model.io.errors import InputError
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from model.town import Town

LAST_SEED: Final = 2**32 - 1
MOST_SEEDS: Final = 10_000
"""Seeds that one call, command or study may ask for; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Life:
    """What one run recorded, in arrays: `keys` (K) are (indicator, group), `years` (Y); `values` (Y, K)
    float32, NaN where missing; `counts` (Y, K) int32, how many people stand behind a value, 0 where it is
    missing; `latent` (Y, K) bool, True for an estimate in a year for which England published no comparable
    result. `draw` is that of the numbers, 0 the best fit. `paths` (Y, *model.indicators.pathways.SHAPE) int32
    counts the paths of those who left at 18 in each year, all 0 where their destination is not known (the
    last year lived, for one); None for a run read from a file, which does not keep them."""

    seed: int
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]
    draw: int = BEST
    paths: NDArray[np.int32] | None = None

    @property
    def cell(self) -> Cell:
        """Its draw and its seed."""
        return Cell(self.draw, self.seed)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Runs of one scenario, in the order of their `cells` (S), by draw and then by seed: arrays as in Life,
    (S, Y, K). `note` is what a reader must know about the numbers, empty where there is nothing to say.
    `paths` (S, Y, ...) as in Life; None unless every run has them."""

    scenario: Scenario
    cells: tuple[Cell, ...]
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]
    note: str = ""
    paths: NDArray[np.int32] | None = None

    @staticmethod
    def of(scenario: Scenario, lives: Sequence[Life], note: str = "") -> "Ensemble":
        """The ensemble of these runs, at least one. Raises ValueError where they did not record the same."""
        ordered = sorted(lives, key=lambda life: life.cell)
        if not ordered:
            raise ValueError("an ensemble needs a run")
        first = ordered[0]
        for life in ordered:
            if (life.keys, life.years) != (first.keys, first.years):
                raise ValueError(f"{first.cell} and {life.cell} did not record the same")
        taken = [life.paths for life in ordered if life.paths is not None]
        return Ensemble(
            scenario,
            tuple(life.cell for life in ordered),
            first.keys,
            first.years,
            np.stack([life.values for life in ordered]),
            np.stack([life.counts for life in ordered]),
            np.stack([life.latent for life in ordered]),
            note,
            np.stack(taken) if len(taken) == len(ordered) else None,
        )

    @property
    def seeds(self) -> tuple[int, ...]:
        """The different seeds, in order."""
        return tuple(sorted({cell.seed for cell in self.cells}))

    @property
    def draws(self) -> tuple[int, ...]:
        """The different draws of the numbers, in order; (0,) is the best fit alone."""
        return tuple(sorted({cell.draw for cell in self.cells}))

    def path(self, indicator: str, group: str) -> NDArray[np.float32] | None:
        """The values of a group (S, Y) that may be shown, NaN where there is none; None where nothing is
        recorded."""
        if (indicator, group) not in self.keys:
            return None
        at = [self.keys.index((indicator, group))]
        return shown([self.keys[at[0]]], self.values[:, :, at], self.counts[:, :, at])[:, :, 0]

    def frame(self) -> "pd.DataFrame":
        """One row a run, year, indicator and group that is not missing: draw, seed, year, indicator, group,
        value, count, latent."""
        import pandas as pd

        cell, year, key = np.nonzero(np.isfinite(self.values))
        of = np.array(self.cells, np.int64)
        columns: dict[str, Any] = {"draw": of[cell, 0], "seed": of[cell, 1]}
        columns |= {"year": np.array(self.years)[year], **named(self.keys, key)}
        for name, array in (("value", self.values), ("count", self.counts), ("latent", self.latent)):
            columns[name] = array[cell, year, key]
        return pd.DataFrame(columns)

    def spread(self) -> "pd.DataFrame":
        """One row a year, indicator and group that a run has and that may be shown: mean, low and high (5th
        and 95th percentile), runs, chance_sd and draws_sd (SD within draws, and between them).

        What lies between draws are the numbers of the model and, where programmes act, their effects, which
        are drawn along. NaN: one run has no band; one seed a draw cannot tell chance from the rest; one draw
        has nothing between. The variance between draws is estimated as what is left above that of chance, at
        least 0.
        """
        import pandas as pd

        values = shown(self.keys, self.values, self.counts).astype(np.float64)
        chance, between = arrays.nested(values, [cell.draw for cell in self.cells])
        low, high = arrays.band(values)
        columns = {"mean": arrays.mean(values), "low": low, "high": high, "runs": arrays.runs(values)}
        columns |= {"chance_sd": np.sqrt(chance), "draws_sd": np.sqrt(between)}
        year, key = np.nonzero(columns["runs"])
        of_row = {"year": np.array(self.years)[year], **named(self.keys, key)}
        return pd.DataFrame(of_row | {name: array[year, key] for name, array in columns.items()})


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
    from model.indicators.registry import INDICATORS

    of = [INDICATORS[name] for name, _ in keys]
    # Schools and posts are few and public; people are not.
    fewest = np.array([indicator.minimum_count if indicator.of.ages else 0 for indicator in of], np.int32)
    return np.where(counts < fewest, np.float32(np.nan), values)


def run(
    scenario: Scenario,
    seeds: Iterable[int],
    until: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    draws: int = 1,
) -> Ensemble:
    """Lets the town live under `scenario`, once a seed and draw of the numbers.

    Args:
        seeds: different whole numbers, 0 to 2**32 - 1, MOST_SEEDS of them at most.
        until: last year, in place of the scenario's.
        workers: processes; by default as many as there are processors for. One runs in this process.
        progress: told how many runs are done.
        draws: how many draws of the place's posterior, each with every seed. 1 is the best fit alone, with
            effects of programmes at their means; a place without a posterior has its hand-set numbers then.

    Returns:
        The runs, by draw and seed.

    Raises:
        InputError: the scenario, a seed, the number of draws or of workers cannot be used.
        SeedError: a run broke off. No other run is started then.

    A program that calls this with several workers needs the usual guard `if __name__ == "__main__":`.
    """
    if until is not None:
        scenario = scenario.changed(until=until)
    chosen = checked_seeds(seeds)
    numbers = Draws.of(scenario.place)
    cells = cells_of(numbers.chosen(draws), chosen)
    return Ensemble.of(scenario, list(lives(scenario, cells, numbers, workers, progress)), numbers.note)


def lives(
    scenario: Scenario,
    cells: Sequence[Cell],
    numbers: Draws,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Generator[Life]:
    """The runs of these cells, each as soon as it is done, in no fixed order; errors are those of `run`."""
    return pool.done(_live, _Setting(scenario, numbers), [_Run(cell) for cell in cells], workers, progress)


@dataclass(frozen=True, slots=True)
class _Run:
    """The task of one run."""

    cell: Cell


@dataclass(frozen=True)
class _Setting:
    """What all runs share."""

    scenario: Scenario
    numbers: Draws


def _live(setting: _Setting, task: _Run) -> Life:
    return live(setting.scenario, task.cell.seed, task.cell.draw, setting.numbers)


def live(scenario: Scenario, seed: int, draw: int = BEST, numbers: Draws | None = None) -> Life:
    """One run, in this process; `numbers` are those of the place where not given. Raises InputError, or
    SeedError where the run breaks off."""
    cell = Cell(draw, seed)
    with pool.naming(cell):
        numbers = Draws.of(scenario.place) if numbers is None else numbers
        return life_of(numbers.town(scenario, cell).run(), cell)


def life_of(town: "Town", cell: Cell) -> Life:
    """What the town of a cell has recorded."""
    record = town.recorded
    there = np.isfinite(record.values)
    counts = np.where(there, record.counts, np.int32(0))
    # A NaN may carry a sign, which a file of results does not keep.
    values = np.where(there, record.values, np.float32(np.nan))
    latent, paths = record.latent & there, record.paths.copy()
    return Life(cell.seed, record.keys, record.years, values, counts, latent, cell.draw, paths)


def checked_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    """The seeds as plain numbers, in their order; they may come from an array or a generator.

    Raises:
        InputError: they are not different whole numbers that a run can take, at least one and at most
            MOST_SEEDS.
    """
    if isinstance(seeds, Sized):
        checked_count(len(seeds), "seeds")
    found: dict[int, None] = {}
    for position, seed in enumerate(seeds):
        if position == MOST_SEEDS:
            raise InputError(f"are more than {MOST_SEEDS:,}, the most of one call", at="seeds")
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise InputError("must be a whole number", at="seed", value=seed)
        if not 0 <= seed <= LAST_SEED:
            raise InputError(f"must be between 0 and {LAST_SEED}", at="seed", value=int(seed))
        if int(seed) in found:
            raise InputError("is named twice", at="seed", value=int(seed))
        found[int(seed)] = None
    if not found:
        raise InputError("there is no seed: at least one is needed")
    return tuple(found)


def checked_count(count: int, at: str) -> int:
    """Return how many seeds are asked for, none of them made yet. Raises InputError (key path `at`) where
    there are more than a call can have: each run is half a megabyte in memory."""
    if count > MOST_SEEDS:
        raise InputError(f"must be at most {MOST_SEEDS}", at=at, value=count)
    return count
