"""Attendance: sessions missed by phase, need, socio-emotional skill and the national level of the year."""

import numpy as np

from model.chance.luck import decision
from model.rules import absence as rule
from model.state.gains import gain, with_gain
from model.state.state import TownState

ILLNESS = decision("child.illness")


def attendance(town: TownState) -> None:
    """Absence of everybody at school, 5 to 16."""
    c, p, year = town.children, town.parameters.attendance, town.year
    rows = town.band(5, 16)
    c.absence[rows] = rule.absence_of(
        year,
        c.cohort[rows],
        c.need_history[rows],
        c.absence_trait[rows],
        town.luck.normal(ILLNESS, year, c.id[rows]),
        with_gain(town, "socio", rows),
        town.world.absence_means(year),
        town.facts.usual_socio,
        trait_sd=p.trait_sd,
        illness_sd=p.illness_sd,
        per_socio=p.per_socio,
        level=town.local.absence,
    )
    if "absence" in town.delivery.touched:
        c.absence[rows] = np.clip(c.absence[rows] + gain(town, "absence", rows), 0, 100)
