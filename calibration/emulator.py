"""What all the numbers together do to each observation, learnt from many towns at once.

One number moved at a time shows mostly luck: a town in which other families move away is another town. Many
towns, each with all numbers drawn anew and luck of its own, show what each number does on average, and how
large luck is. A number that shows no more than luck would is taken to do nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

D = NDArray[np.float64]

RIDGE: Final = 1e-3
"""Share of the towns' number by which the regression is held back, so that it can be solved."""


@dataclass(frozen=True)
class Emulator:
    """Predictions at any z: `level` (n,) at `centre` (p,), `slopes` (n, p), and `bends` (n, q) of the squares
    of some numbers (`bent`, their places). `noise` (n, n) is the covariance of single towns about it, `error`
    (n,) the SD of its own error, `doing` (p,) which share of each number's apparent effect is taken to be
    real."""

    centre: D
    level: D
    slopes: D
    bends: D
    bent: NDArray[np.intp]
    noise: D
    error: D
    doing: D

    def __call__(self, zs: D) -> D:
        """Return the predictions (V, n) at several z (V, p)."""
        x = np.atleast_2d(zs) - self.centre
        result: D = self.level + x @ self.slopes.T + (x[:, self.bent] ** 2) @ self.bends.T
        return result

    def jacobian(self, z: D) -> D:
        """Return the derivatives (n, p) at one z."""
        slopes: D = self.slopes.copy()
        slopes[:, self.bent] += 2.0 * self.bends * (z - self.centre)[self.bent]
        return slopes


def learnt(centre: D, zs: D, towns: D, bent: NDArray[np.intp], silent: NDArray[np.bool_]) -> Emulator:
    """Return the emulator of single towns.

    Args:
        centre: (p,) about which the numbers were drawn. zs: (N, p) the numbers of each town.
        towns: (N, n) what each town says; those with NaN could not be, and are left out. bent: places of the
        numbers whose squares join.
        silent: (n, p) True where a number cannot touch an observation (the town's own numbers, England's
        figures).

    Raises:
        ValueError: fewer towns than there is to learn from them.
    """
    lived = np.isfinite(towns).all(axis=1)
    zs, towns = zs[lived], towns[lived]
    x = zs - centre
    features = np.column_stack([np.ones(len(x)), x, x[:, bent] ** 2])
    spare = len(features) - features.shape[1]
    if spare < features.shape[1] // 4:
        raise ValueError(f"{len(features)} towns are too few to learn {features.shape[1]} effects")
    gram = features.T @ features
    held = gram + RIDGE * len(features) * np.diag([0.0, *[1.0] * (features.shape[1] - 1)])
    inverse = np.linalg.inv(held)
    effects = inverse @ features.T @ towns
    rest = towns - features @ effects
    noise = rest.T @ rest / spare
    sd = np.sqrt(np.diag(noise))
    spread = np.sqrt(np.diag(inverse @ gram @ inverse))
    t = effects / np.maximum(np.outer(spread, sd), 1e-12)
    heard = np.column_stack([np.ones(len(silent)), ~silent, ~silent[:, bent]]).T.astype(np.float64)
    # James and Stein: what a number's effects on all observations exceed chance by is real, the rest is luck.
    strength = (t**2 * heard).sum(axis=1) / np.maximum(heard.sum(axis=1), 1.0)
    real = np.clip(1.0 - 1.0 / np.maximum(strength, 1e-9), 0.0, 1.0)
    real[0] = 1.0
    effects = effects * real[:, None] * heard
    p = zs.shape[1]
    about = np.concatenate([[1.0], x.var(axis=0), (x[:, bent] ** 2).var(axis=0)])
    error = sd * np.sqrt((real * spread**2 * about).sum())
    level = effects[0]
    return Emulator(
        centre, level, effects[1 : p + 1].T, effects[p + 1 :].T, bent, noise, error, real[1 : p + 1]
    )
