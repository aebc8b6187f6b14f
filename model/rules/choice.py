"""What families look for in a school, and young people in a sixth form."""

from typing import NamedTuple

import numpy as np

from model.compiled import Real, Reals, rule, where


class Weights(NamedTuple):
    """Utils: a kilometre, an SD of results for keen and for other families, the share with free meals, a
    school out of town, and a school beyond whose last reach one lives."""

    km: Real
    keen: Real
    others: Real
    fsm: Real
    outside: Real
    realism: Real


def weights(
    *,
    per_km: float,
    per_10_points: float,
    high_ses_factor: float,
    per_10_fsm: float,
    points_per_sd: float,
    outside: float = 0.0,
    realism: float = 0.0,
) -> Weights:
    """Return the weights of schools from those that are published.

    Args:
        per_km: utils a km (negative).
        per_10_points: utils for ten percentage points more at the expected standard; families whose position
            is above the national mean weigh results by `high_ses_factor`.
        per_10_fsm: utils for ten percentage points more free meals (negative).
        points_per_sd: percentage points at the standard for one SD of mean score.
        outside, realism: utils of a school out of town, and lost for one out of reach.
    """
    others = np.float32(per_10_points * points_per_sd / 10.0)
    keen = others * np.float32(high_ses_factor)
    return Weights(
        np.float32(per_km),
        keen,
        others,
        np.float32(per_10_fsm * 10.0),
        np.float32(outside),
        np.float32(realism),
    )


@rule
def distance(east: Reals, north: Reals, school_east: Reals, school_north: Reals) -> Reals:
    """Return the straight-line distance from a home to a school, km."""
    # Not np.hypot: this form every processor rounds alike.
    x, y = np.float64(school_east - east), np.float64(school_north - north)
    return np.float32(np.sqrt(x * x + y * y))


@rule
def utility(
    km: Reals, results: Reals, fsm_share: Reals, inside: Reals, ses: Reals, weights: Weights
) -> Reals:
    """Return the utility of a school in logit units: near, good results, few free meals, in town.

    Args:
        km: distance. results: mean score of leavers, SD of score. fsm_share: of pupils, 0-1.
        inside: whether it lies in town. ses: family's position, national SD.
    """
    per_sd = where(ses > np.float32(0), weights.keen, weights.others)
    elsewhere = where(inside, np.float32(0), weights.outside)
    return weights.km * km + per_sd * results + weights.fsm * fsm_share + elsewhere


@rule
def with_taste(utility: Reals, taste: Reals, km: Reals, reach: Reals, weights: Weights) -> Reals:
    """Return the utility by which a family that chooses ranks a school: with its own taste (a Gumbel draw),
    and less where the school took nobody from so far away last year (`reach`, km)."""
    return utility + taste - where(km > reach, weights.realism, np.float32(0))


@rule
def sixth_form_utility(km: Reals, own: Reals, taste: Reals, per_km: Reals, stay: Reals) -> Reals:
    """Return the utility of a sixth form in logit units: near (`per_km`), and that of one's own school
    (`stay`)."""
    return per_km * km + where(own, stay, np.float32(0)) + taste
