"""The score card: how often the bands hold what was observed, and who forecasts better, the model or somebody
without one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from calibration.validation.naive import WORDS
from model.indicators.registry import shown

if TYPE_CHECKING:
    import pandas as pd

D = NDArray[np.float64]

ENOUGH_FOR_A_MARK: Final = 20
"""Observations from which a coverage can pass or fail; one of fewer says too little."""
COVERAGE_AIM: Final = (0.75, 1.0)
"""Of the 90% bands, over the pool."""
WITHIN_AIM: Final = (0.90, 0.98)
"""Share of the fitted observations within two standard deviations."""
SQUARE_AIM: Final = (0.7, 1.3)
"""Mean square of their standardised residuals."""
SERIES_AIM: Final = 2.0
"""Points by which the series of all pupils may be off, on average."""
SERIES: Final = shown("score_card")
"""Published of all pupils of the town over several years."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of n bands hold what was observed; `good` says whether the 90% bands do as they should, None
    where n is too small to say."""

    pool: str
    n: int
    in50: int
    in90: int

    @property
    def good(self) -> bool | None:
        """Tell whether the share lies within COVERAGE_AIM."""
        if self.n < ENOUGH_FOR_A_MARK:
            return None
        return COVERAGE_AIM[0] <= self.in90 / self.n <= COVERAGE_AIM[1]


@dataclass(frozen=True, slots=True)
class Skill:
    """The model against one naive forecast over the same n figures: root mean squares of errors, in units of
    each figure's own error, the skill (1 less the ratio of mean squares), and how often the model is
    closer."""

    pool: str
    against: str
    n: int
    model: float
    other: float
    closer: int

    @property
    def skill(self) -> float:
        """Return 1 is perfect, 0 no better, below 0 worse."""
        return 1.0 - (self.model / self.other) ** 2 if self.other > 0 else -math.inf

    @property
    def lost(self) -> bool:
        """Tell whether the naive forecast is as good or better."""
        return self.skill <= 0


@dataclass(frozen=True)
class Scores:
    """The score card: `rows` is `table`; of the fitted figures the share
    within two standard deviations, the mean square of their residuals, and the mean absolute error of each
    series of all pupils and of all these together; coverage and skill by pool."""

    rows: "pd.DataFrame"
    within: float
    square: float
    series: Mapping[str, float]
    series_error: float
    coverage: tuple[Coverage, ...]
    skill: tuple[Skill, ...]

    def _of(self, role: str) -> "pd.DataFrame":
        return self.rows[self.rows["there"] & (self.rows["role"] == role)]

    @property
    def without(self) -> "pd.DataFrame":
        """Return the rows of what no town says anything of: too few people in a small one."""
        return self.rows[~self.rows["there"]]

    @property
    def fitted(self) -> "pd.DataFrame":
        """Return the rows of what was fitted."""
        return self._of("fit")

    @property
    def held_out(self) -> "pd.DataFrame":
        """Return the rows of what was held out."""
        return self._of("held_out")

    @property
    def patterns(self) -> "pd.DataFrame":
        """Return the rows of what was never fitted and is shown."""
        return self._of("pattern")

    @property
    def lost(self) -> tuple[Skill, ...]:
        """Return where a naive forecast does as well or better."""
        return tuple(each for each in self.skill if each.lost)


def scores(rows: "pd.DataFrame") -> Scores:
    """Return the score card of a table; figures that no town says anything of are left out of every score."""
    there = rows[rows["there"]]
    fitted, tested = there[there["role"] == "fit"], there[there["role"] != "fit"]
    residual = fitted["residual"].to_numpy()
    of_all = fitted["own"] & (fitted["group"] == "all")
    series = fitted[of_all & fitted["indicator"].isin(SERIES)]
    pools = list(dict.fromkeys(tested.sort_values("role")["pool"]))
    held = tested[tested["role"] == "held_out"]
    own_pools = [*dict.fromkeys(held["pool"])]
    return Scores(
        rows,
        float((np.abs(residual) <= 2).mean()),
        float((residual**2).mean()),
        {str(name): float(part["error"].abs().mean()) for name, part in series.groupby("what", sort=False)},
        float(series["error"].abs().mean()),
        (
            *(_coverage(pool, tested[tested["pool"] == pool]) for pool in pools),
            _coverage("all held out and patterns", tested),
        ),
        tuple(
            skill
            for pool, part in (
                *((pool, held[held["pool"] == pool]) for pool in own_pools),
                ("all held out", held),
            )
            for name in WORDS
            if (skill := _skill(pool, name, part)) is not None
        ),
    )


def _coverage(pool: str, part: "pd.DataFrame") -> Coverage:
    return Coverage(pool, len(part), int(part["in50"].sum()), int(part["in90"].sum()))


def _skill(pool: str, name: str, part: "pd.DataFrame") -> Skill | None:
    both = part[part[name].notna()]
    if both.empty:
        return None
    unit = both["own_error"].to_numpy()
    ours = both["error"].to_numpy() / unit
    others = (both["observed"] - both[name]).to_numpy() / unit
    closer = int((np.abs(ours) < np.abs(others)).sum())
    return Skill(pool, WORDS[name], len(both), _root(ours), _root(others), closer)


def _root(values: Sequence[float] | D) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
