"""The picture carries its manifest, shows what was observed, and can be drawn of any run."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from experiments.goals import figure as figures
from experiments.goals.figure import groups_of, observed, picture
from experiments.plotting import style, time_series
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import Manifest
from experiments.runs.runner import run
from model.inputs.place import Place
from model.scenario.scenario import Scenario


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few dots, so that drawing is quick."""
    monkeypatch.setattr(style, "DOTS_PER_INCH", 40)


def test_a_picture_says_what_made_it(ensemble: Ensemble, manifest: Manifest) -> None:
    image = Image.open(io.BytesIO(picture(ensemble, manifest)))
    assert image.format == "PNG"
    assert image.size == (331, 468) or image.size == (330, 467)
    texts = getattr(image, "text", {})
    assert json.loads(texts["wolsey"]) == json.loads(manifest.as_json())
    assert texts["Title"] == "Ipswich: No programme"
    assert np.asarray(image.convert("L")).std() > 10


@pytest.mark.parametrize(
    ("seeds", "until", "scale"), [([0], 2022, 0.05), ([0], 2010, 0.05), ([0, 1], 2048, 0.02)]
)
def test_any_run_can_be_drawn(scenario: Scenario, seeds: list[int], until: int, scale: float) -> None:
    other = scenario.changed(until=until, scale=scale)
    drawn = picture(run(other, seeds, workers=1), Manifest.of(other, seeds))
    assert drawn.startswith(b"\x89PNG")


def test_an_enlarged_town_says_so(scenario: Scenario, ensemble: Ensemble) -> None:
    place = Place.load("ipswich")
    words = {}
    for scale in (0.05, 1.0, 2.0):
        other = Ensemble(
            scenario.changed(scale=scale, until=2048),
            ensemble.cells,
            ensemble.keys,
            ensemble.years,
            ensemble.values,
            ensemble.counts,
            ensemble.latent,
        )
        words[scale] = " ".join(figures._caption(other, place, []))
    assert "Reduced town" in words[0.05]
    assert "Enlarged town" in words[2.0]
    assert "town: scale" not in words[1.0]
    assert "conditional scenario" in words[1.0]


@pytest.mark.parametrize(
    ("indicator", "groups"),
    [
        ("gld", ("fsm", "non_fsm", "all")),
        ("ks2_rwm", ("disadvantaged", "other", "all")),
        ("level3_by_19", ("fsm", "non_fsm")),
        ("ks4_sustained", ("disadvantaged", "other", "all")),
        ("births", ("all",)),
    ],
)
def test_groups_are_those_that_were_observed(indicator: str, groups: tuple[str, ...]) -> None:
    assert groups_of(indicator, Place.load("ipswich")) == groups


def test_dots_are_the_towns_own_where_it_has_any() -> None:
    place = Place.load("ipswich")
    dots = observed(place, "gld", "all")
    assert {o.place for o in dots if 2014 <= o.year <= 2019} == {"ipswich"}
    assert {o.place for o in dots if o.year == 2022} == {"suffolk"}
    assert all(o.grade[0] != "C" for o in observed(place, "ks2_rwm", "disadvantaged"))
    assert any(o.grade[0] == "C" for o in place.observations("ks2_rwm", "disadvantaged"))


def test_labels_move_apart() -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    axes.set_ylim(0, 100)
    time_series.label_ends(axes, [(50.0, "all"), (50.5, "other"), (51.0, "disadvantaged")], 2048)
    heights = sorted(text.get_position()[1] for text in axes.texts)
    assert min(np.diff(heights)) > 9


def test_runs_of_years_without_results_are_found() -> None:
    flags = np.array([False, True, True, False, True])
    assert list(time_series._stretches(flags)) == [slice(1, 3), slice(4, 5)]
    assert list(time_series._stretches(np.zeros(3, np.bool_))) == []
