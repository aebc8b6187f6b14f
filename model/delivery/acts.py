"""Acts of leadership: what organisations change on their own account, without money of the alliance."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.calendar import LAST_AGE
from model.chance.luck import decision
from model.scenario.levers import LEVERS
from model.state.drawn_cards import key_of
from model.state.ledger import Dose
from model.state.state import TownState

if TYPE_CHECKING:
    from model.scenario.programmes import Act

Rows = NDArray[np.intp]
F = NDArray[np.float32]

MEETS = decision("act.employer_encounter")
_PASSING = (0.0, 0.0, 0.0, 1.0)


def act(town: TownState) -> dict[str, F]:
    """Return all acts in force this year; what they do to heads, staff and schools is returned (lever:
    (S,))."""
    e, s = town.employers, town.schools
    e.apprenticeships_given[:] = 0
    e.entry_jobs_given[:] = 0
    s.places_given[:] = 0
    to_schools: dict[str, F] = {}
    for each in town.scenario.acts:
        if each.runs_in(town.year):
            _one(town, each, to_schools)
    return to_schools


def _one(town: TownState, one: "Act", to_schools: dict[str, F]) -> None:
    d, e, s = town.delivery, town.employers, town.schools
    places = round(one.amount * town.world.scale)
    lever = LEVERS[one.lever]
    match lever.way:
        case "places" if lever.name == "sixth_places":
            s.places_given[town.college] += places
        case "places":
            e.array(f"{lever.name}_given")[:] += shared_out(places, e.array(lever.name))
        case "encounters":
            _meet(town, one)
        case "social_action":
            rows = _concerned(town, one)
            met = town.luck.uniform(MEETS, town.year, town.children.id[rows], key_of(one.title)) < one.amount
            town.children.acts_given[rows[met]] = True
        case "home":
            if town.year == one.start:
                family = np.unique(town.children.family[_concerned(town, one)])
                column = getattr(town.families, one.lever)
                column[family] = np.clip(column[family] + np.float32(one.amount), -9, 9)
        case "partnership":
            d.at_full[one.lever] = one.amount
            d.held_together = True
        case "leaders":
            # So many people in the town, not in each of its schools.
            share = shared_out(places, np.where(town.is_secondary & s.inside, s.roll, 0)).astype(np.float32)
            to_schools[one.lever] = to_schools.get(one.lever, np.float32(0)) + share
        case "staff" | "benchmarks":
            each = np.where(s.inside, np.float32(one.amount), np.float32(0))
            to_schools[one.lever] = to_schools.get(one.lever, np.float32(0)) + each
        case "gain":
            _dose(town, one, lever.states)


def _concerned(town: TownState, one: "Act") -> Rows:
    c = town.children
    band = town.band(*(one.ages or (0, LAST_AGE)))
    rows: Rows = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    return rows


def _meet(town: TownState, one: "Act") -> None:
    """Give encounters a year to everybody concerned; a fraction is a chance of one more."""
    c = town.children
    rows = _concerned(town, one)
    whole, part = divmod(one.amount, 1)
    more = town.luck.uniform(MEETS, town.year, c.id[rows], key_of(one.title)) < part
    c.encounters_given[rows] = np.minimum(c.encounters_given[rows] + np.int16(whole) + more, 100)


def _dose(town: TownState, one: "Act", states: tuple[str, ...]) -> None:
    """Apply a user's own claim on children, for as long as the act is in force."""
    rows = _concerned(town, one)
    amount = one.amount * (town.world.growth.k if len(states) > 1 else 1.0)
    for state in states:
        amounts = np.full(len(rows), amount, np.float32)
        town.delivery.due.append(Dose(one.title, state, rows, town.children.id[rows], amounts, _PASSING))


def shared_out(amount: int, by: NDArray[np.generic]) -> NDArray[np.int16]:
    """Return a whole number shared out in proportion to `by` (n,), largest remainders first; to the first
    where nobody has any."""
    weight = np.asarray(by, np.float64)
    if weight.sum() <= 0:
        weight = np.zeros(len(weight))
        weight[:1] = 1.0
    exact = amount * weight / weight.sum()
    result: NDArray[np.int16] = np.floor(exact).astype(np.int16)
    result[np.argsort(result - exact, kind="stable")[: amount - int(result.sum())]] += 1
    return result
