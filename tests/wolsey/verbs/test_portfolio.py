"""The verb `portfolio`."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments.runs.store import BrokenOffError, Failure
from wolsey.verbs import portfolio as portfolios

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of a small town with two programmes, to 2021."""
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(
        'extends = "baseline"\ntitle = "A plan"\nuntil = 2021\nscale = 0.05\n'
        '[[programmes]]\ncard = "language_groups"\nstart = 2018\nreach = 0.6\n'
        '[[programmes]]\ncard = "employer_encounters"\nstart = 2018\nreach = 0.9\n'
    )
    return path


def test_it_searches_writes_and_goes_on(plan: Path, wolsey_run: Run, tmp_path: Path) -> None:
    arguments = (
        "portfolio", plan, "--budget", "1e9", "--trials", 1, "--draws", 2, "--goal", "T9", "--goal", "T1",
        "--indicator", "gld", "--group", "all", "--workers", 1, "--out", tmp_path / "found",
    )  # fmt: skip
    code, out, err = wolsey_run(*arguments)
    assert code == 0, err
    assert err == (
        "wolsey: 7 bundles of 2 runs each, and those chosen again: roughly 10 seconds on 1 process, less for "
        "runs that are there\n"
        "wolsey: no place is given, so this is Ipswich; --place NAME is another\n"
    )
    assert "7 bundles tried of 9 that there are, 7 of them within the budget" in out
    assert "Reduced town" in out
    assert "Goals: T9, T1." in out
    assert "greedy" in out
    assert "padlocks at the weakest" in out
    assert "It covers chance, parameters and effects" in out
    names = {each.name for each in (tmp_path / "found").iterdir()}
    assert names == {"bundles.csv", "tables", "picture.png", "manifest.json", "runs"}
    table = pd.read_csv(tmp_path / "found" / "bundles.csv")
    assert len(table) == 7
    assert table["frontier"].any()
    files = sorted((tmp_path / "found" / "runs").iterdir())
    code, second, _ = wolsey_run(*arguments, "--json")
    assert code == 0
    assert sorted((tmp_path / "found" / "runs").iterdir()) == files
    content = json.loads(second)
    assert content["manifest"]["asked"]["budget"] == 1e9
    assert len(content["bundles"]) == 7
    first, again = (tmp_path / "found" / f"bundles{n}.csv" for n in ("", "-2"))
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--budget", "0"), "--budget = 0.0: must be above 0"),
        (("--budget", "nan"), "must be above 0"),
        (("--budget", "1", "--trials", "-1"), "--trials = -1"),
        (("--budget", "1", "--draws", "0"), "--draws = 0"),
        (("--budget", "1", "--seeds", "0"), "--seeds = 0"),
        (("--budget", "1", "--goal", "T99"), "--goal"),
        (("--budget", "1", "--programme", "language_group"), "did you mean 'language_groups'"),
        (("--budget", "1", "--indicator", "he_by_9"), "did you mean 'he_by_19'"),
        (("--budget", "1", "--until", "2019"), "no goal falls due"),
        (("--budget", "1", "--workers", "0"), "must be at least 1"),
        (("--budget", "1", "--search-seed", "-1"), "not negative"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    plan: Path, wolsey_run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    code, _, err = wolsey_run("portfolio", plan, "--out", tmp_path / "new", *arguments)
    assert code == 2
    assert says in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_run_that_breaks_off_is_told(
    plan: Path, wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BrokenOffError([Failure("k", "0", 1, 0, "ValueError: no")])

    monkeypatch.setattr(portfolios, "portfolio", broken)
    code, _, err = wolsey_run("portfolio", plan, "--budget", 1, "--draws", 2, "--out", tmp_path / "new")
    assert code == 1
    assert "1 run broke off: 0, draw 1, seed 0: ValueError: no. No run was finished; nothing is kept." in err
