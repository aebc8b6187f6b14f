"""What is unusual in a place's figures is said, what is nonsense is refused."""

from pathlib import Path

import pytest

from model.inputs.place import Place
from model.io.errors import InputError
from tests.places import towns

OUTSIDE = "outside primary 01,outside_primary,,outside,5.00,-1.00,60,no,0,\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return towns(tmp_path)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "ipswich" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def residents(folder: Path, age: int, before: int, after: int) -> None:
    """Sets the residents of an age in 2017, and the sum of them."""
    change(folder, "ages.csv", f"2017,{age},{before}", f"2017,{age},{after}")
    if age < 19:
        total = 32370 + after - before
        change(folder, "figures.csv", "2017,32370,32370", f"2017,{total},{total}")
        change(folder, "figures.csv", "children_2017,32370", f"children_2017,{total}")


def outflow(folder: Path, share: float, school: bool = True) -> None:
    change(folder, "figures.csv", "outflow_primary,0,", f"outflow_primary,{share:g},")
    change(folder, "figures.csv", "2018,0,10,JUDGEMENT", "2018,-5,100,JUDGEMENT")
    if school:
        with (folder / "ipswich" / "schools.csv").open("a") as file:
            file.write(OUTSIDE)


def test_nothing_is_said_of_a_usual_town() -> None:
    assert Place.load("ipswich").warnings == ()


def test_students_and_boarders_are_said_and_taken(copy: Path) -> None:
    residents(copy, 18, 1556, 5000)
    residents_of_13 = "2017,13,1537"
    change(copy, "ages.csv", residents_of_13, "2017,13,2537")
    total = 32370 + 5000 - 1556 + 1000
    change(copy, "figures.csv", "35814", f"{total}")
    change(copy, "figures.csv", "2017,35814,35814", f"2017,{total},{total}")
    (said,) = Place.load("ipswich", copy).warnings
    assert said.startswith(
        "At 2 of the ages 0 to 18 residents of 2017 lie outside 0.7 to 1.4 of births; most at 18: 5,000 "
        "residents, 1,621 births. So families, boarders or students come"
    )


def test_families_who_leave_early_are_said(copy: Path) -> None:
    change(copy, "births.csv", "2008,1910", "2008,3000")
    (said,) = Place.load("ipswich", copy).warnings
    assert "most at 9: 1,790 residents, 3,000 births. So families leave" in said


@pytest.mark.parametrize(("births", "said"), [(200, "200 births, but 1790"), (9000, "9000 births, but 1790")])
def test_births_that_are_nonsense_are_refused(copy: Path, births: int, said: str) -> None:
    change(copy, "births.csv", "2008,1910", f"2008,{births}")
    with pytest.raises(InputError, match=f"{said}.*residents from 0.3 to 3 of births"):
        Place.load("ipswich", copy)


@pytest.mark.parametrize("value", [-30, 45])
def test_migration_that_is_none_is_refused(copy: Path, value: float) -> None:
    change(copy, "figures.csv", "net_migration_5_10,-0.7,", f"net_migration_5_10,{value:g},")
    change(copy, "figures.csv", "2017,-1.2,-0.2,DERIVED", "2017,-99,99,DERIVED")
    with pytest.raises(InputError, match=r"net_migration_5_10 = .*allowed: between -30 and 30 % a year"):
        Place.load("ipswich", copy)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lone_parent_families", ",24,%", ",0,%"),
        ("private_rent", ",22.9,%", ",100,%"),
        ("fsm_primary_2017", ",15.3,%", ",0,%"),
        ("fsm_secondary_2017", ",12.6,%", ",100,%"),
    ],
)
def test_shares_that_are_no_odds_are_refused(copy: Path, name: str, old: str, new: str) -> None:
    path = copy / "ipswich" / "figures.csv"
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(name))
    fields = lines[at].replace(old, new).split(",")
    fields[4:6] = ["0", "100"]
    lines[at] = ",".join(fields)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=rf"{name} = .*: must be above 0 and below 100"):
        Place.load("ipswich", copy)


def test_a_net_outflow_needs_children_who_go_to_school_elsewhere(copy: Path) -> None:
    change(copy, "figures.csv", "net_inflow_primary,5.1,", "net_inflow_primary,-3.6,")
    change(copy, "figures.csv", "2018,2,8,DERIVED", "2018,-8,8,DERIVED")
    with pytest.raises(InputError, match=r"outflow_primary = 0.0: must be at least 3.6"):
        Place.load("ipswich", copy)
    outflow(copy, 5)
    assert Place.load("ipswich", copy).warnings == ()


@pytest.mark.parametrize("share", [-1, 100])
def test_an_outflow_that_is_no_share_is_refused(copy: Path, share: float) -> None:
    outflow(copy, share)
    with pytest.raises(InputError, match=r"must be from 0 to below 100"):
        Place.load("ipswich", copy)


def test_the_school_elsewhere_is_there_when_children_go_to_it(copy: Path) -> None:
    outflow(copy, 5, school=False)
    with pytest.raises(InputError, match=r"has no school of the phase 'outside_primary'.*has 5 as outflow"):
        Place.load("ipswich", copy)


def test_a_school_elsewhere_to_which_nobody_goes_is_refused(copy: Path) -> None:
    outflow(copy, 0)
    with pytest.raises(InputError, match=r"to which nobody goes; figures.csv has 0 as outflow_primary"):
        Place.load("ipswich", copy)


def test_a_folder_without_the_outflow_is_refused(copy: Path) -> None:
    change(copy, "figures.csv", "outflow_primary,0,", "outflow_of_primary,0,")
    with pytest.raises(InputError, match=r"'outflow_primary' is not a figure of this place"):
        Place.load("ipswich", copy)


def test_an_inflow_that_is_no_share_is_refused(copy: Path) -> None:
    change(copy, "figures.csv", "inflow_secondary,6.9,", "inflow_secondary,100,")
    change(copy, "figures.csv", "2018,3,14,DERIVED", "2018,3,140,DERIVED")
    with pytest.raises(InputError, match=r"inflow_secondary = 100.0: must be from 0 to below 100"):
        Place.load("ipswich", copy)


@pytest.mark.parametrize(
    ("places_per_year", "said"), [(1000, "many stay empty"), (None, "each takes more, in proportion")]
)
def test_few_and_many_places_are_said(copy: Path, places_per_year: int | None, said: str) -> None:
    if places_per_year is not None:
        change(copy, "schools.csv", "-1.38,-0.25,60,", f"-1.38,-0.25,{places_per_year},")
    else:
        change(copy, "figures.csv", "net_inflow_primary,5.1,", "net_inflow_primary,35,")
        change(copy, "figures.csv", "2018,2,8,DERIVED", "2018,2,80,DERIVED")
    (warning,) = Place.load("ipswich", copy).warnings
    assert said in warning
    assert "places a year for" in warning
