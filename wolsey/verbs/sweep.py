"""The verb `sweep`: a study checked, its missing runs made, its outcomes written and printed."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from experiments.runs.dask_cluster import PATIENCE, checked_address, cluster
from experiments.runs.draws import Draws
from experiments.runs.manifest import command_line
from experiments.runs.processes import checked_workers, processors
from experiments.runs.progress import bar, in_words
from experiments.runs.report_folder import Folder, parquet
from experiments.runs.runner import Outcome, Plan, carry_out
from experiments.runs.scheduler import LostError
from experiments.runs.storage import NotWrittenError
from experiments.runs.store import Store
from experiments.runs.time_estimate import roughly
from experiments.runs.worker import VersionError
from experiments.studies.folder import StudyManifest, Swept, swept_study
from experiments.studies.study import Study
from experiments.studies.summary import by_point, summary
from experiments.text import counted
from model.io.errors import InputError
from wolsey.verbs.run import shown, tell
from wolsey.verbs.sweep_text import failures_told, sweep_told

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; None is what was not given."""

    study: str
    more_draws: int | None = None
    more_seeds: int | None = None
    workers: int | None = None
    cluster: str | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False


def sweep_study(options: Options) -> bool:
    """Makes the runs that are missing, writes and prints what was asked of them; whether all are there.

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
    numbers = Draws.of(study.place)
    plan = study.plan(numbers)
    folder = swept.folder()
    with swept.store(lock=True) as store:
        tell(numbers)
        for name in store.damaged:
            print(
                f"wolsey: {name}: was damaged and has been moved there; its runs are made anew",
                file=sys.stderr,
            )
        if not set(plan.keys.values()) <= store.keys():
            # Numbers that cannot be used are refused once, before any run is.
            numbers.world(next(iter(study.scenarios.values())), plan.jobs[0].cell.draw)
        outcome = _made(options, plan, store, study.name)
        outcomes = study.outcomes(store, numbers, plan)
        manifest = StudyManifest.of(study, plan, outcome, swept.kept_in(beside=True), command_line())
        table = summary(study, outcomes)
        written = report(folder, study, outcomes, table, manifest)
    if options.as_json:
        print(json.dumps(document(swept, outcome, table, manifest, written), ensure_ascii=False, indent=2))
    else:
        print(sweep_told(study, outcome, table, numbers.note))
        names = ", ".join(Path(path).name for path in written.values())
        print(f"\nWritten to {shown(folder.path)}: {names}")
    if outcome.failed:
        print(f"wolsey: {failures_told(outcome.failed)}", file=sys.stderr)
    return outcome.whole


def chosen_study(options: Options) -> Swept:
    """The study with as many draws and seeds as are asked for. Raises InputError."""
    swept = swept_study(options.study, options.out, options.runs)
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
    """Writes manifest, outcomes, summary, the table by point and the design under the next free number;
    returns their paths."""
    number = folder.next_report()
    frame = pa.Table.from_pandas(outcomes, preserve_index=False)
    contents = {
        "manifest": ("json", manifest.as_json(indent=2).encode()),
        "outcomes": ("parquet", parquet(frame, manifest)),
        "summary": ("csv", table.to_csv(index=False).encode()),
        "points": ("csv", by_point(study, outcomes).to_csv(index=False).encode()),
        "design": ("csv", study.levels().to_csv().encode()),
    }
    return {
        kind: str(folder.write(kind, number, suffix, content)) for kind, (suffix, content) in contents.items()
    }


def document(
    swept: Swept,
    outcome: Outcome,
    table: "pd.DataFrame",
    manifest: StudyManifest,
    written: Mapping[str, str],
) -> dict[str, object]:
    """The sweep in figures: what `json.dumps` takes; missing ones are null."""
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


def _made(options: Options, plan: Plan, store: Store, name: str) -> Outcome:
    with told_when_stopped(plan, store):
        if options.cluster is None:
            workers = processors() if options.workers is None else options.workers
            _announce(plan, store, workers)
            with bar(name, logged=True) as progress:
                return carry_out(plan, store, workers=workers, progress=progress)
        print(f"wolsey: waiting for {options.cluster}, {PATIENCE:g} seconds at most", file=sys.stderr)
        with cluster(options.cluster) as (executor, workers, note):
            if note:
                print(f"wolsey: {note}", file=sys.stderr)
            _announce(plan, store, workers)
            with bar(name, logged=True) as progress:
                return carry_out(plan, store, workers=workers, executor=executor, progress=progress)


def _announce(plan: Plan, store: Store, workers: int) -> None:
    """Says on standard error how much is to be done, and about how long it takes."""
    wanted = frozenset(plan.keys.values())
    missing = wanted - store.keys()
    if missing:
        there = f", {len(wanted) - len(missing)} are there" if len(missing) < len(wanted) else ""
        print(
            f"wolsey: {counted(len(missing), 'run')} to make{there}: roughly "
            f"{in_words(roughly(plan, missing, workers))} on {counted(workers, 'process')}",
            file=sys.stderr,
            flush=True,
        )


@contextmanager
def told_when_stopped(plan: Plan, store: Store) -> Iterator[None]:
    """Says on standard error what stopped a sweep and what it leaves.

    Raises:
        SystemExit: it cannot go on (1). KeyboardInterrupt: the user stopped it.
    """
    wanted = set(plan.keys.values())

    def left() -> str:
        kept = len(wanted & store.keys())
        return f"{kept} of {len(wanted)} runs are finished and kept; the same command again makes the others."

    try:
        yield
    except (NotWrittenError, LostError, VersionError) as error:
        print(f"wolsey: {error}. {left()}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"\nwolsey: stopped. {left()}", file=sys.stderr)
        raise
