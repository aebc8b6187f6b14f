"""The partnership: how its strength comes and goes, what it does to delivery, and what a pilot's evaluation
can see."""

import math

import numpy as np


def next_strength(strength: float, funded: bool, *, start: float, growth: float, half_life: float) -> float:
    """Return strength a year on, 0-1: logistic growth with shared, funded work, decay by half-life without.

    Args:
        strength: of last year. funded: whether somebody is paid to hold the partnership together this year.
        start: in the first funded year. growth: a year. half_life: years.
    """
    if not funded:
        return float(strength * 0.5 ** (1.0 / half_life))
    if strength < start:
        return start
    if strength >= 1.0:
        return 1.0
    odds = strength / (1.0 - strength) * float(np.exp(growth))
    return odds / (1.0 + odds)


def multiplier(at_full: float, strength: float) -> float:
    """Return what a partnership of this strength multiplies by, where one at full strength multiplies by
    `at_full`."""
    return 1.0 + (at_full - 1.0) * strength


def stop_chance(drop_out: float, continuity: float, strength: float) -> float:
    """Return the chance that a school stops a programme in a year; a strong partnership prevents a share of
    the stops."""
    return min(max(drop_out * (1.0 - continuity * strength), 0.0), 1.0)


def evaluation_error(sample: int, schools: int, sd: float, clusters: float) -> float:
    """Return the standard error of a pilot's estimate for one approach against as many pupils without it.

    Args:
        sample: pupils of the approach that are looked at. schools: in which they are.
        sd: spread of the outcome, in its unit. clusters: share of variance between schools.
    """
    pupils = sample / max(schools, 1)
    effective = sample / (1.0 + (pupils - 1.0) * clusters) if pupils > 1 else float(sample)
    return sd * math.sqrt(2.0 / effective)
