"""What a worker does: the runs of a batch, those of one cell from one town as far as they are one life.

A batch is sent with the scenarios that its runs need and nothing else; what comes back is the finished file.
"""

import pickle
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.runs import run_file
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import RunResult, result_of
from experiments.runs.manifest import cpu_model, version
from model.calendar import FIRST_ACTING
from model.fingerprint import code_digest
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    from model.town import Town

BRANCH_YEAR: Final = FIRST_ACTING - 1
"""The last year before any programme: up to here scenarios may share a life."""
MOST: Final = 16
"""Runs of a batch at most: a killed sweep loses no more than this a worker."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run to be made: its key, the name of its arm, its cell, and the draw of the programmes' effects
    (None: that which belongs to the cell's draw of the numbers)."""

    key: str
    arm: str
    cell: RunId
    effects: int | None = None

    def drawn(self, numbers: ParameterDraws) -> int:
        """Return the draw of the effects."""
        return numbers.effects(self.cell.draw) if self.effects is None else self.effects


@dataclass(frozen=True, slots=True)
class Batch:
    """Runs of one place to be made together, those that share their first years next to each other, with the
    scenarios of their arms, pickled. `code` is the digest of the model that is to make them."""

    runs: tuple[Wanted, ...]
    scenarios: bytes
    code: str
    place: str

    @staticmethod
    def of(runs: Sequence[Wanted], arms: Mapping[str, Scenario]) -> "Batch":
        """Return the batch of these runs. Raises ValueError where they are of several places."""
        needed = {run.arm: arms[run.arm] for run in runs}
        (place,) = {arm.place for arm in needed.values()}
        return Batch(tuple(runs), pickle.dumps(needed), code_digest(), place)

    def alone(self) -> "list[Batch]":
        """Return a batch for each of its runs."""
        return [Batch((run,), self.scenarios, self.code, self.place) for run in self.runs]


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a run broke off: in a line, and where in the code."""

    reason: str
    trace: str = ""

    @staticmethod
    def of(error: Exception) -> "Broken":
        """Return what an error says."""
        return Broken(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a batch: a file of the runs that were finished (`keys`), and why others broke off, by key;
    `interrupted` by Ctrl-C, which reaches only a batch in the user's own process."""

    keys: tuple[str, ...]
    content: bytes
    broken: Mapping[str, Broken]
    interrupted: bool = False


class VersionError(RuntimeError):
    """A worker has another version of the model than the sweep: its files have changed since that began, or
    a cluster's worker has others."""


def past_key(scenario: Scenario) -> tuple[str, str, int]:
    """Return the scenarios with the same one share a life up to BRANCH_YEAR."""
    return scenario.burn_in_key(), scenario.record, min(scenario.until, BRANCH_YEAR)


def made(
    batch: Batch,
    numbers: ParameterDraws,
    stopped: Callable[[], bool] = lambda: False,
    tidied: Callable[[], None] = lambda: None,
) -> Finished:
    """Return the runs of a batch, in this process; those before `stopped()` is true. After each run
    `tidied()` may clear away what is left of its town. Raises VersionError."""
    if batch.code != code_digest():
        raise VersionError(
            "a worker has another version of the model than this sweep: its files have changed meanwhile, or "
            "its machine has others; start the sweep again when they are the same"
        )
    arms: dict[str, Scenario] = pickle.loads(batch.scenarios)
    done: dict[str, RunResult] = {}
    broken: dict[str, Broken] = {}
    interrupted = False
    try:
        for of_past in _by_past(batch.runs, arms):
            _live(of_past, arms, numbers, done, broken, stopped, tidied)
    except KeyboardInterrupt:
        interrupted = True
    content = run_file.packed(list(done.items()), maker(numbers)) if done else b""
    return Finished(tuple(done), content, broken, interrupted)


def maker(numbers: ParameterDraws) -> dict[str, Any]:
    """Return what makes runs in this process: all that explains why two of the same key could differ."""
    return {"wolsey": version(), "code": code_digest(), "posterior": numbers.digest, "cpu": cpu_model()}


def _by_past(runs: Iterable[Wanted], arms: Mapping[str, Scenario]) -> list[list[Wanted]]:
    found: dict[tuple[RunId, tuple[str, str, int]], list[Wanted]] = {}
    for run in runs:
        found.setdefault((run.cell, past_key(arms[run.arm])), []).append(run)
    return list(found.values())


def _live(
    runs: Sequence[Wanted],
    arms: Mapping[str, Scenario],
    numbers: ParameterDraws,
    done: dict[str, RunResult],
    broken: dict[str, Broken],
    stopped: Callable[[], bool],
    tidied: Callable[[], None],
) -> None:
    """Add the lives of runs that are one up to BRANCH_YEAR to `done`, or why there is none to `broken`."""
    if stopped():
        return
    *others, last = runs
    cell, first = last.cell, arms[last.arm]
    try:
        shared = numbers.town(first, cell, last.effects)
        if others:
            shared.run(min(BRANCH_YEAR, first.until))
    except Exception as error:
        broken.update({run.key: Broken.of(error) for run in runs})
        return
    for run in runs:
        if stopped():
            return
        try:
            # The town itself lives on when the others have left it.
            scenario = None if run is last else arms[run.arm]
            done[run.key] = _lived(shared, scenario, run, numbers)
        except Exception as error:
            broken[run.key] = Broken.of(error)
        tidied()


def _lived(shared: "Town", scenario: Scenario | None, run: Wanted, numbers: ParameterDraws) -> RunResult:
    """Return the life of a town from here on: its own, or a twin's under another scenario. No town is at hand
    any more when it returns."""
    town = shared if scenario is None else shared.branch(scenario, draw=run.drawn(numbers))
    return result_of(town.run(), run.cell, run.arm)
