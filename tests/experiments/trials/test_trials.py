"""Published trials re-run: cases are checked, lots are kept, what goes in comes out, and nothing comes out of
nothing."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.trials.analysis import ClusterFit, difference, ratio, scaled
from experiments.trials.sampling import USE, drawn
from experiments.trials.trials import (
    TrialResult,
    case_folder,
    case_names,
    case_of,
    load_case,
    run_trial,
    town_scale,
)
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town

NAMES = (
    "fade_out_two_years",
    "neli_effectiveness",
    "neli_efficacy",
    "neli_two_years",
    "rise",
    "sure_start",
    "texting_parents",
)


def content(name: str, **sample: Any) -> dict[str, Any]:
    """A case as its file has it, with other keys of its sample."""
    with (case_folder() / f"{name}.toml").open("rb") as file:
        found = tomllib.load(file)
    found["sample"].update(sample)
    return found


def times(case: dict[str, Any], factor: float) -> dict[str, Any]:
    """The case with its raw effects times a factor."""
    for effect in case["effect"]["changes"]["effects"]:
        effect["mean"] *= factor
    return case


def rerun(case: dict[str, Any], seeds: Sequence[int] = (0,)) -> TrialResult:
    return run_trial(case_of(case), seeds)


# Cases.


@pytest.mark.parametrize("name", NAMES)
def test_each_case_loads_and_says_which_effect_it_uses(name: str) -> None:
    case = load_case(name)
    assert case.name == name
    assert set(case_names()) >= set(NAMES)
    raw = "effects" in case.effect.changes
    assert case.effect.used == ("as published" if raw else "card")
    for outcome in case.outcomes:
        assert outcome.published.rests_on


def changed(path: str, value: Any) -> dict[str, Any]:
    """The trial in 193 schools with another value at a dotted path; None takes the key away."""
    case = content("neli_effectiveness")
    here: Any = case
    *steps, last = path.split(".")
    for step in steps:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    here[last] = value
    if value is None:
        del here[last]
    return case


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("sample.setings", 3, "sample.setings = 3: is not a known key; allowed: .*did you mean 'settings'"),
        ("sample.settings", 1, "sample.settings = 1: must be at least 4"),
        ("effect.card", "language_group", "is not a programme card; .*did you mean 'language_groups'"),
        ("effect.card", "backbone", "serves the whole town"),
        ("effect.used", "card", "effect.changes.effects: goes with used = \"as published\""),
        ("effect.changes.effects", None, "effect.changes.effects: is missing"),
        ("effect.changes.effects.0.lever", "litracy", "did you mean 'literacy'"),
        ("effect.changes.usual_provision", {"shares": [0.2, 0.2], "years": [2018, 2019]}, "must be zero"),
        ("outcomes.0.published.low", 0.3, "does not lie between low and high"),
        ("outcomes.0.published.unit", "pp", "is not the unit of this outcome; allowed: SD"),
        ("outcomes.0.null", True, "leaves out zero"),
        ("outcomes.0.share_of_first", True, "is not the unit|is the first outcome itself"),
        ("outcomes.0.measure", "absence", "is not the unit of this outcome; allowed: pp"),
        ("outcomes.0.after", 16, "measures people of 21 in 2034"),
        ("sample.ages", [1], "too young"),
        ("sample.cohorts", 2, "goes with wards only"),
        ("programme.who", {"lowest": 2.0}, "programme.who.lowest = 2.0: must be"),
    ],
)  # fmt: skip
def test_a_wrong_case_is_refused(path: str, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        case_of(changed(path, value), "mine.toml")


def test_wrong_trials_of_children_wards_and_schools_are_refused() -> None:
    children = content("neli_efficacy")
    children["programme"]["take_up"] = 0.5
    with pytest.raises(InputError, match="must be 1 where children are drawn"):
        case_of(children)
    for key, value, said in (
        ("scale", None, "is missing"),
        ("settings", 8, "does not go with wards"),
        ("adjust_for", ["before"], "not known of year groups that are yet to come|too young"),
    ):
        wards = content("sure_start", **{key: value})
        if value is None:
            del wards["sample"][key]
        with pytest.raises(InputError, match=said):
            case_of(wards)
    wards = content("sure_start")
    wards["programme"]["who"] = {"fsm": True}
    with pytest.raises(InputError, match=r"programme\.who: does not go with wards"):
        case_of(wards)
    with pytest.raises(InputError, match="must be school"):
        case_of(content("rise", randomised="child"))
    absence = content("texting_parents")
    absence["outcomes"][1]["reliability"] = 0.9
    with pytest.raises(InputError, match="without error"):
        case_of(absence)
    share = content("fade_out_two_years")
    share["outcomes"][0] |= {"share_of_first": True}
    share["outcomes"][0]["published"] |= {"unit": "share"}
    with pytest.raises(InputError, match="is the first outcome itself"):
        case_of(share)


def test_only_a_raw_effect_outside_its_own_conditions_is_discounted() -> None:
    case = content("neli_efficacy")
    case["effect"] |= {"fidelity": 0.65, "scale_discount": 0.6}
    with pytest.raises(InputError, match="counts twice"):
        case_of(case)
    case["effect"]["conditions"] = "routine"
    assert case_of(case).effect.card_changes()["effects"][0]["mean"] == pytest.approx(0.16 * 0.65 * 0.6)
    card = content("rise")
    card["effect"]["scale_discount"] = 0.6
    with pytest.raises(InputError, match="counts twice"):
        case_of(card)


def test_a_town_has_to_have_the_schools() -> None:
    assert town_scale(case_of(content("rise"))) == pytest.approx(4.95)
    with pytest.raises(InputError, match=r"sample\.settings = 900: is more than a town has"):
        town_scale(case_of(content("rise", settings=900)))
    with pytest.raises(InputError, match=r"is more than the 3 such schools .* needs a larger sample.scale"):
        rerun(content("neli_effectiveness", scale=0.1))
    with pytest.raises(InputError, match="at least one seed"):
        rerun(content("neli_effectiveness"), ())


# Lots and doses.


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("neli_effectiveness", {"settings": 10, "scale": 0.5, "per_setting": None}),
        ("texting_parents", {"settings": 8, "scale": 1.0, "per_setting": None, "ages": [12, 13, 14, 15, 16]}),
        ("neli_efficacy", {"settings": 10, "scale": 0.5, "per_setting": None}),
    ],
)
def test_the_arm_drawn_is_the_arm_served(name: str, sample: dict[str, Any]) -> None:
    made = content(name, **sample)
    case = case_of({**made, "sample": {key: value for key, value in made["sample"].items() if value}})
    town = Town(Scenario.load("baseline").changed(scale=town_scale(case), until=2018), 3).run(2017)
    with_it, found = drawn(case, town)
    c, served = with_it.children, with_it.delivery.served[USE]
    stayed = np.isin(c.id[served], town.children.id)
    assert set(found.ids[found.treated].tolist()) == set(c.id[served][stayed].tolist())
    assert 0.3 < found.treated.mean() < 0.7
    assert town.year == 2017
    if case.sample.randomised == "school":
        mixed = [np.unique(found.treated[found.cluster == one]).size for one in np.unique(found.cluster)]
        assert set(mixed) == {1}
        assert len(mixed) == case.sample.settings
    others, _ = drawn(case, Town(town.scenario, 4).run(2017))
    assert set(others.children.id[others.delivery.served[USE]].tolist()) != set(c.id[served].tolist())


def test_delivery_in_schools_is_routine_on_average() -> None:
    case = case_of(content("texting_parents", settings=24, scale=3.0))
    with_it, _ = drawn(case, Town(Scenario.load("baseline").changed(scale=3.0, until=2018), 3).run(2017))
    practice = with_it.delivery.practice[USE].sum(axis=0)
    reached = practice > 0
    assert reached.sum() == 12
    assert practice.max() > 1
    assert practice[reached].mean() == pytest.approx(with_it.delivery.ledger[0].fidelity, rel=1e-6)


# What goes in comes out.


def test_an_effect_comes_out_and_twice_the_effect_comes_out_twice() -> None:
    sample = {"settings": 30, "scale": 1.2, "per_setting": 12}
    once = rerun(content("neli_effectiveness", **sample), (0, 1, 2, 3)).outcomes[0]
    twice = rerun(times(content("neli_effectiveness", **sample), 2), (0, 1, 2, 3)).outcomes[0]
    assert once.in_town.mean() == pytest.approx(0.26, abs=0.02)
    np.testing.assert_allclose(once.spillover, 0, atol=1e-6)
    # The same children with the same luck: what the second effect adds is the effect, without any noise but
    # for classmates, who have fewer of the weakest beside them.
    np.testing.assert_allclose(twice.in_town, 2 * once.in_town, rtol=0.01)
    np.testing.assert_allclose(twice.estimates - once.estimates, once.in_town, atol=0.02)
    np.testing.assert_allclose(twice.errors, once.errors, rtol=0.25)
    assert abs(once.mean - once.in_town.mean()) < 3 * once.errors.mean() / 2
    assert once.inside
    assert not twice.inside


def test_nothing_comes_out_of_nothing() -> None:
    found = rerun(content("rise", settings=10, scale=1.25, per_setting=60), range(4)).outcomes[0]
    np.testing.assert_array_equal(found.in_town, 0)
    np.testing.assert_array_equal(found.spillover, 0)
    assert found.null_stays
    assert found.with_zero >= 3


def test_messages_move_what_they_are_for() -> None:
    maths, absence, english = rerun(content("texting_parents", settings=8, scale=1.0), (0, 1, 2)).outcomes
    assert maths.in_town.mean() == pytest.approx(0.0316, abs=0.006)
    assert absence.in_town.mean() == pytest.approx(-0.3, abs=0.06)
    assert english.in_town.mean() == pytest.approx(0.0, abs=0.005)


def test_what_is_left_of_an_effect_follows_its_parts() -> None:
    first, year, two = rerun(content("fade_out_two_years", scale=0.25), (0, 1)).outcomes
    assert first.in_town.mean() == pytest.approx(0.2, abs=0.02)
    assert year.in_town.mean() == pytest.approx(0.39, abs=0.02)
    assert two.in_town.mean() == pytest.approx(0.36, abs=0.02)
    assert year.clusters.mean() == year.children.mean()
    assert (two.children < year.children).all()


def test_a_trial_of_wards_follows_its_year_groups_to_16() -> None:
    case = content("sure_start", scale=0.5)
    case["outcomes"][0]["group"] = "all"
    found = rerun(case, (0,)).outcomes[0]
    case["sample"]["cohorts"] = 1
    one = rerun(case, (0,)).outcomes[0]
    assert found.clusters[0] == 16
    assert 2.5 < found.children[0] / one.children[0] < 3.5
    # A quarter of the exposure is in need, and has six times the effect of the rest.
    assert one.in_town[0] == pytest.approx(0.055, abs=0.02)
    np.testing.assert_allclose(found.spillover, 0, atol=0.01)


def test_the_frame_has_a_row_an_outcome() -> None:
    result = rerun(content("neli_efficacy", settings=8, scale=0.4))
    frame = result.frame()
    assert list(frame["outcome"]) == ["spoken language at the end"]
    assert frame.loc[0, "published"] == 0.16
    assert frame.loc[0, "good"] == result.good
    assert np.isnan(result.outcomes[0].spread)


def test_a_verdict_can_be_no() -> None:
    found = rerun(content("rise", settings=6, scale=1.0, per_setting=40), (0, 1)).outcomes[0]
    far = np.full(20, 0.5)
    off = replace(found, estimates=far, lows=far - 0.1, highs=far + 0.1)
    assert (off.inside, off.with_zero, off.null_stays, off.good) == (False, 0, False, False)
    # In the published interval on average, but too often without zero.
    split = np.repeat([-0.5, 0.5], 10)
    off = replace(found, estimates=split, lows=split - 0.1, highs=split + 0.1)
    assert (off.inside, off.null_stays, off.good) == (True, False, False)


# Analysis.


def test_the_difference_and_its_error_are_those_of_the_books() -> None:
    rng = np.random.default_rng(1)
    treated = np.repeat([True, False], 10)
    y = rng.normal(size=20)
    alone = difference(y, treated, [], np.arange(20), 20)
    assert alone.estimate == pytest.approx(y[:10].mean() - y[10:].mean())
    # Each child a cluster: the robust error (HC1) of two means.
    variance = (y[:10].var() + y[10:].var()) / 10 * 20 / 18
    assert alone.error == pytest.approx(np.sqrt(variance * 19 / 18 * 18 / 19))
    # Children who are all alike in a cluster say no more than one of them does.
    cluster = np.repeat(np.arange(8), 5)
    arm = np.repeat([True, False] * 4, 5)
    means = rng.normal(size=8)
    alike = difference(means[cluster], arm, [], cluster, 8)
    one = difference(means, arm[::5], [], np.arange(8), 8)
    assert alike.estimate == pytest.approx(one.estimate)
    assert alike.error == pytest.approx(one.error, rel=0.1)
    assert alike.low < alike.estimate < alike.high
    before = rng.normal(size=40)
    exact = difference(before * 2 + arm, arm, [before], cluster, 8)
    assert exact.estimate == pytest.approx(1)
    assert exact.error == pytest.approx(0, abs=1e-9)


def test_shares_and_scales() -> None:
    first, later = (
        ClusterFit(2.0, 0.1, 1.8, 2.2, np.array([0.06, 0.08, 0.0])),
        ClusterFit(1.0, 0.1, 0.8, 1.2, np.array([0.03, 0.04, 0.01])),
    )
    with pytest.raises(ValueError, match="effect of zero"):
        ratio(later, scaled(first, 0))
    half = ratio(
        replace(later, pull=np.array([0.03, 0.04, 0.0, 0.01])),
        replace(first, pull=np.array([0.06, 0.08, 0.0, 1e-12])),
    )
    assert half.estimate == 0.5
    assert half.error == pytest.approx(0.005)
    assert scaled(first, 2).error == 0.2


@pytest.mark.parametrize(
    ("arms", "clusters"), [([True] * 4, 4), ([False] * 4, 4), ([True, True, False, False], 2)]
)
def test_a_trial_without_arms_or_clusters_cannot_be_read(arms: list[bool], clusters: int) -> None:
    with pytest.raises(ValueError, match="children treated"):
        difference(np.arange(4.0), np.array(arms), [], np.arange(4) % clusters, 4)
