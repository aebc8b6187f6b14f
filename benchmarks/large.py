"""Time a child-year of a district nine times Ipswich's size beside one of Ipswich. Part of
`make bench`."""

import gc
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import lived, megabytes
from benchmarks.pairs import met

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario

SMALL, LARGE = "ipswich", "birmingham"
LIVES: Final = 3
MOST_RATIO, MOST_GIGABYTES, MOST_SECONDS_BUILT = 1.2, 2.0, 10.0
"""To be reached on one core."""


def bench_large(scale: float = 1.0, until: int | None = None) -> dict[str, Any]:
    """Return seconds and child-years of a life in either place, processor time, one after the other in turn;
    the most memory that the process held, megabytes; and the seconds of a processor in which the large one's
    folder is built from the tables."""
    from model.districts.folder import build
    from model.districts.names import find
    from model.scenario.scenario import Scenario
    from model.town import Town

    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        build(find(LARGE), Path(folder))
    built = time.process_time() - began
    base = Scenario.load("baseline").changed(scale=scale, **({} if until is None else {"until": until}))
    scenarios = {name: base.changed(place=name) for name in (SMALL, LARGE)}
    # The first life in a place reads its files and compiles.
    child_years = {name: lived(Town(scenario, seed=1)) for name, scenario in scenarios.items()}
    seconds: dict[str, list[float]] = {name: [] for name in scenarios}
    for _ in range(LIVES):
        for name, scenario in scenarios.items():
            seconds[name].append(_life(scenario))
    return {
        "built": built,
        "child_years": child_years,
        "seconds": {name: statistics.median(found) for name, found in seconds.items()},
        "peak_mb": megabytes(),
    }


def _life(scenario: "Scenario") -> float:
    from model.town import Town

    gc.collect()
    began = time.process_time()
    Town(scenario, seed=1).run()
    return time.process_time() - began


def told_large(found: dict[str, Any]) -> list[str]:
    """Return the part in words."""
    seconds, child_years = found["seconds"], found["child_years"]
    each = {name: seconds[name] / child_years[name] for name in seconds}
    size, ratio = child_years[LARGE] / child_years[SMALL], each[LARGE] / each[SMALL]
    gigabytes, built = found["peak_mb"] / 1024, found["built"]
    return [
        f"(h) {LARGE.capitalize()}, {size:.1f} times {SMALL.capitalize()}: "
        f"a life takes {seconds[LARGE]:.1f} s beside {seconds[SMALL]:.1f} s of one core",
        f"    a child-year costs {ratio:.2f} times as much; to reach: at most {MOST_RATIO:g}: "
        f"{met(ratio <= MOST_RATIO)}",
        f"    peak memory {gigabytes:.1f} GB; to reach: at most {MOST_GIGABYTES:g} GB: "
        f"{met(gigabytes <= MOST_GIGABYTES)}",
        f"    its folder is built in {built:.1f} s; to reach: at most {MOST_SECONDS_BUILT:g} s: "
        f"{met(built <= MOST_SECONDS_BUILT)}",
    ]
