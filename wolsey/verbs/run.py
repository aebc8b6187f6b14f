"""The verb `run`: inputs checked, runs made or found, table, picture and manifest written and printed."""

import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from experiments.goals.assessment import Assessment, goal_files, goals
from experiments.goals.export import as_csv, document
from experiments.goals.figure import picture
from experiments.goals.table import heading, plain, print_rich
from experiments.runs.draws import Cell, Draws, cells_of
from experiments.runs.ensemble import Ensemble, Life, checked_count, checked_seeds, lives
from experiments.runs.manifest import SHORT, Manifest, command_line
from experiments.runs.processes import SeedError, checked_workers
from experiments.runs.progress import bar
from experiments.runs.report_folder import Folder
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario

USUAL_DRAWS, USUAL_SEEDS = 10, 2
SEEDS_OF_ONE = 10
"""Seeds of the best fit alone."""
BATCH = 20
"""Finished runs that are written together; a killed process loses no more than these."""


@dataclass(frozen=True, slots=True)
class Options:
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


def run_scenario(options: Options) -> None:
    """Makes the runs, writes the results and prints the table.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says which.
    """
    scenario, seeds = chosen_scenario(options), chosen_seeds(options)
    aims = goal_files(scenario)
    numbers = Draws.of(scenario.place)
    draws = chosen_draws(options, numbers)
    numbers.world(scenario, draws[0])
    manifest = Manifest.of(scenario, seeds, command_line(), draws, numbers)
    folder = Folder.opened(chosen_folder(options, scenario, manifest.key), manifest.key)
    tell(numbers)
    made = finished(folder, scenario, cells_of(draws, seeds), numbers, options.workers, manifest)
    ensemble = Ensemble.of(scenario, made, numbers.note)
    assessments = goals(ensemble, aims, numbers)
    written = report(folder, ensemble, assessments, manifest)
    if options.as_json:
        print(json.dumps(document(assessments, manifest, written), ensure_ascii=False, indent=2))
        return
    console = Console()
    above = heading(scenario, ensemble.cells)
    if console.is_terminal:
        print_rich(above, assessments, console)
    else:
        print(plain(above, assessments))
    names = ", ".join(Path(path).name for path in written.values())
    print(f"\nWritten to {shown(folder.path)}: {names}")


def chosen_scenario(options: Options) -> Scenario:
    """The scenario with the options' year and size. Raises InputError."""
    scenario = Scenario.load(options.scenario)
    for option, value in (("until", options.until), ("scale", options.scale)):
        if value is not None:
            try:
                scenario = scenario.changed({option: value})
            except InputError as error:
                raise error.inside(f"--{option}") from None
    return scenario


def chosen_seeds(options: Options) -> tuple[int, ...]:
    """The seeds to run. Raises InputError where they or the number of workers cannot be used."""
    if options.seeds is not None and options.seed:
        raise InputError("give --seeds (how many) or --seed (which), not both")
    if options.seeds is not None and options.seeds < 1:
        raise InputError("must be at least 1", at="--seeds", value=options.seeds)
    if options.workers is not None:
        checked_workers(options.workers)
    usual = SEEDS_OF_ONE if options.draws == 1 else USUAL_SEEDS
    count = usual if options.seeds is None else checked_count(options.seeds, "--seeds")
    return checked_seeds(options.seed or range(count))


def chosen_draws(options: Options, numbers: Draws) -> tuple[int, ...]:
    """The draws of the numbers to run. Raises InputError where there are not so many."""
    return numbers.chosen(USUAL_DRAWS if options.draws is None else options.draws, "--draws")


def tell(numbers: Draws) -> None:
    """Says on standard error what a reader must know about the numbers before anything is run with them."""
    if numbers.note:
        print(f"wolsey: {numbers.note}", file=sys.stderr)


def chosen_folder(options: Options, scenario: Scenario, key: str) -> Path:
    """Where the results go."""
    if options.out is not None:
        return options.out
    return results_folder() / f"{file_name(scenario)}-{key[:SHORT]}"


def file_name(scenario: Scenario) -> str:
    """A scenario's name as a folder can have it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", scenario.name)


def results_folder() -> Path:
    """Where the results of this verb are kept, unless the user says another folder."""
    return files.root() / "results" / "run"


def finished(
    folder: Folder,
    scenario: Scenario,
    cells: Sequence[Cell],
    numbers: Draws,
    workers: int | None,
    manifest: Manifest,
) -> list[Life]:
    """The runs of these cells: those that the folder holds, and the others made and added to it."""
    found = folder.lives()
    missing = [cell for cell in cells if cell not in found]
    if not missing:
        return [found[cell] for cell in cells]
    waiting: list[Life] = []
    try:
        with (
            told_when_cut_short(lambda: sum(cell in found for cell in cells), len(cells), folder.path),
            bar(f"{scenario.name}, to {scenario.until}") as progress,
            closing(lives(scenario, missing, numbers, workers, progress)) as coming,
        ):
            for life in coming:
                found[life.cell] = life
                waiting.append(life)
                if len(waiting) >= BATCH:
                    folder.add(waiting, manifest)
                    waiting.clear()
    finally:
        if waiting:
            folder.add(waiting, manifest)
    return [found[cell] for cell in cells]


@contextmanager
def told_when_cut_short(kept: Callable[[], int], asked: int, path: Path, what: str = "run") -> Iterator[None]:
    """Says on standard error what broke off, or what an interrupted command leaves: `kept` counts what is
    finished, each a `what`.

    Raises:
        SystemExit: a run broke off (1). KeyboardInterrupt: the user stopped it.
    """
    try:
        yield
    except SeedError as error:
        traceback.print_exception(error.__cause__)
        print(f"wolsey: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print(f"\nwolsey: stopped. {kept_in_words(kept(), asked, path, what)}", file=sys.stderr)
        raise


def kept_in_words(kept: int, asked: int, path: Path, what: str) -> str:
    """What an interrupted command leaves."""
    if not kept:
        return f"No {what} was finished; nothing is kept."
    return (
        f"{kept} of {asked} {what}s are finished and kept in {shown(path)}; "
        "the same command again makes only those that are missing."
    )


def report(
    folder: Folder, ensemble: Ensemble, assessments: Sequence[Assessment], manifest: Manifest
) -> Mapping[str, str]:
    """Writes manifest, table and picture under the next free number; returns their paths, and the
    indicators'."""
    table, image = as_csv(assessments).encode(), picture(ensemble, manifest)
    number = folder.next_report()
    written = {"manifest": folder.write("manifest", number, "json", manifest.as_json(indent=2).encode())}
    written["goals"] = folder.write("goals", number, "csv", table)
    written["picture"] = folder.write("picture", number, "png", image)
    indicators = {
        "indicators" if i == 1 else f"indicators_{i}": p for i, p in enumerate(folder.indicator_files(), 1)
    }
    return {name: str(path) for name, path in (indicators | written).items()}


def shown(path: Path) -> str:
    """A path as the user would type it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
