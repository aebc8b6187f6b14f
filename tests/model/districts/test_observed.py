"""Outcomes of a district and of the education authority around it: of whom, of how many, and to 2019."""

import csv
from pathlib import Path

import pytest

from model.districts import names, observed, tables
from model.districts.rows import Row
from model.io.files import places


def key(row: Row) -> tuple[str, str, int, str]:
    return str(row["indicator"]), str(row["group"]), int(row["year"]), str(row["place"])


@pytest.mark.parametrize(
    "name", ["ipswich", "derby", "E07000010", "north-yorkshire", "E06000028", "E06000062"]
)
def test_rows_are_once_and_of_known_kinds(name: str) -> None:
    district = names.find(name)
    rows = observed.rows(district)
    assert len({key(row) for row in rows}) == len(rows) > 50
    for row in rows:
        unit, low, high = observed.KINDS[str(row["indicator"])]
        assert row["unit"] == unit
        assert low <= float(row["value"]) <= high
        assert row["basis"] in observed.BASES
        assert row["place"] in observed.areas(district)
        assert int(row["year"]) <= observed.LAST
        assert str(row["source"]).split(":")[0] in tables.sources()
        mainstream = str(row["indicator"]).endswith("_mainstream")
        assert not mainstream or row["basis"] == "mainstream schools"


def test_a_county_s_figures_stand_under_its_name_and_a_city_s_under_its_own() -> None:
    ipswich, derby = names.find("ipswich"), names.find("derby")
    assert observed.areas(ipswich) == ["ipswich", "suffolk"]
    assert observed.areas(derby) == ["derby"]
    of_suffolk = [row for row in observed.rows(ipswich) if row["indicator"] == "phonics"]
    assert {row["place"] for row in of_suffolk} == {"suffolk"}
    gld = [row for row in observed.rows(derby) if (row["indicator"], row["group"]) == ("gld", "all")]
    assert {row["basis"] for row in gld} == {"residence"}
    assert {
        row["basis"] for row in observed.rows(derby) if row["group"] == "fsm" and row["indicator"] == "gld"
    } == {"settings"}
    assert "phonics" in observed.said(ipswich)[0]
    assert "its own" not in observed.said(ipswich)[0]


def test_a_district_that_was_part_of_an_authority_of_2019_has_one_around_it() -> None:
    west = names.find("E06000062")
    assert observed.areas(west) == ["west-northamptonshire", "northamptonshire"]
    assert observed.areas(names.find("north-yorkshire")) == ["north-yorkshire"]


def test_how_many_and_what_chance_makes_of_them_is_said() -> None:
    rows = {key(row): row for row in observed.rows(names.find("ipswich"))}
    gld = rows["gld", "all", 2019, "ipswich"]
    assert str(gld["note"]).startswith("n = 1777, sampling SD 1.1")
    attainment = rows["attainment8_mainstream", "all", 2019, "ipswich"]
    assert str(attainment["note"]).startswith("n = 1345")
    assert "sampling" not in str(attainment["note"])


def test_ipswich_is_what_its_own_folder_says_but_for_key_stage_2() -> None:
    built = {key(row): float(row["value"]) for row in observed.rows(names.find("ipswich"))}
    path: Path = places() / "ipswich" / "observed.csv"
    with path.open(newline="", encoding="utf-8") as file:
        by_hand = {
            (row["indicator"], row["group"], int(row["year"]), row["place"]): float(row["value"])
            for row in csv.DictReader(file)
        }
    both = built.keys() & by_hand.keys()
    far = {each: (by_hand[each], built[each]) for each in both if abs(built[each] - by_hand[each]) > 0.051}
    assert built["ks2_rwm", "all", 2016, "ipswich"] == 49.0
    # Whatever the folder says today, only its own recomputation of 2016 to 2018 may differ.
    assert {each[:2] for each in far} <= {("ks2_rwm", "all")}
    assert all(each[2] < 2019 for each in far)


def test_an_unknown_basis_is_not_passed_on() -> None:
    with pytest.raises(ValueError, match="no basis"):
        observed.basis("hearsay")
