"""No factor of a study erases another, and none is without effect unsaid."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from experiments.studies import study_file
from experiments.studies.study import Study
from experiments.studies.study_file import studies
from model.io import files
from model.io.errors import InputError
from model.scenario.keys import overwrite

MINE = """
extends = "baseline"
title = "Mine"
[[programmes]]
name = "P1.a"
card = "language_groups"
start = 2019
reach = 0.5
funded_by = "national"
[[programmes]]
name = "paid"
card = "tutoring_at_scale"
start = 2019
reach = 0.5
funded_by = "national"
"""
OTHERS = """
extends = "mine.toml"
title = "Paid by the alliance"
[[programmes]]
name = "paid"
funded_by = "alliance"
[alliance]
budget = {"2018-2048" = 100000}
"""
REACH: dict[str, Any] = {"key": "programmes.paid.reach", "low": 0.0, "high": 1.0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two scenarios of a user's."""
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "others.toml").write_text(OTHERS)
    return tmp_path


def study(
    folder: Path, *factors: dict[str, Any], scenarios: tuple[str, ...] = ("mine.toml",), **more: Any
) -> Study:
    """A study of these factors."""
    content = {
        "title": "Mine",
        "scenarios": [*scenarios],
        "until": 2021,
        "design": {"kind": "factorial", "levels": 2},
        "factors": [*factors],
        "outcomes": [{"indicator": "gld", "year": 2021}],
        **more,
    }
    return Study.of(study_file.of(content), "mine", folder)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (REACH, {"key": "programmes.paid.places", "values": [10, 20]}),
        ({"key": "births.2020-2021", "values": [1500, 1700]}, {"key": "births.2021", "values": [1500, 1600]}),
        (
            {"key": "alliance.budget", "low": 1e5, "high": 2e5},
            {"key": "alliance.budget.2019", "values": [0, 1]},
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_factor_that_replaces_another_is_refused(
    folder: Path, one: dict[str, Any], other: dict[str, Any], turned: bool
) -> None:
    first, second = (other, one) if turned else (one, other)
    with pytest.raises(InputError) as caught:
        study(folder, first, second, scenarios=("others.toml",))
    assert str(caught.value) == (
        f'factors[1].key = "{second["key"]}": replaces {first["key"]}, which is varied too; vary one of them'
    )


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [
        ("alliance.budget", [1e5, 2e5], "changes nothing: no figure of mine depends on it"),
        ("alliance.carry_over", [True, False], "changes nothing: no figure of mine depends on it"),
        ("switches.youth_voice", [True, False], "changes nothing: no figure of mine depends on it"),
        ("programmes.paid.end", [2025, 2030], "changes nothing: no figure of mine depends on it"),
        ("programmes.paid.start", [2022, 2023], "changes nothing: no figure of mine depends on it"),
        ("programmes.paid.activity", ["a", "b"], "changes nothing: no figure of mine depends on it"),
        ("title", ["A", "B"], "changes nothing: no figure of mine depends on it"),
        ("until", [2020, 2021], "cannot be varied: figures of a year are the same whenever a run ends"),
        ("record", ["default", "full"], "cannot be varied: it says what is kept of a run"),
        ("scale", [0.05, 0.1], "is varied, and given by the study besides"),
        ("programmes.gone.reach", [0.0, 1.0], "is not a programme of these scenarios"),
    ],
)
def test_a_factor_without_effect_is_refused(folder: Path, key: str, values: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=rf'factors\[0\]\.key = "{key}": {words}'):
        study(folder, {"key": key, "values": values}, scale=0.05)


def test_a_level_that_says_the_same_as_another_is_refused(folder: Path) -> None:
    factor = {"key": "alliance.budget", "values": [100000, 200000, 100000.0]}
    with pytest.raises(
        InputError, match=r"factors\[0\]\.values = 100000\.0: says the same in others as 100000"
    ):
        study(folder, factor, scenarios=("others.toml",))


def test_a_factor_counts_where_another_has_to_move_first(folder: Path) -> None:
    """The budget pays for nothing but a programme that reaches nobody, until its reach moves."""
    text = OTHERS.replace('funded_by = "alliance"', 'funded_by = "alliance"\nreach = 0.0')
    (folder / "none.toml").write_text(text)
    budget = {"key": "alliance.budget", "values": [1e5, 2e5]}
    with pytest.raises(InputError, match="changes nothing: no figure of none depends on it"):
        study(folder, budget, scenarios=("none.toml",))
    assert study(folder, budget, REACH, scenarios=("none.toml",)).unmoved == {}


def test_where_a_factor_changes_nothing_is_said(folder: Path) -> None:
    made = study(
        folder,
        REACH,
        {"key": "alliance.budget", "name": "budget a year", "values": [1e5, 2e5]},
        scenarios=("baseline", "mine.toml", "others.toml"),
    )
    assert made.unmoved == {
        "baseline": ("programmes.paid.reach", "budget a year"),
        "mine": ("budget a year",),
    }
    assert made.idle == [
        "baseline is the same at every point: nothing in it depends on what is varied.",
        "In mine nothing depends on: budget a year.",
    ]
    assert made.changed(seeds=3).idle == made.idle


def test_a_name_with_a_dot_is_one_name(folder: Path) -> None:
    made = study(folder, {"key": "programmes.P1.a.reach", "low": 0.0, "high": 1.0})
    assert [each.programmes[0].reach for each in made.arms().values()] == [0.0, 1.0]


@pytest.mark.parametrize("name", files.names(studies()))
def test_every_factor_moves_what_is_lived_wherever_the_others_are(name: str) -> None:
    """Of the studies that ship: at the corners at which all others are low, or high."""
    made = Study.load(name)
    names = {use.name for each in made.scenarios.values() for use in each.programmes}
    keys = [factor.key for factor in made.factors]
    assert not any(overwrite(one, other, names) for one, other in itertools.combinations(keys, 2))
    scenario = made.scenarios[list(made.scenarios)[-1]]
    ends = [
        (each.listed or (each.low, each.high))[:: len(each.listed or (0, 0)) - 1] for each in made.factors
    ]
    for corner in (0, 1):
        at = {key: both[corner] for key, both in zip(keys, ends, strict=True)}
        here = scenario.changed(at).key()
        for key, both in zip(keys, ends, strict=True):
            assert scenario.changed({**at, key: both[1 - corner]}).key() != here
