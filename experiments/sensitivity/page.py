"""Common parts of the pictures of sensitivities: their sheet, and names beside points and lines."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.plotting.palette import GREY
from experiments.plotting.style import cut, sheet
from experiments.runs.manifest import Made
from experiments.sensitivity.analyse import Sensitivity
from experiments.sensitivity.text import Titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class About:
    """What all pictures of a report say: the study's title, its scenarios, what made them, and a line for the
    foot."""

    study: str
    titles: Titles
    manifest: Made
    foot: str


def page(about: About, heading: str, caption: str, draw: Callable[["Figure", float], float]) -> bytes:
    """Return a sheet with words above and below what `draw` draws; see `sheet`."""
    title = f"{about.study}: {heading[:1].lower()}{heading[1:]}"
    texts = {"Title": title, "wolsey": about.manifest.as_json()}
    return sheet(title, [caption], [about.foot], texts, draw)


def names(axes: "Axes", points: Sequence[tuple[float, float, str]]) -> None:
    """Name right of points; where they would stand on one another they are moved up, with a thread to the
    point."""
    bottom, top = axes.get_ylim()
    left, right = axes.get_xlim()
    line, wide = 0.09 * (top - bottom), 0.34 * (right - left)
    taken: list[tuple[float, float]] = []
    for x, y, name in sorted(points, key=lambda point: point[1]):
        height = y + line / 2
        while any(abs(height - other) < line and abs(x - beside) < wide for beside, other in taken):
            height += line / 4
        taken.append((x, height))
        at = x + 0.012 * (right - left)
        if height > y + line:
            axes.plot([x, at], [y, height], color=GREY, linewidth=0.4, zorder=2)
        axes.text(at, height, cut(name, 22), fontsize=7, va="center", zorder=4)


def name_ends(axes: "Axes", ends: Sequence[tuple[float, str]], x: float) -> None:
    """Write names at the ends of lines, the lowest first, each at least a line above the one below."""
    bottom, top = axes.get_ylim()
    height = -np.inf
    for value, name in sorted(ends):
        height = max(value, height + 0.085 * (top - bottom))
        axes.plot([x, 1.04 * x], [value, height], color=GREY, linewidth=0.4, clip_on=False)
        axes.text(1.05 * x, height, cut(name, 22), fontsize=7, va="center", clip_on=False)


def in_lines(about: About, found: Sensitivity, letters: int) -> str:
    """Return what a response is, in at most two lines; that it is a difference is said above all panels."""
    return "\n".join(textwrap.wrap(about.titles.brief(found), letters, max_lines=2, placeholder="…"))
