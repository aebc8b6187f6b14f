"""Runs as every verb makes them: what is said before, how far they are, and what is left when they are cut
short."""

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from experiments.runs.dask_cluster import PATIENCE, cluster
from experiments.runs.draws import ParameterDraws
from experiments.runs.processes import processors
from experiments.runs.progress import bar, in_words
from experiments.runs.report_folder import Folder
from experiments.runs.runner import Outcome, RunPlan, carry_out
from experiments.runs.scheduler import LostError
from experiments.runs.storage import NotWrittenError
from experiments.runs.store import BrokenOffError, Store
from experiments.runs.time_estimate import roughly
from experiments.runs.worker import VersionError
from experiments.text import as_json, counted
from model.inputs.place import Place


@contextmanager
def opened(place: Path | str) -> Iterator[Store]:
    """Yield the store at a place, locked; says on standard error which of its files are not read. Raises
    InputError where another process writes there."""
    with Store.opened(place) as store:
        for name in store.damaged:
            print(
                f"wolsey: {name}: was damaged and has been moved there; its runs are made anew",
                file=sys.stderr,
            )
        if store.older:
            print(
                f"wolsey: {counted(len(store.older), 'file')} in {store.shown} of an older version's form: "
                "left as they are, and their runs made anew",
                file=sys.stderr,
            )
        yield store


def make(plan: RunPlan, store: Store, words: str, workers: int | None = None, address: str = "") -> Outcome:
    """Make the runs of a plan that the store lacks, on processes of this machine or on the cluster with the
    scheduler at `address`; `words` say of what.

    Raises:
        InputError: the workers cannot be used.
        SystemExit: the disk is full, or the cluster is gone (1). KeyboardInterrupt: the user stopped it. The
            runs finished before it are kept, and it says how many.
    """
    with told_when_stopped(store, plan.keys.values()):
        if not address:
            count = processors() if workers is None else workers
            _announce(plan, store, count)
            with bar(words, logged=True) as progress:
                return carry_out(plan, store, workers=count, progress=progress)
        print(f"wolsey: waiting for {address}, {PATIENCE:g} seconds at most", file=sys.stderr)
        with cluster(address) as (executor, count, note):
            if note:
                print(f"wolsey: {note}", file=sys.stderr)
            _announce(plan, store, count)
            with bar(words, logged=True) as progress:
                return carry_out(plan, store, workers=count, executor=executor, progress=progress)


def make_all(plan: RunPlan, store: Store, words: str, workers: int | None = None) -> None:
    """Make the same, of which every run is needed. Raises besides SystemExit (1) where runs broke off; the
    others are kept."""
    outcome = make(plan, store, words, workers)
    with told_when_stopped(store, plan.keys.values()):
        if outcome.failed:
            raise BrokenOffError(outcome.failed)


@contextmanager
def told_when_stopped(store: Store, wanted: Collection[str] = ()) -> Iterator[None]:
    """Say on standard error what stopped a command and what it leaves; `wanted` are the keys of the runs that
    it asks for, where they are known.

    Raises:
        SystemExit: it cannot go on (1). KeyboardInterrupt: the user stopped it.
    """

    def left() -> str:
        kept, asked = store.keys(), set(wanted)
        count = len(kept & asked) if asked else len(kept)
        if not count:
            return "No run was finished; nothing is kept."
        of = f"{count} of {len(asked)} runs are" if asked else f"{counted(count, 'run')} finished"
        where = store.shown if "://" in store.shown else shown(Path(store.shown))
        if asked:
            return f"{of} finished and kept in {where}; the same command again makes the others."
        return f"{of} and kept in {where}; the same command again goes on from there."

    with ended(left):
        yield


@contextmanager
def ended(left: Callable[[], str]) -> Iterator[None]:
    """Say on standard error what stopped a command, and what is `left` of its work.

    Raises:
        SystemExit: it cannot go on (1). KeyboardInterrupt: the user stopped it.
    """
    try:
        yield
    except BrokenProcessPool:
        why = "a worker died, perhaps for want of memory; try fewer with --workers"
        print(f"wolsey: {why}. {left()}", file=sys.stderr)
        raise SystemExit(1) from None
    except (BrokenOffError, NotWrittenError, LostError, VersionError) as error:
        print(f"wolsey: {error}. {left()}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"\nwolsey: stopped. {left()}", file=sys.stderr)
        raise


def _announce(plan: RunPlan, store: Store, workers: int) -> None:
    """Say on standard error how much is to be done, and about how long it takes."""
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


def tell_written(folder: Folder, written: Mapping[str, str]) -> None:
    """Say on standard output where the files of a report are."""
    names = ", ".join(Path(path).name for path in written.values())
    print(f"\nWritten to {shown(folder.path)}: {names}")


def tell(numbers: ParameterDraws) -> None:
    """Say on standard error what a reader must know about the numbers and the place before anything is run
    with them."""
    if numbers.note:
        print(f"wolsey: {numbers.note}", file=sys.stderr)
    place = Place.load(numbers.place)
    for warning in place.warnings:
        print(f"wolsey: {place.title}: {warning}", file=sys.stderr)


def shown(path: Path) -> str:
    """Return a path as the user would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def print_json(content: object) -> None:
    """Print a document on standard output; figures that there are none of are null."""
    print(json.dumps(as_json(content), ensure_ascii=False, indent=2, allow_nan=False))
