"""How long a finished sweep takes to begin again as a user does it, imports included. Part of
`benchmarks.sweep`."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from experiments.runs.ensemble import RunResult
    from experiments.runs.runner import RunPlan
    from experiments.runs.store import Store

TIMES: Final = 3
DRAWS: Final = 20
STUDY: Final = """
title = "Benchmark"
scenarios = ["baseline"]
draws = {draws}
seeds = {seeds}
until = {until}
scale = {scale}
{design}
[[outcomes]]
indicator = "ks2_rwm"
group = "disadvantaged"
year = {until}
[[outcomes]]
indicator = "he_by_19"
group = "disadvantaged"
minus_group = "other"
year = {until}
[[outcomes]]
goal = "T9"
"""
FACTORS: Final = """
[[factors]]
key = "parameters.learning.trait_share"
low = 0.4
high = 0.65
[[factors]]
key = "parameters.demography.out_rate"
low = 0.03
high = 0.07
[[factors]]
key = "parameters.learning.persistence"
low = 0.75
high = 0.92
"""
DESIGNS: Final = {
    "factorial": '[design]\nkind = "factorial"\n[[factors]]\nkey = "switches.peers"\nvalues = [false, true]',
    "morris": f'[design]\nkind = "morris"\npoints = 5\n{FACTORS}',
    "sobol": f'[design]\nkind = "sobol"\npoints = 4\n{FACTORS}',
}
"""Designs with two points, or twenty: the libraries that lay them are imported each time."""


def study_text(cells: int, design: str = "", scale: float = 1.0, until: int = 2048) -> str:
    """A study of the baseline with so many cells, in at least twenty draws; `design` is one of DESIGNS, or
    empty for nothing varied."""
    points = {"": 1, "factorial": 2}.get(design, 20)
    draws = max(DRAWS, cells // points // 10)
    seeds = cells // points // draws
    return STUDY.format(draws=draws, seeds=seeds, until=until, scale=scale, design=DESIGNS.get(design, ""))


def filled(store: "Store", plan: "RunPlan", lives: Sequence["RunResult"]) -> None:
    """Keeps all runs of a plan: these lives again and again, under the keys asked for."""
    runs = [
        (key, replace(lives[i % len(lives)], draw=job.cell.draw, seed=job.cell.seed))
        for i, (job, key) in enumerate(plan.keys.items())
    ]
    for start in range(0, len(runs), len(lives)):
        store.add(runs[start : start + len(lives)])


def resume(lives: Sequence["RunResult"], cells: int, design: str = "") -> float:
    """Seconds of `wolsey sweep` of a finished study of so many cells, the median of three."""
    from experiments.runs.draws import ParameterDraws
    from experiments.studies.folder import swept_study

    with tempfile.TemporaryDirectory() as place:
        path, out = Path(place) / "study.toml", Path(place) / "out"
        path.write_text(study_text(cells, design))
        swept = swept_study(path, out)
        with swept.store(lock=True) as store:
            filled(store, swept.study.plan(ParameterDraws.of(swept.study.place)), lives)
        command = [sys.executable, "-m", "wolsey", "sweep", str(path), "--out", str(out)]
        return statistics.median(_seconds(command, cells) for _ in range(TIMES))


def _seconds(command: Sequence[str], cells: int) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    taken = time.perf_counter() - start
    assert f"{cells} runs: {cells} found, 0 made" in done.stdout, done.stdout
    return taken


def remark() -> str:
    """What makes every command slower here than it will be; empty where nothing does."""
    from experiments.runs.draws import ParameterDraws
    from model.fingerprint import code_digest

    posterior: Any = ParameterDraws.of("ipswich").posterior
    if posterior is None or posterior.manifest["code"] == code_digest():
        return ""
    return (
        "the code is not that which made the posterior: each command lives a small town to see whether it "
        "matters"
    )
