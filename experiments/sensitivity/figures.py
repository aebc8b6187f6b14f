"""Pictures of what drives a study's outcomes: bars with intervals, mu* against sigma, a heat map, and how the
indices settled. Each is a PNG as wide as A4 with the manifest in its metadata; all can be read in grey."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.plotting.palette import BLUE, GREY, INK, ORANGE, TINT
from experiments.plotting.style import cut, dress
from experiments.sensitivity.analyse import Sensitivity, block_words
from experiments.sensitivity.page import About, in_lines, name_ends, names, page
from experiments.sensitivity.text import HEADS, LUCK, METHODS, by_luck
from experiments.sensitivity.types import Index

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BARS, MOST_LINES, MOST_NAMES = 12, 5, 8
"""Factors that one panel shows or names; the tables hold them all."""
PANELS: Final = 8
"""Panels of one picture."""
MOST_ROWS: Final = 36
"""Rows of the heat map."""
_DASHES: Final = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)))
_MARKS: Final = ("o", "s", "^", "D", "v")


def pictures(found: Sequence[Sensitivity], about: About) -> dict[str, bytes]:
    """Return the pictures (PNG) that there are for these responses, by name: bars, scatter (Morris), heat,
    lines (not for a factorial design). None where nothing was found."""
    there = [each for each in found if each.found is not None]
    if not there:
        return {}
    drawn = {"bars": bars(there, about), "heat": heat(there, about)}
    if any(_sigmas(each) for each in there):
        drawn["scatter"] = scatter(there, about)
    if any(len(_sizes(each)) > 1 for each in there):
        drawn["lines"] = settling(there, about)
    return drawn


def bars(found: Sequence[Sensitivity], about: About) -> bytes:
    """Draw for each response its largest indices, with intervals; of Sobol total and first order."""
    return _panels(found, about, "How much each factor matters", _bars, _kind_of(found))


def scatter(found: Sequence[Sensitivity], about: About) -> bytes:
    """Draw of Morris screening the mean size of the elementary effects against how much they differ."""
    caption = (
        "Right: matters much (mu*, with its 95% interval). Up: what it does depends on the others, or bends "
        "(sigma). Below the dashed line effects are near the same everywhere (sigma under a tenth of mu*), "
        "above the full line they turn with the rest (sigma above mu*). "
        f"Hollow: {LUCK}. Groups have no sigma."
    )
    return _panels([each for each in found if _sigmas(each)], about, "mu* and sigma", _scatter, caption)


def settling(found: Sequence[Sensitivity], about: About) -> bytes:
    """Return how the largest indices changed as more of the design was run."""
    what = block_words(found[0].kept.sample.space)
    caption = (
        f"Each line: the index of a factor with the first so many {what} alone. Lines that have become level "
        "have settled; those still moving need more. Bands: 95% intervals, where the method gives one."
    )
    shown = [each for each in found if len(_sizes(each)) > 1]
    return _panels(shown, about, f"How the indices settled with more {what}", _settling, caption)


def heat(found: Sequence[Sensitivity], about: About) -> bytes:
    """Return all responses by all factors: each index as a share of the largest of its row."""
    shown = found[:MOST_ROWS]
    names = shown[0].kept.sample.space.movers
    shares = np.full((len(shown), len(names)), np.nan)
    for row, each in enumerate(shown):
        top = each.ranked[0].value
        for index in each.ranked:
            shares[row, names.index(index.factor)] = index.value / top if top > 0 else 0.0
    caption = (
        f"Each row: {HEADS[shown[0].main]} of each factor, as a percentage of the largest in the row. "
        f"A dot: {LUCK}. Rows cannot be compared with one another: their units differ."
    )
    caption = f"{about.titles.measured(shown)} {caption}{_left_out(len(found) - len(shown), 'row')}"

    def draw(figure: "Figure", top: float) -> float:
        height = min(0.03 * len(shown), top - 0.28)
        # Names lean to the right: the last one needs room.
        axes = figure.add_axes((0.36, top - 0.16 - height, min(0.52, 0.09 * len(names)), height))
        axes.imshow(np.clip(shares, 0, 1), cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
        for row, each in enumerate(shown):
            for index in each.ranked:
                _write(axes, names.index(index.factor), row, shares[row, names.index(index.factor)], index)
        axes.set_xticks(
            range(len(names)), [cut(name, 30) for name in names], rotation=55, ha="left", fontsize=7.5
        )
        axes.xaxis.set_ticks_position("top")
        axes.set_yticks(range(len(shown)), [in_lines(about, each, 44) for each in shown], fontsize=7)
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        return top - 0.16 - height - 0.02

    return page(about, "Which factor drives which outcome", caption, draw)


def _write(axes: "Axes", column: int, row: int, share: float, index: Index) -> None:
    text = "·" if index.above_luck is False else f"{100 * max(share, 0.0):.0f}"
    axes.text(column, row, text, ha="center", va="center", fontsize=7, color="white" if share > 0.6 else INK)


def _bars(axes: "Axes", found: Sensitivity) -> None:
    ranked = found.ranked[:MOST_BARS]
    first = {each.factor: each for each in _indices(found, "first")}
    for place, index in enumerate(ranked):
        pale = index.above_luck is False
        height, at = (0.38, place - 0.2) if first else (0.66, place)
        _bar(axes, at, index, height, "white" if pale else TINT, GREY if pale else BLUE)
        if index.factor in first:
            _bar(axes, place + 0.2, first[index.factor], height, "white", BLUE, "////")
    axes.set_yticks(range(len(ranked)), [cut(each.factor, 26) for each in ranked], fontsize=7.5)
    axes.invert_yaxis()
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlabel(HEADS[found.main] + (" (full), first (hatched)" if first else ""), fontsize=7.5)
    if len(found.ranked) > len(ranked):
        more = f"and {len(found.ranked) - len(ranked)} smaller"
        axes.text(1, 0.02, more, fontsize=7, color=GREY, ha="right", transform=axes.transAxes)
    dress(axes, grid="x", letters=7.5)


def _bar(
    axes: "Axes", at: float, index: Index, height: float, face: str, edge: str, hatch: str | None = None
) -> None:
    axes.barh(at, index.value, height, color=face, edgecolor=edge, linewidth=0.7, hatch=hatch)
    if np.isfinite(index.low):
        axes.plot([index.low, index.high], [at, at], color=INK, linewidth=1.1, zorder=4)
    if np.isfinite(index.floor):
        ends = at - height / 2, at + height / 2
        axes.plot([index.floor] * 2, ends, color=ORANGE, linewidth=1.6, zorder=5)


def _scatter(axes: "Axes", found: Sensitivity) -> None:
    sigmas = _sigmas(found)
    points = [each for each in found.ranked if each.factor in sigmas]
    for each in points:
        face = "white" if each.above_luck is False else BLUE
        at = sigmas[each.factor].value
        axes.plot([each.low, each.high], [at, at], color=GREY, linewidth=0.8, zorder=2)
        axes.plot(each.value, at, "o", markersize=5, markerfacecolor=face, markeredgecolor=BLUE, zorder=3)
    right = max([each.high if np.isfinite(each.high) else each.value for each in points], default=0.0) or 1.0
    top = max([sigmas[each.factor].value for each in points], default=0.0) or 0.1 * right
    axes.set_xlim(-0.02 * right, 1.45 * right)
    axes.set_ylim(-0.05 * top, 1.3 * top)
    axes.plot([0, 2 * right], [0, 2 * right], color=GREY, linewidth=0.7, zorder=1)
    axes.plot([0, 2 * right], [0, 0.2 * right], color=GREY, linewidth=0.7, linestyle="--", zorder=1)
    names(axes, [(each.value, sigmas[each.factor].value, each.factor) for each in points[:MOST_NAMES]])
    axes.set_xlabel("mu*", fontsize=7.5)
    axes.set_ylabel("sigma", fontsize=7.5)
    dress(axes, grid="both", letters=7.5)


def _settling(axes: "Axes", found: Sensitivity) -> None:
    sizes = _sizes(found)
    steps = found.found.steps if found.found else ()
    ends: list[tuple[float, str]] = []
    heights: list[float] = [0.0]
    for place, top in enumerate(found.ranked[:MOST_LINES]):
        own = [
            step for step in steps if (step.index.factor, step.index.statistic) == (top.factor, found.main)
        ]
        x, y = [step.size for step in own], [step.index.value for step in own]
        colour = (BLUE, ORANGE, INK, GREY, BLUE)[place]
        axes.plot(
            x, y, color=colour, linestyle=_DASHES[place], marker=_MARKS[place], markersize=3, linewidth=1.2,
            zorder=3,
        )  # fmt: skip
        band = np.array([(step.index.low, step.index.high) for step in own])
        if np.isfinite(band).all():
            axes.fill_between(x, *band.T, color=colour, alpha=0.1, linewidth=0, zorder=1)
        heights += [*y, top.high if np.isfinite(top.high) else top.value]
        ends.append((y[-1], top.factor))
    # Room for the names at the ends; bands of the first few may go far beyond.
    axes.set_xlim(0, sizes[-1] * 1.5)
    axes.set_xticks(sorted({sizes[0], sizes[len(sizes) // 2], sizes[-1]}))
    axes.set_ylim(min(heights), 1.1 * max(heights) or 1.0)
    name_ends(axes, ends, sizes[-1])
    axes.set_xlabel(block_words(found.kept.sample.space), fontsize=7.5)
    axes.set_ylabel(HEADS[found.main], fontsize=7.5)
    dress(axes, grid="y", letters=7.5)


def _panels(
    found: Sequence[Sensitivity],
    about: About,
    heading: str,
    panel: Callable[["Axes", Sensitivity], None],
    caption: str,
) -> bytes:
    shown = found[:PANELS]
    caption = f"{about.titles.measured(shown)} {caption}{_left_out(len(found) - len(shown), 'outcome')}"

    def draw(figure: "Figure", top: float) -> float:
        rows = -(-len(shown) // 2)
        # As high as four rows of panels fill the sheet.
        bottom = top - 0.045 - (top - 0.15) * rows / (PANELS // 2) + 0.045
        grid = figure.add_gridspec(
            rows, 2, left=0.2 if panel is _bars else 0.1, right=0.97, top=top - 0.045, bottom=bottom,
            hspace=0.62, wspace=0.62 if panel is _bars else 0.28,
        )  # fmt: skip
        for position, each in enumerate(shown):
            axes = figure.add_subplot(grid[position // 2, position % 2])
            panel(axes, each)
            title = axes.set_title(
                in_lines(about, each, 50), loc="left", fontsize=8, fontweight="bold", pad=5
            )
            title.set_x(-0.48 if panel is _bars else 0.0)
        return bottom - 0.05

    return page(about, heading, caption, draw)


def _kind_of(found: Sequence[Sensitivity]) -> str:
    kind = found[0].kept.sample.space.design.kind
    floor = by_luck(kind)
    return f"{METHODS[kind]} Line across a bar: its interval. Orange, {floor[:1].lower()}{floor[1:]}"


def _left_out(more: int, what: str) -> str:
    return f" {more} more {what}{'s' if more > 1 else ''}: in the table." if more > 0 else ""


def _indices(found: Sensitivity, statistic: str) -> Iterator[Index]:
    return (each for each in (found.found.indices if found.found else ()) if each.statistic == statistic)


def _sigmas(found: Sensitivity) -> dict[str, Index]:
    return {each.factor: each for each in _indices(found, "sigma")}


def _sizes(found: Sensitivity) -> list[int]:
    return sorted({step.size for step in (found.found.steps if found.found else ())})
