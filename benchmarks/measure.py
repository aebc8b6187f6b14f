"""Measure the memory of a process and the child-years of a life, for all benchmarks."""

import platform
import resource
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.town import Town


def megabytes() -> float:
    """Return the most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if platform.system() == "Darwin" else 2**10)


def lived(town: "Town", until: int | None = None) -> int:
    """Live on and count child-years: everybody followed in a year, from birth to 32, counts
    once."""
    import numpy as np

    total = 0
    last = town.scenario.until if until is None else until
    while town.year < last:
        town.step()
        total += int(np.count_nonzero(town.children.present & (town.children.id != 0)))
    return total
