"""Families: income, need, free meals and how long they last, trust in school."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.compiled import Real, Reals, rule

F = NDArray[np.float32]
D = NDArray[np.float64]

SIX_YEARS = np.uint8(0b111111)
POPCOUNT6 = np.array([int(i).bit_count() for i in range(64)], dtype=np.float32)


class Income(NamedTuple):
    """Weights of lasting position and of the passing part in income; what a year keeps of the passing part,
    and what it renews."""

    lasting: Real
    passing: Real
    kept: Real
    renewed: Real


def income(weight: float, persistence: float) -> Income:
    """Return the numbers of income that keep its SD, and that of its passing part, at 1 in England.

    Args:
        weight: of lasting position. persistence: AR(1) of the passing part, a year.
    """
    parts = weight, np.sqrt(1.0 - weight**2), persistence, np.sqrt(1.0 - persistence**2)
    return Income(*map(np.float32, parts))


@rule
def next_shock(shock: Reals, draw: Reals, numbers: Income) -> Reals:
    """Return the passing part of income a year on, SD 1: AR(1) with a standard normal draw."""
    return numbers.kept * shock + numbers.renewed * draw


@rule
def income_position(ses: Reals, shock: Reals, numbers: Income) -> Reals:
    """Return the national income position (SD 1 in England) from lasting socio-economic position and the
    passing part."""
    return numbers.lasting * ses + numbers.passing * shock


def need_line(england_percent: D) -> D:
    """Return the income position under which so many % of England's families fall (years,)."""
    line: D = ndtri(england_percent / 100.0)
    return line


def mean_income(line: float) -> tuple[float, float]:
    """Return England's mean income position of families (in need, not in need), for a need line on the normal
    scale."""
    density = float(np.exp(-0.5 * line * line) / np.sqrt(2.0 * np.pi))
    share = float(ndtr(line))
    return -density / share, density / (1.0 - share)


@rule
def shift_history(history: Reals, now: Reals) -> Reals:
    """Return the history of a yes/no state a year on: this year in the lowest of its bits, eight years
    kept."""
    return np.uint8(np.uint8(history << 1) | np.uint8(now))


@rule
def within_six_years(history: Reals) -> Reals:
    """Return whether a state was met this year or in the five years before (the published six-year rule)."""
    return (history & SIX_YEARS) != 0


def at_odds(share: float, here: float, there: float) -> float:
    """Return a share that was found where another share was `there`, for where that is `here`: its odds are
    in the same proportion. All are above 0 and below 1."""
    ratio = here / (1 - here) / (there / (1 - there))
    return float(share * ratio / (1 - share + share * ratio))


def need_weights(persistent_ratio: float, mean_share: float) -> F:
    """Return the weight of disadvantage by how many of six years were in need.

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


class Protection(NamedTuple):
    """First and last year of transitional protection of free meals (the rule of April 2018)."""

    first: int
    last: int


@rule
def free_meals(need: Reals, protected: Reals, year: int, protection: Protection) -> Reals:
    """Return who has free meals: pupils in need, and those who had them, as long as protection runs."""
    return need | (protected & (year <= protection.last))


@rule
def next_protected(protected: Reals, meals: Reals, year: int, protection: Protection) -> Reals:
    """Return who is protected from now on: whoever has free meals while protection runs."""
    return (protected | (meals & (year >= protection.first))) & (year <= protection.last)


class Trust(NamedTuple):
    """Correlation of trust with position; what a year keeps of the rest, and the SD of its draw; share of the
    way to the mean of the ward's families in a year."""

    on_ses: Real
    kept: Real
    noise: Real
    spread: Real


def trust(on_ses: float, persistence: float, spread: float) -> Trust:
    """Return the numbers of trust that keep its SD at 1 where it does not spread."""
    noise = np.sqrt((1 - on_ses**2) * (1 - persistence**2))
    return Trust(*map(np.float32, (on_ses, persistence, noise, spread)))


@rule
def next_trust(trust: Reals, ses: Reals, ward_mean: Reals, draw: Reals, numbers: Trust) -> Reals:
    """Return trust in school a year on, SD: it keeps most of itself and moves towards its ward's mean."""
    centre = numbers.on_ses * ses
    pulled = centre + numbers.kept * (trust - centre) + numbers.noise * draw
    return pulled + numbers.spread * (ward_mean - trust)
