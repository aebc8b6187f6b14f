"""Where the schools of a district stand: at the middle of their ward, never more finely."""

import functools
import math
from typing import Final

from model.districts import tables, wards
from model.districts.names import District
from model.districts.school_numbers import numbers

APART_KM: Final = 0.4
"""From the middle of a ward to each of several schools in it."""

_SITED: Final = ("primary", "infant", "junior", "secondary", "special", "college")


class Sites:
    """Places of a district's schools in km from the wards' mean: one school at the middle of its ward,
    several around it, evenly. An infant school stands with its junior school where both are in one ward.

    `names` are the wards' names by code, `order` their names as `wards.csv` has them.
    """

    def __init__(self, district: District) -> None:
        rows = wards.rows(district)
        self.names = wards.names(district)
        self.order = [str(row["ward"]) for row in rows]
        by_name = {str(row["ward"]): (float(row["east_km"]), float(row["north_km"])) for row in rows}
        self._middle = {code: by_name[name] for code, name in self.names.items()}
        self._found = numbers(district)
        self._by_ward: dict[str, list[tuple[str, int]]] = {}
        for phase in _SITED:
            for i, school in enumerate(getattr(self._found, phase)):
                if self._own_site(phase, i):
                    self._by_ward.setdefault(school.ward, []).append((phase, i))
        first = tables.records("wards", district.code)[0]
        east, north = self._middle[first["ward_code"]]
        self._origin = first["east"] / 1000 - east, first["north"] / 1000 - north

    def of(self, phase: str, i: int) -> tuple[float, float]:
        """Return where the school stands that is number `i` of its phase in the district's numbers."""
        school = getattr(self._found, phase)[i]
        if not self._own_site(phase, i):
            return self.of("junior", school.pair)
        (east, north), here = self._middle[school.ward], self._by_ward[school.ward]
        if len(here) > 1:
            angle = 2 * math.pi * here.index((phase, i)) / len(here)
            east, north = east + APART_KM * math.cos(angle), north + APART_KM * math.sin(angle)
        return round(east, 2), round(north, 2)

    def local(self, east: float, north: float) -> tuple[float, float]:
        """Return a place of the national grid (km) from the wards' mean."""
        return round(east - self._origin[0], 2), round(north - self._origin[1], 2)

    def _own_site(self, phase: str, i: int) -> bool:
        school = getattr(self._found, phase)[i]
        return phase != "infant" or self._found.junior[school.pair].ward != school.ward


@functools.cache
def sites_of(district: District) -> Sites:
    """Return where the schools of a district stand."""
    return Sites(district)
