"""Who enters the town, in one pass over all of them: the state of a child at the end of the year before.

A test holds what is compiled here to the plain rules, to the last bit. `history` are the years in need, the
last year in the lowest bit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.compiled import compiled

F = NDArray[np.float32]
D = NDArray[np.float64]
I1 = NDArray[np.int8]
I2 = NDArray[np.int16]
U1 = NDArray[np.uint8]
B = NDArray[np.bool_]
Rows = NDArray[np.intp]

_HALF = np.float32(0.5)


def _read(kind: str, dimensions: int = 1) -> str:
    return f'Array({kind}, {dimensions}, "C", readonly=True)'


_F, _F2, _F3 = (_read("float32", d) for d in (1, 2, 3))
_ROWS, _I2, _U1, _B = (_read(kind) for kind in ("intp", "int16", "uint8", "boolean"))


class Numbers(NamedTuple):
    """Of all who enter: what position makes of the trait and what is left to chance; SD of the trait; what
    the trait and what chance make of special needs; loading of a subject; SD of what sets subjects apart;
    lead of girls over boys in each; SD of frailty."""

    trait_ses: np.float32
    trait_rest: np.float32
    trait_sd: np.float32
    sen_trait: np.float32
    sen_rest: np.float32
    k: np.float32
    apart_sd: np.float32
    girls_literacy: np.float32
    girls_numeracy: np.float32
    frailty_sd: np.float32


class Columns(NamedTuple):
    """Whole columns that are written."""

    theta: F
    literacy: F
    numeracy: F
    socio: F
    aspiration: F
    absence_trait: F
    frailty: F


@compiled(
    f"void({_ROWS}, {_I2}, {_U1}, {_F}, {_B}, {_B}, {_F2}, {_F3}, {_F}, {_F}, UniTuple(float32, 10),"
    " float64, float64, UniTuple(float32[::1], 7), int8[::1], float32[::1])"
)
def _states(
    rows: Rows,
    before: I2,
    history: U1,
    ses: F,
    eal: B,
    girl: B,
    draws: F,
    targets: F,
    rest: F,
    usual_socio: F,
    numbers: tuple[np.float32, ...],
    support: float,
    special: float,
    columns: tuple[F, ...],
    sen: I1,
    mean: F,
) -> None:
    theta, literacy, numeracy, socio, aspiration, absence_trait, frailty = columns
    on_ses, on_chance, sd, sen_on, sen_rest, k, apart_sd, girls_literacy, girls_numeracy, frailty_sd = numbers
    for i in range(rows.shape[0]):
        r, six = np.uintp(rows[i]), np.uintp(history[i] & 63)
        trait = on_ses * ses[i] + on_chance * draws[0, i]
        theta[r] = sd * trait
        need = np.float64(-sen_on * trait + sen_rest * draws[1, i])
        sen[r] = np.int8(need > support) + np.int8(need > special)
        mean[i] = targets[before[i], six, np.intp(eal[i])]
        both = k * (mean[i] + draws[2, i] * rest[before[i]])
        apart = draws[3, i] * apart_sd
        side = _HALF if girl[i] else -_HALF
        literacy[r] = both + apart + side * girls_literacy
        numeracy[r] = both - apart + side * girls_numeracy
        socio[r] = usual_socio[six] + draws[4, i]
        aspiration[r] = draws[5, i]
        absence_trait[r] = draws[6, i]
        frailty[r] = frailty_sd * draws[7, i]


def states_at_entry(
    rows: Rows,
    before: I2,
    history: U1,
    ses: F,
    eal: B,
    girl: B,
    draws: F,
    targets: F,
    rest: F,
    usual_socio: F,
    numbers: Numbers,
    sen_cuts: tuple[float, float],
    columns: Columns,
    sen: I1,
) -> F:
    """Trait, special needs, skill, socio-emotional skill, aspiration and frailty of those who enter, written
    into their rows of `columns` and `sen`.

    Args:
        rows: (n,) of those who enter. before: (n,) age at the end of the year before, 0 for newborns.
        ses: (n,) family's position, national SD. eal: (n,) another language at home. girl: (n,).
        draws: (8, n) standard normal: of trait, special needs, skill, difference of subjects, socio-emotional
            skill, aspiration, absence, frailty.
        targets: (20, 64, 2) of last year, by age, history and language. rest: (20,) SD of the state beyond
            its target, by age. usual_socio: (64,) mean of socio-emotional skill by history.
        sen_cuts: need for support, and for a special school, SD.

    Returns:
        (n,) target of each at entry, SD of skill.
    """
    mean = np.empty(len(rows), np.float32)
    _states(
        rows,
        before,
        history,
        ses,
        eal,
        girl,
        draws,
        targets,
        rest,
        usual_socio,
        tuple(numbers),
        *sen_cuts,
        tuple(columns),
        sen,
        mean,
    )
    return mean


@compiled(
    f"void(int64, {_ROWS}, {_I2}, {_F}, {_F}, {_F}, {_F}, {_F}, {_F}, {_F}, {_F}, float32, float32, float32,"
    " float32[::1])"
)
def _past(
    stage: int,
    rows: Rows,
    before: I2,
    mean: F,
    theta: F,
    literacy: F,
    numeracy: F,
    keep: F,
    fresh: F,
    draw: F,
    error: F,
    half: np.float32,
    of_skill: np.float32,
    of_error: np.float32,
    score: F,
) -> None:
    for i in range(rows.shape[0]):
        r, years = np.uintp(rows[i]), np.uintp(before[i] - stage)
        now = theta[r] + (literacy[r] + numeracy[r]) * half
        state = now - theta[r] - mean[i]
        skill = now - state + keep[years] * state + fresh[years] * draw[i]
        score[r] = of_skill * skill + of_error * error[i]


def past_scores(
    stage: int,
    rows: Rows,
    before: I2,
    mean: F,
    states: tuple[F, F, F],
    draw: F,
    error: F,
    score: F,
    *,
    k: float,
    rest: float,
    persistence: float,
    reliability: float,
) -> None:
    """Scores of a stage that those who enter had passed, written into their rows of the column `score`: skill
    of then, as the AR(1) of the state run backwards has it.

    Args:
        stage: age of the assessment. rows: (n,) of whoever was that old; before, mean: (n,) as in
            `states_at_entry`.
        states: whole columns of theta, literacy, numeracy. draw, error: (n,) standard normal.
        k: loading of a subject. rest: SD of the state at the stage. persistence: of the state, a year.
        reliability: of the assessment.
    """
    keep = (persistence ** np.arange(before.max(initial=stage) - stage + 1)).astype(np.float32)
    fresh = np.sqrt(np.maximum(0, 1 - keep**2)) * np.float32(rest)
    _past(
        stage,
        rows,
        before,
        mean,
        *states,
        keep,
        fresh,
        draw,
        error,
        np.float32(0.5 / k),
        np.float32(np.sqrt(reliability)),
        np.float32(np.sqrt(1 - reliability)),
        score,
    )
