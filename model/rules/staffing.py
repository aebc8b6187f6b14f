"""Teachers and heads: who leaves, which posts are filled, what a staff adds."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from model.compiled import Real, Reals, rule

F = NDArray[np.float32]
D = NDArray[np.float64]
I1 = NDArray[np.int8]
LAST_OF_BAND = np.array([0, 2, 4, 9])
"""Completed years with which a band of experience ends, but for the last band."""


def leaving_hazard(
    experience: I1, by_experience: D, deprived: F, satisfaction: F, *, top_fifth: float, per_sd: float
) -> F:
    """Return the chance to leave teaching in a year (n,).

    Args:
        experience: (n,) completed years.
        by_experience: (5,) hazards in year 1; years 2-3; 4-5; 6-10; later.
        deprived: (n,) 1 in the fifth of schools with most free meals, else 0.
        satisfaction: (n,) of the school's staff, SD.
        top_fifth: log-odds in that fifth, relative to the others.
        per_sd: log-odds for one SD of satisfaction (negative).
    """
    band = np.searchsorted(LAST_OF_BAND, experience, side="left")
    base = logit(by_experience)[band]
    result: F = expit(base + top_fifth * (deprived - 0.2) + per_sd * satisfaction).astype(np.float32)
    return result


def filled(attractiveness: F, draw: F, pool: int) -> NDArray[np.bool_]:
    """Return which vacancies find a teacher (n,): schools compete for one local pool, the most attractive
    fill first."""
    result = np.zeros(len(draw), dtype=np.bool_)
    if pool > 0 and len(draw):
        result[np.argsort(-(attractiveness + draw), kind="stable")[:pool]] = True
    return result


def experience_value(experience: I1, curve_years: D, curve: D) -> F:
    """Return teaching quality by completed years (n,), SD of pupils' skill a year; straight lines through
    the published points."""
    return np.interp(experience, curve_years, curve).astype(np.float32)


class Turnover(NamedTuple):
    """SD of skill over a phase of a whole staff new, and of a whole staff missing; England's entry rate."""

    per_entry: Real
    per_vacancy: Real
    mean_entry: Real


@rule
def value_added(
    leadership: Reals,
    per_leader: Reals,
    residual: Reals,
    staff: Reals,
    entry_rate: Reals,
    vacancy_rate: Reals,
    p: Turnover,
) -> Reals:
    """Return a school's effect on its pupils over a phase, SD of skill, as deviation from England's schools.

    The total SD over schools is that of the published value added: head and staff are parts of it, not extra.

    Args:
        leadership: SD of heads; per_leader: effect of one SD.
        residual: what else the school adds, SD of skill a phase.
        staff: teaching quality of the experience mix, as deviation from England's mix, SD a phase.
        entry_rate, vacancy_rate: shares of posts.
    """
    total = per_leader * leadership + residual + staff
    return total + p.per_entry * (entry_rate - p.mean_entry) + p.per_vacancy * vacancy_rate


def residual_sd(total_sd: float, per_leader: float, other_variance: float) -> float:
    """Return the SD of the residual that brings the total to the published SD of school effects.

    Raises:
        ValueError: head and staff alone exceed the total.
    """
    rest = total_sd**2 - per_leader**2 - other_variance
    if rest < 0:
        raise ValueError(
            f"school effects of SD {total_sd:g} are less than those of heads ({per_leader:g}) and staff"
        )
    return float(np.sqrt(rest))


def next_residual(residual: F, draw: F, persistence: float) -> F:
    """Return the residual a year on (S,): AR(1), stationary with SD 1, with a standard normal draw."""
    after: F = persistence * residual + math.sqrt(1 - persistence**2) * draw
    return after


def spread_about_zero(residual: F, places: NDArray[np.int32], group: NDArray[np.int8]) -> F:
    """Return residuals less the mean of their group weighted by places, widened by what that takes
    from their spread (S,)."""
    count = np.bincount(group)
    weight = np.bincount(group, weights=places)
    mean = np.bincount(group, weights=places.astype(np.float32) * residual) / np.maximum(weight, 1)
    widen = np.sqrt(count / np.maximum(count - 1, 1))
    return ((residual - mean[group]) * widen[group]).astype(np.float32)


def satisfaction(leadership: F, draw: F, per_leader: float) -> F:
    """Return the job satisfaction of a school's staff (S,), SD: what the head makes of it and the rest."""
    found: F = per_leader * leadership + math.sqrt(1.0 - per_leader**2) * draw
    return found


def stationary_experience(leaving: D, moving: float, novice_share: float, hire_mean: float) -> D:
    """Return shares of staff by completed years 0-40 to which turnover and hiring lead in the long run (41,).

    Args:
        leaving: (5,) yearly hazards of leaving teaching by experience band. moving: yearly
            chance to change school.
        novice_share: of hires, new teachers; the others bring 1 + exponential(`hire_mean`) years.
    """
    years = np.arange(41)
    out = leaving[np.searchsorted(LAST_OF_BAND, years, side="left")]
    out = out + (1 - out) * moving
    hired = np.diff(1 - np.exp(-np.maximum(np.arange(42) - 1, 0) / hire_mean))
    hired = (1 - novice_share) * hired / hired.sum()
    hired[0] += novice_share
    share = np.full(41, 1 / 41)
    for _ in range(200):
        stay = share * (1 - out)
        aged = np.append(0.0, stay[:-1])
        aged[-1] += stay[-1]
        share = aged + (1 - stay.sum()) * hired
    return share
