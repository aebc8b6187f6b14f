"""Markers, lines and patterns of SVG pictures, by the looks of the palette."""

from collections.abc import Sequence
from typing import Final

from experiments.plotting.palette import BLUE, GREY, LOOKS, WHITE, Look
from experiments.reach.findings import ArmAssessment
from experiments.report.look.html import Html, Value, el, join, raw

_SHAPES: Final = {
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    "square": "M-4.6 -4.6h9.2v9.2h-9.2z",
    "triangle": "M0 -6l5.8 10.4h-11.6z",
    "down": "M0 6l5.8 -10.4h-11.6z",
    "diamond": "M0 -6.4l6.4 6.4l-6.4 6.4l-6.4 -6.4z",
    "cross": "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
}


def look_of(arms: Sequence[ArmAssessment], key: str) -> Look:
    """Return the look of an arm by its place among the arms."""
    place = next((at for at, arm in enumerate(arms) if arm.key == key), 0)
    return LOOKS[place % len(LOOKS)]


def shape(marker: str, colour: str, hollow: bool = False, **place: str | float) -> Html:
    """Return a marker as a path around (0, 0), moved by `transform` where given."""
    return el(
        "path",
        d=_SHAPES[marker],
        fill=WHITE if hollow else colour,
        stroke=colour if hollow else WHITE,
        stroke_width=2 if hollow else 1,
        **place,
    )


def key_line(look: Look, hollow: bool = False) -> Html:
    """Return a line and its marker in a line of text."""
    stroke: dict[str, Value] = {
        "stroke": look.colour,
        "stroke_width": 3,
        "stroke_dasharray": look.dash or None,
    }
    line = el("path", d="M-20 0h40", fill="none", **stroke)
    return _inline(join(line, shape(look.marker, look.colour, hollow)), "-22 -8 44 16", "2.75em")


def _inline(inside: Html, box: str, width: str) -> Html:
    return el(
        "svg",
        inside,
        class_="mark",
        viewBox=box,
        width=width,
        height="1em",
        aria_hidden="true",
        focusable="false",
    )


def ball(share: float | None) -> Html:
    """Return a disc filled like a clock by a share; dashed and empty for None."""
    if share is None:
        inside = el("circle", r=8, fill=WHITE, stroke=GREY, stroke_width=1.5, stroke_dasharray="3 2.5")
        return _inline(inside, "-10 -10 20 20", "1.35em")
    ring = el("circle", r=8.5, fill=WHITE, stroke=BLUE, stroke_width=1.5)
    # A circle of half the radius, stroked as wide as itself: its dash is the slice.
    around = 25.1327
    slice_ = el(
        "circle",
        r=4,
        fill="none",
        stroke=BLUE,
        stroke_width=8,
        stroke_dasharray=f"{around * share:.2f} {around:.2f}",
        transform="rotate(-90)",
    )
    return _inline(join(ring, slice_ if share > 0 else raw("")), "-10 -10 20 20", "1.35em")
