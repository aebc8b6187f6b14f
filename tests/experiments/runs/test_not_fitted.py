"""A place without a posterior: national draws, its own numbers from their prior, a note in every channel."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from calibration import local_prior, posterior
from calibration.posterior import Posterior
from calibration.validation import shipped
from experiments.compare.comparison import Comparison, compare
from experiments.compare.table import plain as plain_comparison
from experiments.goals.assessment import goals
from experiments.goals.table import plain
from experiments.reach.limitations import NOT_FITTED, scores
from experiments.reach.question import Question
from experiments.runs.draws import NONE, ParameterDraws
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import Manifest
from experiments.runs.runner import run
from model.inputs.parameters import Parameters
from model.inputs.place_file import place_folder
from model.io.errors import InputError
from model.scenario.scenario import Scenario

NOTE = "Not fitted to Derby: there is no posterior of it."


@pytest.fixture(scope="module", autouse=True)
def small_posterior(posterior_folder: Path) -> Iterator[None]:
    """The posterior of these tests stands where the one that ships does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        yield


@pytest.fixture(scope="module")
def derby(small_posterior: None) -> ParameterDraws:
    return ParameterDraws.of("derby")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load("baseline", "derby").changed(scale=0.02, until=2017)


@pytest.fixture(scope="module")
def drawn(scenario: Scenario, small_posterior: None) -> Ensemble:
    return run(scenario, [0], workers=1, draws=5)


def test_numbers_are_national_draws_and_local_ones_of_the_prior(
    derby: ParameterDraws, scenario: Scenario
) -> None:
    files = Parameters.load(place="derby")
    best, third = (derby.parameters(scenario, draw) for draw in (0, 3))
    assert (best.learning.trait_share, third.learning.trait_share) == (0.5, 0.52)
    assert {r.name: r.value for r in best if r.local} == {r.name: r.value for r in files if r.local}
    own = local_prior.drawn("E06000015", 3, files)
    assert {r.name: r.value for r in third if r.local} == {r.name: r.value for r in own if r.local}
    assert (derby.chosen(1), derby.chosen(2)) == ((0,), (1, 2))
    assert [derby.effects(draw) for draw in (0, 1, 4)] == [0, 11, 14]
    with pytest.raises(InputError, match="the posterior of ipswich has not so many draws; allowed: 1 to 24"):
        derby.chosen(25)
    changed = scenario.changed({"parameters": {"town.neet": 0.25}})
    assert derby.parameters(changed, 3).town.neet == 0.25


def test_every_place_has_its_own_and_no_other_changes_them(derby: ParameterDraws, scenario: Scenario) -> None:
    before = derby.parameters(scenario, 2).digest()
    fenland = ParameterDraws.of("fenland")
    there = fenland.parameters(scenario.changed(place="fenland"), 2)
    assert there.town.neet != derby.parameters(scenario, 2).town.neet
    assert there.learning.trait_share == derby.parameters(scenario, 2).learning.trait_share
    assert ParameterDraws.of("derby").parameters(scenario, 2).digest() == before
    assert len({derby.digest, fenland.digest, ParameterDraws.of("ipswich").digest, NONE}) == 4
    assert ParameterDraws.of("E06000015").digest == derby.digest


def test_a_folder_of_ones_own_has_no_posterior_of_its_namesake(tmp_path: Path) -> None:
    own = tmp_path / "ipswich"
    shutil.copytree(place_folder("derby", "town"), own)
    numbers = ParameterDraws.of(str(own))
    assert numbers.posterior is None
    assert numbers.note.startswith("Not fitted to Derby")
    scenario = Scenario.load("baseline", str(own))
    assert numbers.parameters(scenario, 0).town.area.tolist() == [0.0] * 5
    shutil.copy(Posterior.path("ipswich"), own / "posterior.parquet")
    with pytest.raises(InputError, match="is the posterior of another place"):
        ParameterDraws.of(str(own))


def test_what_is_to_be_known_of_the_national_fit_is_said_too(
    derby: ParameterDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert derby.national is not None
    assert "earlier inputs" not in derby.note
    monkeypatch.setattr(posterior, "probe", lambda *_: "other")
    for changes, said in (
        ({"data": "older"}, "(to earlier inputs of Ipswich)"),
        ({"code": "0"}, "another version"),
    ):
        national = Posterior(derby.national.table, {**derby.national.manifest, **changes})
        assert said in ParameterDraws("derby", None, national).note


@pytest.mark.town
def test_bands_are_wider_than_with_local_numbers_fixed(
    scenario: Scenario, drawn: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_prior, "drawn", lambda place, draw, base: base)
    fixed = run(scenario, [0], workers=1, draws=5)
    spreads = []
    for each in (drawn, fixed):
        path = each.path("attainment8", "all")
        assert path is not None
        spreads.append(float(np.nanstd(path[:, each.years.index(2017)])))
    assert spreads[0] > 1.2 * spreads[1]


@pytest.mark.town
def test_the_note_is_in_every_channel(derby: ParameterDraws, scenario: Scenario, drawn: Ensemble) -> None:
    assert derby.note.startswith(NOTE)
    assert drawn.note == derby.note
    assert Manifest.of(scenario, [0], numbers=derby).note == derby.note
    assert derby.note in plain([], goals(drawn))
    found: Comparison = compare(scenario, scenario.changed({"england.path": {"gld": 0.1}}), [0], workers=1)
    assert found.note == derby.note
    assert derby.note in plain_comparison(found)


def test_a_question_of_it_has_the_note_as_banner_and_no_score_card(
    derby: ParameterDraws, scenario: Scenario
) -> None:
    question = Question.of("derby", [scenario.changed(until=2048)], draws=2, seeds=[0], numbers=derby)
    assert question.banner == derby.note
    card = shipped.load("derby")
    assert card is None
    assert scores(card, derby.digest, fitted=derby.posterior is not None) == ((), (NOT_FITTED,))
