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
    names = f.id[here]
    shock = rule.next_shock(f.shock[here], town.luck.normal(INCOME, year, names), p.shock_persistence)
    income = rule.income_position(f.ses[here], shock, p.ses_weight)
    f.shock[here] = shock
    f.income[here] = income
    f.need[here] = income < town.world.need_line(year)
    _free_meals(town)
    if town.switches.trust:
        _trust(town, here)


def _free_meals(town: "Town") -> None:
    """Need is the family's; free meals are the pupil's: need, or the transitional protection of those who had them."""
    c, p, year = town.children, town.parameters.households, town.year
    young = town.band(0, 4)
    need = town.families.need[c.family[young]]
    c.need_history[young] = rule.shift_history(c.need_history[young], need)
    rows = town.band(5, 18)
    need = town.families.need[c.family[rows]]
    c.need_history[rows] = rule.shift_history(c.need_history[rows], need)
    fsm = need | c.protected[rows]
    until, since = int(p.protection_until), int(p.protection_from)
    c.protected[rows] = rule.protection(c.protected[rows], fsm, year, since, until)
    c.fsm[rows] = fsm
    c.fsm_history[rows] = rule.shift_history(c.fsm_history[rows], fsm)


def _trust(town: "Town", here: np.ndarray) -> None:
    """Trust in school keeps most of itself and moves towards the mean of the ward's families."""
    f, p = town.families, town.parameters.households
    ward = f.ward[here].astype(np.intp) + 1
    trust = f.trust[here]
    count = np.bincount(ward, minlength=town.world.wards + 1)
    mean = np.bincount(ward, weights=trust, minlength=town.world.wards + 1) / np.maximum(count, 1)
    centre = np.float32(p.trust_on_ses) * f.ses[here]
    noise = np.float32(np.sqrt((1 - p.trust_on_ses**2) * (1 - p.trust_persistence**2)))
    draw = town.luck.normal(TRUST, town.year, f.id[here])
    pulled = centre + np.float32(p.trust_persistence) * (trust - centre) + noise * draw
    f.trust[here] = pulled + np.float32(p.trust_spread) * (mean[ward].astype(np.float32) - trust)
