"""How a place is found: a path, what ships, or a district that is built."""

import shutil
from pathlib import Path

import pytest

from model.districts import cache, names
from model.districts.folder import FILES, folder_of
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_file import place_folder
from model.io.errors import InputError
from model.io.files import places


def test_what_ships_comes_first_by_name_and_by_code() -> None:
    for called in ("ipswich", "Ipswich", "E07000202", "e07000202"):
        assert Place.load(called).name == "ipswich"
        assert place_folder(called, "town") == place_folder("ipswich", "town")


def test_a_district_is_built_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    found = place_folder("derby", "town")
    assert found == folder_of(names.find("derby"))
    assert found.is_relative_to(tmp_path)
    assert found.name == "derby"
    assert {path.name for path in found.iterdir()} == set(FILES)
    assert place_folder("E06000015", "town") == found
    before = {path.name: path.stat().st_mtime_ns for path in found.iterdir()}
    assert Place.load("derby").folder == found
    assert before == {path.name: path.stat().st_mtime_ns for path in found.iterdir()}


def test_a_districts_local_numbers_are_neutral() -> None:
    parameters = Parameters.load(place="derby")
    assert parameters.record("town.area").value == (0.0,) * 5
    assert parameters.record("town.area").local
    assert len(parameters) == len(Parameters.load(place="ipswich"))


def test_a_folder_of_ones_own_is_called_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(place_folder("derby", "town"), tmp_path / "ipswich")
    monkeypatch.chdir(tmp_path)
    for called in ("./ipswich", str(tmp_path / "ipswich")):
        assert Place.load(called).title == "Derby"
    assert Place.load("ipswich").title == "Ipswich"


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("derbi", "'derbi' is no district of England; .*did you mean 'derby'"),
        ("ipswitch", "did you mean 'ipswich'"),
        ("england", "'england' is no district of England"),
        ("E09000001", "no place that can be lived"),
        ("isles of scilly", "no place that can be lived"),
        ("taunton deane", "was abolished in 2019: .*Somerset"),
        ("suffolk", "is a county, no district"),
        ("E99999999", "E99999999"),
        ("./nowhere", "nowhere: there is no such folder of a place"),
    ],
)
def test_what_is_no_place_is_refused_in_one_line(called: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        place_folder(called, "town")
    assert "\n" not in str(caught.value)


def test_a_nation_is_no_district() -> None:
    assert place_folder("england", "nation") == places() / "england"
    with pytest.raises(InputError, match="'derby' is no nation"):
        place_folder("derby", "nation")


def test_only_the_folders_of_a_given_parent_count(tmp_path: Path) -> None:
    shutil.copytree(place_folder("derby", "town"), tmp_path / "mine")
    assert place_folder("mine", "town", tmp_path) == tmp_path / "mine"
    with pytest.raises(InputError, match=r"'derby' is no town of .*; allowed: mine"):
        place_folder("derby", "town", tmp_path)


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    with pytest.raises(InputError, match="WOLSEY_CACHE names another"):
        Place.load("luton")
