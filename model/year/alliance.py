"""Alliance: the partnership decides, spends and learns. Without programmes it spends nothing and changes
nobody's chances."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.delivery import acts as acting
from model.delivery import doses as dosing
from model.delivery import pilots as piloting
from model.delivery import serve_children as serving
from model.delivery import train_schools as training
from model.rules import partnership
from model.state.state import TownState

if TYPE_CHECKING:
    from model.state.ledger import Running

F = NDArray[np.float32]

BENCHMARK = decision("school.gatsby_benchmark")
GIVEN = decision("school.gatsby_given")
BENCHMARKS = 8


def alliance(town: TownState) -> None:
    """Carry out programmes and acts of the year, in the order of spending: pilots judged, people and schools
    served, doses given, the partnership stronger or weaker."""
    held = _benchmarks(town)
    if not town.delivery.acting:
        town.schools.gatsby[:] = held
        return
    with town.roll_held():
        _open_purse(town)
        dosing.fade(town)
        piloting.decide(town)
        to_schools = acting.act(town)
        for running in list(town.delivery.running.values()):
            through_schools = running.drawn.practice is not None
            if through_schools:
                training.fade(town, running)
            if _runs(town, running):
                (training.train if through_schools else serving.serve)(town, running)
            if through_schools:
                for lever, values in training.act_on(town, running).items():
                    to_schools[lever] = to_schools.get(lever, np.float32(0)) + values
        dosing.give_out(town)
        _hand_to_schools(town, held, to_schools)
        _close_purse(town)


def _runs(town: TownState, running: "Running") -> bool:
    d, use = town.delivery, running.use
    return use.runs_in(town.year) and use.name not in d.stopped and use.name not in d.waiting


def _benchmarks(town: TownState) -> NDArray[np.int8]:
    """Return Gatsby benchmarks that schools hold without programmes (S,): England's mean of the year."""
    s = town.schools
    share = np.float32(town.facts.gatsby / BENCHMARKS)
    count = np.zeros(len(s.id), np.int8)
    for benchmark in range(BENCHMARKS):
        count += town.luck.uniform(BENCHMARK, 0, s.id, benchmark) < share
    return np.where(town.has_careers, count, np.int8(0))


def _hand_to_schools(town: TownState, held: NDArray[np.int8], values: dict[str, F]) -> None:
    """Write what programmes and acts do to schools into the columns that other phases read."""
    s = town.schools
    nothing = np.zeros(len(s.id), np.float32)
    for lever in training.SCHOOL_LEVERS:
        column = s.column(f"{lever}_given")
        s.array(column.name)[:] = np.clip(values.get(lever, nothing), column.low, column.high)
    more = np.where(town.has_careers, values.get("gatsby", nothing), nothing)
    # A part of a benchmark is held by as many schools as it is large.
    whole = np.floor(more + town.luck.uniform(GIVEN, 0, s.id))
    s.gatsby[:] = np.clip(held + whole, 0, BENCHMARKS)
    s.gatsby_given[:] = s.gatsby - held
    leaders = np.floor(values.get("national_leaders", nothing) + np.float32(0.5)).astype(np.int8)
    before = town.delivery.counts.get("leaders", np.zeros(len(s.id)))
    s.leaders_national[:] = np.clip(s.leaders_national - before + leaders, 0, 127)
    town.delivery.counts["leaders"] = leaders.astype(np.float64)


def _open_purse(town: TownState) -> None:
    d, plan = town.delivery, town.scenario.alliance
    new = plan.budget_in(town.year) * town.world.scale
    d.purse = new + (d.purse if plan.carry_over else 0.0)
    d.served, d.held_together = {}, False
    town.partnership.budget[:] = d.purse if np.isfinite(d.purse) else 0.0


def _close_purse(town: TownState) -> None:
    d, a, p = town.delivery, town.partnership, town.parameters.programmes
    a.spent[:] = sum(d.spent(town.year).values())
    a.budget[:] = max(0.0, d.purse) if np.isfinite(d.purse) else 0.0
    a.strength[:] = partnership.next_strength(
        float(a.strength[0]),
        d.held_together,
        start=p.strength_start,
        growth=p.strength_growth,
        half_life=p.strength_half_life,
    )
