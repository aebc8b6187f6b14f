"""The verb reads what a sweep has finished, says what drives it and what is missing, and writes it whole."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments.runs.draws import ParameterDraws
from experiments.runs.runner import RunPlan, carry_out
from experiments.runs.store import Failure
from experiments.studies import folder as study_folder
from experiments.studies.folder import swept_study
from wolsey.verbs import sensitivity as analysing

type Command = Callable[..., tuple[int, str, str]]

STUDY = """
title = "Two levers"
question = "Which of two matters by 2019?"
scenarios = ["baseline", "opportunity_area"]
against = "baseline"
seeds = 2
until = 2019
scale = 0.03

[design]
kind = "morris"
points = 3
levels = 6
seed = 4

[[factors]]
name = "size of effects"
key = "effects.factor"
low = 0.5
high = 2.0

[[factors]]
name = "schools that contact homes"
key = "programmes.home_contact_first.places"
low = 2
high = 10
whole = true

[[outcomes]]
name = "ready for school"
indicator = "gld"
year = 2019

[[outcomes]]
indicator = "absence_secondary"
year = 2019
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study's file."""
    path = tmp_path_factory.mktemp("studies") / "levers.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def sweep(study: Path, tmp_path_factory: pytest.TempPathFactory, small_posterior: None) -> Path:
    """The folder of its finished sweep."""
    folder = tmp_path_factory.mktemp("sweeps") / "levers"
    swept = swept_study(study, folder)
    with swept.store(lock=True) as store:
        assert carry_out(swept.study.plan(ParameterDraws.of("ipswich")), store, workers=1).whole
    return folder


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pictures, which take the longest."""
    monkeypatch.setattr(analysing, "pictures", lambda told, about: {})


def test_it_tells_writes_and_draws(wolsey_run: Command, study: Path, sweep: Path, tmp_path: Path) -> None:
    code, told, said = wolsey_run("sensitivity", study, "--sweep", sweep, "--out", tmp_path / "out")
    assert (code, said) == (0, "")
    assert told.startswith(
        "Two levers\nWhich of two matters by 2019?\nMorris design, 9 points of 2 factors, "
    )
    assert "each in 1 draw × 2 seeds, to 2019." in told
    assert "Reduced town: scale 0.03" in told
    first, second = (
        f"opportunity_area: {name} (difference to baseline)\n"
        for name in ("ready for school", "absence_secondary, all, 2019")
    )
    assert told.index(first) < told.index(second)
    assert "3 of 3 trajectories, all whole." in told
    assert "The same at every point, so that there is nothing to explain: baseline: " in told
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.*")) == [
        "bars.png", "heat.png", "indices.parquet", "lines.png", "manifest.json", "responses.csv",
        "scatter.png", "settling.parquet", "table.csv",
    ]  # fmt: skip
    indices = pd.read_parquet(tmp_path / "out" / "tables" / "indices.parquet")
    assert set(indices["measure"]) == {"level", "difference"}
    assert set(indices["factor"]) == {"size of effects", "schools that contact homes"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["points"], manifest["seeds"], manifest["failed"]) == (9, [0, 1], 0)


@pytest.mark.usefixtures("undrawn")
def test_it_says_the_same_again_beside_the_first(
    wolsey_run: Command, study: Path, sweep: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert wolsey_run("sensitivity", study, "--sweep", sweep, "--out", out, "--levels")[0] == 0
    assert (out / "table.csv").read_bytes() == (out / "table-2.csv").read_bytes()
    first, second = (pd.read_parquet(out / "tables" / f"settling{number}.parquet") for number in ("", "-2"))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.usefixtures("undrawn")
def test_one_outcome_as_json(wolsey_run: Command, study: Path, sweep: Path, tmp_path: Path) -> None:
    code, told, _ = wolsey_run(
        "sensitivity", study, "--sweep", sweep, "--out", tmp_path, "--outcome", "ready for school", "--json"
    )
    assert code == 0
    document = json.loads(told)
    assert (document["against"], document["missing"], document["reduced_town"]) == ("baseline", "", True)
    assert [(each["scenario"], each["measure"]) for each in document["responses"]] == [
        ("baseline", "level"), ("opportunity_area", "level"), ("opportunity_area", "difference"),
    ]  # fmt: skip
    assert {each["outcome"] for each in document["responses"]} == {"ready for school"}
    assert set(document["files"]) <= set(analysing.KINDS)


def half_of(study: Path, sweep: Path, folder: Path) -> None:
    """Makes a sweep of the first six points, with a run that broke off."""
    with (
        swept_study(study, sweep).store(lock=False) as whole,
        swept_study(study, folder).store(True) as store,
    ):
        plan: RunPlan = swept_study(study, folder).study.plan(ParameterDraws.of("ipswich"))
        done = {key for job, key in plan.keys.items() if job.arm < "0006"}
        gone = next(key for job, key in plan.keys.items() if key not in done)
        store.add(list(whole.lives(done).items()))
        store.fail(Failure(gone, "0006/opportunity_area", 0, 0, "lightning"))


@pytest.mark.usefixtures("undrawn")
def test_what_is_missing_is_said_and_left_out(
    wolsey_run: Command, study: Path, sweep: Path, tmp_path: Path
) -> None:
    half_of(study, sweep, tmp_path / "half")
    code, told, said = wolsey_run(
        "sensitivity", study, "--sweep", tmp_path / "half", "--out", tmp_path / "out"
    )
    assert code == 0
    assert said.startswith("wolsey: ")
    assert f" runs are missing; run `wolsey sweep {study} --out {tmp_path / 'half'}`" in said
    assert "(1 broke off; the first: 0006/opportunity_area, draw 0, seed 0: lightning)" in said
    assert "2 of 3 trajectories are whole and used; 6 of 18 runs are missing. Nothing is filled in." in told


@pytest.mark.parametrize("begun", [False, True])
def test_a_study_without_a_run(wolsey_run: Command, study: Path, tmp_path: Path, begun: bool) -> None:
    if begun:
        swept_study(study, tmp_path / "none").store(lock=True).close()
    code, told, said = wolsey_run(
        "sensitivity", study, "--sweep", tmp_path / "none", "--out", tmp_path / "out"
    )
    assert (code, told) == (2, "")
    assert (
        "is finished; run `wolsey sweep" in said
        if begun
        else "is there; make them with `wolsey sweep" in said
    )
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_where_it_looks(
    wolsey_run: Command, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_folder, "results_folder", lambda verb: tmp_path / verb)
    code, _, said = wolsey_run("sensitivity", study)
    assert code == 2
    assert "levers-" in said
    assert said.endswith(f"make them with `wolsey sweep {study}`\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such_study"], "no_such_study"),
        (["STUDY", "--outcome", "ready for schol"], "did you mean 'ready for school'?"),
        (["STUDY", "--sweep", "SWEEP", "--out", "SWEEP"], "give an empty or a new folder"),
    ],
)
def test_what_cannot_be_used(
    wolsey_run: Command, study: Path, sweep: Path, arguments: list[str], said: str
) -> None:
    given = {"STUDY": str(study), "SWEEP": str(sweep)}
    code, told, error = wolsey_run("sensitivity", *[given.get(each, each) for each in arguments])
    assert (code, told) == (2, "")
    assert said in error
    assert len(error.splitlines()) == 1


@pytest.mark.usefixtures("undrawn")
def test_runs_that_are_kept_elsewhere(
    wolsey_run: Command, study: Path, sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_folder, "results_folder", lambda verb: tmp_path / verb)
    runs = str(sweep / "runs")
    code, told, _ = wolsey_run("sensitivity", study, "--runs", runs, "--out", tmp_path / "out")
    assert code == 0
    assert "3 of 3 trajectories, all whole." in told
    (tmp_path / "empty").mkdir()
    for name, problem in (
        ("empty", f"wolsey sweep {study} --runs {tmp_path / 'empty'}`"),
        ("none", "is there; make them with `wolsey sweep"),
    ):
        code, _, said = wolsey_run("sensitivity", study, "--runs", tmp_path / name)
        assert code == 2
        assert problem in said


def test_a_study_that_varies_nothing(wolsey_run: Command, tmp_path: Path) -> None:
    path = tmp_path / "still.toml"
    path.write_text(STUDY[: STUDY.index("[design]")] + STUDY[STUDY.index("[[outcomes]]") :])
    code, _, said = wolsey_run("sensitivity", path)
    assert (code, said) == (2, "wolsey: the study 'still' varies nothing: it has no factors\n")


def test_its_help_has_an_example(wolsey_run: Command) -> None:
    code, told, _ = wolsey_run("sensitivity", "--help")
    assert code == 0
    assert "wolsey sensitivity what_drives_2048" in told
