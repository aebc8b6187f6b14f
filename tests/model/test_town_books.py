"""The town's books balance: people, pupils, places and posts, year by year in a reduced town."""

import numpy as np
import pytest

from model.inputs.place_schools import PHASES
from model.scenario.scenario import Scenario
from model.town import Town


def ids(town: Town, rows: np.ndarray) -> set[int]:
    return set(town.children.id[rows].tolist())


def residents(town: Town, first: int = 0, last: int = 18) -> np.ndarray:
    band = town.band(first, last)
    c = town.children
    result: np.ndarray = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    return result


@pytest.fixture(scope="module")
def small() -> Scenario:
    return Scenario.load("baseline").changed(scale=0.05)


@pytest.fixture(scope="module")
def years(small: Scenario) -> list[dict[str, int]]:
    """Births, arrivals, leavers and those who grew up, as the tables show them from 1999 to 2022."""
    town = Town(small, seed=4)
    books = []
    while town.year < 2022:
        before = ids(town, residents(town))
        grown = ids(town, residents(town, 18, 18))
        town.step()
        now = ids(town, residents(town))
        new = now - before
        entered = {int(i): int(e) for i, e in zip(town.children.id, town.children.entered, strict=True) if i}
        born = {i for i in new if i in ids(town, residents(town, 0, 0))}
        gone = before - now
        left = gone - grown
        books.append(
            {
                "year": town.year,
                "before": len(before),
                "after": len(now),
                "born": len(born),
                "in": len(new - born),
                "out": len(left),
                "grown": len(grown & gone),
                "births": int(town.world.flows.births[town.year - town.first_cohort]),
                "arrivals": int(town.world.flows.arrivals[town.year - town.start].sum()),
                "late": sum(entered[i] != town.year for i in new),
            }
        )
    return books


def test_children_are_conserved(years: list[dict[str, int]]) -> None:
    for book in years:
        change = book["born"] + book["in"] - book["out"] - book["grown"]
        assert book["after"] - book["before"] == change, book


def test_everybody_who_enters_is_an_input(years: list[dict[str, int]]) -> None:
    for book in years:
        assert book["born"] == book["births"], book
        assert book["in"] == book["arrivals"], book
        assert book["late"] == 0, book
    assert sum(book["out"] for book in years) > 0


@pytest.fixture(scope="module")
def town(small: Scenario) -> Town:
    return Town(small.changed(scale=0.3), seed=2).run(2012)


def test_every_pupil_is_in_exactly_one_school_that_teaches_the_age(town: Town) -> None:
    c, s = town.children, town.schools
    for age in range(5, 17):
        band = town.band(age, age)
        rows = band.start + np.flatnonzero(c.present[band])
        assert (c.school[rows] >= 0).all(), age
        phases = {PHASES[code] for code in s.phase[c.school[rows]]}
        allowed = {"primary", "special", "outside_primary"} | ({"infant"} if age < 8 else {"junior"})
        assert phases <= (allowed if age < 12 else {"secondary", "special", "outside_secondary"}), age
    for age in (0, 4, 17, 18):
        band = town.band(age, age)
        assert (c.school[band][c.present[band]] == -1).all(), age


def test_special_schools_take_exactly_those_who_need_them(town: Town) -> None:
    c, s = town.children, town.schools
    band = town.band(5, 16)
    rows = band.start + np.flatnonzero(c.present[band])
    special = ~s.mainstream[c.school[rows]]
    assert (special == (c.sen[rows] == 2)).all()


def test_no_school_is_over_its_places_except_by_the_stated_rules(small: Scenario) -> None:
    """Entry classes keep to the places of the year: the school's own, or more in proportion
    where applicants exceed all."""
    town = Town(small.changed(scale=0.5), seed=1)
    c, s = town.children, town.schools
    while town.year < 2018:
        town.step()
        for age, schools in ((5, town.primaries), (12, town.secondaries)):
            band = town.band(age, age)
            here = ~np.isin(c.school[band], town.primaries_elsewhere)
            rows = band.start + np.flatnonzero(c.present[band] & (c.sen[band] < 2) & here)
            taken = np.bincount(c.school[rows], minlength=len(s.id))
            places = town.year_places(schools, len(rows))
            assert (taken[schools] <= places[schools]).all(), (town.year, age)
            # Raised places are rounded up, by less than one a school.
            wanted, own = len(rows) * (1 + town.parameters.schools.spare_places), s.places[schools].sum()
            assert max(wanted, own) - 1e-6 <= places[schools].sum() < max(wanted, own) + len(schools)


def test_sixth_forms_and_employers_give_no_place_twice(town: Town) -> None:
    c = town.children
    band = town.band(17, 17)
    taken = np.bincount(c.post16[band][c.post16[band] >= 0], minlength=len(town.schools.id))
    others = np.arange(len(taken)) != town.college
    assert (taken[others] <= town.post16_places[others]).all()
    e = town.employers
    assert (e.apprentices <= e.apprenticeships).all()
    assert (e.starters <= e.entry_jobs).all()
    assert e.apprentices.sum() > 0


def test_staff_and_money_are_never_negative_and_posts_are_filled_or_vacant(town: Town) -> None:
    s, t = town.schools, town.posts
    filled = np.bincount(t.school[t.experience >= 0], minlength=len(s.id))
    assert (filled + s.vacancies == s.posts).all()
    assert (s.vacancies >= 0).all()
    assert town.partnership.budget[0] == 0
    assert town.partnership.spent[0] == 0


def test_every_column_keeps_to_its_declared_range(town: Town) -> None:
    for table in (*town.tables.values(), town.posts):
        table.check()


def test_columns_are_closed_between_years_and_open_to_their_writers_only(town: Town) -> None:
    with pytest.raises(ValueError, match="read-only"):
        town.children.theta[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        town.schools.places[0] = 9


def test_a_reduced_town_has_every_phase_of_school(small: Scenario) -> None:
    town = Town(small.changed(scale=0.02), seed=0).run(2001)
    have = {PHASES[code] for code in town.schools.phase}
    assert {"primary", "secondary", "special", "college"} <= have
    assert town.children.used > 0


def test_a_town_twenty_times_smaller_has_a_twentieth_of_the_children(small: Scenario) -> None:
    whole, part = Town(small.changed(scale=1.0), seed=0), Town(small, seed=0)
    assert len(residents(part)) == pytest.approx(len(residents(whole)) / 20, rel=0.02)
