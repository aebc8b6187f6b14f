"""What a worker process does: a plan's runs, pairs of them, and stories of single children.

Functions of this module run in worker processes; what they share with the server is given to `begin`. What
lives a town is imported where it is used, for the server names these functions and lives none.
"""

import ctypes
import functools
import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.runs import processes as pool
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import RunResult, result_of
from experiments.runs.worker import BRANCH_YEAR
from model.scenario.scenario import Scenario
from wolsey.workshop.engine.recent import Recent
from wolsey.workshop.engine.snapshot import Snapshot, SnapshotKey
from wolsey.workshop.kept import kept_keys
from wolsey.workshop.view.delivered import LeverDelivery, LivedPlan

if TYPE_CHECKING:
    from experiments.lives.examples import Worth
    from experiments.lives.story import LifeStory
    from model.town import Town

SLOTS: Final = 256
"""Tickets that can be given up at a time: one in this many shares its slot with an older one."""

NICER: Final = 5
"""By how much workers stand back behind the server and the browser."""

type Flags = Any
"""An array of SLOTS whole numbers in shared memory."""


class _Worker:
    """What a worker process holds."""

    numbers: ParameterDraws
    snapshots: Recent[SnapshotKey, Snapshot]
    given_up: Flags


_here = _Worker()


def begin(numbers: ParameterDraws, snapshots: int, given_up: Flags) -> None:
    """Sets a worker up: the numbers that its runs live with, how many towns it keeps, and where the server
    says which tickets nobody wants any more."""
    pool.deaf()
    if hasattr(os, "nice"):
        os.nice(NICER)  # the page is drawn by the same machine
    _here.numbers, _here.snapshots, _here.given_up = numbers, Recent(snapshots), given_up
    # What is there now stays: a collection looks at what runs leave behind only, in milliseconds.
    pool.tidy()
    gc.freeze()


def tidied[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """`work`, after which the memory of its towns goes back to the system: the C library would keep it for
    itself, and twenty towns would fill a small machine."""

    @functools.wraps(work)
    def done(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return work(*arguments, **named)
        finally:
            pool.tidy()
            if _trim is not None:
                _trim(0)

    return done


_LIBRARY: Final = ctypes.CDLL(None) if os.name == "posix" else None
_trim: Callable[[int], int] | None = getattr(_LIBRARY, "malloc_trim", None)
"""The C library's, where it has one."""


def wanted(ticket: int) -> bool:
    """Whether somebody still waits for what a ticket asked for."""
    return int(_here.given_up[ticket % SLOTS]) != ticket


@tidied
def warm(scenario: Scenario, cells: Sequence[RunId], ticket: int) -> int:
    """Lives the towns of these cells up to the branch, and keeps them; how many are kept."""
    for cell in cells:
        if not wanted(ticket):
            break
        _snapshot(scenario, cell, ticket)
    return len(_here.snapshots)


@tidied
def live(scenario: Scenario, cell: RunId, ticket: int) -> LivedPlan | None:
    """One run: what the page shows of it, None where nobody waits for it any more. Raises InputError, or
    SeedError where it breaks off."""
    with pool.naming(cell):
        snapshot = _snapshot(scenario, cell, ticket)
        return (
            None if snapshot is None else _lived_branch(_twin(snapshot.town(), scenario, cell), cell, ticket)
        )


@tidied
def live_all(scenarios: Sequence[Scenario], cell: RunId, ticket: int) -> tuple[LivedPlan, ...] | None:
    """One run of each of some scenarios that share their past, which is not kept. Errors are those of
    `live`."""
    with pool.naming(cell):
        past = _grown(scenarios[0], cell, ticket)
        lives = []
        for scenario in scenarios:
            life = None if past is None else _lived_branch(_twin(past, scenario, cell), cell, ticket)
            if life is None:
                return None
            lives.append(life)
        return tuple(lives)


@tidied
def note() -> str:
    """What a reader must know about the numbers (`ParameterDraws.note`). Raises InputError."""
    return _here.numbers.note


@tidied
def story(a: Scenario, b: Scenario, child: int) -> "LifeStory":
    """One child's life under both, with the best fit and effects at their means. Raises InputError."""
    from experiments.lives.story import explain_child

    return explain_child(child, a, b)


@tidied
def children(a: Scenario, b: Scenario) -> "tuple[Worth, ...]":
    """Children whose two lives are worth reading. Raises InputError."""
    from experiments.lives.examples import children_worth_reading

    return children_worth_reading(a, b)


def _snapshot(scenario: Scenario, cell: RunId, ticket: int) -> Snapshot | None:
    key = SnapshotKey(scenario.burn_in_key(), cell)
    snapshot = _here.snapshots.get(key)
    if snapshot is None:
        town = _grown(scenario, cell, ticket)
        if town is None:
            return None
        snapshot = _here.snapshots.keep(key, Snapshot.of(town))
    return snapshot


def _grown(scenario: Scenario, cell: RunId, ticket: int) -> "Town | None":
    # As in a comparison of scenarios, the years before any programme are lived with effects at their means.
    town = _here.numbers.town(scenario, cell, effects=0)
    return town if _lived(town, BRANCH_YEAR, ticket) else None


def _twin(past: "Town", scenario: Scenario, cell: RunId) -> "Town":
    return past.branch(scenario, draw=_here.numbers.effects(cell.draw))


def _lived_branch(twin: "Town", cell: RunId, ticket: int) -> LivedPlan | None:
    # A town that nobody holds any more goes before another one grows.
    pool.tidy()
    purses: dict[int, float] = {}
    if not _lived(twin, twin.scenario.until, ticket, purses):
        return None
    return LivedPlan(trimmed(result_of(twin, cell), kept_keys(twin.scenario)), LeverDelivery.of(twin, purses))


def _lived(town: "Town", until: int, ticket: int, purses: dict[int, float] | None = None) -> bool:
    """Lives to the end of a year, or gives up where nobody waits any more; whether it came there. What the
    alliance has left at the end of each year goes into `purses`."""
    while town.year < until:
        if not wanted(ticket):
            return False
        town.step()
        if purses is not None:
            purses[town.year] = town.delivery.purse
    return True


def trimmed(life: RunResult, keys: Mapping[tuple[str, str], None]) -> RunResult:
    """A life with the figures of some keys only, in its own order."""
    at = [place for place, key in enumerate(life.keys) if key in keys]
    columns = np.array(at, np.intp)
    return replace(
        life,
        keys=tuple(life.keys[place] for place in at),
        values=life.values[:, columns],
        counts=life.counts[:, columns],
        latent=life.latent[:, columns],
    )
