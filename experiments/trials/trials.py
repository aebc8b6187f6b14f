"""Published trials re-run inside the model: sampled, delivered, measured and analysed as they were.

A town large enough for the trial's sample lives to the year before; half of its schools (or children, or
wards), by lot, are then served by an ordinary programme, with the ordinary machinery of delivery. That the
estimate comes out where the trial found it verifies that what goes in comes out; it validates nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from experiments.trials.analysis import ClusterFit, difference, ratio, scaled
from experiments.trials.cases import TrialCase, TrialOutcome, case_folder, case_names, case_of, load_case
from experiments.trials.measures import AFTER, behind, in_group, rows_of, score
from experiments.trials.sampling import DrawnSample, drawn, drawn_wards, ward_sample
from model.calendar import FIRST_ACTING
from model.inputs.place import PHASES, Place
from model.io.errors import InputError
from model.populate import scaled as scaled_schools
from model.scenario.cards import load_card
from model.scenario.scenario import Scenario
from model.town import Town
from model.world.world import World

__all__ = [
    "OutcomeResult",
    "TrialCase",
    "TrialResult",
    "case_folder",
    "case_names",
    "case_of",
    "load_case",
    "run_trial",
    "town_scale",
]

D = NDArray[np.float64]
I8 = NDArray[np.int64]
B = NDArray[np.bool_]
type Progress = Callable[[int, int], None]

LARGEST_SCALE: Final = 20.0
RIGHTLY: Final = 0.95
"""Share of intervals that should hold the truth."""
UNLIKELY: Final = 0.01
"""Chance of so few intervals with zero, were the errors right, under which a null has not stayed one."""


@dataclass(frozen=True)
class OutcomeResult:
    """One outcome over all runs (R,): the trial's estimate with its standard error and 95% interval; what the
    programme really did to the treated children (`in_town`) and to the untreated ones (`spillover`), against
    a life of theirs in which nobody was treated; children and clusters analysed. In the published unit."""

    outcome: TrialOutcome
    estimates: D
    errors: D
    lows: D
    highs: D
    in_town: D
    spillover: D
    children: I8
    clusters: I8

    @property
    def mean(self) -> float:
        """Return the mean of the estimates."""
        return float(self.estimates.mean())

    @property
    def spread(self) -> float:
        """Return the standard deviation of the estimates between runs; NaN for one run."""
        return float(self.estimates.std(ddof=1)) if len(self.estimates) > 1 else float("nan")

    @property
    def mean_error(self) -> float:
        """Return the standard error of the mean of the estimates: by their spread or by their own errors,
        whichever is larger, for a few runs may lie close together by chance."""
        own = float(np.sqrt((self.errors**2).mean()))
        return float(np.fmax(self.spread, own)) / float(np.sqrt(len(self.estimates)))

    @property
    def inside(self) -> bool:
        """Tell whether the mean of the estimates lies in the published interval."""
        return self.outcome.published.low <= self.mean <= self.outcome.published.high

    @property
    def with_zero(self) -> int:
        """Say in how many runs the trial's interval includes zero."""
        return int(((self.lows <= 0) & (self.highs >= 0)).sum())

    @property
    def null_stays(self) -> bool:
        """Tell whether zero is in as many intervals as it should be: not so few that right errors would give
        it once in a hundred times or less."""
        return bool(binom.cdf(self.with_zero, len(self.estimates), RIGHTLY) > UNLIKELY)

    @property
    def good(self) -> bool:
        """Return the inside the published interval and, for a null, zero in as many intervals as it should
        be."""
        return self.inside and (self.null_stays or not self.outcome.null)


@dataclass(frozen=True)
class TrialResult:
    """A trial re-run with some seeds, in towns of one size."""

    case: TrialCase
    seeds: tuple[int, ...]
    scale: float
    outcomes: tuple[OutcomeResult, ...]

    @property
    def good(self) -> bool:
        """Tell whether all outcomes are."""
        return all(each.good for each in self.outcomes)

    def frame(self) -> "pd.DataFrame":
        """Return one row an outcome: what was published, what came out, and whether the one lies in the
        other."""
        return pd.DataFrame(
            [
                {
                    "trial": self.case.name,
                    "outcome": each.outcome.name,
                    "unit": each.outcome.published.unit,
                    "published": each.outcome.published.estimate,
                    "published_low": each.outcome.published.low,
                    "published_high": each.outcome.published.high,
                    "effect": self.case.effect.used,
                    "in_town": float(each.in_town.mean()),
                    "spillover": float(each.spillover.mean()),
                    "estimate": each.mean,
                    "estimate_error": each.mean_error,
                    "spread": each.spread,
                    "error_of_one": float(each.errors.mean()),
                    "runs": len(self.seeds),
                    "with_zero": each.with_zero,
                    "children": round(float(each.children.mean())),
                    "clusters": round(float(each.clusters.mean())),
                    "null": each.outcome.null,
                    "good": each.good,
                }
                for each in self.outcomes
            ]
        )


@dataclass(frozen=True)
class _Read:
    """One outcome of one year group: scores, arm, cluster (n,), what was known before (n,) each; and of those
    who are in the town without the programme too, what it gave them and their arm (m,)."""

    scores: D
    treated: B
    cluster: I8
    covariates: list[D]
    gains: D
    arm: B


@dataclass(frozen=True)
class _Once:
    """One outcome in one run."""

    fit: ClusterFit
    in_town: float
    spillover: float
    children: int
    clusters: int


def run_trial(case: TrialCase, seeds: Sequence[int], progress: Progress | None = None) -> TrialResult:
    """Return the re-runs a trial, once a seed.

    Args:
        progress: called with the runs done and of all, at the start and after each.

    Raises:
        InputError: no seed, or the town has too few schools for the trial.
    """
    if not seeds:
        raise InputError("needs at least one seed", at="seeds")
    scale = town_scale(case)
    base = Scenario.load("baseline").changed(scale=scale, until=case.last_year)
    world = World.of(base)
    runs: list[list[_Once]] = []
    for number, seed in enumerate(seeds):
        if progress:
            progress(number, len(seeds))
        runs.append(_run(case, Town(base, seed, world=world)))
    if progress:
        progress(len(seeds), len(seeds))
    found = tuple(_gathered(outcome, [run[i] for run in runs]) for i, outcome in enumerate(case.outcomes))
    return TrialResult(case, tuple(seeds), scale, found)


def town_scale(case: TrialCase) -> float:
    """Return the size of the town: as the case says, or just large enough for its schools.

    Raises:
        InputError: no town is.
    """
    sample = case.sample
    if sample.scale is not None or sample.settings is None:
        return sample.scale or 1.0
    schools = Place.load(Scenario.load("baseline").place).schools
    wanted = case.programme.who.phases or load_card(case.effect.card).phases or PHASES
    codes = [PHASES.index(phase) for phase in wanted if not phase.startswith("outside")]
    for twentieths in range(1, int(LARGEST_SCALE * 20) + 1):
        rows, _, _ = scaled_schools(schools, twentieths / 20)
        if np.isin(schools.phase[rows], codes).sum() >= sample.settings:
            return twentieths / 20
    problem = f"is more than a town has that is {LARGEST_SCALE:g} times as large as it is"
    raise InputError(problem, at="sample.settings", value=sample.settings)


def _run(case: TrialCase, without: Town) -> list[_Once]:
    """Return one run: `without` is the town in which nobody is treated, new."""
    without.run(FIRST_ACTING - 1)
    samples: list[DrawnSample] = []
    near = None
    if case.sample.randomised == "ward":
        with_it, near = drawn_wards(case, without)
    else:
        with_it, sample = drawn(case, without)
        samples.append(sample)
    reads: list[list[_Read]] = [[] for _ in case.outcomes]
    for year in range(FIRST_ACTING, case.last_year + 1):
        with_it.run(year)
        without.run(year)
        if near is not None and len(samples) < case.sample.cohorts:
            samples.append(ward_sample(case, without, near))
        for i, outcome in enumerate(case.outcomes):
            cohort = year - FIRST_ACTING - outcome.after
            if 0 <= cohort < case.sample.cohorts:
                reads[i].append(
                    _read(outcome, samples[cohort], samples[cohort].covariates[i], with_it, without)
                )
    found = [_fit(o, read, samples[0].clusters) for o, read in zip(case.outcomes, reads, strict=True)]
    return [
        _share(each, found[0]) if o.share_of_first else each
        for o, each in zip(case.outcomes, found, strict=True)
    ]


def _read(
    outcome: TrialOutcome, sample: DrawnSample, covariates: list[D], with_it: Town, without: Town
) -> _Read:
    """Return one outcome of those who are still in the town and in the group."""
    rows = rows_of(with_it, sample.ids)
    here = rows >= 0
    here[here] = in_group(with_it, outcome.group, rows[here])
    scores = score(with_it, outcome.measure, rows[here], AFTER, outcome.reliability)
    elsewhere = rows_of(without, sample.ids)
    both = here & (elsewhere >= 0)
    gains = behind(with_it, outcome.measure, rows[both]) - behind(without, outcome.measure, elsewhere[both])
    known = [each[here] for each in covariates]
    return _Read(scores, sample.treated[here], sample.cluster[here], known, gains, sample.treated[both])


def _fit(outcome: TrialOutcome, reads: list[_Read], clusters: int) -> _Once:
    """Return one outcome of all year groups together, each about a mean of its own."""
    scores, treated, cluster, gains, arm = (
        np.concatenate([getattr(read, key) for read in reads])
        for key in ("scores", "treated", "cluster", "gains", "arm")
    )
    known = [np.concatenate(each) for each in zip(*(read.covariates for read in reads), strict=True)]
    group = np.repeat(np.arange(len(reads)), [len(read.scores) for read in reads])
    known += [(group == number).astype(np.float64) for number in range(1, len(reads))]
    fit = difference(scores, treated, known, cluster, clusters)
    seen = float(np.sqrt(outcome.reliability))
    if outcome.scale == "latent":
        fit = scaled(fit, 1 / seen)
    else:
        gains = gains * seen
    in_town, spillover = float(gains[arm].mean()), float(gains[~arm].mean())
    return _Once(fit, in_town, spillover, len(scores), int(np.unique(cluster).size))


def _share(later: _Once, first: _Once) -> _Once:
    """Return an effect, and what it was in the town, as shares of the first outcome's."""
    return _Once(
        ratio(later.fit, first.fit),
        later.in_town / first.in_town,
        later.spillover / first.in_town,
        later.children,
        later.clusters,
    )


def _gathered(outcome: TrialOutcome, runs: list[_Once]) -> OutcomeResult:
    return OutcomeResult(
        outcome,
        *(np.array([getattr(run.fit, key) for run in runs]) for key in ("estimate", "error", "low", "high")),
        *(np.array([getattr(run, key) for run in runs]) for key in ("in_town", "spillover")),
        *(np.array([getattr(run, key) for run in runs], np.int64) for key in ("children", "clusters")),
    )
