"""Households: income moves, need and free meals follow, trust spreads a little."""

from model.chance.luck import decision
from model.population.people import present_families
from model.rules import households as rule
from model.state.state import TownState

INCOME = decision("family.income_this_year")
TRUST = decision("family.trust_this_year")


def households(town: TownState) -> None:
    """Families' income and need of the year; children's histories of need and of free meals."""
    f, p, year = town.families, town.parameters.households, town.year
    here = present_families(town)
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


def _free_meals(town: TownState) -> None:
    """Need is the family's; free meals are the pupil's: need, or the transitional protection of
    those who had them."""
    c, p = town.children, town.parameters.households
    rows, at_school = town.band(0, 18), town.band(5, 18)
    rule.pass_children(
        town.year,
        c.family[rows],
        town.families.need,
        at_school.stop - at_school.start,
        c.need_history[rows],
        c.protected[rows],
        c.fsm[rows],
        c.fsm_history[rows],
        first_year=int(p.protection_from),
        last_year=int(p.protection_until),
    )
