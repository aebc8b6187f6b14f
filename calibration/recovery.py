"""Recovery: are numbers found that are known?

A hundred towns are lived whose own numbers are drawn from their priors, each with its whole chance and with
effects of programmes of its own; what a fit misses besides (discrepancy, a neighbour's figures, errors of
publication) is drawn and added. Each is then fitted as the real town is, and the question is whether the
intervals hold the truth as often as they say, and whether it falls anywhere in them equally often.

The towns are simulated in full. The refit is by emulator, as the posterior is: what all numbers do, learnt
from other towns, with the covariance of luck that the real fit has. England's numbers are drawn from, and
known to the refit as, what England's own observations leave of them; the refit reads the town's own
observations alone.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import stats

from calibration.campaign import Campaign, Fitted
from calibration.emulator import Emulator
from calibration.observe import Observation
from calibration.posterior import FOLDER as POSTERIORS
from calibration.predict import Task, lived
from model.inputs.place_name import beside, short_name
from model.io.errors import InputError
from model.io.files import shown_path

D = NDArray[np.float64]

FOLDER: Final = POSTERIORS.parent / "recovery"
COUNT: Final = 100
FIRST_SEED: Final = 7000
"""Seeds of the towns, none of the fit's."""
STAGE: Final = "recovery"
INTERVAL: Final = 0.8
COVERED: Final = (0.7, 0.9)
"""How often the interval may hold the truth in a hundred towns, each number for itself."""
_META: Final = b"wolsey.recovery"
_BATCH: Final = 10
_TRIES: Final = 3
"""Towns drawn, at most, for each that is wanted."""
_ROUNDS: Final = 5
"""Steps of a refit, each exact were the emulator a line."""


@dataclass(frozen=True)
class Known:
    """What is known before some figures are read: of the numbers, `mean` (p,) and `covariance` (p, p); and
    what numbers do to these figures, by the emulator. `rows` (n,) are the observations' places among the
    campaign's, `luck` (n, n), `own` (n,) says which are figures of the town itself, not of a neighbour."""

    observations: Sequence[Observation]
    emulator: Emulator
    rows: NDArray[np.intp]
    luck: D
    own: NDArray[np.bool_]
    mean: D
    covariance: D

    @staticmethod
    def of(campaign: Campaign, fitted: Fitted) -> "Known":
        """Return the town's observations, and what those of England leave of the numbers; the town's own
        numbers have their priors."""
        count = len(campaign.numbers)
        mean, covariance = np.zeros(count), np.eye(count)
        england = _part(campaign, fitted, "england", mean, covariance)
        if england.observations:
            mean, covariance = england.given(np.array([each.value for each in england.observations]))
        return _part(campaign, fitted, "local", mean, covariance)

    def of_numbers(self, z: D) -> D:
        """Return what the emulator says (n,) of numbers (p,)."""
        result: D = self.emulator(z)[0][self.rows]
        return result

    def errors(self, predicted: D) -> D:
        """Return the covariance (n, n) of figures about a prediction."""
        pairs = zip(self.observations, predicted, strict=True)
        return np.diag([each.variance(float(value)) for each, value in pairs]) + self.luck

    def given(self, figures: D) -> tuple[D, D]:
        """Return the mean (p,) and covariance (p, p) of the numbers, given figures (n,); those missing (NaN)
        say nothing."""
        seen = np.isfinite(figures)
        precise = np.linalg.inv(self.covariance)
        mean, covariance = self.mean, self.covariance
        for _ in range(_ROUNDS):
            predicted = self.of_numbers(mean)
            slope = self.emulator.jacobian(mean)[self.rows][seen]
            weighted = np.linalg.solve(self.errors(predicted)[np.ix_(seen, seen)], slope)
            rest = (figures - predicted)[seen] + slope @ (mean - self.mean)
            covariance = np.linalg.inv(precise + slope.T @ weighted)
            mean = self.mean + covariance @ (weighted.T @ rest)
        return mean, covariance


def _part(campaign: Campaign, fitted: Fitted, layer: str, mean: D, covariance: D) -> Known:
    rows = np.array([i for i, each in enumerate(campaign.observations) if each.layer == layer], np.intp)
    found = [campaign.observations[i] for i in rows]
    own = np.array([layer == "local" and each.place == campaign.setting.place for each in found], bool)
    luck = fitted.luck["luck"][np.ix_(rows, rows)]
    return Known(found, fitted.emulator, rows, luck, own, mean, covariance)


@dataclass(frozen=True)
class RecoveredTown:
    """Synthetic data sets: `truth` (K, p), the town's figures with these numbers `town` (K, n), and those of
    the best fit with the same luck and effects `base` (K, n)."""

    truth: D
    town: D
    base: D

    def towns(self) -> NDArray[np.bool_]:
        """Return which of them could be (K,)."""
        result: NDArray[np.bool_] = np.isfinite(self.town).any(axis=1)
        return result


def recover(campaign: Campaign, fitted: Fitted, count: int = COUNT) -> "Recovery":
    """Let live the towns (those kept in the campaign's folder are not lived again) and refits them.

    Numbers drawn that cannot hold together are no town, and the next ones are taken for them."""
    known = Known.of(campaign, fitted)
    lived = _lived(campaign, known, fitted, count)
    table = _table(campaign, known, fitted, lived)
    manifest = {
        "place": short_name(campaign.setting.place),
        "key": campaign.key,
        "towns": len(lived.truth),
        "scale": campaign.setting.scale,
        "interval": INTERVAL,
        "refit": "by emulator: what the numbers do, learnt from other towns",
    }
    return Recovery(table, manifest)


def truth_of(known: Known, which: int) -> D:
    """Return the numbers (p,) of one synthetic town."""
    return np.random.default_rng([FIRST_SEED, which]).multivariate_normal(
        known.mean, known.covariance, method="cholesky"
    )


def _lived(campaign: Campaign, known: Known, fitted: Fitted, count: int) -> RecoveredTown:
    path = campaign.folder / f"recovery-{campaign.key[:12]}.npz"
    made = RecoveredTown(*(np.zeros((0, size)) for size in (len(known.mean), *[len(known.rows)] * 2)))
    if path.is_file():
        with np.load(path) as found:
            made = RecoveredTown(**dict(found))
    while made.towns().sum() < count and len(made.truth) < _TRIES * count:
        one = _batch(campaign, known, fitted, len(made.truth), count)
        made = RecoveredTown(
            *(np.concatenate(pair) for pair in zip(vars(made).values(), vars(one).values(), strict=True))
        )
        aside = path.with_name(f".{path.name}.part")
        with aside.open("wb") as file:
            np.savez(file, truth=made.truth, town=made.town, base=made.base)
        aside.replace(path)
    kept = np.flatnonzero(made.towns())[:count]
    return RecoveredTown(made.truth[kept], made.town[kept], made.base[kept])


def _batch(campaign: Campaign, known: Known, fitted: Fitted, first: int, count: int) -> RecoveredTown:
    which = range(first, first + _BATCH)
    truth = np.array([truth_of(known, one) for one in which])
    problem = campaign.problem()
    best = problem.values(fitted.z)
    found = np.full((2, len(truth), len(known.rows)), np.nan)
    at = [(arm, row) for row in range(len(truth)) for arm in (0, 1)]
    tasks = [
        Task(campaign.setting, best if arm else problem.values(truth[row]), "local", seed, seed)
        for arm, row in at
        for seed in (FIRST_SEED + which[row],)
    ]
    for done, (position, figures) in enumerate(lived(campaign.executor, tasks), 1):
        found[at[position]] = figures
        if campaign.told is not None:
            campaign.told(STAGE, 2 * first + done, max(2 * count, 2 * (first + _BATCH)))
    return RecoveredTown(truth, found[0], found[1])


def observed(known: Known, base: D, lived: RecoveredTown, spread: D, seed: int = FIRST_SEED) -> D:
    """Return what would have been published of each town (K, n).

    Its own figures are those lived, which hold its luck and the sampling of its people, and an error of what
    is left of each observation's variance. Other places' figures speak of a town of these numbers and not of
    its luck: what is predicted of the best fit, `base` (n,), and what the numbers change in a town of the
    same luck, with the whole error. `spread` (n,) is the variance of the town's figures over luck.
    """
    rng = np.random.default_rng([seed, len(base)])
    changed = base + lived.town - lived.base
    result = np.where(known.own, lived.town, changed)
    beside = [each.discrepancy**2 + each.transfer**2 for each in known.observations]
    for row, predicted in enumerate(changed):
        whole = np.array(
            [
                each.variance(float(value)) if np.isfinite(value) else np.nan
                for each, value in zip(known.observations, predicted, strict=True)
            ]
        )
        # Of a town's own figure the fit deducts sampling and error from what luck does, so both are in it.
        left = np.where(known.own, np.maximum(whole - spread, beside), whole)
        result[row] += np.sqrt(left) * rng.standard_normal(len(predicted))
    return result


def _table(campaign: Campaign, known: Known, fitted: Fitted, lived: RecoveredTown) -> pd.DataFrame:
    """Return a row a town and a number of the town's own. Three sets of data tell where a miss comes from:
    `town`, the simulated town; `emulated`, the emulator's figures with errors as assumed, which only a
    mistake in the refit could spoil; `moved`, what the numbers do in the simulated town with errors as
    assumed, which also shows where the emulator is not the model."""
    rng = np.random.default_rng([FIRST_SEED, 1])
    base = known.of_numbers(fitted.z)
    emulated = np.array([known.of_numbers(z) for z in lived.truth])
    errors = np.array(
        [np.linalg.cholesky(known.errors(row)) @ rng.standard_normal(len(row)) for row in emulated]
    )
    spread = np.diag(fitted.emulator.noise)[known.rows]
    data = {
        "town": observed(known, base, lived, spread),
        "moved": base + lived.town - lived.base + errors,
        "emulated": emulated + errors,
    }
    local = [i for i, number in enumerate(campaign.numbers) if number.layer == "local"]
    rows: list[dict[str, Any]] = []
    for kind, sets in data.items():
        for which, ys in enumerate(sets):
            mean, covariance = known.given(ys)
            sd = np.sqrt(np.diag(covariance))
            rows += [
                {
                    "data": kind,
                    "town": which,
                    "number": campaign.numbers[i].name,
                    "truth": lived.truth[which, i],
                    "mean": mean[i],
                    "sd": sd[i],
                    "rank": stats.norm.cdf((lived.truth[which, i] - mean[i]) / sd[i]),
                }
                for i in local
            ]
    return pd.DataFrame(rows)


class Recovery:
    """What was found of what was known. `table` has a row a set of data, town and number: `truth`, `mean` and
    `sd` in prior standard deviations, `rank` the share of the posterior that lies below the truth."""

    def __init__(self, table: pd.DataFrame, manifest: dict[str, Any], where: str = "") -> None:
        self.table, self.manifest, self.where = table, manifest, where

    @staticmethod
    def path(place: str) -> Path:
        """Return where the recovery of a place is kept."""
        return beside(place, FOLDER, "recovery", "parquet")

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """Return the tabulate by number (in the model's order): `coverage` of the interval in the simulated
        towns, whether it is `good`, the same in the other sets (`coverage_moved`, `coverage_emulated`),
        `uniform` (probability of ranks so uneven, were they even: Kolmogorov and Smirnov), `shrunk`
        (posterior SD over prior SD), `bias` (mean of mean less truth, in posterior SDs)."""
        edge = (1 - INTERVAL) / 2
        rows = []
        for number, found in self.table.groupby("number", sort=False):
            inside = found["rank"].between(edge, 1 - edge)
            by = {kind: float(inside[found["data"] == kind].mean()) for kind in ("town", "moved", "emulated")}
            town = found[found["data"] == "town"]
            rows.append(
                {
                    "number": number,
                    "coverage": by["town"],
                    "good": bool(COVERED[0] <= by["town"] <= COVERED[1]),
                    "coverage_moved": by["moved"],
                    "coverage_emulated": by["emulated"],
                    "uniform": float(stats.kstest(town["rank"], "uniform").pvalue),
                    "shrunk": float(town["sd"].mean()),
                    "bias": float(((town["mean"] - town["truth"]) / town["sd"]).mean()),
                }
            )
        return pd.DataFrame(rows).set_index("number")

    def write(self, path: Path) -> None:
        """Keep it with its summary in a file, whole or not at all; what stood there before is replaced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        summary = self.summary.reset_index().to_dict("records")
        content = pa.Table.from_pandas(self.table, preserve_index=False)
        manifest = json.dumps({**self.manifest, "summary": summary})
        content = content.replace_schema_metadata({_META: manifest.encode()})
        aside = path.with_suffix(".part")
        pq.write_table(content, aside, compression="zstd")
        aside.replace(path)

    @staticmethod
    def load(place: str, path: Path | None = None) -> "Recovery":
        """Return the recovery that ships for a place, or that of a file.

        Raises:
            InputError: there is none, it cannot be read, or it is of another place.
        """
        path = Recovery.path(place) if path is None else path
        where = shown_path(path)
        if not path.is_file():
            problem = "there is no recovery of this place; make one with `wolsey calibrate --recovery`"
            raise InputError(problem, where=where)
        try:
            read = pq.read_table(path)
            manifest = json.loads(read.schema.metadata[_META])
            table = read.to_pandas()
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise InputError(f"is no recovery of wolsey, or is damaged: {error}", where=where) from None
        if manifest.get("place") != short_name(place):
            problem = "is the recovery of another place"
            raise InputError(problem, where=where, value=manifest.get("place"), allowed=place)
        return Recovery(table, manifest, where)
