"""Pictures of the score card: series with bands, figures beside their bands, what the data say of each
number."""

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.identify import NOT_INFORMED
from calibration.validation.naive import WORDS
from calibration.validation.score_card import SERIES, Scores
from experiments.plotting.palette import BLUE, GREY, INK, ORANGE, TINT
from experiments.plotting.style import dress, png
from experiments.validation.text import combination

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH: Final = 5.0
"""Inches; a telephone shows the whole width with letters that can be read."""
_LETTERS: Final = 38
_LEFT, _RIGHT, _TOP, _BELOW = 2.05, 0.1, 0.1, 0.75
"""Inches about a picture with rows: its names, and what stands below."""
_ROW: Final = 0.34
"""Inches a row of a picture with rows."""


def pictures(card: Scores, numbers: "pd.DataFrame", weakest: Sequence[Any], made: str) -> dict[str, bytes]:
    """Return PNG by name: `series`, `heldout`, `fitted`, `patterns`, `numbers`, `profiles`.

    Args:
        numbers: what `informed` gives. weakest: combinations as the posterior's manifest has them. made: the
            manifest, for the pictures' metadata.
    """
    drawn: dict[str, Callable[[Figure], None]] = {
        "series": lambda figure: _series(figure, card.rows),
        "heldout": lambda figure: _beside(figure, card.held_out, naive=True),
        "fitted": lambda figure: _beside(figure, card.fitted),
        "patterns": lambda figure: _beside(figure, card.patterns),
        "numbers": lambda figure: _numbers(figure, numbers),
        "profiles": lambda figure: _profiles(figure, weakest),
    }
    heights = {
        "series": 6.0,
        "heldout": _height(len(card.held_out)),
        "fitted": _height(len(card.fitted)),
        "patterns": _height(len(card.patterns)),
        "numbers": _height(len(_shown(numbers))),
        "profiles": 2.0 * max(len(weakest), 1) + 0.5,
    }
    return {
        name: png(draw, (WIDTH, heights[name]), {"wolsey": made}, letters=8) for name, draw in drawn.items()
    }


def _height(rows: int) -> float:
    return _ROW * max(rows, 3) + _TOP + _BELOW


def _series(figure: "Figure", rows: "pd.DataFrame") -> None:
    """Draw published results of all pupils by year, with the bands that they should lie in."""
    figure.set_layout_engine("constrained")
    own = rows[rows["there"] & rows["own"] & (rows["group"] == "all") & (rows["kind"] != "gap")]
    for position, indicator in enumerate(SERIES):
        part = own[own["indicator"] == indicator].sort_values("year")
        axes = figure.add_subplot(2, 2, position + 1)
        dress(axes, grid="y", letters=7.5)
        if part.empty:
            continue
        years = part["year"].to_numpy()
        axes.vlines(years, part["low90"], part["high90"], color=TINT, linewidth=7)
        axes.vlines(years, part["low50"], part["high50"], color=BLUE, linewidth=7, alpha=0.75)
        for role, face in (("fit", ORANGE), ("held_out", "white")):
            those = part[part["role"] == role]
            axes.plot(
                those["year"], those["observed"], "o", markersize=5.5, markerfacecolor=face,
                markeredgecolor=ORANGE, markeredgewidth=1.6, zorder=4,
            )  # fmt: skip
        axes.set_xticks(years)
        axes.set_xlim(years.min() - 0.6, years.max() + 0.6)
        title = "\n".join(textwrap.wrap(f"{part['what'].iloc[0]}, {part['unit'].iloc[0]}", 32))
        axes.set_title(title, loc="left", fontsize=8, fontweight="bold")


def _beside(figure: "Figure", rows: "pd.DataFrame", naive: bool = False) -> None:
    """Draw each figure beside its bands, in standard deviations of what is expected, from the middle."""
    axes = _rows(figure)
    at = np.arange(len(rows))[::-1]
    unit, middle = rows["sd"].to_numpy(), rows["mean"].to_numpy()

    def scaled(name: str) -> Any:
        return (rows[name].to_numpy() - middle) / unit

    axes.hlines(at, scaled("low90"), scaled("high90"), color=TINT, linewidth=7)
    axes.hlines(at, scaled("low50"), scaled("high50"), color=BLUE, linewidth=7, alpha=0.75)
    marks = [("observed", "o", ORANGE, "published")]
    if naive:
        marks += [(name, shape, INK, WORDS[name]) for name, shape in zip(WORDS, "x^", strict=True)]
    for name, shape, colour, words in marks:
        axes.plot(scaled(name), at, shape, markersize=5, color=colour, label=words, zorder=4)
    axes.axvline(0, color=GREY, linewidth=0.7)
    names = [_row_name(row) for row in rows.itertuples()]
    axes.set_yticks(at, names, fontsize=6.5)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    most = max(3.0, float(np.nanmax(np.abs(scaled("observed"))) if len(rows) else 3.0) + 0.4)
    axes.set_xlim(-most, most)
    axes.set_xlabel("standard deviations from the model's mean", fontsize=7.5)
    dress(axes, grid="x", letters=7.5)
    if naive:
        figure.legend(loc="lower center", ncols=3, fontsize=7.5, frameon=False)


def _rows(figure: "Figure") -> "Axes":
    """Return a panel with room for the names of its rows. Fixed, for to measure so many names takes
    seconds."""
    height = figure.get_figheight()
    axes = figure.add_axes(
        (_LEFT / WIDTH, _BELOW / height, (WIDTH - _LEFT - _RIGHT) / WIDTH, 1 - (_BELOW + _TOP) / height)
    )
    dress(axes, letters=7.5)
    return axes


def _row_name(row: Any) -> str:
    place = "" if row.own else f", {row.place.capitalize()}"
    return "\n".join(textwrap.wrap(f"{row.what}, {row.year}{place}", _LETTERS))


def _shown(numbers: "pd.DataFrame") -> "pd.DataFrame":
    """Return the numbers that were searched, those that the data say most of first."""
    return numbers[numbers["searched"]].sort_values("ratio")


def _numbers(figure: "Figure", numbers: "pd.DataFrame") -> None:
    """Draw posterior SD over prior SD."""
    rows = _shown(numbers)
    axes = _rows(figure)
    at = np.arange(len(rows))[::-1]
    axes.hlines(at, 0, rows["ratio"], color=TINT, linewidth=1.5)
    for layer, shape, colour, words in (
        ("local", "o", ORANGE, "the town's"),
        ("england", "D", BLUE, "England's"),
    ):
        those = (rows["layer"] == layer).to_numpy()
        axes.errorbar(
            rows["ratio"][those], at[those], xerr=rows["ratio_error"][those], fmt=shape, color=colour,
            markersize=5, elinewidth=1, label=words,
        )  # fmt: skip
    axes.axvline(NOT_INFORMED, color=GREY, linewidth=0.9, linestyle="--")
    axes.set_yticks(at, rows["number"], fontsize=7)
    axes.set_xlim(0, max(1.2, float((rows["ratio"] + rows["ratio_error"]).max()) + 0.05))
    axes.set_xlabel("posterior SD over prior SD; dashed: not informed", fontsize=7.5)
    figure.legend(loc="lower center", ncols=2, fontsize=7.5, frameon=False)


def _profiles(figure: "Figure", weakest: Sequence[Any]) -> None:
    """Draw the loss along the combinations that the data say least of."""
    figure.set_layout_engine("constrained")
    for position, one in enumerate(weakest):
        axes = figure.add_subplot(len(weakest), 1, position + 1)
        dress(axes, letters=7.5)
        steps = np.array(one["steps"])
        fine = np.linspace(steps.min(), steps.max(), 60)
        axes.plot(fine, fine**2 / 2, color=GREY, linewidth=1, linestyle="--", label="prior alone, about 0")
        axes.plot(steps, one["loss"], "o-", color=BLUE, markersize=5, label="as simulated")
        words = "\n".join(textwrap.wrap(combination(one["parts"]), 68))
        axes.set_title(words, loc="left", fontsize=7.5, fontweight="bold")
        axes.set_ylabel("loss", fontsize=7.5)
        if position == 0:
            axes.legend(fontsize=7, frameon=False)
    if weakest:
        axes.set_xlabel("prior standard deviations along the combination", fontsize=7.5)
