"""The schools built of districts of all kinds: numbers, sizes, folding, places, and what is outside."""

import math
import re
from collections import Counter

import pytest

from model.districts import flows, names, outside, school_numbers, schools, tables, wards
from model.districts.names import District
from model.districts.rows import Row
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_schools import MAY_BE_OUTSIDE, OUTSIDE, PHASES

IPSWICH, DERBY = "E07000202", "E06000015"
CENTRAL_BEDFORDSHIRE = "E06000056"
"""First, middle and upper schools."""
ROCHFORD = "E07000075"
"""Neither a special school nor a college."""
CAMDEN, OADBY = "E09000007", "E07000135"
"""The most of whose children go elsewhere, and the one where most come in."""
KINDS = (IPSWICH, DERBY, CENTRAL_BEDFORDSHIRE, ROCHFORD, CAMDEN, OADBY, "E06000065", "E07000191")


def of(code: str) -> District:
    return names.of_code(code)


def phase(rows: list[Row], *phases: str) -> list[Row]:
    return [row for row in rows if row["phase"] in phases]


def places(rows: list[Row], *phases: str) -> int:
    return sum(int(row["places_per_year"]) for row in phase(rows, *phases))


def test_ipswich_has_its_published_schools() -> None:
    rows = schools.rows(of(IPSWICH))
    assert Counter(str(row["phase"]) for row in rows) == {
        "primary": 28,
        "infant": 2,
        "junior": 2,
        "secondary": 8,
        "special": 2,
        "college": 1,
        "outside_secondary": 2,
        "outside_sixth_form": 1,
        "outside_primary": 1,
    }
    meals = sorted(float(row["fsm6_2019"]) for row in phase(rows, "secondary"))
    assert meals == [17.2, 18.2, 19.2, 32.4, 35.1, 40.5, 42.6, 43.5]
    # Sixth forms are three: the fourth that the school list has teaches nobody over 16.
    assert [row["sixth_form"] for row in phase(rows, "secondary")].count("yes") == 3


@pytest.mark.parametrize("code", KINDS)
def test_a_district_of_any_kind_has_schools_that_can_be_read(code: str) -> None:
    district = of(code)
    rows, there = schools.rows(district), Counter(str(row["phase"]) for row in schools.rows(district))
    assert set(there) <= set(PHASES)
    of_wards = {str(row["ward"]) for row in wards.rows(district)}
    for row in rows:
        assert row["ward"] in of_wards | {OUTSIDE}
        beyond = row["ward"] == OUTSIDE
        assert beyond == str(row["phase"]).startswith(OUTSIDE) or row["phase"] in MAY_BE_OUTSIDE
        assert int(row["places_per_year"]) >= 1
        assert (row["sixth_form"] == "yes") == (int(row["sixth_form_places"]) > 0)
        assert re.fullmatch(r"[a-z ]+ \d{2,3}", str(row["school"]))
    assert len({row["school"] for row in rows}) == len(rows)


def test_every_district_has_schools_and_room_for_its_pupils() -> None:
    """A sweep over every twelfth district, so that the test stays cheap."""
    for district in names.districts()[::12]:
        rows, crossing = schools.rows(district), flows.flows(district)
        primary = crossing.residents[5] * (1 + crossing.net_inflow_primary / 100)
        assert 1 <= places(rows, "primary", "infant") / primary <= 1.2, district
        assert 1 <= places(rows, "secondary") / (crossing.pupils / 5) <= schools.MOST_PLACES + 0.05, district
        assert (places(rows, "outside_primary") > 0) == (crossing.net_inflow_primary < 0), district
        assert {"special", "college", "outside_secondary", "outside_sixth_form"} <= {
            str(row["phase"]) for row in rows
        }, district


def test_a_pair_is_of_one_size_and_near() -> None:
    rows = schools.rows(of(DERBY))
    juniors = {row["school"]: row for row in phase(rows, "junior")}
    infants = phase(rows, "infant")
    assert {row["feeds"] for row in infants} == set(juniors)
    assert len(infants) == len(juniors) > 5
    for infant in infants:
        junior = juniors[infant["feeds"]]
        assert infant["places_per_year"] == junior["places_per_year"]
        away = [float(infant[at]) - float(junior[at]) for at in ("east_km", "north_km")]
        assert math.hypot(*away) <= school_numbers.PAIR_KM + 2 * 0.4
        if infant["ward"] == junior["ward"]:
            assert away == [0, 0]


def test_an_infant_school_without_a_partner_becomes_primary_and_that_is_said() -> None:
    published = [row["type"] for row in school_numbers.records(DERBY)]
    found = school_numbers.numbers(of(DERBY))
    left = published.count("infant") - len(found.infant)
    assert left > 0
    assert any(line.startswith(f"{left} infant school") for line in found.said)
    alone = published.count("junior") - len(found.junior)
    all_through = sum(
        row["type"] == "all-through" and row["age_low"] < 11 for row in school_numbers.records(DERBY)
    )
    assert len(found.primary) == published.count("primary") + left + alone + all_through


def test_three_tiers_are_folded_into_two_and_nobody_is_lost() -> None:
    rows, district = school_numbers.records(CENTRAL_BEDFORDSHIRE), of(CENTRAL_BEDFORDSHIRE)
    found = school_numbers.numbers(district)
    kinds = Counter(row["type"] for row in rows)
    assert kinds["first"] > 50
    assert kinds["middle"] > 10
    firsts = [school.size for school in found.primary]
    (size, count), *_ = Counter(firsts).most_common()
    assert count >= kinds["first"]
    in_middle = sum(school_numbers.class_at_11(row) for row in rows if row["type"] in ("middle", "secondary"))
    assert size == pytest.approx(in_middle / kinds["first"])
    for words in ("71 first schools", "14 middle schools are folded away", "6 upper schools"):
        assert any(line.startswith(words) for line in found.said), words
    # An upper school teaches three of the five year groups.
    upper = [row for row in rows if row["type"] == "upper" and row["age_low"] == 13]
    sizes = [school.size for school in found.secondary]
    for row in upper:
        assert row["pupils_5_16_2020"] / 3 in sizes


def test_a_school_for_all_ages_stands_twice() -> None:
    district = next(
        district
        for district in names.districts()
        if sum(row["type"] == "all-through" for row in school_numbers.records(district.code)) > 2
    )
    wards_of = {
        row["ward17"] for row in school_numbers.records(district.code) if row["type"] == "all-through"
    }
    found = school_numbers.numbers(district)
    assert wards_of <= {school.ward for school in found.secondary}
    assert wards_of <= {school.ward for school in found.primary}
    assert "all-through schools stand as a primary and a secondary" in schools.note(district).replace(
        "\n", " "
    )


def test_what_a_district_lacks_stands_outside_and_is_said() -> None:
    district = of(ROCHFORD)
    rows = schools.rows(district)
    for kind in ("special", "college"):
        (row,) = phase(rows, kind)
        assert row["ward"] == OUTSIDE
        assert f"The district has no {kind}" in schools.note(district)
    nearest = outside.nearest(district, "college")
    middle = tables.of("wards", ROCHFORD)[["east", "north"]].mean() / 1000
    away = math.hypot(nearest.east - middle["east"], nearest.north - middle["north"])
    assert 1 < away < 15
    assert "has no" not in schools.note(of(DERBY))


def test_outside_schools_are_near_the_wards_that_use_them() -> None:
    for code in (IPSWICH, CAMDEN, "E06000065"):
        district = of(code)
        here = [(float(row["east_km"]), float(row["north_km"])) for row in wards.rows(district)]
        for row in phase(schools.rows(district), "outside_secondary"):
            at = float(row["east_km"]), float(row["north_km"])
            assert min(math.dist(at, ward) for ward in here) <= outside.MOST_KM + 0.02


def test_colleges_share_those_who_go_to_one() -> None:
    district = next(d for d in names.districts() if len(school_numbers.numbers(d).college) > 2)
    rows = phase(schools.rows(district), "college")
    sizes = [int(row["places_per_year"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    share = sum(schools.leavers_to(district, f"ks4_{kind}_college") for kind in ("fe", "sixth_form"))
    wanted = share * flows.flows(district).residents[16] / schools.filled(district)
    assert sum(sizes) == pytest.approx(wanted, abs=1)


def test_several_schools_of_a_ward_stand_around_its_middle() -> None:
    district = of(IPSWICH)
    middle = {row["ward"]: (float(row["east_km"]), float(row["north_km"])) for row in wards.rows(district)}
    by_ward: dict[str, set[tuple[float, float]]] = {}
    for row in schools.rows(district):
        if row["ward"] != OUTSIDE:
            at = float(row["east_km"]), float(row["north_km"])
            by_ward.setdefault(str(row["ward"]), set()).add(at)
    for ward, found in by_ward.items():
        away = [math.dist(at, middle[ward]) for at in found]
        wanted = 0 if len(found) == 1 else 0.4
        assert away == pytest.approx([wanted] * len(found), abs=0.01)


def test_whole_numbers_sum_to_what_they_were() -> None:
    assert schools.whole([1.4, 1.4, 1.2]) == [2, 1, 1]
    assert schools.whole([0.1, 0.1, 5.8]) == [1, 1, 5]
    assert schools.whole([]) == []


def test_numbers_that_the_model_has_too_are_the_same() -> None:
    numbers = Parameters.load()
    assert numbers.schools.spare_places == schools.SPARE
    assert numbers.learning.sen_special * 100 == pytest.approx(flows.SPECIAL)


def test_built_schools_are_accepted_by_the_reader() -> None:
    for code in (DERBY, ROCHFORD, OADBY):
        place = Place.load(code)
        assert len(place.schools) == len(schools.rows(of(code)))
        assert place.schools.names == tuple(str(row["school"]) for row in schools.rows(of(code)))
