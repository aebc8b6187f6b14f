"""What the model expects of every observation, with its bands, beside what was observed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from calibration.observe import Observation
from calibration.patterns import PATTERNS
from calibration.validation.naive import WORDS, Naive, naive
from calibration.validation.validate import Predictive
from model.indicators.registry import INDICATORS
from model.inputs.england import England
from model.inputs.place import Place
from model.inputs.place_name import short_name

if TYPE_CHECKING:
    import pandas as pd

D = NDArray[np.float64]

LEVELS: Final = ("50", "90")
"""Bands, by the per cent that they hold."""
GROUPS: Final = {
    "other": "others",
    "fsm": "free meals",
    "non_fsm": "no free meals",
    "below_l2": "below level 2",
    "l2": "level 2",
    "l3": "level 3",
}
"""Groups in words, where their name is none."""
ENDS: Final = {"low50": 0.25, "high50": 0.75, "low90": 0.05, "high90": 0.95}
"""Their ends, and the quantiles that these are."""
_STEPS: Final = 60


@dataclass(frozen=True)
class Forecast:
    """What is to be expected of one observed figure: a mixture of normals, one about each of `centres` (N,),
    all of the SD `noise`."""

    centres: D
    noise: float

    @property
    def mean(self) -> float:
        """Return its mean."""
        return float(self.centres.mean())

    @property
    def sd(self) -> float:
        """Return its standard deviation."""
        return math.hypot(float(self.centres.std(ddof=1)), self.noise)

    def below(self, value: float) -> float:
        """Return the probability of a figure below `value`."""
        return float(ndtr((value - self.centres) / max(self.noise, 1e-9)).mean())

    def quantile(self, p: float) -> float:
        """Return the figure below which a share p lies."""
        low, high = self.centres.min() - 6 * self.noise, self.centres.max() + 6 * self.noise
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < p else (low, middle)
        return float((low + high) / 2)


def forecast(each: Observation, drawn: D, chance: D, town: str) -> Forecast | None:
    """Return what the model expects of an observation.

    The town's own figure is that of one town, and so are the draws': who is in a cohort, and the town's luck,
    are in them already, and only discrepancy, transfer and an error that is no sampling are added. England
    and the area around are no single town: what chance does to a single one is taken out of the spread of the
    draws, and their own sampling added. None where fewer than two towns say anything.

    Args:
        drawn: what one town a draw says (N,). chance: what towns of the best fit say (K,), to be told from
            them. town: the place that is modelled.
    """
    drawn, chance = drawn[np.isfinite(drawn)], chance[np.isfinite(chance)]
    if min(drawn.size, chance.size) < 2:
        return None
    if own(each, town):
        sampled = each.sampling_variance(float(drawn.mean())) > 0
        error = each.error if sampled else 0.0
        return Forecast(drawn, math.sqrt(each.discrepancy**2 + each.transfer**2 + error**2))
    mean, spread = float(drawn.mean()), float(drawn.var(ddof=1))
    left = max(spread - float(chance.var(ddof=1)), 0.0)
    shrunk = mean + math.sqrt(left / spread if spread > 0 else 0.0) * (drawn - mean)
    return Forecast(shrunk, math.sqrt(each.variance(mean)))


def own(each: Observation, town: str) -> bool:
    """Tell whether it is a figure of the town itself."""
    return each.layer == "local" and each.place == short_name(town)


def town_luck(each: Observation, chance: D, town: str) -> float:
    """Return SD of what chance does to the whole town beyond the sampling of the figure's people, from towns
    that differ by chance (K,); 0 for England and the area around."""
    chance = chance[np.isfinite(chance)]
    if not own(each, town) or chance.size < 2:
        return 0.0
    sampling = each.sampling_variance(float(chance.mean())) + each.error**2
    return math.sqrt(max(float(chance.var(ddof=1)) - sampling, 0.0))


def title_of(each: Observation) -> str:
    """Return the figure in words, without its year."""
    known = PATTERNS.get(each.indicator)
    title = known.title if known is not None else INDICATORS[each.indicator].title
    if each.group == "all":
        return title
    less = f" less {_named(each.minus_group)}" if each.minus_group else ""
    return f"{title}: {_named(each.group)}{less}"


def _named(group: str) -> str:
    return GROUPS.get(group, group.replace("_", " "))


def unit_of(each: Observation) -> str:
    """Return the unit of its value."""
    known = PATTERNS.get(each.indicator)
    unit = known.unit if known is not None else INDICATORS[each.indicator].unit
    return "points" if each.kind == "gap" and unit == "%" else unit


def pool_of(each: Observation, town: str) -> str:
    """Return which part of the scores it belongs to."""
    if each.role != "held_out":
        return {"fit": "fitted", "pattern": "patterns"}[each.role]
    whose = each.place.capitalize()
    return f"{whose} {each.year}" if own(each, town) else f"{whose}'s gaps {each.year}"


def table(found: Predictive, town: str, luck: Mapping[str, float]) -> "pd.DataFrame":
    """Return a row an observation: observed, mean, bands, standardised residual, whether the bands hold it,
    and for what was held out the naive forecasts (NaN where there is none).

    Args:
        luck: of fitted observations by id, SD by the town's luck as the fit had it.

    Raises:
        InputError: published figures cannot be read.
    """
    import pandas as pd

    place, england = Place.load(town), England.load()
    rows = []
    for i, each in enumerate(found.observations):
        expected = forecast(each, found.drawn[:, i], found.chance[:, i], town)
        lucky = luck.get(each.id, town_luck(each, found.chance[:, i], town))
        guess = naive(each, place, england) if each.role == "held_out" else Naive(None, None, None)
        rows.append(
            {
                "id": each.id,
                "role": each.role,
                "pool": pool_of(each, town),
                "layer": each.layer,
                "place": each.place,
                "own": own(each, town),
                "indicator": each.indicator,
                "what": title_of(each),
                "unit": unit_of(each),
                "kind": each.kind,
                "group": each.group,
                "year": each.year,
                "observed": each.value,
                "own_error": math.sqrt(each.variance(each.value)),
                **_beside(each, expected, lucky),
                **{name: math.nan if (said := guess.of(name)) is None else said for name in WORDS},
                "naive_note": guess.note,
                "note": each.note,
            }
        )
    return pd.DataFrame(rows)


def _beside(each: Observation, expected: Forecast | None, lucky: float) -> dict[str, float | bool]:
    """Return what is expected, beside what was observed; NaN where nothing is."""
    if expected is None:
        names = ("mean", "median", "sd", "error", "residual", *ENDS)
        return {"there": False, **dict.fromkeys(names, math.nan), **{f"in{level}": False for level in LEVELS}}
    ends = {name: expected.quantile(p) for name, p in ENDS.items()}
    return {
        "there": True,
        "mean": expected.mean,
        "median": expected.quantile(0.5),
        "sd": expected.sd,
        "error": each.value - expected.mean,
        "residual": each.residual(expected.mean, lucky**2),
        **ends,
        **{f"in{level}": ends[f"low{level}"] <= each.value <= ends[f"high{level}"] for level in LEVELS},
    }
