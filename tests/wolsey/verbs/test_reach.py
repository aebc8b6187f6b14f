"""The verb `reach`, on a twentieth of the town."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from calibration import posterior
from wolsey.verbs import reach as reaching
from wolsey.verbs.reach import ReachOptions, asked, chosen_scenarios, lacking, whole_command

type Run = Callable[..., tuple[int, str, str]]

PLAN = """extends = "baseline"
title = "Language groups"
[[programmes]]
card = "language_groups"
start = 2018
end = 2022
reach = 0.6
"""
SMALL = ("--scale", 0.05, "--until", 2022, "--goals", "opportunity_area_2021", "--workers", 1)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with one programme."""
    path = tmp_path_factory.mktemp("scenarios") / "plan.toml"
    path.write_text(PLAN)
    return path


def test_it_answers_and_answers_the_same_again(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    asked = ("reach", "ipswich", "--scenario", plan, "--draws", 2, "--seeds", 1, "--out", out, *SMALL)
    code, said, told = wolsey_run(*asked)
    assert code == 0
    assert told.splitlines()[-1] == "wolsey: scenarios: 44 of 44 runs"
    assert "Are the goals of Ipswich within reach?" in said
    assert re.search(r"T10  Disadvantaged pupils' progress .*\n +(none of|1 of|all) 2 runs", said)
    assert "Under Plan, " in said
    assert "Not computed: what drives it and how much rests on the model's structure. Run wolsey" in said
    assert "one life cannot tell chance from the rest" in (out / "report" / "report.html").read_text()
    assert f"--scenario {plan} --goals opportunity_area_2021 --out {out} --full" in said
    first = {path.name: path.read_bytes() for path in (out / "report").iterdir()}
    assert {"report.html", "goals.csv", "required.csv", "manifest.json"} <= first.keys()
    page = first["report.html"].decode()
    assert not re.search(r"""(?:src|href)=["']https?:""", page)
    # A second time: nothing is made, nothing overwritten, and the tables are the same to the last byte.
    code, said_again, told = wolsey_run(*asked)
    assert (code, told) == (0, "")
    assert said_again.replace("report-2/", "report/") == said
    second = {path.name: path.read_bytes() for path in (out / "report-2").iterdir()}
    tables = {name for name in first if name.endswith(".csv")}
    assert {name: first[name] for name in tables} == {name: second[name] for name in tables}
    assert first["report.html"] == (out / "report" / "report.html").read_bytes()
    made = json.loads(first["manifest.json"])
    assert (made["draws"], made["seeds"], made["full"]) == ([1, 2], [0], False)
    assert made["scenarios"]["plan"]["programmes"][0]["card"] == "language_groups"


def test_uncalibrated_is_said_on_every_page(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    asked = ("reach", "ipswich", "--scenario", plan, "--uncalibrated", "--seeds", 1, "--json", *SMALL)
    code, said, told = wolsey_run(*asked, "--out", tmp_path / "mine")
    assert code == 0
    assert "Uncalibrated" in told
    found = json.loads(said)
    assert found["findings"]["banner"].startswith("Uncalibrated")
    assert found["findings"]["draws"] == 1
    assert found["manifest"]["posterior"] == "none"
    assert "Uncalibrated" in Path(found["written"]["report.html"]).read_text()


def test_without_a_posterior_it_says_how_to_make_one(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    code, said, told = wolsey_run("reach", "ipswich")
    assert (code, said) == (2, "")
    assert "wolsey calibrate --place ipswich --ship" in told
    assert "--uncalibrated" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ipswitch",), "is no district of England; .*did you mean 'ipswich'"),
        (("england",), 'PLACE = "england": is no district'),
        (("ipswich", "--until", 2022), r"vision_2048\.toml.*needs the town lived to 20"),
        (("ipswich", "--goals", "vision"), "vision_2048"),
        (("ipswich", "--scenario", "ceilling"), "ceiling"),
        (("ipswich", "--draws", 0), "--draws = 0: must be at least 1"),
        (("ipswich", "--draws", 400), "has not so many draws"),
        (("ipswich", "--seeds", 0), "--seeds = 0: must be at least 1"),
        (("ipswich", "--workers", 0), "workers = 0: must be at least 1"),
        (("ipswich", "--scale", 900), "--scale"),
        (("ipswich", "--uncalibrated", "--draws", 5), "must be 1 with --uncalibrated"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(wolsey_run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, said, told = wolsey_run("reach", *arguments)
    assert (code, said) == (2, "")
    assert re.search(words, told), told
    assert told.count("\n") == 1


def test_a_folder_of_something_else_is_left_alone(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    asked = ("reach", "ipswich", "--scenario", plan, "--draws", 2, *SMALL)
    code, _, told = wolsey_run(*asked, "--out", tmp_path)
    assert code == 2
    assert "notes.txt" in told
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    code, _, told = wolsey_run(*asked, "--out", tmp_path / "notes.txt")
    assert code == 2
    assert "results need a folder" in told


def test_an_interrupted_answer_says_what_is_kept(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reaching, "answered_each", stopped)
    options = ReachOptions(
        "ipswich", 2, 1, scenarios=(str(plan),), goals=("opportunity_area_2021",), out=tmp_path
    )
    with pytest.raises(KeyboardInterrupt):
        reaching.reach_goals(options)
    assert capsys.readouterr().err == "\nwolsey: stopped. No run was finished; nothing is kept.\n"


def test_a_scenario_of_another_place_is_refused(wolsey_run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('extends = "baseline"\ntitle = "Elsewhere"\nplace = "derby"\n')
    code, said, told = wolsey_run("reach", "ipswich", "--scenario", other)
    assert (code, said) == (2, "")
    assert 'other.toml: place = "derby": the scenario is this place\'s own' in told


def test_the_usual_question() -> None:
    usual = asked(ReachOptions("ipswich", draws=2))
    assert lacking(usual)[1] == "what the goals after 2032 would take"
    assert [arm.key for arm in usual.arms] == ["baseline", "opportunity_area", "alliance_2048", "ceiling"]
    assert [(study.arm.key, study.until, study.late) for study in usual.studies] == [
        ("opportunity_area", 2022, False), ("alliance_2048", 2048, True),
    ]  # fmt: skip
    assert len(usual.cells) == 4
    assert chosen_scenarios(ReachOptions("ipswich", scenarios=("ceiling", "baseline"))) == (
        "baseline",
        "ceiling",
    )


def test_the_command_that_computes_all() -> None:
    options = ReachOptions("ipswich", draws=4, scale=0.1, scenarios=("ceiling",), uncalibrated=True)
    assert whole_command(options) == (
        "wolsey reach ipswich --draws 4 --scale 0.1 --scenario ceiling --uncalibrated --full"
    )
