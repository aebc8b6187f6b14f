"""Households: income moves, need and free meals follow, trust spreads a little."""

from typing import TYPE_CHECKING

import numpy as np

from model.luck import decision
from model.rules import households as rule

if TYPE_CHECKING:
    from model.town import Town

INCOME = decision("family.income_this_year")
TRUST = decision("family.trust_this_year")


def households(town: "Town") -> None:
    """Families' income and need of the year; children's histories of need and of free meals."""
    f, p, year = town.families, town.parameters.households, town.year
    here = np.flatnonzero(f.present[: town.family_count])
    income, trust = town.luck.normals((INCOME, TRUST), year, f.id[here])
    rule.pass_year(
        here,
        f.ses,
        income,
        f.shock,
        f.income,
        f.need,
        weight=p.ses_weight,
        persistence=p.shock_persistence,
        line=town.world.need_line(year),
    )
    _free_meals(town)
    if town.switches.trust:
        rule.spread_trust(
            here,
            f.ward,
            f.ses,
            trust,
            f.trust,
            town.world.wards,
            on_ses=p.trust_on_ses,
            persistence=p.trust_persistence,
            spread=p.trust_spread,
        )


def _free_meals(town: "Town") -> None:
    """Need is the family's; free meals are the pupil's: need, or the transitional protection of
    those who had them."""
    c, p, year = town.children, town.parameters.households, town.year
    young = town.band(0, 4)
    need = town.families.need[c.family[young]]
    c.need_history[young] = rule.shift_history(c.need_history[young], need)
    rows = town.band(5, 18)
    need = town.families.need[c.family[rows]]
    c.need_history[rows] = rule.shift_history(c.need_history[rows], need)
    until, since = int(p.protection_until), int(p.protection_from)
    fsm = need | (c.protected[rows] & (year <= until))
    c.protected[rows] = rule.protection(c.protected[rows], fsm, year, since, until)
    c.fsm[rows] = fsm
    c.fsm_history[rows] = rule.shift_history(c.fsm_history[rows], fsm)
