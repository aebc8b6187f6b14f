"""Staffrooms: teachers and heads leave, schools compete for one local pool, value added follows."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from model.chance.luck import decision
from model.rules import staffing as rule
from model.state.state import TownState

LEAVES = decision("teacher.leaves_teaching")
MOVES = decision("teacher.changes_school")
APPLIES = decision("post.applicants")
NOVICE = decision("post.new_teacher_is_novice")
EXPERIENCE = decision("post.experience_of_new_teacher")
HEAD_LEAVES = decision("head.leaves")
HEAD = decision("head.quality")
MOOD = decision("school.satisfaction")
RESIDUAL = decision("school.value_added_residual")
EARLY_YEARS = 2
"""Completed years under which a teacher counts as new to the profession."""


def staffrooms(town: TownState) -> None:
    """Live the summer's turnover, and add what the new staff adds. Without staffing feedback, value
    added keeps to the residual."""
    left = _turnover(town)
    _hiring(town, left)
    _heads(town)
    _tally(town, left)
    _value_added(town)


def _turnover(town: TownState) -> NDArray[np.bool_]:
    """Return who left a post last summer: (P,) True where the post was vacated; experience of the others
    grows by a year."""
    t, s, p, year = town.posts, town.schools, town.parameters.staffing, town.year
    taught = t.experience >= 0
    deprived = town.top_fifth[t.school]
    mood = s.satisfaction[t.school]
    if not town.switches.staffing_feedback:
        deprived, mood = np.full_like(mood, 0.2), np.zeros_like(mood)
    hazard = rule.leaving_hazard(
        np.maximum(t.experience, 0),
        p.leaving,
        deprived,
        mood,
        top_fifth=p.leaving_top_fifth,
        per_sd=p.leaving_satisfaction,
    )
    if s.retention_given.any():
        early = t.experience < EARLY_YEARS
        hazard = np.clip(hazard + early * s.retention_given[t.school] / np.float32(100), 0, 1)
    out = taught & town.luck.bernoulli(LEAVES, year, t.id, hazard)
    move = taught & ~out & town.luck.bernoulli(MOVES, year, t.id, p.moving)
    t.left[:] = out * np.int8(1) + move * np.int8(2)
    t.experience[:] = np.where(out | move, -1, np.minimum(t.experience + taught, 40))
    return np.asarray(out | move)


def _hiring(town: TownState, left: NDArray[np.bool_]) -> None:
    """Let vacant posts compete for applicants; what stays vacant is advertised again next year."""
    t, s, p, year = town.posts, town.schools, town.parameters.staffing, town.year
    vacant = np.flatnonzero(t.experience < 0)
    if not vacant.size:
        return
    names, school = t.id[vacant], t.school[vacant]
    deprived = town.top_fifth[school]
    unfilled = expit(logit(p.unfilled) + p.unfilled_deprived * (deprived - 0.2) - s.applicants_given[school])
    pool = int(np.rint((1.0 - unfilled).sum()))
    appeal = (
        np.float32(p.attract_fsm) * deprived + np.float32(p.attract_satisfaction) * s.satisfaction[school]
    )
    draw = town.luck.gumbel(APPLIES, year, names, np.zeros(1, np.int64))[:, 0]
    hired = vacant[rule.filled(appeal.astype(np.float32), draw, pool)]
    names = t.id[hired]
    novice = town.luck.bernoulli(NOVICE, year, names, p.novice_hires)
    years = 1 - p.hire_experience * np.log(town.luck.uniform(EXPERIENCE, year, names))
    t.experience[hired] = np.where(novice, 0, np.minimum(years, 35)).astype(np.int8)
    t.since[hired] = year
    t.began[hired] = year - t.experience[hired].astype(np.int16)


def _heads(town: TownState) -> None:
    s, p, year = town.schools, town.parameters.staffing, town.year
    new = town.luck.bernoulli(HEAD_LEAVES, year, s.id, p.head_leaving)
    s.leadership[:] = np.where(new, town.luck.normal(HEAD, year, s.id), s.leadership)
    s.head_since[:] = np.where(new, year, s.head_since)
    mood = rule.satisfaction(
        s.leadership + s.leadership_given, town.luck.normal(MOOD, year, s.id), p.satisfaction_leader
    )
    s.satisfaction[:] = mood + s.satisfaction_given


def _tally(town: TownState, left: NDArray[np.bool_]) -> None:
    """Write shares of the staff by school."""
    t, s, year = town.posts, town.schools, town.year
    n = len(s.id)
    posts = np.maximum(s.posts, 1)

    def share(which: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(t.school[which], minlength=n) / posts)

    s.novices[:] = share(t.experience == 0)
    s.entry_rate[:] = share((t.since == year) & (t.experience >= 0))
    s.leaving_rate[:] = share(left)
    s.vacancies[:] = np.bincount(t.school[t.experience < 0], minlength=n)


def _value_added(town: TownState) -> None:
    """Head, staff, turnover and the rest, together with the published spread of school effects."""
    t, s, p, q = town.posts, town.schools, town.parameters.schools, town.parameters.staffing
    secondary = town.is_secondary
    draw = town.luck.normal(RESIDUAL, town.year, s.id)
    s.residual[:] = rule.next_residual(s.residual, draw, p.value_added_persistence)
    # The level of the town's schools is the town's own number; their residuals only spread about it.
    residual = rule.spread_about_zero(s.residual, s.places, town.school_group)
    per_leader = np.where(secondary, np.float32(p.leader_secondary), np.float32(p.leader_primary))
    spread = np.where(secondary, town.world.residual_sd[1], town.world.residual_sd[0]).astype(np.float32)
    if not town.switches.staffing_feedback:
        s.value_added[:] = residual * np.float32(p.value_added_sd * town.local.school_spread)
        return
    teaching = rule.experience_value(np.maximum(t.experience, 0), q.experience_years, q.experience_curve)
    total = np.bincount(t.school, weights=np.where(t.experience >= 0, teaching, 0.0), minlength=len(s.id))
    taught = np.bincount(t.school[t.experience >= 0], minlength=len(s.id))
    mean = np.where(taught > 0, total / np.maximum(taught, 1), town.world.england_teaching)
    staff = (mean - town.world.england_teaching) * np.where(
        secondary, town.world.phase_sums[1], town.world.phase_sums[0]
    )
    parts = rule.value_added(
        s.leadership + s.leadership_given,
        per_leader,
        residual * spread,
        staff.astype(np.float32),
        s.entry_rate,
        (s.vacancies / np.maximum(s.posts, 1)).astype(np.float32),
        rule.Turnover(q.per_entry, q.per_vacancy, q.mean_entry),
    )
    s.value_added[:] = np.float32(town.local.school_spread) * parts
