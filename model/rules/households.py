"""Families: income, need, free meals and how long they last."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.compiled import compiled

F = NDArray[np.float32]
B = NDArray[np.bool_]
U1 = NDArray[np.uint8]

SIX_YEARS = np.uint8(0b111111)
POPCOUNT6 = np.array([int(i).bit_count() for i in range(64)], dtype=np.float32)


def next_shock(shock: F, draw: F, persistence: float) -> F:
    """Passing part of income a year on: AR(1), stationary with SD 1 (n,)."""
    return np.float32(persistence) * shock + np.float32(np.sqrt(1.0 - persistence**2)) * draw


def income_position(ses: F, shock: F, weight: float) -> F:
    """National income position (SD 1 in England) from lasting socio-economic position and the passing
    part."""
    return np.float32(weight) * ses + np.float32(np.sqrt(1.0 - weight**2)) * shock


def need_line(england_percent: float) -> float:
    """Income position under which England's `england_percent` of families fall."""
    return float(ndtri(england_percent / 100.0))


def mean_income(line: float) -> tuple[float, float]:
    """England's mean income position of families (in need, not in need), for a need line on the normal
    scale."""
    density = float(np.exp(-0.5 * line * line) / np.sqrt(2.0 * np.pi))
    share = float(ndtr(line))
    return -density / share, density / (1.0 - share)


def shift_history(history: U1, now: B) -> U1:
    """History of a yes/no state, this year in the lowest bit, eight years kept (n,)."""
    return (history << np.uint8(1)) | now.astype(np.uint8)


_F = 'Array(float32, 1, "C", readonly=True)'


@compiled(f"void({_F}, {_F}, float32[:,::1], {_F}, float32, float32, float32, float32, uint8[::1])")
def _look_back(
    ses: F,
    shock: F,
    draws: F,
    lines: F,
    lasting: np.float32,
    passing: np.float32,
    persistence: np.float32,
    renewed: np.float32,
    out: U1,
) -> None:
    for i in range(ses.shape[0]):
        now, history = shock[i], 0
        for back in range(lines.shape[0]):
            if back > 0:
                now = persistence * now + renewed * draws[back - 1, i]
            history |= int(lasting * ses[i] + passing * now < lines[back]) << back
        out[i] = history


_I4, _I1 = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("int64", "int8"))


@compiled(
    f"void({_I4}, {_F}, {_F}, float32, float32, float32, float32, float32, float32[::1],"
    " float32[::1], boolean[::1])"
)
def _pass_year(
    rows: NDArray[np.intp],
    ses: F,
    draw: F,
    lasting: np.float32,
    passing: np.float32,
    persistence: np.float32,
    renewed: np.float32,
    line: np.float32,
    shock: F,
    income: F,
    need: B,
) -> None:
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        shock[r] = persistence * shock[r] + renewed * draw[i]
        income[r] = lasting * ses[r] + passing * shock[r]
        need[r] = income[r] < line


def pass_year(
    rows: NDArray[np.intp],
    ses: F,
    draw: F,
    shock: F,
    income: F,
    need: B,
    *,
    weight: float,
    persistence: float,
    line: float,
) -> None:
    """A year of income for some families, in place: `next_shock` and `income_position` in one pass, to the
    same bits.

    Args:
        rows: (n,) of the families. draw: (n,) standard normal.
        ses, shock, income, need: (families,) whole columns; the last three are written.
        weight, persistence: as `income_position` and `next_shock` take them. line: income position of need.
    """
    _pass_year(
        rows,
        ses,
        draw,
        np.float32(weight),
        np.float32(np.sqrt(1.0 - weight**2)),
        np.float32(persistence),
        np.float32(np.sqrt(1.0 - persistence**2)),
        np.float32(line),
        shock,
        income,
        need,
    )


@compiled(f"void({_I4}, {_I1}, {_F}, float64[::1], int64[::1])")
def _sum_by_ward(
    rows: NDArray[np.intp],
    ward: NDArray[np.int8],
    trust: F,
    total: NDArray[np.float64],
    count: NDArray[np.int64],
) -> None:
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        w = np.uintp(ward[r] + 1)
        total[w] += np.float64(trust[r])
        count[w] += 1


@compiled(f"void({_I4}, {_I1}, {_F}, {_F}, {_F}, float32, float32, float32, float32, float32[::1])")
def _spread_trust(
    rows: NDArray[np.intp],
    ward: NDArray[np.int8],
    ses: F,
    mean: F,
    draw: F,
    on_ses: np.float32,
    persistence: np.float32,
    noise: np.float32,
    spread: np.float32,
    trust: F,
) -> None:
    for i in range(rows.shape[0]):
        r = np.uintp(rows[i])
        centre = on_ses * ses[r]
        pulled = centre + persistence * (trust[r] - centre) + noise * draw[i]
        trust[r] = pulled + spread * (mean[np.uintp(ward[r] + 1)] - trust[r])


def spread_trust(
    rows: NDArray[np.intp],
    ward: NDArray[np.int8],
    ses: F,
    draw: F,
    trust: F,
    wards: int,
    *,
    on_ses: float,
    persistence: float,
    spread: float,
) -> None:
    """A year of trust in school for some families, in place: it keeps most of itself and moves towards its
    ward's mean.

    Args:
        rows: (n,) of the families. draw: (n,) standard normal.
        ward, ses, trust: (families,) whole columns, ward -1 outside the town; trust (SD) is written. wards:
            in the town.
        on_ses: correlation of trust with position. persistence: AR(1) of what position does not explain.
        spread: share of the way to the mean of the ward's families in a year.
    """
    total, count = np.zeros(wards + 1), np.zeros(wards + 1, np.int64)
    _sum_by_ward(rows, ward, trust, total, count)
    mean = (total / np.maximum(count, 1)).astype(np.float32)
    noise = np.sqrt((1 - on_ses**2) * (1 - persistence**2))
    _spread_trust(
        rows,
        ward,
        ses,
        mean,
        draw,
        np.float32(on_ses),
        np.float32(persistence),
        np.float32(noise),
        np.float32(spread),
        trust,
    )


_FAMILY, _B = (f'Array({kind}, 1, "C", readonly=True)' for kind in ("int32", "boolean"))
_RUNS, _OVER = 1, 2


@compiled(f"void({_FAMILY}, {_B}, int64, int64, uint8[::1], boolean[::1], boolean[::1], uint8[::1])")
def _need_and_meals(
    family: NDArray[np.int32],
    need: B,
    pupils: int,
    protection: int,
    history: U1,
    protected: B,
    fsm: B,
    fsm_history: U1,
) -> None:
    # Whoever has no family (row -1) reads the last. Loops of one kind of step each vectorise.
    none = need.shape[0] - 1
    for i in range(family.shape[0]):
        now = need[np.uintp(family[i] if family[i] >= 0 else none)]
        history[i] = (history[i] << 1) | np.uint8(now)
    if protection == _OVER:
        for i in range(pupils):
            protected[i] = False
    for i in range(pupils):
        fsm[i] = np.bool_(history[i] & 1) | protected[i]
        fsm_history[i] = (fsm_history[i] << 1) | np.uint8(fsm[i])
    if protection == _RUNS:
        for i in range(pupils):
            protected[i] = protected[i] | fsm[i]


def pass_children(
    year: int,
    family: NDArray[np.int32],
    need: B,
    pupils: int,
    history: U1,
    protected: B,
    fsm: B,
    fsm_history: U1,
    *,
    first_year: int,
    last_year: int,
) -> None:
    """A year of children's need and of pupils' free meals, in place: `shift_history` and `protection` in one
    pass.

    Args:
        family: (n,) rows of families. need: (families,) this year.
        pupils: how many of the n, the first, are of school age; only they have free meals.
        history, protected, fsm, fsm_history: (n,) columns that are written.
        first_year, last_year: of transitional protection.
    """
    protection = _OVER if year > last_year else _RUNS if year >= first_year else 0
    _need_and_meals(family, need, pupils, protection, history, protected, fsm, fsm_history)


def past_need(
    ses: F, shock: F, draws: F, lines: NDArray[np.float64], *, weight: float, persistence: float
) -> U1:
    """History of need (n,) of up to eight years that nobody followed, the last year in the lowest bit.

    The passing part of income is run backwards from the last year's: an AR(1) is the same in both directions.
    `next_shock` and `income_position` in one pass, to the same bits.

    Args:
        ses, shock: (n,) lasting position and the last year's passing part, national SD.
        draws: (years - 1, n) standard normal, from the last year back.
        lines: (years,) income position under which a family is in need, from the last year back.
        weight, persistence: as `income_position` and `next_shock` take them.
    """
    history = np.empty(len(ses), np.uint8)
    _look_back(
        ses,
        shock,
        draws,
        lines.astype(np.float32),
        np.float32(weight),
        np.float32(np.sqrt(1.0 - weight**2)),
        np.float32(persistence),
        np.float32(np.sqrt(1.0 - persistence**2)),
        history,
    )
    return history


def within_six_years(history: U1) -> B:
    """Whether a state was met this year or in the five years before (the published six-year rule)."""
    met: B = (history & SIX_YEARS) != 0
    return met


def need_weights(persistent_ratio: float, mean_share: float) -> F:
    """Weight of disadvantage by how many of six years were in need.

    Args:
        persistent_ratio: drift of a child in need all six years, against the mean of children ever in need.
        mean_share: mean share of the six years in need among those ever in need (so that the mean weight is
            1).

    Returns:
        (64,) weights, to be indexed by the six lowest bits of a need history; 0 for never.
    """
    share = POPCOUNT6 / np.float32(6.0)
    weights = 1.0 + (persistent_ratio - 1.0) * (share - mean_share) / (1.0 - mean_share)
    weights[0] = 0.0
    return weights.astype(np.float32)


def protection(protected: B, fsm: B, year: int, first_year: int, last_year: int) -> B:
    """Transitional protection: whoever has free meals while it runs keeps them (the rule of April 2018)."""
    if first_year <= year <= last_year:
        return protected | fsm
    return np.zeros_like(protected) if year > last_year else protected
