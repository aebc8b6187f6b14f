"""How a trial is read: least squares with errors that allow for schools, and ratios of two effects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

D = NDArray[np.float64]
I8 = NDArray[np.int64]
B = NDArray[np.bool_]


@dataclass(frozen=True)
class ClusterFit:
    """An estimate with its standard error and 95% interval. `pull` (G,) is what each cluster adds to the
    estimate's error: their squares make its variance."""

    estimate: float
    error: float
    low: float
    high: float
    pull: D


def difference(y: D, treated: B, covariates: list[D], cluster: I8, clusters: int) -> ClusterFit:
    """Difference in means between treated and others, adjusted, with a cluster-robust error.

    Args:
        y, treated, cluster: (n,) outcome, arm, and cluster from 0 to `clusters` - 1 of each child.
        covariates: (n,) each, measured before.
        clusters: all clusters of the trial, some of which may have lost everybody.

    Returns:
        The least-squares coefficient; its variance is the sandwich by cluster with the usual correction for
        few clusters (CR1), its interval that of Student's t with two degrees fewer than clusters.

    Raises:
        ValueError: an arm is empty, or there are two clusters or fewer.
    """
    present = np.unique(cluster).size
    if present <= 2 or treated.all() or not treated.any():
        raise ValueError(f"{present} clusters, {int(treated.sum())} of {len(treated)} children treated")
    x = np.column_stack([np.ones(len(y)), treated, *(each - each.mean() for each in covariates)])
    bread = np.linalg.inv(x.T @ x)
    found = bread @ (x.T @ y)
    scores = ((y - x @ found)[:, None] * x) @ bread[1]
    n, k = x.shape
    correction = np.sqrt(present / (present - 1) * (n - 1) / (n - k))
    pull = np.bincount(cluster, weights=scores, minlength=clusters) * correction
    return _fit(float(found[1]), pull, present)


def ratio(later: ClusterFit, first: ClusterFit) -> ClusterFit:
    """One effect as a share of another, of the same clusters, by the delta method.

    Raises:
        ValueError: the first effect is zero.
    """
    if first.estimate == 0:
        raise ValueError("a share of an effect of zero")
    share = later.estimate / first.estimate
    return _fit(share, (later.pull - share * first.pull) / first.estimate, int((first.pull != 0).sum()))


def scaled(fit: ClusterFit, factor: float) -> ClusterFit:
    """The same in another unit, `factor` (above 0) of which make one of the old."""
    pull = fit.pull * factor
    return ClusterFit(fit.estimate * factor, fit.error * factor, fit.low * factor, fit.high * factor, pull)


def _fit(estimate: float, pull: D, clusters: int) -> ClusterFit:
    error = float(np.sqrt((pull**2).sum()))
    half = float(student.ppf(0.975, clusters - 2)) * error
    return ClusterFit(estimate, error, estimate - half, estimate + half, pull)
