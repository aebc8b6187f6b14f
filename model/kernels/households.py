"""A year of families' income, need, free meals and trust, each in one pass."""

from typing import NamedTuple

import numpy as np

from model.compiled import F4, I2, I4, I8, B, F4x2, OutB, OutF4, OutU1, Real, compiled
from model.rules.households import (
    Income,
    Protection,
    Trust,
    free_meals,
    income_position,
    next_protected,
    next_shock,
    next_trust,
    shift_history,
)


@compiled
def pass_year(
    rows: I8, ses: F4, draw: F4, numbers: Income, line: Real, shock: OutF4, income: OutF4, need: OutB
) -> None:
    """Let a year of income pass for some families, in place.

    Args:
        rows: (n,) of the families. draw: (n,) standard normal. line: income position of need.
        ses, shock, income, need: (families,) whole columns; the last three are written.
    """
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        shock[r] = next_shock(shock[r], draw[i], numbers)
        income[r] = income_position(ses[r], shock[r], numbers)
        need[r] = income[r] < line


@compiled
def spread_trust(rows: I8, ward: I2, ses: F4, draw: F4, wards: int, numbers: Trust, trust: OutF4) -> None:
    """Let a year of trust in school pass for some families, in place.

    Args:
        rows: (n,) of the families. draw: (n,) standard normal. wards: in the town.
        ward, ses, trust: (families,) whole columns, ward -1 outside the town; trust (SD) is written.
    """
    total, count = np.zeros(wards + 1), np.zeros(wards + 1, np.int64)
    mean = np.empty(wards + 1, np.float32)
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        w = np.uintp(ward[r] + 1)
        total[w] += np.float64(trust[r])
        count[w] += 1
    for place in range(wards + 1):
        mean[place] = total[place] / max(count[place], 1)
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        trust[r] = next_trust(trust[r], ses[r], mean[np.uintp(ward[r] + 1)], draw[i], numbers)


class FamilyYear(NamedTuple):
    """Of families (n,), this year: need, income."""

    need: B
    income: F4


class MealColumns(NamedTuple):
    """Of children (n,): years in need. Of the first m of them, who are of school age: protected, free meals,
    years with them."""

    history: OutU1
    protected: OutB
    fsm: OutB
    fsm_history: OutU1


@compiled
def pass_children(
    year: int, family: I4, families: FamilyYear, lines: F4, protection: Protection, out: MealColumns
) -> None:
    """Let a year of children's need and of pupils' free meals pass, in place.

    Args:
        family: (n,) rows of families; whoever has none (row -1) reads the last.
        lines: (m,) income position under which a family registers a child of school age for free meals.
    """
    need, income = families
    history, protected, fsm, fsm_history = out
    none = need.shape[0] - 1
    # Loops of one kind of step each vectorise.
    for i in range(family.shape[0]):
        history[i] = shift_history(history[i], need[np.uintp(family[i] if family[i] >= 0 else none)])
    for i in range(fsm.shape[0]):
        poor = income[np.uintp(family[i] if family[i] >= 0 else none)] < lines[i]
        fsm[i] = free_meals(poor, protected[i], year, protection)
        fsm_history[i] = shift_history(fsm_history[i], fsm[i])
        protected[i] = next_protected(protected[i], fsm[i], year, protection)


@compiled
def past_need(ses: F4, shock: F4, draws: F4x2, lines: F4x2, numbers: Income) -> OutU1:
    """Make up a history of need (n,) of up to eight years that nobody followed, the last year in the lowest
    bit.

    The passing part of income is run backwards from the last year's: an AR(1) is the same in both directions.

    Args:
        ses, shock: (n,) lasting position and the last year's passing part, national SD.
        draws: (years - 1, n) standard normal, from the last year back.
        lines: (years, n) income position under which a family is in need, or has free meals, from the last
            year back.
    """
    out = np.empty(ses.shape[0], np.uint8)
    for i in range(ses.shape[0]):
        now, history = shock[i], 0
        for back in range(lines.shape[0]):
            if back > 0:
                now = next_shock(now, draws[back - 1, i], numbers)
            history |= int(income_position(ses[i], now, numbers) < lines[back, i]) << back
        out[i] = history
    return out
