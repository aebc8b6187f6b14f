"""What scenario discovery found, as plain text and as a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from experiments.discovery import words
from experiments.discovery.box import Score, Tried
from experiments.discovery.discover import Another, Discovery, Tested
from experiments.text import percent


def plain(found: Discovery, question: str, undecided: int = 0, notes: Sequence[str] = ()) -> str:
    """Return all that was found as plain text, one statement a line, never cut; `notes` are what a reader
    must know of the runs."""
    return "\n".join([*_lines(found, question, undecided), *([""] if notes else []), *notes])


def _lines(found: Discovery, question: str, undecided: int) -> Iterator[str]:
    cases = found.cases
    yield f"Under which conditions {question}?"
    yield (
        f"{len(cases)} runs at {len(cases.blocks)} points, {percent(cases.share)} {found.verb}. Looked "
        f"in {len(found.looked)}, tested on {len(found.held)} runs of points held out"
        + (", of draws held out too." if any(axis.drawn for axis in cases.axes) else ".")
    )
    if undecided:
        yield f"{undecided} further runs cannot decide it and are left out."
    yield ""
    yield found.words
    yield from found.warnings
    if found.another_words:
        yield found.another_words
    if found.conditions:
        yield ""
        yield "Conditions (chance: share of resamples of whole points in which the box is no denser with it):"
        yield from (_condition(each) for each in found.conditions)
    if found.path:
        yield ""
        yield "On the way there (PRIM), denser and narrower:"
        yield from (f"  {_scores(step, found)}" for step in thinned(found))
    if found.leaves:
        yield ""
        yield "The same cases cut by a tree, from most to least:"
        yield from (f"  {_scores(leaf, found)}" for leaf in found.leaves)


def _condition(each: Tested) -> str:
    again = (
        f"; comes back in {each.again} of {each.halves} searches on half the points" if each.halves else ""
    )
    return f"  {each.words}: chance {each.chance:.3f}{again}"


def _scores(each: Tried, of: Discovery) -> str:
    found, held = each.found, each.held
    outside = f"{percent(held.density)} of {held.cells}" if held.cells else "no run"
    return (
        f"{words.box(each.box, of.cases.axes)}: {percent(found.density)} of {found.cells} runs, "
        f"{percent(found.coverage)} of all successes; held out {outside}"
    )


def thinned(found: Discovery, most: int = 8) -> list[Tried]:
    """Return the steps of the path, evenly chosen where there are more than `most`; first and last are
    kept."""
    count = len(found.path)
    if count <= most:
        return list(found.path)
    return [found.path[round(i * (count - 1) / (most - 1))] for i in range(most)]


def rows(found: Discovery) -> list[dict[str, Any]]:
    """Return every box, one row each: what it is (chosen, another, path, leaf), its words, how many
    conditions, and cells, hits, density and coverage where it was found and on the cases held out."""
    boxes: list[tuple[str, Tried | Another]] = [] if found.step is None else [("chosen", found.step)]
    boxes += [] if found.another is None else [("another", found.another)]
    boxes += [("path", step) for step in found.path] + [("leaf", leaf) for leaf in found.leaves]
    return [
        {"kind": kind, "box": words.box(each.box, found.cases.axes), "conditions": len(each.box)}
        | _figures("", each.found)
        | _figures("held_out_", each.held)
        for kind, each in boxes
    ]


def _figures(before: str, score: Score) -> dict[str, float]:
    return {
        f"{before}cells": score.cells,
        f"{before}hits": score.hits,
        f"{before}density": score.density,
        f"{before}coverage": score.coverage,
    }


def frame(found: Discovery) -> Any:
    """Return the cases as a table: one column an axis (values as they were varied), block, draw, reached, and
    part: "looked in", "held out", or "neither" (with only the block or only the draw held out)."""
    import numpy as np
    import pandas as pd

    cases = found.cases
    columns: dict[str, Any] = {}
    for i, axis in enumerate(cases.axes):
        column = cases.x[:, i]
        named = axis.kind == "named"
        columns[axis.name] = [str(axis.values[int(each)]) for each in column] if named else column
    looked = np.isin(cases.block, found.looked.blocks) & np.isin(cases.draw, found.looked.draw)
    held = np.isin(cases.block, found.held.blocks) & np.isin(cases.draw, found.held.draw)
    part = np.where(held, "held out", np.where(looked, "looked in", "neither"))
    columns |= {"block": cases.block, "draw": cases.draw, "reached": cases.reached, "part": part}
    return pd.DataFrame(columns)
