"""The registry: every indicator has words and arithmetic, goals find theirs, and a broken file is refused."""

import re
import tomllib
from pathlib import Path

import pytest

from model.goals.goal_files import GoalFile, check_names
from model.indicators.census import GROUPS
from model.indicators.of_people import BY_PERSON, OVER_PEOPLE, PARTS
from model.indicators.of_town import OF_TOWN
from model.indicators.registry import FIRST_RECORDED, INDICATORS, known_groups, load, load_shown, shown
from model.inputs.england import England
from model.io import files
from model.io.errors import InputError

TOML = files.MODEL / "indicators.toml"


def changed(folder: Path, old: str, new: str) -> Path:
    """The registry's file with the first `old`, which it must have, replaced."""
    text = TOML.read_text()
    assert old in text
    path = folder / "indicators.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_each_indicator_has_one_arithmetic() -> None:
    assert sorted((*BY_PERSON, *OVER_PEOPLE, *OF_TOWN)) == sorted(INDICATORS)
    assert set(PARTS) <= set(BY_PERSON)


def test_what_is_of_people_has_ages_and_what_is_of_the_town_has_none() -> None:
    for name, indicator in INDICATORS.items():
        assert (indicator.of.ages is None) == (name in OF_TOWN), name


@pytest.mark.parametrize("name", INDICATORS)
def test_words_and_range_are_given(name: str) -> None:
    indicator = INDICATORS[name]
    words = (indicator.title, indicator.counterpart, indicator.formula, indicator.unit, indicator.denominator)
    assert all(words)
    assert indicator.stage
    assert indicator.basis in ("residence", "institution", "mainstream", "followed")
    assert indicator.direction in (-1, 0, 1)
    assert indicator.groups[0] == "all"
    assert FIRST_RECORDED <= indicator.first_year <= indicator.last_year
    assert indicator.minimum_count == (10 if indicator.of.ages else 0)


def test_a_standard_exists_from_the_first_year_on() -> None:
    england = England.load()
    for indicator in INDICATORS.values():
        if indicator.rod:
            assert england.series(indicator.rod).years[0] <= indicator.first_year, indicator.name
            unit = england.series(indicator.rod).unit
            assert indicator.unit in (unit, unit + "s", "points"), indicator.name


def test_what_england_publishes_is_in_the_same_unit() -> None:
    england, same = England.load(), ("% sessions", "% enrolments", "% of teachers", "grade")
    for indicator in INDICATORS.values():
        if england.has(indicator.series):
            unit = england.series(indicator.series).unit
            assert indicator.unit == unit or (unit in same and indicator.unit[:1] == unit[:1]), indicator.name


def test_groups_are_all_unless_said_otherwise() -> None:
    known = known_groups()
    assert known["gld"] == GROUPS
    assert known["neet_18_24"] == (*GROUPS, "below_l2", "l2", "l3")
    assert known["adult_rank_predicted_16"] == ("all", "disadvantaged", "other")
    assert known["births"] == known["icc_ks2"] == ("all",)


def test_six_indicators_are_recorded_by_ward_and_school() -> None:
    assert [name for name, indicator in INDICATORS.items() if indicator.places] == [
        "gld", "ks2_rwm", "attainment8", "persistent_absence_secondary", "he_by_19", "neet_16_17",
    ]  # fmt: skip


@pytest.mark.parametrize("name", files.names(files.goal_files()))
def test_goals_name_what_is_recorded_and_published(name: str) -> None:
    england = England.load()
    series: dict[str, list[str]] = {}
    for of, group in england.all_series:
        series.setdefault(of, []).append(group)
    districts: dict[str, list[str]] = {}
    for of, group in england.districts:
        districts.setdefault(of, []).append(group)
    check_names(GoalFile.load(name), known_groups(), series, districts)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('rod = "gld"\n', 'rood = "gld"\n', 'indicators.gld.rood = "rood": is not a known key.*mean .rod'),
        ('title = "Good level of development at 5"\n', "", "indicators.gld.title: is missing"),
        (
            'of = "residents_5"\n',
            'of = "residents_55"\n',
            "is not a population; .*did you mean 'residents_5'",
        ),
        ('groups = ["all"]', 'groups = ["al"]', 'indicators.sd_ks2_schools.groups = "al": is not a group'),
        ("[indicators.births]", "[indicators.birth]", "indicators.birth: has no arithmetic"),
        (
            '[indicators.money_spent]\ntitle = "Money spent on programmes"',
            '[indicators.births2]\ntitle = "Births"',
            "indicators.births2: has no arithmetic",
        ),
    ],
)
def test_a_broken_registry_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load(changed(tmp_path, old, new))


def test_arithmetic_without_words_is_refused(tmp_path: Path) -> None:
    text = TOML.read_text()
    path = tmp_path / "indicators.toml"
    path.write_text(text[: text.index("[indicators.money_spent]")])
    with pytest.raises(InputError, match=r"indicators\.money_spent: is computed and has no words"):
        load(path)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("gldd", r"shown\.viewer\[0\] = \"gldd\": is not an indicator; .*did you mean 'gld'"),
        (
            "gld, disadvantagd",
            r"shown\.viewer\[0\] = .*is not a group of gld; .*did you mean 'disadvantaged'",
        ),
    ],
)
def test_what_is_shown_is_recorded(tmp_path: Path, entry: str, said: str) -> None:
    path = changed(tmp_path, 'viewer = ["gld"', f'viewer = ["{entry}"')
    with pytest.raises(InputError, match=said):
        load_shown(INDICATORS, path)


def test_every_place_that_shows_indicators_is_in_the_registry_and_the_other_way_round() -> None:
    root = TOML.parents[1]
    code = "".join(
        path.read_text()
        for folder in ("calibration", "experiments", "wolsey")
        for path in (root / folder).rglob("*.py")
    )
    asked = set(re.findall(r"\bshown(?:_groups)?\(\"(\w+)\"\)", code))
    assert asked == set(tomllib.loads(TOML.read_text())["shown"])
    with pytest.raises(InputError, match="did you mean 'viewer'"):
        shown("viewr")
