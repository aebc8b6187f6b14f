"""Tables and pictures say what matters, what is luck and what is missing, of any design."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from experiments.plotting import style
from experiments.sensitivity import figures as sensitivity_figures
from experiments.sensitivity.analyse import Sensitivity, Space, analyse
from experiments.sensitivity.export import document, responses_frame, tables
from experiments.sensitivity.figures import pictures
from experiments.sensitivity.page import About
from experiments.sensitivity.text import Titles, block, luck_in_words, plain, rests_on, settled_in_words
from experiments.studies.design import Design, Factor, Kind

TITLES = Titles("baseline")
LEVERS = (
    Factor(key="a", name="language support", low=0, high=1),
    Factor(key="b", name="mentors", low=0, high=1, group="people"),
    Factor(key="c", name="tutors", low=0, high=1, group="people"),
    Factor(key="d", name="peers", values=(True, False)),
)


@dataclass(frozen=True)
class Note:
    """Stands for a manifest."""

    key: str = "k"

    def as_json(self, indent: int | None = None) -> str:
        return json.dumps({"key": self.key}, indent=indent)


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few dots, so that drawing is quick."""
    monkeypatch.setattr(style, "DOTS_PER_INCH", 40)


def table(places: NDArray[np.float64], seeds: int, names: Sequence[str], draws: int = 1) -> pd.DataFrame:
    """Differences that the first factor drives, and a little luck; the scenario compared with never moves."""
    rng = np.random.default_rng(4)
    rows = []
    for name in names:
        for point, place in enumerate(places):
            for draw in range(1, draws + 1) if draws > 1 else [0]:
                for seed in range(seeds):
                    gain = 3 * place[0] + place[1] * place[2] + 0.05 * rng.standard_normal()
                    rows.append((point, "baseline", draw, seed, name, 50.0 + seed, np.nan))
                    rows.append((point, "more", draw, seed, name, 50.0 + seed + gain, gain))
    columns = ["point", "scenario", "draw", "seed", "outcome", "value", "difference"]
    return pd.DataFrame(rows, columns=columns)


def found(
    kind: Kind,
    points: int | None,
    seeds: int = 2,
    names: Sequence[str] = ("gld",),
    lacking: int = 0,
    draws: int = 1,
) -> list[Sensitivity]:
    space = Space.of(LEVERS, Design(kind=kind, points=points, levels=4 if points else 3))
    outcomes = table(space.coordinates, seeds, names, draws)
    return list(analyse(space, outcomes[lacking:], range(1, draws + 1) if draws > 1 else [0], range(seeds)))


def test_a_table_of_morris() -> None:
    level, more, difference = found("morris", 10)
    assert block(level, TITLES) == [
        "baseline: gld",
        "  10 of 10 trajectories, all whole.",
        "  Nothing can be said: the same at every point (50.5): there is nothing to explain.",
    ]
    lines = block(difference, TITLES)
    assert lines[0] == "more: gld (difference to baseline)"
    assert lines[1] == "  10 of 10 trajectories, all whole."
    assert lines[2] == "  Noise floor: luck makes under 1% of the variance between points."
    assert lines[3].split() == ["factor", "mu*", "95%", "interval", "mu", "sigma", "by", "luck"]
    assert lines[4].split()[:2] == ["language", "support"]
    assert lines[6].split()[0] == "peers"
    assert lines[6].endswith("not above luck")
    assert not lines[4].endswith("not above luck")
    # Of a group only mu* has a meaning.
    assert len(lines[5].split()) == 6
    assert lines[-1].startswith("  From half to all 10 trajectories, no mu* changed by more than ")
    assert "Had each point other seeds, it would be" in "\n".join(block(more, TITLES))
    text = plain([difference], TITLES)
    assert "Morris screening." in text
    assert "how far the repeats of a point disagree" in text.replace("\n", " ")
    assert max(map(len, text.splitlines())) <= 110
    assert plain([], TITLES) == ""
    both = plain([level, difference], TITLES)
    assert "The same at every point, so that there is nothing to explain: baseline: gld." in both
    assert "Nothing can be said" not in both


@pytest.mark.parametrize(("kind", "points"), [("morris", 10), ("sobol", 32)])
def test_what_changes_nothing_at_all_is_named_in_one_line(kind: Kind, points: int) -> None:
    space = Space.of(LEVERS[:1] + LEVERS[3:], Design(kind=kind, points=points))
    rows = [
        (point, "more", 0, seed, "gld", 50.0 + 3 * place[0] + luck, np.nan)
        for point, place in enumerate(space.coordinates)
        for seed, luck in ((0, -0.5), (1, 0.5))
    ]
    columns = ["point", "scenario", "draw", "seed", "outcome", "value", "difference"]
    (level,) = analyse(space, pd.DataFrame(rows, columns=columns), [0], range(2))
    lines = block(level, TITLES)
    assert [line.split()[0] for line in lines if line.startswith("  language")] == ["language"]
    assert "  Nothing at all: peers." in lines


def test_a_table_of_sobol() -> None:
    lines = block(found("sobol", 32)[-1], TITLES)
    assert lines[1] == "  32 of 32 base samples, all whole."
    assert lines[3].split() == ["factor", "total", "95%", "interval", "first", "by", "luck"]
    assert lines[4].startswith("  language support")


def test_a_table_of_main_effects() -> None:
    lines = block(found("latin_hypercube", 60)[-1], TITLES)
    assert lines[3].split() == ["factor", "share", "by", "luck"]
    assert ["factor", "value", "effect", "95%", "interval", "coefficient", "by", "luck"] in [
        line.split() for line in lines
    ]
    assert any(line.split()[:2] == ["mentors", "0"] for line in lines)
    assert any(line.startswith("  Added up, the factors explain ") for line in lines)
    factorial = block(found("factorial", None)[-1], TITLES)
    assert sum(line.startswith("  mentors ") for line in factorial) == 2
    assert not any("From half" in line for line in factorial)


def test_what_is_missing_is_said() -> None:
    by = {(each.response.scenario, each.response.measure): each for each in found("morris", 10, lacking=3)}
    said = "9 of 10 trajectories are whole and used; {} missing. Nothing is filled in."
    assert rests_on(by["baseline", "level"]) == said.format("2 of 80 runs are")
    assert rests_on(by["more", "difference"]) == said.format("1 of 80 runs is")
    space = Space.of(LEVERS, Design(kind="morris", points=10))
    outcomes = table(space.coordinates, 2, ["gld"])
    outcomes.loc[outcomes.index[[1, 5]], "difference"] = np.nan
    outcomes.loc[outcomes.index[1], "value"] = np.nan
    blank = list(analyse(space, outcomes, [0], [0, 1]))
    said = "9 of 10 trajectories are whole and used; {}. Nothing is filled in."
    assert rests_on(blank[1]) == said.format("1 run has no figure")
    assert rests_on(blank[2]) == said.format("2 runs have no difference, for want of a figure on either side")
    outcomes = outcomes[(outcomes["seed"] == 0) | (outcomes["point"] < 4)]
    assert "left out at every point: seed 1" in rests_on(list(analyse(space, outcomes, [0], [0, 1]))[2])


def test_what_luck_is_said_to_be() -> None:
    assert luck_in_words(found("morris", 4, seeds=1)[-1]) == (
        "One run a point: what is luck cannot be told; with 2 seeds or more it can."
    )
    drawn = luck_in_words(found("morris", 4, draws=3)[-1])
    assert drawn.startswith("Noise floor: luck, and which draws were taken, makes ")


def test_whether_it_settled_is_said() -> None:
    difference = found("morris", 12)[-1]
    assert difference.unsettled is not None
    said = settled_in_words(difference)
    assert said.endswith(": settled." if difference.unsettled <= 0.1 else ": not settled, take more.")
    assert settled_in_words(found("morris", 2)[-1]) == ""


@pytest.mark.parametrize(
    ("kind", "points", "names"),
    [
        ("morris", 6, ["bars", "heat", "scatter", "lines"]),
        ("sobol", 16, ["bars", "heat", "lines"]),
        ("latin_hypercube", 60, ["bars", "heat", "lines"]),
        ("factorial", None, ["bars", "heat"]),
    ],
)
def test_pictures_say_what_made_them(kind: Kind, points: int | None, names: list[str]) -> None:
    about = About("What drives a town", TITLES, Note(), "Source: a test.")
    drawn = pictures(found(kind, points)[2:], about)
    assert list(drawn) == names
    for content in drawn.values():
        image = Image.open(io.BytesIO(content))
        texts = getattr(image, "text", {})
        assert json.loads(texts["wolsey"]) == {"key": "k"}
        assert texts["Title"].startswith("What drives a town: ")
        # Something is drawn, and it is no mere colour.
        assert np.asarray(image.convert("L")).std() > 10


def test_no_picture_of_nothing() -> None:
    assert pictures(found("morris", 6)[:1], About("Title", TITLES, Note(), "")) == {}


def test_many_outcomes_are_drawn_as_far_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity_figures, "PANELS", 2)
    monkeypatch.setattr(sensitivity_figures, "MOST_ROWS", 2)
    many = [f"outcome {i} of a long name that goes on" for i in range(3)]
    those = [each for each in found("morris", 3, names=many) if each.response.measure == "difference"]
    drawn = pictures(those, About("A title " * 12, TITLES, Note(), "Foot. " * 60))
    assert set(drawn) == {"bars", "heat", "scatter", "lines"}


def test_which_are_differences_is_said() -> None:
    level, more, difference = found("morris", 3)
    assert TITLES.measured([level, more]) == ""
    assert TITLES.measured([difference]) == "All are differences to baseline, with the same luck."
    assert TITLES.measured([level, difference]) == "Of more: differences to baseline, with the same luck."


def test_tables_for_programs() -> None:
    those = found("morris", 6)
    frame = responses_frame(those)
    assert frame["measure"].tolist() == ["level", "level", "difference"]
    assert frame["problem"].astype(bool).tolist() == [True, False, False]
    assert (frame["blocks"] == 6).all()
    files = tables(those, Note())
    assert sorted(files) == ["indices", "responses", "settling", "table"]
    back = pd.read_parquet(io.BytesIO(files["indices"]))
    assert len(back) == 2 * (3 + 2 + 2)
    assert len(pd.read_csv(io.BytesIO(files["table"]))) == len(back)
    told = document(those, {"study": "s"}, {"table": "t.csv"})
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert [len(each["indices"]) for each in told["responses"]] == [0, 7, 7]
    assert told["responses"][0]["problem"].startswith("the same at every point")
    assert told["files"] == {"table": "t.csv"}
