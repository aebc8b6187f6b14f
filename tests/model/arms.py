"""Reduced towns with programmes, for tests of what programmes do: one past for many futures."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.columns.table import Table
from model.scenario.scenario import Scenario
from model.town import Town

Rows = NDArray[np.intp]
PAST = 2017
"""The last year before anything is done."""

UNCOUPLED: dict[str, Any] = {
    f"switches.{name}": False
    for name in ("peers", "school_choice", "staffing_feedback", "next_generation", "trust", "rival_places")
}
EXACT: dict[str, Any] = {"parameters": {"programmes.fidelity_sd": 0.0}}
"""Everybody delivers as well as everybody else."""

MONEY = {"partnership.budget", "partnership.spent"}
COUNTED = {"money_spent", "people_served", "disadvantaged_served"}
"""Indicators of what was delivered, not of what became of it."""


CHILDREN = (
    {"card": "language_groups", "reach": 0.6, "who": {"lowest": 0.3}},
    {"card": "tutoring_high_quality", "places": 400, "who": {"disadvantaged": True}},
    {"card": "intensive_parenting", "places": 300},
    {"card": "employer_encounters", "reach": 0.8},
    {"card": "university_outreach", "places": 60, "order": "random"},
    {"card": "youth_social_action", "places": 300, "order": "random"},
    {"card": "neet_reengagement", "places": 20, "who": {"neet": True}},
    {"card": "personal_guidance", "places": 60},
)
"""Programmes that act on children alone, not on homes or schools that they share."""
SCHOOLS = (
    {"card": "teacher_development", "reach": 0.7},
    {"card": "transition_support", "reach": 0.5, "in_schools": 0.8},
)
"""Programmes through schools: one of their staff, one of their children."""


def effect(lever: str = "literacy", mean: float = 0.2, **more: Any) -> dict[str, Any]:
    """One effect of a card as a scenario writes it: certain, and for good unless another form is given."""
    return {"lever": lever, "mean": mean, "sd": 0.0, "unit": "SD", "form": "lasting", **more}


def card(*effects: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What makes any card one for children of five, all of whom take it up, again if need be, at 100 pounds,
    and that nobody has anyway; `more` changes it."""
    plain: dict[str, Any] = {
        "delivered_to": "child",
        "ages": [5, 5],
        "phases": [],
        "cost": {"low": 100.0, "high": 100.0, "per": "child"},
        "take_up": {"rate": 1.0, "tilt": 0.0, "once": False},
        "usual_provision": None,
        "practice": None,
    }
    return {**plain, "effects": [dict(each) for each in effects], **more}


def school_card(*effects: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What makes any card one for schools and their pupils of 5 to 16, at 1,000 pounds a school."""
    return card(
        *effects,
        **{
            "delivered_to": "school",
            "ages": [5, 16],
            "cost": {"low": 1000.0, "high": 1000.0, "per": "school"},
            "take_up": None,
            "practice": {
                "implements": 1.0,
                "follows_staff": False,
                "form": "while_delivered",
                "keep1": None,
                "keep5": None,
            },
            **more,
        },
    )


def plan(*programmes: Mapping[str, Any], scale: float = 0.05, **changes: Any) -> Scenario:
    """A reduced town in which these programmes run; each is from 2018 on and reaches everybody unless it says
    otherwise. Other keys as in `Scenario.changed`, dots written as `__`."""
    uses = []
    for each in programmes:
        usual: dict[str, Any] = {"start": 2018} | (
            {} if {"reach", "places"} & each.keys() else {"reach": 1.0}
        )
        uses.append(usual | dict(each))
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return Scenario.load("baseline").changed({"scale": scale, "programmes": uses, **dotted})


@lru_cache(maxsize=64)
def _past(key: str, seed: int, last: int) -> Town:
    return Town(_known[key], seed).run(last)


_known: dict[str, Scenario] = {}


def past(scenario: Scenario, seed: int = 1) -> Town:
    """The town of this past, lived to 2017 under no programme: one for all scenarios that share it. Branch
    from it and leave it as it is."""
    key = scenario.burn_in_key()
    _known.setdefault(key, scenario.changed({"programmes": [], "pilots": [], "acts": [], "cards": {}}))
    return _past(key, seed, PAST)


def lived(scenario: Scenario, until: int, seed: int = 1, draw: int = 0) -> Town:
    """A town that has lived under a scenario to the end of `until`."""
    return past(scenario, seed).branch(scenario, draw).run(until)


def without(scenario: Scenario, until: int, seed: int = 1) -> Town:
    """Its twin in which nothing is done."""
    nothing = scenario.changed({"programmes": [], "pilots": [], "acts": [], "cards": {}})
    return past(scenario, seed).branch(nothing).run(until)


def unlike(a: Table, b: Table, rows_a: Rows | slice, rows_b: Rows | slice) -> list[str]:
    """Columns of two tables that are not the same to the last bit in these rows."""
    return [name for name in a.names if a.array(name)[rows_a].tobytes() != b.array(name)[rows_b].tobytes()]


def differences(a: Town, b: Town, but: Iterable[str] = ()) -> set[str]:
    """Columns of all tables, posts too, and recorded indicators that differ in a single bit; `but` are left
    out."""
    found: set[str] = set()
    for kind in (*a.tables, "post"):
        one, other = (town.posts if kind == "post" else town.tables[kind] for town in (a, b))
        name = "partnership" if kind == "alliance" else kind
        assert one.capacity == other.capacity
        found |= {f"{name}.{column}" for column in unlike(one, other, slice(None), slice(None))}
    shared = [key for key in a.recorded.keys if key in set(b.recorded.keys)]
    for town, twin in ((a, b), (b, a)):
        extra = set(town.recorded.keys) - set(twin.recorded.keys)
        assert {indicator for indicator, _ in extra} <= COUNTED
    for key in shared:
        left, right = (town.recorded._at[key] for town in (a, b))
        for table in ("values", "counts", "latent"):
            one_table, other_table = getattr(a.recorded, table), getattr(b.recorded, table)
            if one_table[:, left].tobytes() != other_table[:, right].tobytes():
                found.add(f"{key[0]}:{table}")
    return {name for name in found if name not in but and name.split(":")[0] not in COUNTED}


def rows_of(town: Town, ids: NDArray[np.uint32]) -> Rows:
    """Rows of the children with these ids (n,), which are all there."""
    used = town.children.rows_used()
    used = used[np.argsort(town.children.id[used])]
    at = np.searchsorted(town.children.id[used], ids)
    found: Rows = used[at]
    assert (town.children.id[found] == ids).all()
    return found


def ever_served(town: Town, until: int) -> NDArray[np.uint32]:
    """Lives a town on to the end of `until`; ids of all whom a programme served on the way."""
    found: list[NDArray[np.uint32]] = []
    while town.year < until:
        town.step()
        found += [town.children.id[rows] for rows in town.delivery.served.values()]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint32)
