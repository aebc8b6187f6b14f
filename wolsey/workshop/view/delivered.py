"""What a run delivered of what was asked: read from the ledger of its town, and told beside each lever."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.runs.draws import RunId
from experiments.runs.ensemble import Ensemble, RunResult
from model.scenario.scenario import Scenario
from wolsey.workshop.levers import PageLever, levers, names_of
from wolsey.workshop.plans import Plan

if TYPE_CHECKING:
    from model.state.ledger import Entry, Running
    from model.town import Town

COUNTED: Final = ("years", "eligible", "offered", "served", "short")
"""What is counted of a programme, over the years in which it ran: how many these are; children, families or
schools eligible, offered and served, those that England serves anyway among them; and in how many years the
money was used up before all were offered it that should have been."""
_MISSED: Final = 0.03
"""A smaller share that is not offered is rounding."""
_ASKED: Final = 0.9
"""Of those in the queue for places, the share from which nobody was left to ask."""
SOMETIMES: Final = 0.05
"""Share of years short of money from which that is said."""


@dataclass(frozen=True, slots=True)
class LeverDelivery:
    """What one run delivered from the levers' first year on: `programmes` by name, each with COUNTED; money
    of the alliance left from the years before, and left at the end, in pounds of the town lived."""

    programmes: Mapping[str, NDArray[np.float64]]
    before: float
    after: float

    @staticmethod
    def of(town: "Town", purses: Mapping[int, float]) -> "LeverDelivery":
        """Read from a town at its end; `purses` is what was left at the end of each year."""
        first, delivery = levers().first_year, town.delivery
        found: dict[str, NDArray[np.float64]] = {}
        for entry in delivery.ledger:
            if entry.year < first:
                continue
            running = delivery.running[entry.programme]
            served = entry.treated if running.drawn.practice is None else entry.offered
            short = _short(entry, running, served, purses[entry.year], town.world.scale)
            row = (1, entry.eligible, entry.anyway + entry.offered, entry.anyway + served, short)
            found[entry.programme] = found.get(entry.programme, np.zeros(len(COUNTED))) + np.array(row)
        left = {year: max(0.0, purse) if np.isfinite(purse) else 0.0 for year, purse in purses.items()}
        if town.scenario.alliance.carry_over:
            return LeverDelivery(found, left.get(first - 1, 0.0), left[max(left)])
        return LeverDelivery(found, 0.0, sum(pounds for year, pounds in left.items() if year >= first))


def _short(entry: "Entry", running: "Running", served: int, purse: float, scale: float) -> bool:
    """Tell whether money was used up before all were offered a programme who should have been: some were not,
    and what was left at the end of the year does not pay for one more."""
    if entry.funded_by != "alliance" or not np.isfinite(purse):
        return False
    reach, places = running.use.reach_in(entry.year), running.use.places_in(entry.year)
    waiting = entry.eligible - entry.anyway
    if reach is not None:
        missed = entry.offered < (1 - _MISSED) * min(round(reach * entry.eligible) - entry.anyway, waiting)
    else:
        short_of_places = served < (1 - _MISSED) * round((places or 0) * scale)
        missed = short_of_places and entry.offered < _ASKED * waiting
    one_more = max(running.drawn.unit_cost, entry.cost / entry.offered) if entry.offered else np.inf
    return bool(missed and purse < one_more)


class LivedPlan(NamedTuple):
    """One run: its figures, and what it delivered."""

    life: RunResult
    delivered: LeverDelivery


@dataclass(frozen=True, eq=False)
class PlanRuns:
    """Runs of a plan: their figures, and what each delivered, in the order of their cells."""

    ensemble: Ensemble
    delivered: tuple[LeverDelivery, ...]

    @staticmethod
    def of(scenario: Scenario, lived: Iterable[LivedPlan]) -> "PlanRuns":
        """Return the runs together. Raises ValueError where there is none."""
        ordered = sorted(lived, key=lambda one: one.life.cell)
        return PlanRuns(
            Ensemble.of(scenario, [one.life for one in ordered]), tuple(one.delivered for one in ordered)
        )

    def only(self, cells: Sequence[RunId]) -> "PlanRuns":
        """Return the runs of some of its cells."""
        if tuple(cells) == self.ensemble.cells:
            return self
        at = [self.ensemble.cells.index(cell) for cell in cells]
        e = self.ensemble
        part = replace(
            e, cells=tuple(cells), values=e.values[at], counts=e.counts[at], latent=e.latent[at],
            paths=None if e.paths is None else e.paths[at],
        )  # fmt: skip
        return PlanRuns(part, tuple(self.delivered[place] for place in at))


def delivered(plan: Plan, found: PlanRuns) -> dict[str, Any]:
    """Return by lever what the runs delivered of what it asks for, as the page and the report say it: in the
    lever's own unit, an average of the years in which it ran; and in how many years of how many the money was
    used up before all were served. Levers that stand at nought, and those of money and claims, have none."""
    told: dict[str, Any] = {}
    for lever in levers().levers:
        if lever.money or lever.acts or not plan.levers[lever.name]:
            continue
        counts: list[list[float]] = [_mean(found, name).tolist() for name in names_of(lever)]
        years, eligible, offered, served, _ = counts[0]
        if not years:
            continue
        scale = found.ensemble.scenario.scale
        places = "{count}" in lever.words
        value = served / years / scale if places else _share(served, eligible)
        asked = 0.0 if places else _share(offered, eligible)
        short = max(one[4] / one[0] if one[0] else 0.0 for one in counts)
        told[lever.name] = {
            "value": round(value, 3),
            "offered": None if places else round(asked, 3),
            "short": round(short, 3),
            "said": _delivered_text(lever, value, asked),
            "warning": _warning(short, years),
        }
    return told


def _mean(found: PlanRuns, name: str) -> NDArray[np.float64]:
    nothing = np.zeros(len(COUNTED))
    rows = [one.programmes.get(name, nothing) for one in found.delivered]
    result: NDArray[np.float64] = np.mean(rows, axis=0)
    return result


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _delivered_text(lever: PageLever, value: float, offered: float) -> str:
    """Return `delivered: 3 in 10`; `delivered: 2 in 10, offered to 5`; `delivered: 55 a year`."""
    if "{count}" in lever.words:
        return f"delivered: {value:.0f} a year"
    got, asked = _tenths(value), _tenths(offered)
    return f"delivered: {got} in 10" + (f", offered to {asked}" if asked != got else "")


def _tenths(share: float) -> str:
    return f"{10 * share:.0f}" if share == 0 or share >= 0.05 else "fewer than 1"


def _warning(short: float, years: float) -> str:
    if short < SOMETIMES:
        return ""
    if short > 1 - SOMETIMES:
        return "Money ran out in every year."
    return f"Money ran out in {max(1, round(short * years))} of {round(years)} years."
