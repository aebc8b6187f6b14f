"""Households: income moves, need and free meals follow, trust spreads a little."""

import numpy as np

from model.chance.luck import decision
from model.kernels import households as kernel
from model.population.people import present_families
from model.rules.households import Protection, trust
from model.state.state import TownState
from model.world.free_meals import FIRST_SECONDARY

INCOME = decision("family.income_this_year")
TRUST = decision("family.trust_this_year")


def households(town: TownState) -> None:
    """Renew families' income and need, and children's histories of need and of free meals."""
    f, p, year = town.families, town.parameters.households, town.year
    here = present_families(town)
    income, trust_draw = town.luck.normals((INCOME, TRUST), year, f.id[here])
    line = town.world.need_line(year)
    kernel.pass_year(here, f.ses, income, town.world.income, line, f.shock, f.income, f.need)
    _free_meals(town)
    if town.switches.trust:
        numbers = trust(p.trust_on_ses, p.trust_persistence, p.trust_spread)
        kernel.spread_trust(here, f.ward, f.ses, trust_draw, town.world.wards, numbers, f.trust)


def _free_meals(town: TownState) -> None:
    """Renew need, which is the family's, and free meals, which are the pupil's: an income at which pupils of
    the phase register, or the transitional protection of those who had them."""
    c, p = town.children, town.parameters.households
    rows, at_school = town.band(0, 18), town.band(5, 18)
    primary, secondary = np.array(town.world.meals_lines(town.year), np.float32)
    younger = town.year - c.cohort[at_school] < FIRST_SECONDARY
    kernel.pass_children(
        town.year,
        c.family[rows],
        kernel.FamilyYear(town.families.need, town.families.income),
        np.where(younger, primary, secondary),
        Protection(p.protection_from, p.protection_until),
        kernel.MealColumns(
            c.need_history[rows], c.protected[at_school], c.fsm[at_school], c.fsm_history[at_school]
        ),
    )
