"""NEET of all young people in one pass."""

from typing import NamedTuple

import numpy as np

from model.compiled import F4, I1, I2, I8, B, F4x2, OutF4, OutF4x2, OutI2, OutI8, OutU1, Real, compiled
from model.rules.neet import Risk, risk, term_log_odds

_ZERO, _ONE = np.float32(0), np.float32(1)


class YoungPeople(NamedTuple):
    """Columns of children: KS4 score (SD), free meals at 15, socio-emotional skill (SD), special needs (0 for
    none), school at 16 (-1 for none), encounters with employers."""

    score: F4
    fsm: B
    socio: F4
    sen: I1
    school: I2
    encounters: I1


@compiled
def risk_of(rows: I8, people: YoungPeople, gatsby: F4, numbers: Risk) -> OutF4:
    """Return `risk` of some rows (n,) of whole columns; `gatsby` (S,) are the benchmarks of each school less
    England's mean of the year."""
    score, fsm, socio, sen, school, encounters = people
    out, meals = np.empty(rows.shape[0], np.float32), np.empty(2, np.float32)
    meals[0], meals[1] = _ZERO - numbers.fsm_share, _ONE - numbers.fsm_share
    needs, none = _ONE - numbers.sen_share, _ZERO - numbers.sen_share
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        at = gatsby[school[r]] if school[r] >= 0 else _ZERO
        own = needs if sen[r] > 0 else none
        met = np.float32(encounters[r])
        out[i] = risk(score[r], meals[np.intp(fsm[r])], socio[r], own, at, met, numbers)
    return out


@compiled
def at_risk(start: int, followed: B, present: B, route: I1, safe: B, terms: OutU1) -> OutI8:
    """Return the rows of those of a band who may be NEET this year (m,); the others' `terms` become 0.

    Args:
        start: first row of the band. followed, present, route, terms: (n,) the band of each column.
        safe: (routes,) whether a route keeps from being NEET.
    """
    n, rows = 0, np.empty(route.shape[0], np.int64)
    for i in range(route.shape[0]):
        # No branch that a processor would have to guess.
        here = followed[i] & present[i] & (not safe[np.uintp(route[i])])
        terms[i] = terms[i] * np.uint8(here)
        rows[np.uintp(n)] = start + i
        n += here
    return rows[:n]


class Terms(NamedTuple):
    """Log-odds of NEET at 17, 18, ...; of the town at 18; what a route keeps from it under 22, and that
    route; what having been NEET adds."""

    level: F4
    town: Real
    shelter: Real
    sheltered: int
    dependence: Real


@compiled
def term_odds(year: int, rows: I8, cohort: I2, route: I1, risk: F4, frailty: F4, p: Terms) -> OutF4x2:
    """Return `term_log_odds` of some rows (2, n): of whoever was not NEET the term before, and of who was.

    Args:
        rows: (n,) of people from 18 on. cohort, route, frailty: whole columns. risk: (n,) as by `risk_of`.
    """
    odds = np.empty((2, rows.shape[0]), np.float32)
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        age = year - cohort[r]
        town = p.town if age <= 18 else _ZERO
        shelter = p.shelter if route[r] == p.sheltered and age < 22 else _ZERO
        odds[0, i] = term_log_odds(p.level[np.uintp(age - 17)], shelter, risk[i], frailty[r], town)
        odds[1, i] = odds[0, i] + p.dependence
    return odds


@compiled
def pass_terms(rows: I8, draws: F4x2, chances: F4x2, months_a_term: int, terms: OutU1, months: OutI2) -> None:
    """Let a year of terms pass for some rows (n,), in whole columns: `terms`, whose highest bit is the last
    term of the year before and which become those of this year, and `months` NEET so far.

    Args:
        draws: (terms a year, n) uniform. chances: (2, n) by `term_odds`. months_a_term: of NEET.
    """
    count = draws.shape[0]
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        now, found, spells = int(terms[r] >> (count - 1)) & 1, 0, 0
        for term in range(count):
            now = int(draws[term, i] < chances[np.uintp(now), i])
            found |= now << term
            spells += now
        terms[r] = found
        months[r] += months_a_term * spells
