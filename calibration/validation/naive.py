"""What somebody without a model would have said in 2019 of a year to come: two naive forecasts.

Both read what was published: "last year's value" is the last published value of the same series before 2020,
"England's trend" the town's value of 2019 and England's own change since then. Where the series is new in
the year to forecast, its first one has no last value; England's trend then takes the town's distance to
England in the nearest older series (`STANDS_FOR`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.observe import Observation
from calibration.patterns import early_areas
from model.inputs.england import England
from model.inputs.place import Place

LAST_KNOWN: Final = 2019
LAST_VALUE, TREND = "last_value", "trend"
WORDS: Final = {LAST_VALUE: "last year's value", TREND: "England's trend"}
"""The two forecasts, by the names of their columns."""
STANDS_FOR: Final[Mapping[str, str]] = {"eyfsp_area": "gld"}
"""New series, by the part of their name before the dot, and the older one of the same children."""
OTHER_BASIS: Final[Mapping[str, str]] = {"level2_em_by_19": "level2_em_by_19_cohort"}
"""England's series by group, where it has another name than that of all."""


@dataclass(frozen=True, slots=True)
class Naive:
    """Two forecasts of one observation, None where there is none, and the year of the last value."""

    last: float | None
    trend: float | None
    year: int | None
    note: str = ""

    def of(self, name: str) -> float | None:
        """Return one of the two, by its column."""
        return self.last if name == LAST_VALUE else self.trend


def naive(each: Observation, place: Place, england: England) -> Naive:
    """Return the naive forecasts of an observation, from published figures of its own place and of
    England."""
    new = STANDS_FOR.get(each.indicator.partition(".")[0])
    if new is not None:
        return _of_new_series(each, new, place, england)
    year = max(
        (year for year in range(2000, LAST_KNOWN + 1) if _here(each, place, year) is not None), default=None
    )
    if year is None:
        return Naive(None, None, None, "nothing was published before 2020")
    last = _here(each, place, year)
    then, now = _of_england(each, england, year), _of_england(each, england, each.year)
    trend = None if last is None or then is None or now is None else last + now - then
    return Naive(last, trend, year)


def _of_new_series(each: Observation, older: str, place: Place, england: England) -> Naive:
    here = _figure(place, older, each.group, each.place, LAST_KNOWN)
    now = early_areas().get(each.indicator.partition(".")[2])
    if here is None or now is None or not england.has(older, each.group):
        return Naive(None, None, None, "a new series")
    distance = here - england.series(older, each.group).at(LAST_KNOWN)
    return Naive(None, now + distance, LAST_KNOWN, f"a new series: England's, and the distance in {older}")


def _here(each: Observation, place: Place, year: int) -> float | None:
    """Return the published figure of the observation's own place in another year."""
    first = _figure(place, each.indicator, each.group, each.place, year)
    if not each.minus_group or first is None:
        return first
    second = _figure(place, each.indicator, each.minus_group, each.place, year)
    return None if second is None else first - second


def _figure(place: Place, indicator: str, group: str, whose: str, year: int) -> float | None:
    found = [o for o in place.observations(indicator, group) if o.place == whose and o.year == year]
    return found[0].value if found else None


def _of_england(each: Observation, england: England, year: int) -> float | None:
    """Return England's published figure of the same kind."""
    name = each.indicator
    if each.minus_group and name in OTHER_BASIS:
        name = OTHER_BASIS[name]
    figures = []
    for group in filter(None, (each.group, each.minus_group)):
        if not england.has(name, group) or not england.series(name, group).has(year):
            return None
        figures.append(england.series(name, group).at(year))
    return figures[0] - figures[1] if each.minus_group else figures[0]
