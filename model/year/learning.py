"""Learning: skill grows towards its targets, with home, school, teacher, peers, absence and income."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.kernels import growth as growing
from model.rules import growth as rule
from model.state.gains import any_skill, skill_gain, with_gain
from model.state.state import TownState

F = NDArray[np.float32]
COMMON = decision("child.learning")
APART = decision("child.learning_by_subject")
SOCIO = decision("child.socio_emotional_growth")
HOPE = decision("child.aspiration_growth")
TEACHER = decision("school.teachers_of_a_year_group")
WEAK = -1.645
"""Skill that a twentieth of England stays under, SD."""


def learning(town: TownState) -> None:
    """Let children grow for a year, from age 1 to 18: literacy, numeracy, socio-emotional skill,
    aspiration."""
    c, p, g, year = town.children, town.parameters.learning, town.world.growth, town.year
    rows = town.band(1, 18)
    k = np.float32(g.k)
    skill = rule.composite(c.theta[rows], c.literacy[rows], c.numeracy[rows], g.k)
    if any_skill(town):
        skill += skill_gain(town, rows)
    common, apart, draw = town.luck.normals((COMMON, APART, SOCIO), year, c.id[rows])
    beyond = np.empty_like(skill)
    growing.grow_subjects(
        year,
        growing.Growing(
            c.cohort[rows],
            c.need_history[rows],
            c.eal[rows],
            c.girl[rows],
            skill,
            _inputs(town, rows, skill),
        ),
        growing.Targets(town.world.targets(year - 1), town.world.targets(year)),
        growing.Noise(
            k * g.noise.astype(np.float32),
            common,
            apart,
            g.difference_noise,
            k * np.float32(town.facts.area_shock),
        ),
        growing.Subjects(p.girls_literacy, p.girls_numeracy, g.k, p.persistence),
        c.literacy[rows],
        c.numeracy[rows],
        beyond,
    )
    _language(town)
    spread = rule.socio_spread(p.socio_persistence, p.skill_to_socio)
    growing.grow_socio(
        c.need_history[rows],
        town.facts.usual_socio,
        beyond,
        draw,
        growing.Socio(p.socio_persistence, p.skill_to_socio, spread),
        c.socio[rows],
    )
    _aspiration(town, skill, rows)


def _language(town: TownState) -> None:
    """Add the home learning environment beyond what position leads to expect, on literacy at ages 2 to 5."""
    c, p, h = town.children, town.parameters.learning, town.parameters.households
    f, rows = town.families, town.band(2, 5)
    growing.read_at_home(
        c.family[rows],
        f.home_learning,
        f.ses,
        h.home_on_ses,
        p.home_effect / rule.phase_years(p.persistence, 4),
        c.literacy[rows],
    )


def _inputs(town: TownState, rows: slice, skill: F) -> F:
    """Return the school, teachers, classmates, absence, socio-emotional skill, and income at home beyond
    England's means (n,)."""
    c, f, p, year = town.children, town.families, town.parameters.learning, town.year
    poor, others = town.world.mean_income(year)
    per_income = p.income_effect * p.income_pounds * (1 - p.persistence)
    inputs = np.empty_like(skill)
    pupils = growing.Pupils(
        c.cohort[rows],
        c.school[rows],
        c.need_history[rows],
        c.family[rows],
        c.absence[rows],
        with_gain(town, "socio", rows),
    )
    growing.year_inputs(
        year,
        pupils,
        _by_school(town, rows, skill),
        growing.Usual(town.world.absence_means(year), town.facts.usual_socio, poor, others),
        growing.Homes(f.income, f.need),
        growing.Inputs(p.absence_effect, p.socio_to_skill, per_income, town.world.growth.k),
        inputs,
    )
    return inputs


def _by_school(town: TownState, rows: slice, skill: F) -> F:
    """Return what school, teachers and classmates add at each age, (schools, 17), SD of skill a year."""
    c, s, p, sp = town.children, town.schools, town.parameters.learning, town.parameters.schools
    n = len(s.id)
    ages = np.arange(growing.AGES_AT_SCHOOL)
    secondary = np.broadcast_to(ages >= 12, (n, len(ages)))
    spreads = town.world.phase_spreads
    total = s.value_added[:, None] / np.where(secondary, np.float32(spreads[1]), np.float32(spreads[0]))
    if sp.teacher_primary or sp.teacher_secondary:
        draw = town.luck.normal(TEACHER, town.year, np.arange(total.size, dtype=np.uint32)).reshape(
            total.shape
        )
        total += np.where(secondary, np.float32(sp.teacher_secondary), town.class_sd[:, None]) * draw
    if town.switches.peers:
        share = growing.weak_shares(town.year, c.cohort[rows], c.school[rows], skill, WEAK, n)
        primary, later = (
            rule.peer_effect(share, p.peers_per_point, years) for years in town.world.phase_sums
        )
        total += np.where(s.mainstream[:, None], np.where(secondary, later, primary), np.float32(0))
    result: F = total
    return result


def _aspiration(town: TownState, skill: F, rows: slice) -> None:
    """Let aspiration from 11 on follow skill and family position."""
    c, p = town.children, town.parameters.learning
    old = town.band(11, 18)
    rho = p.aspiration_persistence
    rest = np.sqrt(max(0.1, 1 - p.aspiration_on_skill**2 - p.aspiration_on_ses**2))
    growing.grow_aspiration(
        c.family[old],
        town.families.ses,
        skill[: old.stop - rows.start],
        town.luck.normal(HOPE, town.year, c.id[old]),
        growing.Aspiration(p.aspiration_on_skill, p.aspiration_on_ses, rho, rest * np.sqrt(1 - rho**2)),
        c.aspiration[old],
    )
