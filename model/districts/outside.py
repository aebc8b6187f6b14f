"""Where schools beyond a district's boundary stand, for the children who go to them."""

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.districts import tables
from model.districts.names import District
from model.districts.school_numbers import ward_places

F = NDArray[np.float64]

MOST_SITES: Final = 4
LEAST_PLACES: Final = 40
"""Of a school outside, for there to be another one."""
MOST_KM: Final = 1.5
"""From the middle of a ward to the outside school that its children go to: nearer than it may be in truth, so
that as many go as are counted. Independent schools within the boundary are among them. Judgement."""
_WARDS_FOR: Final = 2.5
"""Children of the wards that look beyond the boundary, over those who go there. Judgement."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place outside a district, in km on the national grid, and its share of those who go outside."""

    east: float
    north: float
    share: float


def sites(district: District, outflow: float, places: float) -> list[Site]:
    """Return where the secondary schools stand to which a share `outflow` of a district's children goes,
    `places` a year.

    Wards look beyond the boundary in the order in which a school there is nearer than one of the district,
    until they hold enough children; those nearest to one school share it, and it stands by the largest of
    them. There are four at most.
    """
    wards = tables.of("wards", district.code)
    here: F = wards[["east", "north"]].to_numpy(np.float64) / 1000
    children: F = wards["age_5_18"].to_numpy(np.float64)
    own = _codes(district, "secondary", inside=True)
    beyond = _codes(district, "secondary", inside=False)
    to, km = _nearest(here, beyond)
    inside = _nearest(here, own)[1] if len(own) else np.zeros(len(here))
    order = np.argsort(km - inside, kind="stable")
    reached = np.cumsum(children[order]) - children[order]
    takes = order[reached < min(1.0, _WARDS_FOR * outflow) * children.sum()]
    by_school: dict[int, float] = {}
    for ward in takes:
        by_school[int(to[ward])] = by_school.get(int(to[ward]), 0.0) + float(children[ward])
    most = min(MOST_SITES, max(1, int(places // LEAST_PLACES)))
    kept = sorted(by_school, key=lambda school: (-by_school[school], school))[:most]
    made = []
    total = sum(by_school[school] for school in kept)
    for school in kept:
        of = takes[to[takes] == school]
        largest = here[of[children[of].argmax()]]
        away = beyond[school] - largest
        far = float(np.sqrt((away * away).sum()))
        at = largest + away * min(1.0, MOST_KM / far if far else 1.0)
        made.append(Site(float(at[0]), float(at[1]), by_school[school] / total))
    return made


def nearest(district: District, phase: str) -> Site:
    """Return where the nearest ward outside a district lies that has a `phase`: "special" or "college"."""
    wards = tables.of("wards", district.code)
    middle = wards[["east", "north"]].to_numpy(np.float64).mean(axis=0)[None, :] / 1000
    beyond = _codes(district, phase, inside=False)
    at = beyond[_nearest(middle, beyond)[0][0]]
    return Site(float(at[0]), float(at[1]), 1.0)


def _nearest(from_: F, to: F) -> tuple[NDArray[np.intp], F]:
    """Return the row of `to` nearest to each of `from_`, and how far it is, km."""
    away = from_[:, None, :] - to[None, :, :]
    km = np.sqrt((away * away).sum(axis=2))
    at = km.argmin(axis=1)
    return at, km[np.arange(len(at)), at]


@functools.cache
def _codes(district: District, phase: str, *, inside: bool) -> F:
    """Return the places of wards with a school of a phase, in the district or beyond it, (n, 2) km."""
    own = set(tables.of("wards", district.code)["ward_code"])
    places = ward_places()
    return np.array([places[ward] for ward in _wards_with(phase) if (ward in own) == inside]).reshape(-1, 2)


@functools.cache
def _wards_with(phase: str) -> tuple[str, ...]:
    """Return the codes of England's wards that have a school of a phase."""
    of = tables.table("schools")
    if phase == "secondary":
        of = of[of["type"].isin(["secondary", "upper", "all-through"])]
    elif phase == "college":
        of = of[of["kind"] == "General further education college"]
    else:
        of = of[of["type"] == phase]
    return tuple(sorted({ward for ward in of["ward17"] if ward}))
