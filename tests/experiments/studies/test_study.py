"""A study says which runs it wants and reads off them what it asks; what cannot be is refused in one line."""

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import posterior
from experiments.runs.draws import ParameterDraws
from experiments.runs.runner import carry_out
from experiments.runs.store import Store
from experiments.studies import study_file
from experiments.studies.folder import sweep_status, swept_study
from experiments.studies.outcomes import Reader
from experiments.studies.study import Study
from experiments.studies.study_file import studies
from experiments.studies.summary import by_factor, levels, summary
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.world.world import World
from tests.living import live

SHIPPED = posterior.FOLDER
STUDY = """
title = "Reach and money"
scenarios = ["baseline", "mine.toml"]
against = "baseline"
draws = 2
seeds = 2
until = 2021
scale = 0.05

[design]
kind = "factorial"
levels = 2

[[factors]]
name = "reach"
key = "programmes.language_groups.reach"
low = 0.0
high = 1.0

[[factors]]
key = "switches.trust"
values = [true, false]

[[outcomes]]
name = "language"
indicator = "gld"
group = "all"
year = 2021

[[outcomes]]
indicator = "ks2_rwm"
group = "disadvantaged"
minus_group = "other"
year = 2018

[[outcomes]]
goal = "T1"
"""
MINE = """
extends = "baseline"
title = "Mine"
[[programmes]]
card = "language_groups"
start = 2018
reach = 0.5
"""
type Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the study with other lines in it, beside the scenario that it names."""

    def written(old: str = "", new: str = "") -> Path:
        assert old in STUDY
        (tmp_path / "mine.toml").write_text(MINE)
        path = tmp_path / "study.toml"
        path.write_text(STUDY.replace(old, new, 1) if old else STUDY)
        return path

    return written


def test_arms_are_the_scenarios_at_each_point(write: Write) -> None:
    study = Study.load(write())
    assert (study.name, study.title, study.against, study.place) == (
        "study", "Reach and money", "baseline", "ipswich",
    )  # fmt: skip
    arms = study.arms()
    assert list(arms) == [f"000{p}/{name}" for p in range(4) for name in ("baseline", "mine")]
    assert [arms[f"000{p}/mine"].programmes[0].reach for p in range(4)] == [0.0, 0.0, 1.0, 1.0]
    assert [arms[f"000{p}/baseline"].switches.trust for p in range(4)] == [True, False, True, False]
    assert {(each.scale, each.until) for each in arms.values()} == {(0.05, 2021)}


def test_a_plan_has_every_arm_in_every_cell_and_what_is_the_same_once(
    write: Write, numbers: ParameterDraws
) -> None:
    plan = Study.load(write()).plan(numbers)
    assert len(plan.jobs) == 8 * 4
    assert sorted({job.cell for job in plan.jobs}) == [(1, 0), (1, 1), (2, 0), (2, 1)]
    # The baseline does not know the programme: it is the same at two points.
    assert len(set(plan.keys.values())) == (2 + 4) * 4


def test_factors_of_what_is_done_do_not_concern_a_scenario_in_which_nothing_is(
    write: Write, numbers: ParameterDraws
) -> None:
    study = Study.load(
        write('key = "switches.trust"\nvalues = [true, false]', 'key = "effects.factor"\nvalues = [1.0, 2.0]')
    )
    arms = study.arms()
    assert arms["0001/baseline"] is study.scenarios["baseline"]
    assert arms["0001/mine"].effects.factor == 2.0


@pytest.mark.parametrize(
    "changes",
    [
        {"alliance.budget": 4e6, "alliance.youth_voice": 1.0, "effects.factor": 3.0},
        {f"switches.{name}": False for name in ("alliance", "stacking", "dose_cap", "youth_voice")},
    ],
)
def test_such_factors_would_change_nothing(
    changes: dict[str, Any], scenario: Scenario, numbers: ParameterDraws
) -> None:
    idle = scenario.changed(until=2020)
    one, other = live(idle, 3, 1, numbers), live(idle.changed(changes), 3, 1, numbers)
    assert one.values.tobytes() == other.values.tobytes()
    assert one.counts.tobytes() == other.counts.tobytes()


def test_outcomes_are_what_the_runs_say(write: Write, numbers: ParameterDraws, tmp_path: Path) -> None:
    study = Study.load(write())
    plan = study.plan(numbers)
    with Store.opened(tmp_path / "runs") as store:
        carry_out(plan, store, workers=1)
        table = study.outcomes(store, numbers)
    asked = ["point", "scenario", "draw", "seed", "outcome", "value", "difference"]
    assert list(table.columns) == [*asked, "programmes.language_groups.reach", "switches.trust"]
    assert (table["programmes.language_groups.reach"] == table["point"] // 2).all()
    assert (table["switches.trust"] == (table["point"] % 2 == 0)).all()
    assert len(table) == 4 * 2 * 4 * 3
    gap = "ks2_rwm, disadvantaged less other, 2018"
    assert list(dict.fromkeys(table["outcome"])) == ["language", gap, "goal T1"]

    def row(point: int, scenario: str, outcome: str) -> Any:
        at = (table["point"] == point) & (table["scenario"] == scenario) & (table["outcome"] == outcome)
        return table[at & (table["draw"] == 2) & (table["seed"] == 1)].iloc[0]

    lived = {name: live(plan.arms[name], 1, 2, numbers) for name in ("0002/baseline", "0002/mine")}

    def figure(name: str, indicator: str, group: str, year: int) -> float:
        life = lived[name]
        return float(life.values[life.years.index(year), life.keys.index((indicator, group))])

    of_all = [figure(name, "gld", "all", 2021) for name in lived]
    assert row(2, "baseline", "language")["value"] == of_all[0]
    assert math.isnan(row(2, "baseline", "language")["difference"])
    assert row(2, "mine", "language")["value"] == of_all[1]
    assert row(2, "mine", "language")["difference"] == of_all[1] - of_all[0] != 0
    apart = [figure("0002/mine", "ks2_rwm", group, 2018) for group in ("disadvantaged", "other")]
    assert row(2, "mine", gap)["value"] == apart[0] - apart[1]
    assert set(table.loc[table["outcome"] == "goal T1", "value"].dropna()) <= {0.0, 1.0}


def test_a_goal_is_decided_by_data_and_no_world_is_made_for_it(
    write: Write, numbers: ParameterDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a point of a study there may be no town with the numbers of the files."""
    study = Study.load(write())
    scenario = study.scenarios["baseline"]
    ended = live(scenario, 1, 2, numbers)
    reader = Reader(study.asked, scenario)
    expected = reader.values({"a": scenario}, "a", ended)
    impossible = {"parameters.learning.trait_share": 0.89, "parameters.learning.persistence": 0.96}
    other = scenario.changed(impossible)
    with pytest.raises(ValueError, match="leave no noise"):
        numbers.world(other, 0)
    on_path = scenario.changed({"england.path": {"gld": 0.5}})
    monkeypatch.setattr(World, "of", None)
    found = [reader.values({"a": each}, "a", ended) for each in (scenario, other, on_path)]
    assert found[0] == found[1] == expected == found[2]
    assert len(reader._england) == 2


def test_runs_that_are_missing_have_no_row(write: Write, numbers: ParameterDraws, tmp_path: Path) -> None:
    study = Study.load(write())
    plan = study.plan(numbers)
    some = type(plan)(plan.arms, plan.jobs[4:8], numbers)
    with Store.opened(tmp_path / "runs") as store:
        carry_out(some, store, workers=1)
        table = study.outcomes(store, numbers)
        found = sweep_status(plan, store)
    assert set(zip(table["point"], table["scenario"], strict=True)) == {(0, "mine"), (1, "mine")} - {
        (1, "mine")
    }
    assert table["difference"].isna().all()
    assert (found.wanted, found.finished, found.failed) == (24, 4, ())


def test_a_summary_and_a_table_by_factor(write: Write, numbers: ParameterDraws, tmp_path: Path) -> None:
    study = Study.load(write())
    with Store.opened(tmp_path / "runs") as store:
        carry_out(study.plan(numbers), store, workers=1)
        table = study.outcomes(store, numbers)
    mine = table[(table["outcome"] == "language") & (table["scenario"] == "mine")]
    over = summary(study, table)
    row = (
        over[(over["outcome"] == "language") & (over["scenario"] == "mine")]
        .set_index("measure")
        .loc["difference"]
    )
    means = mine.groupby("point")["difference"].mean()
    assert (row["runs"], row["points"]) == (16, 4)
    assert row["mean"] == pytest.approx(means.mean())
    assert (row["lowest_mean"], row["highest_mean"]) == pytest.approx((means.min(), means.max()))
    assert row["low"] <= row["mean"] <= row["high"]
    by = by_factor(study, table)
    high = by[(by["factor"] == "reach") & (by["outcome"] == "language") & (by["scenario"] == "mine")]
    high = high[(high["measure"] == "difference")].set_index("level")
    assert list(high.index) == ["0", "1"]
    assert high.loc["1", "mean"] == pytest.approx(mine[mine["point"] >= 2]["difference"].mean())
    codes, words = levels(study, 1)
    assert (codes.tolist(), words) == ([0, 1, 0, 1], ["true", "false"])


def test_more_draws_and_seeds_are_the_same_study(write: Write) -> None:
    study = Study.load(write())
    more = study.changed(draws=5, seeds=3)
    assert (more.file.draws, more.file.seeds) == (5, 3)
    assert more.key() == study.key()
    assert more.scenarios is study.scenarios


@pytest.mark.parametrize(
    ("old", "new"),
    [("until = 2021", "until = 2022"), ("high = 1.0", "high = 0.9"), ("levels = 2", "levels = 3")],
)
def test_another_question_is_another_study(write: Write, old: str, new: str) -> None:
    assert Study.load(write()).key() != Study.load(write(old, new)).key()


def test_what_is_asked_leaves_the_key_as_it_is(write: Write) -> None:
    assert Study.load(write()).key() == Study.load(write('name = "language"', 'name = "five"')).key()


def test_a_study_that_varies_nothing_has_one_point(write: Write, numbers: ParameterDraws) -> None:
    start, end = STUDY.index("[design]"), STUDY.index("[[outcomes]]")
    study = Study.load(write(STUDY[start:end]))
    assert list(study.arms()) == ["0000/baseline", "0000/mine"]
    assert study.arms()["0000/mine"] is study.scenarios["mine"]
    with pytest.raises(InputError, match="varies nothing"):
        _ = study.design


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Reach and money"', "", r"study\.toml: title: is missing"),
        ("draws = 2", "draw = 2", r"study\.toml: draw = 2: is not a known key; .*did you mean 'draws'"),
        ("draws = 2", "draws = 0", r"draws = 0: must be at least 1"),
        ("draws = 2", 'draws = "2"', r'draws = "2": must be a whole number'),
        ("seeds = 2", "seeds = true", r"seeds = true: must be a whole number"),
        ("seeds = 2", "seeds = 20000", r"seeds = 20000: must be between 1 and 10000"),
        ("until = 2021", "until = 1990", r"until = 1990: must be"),
        ("scale = 0.05", "scale = nan", r"scale = nan: must be a finite number"),
        ("scale = 0.05", "scale = 0.001", r"scale = 0\.001: must be between 0\.02 and 20"),
        ('scenarios = ["baseline", "mine.toml"]', "scenarios = []", r"scenarios = \[\]: must have"),
        ('scenarios = ["baseline", "mine.toml"]', 'scenarios = "baseline"', r"must be a list"),
        ('"mine.toml"', '"baselin"', r"baselin\.toml: there is no such scenario; .*did you mean 'baseline'"),
        ('"mine.toml"', '"gone.toml"', r"gone\.toml"),
        ('"mine.toml"', '"baseline"', r'scenarios\[1\] = "baseline": is named twice'),
        ('against = "baseline"', 'against = "min"', r"against = \"min\": is not a scenario of this study"),
        ('kind = "factorial"', 'kind = "factoral"', r"design\.kind = .*did you mean 'factorial'"),
        ("levels = 2", "levels = 1", r"design\.levels = 1: must be between 2 and 100"),
        ('[design]\nkind = "factorial"\nlevels = 2', "", r"study\.toml: design: is missing"),
        ("low = 0.0", "low = 2.0", r"factors\[0\]\.high = 1\.0: must be above low"),
        ("high = 1.0", "", r"factors\[0\]\.high: is missing"),
        ("high = 1.0", "high = 1.5", r"factors\[0\]\.key = .*cannot be 1\.5 in mine: must be"),
        ("language_groups.reach", "language_group.reach", r"did you mean 'language_groups'"),
        ("language_groups.reach", "language_groups.reech", r"factors\[0\]\.key = .*cannot be 0\.0 in mine"),
        ('key = "switches.trust"', 'key = "switches.trus"', r"factors\[1\]\.key = .*did you mean 'trust'"),
        ('key = "switches.trust"', 'key = "switch.trust"', r"factors\[1\]\.key = .*is not a table"),
        ("values = [true, false]", "values = [true]", r"factors\[1\]\.values = .*must have at least 2"),
        ("values = [true, false]", "values = [1, 0]", r"factors\[1\]\.key = .*cannot be 1 in baseline"),
        ('"switches.trust"', '"programmes.language_groups.reach"', r"factors\[1\]\.key = .*is named twice"),
        ('indicator = "gld"', 'indicator = "gdl"', r"outcomes\[0\]\.indicator = .*did you mean 'gld'"),
        ('group = "all"', 'group = "al"', r"outcomes\[0\]\.group = \"al\": is not a group of gld"),
        ("year = 2021", "year = 2022", r"outcomes\[0\]\.year = 2022: is not lived; allowed: up to 2021"),
        ("year = 2021", "", r"outcomes\[0\]\.year: is missing"),
        ("year = 2021", "year = 1999", r"outcomes\[0\]\.year = 1999: must be"),
        ('goal = "T1"', 'goal = "T99"', r"outcomes\[2\]\.goal = \"T99\": is not a goal of these scenarios"),
        ('goal = "T1"', 'goal = "T1"\nyear = 2021', r"outcomes\[2\]\.year: is given besides goal"),
        ('goal = "T1"', 'goal = "T1"\nindicator = "gld"', r"outcomes\[2\]\.indicator: is given besides goal"),
        ('goal = "T1"', "", r"outcomes\[2\]\.indicator: is missing; allowed: an indicator, or a goal"),
        ('goal = "T1"', 'goal = "V2-half"', r'outcomes\[2\]\.goal = "V2-half": is of 2048, which is not'),
        (
            'goal = "T1"',
            'name = "language"\ngoal = "T1"',
            r"outcomes\[2\] = \"language\": is asked twice",
        ),
        ("[design]", "[design", r"study\.toml: line \d+, column \d+: is not valid TOML"),
    ],
)  # fmt: skip
def test_a_study_with_a_fault_is_refused(write: Write, old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Study.load(write(old, new))


def test_scenarios_of_a_study_are_alike(write: Write, tmp_path: Path) -> None:
    path = write("until = 2021\nscale = 0.05\n", "")
    (tmp_path / "mine.toml").write_text("scale = 0.1\n" + MINE)
    with pytest.raises(InputError, match=r"scenarios\[1\] = \"mine\": has scale = 0\.1, and baseline has 1"):
        Study.load(path)


def test_what_changes_nothing_anywhere_is_refused() -> None:
    content = {
        "title": "Idle",
        "scenarios": ["baseline"],
        "design": {"kind": "factorial"},
        "factors": [{"key": "effects.factor", "values": [1.0, 2.0]}],
        "outcomes": [{"goal": "T1"}],
    }
    with pytest.raises(InputError, match="in none of these scenarios is anything done"):
        Study.of(study_file.of(content), "idle", Path())


def test_more_draws_than_there_are_is_refused(write: Write, numbers: ParameterDraws) -> None:
    with pytest.raises(InputError, match="draws = 900: the posterior of ipswich has not so many draws"):
        Study.load(write("draws = 2", "draws = 900")).plan(numbers)


@pytest.mark.parametrize("name", files.names(studies()))
def test_the_studies_that_ship_can_be_swept(name: str, numbers: ParameterDraws) -> None:
    study = Study.load(name)
    arms = study.arms()
    assert len(arms) == len(study.points) * len(study.scenarios)
    assert study.file.question
    assert study.against == "baseline"
    assert np.isfinite(len(study.plan(numbers).jobs))


@pytest.mark.parametrize("name", files.names(studies()))
def test_every_corner_of_the_studies_that_ship_can_be_a_town(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the posterior that ships: some numbers of the model do not go together."""
    monkeypatch.setattr(posterior, "FOLDER", SHIPPED)
    study = Study.load(name)
    varied = [factor for factor in study.factors if factor.key.startswith("parameters.")]
    scenario, numbers = study.scenarios["baseline"], ParameterDraws.of(study.place)
    ends = [((factor.key, factor.low), (factor.key, factor.high)) for factor in varied]
    for draw in numbers.chosen(study.file.draws):
        for corner in itertools.product(*ends):
            assert numbers.world(scenario.changed(dict(corner)), draw).parameters


def test_a_folder_knows_what_was_asked_last(write: Write, tmp_path: Path) -> None:
    path = write()
    swept = swept_study(path, tmp_path / "out")
    assert (swept.study.file.draws, swept.there) == (2, False)
    (tmp_path / "out").mkdir()
    manifest = tmp_path / "out" / "manifest.json"
    key = swept.study.key()
    manifest.write_text(
        f'{{"key": "{key}", "draws": [1, 2, 3], "seeds": [0, 1, 2, 3], "kept_in": "memory://there"}}'
    )
    again = swept_study(path, tmp_path / "out")
    assert (again.study.file.draws, again.study.file.seeds, again.runs) == (3, 4, "memory://there")
    manifest.write_text("{}")
    with pytest.raises(InputError, match="is no manifest of a sweep, or is damaged"):
        swept_study(path, tmp_path / "out")


def test_the_studies_that_the_help_names_are_there() -> None:
    assert {"reach_by_budget", "what_drives_2048", "ceiling"} <= set(
        files.names(files.scenarios() / "studies")
    )
