"""Who may be served by a programme: traits of children that do not change while a year's programmes are
carried out, and those who have all that a programme asks for."""

from typing import Final, NamedTuple

import numpy as np

from model.compiled import F4, I1, I2, I8, U1, B, F4x2, OutB, OutF4, OutI2, OutI8, OutU1, compiled
from model.rules.households import within_six_years

PRESENT, HERE, RESIDENT, POOR, FSM, SEN, EAL, NEET = (1 << bit for bit in range(8))
"""Bits of a child's traits. HERE: present, and from 17 on also a resident at 16."""

_FIRST_AT_SCHOOL, _LAST_AT_SCHOOL, _LAST_TAUGHT = 5, 16, 18
"""First and last age at school; whoever is older is taught in a sixth form or college until the last."""
_LAST_TERM: Final = np.uint8(4)
"""Bit of a year's last term: who was NEET then is offered what is for the NEET in the year after."""


class Columns(NamedTuple):
    """Columns of children (n,)."""

    cohort: I2
    present: B
    resident: B
    followed: B
    disadvantaged_at_16: B
    fsm: B
    sen: I1
    eal: B
    need_history: U1
    fsm_history: U1
    neet_terms: U1
    school: I2
    post16: I2


@compiled
def sort_out(year: int, c: Columns) -> tuple[OutU1, OutI2]:
    """Find the traits of children (n,), and the row of the school, sixth form or college where each is
    taught, -1 for none (n,)."""
    cohort, present, resident, followed, poor_at_16, fsm, sen, eal, needy, met, terms, school, post16 = c
    n = cohort.shape[0]
    traits, taught = np.empty(n, np.uint8), np.empty(n, np.int16)
    for i in range(n):
        age = year - cohort[i]
        t = 0
        if present[i]:
            t |= PRESENT
            if age <= _LAST_AT_SCHOOL or followed[i]:
                t |= HERE
        if resident[i]:
            t |= RESIDENT
        if age < _FIRST_AT_SCHOOL:
            poor = within_six_years(needy[i])
        elif age <= _LAST_AT_SCHOOL:
            poor = within_six_years(met[i])
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
        if terms[i] & _LAST_TERM:
            t |= NEET
        traits[i] = t
        taught[i] = school[i] if school[i] >= 0 else (post16[i] if age <= _LAST_TAUGHT else -1)
    return traits, taught


class AskedTraits(NamedTuple):
    """What a programme asks for: bits of traits that all it looks at have, and those whom it serves, which
    hold the first; wards (wards + 1,) and schools (schools + 1,) that are served, the last for -1, empty for
    all."""

    everybody: int
    whom: int
    wards: B
    schools: B


@compiled
def pick(start: int, traits: U1, ward: I2, taught: I2, had: B, asked: AskedTraits) -> tuple[OutI8, int]:
    """Find the rows of those who have all traits that are asked for, in order (m,), and count those who have
    the traits of everybody.

    Args:
        start: row of the first of the children (n,) looked at. traits, ward, taught: (n,) of theirs.
        had: (n,) who had it already and is not picked; empty for nobody.
    """
    everybody, whom, wards, schools = asked
    found = count = 0
    out = np.empty(traits.shape[0], np.int64)
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
    return out[:found], count


@compiled
def pupils(start: int, traits: U1, taught: I2, weight: F4) -> tuple[OutI8, int]:
    """Find the rows of those present whose school has a weight above 0, in order (m,), and count how many of
    them are disadvantaged.

    Args:
        start: row of the first of the children (n,) looked at. traits, taught: (n,) of theirs.
        weight: (schools + 1,) the last, for who is taught nowhere, 0.
    """
    found = poor = 0
    out = np.empty(traits.shape[0], np.int64)
    for i in range(traits.shape[0]):
        # Without a branch, for who belongs is hard to foresee: what is written too much is written over.
        belongs = int(weight[taught[i]] > 0) & int(traits[i] & PRESENT)
        out[found] = start + i
        found += belongs
        poor += belongs & int(traits[i] & POOR != 0)
    return out[:found], poor


@compiled
def by_school(rows: I8, start: int, traits: U1, taught: I2, table: F4x2) -> OutF4:
    """Look up what the table (2, schools + 1) has for children (n,) who are not disadvantaged, or are, by
    where they are taught; traits and taught are by row from `start` on."""
    out = np.empty(rows.shape[0], np.float32)
    for i in range(rows.shape[0]):
        at = rows[i] - start
        out[i] = table[1 if traits[at] & POOR else 0, taught[at]]
    return out


@compiled
def has(rows: I8, start: int, traits: U1, trait: int) -> OutB:
    """Find which children (n,) have a trait; traits by row from `start` on."""
    out = np.empty(rows.shape[0], np.bool_)
    for i in range(rows.shape[0]):
        out[i] = traits[rows[i] - start] & trait != 0
    return out


@compiled
def first_with(rows: I8, start: int, traits: U1, trait: int) -> OutI8:
    """Put children (n,) with a trait first, then the others, each in the order in which they were."""
    at, out = 0, np.empty(rows.shape[0], np.int64)
    for turn in range(2):
        for i in range(rows.shape[0]):
            if (traits[rows[i] - start] & trait != 0) == (turn == 0):
                out[at] = rows[i]
                at += 1
    return out
