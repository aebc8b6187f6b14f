"""Runs do not depend on who makes them, in which order or with whom; a run that fails is named."""

import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.goals.runs import Runs
from experiments.runs.draws import RunId
from experiments.runs.ensemble import Ensemble, RunResult, checked_seeds, result_of
from experiments.runs.processes import processors
from experiments.runs.runner import run
from experiments.runs.store import BrokenOffError, Store
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town


def same(one: Ensemble, other: Ensemble) -> bool:
    """Whether two ensembles are equal to the last bit."""
    return (one.cells, one.keys, one.years) == (other.cells, other.keys, other.years) and all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("values", "counts", "latent", "paths")
    )


def test_workers_and_order_change_nothing(scenario: Scenario, ensemble: Ensemble) -> None:
    assert same(run(scenario, [2, 0, 1], workers=2), ensemble)
    assert same(run(scenario, [0, 1, 2], workers=1), ensemble)


def test_a_seed_is_the_same_alone(scenario: Scenario, ensemble: Ensemble) -> None:
    alone = run(scenario, [1])
    assert alone.values.tobytes() == ensemble.values[1].tobytes()
    assert alone.values.tobytes() != ensemble.values[0].tobytes()


def test_until_replaces_the_scenarios_year(scenario: Scenario) -> None:
    short = run(scenario, [0], until=2015)
    path = short.path("births", "all")
    assert path is not None
    assert short.scenario.until == 2015
    assert np.isfinite(path[0]).tolist() == [year <= 2015 for year in short.years]


def test_progress_counts_the_runs(scenario: Scenario) -> None:
    told: list[tuple[int, int]] = []
    run(scenario, [4, 3], until=2000, workers=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ([], "no seed"),
        ([-1], "seed = -1: must be between 0 and 4294967295"),
        ([2**32], "must be between"),
        ([1, 1], "seed = 1: is named twice"),
        ([True], "whole number"),
        ([1.5], "seed = 1.5: must be a whole number"),
    ],
)
def test_seeds_that_no_run_can_take_are_refused(scenario: Scenario, seeds: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(scenario, seeds)


def test_the_first_and_the_last_seed_are_good() -> None:
    assert checked_seeds([0, 2**32 - 1]) == (0, 2**32 - 1)


@pytest.mark.parametrize(
    "seeds",
    [range(2), np.arange(2), np.arange(2, dtype=np.uint8), (seed for seed in (0, 1)), {0: "a", 1: "b"}],
    ids=["range", "array", "bytes", "generator", "dict"],
)
def test_seeds_come_from_anything_that_gives_whole_numbers(seeds: Iterable[int]) -> None:
    found = checked_seeds(seeds)
    assert found == (0, 1)
    assert {type(seed) for seed in found} == {int}


def test_more_seeds_than_a_call_can_have_are_refused_before_any_is_made() -> None:
    with pytest.raises(InputError, match=r"^seeds = 100000000: must be at most 10000$"):
        checked_seeds(range(10**8))
    with pytest.raises(InputError, match=r"^seeds: are more than 10,000, the most of one call$"):
        checked_seeds(itertools.count())


def test_numpy_s_numbers_are_numbers(scenario: Scenario) -> None:
    """A run takes them as they come out of an array."""
    short = scenario.changed(until=np.int64(2000), scale=np.float64(0.02))
    draws: Any = np.int64(1)
    found = run(short, np.arange(2), workers=1, draws=draws)
    assert [(type(cell.draw), type(cell.seed)) for cell in found.cells] == [(int, int)] * 2


def test_no_workers_are_refused(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="workers = 0: must be at least 1"):
        run(scenario, [0], workers=0)


def test_there_is_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processors() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert processors() >= 1


def test_a_failed_run_names_its_seed(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, begun = Town.run, list[int]()

    def failing(town: Town, until: int | None = None) -> Town:
        begun.append(town.seed)
        if town.seed == 8:
            raise RuntimeError("no room")
        return usual(town, until)

    monkeypatch.setattr(Town, "run", failing)
    with pytest.raises(BrokenOffError, match="seed 8: RuntimeError: no room") as caught:
        run(scenario, [7, 8, 9], until=2000, workers=1)
    assert [each.seed for each in caught.value.failed] == [8]
    assert 'raise RuntimeError("no room")' in caught.value.__notes__[0]
    # Without a store nothing that came after it would be kept.
    assert begun == [7, 8, 8]


def test_with_a_store_the_others_are_made_and_kept(
    scenario: Scenario, ensemble: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, begun = Town.run, list[int]()

    def failing(town: Town, until: int | None = None) -> Town:
        begun.append(town.seed)
        if town.seed == 1 and len(begun) < 4:
            raise RuntimeError("no room")
        return usual(town, until)

    monkeypatch.setattr(Town, "run", failing)
    with pytest.raises(BrokenOffError, match=r"^1 run broke off: baseline, draw 0, seed 1: RuntimeError"):
        run(scenario, [0, 1, 2], workers=1, store=tmp_path / "mine")
    assert begun == [0, 1, 1, 2]
    assert same(run(scenario, [0, 1, 2], workers=1, store=tmp_path / "mine"), ensemble)
    assert begun == [0, 1, 1, 2, 1]
    assert same(run(scenario, [2, 1, 0], workers=1, store=str(tmp_path / "mine")), ensemble)
    assert begun == [0, 1, 1, 2, 1]


def test_a_store_may_be_an_address(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(scenario, [4], until=2000, workers=1, store="memory://runs/mine")
    monkeypatch.setattr(Town, "run", lambda *_: pytest.fail("a run was made again"))
    assert same(run(scenario, [4], until=2000, workers=1, store="memory://runs/mine"), first)


def test_two_writers_of_a_store_are_told_apart(scenario: Scenario, tmp_path: Path) -> None:
    with (
        Store.opened(tmp_path),
        pytest.raises(InputError, match=rf"another process \({os.getpid()}\) is writing results here"),
    ):
        run(scenario, [0], until=2000, workers=1, store=tmp_path)


def test_ctrl_c_in_this_process_keeps_what_is_finished(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Town.run

    def interrupted(town: Town, until: int | None = None) -> Town:
        if town.seed == 9:
            raise KeyboardInterrupt
        return usual(town, until)

    monkeypatch.setattr(Town, "run", interrupted)
    # Sixteen runs and one worker: two a batch, so that the first of a batch is done when the second is not.
    seeds = [*range(100, 107), 8, 9, *range(107, 114)]
    with pytest.raises(KeyboardInterrupt):
        run(scenario, seeds, until=1999, workers=1, store=tmp_path)
    with Store.opened(tmp_path) as store:
        kept = {life.seed for _, life in store.each(sorted(store.keys()))}
    assert kept == set(seeds[: seeds.index(9)])


def test_what_the_user_got_wrong_is_said_before_anything_runs(scenario: Scenario) -> None:
    impossible = scenario.changed({"england.path": {"gld": 5.0}})
    with pytest.raises(InputError, match=r"england\.path\.gld = 5"):
        run(impossible, [0, 1], workers=2)


class Deadly(Scenario):
    """A scenario that kills whoever unpickles it."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        return os._exit, (3,)


def test_a_worker_that_dies_is_said_to(scenario: Scenario) -> None:
    with pytest.raises(BrokenOffError, match=r"seed [01]: its worker died"):
        run(Deadly.of(scenario.model_dump()), [0, 1], workers=2)


def test_figures_of_too_few_are_not_shown(by_hand: Any) -> None:
    figures = {("gld", "all", 2017): (60.0, None), ("gatsby_six_share", "all", 2017): (50.0, 50.0)}
    few, enough = by_hand(figures, count=9), by_hand(figures, count=10)
    at = enough.years.index(2017)
    np.testing.assert_array_equal(enough.path("gld", "all")[:, at], [60.0, np.nan])
    assert few.path("gatsby_six_share", "all")[0, at] == 50.0
    assert np.isnan(few.path("gld", "all")).all()


def test_a_figure_that_is_not_recorded_is_missing(ensemble: Ensemble) -> None:
    runs = Runs.of(ensemble)
    assert np.isfinite(runs.figure("gld", "all", None, 2017)).all()
    assert np.isnan(runs.figure("gld", "all", None, 1999)).all()
    assert np.isnan(runs.figure("gld", "nobody", None, 2017)).all()
    assert np.isnan(runs.figure("gld", "all", "nobody", 2017)).all()
    assert ensemble.path("gld", "nobody") is None


def test_a_frame_has_a_row_for_all_that_is_not_missing(ensemble: Ensemble) -> None:
    frame = ensemble.frame()
    assert list(frame.columns) == ["draw", "seed", "year", "indicator", "group", "value", "count", "latent"]
    assert len(frame) == np.isfinite(ensemble.values).sum()
    one = frame[
        (frame.seed == 1) & (frame.year == 2017) & (frame.indicator == "gld") & (frame.group == "all")
    ]
    assert one["value"].tolist() == [Runs.of(ensemble).figure("gld", "all", None, 2017)[1]]
    assert set(frame[(frame.indicator == "gld") & frame.latent].year) == {2020, 2021}


def test_an_ensemble_needs_runs_of_one_kind(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="needs a run"):
        Ensemble.of(scenario, [])
    values = np.zeros((1, 1), np.float32)
    counts, latent = np.zeros((1, 1), np.int32), np.zeros((1, 1), np.bool_)
    one = RunResult(0, (("gld", "all"),), (2017,), values, counts, latent)
    other = RunResult(1, (("gld", "fsm"),), (2017,), values, counts, latent)
    with pytest.raises(ValueError, match="seed 0 and seed 1 did not record the same"):
        Ensemble.of(scenario, [other, one])


def test_an_ensemble_has_paths_where_every_run_has(scenario: Scenario) -> None:
    town = Town(scenario, seed=1).run()
    first, second = result_of(town, RunId(0, 1)), result_of(town, RunId(0, 2))
    assert first.paths is not None
    assert first.paths.any()
    np.testing.assert_array_equal(first.paths, town.recorded.paths)
    both = Ensemble.of(scenario, [second, first])
    assert both.paths is not None
    assert both.paths.shape == (2, *town.recorded.paths.shape)
    read = RunResult(3, first.keys, first.years, first.values, first.counts, first.latent)
    assert Ensemble.of(scenario, [first, read]).paths is None
