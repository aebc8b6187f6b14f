"""The verb `discover`: the runs of a sweep read, conditions found, tables, picture and files written."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.discovery.cases import DiscoveryQuestion, asking, cases_of, question, with_drawn
from experiments.discovery.discover import USUAL_HALVES, Discovery, discover
from experiments.discovery.figure import picture
from experiments.discovery.table import frame, plain, rows
from experiments.runs.draws import ParameterDraws
from experiments.runs.keys import key_of
from experiments.runs.manifest import SHORT, AskedManifest, Manifest, command_line
from experiments.runs.report_folder import Folder, parquet, results_folder
from experiments.studies.folder import Swept, swept_study
from experiments.text import as_json, notes_on
from model.io.errors import InputError
from wolsey.verbs.making import places_asked, print_json, tell, tell_written
from wolsey.verbs.sweep_text import command_of

KINDS = {"boxes": "csv", "cases": "parquet", "picture": "png", "manifest": "json"}
"""What a folder of a discovery holds."""


@dataclass(frozen=True, slots=True)
class DiscoverOptions:
    """What the user asked for; None is what was not given. `density` is in per cent."""

    study: str
    goal: str | None = None
    outcome: str | None = None
    above: float | None = None
    below: float | None = None
    difference: bool = False
    scenario: str | None = None
    density: float | None = None
    drawn: bool = False
    halves: int = USUAL_HALVES
    sweep: Path | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False
    places: tuple[str, ...] = ()


def discover_conditions(options: DiscoverOptions) -> None:
    """Find conditions in the finished runs of a study, writes the results and prints them.

    Raises:
        InputError: something that the user gave cannot be used, the study was never swept, or its runs are
            too few; nothing is written then.
    """
    if options.density is not None and not 0 < options.density <= 100:
        raise InputError("must be above 0 and at most 100, per cent", at="--density", value=options.density)
    if options.halves < 0:
        raise InputError("must not be negative", at="--halves", value=options.halves)
    swept = swept_study(options.study, options.sweep, options.runs, places_asked(options.places))
    asked = question(
        swept.study,
        options.goal, options.outcome, options.scenario, options.above, options.below, options.difference,
    )  # fmt: skip
    numbers = ParameterDraws.of(swept.study.place)
    again = command_of("sweep", options.study, options.sweep, options.runs, options.places)
    table, wanted = outcomes(swept, asked, numbers, again)
    cases, undecided = cases_of(swept.study, table, asked)
    if options.drawn:
        cases = with_drawn(cases, swept.study.scenarios[asked.scenario], numbers)
    missing = wanted - len(cases) - undecided
    tell(numbers)
    if missing > 0:
        print(
            f"wolsey: {missing} of {wanted} runs are not finished and are left out; {again} makes them",
            file=sys.stderr,
        )
    found = discover(
        cases, asked.verb, None if options.density is None else options.density / 100, options.halves
    )
    manifest = manifest_of(swept, asked, numbers, options)
    path = options.out or results_folder("discover") / f"{swept.study.name}-{manifest.key[:SHORT]}"
    folder = Folder.opened(path, manifest.key, KINDS, keeps_runs=False)
    notes = notes_on(swept.study.scenarios[asked.scenario], numbers.note)
    written = report(folder, found, asked, manifest, notes)
    if options.as_json:
        content = document(found, asked, undecided, missing, written, manifest)
        print_json(content)
        return
    print(plain(found, asked.words, undecided, notes))
    tell_written(folder, written)


def outcomes(
    swept: Swept, asked: DiscoveryQuestion, numbers: ParameterDraws, again: str
) -> tuple[pd.DataFrame, int]:
    """Return what the finished runs say to a question, and how many runs of its scenario the study asks for;
    `again` is the command that makes them. Raises InputError where none was made."""
    where = f"the study '{swept.study.name}'"
    if not swept.there:
        raise InputError(f"was not swept here; {again} makes its runs", where=where)
    study = asking(swept.study, asked.asked)
    plan = study.plan(numbers)
    with swept.store(lock=False) as store:
        table, kept = study.outcomes(store, numbers, plan), len(store.keys())
    if table.empty:
        problem = (
            f"has no finished run in {store.shown} ({kept} runs there are of another version of the model, "
            f"its data or the study); {again} makes them"
        )
        raise InputError(problem, where=where)
    return table, sum(job.arm.endswith(f"/{asked.scenario}") for job in plan.jobs)


def manifest_of(
    swept: Swept, asked: DiscoveryQuestion, numbers: ParameterDraws, options: DiscoverOptions
) -> AskedManifest:
    """Return what made it; the key names study, model and numbers, whatever is asked."""
    study = swept.study
    seeds, draws = tuple(range(study.file.seeds)), numbers.chosen(study.file.draws)
    runs = Manifest.of(study.scenarios[asked.scenario], seeds, command_line(), draws, numbers)
    said = {"study": study.name, "question": asked.words, "density": options.density}
    said |= {"drawn": options.drawn, "halves": options.halves}
    return AskedManifest(key_of(runs.key, study.key()), said, runs)


def report(
    folder: Folder,
    found: Discovery,
    asked: DiscoveryQuestion,
    manifest: AskedManifest,
    notes: Sequence[str] = (),
) -> Mapping[str, str]:
    """Write all files under the next free number; returns their paths by kind."""
    table = pa.Table.from_pandas(frame(found), preserve_index=False)
    contents = {
        "manifest": manifest.as_json(indent=2).encode(),
        "boxes": pd.DataFrame(rows(found)).to_csv(index=False).encode(),
        "cases": parquet(table, manifest),
        "picture": picture(found, asked.words, manifest, notes),
    }
    return folder.report(contents)


def document(
    found: Discovery,
    asked: DiscoveryQuestion,
    undecided: int,
    missing: int,
    written: Mapping[str, str],
    manifest: AskedManifest,
) -> dict[str, Any]:
    """Return what was found, as `json.dumps` takes it; figures that there are not are null."""
    return {
        "question": asked.words,
        "state": found.state,
        "words": found.words,
        "another": found.another_words if found.another is not None else None,
        "holds": found.holds,
        "warnings": list(found.warnings),
        "cases": {
            "all": len(found.cases), "looked_in": len(found.looked), "held_out": len(found.held),
            "undecided": undecided, "missing": missing,
        },
        "conditions": [
            {
                "words": each.words, "axis": found.cases.axes[each.condition.axis].key,
                "chance": each.chance, "again": each.again, "halves": each.halves,
            }
            for each in found.conditions
        ],
        "boxes": as_json(rows(found)),
        "files": dict(written),
        "manifest": asdict(manifest),
    }  # fmt: skip
