"""Adult life: social action, moving away, work and pay to 32."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from model.gains import gain
from model.luck import decision
from model.rules import adulthood as rule
from model.rules import neet as neet_rule
from model.rules import routes

F = NDArray[np.float32]

if TYPE_CHECKING:
    from model.town import Town

ACTS = decision("child.social_action")
LEAVES = decision("adult.moves_away")
RETURNS = decision("adult.comes_back")
WORKS = decision("adult.work")
PAY = decision("adult.pay_lasting")
PAY_YEAR = decision("adult.pay_this_year")
MOVED_BY = 27
"""Age at which the published shares of movers were counted; graduates move from 22 on, others from 19."""


def social_action(town: "Town") -> None:
    """Regular youth social action at 11 to 19."""
    c, p = town.children, town.parameters.routes
    for first, last, share in ((11, 13, p.social_action_11_13), (14, 19, p.social_action_14_19)):
        rows = town.band(first, last)
        tilt = p.social_action_fsm * (np.array([0.0, 1.0]) - p.fsm_share)
        chance = expit(logit(share) + tilt).astype(np.float32)[c.fsm[rows].astype(np.intp)]
        acts = town.luck.bernoulli(ACTS, town.year, c.id[rows], chance)
        c.social_action[rows] = acts | c.acts_given[rows]


def move(town: "Town") -> None:
    """Young adults leave the area for good or come back; those at university count as resident
    until they leave."""
    if not town.switches.migration:
        return
    c, d, year = town.children, town.parameters.demography, town.year
    young, all_followed = town.band(19, 27), town.band(19, 32)
    settled = all_followed.start + np.flatnonzero(~c.resident[all_followed] & c.followed[all_followed])
    rows = young.start + np.flatnonzero(c.resident[young] & (c.route[young] != routes.UNIVERSITY))
    graduates, others = (
        rule.moving_hazard(share, MOVED_BY - first + 1)
        for share, first in ((d.moved_graduates, 22), (d.moved_others, 19))
    )
    leave = np.where(c.qualification[rows] == 3, np.float32(graduates), np.float32(others))
    goes = town.luck.bernoulli(LEAVES, year, c.id[rows], leave)
    back = town.luck.bernoulli(RETURNS, year, c.id[settled], d.return_rate)
    c.resident[rows[goes]] = False
    c.resident[settled[back]] = True


def work(town: "Town") -> None:
    """Work, earnings and national rank of those aged 25 to 30."""
    c, p, luck, year = town.children, town.parameters.adulthood, town.luck, town.year
    rows = town.band(25, 30)
    ids = c.id[rows]
    age = (year - c.cohort[rows]).astype(np.float32)
    score = c.ks4[rows]
    degree = (c.qualification[rows] == 3).astype(np.float32)
    girl, fsm = c.girl[rows].astype(np.float32), c.fsm_at_15[rows].astype(np.float32)
    months = c.neet_months[rows].astype(np.float32)
    chance = rule.employment_chance(
        score,
        degree,
        fsm,
        months,
        p.work_level,
        per_sd=p.work_score,
        per_degree=p.work_degree,
        per_fsm=p.work_fsm,
        per_month=p.work_month,
    )
    here: float | F = town.local.pay
    if "pay" in town.delivery.touched:
        here = np.float32(here) + gain(town, "pay", rows)
    employed = luck.uniform(WORKS, 0, ids) < chance
    lasting = np.float32(np.sqrt(p.pay_lasting)) * luck.normal(PAY, 0, ids)
    noise = lasting + np.float32(np.sqrt(1 - p.pay_lasting)) * luck.normal(PAY_YEAR, year, ids)
    pay = rule.log_pay(
        score,
        degree,
        girl,
        fsm,
        c.origin[rows],
        c.encounters[rows].astype(np.float32),
        neet_rule.wage_scar(c.neet_months[rows], p.scar_month, p.scar_floor),
        noise,
        per_sd=p.pay_score,
        degree_women=p.pay_degree_women,
        degree_men=p.pay_degree_men,
        women=p.pay_women,
        per_fsm=p.pay_fsm,
        family_link=p.pay_family,
        per_encounter=p.pay_encounter,
        town=here,
        noise_sd=p.pay_sd,
    )
    c.employed[rows] = employed
    annual = np.float32(p.pay_mean) * np.exp(pay + np.float32(p.pay_growth) * (age - 29))
    c.earnings[rows] = np.where(employed, annual, np.float32(0))
    c.earnings_rank[rows] = rule.national_rank(pay, employed, p.rank_mean, p.rank_sd, p.without_work)
