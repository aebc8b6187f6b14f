"""The levers: the handful of named quantities that a programme, or an act of an organisation, can move.

Model code knows levers and no programme. A card names levers with sizes; what a lever does to the town is
written once, where the quantity lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

type On = Literal["child", "family", "school", "employer", "alliance", "none"]
type Unit = Literal["SD", "pp", "log-odds", "ln", "count", "percent", "ratio"]


@dataclass(frozen=True)
class Lever:
    """One quantity that programmes move.

    `on` is who carries it ("none": nothing in the town), `unit` its own unit, `units_allowed` the units in
    which a card may give a size (points become log-odds at a base rate, per cent become logs), `direction`
    the sign of a benefit (0: neither sign is one), `words` what it is."""

    name: str
    on: On
    unit: Unit
    units_allowed: tuple[Unit, ...]
    direction: Literal[-1, 0, 1]
    words: str


def _registry(*levers: Lever) -> Mapping[str, Lever]:
    return MappingProxyType({lever.name: lever for lever in levers})


_SD: Final = ("SD",)
_ODDS: Final = ("log-odds", "pp")
_COUNT: Final = ("count",)

LEVERS: Final[Mapping[str, Lever]] = _registry(
    Lever("literacy", "child", "SD", _SD, 1, "a child's literacy and language"),
    Lever("numeracy", "child", "SD", _SD, 1, "a child's numeracy"),
    Lever("skill", "child", "SD", _SD, 1, "a child's attainment: literacy and numeracy alike"),
    Lever("socio", "child", "SD", _SD, 1, "a child's social and emotional skills"),
    Lever("aspiration", "child", "SD", _SD, 1, "a child's aspiration and engagement"),
    Lever("absence", "child", "pp", ("pp",), -1, "sessions missed, points of 100"),
    Lever("neet", "child", "log-odds", _ODDS, -1, "the risk of being out of education, work and training"),
    Lever("level3", "child", "log-odds", _ODDS, 1, "the chance of level 3 by a course that fits"),
    Lever("higher", "child", "log-odds", _ODDS, 1, "the chance of going on to higher education"),
    Lever("pay", "child", "ln", ("ln", "percent"), 1, "pay as a young adult"),
    Lever("encounters", "child", "count", _COUNT, 1, "encounters with employers"),
    Lever("social_action", "child", "count", _COUNT, 1, "taking part in youth social action"),
    Lever("home_learning", "family", "SD", _SD, 1, "a family's support of learning at home"),
    Lever("trust", "family", "SD", _SD, 1, "a family's trust in school"),
    Lever("leadership", "school", "SD", _SD, 1, "a school's leadership, SD of heads"),
    Lever("satisfaction", "school", "SD", _SD, 1, "the staff's satisfaction, SD of staff"),
    Lever("applicants", "school", "log-odds", ("log-odds", "percent"), 1, "the odds that a post is filled"),
    Lever("retention", "school", "pp", ("pp",), -1, "teachers who leave in their first two years"),
    Lever("gatsby", "school", "count", _COUNT, 1, "Gatsby benchmarks held, of eight"),
    Lever("national_leaders", "school", "count", _COUNT, 1, "National Leaders of Education"),
    Lever("apprenticeships", "employer", "count", _COUNT, 1, "apprenticeships offered a year"),
    Lever("entry_jobs", "employer", "count", _COUNT, 1, "entry jobs offered a year"),
    Lever("sixth_places", "employer", "count", _COUNT, 1, "places in sixth forms and college"),
    Lever("reach_multiplier", "alliance", "ratio", ("ratio",), 1, "how many of those planned are reached"),
    Lever("fidelity_multiplier", "alliance", "ratio", ("ratio",), 1, "how well programmes are delivered"),
    Lever("beyond", "none", "log-odds", ("log-odds", "pp", "SD", "percent"), 0, "an outcome beyond the town"),
)
"""All levers by name."""
