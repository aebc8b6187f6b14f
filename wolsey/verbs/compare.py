"""The verb `compare`: inputs checked, pairs made or found, tables, picture and files written and printed."""

from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from experiments.compare.comparison import Comparison
from experiments.compare.differences import DISCOUNT, checked_discount
from experiments.compare.export import costs_csv, differences, document, each_pair, value_csv
from experiments.compare.figure import picture
from experiments.compare.headlines import chosen_years
from experiments.compare.table import plain, print_rich
from experiments.goals.files import goal_files
from experiments.lives.spillover import spillover
from experiments.runs.draws import run_ids_of
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.paired import Arms, checked_effects, checked_pair_seeds
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import ensembles
from model.io.errors import InputError
from wolsey.verbs import run as running
from wolsey.verbs.making import make_all, opened, print_json, tell, tell_written
from wolsey.verbs.run import chosen_draws, chosen_scenario, chosen_seeds, file_name

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
"""What a folder of comparisons holds, besides the runs themselves."""


@dataclass(frozen=True, slots=True)
class CompareOptions:
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
        """Return how many draws of the numbers."""
        return USUAL_DRAWS if self.draws is None else self.draws

    def of_arm(self, scenario: str) -> running.RunOptions:
        """Return what was asked of one arm."""
        return running.RunOptions(
            scenario, self.seeds, self.seed, self.draws_or_usual, self.until, self.scale, self.workers
        )


def compare_scenarios(options: CompareOptions) -> None:
    """Make the pairs, writes the results and prints the tables.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says how many.
    """
    first = options.of_arm(options.a)
    a, b = (chosen_scenario(each, options.until, options.scale) for each in (options.a, options.b))
    arms = Arms.of(a, b, checked_effects(options.effects))
    seeds, discount = chosen_seeds(first), chosen_discount(options.discount)
    draws = chosen_draws(first, arms.numbers)
    checked_pair_seeds(arms, seeds, draws[0])
    chosen_years(arms.b, options.years)
    goal_files(arms.b)
    arms.check_worlds()
    command = command_line()
    path = (
        options.out
        or results_folder("compare") / f"{file_name(arms.a)}-vs-{file_name(arms.b)}-{arms.key[:SHORT]}"
    )
    folder = Folder.opened(path, arms.key, KINDS)
    plan = arms.plan(run_ids_of(draws, seeds))
    tell(arms.numbers)
    with opened(folder.runs) as store:
        make_all(plan, store, f"{arms.a.name} and {arms.b.name}, to {arms.b.until}", options.workers)
        comparison = Comparison.of(arms, ensembles(plan, store), discount, command)
        written = folder.report(
            {
                "manifest": comparison.manifest.as_json(indent=2).encode(),
                "differences": differences(comparison),
                "pairs": each_pair(comparison),
                "costs": costs_csv(comparison),
                "value": value_csv(comparison),
                "picture": picture(comparison),
            }
        )
    spilt = spillover(arms, seeds[0]) if comparison.acting and arms.shared else None
    if options.as_json:
        found = document(comparison, options.years, written)
        found["spillover"] = None if spilt is None or not spilt.people else asdict(spilt)
        print_json(found)
        return
    console = Console()
    if console.is_terminal:
        print_rich(comparison, console, options.years)
    else:
        print(plain(comparison, options.years))
    if spilt is not None:
        print(f"\n{spilt.words}")
    tell_written(folder, written)


def chosen_discount(per_cent: float | None) -> float:
    """Return the yearly rate, from what was given in per cent. Raises InputError."""
    if per_cent is None:
        return DISCOUNT
    try:
        return checked_discount(per_cent / 100)
    except InputError:
        problem = "must be between 0 and 20, per cent a year"
        raise InputError(problem, at="--discount", value=per_cent) from None
