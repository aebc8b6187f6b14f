"""Pupils that districts' schools hold beside pupils published.

`python -m benchmarks.district_rolls derby camden` counts them by what is built alone (places against pupils),
and in towns lived to 2017, whose residents are published. Published by phase are pupils in Year 6 and of
Years 7 to 11 (`model.districts.flows`); of primary age the whole phase is residents times the flow in
Year 6, which `authorities` holds against the pupils published of education authorities.
"""

import argparse
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from model.districts.names import District
    from model.town import Town

WITHIN: Final = 0.03
"""Largest distance wanted of a roll from the pupils published, as a share."""
YEAR: Final = 2017
"""The year whose residents and pupils are published."""
SCALE: Final = 0.1
AGES: Final = {"primary": (5, 11), "secondary": (12, 16)}
"""First and last age in each phase, as of the year in which the school year ends."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Of a district and phase: pupils published, pupils the entry classes have room for in all year groups,
    pupils of the town lived (at full size; None where none was lived), and residents of those ages in it over
    those published."""

    place: str
    phase: str
    published: float
    room: float
    lived: float | None = None
    residents: float | None = None

    @property
    def error(self) -> float | None:
        """Return how far the lived roll lies from the pupils published, as a share."""
        return None if self.lived is None else self.lived / self.published - 1


def pupils(district: "District") -> dict[str, float]:
    """Return the pupils published of a district in 2017, by phase."""
    from model.districts.flows import flows

    of, (first, last) = flows(district), AGES["primary"]
    primary = sum(of.residents[first : last + 1]) * (1 + of.net_inflow_primary / 100)
    return {"primary": primary, "secondary": of.pupils}


def static(district: "District") -> list[Roll]:
    """Return the rolls of a district by what is built of it, without living it."""
    from model.districts import schools

    rows, published = schools.rows(district), pupils(district)
    made = []
    for phase, phases in (("primary", ("primary", "infant")), ("secondary", ("secondary",))):
        first, last = AGES[phase]
        entry = sum(int(row["places_per_year"]) for row in rows if row["phase"] in phases)
        made.append(Roll(district.slug, phase, published[phase], float(entry * (last - first + 1))))
    return made


def lived(district: "District", scale: float = SCALE, seed: int = 1) -> list[Roll]:
    """Return the rolls of a district with those of its town lived to 2017 without programmes."""
    from model.scenario.scenario import Scenario
    from model.town import Town

    town = Town(Scenario.load("baseline").changed(place=district.slug, scale=scale), seed).run(YEAR)
    return [with_lived(roll, town) for roll in static(district)]


def with_lived(roll: Roll, town: "Town") -> Roll:
    """Return a roll with what a town counts of it: pupils in state schools within the boundary, special
    schools only of primary age, as they are published."""
    import numpy as np

    first, last = AGES[roll.phase]
    c, s = town.children, town.schools
    band = town.band(first, last)
    rows = band.start + np.flatnonzero(c.present[band])
    school = c.school[rows]
    here = s.inside[school] & (s.mainstream[school] | (roll.phase == "primary"))
    published = town.world.place.ages.of(YEAR)[first : last + 1].sum()
    size = town.world.scale
    residents = np.count_nonzero(c.resident[rows]) / size / float(published)
    return Roll(
        roll.place, roll.phase, roll.published, roll.room, np.count_nonzero(here) / size, float(residents)
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """Pupils of an education authority in a phase: published (2017 from 2015 and 2019), and summed over its
    districts."""

    area: str
    phase: str
    published: float
    summed: float


def authorities(among: Iterable["District"]) -> list[Authority]:
    """Return what the pupils of districts, `among` whom are all of an authority or none, sum to, beside what
    is published of their education authorities; those without published pupils are left out."""
    from model.districts.flows import authority_pupils

    sums: dict[tuple[str, str], float] = {}
    for district in among:
        if district.first_year <= YEAR <= district.last_year:
            for phase, number in pupils(district).items():
                key = (district.upper_tier, phase)
                sums[key] = sums.get(key, 0.0) + number
    made = []
    for (area, phase), summed in sums.items():
        by_year = authority_pupils(area, phase)
        if 2015 in by_year and 2019 in by_year:
            made.append(Authority(area, phase, (by_year[2015] + by_year[2019]) / 2, summed))
    return made


def told(rolls: Sequence[Roll]) -> str:
    """Return rolls as a table, with how many are within 3%."""
    lines = [
        f"{'place':32} {'phase':10} {'published':>9} {'room':>6} {'lived':>9} {'error':>7} {'residents':>9}"
    ]
    for roll in rolls:
        lived_, error, residents = "-", "-", "-"
        if roll.lived is not None and roll.error is not None and roll.residents is not None:
            lived_, error, residents = f"{roll.lived:,.0f}", f"{roll.error:+.1%}", f"{roll.residents:.3f}"
        lines.append(
            f"{roll.place:32} {roll.phase:10} {roll.published:9,.0f} {roll.room / roll.published:6.2f} "
            f"{lived_:>9} {error:>7} {residents:>9}"
        )
    return "\n".join([*lines, *_summed_up(rolls)])


def _summed_up(rolls: Iterable[Roll]) -> list[str]:
    lines = []
    by_phase: dict[str, list[float]] = {}
    for roll in rolls:
        if roll.error is not None:
            by_phase.setdefault(roll.phase, []).append(roll.error)
    for phase, errors in by_phase.items():
        within = sum(abs(error) <= WITHIN for error in errors)
        size = statistics.median(abs(error) for error in errors)
        lines.append(
            f"{phase}: {within} of {len(errors)} within {WITHIN:.0%}; "
            f"median {statistics.median(errors):+.1%}, median size {size:.1%}"
        )
    return lines


def main() -> None:
    """Print the rolls of the districts that are named, all where none is."""
    from model.districts.names import districts, find

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", help="names or codes of districts; all where none is given")
    parser.add_argument("--scale", type=float, default=SCALE, help="size of the towns that are lived")
    parser.add_argument("--static", action="store_true", help="live no town")
    given = parser.parse_args()
    chosen = [find(name) for name in given.places] or list(districts())
    rolls = []
    for district in chosen:
        rolls += static(district) if given.static else lived(district, given.scale)
    print(told(rolls))


if __name__ == "__main__":
    main()
