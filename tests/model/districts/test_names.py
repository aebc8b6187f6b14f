"""Which district a name or a code means, and what is said where none is meant."""

from collections import Counter

import pytest

from model.districts import tables
from model.districts.names import districts, find, of_code, slug
from model.io.errors import InputError
from model.io.files import NAME


def test_every_district_of_every_vintage_but_two_is_found_by_code_and_by_name() -> None:
    all_of_them = districts()
    assert len(all_of_them) == 336
    assert Counter(d.slug for d in all_of_them).most_common(1)[0][1] == 1
    for district in all_of_them:
        assert find(district.code) is find(district.slug) is district
        assert NAME.fullmatch(district.slug)
    in_the_tables = {row["place_code"] for row in tables.rows("places")}
    assert in_the_tables - {d.code for d in all_of_them} == {"E09000001", "E06000053"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("derby", "E06000015"),
        (" DERBY ", "E06000015"),
        ("e06000015", "E06000015"),
        ("St Helens", "E08000013"),
        ("St. Helens", "E08000013"),
        ("bury", "E08000002"),
        ("King's Lynn and West Norfolk", "E07000146"),
        ("king’s lynn & west norfolk", "E07000146"),
        ("bristol", "E06000023"),
        ("Bristol, City of", "E06000023"),
        ("city of bristol", "E06000023"),
        ("herefordshire", "E06000019"),
        ("hull", "E06000010"),
        ("durham", "E06000047"),
        ("north yorkshire", "E06000065"),
        ("scarborough-2017", "E07000168"),
        ("somerset-west-and-taunton-2019", "E07000246"),
        ("E08000039", "E08000019"),
    ],
)
def test_a_name_in_any_case_and_spelling(text: str, code: str) -> None:
    assert find(text).code == code


def test_slugs_are_plain() -> None:
    assert slug("King's Lynn and West Norfolk") == "kings-lynn-and-west-norfolk"
    assert of_code("E06000023").slug == "bristol"
    assert of_code("E07000168").slug == "scarborough-2017"
    assert all(d.slug.endswith(("-2017", "-2019")) == d.abolished for d in districts())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("darby", "'darby' is no district of England; allowed: a name or code that `wolsey places` lists"),
        ("darby", "nearest: derby (E06000015), rugby (E07000220) and blaby (E07000129)"),
        ("darby", "did you mean 'derby'?"),
        ("xyzzy", "'xyzzy' is no district of England; allowed: a name or code that `wolsey places` lists"),
        ("", "'' is no district of England"),
        ("telford", "did you mean 'telford-and-wrekin'?"),
        ("newcastle", "newcastle-under-lyme (E07000195) or newcastle-upon-tyne (E08000021): write which"),
        ("south", "E07000155) or 4 more: write which"),
        ("suffolk", "'suffolk' is a county, no district: a place is one of babergh (E07000200), ipswich"),
        ("suffolk", "mid-suffolk (E07000203), east-suffolk (E07000244) or west-suffolk (E07000245)"),
        ("cumbria", "one of cumberland (E06000063) or westmorland-and-furness (E06000064)"),
        ("London", "'London' is a region, no district; allowed: one of its districts: `wolsey places"),
        ("tees valley", "is a combined authority, no district"),
        ("North Yorkshire Coast", "is an Opportunity Area, no district"),
        ("North Yorkshire Coast", '`wolsey places --area "North Yorkshire Coast"` lists them'),
        ("forest heath", "'Forest Heath' was abolished in 2019: with St Edmundsbury it became West Suffolk;"),
        ("forest heath", "west-suffolk (E07000245) as it is now, or forest-heath-2017 (E07000201) on"),
        ("west somerset", "was abolished in 2019: since 2023 it lies in Somerset, with Mendip"),
        ("City of London", "City of London (E09000001) is no place that can be lived: it has one state"),
        ("E09000001", "City of London (E09000001) is no place that can be lived"),
        ("isles of scilly", "Isles of Scilly (E06000053) is no place that can be lived: it had 380 children"),
        ("E07000999", "'E07000999' is the code of no district of England from 2016 to 2024"),
        ("W06000015", "'W06000015' is a GSS code, but of no district of England"),
    ],
)  # fmt: skip
def test_what_is_said_where_no_district_is_meant(text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        find(text)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_reasons_for_refusing_are_what_the_tables_say() -> None:
    children = {
        row["place_code"]: row["value"]
        for row in tables.rows("figures", ("place_code", "name", "value"))
        if row["name"] == "children_2017"
    }
    assert children["E06000053"] == 380
    pupils = {
        code: [
            (row["ks2_pupils_2018"], row["ks4_pupils_2018"])
            for row in tables.rows("schools")
            if row["ltla17_code"] == code and row["type"] != "independent"
        ]
        for code in ("E09000001", "E06000053")
    }
    assert [ks2 for ks2, _ in pupils["E09000001"]] == [29]
    assert [ks4 for _, ks4 in pupils["E06000053"]] == [15]
