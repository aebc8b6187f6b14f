"""The verb `discover`."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from calibration import posterior
from experiments.runs.draws import ParameterDraws
from experiments.runs.runner import carry_out
from experiments.studies.folder import swept_study

Run = Callable[..., tuple[int, str, str]]
OUTCOME = "gld, disadvantaged, 2020"
STUDY = f"""
title = "A small study"
scenarios = ["without.toml", "with.toml"]
against = "without"
seeds = 2
[design]
kind = "latin_hypercube"
points = 12
[[factors]]
name = "language support"
key = "programmes.language_groups.reach"
low = 0.0
high = 1.0
[[factors]]
name = "language support begins"
key = "programmes.language_groups.start"
values = [2018, 2019, 2020]
[[outcomes]]
name = "{OUTCOME}"
indicator = "gld"
group = "disadvantaged"
year = 2020
[[outcomes]]
goal = "T12"
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory, posterior_folder: Path) -> tuple[Path, Path]:
    """A study's file, and the folder of its sweep."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "without.toml").write_text(
        'extends = "baseline"\nuntil = 2021\nscale = 0.05\ntitle = "Without"\n'
    )
    (folder / "with.toml").write_text(
        'extends = "without.toml"\ntitle = "With"\n[effects]\nfactor = 6.0\n[[programmes]]\n'
        'card = "language_groups"\nstart = 2018\nreach = 0.5\n'
    )
    path = folder / "small.toml"
    path.write_text(STUDY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        study = swept_study(path, folder / "swept")
        with study.store(lock=True) as store:
            assert carry_out(study.study.plan(ParameterDraws.of("ipswich")), store, workers=1).whole
    return path, folder / "swept"


def test_it_finds_conditions_and_writes_them(
    swept: tuple[Path, Path], wolsey_run: Run, tmp_path: Path
) -> None:
    path, sweep = swept
    arguments = (
        "discover", path, "--sweep", sweep, "--outcome", OUTCOME, "--above", 12, "--difference",
        "--halves", 1, "--out", tmp_path / "found",
    )  # fmt: skip
    code, out, err = wolsey_run(*arguments)
    assert code == 0, err
    assert f"Under which conditions difference in {OUTCOME} is above 12 in with?" in out
    assert "24 runs at 12 points" in out
    assert "The same cases cut by a tree" in out
    assert "Reduced town: scale 0.05" in out
    assert "Only 4 points are held out" in out or "no condition" in out or "tests it" in out
    names = {each.name for each in (tmp_path / "found").iterdir()}
    assert names == {"boxes.csv", "picture.png", "manifest.json", "tables"}
    cases = pd.read_parquet(tmp_path / "found" / "tables" / "cases.parquet")
    assert len(cases) == 24
    assert list(cases.columns[:2]) == ["language support", "language support begins"]
    with Image.open(tmp_path / "found" / "picture.png") as image:
        assert json.loads(image.info["wolsey"])["asked"]["halves"] == 1
    again, second, _ = wolsey_run(*arguments, "--json")
    assert again == 0
    content = json.loads(second)
    assert content["words"] in out
    assert content["cases"]["all"] == 24
    assert (tmp_path / "found" / "boxes-2.csv").read_bytes() == (
        tmp_path / "found" / "boxes.csv"
    ).read_bytes()


def test_runs_that_are_missing_are_told(swept: tuple[Path, Path], wolsey_run: Run, tmp_path: Path) -> None:
    path, sweep = swept
    more = path.with_name("more.toml")
    more.write_text(STUDY.replace("seeds = 2", "seeds = 3"))
    code, out, err = wolsey_run(
        "discover",
        more,
        "--sweep",
        sweep,
        "--outcome",
        OUTCOME,
        "--above",
        60,
        "--halves",
        0,
        "--out",
        tmp_path,
    )
    assert code == 0, err
    assert "12 of 36 runs are not finished" in err
    assert "24 runs at 12 points" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give --goal (its id) or --outcome"),
        (("--goal", "T12", "--outcome", OUTCOME), "and not both"),
        (("--goal", "T122"), "did you mean 'T12'"),
        (("--goal", "T12"), "no finished run decides whether goal T12 is reached in with"),
        (("--goal", "T12", "--above", "1"), "do not go with it"),
        (("--outcome", "gld"), "is not an outcome of this study"),
        (("--outcome", OUTCOME), "give one of --above and --below"),
        (("--outcome", OUTCOME, "--above", "nan"), "must be a number"),
        (("--outcome", OUTCOME, "--above", "1", "--scenario", "wih"), "did you mean 'with'"),
        (("--outcome", OUTCOME, "--above", "1", "--scenario", "without"), "varies nothing in without"),
        (("--outcome", OUTCOME, "--above", "1", "--scenario", "without", "--difference"), "with no other"),
        (("--outcome", OUTCOME, "--above", "1", "--density", "120"), "at most 100"),
        (("--outcome", OUTCOME, "--above", "1", "--halves", "-1"), "must not be negative"),
        (("--outcome", OUTCOME, "--above", "1", "--drawn"), "too few draws"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    swept: tuple[Path, Path], wolsey_run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    path, sweep = swept
    code, _, err = wolsey_run("discover", path, "--sweep", sweep, "--out", tmp_path / "new", *arguments)
    assert code == 2
    assert says in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_study_that_was_never_swept_is_refused(
    swept: tuple[Path, Path], wolsey_run: Run, tmp_path: Path
) -> None:
    path, _ = swept
    code, _, err = wolsey_run("discover", path, "--sweep", tmp_path / "none", "--goal", "T12")
    assert (code, "was not swept here" in err) == (2, True)
    (tmp_path / "empty" / "runs").mkdir(parents=True)
    code, _, err = wolsey_run("discover", path, "--sweep", tmp_path / "empty", "--goal", "T12")
    assert (code, "has no finished run" in err) == (2, True)
