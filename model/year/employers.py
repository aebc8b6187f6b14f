"""Employers: the careers network, encounters with pupils, and places that are gone once taken."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.kernels.matching import applications, deferred_acceptance
from model.population.chances_after_16 import scores
from model.state.state import TownState

Rows = NDArray[np.intp]
JOINS = decision("employer.joins_network")
QUITS = decision("employer.leaves_network")
MEETS = decision("child.employer_encounter")
APPLIES = decision("child.employers_applied_to")
APPLICATIONS = 4


def meet_pupils(town: TownState) -> None:
    """Let employers join their neighbours' network or leave it; its size sets how many pupils of
    12-18 meet an employer."""
    e, c, p, year = town.employers, town.children, town.parameters.employers, town.year
    ward = e.ward.astype(np.intp)
    count = np.bincount(ward, minlength=town.world.wards)
    share = np.bincount(ward, weights=e.network, minlength=town.world.wards) / np.maximum(count, 1)
    joins = town.luck.bernoulli(
        JOINS, year, e.id, (p.network_join + p.network_spread * share[ward]).astype(np.float32)
    )
    quits = town.luck.bernoulli(QUITS, year, e.id, p.network_leave)
    e.network[:] = np.where(e.network, ~quits, joins)
    e.apprentices[:] = 0
    e.starters[:] = 0
    rows = town.band(12, 18)
    rate = min(1.0, p.encounter_rate * float(e.network.mean()) / p.network_share)
    met = town.luck.bernoulli(MEETS, year, c.id[rows], rate)
    e.encounters[:] = np.where(e.network, met.sum() / max(1, int(e.network.sum())), 0)
    c.encounters[rows] = np.minimum(c.encounters[rows] + met, 100)


def take_apprenticeships(town: TownState, rows: Rows) -> Rows:
    """Return the rows of those who get a place: applicants above the threshold, best scores first, while
    places last."""
    e = town.employers
    return _take(
        town, rows, e.apprenticeships + e.apprenticeships_given - e.apprentices, e.apprentices, e.threshold
    )


def take_jobs(town: TownState, rows: Rows) -> Rows:
    """Return the rows of those who get an entry job; the others look on."""
    e = town.employers
    return _take(
        town,
        rows,
        e.entry_jobs + e.entry_jobs_given - e.starters,
        e.starters,
        np.full(len(e.id), -np.inf, np.float32),
    )


def _take(
    town: TownState,
    rows: Rows,
    left: NDArray[np.int16],
    taken: NDArray[np.int16],
    threshold: NDArray[np.float32],
) -> Rows:
    c = town.children
    if not town.switches.rival_places:
        # Nor do those who came earlier in the year take anything from those who come now.
        left = np.where(left + taken > 0, np.int16(min(len(rows), 32767)), np.int16(0))
    if not rows.size or left.sum() <= 0:
        return rows[:0]
    draws = town.luck.uniforms([APPLIES] * APPLICATIONS, town.year, c.id[rows], range(APPLICATIONS))
    score = scores(town, rows)
    places = left.astype(np.int32)
    got = deferred_acceptance(applications(draws, places, score, threshold), score[:, None], places)
    placed = np.flatnonzero(got >= 0)
    who, where = rows[placed], got[placed]
    taken += np.bincount(where, minlength=len(left)).astype(np.int16)
    c.employer[who] = where
    return who
