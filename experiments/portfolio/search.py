"""The search for bundles: NSGA-II as Optuna has it, in a fixed order from a fixed seed.

Nothing of a search is kept but its runs. The same search again asks for the same bundles in the same order,
finds in the store what was made, and goes on from there.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from experiments.discovery.libraries import library
from experiments.portfolio.bundle import Candidate, Levels, everything, nothing, single
from experiments.portfolio.evaluate import Judged
from model.io.errors import InputError

SEED: Final = 1
"""Of the search itself; the luck of towns has its own seeds."""
FRESH: Final = 8
"""Bundles at random that the first generation has besides the opening."""
MOST_TWICE: Final = 4
"""The search ends where so many times the trials asked for have been proposed: what is left are repeats."""

type Judging = Callable[[Sequence[Levels], str], list[Judged]]


def opening(candidates: Sequence[Candidate]) -> list[Levels]:
    """Return what every search starts from: nothing, everything, and each programme alone at each level."""
    singles = [
        single(i, level, candidates)
        for i, each in enumerate(candidates)
        for level in each.levels
        if level > 0
    ]
    return list(dict.fromkeys([nothing(candidates), everything(candidates), *singles]))


def search(
    judge: Judging, candidates: Sequence[Candidate], budget: float, trials: int, seed: int = SEED
) -> list[Judged]:
    """Return the bundles tried, each once, in the order in which they came up: the opening, and `trials`
    more.

    The search goes for more goals, more gain, less cost, and less shortfall against everything at once in the
    draw where it is greatest; bundles dearer than `budget` (pounds a year) give way to those within it.

    Raises:
        InputError: `trials` or `budget` cannot be used, or Optuna is not installed.
    """
    if trials < 0:
        raise InputError("must not be negative", at="--trials", value=trials)
    if not budget > 0:
        raise InputError("must be above 0", at="--budget", value=budget)
    optuna = library("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    first = opening(candidates)
    found: dict[Levels, Judged] = dict(zip(first, judge(first, "each programme alone"), strict=True))
    size, wanted = len(first) + FRESH, len(first) + trials
    sampler = optuna.samplers.NSGAIISampler(population_size=size, seed=seed)
    study = optuna.create_study(directions=["maximize", "maximize", "minimize", "minimize"], sampler=sampler)
    space = {each.name: optuna.distributions.CategoricalDistribution(each.levels) for each in candidates}
    for levels in first:
        study.enqueue_trial({each.name: level for each, level in zip(candidates, levels, strict=True)})
    whole, generation, proposed = found[everything(candidates)], 0, 0
    while len(found) < wanted and proposed < size + MOST_TWICE * max(trials, 1):
        asked = [study.ask(space) for _ in range(size)]
        proposed += size
        levels_of = [tuple(float(trial.params[each.name]) for each in candidates) for trial in asked]
        judged = _some(levels_of, found, wanted, judge, f"generation {generation + 1}")
        for trial, levels in zip(asked, levels_of, strict=True):
            _tell(study, trial, judged.get(levels), whole, budget)
        found |= judged
        generation += 1
    return list(found.values())


def _some(
    asked: Sequence[Levels], found: dict[Levels, Judged], wanted: int, judge: Judging, words: str
) -> dict[Levels, Judged]:
    """Return those asked for, judged: of the new ones no more than are wanted."""
    new = [levels for levels in dict.fromkeys(asked) if levels not in found][: max(0, wanted - len(found))]
    made = dict(zip(new, judge(new, words), strict=True)) if new else {}
    return {levels: found[levels] for levels in asked if levels in found} | made


def _tell(study: Any, trial: Any, judged: Judged | None, whole: Judged, budget: float) -> None:
    if judged is None:
        study.tell(trial, state=library("optuna.trial").TrialState.FAIL)
        return
    trial.set_constraint("over budget", float(judged.cost.mean()) - budget)
    shortfall = (whole.by_draw(whole.gain) - judged.by_draw(judged.gain)).max()
    study.tell(
        trial,
        [float(np.mean(each)) for each in (judged.goals, judged.gain, judged.cost)] + [float(shortfall)],
    )


def greedy(judge: Judging, candidates: Sequence[Candidate], budget: float) -> Judged:
    """Return the plain way: programmes by gain per pound when done alone, each as planned, else at its low
    level, added as long as the bundle costs no more than the budget."""
    alone = judge([single(i, 1.0, candidates) for i in range(len(candidates))], "each programme alone")
    worth = [_per_pound(each) for each in alone]
    order = sorted((i for i in range(len(candidates)) if worth[i] > 0), key=lambda i: -worth[i])
    bundle = judge([nothing(candidates)], "greedy")[0]
    for i in order:
        for level in sorted((each for each in candidates[i].levels if each > 0), reverse=True):
            levels = (*bundle.levels[:i], level, *bundle.levels[i + 1 :])
            tried = judge([levels], "greedy")[0]
            if float(tried.cost.mean()) <= budget:
                bundle = tried
                break
    return bundle


def _per_pound(judged: Judged) -> float:
    gain, cost = float(judged.gain.mean()), float(judged.cost.mean())
    if gain <= 0:
        return 0.0
    return gain / cost if cost > 0 else float("inf")
