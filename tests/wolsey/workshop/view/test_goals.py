"""One small town lived 20 and 200 times: command line, report and page say alike how likely a goal is."""

import re

import numpy as np
import pytest

from experiments.goals.assessment import Assessment, goals
from experiments.goals.likelihood import SCALE, likelihood_text
from experiments.goals.table import plain
from experiments.reach.stages import chosen
from experiments.reach.text import cell
from experiments.report.summary import words_and_count
from experiments.runs.ensemble import Ensemble
from experiments.runs.runner import run
from model.goals.goal_files import GoalFile
from model.scenario.scenario import Scenario
from wolsey.workshop.view.figures import BAND_FROM
from wolsey.workshop.view.goals import goals_of

WORDS = [word for _, _, word in SCALE]
"""From the weakest to the strongest."""
MEASURE = ("ks2_rwm", "all", 2018)


@pytest.fixture(scope="module")
def lived() -> Ensemble:
    """The smallest town there can be, to 2018, two hundred times."""
    return run(Scenario.load("baseline").changed(scale=0.02, until=2018), range(200))


@pytest.fixture(scope="module")
def assessments(lived: Ensemble) -> dict[int, Assessment]:
    """Rungs from what every run reaches to what none does, over 20 and over 200 of the runs."""
    path = lived.path(*MEASURE[:2])
    assert path is not None
    figures = path[:, lived.years.index(MEASURE[2])]
    aims = np.linspace(figures.min(), figures.max() + 0.1, 60)
    content = [
        {
            "id": f"R-{at}", "title": f"Rung {at}", "rung": f"rung {at}", "year": MEASURE[2],
            "baseline_status": "published", "source": "made up", "parts": [{
                "label": "At 11", "indicator": MEASURE[0], "group": MEASURE[1], "comparison": "at_least",
                "basis": "state_funded", "reference": {"kind": "number", "value": float(aim)},
            }],
        }
        for at, aim in enumerate(aims)
    ]  # fmt: skip
    file = GoalFile.of({"title": "Rungs", "own_reading": True, "goals": content}, name="rungs")
    return {runs: goals(chosen(lived, lived.cells[:runs]), [file])[0] for runs in (20, 200)}


def test_no_word_grows_stronger_while_the_share_falls(assessments: dict[int, Assessment]) -> None:
    found = [goal.likelihood for runs in (20, 200) for goal in assessments[runs].goals]
    known = sorted((each for each in found if each is not None), key=lambda each: each.share)
    assert len(known) == 120
    assert (known[0].share, known[-1].share) == (0, 1)
    assert {each.word for each in known if each.runs == 20} == {""}
    worded = [WORDS.index(each.word) for each in known if each.runs == 200]
    assert worded == sorted(worded)
    assert set(worded) == set(range(len(WORDS)))


@pytest.mark.parametrize("runs", [20, 200])
def test_command_line_report_and_page_say_the_same(assessments: dict[int, Assessment], runs: int) -> None:
    found = assessments[runs]
    wanted = [likelihood_text(goal.likelihood) for goal in found.goals]
    (page,) = goals_of([found])
    (measure,) = page["sections"][0]["measures"]
    assert [verdict["said"] for verdict in measure["verdicts"]] == wanted
    # One line a rung: `rung 3: aim at least 41.2%; reached in 19 of 20 runs`.
    lines = re.findall(r"rung \d+: aim [^;]*; (?:reached in )?(.*)", plain([], [found]))
    assert lines == wanted
    cells = [re.findall(r">([^<]+)<", words_and_count(goal.likelihood)) for goal in found.goals]
    assert [", ".join(each).lower() for each in cells] == wanted
    assert [cell(goal).replace(" runs", "") for goal in found.goals] == [
        each.replace(" runs", "") for each in wanted
    ]


def test_the_pages_band_is_that_of_the_command_line(
    assessments: dict[int, Assessment], lived: Ensemble
) -> None:
    for runs, found in assessments.items():
        (page,) = goals_of([found])
        part = page["sections"][0]["measures"][0]["parts"][0]
        value = found.goals[0].parts[0].value
        assert value is not None
        assert (part["low"], part["high"]) == pytest.approx((value.low, value.high), abs=0.051)
        assert f"({part['span']}) in {MEASURE[2]}" in plain([], [found])
        assert value.runs == runs >= BAND_FROM
    few = goals(chosen(lived, lived.cells[: BAND_FROM - 1]), [assessments[20].file])
    part = goals_of(few)[0]["sections"][0]["measures"][0]["parts"][0]
    assert (part["low"], part["high"], part["span"]) == (None, None, "")
