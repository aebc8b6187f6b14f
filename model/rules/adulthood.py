"""Work, pay, moving away, and the rank that a life reaches."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from model.compiled import compiled

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


_F, _B, _I1, _I2 = (
    f'Array({kind}, 1, "C", readonly=True)' for kind in ("float32", "boolean", "int8", "int16")
)
_ZERO, _MOST = np.float32(0), np.float32(4)


class Pay(NamedTuple):
    """Numbers of `log_pay`, with England's mean and spread of it, `rank`ed against; growth a year of age."""

    per_sd: np.float32
    degree_women: np.float32
    degree_men: np.float32
    women: np.float32
    per_fsm: np.float32
    family_link: np.float32
    per_encounter: np.float32
    noise_sd: np.float32
    lasting: np.float32
    passing: np.float32
    scar_month: np.float32
    scar_floor: np.float32
    growth: np.float32
    rank_mean: np.float32
    rank_sd: np.float32


@compiled(
    f"void(int64, {_I2}, {_F}, {_I1}, {_B}, {_B}, {_F}, {_I1}, {_I2}, {_F}, {_F}, {_F}, UniTuple(float32, 5),"
    " UniTuple(float32, 15), float32[::1], float32[::1], float32[::1])"
)
def _prospects(
    year: int,
    cohort: NDArray[np.int16],
    score: F,
    qualification: NDArray[np.int8],
    is_girl: B,
    had_meals: B,
    origin: F,
    encounters: NDArray[np.int8],
    months: NDArray[np.int16],
    lasting: F,
    passing: F,
    here: F,
    work: tuple[np.float32, ...],
    pay: tuple[np.float32, ...],
    work_odds: F,
    log_annual: F,
    rank: F,
) -> None:
    level, work_sd, work_degree, work_fsm, work_month = work
    per_sd, degree_women, degree_men, women, per_fsm, family_link, per_encounter, noise_sd = pay[:8]
    of_lasting, of_passing, scar_month, scar_floor, growth, rank_mean, rank_sd = pay[8:]
    for i in range(score.shape[0]):
        degree = np.float32(qualification[i] == 3)
        girl, fsm, neet = np.float32(is_girl[i]), np.float32(had_meals[i]), np.float32(months[i])
        odds = level + work_sd * score[i] + work_degree * degree + work_fsm * fsm
        work_odds[i] = odds + work_month * neet
        noise = of_lasting * lasting[i] + of_passing * passing[i]
        log = per_sd * score[i] + degree * (degree_women if is_girl[i] else degree_men) + women * girl
        log = log + per_fsm * fsm + family_link * origin[i]
        log = log + per_encounter * min(np.float32(encounters[i]), _MOST)
        log = log + max(scar_month * neet, scar_floor) + here[i if here.shape[0] > 1 else 0]
        log = log + noise_sd * noise
        log_annual[i] = log + growth * np.float32(year - cohort[i] - 29)
        rank[i] = (log - rank_mean) / rank_sd


def prospects(
    year: int,
    cohort: NDArray[np.int16],
    score: F,
    qualification: NDArray[np.int8],
    girl: B,
    fsm: B,
    origin: F,
    encounters: NDArray[np.int8],
    months_neet: NDArray[np.int16],
    lasting: F,
    passing: F,
    here: F,
    work: tuple[float, float, float, float, float],
    pay: Pay,
) -> tuple[F, F, F]:
    """`employment_chance`, log annual earnings relative to England's mean at 29, and where `log_pay` stands
    among workers of England's, 0-1, (n,) each, in one pass and to the same bits.

    Args:
        cohort, score, qualification, girl, fsm, origin, encounters, months_neet: (n,) columns as recorded.
        lasting, passing: (n,) standard normal, the parts of chance in pay. here: (n,), or (1,) for all, log
            pay of the town.
        work: level, and log-odds for an SD of score, a degree, free meals, and a month NEET.
    """
    odds, log_annual, rank = np.empty((3, len(score)), np.float32)
    _prospects(
        year,
        cohort,
        score,
        qualification,
        girl,
        fsm,
        origin,
        encounters,
        months_neet,
        lasting,
        passing,
        here,
        tuple(np.float32(one) for one in work),
        tuple(pay),
        odds,
        log_annual,
        rank,
    )
    return expit(odds, out=odds), log_annual, ndtr(rank, out=rank)


@compiled(
    f"void({_F}, {_F}, {_F}, {_F}, float32, float32, float32, float32, boolean[::1], float32[::1],"
    " float32[::1])"
)
def _at_work(
    draw: F,
    chance: F,
    annual: F,
    standing: F,
    mean: np.float32,
    without_work: np.float32,
    with_work: np.float32,
    lowest: np.float32,
    employed: B,
    earnings: F,
    rank: F,
) -> None:
    for i in range(draw.shape[0]):
        employed[i] = draw[i] < chance[i]
        earnings[i] = mean * annual[i] if employed[i] else _ZERO
        rank[i] = without_work + with_work * standing[i] if employed[i] else lowest


def settle(
    draw: F,
    chance: F,
    log_annual: F,
    standing: F,
    mean: float,
    without_work: float,
    employed: B,
    earnings: F,
    rank: F,
) -> None:
    """Who works, earnings in pounds and `national_rank`, written into `employed`, `earnings`, `rank` (n,).

    Args:
        draw: (n,) uniform. chance, log_annual, standing: (n,) as by `prospects`. mean: England's earnings.
        without_work: share of England's same-age people without work.
    """
    _at_work(
        draw,
        chance,
        np.exp(log_annual),
        standing,
        np.float32(mean),
        np.float32(without_work),
        np.float32(1.0 - without_work),
        np.float32(0.5 * without_work),
        employed,
        earnings,
        rank,
    )


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
