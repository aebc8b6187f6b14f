"""What lives, sweeps and the workshop cost in time and memory: `make bench`, `make bench PARTS="town sweep"`.

Eight parts, each in a process of its own: (town) the whole town from 1998 to 2048, (objects) attendance and
learning in columns beside ordinary Mesa objects, (size) a town ten times as large, (command) `wolsey run` of
one seed, (pairs) what pairs of lives are worth, (sweep) what a sweep adds to its lives, (workshop) how soon
the workshop's page answers, (large) a district eight times as large. It prints what was to be reached and
whether it is; machines differ, so that it fails only where a part cannot be measured."""

import functools
import gc
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from benchmarks.large import bench_large, told_large
from benchmarks.measure import lived, megabytes
from benchmarks.pairs import bench_pairs, in_words, met, pairs_lines
from benchmarks.sweep import bench_sweep, sweep_lines

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario
    from model.town import Town

RUNS: Final = 5
SCENARIO: Final = "baseline"
OBJECTS_YEAR: Final = 2017
SIZES: Final = (1.0, 10.0)
SIZE_UNTIL: Final = 2008
MOST_SECONDS, MOST_MEGABYTES, LEAST_RATIO, MOST_DRIFT, MOST_COMMAND = 0.5, 150.0, 100.0, 0.2, 4.0
"""What is to be reached on one core."""


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long it takes, with garbage of earlier work out of the way."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median, fastest and slowest."""
    return {"median": statistics.median(seconds), "fastest": min(seconds), "slowest": max(seconds)}


def bench_town() -> dict[str, Any]:
    """Return the whole town at scale 1: cold, warm, memory, and where the time goes by phase."""
    import model.town
    from model.scenario.scenario import Scenario

    before = megabytes()
    scenario = Scenario.load(SCENARIO)
    cold = seconds_of(functools.partial(_life, scenario))
    warm = [seconds_of(functools.partial(_life, scenario)) for _ in range(RUNS)]
    peak = megabytes()
    count = lived(model.town.Town(scenario, seed=1))
    return {
        "cold": cold,
        "warm": spread(warm),
        "child_years": count,
        "imports_mb": before,
        "peak_mb": peak - before,
        "phases": profile(scenario),
    }


def profile(scenario: "Scenario") -> dict[str, float]:
    """Return the seconds of one life by phase, the building of the town first."""
    import model.town

    spent: dict[str, float] = {}

    def timed(phase: Callable[["Town"], None]) -> Callable[["Town"], None]:
        @functools.wraps(phase)
        def measured(town: "Town") -> None:
            start = time.perf_counter()
            phase(town)
            spent[phase.__name__] = spent.get(phase.__name__, 0.0) + time.perf_counter() - start

        return measured

    usual = model.town.YEAR
    model.town.YEAR = tuple(timed(phase) for phase in usual)
    start = time.perf_counter()
    try:
        town = model.town.Town(scenario, seed=1)
        spent["building"] = time.perf_counter() - start
        town.run()
    finally:
        model.town.YEAR = usual
    whole = time.perf_counter() - start
    return {**spent, "rest": whole - sum(spent.values())}


def bench_objects() -> dict[str, Any]:
    """Return the attendance and learning of one year on the same children, in columns and as objects; and
    their means."""
    import numpy as np

    from benchmarks.objects import STATES, ObjectTown, pupils_of
    from model.scenario.scenario import Scenario
    from model.town import Town
    from model.year.attendance import attendance
    from model.year.learning import learning

    town = Town(Scenario.load(SCENARIO).changed(until=OBJECTS_YEAR), seed=0).run()
    rows, children = pupils_of(town), town.children
    kept = {name: getattr(children, name).copy() for name in STATES}
    objects = [ObjectTown(town, seed=seed) for seed in range(RUNS)]

    def in_columns() -> None:
        for phase in (attendance, learning):
            children.open(phase.__name__)
            phase(town)
            children.close()

    def restored() -> None:
        for phase, names in (("attendance", ("absence",)), ("learning", STATES[1:])):
            children.open(phase)
            for name in names:
                getattr(children, name)[:] = kept[name]
        children.close()

    in_columns()
    columns = {name: getattr(children, name)[rows].astype(np.float64) for name in STATES}
    times, own = [], []
    for each in objects:
        own.append(seconds_of(each.live))
        for _ in range(RUNS):
            restored()
            times.append(seconds_of(in_columns))
    checks = {}
    for name in STATES:
        there = np.ones(len(rows), np.bool_)
        if name in ("absence", "aspiration"):
            first, last = (5, 16) if name == "absence" else (11, 18)
            age = town.year - children.cohort[rows]
            there = (age >= first) & (age <= last)
        ours, theirs = columns[name][there], objects[0].figures(name)[there]
        # Both start from the same children, so that they differ by the year's draws alone.
        error = float(np.std(ours - theirs)) / np.sqrt(len(ours))
        checks[name] = {"columns": float(ours.mean()), "objects": float(theirs.mean()), "error": float(error)}
    return {"children": len(rows), "columns": spread(times), "objects": spread(own), "means": checks}


def bench_size() -> dict[str, Any]:
    """Return the seconds a child-year at scale 1 and at scale 10, over the first years."""
    from model.scenario.scenario import Scenario
    from model.town import Town

    found = {}
    for scale in SIZES:
        scenario = Scenario.load(SCENARIO).changed(scale=scale, until=SIZE_UNTIL)
        count = lived(Town(scenario, seed=1))
        times = [seconds_of(functools.partial(_life, scenario)) for _ in range(RUNS)]
        found[f"{scale:g}"] = {"seconds": spread(times), "child_years": count}
    return found


def _life(scenario: "Scenario") -> None:
    from model.town import Town

    Town(scenario, seed=1).run()


def bench_command() -> dict[str, Any]:
    """Return the whole command, imports and picture included, as a user starts it."""
    command = [sys.executable, "-m", "wolsey", "run", SCENARIO, "--seeds", "1", "--out"]
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            whole = functools.partial(
                subprocess.run, [*command, folder], check=True, stdout=subprocess.DEVNULL
            )
            times.append(seconds_of(whole))
    return {"seconds": spread(times)}


def bench_workshop() -> dict[str, Any]:
    """Return what the workshop's own measurement prints."""
    command = [sys.executable, "-m", "benchmarks.workshop"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {"lines": done.stdout.splitlines()}


PARTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "town": bench_town,
    "objects": bench_objects,
    "size": bench_size,
    "command": bench_command,
    "pairs": bench_pairs,
    "sweep": bench_sweep,
    "workshop": bench_workshop,
    "large": bench_large,
}


def town_lines(found: dict[str, Any]) -> list[str]:
    """Return the first part in words."""
    warm, peak = found["warm"], found["peak_mb"]
    phases = sorted(found["phases"].items(), key=lambda each: -each[1])
    whole = sum(found["phases"].values())
    return [
        f"(a) The whole town, 1998 to 2048, one seed: cold {found['cold']:.2f} s, warm {in_words(warm)}",
        f"    to reach: at most {MOST_SECONDS} s warm: {met(warm['median'] <= MOST_SECONDS)}",
        f"    {found['child_years'] / warm['median'] / 1e6:.1f} million child-years a second "
        f"({found['child_years'] / 1e6:.2f} million lived)",
        f"    peak memory {peak:.0f} MB above the {found['imports_mb']:.0f} MB of the process's imports",
        f"    to reach: at most {MOST_MEGABYTES:.0f} MB above: {met(peak <= MOST_MEGABYTES)}",
        "    where the time goes:",
        *(f"      {name:<12} {seconds * 1000:7.1f} ms  {seconds / whole:4.0%}" for name, seconds in phases),
    ]


def objects_lines(found: dict[str, Any]) -> list[str]:
    """Return the second part in words."""
    ratio = found["objects"]["median"] / found["columns"]["median"]
    same = all(abs(m["columns"] - m["objects"]) <= 4 * m["error"] for m in found["means"].values())
    lines = [
        f"(b) Attendance and learning of one year, {found['children']:,} children of {OBJECTS_YEAR}",
        f"    columns {in_words(found['columns'], 1000, 'ms')}",
        f"    objects {in_words(found['objects'], 1000, 'ms')}",
        f"    ratio {ratio:.0f}; to reach: at least {LEAST_RATIO:.0f}: {met(ratio >= LEAST_RATIO)}",
        f"    same means, within four sampling errors: {met(same)}",
    ]
    for name, mean in found["means"].items():
        ours, theirs, error = (f"{kind} {mean[kind]:8.4f}" for kind in ("columns", "objects", "error"))
        lines.append(f"      {name:<11} {ours}  {theirs}  {error}")
    return lines


def size_lines(found: dict[str, Any]) -> list[str]:
    """Return the third part in words."""
    small, large = (
        found[scale]["seconds"]["median"] / found[scale]["child_years"]
        for scale in (f"{size:g}" for size in SIZES)
    )
    ratio = large / small
    return [
        f"(c) Town ten times as large, 1998 to {SIZE_UNTIL}: a child-year costs",
        f"    {small * 1e9:.0f} ns at scale 1, {large * 1e9:.0f} ns at scale 10: ratio {ratio:.2f}",
        f"    to reach: at most {1 + MOST_DRIFT:.1f}: {met(ratio <= 1 + MOST_DRIFT)}",
    ]


def command_lines(found: dict[str, Any]) -> list[str]:
    """Return the fourth part in words."""
    seconds = found["seconds"]
    return [
        f"(d) wolsey run {SCENARIO} --seeds 1, import and picture included: {in_words(seconds)}",
        f"    to reach: under {MOST_COMMAND:g} s: {met(seconds['median'] < MOST_COMMAND)}",
    ]


def workshop_lines(found: dict[str, Any]) -> list[str]:
    """Return the last part, in its own words."""
    return ["(g) The workshop's page, as a browser asks it", *(f"    {line}" for line in found["lines"])]


TOLD: Final = {
    "town": town_lines,
    "objects": objects_lines,
    "size": size_lines,
    "command": command_lines,
    "pairs": pairs_lines,
    "sweep": sweep_lines,
    "workshop": workshop_lines,
    "large": told_large,
}


def main(arguments: Sequence[str]) -> int:
    """Return the these parts, or all, one after the other, each in a new process; or, in that process, one
    part as JSON. Returns the exit code: 1 where one cannot be measured, 2 where there is no such part."""
    if list(arguments[:1]) == ["--part"]:
        print(json.dumps(PARTS[arguments[1]]()))
        return 0
    unknown = [each for each in arguments if each not in PARTS]
    if unknown:
        print(f"bench: '{unknown[0]}' is no part; parts: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    from experiments.runs.manifest import cpu_model

    print(f"{cpu_model()}, Python {platform.python_version()}; median (fastest to slowest)\n", flush=True)
    broken = 0
    for part in arguments or PARTS:
        command = [sys.executable, "-m", "benchmarks.run", "--part", part]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            broken += 1
            print(f"({part}) could not be measured\n", flush=True)
            continue
        print("\n".join(TOLD[part](json.loads(done.stdout))), end="\n\n", flush=True)
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
