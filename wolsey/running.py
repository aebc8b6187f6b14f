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

from experiments.document import as_csv, document
from experiments.ensemble import Ensemble, Life, check_seeds, lives
from experiments.figures import picture
from experiments.manifest import SHORT, Manifest, cell_key, command_line
from experiments.pool import SeedError, checked_workers
from experiments.progress import bar
from experiments.results import Folder
from experiments.standing import FileStanding, goal_files, goals
from experiments.tables import heading, plain, print_rich
from model import files
from model.errors import InputError
from model.scenario import Scenario
from model.world import World

USUAL_SEEDS = 10
BATCH = 20
"""Finished runs that are written together; a killed process loses no more than these."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; None is what was not given."""

    scenario: str
    seeds: int | None = None
    seed: tuple[int, ...] = ()
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
    World.of(scenario)
    manifest = Manifest.of(scenario, seeds, command_line())
    folder = Folder.opened(chosen_folder(options, scenario), manifest.key)
    ensemble = Ensemble.of(scenario, finished(folder, scenario, seeds, options.workers, manifest))
    standings = goals(ensemble, aims)
    written = report(folder, ensemble, standings, manifest)
    if options.as_json:
        print(json.dumps(document(standings, manifest, written), ensure_ascii=False, indent=2))
        return
    console = Console()
    if console.is_terminal:
        print_rich(heading(scenario, len(seeds)), standings, console)
    else:
        print(plain(heading(scenario, len(seeds)), standings))
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
    seeds = options.seed or tuple(range(USUAL_SEEDS if options.seeds is None else options.seeds))
    check_seeds(seeds)
    return seeds


def chosen_folder(options: Options, scenario: Scenario) -> Path:
    """Where the results go."""
    if options.out is not None:
        return options.out
    return results_folder() / f"{file_name(scenario)}-{cell_key(scenario)[:SHORT]}"


def file_name(scenario: Scenario) -> str:
    """A scenario's name as a folder can have it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", scenario.name)


def results_folder() -> Path:
    """Where the results of this verb are kept, unless the user says another folder."""
    return files.root() / "results" / "run"


def finished(
    folder: Folder, scenario: Scenario, seeds: Sequence[int], workers: int | None, manifest: Manifest
) -> list[Life]:
    """The runs of these seeds: those that the folder holds, and the others made and added to it."""
    found = folder.lives()
    missing = [seed for seed in seeds if seed not in found]
    if not missing:
        return [found[seed] for seed in seeds]
    waiting: list[Life] = []
    try:
        with (
            told_when_cut_short(lambda: sum(seed in found for seed in seeds), len(seeds), folder.path),
            bar(f"{scenario.name}, to {scenario.until}") as progress,
            closing(lives(scenario, missing, workers, progress)) as coming,
        ):
            for life in coming:
                found[life.seed] = life
                waiting.append(life)
                if len(waiting) >= BATCH:
                    folder.add(waiting, manifest)
                    waiting.clear()
    finally:
        if waiting:
            folder.add(waiting, manifest)
    return [found[seed] for seed in seeds]


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
    folder: Folder, ensemble: Ensemble, standings: Sequence[FileStanding], manifest: Manifest
) -> Mapping[str, str]:
    """Writes manifest, table and picture under the next free number; returns their paths, and the
    indicators'."""
    table, image = as_csv(standings).encode(), picture(ensemble, manifest)
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
