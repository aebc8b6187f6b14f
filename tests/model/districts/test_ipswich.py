"""Ipswich: what the tables of districts say of it, and what its own folder adds."""

import csv
from pathlib import Path

import pytest

from model.districts import folder, names
from model.inputs.place import Place
from model.io.files import places


@pytest.fixture(scope="module")
def ipswich() -> Place:
    return Place.load("ipswich")


def test_its_inputs_are_those_of_the_tables(ipswich: Place) -> None:
    assert [ipswich.births.at(year) for year in (2002, 2005, 2010, 2023)] == [1336, 1592, 1934, 1471]
    assert ipswich.value("lone_parent_families") == 28.6
    assert ipswich.value("net_inflow_primary") == -3.6
    assert [ipswich.value(f"net_migration_{ages}") for ages in ("0_4", "5_10", "11_15")] == [
        -1.04,
        -1.29,
        0.15,
    ]
    idaci = ipswich.wards.idaci_2019
    assert idaci[ipswich.wards.row("Whitton")] == pytest.approx(26, abs=0.5)
    (at_11,) = (o for o in ipswich.observations("ks2_rwm") if (o.place, o.year) == ("ipswich", 2016))
    assert at_11.value == 49.0


def test_its_own_folder_only_adds_and_says_why(tmp_path: Path, ipswich: Place) -> None:
    built = tmp_path / "ipswich"
    built.mkdir()
    folder.build(names.find("E07000202"), built)
    keys = {"figures.csv": ("name",), "observed.csv": ("indicator", "group", "year", "place")}
    own = {path.name for path in (places() / "ipswich").iterdir()}
    assert own == {"place.toml", "town.toml", *keys}
    for name, key in keys.items():
        with (built / name).open(encoding="utf-8", newline="") as file:
            there = {tuple(row[each] for each in key) for row in csv.DictReader(file)}
        with (places() / "ipswich" / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert all(row["reason"] for row in rows)
        assert not {tuple(row[each] for each in key) for row in rows} & there
    assert len(ipswich.observed) > 300
