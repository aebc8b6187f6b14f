"""Who may be served by a programme, and in which order."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.calendar import LAST_AGE
from model.chance.luck import decision
from model.inputs.place_schools import PHASES, SCHOOL_BLOCK
from model.kernels.ordering import lowest, stable_order
from model.kernels.roll import EAL, FSM, HERE, NEET, POOR, RESIDENT, SEN
from model.population.chances_after_16 import parents_report
from model.rules import growth
from model.state.gains import skill_gain, with_gain
from model.state.ledger import Running
from model.state.state import TownState

if TYPE_CHECKING:
    from model.scenario.programmes import Who

Rows = NDArray[np.intp]
B = NDArray[np.bool_]
F = NDArray[np.float32]

ORDER = decision("programme.order")
SCHOOL_ORDER = decision("programme.order_of_schools")
SCREEN = decision("programme.screening")
_AGES = LAST_AGE + 1


def ages_of(running: Running) -> tuple[int, int]:
    """Return the first and last academic age of those served."""
    return running.use.ages or running.drawn.card.ages


def taught_at(town: TownState, rows: Rows) -> NDArray[np.intp]:
    """Return the rows of the schools, sixth forms and colleges where these are taught (n,); -1 for none."""
    return town.roll().at(rows)


def poor(town: TownState, rows: Rows) -> B:
    """Return who is disadvantaged (n,): free meals in six years; before school, need at home in them; past
    16, as it was then."""
    return town.roll().poor(rows)


def in_wards(town: TownState, who: "Who") -> B:
    """Return which wards are served (wards,)."""
    wards = town.world.place.wards
    here = np.ones(len(wards), np.bool_)
    if who.wards:
        here &= np.isin(np.array(wards.names), np.array(who.wards))
    if who.poorest_wards is not None:
        worst = np.argsort(-wards.idaci_2019, kind="stable")[: who.poorest_wards]
        here &= np.isin(np.arange(len(wards)), worst)
    return here


def children(town: TownState, running: Running) -> tuple[Rows, int]:
    """Return the rows of the children who may be served this year, in the order of offers, and how many
    children of the ages live or are taught where the programme runs, whatever their need."""
    use, card = running.use, running.drawn.card
    who, through_schools = use.who, _through_schools(running)
    # Pupils who come in from outside are served at school, and nowhere else.
    everybody = HERE if through_schools else HERE | RESIDENT
    limits: dict[str, B] = {}
    if who.wards or who.poorest_wards is not None:
        limits["wards"] = np.append(in_wards(town, who), False)
    if through_schools:
        limits["schools"] = np.zeros(len(town.schools.id) + 1, np.bool_)
        limits["schools"][schools(town, running, use.in_schools)] = True
    if card.once:
        limits["had"] = town.delivery.per_child(town.children, "ever", use.name, dtype=np.bool_)
    rows, count = town.roll().pick(town.children, ages_of(running), everybody, _asked_for(who), **limits)
    if who.lowest is not None:
        by_parents = card.delivered_to == "family"
        seen = parents_report(town, rows) if by_parents else seen_skill(town, rows)
        rows = _lowest(town, rows, seen, who.lowest, in_school=not by_parents)
    if who.at_risk is not None:
        rows = _lowest(town, rows, -_seen_risk(town, rows), who.at_risk, in_school=False)
    return _ordered(town, running, rows), count


def _through_schools(running: Running) -> bool:
    use, card = running.use, running.drawn.card
    return bool(use.who.schools or use.who.phases or card.phases or use.in_schools is not None)


def _asked_for(who: "Who") -> int:
    """Return the bits of the traits that somebody must have to be served."""
    asked = ((who.fsm, FSM), (who.sen, SEN), (who.eal, EAL), (who.neet, NEET), (who.disadvantaged, POOR))
    return sum(bit for wanted, bit in asked if wanted)


def schools(town: TownState, running: Running, number: int | float | None = None) -> Rows:
    """Return the rows of the schools that a programme runs in, in an order fixed when it first ran.

    Args:
        number: so many of them, or such a share; None for all. Those of another approach of the same pilot
            are left out.
    """
    d, use = town.delivery, running.use
    if use.name in d.own:
        return d.own[use.name]
    if use.name not in d.queues:
        d.queues[use.name] = _school_queue(town, running)
    queue = d.queues[use.name]
    whole = len(queue)
    taken = [d.own[other] for other in d.apart.get(use.name, ()) if other in d.own]
    if taken:
        queue = queue[~np.isin(queue, np.concatenate(taken))]
    if number is None:
        return queue
    count = max(1, round(number * town.world.scale)) if isinstance(number, int) else np.rint(number * whole)
    chosen = queue[: int(count)]
    keep_apart(town, running, chosen)
    return chosen


def keep_apart(town: TownState, running: Running, chosen: Rows) -> None:
    """Make these schools the approach's own from now on, if it is tried beside others."""
    if running.use.name in town.delivery.apart and chosen.size:
        town.delivery.own.setdefault(running.use.name, chosen)


def _school_queue(town: TownState, running: Running) -> Rows:
    s, use = town.schools, running.use
    phases = use.who.phases or running.drawn.card.phases
    here = s.inside.copy()
    if phases:
        here &= np.isin(s.phase, [PHASES.index(phase) for phase in phases])
    if use.who.schools:
        names = np.array(town.world.place.schools.names)
        named = np.flatnonzero(np.isin(names, np.array(use.who.schools)))
        here &= np.isin((s.id - 1) // SCHOOL_BLOCK, named)
    rows = np.flatnonzero(here)
    draw = town.luck.uniform(SCHOOL_ORDER, 0, s.id[rows], running.key)
    if use.order == "need":
        return rows[np.lexsort((draw, -s.fsm_share[rows]))]
    return rows[np.argsort(draw, kind="stable")]


def seen_skill(town: TownState, rows: Rows) -> F:
    """Return the skill as staff see it when they pick those furthest behind (n,), with error."""
    c, r = town.children, town.parameters.programmes.screening
    skill = growth.composite(c.theta[rows], c.literacy[rows], c.numeracy[rows], town.world.growth.k)
    skill = skill + skill_gain(town, rows)
    error = town.luck.normal(SCREEN, town.year, c.id[rows])
    seen: F = np.float32(np.sqrt(r)) * skill + np.float32(np.sqrt(1 - r)) * error
    return seen


def _seen_risk(town: TownState, rows: Rows) -> F:
    """Return the risk of being NEET as those who know a young person see it (n,), log-odds: by score, or
    before KS4 by skill as seen."""
    c, p = town.children, town.parameters.neet
    score = np.where(np.isnan(c.ks4[rows]), seen_skill(town, rows), c.ks4[rows])
    risk: F = (
        np.float32(p.per_sd) * score
        + np.float32(p.per_fsm) * poor(town, rows)
        + np.float32(p.per_socio) * with_gain(town, "socio", rows)
        + np.float32(p.per_sen) * (c.sen[rows] > 0)
    )
    return risk


def _lowest(town: TownState, rows: Rows, value: F, share: float, in_school: bool = True) -> Rows:
    """Return the lowest `share` by `value`: of each year group of a school, or of all."""
    c = town.children
    group = np.zeros(len(rows), np.int64)
    if in_school:
        group = (c.school[rows].astype(np.int64) + 1) * _AGES + (town.year - c.cohort[rows])
    return rows[lowest(value, group, share)]


def _ordered(town: TownState, running: Running, rows: Rows) -> Rows:
    """Put into the order of offers: poorest families first, or as chance has it."""
    c = town.children
    if running.use.order == "need":
        rows = rows[stable_order(town.families.income[c.family[rows]])]
        return town.roll().poor_first(rows)
    return rows[stable_order(town.luck.uniform(ORDER, town.year, c.id[rows], running.key))]
