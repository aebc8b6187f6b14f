"""Figures of a study's finished runs as arrays by point and cell, and which of them a method can use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.runs.draws import RunId, run_ids_of
from experiments.sensitivity.types import D, DesignSample, Space

if TYPE_CHECKING:
    import pandas as pd

type Measure = Literal["level", "difference"]

COLUMNS: Final[dict[Measure, str]] = {"level": "value", "difference": "difference"}
"""The column of a study's outcomes that holds each measure."""
_MOSTLY: Final = 0.5
"""Share of the points begun that must have a cell, for the cell to be used."""


@dataclass(frozen=True, eq=False)
class Response:
    """One outcome of one scenario, as a level or as the paired difference to the scenario compared with:
    `figures` (P, N) by point and cell, NaN where there is none; `finished` (P, N), which runs are there."""

    scenario: str
    outcome: str
    measure: Measure
    cells: tuple[RunId, ...]
    figures: D
    finished: NDArray[np.bool_]

    @property
    def missing(self) -> int:
        """Runs that are not finished."""
        return int(self.finished.size - self.finished.sum())

    @property
    def blank(self) -> int:
        """Runs that are finished and have no figure."""
        return int((self.finished & ~np.isfinite(self.figures)).sum())


@dataclass(frozen=True, eq=False)
class Kept:
    """What of a response can be used: its `sample`; `blocks` whole blocks of `of`, and the cells left out at
    every point because most points lack them."""

    sample: DesignSample
    blocks: int
    of: int
    left_out: tuple[RunId, ...]


def responses(
    outcomes: "pd.DataFrame", points: int, draws: Sequence[int], seeds: Sequence[int]
) -> Iterator[Response]:
    """Every outcome of every scenario in a study's `outcomes` (columns point, scenario, draw, seed, outcome,
    value, difference), which has `points` points with these draws and seeds: as levels and, where the
    scenario is not the one compared with, as differences. In the order of the table."""
    cells = run_ids_of(draws, seeds)
    column = {cell: position for position, cell in enumerate(cells)}
    for (scenario, outcome), rows in outcomes.groupby(["scenario", "outcome"], sort=False, observed=True):
        at = (
            rows["point"].to_numpy(np.int64),
            np.array(
                [column[RunId(*each)] for each in zip(rows["draw"], rows["seed"], strict=True)], np.int64
            ),
        )
        finished = np.zeros((points, len(cells)), np.bool_)
        finished[at] = True
        for measure, name in COLUMNS.items():
            figures = np.full(finished.shape, np.nan)
            figures[at] = rows[name].to_numpy(np.float64)
            if measure == "level" or np.isfinite(figures).any():
                yield Response(str(scenario), str(outcome), measure, cells, figures, finished)


def kept(space: Space, response: Response) -> Kept:
    """The figures that a method can use, none imputed: whole blocks of points, each with the same cells.

    A cell that half of the points begun lack (seeds added to a sweep that has not come far) is left out
    everywhere; then a block that lacks a figure at one of its points is. Over what is left, figures are
    averaged over the seeds of each draw, where there are several draws.
    """
    there = np.isfinite(response.figures)
    begun = there.any(axis=1)
    share = there[begun].mean(axis=0) if begun.any() else np.zeros(len(response.cells))
    used = share > _MOSTLY
    whole = there[:, used].all(axis=1) & used.any()
    by_block = whole.reshape(-1, space.block).all(axis=1)
    rows = np.flatnonzero(np.repeat(by_block, space.block))
    figures = response.figures[np.ix_(rows, np.flatnonzero(used))]
    cells = [cell for cell, use in zip(response.cells, used, strict=True) if use]
    left_out = tuple(cell for cell, use in zip(response.cells, used, strict=True) if not use)
    sample = DesignSample(space, rows, _repeats(figures, cells))
    return Kept(sample, int(by_block.sum()), len(by_block), left_out)


def _repeats(figures: D, cells: Sequence[RunId]) -> D:
    """Figures (P', N) of cells as repeats (P', C): a mean over the seeds of each draw, or each seed of the
    only draw."""
    draws = list(dict.fromkeys(cell.draw for cell in cells))
    if len(draws) < 2:
        return figures
    of = np.array([cell.draw for cell in cells])
    return np.stack([figures[:, of == draw].mean(axis=1) for draw in draws], axis=1)
