"""Mesa's own viewer on a town: it is built, its controls work, and its town lives."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from wolsey import viewer

vuetify: Any = import_module("ipyvuetify")
mesa_viewer: Any = import_module("mesa.visualization.solara_viz")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fiftieth of the town."""
    monkeypatch.setattr(viewer, "SCALE", 0.02)


def widgets(root: Any) -> Iterator[Any]:
    """A widget and all below it."""
    yield root
    for child in getattr(root, "children", ()):
        if not isinstance(child, str):
            yield from widgets(child)


def test_its_town_lives_and_is_drawn() -> None:
    model = viewer.ViewedTown("opportunity_area", seed=1)
    assert model.town.scenario.scale == 0.02
    while model.town.year < 2016:
        model.step()
    drawn, figure = viewer.solara.render(viewer.component(viewer.chart)(model), handle_error=False)
    try:
        assert drawn.children
    finally:
        figure.close()


def test_it_stops_after_the_last_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "UNTIL", 2000)
    model = viewer.ViewedTown()
    model.run_model()
    assert (model.town.year, model.steps, model.running) == (2000, 2, False)


def test_reset_makes_a_town_with_the_seed_of_the_text_box() -> None:
    """The box hands text, and Reset looks for a scenario of Mesa's own."""
    first = viewer.ViewedTown()
    model = viewer.solara.reactive(first)
    controls = {"scenario_name": "baseline", "seed": "7"}
    shown = mesa_viewer.ModelController(model, model_parameters=viewer.solara.reactive(controls))
    box, live = viewer.solara.render(shown, handle_error=False)
    try:
        (reset,) = (w for w in widgets(box) if isinstance(w, vuetify.Btn) and "Reset" in w.children)
        reset.click()
    finally:
        live.close()
    assert model.value is not first
    assert model.value.town.seed == 7


def test_the_page_is_built() -> None:
    box, shown = viewer.solara.render(viewer.page, handle_error=False)
    try:
        assert box.children
    finally:
        shown.close()
