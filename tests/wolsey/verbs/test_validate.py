"""The verb `validate`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from calibration import posterior
from calibration.posterior import META
from calibration.validation import shipped as validated
from calibration.validation import validate
from experiments.plotting import style
from wolsey.cli.main import main
from wolsey.verbs import validate as validating

type Run = Callable[..., tuple[int, str, str]]

SMALL = ("--draws", "10", "--scale", "0.05", "--workers", "1")


@pytest.fixture(scope="module")
def out(fitted_posterior: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a validation of ten draws, small pictures in it."""
    folder = tmp_path_factory.mktemp("validation")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "DOTS_PER_INCH", 30)
        assert main(["validate", *SMALL, "--posterior", str(fitted_posterior), "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def lived_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where a town is lived; no pictures."""

    def none(*_: object) -> None:
        raise AssertionError("lives towns that are kept")

    monkeypatch.setattr(validating, "processes", none)
    names = ("series", "heldout", "fitted", "patterns", "numbers", "profiles")
    monkeypatch.setattr(validating, "pictures", lambda *_: dict.fromkeys(names, b"none"))


def test_what_is_written(out: Path) -> None:
    names = {path.name for path in out.rglob("*.*")}
    assert names >= {"validate.html", "scores.parquet", "draws.parquet", "numbers.parquet", "manifest.json"}
    assert sum(name.endswith(".png") for name in names) == 6
    drawn = pd.read_parquet(out / "tables" / "draws.parquet")
    assert drawn["draw"].nunique() == 10 + 1
    scores = pd.read_parquet(out / "tables" / "scores.parquet")
    assert {"fit", "held_out", "pattern"} == set(scores["role"])
    assert set(drawn["observation"]) == set(scores["id"])
    page = (out / "validate.html").read_text()
    assert json.loads((out / "manifest.json").read_text())["key"][:12] in page
    assert "scale 0.05" in page


@pytest.mark.usefixtures("lived_before")
def test_a_second_time_nothing_is_lived_and_tables_are_whole(
    wolsey_run: Run, out: Path, fitted_posterior: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    code, told, faults = wolsey_run("validate", *SMALL, "--posterior", fitted_posterior, "--out", out)
    assert (code, faults) == (0, "")
    assert told.startswith("- ")
    for words in (
        "What was held out", "error of England's trend", "none: n below 20", "last year's value",
        "Fitted figures", "The town's own numbers", "SD over prior SD", "Combinations of searched numbers",
        "Expected standard in reading, writing and maths at 11: others less disadvantaged, 2022, Suffolk",
        "validate-2.html",
    ):  # fmt: skip
        assert words in told
    assert "…" not in told


@pytest.mark.usefixtures("lived_before")
def test_json(wolsey_run: Run, out: Path, fitted_posterior: Path) -> None:
    code, told, _ = wolsey_run("validate", *SMALL, "--posterior", fitted_posterior, "--out", out, "--json")
    assert code == 0
    found = json.loads(told)
    assert [each["n"] for each in found["coverage"]][:2] == [5, 7]
    assert found["coverage"][0]["good"] is None
    assert {each["against"] for each in found["skill"]} == {"last year's value", "England's trend"}
    assert len(found["figures"]) == len(pd.read_parquet(out / "tables" / "scores.parquet"))
    assert found["warning"] == ""
    assert Path(found["written"]["validate"]).is_file()


@pytest.mark.usefixtures("lived_before")
def test_a_posterior_of_another_model_warns_loudly(
    wolsey_run: Run, out: Path, fitted_posterior: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.parquet"
    table = pq.read_table(fitted_posterior)
    manifest = json.loads(table.schema.metadata[META]) | {"code": "other", "probe": "other"}
    pq.write_table(table.replace_schema_metadata({META: json.dumps(manifest).encode()}), foreign)
    mine = tmp_path / "out"
    shutil.copytree(out / "runs", mine / "runs")
    code, told, faults = wolsey_run("validate", *SMALL, "--posterior", foreign, "--out", mine)
    assert code == 0
    assert "WARNING" in faults
    assert "another version of the model" in faults
    assert "another version of the model" in told.replace("\n", " ")
    assert "another version of the model" in (mine / "validate.html").read_text()


def test_bad_input_is_said_before_anything_is_lived(
    wolsey_run: Run,
    fitted_posterior: Path,
    posterior_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(validate, "figures", None)
    given = ("validate", "--posterior", fitted_posterior)
    cases: list[tuple[tuple[object, ...], str]] = [
        ((*given, "--draws", 9), "--draws = 9: must be at least 10"),
        ((*given, "--draws", 21), "has 20 draws"),
        ((*given, "--draws", 10, "--scale", -1), "--scale"),
        ((*given, "--draws", 10, "--workers", 0), "must be at least 1"),
        ((*given, "--place", "suffolk"), "is the posterior of another place"),
        (("validate", "--posterior", tmp_path / "none.parquet"), "make one with `wolsey calibrate`"),
        (("validate", "--posterior", posterior_folder / "ipswich.parquet"), "does not say how it was fitted"),
    ]
    for arguments, problem in cases:
        code, told, faults = wolsey_run(*arguments)
        assert (code, told) == (2, "")
        assert problem in faults
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    code, _, faults = wolsey_run("validate")
    assert (code, "there is no posterior of this place" in faults) == (2, True)


def test_a_folder_of_something_else(wolsey_run: Run, fitted_posterior: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    code, _, faults = wolsey_run(
        "validate", "--draws", 10, "--posterior", fitted_posterior, "--out", tmp_path
    )
    assert (code, "holds what is no result of wolsey" in faults) == (2, True)


def test_only_the_whole_town_under_the_shipped_posterior_ships(wolsey_run: Run, tmp_path: Path) -> None:
    for more in (("--scale", "0.1"), ("--posterior", tmp_path / "x.parquet")):
        code, _, faults = wolsey_run("validate", "--ship", *more)
        assert code == 2
        assert "leave out --scale, --posterior or --ship" in faults


@pytest.mark.usefixtures("lived_before")
def test_a_shipped_score_card_is_what_was_found(
    wolsey_run: Run, out: Path, fitted_posterior: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "shipped"
    monkeypatch.setattr(validated, "FOLDER", card)
    monkeypatch.setattr(validating.ValidateOptions, "__post_init__", lambda self: None)
    asked = ("--posterior", fitted_posterior, "--out", out, "--ship", "--json")
    code, told, _ = wolsey_run("validate", *SMALL, *asked)
    assert code == 0
    found, shipped = json.loads(told), validated.load("ipswich")
    assert shipped is not None
    assert list(shipped.verdict) == found["verdict"]
    assert [each.in90 for each in shipped.coverage] == [each["in90"] for each in found["coverage"]]
