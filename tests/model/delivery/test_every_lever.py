"""Every lever through everything that can move it: it changes somebody's life or school, or it is refused."""

from typing import Any, get_args

import pytest

from model.agents.gain_columns import GAIN_NAMES
from model.io.errors import InputError
from model.scenario.levers import ACTS, LEVERS, Lever, Route, Unit, Way, levers_of
from model.scenario.scenario import Scenario
from tests.model.arms import MONEY, card, differences, effect, past, plan, school_card

LAST = 2020
GROWN_UP = {"higher": 2022, "pay": 2028}
"""When pupils who are helped in 2018 have come to the age of it."""
ROUTES: tuple[Route, ...] = get_args(Route.__value__)
SIZES: dict[Unit, float] = {"SD": 1.0, "pp": -10.0, "log-odds": 2.0, "ln": 0.5, "count": 3.0, "ratio": 3.0}
OWN_SIZES = {"applicants": -5.0, "retention": -30.0, "apprenticeships": 400.0, "entry_jobs": 400.0} | {
    "sixth_places": 400.0,
    "national_leaders": 400.0,
}
"""Where a small town would not show the usual size."""
OTHER = {"card": "tutoring_at_scale", "reach": 0.3}
"""A programme beside the one in question, for a partnership to multiply."""
HANDED = {
    *MONEY,
    *(f"child.{name}" for name in GAIN_NAMES),
    *(f"school.{name}_given" for name in (*levers_of("staff", "benchmarks"), "places")),
    *(f"employer.{name}_given" for name in levers_of("places")),
}
"""Columns that a programme or act writes for others to read: nobody's life, and no school, by themselves."""
ASKED = {"parent_sdq:values", "parent_sdq:counts"}
"""What the parents of those served are asked: of the programme, not of its effect."""
PAIRS = [(route, name) for route in ROUTES for name in LEVERS]


def moving(route: Route, lever: Lever, **more: Any) -> Scenario:
    """A small town in which a lever is moved through a route for three years."""
    size = OWN_SIZES.get(lever.name, SIZES[lever.unit])
    if route == "act":
        one = {"title": "It", "organisation": "schools", "start": 2018, "lever": lever.name}
        return plan(OTHER, acts=[{**one, "amount": size, **more}])
    form = (ACTS[lever.way].forms or ("lasting",))[-1]
    form = "lasting" if form == "builds_to_age" else form
    each = effect(lever.name, size, unit=lever.unit, form=form, **more)
    made = school_card(each) if route == "school" else card(each, delivered_to=route, ages=[0, 32])
    return plan({"card": "life_skills"}, OTHER, cards={"life_skills": made})


def changed(scenario: Scenario, last: int = LAST) -> set[str]:
    """Columns and indicators that differ from the same town without its first programme and its acts."""
    towns = []
    for each in (scenario, plan(OTHER)):
        town = past(each).branch(each)
        # A college that is full, or places there would be of no use to anybody.
        town.post16_places[town.college] = 0
        towns.append(town.run(last))
    one, other = towns
    return differences(one, other) - HANDED - ASKED


@pytest.mark.parametrize(("route", "name"), [pair for pair in PAIRS if pair[0] in LEVERS[pair[1]].routes])
def test_what_is_accepted_changes_a_life_or_a_school(route: Route, name: str) -> None:
    found = changed(moving(route, LEVERS[name]), GROWN_UP.get(name, LAST))
    if name == "beyond":
        assert found == set()
    elif LEVERS[name].way == "partnership":
        assert {each for each in found if each.startswith(("child", "family", "school"))}
    else:
        assert found


@pytest.mark.parametrize(("route", "name"), [pair for pair in PAIRS if pair[0] not in LEVERS[pair[1]].routes])
def test_what_would_change_nothing_is_refused(route: Route, name: str) -> None:
    with pytest.raises(InputError) as caught:
        moving(route, LEVERS[name])
    told = str(caught.value)
    assert f'cards.life_skills.effects[0].lever = "{name}"' in told
    assert f'is moved by no programme with delivered_to = "{route}"; allowed: ' in told
    for other in LEVERS[name].routes:
        assert ("an act" if other == "act" else f'"{other}"') in told.partition("allowed: ")[2]


@pytest.mark.parametrize("name", LEVERS)
def test_an_act_on_what_has_no_age_takes_no_ages(name: str) -> None:
    lever = LEVERS[name]
    if "ages" in lever.keys("act"):
        assert moving("act", lever, ages=[5, 11]).acts[0].ages == (5, 11)
    else:
        with pytest.raises(InputError, match=rf"acts\[0\]\.ages = \[5, 11\]: does nothing to {name}"):
            moving("act", lever, ages=[5, 11])


def test_every_way_has_an_entry_and_a_lever() -> None:
    ways = get_args(Way.__value__)
    assert set(ACTS) == set(ways) == {lever.way for lever in LEVERS.values()}
    for lever in LEVERS.values():
        assert bool(lever.states) == (lever.way == "gain")
