"""Record: the last phase of the year keeps the figures of all indicators and groups."""

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_ACTING, LAST_AT_SCHOOL, LAST_YEAR
from model.compiled import B
from model.indicators.census import GROUPS, MEMBERS, NO_PART, Census, F, People
from model.indicators.pathways import LAG, SHAPE, paths
from model.indicators.registry import FIRST_RECORDED, INDICATORS, Indicator
from model.inputs.place_schools import SCHOOL_BLOCK
from model.io.errors import unknown
from model.state.ledger import FUNDERS

if TYPE_CHECKING:
    import pandas as pd

    from model.state.state import TownState


RECORD_FROM: Final = FIRST_RECORDED
BY_PROGRAMME: Final = ("money_spent", "people_served")
"""Indicators that are kept for each programme too, in the groups "programme:NAME"."""
PROGRAMME: Final = "programme:"
FUNDER: Final = "funder:"
PLACE_YEARS: Final = (2017, 2021, 2022, 2032, 2048)
"""Years in which wards and schools are recorded; a full record has them, and fifths, every year."""
FIFTHS: Final = 5


class Record:
    """The figures of a town, by year and (indicator, group).

    `years` and `keys` name rows and columns; `values` (years, keys) float32, NaN where missing; `counts`
    (years, keys) int32, how many each figure is of; `latent` (years, keys), True where England published no
    comparable result, so that the figure is what the last earlier standard would have shown. `paths` (years,
    *SHAPE) int32 counts the paths of those who left at 18 in each year (see `model.indicators.pathways`), all
    0 while their destination is not known: in the last year lived, for one.

    Wards are the groups "ward:NAME", simulated schools "school:NAME" (copies in a larger town count with the
    first), fifths of children by deprivation of their ward "fifth:1" (most deprived) to "fifth:5", in a full
    record only. A figure of fewer than the indicator's `minimum_count` is kept here; whoever shows figures
    leaves it out.
    """

    def __init__(self, town: "TownState") -> None:
        world = town.world
        self.full = town.scenario.record == "full"
        self.years = tuple(range(RECORD_FROM, LAST_YEAR + 1))
        place = world.place
        inside = np.flatnonzero(place.schools.ward >= 0)
        self._school_of = np.full(len(place.schools), NO_PART, np.uint16)
        self._school_of[inside] = np.arange(len(inside))
        self._fifth_of = _fifths(place.wards.idaci_2019, world.ward_shares)
        places = [f"ward:{name}" for name in place.wards.names]
        places += [f"school:{place.schools.names[row]}" for row in inside]
        if self.full:
            places += [f"fifth:{number}" for number in range(1, FIFTHS + 1)]
        self._wards, self._schools = len(place.wards), len(inside)
        keys: list[tuple[str, str]] = []
        self._start: dict[str, int] = {}
        self._members: dict[str, NDArray[np.float64]] = {}
        for name, indicator in INDICATORS.items():
            self._start[name] = len(keys)
            usual = [GROUPS.index(group) for group in indicator.groups if group in GROUPS]
            self._members[name] = np.ascontiguousarray(MEMBERS[:, usual])
            keys += [(name, group) for group in indicator.groups]
            keys += [(name, group) for group in places if indicator.places]
        programmes = [f"{PROGRAMME}{use.name}" for use in town.scenario.programmes]
        keys += [(name, group) for name in BY_PROGRAMME for group in programmes]
        if town.scenario.acting:
            keys += [("money_spent", f"{FUNDER}{funder}") for funder in FUNDERS]
        self.keys = tuple(keys)
        self._at = {key: column for column, key in enumerate(keys)}
        self.values = np.full((len(self.years), len(keys)), np.nan, np.float32)
        self.counts = np.zeros((len(self.years), len(keys)), np.int32)
        self.latent = np.zeros((len(self.years), len(keys)), np.bool_)
        self.paths = np.zeros((len(self.years), *SHAPE), np.int32)
        for column, (name, _) in enumerate(keys):
            if INDICATORS[name].rod:
                self.latent[:, column] = world.latent(INDICATORS[name].rod, RECORD_FROM, LAST_YEAR)

    def value(self, indicator: str, group: str, year: int) -> float | None:
        """Return a figure in the indicator's unit; None where it is missing or the year is not recorded.

        Raises:
            InputError: there is no such indicator, or it has no such group.
        """
        figure = self._figure(self.values, indicator, group, year)
        return None if figure is None or math.isnan(figure) else float(figure)

    def count(self, indicator: str, group: str, year: int) -> int:
        """Return how many people (posts, schools) a figure is of; 0 where it is missing. Raises as
        `value`."""
        return int(self._figure(self.counts, indicator, group, year) or 0)

    def is_latent(self, indicator: str, group: str, year: int) -> bool:
        """Tell whether it is an estimate for a year without comparable results. Raises as `value`."""
        return bool(self._figure(self.latent, indicator, group, year))

    def _figure(self, table: NDArray[Any], indicator: str, group: str, year: int) -> Any:
        column = self._at.get((indicator, group))
        if column is None:
            if indicator not in INDICATORS:
                raise unknown("an indicator", indicator, INDICATORS)
            raise unknown(
                f"a group of {indicator}", group, [of for name, of in self.keys if name == indicator]
            )
        row = year - self.years[0]
        return table[row, column] if 0 <= row < len(self.years) else None

    def frame(self) -> "pd.DataFrame":
        """Return all figures that are not missing: year, indicator, group, value, count, latent, and error,
        the sampling error (one SD, percentage points) of a share of people, NaN for other figures."""
        import pandas as pd

        row, column = np.nonzero(np.isfinite(self.values))
        value = self.values[row, column].astype(np.float64)
        count = self.counts[row, column]
        share = np.array([INDICATORS[name].is_share_of_people for name, _ in self.keys])[column]
        variance = np.where(share, value * (100.0 - value), np.nan) / np.maximum(count, 1)
        return pd.DataFrame(
            {
                "year": np.array(self.years)[row],
                "indicator": np.array([name for name, _ in self.keys], dtype=object)[column],
                "group": np.array([group for _, group in self.keys], dtype=object)[column],
                "value": value,
                "count": count,
                "latent": self.latent[row, column],
                "error": np.sqrt(variance),
            }
        )

    # Writing, once a year.

    def take_over(self, earlier: "Record") -> None:
        """Take over the figures of an earlier record of the same place, where this one keeps them too."""
        shared = [(own, earlier._at[key]) for key, own in self._at.items() if key in earlier._at]
        here, there = (np.array(those, np.intp) for those in zip(*shared, strict=True))
        self.values[:, here] = earlier.values[:, there]
        self.counts[:, here] = earlier.counts[:, there]
        self.paths[:] = earlier.paths

    def take(self, town: "TownState") -> None:
        """Compute and keep the figures of the town's year; years before RECORD_FROM are not kept."""
        if town.year < RECORD_FROM:
            return
        census = Census(town)
        for name, indicator in INDICATORS.items():
            year = town.year - indicator.lag
            if max(indicator.first_year, RECORD_FROM) <= year <= indicator.last_year:
                self._take(census, indicator, year - RECORD_FROM, self._start[name])
        if town.year - LAG >= RECORD_FROM:
            self.paths[town.year - LAG - RECORD_FROM] = paths(census)
        self._take_programmes(town)

    def _take(self, census: Census, indicator: Indicator, row: int, start: int) -> None:
        values, counts = self.values[row], self.counts[row]
        if indicator.compute is not None:
            people = census.people(indicator.of)
            x = indicator.compute(people)
            members = self._members[indicator.name]
            end = start + members.shape[1]
            people.figures(x, members, values[start:end], counts[start:end])
            if indicator.part is not None:
                start, end = end, start + len(indicator.groups)
                people.split(x, indicator.part(people), values[start:end], counts[start:end])
            if indicator.places and (self.full or row + RECORD_FROM in PLACE_YEARS):
                self._take_places(people, x, row, end)
        elif indicator.compute_all is not None:
            values[start], counts[start] = indicator.compute_all(census.people(indicator.of))
        elif indicator.compute_town is not None:
            values[start], counts[start] = indicator.compute_town(census)

    def _take_programmes(self, town: "TownState") -> None:
        """Record money and people served of each programme of the year."""
        if town.year < FIRST_ACTING:
            return
        row = town.year - RECORD_FROM
        for use in town.scenario.programmes:
            for name in BY_PROGRAMME:
                column = self._at[name, f"{PROGRAMME}{use.name}"]
                self.values[row, column] = 0
                self.counts[row, column] = 1
        for entry in town.delivery.of_year(town.year):
            group = f"{PROGRAMME}{entry.programme}"
            for name, value in (("money_spent", entry.cost), ("people_served", float(entry.treated))):
                self.values[row, self._at[name, group]] += value
        if town.scenario.acting:
            for funder, money in town.delivery.spent(town.year).items():
                column = self._at["money_spent", f"{FUNDER}{funder}"]
                self.values[row, column], self.counts[row, column] = money, 1

    def _take_places(self, people: People, x: F | B, row: int, start: int) -> None:
        """Record figures of wards by home, of schools by where they are taught or were in Year 11, and of
        fifths."""
        ward = people["ward"].view(np.uint16)  # -1, outside, becomes NO_PART
        at_school = people["cohort"] >= people.town.year - LAST_AT_SCHOOL
        school = np.where(at_school, people["school"], people["ks4_school"])
        sorted_by = [(ward, self._wards), (self._named_school(people.town)[school], self._schools)]
        if self.full:
            sorted_by.append((np.append(self._fifth_of, np.uint16(NO_PART))[people["ward"]], FIFTHS))
        for of, size in sorted_by:
            end = start + size
            people.split(x, of, self.values[row, start:end], self.counts[row, start:end])
            start = end

    def _named_school(self, town: "TownState") -> NDArray[np.uint16]:
        """Number of each of the town's schools among those recorded, else NO_PART, (schools + 1,)."""
        return np.append(self._school_of[(town.schools.id - 1) // SCHOOL_BLOCK], np.uint16(NO_PART))


def _fifths(deprivation: NDArray[np.float64], children: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return the fifth of each ward (wards,), 0 the most deprived, by the middle of its children in that
    order."""
    order = np.argsort(-deprivation, kind="stable")
    middle = np.cumsum(children[order]) - children[order] / 2
    fifth = np.empty(len(order), np.uint16)
    fifth[order] = np.minimum((middle / children.sum() * FIFTHS).astype(np.uint16), FIFTHS - 1)
    return fifth
