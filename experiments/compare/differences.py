"""The difference between two scenarios on the same children with the same luck, pair by pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.compare.arrays import Arrays, benefit
from experiments.runs import statistics as paired
from experiments.runs.draws import RunId
from experiments.runs.ensemble import Ensemble, named
from experiments.runs.manifest import PairManifest
from experiments.runs.paired import Arms, Way
from model.indicators.registry import INDICATORS, shown
from model.io.errors import InputError
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

DISCOUNT: Final = 0.035
"""A year: HM Treasury, Green Book, for the first thirty years."""
MOST_DISCOUNT: Final = 0.2

WHO_GAINED: Final = shown("wards")
"""The indicators by which wards are set side by side: those that are recorded by ward."""

type Lived = Literal["drawn", "means"]
type Arm = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in both arms over the pairs that have it (`runs`, at least one): means of `a` and `b`; mean,
    5th and 95th percentile of the difference, the band NaN for one pair. `better` pairs are on the good side
    of no difference, `alike` on neither; None where no side is good. `chance_sd`, `parameters_sd` and
    `effects_sd` are those of `Differences.frame`."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    chance_sd: float
    parameters_sd: float
    effects_sd: float
    runs: int
    better: int | None
    alike: int | None
    latent: bool


@dataclass(frozen=True, eq=False)
class Differences:
    """Findings of a comparison as data: differences (`frame`), each pair's (`pairs`), who gained
    (`who_gained`).

    `ensembles` are the lives by way, in the order of `cells`, by draw and then by seed; `discount` is a
    yearly rate for costs.
    """

    arms: Arms
    cells: tuple[RunId, ...]
    ensembles: Mapping[Way, Ensemble]
    discount: float = DISCOUNT
    command: tuple[str, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the different seeds, in order."""
        return self.ensembles[Way.A_MEANS].seeds

    @property
    def draws(self) -> tuple[int, ...]:
        """Return the different draws of the numbers, in order; (0,) is the best fit alone."""
        return self.ensembles[Way.A_MEANS].draws

    @property
    def note(self) -> str:
        """Return what a reader must know about the numbers; empty where there is nothing to say."""
        return self.arms.numbers.note

    @property
    def a(self) -> Scenario:
        """Return the first arm: without."""
        return self.arms.a

    @property
    def b(self) -> Scenario:
        """Return the second arm: with."""
        return self.arms.b

    @property
    def lived(self) -> Lived:
        """Tell whether the figures are those with effects drawn, or at their means."""
        return "drawn" if any(way.drawn for way in self.ensembles) else "means"

    @property
    def acting(self) -> bool:
        """Tell whether an arm has anything whose effects could be drawn."""
        return self.a.acting or self.b.acting

    @cached_property
    def manifest(self) -> PairManifest:
        """Return what made it. Raises InputError where an input can no longer be read."""
        return self.arms.manifest(self.seeds, self.discount, self.command, self.draws)

    def ensemble(self, arm: Arm, lived: Lived | None = None) -> Ensemble:
        """Return the runs of an arm, as `lived` where not said. An arm that does nothing is the same with
        effects drawn as at their means."""
        means, drawn = (Way.A_MEANS, Way.A_DRAWN) if arm == "a" else (Way.B_MEANS, Way.B_DRAWN)
        as_drawn = (lived or self.lived) == "drawn" and drawn in self.ensembles
        return self.ensembles[drawn if as_drawn else means]

    @cached_property
    def _means(self) -> Arrays:
        return Arrays.of(self.ensemble("a", "means"), self.ensemble("b", "means"))

    @cached_property
    def _main(self) -> Arrays:
        if self.lived == "means":
            return self._means
        return Arrays.of(self.ensemble("a"), self.ensemble("b"))

    def frame(self) -> "pd.DataFrame":
        """Return one row a year, indicator and group that at least one pair has in both arms.

        Columns: year, indicator, group (also `gap`, `gap_fsm`: by how much the disadvantaged, or those with
        free meals, fare worse), unit (of a difference of percentages: percentage points), a and b (means of
        the arms), difference, low and high (5th and 95th percentile of the pairs), benefit (share of pairs on
        the good side of no difference, ties half), chance_sd (SD within draws of the numbers, with effects at
        their means), parameters_sd (between draws, with effects at their means: what is left above chance),
        effects_sd (what drawn effects add: the root of the variance when drawn less that at their means),
        each never below 0, runs (pairs), latent (an estimate for a year without comparable results), count
        (the fewest people behind it in an arm of a pair). NaN: one pair has no band and no SD; one seed a
        draw cannot tell chance from parameters, and one draw has no parameters to vary; where no side is
        good there is no benefit; where effects were not drawn their SD is not known.
        """
        import pandas as pd

        main, d = self._main, self._main.difference
        low, high = paired.band(d)
        chance, parameters, effects = self._split(d, self._means.difference)
        there = np.isfinite(d)
        columns: dict[str, NDArray[Any]] = {
            "a": paired.mean(np.where(there, main.a, np.nan)),
            "b": paired.mean(np.where(there, main.b, np.nan)),
            "difference": paired.mean(d),
            "low": low,
            "high": high,
            "benefit": benefit(d, main.directions),
            "chance_sd": chance,
            "parameters_sd": parameters,
            "effects_sd": effects,
            "runs": paired.runs(d),
            "latent": main.latent,
            "count": np.where(there, main.counts, np.iinfo(np.int32).max).min(axis=0),
        }
        year, key = np.nonzero(columns["runs"])
        of_row: dict[str, Any] = {"year": np.array(main.years)[year], **named(main.keys, key)}
        units = list(dict.fromkeys(INDICATORS[name].unit for name, _ in main.keys))
        codes = np.array([units.index(INDICATORS[name].unit) for name, _ in main.keys], np.int64)
        of_row["unit"] = pd.Categorical.from_codes(codes[key], categories=pd.Index(units))
        return pd.DataFrame(of_row | {name: values[year, key] for name, values in columns.items()})

    def _split(
        self, d: NDArray[np.float64], at_means: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return SD of differences (S, ...) by chance, by parameters and by what drawn effects add, (...)
        each."""
        chance, parameters = paired.nested(at_means, [cell.draw for cell in self.cells])
        effects = np.sqrt(np.maximum(paired.variance(d) - paired.variance(at_means), 0.0))
        known = self.lived == "drawn" or not self.acting
        return np.sqrt(chance), np.sqrt(parameters), effects if known else np.full_like(effects, np.nan)

    def pairs(self) -> "pd.DataFrame":
        """Return one row a pair, way (effects at their `means`, or `drawn`), year, indicator and group: draw,
        seed and the `difference` of that pair, NaN left out."""
        import pandas as pd

        sides = {"means": self._means} | ({"drawn": self._main} if self.lived == "drawn" else {})
        parts = []
        for number, side in enumerate(sides.values()):
            d = side.difference
            cell, year, key = np.nonzero(np.isfinite(d))
            of = np.array(self.cells, np.int64)
            columns: dict[str, Any] = {"draw": of[cell, 0], "seed": of[cell, 1]}
            ways = np.full(len(cell), number)
            columns["way"] = pd.Categorical.from_codes(ways, categories=pd.Index(list(sides)))
            columns |= {"year": np.array(side.years)[year], **named(side.keys, key)}
            parts.append(pd.DataFrame(columns | {"difference": d[cell, year, key]}))
        return pd.concat(parts, ignore_index=True)

    def path(self, indicator: str, group: str) -> NDArray[np.float64] | None:
        """Return the difference of each pair by year (S, Y), NaN where there is none; None where the arms did
        not both record it."""
        if (indicator, group) not in self._main.keys:
            return None
        column = self._main.keys.index((indicator, group))
        path: NDArray[np.float64] = self._main.b[:, :, column] - self._main.a[:, :, column]
        return path

    def difference(
        self,
        indicator: str,
        group: str,
        year: int,
        minus: str | None = None,
        direction: int | None = None,
    ) -> Difference | None:
        """Return one figure of a group, or of a group less another (`minus`), in a year; None where no pair
        has it in both arms. `direction` says which side is good, as an indicator's, where that is not the
        indicator's own."""
        keys = [(indicator, each) for each in (group, minus) if each is not None]
        main = self._main
        if year not in main.years or any(key not in main.keys for key in keys):
            return None
        at, row = [main.keys.index(key) for key in keys], main.years.index(year)

        def figures(x: NDArray[np.float64]) -> NDArray[np.float64]:
            result: NDArray[np.float64] = x[:, row, at[0]] - (x[:, row, at[1]] if minus else 0.0)
            return result

        a, b = figures(main.a), figures(main.b)
        d = b - a
        there = np.isfinite(d)
        if not there.any():
            return None
        if direction is None:
            direction = int(main.directions[at[0]])
        low, high = paired.band(d)
        chance, parameters, effects = self._split(d, figures(self._means.difference))
        better = int(np.count_nonzero(d[there] * direction > 0)) if direction else None
        return Difference(
            a=float(a[there].mean()),
            b=float(b[there].mean()),
            difference=float(d[there].mean()),
            low=float(low),
            high=float(high),
            chance_sd=float(chance),
            parameters_sd=float(parameters),
            effects_sd=float(effects),
            runs=int(there.sum()),
            better=better,
            alike=int(np.count_nonzero(d[there] == 0)) if direction else None,
            latent=bool(main.latent[row, at].any()),
        )

    def precision(self, indicator: str, group: str, year: int) -> tuple[float, float]:
        """Return the standard error of the mean difference, effects at their means, in pairs and as if the
        arms had been run with other seeds each. Raises ValueError where no two pairs have the figure."""
        side = self._means
        if (indicator, group) not in side.keys or year not in side.years:
            raise ValueError(f"{indicator} of {group} is not recorded in {year}")
        at = np.s_[:, side.years.index(year), side.keys.index((indicator, group))]
        d = side.difference[at]
        n = int(np.isfinite(d).sum())
        if n < 2:
            raise ValueError(f"{n} pairs have {indicator} of {group} in {year}: two are needed")
        of_pairs = float(paired.variance(d))
        of_arms = float(paired.variance(side.a[at]) + paired.variance(side.b[at]))
        return float(np.sqrt(of_pairs / n)), float(np.sqrt(of_arms / n))

    def who_gained(self, year: int | None = None) -> "pd.DataFrame":
        """Return the rows of `frame` for the disadvantaged, the others, the gap and each ward, for six
        headline indicators (WHO_GAINED), in a year; without one in all of them. Wards are recorded in some
        years only (see `model.indicators.record.PLACE_YEARS`)."""
        frame = self.frame()
        group = frame.group.astype(str)
        whom = group.isin(["disadvantaged", "other", "gap"]) | group.str.startswith("ward:")
        found = frame[whom & frame.indicator.isin(WHO_GAINED)]
        return (found if year is None else found[found.year == year]).reset_index(drop=True)


def checked_discount(discount: float) -> float:
    """Return the yearly rate; InputError where it is none."""
    if not 0 <= discount <= MOST_DISCOUNT:  # false for NaN too
        allowed = f"0 to {MOST_DISCOUNT:g} a year; {DISCOUNT:g} is {100 * DISCOUNT:g}%"
        raise InputError("is no yearly rate", at="discount", value=discount, allowed=allowed)
    return float(discount)
