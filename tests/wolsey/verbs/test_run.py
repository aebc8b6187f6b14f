"""`wolsey run`: what it prints and writes, and what it keeps when it is cut short."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import wolsey.verbs.run
from calibration import posterior
from experiments.runs import report_folder
from experiments.runs.draws import ParameterDraws, RunId, run_ids_of
from experiments.runs.store import Store
from model.io import files
from model.town import Town
from tests.waiting import LONGEST, until

ROOT = files.root()
SMALL = ("--draws", "1", "--scale", "0.05", "--until", "2022", "--workers", "1")

type Run = Callable[..., tuple[int, str, str]]
type Make = Callable[..., Path]


MADE = (
    r"(wolsey: no place is given, .+\n)?"
    r"wolsey: \d+ runs? to make: roughly \d+ seconds on 1 process\n(wolsey: .+: \d+ of \d+ runs.*\n)+"
)
"""What is said on standard error while runs are made."""


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds whose towns are lived from the start."""
    seeds: list[int] = []
    usual = Town.__init__

    def counted(town: Town, *arguments: Any, **named: Any) -> None:
        usual(town, *arguments, **named)
        seeds.append(town.seed)

    monkeypatch.setattr(Town, "__init__", counted)
    return seeds


def test_run_prints_and_writes(wolsey_run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, faults = wolsey_run("run", "baseline", "--seeds", 2, *SMALL, "--out", out)
    assert code == 0
    assert re.fullmatch(MADE, faults)
    assert "No programme (baseline). Ipswich, 1998 to 2022, 2 runs." in told
    assert "Reduced town: scale 0.05" in told
    assert "of the 5 that can be checked" in told
    assert "Written to" in told.splitlines()[-1]
    assert names(out) == ["goals.csv", "manifest.json", "picture.png", "runs"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seeds"] == [0, 1]
    table = pd.concat([pd.read_parquet(path) for path in (out / "runs").glob("*.parquet")])
    assert set(table["scenario"]) == {"baseline"}
    assert set(table["seed"]) == {0, 1}


def test_a_second_run_adds_and_overwrites_nothing(wolsey_run: Run, tmp_path: Path, made: list[int]) -> None:
    out = tmp_path / "out"
    arguments = ("run", "baseline", *SMALL, "--out", out)
    assert wolsey_run(*arguments, "--seed", 3, "--seed", 1)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    assert wolsey_run(*arguments, "--seeds", 4)[0] == 0
    assert sorted(made) == [0, 1, 2, 3]
    after = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    assert {"goals-2.csv", "manifest-2.json", "picture-2.png"} < {
        path.name for path in set(after) - set(before)
    }
    assert wolsey_run(*arguments, "--seeds", 4)[0] == 0
    assert {path for path in out.rglob("*.*") if path.is_file()} - set(after) == {
        out / "goals-3.csv", out / "manifest-3.json", out / "picture-3.png",
    }  # fmt: skip
    assert (out / "goals-3.csv").read_bytes() == after[out / "goals-2.csv"]
    assert sorted(made) == [0, 1, 2, 3]


def test_json_is_one_document_and_nothing_else(wolsey_run: Run, tmp_path: Path) -> None:
    code, told, faults = wolsey_run(
        "run", "baseline", "--seeds", 1, *SMALL, "--out", tmp_path / "out", "--json"
    )
    document = json.loads(told)
    assert code == 0
    assert re.fullmatch(MADE, faults)
    assert document["goal_files"][0]["file"] == "opportunity_area_2021"
    assert Path(document["files"]["picture"]).read_bytes().startswith(b"\x89PNG")


def test_results_go_where_they_belong(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wolsey.verbs.run, "results_folder", lambda verb: tmp_path / "results" / verb)
    assert wolsey_run("run", "baseline", "--seeds", 1, *SMALL)[0] == 0
    (folder,) = (tmp_path / "results" / "run").iterdir()
    key = json.loads((folder / "manifest.json").read_text())["key"]
    assert folder.name == f"baseline-{key[:12]}"
    monkeypatch.undo()
    assert report_folder.results_folder("run") == ROOT / "results" / "run"


def test_a_users_own_file_is_run(wolsey_run: Run, mine: Make, tmp_path: Path) -> None:
    path = mine('record = "full"', without="record")
    code, told, _ = wolsey_run("run", path, "--seeds", 1, *SMALL, "--out", tmp_path / "out")
    assert code == 0
    assert "(mine)" in told


def test_a_failed_run_keeps_the_others(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Town.run

    def failing(town: Town, until: int | None = None) -> Town:
        if town.seed == 1:
            raise RuntimeError("no room")
        return usual(town, until)

    monkeypatch.setattr(Town, "run", failing)
    out = tmp_path / "out"
    code, told, faults = wolsey_run("run", "baseline", "--seeds", 3, *SMALL, "--out", out)
    assert (code, told) == (1, "")
    assert faults.splitlines()[-1] == (
        "wolsey: 1 run broke off: baseline, draw 0, seed 1: RuntimeError: no room. 2 of 3 runs are finished "
        f"and kept in {out / 'runs'}; the same command again makes the others."
    )
    assert names(out) == ["runs"]
    (failure,) = (out / "runs").glob("failed-*.json")
    assert 'raise RuntimeError("no room")' in json.loads(failure.read_text())["trace"]


def test_ctrl_c_keeps_what_is_finished(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[int]
) -> None:
    usual = Town.run

    def interrupted(town: Town, until: int | None = None) -> Town:
        if town.seed == 1:
            raise KeyboardInterrupt
        return usual(town, until)

    arguments = ("run", "baseline", "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(Town, "run", interrupted)
        code, told, faults = wolsey_run(*arguments)
    assert (code, told) == (130, "")
    assert "stopped. 1 of 3 runs are finished and kept in" in faults
    assert names(tmp_path / "out") == ["runs"]
    assert wolsey_run(*arguments)[0] == 0
    assert made == [0, 1, 1, 2]


def test_ctrl_c_before_the_first_run_keeps_nothing(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> Town:
        raise KeyboardInterrupt

    monkeypatch.setattr(Town, "run", interrupted)
    code, _, faults = wolsey_run("run", "baseline", "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    assert code == 130
    assert "No run was finished; nothing is kept." in faults
    assert not list((tmp_path / "out" / "runs").glob("*.parquet"))


def test_two_that_write_to_one_folder_are_told_apart(wolsey_run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("run", "baseline", "--seeds", 1, *SMALL, "--out", out)
    with Store.opened(out / "runs"):
        code, told, faults = wolsey_run(*arguments)
    assert (code, told, faults.count("\n")) == (2, "", 1)
    assert f"another process ({os.getpid()}) is writing results here" in faults
    assert names(out) == ["runs"]
    assert wolsey_run(*arguments)[0] == 0


def test_draws_are_kept_by_draw_and_seed(wolsey_run: Run, tmp_path: Path, made: list[int]) -> None:
    small = ("--scale", "0.05", "--until", "2019", "--workers", "1", "--out", tmp_path / "out")
    code, told, _ = wolsey_run("run", "baseline", "--draws", 2, *small)
    assert code == 0
    assert "Ipswich, 1998 to 2019, 4 runs (2 draws of the numbers, 2 seeds each)." in told
    assert "Band: 5th to 95th percentile of 4 runs (2 draws of the numbers, 2 seeds each" in told
    assert made == [cell.luck for cell in run_ids_of([1, 2], [0, 1])]
    code, told, _ = wolsey_run("run", "baseline", "--draws", 3, "--seed", 1, "--json", *small)
    assert made[4:] == [RunId(3, 1).luck]
    document = json.loads(told)
    assert (document["draws"], document["seeds"]) == ([1, 2, 3], [1])
    assert len(document["manifest"]["posterior"]) == 32
    assert wolsey_run("run", "baseline", "--draws", 1, "--seeds", 1, *small)[0] == 0
    assert made[5:] == [0]


def test_usual_draws_and_seeds_tell_chance_from_the_rest(posterior_folder: Path) -> None:
    numbers = ParameterDraws.of("ipswich")
    usual = wolsey.verbs.run.RunOptions("baseline")
    assert wolsey.verbs.run.chosen_draws(usual, numbers) == tuple(range(1, 11))
    assert wolsey.verbs.run.chosen_seeds(usual) == (0, 1)
    best = wolsey.verbs.run.RunOptions("baseline", draws=1)
    assert wolsey.verbs.run.chosen_draws(best, numbers) == (0,)
    assert wolsey.verbs.run.chosen_seeds(best) == tuple(range(10))


def test_without_a_posterior_numbers_are_hand_set_and_said_so(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    out = tmp_path / "out"
    code, told, faults = wolsey_run("run", "baseline", "--out", out)
    assert (code, told, faults.count("\n")) == (2, "", 1)
    assert "--draws = 10: there is no posterior of ipswich" in faults
    assert "wolsey calibrate" in faults
    assert not out.exists()
    code, told, faults = wolsey_run("run", "baseline", "--seeds", 1, *SMALL, "--out", out)
    assert code == 0
    assert "wolsey: Hand-set numbers: there is no posterior of ipswich" in faults
    assert "Hand-set numbers" in told
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["posterior"] == "none"
    assert manifest["note"].startswith("Hand-set numbers")


def test_a_place_that_nobody_fitted_says_so_everywhere(wolsey_run: Run, tmp_path: Path) -> None:
    asked = (
        "run",
        "baseline",
        "--place",
        "derby",
        "--draws",
        2,
        "--seeds",
        1,
        "--scale",
        "0.02",
        "--until",
        2017,
    )
    code, told, faults = wolsey_run(*asked, "--workers", 1, "--json", "--out", tmp_path / "out")
    assert code == 0
    note = json.loads(told)["manifest"]["note"]
    assert note.startswith("Not fitted to Derby: there is no posterior of it.")
    assert faults.count(f"wolsey: {note}\n") == 1
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["note"] == note
    assert wolsey_run(*asked, "--workers", 1, "--out", tmp_path / "out")[1].count(note) == 1


def test_a_posterior_of_another_model_is_said_before_the_run(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "code_digest", lambda: "0" * 32)
    monkeypatch.setattr(posterior, "probe", lambda *_: "other")
    arguments = ("run", "baseline", "--seeds", 1, *SMALL, "--out", tmp_path / "out")
    code, told, faults = wolsey_run(*arguments)
    assert code == 0
    assert faults.count("was made by another version of the model") == 1
    assert "was made by another version of the model" in told


@pytest.mark.kill
def test_a_real_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "wolsey",
        "run",
        "baseline",
        "--draws",
        "1",
        "--seeds",
        "400",
        "--workers",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            until(lambda: list((tmp_path / "out").glob("runs/*.parquet")), "the first runs")
            os.killpg(process.pid, signal.SIGINT)
            _, faults = process.communicate(timeout=LONGEST)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "of 400 runs are finished and kept in" in faults
    assert "Traceback" not in faults
