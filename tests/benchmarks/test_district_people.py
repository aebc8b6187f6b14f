"""The table of errors of children by district."""

import pytest

from benchmarks.district_people import CLASSES, errors, main, told


@pytest.fixture(scope="module")
def places() -> list[str]:
    return ["fenland", "cambridge", "ipswich"]


def test_single_ages_of_2017_are_those_counted_but_students(places: list[str]) -> None:
    found = errors(places)
    ages = found[found["what"].str.startswith("age ")]
    assert len(ages) == 19 * len(places)
    others = ages[(ages["what"] != "age 18") | (ages["place"] != "cambridge")]
    assert others["error"].abs().max() < 1e-9
    students = found[found["what"] == "students left out"]
    assert students["place"].tolist() == ["cambridge"]
    assert -30 < students["error"].item() < -5


def test_classes_are_near_those_counted_later(places: list[str]) -> None:
    found = errors(places)
    classes = found[found["what"].isin(CLASSES) & (found["year"] < 2021)]
    assert classes["error"].abs().max() < 8
    assert classes["error"].abs().median() < classes["aged_on"].abs().median()


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fenland", "cambridge"])
    out = capsys.readouterr().out
    assert "Reception  2019    2 places" in out
    assert "Furthest off, Year 7 2023: " in out
    assert "1 places: cambridge" in out
    assert told(errors(["fenland"]))[-1].startswith("Single ages of 2017 but those: 19 of 1 places")
