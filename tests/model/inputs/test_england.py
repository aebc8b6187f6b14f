"""England's figures: what they say of a year, how they are carried, and that a broken file is refused."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.inputs.england import England
from model.io.errors import InputError
from model.io.files import places


@pytest.fixture(scope="module")
def england() -> England:
    return England.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(places() / "england", tmp_path / "england")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces the first `old` in a file of England, which must have it."""
    path = folder / "england" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        England.load(folder)
    return str(caught.value)


def test_published_values_come_back_as_published(england: England) -> None:
    assert england.series("gld", "all").at(2017) == 70.7
    assert england.series("ks2_rwm", "disadvantaged").at(2016) == 39.0
    assert england.series("attainment8", "other").at(2019) == 50.3
    assert england.series("level2_em_by_19").at(2025) == 73.2
    assert england.series("neet_18_24", "l2").at(2017) == 15.0


def test_every_value_has_a_known_source_and_a_grade(england: England) -> None:
    for series in england.all_series.values():
        assert len(series.years) == len(series.sources) == len(series.grades) == len(series.notes)
        assert all(source.split(":")[0] in england.sources for source in series.sources)
        assert all(grade[0] in "ABCDJ" for grade in series.grades)


def test_the_parts_of_leavers_sum_to_all_of_them(england: England) -> None:
    for group in ("all", "disadvantaged", "other"):
        parts = [
            england.series(name, group).values
            for name in ("ks4_sustained", "ks4_not_sustained", "ks4_not_captured")
        ]
        np.testing.assert_allclose(np.sum(parts, axis=0), 100.0, atol=0.05)


def test_a_derived_sd_is_the_gap_over_its_size(england: England) -> None:
    assert england.series("attainment8_sd").at(2019) == pytest.approx((50.3 - 36.7) / 0.68, abs=0.005)
    assert england.series("attainment8_sd").at(2022) == pytest.approx((52.8 - 37.6) / 0.72, abs=0.005)
    assert set(england.series("attainment8_sd").grades) == {"D"}


def test_years_without_comparable_results_are_latent(england: England) -> None:
    for name in ("gld", "ks2_rwm", "attainment8", "em_grade4"):
        series = england.series(name)
        assert not series.has(2021)
        assert series.status(2021) == "latent"
        assert series.carried(2021) == series.at(2019)


def test_status_says_how_a_value_comes_about(england: England) -> None:
    gld = england.series("gld")
    assert gld.statuses(2012, 2014) == ("carried_back", "published", "published")
    assert gld.carried(2000) == gld.at(2013)
    assert gld.status(2030) == "carried_forward"
    fsm = england.series("fsm_primary")
    assert fsm.status(2020) == "interpolated"
    assert fsm.carried(2020) == pytest.approx((15.8 + 21.6) / 2)
    mainstream = england.series("em_grade4_mainstream")
    assert mainstream.status(2017) == "carried_forward"
    assert mainstream.carried(2017) == mainstream.at(2016)


def test_a_year_without_publication_is_said_to_be_missing(england: England) -> None:
    with pytest.raises(InputError, match=r"no published value for 2021; allowed: 2013-2019, 2022-2025"):
        england.series("gld").at(2021)


def test_the_table_holds_what_carried_says(england: England) -> None:
    table = england.table(1998, 2048)
    assert table.shape == (len(england.names), 51)
    assert np.isfinite(table).all()
    for name, group, year in (
        ("gld", "fsm", 2017),
        ("absence_secondary", "all", 2020),
        ("idaci", "all", 1998),
    ):
        expected = england.series(name, group).carried(year)
        assert table[england.row(name, group), year - 1998] == expected


def test_a_path_moves_a_series_after_its_last_year_only(england: England) -> None:
    moved = england.on_path({"gld": 0.5})
    assert moved.series("gld", "fsm").carried(2025) == england.series("gld", "fsm").at(2025)
    assert moved.series("gld", "fsm").carried(2027) == england.series("gld", "fsm").at(2025) + 1.0
    assert moved.series("ks2_rwm").carried(2030) == england.series("ks2_rwm").carried(2030)
    assert moved.row("gld") == england.row("gld")


def test_a_path_out_of_the_possible_range_is_refused(england: England) -> None:
    with pytest.raises(InputError, match=r"england.path.gld = 2.0: takes gld of all to 100.3 in 2041"):
        england.on_path({"gld": 2.0}).table(1998, 2048)


def test_a_path_of_an_unknown_series_is_refused(england: England) -> None:
    with pytest.raises(InputError, match="did you mean 'attainment8'"):
        england.on_path({"attainment_8": 0.1})


def test_the_districts_median_moves_with_england(england: England) -> None:
    assert england.district("ks2_rwm", "all", 2019) == 66.0
    assert england.district("ks2_rwm", "all", 2021) == 66.0
    assert england.district("gld", "all", 2022) == pytest.approx(72.0 + 65.2 - 71.8)
    assert england.district("gld", "all", 2022, "p90") == pytest.approx(77.0 + 65.2 - 71.8)
    expected = 36.71 + 35.0 - 36.7
    assert england.district("attainment8_mainstream", "disadvantaged", 2023) == pytest.approx(expected)
    moved = england.on_path({"gld": 0.5})
    assert moved.district("gld", "all", 2026) == pytest.approx(72.0 + 68.3 + 0.5 - 71.8)


def test_a_district_group_without_series_moves_with_all_pupils(england: England) -> None:
    assert england.districts["em_grade4_mainstream", "disadvantaged"].carried_with == ("em_grade4", "all")
    expected = 44.66 + 65.1 - 64.6
    assert england.district("em_grade4_mainstream", "disadvantaged", 2023) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gld", "fsm", 2020), "for gld of fsm; allowed: gld of all"),
        (("gld", "all", 2013), "in 2013 or before; allowed: 2014 or later"),
        (("gld", "all", 2020, "meadian"), "did you mean 'median'"),
    ],
)
def test_a_distribution_that_was_not_published_is_refused(
    england: England, arguments: tuple[str, str, int], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        england.district(*arguments)


def test_figures_for_goals_are_none_where_nothing_is_published(england: England) -> None:
    assert england.figure("gld", "all", 2017) == 70.7
    assert england.figure("gld", "all", 2012) is None
    assert england.figure("gld", "boys", 2017) is None
    assert england.district_figure("gld", "all", 2012, "median") is None
    assert england.district_figure("gld", "fsm", 2018, "median") is None
    assert england.district_figure("gld", "all", 2018, "p90") == 77.0


def test_lives_after_key_stage_4(england: England) -> None:
    assert england.after_ks4("employment", "fsm")[[0, 14]].tolist() == [4.8, 47.9]
    assert england.after_ks4("earnings", "non_fsm_graduates")[-1] == 30192
    with pytest.raises(InputError, match="did you mean 'earnings'"):
        england.after_ks4("earning", "fsm")
    with pytest.raises(InputError, match="did you mean 'non_fsm'"):
        england.after_ks4("employment", "nonfsm")


@pytest.mark.parametrize(
    ("name", "group", "said"),
    [("gdl", "all", "did you mean 'gld'"), ("gld", "poor", "allowed: all, fsm, non_fsm")],
)
def test_an_unknown_series_or_group_is_refused(england: England, name: str, group: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        england.series(name, group)
    with pytest.raises(InputError, match=said):
        england.row(name, group)


def test_it_is_shared_safe_and_survives_pickling(england: England) -> None:
    assert England.load() is england
    with pytest.raises(ValueError, match="read-only"):
        england.series("gld").values[0] = 1.0
    twin = pickle.loads(pickle.dumps(england))
    assert twin.digest() == england.digest()
    np.testing.assert_array_equal(twin.table(1998, 2048), england.table(1998, 2048))


def test_a_changed_file_is_read_again_with_another_digest(copy: Path) -> None:
    before = England.load(copy)
    change(copy, "series.csv", "gld,all,2017,70.7", "gld,all,2017,71.25")
    after = England.load(copy)
    assert after.series("gld").at(2017) == 71.25
    assert after.digest() != before.digest()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("series.csv", "series,group,year", "series,groop,year", '"groop": is not a column'),
        ("series.csv", ",source,grade,note\n", ",source,note\n", "column 'grade' is missing"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017,170.7", "value = \"170.7\": must be between 0"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017,-1", "must be between 0 and 100"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017,many", "must be a number"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017,", "line 6, value: is missing"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017.5,70.7", "must be a whole number"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,1066,70.7", "must be between 1980 and 2100"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2016,70.7", "stands already in line 5"),
        ("series.csv", "gld,all,2017,70.7", "gdl,all,2017,70.7", "is not a series.*did you mean 'gld'"),
        ("series.csv", "gld,all,2017,70.7", "gld,al,2017,70.7", "is not a group.*did you mean 'all'"),
        ("series.csv", "gld,all,2017,70.7,%", "gld,all,2017,70.7,points", "is not the unit of place.toml"),
        ("series.csv", "gld,all,2017,70.7", "gld,all,2017,80.7", "gld.all = 80.7: lies outside fsm"),
        ("series.csv", "LAIT:FSP_NEW_GOODDEV,A", ",A", "source: is missing"),
        ("series.csv", "LAIT:FSP_NEW_GOODDEV,A", "LIAT:FSP_NEW_GOODDEV,A", "no source.*did you mean 'LAIT'"),
        ("series.csv", "LAIT:FSP_NEW_GOODDEV,A", "LAIT:FSP_NEW_GOODDEV,Z", "is no grade; allowed: A"),
        ("series.csv", "idaci,all,2019,16.3,%,IMD19,A,\n", "", "has no rows of the series 'idaci'"),
        ("series.csv", "idaci,all,2019,16.3,%,IMD19,A,\n", "idaci,all,2019\n", "has 3 cells, the header 8"),
        ("districts.csv", ",75.0,77.0,EYFSP-LAD", ",71.0,77.0,EYFSP-LAD", "p75.*lies below the perc"),
        ("districts.csv", "gld,all,2019,317,72.5", "gld,all,2019,317,52.5", "lies outside the tenth"),
        ("districts.csv", "gld,all,2019,317", "gld,all,2019,3", "must be between 100 and 400"),
        ("districts.csv", "gld,all,2019", "gld,all,2018", "stands already"),
        ("leo_activity.csv", "employment,fsm,2,9.9", "employment,fsm,2,19.9", "sums to 110.1 in year 2"),
        ("leo_activity.csv", "employment,fsm,2,9.9\n", "", "years_after_ks4 = \"3\": must be 2"),
        ("leo_earnings.csv", "earnings,fsm,1,5641", "earnings,fsm,1,41", "must be between 1000 and 100000"),
        ("place.toml", 'kind = "nation"', 'kind = "city"', "'england' is no nation"),
        ("place.toml", "groups = ", "grops = ", "did you mean 'groups'"),
        ("place.toml", 'gap = "latent"', 'gap = "none"', "is not one of the allowed words"),
        ("place.toml", "low = 0, high = 100, gap", "low = 100, high = 0, gap", "must lie below high"),
        ("place.toml", 'carried_with = "gld"', 'carried_with = "gdl"', "did you mean 'gld'"),
        ("place.toml", 'source = "LEO:main', 'source = "LOE:main', "did you mean 'LEO'"),
        ("place.toml", 'grade = "A"', 'grade = "Q"', "is no grade"),
        ("place.toml", '[files."leo_earnings.csv"]', '[files."leo_pay.csv"]', "there is no such file"),
        ("place.toml", "low = 1000\n", "", "needs low and high"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused(copy: Path, name: str, old: str, new: str, said: str) -> None:
    change(copy, name, old, new)
    with pytest.raises(InputError, match=f"(?s){said}"):
        England.load(copy)
    assert "\n" not in refused(copy)


def test_an_error_names_file_line_and_column(copy: Path) -> None:
    change(copy, "series.csv", "gld,all,2017,70.7", "gld,all,2017,170.7")
    assert refused(copy).endswith('series.csv: line 6, value = "170.7": must be between 0 and 100')


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("series.csv", "series.csv: cannot be read: No such file"),
        ("districts.csv", "districts.csv: cannot be read: No such file"),
        ("leo_activity.csv", "files.leo_activity.csv: there is no such file"),
        ("place.toml", "'england' is no nation"),
    ],
)
def test_a_missing_file_is_refused(copy: Path, name: str, said: str) -> None:
    (copy / "england" / name).unlink()
    assert said in refused(copy)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "has no rows"), (b"series\xff", "is not UTF-8"), (b'series,"group', "is not valid CSV")],
)
def test_a_file_that_is_no_table_is_refused(copy: Path, content: bytes, said: str) -> None:
    (copy / "england" / "series.csv").write_bytes(content)
    assert said in refused(copy)


def test_a_distribution_that_is_declared_must_be_there(copy: Path) -> None:
    path = copy / "england" / "districts.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("gld")))
    assert "has no rows of 'gld'" in refused(copy)


def test_activities_need_their_record(copy: Path) -> None:
    path = copy / "england" / "place.toml"
    text = path.read_text()
    path.write_text(text[: text.index('[files."leo_activity.csv"]')])
    assert "files.leo_activity.csv: is missing" in refused(copy)
