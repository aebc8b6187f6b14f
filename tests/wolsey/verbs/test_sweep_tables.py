"""What a sweep writes holds the levels of its points, and an analyst plots it in three lines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import wolsey
from model.io.errors import InputError

type Run = Callable[..., tuple[int, str, str]]

STUDY = """
title = "Reach and money"
scenarios = ["baseline", "mine.toml"]
against = "baseline"
seeds = 2
until = 2018
scale = 0.05
[design]
kind = "factorial"
levels = 2
[[factors]]
key = "programmes.P1.a.reach"
low = 0.0
high = 1.0
[[factors]]
name = "classmates matter"
key = "switches.peers"
values = [true, false]
[[factors]]
key = "alliance.budget"
values = ["unlimited", 100000]
[[outcomes]]
name = "language"
indicator = "gld"
year = 2018
"""
MINE = """
extends = "baseline"
title = "Mine"
[[programmes]]
name = "P1.a"
card = "language_groups"
start = 2018
reach = 0.5
"""
KEYS = ["programmes.P1.a.reach", "switches.peers", "alliance.budget"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, posterior_folder: Path) -> Path:
    """A folder with a user's study, swept into `out`."""
    from wolsey.cli.main import main

    made = tmp_path_factory.mktemp("tables")
    (made / "mine.toml").write_text(MINE)
    (made / "small.toml").write_text(STUDY)
    assert main(["sweep", str(made / "small.toml"), "--out", str(made / "out"), "--workers", "1"]) == 0
    return made


def test_the_design_has_a_row_a_point_and_a_column_a_factor(folder: Path) -> None:
    design = pd.read_csv(folder / "out" / "design.csv")
    assert list(design.columns) == ["point", *KEYS]
    assert design["point"].tolist() == list(range(8))
    assert design[KEYS[0]].tolist() == [0.0] * 4 + [1.0] * 4
    assert design[KEYS[1]].dtype == bool
    assert design[KEYS[1]].tolist() == [True, True, False, False] * 2
    assert design[KEYS[2]].tolist() == ["unlimited", "100000"] * 4


def test_outcomes_have_the_levels_of_their_points(folder: Path) -> None:
    table = pd.read_parquet(folder / "out" / "tables" / "outcomes.parquet")
    design = pd.read_csv(folder / "out" / "design.csv", index_col="point")
    assert list(table.columns)[-3:] == KEYS
    for key in KEYS:
        assert table[key].tolist() == design[key].loc[table["point"]].tolist()


def test_a_table_by_point_is_the_mean_over_its_runs(folder: Path) -> None:
    table = pd.read_parquet(folder / "out" / "tables" / "outcomes.parquet")
    points = pd.read_csv(folder / "out" / "points.csv")
    measures = ["outcome", "scenario", "measure", "runs", "mean", "low", "high"]
    assert list(points.columns) == ["point", *KEYS, *measures]
    assert len(points) == 8 * 3
    mine = points[(points["scenario"] == "mine") & (points["measure"] == "difference")].set_index("point")
    of_runs = table[table["scenario"] == "mine"].groupby("point")["difference"]
    assert mine["mean"].tolist() == pytest.approx(of_runs.mean().tolist())
    assert (mine["runs"] == 2).all()
    assert mine[KEYS[0]].tolist() == [0.0] * 4 + [1.0] * 4
    assert (mine["low"] <= mine["mean"]).all()


def test_three_lines_plot_a_sweep(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    table = wolsey.swept_study("small.toml", out=Path("out")).frame()
    mine = table[table["scenario"] == "mine"]
    axes = mine.plot.scatter("programmes.P1.a.reach", "difference", ax=Figure().subplots())
    assert axes.get_xlabel() == "programmes.P1.a.reach"
    assert np.shape(axes.collections[0].get_offsets()) == (8 * 2, 2)
    kept = pd.read_parquet("out/tables/outcomes.parquet")
    pd.testing.assert_frame_equal(table, kept, check_dtype=False)


def test_a_study_is_public(folder: Path) -> None:
    study = wolsey.Study.load(folder / "small.toml")
    assert study.levels()[KEYS[0]].tolist() == [0.0] * 4 + [1.0] * 4
    assert isinstance(wolsey.swept_study(folder / "small.toml"), wolsey.Swept)


def test_nothing_swept_is_said(folder: Path) -> None:
    with pytest.raises(InputError, match="gone: nothing has been swept here"):
        wolsey.swept_study(folder / "small.toml", out=folder / "gone").frame()


def test_what_changes_nothing_in_a_scenario_is_said(folder: Path, wolsey_run: Run) -> None:
    code, out, _ = wolsey_run("sweep", folder / "small.toml", "--out", folder / "out")
    assert code == 0
    assert "In baseline nothing depends on: programmes.P1.a.reach, alliance.budget." in out.splitlines()
