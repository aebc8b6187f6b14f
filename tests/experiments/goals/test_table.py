"""The table of goals says all of it, on any terminal, in a pipe and to programs."""

import csv
import io
import json

import pytest
from rich.console import Console

from experiments.goals.assessment import Assessment, goals
from experiments.goals.export import as_csv, document
from experiments.goals.table import heading, missing, plain, print_rich
from experiments.runs.draws import RunId, run_ids_of
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import Manifest
from experiments.runs.runner import run
from model.scenario.scenario import Scenario

ONE = (RunId(0, 0),)


@pytest.fixture(scope="module")
def assessments(ensemble: Ensemble) -> tuple[Assessment, ...]:
    """The goals of the small town."""
    return goals(ensemble)


def drawn(assessments: tuple[Assessment, ...], width: int) -> str:
    """The tables as a terminal of that width shows them."""
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    print_rich(["Heading [of] it"], assessments, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def every_word(assessments: tuple[Assessment, ...]) -> list[str]:
    """Titles and labels that must stand in every form of the table."""
    shown = [goal for file in assessments for goal in file.goals if goal.decided and not goal.goal.rung]
    return [goal.goal.title for goal in shown] + [part.part.label for goal in shown for part in goal.parts]


def test_plain_text_is_never_cut(assessments: tuple[Assessment, ...]) -> None:
    text = plain(["Heading"], assessments)
    assert text.startswith("Heading\n")
    for words in every_word(assessments):
        assert words in text
    assert "…" not in text
    assert "Can be checked" in text
    assert "Assumed start: nobody published where the town started" in text
    assert "published for 2017: 56.3%" in text
    assert "Band: 5th to 95th percentile of 3 runs with one set of numbers. It covers chance only" in text
    assert " of the 5 that can be checked: reached in more than half of the 3 runs" in text


@pytest.mark.parametrize("width", [96, 100, 120, 200])
def test_a_terminal_gets_all_of_it(assessments: tuple[Assessment, ...], width: int) -> None:
    text = drawn(assessments, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert "Heading [of] it" in text
    flat = "".join(text.split())
    for file in assessments:
        assert "".join(file.file.title.split()) in flat
    for words in every_word(assessments):
        for word in words.split():
            assert word.strip("()") in flat


def test_a_narrow_terminal_gets_plain_text(assessments: tuple[Assessment, ...]) -> None:
    assert "goal " not in drawn(assessments, 80).splitlines()[3]
    for words in every_word(assessments):
        assert words in drawn(assessments, 80)


def test_what_cannot_be_decided_says_why(assessments: tuple[Assessment, ...]) -> None:
    targets, vision = assessments
    assert any(line.startswith("T4 (") and "gives no figure of the town" in line for line in missing(targets))
    assert any("no figures by district are published for this link" in line for line in missing(vision))


def test_rungs_stand_under_their_measure(scenario: Scenario) -> None:
    whole = run(scenario.changed(until=2048), [0, 1], workers=1)
    text = plain([], goals(whole)[1:])
    lines = text.splitlines()
    measure = next(i for i, line in enumerate(lines) if "V1 Skill at 5" in line)
    assert lines[measure + 1].strip().startswith("as England today: aim at most")
    assert lines[measure + 2].strip().startswith("half of 2017: aim at most")
    assert "This project's own reading" in text
    assert "After 2032 this is a conditional scenario" in text
    assert "(shown only): " in text


def test_a_reduced_town_says_so(scenario: Scenario) -> None:
    assert (
        heading(scenario, run_ids_of([0], range(3)))[0]
        == "No programme (baseline). Ipswich, 1998 to 2022, 3 runs."
    )
    assert "Reduced town: scale 0.05" in heading(scenario, ONE)[1]
    assert "Enlarged town: scale 2" in heading(scenario.changed(scale=2.0), ONE)[1]
    assert len(heading(scenario.changed(scale=1.0), ONE)) == 1


def test_one_run_has_no_band(scenario: Scenario, ensemble: Ensemble) -> None:
    alone = Ensemble(
        scenario,
        ensemble.cells[:1],
        ensemble.keys,
        ensemble.years,
        ensemble.values[:1],
        ensemble.counts[:1],
        ensemble.latent[:1],
    )
    text = plain(heading(scenario, alone.cells), goals(alone))
    assert "1 run." in text
    assert "One run: no band" in text
    assert "reached in the one run made" in text


def test_a_program_gets_one_document(assessments: tuple[Assessment, ...], manifest: Manifest) -> None:
    told = json.loads(json.dumps(document(assessments, manifest, {"goals": "x.csv"}), allow_nan=False))
    assert told["reduced_town"] is True
    assert (told["draws"], told["seeds"], told["note"]) == ([0], [0, 1, 2], "")
    assert told["band"].startswith(
        "Band: 5th to 95th percentile of 3 runs with one set of numbers. It covers chance only"
    )
    assert told["files"] == {"goals": "x.csv"}
    assert told["manifest"]["key"] == told["key"]
    targets = told["goal_files"][0]
    assert targets["can_be_checked"] == 5
    t8 = next(goal for goal in targets["goals"] if goal["id"] == "T8")
    assert t8["counted"] is True
    assert [part["indicator"] for part in t8["parts"]] == ["ks2_rwm", "attainment8_mainstream"]
    assert (
        t8["parts"][0]["stands"]["low"]
        <= t8["parts"][0]["stands"]["mean"]
        <= t8["parts"][0]["stands"]["high"]
    )
    t4 = next(goal for goal in targets["goals"] if goal["id"] == "T4")
    assert t4["parts"][0]["stands"] is None
    assert t4["why_undecided"]


def test_a_csv_has_a_row_for_each_part(assessments: tuple[Assessment, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(assessments))))
    assert len(rows) == sum(len(goal.parts) for file in assessments for goal in file.goals)
    t8 = [row for row in rows if row["goal"] == "T8"]
    assert [row["published_start"] for row in t8] == ["56.3", "44.92"]
    assert float(t8[0]["low"]) <= float(t8[0]["stands"]) <= float(t8[0]["high"])
    assert [row["stands"] for row in rows if row["goal"] == "T4"] == [""]


def test_a_csv_of_no_goals_is_empty() -> None:
    assert as_csv([]) == "\n"
