"""`wolsey run`: what it prints and writes, and what it keeps when it is cut short."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import wolsey.running
from experiments.ensemble import Life, lives
from model import files
from model.town import Town

ROOT = files.root()
SMALL = ("--scale", "0.05", "--until", "2022", "--workers", "1")

type Run = Callable[..., tuple[int, str, str]]
type Make = Callable[..., Path]


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def test_run_prints_and_writes(wolsey_run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, faults = wolsey_run("run", "baseline", "--seeds", 2, *SMALL, "--out", out)
    assert (code, faults) == (0, "")
    assert "No programme (baseline). Ipswich, 1998 to 2022, 2 runs." in told
    assert "Reduced town: scale 0.05" in told
    assert "of the 5 that can be checked" in told
    assert "Written to" in told.splitlines()[-1]
    assert names(out) == ["goals.csv", "indicators.parquet", "manifest.json", "picture.png"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seeds"] == [0, 1]


def test_a_second_run_adds_and_overwrites_nothing(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    usual = Town.run

    def counted(town: Town, until: int | None = None) -> Town:
        made.append(town.seed)
        return usual(town, until)

    monkeypatch.setattr(Town, "run", counted)
    arguments = ("run", "baseline", *SMALL, "--out", tmp_path / "out")
    assert wolsey_run(*arguments, "--seed", 3, "--seed", 1)[0] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert wolsey_run(*arguments, "--seeds", 4)[0] == 0
    assert sorted(made) == [0, 1, 2, 3]
    after = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert {name: after[name] for name in before} == before
    assert sorted(set(after) - set(before)) == [
        "goals-2.csv", "indicators-2.parquet", "manifest-2.json", "picture-2.png",
    ]  # fmt: skip
    assert wolsey_run(*arguments, "--seeds", 4)[0] == 0
    assert sorted(set(names(tmp_path / "out")) - set(after)) == [
        "goals-3.csv",
        "manifest-3.json",
        "picture-3.png",
    ]
    assert (tmp_path / "out" / "goals-3.csv").read_bytes() == after["goals-2.csv"]


def test_json_is_one_document_and_nothing_else(wolsey_run: Run, tmp_path: Path) -> None:
    code, told, faults = wolsey_run(
        "run", "baseline", "--seeds", 1, *SMALL, "--out", tmp_path / "out", "--json"
    )
    document = json.loads(told)
    assert (code, faults) == (0, "")
    assert document["goal_files"][0]["file"] == "opportunity_area_2021"
    assert Path(document["files"]["picture"]).read_bytes().startswith(b"\x89PNG")


def test_results_go_where_they_belong(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wolsey.running, "results_folder", lambda: tmp_path / "results" / "run")
    assert wolsey_run("run", "baseline", "--seeds", 1, *SMALL)[0] == 0
    (folder,) = (tmp_path / "results" / "run").iterdir()
    key = json.loads((folder / "manifest.json").read_text())["key"]
    assert folder.name == f"baseline-{key[:12]}"
    monkeypatch.undo()
    assert wolsey.running.results_folder() == ROOT / "results" / "run"


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
    code, told, faults = wolsey_run("run", "baseline", "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    assert (code, told) == (1, "")
    assert faults.splitlines()[-1] == "wolsey: seed 1: RuntimeError: no room"
    assert names(tmp_path / "out") == ["indicators.parquet"]


def test_ctrl_c_keeps_what_is_finished(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = lives

    def interrupted(*arguments: Any) -> Iterator[Life]:
        yield next(usual(*arguments))
        raise KeyboardInterrupt

    arguments = ("run", "baseline", "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    monkeypatch.setattr(wolsey.running, "lives", interrupted)
    code, told, faults = wolsey_run(*arguments)
    assert (code, told) == (130, "")
    assert "stopped. 1 of 3 runs are finished and kept in" in faults
    assert names(tmp_path / "out") == ["indicators.parquet"]
    monkeypatch.setattr(wolsey.running, "lives", usual)
    assert wolsey_run(*arguments)[0] == 0
    assert "indicators-2.parquet" in names(tmp_path / "out")


def test_ctrl_c_before_the_first_run_keeps_nothing(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> Iterator[Life]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(wolsey.running, "lives", interrupted)
    code, _, faults = wolsey_run("run", "baseline", "--seeds", 3, *SMALL, "--out", tmp_path / "out")
    assert code == 130
    assert "No run was finished; nothing is kept." in faults
    assert names(tmp_path / "out") == []


@pytest.mark.serial
def test_a_real_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "wolsey",
        "run",
        "baseline",
        "--seeds",
        "400",
        "--workers",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while not list((tmp_path / "out").glob("*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, faults = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "of 400 runs are finished and kept in" in faults
    assert "Traceback" not in faults
