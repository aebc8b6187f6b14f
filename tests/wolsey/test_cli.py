"""The verbs that explain and check, the help, and what the package promises."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model.io import files

ROOT = files.root()

type Run = Callable[..., tuple[int, str, str]]
type Make = Callable[..., Path]


def test_check_says_what_a_file_is(wolsey_run: Run) -> None:
    scenarios = [str(path) for path in (ROOT / "scenarios").glob("*.toml")]
    goals = [str(path) for path in (ROOT / "scenarios" / "goals").glob("*.toml")]
    code, told, faults = wolsey_run(
        "check",
        "baseline",
        *scenarios,
        *goals,
        "ipswich",
        ROOT / "model" / "places" / "england" / "place.toml",
    )
    assert (code, faults) == (0, "")
    assert "scenarios/baseline.toml: scenario of any place (here ipswich) to 2048, good" in told
    assert "scenarios/goals/vision_2048.toml: goal file with 28 goals, good" in told
    assert "model/places/ipswich: town, good" in told
    assert told.splitlines()[-1] == "model/places/england/place.toml: nation, good"


def test_check_goes_on_after_a_fault(wolsey_run: Run, mine: Make, tmp_path: Path) -> None:
    bad = mine("untl = 2030")
    code, told, faults = wolsey_run("check", bad, tmp_path, tmp_path / "absent.toml", "baseline")
    assert code == 2
    assert told == "scenarios/baseline.toml: scenario of any place (here ipswich) to 2048, good\n"
    assert "untl = 2030: is not a known key" in faults
    assert "is a folder without place.toml" in faults
    assert "there is no such file" in faults
    (tmp_path / "note.txt").write_text("x")
    code, _, faults = wolsey_run("check", tmp_path / "note.txt")
    assert code == 2
    assert "is neither a .toml file nor the folder of a place" in faults


def test_check_sees_what_only_shows_in_the_world(wolsey_run: Run, mine: Make) -> None:
    path = mine()
    path.write_text(path.read_text().replace('path = "flat"', "path = { gld = 5.0 }"))
    code, _, faults = wolsey_run("check", path)
    assert code == 2
    assert "england.path.gld = 5" in faults


def test_explain_year_is_the_ten_phases(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("explain", "year")
    phases = [line.split()[1].rstrip(":") for line in told.splitlines() if line[:2].strip().isdigit()]
    assert code == 0
    assert phases[:3] == ["arrive", "households", "admissions"]
    assert phases[3:7] == ["staffrooms", "alliance", "attendance", "learning"]
    assert phases[7:] == ["assessment", "next_steps", "record"]
    assert "writes child: literacy, numeracy, socio, aspiration" in told
    one = wolsey_run("explain", "year", "attendance")[1]
    assert one.splitlines()[1].strip() == "writes child: absence"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("indicator", "ks4_sustained"),
            ("unit", "formula", "basis", "measured 1 year later", "not shown of fewer than 10"),
        ),
        (("indicator", "gatsby_six_share"), ("shown of any number",)),
        (("parameter", "learning.trait_share"), ("normal(", "share of variance", "range", "grade", "source")),
        (("parameter", "town.absence"), ("town.absence (ipswich)", "fitted to")),
        (
            ("column", "child.theta"),
            ("child.theta: stable part of skill", "between -9 and 9", "populate, arrive"),
        ),
        (("column", "id"), ("child.id", "family.id", "school.id", "post.id")),
        (("indicator",), ("gld", "ks2_rwm", "foundation stage")),
        (("parameter",), ("learning.trait_share", "town.absence")),
        (("column",), ("child.theta", "school.value_added")),
    ],
)
def test_explain_tells_what_the_model_declares(
    wolsey_run: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    code, told, faults = wolsey_run("explain", *arguments)
    assert (code, faults) == (0, "")
    for word in words:
        assert word in told


def test_goals_are_listed(wolsey_run: Run) -> None:
    assert "vision_2048" in wolsey_run("goals")[1]
    code, told, _ = wolsey_run("goals", "opportunity_area_2021")
    assert code == 0
    assert "T8 Results at 11 and at 16" in told
    assert "above the median district" in told
    assert "assumed start; shown, not counted" in told
    assert "at least 95.0%" in told
    assert "not available: no figures by district" in wolsey_run("goals", "vision_2048")[1]


@pytest.mark.parametrize("verb", ["run", "compare", "check", "explain", "goals"])
def test_help_teaches_with_an_example(wolsey_run: Run, verb: str) -> None:
    code, told, _ = wolsey_run(verb, "--help")
    examples = [line.split() for line in told.splitlines() if line.strip().startswith("wolsey ")]
    assert code == 0
    assert examples
    if verb not in ("run", "compare"):
        for example in examples:
            assert wolsey_run(*example[1:])[0] == 0, example


def test_help_is_quick_and_needs_no_model() -> None:
    heavy = "{'numpy', 'numba', 'mesa', 'pandas', 'matplotlib'}"
    code = f"import sys, wolsey.cli.main; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_sign_that_the_screen_lacks_and_a_home_that_cannot_be_written_disturb_nobody(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    code = (
        "from wolsey.cli.main import main; main(['--help']); import matplotlib; matplotlib.get_configdir(); "
        "print(chr(0x2212))"
    )
    environment = os.environ | {
        "PYTHONIOENCODING": "cp1252",
        "MPLCONFIGDIR": str(tmp_path / "file" / "below"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="cp1252",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == r"\u2212"
    assert done.stderr == ""


def test_the_module_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "wolsey"]
    done = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Let a town live" in done.stdout
    done = subprocess.run([*command, "run", "basline"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
