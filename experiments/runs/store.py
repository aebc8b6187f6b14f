"""A folder of finished runs, each found by the key of all that can change it.

The files are the ledger: `runs-DIGEST.parquet` holds a batch of runs (see `run_file`) and is named after its
own content, so that a file that was cut short or changed is known at once; `failed-KEY.json` keeps why a run
broke off. Killing the process at any moment loses the batches being made and nothing else. A damaged file is
moved into `damaged/`, named, and its runs count as not made.
"""

import hashlib
import json
import re
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from experiments.runs import run_file
from experiments.runs.ensemble import RunResult
from experiments.runs.run_file import DamagedError, OlderError, Runs
from experiments.runs.storage import Memory, Storage, storage_at
from model.io.errors import InputError

RUNS: Final = re.compile(r"runs-([0-9a-f]{32})\.parquet")
FAILED: Final = re.compile(r"failed-([0-9a-f]{32})\.json")

type Series = Collection[tuple[str, str]]
"""Some (indicator, group)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that broke off: its key, its arm, draw and seed, why, and where in the code (`trace`)."""

    key: str
    arm: str
    draw: int
    seed: int
    reason: str
    trace: str = ""

    def __str__(self) -> str:
        return f"{self.arm}, draw {self.draw}, seed {self.seed}: {self.reason}"


def by_reason(failures: Iterable[Failure]) -> list[str]:
    """Return the runs that broke off, in a line a reason, that of most first."""
    alike: dict[str, list[Failure]] = {}
    for each in sorted(failures, key=lambda each: (each.arm, each.draw, each.seed)):
        alike.setdefault(each.reason, []).append(each)
    return [
        str(first) + (f" (and {len(others)} more for the same reason)" if others else "")
        for first, *others in sorted(alike.values(), key=len, reverse=True)
    ]


class BrokenOffError(RuntimeError):
    """Runs broke off; `failed` says which and why. Those that were finished are kept."""

    def __init__(self, failed: Sequence[Failure]) -> None:
        super().__init__(failures_text(failed))
        self.failed = tuple(failed)
        for trace in dict.fromkeys(each.trace for each in failed if each.trace):
            self.add_note(trace)


SHOWN_REASONS: Final = 5


def failures_text(failed: Sequence[Failure]) -> str:
    """Return the runs that broke off, by reason, in a line."""
    reasons = by_reason(failed)
    more = f"; and {len(reasons) - SHOWN_REASONS} other reasons" if len(reasons) > SHOWN_REASONS else ""
    runs = "1 run" if len(failed) == 1 else f"{len(failed)} runs"
    return f"{runs} broke off: {'; '.join(reasons[:SHOWN_REASONS])}{more}"


class Store:
    """A folder of finished runs. Make it with `opened`; leave it with `close`, or use it in a `with`.

    `damaged` names the files that were found damaged when it was opened, where they lie now; `older` those
    of an older form, whose runs do not count.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.older: tuple[str, ...] = ()
        self._file_of: dict[str, str] = {}
        self._keys_of: dict[str, tuple[str, ...]] = {}
        self.damaged: tuple[str, ...] = ()

    @staticmethod
    def opened(path: Path | str, lock: bool = True) -> "Store":
        """Return the store at a path, or at an address that fsspec knows, made where it is missing.

        Args:
            lock: whether it will be written to. No second process can open it so meanwhile; reading needs
                none, makes nothing and moves nothing.

        Raises:
            InputError: it cannot be read or written, or another process is writing there.
        """
        store = Store(storage_at(path, make=lock))
        if lock:
            store._storage.lock()
        store._read_ledger(moving=lock)
        return store

    @staticmethod
    def in_memory() -> "Store":
        """Return a store that is gone when nobody holds it any more."""
        return Store(Memory())

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let other processes write."""
        self._storage.unlock()

    @property
    def shown(self) -> str:
        """Return the folder as errors show it."""
        return self._storage.shown

    def keys(self) -> frozenset[str]:
        """Return the keys of the runs that are finished."""
        return frozenset(self._file_of)

    def add(self, runs: Runs, made: Mapping[str, Any] | None = None) -> None:
        """Keep runs in a new file; `made` says what made them.

        Raises:
            NotWrittenError: they could not be written; none of them counts then.
        """
        if runs:
            self.add_file(run_file.packed(runs, made or {}), [key for key, _ in runs])

    def add_file(self, content: bytes, keys: Sequence[str]) -> None:
        """Keep the runs of a file that `run_file.packed` made. Raises NotWrittenError."""
        name = f"runs-{_digest(content)}.parquet"
        self._storage.put(name, content)
        self._count(name, keys)

    def lives(self, keys: Collection[str], series: Series | None = None) -> dict[str, RunResult]:
        """Return the finished runs among these, by key; where `series` is given, with these (indicator,
        group) alone. Raises InputError where a file has gone or been changed since the store was opened."""
        found = dict(self.each(keys, series))
        return {key: found[key] for key in keys if key in found}

    def each(self, keys: Collection[str], series: Series | None = None) -> Generator[tuple[str, RunResult]]:
        """Yield the same one after the other, file by file: no more than one file is in memory. Raises as
        `lives`."""
        asked = set(keys)
        for name in dict.fromkeys(self._file_of[key] for key in keys if key in self._file_of):
            wanted = {key for key in self._keys_of[name] if key in asked and self._file_of[key] == name}
            try:
                content = self._storage.read(name)
                if not _whole(name, content):
                    raise DamagedError("its content is not that of its name")
                lives = run_file.unpacked(content, wanted, series)
            except (OSError, DamagedError) as error:
                raise InputError(
                    f"cannot be read ({error}); the same command again makes its runs anew",
                    where=f"{self.shown}/{name}",
                ) from None
            yield from lives

    def made_by(self) -> list[tuple[Mapping[str, Any], tuple[str, ...]]]:
        """Return what made the runs of each file, and their keys. Raises InputError where a file has gone."""
        try:
            return [
                (run_file.made_by(self._storage.read(name)), keys) for name, keys in self._keys_of.items()
            ]
        except (OSError, DamagedError) as error:
            raise InputError(f"cannot be read: {error}", where=self.shown) from None

    def fail(self, failure: Failure) -> None:
        """Keep why a run broke off. Raises NotWrittenError."""
        content = json.dumps(asdict(failure), ensure_ascii=False, indent=2).encode()
        self._storage.put(f"failed-{failure.key}.json", content)

    def failures(self) -> dict[str, Failure]:
        """Return the runs that broke off and have not been made since, by key."""
        found = {}
        for name in self._storage.names():
            match = FAILED.fullmatch(name)
            if match and match[1] not in self._file_of:
                try:
                    found[match[1]] = Failure(**json.loads(self._storage.read(name)))
                except (ValueError, TypeError):
                    found[match[1]] = Failure(match[1], "?", 0, 0, "its reason cannot be read")
        return found

    def _read_ledger(self, moving: bool) -> None:
        damaged, older = [], []
        for name in self._storage.names():
            if not RUNS.fullmatch(name):
                continue
            try:
                content = self._storage.read(name)
                if not _whole(name, content):
                    raise DamagedError("its content is not that of its name")
                self._count(name, run_file.keys_in(content))
            except OlderError:
                older.append(f"{self.shown}/{name}")
            except DamagedError:
                damaged.append(self._storage.move_aside(name) if moving else f"{self.shown}/{name}")
            except OSError as error:
                problem = f"cannot be read: {error.strerror or error}"
                raise InputError(problem, where=f"{self.shown}/{name}") from None
        self.damaged, self.older = tuple(damaged), tuple(older)

    def _count(self, name: str, keys: Sequence[str]) -> None:
        self._keys_of[name] = tuple(keys)
        for key in keys:
            self._file_of.setdefault(key, name)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _whole(name: str, content: bytes) -> bool:
    match = RUNS.fullmatch(name)
    return match is not None and match[1] == _digest(content)
