"""The fit: where the numbers of the model agree best with what was observed and with what was known before.

Two layers in one: numbers of England and numbers of the town, each with the prior of its record, against
observations of England and of the town. What is minimised is the sum of squared standardised residuals and of
squared z (numbers in prior standard deviations), by Gauss and Newton with a bound on each step; keyed chance
makes the model smooth enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import least_squares

from calibration.emulator import Emulator
from calibration.numbers import Number, changes
from calibration.observe import Observation
from calibration.predict import Setting, Values
from model.inputs.parameters import Parameters

D = NDArray[np.float64]

STEP: Final = 0.5
"""Prior standard deviations by which a number is moved to see what it does: small enough to be near a line,
large enough that some people's lives change."""
KEPT: Final = 0.8
"""Share of the covariances that some tens of towns show that is taken for real; a judgement, for covariances
of so few are too large where they are largest."""
LEAST_GAIN: Final = 0.05
"""Gain of a step, in log likelihood and prior, under which the search ends."""
FARTHEST: Final = 4.0
"""Prior standard deviations from the prior's middle beyond which no number goes."""


class Simulates(Protocol):
    """What a problem asks of a simulator: its setting, and figures (V, S, n) of vectors of values."""

    @property
    def setting(self) -> Setting: ...

    def __call__(self, values: Sequence[Values], draws: Sequence[int] | None = None) -> D: ...


@dataclass
class Problem:
    """Numbers, observations and a simulator.

    `offset` (n,) is what many seeds add to the few that are run at every step: the luck of those few. `luck`
    (n, n) is the covariance of what chance does to a whole town (its schools, heads and staff, and shocks
    that last) beyond the sampling of each figure's people: years of one town share it, so that many years of
    one town are not many towns.
    """

    parameters: Parameters
    numbers: Sequence[Number]
    observations: Sequence[Observation]
    simulator: Simulates
    offset: D = field(default_factory=lambda: np.zeros(0))
    emulator: Emulator | None = None
    luck: D = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        n = len(self.observations)
        self.offset = self.offset if self.offset.size else np.zeros(n)
        self.luck = self.luck if self.luck.size else np.zeros((n, n))

    @property
    def y(self) -> D:
        """Return what was observed (n,)."""
        return np.array([each.value for each in self.observations])

    def covariance(self, predicted: D) -> D:
        """Return the covariance of the observations about a prediction (n, n): sampling, discrepancy,
        transfer, and luck of the whole town."""
        pairs = zip(self.observations, predicted, strict=True)
        return np.diag([each.variance(float(value)) for each, value in pairs]) + self.luck

    def sd(self, predicted: D) -> D:
        """Return SD of each observation about a prediction (n,)."""
        result: D = np.sqrt(np.diag(self.covariance(predicted)))
        return result

    def values(self, z: D) -> Values:
        """Return the values by record at z, as a task carries them."""
        return tuple(changes(self.parameters, self.numbers, z).items())

    def predict(self, zs: Sequence[D], draws: Sequence[int] | None = None) -> D:
        """Return the predictions (V, n) at several z: the emulator's, or averaged over seeds and freed of
        their luck."""
        if self.emulator is not None:
            return self.emulator(np.array(zs))
        several = self.simulator([self.values(z) for z in zs], draws)
        mean: D = several.mean(axis=1) + self.offset
        return mean

    def jacobian(self, z: D, at: D, which: Sequence[int]) -> D:
        """Return the derivatives (n, len(which)) of the predictions by some of the numbers, with `at` (n,)
        those at z.

        Raises ValueError where a number can be moved to neither side: no town can be there.
        """
        steps = np.where(z[list(which)] <= 0, STEP, -STEP)
        there = self.predict(self._moved(z, which, steps))
        if barred := np.flatnonzero(~np.isfinite(there).all(axis=1)).tolist():
            steps[barred] *= -1
            there[barred] = self.predict(self._moved(z, [which[i] for i in barred], steps[barred]))
        for one, row in zip(which, there, strict=True):
            if not np.isfinite(row).all():
                raise ValueError(f"no town can be with {self.numbers[one].name} moved to either side")
        result: D = ((there - at) / steps[:, None]).T
        return result

    @staticmethod
    def _moved(z: D, which: Sequence[int], steps: D) -> list[D]:
        moved = [z.copy() for _ in which]
        for shifted, one, step in zip(moved, which, steps, strict=True):
            shifted[one] += step
        return moved

    def log_likelihood(self, predicted: D) -> float:
        """Log density of what was observed about a prediction (n,)."""
        root = np.linalg.cholesky(self.covariance(predicted))
        rest = solve_triangular(root, self.y - predicted, lower=True)
        return float(-0.5 * rest @ rest - np.log(np.diag(root)).sum() - 0.5 * len(rest) * np.log(2 * np.pi))

    def whitened(self, predicted: D, *arrays: D) -> tuple[D, ...]:
        """Return the residuals (n,), and other arrays (n, ...), on the scale on which they are independent
        with SD 1."""
        root = np.linalg.cholesky(self.covariance(predicted))
        return tuple(
            np.asarray(solve_triangular(root, each, lower=True)) for each in (self.y - predicted, *arrays)
        )


def luck_of(problem: Problem, covariance: D, predicted: D) -> D:
    """Return the covariance (n, n) of what chance does to a whole town, from the covariance of single towns
    (n, n).

    Sampling of each figure's people is deducted, for it is counted with the figure; off the diagonal, KEPT of
    what few towns show is taken. Only figures of the town itself have it: England and the area around are no
    single town.
    """
    sampling = [
        each.sampling_variance(float(value)) + each.error**2
        for each, value in zip(problem.observations, predicted, strict=True)
    ]
    diagonal = np.maximum(np.diag(covariance) - np.array(sampling), 0.0)
    shared = KEPT * (covariance - np.diag(np.diag(covariance)))
    own = np.array(
        [
            each.layer == "local" and each.place == problem.simulator.setting.place
            for each in problem.observations
        ]
    )
    found = np.where(np.outer(own, own), shared + np.diag(diagonal), 0.0)
    # The nearest covariance: what is left of negative variance is noise of few towns.
    size, turn = np.linalg.eigh((found + found.T) / 2)
    result: D = (turn * np.maximum(size, 0.0)) @ turn.T
    return result


def loss(problem: Problem, z: D, predicted: D) -> float:
    """Return the minus the log of likelihood and prior, up to a constant."""
    return float(-problem.log_likelihood(predicted) + 0.5 * (z**2).sum())


def search(problem: Problem, start: D, which: Sequence[int], steps: int) -> tuple[D, D, float]:
    """Return (z, predictions, loss) after at most so many Gauss-Newton steps over some of the numbers, each
    step solved within bounds and halved while it does not help."""
    z = start.copy()
    predicted = problem.predict([z])[0]
    best = loss(problem, z, predicted)
    for _ in range(steps):
        rest, slope = problem.whitened(predicted, problem.jacobian(z, predicted, which))
        move = _step(slope, rest, z[list(which)])
        trial_z, trial, trial_loss = z, predicted, best
        for share in (1.0, 0.5, 0.25):
            trial_z = z.copy()
            trial_z[list(which)] += share * move
            trial = problem.predict([trial_z])[0]
            trial_loss = loss(problem, trial_z, trial)
            if trial_loss < best:
                break
        if trial_loss >= best:
            break
        gained, z, predicted, best = best - trial_loss, trial_z, trial, trial_loss
        if gained < LEAST_GAIN:
            break
    return z, predicted, best


def _step(slope: D, rest: D, z: D) -> D:
    """Return the step that is best if the model were a line, within FARTHEST of the prior's middle."""

    def residuals(move: D) -> D:
        return np.concatenate([rest - slope @ move, z + move])

    def derivatives(_: D) -> D:
        return np.vstack([-slope, np.eye(len(z))])

    room = FARTHEST + 1e-9
    found = least_squares(residuals, np.zeros(len(z)), derivatives, bounds=(-room - z, room - z))
    return np.asarray(found.x)


def laplace(problem: Problem, z: D, predicted: D, jacobian: D) -> tuple[D, D]:
    """Return (mean, covariance) of the numbers given the data, were the model a line about z: (p,), (p,
    p)."""
    rest, slope = problem.whitened(predicted, jacobian)
    covariance = np.linalg.inv(np.eye(len(z)) + slope.T @ slope)
    return covariance @ slope.T @ (rest + slope @ z), covariance
