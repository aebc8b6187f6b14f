"""A draw has the numbers of the posterior, the scenario's own over them; what there is not is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import posterior
from calibration.posterior import Posterior
from experiments.compare.comparison import Comparison
from experiments.compare.export import document
from experiments.compare.figure import _caption as _pair_caption
from experiments.compare.table import notes, plain
from experiments.compare.words import interval_note
from experiments.goals.assessment import goals
from experiments.goals.figure import _caption
from experiments.goals.table import plain as plain_goals
from experiments.runs.draws import NONE, ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import Manifest
from experiments.runs.runner import run
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town


def test_one_draw_is_the_best_fit_and_more_are_the_first_of_the_posterior(numbers: ParameterDraws) -> None:
    assert numbers.chosen(1) == (0,)
    assert numbers.chosen(4) == (1, 2, 3, 4)
    assert run_ids_of(numbers.chosen(2), [7, 8]) == ((1, 7), (1, 8), (2, 7), (2, 8))


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (25, r"--draws = 25: the posterior of ipswich has not so many draws; allowed: 1 to 24;"),
        (0, r"--draws = 0: must be at least 1"),
        (True, r"--draws = true: must be a whole number"),
        (1.5, r"--draws = 1\.5: must be a whole number"),
    ],
)
def test_draws_that_there_are_not_are_refused(numbers: ParameterDraws, count: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        numbers.chosen(count, "--draws")


def test_a_draw_has_its_numbers_and_the_scenarios_own_win(
    numbers: ParameterDraws, scenario: Scenario
) -> None:
    files = Parameters.load(place="ipswich")
    best, third = (numbers.parameters(scenario, draw) for draw in (0, 3))
    assert (best.learning.trait_share, third.learning.trait_share) == (0.5, 0.52)
    assert third.town.area - files.town.area == pytest.approx(0.05)
    own = scenario.changed({"parameters": {"learning.trait_share": 0.4}})
    assert numbers.parameters(own, 3).learning.trait_share == 0.4
    assert [numbers.effects(draw) for draw in (0, 1, 4)] == [0, 11, 14]
    with pytest.raises(InputError, match="draw = 25: is no draw of the posterior"):
        numbers.parameters(scenario, 25)


def test_a_cells_town_has_all_of_it(numbers: ParameterDraws, acting: Scenario) -> None:
    town = numbers.town(acting, RunId(2, 1))
    assert town.parameters.learning.trait_share == 0.48
    assert (town.draw, town.seed) == (12, RunId(2, 1).luck)
    assert numbers.town(acting, RunId(2, 1), effects=0).draw == 0
    best = numbers.town(acting, RunId(0, 1))
    assert (best.draw, best.seed, best.parameters.learning.trait_share) == (0, 1, 0.5)


def test_every_draw_has_luck_of_its_own() -> None:
    cells = run_ids_of(range(401), range(50))
    assert len({cell.luck for cell in cells}) == len(cells)
    assert [cell.luck for cell in cells[:50]] == list(range(50))
    assert 0 <= RunId(400, 2**32 - 1).luck < 2**32
    assert (str(RunId(0, 3)), str(RunId(2, 3))) == ("seed 3", "draw 2, seed 3")


def test_a_place_without_a_posterior_has_its_hand_set_numbers(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    numbers = ParameterDraws.of("ipswich")
    assert numbers.digest == NONE
    assert numbers.parameters(scenario, 0).digest() == Parameters.load(place="ipswich").digest()
    assert (numbers.chosen(1), numbers.effects(0)) == ((0,), 0)
    for refused in (lambda: numbers.chosen(2), lambda: numbers.parameters(scenario, 1)):
        with pytest.raises(InputError, match=r"no posterior of ipswich .* `wolsey calibrate`, or take 1"):
            refused()
    found = run(scenario, [0], until=2000, workers=1)
    assert found.note.startswith("Hand-set numbers: there is no posterior of ipswich")
    town = Town(scenario.changed(until=2000), 0).run()
    assert np.nan_to_num(found.values[0]).tobytes() == np.nan_to_num(town.recorded.values).tobytes()


def test_a_damaged_posterior_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    (tmp_path / "ipswich.parquet").write_text("mine")
    with pytest.raises(InputError, match="is no posterior of wolsey, or is damaged"):
        ParameterDraws.of("ipswich")


def test_a_posterior_of_another_model_is_said_everywhere(
    numbers: ParameterDraws, drawn: Ensemble, drawn_comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbers.posterior is not None
    strange = Posterior(numbers.posterior.table, {**numbers.posterior.manifest, "code": "0" * 32}, "mine")
    monkeypatch.setattr(posterior, "probe", lambda *_: "other")
    others = ParameterDraws("ipswich", strange)
    assert others.note.startswith("mine was made by another version of the model")
    told = Manifest.of(drawn.scenario, drawn.seeds, draws=drawn.draws, numbers=others)
    assert told.note == others.note
    noted = replace(drawn, note=others.note)
    assert others.note in plain_goals([], goals(noted))
    assert others.note in " ".join(_caption(noted, Place.load("ipswich"), []))
    found = Comparison(replace(drawn_comparison.arms, numbers=others), *_rest(drawn_comparison))
    assert others.note in plain(found)
    assert others.note in " ".join(_pair_caption(found))
    assert document(found)["note"] == found.manifest.note == found.manifest.a.note == others.note


def _rest(comparison: Comparison) -> tuple[Any, ...]:
    return comparison.cells, comparison.ensembles, comparison.discount, comparison.command


def test_runs_of_draws_differ_and_do_not_depend_on_workers(scenario: Scenario, drawn: Ensemble) -> None:
    assert drawn.cells == run_ids_of([1, 2, 3], [0, 1])
    assert (drawn.draws, drawn.seeds) == ((1, 2, 3), (0, 1))
    again = run(scenario, [1, 0], workers=2, draws=3)
    assert again.cells == drawn.cells
    assert again.values.tobytes() == drawn.values.tobytes()
    assert len({each.tobytes() for each in drawn.values}) == 6


def test_a_spread_is_split_between_chance_and_draws(drawn: Ensemble, ensemble: Ensemble) -> None:
    found = drawn.spread()
    row = found[(found.year == 2017) & (found.indicator == "gld") & (found.group == "all")].iloc[0]
    path = drawn.path("gld", "all")
    assert path is not None
    values = path[:, drawn.years.index(2017)].astype(float)
    assert row["mean"] == pytest.approx(values.mean())
    assert row["low"] == pytest.approx(np.percentile(values, 5))
    assert row["chance_sd"] == pytest.approx(np.sqrt(np.mean(np.diff(values.reshape(3, 2)) ** 2 / 2)))
    assert row["runs"] == 6
    assert (found.draws_sd.dropna() >= 0).all()
    assert ensemble.spread().draws_sd.isna().all()
    assert ensemble.spread().chance_sd.notna().any()


def test_tables_of_draws_say_what_bands_cover(drawn: Ensemble) -> None:
    text = plain_goals([], goals(drawn))
    assert "5th to 95th percentile of 6 runs (3 draws of the numbers, 2 seeds each). It covers" in text
    assert "Of the variance of these figures chance makes " in text


def test_a_comparison_of_draws_splits_three_ways(drawn_comparison: Comparison) -> None:
    found = drawn_comparison
    assert (found.cells, found.draws, found.seeds) == (run_ids_of([1, 2, 3], [0, 1]), (1, 2, 3), (0, 1))
    frame = found.frame()
    sds = frame[["chance_sd", "parameters_sd", "effects_sd"]]
    assert (sds.dropna() >= 0).all(axis=None)
    late = frame[(frame.year == 2022) & (frame.indicator == "ks2_rwm") & (frame.group == "disadvantaged")]
    assert late[["chance_sd", "parameters_sd", "effects_sd"]].notna().all(axis=None)
    pairs = found.pairs()
    assert set(zip(pairs.draw, pairs.seed, strict=True)) == set(found.cells)
    text = plain(found)
    assert "6 pairs (3 draws of the numbers, 2 seeds each): the same children" in text
    assert "It covers chance, parameters and effects, and leaves out" in text
    assert "by parameters between draws, both with effects at their means; by what drawn effects add" in text
    assert "SD of chance" in text
    assert ", parameters " in text
    assert (found.manifest.draws, found.manifest.effects_draw) == ((1, 2, 3), "that of the posterior's draw")


def test_words_of_draws_follow_what_is_drawn(
    drawn_comparison: Comparison, scenario: Scenario, pairs_by_hand: Any
) -> None:
    gld = ("gld", "all", 2017)
    at_means = pairs_by_hand({gld: (60.0, 61.0)}, {gld: (61.0, 63.0)}, draws=(1, 2))
    assert "with the effects of programmes at their means, and leaves out" in interval_note(at_means)
    assert "cannot be told apart; --seeds 2 can" in "\n".join(notes(at_means))
    row = at_means.difference(*gld)
    assert np.isnan([row.chance_sd, row.parameters_sd, row.effects_sd]).all()
    idle = type(pairs_by_hand)(scenario, scenario.changed({"england.path": {"gld": 0.1}}))
    nothing = idle({gld: (60.0, 61.0)}, {gld: (61.0, 63.0)}, draws=(1, 2))
    assert "It covers chance and parameters, and leaves out" in interval_note(nothing)


def test_parameters_are_what_differs_between_draws_at_the_means(pairs_by_hand: Any) -> None:
    gld = ("gld", "all", 2017)
    a = {gld: (60.0, 60.0, 60.0, 60.0)}
    found = pairs_by_hand(
        a,
        {gld: (61.0, 63.0, 67.0, 69.0)},
        {gld: (60.0, 62.0, 70.0, 72.0)},
        draws=(1, 1, 2, 2),
    )
    row = found.difference(*gld)
    assert row.chance_sd == pytest.approx(np.sqrt(2.0))
    assert row.parameters_sd == pytest.approx(np.sqrt(18.0 - 1.0))
    at_means, drawn = np.var([1, 3, 7, 9], ddof=1), np.var([0, 2, 10, 12], ddof=1)
    assert row.effects_sd == pytest.approx(np.sqrt(drawn - at_means))
