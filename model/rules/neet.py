"""Not in education, employment or training: entry, staying, and the scar that it leaves."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from model.compiled import compiled

F = NDArray[np.float32]


def risk(
    score: F,
    fsm: F,
    socio: F,
    sen: F,
    gatsby: F,
    encounters: F,
    unemployment: float,
    *,
    per_sd: float,
    per_fsm: float,
    per_socio: float,
    per_sen: float,
    per_benchmark: float,
    per_encounter: float,
    per_unemployment: float,
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
    result: F = (
        np.float32(per_sd) * score
        + np.float32(per_fsm) * fsm
        + np.float32(per_socio) * socio
        + np.float32(per_sen) * sen
        + np.float32(per_benchmark) * gatsby
        + np.float32(per_encounter) * (np.minimum(encounters, np.float32(4.0)) - np.float32(mean_encounters))
        + np.float32(per_unemployment * unemployment)
    )
    return result


_F, _I1, _I2, _B, _ROWS = (
    f'Array({kind}, 1, "C", readonly=True)' for kind in ("float32", "int8", "int16", "boolean", "intp")
)
_MOST = np.float32(4)


@compiled(
    f"void({_ROWS}, {_F}, {_B}, {_F}, {_I1}, {_I2}, {_I1}, {_F}, {_F}, UniTuple(float32, 10), float32[::1])"
)
def _risk_of(
    rows: NDArray[np.intp],
    score: F,
    fsm: NDArray[np.bool_],
    socio: F,
    sen: NDArray[np.int8],
    school: NDArray[np.int16],
    encounters: NDArray[np.int8],
    gatsby: F,
    fsm_less: F,
    numbers: tuple[np.float32, ...],
    out: F,
) -> None:
    (
        per_sd,
        per_fsm,
        per_socio,
        per_sen,
        per_benchmark,
        per_encounter,
        here,
        mean_encounters,
        sen_yes,
        sen_no,
    ) = numbers
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        met = min(np.float32(encounters[r]), _MOST) - mean_encounters
        at = gatsby[school[r]] if school[r] >= 0 else np.float32(0)
        odds = per_sd * score[r] + per_fsm * fsm_less[np.intp(fsm[r])] + per_socio * socio[r]
        odds = odds + per_sen * (sen_yes if sen[r] > 0 else sen_no) + per_benchmark * at
        out[i] = odds + per_encounter * met + here


def risk_of(
    rows: NDArray[np.intp],
    score: F,
    fsm: NDArray[np.bool_],
    socio: F,
    sen: NDArray[np.int8],
    school: NDArray[np.int16],
    encounters: NDArray[np.int8],
    gatsby: F,
    unemployment: float,
    *,
    fsm_share: float,
    sen_share: float,
    per_sd: float,
    per_fsm: float,
    per_socio: float,
    per_sen: float,
    per_benchmark: float,
    per_encounter: float,
    per_unemployment: float,
    mean_encounters: float,
) -> F:
    """`risk` of some rows (n,) of whole columns, to the same bits.

    Args:
        score, fsm, socio, sen, encounters: columns, free meals at 15 and special needs as recorded.
        school: column, school at 16, -1 for none. gatsby: (S,) benchmarks of each less England's mean of the
            year.
        fsm_share, sen_share: England's shares. The others as in `risk`.
    """
    less = np.array([False, True]) - np.float32(fsm_share)
    numbers = (
        per_sd,
        per_fsm,
        per_socio,
        per_sen,
        per_benchmark,
        per_encounter,
        per_unemployment * unemployment,
        mean_encounters,
    )
    odds = np.empty(len(rows), np.float32)
    _risk_of(
        rows,
        score,
        fsm,
        socio,
        sen,
        school,
        encounters,
        gatsby,
        less,
        (
            *(np.float32(one) for one in numbers),
            np.float32(1) - np.float32(sen_share),
            np.float32(0) - np.float32(sen_share),
        ),
        odds,
    )
    return odds


def term_chance(neet: NDArray[np.bool_], level: F, log_odds: F, frailty: F, dependence: float) -> F:
    """Chance to be NEET next term (n,): two states; having been NEET adds `dependence` to the log-odds.

    Args:
        neet: (n,) NEET this term.
        level: (n,) log-odds of entry for the average young person of the age.
        log_odds: (n,) recorded risk (`risk`).
        frailty: (n,) lasting unrecorded risk, log-odds.
    """
    return expit(level + log_odds + frailty + np.where(neet, np.float32(dependence), np.float32(0.0))).astype(
        np.float32
    )


_U1, _F2 = 'Array(uint8, 1, "C", readonly=True)', 'Array(float32, 2, "C", readonly=True)'


@compiled(f"int64(int64, {_B}, {_B}, {_I1}, {_B}, uint8[::1], intp[::1])")
def _at_risk(
    start: int,
    followed: NDArray[np.bool_],
    present: NDArray[np.bool_],
    route: NDArray[np.int8],
    safe: NDArray[np.bool_],
    terms: NDArray[np.uint8],
    rows: NDArray[np.intp],
) -> int:
    n = 0
    for i in range(route.shape[0]):
        # No branch that a processor would have to guess.
        at_risk = followed[i] & present[i] & (not safe[np.uintp(route[i])])
        terms[i] = terms[i] * np.uint8(at_risk)
        rows[np.uintp(n)] = start + i
        n += at_risk
    return n


def at_risk(
    start: int,
    followed: NDArray[np.bool_],
    present: NDArray[np.bool_],
    route: NDArray[np.int8],
    safe: NDArray[np.bool_],
    terms: NDArray[np.uint8],
) -> NDArray[np.intp]:
    """Rows of those of a band of ages who may be NEET this year (m,); the others' `terms` become 0.

    Args:
        start: first row of the band. followed, present, route, terms: (n,) the band of each column.
        safe: (routes,) whether a route keeps from being NEET.
    """
    rows = np.empty(len(route), np.intp)
    return rows[: _at_risk(start, followed, present, route, safe, terms, rows)]


@compiled(
    f"void(int64, {_ROWS}, {_I2}, {_I1}, {_F}, {_F}, {_F}, float32, int64, float32, float32, float32[:,::1])"
)
def _log_odds(
    year: int,
    rows: NDArray[np.intp],
    cohort: NDArray[np.int16],
    route: NDArray[np.int8],
    risk: F,
    frailty: F,
    level: F,
    young: np.float32,
    sheltered: int,
    shelter: np.float32,
    dependence: np.float32,
    odds: F,
) -> None:
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        age = year - cohort[r]
        own = risk[i] + frailty[r] + (young if age <= 18 else np.float32(0))
        shield = shelter if route[r] == sheltered and age < 22 else np.float32(0)
        odds[0, i] = (level[np.uintp(age - 17)] - shield) + own
        odds[1, i] = odds[0, i] + dependence


def chances_of_year(
    year: int,
    rows: NDArray[np.intp],
    cohort: NDArray[np.int16],
    route: NDArray[np.int8],
    risk: F,
    frailty: F,
    level: F,
    *,
    young: float,
    sheltered: int,
    shelter: float,
    dependence: float,
) -> F:
    """`term_chance` of each row, (2, n): for whoever was not NEET the term before, and for whoever was.

    Args:
        rows: (n,) of people from 18 on. cohort, route, frailty: whole columns. risk: (n,) as by `risk_of`.
        level: log-odds of entry at 17, 18, ...
        young: log-odds of the town at 18. sheltered: route of those under 22 whom its `shelter` (log-odds)
            keeps. dependence: as in `term_chance`.
    """
    odds = np.empty((2, len(rows)), np.float32)
    _log_odds(
        year,
        rows,
        cohort,
        route,
        risk,
        frailty,
        level,
        np.float32(young),
        sheltered,
        np.float32(shelter),
        np.float32(dependence),
        odds,
    )
    chances: F = expit(odds, out=odds)
    return chances


@compiled(f"void({_ROWS}, {_F2}, {_F2}, int16, uint8[::1], int16[::1])")
def pass_terms(
    rows: NDArray[np.intp],
    draws: F,
    chances: F,
    months_a_term: int,
    terms: NDArray[np.uint8],
    months: NDArray[np.int16],
) -> None:
    """A year of terms for some rows (n,), written into whole columns: `terms`, whose highest bit is the last
    term of the year before and which become those of this year, and `months` NEET so far.

    Args:
        draws: (terms a year, n) uniform. chances: (2, n) as by `chances_of_year`. months_a_term: of NEET.
    """
    count = draws.shape[0]
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        now, found, spells = int(terms[r] >> (count - 1)) & 1, 0, 0
        for term in range(count):
            now = int(draws[term, i] < chances[np.uintp(now), i])
            found |= now << term
            spells += now
        terms[r] = found
        months[r] += months_a_term * spells


def wage_scar(months: NDArray[np.int16], per_month: float, floor: float) -> F:
    """Log wage lost for months NEET up to 24 (n,): so much a month, never beyond the floor (both
    negative)."""
    result: F = np.maximum(np.float32(per_month) * months, np.float32(floor)).astype(np.float32)
    return result
