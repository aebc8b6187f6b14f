"""The verb `run`: inputs checked, runs made or found, table, picture and manifest written and printed."""

import re
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from experiments.goals.assessment import goals
from experiments.goals.export import as_csv, document
from experiments.goals.figure import picture
from experiments.goals.files import goal_files
from experiments.goals.table import heading, plain, print_rich
from experiments.runs.draws import ParameterDraws, run_ids_of
from experiments.runs.ensemble import checked_count, checked_seeds
from experiments.runs.manifest import SHORT, Manifest, command_line
from experiments.runs.processes import checked_workers
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import RunPlan, ensembles, jobs_of
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.verbs.making import make_all, opened, print_json, tell, tell_written

USUAL_DRAWS, USUAL_SEEDS = 10, 2
SEEDS_OF_ONE = 10
"""Seeds of the best fit alone."""
KINDS = {"goals": "csv", "picture": "png", "manifest": "json"}
"""What a folder of runs holds, besides the runs themselves."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for; None is what was not given."""

    scenario: str
    seeds: int | None = None
    seed: tuple[int, ...] = ()
    draws: int | None = None
    until: int | None = None
    scale: float | None = None
    workers: int | None = None
    out: Path | None = None
    as_json: bool = False


def run_scenario(options: RunOptions) -> None:
    """Make the runs, writes the results and prints the table.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says which.
    """
    scenario, seeds = chosen_scenario(options.scenario, options.until, options.scale), chosen_seeds(options)
    aims = goal_files(scenario)
    numbers = ParameterDraws.of(scenario.place)
    draws = chosen_draws(options, numbers)
    numbers.world(scenario, draws[0])
    manifest = Manifest.of(scenario, seeds, command_line(), draws, numbers)
    path = options.out or results_folder("run") / f"{file_name(scenario)}-{manifest.key[:SHORT]}"
    folder = Folder.opened(path, manifest.key, KINDS)
    arm = scenario.name
    plan = RunPlan({arm: scenario}, jobs_of([arm], run_ids_of(draws, seeds)), numbers)
    tell(numbers)
    with opened(folder.runs) as store:
        make_all(plan, store, f"{arm}, to {scenario.until}", options.workers)
        ensemble = ensembles(plan, store)[arm]
        assessments = goals(ensemble, aims, numbers)
        written = folder.report(
            {
                "manifest": manifest.as_json(indent=2).encode(),
                "goals": as_csv(assessments).encode(),
                "picture": picture(ensemble, manifest),
            }
        )
    if options.as_json:
        print_json(document(assessments, manifest, written))
        return
    console = Console()
    above = heading(scenario, ensemble.cells)
    if console.is_terminal:
        print_rich(above, assessments, console)
    else:
        print(plain(above, assessments))
    tell_written(folder, written)


def chosen_scenario(name: str, until: int | None, scale: float | None) -> Scenario:
    """Return the scenario of that name with the last year and the size that were given. Raises InputError."""
    scenario = Scenario.load(name)
    for option, value in (("until", until), ("scale", scale)):
        if value is not None:
            try:
                scenario = scenario.changed({option: value})
            except InputError as error:
                raise error.inside(f"--{option}") from None
    return scenario


def chosen_seeds(options: RunOptions) -> tuple[int, ...]:
    """Return the seeds to run. Raises InputError where they or the number of workers cannot be used."""
    if options.seeds is not None and options.seed:
        raise InputError("give --seeds (how many) or --seed (which), not both")
    if options.seeds is not None and options.seeds < 1:
        raise InputError("must be at least 1", at="--seeds", value=options.seeds)
    if options.workers is not None:
        checked_workers(options.workers)
    usual = SEEDS_OF_ONE if options.draws == 1 else USUAL_SEEDS
    count = usual if options.seeds is None else checked_count(options.seeds, "--seeds")
    return checked_seeds(options.seed or range(count))


def chosen_draws(options: RunOptions, numbers: ParameterDraws) -> tuple[int, ...]:
    """Return the draws of the numbers to run. Raises InputError where there are not so many."""
    return numbers.chosen(USUAL_DRAWS if options.draws is None else options.draws, "--draws")


def file_name(scenario: Scenario) -> str:
    """Return a scenario's name as a folder can have it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", scenario.name)
