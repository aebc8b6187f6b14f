"""Schools and colleges across the boundary: several colleges, one that stands outside, and who moves in at
secondary age."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.districts import folder, names
from model.inputs.place import Place
from model.inputs.place_schools import PHASES
from model.io.errors import InputError
from model.rules import routes
from model.scenario.scenario import Scenario
from model.town import Town

pytestmark = pytest.mark.town

SECOND_COLLEGE = "college 02,college,,Whitton,-1.05,3.21,200,no,0,\n"
LIVED = 2008


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Ipswich with a second college and its special schools outside."""
    made = built(tmp_path_factory.mktemp("places"))
    moved_out(made, "special")
    schools = made / "schools.csv"
    schools.write_text(schools.read_text() + SECOND_COLLEGE)
    return Place.load("ipswich", made.parent)


def moved_out(made: Path, kind: str) -> None:
    """Let every school of a kind stand outside."""
    file = made / "schools.csv"
    lines = file.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    of_kind = [i for i, row in enumerate(cells) if row[1] == kind]
    assert of_kind
    for i in of_kind:
        lines[i] = ",".join([*cells[i][:3], "outside", *cells[i][4:]])
    file.write_text("\n".join(lines) + "\n")


def built(places: Path) -> Path:
    """The folder of Ipswich as it is built from the tables, in `places`."""
    made = places / "ipswich"
    made.mkdir()
    folder.build(names.find("ipswich"), made)
    return made


@pytest.fixture(scope="module")
def town(place: Place) -> Town:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Place, "load", staticmethod(lambda name, places=None: place))
        return Town(Scenario.load("baseline").changed(scale=0.2), seed=3).run(LIVED)


def present(town: Town, first: int, last: int) -> NDArray[np.intp]:
    band = town.band(first, last)
    rows: NDArray[np.intp] = band.start + np.flatnonzero(town.children.present[band])
    return rows


def test_both_colleges_take_young_people_and_the_first_is_the_one_that_acts_name(town: Town) -> None:
    c, s = town.children, town.schools
    colleges = np.flatnonzero(s.phase == PHASES.index("college"))
    assert len(colleges) == 2
    assert town.college == colleges[0]
    assert (town.post16_places[colleges] == s.places[colleges]).all()
    rows = present(town, 17, 17)
    taken = np.bincount(c.post16[rows][c.post16[rows] >= 0], minlength=len(s.id))
    assert (taken[colleges] > 0).all()
    at_college = (c.post16[rows] >= 0) & town.is_college[c.post16[rows]]
    assert np.mean(c.route[rows][at_college] == routes.COLLEGE_3) > 0.9
    at_school = (c.post16[rows] >= 0) & ~town.is_college[c.post16[rows]]
    assert at_school.any()
    assert np.mean(c.route[rows][at_school] == routes.SIXTH_FORM) > 0.9
    assert not (c.route[rows][at_college] == routes.SIXTH_FORM).any()
    assert not (c.route[rows][at_school] == routes.COLLEGE_3).any()


def test_a_special_school_outside_teaches_but_is_no_school_of_the_town(town: Town) -> None:
    s = town.schools
    outside = np.flatnonzero((s.phase == PHASES.index("special")) & ~s.inside)
    assert outside.size
    assert s.roll[outside].sum() > 0
    assert s.posts[outside].sum() == 0


def test_who_moves_in_at_secondary_age_goes_elsewhere_as_often_as_residents(town: Town) -> None:
    c, s = town.children, town.schools
    rows = present(town, 12, 16)
    came = c.entered[rows] > c.cohort[rows] + 12
    lives_here = c.ward[rows] >= 0
    mainstream = c.sen[rows] < 2
    movers = rows[came & lives_here & mainstream]
    moved, away = len(movers), int(np.count_nonzero(~s.inside[c.school[movers]]))
    assert moved > 60
    share = town.world.secondary_elsewhere
    error = float(np.sqrt(share * (1 - share) / moved))
    assert share == pytest.approx(0.12 / (1 - town.parameters.learning.sen_special))
    assert away / moved == pytest.approx(share, abs=3 * error)
    # Those who came to school here from outside never go out again.
    from_outside = rows[~lives_here & mainstream]
    assert s.inside[c.school[from_outside]].all()


@pytest.mark.parametrize("kind", ["college", "special"])
def test_a_kind_that_a_town_may_lack_can_stand_outside(kind: str, tmp_path: Path) -> None:
    moved_out(built(tmp_path), kind)
    there = Place.load("ipswich", tmp_path).schools
    assert (there.ward[there.of(kind)] == -1).all()


def test_no_other_kind_can_stand_outside(tmp_path: Path) -> None:
    moved_out(built(tmp_path), "secondary")
    with pytest.raises(InputError, match=r"for them only \(and for special and college\)"):
        Place.load("ipswich", tmp_path)
