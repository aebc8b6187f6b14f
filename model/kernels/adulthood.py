"""Work and pay of all adults in one pass."""

from typing import NamedTuple

import numpy as np

from model.compiled import F4, I1, I2, B, OutB, OutF4, OutF4x2, Real, compiled
from model.rules.adulthood import Pay, Work, log_pay, rank_at_work, rank_without_work, work_log_odds

_ZERO = np.float32(0)


class Adults(NamedTuple):
    """Columns of adults (n,): birth cohort, KS4 score (SD), qualification (3 a degree), girl, free meals at
    15, income position of the family of origin (SD), encounters with employers, months NEET."""

    cohort: I2
    score: F4
    qualification: I1
    girl: B
    fsm: B
    origin: F4
    encounters: I1
    months_neet: I2


@compiled
def prospects(year: int, adults: Adults, here: F4, lasting: F4, passing: F4, work: Work, pay: Pay) -> OutF4x2:
    """Return `work_log_odds`, log annual earnings relative to England's mean at 29, and by how many SD
    `log_pay` is above the mean of England's workers (3, n).

    Args:
        here: (n,), or (1,) for all, log pay of the town. lasting, passing: (n,) as in `log_pay`.
    """
    cohort, score, qualification, girls, meals, origin, encounters, months = adults
    out = np.empty((3, score.shape[0]), np.float32)
    for i in range(score.shape[0]):
        degree, girl, fsm = np.float32(qualification[i] == 3), np.float32(girls[i]), np.float32(meals[i])
        neet, met = np.float32(months[i]), np.float32(encounters[i])
        out[0, i] = work_log_odds(score[i], degree, fsm, neet, work)
        town = here[i if here.shape[0] > 1 else 0]
        log = log_pay(score[i], degree, girl, fsm, origin[i], met, neet, town, lasting[i], passing[i], pay)
        out[1, i] = log + pay.growth * np.float32(year - cohort[i] - 29)
        out[2, i] = (log - pay.rank_mean) / pay.rank_sd
    return out


class EnglandsWorkers(NamedTuple):
    """Mean earnings in pounds; shares of those of the age without work, and at work."""

    pay: Real
    without_work: Real
    with_work: Real


@compiled
def settle(
    draw: F4,
    chance: F4,
    annual: F4,
    standing: F4,
    england: EnglandsWorkers,
    employed: OutB,
    earnings: OutF4,
    rank: OutF4,
) -> None:
    """Write who works, earnings in pounds and national rank (n,) into `employed`, `earnings`, `rank`.

    Args:
        draw: (n,) uniform. chance: (n,) of work. annual: (n,) pay over England's mean. standing: (n,) rank
            among workers, 0-1.
    """
    lowest = rank_without_work(england.without_work)
    for i in range(draw.shape[0]):
        employed[i] = draw[i] < chance[i]
        earnings[i] = england.pay * annual[i] if employed[i] else _ZERO
        at_work = rank_at_work(standing[i], england.without_work, england.with_work)
        rank[i] = at_work if employed[i] else lowest
