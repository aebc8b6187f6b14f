"""Next steps: routes after 16, qualifications by 19, higher education, NEET, and adult life to 32."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.luck import decision
from model.rules import neet as neet_rule
from model.rules import routes
from model.rules.rod import cut
from model.year import adult_life, employers
from model.youth import LEVEL3, higher_chance, level3_chance, neet_log_odds, scores

if TYPE_CHECKING:
    from model.town import Town

Rows = NDArray[np.intp]
F = NDArray[np.float32]

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


def next_steps(town: "Town") -> None:
    """The year of everybody past 16, cohort by cohort, and the employers whom they meet."""
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


def cohort(town: "Town", age: int) -> Rows:
    """Rows of those of an age who are followed (n,)."""
    band = town.band(age, age)
    result: Rows = band.start + np.flatnonzero(town.children.followed[band] & town.children.present[band])
    return result


def _at_17(town: "Town") -> None:
    """The year after KS4: who has no level 3 place finds an apprenticeship, work or a college
    course; who sustains it."""
    c, p, luck, year = town.children, town.parameters.routes, town.luck, town.year
    rows = cohort(town, 17)
    if not rows.size:
        return
    score = scores(town, rows)
    other = rows[c.route[rows] == routes.SCHOOL]
    mine = scores(town, other)
    start = routes.programme_start(level3_chance(town, other), p.completion)
    wish = p.early_apprentice * routes.by_score(mine, p.apprentice) / np.maximum(1 - start, np.float32(0.1))
    seeks = luck.uniform(APPRENTICE, 17, c.id[other]) < wish
    found = employers.take_apprenticeships(town, other[seeks])
    c.route[other] = np.where(
        luck.bernoulli(WORK, 0, c.id[other], p.work_at_16), routes.JOB, routes.COLLEGE_2
    )
    c.route[found] = routes.APPRENTICE

    lasting = neet_log_odds(town, rows) - np.float32(town.parameters.neet.per_sd) * score
    lasting -= np.float32(town.parameters.neet.per_fsm) * (c.fsm_at_15[rows] - np.float32(p.fsm_share))
    odds = np.float32(p.not_sustained_fsm) * (c.fsm_at_15[rows] - np.float32(p.fsm_share)) + lasting
    lost = routes.shifted(
        routes.by_score(score, p.not_sustained),
        odds + np.float32(p.not_sustained_level + town.local.not_sustained),
    )
    ids = c.id[rows]
    by_lost, by_unseen = luck.uniforms((LOST_16, UNSEEN_16), 0, ids)
    unsustained, unseen = by_lost < lost, by_unseen < _unseen(town, rows)
    c.captured[rows] = ~unseen
    c.sustained_16[rows] = ~unsustained & ~unseen
    share = routes.shifted(
        np.full(1, town.parameters.neet.winter_share, np.float32), np.float32(town.local.neet)
    )
    terms = np.zeros(len(rows), np.uint8)
    for term, draw in enumerate(luck.uniforms([SPELL] * TERMS, year, ids, range(TERMS))):
        spell = unsustained & (draw < share)
        terms |= spell.astype(np.uint8) << np.uint8(term)
    c.neet_terms[rows] = terms
    c.neet_months[rows] += MONTHS_A_TERM * _bits(terms)
    c.route[rows] = np.where(terms == 7, routes.NONE, c.route[rows])


def _unseen(town: "Town", rows: Rows) -> F:
    """England's share whose activity was not captured, by disadvantage (n,)."""
    other, poor = (town.national("ks4_not_captured", group) / 100 for group in ("other", "disadvantaged"))
    return np.where(town.children.disadvantaged_at_16[rows], np.float32(poor), np.float32(other))


def _at_18(town: "Town") -> None:
    """Who stays on a level 3 programme for its second year is a KS5 leaver next summer."""
    c, p = town.children, town.parameters.routes
    rows = cohort(town, 18)
    on = (c.route[rows] == routes.SIXTH_FORM) | (c.route[rows] == routes.COLLEGE_3)
    stays = on & town.luck.bernoulli(STAYS, 0, c.id[rows], p.second_year)
    c.ks5[rows] = stays
    c.route[rows] = np.where(on & ~stays, routes.COLLEGE_2, c.route[rows])


def _at_19(town: "Town") -> None:
    """Qualifications by 19, where KS5 leavers go, and what the others do."""
    c, p, luck = town.children, town.parameters.routes, town.luck
    rows = cohort(town, 19)
    if not rows.size:
        return
    score, ids = scores(town, rows), c.id[rows]
    chance = level3_chance(town, rows)
    by_level3, by_higher = luck.uniforms((LEVEL3, HIGHER), 0, ids)
    has3 = by_level3 < chance
    near = np.float32(p.level2_reliability)
    later = near * score + np.float32(np.sqrt(1 - p.level2_reliability**2)) * luck.normal(LEVEL2, 0, ids)
    has2 = later > cut(town.national("level2_by_19") - p.level2_with_3)
    c.qualification[rows] = np.where(has3, 2, has2)
    _english_and_maths(town, rows, score)
    higher, tariff = higher_chance(town, rows)
    some = np.maximum(chance, np.float32(0.01))
    enters = has3 & (by_higher < higher / some)
    top = enters & (by_higher < tariff / some)
    waits = luck.bernoulli(GAP, 0, ids, p.gap_year)
    c.he[rows] = np.where(enters, 1 + top, 0)
    c.route[rows] = np.where(enters & ~waits, routes.UNIVERSITY, routes.JOB)
    _apprentices_at_19(town, rows, enters)
    _after_ks5(town, rows, score)


def _english_and_maths(town: "Town", rows: Rows, score: F) -> None:
    c, p = town.children, town.parameters.routes
    at_16 = town.national("em_grade4", year=town.year - 3)
    by_19 = town.national("level2_em_by_19")
    gain = max(0.0, (by_19 - at_16) / (100.0 - at_16))
    chance = routes.catch_up(score, cut(at_16), gain, p.catch_up_score, town.local.level2_by_19)
    later = town.luck.bernoulli(CATCH_UP, 0, c.id[rows], chance)
    c.english_maths[rows] = c.english_maths[rows] | later


def _apprentices_at_19(town: "Town", rows: Rows, enters: NDArray[np.bool_]) -> None:
    c, p = town.children, town.parameters.routes
    already = c.employer[rows] >= 0
    wish = (1 - p.early_apprentice) * routes.by_score(scores(town, rows), p.apprentice)
    seeks = (
        ~enters
        & ~already
        & (town.luck.uniform(APPRENTICE, 19, c.id[rows]) < wish / np.float32(p.not_at_university))
    )
    found = employers.take_apprenticeships(town, rows[seeks & c.resident[rows]])
    c.route[found] = routes.APPRENTICE
    employers.take_jobs(town, rows[(c.route[rows] == routes.JOB) & c.resident[rows]])


def _after_ks5(town: "Town", rows: Rows, score: F) -> None:
    c, p, luck = town.children, town.parameters.routes, town.luck
    leavers = np.flatnonzero(c.ks5[rows])
    r, ids = rows[leavers], c.id[rows[leavers]]
    odds = np.float32(p.ks5_lost_fsm) * (c.disadvantaged_at_16[r] - np.float32(p.disadvantaged_share_ks5))
    odds = odds + np.float32(p.ks5_lost_score) * (score[leavers] - np.float32(p.ks5_mean_score))
    lost = routes.shifted(np.full(1, p.ks5_lost, np.float32), odds.astype(np.float32))
    unseen = luck.uniform(UNSEEN_18, 0, ids) < np.float32(p.ks5_unseen)
    c.sustained_18[r] = ~(luck.uniform(LOST_18, 0, ids) < lost) & ~unseen


def _at_20(town: "Town") -> None:
    """Those who waited a year enter higher education."""
    c = town.children
    rows = cohort(town, 20)
    late = (c.he[rows] > 0) & (c.route[rows] != routes.UNIVERSITY)
    c.route[rows[late]] = routes.UNIVERSITY


def _graduate(town: "Town") -> None:
    """Degrees after three years, at 22 or, after a gap year, at 23."""
    c, p = town.children, town.parameters.routes
    for age, waited in ((22, False), (23, True)):
        rows = cohort(town, age)
        gap = town.luck.bernoulli(GAP, 0, c.id[rows], p.gap_year)
        done = rows[(c.route[rows] == routes.UNIVERSITY) & (gap == waited)]
        passed = town.luck.bernoulli(DEGREE, 0, c.id[done], p.degree_completion)
        c.qualification[done[passed]] = 3
        c.route[done] = routes.JOB


def _neet(town: "Town") -> None:
    """Three terms of NEET at 18 to 24, for those neither on a level 3 course, apprentices nor
    at university."""
    c, p, luck, year = town.children, town.parameters.neet, town.luck, town.year
    band = town.band(18, 24)
    rows = neet_rule.at_risk(
        band.start, c.followed[band], c.present[band], c.route[band], SAFE, c.neet_terms[band]
    )
    # The town's own level is known for 16-17 only; its unemployment, which is England's, speaks for later
    # ages.
    chances = neet_rule.chances_of_year(
        year,
        rows,
        c.cohort,
        c.route,
        neet_log_odds(town, rows),
        c.frailty,
        p.level.astype(np.float32),
        young=town.local.neet,
        sheltered=routes.APPRENTICE,
        shelter=p.apprentice_shield,
        dependence=p.dependence,
    )
    draws = luck.uniforms([NEET] * TERMS, year, c.id[rows], range(TERMS))
    neet_rule.pass_terms(rows, draws, chances, MONTHS_A_TERM, c.neet_terms, c.neet_months)


def _bits(terms: NDArray[np.uint8]) -> NDArray[np.int16]:
    result: NDArray[np.int16] = ((terms & 1) + ((terms >> 1) & 1) + ((terms >> 2) & 1)).astype(np.int16)
    return result
