"""The verb `portfolio`: bundles of programmes searched under a budget, tables, picture and files written."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.portfolio.bundle import candidates
from experiments.portfolio.evaluate import Judge, Measure, chosen_goals
from experiments.portfolio.figure import picture
from experiments.portfolio.portfolio import Portfolio, cells_for, portfolio
from experiments.portfolio.search import SEED, opening
from experiments.portfolio.table import plain, rows
from experiments.runs.draws import ParameterDraws
from experiments.runs.keys import key_of
from experiments.runs.manifest import SHORT, AskedManifest, Manifest, command_line
from experiments.runs.processes import checked_workers, processors
from experiments.runs.progress import bar, in_words
from experiments.runs.report_folder import Folder, parquet, results_folder
from experiments.runs.time_estimate import life
from experiments.text import as_json, counted
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.verbs.making import (
    asked_place,
    message_when_stopped,
    opened,
    print_json,
    tell,
    tell_place,
    tell_written,
)
from wolsey.verbs.run import chosen_scenario, file_name

KINDS = {"bundles": "csv", "tried": "parquet", "picture": "png", "manifest": "json"}
INDICATOR, GROUP = "level3_by_19", "disadvantaged"
"""Whose gain counts where nothing is said: what schooling, guidance and a way in come to at 19."""


@dataclass(frozen=True, slots=True)
class PortfolioOptions:
    """What the user asked for; None is what was not given."""

    scenario: str
    budget: float
    trials: int = 60
    draws: int = 10
    seeds: int = 1
    until: int | None = None
    scale: float | None = None
    goals: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    indicator: str = INDICATOR
    group: str = GROUP
    year: int | None = None
    search_seed: int = SEED
    workers: int | None = None
    out: Path | None = None
    as_json: bool = False
    place: str | None = None


def search_portfolio(options: PortfolioOptions) -> None:
    """Search bundles, write the results and prints them.

    Raises:
        InputError: something that the user gave cannot be used; nothing is made then.
        SystemExit: a run broke off, or the disk is full (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept.
    """
    if options.workers is not None:
        checked_workers(options.workers)
    for name, value in (("--search-seed", options.search_seed), ("--trials", options.trials)):
        if not 0 <= value < 2**32:
            problem, allowed = "must be a whole number that is not negative", f"0 to {2**32 - 1}"
            raise InputError(problem, at=name, value=value, allowed=allowed)
    # False for what is no number too.
    if not 0 < options.budget < float("inf"):
        raise InputError("must be above 0, in pounds a year", at="--budget", value=options.budget)
    scenario = chosen_scenario(options.scenario, options.until, options.scale, asked_place(options.place))
    able = candidates(scenario, options.programmes)
    aims = chosen_goals(scenario, able, options.goals)
    measure = Measure.of(scenario, options.indicator, options.group, options.year)
    numbers = ParameterDraws.of(scenario.place)
    cells, fresh = cells_for(numbers, options.draws, options.seeds)
    manifest = manifest_of(scenario, numbers, options)
    path = options.out or results_folder("portfolio") / f"{file_name(scenario)}-{manifest.key[:SHORT]}"
    folder = Folder.opened(path, manifest.key, KINDS)
    tell(numbers)
    announce(scenario, len(opening(able)) + options.trials, len(cells), options.workers or processors())
    with opened(folder.runs) as store:
        tell_place(scenario, options.place is not None)
        judge = Judge(scenario, able, aims, measure, numbers, cells, store, options.workers, bar)
        with message_when_stopped(store):
            found = portfolio(judge, fresh, options.budget, options.trials, options.search_seed)
        written = report(folder, found, manifest)
    if options.as_json:
        content = document(found, manifest, written)
        print_json(content)
        return
    print(plain(found))
    tell_written(folder, written)


def announce(scenario: Scenario, bundles: int, cells: int, workers: int) -> None:
    """Say on standard error how much is to be done at most, and about how long it takes."""
    time = in_words(life(scenario) * bundles * cells / workers)
    print(
        f"wolsey: {bundles} bundles of {counted(cells, 'run')} each, and those chosen again: roughly {time} "
        f"on {counted(workers, 'process')}, less for runs that are there",
        file=sys.stderr,
        flush=True,
    )


def manifest_of(scenario: Scenario, numbers: ParameterDraws, options: PortfolioOptions) -> AskedManifest:
    """Return what made it; the key names scenario, model and numbers, whatever is asked: a longer search, and
    one for another budget, goes on in the same folder from the same runs."""
    seeds, draws = tuple(range(options.seeds)), numbers.chosen(options.draws, "--draws")
    runs = Manifest.of(scenario, seeds, command_line(), draws, numbers)
    without = ("scenario", "workers", "out", "as_json", "until", "scale", "place")
    asked = {name: value for name, value in asdict(options).items() if name not in without}
    return AskedManifest(key_of(runs.key, "portfolio"), asked, runs)


def report(folder: Folder, found: Portfolio, manifest: AskedManifest) -> Mapping[str, str]:
    """Write all files under the next free number; returns their paths by kind."""
    table = pd.DataFrame(rows(found))
    contents = {
        "manifest": manifest.as_json(indent=2).encode(),
        "bundles": table.to_csv(index=False).encode(),
        "tried": parquet(pa.Table.from_pandas(table, preserve_index=False), manifest),
        "picture": picture(found, manifest),
    }
    return folder.report(contents)


def document(found: Portfolio, manifest: AskedManifest, written: Mapping[str, str]) -> dict[str, Any]:
    """Return what was found, as `json.dumps` takes it; figures that there are not are null."""
    return {
        "scenario": found.judge.scenario.name,
        "budget": found.budget,
        "goals": [goal.id for goal in found.judge.goals],
        "gain": found.judge.measure.words,
        "cells": [list(cell) for cell in found.judge.cells],
        "cells_again": [list(cell) for cell in found.fresh],
        "candidates": [asdict(each) for each in found.judge.candidates],
        "frontier": [list(each.judged.levels) for each in found.frontier],
        "bundles": as_json(rows(found)),
        "files": dict(written),
        "manifest": asdict(manifest),
    }
