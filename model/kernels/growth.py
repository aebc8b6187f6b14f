"""A year of growth in one pass over all children: the rules of `growth` and `absence`, compiled together.

Each gives what the plain rules give, to the last bit (a test holds that), with the sums by group looked up in
tables instead of worked out for every child. `year` less `cohort` is a child's age; `history` are the years
in need, this year in the lowest bit; tables over histories take its six lowest.
"""

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
I2 = NDArray[np.int16]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
U1 = NDArray[np.uint8]
B = NDArray[np.bool_]

AGES_AT_SCHOOL = 17
"""Tables by school and age have a column for each age from 0 to 16."""
_BLOCK = 1024
_ZERO, _HALF = np.float32(0), np.float32(0.5)


def _read(kind: str, dimensions: int = 1) -> str:
    return f'Array({kind}, {dimensions}, "C", readonly=True)'


_F, _F2, _F3 = (_read("float32", d) for d in (1, 2, 3))
_I1, _I2, _I4, _U1, _B = (_read(kind) for kind in ("int8", "int16", "int32", "uint8", "boolean"))


@compiled(f"void(int64, {_I2}, {_I2}, {_F}, float32, int64[::1], int64[::1])")
def _weak_and_all(year: int, cohort: I2, school: I2, skill: F, line: np.float32, weak: I8, size: I8) -> None:
    for i in range(cohort.shape[0]):
        age = year - cohort[i]
        if school[i] >= 0 and 5 <= age <= 16:
            cell = np.uintp(school[i] * AGES_AT_SCHOOL + age)
            size[cell] += 1
            weak[cell] += skill[i] < line


def weak_shares(year: int, cohort: I2, school: I2, skill: F, line: float, schools: int) -> F:
    """Share of each year group whose skill lies under `line`, (schools, 17) by school and age; 0 where nobody
    is."""
    weak, size = np.zeros((2, schools * AGES_AT_SCHOOL), np.int64)
    _weak_and_all(year, cohort, school, skill, np.float32(line), weak, size)
    return (weak / np.maximum(size, 1)).astype(np.float32).reshape(schools, AGES_AT_SCHOOL)


@compiled(
    f"void(int64, {_I2}, {_I2}, {_U1}, {_I4}, {_F}, {_F}, {_F2}, {_F2}, {_F}, float32, float32,"
    f" {_F}, {_B}, float32, float32, float32, float32, float32[::1])"
)
def year_inputs(
    year: int,
    cohort: I2,
    school: I2,
    history: U1,
    family: I4,
    absence: F,
    socio: F,
    by_school: F,
    usual: F,
    expected: F,
    per_point: np.float32,
    per_socio: np.float32,
    income: F,
    need: B,
    poor: np.float32,
    others: np.float32,
    per_income: np.float32,
    k: np.float32,
    out: F,
) -> None:
    """What a year at school and at home adds to each subject (n,), SD of skill, into `out`.

    Args:
        by_school: (S, 17) what school, teachers and classmates add at each age.
        usual: (2, 2) England's mean absence by phase and need, %. expected: (64,) mean of `socio` by history.
        per_point, per_socio: SD of skill for a point of absence, and for an SD of socio-emotional skill,
            beyond these.
        income, need: (families,) income position and whether in need, in whose groups England's means are
            poor, others.
        per_income: SD of skill for an SD of income position. k: loading of a subject on the composite.
    """
    at_school, cell = np.empty(_BLOCK, np.bool_), np.empty(_BLOCK, np.int32)
    school_adds, missed, expects = np.empty((3, _BLOCK), np.float32)
    position, centre = np.empty((2, _BLOCK), np.float32)
    by_cell, by_group = by_school.ravel(), usual.ravel()
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
            expects[i] = expected[np.uint32(years[i] & 63)]
        for i in range(born.shape[0]):
            f = np.uint32(max(home[i], 0))
            position[i], centre[i] = income[f], poor if need[f] else others
        for i in range(born.shape[0]):
            total = school_adds[i] + per_point * (away[i] - missed[i])
            total = total + per_socio * (feels[i] - expects[i])
            from_home = per_income * (position[i] - centre[i])
            total = total if at_school[i] else _ZERO
            adds[i] = k * (total + (from_home if home[i] >= 0 else _ZERO))


@compiled(
    f"void(int64, {_I2}, {_U1}, {_B}, {_B}, {_F}, {_F}, {_F3}, {_F3}, {_F}, {_F}, {_F},"
    " float32, float32, float32, float32, float32, float32, float32[::1], float32[::1], float32[::1])"
)
def grow_subjects(
    year: int,
    cohort: I2,
    history: U1,
    eal: B,
    girl: B,
    skill: F,
    inputs: F,
    before: F,
    after: F,
    noise: F,
    common: F,
    apart: F,
    apart_sd: np.float32,
    girls_literacy: np.float32,
    girls_numeracy: np.float32,
    k: np.float32,
    everybody: np.float32,
    persistence: np.float32,
    literacy: F,
    numeracy: F,
    beyond: F,
) -> None:
    """Literacy and numeracy a year on (n,), in place, by `growth.next_state`; and skill beyond its target
    into `beyond`.

    Args:
        skill: (n,) composite before the year, SD. inputs: (n,) as by `year_inputs`.
        before, after: (20, 64, 2) targets of last year and this, by age, history and language at home.
        noise: (20,) SD of the draw that leads from an age to the next, in a subject. common, apart: (n,)
            standard normal.
        apart_sd: SD of what sets literacy and numeracy apart. girls_...: lead of girls over boys, SD.
        everybody: the town's shock of the year in a subject.
    """
    then_of, now_of, spread = np.empty((3, _BLOCK), np.float32)
    targets, targets_before = after.ravel(), before.ravel()
    a_year = np.int32(after[0].size)
    for start in range(0, cohort.shape[0], _BLOCK):
        some = slice(start, min(start + _BLOCK, cohort.shape[0]))
        born, years, language, is_girl = cohort[some], history[some], eal[some], girl[some]
        for i in range(born.shape[0]):
            age = np.int32(year) - np.int32(born[i])
            cell = age * a_year + np.int32(years[i] & 63) * np.int32(2) + np.int32(language[i])
            then_of[i], now_of[i] = targets[np.uint32(cell)], targets_before[np.uint32(cell - a_year)]
            spread[i] = noise[np.uint32(age - 1)]
        reads, counts, adds, is_at, past = (
            literacy[some],
            numeracy[some],
            inputs[some],
            skill[some],
            beyond[some],
        )
        together, by_subject = common[some], apart[some]
        for i in range(born.shape[0]):
            now, then = k * now_of[i], k * then_of[i]
            side = _HALF if is_girl[i] else -_HALF
            shared, own = spread[i] * together[i], apart_sd * by_subject[i]
            enters = adds[i] + everybody
            lead = side * girls_literacy
            reads[i] = then + lead + persistence * (reads[i] - (now + lead)) + enters + (shared + own)
            lead = side * girls_numeracy
            counts[i] = then + lead + persistence * (counts[i] - (now + lead)) + enters + (shared - own)
            past[i] = is_at[i] - then_of[i]


@compiled(f"void({_U1}, {_F}, {_F}, {_F}, float32, float32, float32, float32[::1])")
def grow_socio(
    history: U1,
    mean: F,
    beyond: F,
    draw: F,
    persistence: np.float32,
    from_skill: np.float32,
    spread: np.float32,
    socio: F,
) -> None:
    """Socio-emotional skill a year on (n,), in place, by `growth.next_socio`; `mean` (64,) by history, now
    and then."""
    for i in range(history.shape[0]):
        usual = mean[np.uintp(history[i] & 63)]
        socio[i] = usual + persistence * (socio[i] - usual) + from_skill * beyond[i] + spread * draw[i]


@compiled(f"void({_I4}, {_F}, {_F}, float32, float32, float32[::1])")
def read_at_home(family: I4, home: F, ses: F, on_ses: np.float32, effect: np.float32, literacy: F) -> None:
    """What the home learning environment adds to literacy in a year (n,), in place.

    Args:
        family: (n,) rows of families. home, ses: (families,) learning environment and position, SD.
        on_ses: what position leads to expect of it. effect: SD of skill for an SD beyond that.
    """
    for i in range(family.shape[0]):
        f = family[i]
        literacy[i] = literacy[i] + effect * (home[f] - on_ses * ses[f])


@compiled(f"void({_I4}, {_F}, {_F}, {_F}, float32, float32, float32, float32, float32[::1])")
def grow_aspiration(
    family: I4,
    ses: F,
    skill: F,
    draw: F,
    on_skill: np.float32,
    on_ses: np.float32,
    persistence: np.float32,
    spread: np.float32,
    aspiration: F,
) -> None:
    """Aspiration a year on (n,), in place: AR(1) about what skill and the family's position lead to expect.

    Args:
        family: (n,) rows of families. ses: (families,) position, national SD. skill: (n,) composite, SD.
        draw: (n,) standard normal, times `spread`.
    """
    for i in range(family.shape[0]):
        mean = on_skill * skill[i] + on_ses * ses[family[i]]
        aspiration[i] = mean + persistence * (aspiration[i] - mean) + spread * draw[i]
