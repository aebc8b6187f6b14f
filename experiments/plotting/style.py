"""One style of all pictures made with Matplotlib: the sheet, its words, its panels, and the file."""

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from experiments.plotting.palette import GREY, INK, RULE
from experiments.runs.manifest import Manifest, PairManifest
from experiments.text import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOTS_PER_INCH: Final = 200
A4: Final = (8.27, 11.69)
"""Inches."""
LEFT: Final = 0.38
"""Inches from the left edge of a sheet to its words."""
TITLE_LETTERS, CAPTION_LETTERS, FOOTER_LETTERS = 7.5, 14.2, 17.5
"""Letters an inch."""
TITLE_LINE, CAPTION_LINE, FOOTER_LINE = 0.24, 0.166, 0.134
"""Inches a line."""


def png(
    draw: Callable[["Figure"], Any],
    size: tuple[float, float],
    texts: dict[str, str],
    letters: float = 8.5,
    from_below: Callable[[], float] = lambda: 0.0,
) -> bytes:
    """Return what `draw` draws on a sheet of `size` (inches) as a PNG.

    Args:
        texts: what the file says of itself, by key. letters: usual size of letters, points.
        from_below: how much of the sheet is cut off below what was drawn, inches.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    style: Any = {
        "font.family": ["DejaVu Sans"], "font.size": letters, "text.color": INK, "axes.edgecolor": GREY
    }  # fmt: skip
    with rc_context(style):
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        draw(figure)
        out = io.BytesIO()
        cut = from_below()
        kept = Bbox.from_extents(0, cut, *size) if cut > 0 else None
        # The usual compression takes twice as long for three per cent fewer bytes.
        figure.savefig(out, format="png", metadata=texts, bbox_inches=kept, pil_kwargs={"compress_level": 3})
    return out.getvalue()


def sheet(
    title: str,
    caption: Sequence[str],
    footer: Sequence[str],
    texts: dict[str, str],
    draw: Callable[["Figure", float], float | None],
    across: bool = False,
) -> bytes:
    """Return an A4 sheet as a PNG: a title and a caption above the panels, a footer below.

    Args:
        caption, footer: sentences or paragraphs, each begun on a line of its own.
        draw: draws the panels, given the height below the caption (share of the sheet); returns the height at
            which the footer begins, below which the sheet is cut off, or None for the foot of a whole sheet.
        across: whether the sheet lies on its side.
    """
    wide, high = reversed(A4) if across else A4
    ends: list[float] = []

    def drawn(figure: "Figure") -> None:
        y = high - 0.3
        for words, each, line, look in (
            (title, TITLE_LETTERS, TITLE_LINE, {"fontsize": 14, "fontweight": "bold", "linespacing": 1.2}),
            ("\n".join(caption), CAPTION_LETTERS, CAPTION_LINE, {"fontsize": 8.5, "linespacing": 1.35}),
        ):
            lines = wrapped(words, int(each * wide))
            figure.text(LEFT / wide, y / high, "\n".join(lines), va="top", **look)
            y -= line * len(lines) + 0.09
        end = draw(figure, y / high)
        foot = wrapped("\n".join(footer), int(FOOTER_LETTERS * wide))
        at, side = (0.2 / high, "bottom") if end is None else (end, "top")
        figure.text(
            LEFT / wide, at, "\n".join(foot), fontsize=7.2, color=GREY, va=side, linespacing=1.3
        )  # fmt: skip
        if end is not None:
            ends.append(max(end * high - FOOTER_LINE * (len(foot) + 1), 0))

    return png(drawn, (wide, high), texts, from_below=lambda: ends[0] if ends else 0.0)


def wrapped(text: str, letters: int) -> list[str]:
    """Break each line of a text into lines of so many letters."""
    return [line for each in text.split("\n") for line in textwrap.wrap(each, letters)]


def dress(
    axes: "Axes",
    title: str = "",
    grid: Literal["both", "x", "y"] | None = None,
    letters: float = 8,
    hidden: Sequence[str] = ("top", "right"),
) -> None:
    """Give a panel its look: a title, thin ticks, thin lines behind along `grid`, no frame where `hidden`;
    `letters` is the size of its ticks, points."""
    if title:
        axes.set_title(title, loc="left", fontsize=letters + 1, fontweight="bold", color=INK, pad=5)
    axes.tick_params(labelsize=letters, colors=INK, length=3, width=0.6)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=RULE, linewidth=0.5)
    for side in hidden:
        axes.spines[side].set_visible(False)


def cut(text: str, letters: int) -> str:
    """Return a text of at most so many letters."""
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def runs_of(manifest: Manifest | PairManifest) -> str:
    """Name the runs that a picture is of: `10 seeds`, `10 draws × 2 seeds`."""
    seeds = counted(len(manifest.seeds), "seed")
    return seeds if len(manifest.draws) == 1 else f"{len(manifest.draws)} draws × {seeds}"


def maker(manifest: Manifest) -> str:
    """Name the program that made a picture: `Wolsey 0.1.0, commit 549a3fc8`."""
    if manifest.commit is None:
        return f"Wolsey {manifest.wolsey}"
    changed = " with changes" if manifest.dirty else ""
    return f"Wolsey {manifest.wolsey}, commit {manifest.commit[:8]}{changed}"
