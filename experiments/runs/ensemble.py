"""Results of runs: one (`RunResult`), and those of a scenario together (`Ensemble`)."""

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.runs import statistics as arrays
from experiments.runs.draws import BEST, RunId
from model.io.errors import InputError
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from model.town import Town

LAST_SEED: Final = 2**32 - 1
MOST_SEEDS: Final = 10_000
"""Seeds that one call, command or study may ask for; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run recorded, in arrays: `keys` (K) are (indicator, group), `years` (Y); `values` (Y, K)
    float32, NaN where missing; `counts` (Y, K) int32, how many people stand behind a value, 0 where it is
    missing; `latent` (Y, K) bool, True for an estimate in a year for which England published no comparable
    result. `draw` is that of the numbers, 0 the best fit. `paths` (Y, *model.indicators.pathways.SHAPE) int32
    counts the paths of those who left at 18 in each year, all 0 where their destination is not known (the
    last year lived, for one); None where only some series were read from a file. `scenario` is the name of
    its file, `arm` what the plan that first asked for it calls it."""

    seed: int
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]
    draw: int = BEST
    paths: NDArray[np.int32] | None = None
    scenario: str = ""
    arm: str = ""

    @property
    def cell(self) -> RunId:
        """Return its draw and its seed."""
        return RunId(self.draw, self.seed)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Runs of one scenario, in the order of their `cells` (S), by draw and then by seed: arrays (S, Y, K) as
    in RunResult. `note` is what a reader must know about the numbers, empty where there is nothing to say.
    `paths` (S, Y, ...) as in RunResult; None unless every run has them."""

    scenario: Scenario
    cells: tuple[RunId, ...]
    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    values: NDArray[np.float32]
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]
    note: str = ""
    paths: NDArray[np.int32] | None = None

    @staticmethod
    def of(scenario: Scenario, lives: Sequence[RunResult], note: str = "") -> "Ensemble":
        """Return the ensemble of these runs, at least one. Raises ValueError where they did not record the
        same."""
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
        """Return the different seeds, in order."""
        return tuple(sorted({cell.seed for cell in self.cells}))

    @property
    def draws(self) -> tuple[int, ...]:
        """Return the different draws of the numbers, in order; (0,) is the best fit alone."""
        return tuple(sorted({cell.draw for cell in self.cells}))

    def path(self, indicator: str, group: str) -> NDArray[np.float32] | None:
        """Return the values of a group (S, Y) that may be shown, NaN where there is none; None where nothing
        is recorded."""
        if (indicator, group) not in self.keys:
            return None
        at = [self.keys.index((indicator, group))]
        return shown([self.keys[at[0]]], self.values[:, :, at], self.counts[:, :, at])[:, :, 0]

    def frame(self) -> "pd.DataFrame":
        """Return one row a run, year, indicator and group that is not missing: draw, seed, year, indicator,
        group, value, count, latent."""
        import pandas as pd

        cell, year, key = np.nonzero(np.isfinite(self.values))
        of = np.array(self.cells, np.int64)
        columns: dict[str, Any] = {"draw": of[cell, 0], "seed": of[cell, 1]}
        columns |= {"year": np.array(self.years)[year], **named(self.keys, key)}
        for name, array in (("value", self.values), ("count", self.counts), ("latent", self.latent)):
            columns[name] = array[cell, year, key]
        return pd.DataFrame(columns)

    def spread(self) -> "pd.DataFrame":
        """Return one row a year, indicator and group that a run has and that may be shown: mean, low and high
        (5th and 95th percentile), runs, chance_sd and draws_sd (SD within draws, and between them).

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
    """Return the columns `indicator` and `group` of a table whose rows (n,) stand for the keys at these
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
    """Return the values (..., K) that may be shown: NaN where one is of fewer people than its indicator's
    smallest count."""
    from model.indicators.registry import INDICATORS

    of = [INDICATORS[name] for name, _ in keys]
    # Schools and posts are few and public; people are not.
    fewest = np.array([indicator.minimum_count if indicator.of.ages else 0 for indicator in of], np.int32)
    return np.where(counts < fewest, np.float32(np.nan), values)


def result_of(town: "Town", cell: RunId, arm: str = "") -> RunResult:
    """Return what the town of a cell has recorded; `arm` is what a plan calls its scenario."""
    record = town.recorded
    there = np.isfinite(record.values)
    counts = np.where(there, record.counts, np.int32(0))
    # A NaN may carry a sign, which a file of results does not keep.
    values = np.where(there, record.values, np.float32(np.nan))
    latent, paths = record.latent & there, record.paths.copy()
    name = town.scenario.name
    return RunResult(
        cell.seed, record.keys, record.years, values, counts, latent, cell.draw, paths, name, arm
    )


def checked_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    """Return the seeds as plain numbers, in their order; they may come from an array or a generator.

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
