"""By what factor effects, or reach, would have to grow for an even chance of a goal.

Every factor is lived with the same draws and seeds, so that what differs from rung to rung is the factor. The
factor sought lies where the share of runs crosses an even chance: between two rungs by interpolation, linear
in the share and in the logarithm of the factor. Its band is over sets of numbers, drawn again with
replacement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.goals.likelihood import EVEN, likelihood
from experiments.goals.runs import Runs
from experiments.reach.expert import expert
from experiments.reach.findings import LADDER, LAST_RUNG, Kind, Required, Rung
from experiments.reach.scenarios import scaled_effects, scaled_reach, uncapped
from experiments.runs.statistics import HIGH, LOW, D
from model.goals.goal_files import Goal
from model.indicators.registry import INDICATORS
from model.scenario.cards import Card
from model.scenario.scenario import Scenario

KINDS: Final[tuple[Kind, ...]] = ("effects", "reach")
AGAIN: Final = 1000
"""How often the sets of numbers are drawn again for a band."""
_SEED: Final = 2048
REFINED: Final = 1.15
"""Rungs on either side of a factor that is called refined are no further apart than this."""
DIGITS: Final = 3
"""Of a factor between two rungs."""
LEARNING: Final = ("literacy", "numeracy", "skill")
"""Levers in standard deviations of attainment, as the large trials measured it."""
STAGES: Final = ("foundation stage", "key stage 1", "key stage 2", "key stage 4", "by 19")
"""Stages of results, on which such an effect shows."""


@dataclass(frozen=True, order=True)
class FactorStep:
    """One factor on effects, or on reach, of an arm, with the cap on a year's gain or without."""

    kind: Kind
    capped: bool
    factor: float

    def name(self, arm: str) -> str:
        """What its runs are called."""
        cap = "capped" if self.capped else "uncapped"
        return f"{arm}/{self.kind} x{self.factor:g}, {cap}"

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario with it. Raises InputError."""
        return self.scaled(scenario if self.capped else uncapped(scenario))

    def scaled(self, scenario: Scenario) -> Scenario:
        """A scenario, capped or not as it should be, with its effects or reach multiplied. Raises
        InputError."""
        return (scaled_effects if self.kind == "effects" else scaled_reach)(scenario, self.factor)


def ladder_steps() -> tuple[FactorStep, ...]:
    """All steps of the ladder."""
    return tuple(
        FactorStep(kind, capped, factor) for kind in KINDS for capped in (True, False) for factor in LADDER
    )


def scenarios_of(arm: str, scenario: Scenario, steps: Sequence[FactorStep]) -> dict[str, Scenario]:
    """The scenarios of these steps, by the names of their runs. Raises InputError."""
    # To make a scenario is to check it: the one without the cap is made once.
    by_cap = {
        capped: scenario if capped else uncapped(scenario) for capped in {step.capped for step in steps}
    }
    return {step.name(arm): step.scaled(by_cap[step.capped]) for step in steps}


def required(
    arm: str, scenario: Scenario, goals: Sequence[Goal], found: Mapping[FactorStep, Runs]
) -> tuple[Required, ...]:
    """What each goal would take, by kind of factor and with and without the cap, over the runs of the steps
    that were lived. A goal that no run decides has none."""
    made = []
    said: dict[tuple[Kind, float | None, bool], str] = {}

    def words(goal: Goal, kind: Kind, factor: float | None) -> str:
        # To say what more reach means takes a scenario with it: once for all goals that share a factor.
        key = kind, factor, _on_learning(goal)
        if key not in said:
            said[key] = beside(scenario, goal, kind, factor)
        return said[key]

    for goal in goals:
        reached = {step: runs.decide(goal).reached for step, runs in found.items()}
        for kind in KINDS:
            for capped in (True, False):
                of = sorted(step for step in found if (step.kind, step.capped) == (kind, capped))
                one = _required(arm, words, goal, of, reached, found)
                if one is not None:
                    made.append(one)
    return tuple(made)


def _required(
    arm: str,
    words: Callable[[Goal, Kind, float | None], str],
    goal: Goal,
    steps: Sequence[FactorStep],
    reached: Mapping[FactorStep, D],
    found: Mapping[FactorStep, Runs],
) -> Required | None:
    rungs = []
    for step in steps:
        runs = found[step]
        chance = likelihood(reached[step], runs.clusters, runs.draws)
        if chance is not None:
            rungs.append(Rung(step.factor, chance))
    if len(rungs) < len(steps) or not rungs:
        return None
    factors = [rung.factor for rung in rungs]
    middle = crossing(factors, np.array([[rung.likelihood.share for rung in rungs]]))[0]
    runs = found[steps[0]]
    again = crossing(factors, resampled(np.stack([reached[step] for step in steps]), runs.clusters))
    low = float(np.percentile(again, LOW, method="lower"))
    high = float(np.percentile(again, HIGH, method="higher"))
    kind, capped = steps[0].kind, steps[0].capped
    factor = finite(middle)
    return Required(
        goal=goal.id,
        arm=arm,
        kind=kind,
        capped=capped,
        factor=factor,
        low=finite(low),
        high=finite(high),
        refined=factor is not None and refined(factor, factors),
        rungs=tuple(rungs),
        beside=words(goal, kind, factor),
    )


def crossing(factors: Sequence[float], shares: D) -> D:
    """The factor at which the share first reaches an even chance, infinite where it never does.

    In:
        factors: (R,) in order. shares: (B, R) of runs that reach the goal, by factor.
    Out:
        (B,)
    """
    good = shares >= EVEN
    first = np.argmax(good, axis=1)
    row = np.arange(len(shares))
    before = np.maximum(first - 1, 0)
    logs = np.log(np.array(factors))
    low, high = shares[row, before], shares[row, first]
    part = np.divide(EVEN - low, high - low, out=np.zeros(len(shares)), where=high > low)
    between = np.exp(logs[before] + part * (logs[first] - logs[before]))
    factor = np.where(first == 0, factors[0], between)
    return np.where(good.any(axis=1), factor, np.inf)


def resampled(reached: D, clusters: Sequence[int]) -> D:
    """Shares (AGAIN, R) of runs that reach a goal, with sets of numbers drawn again: `reached` (R, S) 1 or 0,
    NaN where undecided; `clusters` (S,)."""
    names = list(dict.fromkeys(clusters))
    member = np.array([[of == name for of in clusters] for name in names], np.float64)
    rng = np.random.Generator(np.random.Philox(_SEED))
    taken = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), AGAIN).astype(np.float64)
    weights = taken @ member
    known = np.isfinite(reached).astype(np.float64)
    good = weights @ np.nan_to_num(reached).T
    there = weights @ known.T
    return np.divide(good, there, out=np.zeros_like(good), where=there > 0)


def finite(factor: float) -> float | None:
    """A factor, None where it is beyond the ladder."""
    return float(factor) if np.isfinite(factor) else None


def refined(factor: float, factors: Sequence[float]) -> bool:
    """Whether rungs close to a factor were lived on both sides."""
    below = [each for each in factors if each <= factor]
    above = [each for each in factors if each >= factor]
    return bool(below and above) and min(above) <= REFINED * max(below) and len(factors) > len(LADDER)


def between(found: Sequence[Required]) -> tuple[FactorStep, ...]:
    """The steps in the middle, by logarithm, between the two rungs about each factor that is not refined."""
    steps = set()
    for each in found:
        if each.factor is None or each.factor <= LADDER[0]:
            continue
        factors = [rung.factor for rung in each.rungs]
        below = max(factor for factor in factors if factor < each.factor)
        above = min(factor for factor in factors if factor >= each.factor)
        if above > REFINED * below:
            middle = float(f"{np.sqrt(below * above):.{DIGITS}g}")
            steps.add(FactorStep(each.kind, each.capped, middle))
    return tuple(sorted(steps))


def beside(scenario: Scenario, goal: Goal, kind: Kind, factor: float | None) -> str:
    """How a factor stands to what is known: effects to what trials found, reach to everybody."""
    if kind == "reach":
        return _reach_words(scenario, LAST_RUNG if factor is None else factor)
    known = expert()
    if factor is None:
        start = f"not by effects up to {LAST_RUNG:g} times what trials and studies of these programmes found"
        factor, link = LAST_RUNG, ", with which"
    elif factor <= LADDER[0]:
        return "as likely as not with what trials and studies of these programmes found"
    else:
        start, link = f"{factor:.1f} times what trials and studies of these programmes found", ":"
    sizes = learning_effects(scenario)
    if not _on_learning(goal) or not sizes:
        return start
    mean = factor * float(np.mean(sizes))
    return (
        f"{start}{link} a programme for learning would have an effect of {mean:.2f} SD on average, "
        f"{mean / known.mean:.1f} times the mean of {known.trials} large trials ({known.mean:g} SD)"
    )


def _on_learning(goal: Goal) -> bool:
    """Whether an effect on attainment shows on a goal."""
    return INDICATORS[goal.deciding.indicator].stage in STAGES


def learning_effects(scenario: Scenario) -> list[float]:
    """The mean effect, SD of attainment, of each programme of a scenario that has any on learning: the
    largest of its card."""
    found = []
    for name in dict.fromkeys(use.card for use in scenario.programmes):
        sizes = [effect.mean for effect in scenario.card(name).effects if effect.lever in LEARNING]
        if any(sizes):
            found.append(max(sizes))
    return found


def _reach_words(scenario: Scenario, factor: float) -> str:
    full = [use.name for use in scaled_reach(scenario, factor).programmes if use.reach == 1.0]
    count = len(scenario.programmes)
    with_it = "as planned" if factor <= LADDER[0] else f"{factor:.3g} times as large"
    return (
        f"with reach {with_it} {len(full)} of {count} programmes would be offered to everybody whom they are "
        "for"
    )


def cards_of(scenario: Scenario) -> list[Card]:
    """The cards that a scenario uses, each once."""
    return [scenario.card(name) for name in dict.fromkeys(use.card for use in scenario.programmes)]
