"""The town of 1998: schools and staff, employers, families and their children, from the place's margins."""

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_AT_SCHOOL, LAST_AT_SCHOOL
from model.chance.luck import decision
from model.inputs.place_schools import PHASES, SCHOOL_BLOCK, Schools
from model.population.people import NEWBORN, add_children, add_families, make_ids
from model.rules import staffing
from model.state.state import TownState
from model.world.limits import STOCK_FROM
from model.year.admissions import admit, count_rolls
from model.year.households import households

SECTORS = (
    "health and care",
    "shops",
    "transport and port",
    "finance and insurance",
    "building",
    "public offices",
    "hotels and food",
    "manufacturing",
    "information technology",
    "other services",
)
"""What employers do; an employer's sector is a position here."""

SCHOOL_EAST = decision("school.east")
SCHOOL_NORTH = decision("school.north")
HEAD = decision("head.quality_at_start")
HEAD_SINCE = decision("head.years_at_start")
RESIDUAL = decision("school.residual_at_start")
MOOD = decision("school.satisfaction_at_start")
TEACHER = decision("post.experience_at_start")
EMPLOYER_WARD = decision("employer.ward")
EMPLOYER_SECTOR = decision("employer.sector")
EMPLOYER_SIZE = decision("employer.size")
EMPLOYER_NETWORK = decision("employer.network_at_start")
EMPLOYER_BAR = decision("employer.threshold")
OLDER = decision("founder.is_sibling")
HOME = decision("founder.home")

POSTS = 1024
"""Ids that the posts of a school have."""
FEWEST_EMPLOYERS = 4
"""Of any town: as many as a young person applies to."""
YEARS_OF_PHASE = {"primary": 7, "infant": 3, "junior": 4, "secondary": 5, "special": 12, "college": 3}


def populate(town: TownState) -> None:
    """Fill a new town's tables for the end of the academic year 1998."""
    _schools(town)
    town.set_schools()
    _staff(town)
    _employers(town)
    town.partnership.id[:] = 1
    _children(town)
    households(town)
    for age in range(5, 17):
        schools = town.primaries if age < 12 else town.secondaries
        p = town.parameters.schools
        if 8 <= age < 12:
            schools = town.primaries_ks2
        admit(town, age, schools, p.per_km_primary if age < 12 else p.per_km_secondary)
    count_rolls(town)


def scaled(schools: Schools, scale: float) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.float64]]:
    """Return which schools a town of a size has: rows of the place's schools, copy of each (0 first), factor
    of their places.

    The number of schools of a phase scales, never under one (infant and junior pairs may vanish); the places
    of a phase scale with the town.
    """
    rows, copies, factors = [], [], []
    # Neither infant nor junior schools without the other.
    pairs = min(int(np.rint(len(schools.of(phase)) * scale)) for phase in ("infant", "junior")) > 0
    for phase in PHASES:
        of = schools.of(phase)
        paired = phase in ("infant", "junior")
        if not of.size or (paired and not pairs):
            continue
        single = phase in ("college", "outside_primary", "outside_secondary", "outside_sixth_form")
        count = len(of) if single else int(np.rint(len(of) * scale))
        count = max(1, count)
        # Every second school, say, rather than the first half, so that wards stay served; more than all:
        # copies.
        take = (
            of[(np.arange(count) * len(of) // count) % len(of)]
            if count < len(of)
            else of[np.arange(count) % len(of)]
        )
        share = schools.places[of].sum() * scale / schools.places[take].sum()
        rows.append(take)
        copies.append(np.arange(count) // len(of))
        factors.append(np.full(count, share))
    order = np.concatenate(rows)
    return order, np.concatenate(copies), np.concatenate(factors)


def _schools(town: TownState) -> None:
    place, world, s = town.world.place.schools, town.world, town.schools
    rows, copies, factors = scaled(place, world.scale)
    missing = [phase for phase in ("infant", "junior") if not np.isin(rows, place.of(phase)).any()]
    n = len(rows)
    s.grow(n)
    ids = (rows * SCHOOL_BLOCK + copies + 1).astype(np.uint32)
    s.id[:] = ids
    s.phase[:] = place.phase[rows]
    s.ward[:] = place.ward[rows]
    spread = np.float32(world.school_spread_km)
    s.east[:] = place.east_km[rows] + spread * town.luck.normal(SCHOOL_EAST, 0, ids)
    s.north[:] = place.north_km[rows] + spread * town.luck.normal(SCHOOL_NORTH, 0, ids)
    places = place.places[rows] * factors
    if missing:
        primary = np.isin(rows, place.of("primary"))
        extra = place.places[place.of("infant")].sum() * world.scale
        places = places + np.where(primary, extra * places / places[primary].sum(), 0.0)
    s.places[:] = np.maximum(1, np.rint(places))
    s.sixth_form[:] = place.sixth_form[rows]
    base = place.sixth_form_places[place.sixth_form].sum() * world.scale
    held = place.sixth_form_places[rows].astype(np.float64)
    s.sixth_places[:] = np.rint(held * base / held.sum()) if held.sum() else 0
    s.inside[:] = s.ward >= 0
    s.mainstream[:] = s.phase != PHASES.index("special")
    s.feeds[:] = -1
    _feed(town, rows, copies)
    pupils = world.place.ages.of(2017)[FIRST_AT_SCHOOL : LAST_AT_SCHOOL + 1].sum() / 1000
    leaders = int(np.rint(town.parameters.staffing.leaders_national * pupils * world.scale))
    s.leaders_national[: min(leaders, n)] = 1


def _feed(town: TownState, rows: NDArray[np.intp], copies: NDArray[np.int64]) -> None:
    """Choose the junior school that each infant school feeds: its own, of the same copy; where a reduced or
    enlarged town lacks that, the one with most places left."""
    s, feeds = town.schools, town.world.place.schools.feeds[rows]
    juniors = np.flatnonzero(s.phase == PHASES.index("junior"))
    left = s.places.astype(np.int64)
    later = []
    for i in np.flatnonzero(feeds >= 0):
        own = np.flatnonzero((rows == feeds[i]) & (copies == copies[i]))
        if not own.size:
            later.append(i)
            continue
        s.feeds[i] = own[0]
        left[own[0]] -= s.places[i]
    for i in later:
        s.feeds[i] = juniors[left[juniors].argmax()]
        left[s.feeds[i]] -= s.places[i]


def _staff(town: TownState) -> None:
    """Fill posts with heads and teachers as long-run turnover leaves them."""
    s, t, p, q = town.schools, town.posts, town.parameters.schools, town.parameters.staffing
    years = np.array([YEARS_OF_PHASE.get(PHASES[code], 0) for code in s.phase])
    a_post = np.where(town.is_secondary, p.pupils_per_post_secondary, p.pupils_per_post_primary)
    posts = np.ceil(s.places * years / a_post) * s.inside
    s.posts[:] = posts
    ids = s.id
    s.leadership[:] = town.luck.normal(HEAD, 0, ids)
    s.head_since[:] = town.start - (town.luck.uniform(HEAD_SINCE, 0, ids) * 2 / q.head_leaving).astype(
        np.int16
    )
    s.residual[:] = town.luck.normal(RESIDUAL, 0, ids)
    s.satisfaction[:] = staffing.satisfaction(
        s.leadership, town.luck.normal(MOOD, 0, ids), q.satisfaction_leader
    )
    count = s.posts.astype(np.intp)
    t.grow(int(count.sum()))
    t.id[:] = post_ids(ids, count)
    t.school[:] = np.repeat(np.arange(len(ids)), count)
    draw = town.luck.uniform(TEACHER, 0, t.id)
    t.experience[:] = np.searchsorted(np.cumsum(town.world.experience), draw).clip(0, 40)
    t.since[:] = town.start - np.minimum(t.experience, 6).astype(np.int16)
    t.began[:] = town.start - t.experience.astype(np.int16)


def post_ids(schools: NDArray[np.uint32], count: NDArray[np.intp]) -> NDArray[np.uint32]:
    """Return ids of `count` posts of each of the schools (S,), in their order.

    Raises:
        ValueError: a school has more posts than ids, and those of the next school's copy begin there.
    """
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    found: NDArray[np.uint32] = np.repeat(schools, count) * np.uint32(POSTS) + number.astype(np.uint32)
    # An institution without copies may go on into the ids of those that it has not.
    if count.max(initial=0) > POSTS and len(np.unique(found)) < len(found):
        raise ValueError(f"{count.max()} posts at a school: at most {POSTS}")
    return found


def _employers(town: TownState) -> None:
    e, p, world = town.employers, town.parameters.employers, town.world
    residents = world.place.value("population_2019") / 1000
    n = max(FEWEST_EMPLOYERS, int(np.rint(p.per_1000 * residents * world.scale)))
    e.grow(n)
    ids = np.arange(1, n + 1, dtype=np.uint32)
    e.id[:] = ids
    e.ward[:] = (town.luck.uniform(EMPLOYER_WARD, 0, ids) * world.wards).astype(np.int16)
    e.sector[:] = (town.luck.uniform(EMPLOYER_SECTOR, 0, ids) * len(SECTORS)).astype(np.int8)
    size = np.exp(np.log(p.staff_median) + p.staff_spread * town.luck.normal(EMPLOYER_SIZE, 0, ids))
    e.staff[:] = np.minimum(size, 20_000)
    e.network[:] = town.luck.bernoulli(EMPLOYER_NETWORK, 0, ids, p.network_share)
    e.threshold[:] = p.threshold_mean + p.threshold_sd * town.luck.normal(EMPLOYER_BAR, 0, ids)
    of_18 = float(world.flows.expected[2017 - 18 - town.first_cohort, 18])
    for column, rate in ((e.apprenticeships, p.apprenticeships), (e.entry_jobs, p.entry_jobs)):
        share = np.sqrt(e.staff) / np.sqrt(e.staff).sum() * rate * of_18
        column[:] = np.diff(np.rint(np.cumsum(share)), prepend=0)


def _children(town: TownState) -> None:
    """Add children aged 0-18, in families as births would have left them: every second child has a
    brother or sister."""
    # Every row of a cohort's block knows its cohort, in use or not, so that an age band needs no mask.
    town.children.cohort[:] = np.repeat(np.arange(town.first_cohort, town.end + 1), np.diff(town.blocks))
    families: dict[int, NDArray[np.int32]] = {}
    share = town.parameters.demography.siblings
    for age in range(18, -1, -1):
        count, cohort_year = int(town.world.flows.stock[age]), town.start - age
        ids = make_ids(cohort_year, NEWBORN, STOCK_FROM, count)
        cohort = np.full(count, cohort_year, np.int16)
        older = families.get(age + 3, np.zeros(0, np.int32))
        sibling = town.luck.bernoulli(OLDER, 0, ids, share) & (np.arange(count) < len(older))
        family = np.full(count, -1, np.int32)
        family[sibling] = older[np.flatnonzero(sibling)]
        family[~sibling] = add_families(town, ids[~sibling], town.start, cohort=cohort[~sibling])
        town.families.youngest[family] = cohort_year
        town.families.children[family[sibling]] += 1
        families[age] = family
        add_children(town, town.free_rows(cohort), ids, cohort, family, town.start)
        town.children.entered[town.band(age, age)] = cohort_year
    pupils = town.children
    rows = town.band(17, 18)
    pupils.followed[rows] = pupils.present[rows]
