"""Mesa's own viewer on a town: `solara run wolsey.viewer`. It comes with the extra `viewer`.

A town of a tenth the size, a year a step, with what Mesa users expect: play, pause, reset, and a chart. The
workshop page (`wolsey workshop`) is for boards; this is for whoever looks into the model.
"""

from importlib import import_module
from typing import Any, Final

import mesa
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz

from model.calendar import LAST_YEAR
from model.chance.seeds import SeedLike, seed_of
from model.indicators.registry import INDICATORS, shown
from model.scenario.scenario import Scenario
from model.town import Town

# They say nothing of their types. Reacton is what Solara's components are made with.
solara: Any = import_module("solara")
component: Any = import_module("reacton").component

SCENARIOS: Final = ("baseline", "opportunity_area", "alliance_2048")
SHOWN: Final = shown("viewer")
SCALE: Final = 0.1
UNTIL: Final = LAST_YEAR


class ViewedTown(mesa.Model[Any, Any]):
    """A model of Mesa's whose step is a town's year, made with what the viewer's controls ask for; its
    `scenario` is Mesa's own, which Reset looks for."""

    def __init__(self, scenario_name: str = "baseline", seed: SeedLike | None = 0) -> None:
        number = seed_of(seed)
        super().__init__(rng=number)
        self.town = Town(Scenario.load(scenario_name).changed(scale=SCALE, until=UNTIL), seed=number)

    def step(self) -> None:
        """Live one year of the town; no more after its last."""
        self.town.step()
        self.running = self.town.running


def chart(model: ViewedTown) -> Any:
    """Return three indicators over the years lived so far."""
    town = model.town
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    record = town.recorded
    for name in SHOWN:
        found = {year: record.value(name, "all", year) for year in record.years}
        known = {year: value for year, value in found.items() if value is not None}
        axes.plot(list(known), list(known.values()), label=INDICATORS[name].title)
    axes.set_title(f"{town.scenario.title}, {town.year}")
    axes.set_ylabel("%")
    axes.set_ylim(0, 100)
    axes.legend(loc="best")
    return solara.FigureMatplotlib(figure)


def viewer() -> Any:
    """Return the viewer; a town of its own for each who opens it."""
    model = solara.use_memo(ViewedTown, [])
    return SolaraViz(
        model,
        components=[component(chart)],
        model_params={
            "scenario_name": {
                "type": "Select", "value": SCENARIOS[0], "values": list(SCENARIOS), "label": "Scenario",
            },
            "seed": {"type": "InputText", "value": "0", "label": "Seed"},
        },
        name="Wolsey: a town, year by year",
    )  # fmt: skip


page: Final = component(viewer)()
"""What `solara run` shows."""
