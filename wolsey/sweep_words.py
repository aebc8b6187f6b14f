"""What a sweep, and how it stands, is told as."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from experiments.runner import Outcome
from experiments.store import Failure
from experiments.study import Study
from experiments.study_folder import Standing

if TYPE_CHECKING:
    import pandas as pd

SHOWN_FAILURES: Final = 5
COVERS: Final = (
    "A band holds nine in ten runs of a point: draws of the numbers and effects that agree with what was\n"
    "observed, and luck. What the model leaves out is in no band. A difference is of the same draw and luck."
)


def sweep_told(study: Study, outcome: Outcome, table: "pd.DataFrame", note: str) -> str:
    """A sweep in plain lines: its runs, and a table of what was asked."""
    points = len(study.points)
    varied = f"{points} points of {len(study.factors)} factors" if study.factors else "nothing varied"
    lines = [
        study.title,
        f"{', '.join(study.scenarios)}; {varied}; {counted(study.file.draws, 'draw')} with "
        f"{counted(study.file.seeds, 'seed')} each; to {next(iter(study.scenarios.values())).until}",
        f"{counted(outcome.runs, 'run')}: {outcome.found} found, {outcome.made} made, "
        f"{len(outcome.failed)} broke off",
    ]
    scale = next(iter(study.scenarios.values())).scale
    if scale < 1:
        lines.append(f"Reduced town: {scale:g} of its size.")
    if note:
        lines.append(note)
    return "\n".join([*lines, "", *tabled(study, table), "", COVERS])


def tabled(study: Study, table: "pd.DataFrame") -> list[str]:
    """The summary as aligned lines."""
    head = ["", "runs", "mean", "band"]
    if study.factors:
        head += ["lowest point", "highest point"]
    rows: list[list[str]] = []
    for outcome, of_outcome in table.groupby("outcome", sort=False):
        rows.append([str(outcome)])
        for row in of_outcome.to_dict("records"):
            what = str(row["scenario"])
            if row["measure"] == "difference":
                what += f" less {study.against}"
            band = "–" if math.isnan(row["low"]) else f"{figure(row['low'])} to {figure(row['high'])}"
            cells = [f"  {what}", f"{row['runs']}", figure(row["mean"]), band]
            if study.factors:
                cells += [figure(row["lowest_mean"]), figure(row["highest_mean"])]
            rows.append(cells)
    return aligned([head, *rows])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines: the first column to the left, the others to the right. A row of one cell is a
    heading, which takes what room it needs."""
    columns = max(len(row) for row in rows)
    widths = [max((len(row[i]) for row in rows if len(row) > max(1, i)), default=0) for i in range(columns)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join(cells).rstrip() if len(row) > 1 else row[0])
    return lines


def standing_told(study: Study, found: Standing, where: str) -> str:
    """How a sweep stands, in plain lines."""
    missing = found.wanted - found.finished - len(found.failed)
    lines = [
        f"{study.title} ({study.name}), in {where}",
        f"  {found.finished} of {counted(found.wanted, 'run')} finished, {missing} not made yet, "
        f"{len(found.failed)} broke off",
        *(f"    {line}" for line in found.failed[:SHOWN_FAILURES]),
    ]
    if len(found.failed) > SHOWN_FAILURES:
        lines.append(f"    and {len(found.failed) - SHOWN_FAILURES} more")
    if found.older:
        lines.append(
            f"  {counted(found.older, 'run')} of another version of the model or its numbers: kept, "
            "not mixed in"
        )
    if found.others:
        lines.append(
            f"  {counted(found.others, 'run')} that this study does not ask for (other draws or seeds, or "
            "its scenarios or data have changed): kept, not mixed in"
        )
    for name in found.damaged:
        lines.append(f"  damaged: {name}; the next sweep moves it aside and makes its runs anew")
    if found.finished < found.wanted:
        lines.append(f"  go on with: wolsey sweep {study.name}")
    return "\n".join(lines)


def failures_told(failed: Sequence[Failure]) -> str:
    """Runs that broke off, in a line or a few."""
    first = "; ".join(str(each) for each in failed[:SHOWN_FAILURES])
    more = f"; and {len(failed) - SHOWN_FAILURES} more" if len(failed) > SHOWN_FAILURES else ""
    return f"{counted(len(failed), 'run')} broke off and are in no figure: {first}{more}"


def counted(number: int, what: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def figure(value: float) -> str:
    """A figure with as many places as it needs."""
    return f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"
