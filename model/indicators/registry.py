"""The registry of indicators: what each is called, of whom it is, by which formula, what it compares with.

INDICATORS["gld"].title, .formula, .groups, .denominator
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.calendar import LAST_YEAR
from model.indicators.census import GROUPS, ByPerson, OfTown, OverPeople, PartOf, Population
from model.indicators.of_people import BY_PERSON, OVER_PEOPLE, PARTS
from model.indicators.of_town import OF_TOWN
from model.io.errors import InputError, unknown
from model.io.files import MODEL, shown_path

FIRST_RECORDED: Final = 2014
"""The first year that is recorded; what rests on a standard first set later begins with it."""
SMALLEST_SHOWN: Final = 10
"""The smallest number of people whose figure is to be shown; schools and posts have no such limit."""

_REQUIRED: Final = ("title", "counterpart", "formula", "unit", "direction", "of")
_OPTIONAL: Final = ("short", "rod", "series", "groups", "first_year", "last_year", "lag", "places")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that is recorded each year.

    `short` is its title where there is little room, `counterpart` the official statistic like it, `direction`
    +1 where more is better, -1 where less is, 0 where neither. `of` is its population. `groups` are those of
    the whole town; with `places` it is recorded by ward and school too. `rod` is England's series that sets
    its standard, `series` England's figures to compare it with, "" for none. It is measured `lag` years after
    the year under which it is recorded, from `first_year` to `last_year`. Figures of fewer than
    `minimum_count` are not to be shown.

    How it is computed, one of three: `compute` says what each person adds to a mean or share (and `part`
    sorts people into the last of `groups`), `compute_all` gives a figure of the population that is no mean,
    `compute_town` one of schools or the town.
    """

    name: str
    title: str
    short: str
    counterpart: str
    formula: str
    unit: str
    direction: int
    of: Population
    groups: tuple[str, ...]
    rod: str
    series: str
    first_year: int
    last_year: int
    lag: int
    places: bool
    compute: ByPerson | None
    part: PartOf | None
    compute_all: OverPeople | None
    compute_town: OfTown | None
    minimum_count: int

    @property
    def denominator(self) -> str:
        """Whom it is of, in words."""
        return self.of.words

    @property
    def basis(self) -> str:
        """ "residence", "institution", "mainstream" or "followed"; see `Population`."""
        return self.of.basis

    @property
    def stage(self) -> str:
        """The stage of life or the part of the town that it belongs to."""
        return self.of.stage

    @property
    def is_share_of_people(self) -> bool:
        """Whether it is a share of people, in per cent, so that their count gives its sampling error."""
        return self.of.ages is not None and self.unit == "%"


def load(path: Path = MODEL / "indicators.toml") -> dict[str, Indicator]:
    """The indicators of a file by name, in its order.

    Raises:
        InputError: a key, population or group is missing or unknown, or an indicator has no arithmetic.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    where = shown_path(path)
    populations = {name: _population(name, entry) for name, entry in content["populations"].items()}
    found = {
        name: _indicator(name, entry, populations, where) for name, entry in content["indicators"].items()
    }
    for name in (*BY_PERSON, *OVER_PEOPLE, *OF_TOWN):
        if name not in found:
            raise InputError("is computed and has no words", where=where, at=f"indicators.{name}")
    return found


def _population(name: str, entry: Mapping[str, Any]) -> Population:
    ages = entry.get("ages")
    return Population(
        name, entry["words"], entry["basis"], entry["stage"], (ages[0], ages[1]) if ages else None
    )


def _indicator(
    name: str, entry: Mapping[str, Any], populations: Mapping[str, Population], where: str
) -> Indicator:
    at = f"indicators.{name}"
    for key in entry:
        if key not in (*_REQUIRED, *_OPTIONAL):
            raise unknown(
                "a known key", key, (*_REQUIRED, *_OPTIONAL), where=where, at=f"{at}.{key}", value=key
            )
    for key in _REQUIRED:
        if key not in entry:
            raise InputError("is missing", where=where, at=f"{at}.{key}")
    if entry["of"] not in populations:
        raise unknown("a population", entry["of"], populations, where=where, at=f"{at}.of")
    compute, whole, town = BY_PERSON.get(name), OVER_PEOPLE.get(name), OF_TOWN.get(name)
    if compute is None and whole is None and town is None:
        raise InputError("has no arithmetic in measures.py or town_measures.py", where=where, at=at)
    possible = GROUPS if compute is not None else ("all",)
    groups = tuple(entry.get("groups", possible))
    for group in groups:
        if group not in possible:
            raise unknown("a group", group, possible, where=where, at=f"{at}.groups")
    parts, part = PARTS.get(name, ((), None))
    rod = entry.get("rod", "")
    return Indicator(
        name=name,
        title=entry["title"],
        short=entry.get("short", entry["title"]),
        counterpart=entry["counterpart"],
        formula=entry["formula"],
        unit=entry["unit"],
        direction=entry["direction"],
        of=populations[entry["of"]],
        groups=groups + parts,
        rod=rod,
        series=entry.get("series", name),
        first_year=entry.get("first_year", FIRST_RECORDED),
        last_year=entry.get("last_year", LAST_YEAR),
        lag=entry.get("lag", 0),
        places=entry.get("places", False),
        compute=compute,
        part=part,
        compute_all=whole,
        compute_town=town,
        minimum_count=SMALLEST_SHOWN if populations[entry["of"]].ages else 0,
    )


def load_shown(
    indicators: Mapping[str, Indicator], path: Path = MODEL / "indicators.toml"
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Read which indicators of which group stand where, by place, in the order of the file.

    Raises:
        InputError: there is no such indicator, or it has no such group.
    """
    found = {}
    for use, entries in tomllib.loads(path.read_text(encoding="utf-8")).get("shown", {}).items():
        pairs = []
        for number, entry in enumerate(entries):
            name, _, group = entry.partition(", ")
            said = {"where": shown_path(path), "at": f"shown.{use}[{number}]"}
            if name not in indicators:
                raise unknown("an indicator", name, indicators, **said)
            if group and group not in indicators[name].groups:
                raise unknown(f"a group of {name}", group, indicators[name].groups, **said)
            pairs.append((name, group or "all"))
        found[use] = tuple(pairs)
    return found


INDICATORS: Final[Mapping[str, Indicator]] = load()
"""All indicators by name."""
_SHOWN: Final = load_shown(INDICATORS)


def shown(use: str) -> tuple[str, ...]:
    """Return the names of the indicators that stand in a place of [shown] in indicators.toml."""
    return tuple(name for name, _ in shown_groups(use))


def shown_groups(use: str) -> tuple[tuple[str, str], ...]:
    """Return the same with the group that each is of. Raises InputError where there is no such place."""
    if use not in _SHOWN:
        raise unknown("a place where indicators stand", use, _SHOWN, where="model/indicators.toml")
    return _SHOWN[use]


def known_groups() -> dict[str, tuple[str, ...]]:
    """The groups of each indicator, by its name: what a goal may name."""
    return {name: indicator.groups for name, indicator in INDICATORS.items()}
