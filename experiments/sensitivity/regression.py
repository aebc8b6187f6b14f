"""Main effects of factors in factorial designs and Latin hypercubes, by least squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.sensitivity.types import (
    CONFIDENCE,
    D,
    DesignSample,
    Index,
    Indices,
    SettlingStep,
    Space,
    sizes,
)
from experiments.studies.design import Factor, values_of
from model.io.errors import shown


@dataclass(frozen=True, eq=False)
class DesignColumn:
    """A column `x` (P,) of the regression: of the factor at `position`, its range from end to end, or one
    `level` of it against its first."""

    position: int
    level: str
    whole_range: bool
    x: D


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients `b` (K,), their variance for a residual variance of 1, sums of squares left and in all,
    and what is free."""

    b: D
    inverse: D
    left: float
    total: float
    free: int


def regression(sample: DesignSample) -> Indices | None:
    """Effects of the factors, as if they added up: for each level what the mean differs by from that of the
    first (factorial; lists of values), or what the figure changes by over the whole range, and the
    standardised coefficient (Latin hypercube), with 95% intervals of least squares; and for each mover the
    share of the variance that goes unexplained without it. Floors are by what is left unexplained: luck, and
    what does not add up, which a design of few points may lay at a factor's door.

    Missing points leave the design lopsided; least squares allows for that. None where there are too few
    points, or levels that no point has.
    """
    found = _fitted(sample)
    if found is None:
        return None
    columns, fit = found
    steps = () if sample.space.design.kind == "factorial" else tuple(_steps(sample, len(columns)))
    shares = _shares(sample, columns, fit)
    indices = (*shares, *_effects(sample, columns, fit))
    return Indices(indices, steps, 1 - fit.left / fit.total)


def _fitted(sample: DesignSample) -> tuple[list[DesignColumn], Fit] | None:
    columns = _columns(sample.space, sample.rows)
    fit = _fit(columns, sample.mean)
    return None if fit is None else (columns, fit)


def _columns(space: Space, rows: NDArray[np.intp]) -> list[DesignColumn]:
    found = []
    for position, factor in enumerate(space.factors):
        places = space.places[rows, position]
        if space.design.kind == "latin_hypercube" and not factor.values:
            x = space.coordinates[rows, position]
            found.append(DesignColumn(position, _ends(factor), True, x))
            continue
        values = values_of(factor, places)
        # In the order of the file, whatever the order of the points.
        every = dict.fromkeys(values_of(factor, np.sort(np.unique(space.places[:, position]))))
        for value in list(every)[1:]:
            x = np.array([(type(each), each) == (type(value), value) for each in values], np.float64)
            found.append(DesignColumn(position, shown(value), False, x))
    return found


def _ends(factor: Factor) -> str:
    return f"{factor.low:g} to {factor.high:g}"


def _fit(columns: Sequence[DesignColumn], y: D) -> Fit | None:
    """Least squares with a constant; None where the columns cannot be told apart or nothing is left over."""
    x = np.stack([np.ones_like(y), *(column.x for column in columns)], axis=1)
    free = len(y) - x.shape[1]
    if free < 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    left = float(((y - x @ b) ** 2).sum())
    return Fit(b[1:], np.diag(inverse)[1:], left, float(((y - y.mean()) ** 2).sum()), free)


def _left(columns: Sequence[DesignColumn], y: D) -> float:
    """The sum of squares that these columns and a constant leave."""
    x = np.stack([np.ones_like(y), *(column.x for column in columns)], axis=1)
    return float(((y - x @ np.linalg.lstsq(x, y)[0]) ** 2).sum())


def _effects(sample: DesignSample, columns: Sequence[DesignColumn], fit: Fit) -> list[Index]:
    from scipy.stats import t

    wide = float(t.ppf(0.5 + CONFIDENCE / 2, fit.free))
    half = wide * np.sqrt(fit.left / fit.free * fit.inverse)
    found = []
    for k, column in enumerate(columns):
        name, b = sample.space.factors[column.position].label, float(fit.b[k])
        reach = float(half[k])
        found.append(Index(name, "effect", b, b - reach, b + reach, reach, column.level))
        if column.whole_range:
            per = float(column.x.std() / sample.mean.std())
            ends = (b - reach) * per, (b + reach) * per
            found.append(Index(name, "coefficient", b * per, *ends, reach * per))
    return found


def _shares(sample: DesignSample, columns: Sequence[DesignColumn], fit: Fit) -> list[Index]:
    from scipy.stats import f

    space = sample.space
    found = []
    for g, mover in enumerate(space.movers):
        others = [column for column in columns if not space.members[column.position, g]]
        more = _left(others, sample.mean) - fit.left
        own = len(columns) - len(others)
        floor = own * float(f.ppf(CONFIDENCE, own, fit.free)) * fit.left / fit.free / fit.total
        found.append(Index(mover, "share", max(more, 0.0) / fit.total, floor=floor))
    return found


def _steps(sample: DesignSample, columns: int) -> list[SettlingStep]:
    found = []
    for size in sizes(sample.blocks, 2 * (columns + 1), 8):
        part = sample.first(size)
        fitted = _fitted(part) if part.varies else None
        if fitted is not None:
            found += [SettlingStep(size, index) for index in _shares(part, *fitted)]
    return found
