"""What the data say of each number, and what they leave open: how far the posterior is narrower than the
prior, and which combinations of numbers the data can hardly tell apart."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Problem, loss
from calibration.numbers import OWN_PRIOR, Number, free_numbers
from calibration.posterior import Posterior
from model.inputs.parameters import Parameters
from model.io.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

D = NDArray[np.float64]

NOT_INFORMED: Final = 0.9
"""Posterior SD over prior SD above which a number is said not to be informed by the data."""
WORST: Final = 3
"""Combinations of which the profile is taken."""
STEPS: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Prior standard deviations along a combination at which its profile is taken."""
NAMED: Final = 5
"""Numbers of a combination that are named, at most."""
LEAST_PART: Final = 0.1
"""Weight in a combination below which a number is not named."""
FACTS: Final = "fit"
"""Key of the posterior's manifest under which what follows from the fit stands."""


def weakest(problem: Problem, predicted: D, jacobian: D, which: Sequence[int]) -> tuple[D, D, D]:
    """Return (singular values of all numbers, those of the numbers `which`, the weakest combinations of
    these).

    Singular values are of the whitened derivatives: standard deviations of the data that a combination moves
    them by, for each prior standard deviation of its own; at 1 the data say as much as the prior. The weakest
    are unit vectors over all numbers (WORST, p), weakest first.
    """
    _, slope = problem.whitened(predicted, jacobian)
    every = np.linalg.svd(slope, compute_uv=False)
    part = slope[:, list(which)]
    _, sizes, turns = np.linalg.svd(part, full_matrices=True)
    padded = np.concatenate([sizes, np.zeros(len(turns) - len(sizes))])
    worst = np.zeros((min(WORST, len(turns)), len(problem.numbers)))
    for row, turn in zip(worst, turns[::-1], strict=False):
        row[list(which)] = turn * np.sign(turn[np.abs(turn).argmax()])
    return every, padded, worst


def profiles(problem: Problem, z: D, directions: D) -> D:
    """Return the loss at STEPS along each direction from z (directions, steps), less that at z.

    The directions are singular vectors, so that what is best of the others does not move along them, were the
    model a line; each point is simulated."""
    points = [z + step * direction for direction in directions for step in STEPS]
    found = np.array(
        [loss(problem, at, row) for at, row in zip(points, problem.predict(points), strict=True)]
    )
    result: D = found.reshape(len(directions), len(STEPS))
    return result - result[:, [STEPS.index(0.0)]]


def facts(
    problem: Problem,
    predicted: D,
    jacobian: D,
    covariance: D,
    which: Sequence[int],
    losses: tuple[float, tuple[float, ...]],
    profile: tuple[D, D],
) -> dict[str, Any]:
    """Return what the posterior's manifest keeps of the fit, under FACTS.

    Args:
        predicted, jacobian: at the best fit (n,), (n, p). covariance: of the numbers, were the model a line.
        which: numbers that were searched. losses: of the best fit, and of each start.
        profile: directions and `profiles` along them.
    """
    every, searched, _ = weakest(problem, predicted, jacobian, which)
    directions, along = profile
    names = [number.name for number in problem.numbers]
    lucky = np.sqrt(np.diag(problem.luck))
    return {
        "loss": losses[0],
        "starts": list(losses[1]),
        "numbers": names,
        "line_sd": np.sqrt(np.diag(covariance)).tolist(),
        "singular": every.tolist(),
        "singular_searched": searched.tolist(),
        "searched": [names[i] for i in which],
        "luck_sd": {each.id: float(sd) for each, sd in zip(problem.observations, lucky, strict=True)},
        "weakest": [
            {
                "singular": float(searched[-1 - i]),
                "parts": _parts(names, direction),
                "steps": list(STEPS),
                "loss": along[i].tolist(),
            }
            for i, direction in enumerate(directions)
        ],
    }


def _parts(names: Sequence[str], direction: D) -> list[tuple[str, float]]:
    largest = np.argsort(-np.abs(direction))[:NAMED]
    return [(names[i], float(direction[i])) for i in largest if abs(direction[i]) >= LEAST_PART]


def facts_of(posterior: Posterior) -> Mapping[str, Any]:
    """Return what a posterior keeps of its fit.

    Raises:
        InputError: it keeps nothing of it (an older one, or made by hand).
    """
    found = posterior.manifest.get(FACTS)
    if not isinstance(found, dict):
        problem = "does not say how it was fitted; make it anew with `wolsey calibrate`"
        raise InputError(problem, where=posterior.where, at=FACTS)
    return found


def informed(posterior: Posterior, base: Parameters) -> "pd.DataFrame":
    """Return a row a number: its posterior SD over its prior SD, by the draws (`ratio`, with the error of an
    SD over so many effective draws, `ratio_error`) and by the line about the best fit (`line`); the middle
    and the 5th and 95th percentile of its value (of a list, of its first entry); and whether the data inform
    it.

    Args:
        base: the numbers that the posterior was made from.

    Raises:
        InputError: the posterior does not say how it was fitted, or is of other numbers.
    """
    import pandas as pd

    kept = facts_of(posterior)
    line = dict(zip(kept["numbers"], kept["line_sd"], strict=True))
    error = 1 / math.sqrt(2 * max(float(posterior.manifest["effective"]), 1.0))
    rows = []
    for number in free_numbers(base):
        if number.name not in line or number.record not in posterior.table:
            problem = "is of other numbers than the model's; make it anew with `wolsey calibrate`"
            raise InputError(problem, where=posterior.where, at=number.name)
        values = np.array([_entry(number, value) for value in posterior.table[number.record]])
        z = np.array([_z_of(number, value, base) for value in values[1:]])
        low, middle, high = np.percentile(values[1:], [5, 50, 95])
        ratio = float(z.std(ddof=1))
        rows.append(
            {
                "number": number.name,
                "layer": number.layer,
                "searched": number.name in kept["searched"],
                "best": values[0],
                "low90": low,
                "median": middle,
                "high90": high,
                "moved": float(z.mean()),
                "ratio": ratio,
                "ratio_error": ratio * error,
                "line": line[number.name],
                "informed": ratio <= NOT_INFORMED,
            }
        )
    return pd.DataFrame(rows)


def _entry(number: Number, value: Any) -> float:
    return float(value[number.entries[0]] if number.entries else value)


def _z_of(number: Number, value: float, base: Parameters) -> float:
    """Return the prior standard deviations from the prior's middle; of a list that is shifted, of the
    shift."""
    if number.entries and number.record not in OWN_PRIOR:
        start = base.record(number.record).value
        assert isinstance(start, tuple)
        value -= start[number.entries[0]]
    return number.z_of(value)
