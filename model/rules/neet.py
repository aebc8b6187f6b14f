"""Not in education, employment or training: entry, staying, and the scar that it leaves."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

F = NDArray[np.float32]


def risk(
    score: F, fsm: F, socio: F, sen: F, gatsby: F, encounters: F, unemployment: float, *, per_sd: float, per_fsm: float,
    per_socio: float, per_sen: float, per_benchmark: float, per_encounter: float, per_unemployment: float,
    mean_encounters: float,
) -> F:
    """Log-odds of being NEET relative to England's average young person (n,).

    Args:
        score: (n,) KS4 score, SD.
        fsm: (n,) 1 with free meals at 15, as deviation from England's share.
        socio: (n,) socio-emotional skill, SD.
        sen: (n,) 1 with special needs, as deviation from England's share.
        gatsby: (n,) benchmarks of the school less England's mean of the year.
        encounters: (n,) employer encounters, counted to four.
        unemployment: local rate less England's of 2017, percentage points.
        per_...: log-odds for one unit of each; `mean_encounters` is England's mean of the counted encounters.
    """
    return (
        np.float32(per_sd) * score
        + np.float32(per_fsm) * fsm
        + np.float32(per_socio) * socio
        + np.float32(per_sen) * sen
        + np.float32(per_benchmark) * gatsby
        + np.float32(per_encounter) * (np.minimum(encounters, np.float32(4.0)) - np.float32(mean_encounters))
        + np.float32(per_unemployment * unemployment)
    )


def term_chance(neet: NDArray[np.bool_], level: F, log_odds: F, frailty: F, dependence: float) -> F:
    """Chance to be NEET next term (n,): two states; having been NEET adds `dependence` to the log-odds.

    Args:
        neet: (n,) NEET this term.
        level: (n,) log-odds of entry for the average young person of the age.
        log_odds: (n,) recorded risk (`risk`).
        frailty: (n,) lasting unrecorded risk, log-odds.
    """
    return expit(level + log_odds + frailty + np.where(neet, np.float32(dependence), np.float32(0.0))).astype(np.float32)


def wage_scar(months: NDArray[np.int16], per_month: float, floor: float) -> F:
    """Log wage lost for months NEET up to 24 (n,): so much a month, never beyond the floor (both negative)."""
    return np.maximum(np.float32(per_month) * months, np.float32(floor)).astype(np.float32)
