"""One run by itself, from its start: what the engine's shared years must not change."""

from experiments.runs.draws import BEST, Cell, Draws
from experiments.runs.ensemble import Life, life_of
from model.scenario.scenario import Scenario


def live(scenario: Scenario, seed: int, draw: int = BEST, numbers: Draws | None = None) -> Life:
    """A run in this process; `numbers` are those of the place where not given."""
    cell = Cell(draw, seed)
    of_place = Draws.of(scenario.place) if numbers is None else numbers
    return life_of(of_place.town(scenario, cell).run(), cell)
