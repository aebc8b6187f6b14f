"""Which points of a space of factors a study runs: factorial, Latin hypercube, Sobol or Morris.

A factor is a key of a scenario with a range or a list of values. A design places points in the unit cube, one
axis a factor; `values_of` turns a place on an axis into a value. A factor with a list of values, or of whole
numbers, cuts its axis into bins of equal width, one a value: each comes equally often, the last as often as
the first, which a truncated or rounded float does not give.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from model.io.errors import InputError, key_path
from model.io.schema import LISTED, Checked

type Unit = NDArray[np.float64]
type Value = bool | int | float | str
Kind = Literal["factorial", "latin_hypercube", "sobol", "morris"]

MOST_POINTS: Final = 200_000
"""Points that a design may have; more is a slip of the pen, not a study."""
MOVERS: Final = ("sobol", "morris")
"""Designs in which the factors of a group move together."""
_EDGE: Final = 1e-9
"""What a place on an axis may lack through rounding to count as on the border of the next bin."""


class Factor(Checked):
    """What a study varies: a key of a scenario, with a range or a list of values."""

    key: str = Field(min_length=1, description='A key of a scenario, as "programmes.NAME.reach".')
    name: str = Field(default="", description="What a reader calls it; its key where not given.")
    low: float | None = Field(default=None, description="The range's lower end.")
    high: float | None = Field(default=None, description="The range's upper end.")
    values: Annotated[tuple[Value, ...], LISTED] = Field(
        default=(), description="In place of a range: the values that it takes, each as often."
    )
    whole: bool = Field(default=False, description="Whole numbers only.")
    log: bool = Field(default=False, description="Even on a scale of logarithms.")
    group: str = Field(default="", description="Factors of a group move together in Sobol and Morris.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.values:
            self._check_values()
            return self
        if self.low is None or self.high is None:
            at = "low" if self.low is None else "high"
            raise InputError("is missing", at=at, allowed="low and high, or values")
        if not self.low < self.high:
            raise InputError("must be above low", at="high", value=self.high, allowed=f"above {self.low:g}")
        if self.log and self.whole:
            raise InputError("is given besides whole; whole numbers are spread evenly", at="log", value=True)
        if self.log and self.low <= 0:
            raise InputError("must be above 0 for log", at="low", value=self.low)
        for at, end in (("low", self.low), ("high", self.high)):
            if self.whole and end != int(end):
                raise InputError("must be a whole number", at=at, value=end)
        return self

    def _check_values(self) -> None:
        for at in ("low", "high"):
            if getattr(self, at) is not None:
                raise InputError("is given besides values; only one can hold", at=at, value=getattr(self, at))
        for at in ("whole", "log"):
            if getattr(self, at):
                raise InputError("is given besides values, which say all", at=at, value=True)
        if len(self.values) < 2:
            raise InputError("must have at least 2 entries", at="values", value=list(self.values))
        # True and 1 are equal to Python, and not to a scenario.
        if len({(type(value), value) for value in self.values}) < len(self.values):
            raise InputError("names a value twice", at="values", value=list(self.values))

    @property
    def label(self) -> str:
        """Return what a reader calls it."""
        return self.name or self.key

    @property
    def moves_with(self) -> str:
        """Return the group that it moves with; one of its own where it has none."""
        return self.group or self.label

    @property
    def listed(self) -> Sequence[Value] | None:
        """Return its values in order, of a list or of whole numbers; None for a range of any numbers."""
        if self.values:
            return self.values
        if not self.whole or self.low is None or self.high is None:
            return None
        return range(int(self.low), int(self.high) + 1)


class Design(Checked):
    """How a study's points are laid."""

    kind: Kind = Field(description="How the points are laid.")
    points: int | None = Field(
        default=None,
        ge=2,
        description="Latin hypercube: points; Sobol: base samples, a power of two; Morris: trajectories.",
    )
    levels: int = Field(
        default=4, ge=2, le=100, description="Factorial: values of a range; Morris: levels of the grid."
    )
    seed: int = Field(default=1, ge=1, lt=2**32, description="Another seed lays other points.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.kind == "factorial":
            if self.points is not None:
                problem = "has no meaning for a factorial design, which has every combination"
                raise InputError(problem, at="points", value=self.points)
            return self
        if self.points is None:
            raise InputError("is missing", at="points")
        if self.kind == "sobol" and self.points & (self.points - 1):
            near = 2 ** round(math.log2(self.points))
            raise InputError("must be a power of two", at="points", value=self.points, allowed=f"{near}")
        if self.kind == "morris" and self.levels % 2:
            raise InputError("must be even for Morris", at="levels", value=self.levels)
        return self


def movers(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Return what moves by itself in Sobol and Morris: groups, and factors without one, in the order of the
    file."""
    return tuple(dict.fromkeys(factor.moves_with for factor in factors))


def block(factors: Sequence[Factor], design: Design) -> int:
    """Return how many points are of use only together: those of a trajectory of Morris, or of a base sample
    of Sobol; 1 elsewhere."""
    return {"morris": len(movers(factors)) + 1, "sobol": len(movers(factors)) + 2}.get(design.kind, 1)


def count(factors: Sequence[Factor], design: Design) -> int:
    """Return how many points a design has."""
    if design.kind == "factorial":
        return math.prod(len(_levels(each, design.levels)) for each in factors)
    return _points(design) * block(factors, design)


def check(factors: Sequence[Factor], design: Design) -> None:
    """Raise InputError (key paths of the study's file) where these factors cannot be laid out so: none, a key
    or a label twice, a group that is called like a factor outside it, too few to be told apart, too many
    points, or Morris levels that do not give each of a factor's values equally often."""
    if not factors:
        raise InputError("must have at least 1 entries", at="factors", value=[])
    for position, factor in enumerate(factors):
        before = factors[:position]
        for at, word, taken in (
            ("key", factor.key, [each.key for each in before]),
            ("name", factor.label, [each.label for each in before]),
        ):
            if word in taken:
                raise InputError("is named twice", at=key_path(("factors", position, at)), value=word)
        if factor.group and factor.group in [each.label for each in factors if each.group != factor.group]:
            at = key_path(("factors", position, "group"))
            raise InputError("is also the name of a factor outside the group", at=at, value=factor.group)
        if design.kind == "morris":
            _check_levels(factor, design.levels, position)
    if design.kind in MOVERS and len(movers(factors)) < 2:
        problem = "must be two or more that move by themselves (groups move as one)"
        raise InputError(problem, at="factors", allowed="another factor, or kind = 'factorial'")
    if count(factors, design) > MOST_POINTS:
        problem = f"makes {count(factors, design):,} points, more than {MOST_POINTS:,}"
        raise InputError(problem, at="design", allowed="fewer levels or points, or latin_hypercube")


def _check_levels(factor: Factor, levels: int, position: int) -> None:
    listed = factor.listed
    if listed is None or levels % len(listed) == 0 or (factor.whole and len(listed) > levels):
        return
    raise InputError(
        f"has {len(listed)} values, which {levels} levels of a Morris grid do not give equally often",
        at=key_path(("factors", position)),
        value=factor.label,
        allowed=f"levels = {math.lcm(2, len(listed))} in [design]",
    )


def unit(factors: Sequence[Factor], design: Design) -> Unit:
    """Return the points (P, F) of a design in the unit cube, in the order in which its method reads them:
    Morris one trajectory behind the other, Sobol one base sample behind the other (A, A with each mover of B,
    B).

    Raises:
        InputError: see `check`.
    """
    check(factors, design)
    lay = {"factorial": _factorial, "latin_hypercube": _latin, "sobol": _sobol, "morris": _morris}
    return lay[design.kind](factors, design)


def points(factors: Sequence[Factor], design: Design) -> list[dict[str, Value]]:
    """Return what each point changes in a scenario, by key. Two points may say the same where a factor has
    few values.

    Raises:
        InputError: see `check`.
    """
    places = unit(factors, design)
    columns = {each.key: values_of(each, places[:, i]) for i, each in enumerate(factors)}
    return [{key: column[p] for key, column in columns.items()} for p in range(len(places))]


def values_of(factor: Factor, places: Unit) -> list[Value]:
    """Return the values at places (P,) from 0 to 1 on a factor's axis."""
    listed = factor.listed
    if listed is not None:
        return [listed[position] for position in _bins(places, len(listed))]
    low, high = factor.low or 0.0, factor.high or 0.0
    values = low * (high / low) ** places if factor.log else low + (high - low) * places
    return [float(value) for value in np.clip(values, low, high)]


def coordinates(factor: Factor, places: Unit) -> Unit:
    """Return how far along its values a factor is at places (P,): 0 at its first or lowest, 1 at its last or
    highest. Of a range that is the place itself."""
    listed = factor.listed
    return places if listed is None else _bins(places, len(listed)) / (len(listed) - 1)


def problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the factors as SALib wants them: each from 0 to 1, with groups where there are any."""
    found: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.label for factor in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    if len(movers(factors)) < len(factors):
        found["groups"] = [factor.moves_with for factor in factors]
    return found


def _bins(places: Unit, bins: int) -> NDArray[np.intp]:
    """Return the bin, of so many of equal width, that each place lies in; 1 lies in the last."""
    return np.clip(np.floor(places * bins + _EDGE).astype(np.intp), 0, bins - 1)


def _points(design: Design) -> int:
    return design.points or 0


def _levels(factor: Factor, levels: int) -> Unit:
    """Return the places of a factor's values in a factorial design: middles of bins, or from end to end."""
    listed = factor.listed
    if listed is not None and (factor.values or len(listed) <= levels):
        return (np.arange(len(listed)) + 0.5) / len(listed)
    return np.linspace(0.0, 1.0, levels)


def _factorial(factors: Sequence[Factor], design: Design) -> Unit:
    return np.array(list(itertools.product(*(_levels(each, design.levels) for each in factors))), np.float64)


def _latin(factors: Sequence[Factor], design: Design) -> Unit:
    # SciPy has this too, and takes half a second to load: as long as a finished sweep takes to read.
    rng, count = np.random.default_rng(design.seed), _points(design)
    strata = rng.permuted(np.tile(np.arange(count), (len(factors), 1)), axis=1).T
    return np.asarray((strata + rng.random(strata.shape)) / count, np.float64)


def _sobol(factors: Sequence[Factor], design: Design) -> Unit:
    from SALib.sample import sobol

    # No second order: it doubles the runs, and the total order says already what interactions do.
    laid = sobol.sample(problem(factors), _points(design), calc_second_order=False, seed=design.seed)
    return np.asarray(laid, np.float64)


def _morris(factors: Sequence[Factor], design: Design) -> Unit:
    from SALib.sample import morris

    laid = morris.sample(problem(factors), _points(design), num_levels=design.levels, seed=design.seed)
    # The grid's own places, so that a border between two bins is where it should be.
    return np.asarray(np.rint(laid * (design.levels - 1)) / (design.levels - 1), np.float64)
