"""Pilots: approaches tried side by side, a noisy evaluation, and what the alliance then decides."""

from typing import TYPE_CHECKING

import numpy as np

from model.chance.luck import decision
from model.delivery import eligibility as eligible
from model.rules import partnership
from model.scenario.levers import LEVERS
from model.state.drawn_cards import key_of
from model.state.ledger import Decided, Running
from model.state.state import TownState

if TYPE_CHECKING:
    from model.scenario.programmes import Pilot

EVALUATION = decision("alliance.evaluation_of_a_pilot")


def decide(town: TownState) -> None:
    """Judge pilots whose years are over: widened, changed or stopped."""
    for pilot in town.scenario.pilots:
        start = min(town.delivery.running[name].use.start for name in pilot.programmes)
        if town.year == start + pilot.years:
            _judge(town, pilot)


def _judge(town: TownState, pilot: "Pilot") -> None:
    d = town.delivery
    served = {name: _served(town, pilot, name) for name in pilot.programmes}
    if not all(served.values()):
        words = "somebody was to be served by each approach, and was not: nothing is decided"
        d.decisions.append(Decided(town.year, pilot.name, {}, float("nan"), words))
        return
    benefit = LEVERS[pilot.outcome].direction or 1
    estimates: dict[str, float] = {}
    errors: list[float] = []
    for name in pilot.programmes:
        running = d.running[name]
        sample = min(max(1, round(pilot.sample * town.world.scale)), served[name])
        error = _error(town, pilot, running, sample)
        draw = town.luck.normal(EVALUATION, town.year, np.array([key_of(name)], np.uint32))[0]
        estimates[name] = benefit * true_effect(running, pilot.outcome) + error * float(draw)
        errors.append(error)
    words = (
        _better(town, pilot, estimates) if pilot.then == "better" else _by_threshold(town, pilot, estimates)
    )
    d.decisions.append(Decided(town.year, pilot.name, estimates, float(np.mean(errors)), words))


def _served(town: TownState, pilot: "Pilot", name: str) -> int:
    """Return the most people whom an approach served in a year of the pilot."""
    since = town.year - pilot.years
    return max(
        (each.treated for each in town.delivery.ledger if each.programme == name and each.year >= since),
        default=0,
    )


def true_effect(running: Running, outcome: str) -> float:
    """Return what the approach does to those treated in this draw, which an evaluation without error would
    find. An effect on some ages only counts by their share of all that are served."""
    first, last = eligible.ages_of(running)
    total = 0.0
    for each in running.drawn.effects:
        if each.effect.lever == outcome:
            low, high = each.effect.ages or (first, last)
            total += each.mean * max(0, min(high, last) - max(low, first) + 1) / (last - first + 1)
    return total


def _error(town: TownState, pilot: "Pilot", running: Running, sample: int) -> float:
    p = town.parameters.programmes
    unit = LEVERS[pilot.outcome].unit
    sd = {"SD": p.pilot_sd, "pp": p.absence_spread}.get(unit, p.log_odds_spread)
    own = town.delivery.own.get(running.use.name)
    # Where an approach has no schools of its own, its pupils are not gathered in any.
    schools = sample if own is None else max(len(own), 1)
    return partnership.evaluation_error(sample, schools, sd, p.pilot_clusters)


def _better(town: TownState, pilot: "Pilot", estimates: dict[str, float]) -> str:
    best = max(estimates, key=lambda name: estimates[name])
    for name in estimates:
        if name != best:
            town.delivery.stopped.add(name)
    _widen(town, pilot, best)
    return f"{best} goes on; the others stop"


def _by_threshold(town: TownState, pilot: "Pilot", estimates: dict[str, float]) -> str:
    d, said = town.delivery, []
    for name, estimate in estimates.items():
        if pilot.widen_above is not None and estimate >= pilot.widen_above:
            _widen(town, pilot, name)
            said.append(f"{name} is widened")
        elif pilot.stop_below is not None and estimate < pilot.stop_below:
            d.stopped.add(name)
            said.append(f"{name} stops")
        elif pilot.change_to:
            d.stopped.add(name)
            d.waiting.discard(pilot.change_to)
            said.append(f"{name} changes to {pilot.change_to}")
        else:
            said.append(f"{name} stays as it is")
    return "; ".join(said)


def _widen(town: TownState, pilot: "Pilot", name: str) -> None:
    d = town.delivery
    running = d.running[name]
    d.running[name] = Running(pilot.widened(running.use), running.drawn, running.key)
    # Its own schools first, then all others: no approach keeps schools to itself any more.
    first = d.own.pop(name, np.zeros(0, np.intp))
    d.queues.pop(name, None)
    for other in pilot.programmes:
        d.apart.pop(other, None)
    rest = eligible.schools(town, d.running[name])
    d.queues[name] = np.concatenate([first, rest[~np.isin(rest, first)]])
