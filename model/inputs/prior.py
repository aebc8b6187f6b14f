"""The prior of a number: what was known of it before the model was fitted, as a file writes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from model.io.errors import InputError, nearest

FORMS: Final = (
    "fixed",
    "normal(mean, sd)",
    "uniform(low, high)",
    "lognormal(mean of log, sd of log)",
    "beta(a, b)",
)
"""How a prior may be written."""

_NUMBER = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
_CALL = re.compile(rf"([a-z]+)\({_NUMBER},{_NUMBER}\)")

_FAULTS: Final[dict[str, tuple[Callable[[float, float], bool], str]]] = {
    "normal": (lambda mean, sd: sd > 0, "must have a standard deviation above 0"),
    "uniform": (lambda low, high: low < high, "must have its lower end below its upper end"),
    "lognormal": (lambda mean, sd: sd > 0, "must have a standard deviation above 0"),
    "beta": (lambda a, b: a > 0 and b > 0, "must have two shape numbers above 0"),
}


@dataclass(frozen=True, slots=True)
class Prior:
    """A distribution by name with its two numbers; "fixed" has none and is never drawn.

    normal: mean and standard deviation; uniform: its two ends; lognormal: mean and standard deviation of the
    natural logarithm; beta: its two shape numbers, on 0 to 1. A draw outside the record's low..high is to be
    drawn again."""

    kind: str
    numbers: tuple[float, ...] = ()

    @property
    def fixed(self) -> bool:
        """Tell whether the number is held at its value."""
        return self.kind == "fixed"


FIXED: Final = Prior("fixed")


def parse_prior(text: str) -> Prior:
    """Return the prior that `text` names. Raises InputError (without file and key) for what is none of
    `FORMS`."""
    if text.strip() == "fixed":
        return FIXED
    match = _CALL.fullmatch(text.strip())
    name = match[1] if match else text.split("(")[0].strip()
    if match is None or name not in _FAULTS:
        hint = None if name in _FAULTS else nearest(name, ["fixed", *_FAULTS])
        raise InputError("is no prior", value=text, allowed=" | ".join(FORMS), hint=hint)
    first, second = float(match[2]), float(match[3])
    holds, problem = _FAULTS[name]
    if not holds(first, second):
        raise InputError(problem, value=text)
    return Prior(name, (first, second))
