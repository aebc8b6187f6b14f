"""One picture of a discovery: the trade-off, the box on its two main dimensions, and the tree."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.discovery import words
from experiments.discovery.box import Axis, Box
from experiments.discovery.discover import Discovery
from experiments.plotting.palette import BLUE, GREY, ORANGE, PALE
from experiments.plotting.style import dress, maker, runs_of, sheet
from experiments.runs.manifest import SHORT, AskedManifest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL: Final = 84
"""Letters a line of a name."""
GOLDEN: Final = (5**0.5 - 1) / 2
"""Steps of this share of a length never lie on one another."""


def picture(found: Discovery, question: str, manifest: AskedManifest, notes: Sequence[str] = ()) -> bytes:
    """Return the picture as a PNG, A4 across, with the manifest in its metadata; `notes` are what a reader
    must know of the runs."""

    def draw(figure: "Figure", top: float) -> None:
        grid = figure.add_gridspec(
            2,
            2,
            left=0.07,
            right=0.97,
            top=min(top - 0.04, 0.79),
            bottom=0.1,
            wspace=0.22,
            hspace=0.42,
            height_ratios=[3, 2],
        )
        _trade_off(figure.add_subplot(grid[0, 0]), found)
        _box(figure.add_subplot(grid[0, 1]), found)
        _tree(figure.add_subplot(grid[1, :]), found)

    said = [each for each in (found.words, *found.warnings, found.another_words, *notes) if each]
    foot = (
        f"{maker(manifest.runs)}; key {manifest.key[:SHORT]}, {runs_of(manifest.runs)} a point, "
        f"{manifest.runs.made[:10]}. Everybody in the model is synthetic."
    )
    title = f"Under which conditions {question}?"
    return sheet(title, said, [foot], {"Title": title, "wolsey": manifest.as_json()}, draw, across=True)


def _trade_off(axes: "Axes", found: Discovery) -> None:
    """Draw PRIM's path: filled where it was found, hollow on points held out; the number says how many
    conditions."""
    dress(axes, "Denser boxes cover less (filled: found, hollow: on points held out)", "both")
    axes.set_xlabel("coverage: share of all successes in the box", fontsize=8)
    axes.set_ylabel("density: share of the box that succeeds", fontsize=8)
    axes.set_xlim(-0.02, 1.05)
    axes.set_ylim(-0.02, 1.05)
    for step in found.path:
        axes.plot(step.found.coverage, step.found.density, "o", color=BLUE, markersize=4)
        axes.plot(step.held.coverage, step.held.density, "o", mfc="white", mec=BLUE, markersize=4)
        axes.annotate(
            str(len(step.box)), (step.found.coverage, step.found.density), fontsize=6.5, color=GREY,
            xytext=(3, 3), textcoords="offset points",
        )  # fmt: skip
    if found.step is not None:
        for score, face in ((found.step.found, ORANGE), (found.step.held, "white")):
            axes.plot(score.coverage, score.density, "s", mfc=face, mec=ORANGE, markersize=8)
    if not found.path:
        axes.text(0.5, 0.5, "no box", ha="center", color=GREY)


def _box(axes: "Axes", found: Discovery) -> None:
    """Draw the points on two axes, darker where more of their runs succeed, with the box, and a second
    way."""
    from matplotlib.patches import Rectangle

    dress(axes, _box_title(found))
    shown = _shown(found)
    if not shown:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "no condition", ha="center", color=GREY, transform=axes.transAxes)
        return
    cases = found.cases
    point, of = np.unique(cases.x, axis=0, return_inverse=True)
    share = np.bincount(of.reshape(-1), weights=cases.reached.astype(float)) / np.bincount(of.reshape(-1))
    # Points of few values lie on each other: each is moved a little, by its number.
    jitter = (np.arange(len(point)) * GOLDEN % 1 - 0.5) * 0.5
    xs = _spread(point[:, shown[0]], cases.axes[shown[0]], jitter)
    ys = share if len(shown) == 1 else _spread(point[:, shown[1]], cases.axes[shown[1]], np.roll(jitter, 1))
    axes.scatter(xs, ys, c=share, cmap="Blues", vmin=-0.15, vmax=1, edgecolors=GREY, linewidths=0.4, s=22)
    boxes: list[tuple[Box, dict[str, Any]]] = []
    if found.step is not None:
        boxes.append((found.step.box, {"color": ORANGE, "alpha": 0.16, "linewidth": 0}))
    if found.another is not None:
        boxes.append((found.another.box, {"edgecolor": BLUE, "fill": False, "linestyle": "--"}))
    for box, looks in boxes:
        low, high = zip(*(_side(box, each, cases.axes[each]) for each in shown), strict=True)
        low, high = (*low, -0.02)[:2], (*high, 1.02)[:2]
        axes.add_patch(Rectangle(low, high[0] - low[0], high[1] - low[1], **looks))
    axes.set_xlabel(words.named(cases.axes[shown[0]]), fontsize=8)
    axes.set_ylabel("share of a point's runs that succeed", fontsize=8)
    _ticks(axes.xaxis, cases.axes[shown[0]])
    if len(shown) == 2:
        axes.set_ylabel(words.named(cases.axes[shown[1]]), fontsize=8)
        _ticks(axes.yaxis, cases.axes[shown[1]])


def _box_title(found: Discovery) -> str:
    if found.another is None:
        return "The box (darker: more of a point's runs succeed)"
    return "The box, and another way (dashed); darker: more succeed"


def _shown(found: Discovery) -> list[int]:
    """Return the axes of the two conditions that tell most; where there is a second way with another axis,
    that one is the second."""
    ordered = [each.condition.axis for each in sorted(found.conditions, key=lambda each: each.chance)]
    others = [each.axis for each in found.another.box] if found.another is not None else []
    other = [each for each in others if each not in ordered[:2]]
    return [*ordered[:1], *other[:1]] if other else ordered[:2]


def _spread(figures: Any, axis: Axis, jitter: Any) -> Any:
    if axis.kind == "real" or len(axis.values) > 12:
        return figures
    return figures + jitter * (0.8 if axis.kind == "named" else np.min(np.diff(np.array(axis.values, float))))


def _side(box: Box, shown: int, axis: Axis) -> tuple[float, float]:
    """Return from where to where a box lies on an axis that is shown."""
    spare = 0.5 if axis.kind == "named" else 0.02 * (axis.high - axis.low)
    whole = axis.low - spare, axis.high + spare
    condition = next((each for each in box if each.axis == shown), None)
    if condition is None:
        return whole
    if condition.among is not None:
        return min(condition.among) - 0.5, max(condition.among) + 0.5
    return max(condition.low, whole[0]), min(condition.high, whole[1])


def _ticks(side: Any, axis: Axis) -> None:
    if axis.kind == "named":
        side.set_ticks(range(len(axis.values)), [words.value(each) for each in axis.values])


def _tree(axes: "Axes", found: Discovery) -> None:
    """Draw the leaves of the tree as bars, with a dash where the points held out lie."""
    dress(axes, "The same cases cut by a tree (dash: on points held out)")
    if not found.leaves:
        axes.set_axis_off()
        return
    for row, leaf in enumerate(found.leaves):
        axes.barh(-row, leaf.found.density, color=BLUE, height=0.6, alpha=0.8)
        axes.barh(-row, 1.0, color=PALE, height=0.6, zorder=0)
        if leaf.held.cells:
            axes.plot([leaf.held.density] * 2, [-row - 0.35, -row + 0.35], color=ORANGE, linewidth=2)
    names = [
        "\n".join(textwrap.wrap(words.box(leaf.box, found.cases.axes), LABEL)[:2]) for leaf in found.leaves
    ]
    axes.set_yticks([-row for row in range(len(found.leaves))], names, fontsize=6.5)
    axes.set_xlim(0, 1)
    axes.set_xlabel("share that succeeds", fontsize=8)
    box = axes.get_position()
    axes.set_position((box.x0 + 0.3, box.y0, box.width - 0.3, box.height))
