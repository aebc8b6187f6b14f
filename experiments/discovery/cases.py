"""From a study's outcomes to cases: what was varied in each run, and whether it was reached."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.numbers import free_numbers
from experiments.discovery.box import Axis, Cases, Value, held_out
from experiments.runs.draws import ParameterDraws
from experiments.studies.design import MOVERS, Factor, block
from experiments.studies.outcomes import Reader
from experiments.studies.study import Study
from experiments.studies.study_file import Asked
from model.inputs.parameters import Parameters
from model.io.errors import InputError, nearest, unknown
from model.scenario.scenario import Scenario
from model.state.drawn_cards import drawn_card

if TYPE_CHECKING:
    import pandas as pd

type D = NDArray[np.float64]

FEW: Final = 200
"""Whole numbers up to so many are steps; more are as good as a range."""
DRAWS_A_NUMBER: Final = 10
"""Draws for each of the model's numbers and effects that is looked at: of more, some would fit by luck."""


@dataclass(frozen=True, slots=True)
class DiscoveryQuestion:
    """What is to come about: a goal, or an outcome of the study above or below a threshold, in one scenario;
    `difference`: the outcome is the paired difference to the scenario that the study compares with."""

    asked: Asked
    scenario: str
    above: float | None = None
    below: float | None = None
    difference: bool = False

    @property
    def words(self) -> str:
        """`goal T9 is reached in alliance_2048`, `... above 5 in ...`."""
        if self.asked.goal is not None:
            return f"goal {self.asked.goal} is reached in {self.scenario}"
        what = f"difference in {self.asked.label}" if self.difference else self.asked.label
        side = f"above {self.above:g}" if self.above is not None else f"below {self.below:g}"
        return f"{what} is {side} in {self.scenario}"

    @property
    def verb(self) -> str:
        """What a case does where it comes about."""
        return "reached" if self.asked.goal is not None else "true"

    def reached(self, values: D) -> NDArray[np.bool_]:
        """Which values (N,) say that it comes about."""
        if self.asked.goal is not None:
            return values > 0.5
        return values > self.above if self.above is not None else values < float(self.below or 0.0)


def question(
    study: Study,
    goal: str | None,
    outcome: str | None,
    scenario: str | None,
    above: float | None = None,
    below: float | None = None,
    difference: bool = False,
) -> DiscoveryQuestion:
    """The question, checked.

    Raises:
        InputError: neither or both of goal and outcome are given; there is no such outcome or scenario; a
            threshold is missing, given twice, or given for a goal; a difference to nothing.
    """
    if (goal is None) == (outcome is None):
        raise InputError("give --goal (its id) or --outcome (of the study), and not both")
    asked = _goal(study, goal) if goal is not None else _outcome(study, str(outcome))
    limits = [each for each in (above, below) if each is not None]
    if asked.goal is not None and (limits or difference):
        raise InputError("a goal is reached or not: --above, --below and --difference do not go with it")
    if asked.goal is None and len(limits) != 1:
        raise InputError("a figure needs a threshold: give one of --above and --below")
    if limits and not math.isfinite(limits[0]):
        raise InputError(
            "must be a number", at="--above" if above is not None else "--below", value=limits[0]
        )
    name = _scenario(study, scenario)
    if difference and (study.against is None or name == study.against):
        problem = "the study compares this scenario with no other, so that there is no difference"
        raise InputError(problem, at="--difference", value=name)
    return DiscoveryQuestion(asked, name, above, below, difference)


def _goal(study: Study, name: str) -> Asked:
    asked = Asked(goal=name)
    try:
        Reader((asked,), next(iter(study.scenarios.values())))
    except InputError as error:
        raise InputError(
            error.problem, at="--goal", value=name, allowed=error.allowed, hint=error.hint
        ) from None
    return asked


def _outcome(study: Study, label: str) -> Asked:
    for asked in study.asked:
        if asked.label == label:
            return asked
    raise no_outcome(study, label)


def no_outcome(study: Study, label: str) -> InputError:
    """The error for a label that no outcome of the study has. Labels hold commas, so that they are listed in
    quotes."""
    labels = [each.label for each in study.asked]
    listed = ", ".join(f"'{each}'" for each in labels)
    problem = "is not an outcome of this study"
    return InputError(problem, at="--outcome", value=label, allowed=listed, hint=nearest(label, labels))


def _scenario(study: Study, name: str | None) -> str:
    """The scenario asked about: the only one that is not compared with, where none is named."""
    if name is not None:
        if name not in study.scenarios:
            raise unknown("a scenario of this study", name, study.scenarios, at="--scenario")
        return name
    others = [each for each in study.scenarios if each != study.against]
    if len(others) != 1:
        names = ", ".join(study.scenarios)
        raise InputError("is missing: which scenario?", at="--scenario", allowed=names)
    return others[0]


def asking(study: Study, asked: Asked) -> Study:
    """The study with this as its only outcome: the runs are the same, whatever is asked of them."""
    return replace(study, file=study.file.model_copy(update={"outcomes": (asked,)}))


def cases_of(study: Study, outcomes: "pd.DataFrame", of: DiscoveryQuestion) -> tuple[Cases, int]:
    """The cases of a question, from the table of `study.outcomes`, and how many runs cannot decide it.

    Raises:
        InputError: the study varies nothing in this scenario, or no run decides the question.
    """
    there = outcomes[(outcomes["scenario"] == of.scenario) & (outcomes["outcome"] == of.asked.label)]
    values = there["difference" if of.difference else "value"].to_numpy(np.float64)
    known = np.isfinite(values)
    if not known.any():
        raise InputError(f"no finished run decides whether {of.words}", where=f"the study '{study.name}'")
    factors = [(factor, axis_of(factor)) for factor in study.factors if _varied(factor, study, of.scenario)]
    if not factors:
        raise InputError(f"varies nothing in {of.scenario}", where=f"the study '{study.name}'", at="factors")
    at_points = np.array([[_coded(point[f.key], axis) for f, axis in factors] for point in study.points])
    point = there["point"].to_numpy(np.int64)[known]
    cases = Cases(
        tuple(axis for _, axis in factors),
        at_points[point],
        of.reached(values[known]),
        _blocks(study, at_points)[point],
        there["draw"].to_numpy(np.int64)[known],
    )
    return cases, int((~known).sum())


def axis_of(factor: Factor) -> Axis:
    """The axis of a factor."""
    listed = factor.listed
    if listed is None or (factor.whole and len(listed) > FEW):
        low, high = float(factor.low or 0.0), float(factor.high or 0.0)
        return Axis(factor.label, factor.key, "real", low, high, log=factor.log)
    values = tuple(listed)
    if any(isinstance(value, bool | str) for value in values):
        return Axis(factor.label, factor.key, "named", 0.0, float(len(values) - 1), values)
    numbers = tuple(sorted(value for value in values if not isinstance(value, str)))
    return Axis(factor.label, factor.key, "whole", float(numbers[0]), float(numbers[-1]), numbers)


def _varied(factor: Factor, study: Study, scenario: str) -> bool:
    """Whether a factor changes anything in this scenario."""
    first, _, rest = factor.key.partition(".")
    name = rest.partition(".")[0]
    return first != "programmes" or name in {use.name for use in study.scenarios[scenario].programmes}


def _coded(value: Value, axis: Axis) -> float:
    """A value as a figure: of a named axis its place among the values."""
    if axis.kind != "named":
        return float(value)
    return float([(type(each), each) for each in axis.values].index((type(value), value)))


def _blocks(study: Study, at_points: D) -> NDArray[np.int64]:
    """The block of each point (P,): points that say the same are one, and so are those that a Sobol or Morris
    design makes of one base sample, for they share most of their figures."""
    if study.design.kind in MOVERS:
        return np.arange(len(at_points), dtype=np.int64) // block(study.factors, study.design)
    _, number = np.unique(at_points, axis=0, return_inverse=True)
    return np.asarray(number, np.int64).reshape(-1)


def with_drawn(cases: Cases, scenario: Scenario, numbers: ParameterDraws) -> Cases:
    """The cases with axes for what nobody chooses: numbers of the model and effects of the scenario's
    programmes, as they were drawn, but for what the study sets itself. One for each DRAWS_A_NUMBER draws,
    those that go most with success in the draws and on the points that are not held out.

    Raises:
        InputError: the runs have too few draws.
    """
    draws = np.unique(cases.draw)
    count = len(draws) // DRAWS_A_NUMBER
    if count < 1 or numbers.posterior is None:
        raise InputError("too few draws to look at what is drawn", at="draws", value=len(draws))
    varied = {axis.key for axis in cases.axes}
    drawn = _drawn(scenario, numbers, draws.tolist())
    table = {axis: column for axis, column in drawn if _as_drawn(axis, varied)}
    looked = cases.where(~np.isin(cases.block, held_out("block", cases.blocks)))
    kept = ~np.isin(draws, held_out("draw", draws)) & np.isin(draws, looked.draw)
    success = np.array([looked.reached[looked.draw == draw].mean() for draw in draws[kept]])
    strength = {axis: _together(column[kept], success) for axis, column in table.items()}
    best = sorted(strength, key=lambda axis: -strength[axis])[:count]
    at = np.searchsorted(draws, cases.draw)
    columns = [table[axis][at] for axis in best]
    return replace(cases, axes=(*cases.axes, *best), x=np.column_stack([cases.x, *columns]))


def _drawn(scenario: Scenario, numbers: ParameterDraws, draws: Sequence[int]) -> Iterator[tuple[Axis, D]]:
    """Each number and effect that differs between these draws (D,), as an axis with its figures."""
    base = Parameters.load(place=scenario.place)
    drawn = [numbers.parameters(scenario, draw) for draw in draws]
    for number in free_numbers(base):
        entry = number.entries[0] if number.entries else None
        figures = [_figure(each.record(number.record).value, entry) for each in drawn]
        yield from _axis(number.name, f"parameters.{number.record}", figures)
    cards = {use.card: scenario.card(use.card) for use in scenario.programmes}
    for name, card in cards.items():
        size = scenario.effects
        of_draws = [drawn_card(card, numbers.effects(draw), size.percentile, size.factor) for draw in draws]
        for i, effect in enumerate(card.effects):
            words = f"effect of {name.replace('_', ' ')} on {effect.lever.replace('_', ' ')}"
            yield from _axis(words, f"effects.{name}.{i}", [each.effects[i].mean for each in of_draws])


def _as_drawn(axis: Axis, varied: Collection[str]) -> bool:
    """Whether runs lived with what was drawn: not where the study sets it at each point."""
    by_percentile = axis.key.startswith("effects.") and "effects.percentile" in varied
    return axis.key not in varied and not by_percentile


def _axis(name: str, key: str, figures: Sequence[float]) -> Iterator[tuple[Axis, D]]:
    column = np.array(figures, np.float64)
    if np.ptp(column) > 0:
        yield Axis(name, key, "real", float(column.min()), float(column.max()), drawn=True), column


def _figure(value: Any, entry: int | None) -> float:
    return float(value if entry is None else value[entry])


def _together(x: D, y: D) -> float:
    """Rank correlation of two columns without its sign; 0 where one of them does not vary."""
    from scipy.stats import rankdata

    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return abs(float(np.corrcoef(rankdata(x), rankdata(y))[0, 1]))
