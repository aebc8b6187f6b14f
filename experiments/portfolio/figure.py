"""One picture of a portfolio search: cost and gain of all bundles tried, what the frontier is made of, and
the chosen judged again."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from experiments.plotting.palette import BLUE, GREY, ORANGE, PALE
from experiments.plotting.style import dress, maker, runs_of, sheet
from experiments.portfolio.evaluate import Judged
from experiments.portfolio.portfolio import Portfolio
from experiments.runs import statistics as arrays
from experiments.runs.manifest import SHORT, AskedManifest
from experiments.text import notes_on, pounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def picture(found: Portfolio, manifest: AskedManifest) -> bytes:
    """Return the picture as a PNG, A4 across, with the manifest in its metadata."""

    def draw(figure: "Figure", top: float) -> None:
        grid = figure.add_gridspec(
            2,
            2,
            left=0.08,
            right=0.97,
            top=min(top - 0.04, 0.82),
            bottom=0.1,
            wspace=0.3,
            hspace=0.45,
            height_ratios=[3, 2],
        )
        _costs(figure.add_subplot(grid[0, 0]), found)
        _again(figure.add_subplot(grid[0, 1]), found)
        _made_of(figure.add_subplot(grid[1, :]), found)

    scenario, judge = manifest.runs.scenario["name"] or "unnamed", found.judge
    caption = (
        f"{len(found.tried)} bundles, each on the same {len(judge.cells)} cells. "
        f"Gain: {judge.measure.words}. "
        f"The chosen are judged again on {len(found.fresh)} cells that the search has not seen: "
        "where gains shrink there, the search has flattered them."
    )
    foot = (
        f"{maker(manifest.runs)}; scenario {scenario}, key {manifest.key[:SHORT]}, {runs_of(manifest.runs)}, "
        f"{manifest.runs.made[:10]}. Everybody in the model is synthetic."
    )
    title = f"{judge.scenario.title}: which programmes, for {pounds(found.budget)} a year?"
    said = [caption, *notes_on(judge.scenario, judge.numbers.note)]
    return sheet(title, said, [foot], {"Title": title, "wolsey": manifest.as_json()}, draw, across=True)


def _costs(axes: "Axes", found: Portfolio) -> None:
    dress(axes, "Cost and gain (blue: frontier, orange: chosen)")
    for bundle in found.tried:
        x, y = _at(bundle.judged)
        colour = BLUE if bundle.frontier else GREY
        face = colour if bundle.feasible else "white"
        axes.plot(x, y, "o", mfc=face, mec=colour, markersize=5 if bundle.frontier else 3.5, alpha=0.8)
    for number, choice in enumerate(found.choices, 1):
        x, y = _at(choice.bundle.judged)
        axes.plot(x, y, "s", mfc="none", mec=ORANGE, markersize=9)
        axes.annotate(str(number), (x, y), xytext=(6, 4), textcoords="offset points", fontsize=8)
    axes.axvline(found.budget / 1e3, color=GREY, linewidth=0.8, linestyle=":")
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_xlabel("thousand pounds of 2017 a year (dotted: the budget)", fontsize=8)
    axes.set_ylabel(f"gain, {found.judge.measure.unit}", fontsize=8)


def _at(judged: Judged) -> tuple[float, float]:
    return float(judged.cost.mean()) / 1e3, float(judged.gain.mean())


def _again(axes: "Axes", found: Portfolio) -> None:
    """Draw means and bands of the chosen, in the search and again."""
    dress(axes, "The chosen, in the search (blue) and again (orange)")
    names = []
    for row, choice in enumerate(found.choices):
        for judged, shift, colour in ((choice.bundle.judged, 0.14, BLUE), (choice.again, -0.14, ORANGE)):
            low, high = (float(each) for each in arrays.band(judged.gain))
            if np.isfinite(low):
                axes.plot([low, high], [-row + shift] * 2, color=colour, linewidth=1.5)
            axes.plot(judged.gain.mean(), -row + shift, "o", color=colour, markersize=5)
        names.append("\n".join(textwrap.wrap(f"{row + 1} {', '.join(choice.rules)}", 30)))
    axes.axvline(0, color=GREY, linewidth=0.6)
    axes.set_yticks([-row for row in range(len(names))], names, fontsize=7)
    axes.set_xlabel(f"gain, {found.judge.measure.unit} (line: nine in ten cells)", fontsize=8)


def _made_of(axes: "Axes", found: Portfolio) -> None:
    """Draw the levels of each programme in the frontier's bundles, the cheapest on the left."""
    dress(axes, "What the frontier's bundles are made of, cheapest first (the taller, the more reach)")
    front = found.frontier
    for row in range(len(found.judge.candidates)):
        for column, bundle in enumerate(front):
            level = bundle.judged.levels[row]
            axes.bar(column, 0.8, bottom=-row - 0.4, width=0.8, color=PALE)
            axes.bar(column, 0.8 * level, bottom=-row - 0.4, width=0.8, color=BLUE)
    names = [
        f"{each.name.replace('_', ' ')} ({each.padlocks[0]}-{each.padlocks[1]})"
        for each in found.judge.candidates
    ]
    axes.set_yticks([-row for row in range(len(names))], names, fontsize=7)
    costs = [f"£{bundle.judged.cost.mean() / 1e3:,.0f}k" for bundle in front]
    axes.set_xticks(range(len(front)), costs, fontsize=7, rotation=45 if len(front) > 12 else 0)
    box = axes.get_position()
    axes.set_position((box.x0 + 0.12, box.y0, box.width - 0.12, box.height))
    axes.set_xlabel("bundles by cost a year (in brackets: padlocks of 5)", fontsize=8)
