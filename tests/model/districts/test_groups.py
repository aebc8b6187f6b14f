"""Regions, combined authorities, counties, Opportunity Areas and statistical neighbours."""

from dataclasses import replace

import pytest

from model.districts.groups import areas, members, neighbours, regions
from model.districts.names import combined_authorities, districts, find
from model.io.errors import InputError


def test_regions_hold_every_district_once() -> None:
    nine = [group for group in regions().values() if group.kind == "region"]
    assert len(nine) == 9
    assert sorted(code for group in nine for code in group.codes) == [d.code for d in districts()]


def test_combined_authorities_are_of_districts_that_stood_in_2024() -> None:
    assert len(combined_authorities()) == 11
    today = {d.code for d in districts() if d.stood_in(2024)}
    codes = [code for group in combined_authorities().values() for code in group]
    assert set(codes) <= today
    assert len(codes) == len(set(codes))


def test_opportunity_areas_are_twelve_of_thirteen_districts() -> None:
    assert len(areas()) == 13
    assert len(members(area="all")) == 13
    assert [d.slug for d in members(area="fenland and east cambridgeshire")] == [
        "east-cambridgeshire",
        "fenland",
    ]


def test_members_by_region_and_year() -> None:
    assert [d.name for d in members("tees VALLEY")] == [
        "Hartlepool", "Middlesbrough", "Redcar and Cleveland", "Stockton-on-Tees", "Darlington",
    ]  # fmt: skip
    assert [d.slug for d in members("Suffolk", year=2024)] == [
        "babergh", "ipswich", "mid-suffolk", "east-suffolk", "west-suffolk",
    ]  # fmt: skip
    assert len(members()) == 336
    assert {year: len(members(year=year)) for year in (2017, 2019, 2021, 2024)} == {
        2017: 324, 2019: 315, 2021: 307, 2024: 294,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("region", "area", "year", "said"),
    [
        ("Tees Valey", None, None, "did you mean 'Tees Valley'?"),
        (
            "Yorkshire",
            None,
            None,
            "allowed: West Yorkshire, South Yorkshire, North Yorkshire, York and North",
        ),
        ("Wales", None, None, "allowed: East Midlands, East of England, London"),
        (
            None,
            "Norich",
            None,
            "'Norich' is not an Opportunity Area; allowed: Norwich; did you mean 'Norwich'?",
        ),
        (None, "Cornwall", None, "allowed: all, Blackpool, Derby"),
        ("London", "Derby", None, "no district lies in London and in the area Derby"),
        (None, "West Somerset", 2024, "no district lies in the area West Somerset and in 2024"),
        (None, None, 2030, "the tables hold no districts of this year; allowed: 2016 to 2024"),
    ],
)
def test_groups_that_are_none_or_have_no_members(
    region: str | None, area: str | None, year: int | None, said: str
) -> None:
    with pytest.raises(InputError) as raised:
        members(region, area, year)
    assert said in str(raised.value)


def test_neighbours_come_with_their_place_in_each_list() -> None:
    found = neighbours(find("derby"))
    assert [(d.slug, places) for d, places in found[:2]] == [
        ("stoke-on-trent", {"global": 1, "economic": 5, "demographic": 3}),
        ("peterborough", {"global": 2, "demographic": 2}),
    ]
    assert neighbours(find("scarborough-2017")) == neighbours(find("north-yorkshire"))
    assert any(d.slug == "barnsley" for d, _ in neighbours(find("gateshead")))


def test_neighbours_are_places() -> None:
    lived = set(districts())
    for district in districts():
        if district.similar:
            assert {d for d, _ in neighbours(district)} <= lived


def test_a_district_without_neighbours_says_so() -> None:
    alone = replace(find("derby"), similar=(), similar_economic=(), similar_demographic=())
    for district in (find("barnsley"), alone):
        with pytest.raises(InputError, match="no statistical neighbours are published for"):
            neighbours(district)
