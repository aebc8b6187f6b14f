"""Runs as every verb makes them: what is said before, how far they are, and what is left when they are cut
short."""

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.goals.files import left_out
from experiments.places.manifest import PlacesManifest, folders_of
from experiments.places.table import ByPlace
from experiments.runs.dask_cluster import PATIENCE, cluster
from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.processes import processors
from experiments.runs.progress import bar, in_words
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import Outcome, RunPlan, carry_out, carry_out_all
from experiments.runs.scheduler import LostError
from experiments.runs.storage import NotWrittenError
from experiments.runs.store import BrokenOffError, Store
from experiments.runs.time_estimate import roughly
from experiments.runs.worker import VersionError
from experiments.text import as_json, counted
from model.inputs.place import Place
from model.inputs.place_name import place_called
from model.io.errors import InputError
from model.scenario.scenario import Scenario

type Order = tuple[RunPlan, Store]
"""Runs that are wanted, and where they are kept."""
PLACES_KINDS: Final = {"places": "csv", "manifest": "json"}
"""What a folder of several places holds, besides the folder of each."""


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
    orders = [(plan, store)]
    with message_when_stopped(store, plan.keys.values()):
        if not address:
            (outcome,) = _made(orders, words, workers)
            return outcome
        print(f"wolsey: waiting for {address}, {PATIENCE:g} seconds at most", file=sys.stderr)
        with cluster(address) as (executor, count, note):
            if note:
                print(f"wolsey: {note}", file=sys.stderr)
            _announce(orders, count)
            with bar(words, logged=True) as progress:
                return carry_out(plan, store, workers=count, executor=executor, progress=progress)


def _made(orders: Sequence[Order], words: str, workers: int | None) -> list[Outcome]:
    """Make what is missing of several plans on one pool of processes of this machine."""
    count = processors() if workers is None else workers
    _announce(orders, count)
    with bar(words, logged=True) as progress:
        return carry_out_all(orders, workers=count, progress=progress)


def make_all(plan: RunPlan, store: Store, words: str, workers: int | None = None) -> None:
    """Make the same, of which every run is needed. Raises besides SystemExit (1) where runs broke off; the
    others are kept."""
    outcome = make(plan, store, words, workers)
    with message_when_stopped(store, plan.keys.values()):
        if outcome.failed:
            raise BrokenOffError(outcome.failed)


def make_each(orders: Sequence[Order], words: str, workers: int | None = None) -> None:
    """Make the runs of several plans, one a place, that their stores lack, on one pool of processes. Raises
    as `make_all`."""

    with message_of_all([store for _, store in orders], [plan.keys.values() for plan, _ in orders]):
        failed = [each for outcome in _made(orders, words, workers) for each in outcome.failed]
        if failed:
            raise BrokenOffError(failed)


def message_of_all(
    stores: Sequence[Store], wanted: Sequence[Collection[str]] = ()
) -> AbstractContextManager[None]:
    """Say on standard error what stopped a command in several places, and what it leaves in their `stores`;
    `wanted` are the keys of the runs that it asks for in each, where they are known. Raises as `ended`."""

    def left() -> str:
        kept = [store.keys() for store in stores]
        again = "the same command again goes on from there"
        if not wanted:
            return f"{counted(sum(map(len, kept)), 'run')} finished and kept, by place; {again}."
        there = sum(len(keys & frozenset(of)) for keys, of in zip(kept, wanted, strict=True))
        total = sum(len(frozenset(of)) for of in wanted)
        return f"{there} of {total} runs are finished and kept, by place; {again}."

    return ended(left)


@contextmanager
def message_when_stopped(store: Store, wanted: Collection[str] = ()) -> Iterator[None]:
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


def _announce(orders: Sequence[Order], workers: int) -> None:
    """Say on standard error how much is to be done, and about how long it takes."""
    wanted = [frozenset(plan.keys.values()) for plan, _ in orders]
    missing = [keys - store.keys() for keys, (_, store) in zip(wanted, orders, strict=True)]
    asked, lacking = sum(map(len, wanted)), sum(map(len, missing))
    if lacking:
        there = f", {asked - lacking} are there" if lacking < asked else ""
        seconds = sum(roughly(plan, keys, workers) for keys, (plan, _) in zip(missing, orders, strict=True))
        print(
            f"wolsey: {counted(lacking, 'run')} to make{there}: roughly {in_words(seconds)} on "
            f"{counted(workers, 'process')}",
            file=sys.stderr,
            flush=True,
        )


def tell_written(folder: Folder, written: Mapping[str, str]) -> None:
    """Say on standard output where the files of a report are."""
    names = ", ".join(Path(path).name for path in written.values())
    print(f"\nWritten to {shown(folder.path)}: {names}")


@dataclass(frozen=True)
class PlacesFolder:
    """A folder of several places: `paths` are the folders of each, and beside them lies the table by place.
    Make it with `opened`."""

    own: Folder
    paths: Mapping[str, Path]
    manifest: PlacesManifest

    @staticmethod
    def opened(out: Path | None, verb: str, name: str, keys: Mapping[str, str]) -> "PlacesFolder":
        """Return the folder at `out`, or the usual one of a verb for results called `name`, those of each
        place having one of these `keys`. Raises InputError."""
        manifest = PlacesManifest.of(keys, command_line())
        usual = results_folder(verb) / f"{name}-{len(keys)}-places-{manifest.key[:SHORT]}"
        path, names = out or usual, folders_of(tuple(keys))
        own = Folder.opened(path, manifest.key, PLACES_KINDS, keeps_runs=False, below=names.values())
        return PlacesFolder(own, {place: path / name for place, name in names.items()}, manifest)

    def tell(self, table: ByPlace, documents: Mapping[str, object] | None) -> None:
        """Write the table by place and print it, or all as one JSON document where the `documents` of the
        places are given."""
        written = self.own.report(
            {"manifest": self.manifest.as_json(indent=2).encode(), "places": table.as_csv().encode()}
        )
        if documents is not None:
            print_json({"places": documents, "table": list(table.rows), "files": written})
            return
        print("\n".join(table.text()))
        tell_written(self.own, written)
        print(f"Of each place: {', '.join(shown(path) for path in self.paths.values())}")


def places_asked(given: Sequence[str], at: str = "--place") -> tuple[str, ...]:
    """Return the places that a user names, as the program calls them. Raises InputError for one that there is
    not, or that is named twice."""
    found: list[str] = []
    for each in given:
        place = place_called(each, at)
        if place in found:
            raise InputError("is named twice", at=at, value=each)
        found.append(place)
    return tuple(found)


def asked_place(given: str | None, at: str = "--place") -> str | None:
    """Return the place that a user names, None where there is none. Raises InputError for one that there is
    not."""
    return None if given is None else place_called(given, at)


def tell_place(scenario: Scenario, given: bool) -> None:
    """Say on standard error where a scenario that names no place is lived, where the user named none either;
    and which of its goals are another place's own."""
    if not given and not scenario.placed:
        title = Place.load(scenario.place).title
        print(f"wolsey: no place is given, so this is {title}; --place NAME is another", file=sys.stderr)
    for sentence in left_out(scenario):
        print(f"wolsey: {sentence}", file=sys.stderr)


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
