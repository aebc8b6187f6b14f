"""The verb `run`: inputs checked, runs made or found, table, picture and manifest written and printed."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from experiments.goals.assessment import Assessment, goals
from experiments.goals.export import as_csv, document
from experiments.goals.figure import picture
from experiments.goals.files import goal_files
from experiments.goals.table import heading, plain, print_rich
from experiments.places.table import distinct, goals_by_place
from experiments.runs.draws import ParameterDraws, run_ids_of
from experiments.runs.ensemble import Ensemble, checked_count, checked_seeds
from experiments.runs.manifest import SHORT, Manifest, command_line
from experiments.runs.processes import checked_workers
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import RunPlan, ensembles, jobs_of
from experiments.runs.store import Store
from model.goals.goal_files import GoalFile
from model.inputs.place import Place
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.verbs.making import (
    PlacesFolder,
    make_all,
    make_each,
    opened,
    places_asked,
    print_json,
    tell,
    tell_place,
    tell_written,
)

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
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRun:
    """A scenario to be run in one place: with which numbers, in which cells, for which goals."""

    scenario: Scenario
    aims: list[GoalFile]
    numbers: ParameterDraws
    manifest: Manifest

    @staticmethod
    def of(options: RunOptions, place: str | None, seeds: tuple[int, ...]) -> "PlaceRun":
        """Return what the user asked for in a place. Raises InputError."""
        scenario = chosen_scenario(options.scenario, options.until, options.scale, place)
        aims = goal_files(scenario)
        numbers = ParameterDraws.of(scenario.place)
        draws = chosen_draws(options, numbers)
        numbers.world(scenario, draws[0])
        return PlaceRun(scenario, aims, numbers, Manifest.of(scenario, seeds, command_line(), draws, numbers))

    @property
    def plan(self) -> RunPlan:
        """Return its runs."""
        cells = run_ids_of(self.manifest.draws, self.manifest.seeds)
        return RunPlan(
            {self.scenario.name: self.scenario}, jobs_of([self.scenario.name], cells), self.numbers
        )

    def written(
        self, plan: RunPlan, folder: Folder, store: Store
    ) -> tuple[Ensemble, tuple[Assessment, ...], dict[str, str]]:
        """Return the finished runs, the goals over them and the paths of the report that is written of
        them."""
        ensemble = ensembles(plan, store)[self.scenario.name]
        assessments = goals(ensemble, self.aims, self.numbers)
        report = folder.report(
            {
                "manifest": self.manifest.as_json(indent=2).encode(),
                "goals": as_csv(assessments).encode(),
                "picture": picture(ensemble, self.manifest),
            }
        )
        return ensemble, assessments, report


def run_scenario(options: RunOptions) -> None:
    """Make the runs, writes the results and prints the table; of several places, the table by place.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says which.
    """
    seeds, places = chosen_seeds(options), places_asked(options.places)
    if len(places) > 1:
        _run_places(options, places, seeds)
        return
    run = PlaceRun.of(options, places[0] if places else None, seeds)
    scenario, manifest = run.scenario, run.manifest
    path = options.out or results_folder("run") / f"{file_name(scenario)}-{manifest.key[:SHORT]}"
    folder = Folder.opened(path, manifest.key, KINDS)
    plan = run.plan
    tell(run.numbers)
    with opened(folder.runs) as store:
        tell_place(scenario, bool(places))
        make_all(plan, store, f"{scenario.name}, to {scenario.until}", options.workers)
        ensemble, assessments, written = run.written(plan, folder, store)
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


def _run_places(options: RunOptions, places: Sequence[str], seeds: tuple[int, ...]) -> None:
    """Do the same in several places, on one pool of processes; a folder each, and a table of all."""
    runs = {place: PlaceRun.of(options, place, seeds) for place in places}
    first = next(iter(runs.values())).scenario
    keys = {place: run.manifest.key for place, run in runs.items()}
    several = PlacesFolder.opened(options.out, "run", file_name(first), keys)
    folders = {place: Folder.opened(path, keys[place], KINDS) for place, path in several.paths.items()}
    plans = {place: run.plan for place, run in runs.items()}
    for run in runs.values():
        tell_place(run.scenario, given=True)
        tell(run.numbers)
    found: dict[str, tuple[str, tuple[Assessment, ...]]] = {}
    documents: dict[str, object] = {}
    titles = distinct([Place.load(place).title for place in places])
    with ExitStack() as held:
        stores = {place: held.enter_context(opened(folders[place].runs)) for place in places}
        orders = [(plans[place], stores[place]) for place in places]
        make_each(orders, f"{first.name} in {len(places)} places, to {first.until}", options.workers)
        for place, title in zip(places, titles, strict=True):
            run, folder = runs[place], folders[place]
            _, assessments, written = run.written(plans[place], folder, stores[place])
            found[place] = title, assessments
            if options.as_json:
                documents[place] = document(assessments, run.manifest, written)
    several.tell(goals_by_place(found), documents if options.as_json else None)


def chosen_scenario(name: str, until: int | None, scale: float | None, place: str | None = None) -> Scenario:
    """Return the scenario of that name with the last year, the size and the place that were given. Raises
    InputError."""
    scenario = Scenario.load(name, place)
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
