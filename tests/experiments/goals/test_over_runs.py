"""Goals decided over many runs at once: the same as one run at a time, in any year, at fixed composition."""

from typing import Any

import numpy as np
import pytest

from experiments.goals.assessment import checked_goals
from experiments.goals.over_runs import Runs, clusters_of, composed, decide, holds, latent
from experiments.runs.draws import Draws
from experiments.runs.ensemble import Ensemble
from model.goals.goal_files import Goal, GoalFile
from model.goals.goals import evaluate
from model.indicators.registry import known_groups
from model.scenario.scenario import Scenario


def goal(in_year: int = 2021, **part: Any) -> Goal:
    """Half the gap at 11 between 2017 and another year."""
    usual = {
        "label": "Gap at 11", "indicator": "ks2_rwm", "group": "all", "minus_group": "disadvantaged",
        "comparison": "at_most", "reference": {"kind": "share_of_baseline", "share": 0.5},
        "basis": "state_funded",
    }  # fmt: skip
    made = {
        "id": "G1", "title": "Half the gap", "year": in_year, "baseline_status": "published",
        "source": "made up", "parts": [usual | part],
    }  # fmt: skip
    file = GoalFile.of({"title": "Goals", "own_reading": True, "goals": [made]}, known_groups())
    return file.goals[0]


@pytest.mark.parametrize("name", ["opportunity_area_2021", "vision_2048"])
def test_it_decides_as_one_run_at_a_time(drawn: Ensemble, numbers: Draws, name: str) -> None:
    runs = Runs.of(drawn, numbers)
    some = 0
    for each in checked_goals(name).goals:
        # The runs end in 2022; a goal of a later year is asked for the last year that has all figures.
        asked = each if each.year <= 2021 else each.model_copy(update={"year": 2021})
        found = decide(asked, runs)
        skill = latent(asked, runs)
        for position in range(len(drawn.cells)):
            one = evaluate(asked, drawn.figures(position), runs.england, runs.districts)
            assert as_float(one.reached) == pytest.approx(found.reached[position], nan_ok=True)
            for part, mine in zip(one.parts, found.parts, strict=True):
                assert mine.year == part.year
                for theirs, own in ((part.start, mine.start), (part.value, mine.value), (part.aim, mine.aim)):
                    assert as_float(theirs) == pytest.approx(own[position], nan_ok=True)
            if skill is not None:
                assert as_float(one.reached_latent) == pytest.approx(skill[position], nan_ok=True)
            some += one.reached is not None
    assert some > 12


def as_float(value: bool | float | None) -> float:
    """NaN for None."""
    return np.nan if value is None else float(value)


def test_it_moves_to_another_year(by_hand: Any, numbers: Draws) -> None:
    figures = {
        ("ks2_rwm", "all", 2017): (60.0, 60.0),
        ("ks2_rwm", "disadvantaged", 2017): (40.0, 40.0),
        ("ks2_rwm", "all", 2021): (60.0, 60.0),
        ("ks2_rwm", "disadvantaged", 2021): (45.0, 50.0),
        ("ks2_rwm", "all", 2030): (60.0, 60.0),
        ("ks2_rwm", "disadvantaged", 2030): (55.0, 49.0),
    }
    runs = Runs.of(by_hand(figures), numbers)
    assert decide(goal(), runs).reached.tolist() == [0.0, 1.0]
    assert decide(goal(), runs, 2030).reached.tolist() == [1.0, 0.0]
    assert np.isnan(decide(goal(), runs, 2031).reached).all()
    # A part with a year of its own keeps its distance from the goal's.
    later = goal(2020, year=2021)
    assert decide(later, runs, 2029).parts[0].year == 2030
    assert decide(later, runs, 2029).reached.tolist() == [1.0, 0.0]


def test_a_gap_closed_by_a_rule_is_not_closed_by_need(by_hand: Any, numbers: Draws) -> None:
    figures = {
        ("ks2_rwm", "all", 2017): (60.0,),
        ("ks2_rwm", "disadvantaged", 2017): (40.0,),
        ("ks2_rwm", "need6", 2017): (40.0,),
        ("ks2_rwm", "all", 2021): (60.0,),
        ("ks2_rwm", "disadvantaged", 2021): (51.0,),
        ("ks2_rwm", "need6", 2021): (45.0,),
    }
    runs = Runs.of(by_hand(figures), numbers)
    assert decide(goal(), runs).reached.tolist() == [1.0]
    assert decide(goal(), runs, by_need=True).reached.tolist() == [0.0]


def test_only_gaps_against_the_own_start_depend_on_who_counts() -> None:
    assert composed(goal().parts[0])
    assert not composed(goal(minus_group=None).parts[0])
    assert not composed(goal(group="girls", minus_group="boys").parts[0])
    assert not composed(goal(reference={"kind": "england"}).parts[0])


def test_a_start_of_nothing_is_no_aim(by_hand: Any, numbers: Draws) -> None:
    figures = {
        ("ks2_rwm", "all", 2017): (60.0, 60.0),
        ("ks2_rwm", "disadvantaged", 2017): (60.0, 40.0),
        ("ks2_rwm", "all", 2021): (60.0, 60.0),
        ("ks2_rwm", "disadvantaged", 2021): (60.0, 60.0),
    }
    found = decide(goal(), Runs.of(by_hand(figures), numbers))
    assert np.isnan(found.reached[0])
    assert found.reached[1] == 1.0


@pytest.mark.parametrize(
    ("comparison", "wanted"),
    [("at_least", [0, 1, 1]), ("above", [0, 0, 1]), ("at_most", [1, 1, 0]), ("below", [1, 0, 0])],
)
def test_equal_figures_are_equal_whatever_their_last_bit(comparison: str, wanted: list[float]) -> None:
    value = np.array([9.0, 10.0 * (1 + 1e-8), 11.0])
    assert holds(comparison, value, np.full(3, 10.0)).tolist() == wanted
    assert np.isnan(holds(comparison, np.array([np.nan]), np.array([1.0]))).all()


def test_copies_of_a_draw_are_one_cluster(
    by_hand: Any, numbers: Draws, scenario: Scenario, drawn: Ensemble
) -> None:
    figures = {("ks2_rwm", "all", 2017): (1.0, 2.0, 3.0, 4.0)}
    # From the fifth draw on, the posterior of these tests has one set of numbers for all.
    lives = by_hand.lives(figures, draws=[1, 2, 5, 6])
    assert clusters_of(numbers, Ensemble.of(scenario, lives)) == (0, 1, 2, 2)
    assert clusters_of(numbers, drawn) == (0, 0, 1, 1, 2, 2)
    assert clusters_of(numbers, by_hand(figures)) == (0, 1, 2, 3)
