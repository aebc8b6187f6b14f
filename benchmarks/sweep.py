"""What a sweep costs beside the lives themselves: scheduling, storing, memory, reading, going on. Part of
`make bench`; `python -m benchmarks.run sweep` is this part alone.

What a sweep adds to a life does not depend on how many children live in it, so that the towns of the two
sides that are compared are a twentieth of their size and end in 2022: it weighs more there. Files, memory and
reading are of lives at full size to 2048.
"""

import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.pairs import met
from benchmarks.resume import DESIGNS, filled, remark, resume, study_text

if TYPE_CHECKING:
    from experiments.runs.ensemble import RunResult
    from experiments.runs.runner import RunPlan
    from experiments.studies.study import Study
    from model.scenario.scenario import Scenario

CELLS: Final = 400
WORKERS: Final = 2
SMALL, SHORT = 0.05, 2022
"""Size of the towns of the two sides that are compared, and their last year."""
FEW, MANY = 200, 2000
MOST_OVERHEAD, MOST_GROWTH, MOST_KB, MOST_READING, MOST_RESUME = 0.10, 1.1, 65.0, 5.0, 2.0
"""What is to be reached."""


def bench_sweep() -> dict[str, Any]:
    """Return all parts, one after the other."""
    full, kb = batch()
    return {
        "cell": cell_seconds(),
        "overhead": overhead(),
        "memory": [memory(FEW, full), memory(MANY, full)],
        "kb": kb,
        "reading": reading(full),
        "resume": {str(cells): resume(full, cells) for cells in (CELLS, MANY)}
        | {design: resume(full, CELLS, design) for design in DESIGNS},
        "remark": remark(),
    }


def study_of(cells: int, scale: float, until: int = 2048) -> "Study":
    """Return so many cells of the baseline, in at least twenty draws."""
    from experiments.studies.study import Study
    from experiments.studies.study_file import of

    return Study.of(of(tomllib.loads(study_text(cells, scale=scale, until=until))), "benchmark", Path())


def plan_of(cells: int, scale: float, until: int = 2048) -> "RunPlan":
    """Return its runs."""
    from experiments.runs.draws import ParameterDraws

    return study_of(cells, scale, until).plan(ParameterDraws.of("ipswich"))


def cell_seconds() -> float:
    """Return the seconds of a life at full size, the faster of two."""
    from model.scenario.scenario import Scenario

    scenario = Scenario.load("baseline")
    return min(_seconds(lambda seed=seed: live(scenario, seed)) for seed in range(3))


def live(scenario: "Scenario", seed: int, draw: int = 0) -> "RunResult":
    """Return one run, in this process."""
    from experiments.runs.draws import ParameterDraws, RunId
    from experiments.runs.ensemble import result_of

    cell = RunId(draw, seed)
    return result_of(ParameterDraws.of(scenario.place).town(scenario, cell).run(), cell)


def overhead() -> dict[str, float]:
    """Return the seconds of 400 small cells: as a sweep, and in a bare loop over two processes; twice each,
    in the order bare, sweep, sweep, bare."""
    from experiments.runs.runner import carry_out
    from experiments.runs.store import Store

    plan = plan_of(CELLS, SMALL, SHORT)

    def swept() -> None:
        with tempfile.TemporaryDirectory() as folder, Store.opened(folder) as store:
            carry_out(plan, store, workers=WORKERS)

    def bare() -> None:
        from experiments.runs import processes as pool

        cells = [job.cell for job in plan.jobs]
        with ProcessPoolExecutor(
            WORKERS, pool.clean_context(), _given, (plan.arms["0000/baseline"], plan.numbers)
        ) as executor:
            list(executor.map(_bare_life, cells, chunksize=16))

    times = [_seconds(work) for work in (bare, swept, swept, bare)]
    return {"bare": (times[0] + times[3]) / 2, "sweep": (times[1] + times[2]) / 2}


_setting: list[Any] = []


def _given(*setting: Any) -> None:
    _setting[:] = setting


def _bare_life(cell: Any) -> None:
    scenario, numbers = _setting
    numbers.town(scenario, cell).run()


def memory(cells: int, lives: Sequence["RunResult"]) -> float:
    """Return the megabytes that the parent of a sweep of so many cells holds at most, in a process of its
    own. Workers are pretended: they give the lives of a batch of full size again and again, under the keys
    asked for."""
    from experiments.runs import run_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lives.parquet"
        path.write_bytes(run_file.packed([(f"{i:032x}", life) for i, life in enumerate(lives)], {}))
        command = [sys.executable, "-m", "benchmarks.sweep", "--memory", str(cells), str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


class Pretended(Executor):
    """Gives finished batches without living them."""

    def __init__(self, lives: Sequence["RunResult"]) -> None:
        self._lives = lives

    def submit(self, _: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Return a batch, finished at once."""
        from experiments.runs import run_file
        from experiments.runs.worker import Finished

        runs = arguments[0].runs
        lives = [
            (run.key, replace(life, draw=run.cell.draw, seed=run.cell.seed))
            for run, life in zip(runs, self._lives, strict=False)
        ]
        future: Future[Any] = Future()
        future.set_result(Finished(tuple(run.key for run in runs), run_file.packed(lives, {}), {}))
        return future


def _memory_here(cells: int, path: Path) -> float:
    from experiments.runs import run_file
    from experiments.runs.runner import carry_out
    from experiments.runs.store import Store

    executor = Pretended([life for _, life in run_file.unpacked(path.read_bytes())])
    with tempfile.TemporaryDirectory() as folder, Store.opened(folder) as store:
        outcome = carry_out(plan_of(cells, 1.0), store, workers=WORKERS, executor=executor)
        assert outcome.made == cells
    return _most_held()


def _most_held() -> float:
    """Return the most megabytes that this process has held. What the system counts for it otherwise begins
    with what the process held that started it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**10
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def batch() -> tuple[list["RunResult"], float]:
    """Return a batch of sixteen lives at full size, and kB a cell of its file."""
    from experiments.runs import run_file
    from experiments.runs.worker import MOST
    from model.scenario.scenario import Scenario

    scenario = Scenario.load("baseline")
    lives = [live(scenario, seed, draw) for draw in (1, 2) for seed in range(MOST // 2)]
    content = run_file.packed([(f"{i:032x}", life) for i, life in enumerate(lives)], {})
    return lives, len(content) / len(lives) / 1000


def reading(lives: Sequence["RunResult"]) -> float:
    """Return the seconds to read and summarise 2,000 finished cells of full size: those of a batch, again and
    again under other keys."""
    from experiments.runs.draws import ParameterDraws
    from experiments.runs.store import Store
    from experiments.studies.summary import summary

    numbers, study = ParameterDraws.of("ipswich"), study_of(MANY, 1.0)
    plan = study.plan(numbers)
    with tempfile.TemporaryDirectory() as folder, Store.opened(folder) as store:
        filled(store, plan, lives)
        return _seconds(lambda: summary(study, study.outcomes(store, numbers, plan)))


def sweep_lines(found: dict[str, Any]) -> list[str]:
    """Return the figures in words, with what was to be reached."""
    bare, swept = found["overhead"]["bare"], found["overhead"]["sweep"]
    extra = (swept - bare) * WORKERS / CELLS
    few, many = found["memory"]
    again = {name: f"{seconds:.2f} s" for name, seconds in found["resume"].items()}
    return [
        f"(f) A sweep of {CELLS} short cells of a twentieth of the town, {WORKERS} processes: {swept:.1f} s",
        f"    the same in a bare loop: {bare:.1f} s; scheduling and storing: {extra * 1000:.1f} ms a cell,",
        f"    {extra / found['cell']:.1%} of a cell's own {found['cell']:.2f} s at full size, "
        f"{swept / bare - 1:.1%} of these cells",
        f"    to reach: under {MOST_OVERHEAD:.0%}: {met(extra / found['cell'] < MOST_OVERHEAD)}",
        f"    parent's memory: {few:.0f} MB for {FEW} cells, {many:.0f} MB for {MANY}",
        f"    to reach: flat (at most {MOST_GROWTH - 1:.0%} more): {met(many <= MOST_GROWTH * few)}",
        f"    a batch's file: {found['kb']:.1f} kB a cell, pathways included",
        f"    to reach: at most {MOST_KB:.0f} kB: {met(found['kb'] <= MOST_KB)}",
        f"    {MANY} cells read and summarised: {found['reading']:.2f} s",
        f"    to reach: under {MOST_READING:.0f} s: {met(found['reading'] < MOST_READING)}",
        f"    wolsey sweep of a finished study, imports included: {again[str(CELLS)]} for {CELLS} cells",
        f"    ({', '.join(f'{name} {again[name]}' for name in DESIGNS)}), {again[str(MANY)]} for {MANY}",
        *([f"    {found['remark']}"] if found["remark"] else []),
        f"    to reach: under {MOST_RESUME:.0f} s: {met(found['resume'][str(CELLS)] < MOST_RESUME)}",
    ]


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(_memory_here(int(sys.argv[2]), Path(sys.argv[3])))
