"""What families look for in a school."""

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float32]


def distance(east: F, north: F, school_east: F, school_north: F) -> F:
    """Straight-line distance in km, (n, K), from homes (n,) to schools (n, K)."""
    result: F = np.hypot(school_east - east[:, None], school_north - north[:, None])
    return result


def utility(
    km: F,
    results: F,
    fsm_share: F,
    ses: F,
    *,
    per_km: float,
    per_10_points: float,
    high_ses_factor: float,
    per_10_fsm: float,
    points_per_sd: float,
) -> F:
    """Utility of schools (n, K) in logit units: near, good results, few free meals.

    Args:
        km: (n, K) distance.
        results: (n, K) mean score of leavers, SD of score.
        fsm_share: (n, K) share of pupils with free meals, 0-1.
        ses: (n,) family's position, national SD; families above 0 weigh results by `high_ses_factor`.
        per_km: utils a km (negative).
        per_10_points: utils for ten percentage points more at the expected standard.
        per_10_fsm: utils for ten percentage points more free meals (negative).
        points_per_sd: percentage points at the standard for one SD of mean score.
    """
    keen = np.where(ses > 0, np.float32(high_ses_factor), np.float32(1.0))[:, None]
    result: F = (
        np.float32(per_km) * km
        + np.float32(per_10_points * points_per_sd / 10.0) * keen * results
        + np.float32(per_10_fsm * 10.0) * fsm_share
    )
    return result
