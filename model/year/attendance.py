"""Attendance: sessions missed by phase, need, socio-emotional skill and the national level of the year."""

from typing import TYPE_CHECKING

import numpy as np

from model.luck import decision
from model.rules import absence as rule

if TYPE_CHECKING:
    from model.town import Town

ILLNESS = decision("child.illness")


def attendance(town: "Town") -> None:
    """Absence of everybody at school, 5 to 16."""
    c, p, year = town.children, town.parameters.attendance, town.year
    rows = town.band(5, 16)
    age = (year - c.cohort[rows]).astype(np.intp)
    need = (c.need_history[rows] & 1).astype(np.bool_)
    mean = town.world.absence_mean(year, age, need)
    weight = town.world.need_weights[c.need_history[rows] & 63]
    expected = np.float32(town.parameters.learning.socio_gap) * (weight - town.world.need.centre(year))
    c.absence[rows] = rule.sessions_missed(
        mean, c.absence_trait[rows], town.luck.normal(ILLNESS, year, c.id[rows]), c.socio[rows] - expected,
        trait_sd=p.trait_sd, illness_sd=p.illness_sd, per_socio=p.per_socio, level=town.local.absence,
    )
