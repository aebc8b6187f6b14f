"""Who enters the town: trait, needs and skills of a child at the end of the year before."""

from typing import NamedTuple

import numpy as np

from model.compiled import Real, Reals, rule

_HALF = np.float32(0.5)


class EntryNumbers(NamedTuple):
    """What position makes of the trait, and what chance; SD of the trait; what the trait makes of special
    needs, and what chance; loading of a subject; SD of what sets subjects apart; lead of girls over boys in
    each; SD of frailty."""

    trait_ses: Real
    trait_rest: Real
    trait_sd: Real
    sen_trait: Real
    sen_rest: Real
    k: Real
    apart_sd: Real
    girls_literacy: Real
    girls_numeracy: Real
    frailty_sd: Real


@rule
def trait(ses: Reals, draw: Reals, p: EntryNumbers) -> Reals:
    """Return a child's trait, SD 1, by the family's position (national SD) and a standard normal draw."""
    return p.trait_ses * ses + p.trait_rest * draw


@rule
def special_needs(trait: Reals, draw: Reals, p: EntryNumbers) -> Reals:
    """Return how great special needs are, SD, by the trait and a standard normal draw."""
    return -p.sen_trait * trait + p.sen_rest * draw


@rule
def both_subjects(target: Reals, draw: Reals, rest: Reals, p: EntryNumbers) -> Reals:
    """Return what literacy and numeracy have in common, SD: the target of the child's group, and a standard
    normal draw by the SD of the state beyond it (`rest`)."""
    return p.k * (target + draw * rest)


@rule
def subject(both: Reals, apart: Reals, girl: Reals, lead: Reals) -> Reals:
    """Return a subject's state, SD of skill: what both have in common, what sets this one apart, and the lead
    of girls over boys; `girl` is 1 or 0."""
    return both + apart + (girl - _HALF) * lead


@rule
def skill_before(now: Reals, state: Reals, keep: Reals, fresh: Reals, draw: Reals) -> Reals:
    """Return skill some years ago, SD: the AR(1) of the state run backwards.

    Args:
        now: skill; state: of it beyond trait and target. keep: what those years leave of a state.
        fresh: SD of what has come since. draw: standard normal.
    """
    return now - state + keep * state + fresh * draw
