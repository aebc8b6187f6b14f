"""A place's own folder laid over what is built of its district."""

import os
import re
from pathlib import Path

import pytest

from model.districts import cache, folder, names, overlay
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_file import digest
from model.io.errors import InputError

PLACE = """
district = "E07000202"
kind = "town"
notes = "What the town's own folder knows better."
"""
FIGURES = "name,value,unit,year,low,high,source,grade,note,reason\n"
ADDED = "new_teachers,150,teachers a year,2018,120,180,PLAN:p29,A,,the plan says it\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An overlay without a difference."""
    folder = tmp_path / "my-town"
    folder.mkdir()
    (folder / "place.toml").write_text(PLACE)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Ipswich as the tables have it."""
    made = tmp_path_factory.mktemp("built")
    folder.build(names.of_code("E07000202"), made)
    return Place.load(str(made))


def load(own: Path) -> Place:
    return Place.load(str(own))


def refused(own: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(own)
    return str(caught.value)


def test_an_overlay_without_a_difference_is_the_district(own: Path, built: Place) -> None:
    place = load(own)
    assert (place.name, place.title) == ("my-town", "Ipswich")
    assert place.notes == built.notes + "What the town's own folder knows better."
    assert place.value("children_2017") == built.value("children_2017")
    assert place.folder.parent.parent == cache.root()
    assert Parameters.load(place=str(own)).digest() == Parameters.load(place=str(built.folder)).digest()


def test_rows_take_the_place_of_built_ones_are_added_and_go(own: Path, built: Place) -> None:
    (own / "figures.csv").write_text(
        FIGURES.replace("reason", "reason,drop")
        + "lone_parent_families,24,% of families,2017,20,29,DERIVED,D,0.075 x 58600,a newer count,\n"
        + "new_teachers,150,teachers a year,2018,120,180,PLAN:p29,A,,the plan says it,\n"
        + "income_after_housing,,,,,,,,,not of the town,yes\n"
    )
    place = load(own)
    assert place.figure("lone_parent_families").note == "0.075 x 58600; a newer count"
    assert place.value("lone_parent_families") == 24 != built.value("lone_parent_families")
    assert (place.value("new_teachers"), place.figure("new_teachers").note) == (150, "the plan says it")
    assert "income_after_housing" in built.figures
    assert "income_after_housing" not in place.figures
    assert list(place.figures).index("lone_parent_families") == list(built.figures).index(
        "lone_parent_families"
    ) - (
        list(built.figures).index("income_after_housing") < list(built.figures).index("lone_parent_families")
    )
    # A source that the tables know need not be declared again.
    assert place.sources["PLAN"].publication.startswith("Department for Education, Ipswich Opportunity Area")


def test_rows_by_year_stay_in_order(own: Path, built: Place) -> None:
    (own / "births.csv").write_text(
        "year,births,kind,source,grade,note,reason\n"
        "2003,1234,approximate,JUDGEMENT,J,,counted by hand\n"
        "1990,1111,approximate,JUDGEMENT,J,,counted by hand\n"
    )
    place = load(own)
    assert (place.births.at(1990), place.births.at(2003)) == (1111, 1234)
    assert place.births.at(2004) == built.births.at(2004)


def test_files_without_notes_have_reasons_too(own: Path) -> None:
    (own / "ages.csv").write_text(
        "year,age,residents,source,grade,reason\n2023,19,1,POP23:mid-2023,A,made up for a test\n"
    )
    assert load(own).ages.of(2023)[19] == 1


def test_place_toml_is_added_to_that_of_the_district(own: Path) -> None:
    (own / "place.toml").write_text(
        PLACE.replace('kind = "town"', 'kind = "town"\ntitle = "My town"\nobserved_in = ["anglia"]')
        + '[sources]\nMINE = { publication = "Mine", licence = "OGL-3.0", read_at = "a shelf" }\n'
        '[series]\npay_week_ft = { unit = "GBP a week", low = 50, high = 3000, gap = "carry", '
        'meaning = "pay" }\n'
    )
    (own / "series.csv").write_text(
        "series,group,year,value,unit,source,grade,note,reason\n"
        "pay_week_ft,all,2017,509,GBP a week,MINE,A,,nobody else has it\n"
    )
    place = load(own)
    assert place.title == "My town"
    assert place.sources["MINE"].read_at == "a shelf"
    assert place.series("pay_week_ft").at(2017) == 509
    assert place.series("unemployment").has(2017)


def test_a_file_is_replaced_as_a_whole_where_place_toml_says_why(own: Path, built: Place) -> None:
    schools = (built.folder / "schools.csv").read_text().splitlines()
    fewer = [line for line in schools if not line.startswith("primary 02,")]
    assert len(fewer) == len(schools) - 1
    (own / "schools.csv").write_text("\n".join(fewer) + "\n")
    (own / "place.toml").write_text(PLACE + '[replaces]\n"schools.csv" = "sizes of the eight secondaries"\n')
    assert len(load(own).schools) == len(built.schools) - 1


def test_local_numbers_are_the_overlays_own(own: Path) -> None:
    text = folder.NEUTRAL.read_text(encoding="utf-8")
    (own / "town.toml").write_text(text.replace("value = 1.0", "value = 1.25", 1))
    changed = Parameters.load(place=str(own)).record("town.absence").value
    assert changed == 1.25


def test_the_digest_is_of_the_result_and_follows_the_overlay(own: Path) -> None:
    before = load(own)
    assert before.digest() == digest(before.folder)
    (own / "figures.csv").write_text(FIGURES + ADDED)
    after = load(own)
    assert after.digest() != before.digest()
    assert after.folder != before.folder
    (own / "README.md").write_text("A file that is none of a place's.")
    assert load(own).folder == after.folder


def test_a_folder_that_stands_for_itself_is_not_laid_over_anything(built: Place) -> None:
    assert not overlay.is_overlay(built.folder)
    assert overlay.laid(built.folder) == built.folder


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "place.toml",
            PLACE.replace("E07000202", "E07009999"),
            "place.toml: district: 'E07009999' is the",
        ),
        ("place.toml", PLACE.replace("notes", "note"), "note = .*is not a known key; .*did you mean 'notes'"),
        ("place.toml", PLACE.replace('"town"', '"nation"'), "my-town: is no town"),
        (
            "place.toml",
            PLACE + '[replaces]\n"school.csv" = "x"\n',
            "replaces.school.csv.*mean 'schools.csv'",
        ),
        ("place.toml", PLACE + '[replaces]\n"schools.csv" = " "\n', "must say why the file is replaced"),
        ("place.toml", PLACE + '[replaces]\n"schools.csv" = "x"\n', "replaces.schools.csv: there is no such"),
        ("figure.csv", "name\n", "figure.csv: is no file of a place; .*did you mean 'figures.csv'"),
        ("figures.csv", FIGURES.replace(",reason", "") + ADDED, "column 'reason' is missing"),
        ("figures.csv", FIGURES + ADDED.replace("the plan says it", ""), "line 2, reason: is missing"),
        ("figures.csv", FIGURES + ADDED + ADDED, "line 3: stands already in line 2"),
        (
            "figures.csv",
            FIGURES.replace("reason", "reason,drop") + "new_teachers,,,,,,,,,it goes,yes\n",
            'line 2, drop = "yes": no row of new_teachers is built that could go',
        ),
        (
            "figures.csv",
            FIGURES.replace("reason", "reason,drop") + "children_2017,,,,,,,,,it goes,no\n",
            'line 2, drop = "no": is not yes, or empty',
        ),
        (
            "figures.csv",
            FIGURES + "children_2017,32370,children aged 0-18,2017,32370,32370,POP:mid-2017,A,x,mine\n",
            "line 2: changes nothing: this row is built",
        ),
        (
            "figures.csv",
            FIGURES + ADDED.replace("PLAN:p29", "PLANS"),
            "my-town/figures.csv: line 2, source = \"PLANS\": 'PLANS' is no source .*did you mean 'PLAN'",
        ),
        (
            "figures.csv",
            FIGURES + ADDED.replace(",A,", ",E,"),
            'my-town/figures.csv: line 2, grade = "E": is no grade',
        ),
    ],
)
def test_an_overlay_that_is_wrong_is_refused(own: Path, name: str, content: str, said: str) -> None:
    (own / name).write_text(content)
    assert re.search(said, refused(own)), refused(own)
    # Other processes may be building at this moment.
    assert not list(cache.root().glob(f"*/.my-town-{os.getpid()}-*"))
