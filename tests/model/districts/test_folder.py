"""Place folders built of districts of all kinds."""

from pathlib import Path

import pandas as pd
import pytest

from model.districts import figures, folder, names, rows, series, tables, wards
from model.districts.names import District
from model.inputs.place import Place
from model.inputs.place_file import digest
from model.io.toml import load_toml

KINDS = {
    "E06000015": "unitary",
    "E08000017": "metropolitan",
    "E09000012": "London borough",
    "E07000010": "of a county",
    "E06000055": "three-tier schools",
    "E06000057": "three-tier schools, a county in one",
    "E06000060": "made in 2020",
    "E07000168": "abolished in 2023",
    "E07000201": "abolished in 2019",
    "E07000150": "without unemployment",
}


@pytest.mark.parametrize("code", KINDS, ids=KINDS.values())
def test_districts_of_every_kind_are_built_and_read(code: str, tmp_path: Path) -> None:
    district = names.of_code(code)
    place = Place.load(code)
    assert place.name == district.slug
    assert place.title == district.name
    assert place.value("population_2017") == district.population
    assert code in place.notes
    again = tmp_path / district.slug
    again.mkdir()
    folder.build(district, again)
    assert digest(again) == place.digest()
    assert {path.name for path in again.iterdir()} == set(folder.FILES)
    for path in again.iterdir():
        assert "nan" not in path.read_text(encoding="utf-8").lower().split(",")
        assert b"\r" not in path.read_bytes()


def test_every_seventh_district_has_rows_of_every_file() -> None:
    """All of them: `python -m benchmarks.districts --build`."""
    for district in names.districts()[::7]:
        made = folder.rows_of(district)
        assert set(made) == set(folder.COLUMNS)
        for name, rows_ in made.items():
            assert rows_, (district.slug, name)
            assert len(rows.csv_text(rows_, folder.COLUMNS[name]).splitlines()) > len(rows_), name


def test_people_and_wards_are_those_of_the_tables() -> None:
    derby = Place.load("derby")
    assert derby.ages.of(2017)[[0, 1, 2, 3]].tolist() == [3273, 3305, 3428, 3488]
    assert derby.ages.years.tolist() == [2017, 2019, 2020, 2023]
    assert derby.births.at(1980) == 3073
    assert len(derby.wards) == 17
    assert derby.wards.names[0] == "Sinfin"
    assert derby.wards.idaci_2019.tolist() == sorted(derby.wards.idaci_2019, reverse=True)
    assert abs(derby.wards.east_km.mean()) < 0.01


def test_suppressed_small_areas_count_as_five_and_are_said() -> None:
    ipswich = names.find("ipswich")
    whitton = next(row for row in wards.rows(ipswich) if row["ward"] == "Whitton")
    assert whitton["idaci_2019"] == pytest.approx(26, abs=0.5)
    assert "are suppressed (below ten) and count as 5" in wards.note(ipswich)


def test_a_missing_series_is_the_regions_and_says_so() -> None:
    place = Place.load("E07000150")
    unemployment = place.series("unemployment")
    assert unemployment.years.tolist() == list(range(2004, 2024))
    assert set(unemployment.grades) == {"D"}
    assert unemployment.notes[0].startswith(
        "none published of the district: that of East Midlands, mean over"
    )
    others = tables.table("series")
    of_2009 = others[(others["series"] == "unemployment") & (others["year"] == 2009)]["value"]
    assert of_2009.min() < unemployment.at(2009) < of_2009.max()


def test_missing_years_are_the_regions_in_proportion() -> None:
    scarborough = names.of_code("E07000168")
    made = [row for row in series.rows(scarborough) if row["series"] == "unemployment"]
    area, _, path, _ = series._region("unemployment", scarborough.region)
    assert area == "Yorkshire and the Humber"
    ratio = sum(float(row["value"]) for row in made[-2:]) / (path[2022] + path[2023])
    assert [row["year"] for row in made] == list(range(2004, 2024))
    assert made[0]["value"] == pytest.approx(path[2004] * ratio, abs=0.051)
    assert f"x {ratio:.2f}, district to {area} in 2022-2023" in str(made[0]["note"])
    assert made[-1]["note"] == "that of North Yorkshire, in which the district went up"


def test_england_stands_in_where_no_district_of_the_region_has_a_series(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corby = names.of_code("E07000150")
    own = {district.code for district in names.districts() if district.region == corby.region}
    whole = tables.table("series")
    without = whole[~((whole["series"] == "unemployment") & whole["place_code"].isin(own))]
    monkeypatch.setattr(tables, "table", lambda name: without)
    series._region.cache_clear()
    try:
        area, districts, path, source = series._region("unemployment", corby.region)
    finally:
        series._region.cache_clear()
    assert (area, source) == ("England", "ELS:modelled-unemployment")
    assert districts > 200
    assert 6 < path[2009] < 9


def test_shares_of_pupils_of_a_county_are_carried_down_to_its_districts() -> None:
    members = [of for of in names.districts() if of.upper_tier == "Cambridgeshire"]
    assert [of.slug for of in members] == [
        "cambridge",
        "east-cambridgeshire",
        "fenland",
        "huntingdonshire",
        "south-cambridgeshire",
    ]
    shares = [_figure(of, "fsm_primary_2017") for of in members]
    children = [float(_figure(of, "children_2017")["value"]) for of in members]
    values = [float(row["value"]) for row in shares]
    weighted = sum(v * n for v, n in zip(values, children, strict=True)) / sum(children)
    assert weighted == pytest.approx(9.9, abs=0.05)
    assert max(values) == values[2]
    assert {(row["source"], row["grade"]) for row in shares} == {("LAIT; DERIVED", "D")}
    assert str(shares[2]["note"]).startswith(
        "Cambridgeshire 9.9, published of 2017, x 18.3 / 12.6, district to"
    )
    for row in shares:
        assert float(row["low"]) < float(row["value"]) < float(row["high"])


def test_what_an_authority_publishes_of_itself_stays() -> None:
    row = _figure(names.find("derby"), "fsm_primary_2017")
    assert (row["value"], row["source"], row["grade"]) == (16.2, "LAIT", "A")


def test_no_note_speaks_of_what_is_not_there() -> None:
    changed = 0
    for district in names.districts():
        for row in tables.records("figures", district.code):
            if "nan%" in row["note"]:
                note = str(_figure(district, row["name"])["note"])
                assert note.endswith("none is published on these boundaries")
                assert "nan" not in note
                changed += 1
    assert changed == 3 * 29


def _figure(district: District, name: str) -> rows.Row:
    return next(row for row in figures.rows(district) if row["name"] == name)


def test_boundaries_and_successors_are_said() -> None:
    assert "abolished in 2023 and lies in North Yorkshire (E06000065) today" in Place.load("E07000168").notes
    made = Place.load("buckinghamshire").notes
    assert "made in 2020 of Aylesbury Vale, Chiltern, South Bucks, Wycombe" in made


def test_what_falls_back_on_what_is_said() -> None:
    carried = "Free meals and other languages by phase in 2017 are those of Cambridgeshire, carried down"
    assert carried in Place.load("fenland").notes
    assert "carried down" not in Place.load("derby").notes
    north = "from its region or from England (grade D): unemployment 2004-2023, pay_week_all 2008-2021."
    assert north in Place.load("E07000150").notes


def test_the_key_of_a_built_folder_follows_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = folder.key.__wrapped__()
    assert before == folder.key()
    monkeypatch.setattr(tables, "digest", lambda: "other tables")
    assert folder.key.__wrapped__() != before


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (-0.1, "-0.1"),
        (0.1 + 0.2, "0.3"),
        (1e-9, "0"),
        (-1e-9, "0"),
        (1234567.891, "1234567.891"),
        (0.069504, "0.0695"),
        (2 / 3, "0.66667"),
        ("a", "a"),
    ],
)
def test_numbers_are_written_one_way(value: rows.Cell, text: str) -> None:
    assert rows.cell(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="cannot stand in a file"):
        rows.cell(value)


def test_rows_are_quoted_where_they_must_be() -> None:
    made: list[rows.Row] = [{"a": 'say "x", y', "b": 1.50}]
    assert rows.csv_text(made, ("b", "a")) == 'b,a\n1.5,"say ""x"", y"\n'


def test_text_comes_back_from_toml(tmp_path: Path) -> None:
    content = {
        "one": 'a "quoted" \\ text\twith \x7f and é',
        "more": 'first "line"\nsecond \\ """ line\n',
        "list": ["a", "b"],
        "table": {"a b": 1, "c": 2.5, "d": True},
    }
    path = tmp_path / "x.toml"
    path.write_text("".join(f"{key} = {rows.value_text(of)}\n" for key, of in content.items()))
    assert load_toml(path) == content
    with pytest.raises(TypeError, match="cannot stand in a TOML file"):
        rows.value_text(pd.NA)
