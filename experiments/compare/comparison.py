"""Two scenarios on the same children with the same luck, and the difference between them.

    comparison = compare(Scenario.load("baseline"), Scenario.load("opportunity_area"), range(2), draws=10)
    comparison.frame()
    print(comparison.table())
    comparison.plot("picture.png")

A difference is the second arm less the first, pair by pair: one draw of the numbers and one seed in both. Its
band says what it covers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.compare import costs
from experiments.compare.differences import DISCOUNT, Differences, checked_discount
from experiments.compare.export import differences
from experiments.compare.figure import picture
from experiments.compare.table import plain
from experiments.runs.draws import run_ids_of
from experiments.runs.ensemble import Ensemble
from experiments.runs.paired import Arms, Effects, Way, checked_pair_seeds
from experiments.runs.processes import Progress
from experiments.runs.report_folder import write_whole
from experiments.runs.runner import made
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison(Differences):
    """Findings of a comparison: differences (`frame`), each pair's (`pairs`), what it cost (`costs`), what
    one more success cost (`value`), who gained (`who_gained`), all in words (`table`) and as a picture
    (`plot`)."""

    @staticmethod
    def of(
        arms: Arms, found: Mapping[str, Ensemble], discount: float = DISCOUNT, command: Sequence[str] = ()
    ) -> "Comparison":
        """Return the comparison of these runs by way. Raises ValueError where a way lacks cells, InputError
        for a discount that is none."""
        ensembles = {way: found[way] for way in arms.ways}
        cells = ensembles[Way.A_MEANS].cells
        for way, ensemble in ensembles.items():
            if ensemble.cells != cells:
                raise ValueError(f"not all pairs were lived as {way}")
        return Comparison(arms, cells, ensembles, checked_discount(discount), tuple(command))

    def costs(self) -> "pd.DataFrame":
        """Return what the second arm cost more than the first; see :func:`costs.costs`."""
        return costs.costs(self)

    def value(self) -> "pd.DataFrame":
        """Return what one more success cost, where that can be said; see :func:`costs.value`."""
        return costs.value(self)

    def to_parquet(self, path: str | Path) -> None:
        """Write `frame` with its manifest, in place of a file of this name. Raises InputError where it
        cannot be written."""
        write_whole(Path(path), differences(self), replace=True)

    def plot(self, path: str | Path | None = None) -> bytes:
        """Return the picture, a PNG; also written to `path` where given, in place of a file of this name.
        Raises InputError where it cannot be written."""
        image = picture(self)
        if path is not None:
            write_whole(Path(path), image, replace=True)
        return image

    def table(self, years: Sequence[int] = ()) -> str:
        """Return the differences, costs, value for money and who gained, in plain words; `years` are those of
        the headline figures (by default those of `experiments.compare.table.usual_years`). Raises InputError
        for a year that was not lived."""
        return plain(self, years)


def compare(
    a: Scenario,
    b: Scenario,
    seeds: Iterable[int],
    *,
    effects: Effects = "drawn",
    discount: float = DISCOUNT,
    until: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    draws: int = 1,
    store: Path | str | None = None,
    place: str | None = None,
) -> Comparison:
    """Let the town live under both scenarios, once a seed and draw of the numbers each, with the same luck.

    Args:
        a, b: without and with; alike in place, scale, last year, goals and what is recorded.
        seeds: different whole numbers, 0 to 2**32 - 1.
        effects: "drawn" from the cards' uncertainty, one draw a seed or those of the posterior's draw, or
            held at their "means".
        discount: a yearly rate for costs, 0.035 for 3.5%.
        until: last year, in place of the scenarios'.
        workers, progress, draws, store, place: as for :func:`experiments.runs.runner.run`; runs of each
            scenario are counted and kept one by one.

    Raises:
        InputError: the scenarios are not comparable or say the same, or one of the arguments cannot be used;
            nothing has run then.
        BrokenOffError: runs broke off, as in :func:`experiments.runs.runner.run`.

    A program that calls this with several workers needs the usual guard `if __name__ == "__main__":`.
    """
    a, b = a.asked_for(until, place), b.asked_for(until, place)
    arms = Arms.of(a, b, effects)
    checked_discount(discount)
    chosen = arms.numbers.chosen(draws)
    cells = run_ids_of(chosen, checked_pair_seeds(arms, seeds, chosen[0]))
    arms.check_worlds()
    return Comparison.of(arms, made(arms.plan(cells), store, workers, progress), discount)
