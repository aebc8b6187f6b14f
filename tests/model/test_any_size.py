"""Places larger and smaller than Ipswich: more wards and schools than a byte can name, districts with one
school of a kind, infant and junior schools in a town of any size."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from model.indicators.record import Record
from model.inputs.place import Place
from model.inputs.place_schools import PHASES
from model.io.errors import InputError
from model.populate import POSTS, post_ids
from model.scenario.scenario import Scenario
from model.town import Town
from model.world.flows import Flows
from model.world.limits import PER_AGE, check_numbers
from model.world.world import World
from model.year.admissions import _sixth_forms_of
from tests.model.large_place import divided, rows_of, write_rows

pytestmark = pytest.mark.town

UNTIL = 2017


def town_of(place: str, **changed: Any) -> Town:
    return Town(Scenario.load("baseline").changed(place=place, **changed), seed=1)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town of 288 wards, of a place of some 500 schools."""
    return town_of(str(divided(tmp_path_factory.mktemp("large"))), scale=0.05, until=UNTIL).run()


def sums(record: Record, indicator: str, kind: str) -> dict[str, int]:
    groups = [group for name, group in record.keys if name == indicator and group.startswith(f"{kind}:")]
    return {group: record.count(indicator, group, UNTIL) for group in groups}


def test_every_ward_of_many_is_counted(large: Town) -> None:
    record, c = large.recorded, large.children
    found = sums(record, "gld", "ward")
    assert len(found) == 288
    assert sum(found.values()) == record.count("gld", "all", UNTIL)
    band = large.band(5, 5)
    ward = c.ward[band][c.present[band] & c.resident[band]]
    names = large.world.place.wards.names
    assert ward.max() > 255
    assert found[f"ward:{names[ward.max()]}"] == np.count_nonzero(ward == ward.max())


def test_every_school_of_many_is_counted(large: Town) -> None:
    record, c, s = large.recorded, large.children, large.schools
    found = sums(record, "ks2_rwm", "school")
    assert len(found) == np.count_nonzero(large.world.place.schools.ward >= 0) > 400
    band = large.band(11, 11)
    school = c.school[band][c.present[band] & (c.school[band] >= 0)]
    school = school[s.inside[school]]
    number = (s.id[school] - 1) // 1000
    names = large.world.place.schools.names
    assert number.max() > 255
    for each in np.unique(number):
        assert found[f"school:{names[each]}"] == np.count_nonzero(number == each), names[each]


@pytest.mark.parametrize("place", ["rutland", "west-devon", "melton"])
def test_a_small_district_lives_much_reduced(place: str) -> None:
    """With one secondary school or two, and wards where nobody of an age lives."""
    town = town_of(place, scale=0.05, until=2012).run()
    c, band = town.children, town.band(5, 16)
    here = c.present[band] & (c.sen[band] < 2)
    assert here.any()
    assert (c.school[band][here] >= 0).all()
    assert (town.schools.places > 0).all()
    assert len(town.employers.id) >= 4


@pytest.mark.parametrize("scale", [0.13, 0.4, 1.0, 1.5, 2.4])
def test_every_infant_school_feeds_a_junior_school(scale: float) -> None:
    """Derby has ten of each: at any size there are both or neither, and whoever is eight finds a school."""
    s = town_of("derby", scale=scale).schools
    infant, junior = (np.flatnonzero(s.phase == PHASES.index(phase)) for phase in ("infant", "junior"))
    assert (infant.size > 0) == (junior.size > 0)
    assert np.isin(s.feeds[infant], junior).all()
    assert (np.delete(s.feeds, infant) == -1).all()


def test_sixth_forms_that_many_think_of_are_near_and_hold_the_college_and_their_own() -> None:
    town = town_of("derby", scale=2.0)
    sixth, near, k = town.sixth_forms, town.sixth_forms_near, int(town.parameters.schools.candidates)
    assert len(sixth) > k
    assert near.shape == (town.world.wards + 1, k)
    outside = ~town.schools.inside
    for row in near:
        assert len(set(row.tolist())) == k
        assert town.college in row
        assert outside[row].any()
    town.run(1999)
    own = int(np.setdiff1d(np.flatnonzero(town.schools.sixth_form), near[0])[0])
    rows = np.flatnonzero(town.children.present & (town.children.ward == 0))[:2]
    town.children.open("assessment")
    town.children.ks4_school[rows] = [own, town.college]
    town.children.close()
    found = _sixth_forms_of(town, rows)
    assert found[0].tolist() == [*near[0][:-1], own]
    assert found[1].tolist() == near[0].tolist()


def test_employers_and_leaders_are_in_proportion_to_the_place() -> None:
    for name, scale in (("ipswich", 1.0), ("derby", 1.0), ("derby", 2.0)):
        town, p = town_of(name, scale=scale), Place.load(name)
        assert len(town.employers.id) == round(200 / 136_913 * p.value("population_2019") * scale)
        pupils = p.ages.of(2017)[5:17].sum()
        assert town.schools.leaders_national.sum() == round(0.05072 * pupils / 1000 * scale)


def flows(births: int, stock: int = 1, arrivals: int = 1) -> Flows:
    """Flows with these largest numbers."""
    born = np.array([1, births, 1])
    return Flows(born, np.array([stock, 1]), np.array([[0, arrivals]]), np.ones((3, 2)), 0.1, 0.0)


def test_a_town_for_which_there_are_no_ids_is_refused() -> None:
    check_numbers(flows(262_144, 204_800, PER_AGE), 10.0)
    for numbers, said in (
        (flows(262_145), "262,145 births in 1981, and a year has numbers for 262,144"),
        (flows(1, stock=262_144), "262,144 children of an age in 1998, and a year has numbers for 204,800"),
        (flows(1, arrivals=16_384), "16,384 arrivals at an age, and a year has numbers for 8,192"),
    ):
        with pytest.raises(InputError, match=said):
            check_numbers(numbers, 10.0)
    with pytest.raises(InputError, match=r"scale = 10.*allowed: at most 5"):
        check_numbers(flows(1, arrivals=16_384), 10.0)


def test_the_largest_town_of_a_large_district_says_what_is_allowed() -> None:
    with pytest.raises(InputError, match=r"scale = 20.*births in 2012.*allowed: at most 14\.86$"):
        town_of("birmingham", scale=20.0)


def test_posts_of_a_school_have_ids_of_their_own() -> None:
    schools = np.array([1, 2, 1001], np.uint32)
    assert post_ids(schools, np.array([2, 1, 1])).tolist() == [1024, 1025, 2048, 1001 * 1024]
    assert len(set(post_ids(schools, np.array([1024, 1024, 5000])).tolist())) == 7048
    with pytest.raises(ValueError, match=f"1025 posts at a school: at most {POSTS}"):
        post_ids(schools, np.array([1025, 1, 1]))


@pytest.mark.parametrize(
    ("primary", "secondary", "first", "last"),
    [
        (22.7, 17.9, 0.05, 0.35),
        (75.0, 70.0, 0.5083333, 0.75),
        (3.0, 2.8, 0.028, 0.043),
        (60.0, 66.0, 0.66, 0.21),
    ],
)
def test_languages_at_home_go_beyond_the_published_within_limits(
    primary: float, secondary: float, first: float, last: float
) -> None:
    place = SimpleNamespace(value={"eal_primary_2017": primary, "eal_secondary_2017": secondary}.__getitem__)
    numbers = SimpleNamespace(demography=SimpleNamespace(eal_least=0.05, eal_most=0.35))
    shares = World.eal_shares(cast(Any, SimpleNamespace(place=place, parameters=numbers)))
    assert shares[2009 - 1980] == np.float32(primary / 100)
    assert (shares[0], shares[-1]) == (pytest.approx(first, abs=1e-6), pytest.approx(last, abs=1e-6))


def test_a_ward_where_nobody_could_be_in_need_is_refused(tmp_path: Path) -> None:
    place = divided(tmp_path, parts=1)
    wards = rows_of(place / "wards.csv")
    wards[0]["idaci_2019"] = "0"
    write_rows(place / "wards.csv", wards)
    said = rf"wards\.csv.*idaci_2019 of {wards[0]['ward']}.*0% of the ward's families"
    with pytest.raises(InputError, match=said):
        town_of(str(place), scale=0.05)
