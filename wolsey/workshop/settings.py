"""How a workshop is set up: how many runs, how large a town, what is kept and what is refused."""

from dataclasses import dataclass
from typing import Final

from experiments.runs.processes import checked_workers, processors
from model.io.errors import InputError

BODY: Final = 16_384
"""Bytes of a request at most."""
SMALLEST: Final = 0.02
"""The smallest town that there can be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with.

    `explore` runs a plan (a draw of the posterior each), shown after each of `batches`; `check_draws` x
    `check_seeds` runs before anything is quoted. A first look at a lever that moves is `look_runs` runs of a
    town `look_share` as large. `in_flight` runs of a session at once. `plans`, `checks` and `stories` are
    what is kept of each, `nothings` the checks of doing nothing. `streams` plans and checks under way at
    once; `rate` requests a second of an address, after a first `burst`. `workers` processes, 0 for one a
    processor.
    """

    scale: float = 1.0
    workers: int = 0
    explore: int = 20
    batches: tuple[int, ...] = (2, 8, 14, 20)
    check_draws: int = 100
    check_seeds: int = 2
    look_share: float = 0.25
    look_runs: int = 1
    in_flight: int = 2
    plans: int = 8
    checks: int = 6
    nothings: int = 2
    stories: int = 24
    streams: int = 40
    rate: float = 12.0
    burst: int = 60

    @property
    def processes(self) -> int:
        """Return how many worker processes there are."""
        return self.workers or processors()

    @property
    def look_scale(self) -> float:
        """Return the size of the town of a first look."""
        return max(SMALLEST, self.look_share * self.scale)

    @property
    def check_runs(self) -> int:
        """Return the runs of a check."""
        return self.check_draws * self.check_seeds

    @staticmethod
    def of(scale: float = 1.0, workers: int | None = None) -> "Settings":
        """Return the usual settings with another size of town or number of workers. Raises InputError."""
        if not SMALLEST <= scale <= 1.0:
            raise InputError(f"must be between {SMALLEST:g} and 1", at="--scale", value=scale)
        return Settings(scale=scale, workers=0 if workers is None else checked_workers(workers))
