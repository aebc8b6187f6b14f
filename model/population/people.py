"""How families and children come into being: newborns, arrivals, pupils from outside, and the town of 1998.

Whoever enters in a year is made as of the end of the year before; the year's phases then move
everybody alike.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from model.chance.luck import decision
from model.kernels import entry as entering
from model.kernels.households import past_need
from model.kernels.rows import rows_present
from model.rules import households
from model.rules.adulthood import own_position
from model.rules.entry import EntryNumbers
from model.rules.national_standard import weights
from model.state.state import TownState
from model.world.free_meals import FIRST_SECONDARY
from model.world.limits import NUMBER_BITS

U4 = NDArray[np.uint32]
I4 = NDArray[np.int32]
I2 = NDArray[np.int16]
F = NDArray[np.float32]
B = NDArray[np.bool_]

WARD = decision("family.ward")
AREA = decision("family.neighbourhood")
SES = decision("family.ses")
SHOCK = decision("family.shock_at_entry")
QUALIFICATION = decision("family.qualification")
HOME = decision("family.home_learning")
TRUST = decision("family.trust")
EAST = decision("family.east")
NORTH = decision("family.north")
LONE = decision("family.lone_parent")
EAL = decision("family.eal")
RENT = decision("family.private_rent")
OWN = decision("family.own_position")
PAST = decision("family.need_before_entry")
POORER = decision("family.in_need_as_leavers_are")

GIRL = decision("child.girl")
MONTH = decision("child.month")
TRAIT = decision("child.trait")
SEN = decision("child.sen")
COMMON = decision("child.state_at_entry")
APART = decision("child.subject_difference_at_entry")
SOCIO = decision("child.socio_at_entry")
ASPIRATION = decision("child.aspiration_at_entry")
ABSENT = decision("child.absence_trait")
FRAIL = decision("child.frailty")
PAST_KS2 = decision("child.ks2_before_entry")
PAST_KS2_ERROR = decision("child.ks2_error_before_entry")
PAST_KS4 = decision("child.ks4_before_entry")

FRESH = (
    "early_education",
    "fsm",
    "protected",
    "absence",
    "school",
    "eyfsp",
    "phonics",
    "ks1",
    "ks2",
    "encounters",
    "social_action",
)
"""Columns of a child at which nobody has arrived yet; a row that was free while its cohort grew
up holds old values there."""
FRESH_PAST_16 = (
    "followed",
    "ks4",
    "ks4_school",
    "fsm_at_15",
    "disadvantaged_at_16",
    "family_rank",
    "origin",
    "route",
    "employer",
    "post16",
    "ks5",
    "qualification",
    "english_maths",
    "captured",
    "sustained_16",
    "sustained_18",
    "neet_terms",
    "neet_months",
    "he",
    "employed",
    "earnings",
    "earnings_rank",
    "parent_since",
)
"""The same, of those columns that no phase writes before a cohort is 16."""

AT_SCHOOL = np.array([2 ** min(max(age - 4, 0), 8) - 1 for age in range(64)], np.uint8)
"""Bits of a history that are years at school, by age at the end of the last of them."""
NEWBORN, ARRIVAL, OUTSIDER = 0, 1, 2
_KIND_BITS = 2


def make_ids(year: int, kind: int, first: int, count: int) -> U4:
    """Return ids of `count` people who enter in a year: entry year, kind, number, the same in every scenario.

    Raises:
        ValueError: more people of a kind in one year than the number has room for (262,144).
    """
    if first + count > 1 << NUMBER_BITS:
        raise ValueError(f"{first + count} entrants of one kind in {year}: at most {1 << NUMBER_BITS}")
    base = ((year - 1900) << (_KIND_BITS + NUMBER_BITS)) | (kind << NUMBER_BITS)
    return (np.uint32(base) + np.arange(first, first + count, dtype=np.uint32)).astype(np.uint32)


def present_families(town: TownState, lowest_ward: int = -1) -> NDArray[np.intp]:
    """Return rows of the families that are present, of wards not below the lowest, (n,); -1 is outside."""
    f, n = town.families, town.family_count
    return rows_present(f.present[:n], f.ward[:n], lowest_ward)


def add_families(
    town: TownState,
    ids: U4,
    year: int,
    *,
    cohort: I2,
    arriving: B | None = None,
    outside: B | None = None,
    parents: I4 | None = None,
) -> I4:
    """Add new families, named by their first child.

    Args:
        ids: (n,) ids of the first children.
        year: entry year. cohort: (n,) birth cohort of the first child.
        arriving: (n,) whether they move in from elsewhere. outside: (n,) whether they live outside the town
            and only use its schools.
        parents: (n,) rows of the young people who grew up here and become parents, -1 for other
            families; or None.

    Returns:
        (n,) rows of the family table.
    """
    p, luck, f = town.parameters.households, town.luck, town.families
    n = len(ids)
    rows = town.new_family_rows(n)
    new = slice(town.family_count - n, town.family_count)
    ward, area = luck.uniforms((WARD, AREA), 0, ids)
    by_ses, by_level, shock, by_home, by_trust, by_east, by_north = luck.normals(
        (SES, QUALIFICATION, SHOCK, HOME, TRUST, EAST, NORTH), 0, ids
    )
    wards = entering.parts_of(ward, np.cumsum(town.world.ward_shares))
    areas = (area * len(town.world.area_steps)).astype(np.intp)
    within = np.float32(np.sqrt(town.world.ward_sd**2 - p.area_sd**2))
    ses = town.world.ward_ses[wards] + town.world.area_steps[areas] + within * by_ses
    if arriving is not None:
        _as_poor_as_leavers(town, ids, wards, ses, shock, np.flatnonzero(arriving), year)
    qualification = _qualification(town, ses, by_level)
    f.parent[new] = 0
    if parents is not None:
        own = np.flatnonzero(parents >= 0)
        names, grown = ids[own], parents[own].astype(np.intp)
        ses[own], qualification[own] = _from_own_life(town, grown, luck.normal(OWN, 0, names))
        wards[own] = _ward_by_position(town, names, ses[own])
        f.parent[new.start + own] = town.children.id[grown]
    f.id[new] = ids
    f.present[new] = True
    f.ses[new] = ses
    f.shock[new] = shock
    f.income[new] = households.income_position(ses, shock, town.world.income)
    f.need[new] = f.income[new] < town.world.need_line(year - 1)
    f.parent_qualification[new] = qualification
    rest = np.float32(np.sqrt(1 - p.home_on_ses**2))
    f.home_learning[new] = np.float32(p.home_on_ses) * ses + rest * by_home
    rest = np.float32(np.sqrt(1 - p.trust_on_ses**2))
    f.trust[new] = np.float32(p.trust_on_ses) * ses + rest * by_trust
    away = np.zeros(n, np.bool_) if outside is None else outside
    f.ward[new] = np.where(away, -1, wards)
    spread = np.float32(town.world.home_spread_km)
    f.east[new] = town.world.area_east[wards, areas] + spread * by_east
    f.east[rows[away]] += np.float32(town.parameters.schools.outside_km)
    f.north[new] = town.world.area_north[wards, areas] + spread * by_north
    d = town.parameters.demography
    lone = expit(logit(town.world.lone_parent_share) - d.lone_parent_tilt * (ses - town.world.mean_ses))
    f.lone_parent[new] = luck.bernoulli(LONE, 0, ids, lone.astype(np.float32))
    f.eal[new] = luck.bernoulli(EAL, 0, ids, town.world.eal_share(cohort))
    moved = np.zeros(n, np.bool_) if arriving is None else arriving
    rent = np.array(town.world.private_rent, np.float32)
    f.private_rent[new] = luck.bernoulli_by_group(RENT, 0, ids, rent, moved)
    f.youngest[new] = cohort
    f.children[new] = 1
    return rows


def add_children(town: TownState, rows: NDArray[np.intp], ids: U4, cohort: I2, family: I4, year: int) -> None:
    """Add new children in free rows, as of the end of the year before (newborns: as born).

    Args:
        rows: (n,) free rows, each in the block of its cohort.
        ids, cohort, family: (n,) id, birth cohort and row of the family.
        year: entry year.
    """
    c, f, luck, p = town.children, town.families, town.luck, town.parameters
    before = np.maximum(year - 1 - cohort, 0)
    # What a programme gives goes to rows in use, so a row that nobody has had yet is free of it.
    town.delivery.forget(town.children, rows[c.entered[rows] > 0])
    c.reset(FRESH, rows[cohort < year])
    c.reset(FRESH_PAST_16, rows[before >= 16])
    home = family.astype(np.intp)
    ward, eal = f.ward[home], f.eal[home]
    c.id[rows] = ids
    c.present[rows] = True
    c.cohort[rows] = cohort
    c.entered[rows] = year
    c.family[rows] = family
    c.ward[rows] = ward
    c.resident[rows] = ward >= 0
    c.eal[rows] = eal
    girl = luck.bernoulli(GIRL, 0, ids, p.demography.girls)
    c.girl[rows] = girl
    c.month[rows] = (luck.uniform(MONTH, 0, ids) * 12).astype(np.int8)
    history, registered = _past_need(town, home, before, year)
    meals = registered & AT_SCHOOL[before]
    c.need_history[rows] = history
    c.fsm_history[rows] = meals
    c.fsm[rows] = (meals & 1).astype(np.bool_)
    w = town.world
    beyond = w.need_weights - w.need.centre(year - 1)
    socio = np.float32(p.learning.socio_gap) * beyond
    special = p.learning.sen_special
    mean = entering.states_at_entry(
        entering.Children(rows, before, history, f.ses[home], eal, girl),
        luck.normals((TRAIT, SEN, COMMON, APART, SOCIO, ASPIRATION, ABSENT, FRAIL), 0, ids),
        entering.Expected(w.targets(year - 1), w.growth.rest.astype(np.float32), socio),
        _numbers(town),
        ndtri(1 - special - p.learning.sen_support),
        ndtri(1 - special),
        entering.EntryColumns(
            c.theta, c.literacy, c.numeracy, c.socio, c.aspiration, c.absence_trait, c.frailty, c.sen
        ),
    )
    _past_scores(town, rows, ids, before, mean)


def _numbers(town: TownState) -> EntryNumbers:
    p, g = town.parameters.learning, town.world.growth
    return EntryNumbers(
        trait_ses=p.trait_ses,
        trait_rest=np.sqrt(1 - p.trait_ses**2),
        trait_sd=np.sqrt(p.trait_share),
        sen_trait=p.sen_on_trait,
        sen_rest=np.sqrt(1 - p.sen_on_trait**2),
        k=g.k,
        apart_sd=g.difference_sd,
        girls_literacy=p.girls_literacy,
        girls_numeracy=p.girls_numeracy,
        frailty_sd=town.parameters.neet.frailty_sd,
    )


def _past_scores(town: TownState, rows: NDArray[np.intp], ids: U4, before: I2, mean: F) -> None:
    """Write the KS2 and KS4 scores of those who enter after the stage."""
    c, luck, p, g = town.children, town.luck, town.parameters, town.world.growth
    skill = entering.EntrySkill(c.theta, c.literacy, c.numeracy, 0.5 / g.k)
    for stage, decided, score, reliability in (
        (11, PAST_KS2, c.ks2, p.assessment.ks2),
        (16, PAST_KS4, c.ks4, p.assessment.ks4),
    ):
        past = np.flatnonzero(before >= stage)
        if not past.size:
            continue
        years = before[past].astype(np.int64) - stage
        keep = (p.learning.persistence ** np.arange(years.max() + 1)).astype(np.float32)
        fresh = np.sqrt(np.maximum(0, 1 - keep**2)) * np.float32(g.rest[stage])
        draws = luck.normals((decided, PAST_KS2_ERROR), stage, ids[past])
        entering.past_scores(
            entering.Past(rows[past], years, mean[past], *draws),
            skill,
            entering.Assessed(keep, fresh, *weights(reliability)),
            score,
        )


def _past_need(
    town: TownState, family: NDArray[np.intp], before: I2, year: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return need of the eight years to the year before entry, and whether the income was one at which pupils
    of that age have free meals: the family's passing income run backwards (it is reversible).

    Args:
        before: (n,) age of the child in the year before entry.
    """
    f, w, ages = town.families, town.world, before[None, :] - np.arange(8)[:, None]
    draws = town.luck.normals([PAST] * 7, year, f.id[family], range(7))
    years = range(year - 1, year - 9, -1)
    needy = np.array([w.need_line(back) for back in years], np.float32)[:, None]
    primary, secondary = np.array([w.meals_lines(back) for back in years], np.float32).T[:, :, None]
    ses, shock = f.ses[family], f.shock[family]
    need, meals = (
        past_need(ses, shock, draws, np.ascontiguousarray(lines), w.income)
        for lines in (
            np.broadcast_to(needy, ages.shape),
            np.where(ages < FIRST_SECONDARY, primary, secondary),
        )
    )
    return need, meals


def _as_poor_as_leavers(
    town: TownState, ids: U4, wards: NDArray[np.intp], ses: F, shock: F, moving: NDArray[np.intp], year: int
) -> None:
    """Make families who move in (rows `moving`) in need as often as those who move out are, so that moves by
    themselves change no ward's need: some that are not become so, with the same rank among those in need."""
    w, tilt = town.world, np.expm1(town.parameters.demography.out_need)
    line, parts = w.need_line(year - 1), w.income
    middle = parts.lasting * w.ward_ses[wards[moving]]
    income = households.income_position(ses[moving], shock[moving], parts)
    needy = ndtr((line - middle) / w.income_spread)
    more = needy * tilt / (1 + needy * tilt)
    chosen = town.luck.bernoulli(POORER, 0, ids[moving], more)
    rank = ndtr((income - middle) / w.income_spread) * needy
    lower = middle + w.income_spread * ndtri(rank) - income
    change = np.where(chosen, lower, 0).astype(np.float32)
    ses[moving] += parts.lasting * change
    shock[moving] += parts.passing * change


def _qualification(town: TownState, ses: F, draw: F) -> NDArray[np.int8]:
    p = town.parameters.households
    latent = (
        np.float32(p.qualification_on_ses) * ses + np.float32(np.sqrt(1 - p.qualification_on_ses**2)) * draw
    )
    shares = np.array([p.degree_share, p.level3_share, p.level2_share])
    cuts = ndtri(1 - np.cumsum(shares))
    result: NDArray[np.int8] = sum((latent > cut).astype(np.int8) for cut in cuts)
    return result


def _from_own_life(town: TownState, parents: NDArray[np.intp], draw: F) -> tuple[F, NDArray[np.int8]]:
    c, d = town.children, town.parameters.demography
    ks4 = c.ks4[parents]
    score = np.where(np.isnan(ks4), np.float32(0), ks4)
    held = c.qualification[parents]
    origin = town.families.ses[c.family[parents]]
    position = own_position(
        score,
        (held.astype(np.float32) - np.float32(d.qualification_mean)) / np.float32(d.qualification_sd),
        origin,
        draw,
        by_score=d.own_by_score,
        by_qualification=d.own_by_qualification,
        by_origin=d.own_by_origin,
    )
    return position + np.float32(d.own_of_town * town.world.mean_ses), held


def _ward_by_position(town: TownState, ids: U4, ses: F) -> NDArray[np.intp]:
    """Return the ward of a family of given position: as likely as families like it are to live there."""
    z = (ses[:, None] - town.world.ward_ses[None, :]) / np.float32(town.world.ward_sd)
    with np.errstate(divide="ignore"):
        # Nobody lives where no child does.
        share = np.log(town.world.ward_shares)
    utility = (share[None, :] - 0.5 * z * z).astype(np.float32)
    return town.luck.choice(WARD, 1, ids, utility, np.arange(len(town.world.ward_shares)))
