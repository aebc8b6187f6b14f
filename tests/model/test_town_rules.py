"""What a whole reduced town does where a rule is switched off or runs out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.kernels.matching import deferred_acceptance
from model.rules import routes
from model.scenario.scenario import Scenario
from model.town import Town
from model.year import admissions

I4 = NDArray[np.int32]
F = NDArray[np.float32]
UNPROTECTED = 2020


@pytest.fixture(scope="module")
def small() -> Scenario:
    return Scenario.load("baseline").changed(scale=0.05)


def wishes(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[tuple[I4, I4]]:
    """Lists handed in and places given in one year of the town: at 5, at 12 and after 16."""
    seen: list[tuple[I4, I4]] = []

    def watched(preferences: I4, priority: F, capacity: I4) -> I4:
        got = deferred_acceptance(preferences, priority, capacity)
        seen.append((preferences.copy(), got.copy()))
        return got

    monkeypatch.setattr(admissions, "deferred_acceptance", watched)
    town.step()
    assert len(seen) == 3
    return seen


def mainstream(town: Town, age: int) -> NDArray[np.intp]:
    band, c = town.band(age, age), town.children
    here = ~np.isin(c.school[band], town.primaries_elsewhere)
    rows: NDArray[np.intp] = band.start + np.flatnonzero(c.present[band] & (c.sen[band] < 2) & here)
    return rows


def test_without_rivals_everybody_gets_the_first_preference(
    small: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(small.changed({"switches.rival_places": False}, scale=0.2), seed=3).run(2008)
    reception, secondary, sixth = wishes(town, monkeypatch)
    c = town.children
    for age, (wanted, _) in ((5, reception), (12, secondary)):
        np.testing.assert_array_equal(c.school[mainstream(town, age)], wanted[:, 0])
        assert len(np.unique(wanted[:, 0])) > 1
    wanted, _ = sixth
    band = town.band(17, 17)
    seekers = band.start + np.flatnonzero(c.followed[band] & c.present[band] & (c.post16[band] >= 0))
    assert len(seekers) > 10
    np.testing.assert_array_equal(c.post16[seekers], wanted[:, 0])
    at_college = wanted[:, 0] == town.college
    expected = np.where(at_college, routes.COLLEGE_3, routes.SIXTH_FORM)
    began = np.isin(c.route[seekers], (routes.COLLEGE_3, routes.SIXTH_FORM))
    assert (c.route[seekers] == expected)[began].all()
    assert town.first_choices == [1.0, 1.0]


def test_with_rivals_some_do_not(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(small.changed(scale=0.2), seed=3).run(2008)
    missed = [float((got != wanted[:, 0]).mean()) for wanted, got in wishes(town, monkeypatch)]
    assert all(0 < share < 0.5 for share in missed), missed


def meals(town: Town, first: int, last: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Free meals of those present and of the ages, and whose family is under the line of their phase."""
    band, c = town.band(first, last), town.children
    rows = band.start + np.flatnonzero(c.present[band])
    primary, secondary = town.world.meals_lines(town.year)
    assert primary != secondary
    line = np.where(town.year - c.cohort[rows] <= 11, np.float32(primary), np.float32(secondary))
    return c.fsm[rows], town.families.income[c.family[rows]] < line


def test_protection_of_free_meals_ends_when_its_last_year_is_over(small: Scenario) -> None:
    changes = {"parameters.households.protection_until": UNPROTECTED}
    town, usual = (Town(s, seed=1).run(2017) for s in (small.changed(changes), small))
    fsm, poor = meals(town, 5, 16)
    np.testing.assert_array_equal(fsm, poor)
    # The first year of protection has nobody protected yet; later ones have more meals than poor pupils.
    for year in (2018, 2019, UNPROTECTED):
        town.step()
        usual.step()
        fsm, poor = meals(town, 5, 16)
        assert (fsm >= poor).all(), year
        assert (fsm.sum() > poor.sum()) == (year > 2018), year
        np.testing.assert_array_equal(fsm, meals(usual, 5, 16)[0])
    for year in (UNPROTECTED + 1, UNPROTECTED + 2):
        town.step()
        fsm, poor = meals(town, 5, 16)
        np.testing.assert_array_equal(fsm, poor, err_msg=str(year))
        assert not town.children.protected[town.band(5, 18)].any()
    usual.step()
    fsm, poor = meals(usual, 5, 16)
    assert fsm.sum() > poor.sum()
