"""Whose a scenario is: one place's own, or to be lived anywhere; and what `extends` makes of it."""

import pickle
import shutil
from pathlib import Path

import pytest

from model.inputs.place import Place
from model.inputs.place_name import place_called
from model.io import files
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from tests.places import MADE

OWN = "is this place's own, so it cannot be lived in derby"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder of one's own that is called as a place that ships."""
    return Path(shutil.copytree(MADE, tmp_path / "ipswich"))


def write(folder: Path, name: str, *lines: str) -> Path:
    """A scenario of these lines."""
    path = folder / f"{name}.toml"
    path.write_text("\n".join((f'title = "{name}"', *lines)))
    return path


def test_one_that_names_no_place_is_lived_in_any() -> None:
    usual, there = Scenario.load("baseline"), Scenario.load("baseline", "derby")
    assert (usual.place, there.place) == (files.DEFAULT_PLACE, "derby")
    assert not usual.placed
    assert not there.placed
    assert usual.key() != there.key()
    assert usual.changed(place="derby").key() == there.key()
    # A code is another way to write the same.
    assert Scenario.load("baseline", "E06000015").key() == there.key()
    assert there.changed(until=2020).changed(place="ipswich").place == "ipswich"


def test_one_that_names_its_place_is_lived_there_alone(tmp_path: Path) -> None:
    own = Scenario.load("opportunity_area")
    assert (own.place, own.placed) == ("ipswich", True)
    assert Scenario.load("opportunity_area", "ipswich").key() == own.key()
    with pytest.raises(InputError, match=OWN):
        Scenario.load("opportunity_area", "derby")
    with pytest.raises(InputError, match=OWN):
        own.changed(place="derby")
    with pytest.raises(InputError, match=OWN):
        own.changed(until=2020).asked_for(place="derby")
    with pytest.raises(InputError, match='place = "nowhere": is no district'):
        Scenario.load("baseline", "nowhere")


def test_the_place_of_the_one_that_is_extended_holds(tmp_path: Path) -> None:
    child = Scenario.load(write(tmp_path, "child", 'extends = "opportunity_area"', "until = 2020"))
    assert (child.place, child.placed) == ("ipswich", True)
    path = write(tmp_path, "other", 'extends = "opportunity_area"', 'place = "derby"')
    for place in (None, "derby"):
        with pytest.raises(InputError, match=rf"opportunity_area.toml: place = \"ipswich\": .*{OWN}"):
            Scenario.load(path, place)


def test_one_with_a_place_may_extend_one_without(tmp_path: Path) -> None:
    path = write(tmp_path, "derbys", 'extends = "ceiling"', 'place = "derby"')
    child = Scenario.load(path)
    assert (child.place, child.placed, len(child.programmes)) == (
        "derby", True, len(Scenario.load("ceiling").programmes),
    )  # fmt: skip
    with pytest.raises(InputError, match="cannot be lived in ipswich"):
        Scenario.load(path, "ipswich")


def test_wards_are_checked_where_it_is_lived(tmp_path: Path) -> None:
    use = '[[programmes]]\ncard = "language_groups"\nstart = 2018\nreach = 1.0\nwho = { wards = ["%s"] }'
    ward = Place.load("derby").wards.names[0]
    path = write(tmp_path, "wards", use % ward)
    assert Scenario.load(path, "derby").programmes[0].who.wards == (ward,)
    with pytest.raises(InputError, match="is not a ward of this place"):
        Scenario.load(path)


def test_a_path_starts_from_the_file_that_names_it(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plans").mkdir()
    path = write(tmp_path / "plans", "mine", 'place = "../ipswich"')
    monkeypatch.chdir(tmp_path / "plans")
    found = Scenario.load(path)
    assert found.place == str(town)
    assert Scenario.load("baseline", "../ipswich").place == str(town)
    assert pickle.loads(pickle.dumps(found)).place == str(town)
    with pytest.raises(InputError, match=r'place = "\.\./ipswitch": there is no such folder of a place'):
        Scenario.load(write(tmp_path / "plans", "gone", 'place = "../ipswitch"'))


def test_a_folder_counts_by_what_it_holds(town: Path, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(town, tmp_path / "moved"))
    here, there = Scenario.load("baseline", str(town)), Scenario.load("baseline", str(elsewhere))
    assert here.key() == there.key()
    assert here.burn_in_key() == there.burn_in_key()
    assert here.key() != Scenario.load("baseline").key()
    text = (elsewhere / "place.toml").read_text()
    (elsewhere / "place.toml").write_text(text.replace('title = "Ipswich"', 'title = "Elsewhere"'))
    assert there.key() != here.key()
    assert Place.load(str(elsewhere)).title == "Elsewhere"
    shutil.rmtree(elsewhere)
    with pytest.raises(InputError, match="there is no such folder of a place"):
        there.key()


def test_the_path_of_what_ships_is_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files.places())
    assert place_called("./ipswich") == "ipswich"
    with pytest.raises(InputError, match="is no town"):
        place_called("./england")
    with pytest.raises(InputError, match="without place"):
        place_called(".")
