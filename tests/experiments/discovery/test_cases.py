"""A study's outcomes as cases: axes, blocks, what counts as reached, and what is drawn."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.discovery.cases import asking, axis_of, cases_of, question, with_drawn
from experiments.runs.draws import ParameterDraws
from experiments.studies.design import Factor
from experiments.studies.study import Study
from experiments.studies.study_file import of as study_file
from model.io.errors import InputError

REACH = "programmes.language_groups.reach"


def study(folder: Path, kind: str = "latin_hypercube", points: int = 4, **more: Any) -> Study:
    """A study of two scenarios in a folder."""
    (folder / "without.toml").write_text(
        'extends = "baseline"\ntitle = "Without"\nuntil = 2021\nscale = 0.05\n'
    )
    (folder / "with.toml").write_text(
        'extends = "without.toml"\ntitle = "With"\n'
        '[[programmes]]\ncard = "language_groups"\nstart = 2018\nreach = 0.5\n'
    )
    content = {
        "title": "A study",
        "scenarios": ["without.toml", "with.toml"],
        "against": "without",
        "design": {"kind": kind} | ({} if kind == "factorial" else {"points": points}),
        "factors": [
            {"name": "language support", "key": REACH, "low": 0.0, "high": 1.0},
            {"name": "peers", "key": "switches.peers", "values": [True, False]},
        ],
        "outcomes": [{"goal": "T9"}, {"name": "ready", "indicator": "gld", "year": 2020}],
    }
    return Study.of(study_file(content | more), "mine", folder)


def outcomes(label: str, values: list[float], differences: list[float] | None = None) -> pd.DataFrame:
    """A table of outcomes: one draw and seed a point, under `with`."""
    count = len(values)
    columns = {"point": range(count), "scenario": "with", "draw": 1, "seed": 0, "outcome": label}
    return pd.DataFrame(columns | {"value": values, "difference": differences or [np.nan] * count})


def test_a_goal_is_reached_at_one(tmp_path: Path) -> None:
    mine = study(tmp_path)
    asked = question(mine, "T9", None, None)
    assert asked.words == "goal T9 is reached in with"
    cases, undecided = cases_of(mine, outcomes(asked.asked.label, [1.0, 0.0, np.nan, 1.0]), asked)
    assert cases.reached.tolist() == [True, False, True]
    assert undecided == 1
    assert len(cases.blocks) == 3
    expected = [mine.points[i][REACH] for i in (0, 1, 3)]
    assert cases.x[:, 0].tolist() == expected
    switch = [float(not mine.points[i]["switches.peers"]) for i in (0, 1, 3)]
    assert cases.x[:, 1].tolist() == switch


@pytest.mark.parametrize(
    ("above", "below", "difference", "reached", "words"),
    [
        (50.0, None, False, [False, True], "ready is above 50 in with"),
        (None, 50.0, False, [True, False], "ready is below 50 in with"),
        (2.0, None, True, [True, False], "difference in ready is above 2 in with"),
    ],
)
def test_a_threshold_decides_a_figure(
    tmp_path: Path,
    above: float | None,
    below: float | None,
    difference: bool,
    reached: list[bool],
    words: str,
) -> None:
    mine = study(tmp_path)
    asked = question(mine, None, "ready", "with", above, below, difference)
    cases, _ = cases_of(mine, outcomes("ready", [40.0, 60.0], [3.0, 1.0]), asked)
    assert cases.reached.tolist() == reached
    assert asked.words == words


def test_asking_something_else_leaves_the_runs_as_they_are(tmp_path: Path) -> None:
    mine = study(tmp_path)
    other = asking(mine, question(mine, "T1", None, None).asked)
    assert [each.label for each in other.asked] == ["goal T1"]
    assert other.points == mine.points
    assert other.key() == mine.key()


def test_points_that_share_their_figures_are_one_block(tmp_path: Path) -> None:
    sobol = study(tmp_path, "sobol", 4)
    asked = question(sobol, "T9", None, None)
    cases, _ = cases_of(sobol, outcomes("goal T9", [1.0] * len(sobol.points)), asked)
    assert len(sobol.points) == 16
    assert cases.block.tolist() == [i // 4 for i in range(16)]
    morris = study(tmp_path, "morris", 3)
    cases, _ = cases_of(morris, outcomes("goal T9", [1.0] * len(morris.points)), asked)
    assert cases.block.tolist() == [i // 3 for i in range(9)]
    factors = [
        {"key": "switches.peers", "values": [True, False]},
        {"key": "switches.alliance", "values": [True, False]},
    ]
    few = study(tmp_path, points=12, factors=factors)
    cases, _ = cases_of(few, outcomes("goal T9", [1.0] * 12), question(few, "T9", None, None))
    assert len(cases.blocks) == 4


def test_factors_of_a_programme_are_no_axis_where_it_is_not_done(tmp_path: Path) -> None:
    mine = study(tmp_path)
    table = outcomes("goal T9", [1.0, 0.0]).assign(scenario="without")
    cases, _ = cases_of(mine, table, question(mine, "T9", None, "without"))
    assert [axis.name for axis in cases.axes] == ["peers"]


@pytest.mark.parametrize(
    ("factor", "kind", "values"),
    [
        ({"low": 0.0, "high": 1.0}, "real", ()),
        ({"low": 2020, "high": 2023, "whole": True}, "whole", (2020, 2021, 2022, 2023)),
        ({"low": 0, "high": 2e6, "whole": True}, "real", ()),
        ({"values": [0.5, 0.2, 1.0]}, "whole", (0.2, 0.5, 1.0)),
        ({"values": [True, False]}, "named", (True, False)),
        ({"values": ["need", "random"]}, "named", ("need", "random")),
    ],
)
def test_axes_of_factors(factor: dict[str, Any], kind: str, values: tuple[object, ...]) -> None:
    axis = axis_of(Factor(key="a.b", **factor))
    assert (axis.kind, axis.values) == (kind, values)


def test_what_is_drawn_becomes_an_axis(tmp_path: Path, numbers: ParameterDraws) -> None:
    """Success goes with one number of the model: it is found among all that are drawn."""
    mine = study(tmp_path, draws=24)
    draws = range(1, 25)
    shares = [numbers.parameters(mine.scenarios["with"], draw).learning.trait_share for draw in draws]
    rows = [
        {"point": point, "scenario": "with", "draw": draw, "seed": 0, "outcome": "goal T9",
         "value": float(share >= 0.5), "difference": np.nan}
        for point in range(4) for draw, share in zip(draws, shares, strict=True)
    ]  # fmt: skip
    cases, _ = cases_of(mine, pd.DataFrame(rows), question(mine, "T9", None, None))
    more = with_drawn(cases, mine.scenarios["with"], numbers)
    added = more.axes[len(cases.axes) :]
    assert len(added) == 2  # one for ten draws
    assert all(axis.drawn for axis in added)
    assert more.x.shape == (96, 4)
    names = [axis.name for axis in added]
    assert any(name.startswith(("learning.", "town.", "effect of language groups")) for name in names)


def test_too_few_draws_are_refused(tmp_path: Path, numbers: ParameterDraws) -> None:
    mine = study(tmp_path)
    cases, _ = cases_of(mine, outcomes("goal T9", [1.0, 0.0]), question(mine, "T9", None, None))
    with pytest.raises(InputError, match="too few draws"):
        with_drawn(cases, mine.scenarios["with"], numbers)
