"""Goals over many runs: counted by hand."""

from dataclasses import astuple
from typing import Any

import pytest

from experiments.goals.assessment import Assessment, goals
from experiments.goals.files import checked_goals
from model.goals.goal_files import GoalFile
from model.indicators.registry import known_groups
from model.io.errors import InputError


def goal(**changes: Any) -> dict[str, Any]:
    """A goal as a file has it: half the gap at 11 between 2017 and 2021."""
    part = {
        "label": "Gap at 11",
        "indicator": "ks2_rwm",
        "group": "all",
        "minus_group": "disadvantaged",
        "comparison": "at_most",
        "reference": {"kind": "share_of_baseline", "share": 0.5},
        "basis": "state_funded",
    }
    usual = {
        "id": "G1",
        "title": "Half the gap",
        "year": 2021,
        "baseline_status": "published",
        "source": "made up",
    }
    return {**usual, "parts": [{**part, **changes.pop("part", {})}], **changes}


def assessed(ensemble: Any, *made: dict[str, Any]) -> Assessment:
    """The assessment of a file of these goals."""
    content = {"title": "Goals", "own_reading": True, "goals": list(made)}
    return goals(ensemble, [GoalFile.of(content, known_groups(), name="made")])[0]


GAPS = {
    ("ks2_rwm", "all", 2017): (60.0, 60.0, 60.0, 60.0),
    ("ks2_rwm", "disadvantaged", 2017): (40.0, 44.0, 40.0, 40.0),
    ("ks2_rwm", "all", 2021): (60.0, 60.0, 60.0, None),
    ("ks2_rwm", "disadvantaged", 2021): (50.0, 50.0, 55.0, 50.0),
}
"""Gaps of 20, 16, 20, 20 in 2017 and of 10, 10, 5 and nothing in 2021."""


def test_a_goal_is_counted_run_by_run(by_hand: Any) -> None:
    file = assessed(by_hand(GAPS), goal())
    (one,) = file.goals
    (part,) = one.parts
    assert (one.reached, one.undecided, one.runs) == (2, 1, 4)
    assert part.start is not None
    assert part.value is not None
    assert astuple(part.start) == pytest.approx((19.0, 16.6, 20.0, 4))
    assert astuple(part.value) == pytest.approx((25 / 3, 5.5, 10.0, 3))
    assert part.aim is not None
    assert part.aim.mean == pytest.approx(9.5)
    assert (part.unit, part.gap, part.reference, part.comparison) == ("%", True, "half of 2017", "at most")
    assert part.missing == ("the town's ks2_rwm (all minus disadvantaged) of 2021",)
    assert one.checkable
    # Two of the three runs that decide it: what is undecided counts neither way.
    assert one.likely
    assert (
        file.headline
        == "1 of the 1 that can be checked: reached in more than half of the 4 runs that decide it."
    )


def test_more_than_half_is_likely(by_hand: Any) -> None:
    fixed = goal(part={"reference": {"kind": "number", "value": 10.0}})
    file = assessed(by_hand(GAPS), fixed)
    assert (file.goals[0].reached, file.goals[0].likely) == (3, True)
    assert file.headline.startswith("1 of the 1 that can be checked")


def test_an_assumed_start_is_shown_apart_and_never_counted(by_hand: Any) -> None:
    file = assessed(by_hand(GAPS), goal(baseline_status="prior_only"))
    assert file.can_be_checked == file.cannot_be_decided == ()
    assert [one.goal.id for one in file.on_assumed_start] == ["G1"]
    assert file.headline == "None of these goals can be checked against published figures."


@pytest.mark.parametrize(
    "part",
    [
        {"reference": {"kind": "not_available", "why": "nobody counts"}},
        {"year": 2023},
        {"minus_group": "fsm"},
    ],
)
def test_a_goal_without_figures_cannot_be_decided(by_hand: Any, part: dict[str, Any]) -> None:
    file = assessed(by_hand(GAPS), goal(part=part), goal(id="G2"))
    assert [one.goal.id for one in file.cannot_be_decided] == ["G1"]
    assert [one.goal.id for one in file.can_be_checked] == ["G2"]


def test_a_share_is_decided_again_by_the_skill_behind(by_hand: Any) -> None:
    latent = {"reference": {"kind": "share_of_baseline", "share": 0.5, "latent_indicator": "skill_11"}}
    skills = {
        ("skill_11", "all", 2017): (0.0,) * 4,
        ("skill_11", "disadvantaged", 2017): (-0.4,) * 4,
        ("skill_11", "all", 2021): (0.0,) * 4,
        ("skill_11", "disadvantaged", 2021): (-0.1, -0.3, -0.3, -0.3),
    }
    (one,) = assessed(by_hand(GAPS | skills), goal(part=latent)).goals
    assert one.latent is not None
    assert (one.reached, one.latent.reached) == (2, 1)
    assert assessed(by_hand(GAPS), goal()).goals[0].latent is None


def test_published_starts_stand_beside_the_models(by_hand: Any) -> None:
    whole = {"minus_group": None, "comparison": "at_least", "reference": {"kind": "number", "value": 1.0}}
    assert assessed(by_hand(GAPS), goal(part=whole)).goals[0].parts[0].observed_start == 56.3
    assert assessed(by_hand(GAPS), goal()).goals[0].parts[0].observed_start is None
    assert assessed(by_hand(GAPS), goal(baseline_year=2016)).goals[0].parts[0].observed_start == 16.0


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"kind": "baseline"}, "the figure of 2017"),
        ({"kind": "share_of_baseline", "share": 0.1}, "a tenth of 2017"),
        ({"kind": "share_of_baseline", "share": 0.7}, "0.7 of 2017"),
        ({"kind": "england"}, "England"),
        ({"kind": "england", "year": 2019}, "England in 2019"),
        ({"kind": "not_available", "why": "nobody counts"}, "not available"),
        ({"kind": "number", "value": 1.0}, ""),
    ],
)
def test_a_reference_has_words(by_hand: Any, reference: dict[str, Any], words: str) -> None:
    (one,) = assessed(by_hand(GAPS), goal(part={"reference": reference})).goals
    assert one.parts[0].reference == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [("district_median", "the median district"), ("district_best_tenth", "the best tenth of districts")],
)
def test_districts_have_words(by_hand: Any, kind: str, words: str) -> None:
    (one,) = assessed(by_hand(GAPS), goal(part={"minus_group": None, "reference": {"kind": kind}})).goals
    assert one.parts[0].reference == words
    assert one.parts[0].aim is not None


def test_the_scenarios_own_goals_stand(ensemble: Any) -> None:
    targets, vision = goals(ensemble)
    assert [one.goal.id for one in targets.goals] == [f"T{number}" for number in range(1, 17)]
    assert all(not one.decided for one in vision.goals)
    assert {one.runs for one in targets.goals} == {3}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"indicator": "ks2_rmw"}, r"parts\[0\]\.indicator = \"ks2_rmw\": .*did you mean 'ks2_rwm'"),
        ({"group": "disadvantagd"}, r"parts\[0\]\.group = \"disadvantagd\": .*did you mean 'disadvantaged'"),
        (
            {"reference": {"kind": "england", "indicator": "ks2_rvm"}},
            r"reference\.indicator = \"ks2_rvm\": is not a series of England.*did you mean 'ks2_rwm'",
        ),
        (
            {"minus_group": None, "reference": {"kind": "district_median", "indicator": "ks2"}},
            r"is not an indicator of the districts",
        ),
    ],
)
def test_a_goal_on_what_does_not_exist_is_refused(tmp_path: Any, part: dict[str, Any], words: str) -> None:
    lines = ['title = "Goals"', "own_reading = true", "[[goals]]"]
    made = goal(part=part)
    lines += [f"{key} = {toml(value)}" for key, value in made.items()]
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=words) as caught:
        checked_goals(path)
    assert str(caught.value).startswith(f"{path}: goals[0].parts[0]")


def toml(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key} = {toml(each)}" for key, each in value.items() if each is not None) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
