"""Pairs are the lives that each scenario has alone, and arms that cannot be compared are refused."""

from typing import Any, cast

import numpy as np
import pytest

from experiments.runs.draws import Cell, Draws
from experiments.runs.ensemble import LAST_SEED, Life, life_of, live
from experiments.runs.paired import BRANCH_YEAR, Arms, Pair, Wanted, Way, live_pair, live_pairs
from experiments.runs.processes import SeedError
from model.indicators.record import FUNDER, PROGRAMME
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town


def same(one: Life, other: Life) -> bool:
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


@pytest.fixture(scope="module")
def pair(arms: Arms) -> Pair:
    """Seed 1 of it."""
    return live_pair(arms, Wanted(1, arms.ways))


def test_a_shared_burn_in_changes_no_life(arms: Arms, pair: Pair) -> None:
    assert arms.shared
    assert tuple(pair.lives) == (Way.A_MEANS, Way.B_MEANS, Way.B_DRAWN)
    assert same(pair.lives[Way.A_MEANS], live(arms.a, 1))
    assert same(pair.lives[Way.B_MEANS], live(arms.b, 1))
    assert not same(pair.lives[Way.B_MEANS], pair.lives[Way.B_DRAWN])


def test_missing_lives_alone_are_the_same(arms: Arms, pair: Pair) -> None:
    alone = live_pair(arms, Wanted(1, (Way.B_DRAWN,)))
    assert list(alone.lives) == [Way.B_DRAWN]
    assert same(alone.lives[Way.B_DRAWN], pair.lives[Way.B_DRAWN])


def test_workers_and_order_change_nothing(arms: Arms, pair: Pair) -> None:
    wanted = [Wanted(seed, arms.ways) for seed in (2, 1)]
    found = {each.seed: each for each in live_pairs(arms, wanted, workers=2)}
    assert sorted(found) == [1, 2]
    for way in arms.ways:
        assert same(found[1].lives[way], pair.lives[way])


def test_without_a_common_past_each_arm_is_lived_from_the_start(scenario: Scenario) -> None:
    other = scenario.changed({"switches.peers": False})
    arms = Arms.of(scenario, other)
    assert not arms.shared
    assert arms.ways == (Way.A_MEANS, Way.B_MEANS)
    found = live_pair(arms, Wanted(0, arms.ways)).lives
    assert same(found[Way.A_MEANS], live(scenario, 0))
    assert same(found[Way.B_MEANS], live(other, 0))


def test_a_short_life_ends_before_anything_is_done(scenario: Scenario, acting: Scenario) -> None:
    arms = Arms.of(scenario.changed(until=2015), acting.changed(until=2015))
    found = live_pair(arms, Wanted(0, arms.ways)).lives
    one, other = found[Way.A_MEANS], found[Way.B_DRAWN]
    kept = [other.keys.index(key) for key in one.keys]
    assert one.values.tobytes() == other.values[:, kept].tobytes()


def test_ways_follow_what_is_asked_and_done(scenario: Scenario, acting: Scenario) -> None:
    more = acting.changed({"programmes.encounters.reach": 0.9})
    assert Arms.of(acting, more).ways == tuple(Way)
    assert Arms.of(acting, more, "means").ways == (Way.A_MEANS, Way.B_MEANS)
    assert Arms.of(acting, scenario).ways == (Way.A_MEANS, Way.B_MEANS, Way.A_DRAWN)
    both = Arms.of(acting, more)
    assert [both.effects_draw(way, Cell(0, 7)) for way in Way] == [0, 0, 8, 8]
    assert [both.effects_draw(way, Cell(3, 7)) for way in Way] == [0, 0, 13, 13]


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
        live_pairs(arms, [Wanted(LAST_SEED, arms.ways)])
    at_means = Arms.of(scenario, acting, "means")
    live_pairs(at_means, [Wanted(LAST_SEED, at_means.ways)]).close()
    live_pairs(arms, [Wanted(LAST_SEED, arms.ways, draw=2)]).close()


def test_seeds_are_checked_before_anything_runs(arms: Arms) -> None:
    with pytest.raises(InputError, match="named twice"):
        live_pairs(arms, [Wanted(1, arms.ways)] * 2)
    with pytest.raises(InputError, match="workers = 0"):
        list(live_pairs(arms, [Wanted(1, arms.ways)], workers=0))


def test_what_breaks_off_names_its_seed(arms: Arms, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(town: Town, scenario: Scenario, draw: int = 0) -> Town:
        raise RuntimeError("no room")

    monkeypatch.setattr(Town, "branch", failing)
    with pytest.raises(SeedError, match="seed 3: RuntimeError: no room"):
        list(live_pairs(arms, [Wanted(3, arms.ways)], workers=1))


def test_worlds_are_checked_before_anything_runs(scenario: Scenario) -> None:
    impossible = scenario.changed({"england.path": {"gld": 5.0}})
    with pytest.raises(InputError, match=r"england\.path\.gld = 5"):
        Arms.of(scenario, impossible).check_worlds()


def test_keys_change_with_whatever_changes_a_pair(scenario: Scenario, acting: Scenario) -> None:
    arms = Arms.of(scenario, acting)
    other = Arms.of(scenario, acting.changed({"programmes.encounters.reach": 0.9}))
    assert arms.key != other.key
    assert arms.key == Arms.of(scenario, acting, "means").key
    assert arms.key_of_way(Way.A_MEANS) == other.key_of_way(Way.A_MEANS)
    assert arms.key_of_way(Way.B_MEANS) != other.key_of_way(Way.B_MEANS)
    assert arms.key_of_way(Way.B_MEANS) != arms.key_of_way(Way.B_DRAWN)


def test_a_draw_has_its_own_numbers_and_effects(arms: Arms, numbers: Draws) -> None:
    found = live_pair(arms, Wanted(1, arms.ways, draw=2))
    cell = Cell(2, 1)
    assert found.cell == cell
    assert {life.cell for life in found.lives.values()} == {cell}
    assert same(found.lives[Way.A_MEANS], live(arms.a, 1, 2, numbers))
    assert same(found.lives[Way.B_DRAWN], live(arms.b, 1, 2, numbers))
    at_means = life_of(numbers.town(arms.b, cell, effects=0).run(), cell)
    assert same(found.lives[Way.B_MEANS], at_means)
    assert not same(found.lives[Way.B_MEANS], found.lives[Way.B_DRAWN])
