"""The schools of a town: simulated ones, of published numbers and sizes; none of them is a real school."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.place_people import FURTHEST_KM, Wards
from model.io.csv import Row, check_most, check_unique, read_csv, reals, wholes
from model.io.errors import InputError, unknown

SCHOOL_BLOCK = 1000
"""Ids that a school of the place has for itself and its copies in a larger town."""
MOST_SCHOOLS: Final = 4000
"""Of a place: their ids, and those of their posts, have room for no more."""
MOST_PLACES: Final = 2000
"""Of an entry class of one school: more is a mistake."""
MOST_TOGETHER: Final = 30_000
"""The same of colleges, and of schools outside the town, which stand for several."""
PHASES: Final = (
    "primary",
    "infant",
    "junior",
    "secondary",
    "special",
    "college",
    "outside_secondary",
    "outside_sixth_form",
    "outside_primary",
)
"""What a school can be; its code is the position here."""

TAUGHT: Final = {
    "primary": (5, 11),
    "infant": (5, 7),
    "junior": (8, 11),
    "secondary": (12, 18),
    "special": (5, 16),
    "college": (17, 18),
}
"""First and last age of those taught in each kind of school in the town, where it has a sixth form."""

OUTSIDE: Final = "outside"
"""In place of a ward: beyond the town's boundary."""
MAY_BE_OUTSIDE: Final = ("special", "college")
"""Kinds that every town needs and some districts lack: then the nearest one beyond the boundary."""

_NEEDED = ("primary", "secondary", "special", "college", "outside_secondary", "outside_sixth_form")
_COLUMNS = (
    "school",
    "phase",
    "feeds",
    "ward",
    "east_km",
    "north_km",
    "places_per_year",
    "sixth_form",
    "sixth_form_places",
    "fsm6_2019",
)


@dataclass(frozen=True, slots=True, eq=False)
class Schools:
    """The schools, (n,) each: `phase` a code of PHASES, `feeds` the row of the junior school that an infant
    school feeds (-1 for others), `ward` a row of the wards (-1 outside the town), place in km east and north
    of the wards' mean, `places` of an entry class, sixth form and its entry places, and the share of pupils
    with free meals in six years in 2019 (%, NaN where none is given)."""

    names: tuple[str, ...]
    phase: NDArray[np.int64]
    feeds: NDArray[np.int64]
    ward: NDArray[np.int64]
    east_km: NDArray[np.float64]
    north_km: NDArray[np.float64]
    places: NDArray[np.int64]
    sixth_form: NDArray[np.bool_]
    sixth_form_places: NDArray[np.int64]
    fsm6: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, *phases: str) -> NDArray[np.intp]:
        """Return the rows of the schools of these phases, in order. Raises InputError for a word that is none
        of PHASES."""
        for phase in phases:
            if phase not in PHASES:
                raise unknown("a phase of school", phase, PHASES)
        return np.flatnonzero(np.isin(self.phase, [PHASES.index(phase) for phase in phases]))


def read_schools(folder: Path, wards: Wards) -> Schools:
    """Return the schools of `folder/schools.csv`.

    Raises InputError for an unknown phase, ward or fed school, an infant school that feeds none, a junior
    school with fewer places than feed it or fed by none, sixth-form places without sixth form, a phase
    without school.
    """
    rows = read_csv(folder / "schools.csv", _COLUMNS)
    check_unique(rows, ("school",))
    check_most(rows, MOST_SCHOOLS, "schools")
    phases = [row.word("phase", PHASES, "a phase of school") for row in rows]
    for phase in _NEEDED:
        if phase not in phases:
            raise InputError(f"has no school of the phase '{phase}'", where=rows[0].where)
    sixth_form = np.array([_sixth_form(row, phase) for row, phase in zip(rows, phases, strict=True)])
    sixth_form.flags.writeable = False
    return Schools(
        names=tuple(row.text("school") for row in rows),
        phase=wholes(PHASES.index(phase) for phase in phases),
        feeds=wholes(_feeds(rows, phases)),
        ward=wholes(_ward(row, phase, wards) for row, phase in zip(rows, phases, strict=True)),
        east_km=reals(row.number("east_km", -FURTHEST_KM, FURTHEST_KM) for row in rows),
        north_km=reals(row.number("north_km", -FURTHEST_KM, FURTHEST_KM) for row in rows),
        places=wholes(_places(row, phase) for row, phase in zip(rows, phases, strict=True)),
        sixth_form=sixth_form,
        sixth_form_places=wholes(row.whole("sixth_form_places", 0, MOST_PLACES) for row in rows),
        fsm6=reals(_fsm6(row, phase) for row, phase in zip(rows, phases, strict=True)),
    )


def _places(row: Row, phase: str) -> int:
    """Return the places of an entry class; what stands for several institutions may have more."""
    many = phase == "college" or phase.startswith(OUTSIDE)
    return row.whole("places_per_year", 1, MOST_TOGETHER if many else MOST_PLACES)


def _ward(row: Row, phase: str, wards: Wards) -> int:
    """Return the ward's row, -1 outside: an outside school must stand there, a special school or college may
    where the town has none of its own, and no other may."""
    beyond = row.text("ward") == OUTSIDE
    if phase.startswith(OUTSIDE) != beyond and not (beyond and phase in MAY_BE_OUTSIDE):
        also = " and ".join(MAY_BE_OUTSIDE)
        raise row.fault("ward", f"'{OUTSIDE}' is for outside schools, and for them only (and for {also})")
    return -1 if beyond else wards.names.index(row.word("ward", wards.names, "a ward"))


def _sixth_form(row: Row, phase: str) -> bool:
    has, places = row.flag("sixth_form"), row.whole("sixth_form_places", 0, MOST_PLACES)
    if has and phase != "secondary":
        raise row.fault("sixth_form", "only a secondary school can have one")
    if has != (places > 0):
        raise row.fault("sixth_form_places", "must be above 0 with a sixth form and 0 without")
    return has


def _fsm6(row: Row, phase: str) -> float:
    if not row.cells["fsm6_2019"]:
        return float("nan")
    if phase != "secondary":
        raise row.fault("fsm6_2019", "is given for secondary schools only")
    return row.number("fsm6_2019", 0, 100)


def _feeds(rows: list[Row], phases: list[str]) -> list[int]:
    """Return the row of the school that each feeds, -1 for none."""
    names = [row.cells["school"] for row in rows]
    juniors = [name for name, phase in zip(names, phases, strict=True) if phase == "junior"]
    coming = dict.fromkeys(juniors, 0)
    feeds: list[int] = []
    for row, phase in zip(rows, phases, strict=True):
        if phase != "infant":
            if row.cells["feeds"]:
                raise row.fault("feeds", "only an infant school feeds another")
            feeds.append(-1)
            continue
        junior = row.word("feeds", juniors, "a junior school")
        coming[junior] += _places(row, phase)
        feeds.append(names.index(junior))
    for row in rows:
        needed = coming.get(row.cells["school"])
        if needed == 0:
            raise InputError(
                "no infant school feeds this junior school", where=row.where, at=f"line {row.line}"
            )
        if needed is not None and _places(row, "junior") < needed:
            raise row.fault(
                "places_per_year", "must be enough for the infant schools that feed it", f"{needed} or more"
            )
    return feeds
