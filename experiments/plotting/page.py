"""The page, A4 across, that a picture of a discovery or of a portfolio stands on."""

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from experiments.goals import figure as figures
from experiments.goals.figure import GREY, INK, maker
from experiments.runs.manifest import AskedManifest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE: Final = (11.69, 8.27)
"""Inches."""
BLUE, ORANGE = "#12436D", "#F46A25"


def page(
    title: str,
    said: Sequence[str],
    letters: int,
    runs: str,
    manifest: AskedManifest,
    draw: Callable[["Figure"], None],
) -> bytes:
    """The page as a PNG, with the manifest in its metadata.

    Args:
        said: what stands below the title, each from a line of its own, in lines of so many `letters`.
        runs: what the foot says of the runs.
        draw: draws the panels, below 0.82 and above 0.1 of the page's height.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(
        {"font.family": ["DejaVu Sans"], "font.size": 8.5, "text.color": INK, "axes.edgecolor": GREY}
    ):
        figure = Figure(figsize=SIZE, dpi=figures.DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        figure.text(0.05, 0.965, title, fontsize=13, fontweight="bold", va="top")
        caption = "\n".join(line for each in said for line in textwrap.wrap(each, letters))
        figure.text(0.05, 0.925, caption, va="top", linespacing=1.35)
        draw(figure)
        foot = (
            f"{maker(manifest.runs)}; {runs}, {manifest.runs.made[:10]}. Everybody in the model is synthetic."
        )
        figure.text(0.05, 0.035, foot, fontsize=7.2, color=GREY, va="top")
        out = io.BytesIO()
        texts = {"Title": title, "wolsey": manifest.as_json()}
        figure.savefig(out, format="png", metadata=texts, pil_kwargs={"compress_level": 3})
    return out.getvalue()


def dressed(axes: "Axes", title: str) -> None:
    """A panel's title, thin ticks, and no frame above and right."""
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", color=INK, pad=5)
    axes.tick_params(labelsize=8, colors=INK, length=3, width=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
