"""Time series with Matplotlib: groups over the years with bands over runs, later years shaded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.plotting.axes import apart
from experiments.plotting.palette import BLUES, GREY, NEUTRAL, ORANGES, PALE, Look
from experiments.plotting.style import dress
from experiments.runs import statistics
from experiments.text import CONDITIONAL, VALIDATED_TO, is_conditional

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS: Final = (2021, 2026, 2032, 2040, 2048)
GROUPS: Final[Mapping[str, tuple[str, Look]]] = {
    "disadvantaged": ("disadvantaged", ORANGES),
    "other": ("others", BLUES),
    "fsm": ("free meals", ORANGES),
    "non_fsm": ("others", BLUES),
    "all": ("all", NEUTRAL),
}
"""By group, its name beside its line, and its look."""


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """A group's figures over the years (S, Y), a row a run, NaN where a run has none; `latent` (Y,) marks the
    years without comparable results."""

    group: str
    values: NDArray[np.floating]
    latent: NDArray[np.bool_]


def panel(
    axes: "Axes",
    paths: Sequence[DrawnPath],
    years: Sequence[int],
    first: int,
    until: int,
    limits: Callable[[float, float], tuple[float, float]],
    held: Sequence[float] = (),
) -> bool:
    """Draw the means of paths with their bands from `first` to `until`, named at their ends, before a ground
    of years on which those are shaded that nothing validates.

    Args:
        limits: from the least and the largest figure to the ends of the axis. held: figures besides those of
            the paths that it has to hold.
    Returns:
        Whether there is any line.
    """
    ends, figures_held, every, last = [], list(held), np.array(years), max(until, first + 1)
    for path in sorted(paths, key=lambda path: path.group != "all"):
        there = np.isfinite(path.values).all(axis=0) & (every >= first) & (every <= until)
        if not there.any():
            continue
        _, look = GROUPS[path.group]
        figures = path.values[:, there].astype(np.float64)
        mean = statistics.mean(figures)
        _line(axes, every[there], mean, path.latent[there], look)
        ends.append((float(mean[-1]), path.group))
        figures_held += [float(mean.min()), float(mean.max())]
        if len(figures) > 1:
            low, high = statistics.band(figures)
            axes.fill_between(every[there], low, high, color=look.colour, alpha=0.18, linewidth=0, zorder=1)
            figures_held += [float(low.min()), float(high.max())]
    axes.set_ylim(*limits(min(figures_held, default=0.0), max(figures_held, default=1.0)))
    axes.set_xlim(first - 0.7, last + 0.3)
    axes.set_xticks([year for year in (first, *TICKS) if year <= last])
    dress(axes, grid="y", hidden=("top", "right", "left"))
    if is_conditional(until):
        axes.axvspan(VALIDATED_TO + 0.5, last + 0.3, color=PALE, linewidth=0, zorder=0)
        axes.text(
            (VALIDATED_TO + 0.8 + last) / 2, 0.985, CONDITIONAL, fontsize=7.5, color=GREY, ha="center",
            va="top", transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    label_ends(axes, ends, last)
    return bool(ends)


def label_ends(axes: "Axes", ends: Sequence[tuple[float, str]], until: int) -> None:
    """Write the names of groups at the ends of their lines, moved apart where they would overlap."""
    bottom, top = axes.get_ylim()
    places = apart([value for value, _ in sorted(ends)], 0.1 * (top - bottom), bottom, top)
    for place, (_, group) in zip(places, sorted(ends), strict=True):
        words, look = GROUPS[group]
        axes.text(until + 0.7, place, words, color=look.text, fontsize=8.5, va="center", clip_on=False)


def _line(
    axes: "Axes", years: NDArray[np.int_], mean: NDArray[np.floating], latent: NDArray[np.bool_], look: Look
) -> None:
    """Draw a line, dotted into and through years without comparable results."""
    width, dashes = (1.1, (0, (4.0, 1.5))) if look is NEUTRAL else (1.6, "solid")
    tested = np.where(latent, np.nan, mean)
    axes.plot(years, tested, color=look.colour, linewidth=width, linestyle=dashes, zorder=3)
    for run in _stretches(latent):
        near = slice(max(run.start - 1, 0), run.stop + 1)
        axes.plot(years[near], mean[near], color=look.colour, linewidth=width, linestyle=":", zorder=3)


def _stretches(flags: NDArray[np.bool_]) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield slice(int(start), int(stop))
