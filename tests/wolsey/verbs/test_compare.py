"""`wolsey compare`: what it prints and writes, what it keeps when it is cut short, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import wolsey.verbs.compare
from experiments.lives.spillover import Spillover
from experiments.runs import report_folder
from experiments.runs.draws import RunId
from experiments.runs.store import Store
from model.io import files
from model.town import Town

SMALL = ("--draws", "1", "--scale", "0.05", "--until", "2021", "--workers", "1")
REPORT = ["costs.csv", "manifest.json", "picture.png", "runs", "tables", "value.csv"]

type Run = Callable[..., tuple[int, str, str]]


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A user's own scenario: the baseline with two programmes."""
    text = (files.scenarios() / "baseline.toml").read_text()
    text += """
[[programmes]]
card = "language_groups"
start = 2018
reach = 0.5

[[programmes]]
card = "employer_encounters"
start = 2018
reach = 0.9
"""
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds whose towns are lived from the start."""
    seeds: list[int] = []
    usual = Town.__init__

    def counted(town: Town, *arguments: Any, **named: Any) -> None:
        usual(town, *arguments, **named)
        seeds.append(town.seed)

    monkeypatch.setattr(Town, "__init__", counted)
    # The one pair that spillover takes is none of the comparison's.
    nothing = Spillover(0, 0, 0, float("nan"), float("nan"))
    monkeypatch.setattr(wolsey.verbs.compare, "spillover", lambda arms, seed: nothing)
    return seeds


def test_compare_prints_and_writes(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, faults = wolsey_run("compare", "baseline", plan, "--seeds", 2, *SMALL, "--out", out)
    assert code == 0
    assert faults.splitlines()[1].startswith("wolsey: 6 runs to make: roughly")
    assert told.startswith("No programme (plan) against No programme (baseline).\n")
    for words in (
        "2 pairs",
        "Reduced town: scale 0.05",
        "Headline figures",
        "Cost: ",
        "Value for money",
        "Who gained",
        "Spillover (one pair, seed 0): of ",
    ):
        assert words in told
    assert told.splitlines()[-1].startswith("Written to")
    assert names(out) == REPORT
    assert names(out / "tables") == ["differences.parquet", "pairs.parquet"]
    runs = pd.concat([pd.read_parquet(path) for path in (out / "runs").glob("*.parquet")])
    arms = set(runs[["scenario", "arm"]].astype(str).itertuples(index=False, name=None))
    assert arms == {("baseline", "a-means"), ("plan", "b-means"), ("plan", "b-drawn")}
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["draws"], manifest["seeds"], manifest["effects"]) == ([0], [0, 1], "drawn")
    assert manifest["a"]["scenario"]["name"] == "baseline"
    frame = pd.read_parquet(out / "tables" / "differences.parquet")
    assert {"difference", "low", "high", "benefit", "chance_sd", "effects_sd"} <= set(frame.columns)
    assert pd.read_csv(out / "costs.csv")["undiscounted"].iloc[0] > 0


def test_a_second_comparison_makes_what_is_missing(
    wolsey_run: Run, plan: Path, tmp_path: Path, made: list[int]
) -> None:
    arguments = ("compare", "baseline", plan, *SMALL, "--out", tmp_path / "out")
    assert wolsey_run(*arguments, "--seed", 2, "--effects", "means")[0] == 0
    assert made == [2]
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*") if path.is_file()}
    # Seed 2 lacks the life with effects drawn, seed 0 all three.
    assert wolsey_run(*arguments, "--seed", 2, "--seed", 0)[0] == 0
    assert made == [2, 2, 0]
    assert {path: path.read_bytes() for path in before} == before
    assert "manifest-2.json" in names(tmp_path / "out")
    assert wolsey_run(*arguments, "--seed", 0, "--seed", 2)[0] == 0
    assert made == [2, 2, 0]
    again, first = ((tmp_path / "out" / name).read_bytes() for name in ("costs-3.csv", "costs-2.csv"))
    assert again == first


def test_json_is_one_document_and_nothing_else(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    code, told, _ = wolsey_run(
        "compare", "baseline", plan, "--seeds", 1, *SMALL, "--out", tmp_path / "out", "--json",
        "--discount", 0, "--year", 2019,
    )  # fmt: skip
    document = json.loads(told)
    assert code == 0
    assert (document["a"], document["b"], document["discount"]) == ("baseline", "plan", 0)
    assert {each["year"] for each in document["headlines"]} == {2019}
    assert isinstance(document["headlines"][0]["difference"], float)
    assert document["costs"][0]["discounted"] == document["costs"][0]["undiscounted"]
    assert Path(document["files"]["picture"]).read_bytes().startswith(b"\x89PNG")


def test_results_go_where_they_belong(
    wolsey_run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wolsey.verbs.compare, "results_folder", lambda verb: tmp_path / "results" / verb)
    assert wolsey_run("compare", "baseline", plan, "--seeds", 1, *SMALL)[0] == 0
    (folder,) = (tmp_path / "results" / "compare").iterdir()
    key = json.loads((folder / "manifest.json").read_text())["key"]
    assert folder.name == f"baseline-vs-plan-{key[:12]}"
    monkeypatch.undo()
    assert report_folder.results_folder("compare") == files.root() / "results" / "compare"


def test_ctrl_c_keeps_what_is_finished(
    wolsey_run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[int]
) -> None:
    usual = Town.run

    def interrupted(town: Town, until: int | None = None) -> Town:
        if town.seed == 1:
            raise KeyboardInterrupt
        return usual(town, until)

    arguments = ("compare", "baseline", plan, "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(Town, "run", interrupted)
        code, told, faults = wolsey_run(*arguments)
    assert (code, told) == (130, "")
    assert "stopped. 3 of 9 runs are finished and kept in" in faults
    assert names(tmp_path / "out") == ["runs"]
    assert wolsey_run(*arguments)[0] == 0
    assert made == [0, 1, 1, 2]


def test_a_failed_run_keeps_the_others(
    wolsey_run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Town.run

    def failing(town: Town, until: int | None = None) -> Town:
        if town.seed == 1:
            raise RuntimeError("no room")
        return usual(town, until)

    monkeypatch.setattr(Town, "run", failing)
    code, told, faults = wolsey_run(
        "compare", "baseline", plan, "--seeds", 3, *SMALL, "--out", tmp_path / "out"
    )
    assert (code, told) == (1, "")
    last = faults.splitlines()[-1]
    assert last.startswith("wolsey: 3 runs broke off: a-means, draw 0, seed 1: RuntimeError: no room")
    assert "6 of 9 runs are finished and kept in" in last
    assert names(tmp_path / "out") == ["runs"]


def test_two_that_write_to_one_folder_are_told_apart(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Store.opened(out / "runs"):
        code, told, faults = wolsey_run("compare", "baseline", plan, "--seeds", 1, *SMALL, "--out", out)
    assert (code, told, faults.count("\n")) == (2, "", 1)
    assert "is writing results here" in faults
    assert names(out) == ["runs"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("baseline", "basline"), "there is no such scenario"),
        (("baseline", "baseline"), "says the same as baseline.toml: a scenario compared with itself"),
        (("--effects", "draw"), 'effects = "draw": is not a way to take effects'),
        (("--discount", "-1"), "--discount = -1.0: must be between 0 and 20"),
        (("--discount", "35"), "--discount = 35.0: must be between 0 and 20"),
        (("--year", "2022"), "year = 2022: must be between 2014 and 2021"),
        (("--seeds", "0"), "--seeds = 0: must be at least 1"),
        (("--seed", "1", "--seeds", "2"), "not both"),
        (("--draws", "25"), "--draws = 25: the posterior of ipswich has not so many draws"),
        (("--workers", "0"), "workers = 0: must be at least 1"),
        (("--seed", "4294967295", "--draws", "1"), "must be below 4294967295 where effects are drawn"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_runs(
    wolsey_run: Run, plan: Path, tmp_path: Path, made: list[int], arguments: tuple[str, ...], words: str
) -> None:
    arms = () if arguments[0] == "baseline" else ("baseline", plan)
    small = ("--scale", "0.05", "--until", "2021")
    code, told, faults = wolsey_run("compare", *arms, *arguments, *small, "--out", tmp_path / "out")
    assert (code, told) == (2, "")
    assert words in faults
    assert faults.count("\n") == 1
    assert made == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('goals = ["vision_2048"]', 'plan.toml: goals = ["vision_2048"]: only scenarios alike'),
        (
            "scale = 0.1",
            "plan.toml: scale = 0.1: only scenarios alike in this can be compared; allowed: scale = 1.0",
        ),
        ("until = 2030", "plan.toml: until = 2030: only scenarios alike in this can be compared"),
    ],
)
def test_arms_that_cannot_be_compared_are_refused(
    wolsey_run: Run, plan: Path, tmp_path: Path, line: str, words: str
) -> None:
    key = line.split()[0]
    kept = [each for each in plan.read_text().splitlines() if not each.startswith(key)]
    plan.write_text("\n".join([line, *kept]))
    code, _, faults = wolsey_run("compare", "baseline", plan, "--out", tmp_path / "out")
    assert code == 2
    assert words in faults
    assert "as in baseline.toml" in faults
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_results_is_refused(wolsey_run: Run, plan: Path, tmp_path: Path) -> None:
    arguments = (
        "compare",
        "baseline",
        plan,
        "--seeds",
        1,
        "--scale",
        "0.05",
        "--workers",
        "1",
        "--out",
        tmp_path / "out",
    )
    assert wolsey_run(*arguments, "--until", "2019")[0] == 0
    code, _, faults = wolsey_run(*arguments, "--until", "2020")
    assert code == 2
    assert "holds results of another scenario" in faults
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "goals.csv").write_text("mine")
    code, _, faults = wolsey_run(*arguments[:-1], tmp_path / "mine", "--until", "2019")
    assert (code, "holds what is no result of wolsey ('goals.csv')" in faults) == (2, True)


def test_pairs_of_draws_are_kept_by_draw_and_seed(
    wolsey_run: Run, plan: Path, tmp_path: Path, made: list[int]
) -> None:
    small = ("--scale", "0.05", "--until", "2019", "--workers", "1", "--out", tmp_path / "out")
    arguments = ("compare", "baseline", plan, *small)
    code, told, _ = wolsey_run(*arguments, "--draws", 2, "--seeds", 1)
    assert code == 0
    assert "2 pairs (2 draws of the numbers, 1 seed each)" in told
    assert made == [RunId(1, 0).luck, RunId(2, 0).luck]
    code, told, _ = wolsey_run(*arguments, "--draws", 2, "--json")
    document = json.loads(told)
    assert (document["draws"], document["seeds"]) == ([1, 2], [0, 1])
    assert made[2:] == [RunId(1, 1).luck, RunId(2, 1).luck]
    assert {"chance_sd", "parameters_sd", "effects_sd"} <= document["headlines"][0].keys()
    frame = pd.read_parquet(tmp_path / "out" / "tables" / "pairs-2.parquet")
    assert set(zip(frame.draw, frame.seed, strict=True)) == {(1, 0), (1, 1), (2, 0), (2, 1)}
