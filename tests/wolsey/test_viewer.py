"""Mesa's own viewer on a town: it is built, and its town lives."""

import pytest

from wolsey import viewer


def test_its_town_lives_and_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "SCALE", 0.02)
    box, shown = viewer.solara.render(viewer.page, handle_error=False)
    try:
        assert box.children
    finally:
        shown.close()
    town = viewer.ViewedTown("opportunity_area", seed=1)
    assert town.scenario.scale == 0.02
    town.run(2016)
    drawn, figure = viewer.solara.render(viewer.component(viewer.chart)(town), handle_error=False)
    try:
        assert drawn.children
    finally:
        figure.close()
