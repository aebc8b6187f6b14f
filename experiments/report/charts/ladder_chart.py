"""What a goal would take: how likely it is with effects, or reach, so many times as large."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from experiments.goals.likelihood import count
from experiments.plotting.axes import Scale
from experiments.plotting.palette import BLUES, GREY, INK, ORANGES, PALE, RULE, Look
from experiments.reach.findings import FIRST_RUNG, LADDER, LAST_RUNG, Required
from experiments.report.charts.charts import picture
from experiments.report.look.html import Html, Value, el
from experiments.report.look.palette import shape

WIDE, HIGH = 360, 228
LEFT, RIGHT, TOP, BOTTOM = 40, 344, 14, 182
EVEN: Final = 0.5

KINDS: Final = {
    ("effects", True): ("effects, capped", BLUES),
    ("effects", False): ("effects, no cap", replace(BLUES, dash="3 4", marker="diamond")),
    ("reach", True): ("reach, capped", replace(ORANGES, dash="9 4", marker="circle")),
    ("reach", False): ("reach, no cap", replace(ORANGES, dash="1.5 4")),
}
"""What is multiplied, and whether a year's gain is capped: name and look."""


def look_of(asked: Required) -> Look:
    """Return the look of a ladder."""
    return KINDS[asked.kind, asked.capped][1]


def name_of(asked: Required) -> str:
    """Return its name: `effects, with the yearly cap`."""
    return KINDS[asked.kind, asked.capped][0]


def ladder(goal: str, asked: Sequence[Required]) -> Html:
    """Return a goal's ladders in one scenario."""
    x = Scale(FIRST_RUNG, LAST_RUNG, LEFT, RIGHT, log=True)
    y = Scale(0.0, 1.0, BOTTOM, TOP)
    inside = [*_ground(x, y), *[each for one in asked for each in _line(one, x, y)]]
    words = ". ".join(f"{name_of(one)}: {_steps(one)}" for one in asked)
    title = f"What it would take: {goal}"
    said = f"Factor along, runs that reach it up. {words}."
    return picture(title, said, inside, class_="chart", viewBox=f"0 0 {WIDE} {HIGH}")


def _steps(asked: Required) -> str:
    rungs = [rung for rung in asked.rungs if rung.factor in LADDER]
    return ", ".join(f"{rung.factor:g} times {count(rung.likelihood)}" for rung in rungs)


def _ground(x: Scale, y: Scale) -> Iterator[Html]:
    yield el("rect", x=LEFT, y=TOP, width=RIGHT - LEFT, height=y(EVEN) - TOP, fill=PALE)
    for share, said in ((0.0, "0"), (0.5, "50"), (1.0, "100")):
        yield el(
            "path", d=f"M{LEFT} {y(share):.1f}H{RIGHT}", stroke=INK if share == EVEN else RULE, stroke_width=1
        )
        yield el("text", said, x=LEFT - 5, y=y(share) + 5, text_anchor="end", class_="tick")
    for factor in LADDER:
        yield el("path", d=f"M{x(factor):.1f} {BOTTOM}v5", stroke=GREY, stroke_width=1)
        if factor != 1.5:
            yield el("text", f"{factor:g}", x=x(factor), y=BOTTOM + 20, text_anchor="middle", class_="tick")
    yield el("text", "times as large", x=RIGHT, y=BOTTOM + 36, text_anchor="end", class_="tick")


def _line(asked: Required, x: Scale, y: Scale) -> Iterator[Html]:
    look = look_of(asked)
    points = [(x(rung.factor), y(rung.likelihood.share)) for rung in asked.rungs]
    # Rungs between those that all goals share bend the line and bear no mark: there may be dozens.
    marked = [point for point, rung in zip(points, asked.rungs, strict=True) if rung.factor in LADDER]
    if len(points) > 1:
        d = "M" + " ".join(f"{a:.1f} {b:.1f}" for a, b in points)
        stroke: dict[str, Value] = {"stroke_width": 2.2, "stroke_dasharray": look.dash or None}
        yield el("path", d=d, fill="none", stroke=look.colour, **stroke)
    for a, b in marked:
        yield shape(
            look.marker,
            look.colour,
            hollow=not asked.capped,
            transform=f"translate({a:.1f} {b:.1f}) scale(.8)",
        )
