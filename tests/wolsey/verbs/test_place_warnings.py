"""What is unusual in a place's figures is told where the place is used: by `check`, before a run, in its
manifest."""

from pathlib import Path

import pytest

from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import Manifest
from model.districts.folder import build
from model.districts.names import find
from model.inputs.place import Place
from model.scenario.scenario import Scenario
from wolsey.verbs.check import check_files
from wolsey.verbs.making import tell

STUDENTS = "So families, boarders or students come: the children are those counted in 2017"


@pytest.fixture(scope="module")
def cambridge() -> Place:
    return Place.load("cambridge")


def test_check_tells_of_a_folder_and_of_a_usual_town_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "students"
    folder.mkdir()
    build(find("cambridge"), folder)
    assert check_files([str(folder), "ipswich"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("students: town, good")
    assert lines[1].startswith("  note: At 1 of the ages 0 to 18")
    assert STUDENTS in lines[1]
    assert [line for line in lines if "ipswich" in line] == [lines[-1]]


def test_a_run_tells_once_and_keeps_it(cambridge: Place, capsys: pytest.CaptureFixture[str]) -> None:
    tell(ParameterDraws.of("cambridge"))
    told = capsys.readouterr().err
    assert told.count(STUDENTS) == 1
    assert "wolsey: Cambridge: At 1 of the ages" in told
    scenario = Scenario.load("baseline").changed(place="cambridge")
    manifest = Manifest.of(scenario, (1,))
    assert manifest.warnings == cambridge.warnings != ()
    assert STUDENTS in manifest.as_json()
