"""The verb `reproduce`: what a manifest describes is made again, and compared to the last bit."""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.runs.processes import checked_workers
from experiments.runs.progress import bar
from experiments.runs.store import BrokenOffError
from experiments.runs.worker import VersionError
from experiments.studies.reproduce import Described, Reproduced, check, read, some
from experiments.text import counted
from model.io.errors import InputError
from wolsey.verbs.making import print_json

USUAL: Final = 10
SHOWN: Final = 5
"""Runs that differ, of which the first are named."""


@dataclass(frozen=True, slots=True)
class ReproduceOptions:
    """What the user asked for; None is what was not given."""

    manifest: Path
    runs: int | None = None
    every: bool = False
    workers: int | None = None
    as_json: bool = False


def reproduce_manifest(options: ReproduceOptions) -> bool:
    """Make runs again and prints whether they are the same; whether they are, or differ in the last digits on
    another processor.

    Raises:
        InputError: the manifest or an option cannot be used. SystemExit: a run broke off (1).
    """
    if options.workers is not None:
        checked_workers(options.workers)
    if options.runs is not None and options.every:
        raise InputError("give --runs (how many) or --all, not both")
    if options.runs is not None and options.runs < 1:
        raise InputError("must be at least 1", at="--runs", value=options.runs)
    described = read(options.manifest)
    runs = some(described, None if options.every else options.runs or USUAL)
    try:
        with bar(f"{described.kind}, again", logged=True) as progress:
            found = check(described, runs, options.workers, progress)
    except (BrokenOffError, VersionError) as error:
        print(f"wolsey: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    if options.as_json:
        print_json(document(described, found))
    else:
        print("\n".join(reproduced_lines(described, found)))
    return good(described, found)


def good(described: Described, found: Reproduced) -> bool:
    """Tell whether nothing differs, or only by what another processor makes of it."""
    only_processor = described.processors is not None and not described.changes
    return not found.different or (only_processor and all(each.near for each in found.different))


def reproduced_lines(described: Described, found: Reproduced) -> list[str]:
    """Return what was found, in plain lines."""
    compared = found.same + len(found.different)
    verb = "is" if found.same == 1 else "are"
    lines = [f"{found.same} of {counted(compared, 'run')} made again {verb} the same to the last bit."]
    for each in found.different[:SHOWN]:
        size = (
            "other figures, or of other numbers of people"
            if math.isinf(each.largest)
            else f"at most {each.largest:.1e} of the figure"
        )
        lines.append(f"  {each.run.arm}, {each.run.cell}: {counted(each.figures, 'figure')} differ, {size}")
    if len(found.different) > SHOWN:
        lines.append(f"  and {len(found.different) - SHOWN} more")
    if described.changes:
        lines.append("What is not as it was:")
        lines += [f"  {words}: {then}, now {now}" for words, (then, now) in described.changes.items()]
    elif found.different and described.processors is None:
        lines.append("Nothing that the manifest names has changed: what differs is not explained by it.")
    if described.processors is not None:
        then, now = described.processors
        lines.append(f"Another processor: {then}, now {now}")
        if found.different and good(described, found):
            lines.append("That explains differences so small; people are counted the same.")
    return lines


def document(described: Described, found: Reproduced) -> dict[str, object]:
    """Return the same in figures: what `json.dumps` takes; no number for other people or other figures."""
    return {
        "kind": described.kind,
        "same": found.same,
        "different": [
            {
                "arm": each.run.arm,
                "draw": each.run.cell.draw,
                "seed": each.run.cell.seed,
                "figures": each.figures,
                "largest": None if math.isinf(each.largest) else each.largest,
            }
            for each in found.different
        ],
        "changed": {words: {"then": a, "now": b} for words, (a, b) in described.changes.items()},
        "processor": described.processors,
        "good": good(described, found),
        "manifest": dict(described.then) if described.kind == "run" else {"key": described.then.get("key")},
    }
