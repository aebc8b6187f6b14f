"""Adult life: social action, moving away, work and pay to 32."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from model.chance.luck import decision
from model.kernels.adulthood import Adults, EnglandsWorkers, prospects, settle
from model.population.chances_after_16 import work_numbers
from model.rules import routes
from model.rules.adulthood import Pay, moving_hazard
from model.state.gains import gain
from model.state.state import TownState

F = NDArray[np.float32]


ACTS = decision("child.social_action")
LEAVES = decision("adult.moves_away")
RETURNS = decision("adult.comes_back")
WORKS = decision("adult.work")
PAY = decision("adult.pay_lasting")
PAY_YEAR = decision("adult.pay_this_year")
MOVED_BY = 27
"""Age at which the published shares of movers were counted; graduates move from 22 on, others from 19."""


def social_action(town: TownState) -> None:
    """Decide who takes regular youth social action at 11 to 19."""
    c, p = town.children, town.parameters.routes
    for first, last, share in ((11, 13, p.social_action_11_13), (14, 19, p.social_action_14_19)):
        rows = town.band(first, last)
        tilt = p.social_action_fsm * (np.array([0.0, 1.0]) - p.fsm_share)
        chance = expit(logit(share) + tilt).astype(np.float32)
        acts = town.luck.bernoulli_by_group(ACTS, town.year, c.id[rows], chance, c.fsm[rows])
        c.social_action[rows] = acts | c.acts_given[rows]


def move(town: TownState) -> None:
    """Let young adults leave the area for good or come back; those at university count as resident
    until they leave."""
    if not town.switches.migration:
        return
    c, d, year = town.children, town.parameters.demography, town.year
    young, all_followed = town.band(19, 27), town.band(19, 32)
    settled = all_followed.start + np.flatnonzero(~c.resident[all_followed] & c.followed[all_followed])
    rows = young.start + np.flatnonzero(c.resident[young] & (c.route[young] != routes.UNIVERSITY))
    graduates, others = (
        moving_hazard(share, MOVED_BY - first + 1)
        for share, first in ((d.moved_graduates, 22), (d.moved_others, 19))
    )
    leave = np.array([others, graduates], np.float32)
    goes = town.luck.bernoulli_by_group(LEAVES, year, c.id[rows], leave, c.qualification[rows] == 3)
    back = town.luck.bernoulli(RETURNS, year, c.id[settled], d.return_rate)
    c.resident[rows[goes]] = False
    c.resident[settled[back]] = True


def work(town: TownState) -> None:
    """Work, earnings and national rank of those aged 25 to 30."""
    c, p, luck, year = town.children, town.parameters.adulthood, town.luck, town.year
    rows = town.band(25, 30)
    ids = c.id[rows]
    here = np.full(1, town.local.pay, np.float32)
    if "pay" in town.delivery.touched:
        here = here + gain(town, "pay", rows)
    adults = Adults(
        c.cohort[rows],
        c.ks4[rows],
        c.qualification[rows],
        c.girl[rows],
        c.fsm_at_15[rows],
        c.origin[rows],
        c.encounters[rows],
        c.neet_months[rows],
    )
    draws = luck.normal(PAY, 0, ids), luck.normal(PAY_YEAR, year, ids)
    odds, pay, standing = prospects(year, adults, here, *draws, work_numbers(town), _pay(town))
    settle(
        luck.uniform(WORKS, 0, ids),
        expit(odds, out=odds),
        np.exp(pay, out=pay),
        ndtr(standing, out=standing),
        EnglandsWorkers(p.pay_mean, p.without_work, 1.0 - p.without_work),
        c.employed[rows],
        c.earnings[rows],
        c.earnings_rank[rows],
    )


def _pay(town: TownState) -> Pay:
    p = town.parameters.adulthood
    return Pay(
        p.pay_score,
        p.pay_degree_women,
        p.pay_degree_men,
        p.pay_women,
        p.pay_fsm,
        p.pay_family,
        p.pay_encounter,
        p.scar_month,
        p.scar_floor,
        p.pay_sd,
        np.sqrt(p.pay_lasting),
        np.sqrt(1 - p.pay_lasting),
        p.pay_growth,
        p.rank_mean,
        p.rank_sd,
    )
