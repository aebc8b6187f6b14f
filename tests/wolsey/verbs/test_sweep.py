"""The verbs `sweep`, `status`, `report` and `reproduce`, from a file to what they print and write."""

import errno
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments.plotting import style
from experiments.runs import worker as batches
from experiments.runs.draws import RunId
from experiments.runs.ensemble import RunResult, result_of
from experiments.runs.store import Store
from model.town import Town
from wolsey.verbs import status as sweep_status

type Run = Callable[..., tuple[int, str, str]]

STUDY = """
title = "Reach and trust"
question = "Does it matter?"
scenarios = ["baseline", "mine.toml"]
against = "baseline"
draws = 2
seeds = 1
until = 2018
scale = 0.05
[design]
kind = "factorial"
levels = 2
[[factors]]
name = "reach"
key = "programmes.language_groups.reach"
low = 0.0
high = 1.0
[[outcomes]]
name = "language"
indicator = "gld"
year = 2018
"""
MINE = """
extends = "baseline"
title = "Mine"
[[programmes]]
card = "language_groups"
start = 2018
reach = 0.5
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of six different runs, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINE)
    path = tmp_path / "small.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture
def swept(study: Path, wolsey_run: Run) -> Path:
    """The folder of a finished sweep of it."""
    code, _, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert code == 0
    assert told_of(error)[-1] == "small: 6 of 6 runs"
    return study.parent / "out"


NO_PLACE = "wolsey: no place is given, so this is Ipswich; --place NAME is another"


def told_of(error: str) -> list[str]:
    """What standard error says of the work done: after where it is and how much there is to do, and without
    the time left."""
    place, first, *lines = error.splitlines()
    assert place == NO_PLACE
    assert re.fullmatch(
        r"wolsey: \d+ runs to make(, \d+ are there)?: roughly \d+ seconds on 1 process", first
    )
    assert all(re.search(r"[\d.]+ (seconds|minutes|hours) left$", line) for line in lines[:-1])
    return [line.removeprefix("wolsey: ").split(",")[0] for line in lines]


def test_a_sweep_from_file_to_table(study: Path, wolsey_run: Run) -> None:
    code, out, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert code == 0
    assert error.splitlines()[1] == "wolsey: 6 runs to make: roughly 10 seconds on 1 process"
    assert told_of(error)[-1] == "small: 6 of 6 runs"
    lines = out.splitlines()
    assert lines[:4] == [
        "Reach and trust",
        "baseline, mine; 2 points of 1 factor; 2 draws with 1 seed each; to 2018",
        "6 runs: 0 found, 6 made, 0 broke off",
        "Reduced town: scale 0.05, so chance weighs more than in the town itself.",
    ]
    assert [line.split()[0] for line in lines if line.startswith("  ")][1:] == ["baseline", "mine", "mine"]
    assert any(line.startswith("  mine less baseline") for line in lines)
    assert "Band: 5th to 95th percentile of the runs of a point" in out
    assert lines[-1] == (
        "Written to out: manifest.json, outcomes.parquet, summary.csv, points.csv, design.csv"
    )
    table = pd.read_parquet("out/tables/outcomes.parquet")
    assert len(table) == 2 * 2 * 2
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert (manifest["runs"], manifest["failed"], manifest["points"]) == (6, 0, 2)
    assert manifest["scenarios"]["mine"]["scenario"]["programmes"][0]["card"] == "language_groups"


def test_a_finished_sweep_makes_nothing_again_and_goes_on_with_more(swept: Path, wolsey_run: Run) -> None:
    def again(*options: object) -> dict[str, int]:
        code, out, error = wolsey_run(
            "sweep", "small.toml", "--out", "out", "--workers", 1, "--json", *options
        )
        assert code == 0
        found: dict[str, int] = json.loads(out)["runs"]
        if not found["made"]:
            assert error == f"{NO_PLACE}\n"
        elif found["found"]:
            there = f"wolsey: {found['made']} runs to make, {found['found']} are there: roughly"
            assert error.startswith(f"{NO_PLACE}\n{there}")
        return found

    assert again() == {"asked": 6, "found": 6, "made": 0}
    assert again("--more-seeds", 1) == {"asked": 12, "found": 6, "made": 6}
    assert again() == {"asked": 12, "found": 12, "made": 0}
    assert again("--more-draws", 1) == {"asked": 18, "found": 12, "made": 6}
    assert sorted(path.name for path in swept.glob("manifest*")) == [
        "manifest-2.json",
        *[f"manifest-{n}.json" for n in (3, 4, 5)],
        "manifest.json",
    ]


def test_status_says_what_is_missing_and_what_is_of_another_version(
    swept: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = wolsey_run("status", "small.toml", "--out", "out")
    assert code == 0
    assert out.splitlines() == [
        "Reach and trust (small), in out",
        "  6 of 6 runs finished, 0 not made yet, 0 broke off",
    ]
    (swept.parent / "mine.toml").write_text(MINE.replace("2018", "2018\namount = 0.5"))
    _, out, _ = wolsey_run("status", "small.toml", "--out", "out")
    assert "  2 of 6 runs finished, 4 not made yet, 0 broke off" in out
    assert "  4 runs that this study does not ask for (other draws or seeds, or its scenarios" in out
    assert re.fullmatch(
        r"  go on with `wolsey sweep small\.toml --out out`: roughly 10 seconds on \d+ processors?",
        out.splitlines()[-1],
    )
    from experiments.runs import keys

    with monkeypatch.context() as patch:
        patch.setattr(keys, "code_digest", lambda: "later")
        patch.setattr(batches, "code_digest", lambda: "later")
        _, out, _ = wolsey_run("status", "small.toml", "--out", "out", "--json")
        (found,) = json.loads(out)
        assert (found["finished"], found["older"], found["others"], found["note"]) == (0, 6, 0, "")
    code, out, _ = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert (code, out.splitlines()[2]) == (0, "6 runs: 2 found, 4 made, 0 broke off")


def test_status_without_a_study_lists_what_was_swept(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.studies import folder as study_folder

    for module in (study_folder, sweep_status):
        monkeypatch.setattr(module, "results_folder", lambda verb: tmp_path / "results")
    code, out, _ = wolsey_run("status")
    assert (code, out.split(".")[0]) == (0, "No study has been swept yet")
    assert "reach_by_budget" in out
    assert wolsey_run("status", "--json")[1].strip() == "[]"
    key = study_folder.swept_study("ceiling").study.key()
    Store.opened(tmp_path / "results" / f"ceiling-{key[:12]}" / "runs").close()
    _, out, _ = wolsey_run("status")
    assert out.startswith("How large effects would have to be (ceiling), in ")
    assert "  0 of " in out
    assert "  begin with `wolsey sweep ceiling`: roughly " in out
    (tmp_path / "results" / "mine-0123456789ab").mkdir()
    *_, last = wolsey_run("status")[1].splitlines()
    assert last.startswith("Of other files, or of studies changed since (`wolsey status FILE` tells): ")
    assert last.endswith("mine-0123456789ab")
    (study,) = json.loads(wolsey_run("status", "--json")[1])
    assert (study["study"], study["finished"]) == ("ceiling", 0)
    assert study["seconds"] > 10


def test_runs_that_break_off_are_told_and_left_out(
    study: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(town: Town, cell: RunId, arm: str) -> RunResult:
        if town.scenario.acting and cell.draw == 2:
            raise ArithmeticError("the sun went out")
        return result_of(town, cell, arm)

    with monkeypatch.context() as patch:
        patch.setattr(batches, "result_of", broken)
        code, out, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert code == 1
    assert "6 runs: 0 found, 4 made, 2 broke off" in out
    assert error.splitlines()[-1].startswith("wolsey: 2 runs broke off: 000")
    reason = "draw 2, seed 0: ArithmeticError: the sun went out (and 1 more for the same reason)"
    assert reason in error
    _, out, _ = wolsey_run("status", "small.toml", "--out", "out")
    assert "  4 of 6 runs finished, 0 not made yet, 2 broke off\n    000" in out
    code, out, error = wolsey_run("report", "small.toml", "--sweep", "out", "--out", "told")
    missing = "wolsey: 2 of 6 runs are missing; `wolsey sweep small.toml --out out` makes them\n"
    assert (code, error) == (0, missing)
    page = Path("told/report.html").read_text()
    assert "2 of 6 runs are missing; 2 of them broke off." in page
    assert "ArithmeticError: the sun went out" in page


def test_a_full_disk_is_said_and_what_was_kept_counts(
    study: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, out, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert (code, out) == (1, "")
    assert "cannot be written: No space left on device. No run was finished; nothing is kept." in error
    assert wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)[0] == 0


def test_a_second_sweep_in_one_folder_is_refused(study: Path, wolsey_run: Run) -> None:
    with Store.opened(study.parent / "out" / "runs"):
        code, out, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert (code, out) == (2, "")
    assert "is writing results here; wait until it has ended, or stop it" in error


def test_a_damaged_file_is_named(swept: Path, wolsey_run: Run) -> None:
    first = sorted((swept / "runs").glob("runs-*.parquet"))[0]
    first.write_bytes(b"nothing")
    assert f"damaged: {swept / 'runs' / first.name}" in wolsey_run("status", "small.toml", "--out", swept)[1]
    code, _, error = wolsey_run("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert code == 0
    assert first.name in error
    assert "was damaged and has been moved there; its runs are made anew" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sweep", "smal"), "there is no such study"),
        (("sweep", "gone.toml"), "gone.toml"),
        (("sweep", "small.toml", "--workers", "0"), "workers = 0: must be at least 1"),
        (("sweep", "small.toml", "--more-seeds", "0"), "--more-seeds = 0: must be at least 1"),
        (("sweep", "small.toml", "--more-draws", "-1"), "--more-draws = -1: must be at least 1"),
        (("sweep", "small.toml", "--more-draws", "900"), "has not so many draws"),
        (("sweep", "small.toml", "--workers", "9999"), "workers = 9999: is more than this machine can use"),
        (("sweep", "small.toml", "--out", "o", "--cluster", "here"), "is no address of a scheduler"),
        (("sweep", "small.toml", "--runs", "nowhere://x"), "nowhere://x: cannot be reached"),
        (("sweep", "small.toml", "--out", "small.toml"), "is a file, or lies below one"),
        (("status", "--out", "x"), "say which study is meant"),
        (("report", "small.toml", "--sweep", "none"), "nothing has been swept here"),
        (("reproduce", "none.json"), "none.json: cannot be read"),
        (("reproduce", "small.toml"), "is no manifest: it is not JSON"),
        (("reproduce", "odd.json"), "is no manifest of a run, a comparison, an answer or a sweep"),
        (("reproduce", "torn.json"), "is no manifest of this version, or is damaged"),
        (("reproduce", "odd.json", "--runs", "0"), "--runs = 0: must be at least 1"),
        (("reproduce", "odd.json", "--runs", "2", "--all"), "give --runs (how many) or --all, not both"),
    ],
)
def test_a_wrong_argument_is_refused(
    study: Path, wolsey_run: Run, arguments: tuple[str, ...], words: str
) -> None:
    (study.parent / "odd.json").write_text("{}")
    (study.parent / "torn.json").write_text('{"study": 3}')
    code, out, error = wolsey_run(*arguments)
    assert (code, out) == (2, "")
    assert words in error
    assert len(error.splitlines()) == 1


def test_a_cluster_that_is_not_there_is_refused(study: Path, wolsey_run: Run) -> None:
    code, _, error = wolsey_run("sweep", "small.toml", "--out", "out", "--cluster", "nothing://here:1")
    assert code == 2
    *told, waiting, refused = error.splitlines()
    assert told[0] == NO_PLACE
    assert waiting == "wolsey: waiting for nothing://here:1, 60 seconds at most"
    assert refused.startswith('wolsey: --cluster = "nothing://here:1": no scheduler answers: ')


def test_runs_kept_elsewhere_are_found_again(study: Path, wolsey_run: Run) -> None:
    place = study.parent / "far" / "away"
    sweep = ("sweep", "small.toml", "--out", "out", "--workers", 1)
    assert wolsey_run(*sweep, "--runs", "far/away")[0] == 0
    assert any(place.glob("runs-*.parquet"))
    assert "  6 of 6 runs finished" in wolsey_run("status", "small.toml", "--out", "out")[1]
    assert wolsey_run(*sweep)[1].splitlines()[2] == "6 runs: 6 found, 0 made, 0 broke off"
    assert not (study.parent / "out" / "runs").exists()
    code, out, _ = wolsey_run("reproduce", "out/manifest.json", "--runs", 1, "--workers", 1)
    assert (code, out) == (0, "1 of 1 run made again is the same to the last bit.\n")


def test_a_report_of_a_study(swept: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    code, out, error = wolsey_run("report", "small.toml", "--sweep", "out", "--out", "told")
    assert (code, error) == (0, "")
    assert out == ("The report: told/report.html\nBeside it: manifest.json, summary.csv, factors.csv\n")
    page = Path("told/report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("data:image/png;base64,") == 1
    for words in (
        "Reach and trust",
        "Does it matter?",
        "mine less baseline",
        "Reduced town: scale 0.05",
        "by factor",
    ):
        assert words in page
    assert "http" not in page.replace("http-equiv", "")
    again = wolsey_run("reproduce", "told/manifest.json", "--runs", 1, "--workers", 1)
    assert again[:2] == (0, "1 of 1 run made again is the same to the last bit.\n")
    factors = pd.read_csv("told/factors.csv")
    assert set(factors["level"]) == {0, 1}
    assert wolsey_run("report", "small.toml", "--sweep", "out", "--out", "told")[0] == 0
    assert Path("told/report-2.html").is_file()


def test_a_sweep_is_reproduced_to_the_last_bit(swept: Path, wolsey_run: Run) -> None:
    code, out, _ = wolsey_run("reproduce", "out/manifest.json", "--all", "--workers", 1)
    assert (code, out) == (0, "8 of 8 runs made again are the same to the last bit.\n")
    code, out, _ = wolsey_run("reproduce", "out/manifest.json", "--runs", 2, "--json", "--workers", 1)
    found = json.loads(out)
    assert (code, found["same"], found["different"], found["changed"]) == (0, 2, [], {})


def test_a_run_and_a_comparison_are_reproduced(tmp_path: Path, wolsey_run: Run) -> None:
    small = ("--scale", 0.05, "--until", 2019, "--workers", 1)
    assert (
        wolsey_run("run", "baseline", "--draws", 2, "--seeds", 1, *small, "--out", tmp_path / "run")[0] == 0
    )
    code, out, _ = wolsey_run("reproduce", tmp_path / "run" / "manifest.json", "--workers", 1)
    assert (code, out.splitlines()[0]) == (0, "2 of 2 runs made again are the same to the last bit.")
    pair = ("baseline", "opportunity_area", "--draws", 1, "--seeds", 1)
    assert wolsey_run("compare", *pair, *small, "--out", tmp_path / "pair")[0] == 0
    code, out, _ = wolsey_run("reproduce", tmp_path / "pair" / "manifest.json", "--workers", 1)
    assert (code, out.splitlines()[0]) == (0, "3 of 3 runs made again are the same to the last bit.")


def test_what_differs_is_told_and_fails(
    swept: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(town: Town, cell: RunId, arm: str) -> RunResult:
        life = result_of(town, cell, arm)
        life.values[life.values > 0] *= SHIFT
        return life

    SHIFT = 1.5
    monkeypatch.setattr(batches, "result_of", shifted)
    code, out, _ = wolsey_run("reproduce", "out/manifest.json", "--runs", 2, "--workers", 1)
    assert code == 1
    assert out.startswith("0 of 2 runs made again are the same to the last bit.\n  0000/baseline, draw 1")
    assert "Nothing that the manifest names has changed" in out
    manifest = swept / "manifest.json"
    content = json.loads(manifest.read_text())
    content["scenarios"]["baseline"]["code"] = "c" * 32
    manifest.write_text(json.dumps(content))
    _, out, _ = wolsey_run("reproduce", manifest, "--runs", 2, "--workers", 1)
    assert "  the model's code: cccccccccccc, now " in out


@pytest.mark.parametrize(("shift", "code"), [(1 + 2e-7, 0), (1 + 1e-4, 1)])
def test_another_processor_explains_the_last_digits_and_no_more(
    swept: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch, shift: float, code: int
) -> None:
    def shifted(town: Town, cell: RunId, arm: str) -> RunResult:
        life = result_of(town, cell, arm)
        life.values[life.values > 0] *= shift
        return life

    monkeypatch.setattr(batches, "result_of", shifted)
    manifest = swept / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"cpu": "', '"cpu": "Another '))
    found, out, _ = wolsey_run("reproduce", manifest, "--runs", 1, "--workers", 1)
    assert found == code
    assert "Another processor: Another " in out
    assert ("That explains differences so small" in out) == (code == 0)


def test_runs_that_are_gone_cannot_be_compared(swept: Path, wolsey_run: Run) -> None:
    for path in (swept / "runs").glob("runs-*.parquet"):
        path.unlink()
    code, _, error = wolsey_run("reproduce", "out/manifest.json")
    assert code == 2
    assert "none of its runs is kept beside it" in error
