"""Required factors: where the share of runs crosses an even chance, and what is said beside it."""

import numpy as np
import pytest

from experiments.goals.files import checked_goals
from experiments.goals.likelihood import Likelihood
from experiments.reach.findings import LADDER, Required, Rung
from experiments.reach.required_factor import (
    FactorStep,
    beside,
    between,
    crossing,
    finite,
    ladder_steps,
    learning_effects,
    refined,
    resampled,
    scenarios_of,
)
from model.scenario.scenario import Scenario

AREA = Scenario.load("opportunity_area")
T = {goal.id: goal for goal in checked_goals("opportunity_area_2021").goals}


def test_a_factor_lies_between_two_rungs() -> None:
    shares = np.array(
        [
            [0.0, 0.0, 0.0, 0.4, 0.6, 1.0, 1.0, 1.0],
            [0.7, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.49],
            [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0],
        ]
    )
    found = crossing(LADDER, shares)
    assert found.tolist() == pytest.approx([np.sqrt(3 * 5), 1.0, np.inf, 2.0])
    assert [finite(each) for each in found[1:3]] == [1.0, None]


def test_sets_of_numbers_are_drawn_again_and_not_runs() -> None:
    reached = np.array([[0.0, 0.0, 1.0, 1.0], [np.nan, 1.0, 1.0, 1.0]])
    shares = resampled(reached, [0, 0, 1, 1])
    assert shares.shape == (1000, 2)
    # Two clusters of two runs each: none, half or all.
    assert set(shares[:, 0]) == {0.0, 0.5, 1.0}
    assert set(shares[:, 1]) == {1.0}
    np.testing.assert_array_equal(shares, resampled(reached, [0, 0, 1, 1]))


def chance(share: float) -> Likelihood:
    """A share of ten runs."""
    return Likelihood(round(10 * share), 10, 0, share, share, share)


def required(shares: dict[float, float], factor: float | None) -> Required:
    """What a goal takes, by shares of runs on each rung."""
    rungs = tuple(Rung(each, chance(share)) for each, share in sorted(shares.items()))
    return Required("T1", "plan", "effects", True, factor, None, None, False, rungs, "")


def test_halving_goes_to_the_middle_of_the_bracket() -> None:
    steps = between(
        [
            required(dict.fromkeys(LADDER, 0.0) | {8: 1.0, 12: 1.0, 20: 1.0}, 6.0),
            required(dict.fromkeys(LADDER, 0.0), None),
            required(dict.fromkeys(LADDER, 1.0), 1.0),
        ]
    )
    assert steps == (FactorStep("effects", True, 6.32),)
    close = required({1: 0.0, 6.32: 0.0, 7.11: 1.0, 20: 1.0}, 6.7)
    assert between([close]) == ()


def test_refined_says_that_rungs_are_close() -> None:
    assert not refined(6.0, LADDER)
    assert refined(6.7, (*LADDER, 6.32, 7.11))
    assert not refined(6.1, (*LADDER, 6.32, 7.11))


def test_each_step_is_a_scenario_of_its_own() -> None:
    steps = ladder_steps()
    assert len(steps) == 4 * len(LADDER)
    small = AREA.changed(until=2022)
    assert FactorStep("effects", True, 5.0).of(small).effects.factor == 5
    assert not FactorStep("reach", False, 5.0).of(small).switches.dose_cap
    assert len({step.name("plan") for step in steps}) == len(steps)


def test_learning_is_set_against_the_large_trials() -> None:
    said = beside(AREA, T["T8"], "effects", 6.0)
    mean = 6 * float(np.mean(learning_effects(AREA)))
    assert (
        f"an effect of {mean:.2f} SD on average, {mean / 0.06:.1f} times the mean of 141 large trials" in said
    )
    assert "trials" in beside(AREA, T["T15"], "effects", 6.0)
    assert "141" not in beside(AREA, T["T15"], "effects", 6.0)
    assert beside(AREA, T["T8"], "effects", None).startswith("not by effects up to 20 times")
    assert beside(AREA, T["T8"], "effects", 1.0).startswith("as likely as not with what")


def test_reach_is_set_against_everybody() -> None:
    programmes = AREA.programmes
    everybody = sum(use.reach == 1.0 for use in programmes)
    some, most = (beside(AREA, T["T8"], "reach", factor) for factor in (1.0, None))
    assert some.startswith(f"with reach as planned {everybody} of {len(programmes)} programmes would be")
    assert most.startswith("with reach 20 times as large ")
    assert int(most.split()[6]) > everybody


def test_all_steps_at_once_are_the_scenarios_that_each_step_makes() -> None:
    """Runs are found by the keys of these: whichever way a scenario was made, it is the same."""
    small, steps = AREA.changed(until=2022), ladder_steps()[::3]
    made = scenarios_of("plan", small, steps)
    assert {name: each.key() for name, each in made.items()} == {
        step.name("plan"): step.of(small).key() for step in steps
    }
    assert len({each.key() for each in made.values()}) == len(steps)
