"""Goal files: what they may say, and one clear line for what they may not."""

import copy
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from model.goals.goal_files import GoalFile, NotAvailable, check_names, json_schema
from model.io.errors import InputError

PART: dict[str, Any] = {
    "label": "Gap at 11",
    "indicator": "ks2_rwm",
    "group": "all",
    "comparison": "at_most",
    "reference": {"kind": "number", "value": 10.0},
    "basis": "state_funded",
}
GOAL: dict[str, Any] = {
    "id": "G1",
    "title": "Half the gap",
    "year": 2021,
    "baseline_status": "published",
    "source": "s",
    "parts": [PART],
}
FILE: dict[str, Any] = {"title": "Goals", "own_reading": True, "goals": [GOAL]}
KNOWN = {"ks2_rwm": ["all", "disadvantaged", "other"], "gld": ["all"], "skill_11": ["all", "disadvantaged"]}


def content(goal: Mapping[str, Any] | None = None, part: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """FILE with other values in its goal and in that goal's part; None leaves a key out."""
    made = copy.deepcopy(FILE)
    for table, changes in ((made["goals"][0], goal or {}), (made["goals"][0]["parts"][0], part or {})):
        table.update(changes)
        for key in [key for key, value in table.items() if value is None]:
            del table[key]
    return made


@pytest.mark.parametrize(
    ("goal_changes", "part_changes", "message"),
    [
        (
            {"yeer": 2021},
            {},
            "goals[0].yeer = 2021: is not a known key; allowed: id, title, section, rung, year",
        ),
        ({"title": None}, {}, "goals[0].title: is missing"),
        ({"source": ""}, {}, 'goals[0].source = "": must not be empty'),
        ({"year": "2021"}, {}, 'goals[0].year = "2021": must be a whole number'),
        ({"year": 2060}, {}, "goals[0].year = 2060: must be between 1998 and 2048"),
        ({"year": 2017}, {}, "goals[0].year = 2017: must be after baseline_year = 2017"),
        (
            {"year": 2021, "baseline_year": 2022},
            {},
            "goals[0].year = 2021: must be after baseline_year = 2022",
        ),
        ({"birth_cohort": 2022}, {}, "goals[0].birth_cohort = 2022: must not be after year = 2021"),
        ({"id": "a b"}, {}, 'goals[0].id = "a b": is no id'),
        ({"parts": []}, {}, "goals[0].parts = []: must have at least 1 entries"),
        (
            {"baseline_status": "publishd"},
            {},
            'goals[0].baseline_status = "publishd": is not one of the allowed words; allowed: published, '
            "derived, area_proxy, prior_only; did you mean 'published'?",
        ),
        ({}, {"counts": False}, "goals[0].parts: must have a part that counts"),
        ({}, {"counts": 1}, "goals[0].parts[0].counts = 1: must be true or false"),
        ({}, {"year": 2016}, "goals[0].parts[0].year = 2016: must be after baseline_year = 2017"),
        ({}, {"group": None}, "goals[0].parts[0].group: is missing"),
        (
            {},
            {"minus_group": "all"},
            'goals[0].parts[0].minus_group = "all": must be another group than group',
        ),
        (
            {},
            {"comparison": "at_mst"},
            'goals[0].parts[0].comparison = "at_mst": is not one of the allowed words',
        ),
        (
            {},
            {"basis": "mainstreem"},
            'goals[0].parts[0].basis = "mainstreem": is not one of the allowed words',
        ),
        ({}, {"reference": {"value": 3.0}}, "goals[0].parts[0].reference.kind: is missing"),
        ({}, {"reference": {"kind": "number"}}, "goals[0].parts[0].reference.value: is missing"),
        (
            {},
            {"reference": {"kind": "number", "value": math.nan}},
            "goals[0].parts[0].reference.value = nan: must be a finite number",
        ),
        (
            {},
            {"reference": {"kind": "district_medien"}},
            'goals[0].parts[0].reference.kind = "district_medien": is not one of the allowed words',
        ),
        (
            {},
            {"reference": {"kind": "share_of_baseline", "share": 1.5}},
            "goals[0].parts[0].reference.share = 1.5: must be at most 1 and above 0",
        ),
        (
            {},
            {"reference": {"kind": "england", "yeer": 2025}},
            "goals[0].parts[0].reference.yeer = 2025: is not a known key; allowed: kind, indicator, group",
        ),
        (
            {},
            {"reference": {"kind": "not_available", "why": ""}},
            'goals[0].parts[0].reference.why = "": must not be empty',
        ),
        (
            {},
            {"minus_group": "other", "reference": {"kind": "district_median"}},
            'goals[0].parts[0].reference.kind = "district_median": cannot be used for a gap',
        ),
        (
            {},
            {"minus_group": "other", "reference": {"kind": "district_best_tenth"}},
            'goals[0].parts[0].reference.kind = "district_best_tenth": cannot be used for a gap',
        ),
        (
            {},
            {"reference": {"kind": "england", "minus_group": "other"}},
            'goals[0].parts[0].reference.minus_group = "other": needs a minus_group in the part too',
        ),
        (
            {},
            {"indicator": "ks2_rwn"},
            'goals[0].parts[0].indicator = "ks2_rwn": is not an indicator; allowed:',
        ),
        (
            {},
            {"group": "disadvantagd"},
            'goals[0].parts[0].group = "disadvantagd": is not a group of ks2_rwm; allowed: all, '
            "disadvantaged, other; did you mean 'disadvantaged'?",
        ),
        ({}, {"minus_group": "othr"}, 'goals[0].parts[0].minus_group = "othr": is not a group of ks2_rwm'),
        (
            {},
            {"indicator": "gld", "group": "other"},
            'goals[0].parts[0].group = "other": is not a group of gld',
        ),
        (
            {},
            {"reference": {"kind": "share_of_baseline", "share": 0.5, "latent_indicator": "skil_11"}},
            'goals[0].parts[0].reference.latent_indicator = "skil_11": is not an indicator',
        ),
    ],
)
def test_bad_goals_are_refused_in_one_line(
    tmp_path: Path, goal_changes: dict[str, Any], part_changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        GoalFile.of(content(goal_changes, part_changes), KNOWN, where="g.toml")
    assert str(caught.value).startswith(f"g.toml: {message}")


def test_an_id_may_stand_once() -> None:
    twice = {**FILE, "goals": [GOAL, GOAL]}
    with pytest.raises(InputError, match=r'goals\[1\].id = "G1": is the id of an earlier goal too'):
        GoalFile.of(twice)


def test_names_of_england_and_the_districts_are_checked_where_they_are_given() -> None:
    england = GoalFile.of(content({}, {"reference": {"kind": "england", "indicator": "ks2"}}), KNOWN)
    with pytest.raises(InputError, match=r'reference\.indicator = "ks2": is not a series of England'):
        check_names(england, KNOWN, england=KNOWN)
    gap = {"minus_group": "other", "reference": {"kind": "england", "minus_group": "non_fsm"}}
    with pytest.raises(InputError, match=r'reference\.minus_group = "non_fsm": is not a group of ks2_rwm'):
        check_names(GoalFile.of(content({}, gap)), KNOWN, england=KNOWN)
    district = GoalFile.of(content({}, {"reference": {"kind": "district_median", "group": "girls"}}), KNOWN)
    with pytest.raises(InputError, match=r'reference\.group = "girls": is not a group of ks2_rwm'):
        check_names(district, KNOWN, districts=KNOWN)
    with pytest.raises(InputError, match='"ks2_rwm": is not an indicator of the districts'):
        check_names(district, KNOWN, districts={})


def test_files_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no such goal file.*did you mean 'vision_2048'"):
        GoalFile.load("vison_2048")
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\n')
    with pytest.raises(InputError) as caught:
        GoalFile.load(path)
    assert str(caught.value) == f"{path}: own_reading: is missing"


def test_the_16_targets() -> None:
    targets = GoalFile.load("opportunity_area_2021")
    assert [each.id for each in targets.goals] == [f"T{n}" for n in range(1, 17)]
    assert not targets.own_reading
    assert {each.year for each in targets.goals} == {2021}
    assert [each.id for each in targets.goals if each.counted] == ["T8", "T9", "T10", "T11", "T15"]
    shown = {each.id: [part.indicator for part in each.parts if not part.counts] for each in targets.goals}
    assert {key: value for key, value in shown.items() if value} == {"T1": ["gld"], "T14": ["he_by_19"]}


def test_the_vision_is_an_own_reading_on_four_rungs() -> None:
    vision = GoalFile.load("vision_2048")
    assert vision.own_reading
    rungs = ["as England today", "as the best tenth of districts", "half of 2017", "a tenth of 2017"]
    measures = {each.parts[0].indicator for each in vision.goals}
    assert len(measures) == 7
    assert [each.rung for each in vision.goals] == rungs * 7
    adult = [each for each in vision.goals if each.parts[0].indicator == "rank_rank_slope"]
    assert {each.birth_cohort for each in adult} == {2018}
    assert all(len(each.parts) == 2 for each in adult if each.available)
    tenth = [each.parts[0].reference for each in vision.goals if each.rung == rungs[1]]
    assert all(isinstance(reference, NotAvailable) for reference in tenth)


def test_schema_can_be_printed() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert set(schema["properties"]) == set(GoalFile.model_fields)
