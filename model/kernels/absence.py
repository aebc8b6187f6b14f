"""Absence of all pupils in one pass."""

from typing import NamedTuple

import numpy as np

from model.compiled import F4, I2, U1, F4x2, OutF4, Real, compiled
from model.rules.absence import log_missed


class AbsencePupils(NamedTuple):
    """Columns of pupils of 5 to 16 (n,): birth cohort, years in need, lasting tendency (SD), this year's draw
    (SD), socio-emotional skill (SD)."""

    cohort: I2
    history: U1
    trait: F4
    illness: F4
    socio: F4


class Spreads(NamedTuple):
    """SDs of tendency and of the year's draw on the log scale, log change for an SD of socio-emotional skill,
    mean of the log, and the town's level relative to England."""

    trait_sd: Real
    illness_sd: Real
    per_socio: Real
    mean: Real
    level: Real


@compiled
def absence_terms(
    year: int, pupils: AbsencePupils, usual: F4x2, expected: F4, numbers: Spreads, mean: OutF4, log: OutF4
) -> None:
    """Write the mean of each pupil's group in the town, %, into `mean`, and `log_missed` into `log` (n,).

    Args:
        usual: (2, 2) England's mean absence by phase and need, %. expected: (64,) mean socio-emotional skill
            by the six lowest bits of the history.
    """
    cohort, history, trait, illness, socio = pupils
    trait_sd, illness_sd, per_socio, centre, level = numbers
    for i in range(cohort.shape[0]):
        beyond = socio[i] - expected[np.uintp(history[i] & 63)]
        log[i] = log_missed(trait[i], illness[i], beyond, trait_sd, illness_sd, per_socio, centre)
        mean[i] = usual[np.uintp(year - cohort[i] >= 12), np.uintp(history[i] & 1)] * level
