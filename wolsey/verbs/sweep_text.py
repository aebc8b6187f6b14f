"""What a sweep, and how it stands, is told as."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.runs.runner import Outcome
from experiments.runs.store import SHOWN_REASONS, by_reason
from experiments.studies.folder import SweepStatus
from experiments.studies.study import Study
from experiments.studies.summary import INTERVAL_NOTE
from experiments.text import between, counted, magnitude, notes_on, table

if TYPE_CHECKING:
    import pandas as pd


def format_sweep(study: Study, outcome: Outcome, summary: "pd.DataFrame", note: str) -> str:
    """Return a sweep in plain lines: its runs, and a table of what was asked."""
    points = len(study.points)
    factors = counted(len(study.factors), "factor")
    varied = f"{counted(points, 'point')} of {factors}" if study.factors else "nothing varied"
    lines = [
        study.title,
        f"{', '.join(study.scenarios)}; {varied}; {counted(study.file.draws, 'draw')} with "
        f"{counted(study.file.seeds, 'seed')} each; to {next(iter(study.scenarios.values())).until}",
        f"{counted(outcome.runs, 'run')}: {outcome.found} found, {outcome.made} made, "
        f"{len(outcome.failed)} broke off",
    ]
    lines += [*notes_on(next(iter(study.scenarios.values())), note), *study.idle]
    return "\n".join([*lines, "", *tabled(study, summary), "", INTERVAL_NOTE])


def tabled(study: Study, summary: "pd.DataFrame") -> list[str]:
    """Return the summary as aligned lines."""
    head = ["", "runs", "mean", "band"]
    if study.factors:
        head += ["lowest point", "highest point"]
    rows: list[list[str]] = []
    for outcome, of_outcome in summary.groupby("outcome", sort=False):
        rows.append([str(outcome)])
        for row in of_outcome.to_dict("records"):
            what = str(row["scenario"])
            if row["measure"] == "difference":
                what += f" less {study.against}"
            band = between(row["low"], row["high"], magnitude) or "–"
            cells = [f"  {what}", f"{row['runs']}", magnitude(row["mean"]), band]
            if study.factors:
                cells += [magnitude(row["lowest_mean"]), magnitude(row["highest_mean"])]
            rows.append(cells)
    return table([head, *rows], right=slice(1, None))


def command_of(verb: str, study: str, out: Path | None, runs: str | None, places: Sequence[str] = ()) -> str:
    """Return a command about a sweep as the user would type it, in quotes; `out`, `runs` and `places` are
    what `wolsey sweep` was given as --out, --runs and --place."""
    given = [*(("--place", place) for place in places), ("--out", out), ("--runs", runs)]
    places = [word for name, place in given if place is not None for word in (name, str(place))]
    return f"`{shlex.join(['wolsey', verb, study, *places])}`"


def format_status(study: Study, found: SweepStatus, where: str, command: str, time: str) -> str:
    """Say how a sweep stands, in plain lines; `command` makes what is missing, `time` says how long that
    takes."""
    missing = found.wanted - found.finished - len(found.failed)
    reasons = by_reason(found.failed)
    lines = [
        f"{study.title} ({study.name}), in {where}",
        f"  {found.finished} of {counted(found.wanted, 'run')} finished, {missing} not made yet, "
        f"{len(found.failed)} broke off",
        *(f"    {line}" for line in reasons[:SHOWN_REASONS]),
    ]
    if len(reasons) > SHOWN_REASONS:
        lines.append(f"    and {len(reasons) - SHOWN_REASONS} other reasons")
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
        lines.append(f"  {'go on' if found.finished else 'begin'} with {command}: {time}")
    return "\n".join(lines)
