"""Not in education, employment or training: entry, staying, and the scar that it leaves."""

from typing import NamedTuple

import numpy as np

from model.compiled import Real, Reals, rule

MOST_ENCOUNTERS = np.float32(4)
"""Employer encounters that count; further ones add nothing."""


class Risk(NamedTuple):
    """Log-odds for an SD of KS4 score, free meals, an SD of socio-emotional skill, special needs, a benchmark
    and an encounter; of the town's unemployment; England's shares with free meals and special needs, and its
    mean of the encounters that count."""

    per_sd: Real
    per_fsm: Real
    per_socio: Real
    per_sen: Real
    per_benchmark: Real
    per_encounter: Real
    unemployment: Real
    fsm_share: Real
    sen_share: Real
    mean_encounters: Real


@rule
def risk(
    score: Reals, fsm: Reals, socio: Reals, sen: Reals, gatsby: Reals, encounters: Reals, p: Risk
) -> Reals:
    """Return the log-odds of being NEET relative to England's average young person.

    Args:
        score: KS4 score, SD. socio: socio-emotional skill, SD.
        fsm, sen: 1 with free meals at 15, with special needs, else 0; less England's share.
        gatsby: benchmarks of the school less England's mean of the year. encounters: with employers.
    """
    odds = p.per_sd * score + p.per_fsm * fsm + p.per_socio * socio
    odds = odds + p.per_sen * sen + p.per_benchmark * gatsby
    met = np.minimum(encounters, MOST_ENCOUNTERS) - p.mean_encounters
    return odds + p.per_encounter * met + p.unemployment


@rule
def term_log_odds(level: Reals, shelter: Reals, risk: Reals, frailty: Reals, town: Reals) -> Reals:
    """Return the log-odds of being NEET next term for whoever is not now.

    Args:
        level: of the average young person of the age. shelter: what an apprenticeship keeps from it.
        risk: recorded (`risk`). frailty: lasting and unrecorded. town: of the town.
    """
    return (level - shelter) + (risk + frailty + town)


@rule
def wage_scar(months: Reals, per_month: Reals, floor: Reals) -> Reals:
    """Return the log wage lost for months NEET up to 24: so much a month, never beyond the floor (both
    negative)."""
    return np.maximum(per_month * months, floor)
