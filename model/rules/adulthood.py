"""Work, pay, moving away, and the rank that a life reaches."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from model.compiled import Real, Reals, rule, where
from model.rules.neet import MOST_ENCOUNTERS, wage_scar

F = NDArray[np.float32]
_HALF = np.float32(0.5)


class Work(NamedTuple):
    """Log-odds of work at 25 to 32: level, for an SD of KS4 score, a degree, free meals, and a month NEET."""

    level: Real
    per_sd: Real
    per_degree: Real
    per_fsm: Real
    per_month: Real


@rule
def work_log_odds(score: Reals, degree: Reals, fsm: Reals, months_neet: Reals, p: Work) -> Reals:
    """Return the log-odds of being in work at 25 to 32, by KS4 score (SD), degree and free meals at 15 (1 or
    0), and months NEET."""
    odds = p.level + p.per_sd * score + p.per_degree * degree + p.per_fsm * fsm
    return odds + p.per_month * months_neet


class Pay(NamedTuple):
    """Log pay for an SD of KS4 score, a degree, being a woman, free meals, an SD of the family's income and
    an encounter with an employer; what a month NEET costs, and the most that NEET costs; SD of chance, and
    what of it lasts and passes; growth a year of age; England's mean and SD of log pay."""

    per_sd: Real
    degree_women: Real
    degree_men: Real
    women: Real
    per_fsm: Real
    family_link: Real
    per_encounter: Real
    scar_month: Real
    scar_floor: Real
    noise_sd: Real
    lasting: Real
    passing: Real
    growth: Real
    rank_mean: Real
    rank_sd: Real


@rule
def log_pay(
    score: Reals,
    degree: Reals,
    girl: Reals,
    fsm: Reals,
    income: Reals,
    encounters: Reals,
    months_neet: Reals,
    town: Reals,
    lasting: Reals,
    passing: Reals,
    p: Pay,
) -> Reals:
    """Return log annual earnings relative to England's mean at the age.

    Args:
        score: KS4 score, SD. degree, girl, fsm: 1 or 0. income: position of the family of origin, SD.
        encounters: with employers. town: log pay of the town's labour market relative to England.
        lasting, passing: standard normal, the parts of chance.
    """
    of_degree = where(girl > 0, p.degree_women * degree, p.degree_men * degree)
    pay = p.per_sd * score + of_degree + p.women * girl + p.per_fsm * fsm + p.family_link * income
    pay = pay + p.per_encounter * np.minimum(encounters, MOST_ENCOUNTERS)
    pay = pay + wage_scar(months_neet, p.scar_month, p.scar_floor) + town
    return pay + p.noise_sd * (p.lasting * lasting + p.passing * passing)


@rule
def rank_at_work(standing: Reals, without_work: Reals, with_work: Reals) -> Reals:
    """Return the national rank of earnings, 0-1, of whoever works.

    Args:
        standing: rank among workers, 0-1. without_work, with_work: shares of England's same-age people.
    """
    return without_work + with_work * standing


@rule
def rank_without_work(without_work: Reals) -> Reals:
    """Return the national rank of earnings, 0-1, of whoever does not work: all share the lowest ranks, and
    have their middle."""
    return _HALF * without_work


def predicted_rank(
    score: F,
    fsm: F,
    degree: F,
    work: F,
    *,
    per_sd: float,
    per_degree: float,
    women: float,
    per_fsm: float,
    noise_sd: float,
    mean: float,
    sd: float,
    without_work: float,
) -> F:
    """Return the rank of adult earnings in England that is to be expected at 16, 0-1 (n,), for either sex.

    The chance of work weighs the middle of those without it and the mean rank of workers, whose log pay is
    normal about its expectation.

    Args:
        score: (n,) KS4 score, SD. fsm: (n,) 1 with free meals at 15, else 0.
        degree, work: (n,) chances of a degree and of work.
        per_sd, per_degree, women, per_fsm: log pay for each; a half are women. noise_sd: spread
            of pay, all else held. mean, sd: of England's log pay. without_work: share of those of the age.
    """
    pay = per_sd * score + per_degree * degree + per_fsm * fsm + 0.5 * women
    in_work = rank_at_work(ndtr((pay - mean) / np.hypot(sd, noise_sd)), without_work, 1.0 - without_work)
    rank: F = (work * in_work + (1.0 - work) * 0.5 * without_work).astype(np.float32)
    return rank


def own_position(
    score: F,
    qualification: F,
    origin: F,
    draw: F,
    *,
    by_score: float,
    by_qualification: float,
    by_origin: float,
) -> F:
    """Return the socio-economic position of a new family from its parent's own life (n,), national SD.

    The three parts are taken as correlated 0.5 with one another; the draw fills the variance up to 1.
    """
    a, b, c = by_score, by_qualification, by_origin
    rest = math.sqrt(max(0.05, 1.0 - (a * a + b * b + c * c + 2 * 0.5 * (a * b + a * c + b * c))))
    position: F = a * score + b * qualification + c * origin + rest * draw
    return position


def moving_hazard(share: float, years: int) -> float:
    """Return the yearly chance that adds up to `share` over `years`."""
    return float(1.0 - (1.0 - share) ** (1.0 / years))
