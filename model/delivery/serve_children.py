"""A programme that serves children or families, or the whole town: offer, take-up, fidelity, dose, cost."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.delivery import eligibility as eligible
from model.delivery.eligibility import poor
from model.population.chances_after_16 import parents_report
from model.rules import offering, partnership
from model.state.drawn_cards import DrawnEffect
from model.state.ledger import Dose, Running
from model.state.state import TownState

Rows = NDArray[np.intp]
F = NDArray[np.float32]
B = NDArray[np.bool_]

TAKES = decision("programme.take_up")
FIDELITY = decision("programme.fidelity")
STOPS = decision("programme.school_stops")

LOWEST_FIFTH = 0.2
"""Share of those served, lowest as staff see them, on whom a card's ratio for low attainers holds."""
_ASKED_AT_ONCE = 1024
"""How far ahead of the last place a queue is looked at."""
_WARD_IDS = 1 << 24
"""Providers outside schools are told apart by ward, above all ids of schools."""


def serve(town: TownState, running: Running) -> None:
    """Live one year of one programme: who is served, what it costs, and which doses follow."""
    d, use, card, year = town.delivery, running.use, running.drawn.card, town.year
    queue, everybody = eligible.children(town, running)
    queue = queue[~_stopped(town, running, queue)]
    count = len(queue)
    anyway = min(count, offering.anyway(everybody, card.usual_share(year)))
    rest = queue[anyway:]
    offered, treated = _offer(town, running, rest, count, anyway)
    offered, treated, units = _within_means(town, running, offered, treated)
    if card.once:
        d.per_child(town.children, "ever", use.name, dtype=np.bool_)[treated] = True
    if card.delivered_to == "family":
        _ask_parents(town, treated)
    fidelity = _fidelity(town, running, treated)
    d.served[use.name] = treated
    d.enter(
        running,
        year,
        eligible=count,
        anyway=anyway,
        offered=len(offered),
        treated=len(treated),
        treated_disadvantaged=int(poor(town, treated).sum()),
        units=units,
        fidelity=fidelity,
    )
    if card.delivered_to == "town":
        _strengthen(town, running, units > 0)
    for number, effect in enumerate(running.drawn.effects):
        if effect.effect.estimand == "offered":
            _effect(town, running, number, effect, offered, _fidelity(town, running, offered))
        else:
            _effect(town, running, number, effect, treated, fidelity)


def _ask_parents(town: TownState, rows: Rows) -> None:
    """Keep what parents report when support begins, to set against later reports."""
    d = town.delivery
    since = d.per_child(town.children, "supported_since", dtype=np.int16)
    new = rows[since[rows] == 0]
    since[new] = town.year
    d.per_child(town.children, "parents_report")[new] = parents_report(town, new)


def _offer(town: TownState, running: Running, queue: Rows, count: int, anyway: int) -> tuple[Rows, Rows]:
    """Return (offered, treated) of those not served anyway, in the order of offers."""
    use, year = running.use, town.year
    reach, places = use.reach_in(year), use.places_in(year)
    more = partnership_reach(town)
    if reach is not None:
        queue = queue[: offering.offered_by_reach(count, anyway, min(1.0, reach * more))]
    if places is None:
        return queue, queue[_takes(town, running, queue)]
    limit = int(np.rint(places * more * town.world.scale))
    if not town.switches.rival_places and places:
        limit = len(queue)
    return _until_full(town, running, queue, limit)


def _until_full(town: TownState, running: Running, queue: Rows, limit: int) -> tuple[Rows, Rows]:
    """Return (asked, got): the queue is asked until `limit` take part, and nobody after the last of them."""
    asked, got, found = 0, [queue[:0]], 0
    for first in range(0, len(queue), _ASKED_AT_ONCE):
        some = queue[first : first + _ASKED_AT_ONCE]
        takers = np.flatnonzero(offering.first_takers(_takes(town, running, some), limit - found))
        if takers.size:
            asked, found = first + int(takers[-1]) + 1, found + takers.size
            got.append(some[takers])
        if found >= limit:
            break
    return queue[:asked], np.concatenate(got)


def _takes(town: TownState, running: Running, rows: Rows) -> B:
    """Return who would take part if asked (n,)."""
    draw, chance = take_up(town, running, rows)
    return draw < chance


def take_up(town: TownState, running: Running, rows: Rows) -> tuple[F, F]:
    """Return (draw, chance once offered), (n,) each: whoever's draw is under the chance takes part."""
    c, f, p, d = town.children, town.families, town.parameters, town.delivery
    use, card = running.use, running.drawn.card.take_up
    assert card is not None, "schools are asked, not children"
    family = c.family[rows]
    ses = f.ses[family]
    trust = f.trust[family] - np.float32(p.households.trust_on_ses) * ses
    voice = 1.0
    if town.switches.youth_voice:
        share = 1.0 if use.shaped_with_young else town.scenario.alliance.youth_voice
        voice = float(np.exp(d.voice * share))
    chance = offering.take_up_chance(
        card.rate if use.take_up is None else use.take_up,
        ses,
        trust,
        tilt=card.tilt,
        per_trust=p.programmes.take_up_trust if card.tilt else 0.0,
        multiplier=voice,
    )
    return town.luck.uniform(TAKES, town.year, c.id[rows], running.key), chance


def partnership_reach(town: TownState) -> float:
    """Return what the partnership multiplies reach by this year."""
    return _multiplier(town, "reach_multiplier")


def _multiplier(town: TownState, lever: str) -> float:
    if not town.switches.alliance:
        return 1.0
    strength = float(town.partnership.strength[0])
    return partnership.multiplier(town.delivery.at_full.get(lever, 1.0), strength)


def _stopped(town: TownState, running: Running, rows: Rows) -> B:
    """Return who is at a school that has stopped the programme this year (n,)."""
    if running.use.in_schools is None or town.year == running.use.start:
        return np.zeros(len(rows), np.bool_)
    stops = np.append(schools_stopped(town, running), False)
    result: B = stops[eligible.taught_at(town, rows)]
    return result


def schools_stopped(town: TownState, running: Running) -> B:
    """Return which schools do not go on with the programme this year (S,)."""
    p = town.parameters.programmes
    strength = float(town.partnership.strength[0]) if town.switches.alliance else 0.0
    chance = partnership.stop_chance(p.drop_out, p.continuity, strength)
    result: B = town.luck.uniform(STOPS, town.year, town.schools.id, running.key) < np.float32(chance)
    return result


def _within_means(
    town: TownState, running: Running, offered: Rows, treated: Rows
) -> tuple[Rows, Rows, float]:
    """Return (offered, treated, units) that the purse pays for; units are those that the cost is per."""
    d, use, unit = town.delivery, running.use, running.drawn.unit_cost
    money = d.money_for(use)
    match running.drawn.card.cost.per:
        case "child":
            kept = treated[: offering.affordable(len(treated), unit, money)]
            units = float(len(kept))
        case "family":
            first = np.zeros(len(treated), np.bool_)
            first[np.unique(town.children.family[treated], return_index=True)[1]] = True
            kept = treated[np.cumsum(first) <= offering.affordable(int(first.sum()), unit, money)]
            units = float(len(np.unique(town.children.family[kept])))
        case "child_in_area":
            whole = len(offered) * unit <= money
            kept, offered = (treated, offered) if whole else (treated[:0], offered[:0])
            return offered, kept, float(len(offered))
        case "school":
            names, came = np.unique(eligible.taught_at(town, treated), return_index=True)
            school = names[np.argsort(came)]
            paid = school[: offering.affordable(len(school), unit, money)]
            kept = treated[np.isin(eligible.taught_at(town, treated), paid)]
            units = float(len(paid))
        case "act":
            fits = len(treated) > 0 and unit <= money
            kept, units = (treated, 1.0) if fits else (treated[:0], 0.0)
        case other:
            raise ValueError(f"{use.name}: served children cannot be paid for by {other}")
    if len(kept) < len(treated):
        offered = offered[: int(np.flatnonzero(np.isin(offered, kept))[-1]) + 1] if len(kept) else offered[:0]
    return offered, kept, units


def _fidelity(town: TownState, running: Running, rows: Rows) -> F:
    """Return the fidelity of whoever serves these children, relative to routine delivery (n,)."""
    school, ward = eligible.taught_at(town, rows), town.children.ward[rows].astype(np.intp)
    # One draw for each provider: the schools, then wards from -1, outside the town, on.
    schools, outside = town.schools.id, np.arange(town.world.wards + 1, dtype=np.uint32)
    names = np.concatenate([schools, np.uint32(_WARD_IDS) + outside])
    draw = town.luck.normal(FIDELITY, town.year, names, running.key)
    fidelity = fidelity_of(town, draw, town.parameters.programmes.fidelity_sd)
    return fidelity[np.where(school >= 0, school, len(schools) + 1 + ward)]


def fidelity_of(town: TownState, draw: F, spread: float) -> F:
    """Return the fidelity for standard normal draws (n,): mean 1, more where a partnership is strong."""
    more = np.float32(_multiplier(town, "fidelity_multiplier"))
    fidelity: F = np.maximum(np.float32(0), np.float32(1) + np.float32(spread) * draw) * more
    return fidelity


def _strengthen(town: TownState, running: Running, runs: bool) -> None:
    for effect in running.drawn.effects:
        if effect.effect.moves.way == "partnership" and runs:
            town.delivery.at_full[effect.effect.lever] = max(0.0, effect.mean)
            town.delivery.held_together = True


# Effects on those served.


def _effect(
    town: TownState, running: Running, number: int, drawn: DrawnEffect, rows: Rows, fidelity: F
) -> None:
    """Apply what one effect does to those served (n,): a dose now or later, a count, or what a family
    gains."""
    effect, c, f = drawn.effect, town.children, town.families
    if effect.ages is not None:
        age = town.year - c.cohort[rows]
        fits = (age >= effect.ages[0]) & (age <= effect.ages[1])
        rows, fidelity = rows[fits], fidelity[fits]
    if not rows.size:
        return
    amount: F | np.float32 = np.float32(running.use.amount)
    match effect.moves.way:
        case "encounters":
            given = c.encounters_given[rows] + np.int16(round(drawn.mean * running.use.amount))
            c.encounters_given[rows] = np.minimum(given, 100)
        case "social_action":
            c.acts_given[rows] |= drawn.mean * running.use.amount > 0
        case "home":
            column = getattr(f, effect.lever)
            family, first = np.unique(c.family[rows], return_index=True)
            gained = np.float32(drawn.mean) * amount * fidelity[first]
            column[family] = np.clip(column[family] + gained, -9, 9)
        case "gain":
            if effect.at_most is not None:
                amount = _still_counting(town, rows, running.use.amount, effect.at_most)
            give(town, running, number, drawn, rows, effect_on(town, drawn, rows) * fidelity * amount)


def _still_counting(town: TownState, rows: Rows, amount: float, most: float) -> F:
    """Return how many of `amount` encounters lie under the number from which on more make no difference
    (n,)."""
    c = town.children
    before = c.encounters[rows].astype(np.float32) + c.encounters_given[rows]
    # Those of this programme are counted already.
    result: F = np.clip(np.float32(most) - (before - np.float32(amount)), 0, np.float32(amount))
    return result


def effect_on(town: TownState, drawn: DrawnEffect, rows: Rows, by_group: B | None = None) -> F:
    """Return the effect on each of those served (n,), such that the card's figure holds for whom it is
    given."""
    group = poor(town, rows) if by_group is None else by_group
    share = float(group.mean()) if len(group) else 0.0
    other, disadvantaged = sizes_of(drawn, share)
    size = np.where(group, np.float32(disadvantaged), np.float32(other))
    ratio = drawn.effect.low_attainer_ratio
    if ratio is not None and len(rows):
        skill = eligible.seen_skill(town, rows)
        weighted = size * offering.low_attainer_weights(skill <= np.quantile(skill, LOWEST_FIFTH), ratio)
        # The lowest are not spread evenly over the groups: the card's figure is restored for its own.
        whose = {"disadvantaged": group, "others": ~group}.get(
            drawn.effect.effect_is_for, np.ones_like(group)
        )
        before, after = (float(each[whose].sum()) for each in (size, weighted))
        size = weighted * np.float32(before / after if after else 1.0)
    return size


def sizes_of(drawn: DrawnEffect, share: float) -> tuple[float, float]:
    """Return the effect on (others, disadvantaged), where the disadvantaged are such a share of those
    treated."""
    return offering.group_effects(drawn.mean, drawn.ratio, share, drawn.effect.effect_is_for)


def give(
    town: TownState,
    running: Running,
    number: int,
    drawn: DrawnEffect,
    rows: Rows,
    amounts: F,
    late: bool = True,
) -> None:
    """Hand doses (n,) to the year in which they act; attainment goes to both subjects."""
    d, effect = town.delivery, drawn.effect
    if not amounts.any():
        return
    states = effect.moves.states
    if len(states) > 1:
        amounts = amounts * np.float32(town.world.growth.k)
    amounts = amounts.astype(np.float32, copy=False)
    ids, most = town.children.id[rows], most_of(town, drawn)
    for state in states:
        if effect.form == "builds_to_age":
            step = np.float32(1.0 / float(effect.exposure_years or 1))
            d.per_child(town.children, "builds", running.use.name, str(number), state)[rows] += amounts * step
            continue
        # One book for a programme and lever: whoever grows out of one effect's ages into another's keeps it.
        book = f"{running.use.name}.{effect.lever}" if running.drawn.card.adds_up(effect) else ""
        dose = Dose(running.use.name, state, rows, ids, amounts, drawn.parts.shares, book, most)
        if late and effect.lag:
            d.pending.setdefault(town.year + effect.lag, []).append(dose)
        else:
            d.due.append(dose)


def most_of(town: TownState, drawn: DrawnEffect) -> float:
    """Return what repeated delivery of an effect adds up to on one child, as a multiple of one year's: by the
    card, else by the rule for all."""
    effect = drawn.effect
    if effect.accrues_to is None or not effect.mean:
        return float(town.parameters.programmes.accrual)
    return effect.accrues_to / abs(effect.mean)
