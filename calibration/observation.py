"""One observation: a published figure, and how a model's figure is compared with it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from calibration.patterns import figures

if TYPE_CHECKING:
    from model.town import Town

type Layer = Literal["local", "england"]
type Role = Literal["fit", "held_out", "pattern"]
type Kind = Literal["share", "mean", "gap", "ratio", "correlation", "slope"]
type Likelihood = Literal["binomial", "beta_binomial", "normal"]
type Figure = Callable[[str, str, int], float | None]
"""What the model says: (indicator, group, year) to a figure in the indicator's unit, None where missing."""

_MOST_CORRELATED: Final = 0.999
"""Largest over-dispersion of a beta-binomial: that of people who nearly all do as one."""

NOTHING_DONE: Final = "baseline"
"""The history of a place where nothing was done: a scenario."""


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_float(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


type _Number = Annotated[float, BeforeValidator(_as_float)]
type _Positive = Annotated[float, BeforeValidator(_as_float), Field(ge=0)]


class Observation(_Checked):
    """One published figure, and how it is compared with the model's.

    `layer` is the town that is compared: "local", which lived history as it happened, or "england", with
    neutral local numbers, group by group. `role` is "fit", "held_out" (never read by the fit) or "pattern"
    (never fitted, shown). `indicator` is one of the model's or a pattern of
    `calibration.patterns`; a gap is `group` less `minus_group`, a ratio `group` over
    `minus_group`. `place` is the area whose figure it is.

    `value`, `error`, `discrepancy` and `transfer` are in the indicator's unit, the last three standard
    deviations: of what is known of the figure's own error (sampling of a mean, rounding), of what a model of
    this kind can be expected to miss, and of the other place's figure about the town's. `denominator` is the
    people of `group`; a gap of shares has `minus_denominator` and the two published `shares` too, in per
    cent, from which its sampling error is computed.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.]*$")
    layer: Layer
    role: Role
    indicator: str
    group: str = "all"
    minus_group: str = ""
    year: int
    place: str = Field(min_length=1)
    kind: Kind
    value: _Number
    denominator: int | None = Field(default=None, gt=0)
    minus_denominator: int | None = Field(default=None, gt=0)
    shares: Annotated[tuple[_Number, ...], BeforeValidator(_as_tuple)] = ()
    likelihood: Likelihood
    error: _Positive = 0.0
    discrepancy: _Positive
    transfer: _Positive = 0.0
    source: str = Field(min_length=1)
    grade: str
    note: str = ""

    def of(self, figure: Figure) -> float | None:
        """Return the model's figure to set against `value`; None where the model has none."""
        first = figure(self.indicator, self.group, self.year)
        if not self.minus_group or first is None:
            return first
        second = figure(self.indicator, self.minus_group, self.year)
        if second is None or (self.kind == "ratio" and second == 0):
            return None
        return first / second if self.kind == "ratio" else first - second

    def of_town(self, town: "Town") -> float | None:
        """Return `of` a town that has lived to the observation's year or longer."""
        return self.of(figures(town))

    def sampling_variance(self, predicted: float) -> float:
        """Return the variance by the chance of who is in the cohort, in the unit squared: of a share at
        `predicted`, of a gap of shares at those published, 0 for other figures (theirs is in `error`)."""
        if self.kind == "share" and self.denominator is not None:
            return 1e4 * _binomial(predicted / 100, self.denominator)
        if self.shares and self.denominator is not None and self.minus_denominator is not None:
            first, second = (share / 100 for share in self.shares)
            return 1e4 * (_binomial(first, self.denominator) + _binomial(second, self.minus_denominator))
        return 0.0

    def variance(self, predicted: float, chance: float = 0.0) -> float:
        """Return the variance of the observed figure about a predicted one, in the unit squared: sampling,
        error, discrepancy and transfer.

        `chance` is what a town's own luck (its shocks, schools, families) adds to sampling, in the unit
        squared: the variance of the model's figure over seeds less the sampling in it, where the prediction
        is a mean over seeds. 0 for England, which is no town."""
        known = self.error**2 + self.discrepancy**2 + self.transfer**2
        return self.sampling_variance(predicted) + known + chance

    def residual(self, predicted: float, chance: float = 0.0) -> float:
        """Return the observed less predicted, in standard deviations."""
        return (self.value - predicted) / math.sqrt(self.variance(predicted, chance))

    def log_likelihood(self, predicted: float, chance: float = 0.0) -> float:
        """Log probability (density) of what was observed, given a prediction: normal with `variance`; or the
        binomial of as many people as the figure is of; or the beta-binomial of that mean and variance, so far
        as one has it (near 0 and 100 per cent the variance is larger than that of any share)."""
        if self.likelihood == "normal":
            variance = self.variance(predicted, chance)
            return -0.5 * ((self.value - predicted) ** 2 / variance + math.log(2 * math.pi * variance))
        n = float(self.denominator or 0)
        yes, p = n * self.value / 100, _inside(predicted / 100, n)
        ways = math.lgamma(n + 1) - math.lgamma(yes + 1) - math.lgamma(n - yes + 1)
        if self.likelihood == "binomial":
            return ways + yes * math.log(p) + (n - yes) * math.log1p(-p)
        spread = self.variance(predicted, chance) / 1e4 * n / (p * (1 - p))
        alike = min((spread - 1) / (n - 1), _MOST_CORRELATED) if n > 1 else 0.0
        if alike <= 0:
            return ways + yes * math.log(p) + (n - yes) * math.log1p(-p)
        size = 1 / alike - 1
        return (
            ways + _log_beta(yes + p * size, n - yes + (1 - p) * size) - _log_beta(p * size, (1 - p) * size)
        )


class ObservationFile(_Checked):
    """The content of a file of observations. `extends` are files whose observations belong to it too;
    `sources` says what was read, by key. A place's own file says which `place` its local layer is of, which
    area `around` speaks for it in gaps and ratios where nothing else is published, and which scenario its
    `history` was."""

    title: str = Field(min_length=1)
    notes: str = ""
    extends: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    place: str = ""
    around: str = ""
    history: str = NOTHING_DONE
    sources: dict[str, str]
    observations: Annotated[tuple[Observation, ...], BeforeValidator(_as_tuple)] = Field(min_length=1)


def _binomial(p: float, n: int) -> float:
    inside = _inside(p, n)
    return inside * (1 - inside) / n


def _inside(p: float, n: float) -> float:
    """Return a share that half a person more or less could have been, so that none is impossible."""
    return min(max(p, 0.5 / n), 1 - 0.5 / n)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
