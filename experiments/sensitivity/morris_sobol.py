"""Morris screening and Sobol indices of figures over the points of a study."""

import numpy as np

from experiments.sensitivity.types import (
    CONFIDENCE,
    RESAMPLES,
    D,
    DesignSample,
    Index,
    Indices,
    SettlingStep,
    Space,
    doubling,
    noise_of_mean,
    sizes,
)
from experiments.studies.design import Factor, problem

LEAST_TRAJECTORIES, LEAST_BASE_SAMPLES = 2, 4
_MEAN_ABSOLUTE = np.sqrt(2 / np.pi)
"""Of a standard normal."""


def morris(sample: DesignSample) -> Indices:
    """Return the mean (mu), mean size (mu_star) and standard deviation (sigma) of the elementary effects of
    each mover, with bootstrap intervals over trajectories.

    An elementary effect is what the figure changes by when the mover goes its whole way, from its lowest
    value to its highest, judged by one step. Intervals need two trajectories.

    Source: Morris (1991), Campolongo, Cariboni and Saltelli (2007), groups as there. SALib divides by the
    step of the grid, by which a yes/no lever, which goes its whole way in one step, looks half as large again
    as it is; here it is divided by how far the values went. SALib gives an interval for mu_star alone.
    """
    effects = elementary_effects(sample)
    steps = [
        SettlingStep(size, index)
        for size in sizes(sample.blocks, LEAST_TRAJECTORIES)
        for index in _morris_indices(sample.space, effects[:size])
        if index.statistic == "mu_star"
    ]
    return Indices(tuple(_morris_indices(sample.space, effects)), tuple(steps))


def elementary_effects(sample: DesignSample) -> D:
    """Return the elementary effects (R, G, C) of each trajectory, mover and repeat, in units of the figure
    for the whole way. Of a group without its sign, for its factors may go different ways: the size alone has
    a meaning."""
    space = sample.space
    shape = (sample.blocks, space.block)
    places = space.places[sample.rows].reshape(*shape, -1)
    went = np.diff(space.coordinates[sample.rows].reshape(*shape, -1), axis=1)
    # Words have no distance from one another: each change of word is a whole one.
    words = np.array([_of_words(each) for each in space.factors])
    went = np.where(words, np.sign(went), went)
    moved = np.diff(places, axis=1) != 0
    changes = np.diff(sample.y.reshape(*shape, -1), axis=1)
    by_mover = moved.astype(np.float64) @ space.members.astype(np.float64)
    mover = by_mover.argmax(axis=2)
    alone = (space.members.sum(axis=0) == 1)[mover]
    size = np.abs(went).sum(axis=2) / moved.sum(axis=2)
    sign = np.where(alone, np.sign(went.sum(axis=2)), 1.0)
    effects = np.empty_like(changes)
    np.put_along_axis(effects, mover[:, :, None], changes * (sign / size)[:, :, None], axis=1)
    return effects


def _of_words(factor: Factor) -> bool:
    return any(isinstance(value, str) for value in factor.values)


def _morris_indices(space: Space, effects: D) -> list[Index]:
    """Return mu, mu_star and sigma of effects (R, G, C); of a group mu_star alone."""
    count = len(effects)
    mean = effects.mean(axis=2)
    rng = np.random.default_rng([space.design.seed, count])
    again = mean[rng.integers(count, size=(RESAMPLES, count))]
    floors = _morris_floors(effects)
    found = []
    for name, of in (("mu", _mu), ("mu_star", _mu_star), ("sigma", _sigma)):
        value, (low, high) = of(mean[None])[0], _interval(of(again))
        for g, mover in enumerate(space.movers):
            if name == "mu_star" or space.members[:, g].sum() == 1:
                interval = (float(low[g]), float(high[g])) if count > 1 else (np.nan, np.nan)
                found.append(Index(mover, name, float(value[g]), *interval, float(floors[name][g])))
    return found


def _morris_floors(effects: D) -> dict[str, D]:
    """Return what mu, mu_star and sigma (G,) each reach or pass in one of twenty cases where a mover does
    nothing and effects (R, G, C) are luck; NaN for one repeat."""
    from scipy.stats import f, t

    count, _, repeats = effects.shape
    free = max(count * (repeats - 1), 1)
    luck = np.sqrt(noise_of_mean(effects).mean(axis=0))
    # Nearly: of the mean size of normals, over a deviation that is itself judged by few repeats.
    spread = (1 - _MEAN_ABSOLUTE**2) / count + _MEAN_ABSOLUTE**2 / (2 * free)
    return {
        "mu": luck * float(t.ppf(0.5 + CONFIDENCE / 2, free)) / np.sqrt(count),
        "mu_star": luck * (_MEAN_ABSOLUTE + float(t.ppf(CONFIDENCE, free)) * np.sqrt(spread)),
        "sigma": luck * np.sqrt(float(f.ppf(CONFIDENCE, max(count - 1, 1), free))),
    }


def _mu(effects: D) -> D:
    mean: D = effects.mean(axis=1)
    return mean


def _mu_star(effects: D) -> D:
    return _mu(np.abs(effects))


def _sigma(effects: D) -> D:
    if effects.shape[1] < 2:
        return np.full((effects.shape[0], effects.shape[2]), np.nan)
    spread: D = effects.std(axis=1, ddof=1)
    return spread


def _interval(again: D) -> tuple[D, D]:
    low, high = np.percentile(again, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)], axis=0)
    return low, high


def sobol(sample: DesignSample) -> Indices:
    """Return the first and total order index of each mover, with intervals by SALib (normal, from bootstrap
    over base samples).

    First order: the share of the variance that goes with the mover alone. Total: the share that would be left
    if all others were held, so with all its interactions. Source: Saltelli and others (2010), Jansen (1999).
    """
    counts = [
        size for size in doubling(sample.blocks, LEAST_BASE_SAMPLES) if _base_varies(sample.first(size))
    ]
    steps = [SettlingStep(size, index) for size in counts for index in _sobol_indices(sample.first(size))]
    return Indices(tuple(step.index for step in steps if step.size == sample.blocks), tuple(steps))


def _base_varies(sample: DesignSample) -> bool:
    """Tell whether the base samples themselves differ, which the estimators divide by."""
    y = sample.mean.reshape(sample.blocks, -1)[:, [0, -1]]
    return DesignSample(sample.space, sample.rows, y.reshape(-1, 1)).varies


def _sobol_indices(sample: DesignSample) -> list[Index]:
    from SALib.analyze import sobol as salib
    from scipy.stats import f, t

    space, count = sample.space, sample.blocks
    found = salib.analyze(
        problem(space.factors),
        sample.mean,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=space.design.seed,
    )
    y = sample.y.reshape(count, space.block, -1)
    base = y[:, [0, -1]].mean(axis=2)
    # What luck adds to the total order of a mover that does nothing: half the variance of a difference.
    noise = noise_of_mean(y[:, :1] - y[:, 1:-1]).mean(axis=0) / 2 / base.var()
    free = max(count * (y.shape[2] - 1), 1)
    floors = {
        "first": float(t.ppf(CONFIDENCE, free)) * np.sqrt(2 * noise / count),
        "total": noise * float(f.ppf(CONFIDENCE, count, free)),
    }
    return [
        Index(mover, name, value, value - half, value + half, float(floors[name][g]))
        for name, key in (("first", "S1"), ("total", "ST"))
        for g, mover in enumerate(space.movers)
        for value, half in [(float(found[key][g]), float(found[f"{key}_conf"][g]))]
    ]
