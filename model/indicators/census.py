"""Who is counted: the people of a population in one year, and figures of their groups.

A census is made once, at the end of a year, and asked by every indicator. Groups are bits of one pattern a
person, and people are counted in place, so that a figure of all groups costs one pass and no copies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_AT_SCHOOL, LAST_AGE, LAST_AT_SCHOOL
from model.compiled import I1, I2, U1, U2, B, OutU1, OutU2, compiled
from model.inputs.place_schools import PHASES
from model.kernels.group_means import group_means, part_means
from model.rules import growth
from model.rules.households import SIX_YEARS
from model.rules.national_standard import cut
from model.state.gains import any_skill, skill_gain

if TYPE_CHECKING:
    from model.state.state import TownState

type F = NDArray[np.float32]
type D = NDArray[np.float64]
type I4 = NDArray[np.int32]

GROUPS: Final = (
    "all", "disadvantaged", "other", "fsm", "non_fsm", "girls", "boys", "sen", "eal", "need6", "not_need6",
)  # fmt: skip
"""`disadvantaged`: free meals in the year or the five before (from 17 on, up to Year 11), `other`: not.
`fsm`: free meals in the year (from 17 on, in Year 11). `need6`: in need by the rule of 2017 in those six
years, so that the transitional protection of free meals changes nothing."""

PATTERNS: Final = 64
NO_PART: Final = 65535
"""The part of whoever belongs to none, a number of two bytes."""
_SPECIAL, _MAINSTREAM = 1, 2
_GIRL, _SEN, _EAL, _DISADVANTAGED, _FSM, _NEED = (1 << bit for bit in range(6))


def _members() -> D:
    """Return which patterns belong to which group, (patterns, groups), 1 or 0."""
    pattern = np.arange(PATTERNS)
    poor, meals, girl = pattern & _DISADVANTAGED, pattern & _FSM, pattern & _GIRL
    need = pattern & _NEED
    of = (
        pattern >= 0, poor > 0, poor == 0, meals > 0, meals == 0, girl > 0, girl == 0, pattern & _SEN > 0,
        pattern & _EAL > 0, need > 0, need == 0,
    )  # fmt: skip
    return np.stack(of, axis=1).astype(np.float64)


MEMBERS: Final = _members()


@dataclass(frozen=True, slots=True)
class Population:
    """Whom an indicator is about, in `words`. `ages` are the first and last, None for schools or posts.

    `basis`: "residence", who lives in the town (from 17 on, and did at 16); "institution", pupils of its
    state-funded schools, wherever they live (from 17 on, residents at 16 who were in Year 11 there);
    "mainstream", the same without special schools; "followed", residents at 16, wherever they live.
    """

    name: str
    words: str
    basis: str
    stage: str
    ages: tuple[int, int] | None = None


class Census:
    """The people of a town at the end of a year, sorted into groups. Made once a year, for that year only."""

    def __init__(self, town: "TownState") -> None:
        self.town = town
        young, old = town.band(FIRST_AT_SCHOOL, LAST_AT_SCHOOL), town.band(LAST_AT_SCHOOL + 1, LAST_AGE)
        self._start, self._school_start = old.start, young.start
        self._pattern = _patterns(town, old, young)
        s = town.schools
        kind = np.where(s.inside, np.where(s.mainstream, _MAINSTREAM, _SPECIAL), 0).astype(np.uint8)
        # The last row, -1, is no school.
        self._school_kind = np.append(kind, np.uint8(0))
        self._kind = _kinds(town.children.school[young], self._school_kind)
        self._people: dict[str, People] = {}
        self._schools: dict[tuple[str, ...], NDArray[np.intp]] = {}

    def people(self, population: Population) -> "People":
        """Return the people of a population. Raises ValueError where it is one of schools or posts."""
        if population.name not in self._people:
            if population.ages is None:
                raise ValueError(f"{population.name}: {population.words} are no people with an age")
            band = self.town.band(*population.ages)
            counted = self._counted(population.basis, band, *population.ages)
            pattern = self._pattern[band.start - self._start : band.stop - self._start]
            self._people[population.name] = People(self, band, counted, pattern)
        return self._people[population.name]

    def schools(self, phases: tuple[str, ...]) -> NDArray[np.intp]:
        """Return rows of the town's own schools of these phases."""
        if phases not in self._schools:
            s = self.town.schools
            of = np.zeros(len(s.id), np.bool_)
            for phase in phases:
                of |= s.phase == PHASES.index(phase)
            self._schools[phases] = np.flatnonzero(of & s.inside)
        return self._schools[phases]

    def national(self, series: str) -> float:
        """Return England's figure of the year, carried where none is published."""
        return self.town.national(series)

    def cut(self, series: str) -> float:
        """Return the score that England's published share of the year exceeds."""
        return cut(self.national(series))

    def _counted(self, basis: str, band: slice, first: int, last: int) -> B:
        c = self.town.children
        if basis == "residence":
            here: B = c.present[band] & c.resident[band]
            if last > LAST_AT_SCHOOL:
                grown = self.town.band(max(first, LAST_AT_SCHOOL + 1), last)
                here[: grown.stop - grown.start] &= c.followed[grown]
            return here
        if basis == "followed":
            followed: B = c.present[band] & c.followed[band]
            return followed
        least = {"institution": _SPECIAL, "mainstream": _MAINSTREAM}[basis]
        if last <= LAST_AT_SCHOOL:
            start = self._school_start
            taught: B = c.present[band] & (self._kind[band.start - start : band.stop - start] >= least)
            return taught
        was_taught = self._school_kind[c.ks4_school[band]] >= least
        left: B = c.present[band] & c.followed[band] & was_taught
        return left


class People:
    """People of one population. They lie in one `band` of rows (m,) of the table of children, which holds
    others too: `counted` (m,) says who belongs, `pattern` (m,) to which groups, PATTERNS for the others.
    """

    def __init__(self, census: Census, band: slice, counted: B, pattern: U1) -> None:
        self.census, self.town = census, census.town
        self.band, self.counted = band, counted
        self.pattern: U1 = _only(counted, pattern, PATTERNS)

    def __len__(self) -> int:
        return int(np.count_nonzero(self.counted))

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return a column over the whole band (m,), of those who belong and of others."""
        values: NDArray[Any] = getattr(self.town.children, column)[self.band]
        return values

    def only(self, column: str) -> NDArray[Any]:
        """Return a column of those who belong (n,)."""
        return self[column][self.places]

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Return where in the band those who belong are (n,)."""
        return np.flatnonzero(self.counted)

    @cached_property
    def skill(self) -> F:
        """Return the composite skill over the whole band (m,), SD in England."""
        town = self.town
        own = growth.composite(self["theta"], self["literacy"], self["numeracy"], town.world.growth.k)
        return own + skill_gain(town, self.band) if any_skill(town) else own

    @cached_property
    def left_sixth_form(self) -> B:
        """Return who over the whole band left a level 3 programme of the town's own sixth forms and college
        (m,)."""
        inside = np.append(self.town.schools.inside, False)
        here: B = (self["sustained_18"] >= 0) & inside[self["post16"]]
        return here

    @cached_property
    def by_pattern(self) -> NDArray[np.intp]:
        """Return how many people have each pattern of groups, (PATTERNS,)."""
        return np.bincount(self.pattern, minlength=PATTERNS)[:PATTERNS]

    def figures(self, x: F | B, members: D, values: F, counts: I4) -> None:
        """Write figures of some groups and how many people they are of into `values` and `counts` (groups,).

        Args:
            x: (m,) yes or no, for a share in per cent; or numbers, for a mean, NaN for whoever does not
                count. What stands with those who do not belong is of no account.
            members: (PATTERNS, groups) the columns of MEMBERS for these groups.
            values: NaN where a group is empty.
        """
        group_means(self.pattern, x, members, values, counts)

    def split(self, x: F | B, part: U2, values: F, counts: I4) -> None:
        """Write `figures` of parts instead of groups, (parts,) each; `part` (m,) is NO_PART for none."""
        part_means(_in_parts(self.counted, part), x, values, counts)


@compiled
def _kinds(school: I2, kind: U1) -> OutU1:
    """Return the kind (schools + 1,) of each one's school (n,), -1 for none, which stands last."""
    out, none = np.empty(school.shape[0], np.uint8), len(kind) - 1
    for i in range(school.shape[0]):
        out[i] = kind[np.uintp(school[i] if school[i] >= 0 else none)]
    return out


@compiled
def _only(counted: B, part: U1, none: int) -> OutU1:
    """Return the part of those who are counted (n,), `none` for the others."""
    out, other = np.empty(part.shape[0], np.uint8), np.uint8(none)
    for i in range(counted.shape[0]):
        out[i] = part[i] if counted[i] else other
    return out


@compiled
def _in_parts(counted: B, part: U2) -> OutU2:
    """Return the part of those who are counted (n,), NO_PART for the others."""
    out, other = np.empty(part.shape[0], np.uint16), np.uint16(NO_PART)
    for i in range(counted.shape[0]):
        out[i] = part[i] if counted[i] else other
    return out


class _Pupils(NamedTuple):
    """Columns of people (n,): girl, special needs, another language at home, history of free meals, free
    meals, history of need."""

    girl: B
    sen: I1
    eal: B
    poor: U1
    fsm: B
    need: U1


@compiled
def _sort(pupils: _Pupils, poor_years: np.uint8, need_years: np.uint8, out: OutU1) -> None:
    """Write patterns (n,); `poor_years`, `need_years`: the bits of the two histories that count."""
    girl, sen, eal, poor, fsm, need = pupils
    for i in range(girl.shape[0]):
        pattern = girl[i] * _GIRL | (sen[i] > 0) * _SEN | eal[i] * _EAL | fsm[i] * _FSM
        pattern |= ((poor[i] & poor_years) != 0) * _DISADVANTAGED
        out[i] = pattern | ((need[i] & need_years) != 0) * _NEED


def _patterns(town: "TownState", old: slice, young: slice) -> U1:
    """Return groups of those past school, as they were in Year 11, and of those at school, who follow."""
    c, out = town.children, np.empty(young.stop - old.start, np.uint8)
    year_after = town.band(LAST_AT_SCHOOL + 1, LAST_AT_SCHOOL + 1)
    # The history of need goes on for two years after Year 11, and is turned back.
    for band, years_on in (
        (slice(old.start, year_after.start), 2),
        (year_after, 1),
        (young, 0),
    ):
        left = years_on > 0
        pupils = _Pupils(
            c.girl[band],
            c.sen[band],
            c.eal[band],
            c.disadvantaged_at_16[band].view(np.uint8) if left else c.fsm_history[band],
            c.fsm_at_15[band] if left else c.fsm[band],
            c.need_history[band],
        )
        of_band = out[band.start - old.start : band.stop - old.start]
        _sort(pupils, np.uint8(SIX_YEARS), np.uint8(SIX_YEARS << years_on), of_band)
    return out


type ByPerson = Callable[[People], F | B]
"""What each person of a population's band adds to a mean (numbers) or a share (yes or no), (m,)."""
type OverPeople = Callable[[People], tuple[float, int]]
"""A figure of a whole population that is no mean, and how many people it is of."""
type PartOf = Callable[[People], U2]
"""The part to which each person of a population's band belongs, NO_PART for none (m,)."""
type OfTown = Callable[[Census], tuple[float, int]]
"""A figure of schools, posts or the town, and how many it is of."""
