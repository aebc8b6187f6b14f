"""Pathways of 100 children as a Sankey: stages in fixed columns, links as wide as the children on them."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from experiments.plotting.axes import apart
from experiments.plotting.palette import INK, MID_BLUE, ORANGE
from experiments.reach.findings import Pathways
from experiments.report.charts.charts import panel, picture
from experiments.report.look.html import Html, el
from experiments.report.words import GROUPS
from experiments.text import capital, year_words
from model.indicators.registry import SMALLEST_SHOWN

WIDE, HIGH = 360, 294
LEFT, RIGHT, TOP, BOTTOM = 6, 172, 42, 268
NODE: Final = 11
GAP: Final = 9
LETTERS, LINE = 22, 16
"""Of a line of words beside the last stage, and its height. Such a line is 180 long in a wide font: RIGHT
leaves it room."""
SMALLEST_WORDS: Final = 0.5

type Node = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a state lies: upper and lower edge, and how many of 100 are in it."""

    x: float
    top: float
    bottom: float
    children: float


def safe(pathways: Pathways) -> Pathways:
    """Return the same without links of fewer than ten people, whoever made it; what is left out is counted in
    `suppressed`."""
    kept = tuple(link for link in pathways.links if link[4] >= SMALLEST_SHOWN)
    lost = sum(link[3] for link in pathways.links if link[4] < SMALLEST_SHOWN)
    return Pathways(
        pathways.arm, pathways.year, pathways.group, pathways.stages, kept, pathways.suppressed + lost
    )


def sankey(given: Pathways, arm: str) -> Html:
    """Return the pathways of one group in one year under an arm, called `arm`."""
    pathways = safe(given)
    boxes = _boxes(pathways)
    inside = [*_links(pathways, boxes), *_nodes(pathways, boxes)]
    group = GROUPS.get(pathways.group, pathways.group)
    head = f"{capital(group)}, {year_words(pathways.year)}"
    said = _pathways_text(pathways)
    made = picture(f"{head}: {arm}", said, inside, class_="chart", viewBox=f"0 0 {WIDE} {HIGH}")
    left_out = None
    if pathways.suppressed >= SMALLEST_WORDS:
        left_out = el(
            "p",
            f"{pathways.suppressed:.0f} of 100 went ways of fewer than ten people: not shown.",
            class_="small",
        )
    return panel(head, made, left_out)


def _boxes(pathways: Pathways) -> dict[Node, _Box]:
    inward, outward = _sums(pathways)
    last = len(pathways.stages) - 1
    boxes: dict[Node, _Box] = {}
    most = max((len(states) for _, states in pathways.stages), default=1)
    high = (BOTTOM - TOP - GAP * (most - 1)) / 100
    for at, (_, states) in enumerate(pathways.stages):
        x = LEFT + at * (RIGHT - LEFT - NODE) / max(last, 1)
        sizes = [max(inward.get((at, state), 0.0), outward.get((at, state), 0.0)) for state in states]
        shown = [each for each in zip(states, sizes, strict=True) if each[1] > 0]
        top: float = TOP
        for state, size in shown:
            boxes[at, state] = _Box(x, top, top + high * size, size)
            top += high * size + GAP
    return boxes


def _sums(pathways: Pathways) -> tuple[dict[Node, float], dict[Node, float]]:
    """Return the children who come into each state, and who go on from it."""
    inward: dict[Node, float] = {}
    outward: dict[Node, float] = {}
    for stage, state, next_, children, _ in pathways.links:
        outward[stage, state] = outward.get((stage, state), 0.0) + children
        inward[stage + 1, next_] = inward.get((stage + 1, next_), 0.0) + children
    return inward, outward


def _links(pathways: Pathways, boxes: dict[Node, _Box]) -> Iterator[Html]:
    order = {
        (at, state): place
        for at, (_, states) in enumerate(pathways.stages)
        for place, state in enumerate(states)
    }
    used_out: dict[Node, float] = {}
    used_in: dict[Node, float] = {}
    links = sorted(
        pathways.links, key=lambda each: (each[0], order[each[0], each[1]], order[each[0] + 1, each[2]])
    )
    for stage, state, next_, children, _ in links:
        start, end = boxes[stage, state], boxes[stage + 1, next_]
        scale = (start.bottom - start.top) / start.children
        wide = scale * children
        y0 = start.top + used_out.get((stage, state), 0.0)
        y1 = end.top + used_in.get((stage + 1, next_), 0.0)
        used_out[stage, state] = used_out.get((stage, state), 0.0) + wide
        used_in[stage + 1, next_] = used_in.get((stage + 1, next_), 0.0) + wide
        yield from _ribbon(start.x + NODE, y0, end.x, y1, wide, _behind(pathways, stage, state))


def _behind(pathways: Pathways, stage: int, state: str) -> bool:
    """Tell whether a state is any but the stage's first, which is the one on track."""
    return pathways.stages[stage][1].index(state) > 0


def _ribbon(x0: float, y0: float, x1: float, y1: float, wide: float, behind: bool) -> Iterator[Html]:
    half = (x0 + x1) / 2
    d = (
        f"M{x0:.1f} {y0:.1f}C{half:.1f} {y0:.1f} {half:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        f"V{y1 + wide:.1f}C{half:.1f} {y1 + wide:.1f} {half:.1f} {y0 + wide:.1f} {x0:.1f} {y0 + wide:.1f}z"
    )
    yield el("path", d=d, fill=ORANGE if behind else MID_BLUE, fill_opacity=0.3 if behind else 0.5)
    if behind:
        yield el("path", d=d, fill="url(#hatch-notyet)", fill_opacity=0.35)


def _nodes(pathways: Pathways, boxes: dict[Node, _Box]) -> Iterator[Html]:
    last = len(pathways.stages) - 1
    for at, (stage, states) in enumerate(pathways.stages):
        there = [(state, boxes[at, state]) for state in states if (at, state) in boxes]
        if not there:
            continue
        x = there[0][1].x
        yield el("text", short(stage), x=x, y=16, class_="end")
        for _state, box in there:
            yield el("rect", x=x, y=box.top, width=NODE, height=max(box.bottom - box.top, 1), fill=INK)
        words = [_label(state, box, at == last) for state, box in there]
        least = LINE * max(len(each) for each in words) + 2
        middles = apart([(box.top + box.bottom) / 2 for _, box in there], least, TOP + least / 4, BOTTOM - 8)
        for lines, middle in zip(words, middles, strict=True):
            for number, line in enumerate(lines):
                y = middle + 5 + LINE * (number - (len(lines) - 1) / 2)
                yield el("text", line, x=x + NODE + 5, y=y, class_="name" if at == last else "flow")


def _label(state: str, box: _Box, named: bool) -> list[str]:
    """Say how many of 100 are in a state, and its name at the last stage."""
    count = f"{box.children:.0f}" if box.children >= SMALLEST_WORDS else "under 1"
    return textwrap.wrap(f"{count} {state}", LETTERS) if named else [count]


def _pathways_text(pathways: Pathways) -> str:
    """Return what the picture shows: every state's children, stage by stage."""
    inward, outward = _sums(pathways)
    parts = []
    for at, (stage, states) in enumerate(pathways.stages):
        counts = {state: max(inward.get((at, state), 0.0), outward.get((at, state), 0.0)) for state in states}
        said = ", ".join(f"{count:.0f} {state}" for state, count in counts.items() if count > 0)
        parts.append(f"{stage}: {said}")
    return "Of 100 children. " + "; ".join(parts) + "."


def short(stage: str) -> str:
    """Return a stage by its age: `At 11`, `After 18`."""
    found = re.search(r"\b(?:at|after) \d+", stage, re.IGNORECASE)
    return capital(found.group()) if found else stage


def stages_in_words(pathways: Pathways) -> str:
    """Return what is on track at each stage but the last, for the caption."""
    return "; ".join(f"{stage}, {states[0]}" for stage, states in pathways.stages[:-1] if states)
