"""Who may be served by a programme: traits of children that do not change while a year's programmes are
carried out, and those who have all that a programme asks for."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

B = NDArray[np.bool_]
F = NDArray[np.float32]
I1 = NDArray[np.int8]
I2 = NDArray[np.int16]
U1 = NDArray[np.uint8]
Rows = NDArray[np.intp]

PRESENT, HERE, RESIDENT, POOR, FSM, SEN, EAL, NEET = (1 << bit for bit in range(8))
"""Bits of a child's traits. HERE: present, and from 17 on also a resident at 16."""

_READ: Final = 'Array({}, 1, "C", readonly=True)'
_I1, _I2, _U1, _B, _F = (_READ.format(kind) for kind in ("int8", "int16", "uint8", "boolean", "float32"))


@compiled(
    f"void(int64, int64, int64, int64, {_I2}, {', '.join([_B] * 5)}, {_I1}, {_B}, {', '.join([_U1] * 3)}, "
    f"uint8, uint8, {_I2}, {_I2}, uint8[::1], int16[::1])"
)
def sort_out(
    year: int,
    first_at_school: int,
    last_at_school: int,
    last_taught: int,
    cohort: I2,
    present: B,
    resident: B,
    followed: B,
    poor_at_16: B,
    fsm: B,
    sen: I1,
    eal: B,
    need_history: U1,
    fsm_history: U1,
    neet_terms: U1,
    six_years: np.uint8,
    last_term: np.uint8,
    school: I2,
    post16: I2,
    traits: U1,
    taught: I2,
) -> None:
    """Traits of children (n,), and the row of the school, sixth form or college where each is taught, -1 for
    none, from their columns (n,); `six_years` and `last_term` are the bits of histories that count."""
    for i in range(cohort.shape[0]):
        age = year - cohort[i]
        t = 0
        if present[i]:
            t |= PRESENT
            if age <= last_at_school or followed[i]:
                t |= HERE
        if resident[i]:
            t |= RESIDENT
        if age < first_at_school:
            poor = need_history[i] & six_years != 0
        elif age <= last_at_school:
            poor = fsm_history[i] & six_years != 0
        else:
            poor = poor_at_16[i]
        if poor:
            t |= POOR
        if fsm[i]:
            t |= FSM
        if sen[i] > 0:
            t |= SEN
        if eal[i]:
            t |= EAL
        if neet_terms[i] & last_term:
            t |= NEET
        traits[i] = t
        taught[i] = school[i] if school[i] >= 0 else (post16[i] if age <= last_taught else -1)


@compiled(f"UniTuple(int64, 2)(intp, {_U1}, {_I1}, {_I2}, {_B}, uint8, uint8, {_B}, {_B}, intp[::1])")
def pick(
    start: int,
    traits: U1,
    ward: I1,
    taught: I2,
    had: B,
    everybody: int,
    whom: int,
    wards: B,
    schools: B,
    out: Rows,
) -> tuple[int, int]:
    """Rows of those who have all traits of `whom`, in order, into `out`; how many they are, and how many have
    those of `everybody`.

    Args:
        start: row of the first of the children (n,) looked at. traits, ward, taught: (n,) of theirs.
        had: (n,) who had it already and is not picked; empty for nobody.
        everybody, whom: bits; the second hold the first.
        wards: (wards + 1,) which are served, the last for -1; empty for all. schools: the same.
    """
    found = count = 0
    by_ward, by_school, once = wards.shape[0] > 0, schools.shape[0] > 0, had.shape[0] > 0
    for i in range(traits.shape[0]):
        if traits[i] & everybody != everybody:
            continue
        if by_ward and not wards[ward[i]]:
            continue
        if by_school and not schools[taught[i]]:
            continue
        count += 1
        if traits[i] & whom == whom and not (once and had[i]):
            out[found] = start + i
            found += 1
    return found, count


@compiled(f"UniTuple(int64, 2)(intp, {_U1}, {_I2}, {_F}, intp[::1])")
def pupils(start: int, traits: U1, taught: I2, weight: F, out: Rows) -> tuple[int, int]:
    """Rows of those present whose school has a weight above 0, in order, into `out`; how many they are, and
    how many of them are disadvantaged.

    Args:
        start: row of the first of the children (n,) looked at. traits, taught: (n,) of theirs.
        weight: (schools + 1,) the last, for who is taught nowhere, 0.
    """
    found = poor = 0
    for i in range(traits.shape[0]):
        # Without a branch, for who belongs is hard to foresee: what is written too much is written over.
        belongs = int(weight[taught[i]] > 0) & int(traits[i] & PRESENT)
        out[found] = start + i
        found += belongs
        poor += belongs & int(traits[i] & POOR != 0)
    return found, poor


@compiled(
    f'void({_READ.format("intp")}, intp, {_U1}, {_I2}, Array(float32, 2, "C", readonly=True), float32[::1])'
)
def by_school(rows: Rows, start: int, traits: U1, taught: I2, table: F, out: F) -> None:
    """What the table (2, schools + 1) has for children (n,) who are not disadvantaged, or are, by where they
    are taught, into `out` (n,); traits and taught are by row from `start` on."""
    for i in range(rows.shape[0]):
        at = rows[i] - start
        out[i] = table[1 if traits[at] & POOR else 0, taught[at]]


@compiled(f"void({_READ.format('intp')}, intp, {_U1}, uint8, boolean[::1])")
def has(rows: Rows, start: int, traits: U1, trait: int, out: B) -> None:
    """Which children (n,) have a trait, into `out`; traits by row from `start` on."""
    for i in range(rows.shape[0]):
        out[i] = traits[rows[i] - start] & trait != 0


@compiled(f"void({_READ.format('intp')}, intp, {_U1}, uint8, intp[::1])")
def first_with(rows: Rows, start: int, traits: U1, trait: int, out: Rows) -> None:
    """Children (n,) with a trait first, then the others, each in the order in which they were, into `out`."""
    at = 0
    for turn in range(2):
        for i in range(rows.shape[0]):
            if (traits[rows[i] - start] & trait != 0) == (turn == 0):
                out[at] = rows[i]
                at += 1
