"""A town's figures: what they hold, and that a broken or contradictory file is refused."""

import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from model.inputs import place_people, place_schools
from model.inputs.england import England
from model.inputs.place import PHASES, Place
from model.io.errors import InputError
from tests.places import towns

LAST_BIRTHS = "2048,1600,projected,JUDGEMENT,J,flat projection; a scenario may replace it\n"


@pytest.fixture(scope="module")
def ipswich(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.load("ipswich", towns(tmp_path_factory.mktemp("places")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return towns(tmp_path)


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces the first `old` in a file of Ipswich, which must have it."""
    path = folder / "ipswich" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        Place.load("ipswich", folder)
    return str(caught.value)


def test_people_are_as_published(ipswich: Place) -> None:
    assert ipswich.ages.children(2017) == 32370 == ipswich.value("children_2017")
    assert ipswich.ages.of(2017)[[0, 5, 16]].tolist() == [1909, 1913, 1440]
    assert len(ipswich.wards) == 16
    assert ipswich.wards.population.sum() == 136913
    assert ipswich.wards.children_share.sum() == pytest.approx(1.0)
    assert ipswich.wards.idaci_2019[ipswich.wards.row("Whitton")] == 32.4


def test_births_are_known_in_different_ways(ipswich: Place) -> None:
    births = ipswich.births
    assert births.at(2012) == 2050
    assert births.at(2048) == 1600
    assert births.of(2010, 2012).tolist() == [2050, 2050, 2050]
    kind = dict(zip(births.years.tolist(), births.kinds, strict=True))
    assert (kind[1990], kind[2001], kind[2003], kind[2030]) == (
        "carried back",
        "approximate",
        "interpolated",
        "projected",
    )
    grade = dict(zip(births.years.tolist(), births.grades, strict=True))
    assert (grade[1990], grade[2001], grade[2003], grade[2030]) == ("J", "C", "D", "J")


def test_a_scenario_may_change_births_to_come(ipswich: Place) -> None:
    changed = ipswich.births.changed({2030: 1500})
    assert changed.at(2030) == 1500
    assert changed.kinds[2030 - 1980] == "scenario"
    assert changed.at(2029) == ipswich.births.at(2029)
    assert ipswich.births.at(2030) == 1600


@pytest.mark.parametrize(
    ("births", "said"),
    [({2017: 1500}, "allowed: 2018 to 2048"), ({2049: 1500}, "allowed"), ({2030: -1}, "at least 0")],
)
def test_births_of_the_past_cannot_change(ipswich: Place, births: dict[int, int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ipswich.births.changed(births)


def test_years_outside_the_births_are_refused(ipswich: Place) -> None:
    for first, last in ((1979, 1990), (2040, 2049), (2010, 2009)):
        with pytest.raises(InputError, match="1980 to 2048"):
            ipswich.births.of(first, last)


def test_schools_are_of_the_published_number(ipswich: Place) -> None:
    schools = ipswich.schools
    count = {phase: len(schools.of(phase)) for phase in PHASES}
    assert count == {
        "primary": 29,
        "infant": 2,
        "junior": 2,
        "secondary": 8,
        "special": 3,
        "college": 1,
        "outside_secondary": 1,
        "outside_sixth_form": 1,
        "outside_primary": 0,
    }
    assert schools.sixth_form.sum() == 4
    assert 1750 <= schools.places[schools.of("primary", "infant")].sum() <= 1900
    fed = schools.feeds[schools.of("infant")]
    assert set(fed.tolist()) == set(schools.of("junior").tolist())
    assert (schools.ward[schools.of("outside_secondary", "outside_sixth_form")] == -1).all()
    assert np.isfinite(schools.fsm6[schools.of("secondary")]).all()
    assert np.isnan(schools.fsm6[schools.of("primary")]).all()


def test_primary_places_lie_where_children_live(ipswich: Place) -> None:
    rows = ipswich.schools.of("primary", "infant")
    by_ward = np.bincount(ipswich.schools.ward[rows], ipswich.schools.places[rows], len(ipswich.wards))
    np.testing.assert_allclose(by_ward / by_ward.sum(), ipswich.wards.children_share, atol=0.01)


def test_no_school_has_a_real_name(ipswich: Place) -> None:
    assert all(re.fullmatch(r"[a-z ]+ \d\d", name) for name in ipswich.schools.names)


def test_an_unknown_phase_is_refused(ipswich: Place) -> None:
    with pytest.raises(InputError, match="did you mean 'secondary'"):
        ipswich.schools.of("secondery")


def test_every_figure_has_source_grade_and_range(ipswich: Place) -> None:
    for figure in ipswich.figures.values():
        assert figure.source.split(":")[0] in ipswich.sources
        assert figure.low <= figure.value <= figure.high
        assert figure.grade in "ABCDJ"
        assert figure.note or figure.grade in "AB"
    with pytest.raises(InputError, match="did you mean 'children_2017'"):
        ipswich.figure("childen_2017")


def test_derived_need_is_england_times_the_ratio(ipswich: Place) -> None:
    england = England.load()
    for name, series, ratio in (
        ("fsm_secondary_2017", "fsm_secondary", 15.6 / 16.0),
        ("fsm6_secondary_2017", "fsm6_secondary", 27.8 / 27.3),
        ("fsm_primary_2017", "fsm_primary", 26 / 24.0),
        ("fsm6_primary_2017", "fsm6_primary", 27.8 / 27.3),
        ("eal_secondary_2017", "eal_secondary", 19.1 / 17.3),
    ):
        assert ipswich.value(name) == pytest.approx(england.series(series).at(2017) * ratio, abs=0.06)


def test_series_of_the_town(ipswich: Place) -> None:
    assert ipswich.series("pay_week_all").at(2017) == 410.6
    assert ipswich.series("pay_week_ft").at(2017) == 509
    assert ipswich.series("claimant_count").status(2018) == "interpolated"
    with pytest.raises(InputError, match="did you mean 'unemployment'"):
        ipswich.series("unemploymnt")


def test_observations_name_their_place_and_basis(ipswich: Place) -> None:
    own = [o for o in ipswich.observations("gld") if o.place == "ipswich"]
    assert [(o.year, o.value) for o in own][3:] == [(2017, 69.7), (2018, 69.2), (2019, 66.8)]
    assert {o.basis for o in own} == {"residence"}
    poor = {o.year: o for o in ipswich.observations("ks2_rwm", "disadvantaged") if o.place == "ipswich"}
    assert (poor[2016].value, poor[2019].value, poor[2019].grade) == (33, 45, "C")
    assert {o.place for o in ipswich.observations("he_by_19", "fsm")} == {"suffolk"}
    assert ipswich.observations("he_by_19", "disadvantaged") == ()


def test_it_is_shared_safe_and_survives_pickling(ipswich: Place) -> None:
    assert Place.load("ipswich", ipswich.folder.parent) is ipswich
    for array in (ipswich.ages.residents, ipswich.births.numbers, ipswich.schools.sixth_form):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    twin = pickle.loads(pickle.dumps(ipswich))
    assert twin.digest() == ipswich.digest()
    np.testing.assert_array_equal(twin.births.numbers, ipswich.births.numbers)


def test_a_changed_file_is_read_again_with_another_digest(ipswich: Place, copy: Path) -> None:
    before = Place.load("ipswich", copy)
    assert before.digest() == ipswich.digest()
    change(copy, "births.csv", "2030,1600", "2030,1500")
    after = Place.load("ipswich", copy)
    assert after.births.at(2030) == 1500
    assert after.digest() != before.digest()


@pytest.mark.parametrize("name", ["ipswitch", "Ipswich", ""])
def test_an_unknown_place_is_refused(name: str, copy: Path) -> None:
    with pytest.raises(InputError, match="is no town of"):
        Place.load(name, copy)


def test_the_nearest_place_is_named_and_a_nation_is_no_town(copy: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'ipswich'"):
        Place.load("ipswitch", copy)
    with pytest.raises(InputError, match="'england' is no town"):
        Place.load("england", copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("wards.csv", "idaci_2019", "idaci", "is not a column.*did you mean 'idaci_2019'"),
        ("wards.csv", "Bridge,9754", "Gipping,9754", "stands already in line 2: Gipping"),
        ("wards.csv", "Bridge,9754", "Bridge,-9754", "must be between"),
        ("wards.csv", "Bridge,9754", "Bridge,2000", "population_2019 = \"2000\": must be between 2162"),
        ("wards.csv", "769,2162,1678", "769,700,1678", "age_0_15 = \"700\": must be between 769"),
        ("wards.csv", "1678,0.07572", "1678,0.17572", "must be 0.07572, its part of all children"),
        ("wards.csv", "33.7,23.9", "33.7,123.9", "idaci_2019 = \"123.9\": must be between 0 and 100"),
        ("wards.csv", "-1.4,3,1", "-1.4,2,0", "stands already in line 2: 2, 0"),
        ("wards.csv", "Bridge,9754", "Bridge,9755", "sums to 136914; figures.csv has 136913"),
        ("wards.csv", "-0.52,-1.4,", "-150.1,-1.4,", "east_km = \"-150.1\": must be between -150 and 150"),
        ("wards.csv", "-0.52,-1.4,", "-0.52,1500,", "north_km = \"1500\": must be between -150 and 150"),
        ("wards.csv", "-1.4,3,1", "-1.4,501,1", "hex_row = \"501\": must be between 0 and 500"),
        ("ages.csv", "2017,4,1868", "2017,4,100001", "residents = \"100001\": must be between 0 and 100000"),
        ("births.csv", "2030,1600", "2030,0", "births = \"0\": must be between 1 and 100000"),
        ("births.csv", "2030,1600", "2030,100001", "births = \"100001\": must be between 1 and 100000"),
        ("schools.csv", ",-1.38,", ",151,", "east_km = \"151\": must be between -150 and 150"),
        ("schools.csv", "-1.38,-0.25,", "-1.38,-151,", "north_km = \"-151\": must be between -150 and 150"),
        ("schools.csv", ",90,no,0,", ",2001,no,0,", "\"2001\": must be between 1 and 2000"),
        ("schools.csv", ",670,no,0,", ",30001,no,0,", "\"30001\": must be between 1 and 30000"),
        ("schools.csv", "330,yes,200", "330,yes,2001", "\"2001\": must be between 0 and 2000"),
        ("ages.csv", "2017,4,1868,POP:mid-2017,A\n", "", "line 6, age = \"5\": must be 4"),
        ("ages.csv", "2017,4,1868", "2017,4,1869", "ages 0 to 18 sum to 32371; figures.csv has 32370"),
        ("ages.csv", "2017,4,1868", "2017,4,-1868", "must be between 0 and"),
        ("ages.csv", "POP:mid-2017", "", "line 2, source: is missing"),
        ("births.csv", "2011,2050", "2012,2050", "must be 2011"),
        ("births.csv", "2012,2050", "2012,20500", "20500 births, but 1913 residents aged 5 in 2017"),
        ("births.csv", LAST_BIRTHS, LAST_BIRTHS + LAST_BIRTHS.replace("2048", "2049"), "is one row too many"),
        ("births.csv", "year,births", "year,births,births", "column 'births' stands twice"),
        ("births.csv", "2030,1600,projected", "2030,1600,guessed", "is not a way of knowing births"),
        ("births.csv", "2030,1600", "2030,1600.5", "must be a whole number"),
        ("births.csv", LAST_BIRTHS, "", "year 2048 is missing"),
        ("schools.csv", "primary 03,primary,,Bridge", "primary 03,primary,,Brigde", "did you mean 'Bridge'"),
        ("schools.csv", "primary 03,primary,,Bridge", "primary 03,primary,,outside", "for outside schools"),
        ("schools.csv", "secondary 04,secondary,,Alexandra", "secondary 04,secondary,,outside", "outside"),
        ("schools.csv", "sixth_form,,outside", "sixth_form,,Bridge", "for outside schools"),
        ("schools.csv", "primary 03,primary", "primary 03,primry", "is not a phase.*did you mean 'primary'"),
        ("schools.csv", "primary 03,primary", "primary 02,primary", "stands already"),
        ("schools.csv", "infant,junior 01", "infant,junior 03", "is not a junior school"),
        ("schools.csv", "infant,junior 01", "infant,", "line 31, feeds: is missing"),
        ("schools.csv", "0.50,60,no,0,\njunior 02", "0.50,45,no,0,\njunior 02", "60 or more"),
        ("schools.csv", "infant 01,infant,junior 01", "infant 01,primary,", "no infant school feeds this"),
        ("schools.csv", "primary 03,primary,", "primary 03,primary,junior 01", "only an infant school feeds"),
        ("schools.csv", ",90,no,0,", ",90,yes,0,", "only a secondary school can have one"),
        ("schools.csv", "330,yes,200", "330,no,200", "must be above 0 with a sixth form"),
        ("schools.csv", "330,yes,200", "330,maybe,200", "is not yes or no"),
        ("schools.csv", ",90,no,0,", ",90,no,0,12", "is given for secondary schools only"),
        ("schools.csv", ",90,no,0,", ",0,no,0,", "places_per_year = \"0\": must be between 1 and 2000"),
        ("schools.csv", ",90,no,0,", ",1900,no,0,", "places_per_year of primary and infant: sums to 3700"),
        ("schools.csv", "330,yes,200,19.2", "330,yes,200,119.2", "fsm6_2019 = \"119.2\": must be between"),
        ("schools.csv", "college 01,college", "college 01,special", "has no school of the phase 'college'"),
        ("figures.csv", "children_2017,32370", "children_2017,32371", "must be between 32370 and 32370"),
        ("figures.csv", "children_2017,32370", "children_2018,32370", "is not a figure of this place"),
        ("figures.csv", "POP:mid-2017,A,sum", ",A,sum", "source: is missing"),
        ("figures.csv", "POP:mid-2017,A,sum", "POP:mid-2017,,sum", "grade: is missing"),
        ("figures.csv", "social_rent,", "private_rent,", "stands already"),
        ("series.csv", "unemployment,all,2017,4.6", "unemployment,all,2017,460", "must be between 0 and 100"),
        ("observed.csv", "gld,all,2017,69.7", "gld,all,2017,169.7", "must be between 0 and 100"),
        ("observed.csv", "gld,all,2017,69.7,%", "gld,all,2017,69.7,points", "is not the unit"),
        ("observed.csv", "gld,all,2017", "glad,all,2017", "is not an outcome.*did you mean 'gld'"),
        ("observed.csv", "%,residence,ipswich", "%,resident,ipswich", "did you mean 'residence'"),
        ("observed.csv", "%,residence,ipswich", "%,residence,norfolk", "is not an area"),
        ("observed.csv", "gld,all,2017", "gld,all,2016", "stands already"),
        ("place.toml", 'nation = "england"', 'nation = "scotland"', 'nation: .scotland. is no nation'),
        ("place.toml", 'title = "Ipswich"', 'titel = "Ipswich"', "did you mean 'title'"),
        ("place.toml", '[files."wards.csv"]', '[files."wrds.csv"]', "there is no such file"),
        ("place.toml", 'source = "POP:mid-2019;', 'source = "POPE:mid-2019;', "did you mean 'POP'"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused(copy: Path, name: str, old: str, new: str, said: str) -> None:
    change(copy, name, old, new)
    with pytest.raises(InputError, match=f"(?s){said}"):
        Place.load("ipswich", copy)
    assert refused(copy).startswith(str(copy))


def test_a_college_may_stand_for_several(copy: Path) -> None:
    change(copy, "schools.csv", ",670,no,0,", ",30000,no,0,")
    schools = Place.load("ipswich", copy).schools
    assert schools.places[schools.of("college")].tolist() == [30_000]


def test_wards_may_lie_as_far_apart_as_in_the_largest_district(copy: Path) -> None:
    change(copy, "wards.csv", "-0.52,-1.4,", "-149.9,149.9,")
    wards = Place.load("ipswich", copy).wards
    assert wards.east_km.min() == -149.9
    assert wards.north_km.max() == 149.9


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [("wards.csv", "MOST_WARDS", "has 16 wards"), ("schools.csv", "MOST_SCHOOLS", "has 47 schools")],
)
def test_more_wards_or_schools_than_have_numbers_are_refused(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: str, said: str
) -> None:
    module = place_people if name == "wards.csv" else place_schools
    assert getattr(module, most) < 32_767
    monkeypatch.setattr(module, most, 10)
    message = refused(copy)
    assert f"{name}: line 12: {said}; allowed: at most 10" in message


def test_files_without_sources_need_a_record(copy: Path) -> None:
    path = copy / "ipswich" / "place.toml"
    text = path.read_text()
    path.write_text(text[: text.index('[files."schools.csv"]')])
    assert "files.schools.csv: is missing" in refused(copy)


def test_single_ages_of_an_unpublished_year_are_missing(ipswich: Place) -> None:
    with pytest.raises(InputError, match="has no single ages of 2018; allowed: 2017, 2020"):
        ipswich.ages.of(2018)
    with pytest.raises(InputError, match="did you mean 'Bridge'"):
        ipswich.wards.row("Brige")
