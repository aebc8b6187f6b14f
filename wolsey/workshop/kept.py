"""What the page shows of a run: its figures, by indicator and group."""

import functools
from collections.abc import Mapping
from typing import Final

from experiments.compare.costs import SPENT
from experiments.goals.files import goal_files
from model.indicators.record import FUNDER, PROGRAMME
from model.indicators.registry import shown
from model.inputs.place import Place
from model.scenario.scenario import Scenario
from model.state.ledger import FUNDERS

SERIES: Final = shown("workshop")
"""Indicators drawn over the years; the first stands first."""
MAPPED: Final = shown("map")
"""Indicators on the map: those recorded by ward."""
GROUPS: Final = ("all", "disadvantaged", "other")
WARD: Final = "ward:"


def kept_keys(scenario: Scenario) -> Mapping[tuple[str, str], None]:
    """Return the figures that are kept of a run of a scenario. Raises InputError where a goal file cannot be
    read."""
    programmes = [(SPENT, f"{PROGRAMME}{use.name}") for use in scenario.programmes]
    return {**_usual(scenario.place, scenario.goals), **dict.fromkeys(programmes)}


@functools.lru_cache(maxsize=8)
def _usual(place: str, goals: tuple[str, ...]) -> dict[tuple[str, str], None]:
    wards = [f"{WARD}{name}" for name in Place.load(place).wards.names]
    found = [(name, group) for name in SERIES for group in GROUPS]
    found += [(name, ward) for name in MAPPED for ward in wards]
    found += [(SPENT, f"{FUNDER}{funder}") for funder in FUNDERS] + [(SPENT, "all")]
    for file in goal_files(Scenario.of({"title": "goals", "place": place, "goals": goals})):
        for goal in file.goals:
            for part in goal.parts:
                groups = [part.group] + ([part.minus_group] if part.minus_group else [])
                names = [part.indicator, *_latent(part.reference)]
                found += [(name, group) for name in names for group in groups]
    return dict.fromkeys(found)


def _latent(reference: object) -> list[str]:
    name = getattr(reference, "latent_indicator", None)
    return [name] if isinstance(name, str) else []
