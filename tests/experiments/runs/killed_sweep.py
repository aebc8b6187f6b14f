"""Begins a sweep again and again, and kills it each time at a random moment. Not a test: `test_faults.py`
runs it as a program, so that no test process is ever copied.

    python killed_sweep.py STUDY RUNS KILLS WORKERS
"""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from experiments.runs.draws import ParameterDraws
from experiments.runs.runner import RunPlan, carry_out
from experiments.runs.store import Store
from experiments.studies.study import Study

LONGEST = 1.0
"""Seconds that a sweep is left alive at most, once it may write."""


def main(study: str, runs: str, kills: int, workers: int) -> None:
    """Prints the number of finished batches after each kill."""
    loaded = Study.load(study)
    numbers = ParameterDraws(loaded.place, None)
    plan = loaded.plan(numbers)
    assert plan.keys
    moments = np.random.default_rng(workers).uniform(0, LONGEST, kills)
    for number, moment in enumerate(moments):
        begun, child = begun_sweep(plan, runs, workers, held=not number)
        # Processes take a while to start: but for the first time, they are let finish a batch.
        for _ in range(2 if number and workers > 1 else 1):
            os.read(begun, 1)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        _, ended = os.waitpid(child, 0)
        os.close(begun)
        assert os.WIFSIGNALED(ended) or os.waitstatus_to_exitcode(ended) == 0
        print(len(list(Path(runs).glob("runs-*.parquet"))), flush=True)


def begun_sweep(plan: RunPlan, runs: str, workers: int, held: bool) -> tuple[int, int]:
    """A pipe that can be read when the sweep may write, and the process that carries it out: to its end, or,
    where it is `held`, no further, so that even on a quick machine one kill comes before the end."""
    begun, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        return begun, child

    def told(_done: int, _of: int) -> None:
        os.write(tell, b"x")
        if held:
            signal.pause()

    with Store.opened(runs) as store:
        carry_out(plan, store, workers=workers, progress=told, most=2)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
