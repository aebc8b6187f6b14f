"""Skill: a stable trait and a state that a year renews.

Composite skill A = theta + (literacy + numeracy) / (2k), SD 1 in England at every age; k is the loading that
makes each subject's skill (k theta + state) SD 1 too. The state follows target means (disadvantage, town,
language, sex) by AR(1); what enters beyond them enters as a deviation from England's mean for the child's age
and group, so nothing counts twice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.compiled import Reals, rule

F = NDArray[np.float32]
D = NDArray[np.float64]
AGES = 20
"""Ages 0 to 19 are tabled."""


def loading(subject_correlation: float) -> float:
    """Return the loading k of a subject on the composite: the SD of the mean of two standardised subjects."""
    return float(np.sqrt((1.0 + subject_correlation) / 2.0))


def composite(theta: F, literacy: F, numeracy: F, k: float) -> F:
    """Return the composite skill (n,), SD of skill."""
    return theta + (literacy + numeracy) * np.float32(0.5 / k)


@dataclass(frozen=True)
class Growth:
    """By age 0-19, solved once from the parameters. All in SD of composite skill; `noise` are
    SDs of yearly draws."""

    gap: D
    area: D
    eal: D
    noise: D
    rest: D
    difference_noise: float
    difference_sd: float
    k: float


def by_age(knots: D, values: D) -> D:
    """Return the values at ages 0-19, straight lines between knots (ages), flat outside."""
    return np.interp(np.arange(AGES), knots, values)


def phase_years(persistence: float, years: int) -> float:
    """Sum of what `years` equal yearly steps leave at the end of a phase, for a step of 1."""
    return float(sum(persistence**i for i in range(years)))


def phase_spread(persistence: float, years: int, value_added: float) -> float:
    """Return SD that yearly steps of SD 1 leave at the end of a phase, when a school's steps correlate
    `value_added` from year to year: what a school's value added is divided by, so that the published SD of a
    phase is its total."""
    left = persistence ** np.arange(years)
    together = value_added ** np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    return float(np.sqrt(left @ together @ left))


def school_variance(
    persistence: float, phase_sd: float, primary: tuple[int, int], secondary: tuple[int, int]
) -> D:
    """Return the variance between pupils that schools have made by each age (first age and last age of a
    phase given)."""
    variance = np.zeros(AGES)
    old = 0.0
    for first, last in (primary, secondary):
        step = phase_sd / phase_years(persistence, last - first + 1)
        for age in range(first, last + 1):
            new = step * phase_years(persistence, age - first + 1)
            decayed = old * persistence ** (2 * (age - first + 1))
            variance[age] = new**2 + decayed
        old = float(variance[last])
    for age in range(secondary[1] + 1, AGES):
        variance[age] = old * persistence ** (2 * (age - secondary[1]))
    return variance


def solve_noise(
    *,
    trait_share: float,
    persistence: float,
    gap: D,
    trait_gap: float,
    need_share: float,
    weight_variance: float,
    school: D,
    other: D | float,
) -> tuple[D, D]:
    """Return the noise such that Var(A) = 1 in England at every age, after every other part.

    Args:
        trait_share: variance of theta.
        persistence: AR(1) of the state, a year.
        gap: (20,) target gap in the state by age (children in need in six years against others).
        trait_gap: the same gap in theta.
        need_share: England's share of children in need in six years.
        weight_variance: variance of the weight of need over all children.
        school: (20,) variance made by schools.
        other: (20,) or one number: variance of what else enters the state (sex, absence, socio-emotional
            skill, income, teachers).

    Returns:
        (rest, noise): (20,) SD of the state beyond group means and schools, and SD of the yearly draw that
        leads from age a to age a + 1.

    Raises:
        ValueError: the parts together exceed 1, so no noise is left.
    """
    groups = gap**2 * weight_variance + 2.0 * gap * trait_gap * need_share * (1.0 - need_share)
    rest = 1.0 - trait_share - groups - school - other
    noise = np.append(rest[1:] - persistence**2 * rest[:-1], rest[-1] * (1.0 - persistence**2))
    if (rest <= 0).any() or (noise <= 0).any():
        raise ValueError(
            "the parts of skill leave no noise at some age: "
            "lower trait_share, the gaps or what enters the state"
        )
    return np.sqrt(rest), np.sqrt(noise)


@rule
def next_state(
    state: Reals, target_now: Reals, target_next: Reals, inputs: Reals, noise: Reals, persistence: Reals
) -> Reals:
    """Return the state of a subject a year on, SD of skill: back to its moving target, plus inputs and
    noise."""
    return target_next + persistence * (state - target_now) + inputs + noise


@rule
def beyond_expected(value: Reals, expected: Reals, effect: Reals) -> Reals:
    """Return what a value adds beyond what is expected for the child's age and group, SD of skill."""
    return effect * (value - expected)


def socio_spread(persistence: float, from_skill: float) -> float:
    """Return SD of the yearly draw that keeps socio-emotional skill at about SD 1."""
    return float(np.sqrt(max(0.0, 1.0 - persistence**2 - 2.0 * persistence * from_skill * 0.3)))


@rule
def next_socio(
    socio: Reals,
    mean: Reals,
    mean_next: Reals,
    skill: Reals,
    draw: Reals,
    persistence: Reals,
    from_skill: Reals,
    spread: Reals,
) -> Reals:
    """Return socio-emotional skill a year on, SD about 1 in England.

    Args:
        socio: SD; mean, mean_next: of the child's group, now and a year on.
        skill: beyond the group's, SD; from_skill: gain a year for one SD of it.
        draw: standard normal; spread: its SD (`socio_spread`). persistence: AR(1) a year.
    """
    return mean_next + persistence * (socio - mean) + from_skill * skill + spread * draw


@rule
def next_aspiration(aspiration: Reals, mean: Reals, draw: Reals, persistence: Reals, spread: Reals) -> Reals:
    """Return aspiration a year on, SD: AR(1) about `mean`, with a standard normal draw times `spread`."""
    return mean + persistence * (aspiration - mean) + spread * draw


def peer_effect(weak_share: F, per_point: float, years: float) -> F:
    """Return the yearly effect of classmates: only the share of the weakest twentieth counts.

    Args:
        weak_share: (n,) share of the year group under England's fifth percentile, 0-1.
        per_point: SD over a whole phase for one percentage point more.
        years: the sum of steps of the phase (see `phase_years`), to spread the effect.
    """
    return np.float32(per_point * 100.0 / years) * (weak_share - np.float32(0.05))
