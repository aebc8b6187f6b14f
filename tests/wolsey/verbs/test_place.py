"""The verb `place`: what a place is built from, its page, and a folder of one's own."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import wolsey
from experiments.places.inputs import GROUPS, Input
from experiments.places.new import new_place
from experiments.places.page import place_page
from experiments.places.shown import PlaceSummary
from model.inputs.place import Place
from model.io.files import root

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Places are built in a folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WOLSEY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def derby(built: None) -> PlaceSummary:
    return wolsey.place("derby")


@pytest.mark.parametrize("name", ["derby", "Derby", "E06000015"])
def test_a_place_by_name_or_code(wolsey_run: Run, name: str) -> None:
    code, out, err = wolsey_run("place", name)
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "Derby (derby, E06000015)"
    for said in (
        "region East Midlands",
        "area Opportunity Area Derby",
        "boundaries wards of 2017",
        "children_2017 62,818 children aged 0-18 2017 A POP:mid-2017",
        "births 2025-2048 J projected: flat projection; a scenario may replace it",
        "people 104 2011-2023 95/5/0",
    ):
        assert said in lines
    assert any(
        line.startswith("posterior none: its own numbers are drawn from their prior") for line in lines
    )
    assert {"recovery none for this place", "score card none for this place"} <= set(lines)
    assert any(line.startswith("neighbours stoke-on-trent, peterborough, kirklees") for line in lines)
    assert max(map(len, out.splitlines())) <= 180


def test_boundaries_and_counties_are_said(wolsey_run: Run) -> None:
    gone = " ".join(wolsey_run("place", "E07000168")[1].split())
    assert "wards of 2017; abolished in 2023, today in north-yorkshire" in gone
    assert "schools of North Yorkshire, a county" in gone
    made = wolsey.place("west suffolk").boundaries
    assert made is not None
    assert (made.first_year, made.made_of) == (2019, ("forest-heath-2017", "st-edmundsbury-2017"))


def test_notes_are_whole_sentences() -> None:
    for name in ("ipswich", "winchester"):
        assert all(note.endswith(".") and note[0].isupper() for note in wolsey.place(name).notes)


def test_every_number_of_the_files_is_an_input(derby: PlaceSummary) -> None:
    place = Place.load("derby")
    by_file: dict[str, list[Input]] = {}
    for row in derby.inputs:
        by_file.setdefault(row.file, []).append(row)
    assert {row.name: row.value for row in by_file["figures.csv"]} == {
        name: figure.value for name, figure in place.figures.items()
    }
    assert sum(row.value for row in by_file["births.csv"]) == place.births.numbers.sum()
    assert sum(row.value for row in by_file["ages.csv"]) == place.ages.residents.sum()
    assert len(by_file["observed.csv"]) == len(place.observed)
    assert len(by_file["series.csv"]) == sum(len(series.years) for series in place.all_series.values())
    assert sum(row.value for row in by_file["schools.csv"] if row.name == "schools") == len(place.schools)
    assert {row.of for row in by_file["wards.csv"]} == set(place.wards.names)


def test_coverage_counts_every_input_once(derby: PlaceSummary) -> None:
    assert [one.group for one in derby.coverage] == list(GROUPS)
    assert sum(one.rows for one in derby.coverage) == len(derby.inputs)
    births = derby.coverage[GROUPS.index("births")]
    assert (births.rows, births.first_year, births.last_year) == (69, 1980, 2048)
    grades = [row.grade for row in derby.inputs if row.group == "births"]
    assert births.known.judged == pytest.approx(grades.count("J") / 69)
    assert births.known.published == pytest.approx(grades.count("A") / 69)


def test_what_is_not_published_falls_back_on_something(derby: PlaceSummary) -> None:
    said = {(one.group, one.name) for one in derby.falls_back}
    assert {(row.group, row.name) for row in derby.inputs if row.grade[0] not in "AB"} == said
    assert all(one.says for one in derby.falls_back)
    ipswich = wolsey.place("ipswich")
    around = [one for one in ipswich.falls_back if one.name == "level3_by_19"]
    assert around
    assert all(one.says.startswith("that of suffolk; none is published of the place") for one in around)


def test_the_json_document(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("place", "derby", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == [
        "version", "name", "title", "code", "region", "opportunity_area", "made", "folder", "notes",
        "warnings", "boundaries", "posterior", "recovery", "score_card", "neighbours", "coverage",
        "falls_back", "missing", "inputs",
    ]  # fmt: skip
    assert document["version"] == 1
    assert list(document["boundaries"]) == [
        "wards_of", "first_year", "last_year", "made_of", "successor", "county",
    ]  # fmt: skip
    assert {tuple(row) for row in document["inputs"]} == {
        (
            "group",
            "file",
            "name",
            "of",
            "area",
            "year",
            "value",
            "unit",
            "low",
            "high",
            "source",
            "grade",
            "note",
        )
    }
    assert {tuple(row) for row in document["coverage"]} == {
        ("group", "rows", "first_year", "last_year", "known")
    }
    assert {tuple(row) for row in document["falls_back"]} == {
        ("group", "name", "of", "first_year", "last_year", "grade", "says")
    }
    assert document["neighbours"]["stoke-on-trent"] == {"global": 1, "economic": 5, "demographic": 3}
    one = next(row for row in document["inputs"] if row["name"] == "fsm_primary_2017")
    assert (one["group"], one["value"], one["unit"], one["grade"]) == ("schools", 16.2, "% of pupils", "A")


def test_the_schema_is_documented(derby: PlaceSummary) -> None:
    recipe = RECIPE.read_text()
    names = [
        *derby.document(), *derby.document()["boundaries"], *derby.document()["coverage"][0],
        *derby.document()["falls_back"][0], *(each.name for each in fields(Input)),
    ]  # fmt: skip
    assert [name for name in names if f"`{name}`" not in recipe] == []


def test_in_python(derby: PlaceSummary) -> None:
    table = derby.frame()
    assert len(table) == len(derby.inputs)
    assert table.set_index("name").loc["children_2017", "value"] == 62818
    assert repr(derby) == str(derby)


def test_a_page_of_a_place(wolsey_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pages" / "derby.html"
    code, out, _ = wolsey_run("place", "derby", "--page", path)
    assert code == 0
    assert out.endswith(f"A page of it: {path}\n")
    html = path.read_text()
    place = Place.load("derby")
    assert html.count("<polygon") == len(place.wards)
    assert f"{place.wards.names[0]}: {place.wards.idaci_2019[0]:.1f}%" in html
    assert f"aged 5: {place.ages.of(2017)[5]:,} residents" in html
    assert "Good development at 5" in html
    assert "no tests" not in html
    assert "no tests" in place_page(wolsey.place("ipswich"), Place.load("ipswich"))
    code, out, err = wolsey_run("place", "derby", "--page", path)
    assert (code, out) == (2, "")
    assert "derby.html: is there already, and nothing is written over" in err
    code, _, err = wolsey_run("place", "derby", "--page", path / "in_a_file.html")
    assert code == 2
    assert "cannot be written" in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("darby", "did you mean 'derby'?"),
        ("newcastle", "may mean newcastle-under-lyme (E07000195) or newcastle-upon-tyne (E08000021)"),
        ("suffolk", "is a county, no district"),
        ("scarborough", "'Scarborough' was abolished in 2023"),
        ("City of London", "is no place that can be lived"),
        ("E07000999", "is the code of no district"),
        ("england", "is no district of England"),
        ("./nowhere", "there is no such folder of a place"),
        (".", "is a folder without place.toml, so no place"),
    ],
)
def test_what_is_no_place(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = wolsey_run("place", name)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_new_place_is_a_copy_under_its_own_name(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = wolsey_run("place", "new", "my/old-mill", "--from", "derby")
    assert (code, err) == (0, "")
    assert [line.split("#")[0].strip() for line in out.splitlines()[-3:]] == [
        "wolsey place my/old-mill",
        "wolsey check my/old-mill",
        "wolsey run baseline --place my/old-mill",
    ]
    made, begun = Place.load("my/old-mill"), Place.load("derby")
    assert (made.name, made.title) == ("old-mill", "Old mill")
    assert {seen.place for seen in made.observed} == {"old-mill"}
    assert len(made.observations("gld")) == len(begun.observations("gld"))
    assert made.figures == begun.figures
    assert "Begun as a copy of Derby (derby)" in made.notes.replace("derby (Derby)", "Derby (derby)")
    assert wolsey_run("check", "my/old-mill")[0] == 0
    code, out, _ = wolsey_run("place", "my/old-mill")
    assert code == 0
    assert out.startswith("Old mill (old-mill)\n")
    assert "a folder of your own" in out
    assert wolsey_run("place", "old-mill")[0] == 2
    monkeypatch.chdir("my")
    assert "did you mean './old-mill'?" in wolsey_run("place", "old-mill")[2]


def test_a_place_is_begun_from_one_that_ships_or_ones_own(tmp_path: Path) -> None:
    first = new_place(tmp_path / "first", "ipswich")
    assert {seen.place for seen in first.observed} == {"first", "suffolk"}
    second = new_place(tmp_path / "second", str(tmp_path / "first"))
    assert {seen.place for seen in second.observed} == {"second", "suffolk"}
    assert second.figures == first.figures


def test_an_edited_folder_that_contradicts_itself_is_refused(wolsey_run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    new_place(folder, "derby")
    figures = folder / "figures.csv"
    figures.write_text(figures.read_text().replace("children_2017,62818", "children_2017,62819"))
    code, out, err = wolsey_run("place", folder)
    assert (code, out) == (2, "")
    assert "62819" in err
    (folder / "births.csv").unlink()
    assert wolsey_run("place", folder)[0] == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("full", "is there already, and nothing is written over: give a new folder"),
        ("a file", "cannot be the name of a place; allowed: letters, digits, - and _"),
        ("file", "is there already"),
        ("file/below", "cannot be written"),
    ],
)
def test_nothing_is_written_over_and_names_are_legal(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/mine.txt").write_text("mine")
    Path("file").write_text("mine")
    code, out, err = wolsey_run("place", "new", name, "--from", "derby")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]
    assert Path("full/mine.txt").read_text() == Path("file").read_text() == "mine"


def test_a_place_to_begin_from_must_be_there(wolsey_run: Run, tmp_path: Path) -> None:
    code, _, err = wolsey_run("place", "new", tmp_path / "mine", "--from", "darby")
    assert code == 2
    assert "did you mean 'derby'?" in err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_may_be_called_as_a_district(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ipswich").mkdir()
    assert new_place(Path("ipswich"), "derby").name == "ipswich"
    own, ships = wolsey.place("./ipswich"), wolsey.place("ipswich")
    assert (own.code, ships.code) == ("", "E07000202")
    assert (own.posterior, ships.posterior) == (False, True)
    assert (own.recovery, ships.recovery) == ("none for this place", "calibration/recovery/ipswich.parquet")
    Path("ipswich/posterior.parquet").write_bytes(b"of this folder")
    assert wolsey.place("./ipswich").posterior


def test_a_district_can_be_checked(wolsey_run: Run) -> None:
    code, out, _ = wolsey_run("check", "derby", "E07000168")
    assert code == 0
    assert [line.rpartition("/")[2] for line in out.splitlines() if ": town" in line] == [
        "derby: town, good", "scarborough-2017: town, good",
    ]  # fmt: skip
    assert "'Scarborough' was abolished in 2023" in wolsey_run("check", "scarborough")[2]
    assert "did you mean 'baseline'?" in wolsey_run("check", "baselin")[2]


RECIPE = root() / "docs" / "add_a_place.md"


def test_the_recipe_for_two_wards_makes_a_place(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert wolsey_run("place", "new", "./inner-derby", "--from", "derby")[0] == 0
    (script,) = re.findall(r"```python\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    exec(compile(script, RECIPE.name, "exec"), {"__name__": "__main__"})
    assert wolsey_run("check", "./inner-derby") == (0, "inner-derby: town, good\n", "")
    summary = wolsey.place("./inner-derby")
    assert {row.of for row in summary.inputs if row.group == "wards" and row.of} == {"Arboretum", "Normanton"}
    assert {row.area for row in summary.inputs if row.group == "outcomes"} == {"derby"}
    assert not [
        row
        for row in summary.inputs
        if row.group in ("people", "births") and row.grade == "A" and row.file != "figures.csv"
    ]


def test_commands_of_the_recipe_are_good(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new_place(tmp_path / "inner-derby", "derby")
    commands = re.findall(r"^\$ wolsey (places? (?!new ).*|check .*)$", RECIPE.read_text(), re.MULTILINE)
    assert len(commands) == 7
    for command in commands:
        refused = command in ("place newcastle", "place scarborough")
        assert wolsey_run(*shlex.split(command))[0] == (2 if refused else 0), command


def test_help_names_both_ways(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("place", "--help")
    assert code == 0
    assert "wolsey place [OPTIONS] NAME | new FOLDER" in told
    assert wolsey_run("place", "derby", "--help")[0] == 0
    assert wolsey_run("place", "--json", "derby")[1] == wolsey_run("place", "derby", "--json")[1]
    assert "Missing option '--from'" in wolsey_run("place", "new", "mine")[2]
