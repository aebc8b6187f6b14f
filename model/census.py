"""Who is counted: the people of a population in one year, and figures of their groups.

A census is made once, at the end of a year, and asked by every indicator. Groups are bits of one pattern a person, so
that a figure of all groups costs one pass over the people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.rules import growth
from model.rules.rod import cut

if TYPE_CHECKING:
    from model.town import Town

type F = NDArray[np.float32]
type D = NDArray[np.float64]
type B = NDArray[np.bool_]
type Rows = NDArray[np.intp]

GROUPS: Final = (
    "all", "disadvantaged", "other", "fsm", "non_fsm", "girls", "boys", "sen", "eal", "need6", "not_need6",
)  # fmt: skip
"""`disadvantaged`: free meals in the year or the five before (to 16), `other`: not. `fsm`: free meals in the year, from 17
on in Year 11. `need6`: in need by the rule of 2017 in six years, whatever transitional protection does."""

FIRST_AGE, LAST_AT_SCHOOL, LAST_AGE = 5, 16, 32
SIX_YEARS: Final = 63
PATTERNS: Final = 64
_GIRL, _SEN, _EAL, _DISADVANTAGED, _FSM, _NEED = (1 << bit for bit in range(6))


def _members() -> D:
    """Which patterns belong to which group, (patterns, groups), 1 or 0."""
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
    """Whom an indicator is about, in `words`. `ages` are the first and last, None for schools, posts and the like.

    `basis`: "residence", who lives in the town (from 17 on, and did at 16); "institution", pupils of its state-funded
    schools, wherever they live (from 17 on, residents at 16 who were in Year 11 there); "mainstream", the same without
    special schools; "followed", residents at 16, wherever they live.
    """

    name: str
    words: str
    basis: str
    stage: str
    ages: tuple[int, int] | None = None


class Census:
    """The people of a town at the end of a year, sorted into groups. Made once a year; holds for that year only."""

    def __init__(self, town: "Town") -> None:
        self.town = town
        young, old = town.band(FIRST_AGE, LAST_AT_SCHOOL), town.band(LAST_AT_SCHOOL + 1, LAST_AGE)
        self._start, self._at_school = old.start, young
        self._pattern = np.concatenate([_pattern_after_school(town, old), _pattern_at_school(town, young)])
        s = town.schools
        kind = np.where(s.inside, np.where(s.mainstream, 2, 1), 0).astype(np.uint8)
        self._school_kind = np.append(kind, np.uint8(0))
        self._kind = self._school_kind[town.children.school[young]]
        self._people: dict[str, People] = {}

    def people(self, population: Population) -> "People":
        """The people of a population that has ages."""
        if population.name not in self._people:
            if population.ages is None:
                raise ValueError(f"{population.name}: {population.words} are no people with an age")
            rows = self._select(population.basis, *population.ages)
            self._people[population.name] = People(self, rows, self._pattern[rows - self._start])
        return self._people[population.name]

    def national(self, series: str) -> float:
        """England's figure of the year, carried where none is published."""
        return self.town.national(series)

    def cut(self, series: str) -> float:
        """The score that England's published share of the year exceeds."""
        return cut(self.national(series))

    def _select(self, basis: str, first: int, last: int) -> Rows:
        c = self.town.children
        band = self.town.band(first, last)
        keep = c.present[band]
        if basis == "residence":
            keep = keep & c.resident[band]
            if last > LAST_AT_SCHOOL:
                leavers = self.town.band(max(first, LAST_AT_SCHOOL + 1), last)
                keep[: leavers.stop - band.start] &= c.followed[leavers]
        elif basis == "followed":
            keep = keep & c.followed[band]
        elif last <= LAST_AT_SCHOOL:
            shift = self._at_school.start
            keep = keep & (self._kind[band.start - shift : band.stop - shift] >= self._least(basis))
        else:
            kind = self._school_kind[c.ks4_school[band]]
            keep = keep & c.followed[band] & (kind >= self._least(basis))
        return band.start + np.flatnonzero(keep)

    @staticmethod
    def _least(basis: str) -> int:
        return {"institution": 1, "mainstream": 2}[basis]


class People:
    """People of one population: `rows` (n,) of the table of children, `pattern` (n,) of their groups."""

    def __init__(self, census: Census, rows: Rows, pattern: NDArray[np.uint8]) -> None:
        self.census, self.town = census, census.town
        self.rows, self.pattern = rows, pattern
        self.counts: D = np.bincount(pattern, minlength=PATTERNS) @ MEMBERS

    def __getitem__(self, column: str) -> NDArray[Any]:
        """A column of these people (n,)."""
        values: NDArray[Any] = getattr(self.town.children, column)[self.rows]
        return values

    @cached_property
    def skill(self) -> F:
        """Composite skill (n,), SD in England."""
        return growth.composite(self["theta"], self["literacy"], self["numeracy"], self.town.world.growth.k)

    @cached_property
    def ses(self) -> F:
        """The family's socio-economic position (n,), national SD."""
        position: F = self.town.families.ses[self["family"]]
        return position

    def figures(self, x: F | B) -> tuple[D, D]:
        """Figures of all groups and how many people they are of, (groups,) each.

        Args:
            x: (n,) yes or no, for a share in per cent; or numbers, for a mean, NaN for whoever does not count.

        Returns:
            NaN where a group is empty.
        """
        return self.split(x, self.pattern, PATTERNS, MEMBERS)

    def split(self, x: F | B, of: NDArray[Any], size: int, members: D | None = None) -> tuple[D, D]:
        """`figures` for another way to sort people: `of` (n,) from 0 to `size` - 1, united by `members`."""
        share = x.dtype == np.bool_
        if not share and not (known := np.isfinite(x)).all():
            x, of = x[known], of[known]
        elif of is self.pattern:
            total = np.bincount(of, weights=x, minlength=size) @ MEMBERS
            return _mean(total, self.counts, 100.0 if share else 1.0), self.counts
        total = np.bincount(of, weights=x, minlength=size)
        count = np.bincount(of, minlength=size).astype(np.float64)
        if members is not None:
            total, count = total @ members, count @ members
        return _mean(total, count, 100.0 if share else 1.0), count


def _mean(total: D, count: D, scale: float) -> D:
    empty = np.full(total.shape, np.nan)
    return np.divide(scale * total, count, out=empty, where=count > 0)


def _pattern(girl: B, sen: NDArray[np.int8], eal: B, disadvantaged: B, fsm: B, need: B) -> NDArray[np.uint8]:
    pattern = girl * np.uint8(_GIRL)
    for bit, flag in ((_SEN, sen > 0), (_EAL, eal), (_DISADVANTAGED, disadvantaged), (_FSM, fsm), (_NEED, need)):
        pattern |= flag * np.uint8(bit)
    return pattern


def _pattern_at_school(town: "Town", band: slice) -> NDArray[np.uint8]:
    c = town.children
    return _pattern(
        c.girl[band], c.sen[band], c.eal[band], (c.fsm_history[band] & SIX_YEARS) != 0, c.fsm[band],
        (c.need_history[band] & SIX_YEARS) != 0,
    )  # fmt: skip


def _pattern_after_school(town: "Town", band: slice) -> NDArray[np.uint8]:
    """Groups as they were in Year 11; the history of need went on for two years, to 18, and is turned back."""
    c = town.children
    first = town.band(LAST_AT_SCHOOL + 1, LAST_AT_SCHOOL + 1)
    history = c.need_history[band] >> np.uint8(2)
    history[first.start - band.start :] = c.need_history[first] >> np.uint8(1)
    return _pattern(
        c.girl[band], c.sen[band], c.eal[band], c.disadvantaged_at_16[band], c.fsm_at_15[band],
        (history & SIX_YEARS) != 0,
    )  # fmt: skip


type ByPerson = Callable[[People], F | B]
"""What each of a population's people adds to a mean (numbers) or a share (yes or no)."""
type OverPeople = Callable[[People], tuple[float, int]]
"""A figure of a whole population that is no mean, and how many people it is of."""
type OfTown = Callable[[Census], tuple[float, int]]
"""A figure of schools, posts or the town, and how many it is of."""
