"""Keys of `Scenario.changed`: two that write the same are refused in any order; NumPy's values count."""

import itertools
from typing import Any

import numpy as np
import pytest

from model.io.errors import InputError
from model.scenario.keys import overwrite
from model.scenario.scenario import Scenario

NAMES = ("tutoring", "P1.a", "P1")
SAME = [
    ("programmes.tutoring.reach", "programmes.tutoring.places"),
    ("programmes.tutoring.reach.2030", "programmes.tutoring.places"),
    ("programmes.tutoring.reach.2030", "programmes.tutoring.reach.2029-2031"),
    ("programmes.tutoring.who", "programmes.tutoring.who.fsm"),
    ("programmes", "programmes.tutoring.reach"),
    ("programmes.P1.a.reach", "programmes.P1.a.places"),
    ("alliance", "alliance.budget"),
    ("alliance.budget", "alliance.budget.2030"),
    ("births", "births.2030"),
    ("births.2030", "births.2028-2032"),
    ("parameters.learning", "parameters.learning.persistence"),
    ("england.path", "england.path.gld"),
    ("until", "until"),
]
APART = [
    ("programmes.tutoring.reach", "programmes.P1.places"),
    ("programmes.P1.a.reach", "programmes.P1.places"),
    ("programmes.tutoring.reach", "programmes.tutoring.start"),
    ("programmes.tutoring.reach.2030", "programmes.tutoring.reach.2031-2033"),
    ("alliance.budget", "alliance.youth_voice"),
    ("births.2030", "births.2031"),
    ("parameters.learning.persistence", "parameters.learning.trait_share"),
    ("effects.factor", "effects.percentile"),
]


@pytest.fixture(scope="module")
def acting() -> Scenario:
    """Two programmes, one with a dot in its name, and a budget by year."""
    uses = [
        {"name": "tutoring", "card": "tutoring_at_scale", "start": 2020, "reach": 0.2},
        {"name": "P1.a", "card": "language_groups", "start": 2020, "places": {"2020-2030": 50}},
    ]
    budget = {"2020-2040": 1e6}
    return Scenario.load("baseline").changed(programmes=uses, alliance={"budget": budget}, births={"2030": 9})


@pytest.mark.parametrize(("one", "other"), SAME)
def test_keys_that_write_the_same(one: str, other: str) -> None:
    assert overwrite(one, other, NAMES)
    assert overwrite(other, one, NAMES)


@pytest.mark.parametrize(("one", "other"), APART)
def test_keys_that_do_not(one: str, other: str) -> None:
    assert not overwrite(one, other, NAMES)
    assert not overwrite(other, one, NAMES)


@pytest.mark.parametrize("turned", [False, True])
def test_changes_that_would_erase_one_another_are_refused(acting: Scenario, turned: bool) -> None:
    keys = ["programmes.tutoring.reach", "programmes.tutoring.places"]
    changes: dict[str, Any] = dict(zip(keys, (0.5, 100), strict=True))
    if turned:
        keys = keys[::-1]
        changes = dict(reversed(changes.items()))
    with pytest.raises(InputError) as caught:
        acting.changed(changes)
    assert (
        str(caught.value) == f"{keys[1]}: is given besides {keys[0]}, which writes the same; give one of them"
    )
    with pytest.raises(InputError, match="until: is given besides until"):
        acting.changed({"until": 2030}, until=2031)


def test_the_order_of_keys_makes_no_difference(acting: Scenario) -> None:
    changes: dict[str, Any] = {
        "programmes.tutoring.name": "tutors",
        "programmes.tutoring.places": 80,
        "programmes.P1.a.places.2025": 10,
        "alliance.budget.2026-2030": 5e5,
        "births.2029-2031": 1500,
        "until": 2035,
    }
    made = [acting.changed(dict(order)) for order in itertools.permutations(changes.items())]
    assert len({each.key() for each in made}) == 1
    first, second = made[0].programmes
    assert (first.name, first.places, first.reach) == ("tutors", 80, None)
    assert isinstance(second.places, dict)
    assert [second.places[year] for year in (2024, 2025, 2026)] == [50, 10, 50]
    assert [made[0].alliance.budget_in(year) for year in (2025, 2026, 2030, 2031)] == [1e6, 5e5, 5e5, 1e6]
    assert made[0].births == {2029: 1500, 2030: 1500, 2031: 1500}


def test_numpy_values_are_their_plain_values(acting: Scenario) -> None:
    numpy = {
        "until": np.int64(2030),
        "scale": np.float32(0.5),
        "switches.peers": np.bool_(False),
        "place": np.str_("ipswich"),
        "programmes.tutoring.reach": np.float64(0.25),
        "programmes.tutoring.ages": np.array([9, 11]),
        "alliance.budget": {np.int64(2020): np.float64(1e6)},
    }
    ours = {
        "until": 2030,
        "scale": 0.5,
        "switches.peers": False,
        "place": "ipswich",
        "programmes.tutoring.reach": 0.25,
        "programmes.tutoring.ages": [9, 11],
        "alliance.budget": {"2020": 1e6},
    }
    assert acting.changed(numpy).key() == acting.changed(ours).key()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"programmes.tutoring.reach": 2}, r"^programmes\.tutoring\.reach = 2: must be between 0 and 1$"),
        ({"programmes.P1.a.reech": 1}, r"^programmes\.P1\.a\.reech = 1: is not a known key; .*'reach'"),
        ({"programmes.P1.a": 1}, r"^programmes\.P1\.a = 1: needs a key of the programme"),
        ({"programmes.tutor.reach": 1}, r"^programmes\.tutor\.reach = 1: is not a programme .*'tutoring'"),
        ({"births.02030": 5}, r"^births\.02030: is no year"),
        ({"extends": "ceiling"}, r'^extends = "ceiling": is said by a file only'),
        ({5: 1}, r"^changed = 5: must be a dotted key in quotes"),
    ],
)
def test_an_error_names_the_key_that_was_given(acting: Scenario, changes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        acting.changed(changes)


def test_a_scenario_s_own_content_can_be_given_back(acting: Scenario) -> None:
    programmes = [use.model_dump() for use in acting.programmes]
    assert acting.changed(programmes=programmes, alliance=acting.alliance.model_dump()).key() == acting.key()
