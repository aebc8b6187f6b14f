"""The verb `compare`: inputs checked, pairs made or found, tables, picture and files written and printed."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from experiments.compare.comparison import Comparison
from experiments.compare.differences import DISCOUNT, checked_discount
from experiments.compare.export import costs_csv, differences, document, each_pair, value_csv
from experiments.compare.figure import picture
from experiments.compare.headlines import PairedFigure, chosen_years, headlines
from experiments.compare.table import plain, print_rich
from experiments.goals.files import goal_files
from experiments.lives.spillover import spillover
from experiments.places.table import differences_by_place, distinct
from experiments.runs.draws import RunId, run_ids_of
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.paired import Arms, checked_effects, checked_pair_seeds
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import RunPlan, ensembles
from experiments.runs.store import Store
from model.inputs.place import Place
from model.io.errors import InputError
from wolsey.verbs import run as running
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
    places: tuple[str, ...] = ()

    @property
    def draws_or_usual(self) -> int:
        """Return how many draws of the numbers."""
        return USUAL_DRAWS if self.draws is None else self.draws

    def of_arm(self, scenario: str) -> running.RunOptions:
        """Return what was asked of one arm."""
        return running.RunOptions(
            scenario, self.seeds, self.seed, self.draws_or_usual, self.until, self.scale, self.workers
        )


@dataclass(frozen=True, slots=True)
class PlacePairs:
    """A comparison to be made in one place: of which arms, in which cells, at which discount."""

    arms: Arms
    cells: tuple[RunId, ...]
    discount: float

    @staticmethod
    def of(options: CompareOptions, place: str | None) -> "PlacePairs":
        """Return what the user asked for in a place. Raises InputError."""
        first = options.of_arm(options.a)
        a, b = (chosen_scenario(each, options.until, options.scale, place) for each in (options.a, options.b))
        arms = Arms.of(a, b, checked_effects(options.effects))
        seeds, discount = chosen_seeds(first), chosen_discount(options.discount)
        draws = chosen_draws(first, arms.numbers)
        checked_pair_seeds(arms, seeds, draws[0])
        chosen_years(arms.b, options.years)
        goal_files(arms.b)
        arms.check_worlds()
        return PlacePairs(arms, run_ids_of(draws, seeds), discount)

    @property
    def name(self) -> str:
        """Return what its folder is called."""
        return f"{file_name(self.arms.a)}-vs-{file_name(self.arms.b)}"

    @property
    def words(self) -> str:
        """Return of what its runs are."""
        return f"{self.arms.a.name} and {self.arms.b.name}, to {self.arms.b.until}"

    def written(self, plan: RunPlan, folder: Folder, store: Store) -> tuple[Comparison, dict[str, str]]:
        """Return what the finished pairs say, and the paths of the report that is written of it."""
        comparison = Comparison.of(self.arms, ensembles(plan, store), self.discount, command_line())
        report = folder.report(
            {
                "manifest": comparison.manifest.as_json(indent=2).encode(),
                "differences": differences(comparison),
                "pairs": each_pair(comparison),
                "costs": costs_csv(comparison),
                "value": value_csv(comparison),
                "picture": picture(comparison),
            }
        )
        return comparison, report


def compare_scenarios(options: CompareOptions) -> None:
    """Make the pairs, writes the results and prints the tables; of several places, the table by place.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: a run broke off (1); the runs finished before it are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept, and it says how many.
    """
    places = places_asked(options.places)
    if len(places) > 1:
        _compare_places(options, places)
        return
    pairs = PlacePairs.of(options, places[0] if places else None)
    arms = pairs.arms
    path = options.out or results_folder("compare") / f"{pairs.name}-{arms.key[:SHORT]}"
    folder = Folder.opened(path, arms.key, KINDS)
    plan = arms.plan(pairs.cells)
    tell(arms.numbers)
    with opened(folder.runs) as store:
        tell_place(arms.b, bool(places))
        make_all(plan, store, pairs.words, options.workers)
        comparison, written = pairs.written(plan, folder, store)
    spilt = spillover(arms, pairs.cells[0].seed) if comparison.acting and arms.shared else None
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


def _compare_places(options: CompareOptions, places: Sequence[str]) -> None:
    """Do the same in several places, on one pool of processes; a folder each, and a table of all."""
    asked = {place: PlacePairs.of(options, place) for place in places}
    first = asked[places[0]]
    keys = {place: pairs.arms.key for place, pairs in asked.items()}
    several = PlacesFolder.opened(options.out, "compare", first.name, keys)
    folders = {place: Folder.opened(path, keys[place], KINDS) for place, path in several.paths.items()}
    plans = {place: pairs.arms.plan(pairs.cells) for place, pairs in asked.items()}
    for pairs in asked.values():
        tell_place(pairs.arms.b, given=True)
        tell(pairs.arms.numbers)
    found: dict[str, tuple[str, list[PairedFigure]]] = {}
    documents: dict[str, object] = {}
    titles = distinct([Place.load(place).title for place in places])
    with ExitStack() as held:
        stores = {place: held.enter_context(opened(folders[place].runs)) for place in places}
        orders = [(plans[place], stores[place]) for place in places]
        make_each(orders, f"{first.words}, in {len(places)} places", options.workers)
        for place, title in zip(places, titles, strict=True):
            comparison, written = asked[place].written(plans[place], folders[place], stores[place])
            found[place] = title, headlines(comparison, options.years)
            if options.as_json:
                documents[place] = document(comparison, options.years, written)
    several.tell(differences_by_place(found), documents if options.as_json else None)


def chosen_discount(per_cent: float | None) -> float:
    """Return the yearly rate, from what was given in per cent. Raises InputError."""
    if per_cent is None:
        return DISCOUNT
    try:
        return checked_discount(per_cent / 100)
    except InputError:
        problem = "must be between 0 and 20, per cent a year"
        raise InputError(problem, at="--discount", value=per_cent) from None
