"""Learning: skill grows towards its targets, with home, school, teacher, peers, absence and income."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.luck import decision
from model.rules import absence as absence_rule
from model.rules import growth as rule
from model.rules import households

if TYPE_CHECKING:
    from model.town import Town

F = NDArray[np.float32]
COMMON = decision("child.learning")
APART = decision("child.learning_by_subject")
SOCIO = decision("child.socio_emotional_growth")
HOPE = decision("child.aspiration_growth")
TEACHER = decision("school.teachers_of_a_year_group")


def learning(town: "Town") -> None:
    """A year of growth from age 1 to 18: literacy, numeracy, socio-emotional skill, aspiration."""
    c, p, g = town.children, town.parameters.learning, town.world.growth
    rows = town.band(1, 18)
    age = (town.year - c.cohort[rows]).astype(np.intp)
    ids = c.id[rows]
    k = np.float32(g.k)
    history = c.need_history[rows] & households.SIX_YEARS
    weight = town.world.need_weights[history]
    skill = rule.composite(c.theta[rows], c.literacy[rows], c.numeracy[rows], g.k)
    cell = (age * 64 + history) * 2 + c.eal[rows]
    before = town.world.targets(town.year - 1).ravel()[cell - 128]
    after = town.world.targets(town.year).ravel()[cell]
    inputs = k * (_at_school(town, rows, age, skill) + _at_home(town, rows))
    common = k * g.noise.astype(np.float32)[age - 1] * town.luck.normal(COMMON, town.year, ids)
    apart = np.float32(g.difference_noise) * town.luck.normal(APART, town.year, ids)
    side = np.where(c.girl[rows], np.float32(0.5), np.float32(-0.5))
    rho = p.persistence
    literate, numerate = side * np.float32(p.girls_literacy), side * np.float32(p.girls_numeracy)
    town_year = k * np.float32(town.facts.area_shock)
    c.literacy[rows] = rule.next_state(
        c.literacy[rows], k * before + literate, k * after + literate, inputs + town_year, common + apart, rho
    )
    c.numeracy[rows] = rule.next_state(
        c.numeracy[rows], k * before + numerate, k * after + numerate, inputs + town_year, common - apart, rho
    )
    _language(town)
    _socio_emotional(town, rows, skill - after, weight)
    _aspiration(town, skill, rows)


def _language(town: "Town") -> None:
    """Home learning environment beyond what position leads to expect, on literacy at ages 2 to 5."""
    c, p, h = town.children, town.parameters.learning, town.parameters.households
    rows = town.band(2, 5)
    f = c.family[rows]
    extra = town.families.home_learning[f] - np.float32(h.home_on_ses) * town.families.ses[f]
    c.literacy[rows] += np.float32(p.home_effect / rule.phase_years(p.persistence, 4)) * extra


def _at_home(town: "Town", rows: slice) -> F:
    """Income beyond England's mean for the child's group (n,), SD of skill a year."""
    p = town.parameters.learning
    families, n = town.families, town.family_count
    poor, others = town.world.mean_income(town.year)
    extra = families.income[:n] - np.where(families.need[:n], np.float32(poor), np.float32(others))
    step = np.float32(p.income_effect * p.income_pounds * (1 - p.persistence))
    gain: F = (step * extra)[town.children.family[rows]]
    return gain


def _at_school(town: "Town", rows: slice, age: NDArray[np.intp], skill: F) -> F:
    """School, teachers, classmates, absence and socio-emotional skill (n,), SD of skill a year; 0 outside 5-16."""
    c, s, p, sp = town.children, town.schools, town.parameters.learning, town.parameters.schools
    result = np.zeros(len(age), np.float32)
    at = np.flatnonzero((age >= 5) & (age <= 16) & (c.school[rows] >= 0))
    school, years = c.school[rows][at].astype(np.intp), age[at]
    secondary = years >= 12
    spreads = town.world.phase_spreads
    total = s.value_added[school] / np.where(secondary, np.float32(spreads[1]), np.float32(spreads[0]))
    cell = school * 17 + years
    if sp.teacher_primary or sp.teacher_secondary:
        cells = np.arange(len(s.id) * 17, dtype=np.uint32)
        draw = town.luck.normal(TEACHER, town.year, cells)
        total += np.where(secondary, np.float32(sp.teacher_secondary), town.class_sd[school]) * draw[cell]
    if town.switches.peers:
        weak = np.bincount(cell, weights=skill[at] < -1.645, minlength=len(s.id) * 17)
        size = np.bincount(cell, minlength=len(s.id) * 17)
        share = (weak / np.maximum(size, 1)).astype(np.float32)[cell]
        effect = np.where(
            secondary,
            rule.peer_effect(share, p.peers_per_point, town.world.phase_sums[1]),
            rule.peer_effect(share, p.peers_per_point, town.world.phase_sums[0]),
        )
        total += np.where(s.mainstream[school], effect, np.float32(0))
    there = rows.start + at
    need = (c.need_history[there] & 1).astype(np.bool_)
    usual = town.world.absence_mean(town.year, years, need)
    total += absence_rule.effect_on_skill(c.absence[there], usual, p.absence_effect)
    weight = town.world.need_weights[c.need_history[there] & 63]
    expected = np.float32(p.socio_gap) * (weight - town.world.need.centre(town.year))
    total += np.float32(p.socio_to_skill) * (c.socio[there] - expected)
    result[at] = total
    return result


def _socio_emotional(town: "Town", rows: slice, beyond: F, weight: F) -> None:
    c, p = town.children, town.parameters.learning
    centred = weight - town.world.need.centre(town.year)
    c.socio[rows] = rule.next_socio(
        c.socio[rows], centred, centred, beyond, town.luck.normal(SOCIO, town.year, c.id[rows]),
        persistence=p.socio_persistence, gap=p.socio_gap, from_skill=p.skill_to_socio,
    )


def _aspiration(town: "Town", skill: F, rows: slice) -> None:
    """Aspiration from 11 on follows skill and family position."""
    c, p = town.children, town.parameters.learning
    old = town.band(11, 18)
    mine = skill[: old.stop - rows.start]
    position = town.families.ses[c.family[old]]
    mean = np.float32(p.aspiration_on_skill) * mine + np.float32(p.aspiration_on_ses) * position
    rho = p.aspiration_persistence
    rest = np.sqrt(max(0.1, 1 - p.aspiration_on_skill**2 - p.aspiration_on_ses**2))
    draw = town.luck.normal(HOPE, town.year, c.id[old])
    spread = np.float32(rest * np.sqrt(1 - rho**2))
    c.aspiration[old] = mean + np.float32(rho) * (c.aspiration[old] - mean) + spread * draw
