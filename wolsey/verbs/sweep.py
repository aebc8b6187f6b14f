"""The verb `sweep`: a study checked, its missing runs made, its outcomes written and printed."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from experiments.runs.dask_cluster import checked_address
from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import command_line
from experiments.runs.processes import checked_workers
from experiments.runs.report_folder import Folder, parquet
from experiments.runs.runner import Outcome
from experiments.runs.store import failures_text
from experiments.studies.folder import StudyManifest, Swept, swept_study
from experiments.studies.study import Study
from experiments.studies.summary import by_point, summary
from model.io.errors import InputError
from wolsey.verbs.making import make, opened, places_asked, print_json, tell, tell_place, tell_written
from wolsey.verbs.sweep_text import format_sweep

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """What the user asked for; None is what was not given."""

    study: str
    more_draws: int | None = None
    more_seeds: int | None = None
    workers: int | None = None
    cluster: str | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False
    places: tuple[str, ...] = ()


def sweep_study(options: SweepOptions) -> bool:
    """Make the runs that are missing, writes and prints what was asked of them; whether all are there.

    Raises:
        InputError: something that the user gave cannot be used; nothing is made then.
        SystemExit: the disk is full, or the cluster is gone (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says how many.
    """
    if options.workers is not None:
        checked_workers(options.workers)
    if options.cluster is not None:
        checked_address(options.cluster)
    swept = chosen_study(options)
    study = swept.study
    numbers = ParameterDraws.of(study.places[0])
    plan = study.plan(numbers)
    folder = swept.folder()
    with opened(swept.runs) as store:
        tell_place(next(iter(study.scenarios.values())), bool(study.file.place or len(study.places) > 1))
        for of_place in plan.by_place.values():
            tell(of_place)
        if not set(plan.keys.values()) <= store.keys():
            # Numbers that cannot be used are refused once, before any run is.
            for place, of_place in plan.by_place.items():
                first = next(arm for arm in plan.arms.values() if arm.place == place)
                of_place.world(first, plan.jobs[0].cell.draw)
        outcome = make(plan, store, study.name, options.workers, options.cluster or "")
        outcomes = study.outcomes(store, numbers, plan)
        manifest = StudyManifest.of(study, plan, outcome, swept.kept_in(beside=True), command_line())
        table = summary(study, outcomes)
        written = report(folder, study, outcomes, table, manifest)
    if options.as_json:
        print_json(document(swept, outcome, table, manifest, written))
    else:
        print(format_sweep(study, outcome, table, manifest.note))
        tell_written(folder, written)
    if outcome.failed:
        print(f"wolsey: {failures_text(outcome.failed)}; they are in no figure", file=sys.stderr)
    return outcome.whole


def chosen_study(options: SweepOptions) -> Swept:
    """Return the study with as many draws and seeds as are asked for. Raises InputError."""
    swept = swept_study(options.study, options.out, options.runs, places_asked(options.places))
    more = {"--more-draws": options.more_draws, "--more-seeds": options.more_seeds}
    for option, count in more.items():
        if count is not None and count < 1:
            raise InputError("must be at least 1", at=option, value=count)
    file = swept.study.file
    study = swept.study.changed(
        file.draws + (options.more_draws or 0), file.seeds + (options.more_seeds or 0)
    )
    return Swept(study, swept.path, swept.runs)


def report(
    folder: Folder, study: Study, outcomes: "pd.DataFrame", table: "pd.DataFrame", manifest: StudyManifest
) -> Mapping[str, str]:
    """Write manifest, outcomes, summary, the table by point and the design under the next free number;
    returns their paths."""
    frame = pa.Table.from_pandas(outcomes, preserve_index=False)
    contents = {
        "manifest": manifest.as_json(indent=2).encode(),
        "outcomes": parquet(frame, manifest),
        "summary": table.to_csv(index=False).encode(),
        "points": by_point(study, outcomes).to_csv(index=False).encode(),
        "design": study.levels().to_csv().encode(),
    }
    return folder.report(contents)


def document(
    swept: Swept,
    outcome: Outcome,
    table: "pd.DataFrame",
    manifest: StudyManifest,
    written: Mapping[str, str],
) -> dict[str, object]:
    """Return the sweep in figures: what `json.dumps` takes; missing ones are null."""
    rows = json.loads(table.to_json(orient="records"))
    return {
        "study": swept.study.name,
        "key": manifest.key,
        "runs": {"asked": outcome.runs, "found": outcome.found, "made": outcome.made},
        "failed": [asdict(each) for each in outcome.failed],
        "damaged": list(outcome.damaged),
        "summary": rows,
        "note": manifest.note,
        "files": dict(written),
        "manifest": asdict(manifest),
    }
