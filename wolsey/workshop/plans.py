"""A plan: a scenario and where its levers stand, as the page asks for it and as a link keeps it."""

import functools
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from experiments.runs.draws import ParameterDraws
from experiments.runs.keys import scenario_key
from model.io.errors import InputError, unknown
from model.scenario.scenario import Scenario
from wolsey.workshop.levers import Moved, PageLever, levers, values_of

VERSION: Final = 1
"""Of plans in links and requests."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The scenario `base` with every lever at its value. Make it with `of`."""

    base: str
    values: tuple[tuple[str, float], ...]

    @staticmethod
    def of(content: object, at: str = "plan") -> "Plan":
        """Return the plan that a request asks for: `{"base": NAME, "levers": {NAME: NUMBER}}`. Levers not
        named stand where the scenario has them; a number beyond a lever's range becomes its end.

        Raises:
            InputError: it is no such object, names what there is not, or has a value that is no number.
        """
        if not isinstance(content, Mapping):
            raise InputError("must be a plan", at=at, value=content)
        for key in content:
            if key not in ("base", "levers"):
                raise unknown("a key of a plan", str(key), ("base", "levers"), at=at, value=str(key))
        all_, base = levers(), content.get("base")
        if not isinstance(base, str) or base not in all_.scenarios:
            raise unknown("a scenario of the workshop", str(base), all_.scenarios, at=f"{at}.base")
        given = content.get("levers", {})
        if not isinstance(given, Mapping):
            raise InputError("must be a table of levers", at=f"{at}.levers", value=given)
        known = [lever.name for lever in all_.levers]
        values = dict(values_of(base))
        for name, value in given.items():
            if name not in known:
                raise unknown("a lever", str(name), known, at=f"{at}.levers", value=str(name))
            values[name] = all_.lever(name).snapped(_number(value, f"{at}.levers.{name}"))
        return Plan(base, tuple(values.items()))

    @property
    def levers(self) -> dict[str, float]:
        """Return where each lever stands."""
        return dict(self.values)

    @property
    def moved(self) -> tuple[str, ...]:
        """Return the levers that stand elsewhere than in the scenario."""
        usual = values_of(self.base)
        return tuple(name for name, value in self.values if value != usual[name])

    def scenario(self, scale: float = 1.0) -> Scenario:
        """Return what is lived. Raises InputError where the levers together make no scenario."""
        return _scenario(self, scale)

    def key(self, numbers: ParameterDraws, scale: float = 1.0) -> str:
        """Return 32 hexadecimal digits of all that its runs depend on but draw and seed."""
        return scenario_key(self.scenario(scale), numbers)

    def as_json(self) -> dict[str, Any]:
        """Return as a request or a link has it."""
        return {"base": self.base, "levers": self.levers}

    def title(self) -> str:
        """Return what a reader would call it."""
        title = based_on(self.base).title
        count = len(self.moved)
        return f"{title}, with {count} lever{'s' if count > 1 else ''} moved" if count else title


@functools.cache
def based_on(name: str) -> Scenario:
    """Return a scenario of the workshop, read once. Raises InputError."""
    return Scenario.load(name)


# A third of a megabyte each: no more of them than plans are kept, at two sizes.
@functools.lru_cache(maxsize=16)
def _scenario(plan: Plan, scale: float) -> Scenario:
    base = based_on(plan.base)
    changes = Moved(base, plan.levers).changes()
    # A full record has wards in every year, which the map shows; the other figures are the same.
    return base.changed({**changes, "scale": scale, "record": "full"})


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError("must be a number", at=at, value=value)
    # A whole number may be too large for a float.
    if not (math.isfinite(value) if isinstance(value, float) else abs(value) <= sys.float_info.max):
        raise InputError("must be a finite number", at=at)
    return float(value)


def value_text(lever: PageLever, value: float) -> str:
    """Return a lever's value in the words of the page."""
    return lever.words.format(tenths=f"{10 * value:.0f}", count=f"{value:.0f}", millions=f"{value:.1f}")
