"""The levers: the handful of named quantities that a programme, or an act of an organisation, can move,
and the ways in which each acts.

Model code knows levers and no programme. A card names levers with sizes; what a lever does to the town is
written once, where the quantity lives. Every list of levers in the model is taken from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

type Route = Literal["child", "family", "town", "school", "act"]
"""Through what a lever is moved: a programme delivered to one of these, or an organisation's act."""
type Unit = Literal["SD", "pp", "log-odds", "ln", "count", "percent", "ratio"]
type Form = Literal["fades", "while_delivered", "lasting", "builds_to_age"]
type Way = Literal[
    "gain",
    "encounters",
    "social_action",
    "home",
    "staff",
    "benchmarks",
    "leaders",
    "places",
    "partnership",
    "beyond",
]

_SERVED: Final[tuple[Route, ...]] = ("child", "family", "town")
_ALL: Final[tuple[Route, ...]] = (*_SERVED, "school", "act")
_EVERY_FORM: Final[tuple[Form, ...]] = ("fades", "while_delivered", "lasting", "builds_to_age")
_GROUPS: Final = ("effect_is_for", "disadvantaged_ratio", "ratio_sd", "low_attainer_ratio", "ratio_by")
_SIZES: Final = ("scaled_by", "at_most", "accrues_to")
_EVERY_KEY: Final = (*_GROUPS, *_SIZES, "estimand", "ages", "lag")
_BY_ROUTE: Final[Mapping[str, tuple[Route, ...]]] = {
    "ratio_by": ("school",),
    "scaled_by": ("school",),
    "at_most": _SERVED,
    "estimand": _SERVED,
}
"""Keys of an effect that only these routes read."""


@dataclass(frozen=True)
class Acts:
    """How levers of one kind act: through which `routes`, in which `forms` an effect on them may last, and
    which optional `keys` of an effect on them are read."""

    routes: tuple[Route, ...]
    forms: tuple[Form, ...]
    keys: tuple[str, ...] = ()


ACTS: Final[Mapping[Way, Acts]] = MappingProxyType(
    {
        # A gain beside the child's own state: model.delivery.doses.
        "gain": Acts(_ALL, _EVERY_FORM, _EVERY_KEY),
        # What is counted with the child.
        "encounters": Acts((*_SERVED, "act"), ("lasting",), ("ages", "estimand")),
        "social_action": Acts((*_SERVED, "act"), ("while_delivered",), ("ages", "estimand")),
        # A state of the family itself, which stays.
        "home": Acts((*_SERVED, "act"), ("lasting",), ("ages", "estimand")),
        # A school's columns, handed over by model.year.alliance; how they last is the school's practice.
        "staff": Acts(("school", "act"), ("while_delivered",), ("lag",)),
        "benchmarks": Acts(("school", "act"), ("lasting",), ("lag",)),
        "leaders": Acts(("school", "act"), ("lasting",), ("lag",)),
        # Places of employers, sixth forms and the college.
        "places": Acts(("act",), ()),
        # What the partnership multiplies.
        "partnership": Acts(("town", "act"), ("while_delivered",)),
        # An outcome that the town does not hold: told, charged, and moves nothing.
        "beyond": Acts(_ALL, _EVERY_FORM, _EVERY_KEY),
    }
)


@dataclass(frozen=True)
class Lever:
    """One quantity that programmes move.

    `way` is how it acts (a key of ACTS), `unit` its own unit, `units_allowed` the units in which a card may
    give a size (points become log-odds at a base rate, per cent become logs), `direction` the sign of a
    benefit (0: neither sign is one), `words` what it is, `states` the states of a child in which it leaves a
    gain."""

    name: str
    way: Way
    unit: Unit
    units_allowed: tuple[Unit, ...]
    direction: Literal[-1, 0, 1]
    words: str
    states: tuple[str, ...] = ()

    @property
    def routes(self) -> tuple[Route, ...]:
        """Return the through what it can be moved."""
        return ACTS[self.way].routes

    def keys(self, route: Route) -> tuple[str, ...]:
        """Return the optional keys of an effect on it that a programme of this route reads."""
        return tuple(key for key in ACTS[self.way].keys if route in _BY_ROUTE.get(key, _ALL))


def _registry(*levers: Lever) -> Mapping[str, Lever]:
    return MappingProxyType({lever.name: lever for lever in levers})


def _gain(
    name: str, unit: Unit, allowed: tuple[Unit, ...], direction: Literal[-1, 1], words: str, *states: str
) -> Lever:
    return Lever(name, "gain", unit, allowed, direction, words, states or (name,))


_SD: Final = ("SD",)
_ODDS: Final = ("log-odds", "pp")
_COUNT: Final = ("count",)

LEVERS: Final[Mapping[str, Lever]] = _registry(
    _gain("literacy", "SD", _SD, 1, "a child's literacy and language"),
    _gain("numeracy", "SD", _SD, 1, "a child's numeracy"),
    _gain("skill", "SD", _SD, 1, "a child's attainment: literacy and numeracy alike", "literacy", "numeracy"),
    _gain("socio", "SD", _SD, 1, "a child's social and emotional skills"),
    _gain("aspiration", "SD", _SD, 1, "a child's aspiration and engagement"),
    _gain("absence", "pp", ("pp",), -1, "sessions missed, points of 100"),
    _gain("neet", "log-odds", _ODDS, -1, "the risk of being out of education, work and training"),
    _gain("level3", "log-odds", _ODDS, 1, "the chance of level 3 by a course that fits"),
    _gain("higher", "log-odds", _ODDS, 1, "the chance of going on to higher education"),
    _gain("pay", "ln", ("ln", "percent"), 1, "pay as a young adult"),
    Lever("encounters", "encounters", "count", _COUNT, 1, "encounters with employers"),
    Lever("social_action", "social_action", "count", _COUNT, 1, "taking part in youth social action"),
    Lever("home_learning", "home", "SD", _SD, 1, "a family's support of learning at home"),
    Lever("trust", "home", "SD", _SD, 1, "a family's trust in school"),
    Lever("leadership", "staff", "SD", _SD, 1, "a school's leadership, SD of heads"),
    Lever("satisfaction", "staff", "SD", _SD, 1, "the staff's satisfaction, SD of staff"),
    Lever("applicants", "staff", "log-odds", ("log-odds", "percent"), 1, "the odds that a post is filled"),
    Lever("retention", "staff", "pp", ("pp",), -1, "teachers who leave in their first two years"),
    Lever("gatsby", "benchmarks", "count", _COUNT, 1, "Gatsby benchmarks held, of eight"),
    Lever("national_leaders", "leaders", "count", _COUNT, 1, "National Leaders of Education"),
    Lever("apprenticeships", "places", "count", _COUNT, 1, "apprenticeships offered a year"),
    Lever("entry_jobs", "places", "count", _COUNT, 1, "entry jobs offered a year"),
    Lever("sixth_places", "places", "count", _COUNT, 1, "places in sixth forms and college"),
    Lever("reach_multiplier", "partnership", "ratio", ("ratio",), 1, "how many of those planned are reached"),
    Lever("fidelity_multiplier", "partnership", "ratio", ("ratio",), 1, "how well programmes are delivered"),
    Lever(
        "beyond", "beyond", "log-odds", ("log-odds", "pp", "SD", "percent"), 0, "an outcome beyond the town"
    ),
)
"""All levers by name."""


def levers_of(*ways: Way) -> tuple[str, ...]:
    """Return the names of the levers that act in one of these ways, in the order of the registry."""
    return tuple(name for name, lever in LEVERS.items() if lever.way in ways)
