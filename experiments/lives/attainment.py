"""Attainment of a child taken apart as the phase `learning` puts it together: what programmes add, what stood
before, and what school and absence bring in a year."""

from typing import TYPE_CHECKING

import numpy as np

from experiments.lives.facts import own_skill
from model.rules import growth
from model.state.gains import skill_gain, with_gain
from model.year.learning import WEAK

if TYPE_CHECKING:
    from experiments.lives.pair import Pair
    from model.town import Town


def both_gains(pair: "Pair") -> tuple[float, float]:
    """Return what programmes add to attainment in both worlds, SD."""
    a, b = (float(skill_gain(t, r)[0]) for t, r in zip(pair.towns, pair.rows_of_both(), strict=True))
    return a, b


def both_own(pair: "Pair") -> tuple[float, float]:
    """Return the attainment without it, SD."""
    a, b = (own_skill(t, r) for t, r in zip(pair.towns, pair.rows, strict=True) if r is not None)
    return a, b


def school_inputs(pair: "Pair") -> dict[str, tuple[float, float]]:
    """Return what school and absence will add to attainment this year, as `learning` does, SD by what it
    is."""
    first, second = (
        _inputs_of(town, int(rows[0])) for town, rows in zip(pair.towns, pair.rows_of_both(), strict=True)
    )
    return {name: (first[name], second[name]) for name in first}


def _inputs_of(town: "Town", row: int) -> dict[str, float]:
    c, s, p, w = town.children, town.schools, town.parameters.learning, town.world
    school, age = c.school.item(row), town.year - c.cohort.item(row)
    if school < 0:
        return {
            "the school's value added": 0.0,
            "classmates": 0.0,
            "sessions missed": 0.0,
            "social and emotional skills": 0.0,
        }
    later = int(age >= 12)
    band = town.band(age, age)
    mates = band.start + np.flatnonzero(c.school[band] == school)
    skill = growth.composite(c.theta[mates], c.literacy[mates], c.numeracy[mates], w.growth.k)
    weak = np.array([(skill + skill_gain(town, mates) < np.float32(WEAK)).mean()], np.float32)
    peers = float(growth.peer_effect(weak, p.peers_per_point, w.phase_sums[later])[0])
    return {
        "the school's value added": s.value_added.item(school) / float(w.phase_spreads[later]),
        "classmates": peers if town.switches.peers and s.mainstream[school] else 0.0,
        "sessions missed": float(p.absence_effect) * c.absence.item(row),
        "social and emotional skills": float(p.socio_to_skill)
        * float(with_gain(town, "socio", np.array([row]))[0]),
    }
