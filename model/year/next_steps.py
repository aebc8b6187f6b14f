"""Next steps: routes after 16, qualifications by 19, higher education, NEET, and adult life to 32."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from model.chance.luck import decision
from model.kernels import neet
from model.kernels.score_tables import by_score
from model.population.chances_after_16 import LEVEL3, higher_chance, level3_chance, neet_log_odds, scores
from model.rules import routes
from model.rules.national_standard import cut
from model.state.state import TownState
from model.year import adult_life, employers

F = NDArray[np.float32]
B = NDArray[np.bool_]

APPRENTICE = decision("child.apprenticeship")
WORK = decision("child.work_at_16")
LOST_16 = decision("child.not_sustained_after_ks4")
UNSEEN_16 = decision("child.not_captured_after_ks4")
SPELL = decision("child.neet_spell_at_17")
STAYS = decision("child.stays_on_at_18")
CATCH_UP = decision("child.english_and_maths_by_19")
LEVEL2 = decision("child.level_2_by_19")
HIGHER = decision("child.higher_education")
GAP = decision("child.gap_year")
LOST_18 = decision("child.not_sustained_after_ks5")
UNSEEN_18 = decision("child.not_captured_after_ks5")
DEGREE = decision("child.degree")
NEET = decision("child.neet_this_term")
TERMS = 3
MONTHS_A_TERM = 4
SAFE = np.isin(np.arange(len(routes.ROUTES)), (routes.SIXTH_FORM, routes.COLLEGE_3, routes.UNIVERSITY))
"""Routes of which nobody is NEET, (routes,)."""


def next_steps(town: TownState) -> None:
    """Live the year of everybody past 16, cohort by cohort, and the employers whom they meet."""
    employers.meet_pupils(town)
    _at_17(town)
    _at_18(town)
    _at_19(town)
    _at_20(town)
    _graduate(town)
    _neet(town)
    adult_life.social_action(town)
    adult_life.move(town)
    adult_life.work(town)


def _cohort(town: TownState, age: int) -> tuple[slice, B]:
    """Return the rows of an age, and which of them (n,) are people who are followed. Draws and chances are of
    the whole band, for a band costs no copy; what is written is theirs alone."""
    c, band = town.children, town.band(age, age)
    return band, c.followed[band] & c.present[band]


def _at_17(town: TownState) -> None:
    """Live the year after KS4: who has no level 3 place finds an apprenticeship, work or a college
    course; who sustains it."""
    c, p, luck, year = town.children, town.parameters.routes, town.luck, town.year
    band, here = _cohort(town, 17)
    if not here.any():
        return
    score, ids, fsm, route = scores(town, band), c.id[band], c.fsm_at_15[band], c.route[band]
    other = here & (route == routes.SCHOOL)
    start = routes.programme_start(level3_chance(town, band), p.completion)
    wish = p.early_apprentice * by_score(score, p.apprentice) / np.maximum(1 - start, np.float32(0.1))
    seeks = other & (luck.uniform(APPRENTICE, 17, ids) < wish)
    found = employers.take_apprenticeships(town, band.start + np.flatnonzero(seeks))
    works = luck.bernoulli(WORK, 0, ids, p.work_at_16)
    np.copyto(route, np.where(works, np.int8(routes.JOB), np.int8(routes.COLLEGE_2)), where=other)
    c.route[found] = routes.APPRENTICE

    less, n = fsm - np.float32(p.fsm_share), town.parameters.neet
    lasting = neet_log_odds(town, band.start + np.arange(len(ids))) - np.float32(n.per_sd) * score
    lasting -= np.float32(n.per_fsm) * less
    odds = np.float32(p.not_sustained_fsm) * less + lasting
    lost = routes.shifted(
        by_score(score, p.not_sustained),
        odds + np.float32(p.not_sustained_level + town.local.not_sustained),
    )
    by_lost, by_unseen = luck.uniforms((LOST_16, UNSEEN_16), 0, ids)
    unsustained, unseen = here & (by_lost < lost), by_unseen < _unseen(town, band)
    np.copyto(c.captured[band], ~unseen, where=here)
    np.copyto(c.sustained_16[band], ~unsustained & ~unseen, where=here)
    share = routes.shifted(np.full(1, n.winter_share, np.float32), np.float32(town.local.neet))
    terms = np.zeros(len(ids), np.uint8)
    for term, draw in enumerate(luck.uniforms([SPELL] * TERMS, year, ids, range(TERMS))):
        terms |= (unsustained & (draw < share)).view(np.uint8) << np.uint8(term)
    np.copyto(c.neet_terms[band], terms, where=here)
    c.neet_months[band] += MONTHS_A_TERM * _bits(terms)
    route[terms == 7] = routes.NONE


def _unseen(town: TownState, band: slice) -> F:
    """Return England's share whose activity was not captured, by disadvantage (n,)."""
    other, poor = (town.national("ks4_not_captured", group) / 100 for group in ("other", "disadvantaged"))
    return np.where(town.children.disadvantaged_at_16[band], np.float32(poor), np.float32(other))


def _at_18(town: TownState) -> None:
    """Make whoever stays on a level 3 programme for its second year a KS5 leaver next summer."""
    c, p = town.children, town.parameters.routes
    band, here = _cohort(town, 18)
    route = c.route[band]
    on = here & ((route == routes.SIXTH_FORM) | (route == routes.COLLEGE_3))
    stays = on & town.luck.bernoulli(STAYS, 0, c.id[band], p.second_year)
    np.copyto(c.ks5[band], stays, where=here)
    route[on & ~stays] = routes.COLLEGE_2


def _at_19(town: TownState) -> None:
    """Decide qualifications by 19, where KS5 leavers go, and what the others do."""
    c, p, luck = town.children, town.parameters.routes, town.luck
    band, here = _cohort(town, 19)
    if not here.any():
        return
    score, ids = scores(town, band), c.id[band]
    chance = level3_chance(town, band)
    by_level3, by_higher = luck.uniforms((LEVEL3, HIGHER), 0, ids)
    has3 = by_level3 < chance
    near = np.float32(p.level2_reliability)
    later = near * score + np.float32(np.sqrt(1 - p.level2_reliability**2)) * luck.normal(LEVEL2, 0, ids)
    has2 = later > cut(town.national("level2_by_19") - p.level2_with_3)
    np.copyto(c.qualification[band], np.where(has3, np.int8(2), has2), where=here)
    _english_and_maths(town, band, here)
    higher, tariff = higher_chance(town, band)
    some = np.maximum(chance, np.float32(0.01))
    enters = has3 & (by_higher < higher / some)
    top = enters & (by_higher < tariff / some)
    goes = enters & ~luck.bernoulli(GAP, 0, ids, p.gap_year)
    np.copyto(c.he[band], enters.view(np.int8) + top.view(np.int8), where=here)
    np.copyto(c.route[band], np.where(goes, np.int8(routes.UNIVERSITY), np.int8(routes.JOB)), where=here)
    _apprentices_at_19(town, band, here, enters)
    _after_ks5(town, band, here)


def _english_and_maths(town: TownState, band: slice, here: B) -> None:
    c, p = town.children, town.parameters.routes
    at_16 = town.national("em_grade4", year=town.year - 3)
    by_19 = town.national("level2_em_by_19")
    gain = max(0.0, (by_19 - at_16) / (100.0 - at_16))
    score = scores(town, band)
    chance = routes.catch_up(score, cut(at_16), gain, p.catch_up_score, town.local.level2_by_19)
    later = town.luck.bernoulli(CATCH_UP, 0, c.id[band], np.where(here, chance, np.float32(0)))
    c.english_maths[band] |= later


def _apprentices_at_19(town: TownState, band: slice, here: B, enters: B) -> None:
    c, p = town.children, town.parameters.routes
    wish = (1 - p.early_apprentice) * by_score(scores(town, band), p.apprentice)
    seeks = town.luck.uniform(APPRENTICE, 19, c.id[band]) < wish / np.float32(p.not_at_university)
    lives_here = here & c.resident[band]
    seeks &= lives_here & ~enters & (c.employer[band] < 0)
    found = employers.take_apprenticeships(town, band.start + np.flatnonzero(seeks))
    c.route[found] = routes.APPRENTICE
    employers.take_jobs(town, band.start + np.flatnonzero(lives_here & (c.route[band] == routes.JOB)))


def _after_ks5(town: TownState, band: slice, here: B) -> None:
    c, p, luck = town.children, town.parameters.routes, town.luck
    r = band.start + np.flatnonzero(here & c.ks5[band])
    ids = c.id[r]
    odds = np.float32(p.ks5_lost_fsm) * (c.disadvantaged_at_16[r] - np.float32(p.disadvantaged_share_ks5))
    odds = odds + np.float32(p.ks5_lost_score) * (scores(town, r) - np.float32(p.ks5_mean_score))
    lost = routes.shifted(np.full(1, p.ks5_lost, np.float32), odds.astype(np.float32))
    by_lost, by_unseen = luck.uniforms((LOST_18, UNSEEN_18), 0, ids)
    c.sustained_18[r] = ~(by_lost < lost) & ~(by_unseen < np.float32(p.ks5_unseen))


def _at_20(town: TownState) -> None:
    """Let those who waited a year enter higher education."""
    c = town.children
    band, here = _cohort(town, 20)
    c.route[band][here & (c.he[band] > 0)] = routes.UNIVERSITY


def _graduate(town: TownState) -> None:
    """Give degrees after three years, at 22 or, after a gap year, at 23."""
    c, p = town.children, town.parameters.routes
    for age, waited in ((22, False), (23, True)):
        band, here = _cohort(town, age)
        gap = town.luck.bernoulli(GAP, 0, c.id[band], p.gap_year)
        done = here & (c.route[band] == routes.UNIVERSITY) & (gap == waited)
        passed = done & town.luck.bernoulli(DEGREE, 0, c.id[band], p.degree_completion)
        c.qualification[band][passed] = 3
        c.route[band][done] = routes.JOB


def _neet(town: TownState) -> None:
    """Live three terms of NEET at 18 to 24, for those neither on a level 3 course, apprentices nor
    at university."""
    c, p, luck, year = town.children, town.parameters.neet, town.luck, town.year
    band = town.band(18, 24)
    rows = neet.at_risk(
        band.start, c.followed[band], c.present[band], c.route[band], SAFE, c.neet_terms[band]
    )
    # The town's own level is known for 16-17 only; its unemployment, which is England's, speaks for later
    # ages.
    level = p.level.astype(np.float32)
    numbers = neet.Terms(level, town.local.neet, p.apprentice_shield, routes.APPRENTICE, p.dependence)
    odds = neet.term_odds(year, rows, c.cohort, c.route, neet_log_odds(town, rows), c.frailty, numbers)
    draws = luck.uniforms([NEET] * TERMS, year, c.id[rows], range(TERMS))
    neet.pass_terms(rows, draws, expit(odds, out=odds), MONTHS_A_TERM, c.neet_terms, c.neet_months)


def _bits(terms: NDArray[np.uint8]) -> NDArray[np.int16]:
    result: NDArray[np.int16] = ((terms & 1) + ((terms >> 1) & 1) + ((terms >> 2) & 1)).astype(np.int16)
    return result
