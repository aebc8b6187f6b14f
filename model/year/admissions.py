"""Admissions: early education, school places at 5 and 12 by choice and distance, and places
after 16 by grades."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.kernels import group_means as tally
from model.kernels import school_choice as applying
from model.kernels.matching import deferred_acceptance
from model.population.chances_after_16 import LEVEL3, level3_chance, scores
from model.rules import choice, routes
from model.state.state import TownState
from model.world.world import PRIMARY, SECONDARY

EARLY = decision("child.early_education")
TASTE = decision("child.taste_for_school")
SPECIAL = decision("child.special_school")
ELSEWHERE = decision("family.primary_school_elsewhere")
MOVED = decision("child.secondary_school_elsewhere")
FAR = 100.0
"""Kilometres; the reach of a school that turned nobody away."""
POST16 = decision("child.taste_for_sixth_form")


def admissions(town: TownState) -> None:
    """Decide who goes where this year; then every school's roll and share of free meals."""
    _early_education(town)
    admit(town, 5, town.primaries, town.parameters.schools.per_km_primary)
    _to_junior(town)
    admit(town, 12, town.secondaries, town.parameters.schools.per_km_secondary)
    _in_year(town)
    _leave_school(town)
    _after_16(town)
    count_rolls(town)


def _early_education(town: TownState) -> None:
    c, p = town.children, town.parameters.schools
    rows = town.band(3, 3)
    share = np.array([p.early_others, p.early_poor], np.float32)
    poor = c.need_history[rows] & 1
    c.early_education[rows] = town.luck.bernoulli_by_group(EARLY, town.year, c.id[rows], share, poor)


def admit(town: TownState, age: int, schools: NDArray[np.intp], per_km: float) -> None:
    """Give out a year group's places: families rank the schools near them, oversubscribed schools take
    siblings, then the nearest.

    Args:
        age: of the year group. schools: (S,) rows of the schools that admit it. per_km: utils a km.

    Where a year group is larger than all places together, every school adds places in
    proportion (bulge classes).
    """
    c, s, p = town.children, town.schools, town.parameters.schools
    band = town.band(age, age)
    _special_schools(town, band)
    rows = band.start + np.flatnonzero(c.present[band] & (c.sen[band] < 2))
    if age <= PRIMARY[1]:
        rows = _to_school_elsewhere(town, rows)
    if not rows.size:
        return
    near, f, families = town.schools_near(schools), c.family[rows].astype(np.intp), town.families
    chooses = town.switches.school_choice
    taste = np.empty((0, near.shape[1]), np.float32)
    if chooses:
        taste = town.luck.gumbel_by_group(TASTE, age, c.id[rows], s.id[near], c.ward[rows])
    wanted, km, priority = applying.ranked(
        applying.FamilyHomes(
            c.ward[rows],
            families.east[f],
            families.north[f],
            families.ses[f],
            _sibling_school(town, rows, age),
        ),
        taste,
        near,
        applying.SchoolColumns(s.east, s.north, s.results, s.fsm_share, s.inside, s.reach),
        _weights(town, per_km),
        bool(p.siblings_first),
    )
    places = town.year_places(schools, len(rows))
    got = deferred_acceptance(wanted, priority, places)
    got = _fallback(got, schools, places)
    c.school[rows] = got
    _reach(town, schools, got, places, applying.furthest(wanted, km, got, len(s.id)))
    first = int(np.count_nonzero(got == wanted[:, 0]))
    town.first_choices[0 if age == 5 else 1] = first / len(rows)


def _weights(town: TownState, per_km: float) -> choice.Weights:
    """Return what families weigh; without school choice only distance."""
    p, chooses = town.parameters.schools, town.switches.school_choice
    return choice.weights(
        per_km=per_km,
        per_10_points=p.per_10_points if chooses else 0.0,
        high_ses_factor=p.high_ses_factor,
        per_10_fsm=p.per_10_fsm if chooses else 0.0,
        points_per_sd=p.points_per_sd,
        outside=p.outside_utility,
        realism=p.realism,
    )


def _sibling_school(town: TownState, rows: NDArray[np.intp], age: int) -> NDArray[np.int16]:
    """Find the school that a child's family already uses in the phase, -1 for none (n,)."""
    c = town.children
    older = town.band(age + 1, age + 4)
    return applying.schools_of_families(
        c.family[older], c.present[older], c.school[older], town.family_count, c.family[rows]
    )


def _fallback(
    got: NDArray[np.int32], schools: NDArray[np.intp], places: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Send children whom no school of their list could take where places are left, in the order of their
    ids."""
    without = np.flatnonzero(got < 0)
    if without.size:
        left = places.copy()
        taken = np.bincount(got[got >= 0], minlength=len(places))
        left -= taken.astype(np.int32)
        free = np.repeat(schools, np.maximum(left[schools], 0))
        got[without] = free[: without.size]
    return got


def _reach(
    town: TownState,
    schools: NDArray[np.intp],
    got: NDArray[np.int32],
    places: NDArray[np.int32],
    furthest: NDArray[np.float32],
) -> None:
    """Note how far a full school's last place went, which next year's families know when they choose what to
    apply for."""
    s = town.schools
    full = np.bincount(got, minlength=len(s.id)) >= places
    s.reach[schools] = np.where(full[schools], furthest[schools], np.float32(FAR))


def _special_schools(town: TownState, band: slice) -> None:
    c = town.children
    rows = band.start + np.flatnonzero(c.present[band] & (c.sen[band] == 2))
    if rows.size:
        pick = town.luck.uniform(SPECIAL, 0, c.id[rows])
        c.school[rows] = town.specials[(pick * len(town.specials)).astype(np.intp)]


def _to_school_elsewhere(town: TownState, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Send the residents among children of primary age whose families use schools beyond the boundary, or
    independent ones, there, and return the others (n,).

    Brothers and sisters go the same way. Which families do is not published: each is as likely.
    """
    c, away = town.children, town.primaries_elsewhere
    if not away.size or not rows.size:
        return rows
    families = town.families.id[c.family[rows]]
    goes = (c.ward[rows] >= 0) & town.luck.bernoulli(ELSEWHERE, 0, families, town.world.primary_elsewhere)
    share = np.cumsum(town.schools.places[away] / town.schools.places[away].sum())
    pick = np.searchsorted(share[:-1], town.luck.uniform(ELSEWHERE, 1, families[goes]), side="right")
    c.school[rows[goes]] = away[pick]
    others: NDArray[np.intp] = rows[~goes]
    return others


def _movers_elsewhere(town: TownState, rows: NDArray[np.intp]) -> None:
    """Send residents who moved in at secondary age to the nearest school beyond the boundary, or independent
    one, as often as residents go there."""
    c, s, away = town.children, town.schools, town.secondaries_elsewhere
    goes = town.luck.bernoulli(MOVED, 0, c.id[rows], town.world.secondary_elsewhere)
    rows = rows[(c.ward[rows] >= 0) & goes]
    east, north = (home[c.family[rows]][:, None] for home in (town.families.east, town.families.north))
    km = choice.distance(east, north, s.east[away], s.north[away])
    c.school[rows] = away[km.argmin(axis=1)]


def _to_junior(town: TownState) -> None:
    """Pass from infant to junior school at 8."""
    c, s = town.children, town.schools
    rows = town.band(8, 8)
    school = c.school[rows]
    onward = np.where(school >= 0, s.feeds[school], -1)
    c.school[rows] = np.where(onward >= 0, onward, school)


def _in_year(town: TownState) -> None:
    """Send children who moved in during their school years to the nearest school with room in their year
    group.

    Where none has room they go to the nearest: fair access lets a school pass its number for a
    child who moves in.
    """
    c, s = town.children, town.schools
    band = town.band(6, 16)
    rows = band.start + np.flatnonzero(c.present[band] & (c.school[band] < 0))
    if not rows.size:
        return
    age = (town.year - c.cohort[rows]).astype(np.intp)
    special = c.sen[rows] == 2
    pick = town.luck.uniform(SPECIAL, 0, c.id[rows])
    c.school[rows[special]] = town.specials[(pick[special] * len(town.specials)).astype(np.intp)]
    _to_school_elsewhere(town, rows[~special & (age <= PRIMARY[1])])
    _movers_elsewhere(town, rows[~special & (age >= SECONDARY[0]) & (age <= SECONDARY[1])])
    without = c.school[rows] < 0
    room = applying.places_left(town.year, c.cohort[band], c.present[band], c.school[band], s.places)
    if not town.switches.rival_places:
        room[:] = len(rows)
    families, sites = town.families, applying.Sites(s.east, s.north)
    for schools, low, high in (
        (town.primaries_ks1, 6, 7),
        (town.primaries_ks2, 8, 11),
        (town.secondaries_here, 12, 16),
    ):
        r = rows[without & (age >= low) & (age <= high)]
        f, near = c.family[r].astype(np.intp), town.schools_near(schools)
        movers = applying.Movers(
            town.year - c.cohort[r].astype(np.int64), c.ward[r], families.east[f], families.north[f]
        )
        c.school[r] = applying.nearest_with_room(movers, near, sites, room)


def _leave_school(town: TownState) -> None:
    c = town.children
    rows = town.band(17, 17)
    c.school[rows] = -1


def _after_16(town: TownState) -> None:
    """Give places on level 3 programmes to those who seek them, by grades; whoever finds none is taken by the
    college that they like best."""
    c, s, p = town.children, town.schools, town.parameters.routes
    band = town.band(17, 17)
    here = c.present[band] & c.followed[band]
    if not here.any():
        return
    start = routes.programme_start(level3_chance(town, band), p.completion)
    seekers = band.start + np.flatnonzero(here & (town.luck.uniform(LEVEL3, 0, c.id[band]) < start))
    sixth = _sixth_forms_of(town, seekers)
    f = c.family[seekers].astype(np.intp)
    taste = town.luck.gumbel(POST16, 0, c.id[seekers], s.id[sixth])
    wanted = applying.sixth_forms_ranked(
        applying.Leavers(town.families.east[f], town.families.north[f], c.ks4_school[seekers]),
        taste,
        sixth,
        s.east,
        s.north,
        town.parameters.schools.per_km_secondary,
        town.parameters.schools.own_sixth_form,
    )
    places = town.post16_places + s.places_given
    if not town.switches.rival_places:
        places = np.full_like(places, len(seekers))
    got = deferred_acceptance(wanted, scores(town, seekers)[:, None], places)
    without = got < 0
    liked = town.is_college[wanted[without]].argmax(axis=1)
    got[without] = wanted[without, liked]
    c.post16[seekers] = got
    c.route[seekers] = np.where(town.is_college[got], routes.COLLEGE_3, routes.SIXTH_FORM)


def _sixth_forms_of(town: TownState, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Find the sixth forms and colleges that each thinks of (n, K): those near the ward, and that of their
    own school in place of the furthest of them."""
    c = town.children
    own = c.ks4_school[rows]
    found: NDArray[np.intp] = town.sixth_forms_near[c.ward[rows]]
    has_one = (own >= 0) & town.schools.sixth_form[own]
    left_out = np.flatnonzero(has_one & (found != own[:, None]).all(axis=1))
    found[left_out, -1] = own[left_out]
    return found


def count_rolls(town: TownState) -> None:
    """Count pupils on roll and their share with free meals, by school."""
    c, s = town.children, town.schools
    rows = town.band(5, 16)
    roll, meals = tally.members(c.school[rows], c.present[rows], c.fsm[rows], len(s.id))
    s.roll[:] = roll
    s.fsm_share[:] = np.where(roll > 0, meals / np.maximum(roll, 1), 0.0)
