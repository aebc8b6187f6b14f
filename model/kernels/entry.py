"""Who enters the town, in one pass over all of them: the state of a child at the end of the year before.

`history` are the years in need, the last year in the lowest bit.
"""

from typing import NamedTuple

import numpy as np

from model.compiled import F4, F8, I2, I8, U1, B, F4x2, F4x3, OutF4, OutI1, OutI8, Real, compiled
from model.rules.entry import EntryNumbers, both_subjects, skill_before, special_needs, subject, trait
from model.rules.national_standard import with_error


class Children(NamedTuple):
    """Of those who enter (n,): rows of the table of children; age at the end of the year before, 0 for
    newborns; years in need; family's position (national SD); another language at home; girl."""

    rows: I8
    before: I2
    history: U1
    ses: F4
    eal: B
    girl: B


class Expected(NamedTuple):
    """Targets of last year (20, 64, 2), by age, history and language; SD of the state beyond its target
    (20,), by age; mean of socio-emotional skill (64,), by history."""

    targets: F4x3
    rest: F4
    socio: F4


class EntryColumns(NamedTuple):
    """Whole columns that are written."""

    theta: OutF4
    literacy: OutF4
    numeracy: OutF4
    socio: OutF4
    aspiration: OutF4
    absence_trait: OutF4
    frailty: OutF4
    sen: OutI1


@compiled
def states_at_entry(
    children: Children,
    draws: F4x2,
    expected: Expected,
    p: EntryNumbers,
    support: float,
    special: float,
    to: EntryColumns,
) -> OutF4:
    """Write trait, special needs, skill, socio-emotional skill, aspiration and frailty of those who enter
    into their rows of the columns; return the target of each (n,), SD of skill.

    Args:
        draws: (8, n) standard normal: of trait, special needs, skill, difference of subjects, socio-emotional
            skill, aspiration, absence, frailty.
        support, special: special needs from which a child has support, and goes to a special school, SD.
    """
    rows, before, history, ses, eal, girls = children
    targets, rest, mean_socio = expected
    theta, literacy, numeracy, socio, aspiration, absence_trait, frailty, sen = to
    trait_sd, apart_sd, frailty_sd = p.trait_sd, p.apart_sd, p.frailty_sd
    girls_literacy, girls_numeracy = p.girls_literacy, p.girls_numeracy
    mean = np.empty(rows.shape[0], np.float32)
    for i in range(rows.shape[0]):
        r, six, girl = np.uintp(rows[i]), np.uintp(history[i] & 63), np.float32(girls[i])
        own = trait(ses[i], draws[0, i], p)
        theta[r] = trait_sd * own
        need = np.float64(special_needs(own, draws[1, i], p))
        sen[r] = np.int8(need > support) + np.int8(need > special)
        mean[i] = targets[before[i], six, np.intp(eal[i])]
        both = both_subjects(mean[i], draws[2, i], rest[before[i]], p)
        apart = draws[3, i] * apart_sd
        literacy[r] = subject(both, apart, girl, girls_literacy)
        numeracy[r] = subject(both, -apart, girl, girls_numeracy)
        socio[r] = mean_socio[six] + draws[4, i]
        aspiration[r] = draws[5, i]
        absence_trait[r] = draws[6, i]
        frailty[r] = frailty_sd * draws[7, i]
    return mean


class EntrySkill(NamedTuple):
    """Whole columns: trait and states of subjects, SD of skill; and half of a subject's part in skill."""

    theta: F4
    literacy: F4
    numeracy: F4
    half: Real


class Past(NamedTuple):
    """Of those who had passed a stage (n,): rows; years since; target at entry (SD of skill); standard normal
    draws of skill and of error."""

    rows: I8
    years: I8
    mean: F4
    draw: F4
    error: F4


class Assessed(NamedTuple):
    """By years since, what is left of a state and SD of what has come; weights of skill and of error in a
    score."""

    keep: F4
    fresh: F4
    of_skill: Real
    of_error: Real


@compiled
def past_scores(past: Past, skill: EntrySkill, numbers: Assessed, score: OutF4) -> None:
    """Write the scores of a stage that those who enter had passed into their rows of the column `score`."""
    rows, since, mean, draw, error = past
    theta, literacy, numeracy, half = skill
    keep, fresh, of_skill, of_error = numbers
    for i in range(rows.shape[0]):
        r, years = np.uintp(rows[i]), np.uintp(since[i])
        now = theta[r] + (literacy[r] + numeracy[r]) * half
        state = now - theta[r] - mean[i]
        then = skill_before(now, state, keep[years], fresh[years], draw[i])
        score[r] = with_error(then, error[i], of_skill, of_error)


@compiled
def parts_of(uniform: F4, bounds: F8) -> OutI8:
    """Return the part (n,) into which each draw falls, given the sum of the shares up to each part's end."""
    out, last = np.empty(len(uniform), np.int64), len(bounds) - 1
    for i in range(len(uniform)):
        at, part = np.float64(uniform[i]) * bounds[last], 0
        for p in range(last):
            part += bounds[p] <= at
        out[i] = part
    return out
