"""How a posterior is made: by importance.

Proposals come from the line about the best fit (exact in all that the data do not inform, where it is the
prior); each is lived with effects of its own drawn from the cards, weighted by how well its town agrees, and
taken again in proportion to the weights.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.fit import Problem
from calibration.numbers import changes
from calibration.posterior import META, Posterior
from calibration.predict import scenario_of
from model.fingerprint import code_digest, probe
from model.inputs.place import Place
from model.inputs.place_name import short_name
from model.world.world import World

D = NDArray[np.float64]

ENOUGH: Final = 200
"""Effective draws at which the sampling may stop."""
KEPT: Final = 400


@dataclass(frozen=True)
class PosteriorSample:
    """Proposals and their weights: `z` (N, p), log weights (N,), predictions (N, n), and the draw of effects
    of each."""

    z: D
    log_weight: D
    predicted: D
    effects: NDArray[np.int64]

    @property
    def weights(self) -> D:
        """Return the weights that sum to 1 (N,). Raises ValueError where none of them can be."""
        if np.isneginf(self.log_weight).all():
            raise ValueError(f"none of the {len(self.log_weight)} numbers drawn can hold together")
        weight = np.exp(self.log_weight - self.log_weight.max())
        result: D = weight / weight.sum()
        return result

    @property
    def effective(self) -> float:
        """Return the effective number of draws: one over the sum of squared weights."""
        return float(1.0 / np.sum(self.weights**2))

    def resampled(self, count: int, seed: int = 0) -> NDArray[np.intp]:
        """Return `count` of the draws in proportion to their weights, systematically."""
        start = np.random.default_rng(seed).uniform()
        points = (start + np.arange(count)) / count
        return np.searchsorted(np.cumsum(self.weights), points).clip(0, len(self.z) - 1)


def sample(
    problem: Problem,
    mean: D,
    covariance: D,
    batch: int,
    most: int,
    seed: int = 0,
    enough: float = ENOUGH,
    found: Callable[[PosteriorSample], None] | None = None,
    earlier: PosteriorSample | None = None,
    possible: Callable[[D], bool] | None = None,
) -> PosteriorSample:
    """Draw until ENOUGH of them are effective, or `most` are made.

    Args:
        mean, covariance: of the proposal (p,), (p, p). batch: how many at once. found: told after each batch,
            to keep it. earlier: what an interrupted run had made. possible: whether numbers (p,) can hold
            together at all; those that cannot have no weight.
    """
    root = np.linalg.cholesky(covariance)
    precise = np.linalg.inv(root)
    made = earlier
    while made is None or (len(made.z) < most and made.effective < enough):
        first = 0 if made is None else len(made.z)
        rng = np.random.default_rng([seed, first])
        standard = rng.standard_normal((batch, len(mean)))
        z = mean + standard @ root.T
        effects = np.arange(first + 1, first + batch + 1)
        predicted = problem.predict(list(z), effects.tolist())
        log_prior = -0.5 * (z**2).sum(axis=1)
        log_proposal = -0.5 * (((z - mean) @ precise.T) ** 2).sum(axis=1)
        likely = np.array([problem.log_likelihood(row) for row in predicted])
        weight = likely + log_prior - log_proposal
        if possible is not None:
            weight[[not possible(row) for row in z]] = -np.inf
        one = PosteriorSample(z, weight, predicted, effects)
        made = one if made is None else joined(made, one)
        if found is not None:
            found(made)
    return made


def joined(first: PosteriorSample, second: PosteriorSample) -> PosteriorSample:
    """Return both samples of one proposal."""
    return PosteriorSample(
        np.concatenate([first.z, second.z]),
        np.concatenate([first.log_weight, second.log_weight]),
        np.concatenate([first.predicted, second.predicted]),
        np.concatenate([first.effects, second.effects]),
    )


def write(
    path: Path, problem: Problem, best: D, chosen: PosteriorSample, count: int, facts: Mapping[str, Any]
) -> Posterior:
    """Keep `count` draws and the best fit in a new file, whole or not at all; what stood there before is
    replaced. They are shuffled, so that the first few are as good as any."""
    rows = np.random.default_rng(count).permutation(chosen.resampled(count))
    zs = [best, *chosen.z[rows]]
    effects = [0, *chosen.effects[rows].tolist()]
    records = [changes(problem.parameters, problem.numbers, z) for z in zs]
    table = pd.DataFrame(records).map(_listed)
    table.insert(0, "effects_draw", effects)
    table.index.name = "draw"
    at_best = problem.parameters.changed(records[0])
    setting = problem.simulator.setting
    manifest = {
        **facts,
        "place": short_name(setting.place),
        "data": Place.load(setting.place).digest(),
        "history": setting.lived,
        "code": code_digest(),
        "probe": probe(setting.lived, at_best, setting.place),
        "effective": chosen.effective,
        "proposals": len(chosen.z),
        "impossible": int(np.isneginf(chosen.log_weight).sum()),
        "distinct": len(np.unique(rows)),
        "kept": len(rows),
    }
    content = pa.Table.from_pandas(table.reset_index(), preserve_index=False)
    content = content.replace_schema_metadata({META: json.dumps(manifest).encode()})
    aside = path.with_suffix(".part")
    pq.write_table(content, aside, compression="zstd")
    aside.replace(path)
    return Posterior.load(setting.place, path)


def can_be(problem: Problem, z: D) -> bool:
    """Tell whether these numbers (p,) make a world: some that the priors allow leave the state of skill no
    noise."""
    setting = problem.simulator.setting
    try:
        World(scenario_of(setting, "local"), problem.parameters.changed(dict(problem.values(z))))
    except ValueError:
        return False
    return True


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
