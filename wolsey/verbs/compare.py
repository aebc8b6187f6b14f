"""The verb `compare`: inputs checked, pairs made or found, tables, picture and files written and printed."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console

from experiments.compare.differences import DISCOUNT, Comparison, checked_discount
from experiments.compare.export import costs_csv, differences, document, each_pair, value_csv
from experiments.compare.figure import picture
from experiments.compare.headlines import chosen_years
from experiments.compare.table import plain, print_rich
from experiments.goals.assessment import goal_files
from experiments.lives.spillover import spillover
from experiments.runs.draws import Cell, cells_of
from experiments.runs.manifest import SHORT, Manifest, command_line
from experiments.runs.paired import Arms, Pair, Wanted, Way, checked_effects, checked_pair_seeds, live_pairs
from experiments.runs.progress import bar
from experiments.runs.report_folder import Folder
from model.io import files
from model.io.errors import InputError
from wolsey.verbs import run as running
from wolsey.verbs.run import (
    BATCH,
    chosen_draws,
    chosen_scenario,
    chosen_seeds,
    file_name,
    shown,
    tell,
    told_when_cut_short,
)

USUAL_DRAWS = 20
"""More than of a run: a difference is small beside what its parts do."""
KINDS = {
    "differences": "parquet",
    "pairs": "parquet",
    "costs": "csv",
    "value": "csv",
    "picture": "png",
    "manifest": "json",
}
"""What a folder of comparisons holds, besides a folder of runs for each way that an arm is lived."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; None is what was not given. `discount` is in per cent."""

    a: str
    b: str
    seeds: int | None = None
    seed: tuple[int, ...] = ()
    draws: int | None = None
    effects: str = "drawn"
    until: int | None = None
    scale: float | None = None
    discount: float | None = None
    years: tuple[int, ...] = ()
    workers: int | None = None
    out: Path | None = None
    as_json: bool = False

    @property
    def draws_or_usual(self) -> int:
        """How many draws of the numbers."""
        return USUAL_DRAWS if self.draws is None else self.draws

    def of_arm(self, scenario: str) -> running.Options:
        """What was asked of one arm."""
        return running.Options(
            scenario, self.seeds, self.seed, self.draws_or_usual, self.until, self.scale, self.workers
        )


def compare_scenarios(options: Options) -> None:
    """Makes the pairs, writes the results and prints the tables.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says how many.
    """
    first, second = options.of_arm(options.a), options.of_arm(options.b)
    arms = Arms.of(chosen_scenario(first), chosen_scenario(second), checked_effects(options.effects))
    seeds, discount = chosen_seeds(first), chosen_discount(options.discount)
    draws = chosen_draws(first, arms.numbers)
    checked_pair_seeds(arms, seeds, draws[0])
    chosen_years(arms.b, options.years)
    goal_files(arms.b)
    arms.check_worlds()
    command = command_line()
    manifest = arms.manifest(seeds, discount, command, draws)
    folder = Folder.opened(chosen_folder(options, arms), arms.key, KINDS, tuple(Way))
    lived = {way: Folder.opened(folder.path / way, arms.key_of_way(way)) for way in arms.ways}
    made = {way: replace(manifest.a if way.of_a else manifest.b, key=lived[way].key) for way in arms.ways}
    tell(arms.numbers)
    pairs = finished(folder.path, lived, arms, cells_of(draws, seeds), options.workers, made)
    comparison = Comparison.of(arms, pairs, discount, command)
    written = report(folder, comparison)
    spilt = spillover(arms, seeds[0]) if comparison.acting and arms.shared else None
    if options.as_json:
        found = document(comparison, options.years, written)
        found["spillover"] = None if spilt is None or not spilt.people else asdict(spilt)
        print(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        return
    console = Console()
    if console.is_terminal:
        print_rich(comparison, console, options.years)
    else:
        print(plain(comparison, options.years))
    if spilt is not None:
        print(f"\n{spilt.words}")
    names = ", ".join(Path(path).name for path in written.values())
    print(f"\nWritten to {shown(folder.path)}: {names}")


def chosen_discount(per_cent: float | None) -> float:
    """The yearly rate, from what was given in per cent. Raises InputError."""
    if per_cent is None:
        return DISCOUNT
    try:
        return checked_discount(per_cent / 100)
    except InputError:
        problem = "must be between 0 and 20, per cent a year"
        raise InputError(problem, at="--discount", value=per_cent) from None


def chosen_folder(options: Options, arms: Arms) -> Path:
    """Where the results go."""
    if options.out is not None:
        return options.out
    return results_folder() / f"{file_name(arms.a)}-vs-{file_name(arms.b)}-{arms.key[:SHORT]}"


def results_folder() -> Path:
    """Where the results of this verb are kept, unless the user says another folder."""
    return files.root() / "results" / "compare"


def finished(
    path: Path,
    folders: Mapping[Way, Folder],
    arms: Arms,
    cells: Sequence[Cell],
    workers: int | None,
    manifests: Mapping[Way, Manifest],
) -> list[Pair]:
    """The pairs of these cells: the lives that the folders hold, and the others made and added to them."""
    found = {way: folder.lives() for way, folder in folders.items()}
    lacking = {cell: tuple(way for way in folders if cell not in found[way]) for cell in cells}
    wanted = [Wanted(cell.seed, ways, cell.draw) for cell, ways in lacking.items() if ways]
    waiting: list[Pair] = []

    def whole() -> int:
        return sum(all(cell in found[way] for way in folders) for cell in cells)

    def keep() -> None:
        for way, folder in folders.items():
            lives = [pair.lives[way] for pair in waiting if way in pair.lives]
            if lives:
                folder.add(lives, manifests[way])
        waiting.clear()

    if wanted:
        try:
            with (
                told_when_cut_short(whole, len(cells), path, "pair"),
                bar(f"{arms.a.name} and {arms.b.name}, to {arms.b.until}") as progress,
                closing(live_pairs(arms, wanted, workers, progress)) as coming,
            ):
                for pair in coming:
                    for way, life in pair.lives.items():
                        found[way][pair.cell] = life
                    waiting.append(pair)
                    if len(waiting) >= BATCH:
                        keep()
        finally:
            keep()
    return [Pair(cell.seed, {way: found[way][cell] for way in folders}, cell.draw) for cell in cells]


def report(folder: Folder, comparison: Comparison) -> Mapping[str, str]:
    """Writes all files of a report under the next free number; returns their paths by kind."""
    contents = {
        "differences": differences(comparison),
        "pairs": each_pair(comparison),
        "costs": costs_csv(comparison),
        "value": value_csv(comparison),
        "picture": picture(comparison),
        "manifest": comparison.manifest.as_json(indent=2).encode(),
    }
    number = folder.next_report()
    # The manifest first: what lies beside it says then what made it, however far the rest came.
    first = {"manifest": contents.pop("manifest")}
    return {
        kind: str(folder.write(kind, number, KINDS[kind], content))
        for kind, content in (first | contents).items()
    }
