"""What all charts share: the frame with its title, the picture with its text alternative, rows that grow with
the text."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.plotting.axes import Scale, around, tick_words, ticks
from experiments.plotting.palette import GREY, GROUND, INK, PALE_BLUE, WHITE, Look
from experiments.reach.findings import ArmAssessment, Findings
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import shape

TRACK, BAND = 0.55, 0.3
"""Half the height of a row's track, and of the band on it, em."""
LONG: Final = 4
"""Letters of a figure beside which a short axis has no room for two more."""
UPRIGHTS: Final[Mapping[str, tuple[str, float, str | None]]] = {
    "aim": (INK, 3.0, None),
    "england": (GREY, 2.0, "4 2"),
    "now": (GREY, 2.0, "2 2"),
    "zero": (INK, 1.2, None),
}
"""Lines through a track, by kind: colour, width, dashes. A start is a ring on the axis."""


def picture(title: str, words: str, inside: Child, **attributes: str | float) -> Html:
    """An SVG picture with `title` and `words` for those who cannot see it."""
    id_ = "p" + hashlib.blake2b(f"{title}\n{words}\n{join(inside)}".encode(), digest_size=6).hexdigest()
    return el(
        "svg",
        el("title", title, id=f"{id_}t"),
        el("desc", words, id=f"{id_}d"),
        inside,
        role="img",
        aria_labelledby=f"{id_}t {id_}d",
        focusable="false",
        **attributes,
    )


def plate(title: str, words: Child, *inside: Child, class_: str = "") -> Html:
    """A numbered figure: its title and what it shows above, the panels below."""
    caption = el("figcaption", el("strong", title), " ", el("span", words))
    return el("figure", caption, inside, class_=f"plate {class_}".strip())


def absent(findings: Findings, words: str) -> Html:
    """What was not computed, and the command that computes it."""
    return el("p", f"{words} Run ", el("code", findings.command), ".", class_="absent")


def panel(head: Child, *inside: Child) -> Html:
    """One picture of several."""
    return el("div", el("p", head, class_="panel-head"), inside, class_="panel")


def panels(*inside: Child, class_: str = "") -> Html:
    """Pictures beside each other, as many as fit."""
    return el("div", inside, class_=f"panels {class_}".strip())


def facets(parts: Sequence[tuple[ArmAssessment, str, Child]]) -> Html:
    """A part for each of some scenarios, with its head: all are there; on a screen with the page's script one
    at a time, first that of the last scenario that promises no more than evidence does."""
    made = [
        el("section", el("h3", name, class_="facet-head"), inside, class_="facet", data_name=arm.label)
        for arm, name, inside in parts
    ]
    start = max((at for at, (arm, *_) in enumerate(parts) if not arm.warning), default=0)
    return el("div", made, class_="facets", data_pick="Scenario", data_start=start)


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of a strip: name and value as words, the band and the middle as figures."""

    name: str
    said: str
    low: float | None
    middle: float | None
    high: float | None
    look: Look


@dataclass(frozen=True, slots=True)
class BandLine:
    """An upright line through every row's track at a figure: an aim, England, a start. Where `better` is set,
    the side (+1 right, -1 left) that reaches it is shaded."""

    value: float
    kind: str
    better: int = 0


def strip(
    title: str,
    words: str,
    marks: Sequence[Mark],
    lines: Sequence[BandLine] = (),
    *,
    zero: bool = False,
    log: tuple[float, float] | None = None,
    tight: bool = False,
) -> Html:
    """Rows on one axis, each with its words above its band; `tight`: on either side of it, where there is
    room. Places are per cent of the width and em of the text, and the words are the page's own, so that they
    wrap and stay as large as it on every screen."""
    figures = [each for mark in marks for each in (mark.low, mark.middle, mark.high)]
    figures += [line.value for line in lines] + ([0.0] if zero else [])
    scale = Scale(*(log or around(figures)), 1.5, 98.5, log is not None)
    through = [*lines, *([BandLine(0.0, "zero")] if zero else [])]
    rows = [_row(mark, through, scale) for mark in marks]
    starts = [_ring(scale(line.value)) for line in lines if line.kind == "start"]
    axis = drawn("1.95em", [*_axis(scale, log is not None, 3 if tight else 4), *starts])
    class_ = "strip tight" if tight else "strip"
    return el("div", rows, axis, class_=class_, role="img", aria_label=f"{title}. {words}")


def drawn(height: str, inside: Child) -> Html:
    """A drawing as wide as its frame; what it shows is said by the strip's words."""
    return el("svg", inside, width="100%", height=height, aria_hidden="true", focusable="false")


def _axis(scale: Scale, log: bool, most: int) -> Iterator[Html]:
    values = [1.0, 2.0, 5.0, 10.0, 20.0] if log else ticks(scale.low, scale.high, most)
    values = [value for value in values if scale.low <= value <= scale.high]
    if most < 4 and len(values) > 2 and max(map(len, tick_words(values))) > LONG:
        # On a short axis long figures would touch.
        values = [values[0], values[-1]]
    yield el("line", x1="0%", x2="100%", y1="0.45em", y2="0.45em", stroke=GREY, stroke_width=1)
    for value, said in zip(values, tick_words(values), strict=True):
        at = scale(value)
        yield _upright(at, 0.45, 0.8, GREY, 1)
        anchor = "start" if at < 6 else "end" if at > 94 else "middle"
        yield el("text", said, x=f"{at:.2f}%", y="1.85em", text_anchor=anchor, class_="tick")


def _upright(
    at: float, top: float, bottom: float, colour: str, width: float, dash: str | None = None
) -> Html:
    x = f"{at:.2f}%"
    ends = {"y1": f"{top:.2f}em", "y2": f"{bottom:.2f}em"}
    return el("line", x1=x, x2=x, stroke=colour, stroke_width=width, stroke_dasharray=dash, **ends)


def _ring(at: float) -> Html:
    return placed(at, 0.45, el("circle", r=5.5, fill=WHITE, stroke=INK, stroke_width=2.5))


def placed(x: float, y: float, inside: Html) -> Html:
    """A mark that keeps its size, at `x` per cent and `y` em."""
    place = {"x": f"{x:.2f}%", "y": f"{y:.2f}em"}
    box = {"width": "1em", "height": "1em", "viewBox": "0 0 16 16", "overflow": "visible"}
    return el("svg", inside, **place, **box)


def _row(mark: Mark, lines: Sequence[BandLine], scale: Scale) -> Html:
    """Name and value, the track below with the band on it; uprights cross the track alone, so that no word is
    struck through."""
    name = el("span", mark.name, class_="row-name")
    words = el("div", name, el("span", mark.said, class_="row-value"), class_="row-words")
    return el("div", words, drawn(f"{2 * TRACK:.2f}em", _track(mark, lines, scale)), class_="row")


def _track(mark: Mark, lines: Sequence[BandLine], scale: Scale) -> Iterator[Html]:
    yield _box(0.0, 100.0, TRACK, fill=GROUND)
    for line in lines:
        if line.better:
            at = scale(line.value)
            yield _box(*((at, 100.0) if line.better > 0 else (0.0, at)), TRACK, fill=PALE_BLUE)
    if mark.low is not None and mark.high is not None and mark.high > mark.low:
        ends = scale(mark.low), scale(mark.high)
        yield _box(*ends, BAND, fill=mark.look.tint, stroke=mark.look.colour, stroke_width=1.2)
    for line in lines:
        if line.kind in UPRIGHTS:
            colour, width, dash = UPRIGHTS[line.kind]
            yield _upright(scale(line.value), 0.0, 2 * TRACK, colour, width, dash)
    if mark.middle is not None:
        yield placed(scale(mark.middle), TRACK, shape(mark.look.marker, mark.look.colour))


def _box(left: float, right: float, half: float, **look: str | float) -> Html:
    place = {"x": f"{left:.2f}%", "y": f"{TRACK - half:.2f}em"}
    size = {"width": f"{right - left:.2f}%", "height": f"{2 * half:.2f}em"}
    return el("rect", **place, **size, **look)
