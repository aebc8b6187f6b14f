"""Assessment: the foundation stage profile at 5, phonics at 6, key stages 1, 2 and 4 at 7, 11 and 16."""

import numpy as np

from model.chance.luck import decision
from model.rules import growth
from model.rules.households import within_six_years
from model.rules.national_standard import cut, observed_score
from model.state.gains import any_skill, skill_gain, with_gain
from model.state.state import TownState

ERRORS = {name: decision(f"child.{name}_error") for name in ("eyfsp", "phonics", "ks1", "ks2", "ks4")}
KS1_UNTIL = 2023
RESULTS_YEARS = 3
"""Leaving cohorts over which families see a school's results, as performance tables show them."""


def assessment(town: TownState) -> None:
    """Give scores of the year, and fix what is fixed at 16: school, free meals, family's rank, residence."""
    for name, age in (("eyfsp", 5), ("ks2", 11), ("ks4", 16)):
        _score(town, name, age, "composite")
    _score(town, "phonics", 6, "literacy")
    if town.year <= KS1_UNTIL:
        _score(town, "ks1", 7, "literacy")
    _at_16(town)
    _results(town)


def _score(town: TownState, name: str, age: int, subject: str) -> None:
    c = town.children
    rows = town.band(age, age)
    if subject == "composite":
        skill = growth.composite(c.theta[rows], c.literacy[rows], c.numeracy[rows], town.world.growth.k)
        if any_skill(town):
            skill += skill_gain(town, rows)
    else:
        skill = np.float32(town.world.growth.k) * c.theta[rows] + with_gain(town, "literacy", rows)
    error = town.luck.normal(ERRORS[name], 0, c.id[rows])
    reliability = getattr(town.parameters.assessment, name)
    getattr(c, name)[rows] = observed_score(skill, error, reliability)


def _at_16(town: TownState) -> None:
    c = town.children
    rows = town.band(16, 16)
    c.ks4_school[rows] = c.school[rows]
    c.fsm_at_15[rows] = c.fsm[rows]
    c.disadvantaged_at_16[rows] = within_six_years(c.fsm_history[rows])
    c.origin[rows] = town.families.income[c.family[rows].astype(np.intp)]
    c.family_rank[rows] = town.world.normal_rank(c.origin[rows])
    c.followed[rows] = c.present[rows] & c.resident[rows]
    c.english_maths[rows] = c.ks4[rows] > cut(town.national("em_grade4"))


def _results(town: TownState) -> None:
    """Renew each school's mean score of leavers, as families see it: each year moves it by one cohort's
    part."""
    c, s = town.children, town.schools
    n = len(s.id)
    for age, score in ((11, c.ks2), (16, c.ks4)):
        rows = town.band(age, age)
        seen = c.present[rows] & (c.school[rows] >= 0)
        school, values = c.school[rows][seen], score[rows][seen]
        count = np.bincount(school, minlength=n)
        mean = np.bincount(school, weights=values, minlength=n) / np.maximum(count, 1)
        s.results[:] = np.where(count > 0, s.results + (mean - s.results) / RESULTS_YEARS, s.results)
    # An infant school has no results of its own; families see those of the junior school that it feeds.
    s.results[:] = np.where(s.feeds >= 0, s.results[s.feeds], s.results)
