"""Which factors of a study drive its outcomes, of the finished runs of a sweep.

    space = Space.of(study.factors, study.design)
    found = analyse(space, study.outcomes(store, numbers), draws, seeds)
    indices_frame(found)

Each outcome of each scenario is taken as a level and as the paired difference to the scenario compared with.
Runs of a point are averaged first, by seeds and then by draws. The method is that of the design: Morris
screening, Sobol indices, or main effects by regression.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.sensitivity.morris_sobol import LEAST_BASE_SAMPLES, LEAST_TRAJECTORIES, morris, sobol
from experiments.sensitivity.regression import regression
from experiments.sensitivity.samples import Kept, Response, kept, responses
from experiments.sensitivity.types import DesignSample, Index, Indices, Space, luck, unpaired_luck

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIGURES",
    "MAIN",
    "Index",
    "Sensitivity",
    "Space",
    "analyse",
    "indices_frame",
    "settling_frame",
]

MAIN: Final = {"morris": "mu_star", "sobol": "total", "factorial": "share", "latin_hypercube": "share"}
"""The statistic by which factors are ranked, by kind of design."""
_METHODS: Final = {
    "morris": morris,
    "sobol": sobol,
    "factorial": regression,
    "latin_hypercube": regression,
}
_LEAST: Final = {
    "morris": LEAST_TRAJECTORIES,
    "sobol": LEAST_BASE_SAMPLES,
    "factorial": 2,
    "latin_hypercube": 2,
}
"""Whole blocks without which there is nothing to say."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What drives one response. `found` is None where nothing can be said, and `problem` then says why.
    `variance` is that of the mean between points; `noise` what of it is luck, as a variance, NaN where one
    repeat a point cannot tell; `unpaired` what luck would be, had each point other seeds."""

    response: Response
    kept: Kept
    found: Indices | None
    problem: str
    variance: float
    noise: float
    unpaired: float

    @property
    def main(self) -> str:
        """Return the statistic by which factors are ranked."""
        return MAIN[self.kept.sample.space.design.kind]

    @property
    def constant(self) -> bool:
        """Tell whether the response is the same at every point that was used, so that nothing drives it."""
        return bool(self.kept.blocks) and not self.kept.sample.varies

    @property
    def ranked(self) -> tuple[Index, ...]:
        """Return the main statistic of each factor or group, the largest first; none where nothing was
        found."""
        indices = self.found.indices if self.found else ()
        return tuple(
            sorted((each for each in indices if each.statistic == self.main), key=lambda i: -i.value)
        )

    @property
    def unsettled(self) -> float | None:
        """Return by how much a main index changed at most between half of the sample and all of it, as a
        share of the largest; None where there is no half to compare."""
        steps = [
            step for step in (self.found.steps if self.found else ()) if step.index.statistic == self.main
        ]
        sizes = sorted({step.size for step in steps})
        before = [size for size in sizes if size <= self.kept.blocks / 2]
        if not before or not self.ranked[0].value > 0:
            return None
        at = {
            size: {step.index.factor: step.index.value for step in steps if step.size == size}
            for size in (before[-1], sizes[-1])
        }
        change = max(abs(at[sizes[-1]][name] - value) for name, value in at[before[-1]].items())
        return change / self.ranked[0].value


def analyse(
    space: Space, outcomes: "pd.DataFrame", draws: Sequence[int], seeds: Sequence[int]
) -> tuple[Sensitivity, ...]:
    """Return what drives each outcome of each scenario of a study.

    Args:
        outcomes: one row a finished run, scenario and outcome; columns as in `study.outcomes`.
        draws, seeds: those that each point was to have.

    Returns:
        One for each scenario, outcome and measure, in the order of the table.
    """
    return tuple(
        of_response(space, response) for response in responses(outcomes, len(space.places), draws, seeds)
    )


def of_response(space: Space, response: Response) -> Sensitivity:
    """Return what drives one response."""
    usable = kept(space, response)
    sample = usable.sample
    variance = float(sample.mean.var(ddof=1)) if len(sample.rows) > 1 else float("nan")
    problem = _too_few(usable) or _all_the_same(sample)
    found = None
    if not problem:
        found = _METHODS[space.design.kind](sample)
        problem = "" if found and found.indices else _unfit(sample)
        found = None if problem else found
    return Sensitivity(response, usable, found, problem, variance, luck(sample.y), unpaired_luck(sample.y))


def _too_few(usable: Kept) -> str:
    least = _LEAST[usable.sample.space.design.kind]
    if usable.blocks >= least:
        return ""
    return f"{usable.blocks} of {usable.of} {block_words(usable.sample.space)} are whole; it needs {least}"


def _all_the_same(sample: DesignSample) -> str:
    return (
        "" if sample.varies else f"the same at every point ({sample.mean[0]:g}): there is nothing to explain"
    )


def _unfit(sample: DesignSample) -> str:
    if sample.space.design.kind == "sobol":
        return "the same in all base samples: there is nothing to divide by"
    return f"{len(sample.rows)} points are too few to tell the factors apart"


def block_words(space: Space) -> str:
    """Return what the blocks of a design are called."""
    return {"morris": "trajectories", "sobol": "base samples"}.get(space.design.kind, "points")


def indices_frame(found: Sequence[Sensitivity]) -> "pd.DataFrame":
    """Return one row an index: scenario, outcome, measure, factor, statistic, level, value, low, high (95%
    interval), floor (of luck), above_luck (yes, no, or empty where it cannot be told)."""
    import pandas as pd

    rows = [
        {**_of(each.response), **_row(index)}
        for each in found
        for index in (each.found.indices if each.found else ())
    ]
    return pd.DataFrame(rows, columns=[*_NAMES, *FIGURES])


def settling_frame(found: Sequence[Sensitivity]) -> "pd.DataFrame":
    """Return the same rows as they were with the first `size` trajectories, base samples or points."""
    import pandas as pd

    rows = [
        {**_of(each.response), "size": step.size, **_row(step.index)}
        for each in found
        for step in (each.found.steps if each.found else ())
    ]
    return pd.DataFrame(rows, columns=[*_NAMES, "size", *FIGURES])


_NAMES: Final = ("scenario", "outcome", "measure")
FIGURES: Final = ("factor", "statistic", "level", "value", "low", "high", "floor", "above_luck")
"""What tables say of an index."""


def _of(response: Response) -> dict[str, Any]:
    return {name: getattr(response, name) for name in _NAMES}


def _row(index: Index) -> dict[str, Any]:
    above = index.above_luck
    told = "" if above is None else "yes" if above else "no"
    return {**{name: getattr(index, name) for name in FIGURES[:-1]}, "above_luck": told}
