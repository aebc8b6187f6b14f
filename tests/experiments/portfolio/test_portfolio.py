"""Bundles are what they say, a known frontier is found, and a search that was cut short goes on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from experiments.portfolio.bundle import Candidate, Levels, bundle, candidates, in_words, single
from experiments.portfolio.evaluate import Judge, Judged, Measure, chosen_goals
from experiments.portfolio.portfolio import BundleAssessment, assess, cells_for, picked, portfolio, unbeaten
from experiments.portfolio.search import greedy, opening, search
from experiments.portfolio.table import plain, rows
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.processes import Progress
from experiments.runs.runner import Outcome
from experiments.runs.store import BrokenOffError, Failure, Store
from model.io.errors import InputError
from model.scenario.scenario import Scenario

THREE = tuple(
    Candidate(name, name, (locks, locks), "J", 2018, levels)
    for name, locks, levels in (
        ("good", 4, (0.0, 0.5, 1.0)), ("dear", 3, (0.0, 0.5, 1.0)), ("idle", 1, (0.0, 1.0)),
    )
)  # fmt: skip
WORTH, PRICE = (2.0, 3.0, -0.5), (100.0, 300.0, 50.0)
DRAWS = np.array([1, 1, 2, 2])


def judged(levels: Levels) -> Judged:
    """What a bundle does in a made-up town: gains and costs add up, and `dear` fails in draw 2."""
    gain = np.full(4, levels[0] * WORTH[0] + levels[2] * WORTH[2])
    gain += levels[1] * np.where(DRAWS == 1, WORTH[1], -1.0)
    cost = np.full(4, float(np.dot(levels, PRICE)))
    goals = (gain > 1.5).astype(np.float64)
    return Judged(levels, goals, gain, cost, np.array([goals.mean()]), np.array(levels) * PRICE, DRAWS)


class Made:
    """Judges made-up bundles, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Levels] = []

    def __call__(self, wanted: Sequence[Levels], words: str) -> list[Judged]:
        self.asked += wanted
        return [judged(each) for each in wanted]


@pytest.fixture(scope="module")
def plan(acting: Scenario) -> Scenario:
    """Two programmes in the small town, to 2021."""
    return acting.changed(until=2021)


def test_a_bundle_leaves_out_lowers_and_lifts_the_budget(plan: Scenario) -> None:
    dear = plan.changed({"alliance.budget": 1000.0})
    made = bundle(dear, {"language_groups": 0.5, "encounters": 0.0})
    assert [use.name for use in made.programmes] == ["language_groups"]
    assert made.programmes[0].reach == pytest.approx(0.3)
    assert made.alliance.budget == "unlimited"
    assert bundle(plan, {}).key() == plan.key()
    assert dear.programmes[0].reach == 0.6


def test_places_by_year_are_lowered_to_one_at_least(plan: Scenario) -> None:
    placed = plan.changed({"programmes.encounters.places": {2018: 5, 2019: 1, 2020: 0}})
    made = bundle(placed, {"encounters": 0.3})
    assert made.programmes[1].places == {2018: 2, 2019: 1, 2020: 0}


def test_a_pilot_goes_with_its_programme() -> None:
    area = Scenario.load("opportunity_area")
    name = area.pilots[0].programmes[0]
    assert all(name not in pilot.programmes for pilot in bundle(area, {name: 0.0}).pilots)


def test_candidates_are_what_runs_at_the_end() -> None:
    names = [each.name for each in candidates(Scenario.load("alliance_2048"))]
    assert names
    assert all(name.startswith("alliance_") for name in names)
    early = candidates(Scenario.load("opportunity_area").changed(until=2030))
    assert len(early) == len(Scenario.load("opportunity_area").programmes)


def test_levels_are_none_the_low_end_and_as_planned(plan: Scenario) -> None:
    language, encounters = candidates(plan)
    assert language.levels == (0.0, 0.667, 1.0)
    assert language.padlocks == (4, 5)
    assert in_words((0.667, 1.0), (language, encounters)) == "language groups (67% of its reach), encounters"
    assert in_words((0.0, 0.0), (language, encounters)) == "nothing"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: bundle(s, {"nobody": 1.0}), "'nobody' is not a programme"),
        (lambda s: bundle(s, {"encounters": 1.5}), "must be between 0 and 1"),
        (lambda s: candidates(s, ["langage_groups"]), "did you mean 'language_groups'"),
        (lambda s: candidates(s, ["encounters"]), "needs two"),
        (lambda s: Measure.of(s, "gdl", "all"), "did you mean 'gld'"),
        (lambda s: Measure.of(s, "money_spent", "all"), "no better side"),
        (lambda s: Measure.of(s, "gld", "nobody"), "is not a group of gld"),
        (lambda s: Measure.of(s, "gld", "all", 2040), "is not lived"),
        (lambda s: chosen_goals(s, candidates(s), ["T99"]), "is not a goal"),
        (lambda s: chosen_goals(s, candidates(s), ["V5-half"]), "falls due in 2048"),
        (lambda s: chosen_goals(s.changed(until=2020), candidates(s)), "no goal falls due"),
        (lambda s: search(Made(), THREE, 0.0, 1), "must be above 0"),
        (lambda s: search(Made(), THREE, 10.0, -1), "must not be negative"),
    ],
)
def test_what_cannot_be_used_is_refused(
    plan: Scenario, call: Callable[[Scenario], object], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        call(plan)


def test_a_known_frontier_is_found() -> None:
    """All eighteen bundles are tried; with 250 pounds only some can be paid, and of these none does with
    `idle`."""
    found = search(Made(), THREE, 250.0, 100)
    assert len(found) == 18
    stand = assess(found, 250.0)
    assert all(each.judged.cost.mean() <= 250 for each in stand if each.feasible)
    front = {each.judged.levels for each in stand if each.frontier}
    # In draw 2 `dear` does harm, in draw 1 it gains most: half of it lessens the regret of `good` alone.
    assert front == {(0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.5, 0.0)}


def test_a_search_asks_for_the_same_in_the_same_order() -> None:
    first, second, other = Made(), Made(), Made()
    search(first, THREE, 250.0, 6)
    search(second, THREE, 250.0, 6)
    assert first.asked == second.asked
    assert len(set(first.asked)) == len(first.asked)
    assert len(first.asked) == len(opening(THREE)) + 6
    search(other, THREE, 250.0, 6, seed=2)
    assert other.asked != first.asked


def test_a_longer_search_goes_on_from_a_shorter() -> None:
    short, longer = Made(), Made()
    search(short, THREE, 250.0, 3)
    search(longer, THREE, 250.0, 9)
    assert longer.asked[: len(short.asked)] == short.asked


def test_greedy_takes_gain_per_pound_until_the_money_ends() -> None:
    assert greedy(Made(), THREE, 1000.0).levels == (1.0, 1.0, 0.0)
    assert greedy(Made(), THREE, 260.0).levels == (1.0, 0.5, 0.0)
    assert greedy(Made(), THREE, 40.0).levels == (0.0, 0.0, 0.0)


def test_regret_is_against_the_best_of_each_draw() -> None:
    stand = assess([judged((1.0, 0.0, 0.0)), judged((0.0, 1.0, 0.0)), judged((1.0, 1.0, 0.0))], 350.0)
    good, dear, both = stand
    assert not both.feasible
    assert np.isnan(both.regret)
    assert good.regret == pytest.approx(1.0)  # 3 against 2 in draw 1
    assert dear.regret == pytest.approx(3.0)  # -1 against 2 in draw 2
    assert good.on_frontier == 1.0  # cheaper where it gains less
    assert dear.on_frontier == 0.5
    assert good.enough == 1.0
    picks = picked(stand)
    assert picks["least regret"] is good
    assert picks["most gain"] is good


def test_nothing_is_never_picked_for_being_cheap() -> None:
    stand = assess([judged((0.0, 0.0, 0.0)), judged((0.5, 0.0, 0.0)), judged((0.0, 0.0, 1.0))], 350.0)
    assert stand[0].on_frontier == 1.0
    picks = picked(stand)
    assert picks["most often unbeaten"] is stand[1]
    assert picks["most goals"] is stand[0]


def test_nothing_is_picked_where_nothing_is_within_the_budget() -> None:
    stand = assess([judged((1.0, 0.0, 0.0))], 50.0)
    assert picked(stand) == {}
    assert not stand[0].frontier


def test_the_unbeaten() -> None:
    figures = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [1.0, 3.0], [3.0, 1.0]])
    assert unbeaten(figures).tolist() == [True, True, False, False, True]


def test_cells_to_judge_by_again_are_others(numbers: ParameterDraws) -> None:
    first, again = cells_for(numbers, 2, 1)
    assert first == (RunId(1, 0), RunId(2, 0))
    assert again == (RunId(3, 0), RunId(4, 0))
    best, seeds = cells_for(numbers, 1, 2)
    assert best == (RunId(0, 0), RunId(0, 1))
    assert seeds == (RunId(0, 2), RunId(0, 3))
    known = numbers.posterior.draws if numbers.posterior is not None else 0
    _, more = cells_for(numbers, known, 1)
    assert {cell.seed for cell in more} == {1}
    with pytest.raises(InputError, match="at least 1"):
        cells_for(numbers, 2, 0)


def the_judge(plan: Scenario, numbers: ParameterDraws, store: Store, **more: object) -> Judge:
    able = candidates(plan)
    goals = chosen_goals(plan, able, ["T9", "T1"])
    measure = Measure.of(plan, "gld", "all", 2021)
    cells, _ = cells_for(numbers, 2, 1)
    told = more.get("told")
    assert told is None or callable(told)
    return Judge(plan, able, goals, measure, numbers, cells, store, 1, told)


def test_a_search_cut_short_goes_on_and_finds_the_same(
    plan: Scenario, numbers: ParameterDraws, tmp_path: Path
) -> None:
    fresh = cells_for(numbers, 2, 1)[1]
    with Store.opened(tmp_path / "whole") as store:
        whole = portfolio(the_judge(plan, numbers, store), fresh, 1e9, 2)
        kept = store.keys()

    @contextmanager
    def stopping(words: str) -> Iterator[Progress]:
        if words.startswith("generation"):
            raise KeyboardInterrupt
        yield lambda done, of: None

    with Store.opened(tmp_path / "cut") as store:
        with pytest.raises(KeyboardInterrupt):
            portfolio(the_judge(plan, numbers, store, told=stopping), fresh, 1e9, 2)
        assert 0 < len(store.keys()) < len(kept)
        again = portfolio(the_judge(plan, numbers, store), fresh, 1e9, 2)
        assert store.keys() == kept
    assert str(rows(again)) == str(rows(whole))  # to the last digit; NaN is no number, and equals none
    assert plain(again) == plain(whole)
    _paired(whole.tried, plan)


def _paired(tried: Sequence[BundleAssessment], plan: Scenario) -> None:
    """Nothing gains and costs nothing; what is done costs; a bundle is judged on the cells of the search."""
    by_levels = {each.judged.levels: each.judged for each in tried}
    nothing, everything = by_levels[(0.0, 0.0)], by_levels[(1.0, 1.0)]
    assert nothing.gain.tolist() == [0.0, 0.0]
    assert nothing.cost.tolist() == [0.0, 0.0]
    alone = by_levels[single(0, 1.0, candidates(plan))]
    assert (everything.cost > alone.cost).all()
    assert everything.money.sum() == pytest.approx(everything.cost.mean(), rel=1e-4)
    assert alone.draws.tolist() == [1, 2]


def test_the_cells_to_judge_by_again_cannot_be_those_of_the_search(
    plan: Scenario, numbers: ParameterDraws, tmp_path: Path
) -> None:
    with Store.opened(tmp_path) as store:
        judge = the_judge(plan, numbers, store)
        with pytest.raises(InputError, match="others than those of the search"):
            portfolio(judge, judge.cells[:1], 100.0, 1)


def test_a_run_that_breaks_off_ends_the_search(
    plan: Scenario, numbers: ParameterDraws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Outcome(1, 0, 0, (Failure("k", "0", 1, 0, "ValueError: no"),))
    monkeypatch.setattr("experiments.portfolio.evaluate.carry_out", lambda *a, **k: broken)
    with (
        Store.opened(tmp_path) as store,
        pytest.raises(BrokenOffError, match="draw 1, seed 0: ValueError: no"),
    ):
        the_judge(plan, numbers, store)([(1.0, 0.0)])
