"""One picture of a comparison: the difference by year for key indicators, with bands over pairs, about a line
at no difference."""

import io
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.compare import words
from experiments.compare.differences import Comparison
from experiments.goals import figure as figures
from experiments.goals.figure import (
    A4,
    CAPTION_LINE,
    GREY,
    INK,
    LOOKS,
    dress,
    label_ends,
    line,
    maker,
    runs_of,
)
from experiments.runs import statistics as paired
from experiments.runs.manifest import SHORT
from experiments.text import CONDITIONAL_NOTE, is_conditional, town_size
from model.indicators.registry import INDICATORS as REGISTRY
from model.inputs.place import Place
from model.io.text import pounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INDICATORS: Final = (
    "gld", "ks2_rwm", "attainment8_mainstream", "progress8_mainstream", "absence_secondary", "neet_16_17",
    "level3_by_19", "he_by_19",
)  # fmt: skip
"""What the picture shows, one panel each."""
GROUPS: Final = ("other", "disadvantaged")
FIRST_YEAR: Final = 2016
LEAST_SPAN: Final = 0.2
"""Units that an axis spans at least, so that a difference of next to nothing looks like it."""
CAPTION_WIDTH, FOOTER_WIDTH, TITLE_WIDTH = 122, 144, 42
"""Letters a line."""
HEADING_LINE: Final = 0.0205
"""Height of a line, share of the page."""


def picture(comparison: Comparison) -> bytes:
    """The picture as a PNG of A4 size, with the manifest in its metadata. Raises InputError where the place
    cannot be read."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(
        {"font.family": ["DejaVu Sans"], "font.size": 8.5, "text.color": INK, "axes.edgecolor": GREY}
    ):
        figure = Figure(figsize=A4, dpi=figures.DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        bottom = _text(figure, comparison)
        grid = figure.add_gridspec(
            4, 2, left=0.08, right=0.868, top=bottom - 0.055, bottom=0.11, hspace=0.62, wspace=0.66
        )
        for position, indicator in enumerate(INDICATORS):
            _panel(figure.add_subplot(grid[position // 2, position % 2]), indicator, comparison)
        out = io.BytesIO()
        title = f"{comparison.b.title} against {comparison.a.title}"
        texts = {"Title": title, "wolsey": comparison.manifest.as_json()}
        # The usual compression takes twice as long for three per cent fewer bytes.
        figure.savefig(out, format="png", metadata=texts, pil_kwargs={"compress_level": 3})
    return out.getvalue()


def _panel(axes: "Axes", indicator: str, comparison: Comparison) -> None:
    until = comparison.b.until
    ensemble = comparison.ensemble("b")
    years = np.array(ensemble.years)
    reach = [0.0]
    ends: list[tuple[float, str]] = []
    for group in GROUPS:
        path = comparison.path(indicator, group)
        if path is None:
            continue
        there = np.isfinite(path).all(axis=0) & (years >= FIRST_YEAR) & (years <= until)
        if not there.any():
            continue
        mean = paired.mean(path[:, there])
        latent = ensemble.latent[0][:, ensemble.keys.index((indicator, group))][there]
        line(axes, years[there], mean, latent, LOOKS[group])
        reach += [float(mean.min()), float(mean.max())]
        if len(comparison.cells) > 1:
            low, high = paired.band(path[:, there])
            colour = LOOKS[group].colour
            axes.fill_between(years[there], low, high, color=colour, alpha=0.18, linewidth=0, zorder=1)
            reach += [float(low.min()), float(high.max())]
        ends.append((float(mean[-1]), group))
    span = max(max(reach) - min(reach), LEAST_SPAN)
    middle = (max(reach) + min(reach)) / 2
    axes.set_ylim(middle - 0.58 * span, middle + 0.66 * span)
    dress(axes, FIRST_YEAR, until)
    axes.axhline(0, color=INK, linewidth=0.9, zorder=2)
    if ends:
        label_ends(axes, ends, max(until, FIRST_YEAR + 1))
    else:
        axes.text(0.5, 0.3, "no figure in these years", color=GREY, ha="center", transform=axes.transAxes)
    title = "\n".join(textwrap.wrap(REGISTRY[indicator].title, TITLE_WIDTH))
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", color=INK, pad=16)
    axes.text(0, 1.04, _unit(indicator), fontsize=8, color=GREY, transform=axes.transAxes)


def _unit(indicator: str) -> str:
    of = REGISTRY[indicator]
    unit = f"percentage points{of.unit[1:]}" if of.unit.startswith("%") else of.unit
    return f"{unit}; {'above' if of.direction > 0 else 'below'} 0 is better"


def _text(figure: "Figure", comparison: Comparison) -> float:
    """Writes what stands above and below the panels; returns where that above ends."""
    place = Place.load(comparison.b.place)
    heading = textwrap.wrap(
        f"{place.title}: what changes with “{comparison.b.title}” against “{comparison.a.title}”", 62
    )
    figure.text(0.045, 0.975, "\n".join(heading), fontsize=14, fontweight="bold", va="top", linespacing=1.2)
    top = 0.967 - HEADING_LINE * len(heading)
    caption = list(_caption(comparison))
    figure.text(0.045, top, "\n".join(caption), fontsize=8.5, va="top", linespacing=1.35)
    footer = "\n".join(_footer(comparison))
    figure.text(0.045, 0.072, footer, fontsize=7.2, color=GREY, va="top", linespacing=1.3)
    return top - CAPTION_LINE * len(caption)


def _caption(comparison: Comparison) -> Iterator[str]:
    said = [
        f"Lines: the first less the second, mean of {words.pairs_in_words(comparison.cells)} with the "
        "same children and the same luck.",
        words.covers(comparison),
    ]
    if comparison.ensemble("b").latent.any():
        said.append("Dotted through 2020 and 2021, without comparable results: the model's estimate.")
    if is_conditional(comparison.b.until):
        said.append(f"Shaded: {CONDITIONAL_NOTE[:1].lower()}{CONDITIONAL_NOTE[1:]}")
    said += [comparison.note] if comparison.note else []
    for sentence in (*said, *town_size(comparison.b)):
        yield from textwrap.wrap(sentence, CAPTION_WIDTH)


def _footer(comparison: Comparison) -> Iterator[str]:
    spent = comparison.costs().iloc[0]
    if spent["undiscounted"]:
        money = words.money_band(spent["undiscounted"], spent["undiscounted_low"], spent["undiscounted_high"])
        yield from textwrap.wrap(
            f"Cost: {money}, discounted {pounds(spent['discounted'])}; {words.cost_basis(comparison)}.",
            FOOTER_WIDTH,
        )
    manifest = comparison.manifest
    arms = f"{comparison.b.name or 'unnamed'} against {comparison.a.name or 'unnamed'}"
    yield from textwrap.wrap(
        f"Source: {maker(manifest.b)}; scenarios {arms}, key {manifest.key[:SHORT]}, {runs_of(manifest)}, "
        f"{manifest.b.made[:10]}. Everybody in the model is synthetic.",
        FOOTER_WIDTH,
    )
