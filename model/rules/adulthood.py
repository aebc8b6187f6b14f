"""Work, pay, moving away, and the rank that a life reaches."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

F = NDArray[np.float32]
B = NDArray[np.bool_]


def employment_chance(
    score: F,
    degree: F,
    fsm: F,
    months_neet: F,
    level: float,
    *,
    per_sd: float,
    per_degree: float,
    per_fsm: float,
    per_month: float,
) -> F:
    """Chance to be in work at 25-32 (n,): a logit in KS4 score (SD), degree, free meals at 15,
    and months NEET."""
    result: F = expit(
        level + per_sd * score + per_degree * degree + per_fsm * fsm + per_month * months_neet
    ).astype(np.float32)
    return result


def log_pay(
    score: F,
    degree: F,
    girl: F,
    fsm: F,
    income: F,
    encounters: F,
    scar: F,
    noise: F,
    *,
    per_sd: float,
    degree_women: float,
    degree_men: float,
    women: float,
    per_fsm: float,
    family_link: float,
    per_encounter: float,
    town: float | F,
    noise_sd: float,
) -> F:
    """Log annual earnings relative to England's mean at the age (n,).

    Args:
        score: (n,) KS4 score, SD. degree, girl, fsm: (n,) 1 or 0.
        income: (n,) income position of the family of origin, national SD.
        encounters: (n,) employer encounters, counted to four.
        scar: (n,) log wage lost to NEET (negative or 0).
        noise: (n,) standard normal, mostly lasting.
        town: log pay of the town's labour market relative to England, one number or (n,).
    """
    result: F = (
        np.float32(per_sd) * score
        + degree * np.where(girl > 0, np.float32(degree_women), np.float32(degree_men))
        + np.float32(women) * girl
        + np.float32(per_fsm) * fsm
        + np.float32(family_link) * income
        + np.float32(per_encounter) * np.minimum(encounters, np.float32(4.0))
        + scar
        + np.asarray(town, np.float32)
        + np.float32(noise_sd) * noise
    ).astype(np.float32)
    return result


def national_rank(pay: F, employed: B, mean: float, sd: float, without_work: float) -> F:
    """Rank of earnings in England's same-age people, 0-1 (n,).

    Those without work share the lowest ranks (their middle is given); workers stand above by England's normal
    distribution of log pay (mean, sd).
    """
    rank = without_work + (1.0 - without_work) * ndtr((pay - mean) / sd)
    return np.where(employed, rank, np.float32(0.5 * without_work)).astype(np.float32)


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
    """Rank of adult earnings in England that is to be expected at 16, 0-1 (n,), for either sex alike.

    The chance of work weighs the middle of those without it and the mean rank of workers, whose log pay is
    normal about its expectation.

    Args:
        score: (n,) KS4 score, SD. fsm: (n,) 1 with free meals at 15, else 0.
        degree, work: (n,) chances of a degree and of work.
        per_sd, per_degree, women, per_fsm: log pay for each; a half are women. noise_sd: spread
            of pay, all else held.
        mean, sd, without_work: as in `national_rank`.
    """
    pay = (
        np.float32(per_sd) * score
        + np.float32(per_degree) * degree
        + np.float32(per_fsm) * fsm
        + np.float32(0.5 * women)
    )
    in_work = without_work + (1.0 - without_work) * ndtr((pay - mean) / np.hypot(sd, noise_sd))
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
    """Socio-economic position of a new family from its parent's own life (n,), national SD.

    The three parts are taken as correlated 0.5 with one another; the draw fills the variance up to 1.
    """
    parts = (by_score, by_qualification, by_origin)
    explained = sum(p * p for p in parts) + 2 * 0.5 * (
        by_score * by_qualification + by_score * by_origin + by_qualification * by_origin
    )
    rest = np.float32(np.sqrt(max(0.05, 1.0 - explained)))
    result: F = (
        np.float32(by_score) * score
        + np.float32(by_qualification) * qualification
        + np.float32(by_origin) * origin
        + rest * draw
    ).astype(np.float32)
    return result


def moving_hazard(share: float, years: int) -> float:
    """Yearly chance that adds up to `share` over `years`."""
    return float(1.0 - (1.0 - share) ** (1.0 / years))
