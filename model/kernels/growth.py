"""A year of growth in one pass over all children.

Sums by group are looked up in tables instead of worked out for every child. `year` less `cohort` is a child's
age; `history` are the years in need, this year in the lowest bit; tables over histories take its six lowest.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.compiled import F4, I2, I4, U1, B, F4x2, F4x3, OutF4, OutI8, Real, compiled
from model.rules.absence import effect_on_skill
from model.rules.growth import beyond_expected, next_aspiration, next_socio, next_state

AGES_AT_SCHOOL = 17
"""Tables by school and age have a column for each age from 0 to 16."""
_BLOCK = 1024
_ZERO, _HALF = np.float32(0), np.float32(0.5)


@compiled
def _weak_and_all(year: int, cohort: I2, school: I2, skill: F4, line: Real, weak: OutI8, size: OutI8) -> None:
    for i in range(cohort.shape[0]):
        age = year - cohort[i]
        if school[i] >= 0 and 5 <= age <= 16:
            cell = np.uintp(school[i] * AGES_AT_SCHOOL + age)
            size[cell] += 1
            weak[cell] += skill[i] < line


def weak_shares(
    year: int, cohort: I2, school: I2, skill: F4, line: float, schools: int
) -> NDArray[np.float32]:
    """Return the share of each year group whose skill lies under `line`, (schools, 17) by school and age; 0
    where nobody is."""
    weak, size = np.zeros((2, schools * AGES_AT_SCHOOL), np.int64)
    _weak_and_all(year, cohort, school, skill, line, weak, size)
    return (weak / np.maximum(size, 1)).astype(np.float32).reshape(schools, AGES_AT_SCHOOL)


class Pupils(NamedTuple):
    """Columns of children (n,): birth cohort, school (-1 for none), years in need, row of the family (-1 for
    none), sessions missed (%), socio-emotional skill (SD)."""

    cohort: I2
    school: I2
    history: U1
    family: I4
    absence: F4
    socio: F4


class Usual(NamedTuple):
    """Means in England beyond which what enters counts: absence by phase and need (2, 2), %; socio-emotional
    skill by history (64,); income position of families in need, and of others."""

    absence: F4x2
    socio: F4
    income_poor: Real
    income_others: Real


class Homes(NamedTuple):
    """Columns of families: income position, whether in need."""

    income: F4
    need: B


class Inputs(NamedTuple):
    """SD of skill for a point of absence, an SD of socio-emotional skill, an SD of income position; loading
    of a subject on the composite."""

    per_point: Real
    per_socio: Real
    per_income: Real
    k: Real


@compiled
def year_inputs(
    year: int, pupils: Pupils, by_school: F4x2, usual: Usual, homes: Homes, numbers: Inputs, out: OutF4
) -> None:
    """Write what a year at school and at home adds to each subject (n,), SD of skill, into `out`;
    `by_school` (S, 17) is what school, teachers and classmates add at each age."""
    cohort, school, history, family, absence, socio = pupils
    at_school, cell = np.empty(_BLOCK, np.bool_), np.empty(_BLOCK, np.int32)
    school_adds, missed, expects = np.empty((3, _BLOCK), np.float32)
    position, centre = np.empty((2, _BLOCK), np.float32)
    by_cell, by_group = by_school.ravel(), usual.absence.ravel()
    # A block at a time: looking up and reckoning in loops of their own, of which the second vectorises.
    for start in range(0, cohort.shape[0], _BLOCK):
        some = slice(start, min(start + _BLOCK, cohort.shape[0]))
        born, at, years, home, adds = cohort[some], school[some], history[some], family[some], out[some]
        away, feels = absence[some], socio[some]
        for i in range(born.shape[0]):
            age = np.int32(year) - np.int32(born[i])
            at_school[i] = (at[i] >= 0) & (age >= 5) & (age <= 16)
            cell[i] = np.int32(at[i]) * np.int32(AGES_AT_SCHOOL) + age if at_school[i] else 0
        for i in range(born.shape[0]):
            school_adds[i] = by_cell[np.uint32(cell[i])]
            missed[i] = by_group[np.uint32(2 * (year - born[i] >= 12) + (years[i] & 1))]
            expects[i] = usual.socio[np.uint32(years[i] & 63)]
        for i in range(born.shape[0]):
            f = np.uint32(max(home[i], 0))
            position[i] = homes.income[f]
            centre[i] = usual.income_poor if homes.need[f] else usual.income_others
        for i in range(born.shape[0]):
            total = school_adds[i] + effect_on_skill(away[i], missed[i], numbers.per_point)
            total = total + beyond_expected(feels[i], expects[i], numbers.per_socio)
            from_home = beyond_expected(position[i], centre[i], numbers.per_income)
            total = total if at_school[i] else _ZERO
            adds[i] = numbers.k * (total + (from_home if home[i] >= 0 else _ZERO))


class Growing(NamedTuple):
    """Columns of children (n,): birth cohort, years in need, another language at home, girl; composite skill
    before the year, and what the year adds (`year_inputs`), SD of skill."""

    cohort: I2
    history: U1
    eal: B
    girl: B
    skill: F4
    inputs: F4


class Targets(NamedTuple):
    """Of last year and of this (20, 64, 2), SD of skill: by age, history and language at home."""

    before: F4x3
    after: F4x3


class Noise(NamedTuple):
    """SD of the draw that leads from an age to the next, in a subject (20,); standard normal draws (n,) of
    both subjects together and of what sets them apart, and the SD of that; the town's shock of the year."""

    spread: F4
    common: F4
    apart: F4
    apart_sd: Real
    everybody: Real


class Subjects(NamedTuple):
    """Lead of girls over boys in literacy and numeracy, SD; loading of a subject on the composite; AR(1) of
    the state, a year."""

    girls_literacy: Real
    girls_numeracy: Real
    k: Real
    persistence: Real


@compiled
def grow_subjects(
    year: int,
    children: Growing,
    targets: Targets,
    noise: Noise,
    numbers: Subjects,
    literacy: OutF4,
    numeracy: OutF4,
    beyond: OutF4,
) -> None:
    """Let literacy and numeracy grow for a year (n,), in place; write skill beyond its target into
    `beyond`."""
    cohort, history, eal, girl, skill, inputs = children
    girls_literacy, girls_numeracy, k, persistence = numbers
    then_of, now_of, spread = np.empty((3, _BLOCK), np.float32)
    after, before = targets.after.ravel(), targets.before.ravel()
    a_year = np.int32(targets.after[0].size)
    for start in range(0, cohort.shape[0], _BLOCK):
        some = slice(start, min(start + _BLOCK, cohort.shape[0]))
        born, years, language, is_girl = cohort[some], history[some], eal[some], girl[some]
        for i in range(born.shape[0]):
            age = np.int32(year) - np.int32(born[i])
            cell = age * a_year + np.int32(years[i] & 63) * np.int32(2) + np.int32(language[i])
            then_of[i], now_of[i] = after[np.uint32(cell)], before[np.uint32(cell - a_year)]
            spread[i] = noise.spread[np.uint32(age - 1)]
        reads, counts, past = literacy[some], numeracy[some], beyond[some]
        adds, is_at, together, apart = inputs[some], skill[some], noise.common[some], noise.apart[some]
        for i in range(born.shape[0]):
            now, then = k * now_of[i], k * then_of[i]
            side = _HALF if is_girl[i] else -_HALF
            shared, own = spread[i] * together[i], noise.apart_sd * apart[i]
            enters = adds[i] + noise.everybody
            lead = side * girls_literacy
            reads[i] = next_state(reads[i], now + lead, then + lead, enters, shared + own, persistence)
            lead = side * girls_numeracy
            counts[i] = next_state(counts[i], now + lead, then + lead, enters, shared - own, persistence)
            past[i] = is_at[i] - then_of[i]


class Socio(NamedTuple):
    """AR(1) a year, gain for an SD of skill beyond its target, SD of the yearly draw."""

    persistence: Real
    from_skill: Real
    spread: Real


@compiled
def grow_socio(history: U1, mean: F4, beyond: F4, draw: F4, numbers: Socio, socio: OutF4) -> None:
    """Let socio-emotional skill grow for a year (n,), in place; `mean` (64,) by history, now and then."""
    for i in range(history.shape[0]):
        usual = mean[np.uintp(history[i] & 63)]
        socio[i] = next_socio(
            socio[i],
            usual,
            usual,
            beyond[i],
            draw[i],
            numbers.persistence,
            numbers.from_skill,
            numbers.spread,
        )


@compiled
def read_at_home(family: I4, home: F4, ses: F4, on_ses: Real, effect: Real, literacy: OutF4) -> None:
    """Add to literacy (n,), in place, what a year of the home learning environment does.

    Args:
        family: (n,) rows of families. home, ses: (families,) learning environment and position, SD.
        on_ses: what position leads to expect of it. effect: SD of skill for an SD beyond that.
    """
    for i in range(family.shape[0]):
        f = family[i]
        literacy[i] = literacy[i] + beyond_expected(home[f], on_ses * ses[f], effect)


class Aspiration(NamedTuple):
    """What an SD of skill and of position lead to expect, AR(1) a year, SD of the yearly draw."""

    on_skill: Real
    on_ses: Real
    persistence: Real
    spread: Real


@compiled
def grow_aspiration(family: I4, ses: F4, skill: F4, draw: F4, numbers: Aspiration, aspiration: OutF4) -> None:
    """Let aspiration follow for a year (n,), in place, what skill and the family's position lead to expect.

    Args:
        family: (n,) rows of families. ses: (families,) position, national SD. skill: (n,) composite, SD.
        draw: (n,) standard normal.
    """
    on_skill, on_ses, persistence, spread = numbers
    for i in range(family.shape[0]):
        mean = on_skill * skill[i] + on_ses * ses[family[i]]
        aspiration[i] = next_aspiration(aspiration[i], mean, draw[i], persistence, spread)
