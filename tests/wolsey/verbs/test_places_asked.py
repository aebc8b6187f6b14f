"""`--place`: another place, several at once, a folder of one's own; and what is refused."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import wolsey
from calibration import posterior
from calibration.posterior import Posterior
from experiments.runs.draws import ParameterDraws
from experiments.studies.folder import swept_study
from model.inputs.place import Place
from model.io import files
from model.io.errors import InputError
from tests.places import MADE

type Run = Callable[..., tuple[int, str, str]]

SMALL = ("--draws", 1, "--seeds", 1, "--scale", 0.03, "--until", 2019, "--workers", 1)
STUDY = """
title = "Where"
scenarios = ["baseline"]
until = 2019
scale = 0.03
[design]
kind = "factorial"
[[factors]]
key = "switches.trust"
values = [true, false]
[[outcomes]]
indicator = "gld"
year = 2018
"""


GOALS = """
title = "Soon"
own_reading = true
[[goals]]
id = "N1"
title = "More children ready for school"
year = 2019
baseline_status = "area_proxy"
source = "made up"
[[goals.parts]]
label = "level of development"
indicator = "gld"
group = "all"
comparison = "above"
reference = { kind = "baseline" }
basis = "residence"
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one's own that is called as a place that ships."""
    folder = tmp_path_factory.mktemp("own") / "ipswich"
    return Path(shutil.copytree(MADE, folder))


def manifest_in(folder: Path) -> dict[str, object]:
    """What made the results in a folder."""
    found: dict[str, object] = json.loads((folder / "manifest.json").read_bytes())
    return found


@pytest.mark.town
def test_runs_in_several_places_at_once(
    wolsey_run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.parent)
    out = tmp_path / "out"
    asked = ("run", "baseline", "--place", "derby", "--place", "./ipswich", *SMALL, "--out", out)
    code, said, told = wolsey_run(*asked)
    assert code == 0, told
    assert "baseline in 2 places, to 2019: 2 of 2 runs" in told
    assert told.count("the goals of opportunity_area_2021 are Ipswich's own, and are left out") == 2
    assert re.search(r"reached in +Derby +Ipswich\n", said)
    assert sorted(path.name for path in out.iterdir()) == ["derby", "ipswich", "manifest.json", "places.csv"]
    table = pd.read_csv(out / "places.csv")
    assert set(table["place"]) == {"derby", str(town)}
    assert set(table["file"]) == {"vision_2048"}
    own = manifest_in(out / "ipswich")
    assert (own["place"], own["place_digest"]) == (str(town), Place.load(str(town)).digest())
    assert "Ipswich" not in (out / "derby" / "goals.csv").read_text()

    # Each folder is as that of a run in one place: found again, and made again to the last bit.
    code, _, told = wolsey_run(*asked)
    assert (code, "to make" in told) == (0, False)
    code, said, _ = wolsey_run("reproduce", out / "ipswich" / "manifest.json", "--workers", 1)
    assert (code, said) == (0, "1 of 1 run made again is the same to the last bit.\n")
    code, _, told = wolsey_run("reproduce", out / "manifest.json")
    assert code == 2
    assert "is of several places; give the manifest in the folder of one of them; allowed: derby" in told
    alone = tmp_path / "alone"
    code, said, _ = wolsey_run("run", "baseline", "--place", "derby", *SMALL, "--out", alone)
    assert code == 0
    assert "No programme (baseline). Derby, 1998 to 2019, 1 run." in said
    assert manifest_in(alone)["key"] == manifest_in(out / "derby")["key"]
    assert (alone / "goals.csv").read_bytes() == (out / "derby" / "goals.csv").read_bytes()


@pytest.mark.town
def test_what_became_of_a_folder_is_told(wolsey_run: Run, town: Path, tmp_path: Path) -> None:
    copy, out = Path(shutil.copytree(town, tmp_path / "here")), tmp_path / "out"
    code, _, told = wolsey_run("run", "baseline", "--place", copy, *SMALL, "--out", out)
    assert code == 0, told
    path = copy / "series.csv"
    path.write_text(path.read_text() + "\n")
    _, said, _ = wolsey_run("reproduce", out / "manifest.json", "--workers", 1)
    assert re.search(r"the place's data: \w{12}, now \w{12}", said)
    shutil.rmtree(copy)
    code, said, told = wolsey_run("reproduce", out / "manifest.json")
    assert (code, said, told.count("\n")) == (2, "", 1)
    assert "there is no such folder of a place" in told


@pytest.mark.town
def test_comparisons_and_answers_in_several_places(wolsey_run: Run, town: Path, tmp_path: Path) -> None:
    both = ("--place", "derby", "--place", town)
    few = (*SMALL, "--effects", "means", "--year", 2019)
    code, said, told = wolsey_run("compare", "baseline", "ceiling", *both, *few, "--out", tmp_path / "c")
    assert code == 0, told
    table = pd.read_csv(tmp_path / "c" / "places.csv")
    assert set(table["place"]) == {"derby", str(town)}
    assert said.splitlines()[0].split() == ["difference", "Derby", "Ipswich"]
    assert (tmp_path / "c" / "derby" / "tables" / "pairs.parquet").is_file()

    goals = tmp_path / "near.toml"
    goals.write_text(GOALS)
    asked = ("reach", "derby", town, *SMALL, "--goals", goals, "--out", tmp_path / "r")
    code, said, told = wolsey_run(*asked)
    assert code == 0, told
    assert "not of Derby, and left out: the scenarios opportunity_area and alliance_2048" in told
    assert said.splitlines()[0].split() == ["how", "likely", "Derby", "Ipswich"]
    assert set(pd.read_csv(tmp_path / "r" / "places.csv")["scenario"]) == {"baseline", "ceiling"}
    assert (
        "Are the goals of Derby within reach?"
        in (tmp_path / "r" / "derby" / "report" / "report.html").read_text()
    )


@pytest.mark.town
def test_a_study_in_several_places(wolsey_run: Run, town: Path, tmp_path: Path) -> None:
    (tmp_path / "where.toml").write_text(STUDY)
    study, out, both = tmp_path / "where.toml", tmp_path / "out", ("--place", "derby", "--place", town)
    code, _, told = wolsey_run("sweep", study, *both, "--workers", 1, "--out", out)
    assert code == 0, told
    found = swept_study(study, out, places=("derby", str(town)))
    assert found.study.places == ("derby", str(town))
    assert set(found.frame()["place"]) == {"derby", str(town)}
    assert len(found.study.points) == 4
    code, said, _ = wolsey_run("status", study, *both, "--out", out)
    assert (code, "4 of 4 runs finished" in said) == (0, True)
    code, said, _ = wolsey_run("reproduce", out / "manifest.json", "--all", "--workers", 1)
    assert (code, said) == (0, "4 of 4 runs made again are the same to the last bit.\n")
    # The same said by the study's file.
    varied = STUDY + f'[[factors]]\nkey = "place"\nvalues = ["derby", "{town}"]\n'
    (tmp_path / "varied.toml").write_text(varied)
    assert wolsey.Study.load(tmp_path / "varied.toml").key() == found.study.key()
    code, _, told = wolsey_run("sweep", tmp_path / "varied.toml", "--place", "derby")
    assert (code, "says itself where it is run" in told) == (2, True)


@pytest.mark.town
def test_the_same_in_python() -> None:
    scenario = wolsey.Scenario.load("baseline").changed(until=2018, scale=0.03)
    found = wolsey.run(scenario, [0], workers=1, place="derby")
    assert found.scenario.place == "derby"
    with pytest.raises(InputError, match="cannot be lived in derby"):
        wolsey.run(wolsey.Scenario.load("opportunity_area"), [0], place="derby")
    with pytest.raises(InputError, match="cannot be lived in derby"):
        wolsey.compare(scenario, wolsey.Scenario.load("opportunity_area"), [0], place="derby")


def test_a_folder_does_not_get_the_posterior_of_its_name(town: Path) -> None:
    assert ParameterDraws.of("ipswich").posterior is not None
    assert ParameterDraws.of(str(town)).posterior is None
    assert Posterior.path(str(town)) == town / "posterior.parquet"
    # Nor does a copy of it become its own.
    shutil.copy(posterior.FOLDER / "ipswich.parquet", town / "posterior.parquet")
    try:
        with pytest.raises(InputError, match="is the posterior of another place"):
            ParameterDraws.of(str(town))
    finally:
        (town / "posterior.parquet").unlink()


def test_without_a_place_it_says_which(wolsey_run: Run, tmp_path: Path) -> None:
    code, _, told = wolsey_run("run", "baseline", *SMALL[:-4], "--until", 1999, "--out", tmp_path / "out")
    assert code == 0
    assert told.startswith("wolsey: no place is given, so this is Ipswich; --place NAME is another\n")


OWN = "the scenario is this place's own, so it cannot be lived in derby"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "opportunity_area", "--place", "derby"), OWN),
        (("run", "alliance_2048", "--place", "derby"), OWN),
        (("run", "baseline", "--place", "derbi"), "is no district.*did you mean 'derby'"),
        (("run", "baseline", "--place", "./gone"), '--place = "./gone": there is no such folder of a place'),
        (("run", "baseline", "--place", "derby", "--place", "E06000015"), "is named twice"),
        (("compare", "baseline", "opportunity_area", "--place", "derby"), OWN),
        (("sweep", "reach_by_budget", "--place", "nowhere"), '--place = "nowhere"'),
        (("status", "reach_by_budget", "--place", "nowhere"), '--place = "nowhere"'),
        (("sensitivity", "reach_by_budget", "--place", "nowhere"), '--place = "nowhere"'),
        (("report", "reach_by_budget", "--place", "nowhere"), '--place = "nowhere"'),
        (("discover", "reach_by_budget", "--goal", "V2-half", "--place", "nowhere"), '--place = "nowhere"'),
        (("portfolio", "alliance_2048", "--budget", 1, "--place", "derby"), OWN),
        (("reach", "derby", "--scenario", "opportunity_area"), OWN),
        (("reach", "derby", "derby"), "PLACE = \"derby\": is named twice"),
        (("reach", "derby", "--goals", "opportunity_area_2021"), "are the goals of Ipswich alone"),
        (("check", "scenarios/opportunity_area.toml", "--place", "derby"), OWN),
        (("check", "scenarios/baseline.toml", "--place", "nowhere"), '--place = "nowhere"'),
        (("explain", "child", "--scenario", "baseline", "--versus", "stop_in_2030", "--place", "derby"), OWN),
        (("explain", "year", "--place", "derby"), "--place: only a child is told in two worlds"),
        (("calibrate", "--place", "./gone"), "there is no such folder of a place"),
        (("validate", "--place", "./gone"), "there is no such folder of a place"),
        (("trials", "--place", "derby"), "No such option: --place"),
        (("workshop", "--place", "derby"), "No such option: --place"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_line(
    wolsey_run: Run, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files.root())
    code, said, told = wolsey_run(*arguments)
    assert (code, said) == (2, "")
    assert re.search(words, told), told
    assert len([line for line in told.splitlines() if line.startswith("wolsey: ")]) <= 1


def test_two_folders_of_one_name_are_refused(wolsey_run: Run, town: Path) -> None:
    code, _, told = wolsey_run("run", "baseline", "--place", "ipswich", "--place", town, *SMALL)
    assert code == 2
    assert "has the name of another place asked for" in told


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[factors]]\nkey = "place"\nvalues = ["derby", "nowhere"]\n', r"factors\[1\].values = \"nowhere\""),
        ('[[factors]]\nkey = "place"\nvalues = ["derby", "E06000015"]\n', "names a place twice"),
        ('[[factors]]\nkey = "place"\nlow = 1\nhigh = 2\n', "the places that are varied"),
        ('[[outcomes]]\ngoal = "T1"\n', "is not a goal of these scenarios"),
    ],
)
def test_a_study_that_cannot_be(tmp_path: Path, more: str, words: str) -> None:
    path = tmp_path / "where.toml"
    path.write_text(STUDY.replace("[[outcomes]]", more + "[[outcomes]]", 1))
    with pytest.raises(InputError, match=words):
        wolsey.Study.load(path, () if "factors" in more else ("derby", "ipswich"))


def test_a_study_names_a_place_or_varies_it(tmp_path: Path) -> None:
    path = tmp_path / "where.toml"
    path.write_text('place = "derby"\n' + STUDY)
    assert wolsey.Study.load(path).place == "derby"
    for place in ("derby", "ipswich"):
        with pytest.raises(InputError, match="says itself where it is run"):
            wolsey.Study.load(path, (place,))
    varied = '[[factors]]\nkey = "place"\nvalues = ["derby", "ipswich"]\n'
    path.write_text('place = "derby"\n' + STUDY + varied)
    with pytest.raises(InputError, match="is varied, and given by the study besides"):
        wolsey.Study.load(path)
    path.write_text(STUDY.replace('["baseline"]', '["opportunity_area"]') + varied)
    with pytest.raises(InputError, match="cannot be lived in derby"):
        wolsey.Study.load(path)
