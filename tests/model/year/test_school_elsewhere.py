"""Children of primary age who go to school beyond the boundary: they live and learn here, and are no pupils
of the town's schools."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.inputs.place import Place
from model.inputs.place_schools import PHASES
from model.scenario.scenario import Scenario
from model.town import Town
from tests.places import towns

pytestmark = pytest.mark.town

OUT, IN = 20.0, 4.0
"""% of residents who go to school elsewhere, and as many more who come as a share of them."""
ROWS = (
    "outside primary 01,outside_primary,,outside,5.00,-1.00,300,no,0,\n"
    "outside primary 02,outside_primary,,outside,-5.00,-1.00,100,no,0,\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = towns(tmp_path_factory.mktemp("places"))
    figures, schools = folder / "ipswich" / "figures.csv", folder / "ipswich" / "schools.csv"
    lines = figures.read_text().splitlines()
    changed = []
    for line in lines:
        if line.startswith("outflow_primary,"):
            line = f"outflow_primary,{OUT},% of residents aged 11,2018,0,40,JUDGEMENT,J,made up"
        if line.startswith("net_inflow_primary,"):
            line = f"net_inflow_primary,{IN - OUT},% of residents aged 11,2018,-40,8,JUDGEMENT,J,made up"
        changed.append(line)
    figures.write_text("\n".join(changed) + "\n")
    schools.write_text(schools.read_text() + ROWS)
    return Place.load("ipswich", folder)


@pytest.fixture(scope="module")
def town(place: Place) -> Iterator[Town]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Place, "load", staticmethod(lambda name, places=None: place))
        yield Town(Scenario.load("baseline").changed(scale=0.2), seed=3).run(2019)


@pytest.fixture(scope="module")
def usual() -> Town:
    return Town(Scenario.load("baseline").changed(scale=0.2), seed=3).run(2019)


def children(town: Town, first: int, last: int) -> NDArray[Any]:
    band, c = town.band(first, last), town.children
    rows: NDArray[np.intp] = band.start + np.flatnonzero(c.present[band])
    return rows


def elsewhere(town: Town, rows: NDArray[Any]) -> NDArray[Any]:
    code = PHASES.index("outside_primary")
    school = town.children.school[rows]
    away: NDArray[np.bool_] = (school >= 0) & (town.schools.phase[school] == code)
    return away


def test_as_many_residents_go_elsewhere_as_the_figure_says(town: Town) -> None:
    rows = children(town, 5, 11)
    lives_here = town.children.ward[rows] >= 0
    away = elsewhere(town, rows)
    assert not away[~lives_here].any()
    # Some 2,500 children in 1,700 families: the share has a standard error of 1.1 points.
    assert 100 * away[lives_here].mean() == pytest.approx(OUT, abs=3)
    # Movers of all ages too.
    moved = lives_here & (town.children.entered[rows] > town.children.cohort[rows] + 6)
    assert 0.1 < away[moved].mean() < 0.32


def test_as_many_come_as_the_net_inflow_needs(town: Town) -> None:
    rows = children(town, 5, 11)
    from_outside = np.count_nonzero(town.children.ward[rows] < 0)
    assert 100 * from_outside / np.count_nonzero(town.children.ward[rows] >= 0) == pytest.approx(IN, abs=0.7)


def test_the_schools_elsewhere_share_them_by_their_places(town: Town) -> None:
    large, small = town.schools.roll[town.primaries_elsewhere].tolist()
    assert 0.6 < large / (large + small) < 0.88
    assert not town.schools.inside[town.primaries_elsewhere].any()
    assert not town.schools.posts[town.primaries_elsewhere].any()


def test_brothers_and_sisters_go_the_same_way(town: Town) -> None:
    rows = children(town, 5, 11)
    rows = rows[(town.children.ward[rows] >= 0) & (town.children.sen[rows] < 2)]
    family, away = town.children.family[rows], elsewhere(town, rows)
    every, first = np.unique(family, return_inverse=True)
    share = np.bincount(first, away, len(every)) / np.bincount(first, minlength=len(every))
    assert set(share.tolist()) == {0.0, 1.0}


def test_at_12_they_go_to_secondary_school(town: Town) -> None:
    assert not elsewhere(town, children(town, 12, 16)).any()
    assert not elsewhere(town, children(town, 0, 4)).any()


def test_they_are_residents_and_no_pupils_of_the_towns_schools(town: Town) -> None:
    record, year = town.recorded, 2019
    for age, indicator, counts in ((5, "gld", True), (11, "ks2_rwm", False)):
        rows = children(town, age, age)
        away, here = elsewhere(town, rows), town.children.ward[rows] >= 0
        want = np.count_nonzero(here) if counts else np.count_nonzero(~away)
        assert record.count(indicator, "all", year) == want
        assert away.any()
    # They are taught, and learn.
    rows = children(town, 11, 11)
    assert np.isfinite(town.children.ks2[rows[elsewhere(town, rows)]]).all()


def test_who_is_there_is_the_same_as_where_all_go_to_school_here(town: Town, usual: Town) -> None:
    def residents(one: Town) -> NDArray[Any]:
        rows = children(one, 5, 11)
        return np.sort(one.children.id[rows[one.children.ward[rows] >= 0]])

    np.testing.assert_array_equal(residents(town), residents(usual))
