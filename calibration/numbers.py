"""The numbers that the fit may move: every number of the model whose record has a prior, in units of that
prior.

A vector z of independent standard normals stands for all of them: z = 0 is the middle of each prior, z = 1
one prior standard deviation up (for other than normal priors, the same percentile).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from model.inputs.parameters import Parameter, Parameters
from model.inputs.prior import Prior

D = NDArray[np.float64]

APART: Final[Mapping[str, tuple[tuple[int, ...], ...]]] = {
    "town.area": ((0, 1), (2,), (3, 4)),
    "town.gap": ((0, 1), (2,), (3, 4)),
    "learning.gap_skill": ((0,), (1,), (2,), (3, 4)),
}
"""Lists whose numbers move apart, in these groups; every other list moves as one, by one shift in its
unit."""
OWN_PRIOR: Final = ("town.area", "town.gap")
"""Lists whose prior is that of each number; the prior of every other list gives the spread about its
values."""
LEFT_OUT: Final = ("programmes.youth_voice",)
"""Drawn with the effects of the cards, and so no second time here."""
NEUTRAL: Final[Mapping[str, float]] = {"town.absence": 1.0, "town.school_spread": 1.0}
"""Local numbers of a town like England; all others are 0."""
_EDGE: Final = 1e-9


@dataclass(frozen=True)
class Number:
    """One free number: a record, or some entries of a list, moved together. `name` is "section.name", with
    the first entry in brackets where a list is taken apart; `layer` says whether it is the town's own."""

    name: str
    record: str
    entries: tuple[int, ...]
    prior: Prior
    low: float
    high: float
    layer: str

    def shift_or_value(self, z: float) -> float:
        """Return the value at z prior standard deviations; for a list, what is added to each entry."""
        return float(np.clip(_quantile(self.prior, z), self.low, self.high))

    def z_of(self, value: float) -> float:
        """Return where a value (or shift) lies, in prior standard deviations."""
        if self.prior.kind == "normal":
            mean, sd = self.prior.numbers
            return (value - mean) / sd
        return float(stats.norm.ppf(np.clip(_distribution(self.prior).cdf(value), _EDGE, 1 - _EDGE)))


def free_numbers(parameters: Parameters) -> tuple[Number, ...]:
    """Return all numbers with a prior, the town's own first."""
    found = [
        number
        for record in parameters
        if not record.prior.fixed and record.name not in LEFT_OUT
        for number in _of_record(record)
    ]
    return tuple(sorted(found, key=lambda number: number.layer != "local"))


def _of_record(record: Parameter) -> list[Number]:
    layer = "local" if record.local else "england"
    if not isinstance(record.value, tuple):
        return [Number(record.name, record.name, (), record.prior, record.low, record.high, layer)]
    groups = APART.get(record.name, (tuple(range(len(record.value))),))
    prior, low, high = record.prior, record.low, record.high
    if record.name not in OWN_PRIOR:
        # What is shifted is the whole list; its prior gives the spread of the shift.
        prior, low, high = Prior("normal", (0.0, prior.numbers[1])), -np.inf, np.inf
    apart = len(groups) > 1
    return [
        Number(
            f"{record.name}[{group[0]}]" if apart else record.name,
            record.name,
            group,
            prior,
            low,
            high,
            layer,
        )
        for group in groups
    ]


def applied(parameters: Parameters, numbers: Sequence[Number], z: D) -> Parameters:
    """Return the parameters in which the free numbers stand at `z` (n,)."""
    return parameters.changed(changes(parameters, numbers, z))


def changes(parameters: Parameters, numbers: Sequence[Number], z: D) -> dict[str, float | tuple[float, ...]]:
    """Return the values by record at `z` (n,); lists whole."""
    found: dict[str, float | tuple[float, ...]] = {}
    lists: dict[str, list[float]] = {}
    for number, at in zip(numbers, z, strict=True):
        record = parameters.record(number.record)
        value = number.shift_or_value(float(at))
        if not isinstance(record.value, tuple):
            found[number.record] = value
            continue
        entries = lists.setdefault(number.record, list(record.value))
        for entry in number.entries:
            moved = value if number.record in OWN_PRIOR else record.value[entry] + value
            entries[entry] = float(np.clip(moved, record.low, record.high))
        found[number.record] = tuple(entries)
    return found


def neutral(parameters: Parameters) -> Parameters:
    """Return the same numbers for a town like England: nothing of its own."""
    own = [record for record in parameters if record.local and record.name != "town.area_shock_sd"]
    return parameters.changed(
        {
            record.name: (0.0,) * len(record.value)
            if isinstance(record.value, tuple)
            else NEUTRAL.get(record.name, 0.0)
            for record in own
        }
    )


def _distribution(prior: Prior) -> Any:
    first, second = prior.numbers
    match prior.kind:
        case "normal":
            return stats.norm(first, second)
        case "uniform":
            return stats.uniform(first, second - first)
        case "lognormal":
            return stats.lognorm(second, scale=np.exp(first))
        case "beta":
            return stats.beta(first, second)
        case kind:
            raise ValueError(f"no distribution called {kind}")


def _quantile(prior: Prior, z: float) -> float:
    if prior.kind == "normal":
        return prior.numbers[0] + prior.numbers[1] * z
    return float(_distribution(prior).ppf(np.clip(stats.norm.cdf(z), _EDGE, 1 - _EDGE)))
