"""The verb `trials`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.trials.trials import case_folder

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A trial small enough to be quick: language groups in ten schools."""
    text = (case_folder() / "neli_effectiveness.toml").read_text()
    path = tmp_path / "small.toml"
    path.write_text(text.replace("settings = 193", "settings = 10").replace("scale = 7.2", "scale = 0.5"))
    return path


def test_the_table_and_what_it_is_worth(wolsey_run: Run, small: Path) -> None:
    code, told, faults = wolsey_run("trials", small, "--seeds", 3)
    assert faults == ""
    assert "0.260 (0.150 to 0.370) SD" in told
    assert "small: the effect as published, effectiveness conditions; 3 runs of" in told
    assert "It validates nothing" in told
    assert code == (0 if "  yes" in told else 1)


def test_a_trial_that_does_not_come_out_fails(wolsey_run: Run, small: Path) -> None:
    small.write_text(small.read_text().replace("mean = 0.26", "mean = 2.6"))
    code, told, _ = wolsey_run("trials", small, "--seeds", 1, "--json")
    assert code == 1
    found = json.loads(told)
    assert "validates nothing" in found["note"]
    assert found["trials"][0]["outcomes"][0]["good"] is False


def test_bad_input_is_said(wolsey_run: Run, small: Path) -> None:
    code, _, faults = wolsey_run("trials", "rize")
    assert (code, "did you mean 'rise'?" in faults) == (2, True)
    code, _, faults = wolsey_run("trials", small, "--seeds", 0)
    assert (code, "--seeds = 0: must be at least 1" in faults) == (2, True)
    small.write_text(small.read_text().replace("scale = 0.5", "scale = 0.1"))
    code, _, faults = wolsey_run("trials", small, "--seeds", 1)
    assert (code, "small: sample.settings = 10: is more than the" in faults) == (2, True)


def test_the_help_says_that_it_validates_nothing(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("trials", "--help")
    assert code == 0
    assert "validates nothing" in " ".join(told.split())
