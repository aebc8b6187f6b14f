"""Models that answer at once, in place of towns: for the machinery of the fit."""

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Problem
from calibration.numbers import OWN_PRIOR, Number, free_numbers
from calibration.observation import Observation
from calibration.predict import Setting, Task, Values, observations
from model.inputs.parameters import Parameters

D = NDArray[np.float64]
PARAMETERS = Parameters.load(place="ipswich")
NUMBERS = free_numbers(PARAMETERS)
FEW = NUMBERS[:20]
"""The town's own and some of England's: as many as a campaign on `Here` has (fixture `few_numbers`)."""


def number(name: str) -> Number:
    """The free number of that name."""
    return next(each for each in NUMBERS if each.name == name)


@functools.cache
def z_at(number: Number, value: float | tuple[float, ...]) -> float:
    """Where a number stands, given its record's value."""
    if not isinstance(value, tuple):
        return number.z_of(value)
    entry = number.entries[0]
    if number.record in OWN_PRIOR:
        return number.z_of(value[entry])
    usual = PARAMETERS.record(number.record).value
    assert isinstance(usual, tuple)
    return number.z_of(value[entry] - usual[entry])


def z_of(values: Values, numbers: Sequence[Number]) -> D:
    """All numbers of a vector of values, in prior standard deviations."""
    by_record = dict(values)
    return np.array([z_at(each, by_record[each.record]) for each in numbers])


def mean(name: str, value: float, error: float, **changes: Any) -> Observation:
    """An observation of the town with one known normal error."""
    return Observation.model_validate(
        {
            "id": name,
            "layer": "local",
            "role": "fit",
            "indicator": "attainment8",
            "year": 2019,
            "place": "ipswich",
            "kind": "mean",
            "value": value,
            "denominator": 1000,
            "likelihood": "normal",
            "error": error,
            "discrepancy": 0.0,
            "source": "made up",
            "grade": "A",
            **changes,
        }
    )


class Formula:
    """A simulator whose figures (n,) are a function of z (p,) and of the seed."""

    setting = Setting(scale=0.05)

    def __init__(self, numbers: Sequence[Number], figures: Callable[[D, int], D], seeds: int = 1) -> None:
        self._numbers, self._figures, self._seeds = numbers, figures, range(seeds)
        self.calls = 0

    def __call__(self, values: Sequence[Values], draws: Sequence[int] | None = None) -> D:
        self.calls += len(values)
        return np.array(
            [[self._figures(z_of(one, self._numbers), seed) for seed in self._seeds] for one in values]
        )


def problem(numbers: Sequence[Number], seen: Sequence[Observation], figures: Callable[[D], D]) -> Problem:
    """A fit of such a simulator."""
    return Problem(PARAMETERS, numbers, seen, Formula(numbers, lambda z, _: figures(z)))


class Here(Executor):
    """Runs a campaign's towns in this process: each figure is a line in a few numbers, and the town's own
    have luck that years share."""

    def __init__(self, stop_after: int | None = None) -> None:
        rng = np.random.default_rng(4)
        self.lived = 0
        self._stop_after = stop_after
        seen = observations(Setting())
        self._base = np.array([each.value for each in seen])
        self._sd = np.sqrt([each.variance(each.value) for each in seen])
        self._local = np.array([each.layer == "local" for each in seen])
        slope = rng.normal(0, 0.5, (len(seen), len(FEW)))
        for column, each in enumerate(FEW):
            if each.layer == "local":
                slope[~self._local, column] = 0
        self.slope = slope * self._sd[:, None]

    def figures(self, task: Task) -> D:
        """What a town says."""
        luck = np.random.default_rng([task.seed, task.draw])
        whole = self._base + self.slope @ z_of(task.values, FEW)
        whole = whole + self._sd * (1.4 * luck.standard_normal() + 0.8 * luck.standard_normal(len(whole)))
        return np.asarray(whole[self._local if task.layer == "local" else ~self._local])

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **others: Any) -> Future[Any]:
        """Does it at once; after `stop_after` towns it is interrupted."""
        if self._stop_after is not None and self.lived >= self._stop_after:
            raise KeyboardInterrupt
        self.lived += 1
        future: Future[Any] = Future()
        (task,) = arguments
        future.set_result(self.figures(task))
        return future
