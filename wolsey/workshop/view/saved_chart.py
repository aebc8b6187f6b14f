"""One chart of a report: an indicator over the years under each plan, as plain SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from experiments.plotting.axes import Scale, around, ticks
from experiments.report.look.html import Html, Value, el
from experiments.text import VALIDATED_TO

WIDTH, HEIGHT = 820, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 100, 16, 30
LABEL: Final = 18
"""How far apart the names of two lines stand at least."""
LOOKS: Final = (("#12436D", "#12436D", ""), ("#F46A25", "#A33C00", "8 5"))
"""Colour of a plan's line and of its name, and how the line is broken."""
NOTHING: Final = ("#505A5F", "#505A5F", "12 4 2 4")
"""The same of doing nothing."""
YEARS: Final = (2017, 2026, 2032, 2040, 2048)


@dataclass(frozen=True, slots=True)
class Line:
    """A plan's line: its name, the years, and `mean`, `low` and `high` of each; of doing nothing (`nothing`)
    the mean alone."""

    name: str
    years: Sequence[int]
    figures: dict[str, Any]
    nothing: bool = False

    def look(self, at: int) -> tuple[str, str, str]:
        """How the line at a place among those of plans looks; see LOOKS."""
        return NOTHING if self.nothing else LOOKS[at]


def chart(title: str, lines: Sequence[Line], published: Sequence[Sequence[float]]) -> Html:
    """The lines of one plan or two with the bands where 8 runs in 10 lie, then those of doing nothing, and
    what was published (year and figure) as circles."""
    years = lines[0].years
    seen = [(year, figure) for year, figure in published if years[0] <= year]
    low, high = around([*(v for line in lines for values in line.figures.values() for v in values),
                        *(figure for _, figure in seen)])  # fmt: skip
    x = Scale(years[0], years[-1], LEFT, WIDTH - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    parts = [*_frame(x, y)]
    labels: list[tuple[float, int]] = []
    for at, line in enumerate(lines):
        colour, _, dash = line.look(at)
        look: dict[str, Value] = {
            "fill": "none",
            "stroke": colour,
            "stroke_width": 2 if line.nothing else 3,
            "stroke_dasharray": dash or None,
        }
        if not line.nothing:
            parts.append(el("path", d=_area(line, x, y), fill=colour, fill_opacity=0.15))
        parts.append(el("path", d=_path(line, x, y), **look))
        labels.append((y(next(value for value in reversed(line.figures["mean"]) if value is not None)), at))
    parts += [
        el("circle", cx=x(year), cy=y(figure), r=4, fill="#fff", stroke="#0B0C0C", stroke_width=2)
        for year, figure in seen
    ]
    above = -99.0
    for place, at in sorted(labels):
        above = max(place, above + LABEL)
        name, colour = lines[at].name, lines[at].look(at)[1]
        parts.append(el("text", name, x=WIDTH - RIGHT + 8, y=above + 5, fill=colour, font_size=15))
    nothing = "; grey, dash and dot: doing nothing" if any(line.nothing for line in lines) else ""
    words = f"{title}. Average and where 8 runs in 10 lie{nothing}{'; circles: published' if seen else ''}."
    return el(
        "figure",
        el("svg", parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=words),
        el("figcaption", words, class_="note"),
    )


def _frame(x: Scale, y: Scale) -> list[Html]:
    later, end, words = x(VALIDATED_TO), WIDTH - RIGHT, f"after {VALIDATED_TO}: conditional scenario"
    parts = [
        el("rect", x=later, y=TOP, width=end - later, height=HEIGHT - TOP - BOTTOM, fill="#EEF3F7"),
        el("text", words, x=later + 6, y=TOP + 16, fill="#505A5F", font_size=14),
    ]
    for tick in ticks(y.low, y.high):
        parts.append(el("line", x1=LEFT, x2=end, y1=y(tick), y2=y(tick), stroke="#CBD2D6"))
        parts.append(el("text", f"{tick:g}", x=LEFT - 6, y=y(tick) + 5, text_anchor="end", font_size=14))
    for year in YEARS:
        parts.append(el("text", str(year), x=x(year), y=HEIGHT - 8, text_anchor="middle", font_size=14))
    return parts


def _path(line: Line, x: Scale, y: Scale) -> str:
    pairs = zip(line.years, line.figures["mean"], strict=True)
    return "M" + "L".join(f"{x(year):.1f} {y(value):.1f}" for year, value in pairs if value is not None)


def _area(line: Line, x: Scale, y: Scale) -> str:
    rows = zip(line.years, line.figures["low"], line.figures["high"], strict=True)
    there = [(x(year), y(low), y(high)) for year, low, high in rows if low is not None]
    up = [f"{a:.1f} {c:.1f}" for a, _, c in there]
    down = [f"{a:.1f} {b:.1f}" for a, b, _ in reversed(there)]
    return "M" + "L".join([*up, *down]) + "Z"
