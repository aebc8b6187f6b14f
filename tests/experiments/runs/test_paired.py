"""Pairs are the lives that each scenario has alone, and arms that cannot be compared are refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import LAST_SEED, Ensemble, RunResult, result_of
from experiments.runs.paired import Arms, Way, checked_pair_seeds
from experiments.runs.runner import RunPlan, carry_out, ensembles, made, run
from experiments.runs.store import BrokenOffError, Store
from experiments.runs.worker import BRANCH_YEAR
from model.indicators.record import FUNDER, PROGRAMME
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town
from tests.living import live


def same(one: RunResult, other: RunResult) -> bool:
    """Whether two lives are equal to the last bit; before programmes begin nothing done may be missing."""
    if (one.seed, one.keys, one.years) != (other.seed, other.keys, other.years):
        return False
    done = np.array([group.startswith((PROGRAMME, FUNDER)) for _, group in one.keys])
    before = np.array(one.years)[:, None] <= BRANCH_YEAR
    return all(
        np.where(done & before, 0, getattr(one, name)).tobytes()
        == np.where(done & before, 0, getattr(other, name)).tobytes()
        for name in ("values", "counts", "latent")
    )


@pytest.fixture(scope="module")
def arms(scenario: Scenario, acting: Scenario) -> Arms:
    """The small town without and with two programmes, effects drawn."""
    return Arms.of(scenario, acting)


def lived(arms: Arms, cells: Sequence[RunId], workers: int = 1) -> dict[Way, Ensemble]:
    """All ways of some cells."""
    found = made(arms.plan(cells), None, workers)
    return {way: found[way] for way in arms.ways}


def only(ensemble: Ensemble) -> RunResult:
    """Its one run."""
    ((draw, seed),) = ensemble.cells
    arrays = ensemble.values[0], ensemble.counts[0], ensemble.latent[0]
    return RunResult(seed, ensemble.keys, ensemble.years, *arrays, draw)


@pytest.fixture(scope="module")
def pair(arms: Arms) -> dict[Way, RunResult]:
    """Seed 1 of it."""
    return {way: only(each) for way, each in lived(arms, [RunId(0, 1)]).items()}


def test_a_shared_burn_in_changes_no_life(arms: Arms, pair: dict[Way, RunResult]) -> None:
    assert tuple(pair) == (Way.A_MEANS, Way.B_MEANS, Way.B_DRAWN)
    assert same(pair[Way.A_MEANS], live(arms.a, 1))
    assert same(pair[Way.B_MEANS], live(arms.b, 1))
    assert not same(pair[Way.B_MEANS], pair[Way.B_DRAWN])


def test_a_pair_is_lived_from_one_town(arms: Arms, monkeypatch: pytest.MonkeyPatch) -> None:
    built = list[int]()
    usual = Town.__init__

    def counted(town: Town, *arguments: Any, **named: Any) -> None:
        usual(town, *arguments, **named)
        built.append(town.seed)

    monkeypatch.setattr(Town, "__init__", counted)
    lived(arms, [RunId(0, 1), RunId(0, 2)])
    assert built == [1, 2]


def test_missing_lives_alone_are_the_same(arms: Arms, pair: dict[Way, RunResult], tmp_path: Path) -> None:
    whole = arms.plan([RunId(0, 1)])
    drawn = RunPlan(whole.arms, tuple(job for job in whole.jobs if job.arm == Way.B_DRAWN), whole.numbers)
    with Store.opened(tmp_path) as store:
        assert carry_out(drawn, store, workers=1).made == 1
        outcome = carry_out(whole, store, workers=1)
        assert (outcome.found, outcome.made) == (1, 2)
        found = ensembles(whole, store)
    assert all(same(only(found[way]), pair[way]) for way in arms.ways)


def test_what_a_run_has_kept_serves_a_comparison(arms: Arms, tmp_path: Path) -> None:
    """A run of the best fit has effects at their means; so have the two arms of a pair."""
    run(arms.a, [1], workers=1, store=tmp_path)
    with Store.opened(tmp_path) as store:
        outcome = carry_out(arms.plan([RunId(0, 1)]), store, workers=1)
    assert (outcome.found, outcome.made) == (1, 2)


def test_workers_and_order_change_nothing(arms: Arms, pair: dict[Way, RunResult]) -> None:
    found = lived(arms, [RunId(0, 2), RunId(0, 1)], workers=2)
    for way in arms.ways:
        assert found[way].cells == ((0, 1), (0, 2))
        assert found[way].values[0].tobytes() == pair[way].values.tobytes()


def test_without_a_common_past_each_arm_is_lived_from_the_start(scenario: Scenario) -> None:
    other = scenario.changed({"switches.peers": False})
    arms = Arms.of(scenario, other)
    assert not arms.shared
    assert arms.ways == (Way.A_MEANS, Way.B_MEANS)
    found = lived(arms, [RunId(0, 0)])
    assert same(only(found[Way.A_MEANS]), live(scenario, 0))
    assert same(only(found[Way.B_MEANS]), live(other, 0))


def test_a_short_life_ends_before_anything_is_done(scenario: Scenario, acting: Scenario) -> None:
    arms = Arms.of(scenario.changed(until=2015), acting.changed(until=2015))
    found = lived(arms, [RunId(0, 0)])
    one, other = only(found[Way.A_MEANS]), only(found[Way.B_DRAWN])
    kept = [other.keys.index(key) for key in one.keys]
    assert one.values.tobytes() == other.values[:, kept].tobytes()


def test_ways_follow_what_is_asked_and_done(scenario: Scenario, acting: Scenario) -> None:
    more = acting.changed({"programmes.encounters.reach": 0.9})
    assert Arms.of(acting, more).ways == tuple(Way)
    assert Arms.of(acting, more, "means").ways == (Way.A_MEANS, Way.B_MEANS)
    assert Arms.of(acting, scenario).ways == (Way.A_MEANS, Way.B_MEANS, Way.A_DRAWN)
    both = Arms.of(acting, more)
    assert [both.effects_draw(way, RunId(0, 7)) for way in Way] == [0, 0, 8, 8]
    assert [both.effects_draw(way, RunId(3, 7)) for way in Way] == [0, 0, 13, 13]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scale": 0.1}, r"baseline\.toml: scale = 0\.1: only .* scale = 0\.05, as in baseline\.toml"),
        ({"until": 2021}, r"until = 2021: only scenarios alike .* until = 2022, as in"),
        ({"goals": ("vision_2048",)}, r'goals = \["vision_2048"\]: only .*"opportunity_area_2021"'),
        ({"record": "full"}, r'record = "full": only .* record = "default", as in'),
        ({"place": "england"}, "place"),
    ],
)
def test_arms_that_differ_in_more_than_what_is_done_are_refused(
    scenario: Scenario, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        # A copy as pydantic makes it, for the second place of the world has no town.
        Arms.of(scenario, scenario.model_copy(update=changes))


def test_a_scenario_is_not_compared_with_itself(scenario: Scenario) -> None:
    with pytest.raises(InputError, match=r"says the same as baseline\.toml: a scenario compared with itself"):
        Arms.of(scenario, scenario.changed(title="Another title"))


def test_scenarios_without_a_name_are_told_apart(scenario: Scenario) -> None:
    content = scenario.model_dump()
    one, other = Scenario.of(content), Scenario.of({**content, "until": 2020})
    with pytest.raises(InputError, match=r"the second scenario: until = 2020: .* as in the first scenario"):
        Arms.of(one, other)


def test_effects_are_drawn_or_means(scenario: Scenario, acting: Scenario) -> None:
    with pytest.raises(InputError, match=r"effects = \"mean\".*allowed: drawn, means.*'means'"):
        Arms.of(scenario, acting, cast(Any, "mean"))


def test_the_last_seed_has_no_draw_left(arms: Arms, scenario: Scenario, acting: Scenario) -> None:
    with pytest.raises(InputError, match="must be below 4294967295 where effects are drawn"):
        checked_pair_seeds(arms, [LAST_SEED])
    assert checked_pair_seeds(Arms.of(scenario, acting, "means"), [LAST_SEED]) == (LAST_SEED,)
    assert checked_pair_seeds(arms, [LAST_SEED], draw=2) == (LAST_SEED,)


def test_what_breaks_off_names_its_seed(arms: Arms, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> Town:
        raise RuntimeError("no room")

    monkeypatch.setattr(Town, "branch", failing)
    # Tried again, each is alone and needs no branch.
    assert {each.cells for each in lived(arms, [RunId(0, 3)]).values()} == {((0, 3),)}
    monkeypatch.setattr(Town, "run", failing)
    with pytest.raises(BrokenOffError, match="1 run broke off: a-means, draw 0, seed 3: Runtime"):
        lived(arms, [RunId(0, 3)])


def test_worlds_are_checked_before_anything_runs(scenario: Scenario) -> None:
    impossible = scenario.changed({"england.path": {"gld": 5.0}})
    with pytest.raises(InputError, match=r"england\.path\.gld = 5"):
        Arms.of(scenario, impossible).check_worlds()


def test_keys_change_with_whatever_changes_a_pair(scenario: Scenario, acting: Scenario) -> None:
    arms = Arms.of(scenario, acting)
    other = Arms.of(scenario, acting.changed({"programmes.encounters.reach": 0.9}))
    assert arms.key != other.key
    assert arms.key == Arms.of(scenario, acting, "means").key
    keys = {job.arm: key for job, key in arms.plan([RunId(0, 1)]).keys.items()}
    others = {job.arm: key for job, key in other.plan([RunId(0, 1)]).keys.items()}
    assert keys["a-means"] == others["a-means"]
    assert keys["b-means"] != others["b-means"]
    assert keys["b-means"] != keys["b-drawn"]


def test_a_draw_has_its_own_numbers_and_effects(arms: Arms, numbers: ParameterDraws) -> None:
    cell = RunId(2, 1)
    found = {way: only(each) for way, each in lived(arms, [cell]).items()}
    assert {life.cell for life in found.values()} == {cell}
    assert same(found[Way.A_MEANS], live(arms.a, 1, 2, numbers))
    assert same(found[Way.B_DRAWN], live(arms.b, 1, 2, numbers))
    at_means = result_of(numbers.town(arms.b, cell, effects=0).run(), cell)
    assert same(found[Way.B_MEANS], at_means)
    assert not same(found[Way.B_MEANS], found[Way.B_DRAWN])
