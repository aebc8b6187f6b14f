"""Differences in arrays: two ensembles of the same draws and seeds, one less the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.runs.ensemble import Ensemble, shown
from experiments.runs.statistics import D, mean
from model.indicators.registry import INDICATORS

GAPS: Final[Mapping[str, tuple[str, str]]] = {
    "gap": ("disadvantaged", "other"),
    "gap_fsm": ("fsm", "non_fsm"),
}
"""Groups that are a difference of two: by how much the first fares worse than the second."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """Two arms over the same runs (S), years (Y) and keys (K): values (S, Y, K) that may be shown, NaN where
    there is none; `counts` (S, Y, K) of the arm with fewer people; `latent` (Y, K). Gaps are keys of their
    own (see GAPS), positive where the disadvantaged fare worse."""

    keys: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    a: D
    b: D
    counts: NDArray[np.int32]
    latent: NDArray[np.bool_]

    @staticmethod
    def of(a: Ensemble, b: Ensemble) -> "Arrays":
        """Return the arms side by side, for what both recorded. Raises ValueError unless runs and years are
        the same."""
        if (a.cells, a.years) != (b.cells, b.years):
            raise ValueError("the arms were not lived with the same draws, seeds and years")
        there = set(b.keys)
        common = [key for key in a.keys if key in there]
        values, counts = zip(*(_of_keys(each, common) for each in (a, b)), strict=True)
        latent = a.latent[0][:, [a.keys.index(key) for key in common]]
        at = {key: column for column, key in enumerate(common)}
        keys, columns = list(common), [*values, np.minimum(*counts)]
        extra: list[tuple[D, D, NDArray[np.int32], NDArray[np.bool_]]] = []
        for name in dict.fromkeys(name for name, _ in common):
            for gap, (worse, better) in GAPS.items():
                if (name, worse) in at and (name, better) in at and INDICATORS[name].direction:
                    low, high = at[name, worse], at[name, better]
                    sign = INDICATORS[name].direction
                    keys.append((name, gap))
                    extra.append(
                        (
                            sign * (columns[0][:, :, high] - columns[0][:, :, low]),
                            sign * (columns[1][:, :, high] - columns[1][:, :, low]),
                            np.minimum(columns[2][:, :, low], columns[2][:, :, high]),
                            latent[:, low] | latent[:, high],
                        )
                    )
        if extra:
            gaps = [np.stack(parts, axis=-1) for parts in zip(*extra, strict=True)]
            columns = [np.concatenate([old, new], axis=-1) for old, new in zip(columns, gaps, strict=False)]
            latent = np.concatenate([latent, gaps[3]], axis=-1)
        return Arrays(tuple(keys), a.years, columns[0], columns[1], columns[2], latent)

    @property
    def difference(self) -> D:
        """Return the second arm less the first (S, Y, K)."""
        result: D = self.b - self.a
        return result

    @property
    def directions(self) -> D:
        """Return by key (K,), 1 where more is better, -1 where less is, 0 where neither; a smaller gap is
        better."""
        return np.array([-1.0 if group in GAPS else INDICATORS[name].direction for name, group in self.keys])


def _of_keys(ensemble: Ensemble, keys: Sequence[tuple[str, str]]) -> tuple[D, NDArray[np.int32]]:
    at = {key: column for column, key in enumerate(ensemble.keys)}
    columns = [at[key] for key in keys]
    counts = ensemble.counts[:, :, columns]
    return shown(keys, ensemble.values[:, :, columns], counts).astype(np.float64), counts


def benefit(x: D, direction: D | float) -> D:
    """Share of pairs on the good side of no difference, ties half; NaN where no side is better or no pair has
    a figure."""
    good = np.sign(x) * direction
    share = mean(np.where(np.isfinite(x), 0.5 + 0.5 * good, np.nan))
    return np.where(np.asarray(direction) == 0, np.nan, share)
