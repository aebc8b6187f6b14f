"""A programme that works through schools: which schools, what practice they come to hold, what it gives their
pupils, heads and staff."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.delivery import eligibility as eligible
from model.delivery.eligibility import poor
from model.delivery.serve_children import (
    effect_on,
    fidelity_of,
    give,
    partnership_reach,
    schools_stopped,
    sizes_of,
)
from model.rules import offering, persistence
from model.scenario.levers import levers_of
from model.state.drawn_cards import DrawnEffect
from model.state.ledger import Running
from model.state.state import TownState

Rows = NDArray[np.intp]
F = NDArray[np.float32]
D = NDArray[np.float64]

FIDELITY = decision("programme.fidelity_of_a_school")
COUNTED = levers_of("benchmarks", "leaders")
"""Levers of schools that add up over the years in which a programme runs."""
LEAST_PRACTICE = 0.005
"""A school that holds less of a programme than this has given it up."""
SCHOOL_LEVERS = levers_of("staff")
"""Levers of schools that hold as far as their practice does."""


def train(town: TownState, running: Running) -> None:
    """Live one year of one programme: schools reached, practice changed, money spent. Its effects follow in
    `act_on`."""
    d, use, card, s, year = town.delivery, running.use, running.drawn.card, town.schools, town.year
    queue = eligible.schools(town, running, use.in_schools)
    anyway = 0 if use.name in d.own else offering.anyway(len(queue), card.usual_share(year))
    reached = _reached(town, running, queue, anyway)
    per_school = _units(town, running, reached)
    money = d.money_for(use)
    # Schools in the order of spending, as far as the money goes.
    paid = np.cumsum(per_school) * running.drawn.unit_cost <= money
    reached, per_school = reached[paid], per_school[paid]
    units = float(per_school.sum())
    if card.cost.per == "act" and len(reached):
        units = 1.0 if running.drawn.unit_cost <= money else 0.0
        reached = reached if units else reached[:0]
    draw = town.luck.normal(FIDELITY, year, s.id[reached], running.key)
    fidelity = fidelity_of(town, draw, town.parameters.programmes.fidelity_sd)
    _learn(town, running, reached, fidelity)
    pupils = _pupils(town, running, reached)
    d.served[use.name] = pupils
    d.enter(
        running,
        year,
        eligible=len(queue),
        anyway=anyway,
        offered=len(reached),
        treated=len(pupils),
        treated_disadvantaged=int(poor(town, pupils).sum()),
        units=units,
        fidelity=fidelity,
    )


def _reached(town: TownState, running: Running, queue: Rows, anyway: int) -> Rows:
    d, use, year = town.delivery, running.use, town.year
    reach, places = use.reach_in(year), use.places_in(year)
    if use.name in d.own:
        chosen = queue
    elif reach is not None:
        share = min(1.0, reach * partnership_reach(town))
        whole = len(d.queues[use.name])
        chosen = queue[anyway : anyway + offering.offered_by_reach(whole, anyway, share)]
    else:
        number = round((places or 0) * partnership_reach(town) * town.world.scale) if places else 0
        chosen = queue[anyway : anyway + (max(1, number) if places else 0)]
    eligible.keep_apart(town, running, chosen)
    if year > use.start:
        chosen = chosen[~schools_stopped(town, running)[chosen]]
    return chosen


def _units(town: TownState, running: Running, reached: Rows) -> D:
    """Return the units that the cost is per, by school reached (n,)."""
    s, card, use = town.schools, running.drawn.card, running.use
    match card.cost.per:
        case "school":
            return np.ones(len(reached))
        case "new_teacher":
            return np.asarray(s.novices[reached] * s.posts[reached] * use.coverage, np.float64)
        case "hire":
            return np.asarray(s.entry_rate[reached] * s.posts[reached], np.float64)
        case "teacher":
            return np.asarray(s.posts[reached] * use.coverage, np.float64)
        case "pupil" | "child":
            pupils = _pupils(town, running, reached)
            count = np.bincount(eligible.taught_at(town, pupils), minlength=len(s.id))
            return np.asarray(count[reached] * use.coverage, np.float64)
        case "act":
            return np.zeros(len(reached))
        case other:
            raise ValueError(f"{use.name}: schools served cannot be paid for by {other}")


def _pupils(town: TownState, running: Running, reached: Rows) -> Rows:
    """Return the pupils of these schools, of the ages that the programme is for."""
    in_them = np.zeros(len(town.schools.id) + 1, np.float32)
    in_them[reached] = 1
    return town.roll().pupils(eligible.ages_of(running), in_them)[0]


def _learn(town: TownState, running: Running, reached: Rows, fidelity: F) -> None:
    """Put practice newly changed on top of what the school holds, as far as there is room for it; delivery
    may be better than routine as well as worse, or the card's mean would not come out."""
    d, name = town.delivery, running.use.name
    parts = running.drawn.practice
    held, practice = _held(town, running), running.drawn.card.practice
    assert parts is not None
    assert practice is not None
    room = 1.0 - held[:, reached].sum(axis=0)
    share = running.use.coverage * practice.implements * fidelity
    new = share if parts.passing == 1.0 else share * np.clip(room, 0.0, 1.0)
    held[:, reached] += np.array(parts.shares)[:, None] * new
    if any(each.effect.lever in COUNTED for each in running.drawn.effects):
        count = d.counts.setdefault(name, np.zeros(len(town.schools.id)))
        count[reached] += running.use.amount * new


def _held(town: TownState, running: Running) -> D:
    """Return the parts of practice that each school holds of a programme, (4, S)."""
    return town.delivery.practice.setdefault(running.use.name, np.zeros((4, len(town.schools.id))))


def fade(town: TownState, running: Running) -> None:
    """Let a year pass: practice fades, and leaves with teachers and heads."""
    if running.use.name not in town.delivery.practice:
        return
    s, held, practice = town.schools, _held(town, running), running.drawn.card.practice
    assert practice is not None
    held *= np.array(persistence.LEFT_A_YEAR)[:, None]
    if practice.follows_staff:
        led = any(each.effect.lever == "leadership" for each in running.drawn.effects)
        stay = s.head_since != town.year if led else 1.0 - s.leaving_rate
        held *= np.asarray(stay, np.float64)[None, :]
    held[:, held.sum(axis=0) < LEAST_PRACTICE] = 0.0


def act_on(town: TownState, running: Running) -> dict[str, F]:
    """Return what a programme's practice does this year: doses to pupils, and to heads and staff (lever: (S,)
    in the lever's unit)."""
    d, name = town.delivery, running.use.name
    if name not in d.practice:
        return {}
    history = d.held.setdefault(name, [])
    history.append(_held(town, running).sum(axis=0))
    to_schools: dict[str, F] = {}
    for number, drawn in enumerate(running.drawn.effects):
        # What acts on staff is read by the staffrooms of next summer, which is a year's lag already.
        lag = max(0, drawn.effect.lag - (drawn.effect.lever in SCHOOL_LEVERS))
        if lag >= len(history):
            continue
        held = history[-1 - lag]
        if drawn.effect.lever in SCHOOL_LEVERS:
            to_schools[drawn.effect.lever] = (drawn.mean * held).astype(np.float32)
        elif drawn.effect.lever in COUNTED and name in d.counts:
            to_schools[drawn.effect.lever] = (drawn.mean * d.counts[name]).astype(np.float32)
        elif drawn.effect.moves.way == "gain":
            _teach(town, running, number, drawn, held)
    return to_schools


def _teach(town: TownState, running: Running, number: int, drawn: DrawnEffect, held: D) -> None:
    s, roll = town.schools, town.roll()
    weight = held.astype(np.float32)
    if drawn.effect.scaled_by == "novices":
        weight = weight * s.novices
    elif drawn.effect.scaled_by == "benchmarks":
        count = town.delivery.counts.get(running.use.name, np.zeros(len(s.id)))
        weight = count.astype(np.float32)
    weight = np.append(weight, np.float32(0))
    first, last = eligible.ages_of(running)
    low, high = drawn.effect.ages or (first, last)
    if max(first, low) > min(last, high):
        return
    rows, poor_ones = roll.pupils((max(first, low), min(last, high)), weight)
    if not rows.size:
        return
    if drawn.effect.ratio_by == "school" or drawn.effect.low_attainer_ratio is not None:
        school = roll.at(rows)
        group = town.top_fifth[school] > 0 if drawn.effect.ratio_by == "school" else roll.poor(rows)
        amounts = effect_on(town, drawn, rows, group) * weight[school]
    else:
        sizes = sizes_of(drawn, poor_ones / len(rows))
        amounts = roll.by_school(rows, *(np.float32(size) * weight for size in sizes))
    give(town, running, number, drawn, rows, amounts, late=False)
