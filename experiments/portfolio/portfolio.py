"""Which bundle of programmes, at which reach, under a budget.

Every bundle lives the same cells: what one does better than another is no luck of the draw. Tried are each
programme alone, all together, and what a multi-objective search comes upon; shown are the bundles that no
other beats in everything (the frontier), those that hold up best whatever the draw, and what a plain greedy
choice would give. Whoever picks the best of many flatters it, so those chosen are judged again on cells that
the search has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio.evaluate import SECURE, Judge, Judged
from experiments.portfolio.search import SEED, greedy, search
from experiments.runs.draws import BEST, ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import checked_count
from model.io.errors import InputError

type D = NDArray[np.float64]
type B = NDArray[np.bool_]

GOOD_ENOUGH: Final = 0.5
"""A draw is well served where the gain is this share of the best bundle's mean gain at least."""


@dataclass(frozen=True, eq=False)
class BundleAssessment:
    """A bundle among those tried. `feasible`: within the budget on average; `frontier`: no feasible bundle is
    as good in all of goals, gain, cost and regret and better in one. `regret`: the most, over the draws, by
    which the best feasible bundle of a draw gains more; `on_frontier`: share of draws in which none beats it
    in goals, gain and cost; `enough`: share of draws in which it gains GOOD_ENOUGH of the best mean gain, for
    no more than the budget. NaN for a bundle that is not feasible."""

    judged: Judged
    feasible: bool
    frontier: bool
    regret: float
    on_frontier: float
    enough: float


@dataclass(frozen=True, eq=False)
class Choice:
    """A bundle that a rule picks: `rules` say which, `again` is the bundle judged on cells that the search
    has not seen."""

    rules: tuple[str, ...]
    bundle: BundleAssessment
    again: Judged


@dataclass(frozen=True, eq=False)
class Portfolio:
    """What a search found: all bundles tried, in order; the frontier, the cheapest first; the choices."""

    judge: Judge
    budget: float
    tried: tuple[BundleAssessment, ...]
    choices: tuple[Choice, ...]
    fresh: tuple[RunId, ...]

    @property
    def frontier(self) -> tuple[BundleAssessment, ...]:
        """Return the bundles that none beats in everything, the cheapest first."""
        return tuple(
            sorted((each for each in self.tried if each.frontier), key=lambda s: float(s.judged.cost.mean()))
        )

    def weakest(self, judged: Judged) -> int | None:
        """Return the fewest padlocks of a programme in a bundle; None where it has none."""
        done = [
            each.padlocks[0]
            for each, level in zip(self.judge.candidates, judged.levels, strict=True)
            if level > 0
        ]
        return min(done, default=None)

    def secure(self, judged: Judged) -> float:
        """Share of a bundle's money that goes to programmes with SECURE padlocks at least; NaN where none is
        spent."""
        sure = np.array([each.padlocks[0] >= SECURE for each in self.judge.candidates])
        total = float(judged.money.sum())
        return float(judged.money[sure].sum()) / total if total > 0 else float("nan")


def portfolio(
    judge: Judge, fresh: Sequence[RunId], budget: float, trials: int, seed: int = SEED
) -> Portfolio:
    """Return the searches, and sets the bundles side by side.

    Args:
        judge: judges bundles on the search's cells.
        fresh: cells on which the chosen are judged again.
        budget: pounds of 2017 a year at the town's own size, on average.
        trials: bundles to try besides the opening.

    Raises:
        InputError: budget, trials or cells cannot be used. SeedError: a run broke off twice.
    """
    if set(fresh) & set(judge.cells):
        raise InputError("the cells to judge by again must be others than those of the search", at="cells")
    found = search(judge, judge.candidates, budget, trials, seed)
    plain = greedy(judge, judge.candidates, budget)
    if plain.levels not in {each.levels for each in found}:
        found.append(plain)
    tried = assess(found, budget)
    picks = picked(tried)
    picks["greedy"] = next(each for each in tried if each.judged.levels == plain.levels)
    rules: dict[int, list[str]] = {}
    for rule, bundle in picks.items():
        rules.setdefault(tried.index(bundle), []).append(rule)
    other = Judge(
        judge.scenario, judge.candidates, judge.goals, judge.measure, judge.numbers, tuple(fresh),
        judge.store, judge.workers, judge.told,
    )  # fmt: skip
    again = other([tried[i].judged.levels for i in rules], "chosen bundles, other cells")
    choices = [
        Choice(tuple(words), tried[i], judged)
        for (i, words), judged in zip(rules.items(), again, strict=True)
    ]
    return Portfolio(judge, budget, tuple(tried), tuple(choices), tuple(fresh))


def assess(found: Sequence[Judged], budget: float) -> list[BundleAssessment]:
    """Assess bundles against each other."""
    feasible = [i for i, each in enumerate(found) if float(each.cost.mean()) <= budget]
    among = [found[i] for i in feasible]
    nan = float("nan")
    regret, share, enough = (np.full(len(found), nan) for _ in range(3))
    front = np.zeros(len(found), np.bool_)
    if among:
        goals = np.array([each.by_draw(each.goals) for each in among])
        gain = np.array([each.by_draw(each.gain) for each in among])
        cost = np.array([each.by_draw(each.cost) for each in among])
        regret[feasible] = (gain.max(axis=0) - gain).max(axis=1)
        best = gain.mean(axis=1).max()
        enough[feasible] = ((gain >= GOOD_ENOUGH * best) & (cost <= budget)).mean(axis=1)
        draws = range(gain.shape[1])
        share[feasible] = np.mean(
            [unbeaten(np.stack([-goals[:, d], -gain[:, d], cost[:, d]], axis=1)) for d in draws], axis=0
        )
        means = np.stack([-goals.mean(1), -gain.mean(1), cost.mean(1), regret[feasible]], axis=1)
        front[feasible] = unbeaten(means)
    return [
        BundleAssessment(each, i in feasible, bool(front[i]), *map(float, (regret[i], share[i], enough[i])))
        for i, each in enumerate(found)
    ]


def unbeaten(figures: D) -> B:
    """Return which rows (N, K), the less the better, no other row equals or beats in all and beats in one. Of
    rows that are the same in all, the first stands for them."""
    no_worse = (figures[:, None] <= figures[None]).all(axis=2)
    better = (figures[:, None] < figures[None]).any(axis=2)
    beaten = (no_worse & better).any(axis=0)
    same = (figures[:, None] == figures[None]).all(axis=2)
    repeated = np.triu(same, 1).any(axis=0)
    result: B = ~(beaten | repeated)
    return result


def picked(tried: Sequence[BundleAssessment]) -> dict[str, BundleAssessment]:
    """Return the bundle that each rule picks of those within the budget; the cheaper one where two do as
    well."""
    able = sorted((each for each in tried if each.feasible), key=lambda each: float(each.judged.cost.mean()))
    if not able:
        return {}
    # Doing nothing costs nothing, so that nothing ever beats it in everything: no merit of its own.
    some = [each for each in able if any(each.judged.levels)]
    return {
        "most gain": max(able, key=lambda each: float(each.judged.gain.mean())),
        "most goals": max(able, key=lambda each: float(each.judged.goals.mean())),
        "least regret": min(able, key=lambda each: each.regret),
        "most often unbeaten": max(some or able, key=lambda each: each.on_frontier),
        "most often good enough": max(able, key=lambda each: each.enough),
    }


def cells_for(numbers: ParameterDraws, draws: int, seeds: int) -> tuple[tuple[RunId, ...], tuple[RunId, ...]]:
    """Return the cells of the search, and as many others for those chosen: of the draws that come next, or,
    where the posterior has not so many, of the seeds that come next.

    Raises:
        InputError: there are not so many draws, or a number is below 1.
    """
    if seeds < 1:
        raise InputError("must be at least 1", at="--seeds", value=seeds)
    checked_count(seeds, "--seeds")
    first = numbers.chosen(draws, "--draws")
    known = 0 if numbers.posterior is None else numbers.posterior.draws
    if first == (BEST,) or 2 * draws > known:
        return run_ids_of(first, range(seeds)), run_ids_of(first, range(seeds, 2 * seeds))
    return run_ids_of(first, range(seeds)), run_ids_of(range(draws + 1, 2 * draws + 1), range(seeds))
