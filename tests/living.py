"""One run by itself, from its start: what the engine's shared years must not change."""

from experiments.runs.draws import BEST, ParameterDraws, RunId
from experiments.runs.ensemble import RunResult, result_of
from model.scenario.scenario import Scenario


def live(scenario: Scenario, seed: int, draw: int = BEST, numbers: ParameterDraws | None = None) -> RunResult:
    """A run in this process; `numbers` are those of the place where not given."""
    cell = RunId(draw, seed)
    of_place = ParameterDraws.of(scenario.place) if numbers is None else numbers
    return result_of(of_place.town(scenario, cell).run(), cell)
