"""The page that a picture of sensitivities stands on, and names beside points and lines."""

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from experiments.goals import figure as figures
from experiments.goals.figure import A4, GREY, INK
from experiments.runs.manifest import Made
from experiments.sensitivity.analyse import Sensitivity
from experiments.sensitivity.text import Titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAPTION_WIDTH: Final = 116
"""Letters a line."""
FOOT_LINE: Final = 0.0115
"""Height of a line of the foot, share of the sheet."""


@dataclass(frozen=True, slots=True)
class About:
    """What all pictures of a report say: the study's title, its scenarios, what made them, and a line for the
    foot."""

    study: str
    titles: Titles
    manifest: Made
    foot: str


def page(about: About, heading: str, caption: str, draw: Callable[["Figure", float], float]) -> bytes:
    """A page with words above and below what `draw` draws, which is given the height where it may begin and
    returns that where it ends. What is left of the A4 sheet below is cut off."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    with rc_context(
        {"font.family": ["DejaVu Sans"], "font.size": 8.5, "text.color": INK, "axes.edgecolor": GREY}
    ):
        figure = Figure(figsize=A4, dpi=figures.DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        title = textwrap.wrap(f"{about.study}: {heading[:1].lower()}{heading[1:]}", 64)
        figure.text(0.045, 0.975, "\n".join(title), fontsize=14, fontweight="bold", va="top", linespacing=1.2)
        lines = textwrap.wrap(caption, CAPTION_WIDTH)
        below = 0.967 - 0.0205 * len(title)
        figure.text(0.045, below, "\n".join(lines), fontsize=8.5, va="top", linespacing=1.35)
        ends = draw(figure, below - figures.CAPTION_LINE * len(lines) - 0.01)
        foot = textwrap.wrap(about.foot, figures.FOOTER_WIDTH)
        figure.text(0.045, ends, "\n".join(foot), fontsize=7.2, color=GREY, va="top", linespacing=1.3)
        wide, high = A4
        kept = Bbox.from_extents(0, high * max(ends - FOOT_LINE * (len(foot) + 1), 0), wide, high)
        out = io.BytesIO()
        texts = {"Title": " ".join(title), "wolsey": about.manifest.as_json()}
        figure.savefig(out, format="png", metadata=texts, bbox_inches=kept, pil_kwargs={"compress_level": 3})
    return out.getvalue()


def frame(axes: "Axes", grid: Literal["both", "x", "y"]) -> None:
    """The look of a panel: thin ticks, thin lines behind along `grid`, no frame above and right."""
    axes.tick_params(labelsize=7.5, colors=INK, length=3, width=0.6)
    axes.grid(axis=grid, color="#D5DADD", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def names(axes: "Axes", points: Sequence[tuple[float, float, str]]) -> None:
    """Names right of points; where they would stand on one another they are moved up, with a thread to the
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
    """Names at the ends of lines, the lowest first, each at least a line above the one below."""
    bottom, top = axes.get_ylim()
    height = -np.inf
    for value, name in sorted(ends):
        height = max(value, height + 0.085 * (top - bottom))
        axes.plot([x, 1.04 * x], [value, height], color=GREY, linewidth=0.4, clip_on=False)
        axes.text(1.05 * x, height, cut(name, 22), fontsize=7, va="center", clip_on=False)


def in_lines(about: About, found: Sensitivity, letters: int) -> str:
    """What a response is, in at most two lines; that it is a difference is said above all panels."""
    return "\n".join(textwrap.wrap(about.titles.brief(found), letters, max_lines=2, placeholder="…"))


def cut(text: str, letters: int) -> str:
    """A text in at most so many letters."""
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
