"""Attendance: sessions missed by phase, need, socio-emotional skill and the national level of the year."""

import numpy as np

from model.chance.luck import decision
from model.kernels.absence import AbsencePupils, Spreads, absence_terms
from model.rules import absence as rule
from model.state.gains import gain, with_gain
from model.state.state import TownState

ILLNESS = decision("child.illness")


def attendance(town: TownState) -> None:
    """Draw the absence of everybody at school, 5 to 16."""
    c, p, year = town.children, town.parameters.attendance, town.year
    rows = town.band(5, 16)
    pupils = AbsencePupils(
        c.cohort[rows],
        c.need_history[rows],
        c.absence_trait[rows],
        town.luck.normal(ILLNESS, year, c.id[rows]),
        with_gain(town, "socio", rows),
    )
    spreads = p.trait_sd, p.illness_sd, p.per_socio
    numbers = Spreads(*spreads, rule.log_mean(*spreads), town.local.absence)
    mean, log = np.empty((2, len(pupils.cohort)), np.float32)
    absence_terms(year, pupils, town.world.absence_means(year), town.facts.usual_socio, numbers, mean, log)
    c.absence[rows] = rule.sessions_missed(mean, log)
    if "absence" in town.delivery.touched:
        c.absence[rows] = np.clip(c.absence[rows] + gain(town, "absence", rows), 0, 100)
