"""A picture of one outcome of a study: its points by each factor, with the mean of each level."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.plotting.palette import BLUES, DARK, GREY, LOOKS, ORANGES
from experiments.plotting.style import dress, png
from experiments.runs.manifest import Made
from experiments.studies import design
from experiments.studies.study import Study
from experiments.studies.summary import levels
from model.indicators.registry import INDICATORS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS: Final = [look.colour for look in (BLUES, ORANGES, LOOKS[4], LOOKS[3], DARK)]
MARKERS: Final = ("o", "s", "^", "D", "v")
ACROSS: Final = 3
MOST_PANELS: Final = 12
PANEL: Final = (2.9, 2.3)
"""Inches."""
LETTERS: Final = 28
"""Letters of all ticks that stand side by side."""


def shown_measure(study: Study) -> str:
    """Return what pictures show: differences where there is a scenario to compare with, else values."""
    return "difference" if study.against and len(study.scenarios) > 1 else "value"


def by_range(study: Study, outcomes: "pd.DataFrame", outcome: str) -> list[int]:
    """Return the positions of the factors, those first whose levels differ most in this outcome."""
    measure = shown_measure(study)
    mine = outcomes[outcomes["outcome"] == outcome]
    spans = []
    for position in range(len(study.factors)):
        codes, _ = levels(study, position)
        means = mine.groupby([codes[mine["point"].to_numpy(np.intp)], "scenario"])[measure].mean().unstack()
        spans.append(float(np.nan_to_num((means.max() - means.min()).max())))
    return sorted(range(len(spans)), key=lambda position: -spans[position])


def picture(study: Study, outcomes: "pd.DataFrame", outcome: str, manifest: Made) -> bytes:
    """Return a PNG, with the manifest in its metadata: a panel a factor, those first that matter most."""
    shown = by_range(study, outcomes, outcome)[:MOST_PANELS]
    across = min(ACROSS, len(shown))
    down = -(-len(shown) // across)
    size = PANEL[0] * across + 0.5, PANEL[1] * down + 0.9

    def draw(figure: "Figure") -> None:
        grid = figure.add_gridspec(
            down, across, left=0.65 / size[0], right=1 - 0.1 / size[0], top=1 - 0.35 / size[1],
            bottom=0.75 / size[1], hspace=0.75,
        )  # fmt: skip
        figure.supylabel(_axis(study, outcome), fontsize=8, x=0.01)
        for place, position in enumerate(shown):
            axes = figure.add_subplot(grid[place // across, place % across])
            _panel(axes, study, outcomes[outcomes["outcome"] == outcome], position, _scenarios(study))
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper left", ncols=len(labels), frameon=False, fontsize=8)

    return png(draw, size, {"Title": f"{study.title}: {outcome}", "wolsey": manifest.as_json()}, letters=8)


def _axis(study: Study, outcome: str) -> str:
    """Return what the panels' figures are, with their unit where they are an indicator's."""
    (asked,) = (each for each in study.asked if each.label == outcome)
    unit = "share of runs" if asked.indicator is None else INDICATORS[asked.indicator].unit
    what = f"difference to {study.against}" if shown_measure(study) == "difference" else "value"
    return f"{what}, {unit}"


def _scenarios(study: Study) -> list[str]:
    differing = shown_measure(study) == "difference"
    return [name for name in study.scenarios if not (differing and name == study.against)]


def _panel(axes: "Axes", study: Study, mine: "pd.DataFrame", position: int, scenarios: Sequence[str]) -> None:
    """Draw dots for points (means over their runs), lines the means of the levels."""
    factor, measure = study.factors[position], shown_measure(study)
    codes, labels = levels(study, position)
    places = design.unit(study.factors, study.design)[:, position]
    bins = len(labels)
    thirds = " to " in labels[0] and not factor.values
    x = places if thirds else (codes + 0.5) / bins
    for number, scenario in enumerate(scenarios):
        colour = COLOURS[number % len(COLOURS)]
        means = mine[mine["scenario"] == scenario].groupby("point")[measure].mean()
        points = means.index.to_numpy(np.intp)
        y = means.to_numpy(np.float64)
        shift = 0.02 * (number - (len(scenarios) - 1) / 2)
        marker = MARKERS[number % len(MARKERS)]
        axes.scatter(
            x[points] + shift, y, s=9, color=colour, alpha=0.5, linewidths=0, marker=marker, label=scenario
        )
        for code in range(bins):
            here = y[codes[points] == code]
            if np.isfinite(here).any():
                axes.plot(
                    [code / bins, (code + 1) / bins], [np.nanmean(here)] * 2, color=colour, linewidth=1.6
                )
    if measure == "difference":
        axes.axhline(0, color=GREY, linewidth=0.7, zorder=0)
    if thirds:
        ends = design.values_of(factor, np.array([0.0, 0.5, 1.0]))
        axes.set_xticks([0, 0.5, 1], [f"{value:,.3g}" for value in ends])
    else:
        long = sum(map(len, labels)) > LETTERS
        axes.set_xticks([(i + 0.5) / bins for i in range(bins)], labels)
        axes.tick_params(axis="x", labelrotation=30 if long else 0)
    axes.set_xlim(-0.05, 1.05)
    axes.set_xlabel("\n".join(textwrap.wrap(factor.label, 40)), fontsize=8)
    dress(axes, letters=7)
