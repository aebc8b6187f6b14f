"""One picture of a comparison: the difference by year for key indicators, with bands over pairs, about a line
at no difference."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.compare import costs, words
from experiments.compare.differences import Differences
from experiments.plotting.palette import GREY, INK
from experiments.plotting.style import maker, runs_of, sheet
from experiments.plotting.time_series import DrawnPath, panel
from experiments.runs.manifest import SHORT
from experiments.text import CONDITIONAL_NOTE, is_conditional, pounds, town_size
from model.indicators.registry import INDICATORS as REGISTRY
from model.indicators.registry import shown
from model.inputs.place import Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INDICATORS: Final = shown("difference")
"""Indicators of the picture, one panel each."""
GROUPS: Final = ("other", "disadvantaged")
FIRST_YEAR: Final = 2016
LEAST_SPAN: Final = 0.2
"""Units that an axis spans at least, so that a difference of next to nothing looks like it."""
TITLE_WIDTH: Final = 42
"""Letters a line."""


def picture(comparison: Differences) -> bytes:
    """Return the picture as a PNG of A4 size, with the manifest in its metadata. Raises InputError where the
    place cannot be read."""

    def draw(figure: "Figure", top: float) -> None:
        grid = figure.add_gridspec(
            4, 2, left=0.08, right=0.868, top=top - 0.045, bottom=0.12, hspace=0.62, wspace=0.66
        )
        for position, indicator in enumerate(INDICATORS):
            _panel(figure.add_subplot(grid[position // 2, position % 2]), indicator, comparison)

    a, b = comparison.a.title, comparison.b.title
    return sheet(
        f"{Place.load(comparison.b.place).title}: what changes with “{b}” against “{a}”",
        list(_caption(comparison)),
        list(_footer(comparison)),
        {"Title": f"{b} against {a}", "wolsey": comparison.manifest.as_json()},
        draw,
    )


def _panel(axes: "Axes", indicator: str, comparison: Differences) -> None:
    ensemble = comparison.ensemble("b")
    paths = [
        DrawnPath(group, path, ensemble.latent[0][:, ensemble.keys.index((indicator, group))])
        for group in GROUPS
        if (path := comparison.path(indicator, group)) is not None
    ]

    def limits(low: float, high: float) -> tuple[float, float]:
        span, middle = max(high - low, LEAST_SPAN), (high + low) / 2
        return middle - 0.58 * span, middle + 0.66 * span

    axes.axhline(0, color=INK, linewidth=0.9, zorder=2)
    if not panel(axes, paths, ensemble.years, FIRST_YEAR, comparison.b.until, limits, [0.0]):
        axes.text(0.5, 0.3, "no figure in these years", color=GREY, ha="center", transform=axes.transAxes)
    title = "\n".join(textwrap.wrap(REGISTRY[indicator].title, TITLE_WIDTH))
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", pad=16)
    axes.text(0, 1.04, _unit(indicator), fontsize=8, color=GREY, transform=axes.transAxes)


def _unit(indicator: str) -> str:
    of = REGISTRY[indicator]
    unit = f"percentage points{of.unit[1:]}" if of.unit.startswith("%") else of.unit
    return f"{unit}; {'above' if of.direction > 0 else 'below'} 0 is better"


def _caption(comparison: Differences) -> Iterator[str]:
    yield (
        f"Lines: the first less the second, mean of {words.pairs_in_words(comparison.cells)} with the "
        "same children and the same luck."
    )
    yield words.interval_note(comparison)
    if comparison.ensemble("b").latent.any():
        yield "Dotted through 2020 and 2021, without comparable results: the model's estimate."
    if is_conditional(comparison.b.until):
        yield f"Shaded: {CONDITIONAL_NOTE[:1].lower()}{CONDITIONAL_NOTE[1:]}"
    yield from [comparison.note] if comparison.note else []
    yield from town_size(comparison.b)


def _footer(comparison: Differences) -> Iterator[str]:
    spent = costs.costs(comparison).iloc[0]
    if spent["undiscounted"]:
        money = words.money_band(spent["undiscounted"], spent["undiscounted_low"], spent["undiscounted_high"])
        yield f"Cost: {money}, discounted {pounds(spent['discounted'])}; {words.cost_basis(comparison)}."
    manifest = comparison.manifest
    arms = f"{comparison.b.name or 'unnamed'} against {comparison.a.name or 'unnamed'}"
    yield (
        f"Source: {maker(manifest.b)}; scenarios {arms}, key {manifest.key[:SHORT]}, {runs_of(manifest)}, "
        f"{manifest.b.made[:10]}. Everybody in the model is synthetic."
    )
