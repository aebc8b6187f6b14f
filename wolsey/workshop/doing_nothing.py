"""Doing nothing: what every plan is held against.

It is the scenario that a plan starts from, as it is up to the year before the levers act, and nothing after:
no programme, no act, no money. What was done before is done in both arms, for no plan can undo it; so the
difference is what the money from that year on buys.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.runs.draws import ParameterDraws
from experiments.runs.keys import scenario_key
from model.scenario.programmes import Act, Use
from model.scenario.scenario import Scenario
from wolsey.workshop.levers import levers, planned
from wolsey.workshop.plans import based_on


@dataclass(frozen=True, slots=True)
class Nothing:
    """Doing nothing from the levers' first year on, after the past of the scenario `base`."""

    base: str

    def scenario(self, scale: float = 1.0) -> Scenario:
        """Return what is lived."""
        return _scenario(self.base, scale)

    def key(self, numbers: ParameterDraws, scale: float = 1.0) -> str:
        """Return 32 hexadecimal digits of all that its runs depend on but draw and seed: the same for two
        scenarios that share their past."""
        return scenario_key(self.scenario(scale), numbers)


def does_nothing(scenario: Scenario) -> bool:
    """Tell whether nothing is planned in a scenario from the levers' first year on: it is then as doing
    nothing."""
    years = range(levers().first_year, scenario.until + 1)
    uses = any(planned(use, year) > 0 for use in scenario.programmes for year in years)
    return not uses and not any(act.amount and act.runs_in(year) for act in scenario.acts for year in years)


# As many as there are scenarios to start from, at two sizes.
@functools.lru_cache(maxsize=16)
def _scenario(base: str, scale: float) -> Scenario:
    found, last = based_on(base), levers().first_year - 1
    changes: dict[str, Any] = {
        "programmes": [_ended(use, last) for use in found.programmes if use.start <= last],
        "acts": [_ended(act, last) for act in found.acts if act.start <= last],
    }
    if isinstance(found.alliance.budget, Mapping):
        past = {str(year): pounds for year, pounds in found.alliance.budget.items() if year <= last}
        changes["alliance.budget"] = past
    return found.changed({**changes, "scale": scale, "record": "full"})


def _ended(one: Use | Act, last: int) -> dict[str, Any]:
    """Return a programme or an act that ends with the year `last`, if not before."""
    content = one.model_dump()
    content["end"] = min(one.end, last)
    for key in ("reach", "places"):
        if isinstance(content.get(key), dict):
            content[key] = {str(year): value for year, value in content[key].items() if year <= last}
    return content
