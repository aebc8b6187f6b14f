"""What every method of sensitivity analysis works on and gives back: the space of a study, a sample of
figures over its points, indices, and what of the figures' variance is luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.studies import design as designs
from experiments.studies.design import Design, Factor, Unit, coordinates, movers, unit

type D = NDArray[np.float64]

RESAMPLES: Final = 500
"""Bootstrap samples behind an interval."""
CONFIDENCE: Final = 0.95
_SAME: Final = 1e-9
"""Share of its size by which a figure must differ to count as varying: the figures are float32."""


@dataclass(frozen=True, eq=False)
class Space:
    """The factors of a study (F), its design, and the points (P, F) in the unit cube. Make it with `of`."""

    factors: tuple[Factor, ...]
    design: Design
    places: Unit

    @staticmethod
    def of(factors: Sequence[Factor], design: Design) -> "Space":
        """The space of these factors. Raises InputError, see `design.check`."""
        return Space(tuple(factors), design, unit(factors, design))

    @cached_property
    def movers(self) -> tuple[str, ...]:
        """What moves by itself (G): groups, and factors without one."""
        return movers(self.factors)

    @cached_property
    def members(self) -> NDArray[np.bool_]:
        """Which factors (F, G) a mover is made of."""
        return np.array([[each.moves_with == name for name in self.movers] for each in self.factors])

    @cached_property
    def coordinates(self) -> Unit:
        """How far along its values each factor is at each point (P, F), from 0 to 1."""
        columns = [coordinates(each, self.places[:, i]) for i, each in enumerate(self.factors)]
        return np.stack(columns, axis=1)

    @property
    def block(self) -> int:
        """How many points are of use only together (see `design.block`)."""
        return designs.block(self.factors, self.design)


@dataclass(frozen=True, eq=False)
class DesignSample:
    """Figures `y` (P', C) at the points `rows` (P',) of a space, in whole blocks, none missing. C are
    repeats: draws of the numbers, each a mean over its seeds; or seeds, where there is one draw."""

    space: Space
    rows: NDArray[np.intp]
    y: D

    @property
    def mean(self) -> D:
        """The mean over the repeats at each point (P',)."""
        mean: D = self.y.mean(axis=1)
        return mean

    @property
    def blocks(self) -> int:
        """How many whole blocks there are."""
        return len(self.rows) // self.space.block

    @property
    def varies(self) -> bool:
        """Whether the mean differs between points."""
        mean = self.mean
        return bool(np.ptp(mean) > _SAME * np.abs(mean).max())

    def first(self, blocks: int) -> "DesignSample":
        """The sample of the first so many blocks alone."""
        points = blocks * self.space.block
        return DesignSample(self.space, self.rows[:points], self.y[:points])


@dataclass(frozen=True, slots=True)
class Index:
    """One figure of sensitivity: `statistic` of a `factor` (or group), at a `level` of it where that is said,
    with a 95% interval from `low` to `high`. `floor` is what chance would reach or pass in one of twenty
    such figures, NaN where one repeat a point cannot tell. NaN also where there is no interval."""

    factor: str
    statistic: str
    value: float
    low: float = np.nan
    high: float = np.nan
    floor: float = np.nan
    level: str = ""

    @property
    def above_luck(self) -> bool | None:
        """Whether it is more than luck; None where that cannot be told."""
        return None if np.isnan(self.floor) else bool(abs(self.value) > self.floor)


@dataclass(frozen=True, slots=True)
class SettlingStep:
    """An index as it was with the first `size` blocks."""

    size: int
    index: Index


@dataclass(frozen=True, slots=True)
class Indices:
    """What a method found: indices, how they settled with a growing sample, and where an additive model was
    fitted, the share of the variance that it explains."""

    indices: tuple[Index, ...]
    steps: tuple[SettlingStep, ...] = ()
    explained: float | None = None


def luck(y: D) -> float:
    """Variance of a point's mean over its repeats that is luck, of y (P, C); NaN for one repeat or one point.

    Repeats are the same seeds and draws at each point. What a repeat does to all points alike moves no point
    against another, so it is left out: the mean square of what neither the point nor the repeat explains
    (two-way layout), over the number of repeats.
    """
    points, repeats = y.shape
    if points < 2 or repeats < 2:
        return float("nan")
    rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
    return float((rest**2).sum() / ((points - 1) * (repeats - 1)) / repeats)


def unpaired_luck(y: D) -> float:
    """What `luck` would be if each point had other seeds; NaN for one repeat."""
    repeats = y.shape[1]
    return float(y.var(axis=1, ddof=1).mean() / repeats) if repeats > 1 else float("nan")


def noise_of_mean(x: D) -> D:
    """Variance of the mean over repeats, of x (..., C), by its spread over them (...); NaN for one repeat."""
    repeats = x.shape[-1]
    if repeats < 2:
        return np.full(x.shape[:-1], np.nan)
    noise: D = x.var(axis=-1, ddof=1) / repeats
    return noise


def sizes(blocks: int, least: int, steps: int = 10) -> tuple[int, ...]:
    """Growing numbers of blocks up to all of them, half of them among these."""
    if blocks <= least:
        return (blocks,)
    grown = np.linspace(least, blocks, steps).round().astype(int).tolist()
    return tuple(sorted({*grown, max(least, blocks // 2), blocks}))


def doubling(blocks: int, least: int) -> tuple[int, ...]:
    """Halves of halves of all the blocks, down to `least`, in growing order."""
    found = [blocks]
    while found[-1] // 2 >= least:
        found.append(found[-1] // 2)
    return tuple(reversed(found))
