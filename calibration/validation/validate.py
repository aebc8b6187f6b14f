"""What the posterior says of everything that was observed: towns lived with its draws, fitted and held-out
figures read off them.

Each draw lives one town under history as it happened and one with neutral local numbers; the best fit lives
some more, which show what is chance. Finished lives are kept, so that a killed validation goes on where it
was.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.observe import Observation
from calibration.patterns import PATTERNS
from calibration.posterior import Posterior
from calibration.predict import LAYERS, Progress, Setting, Task, Values, lived, observations, town_of
from model.fingerprint import code_digest, digest_of
from model.indicators.registry import INDICATORS
from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError
from model.io.files import shown_path

D = NDArray[np.float64]

ROLES: Final = ("fit", "held_out", "pattern")
USUAL_DRAWS: Final = 100
FEWEST_DRAWS: Final = 10
"""Fewer say nothing about a band."""
CHANCE_SHARE: Final = 0.4
"""Lives of the best fit, as a share of the draws."""
FIRST_SEED: Final = 10_000
"""None of the seeds of the fit. A draw's town has this and its number, so that no two share their luck."""
FIRST_CHANCE_SEED: Final = 20_000
BATCH: Final = 10
"""Finished lives that are written together."""
BEST: Final = 0
_META: Final = b"wolsey.validation"


@dataclass(frozen=True)
class TownTask(Task):
    """One town to live: `of` is the draw of the posterior that its numbers are (BEST: to show chance)."""

    of: int = BEST

    @property
    def name(self) -> tuple[int, int, str]:
        """Draw, seed and layer: no other life has all three."""
        return self.of, self.seed, self.layer


@dataclass(frozen=True)
class Predictive:
    """What towns say of each of n observations, NaN where they say nothing: `drawn` (N, n), one town a draw
    of the posterior, and `chance` (K, n), towns of the best fit that differ by chance alone. `draws` are
    those of the rows of `drawn`, `scale` the towns' size."""

    observations: tuple[Observation, ...]
    draws: tuple[int, ...]
    drawn: D
    chance: D
    scale: float = 1.0


def setting_of(posterior: Posterior, scale: float = 1.0) -> Setting:
    """Return all observations of the posterior's place, lived to the last year that one of them needs."""
    everything = Setting(place=posterior.place, roles=ROLES, history=posterior.manifest["history"])
    until = max(read_in(each) for each in observations(everything))
    return Setting(everything.place, until, scale, ROLES, everything.history)


def read_in(each: Observation) -> int:
    """Return the year at whose end a town can give the figure of an observation."""
    if each.indicator in PATTERNS:
        return max(each.year, PATTERNS[each.indicator].from_year)
    return each.year + INDICATORS[each.indicator].lag


def chosen_draws(posterior: Posterior, count: int) -> tuple[int, ...]:
    """Return `count` draws spread evenly over the posterior, whose neighbours may be copies of each other.

    Raises:
        InputError: they are too few, or more than there are.
    """
    if count < FEWEST_DRAWS:
        problem = f"must be at least {FEWEST_DRAWS}: fewer show no band"
        raise InputError(problem, at="--draws", value=count)
    if count > posterior.draws:
        raise InputError(
            f"the posterior has {posterior.draws} draws",
            where=posterior.where,
            at="--draws",
            value=count,
            allowed=f"{FEWEST_DRAWS} to {posterior.draws}",
        )
    found = np.linspace(1, posterior.draws, count).round().astype(int)
    return tuple(int(each) for each in found)


def all_lives(posterior: Posterior, setting: Setting, draws: Sequence[int]) -> tuple[TownTask, ...]:
    """Return the towns to live: one a draw and layer, and those of the best fit."""
    base = Parameters.load(place=setting.place)
    names = [str(name) for name in posterior.table.columns if name != "effects_draw"]

    def values(draw: int) -> Values:
        numbers = posterior.parameters(draw, base)
        return tuple((name, numbers.record(name).value) for name in names)

    cells = [(draw, FIRST_SEED + draw, values(draw), posterior.effects_draw(draw)) for draw in draws]
    best = values(BEST)
    for k in range(max(2, round(CHANCE_SHARE * len(draws)))):
        cells.append((BEST, FIRST_CHANCE_SEED + k, best, 0))
    return tuple(
        TownTask(setting, numbers, layer, seed, effects, draw)
        for draw, seed, numbers, effects in cells
        for layer in LAYERS
    )


def figures(life: TownTask) -> D:
    """Return what a town says of each observation of its layer (m,), NaN where it says nothing: every figure
    at the end of the year that it is read in."""
    town = town_of(life)
    asked = [each for each in observations(life.setting) if each.layer == life.layer]
    result = np.full(len(asked), np.nan)
    for year in sorted({read_in(each) for each in asked}):
        town.run(year)
        for i, each in enumerate(asked):
            if read_in(each) == year and (value := each.of_town(town)) is not None:
                result[i] = value
    return result


def key_of(posterior: Posterior, setting: Setting) -> str:
    """Return 32 hexadecimal digits of all that can change a life: posterior, observations, data, and code."""
    here = Path(__file__).resolve().parents[1]
    asked = observations(setting)
    parts = [
        posterior.digest(),
        json.dumps([each.model_dump(mode="json", exclude={"note"}) for each in asked]),
        repr(setting),
        Parameters.load(place=setting.place).digest(),
        Place.load(setting.place).digest(),
        England.load().digest(),
        code_digest(),
        digest_of([here / "patterns.py", here / "observation.py", here / "validation/validate.py"]),
    ]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class ValidationStore:
    """Finished lives in a folder, a Parquet file a batch, all of one key."""

    folder: Path
    key: str

    def found(self, lives: Sequence[TownTask]) -> dict[tuple[int, int, str], D]:
        """Return what is kept of these lives.

        Raises:
            InputError: a file cannot be read, or is of another posterior, data or model.
        """
        asked = {life.name: _ids(life) for life in lives}
        kept: dict[tuple[int, int, str], dict[str, float]] = {}
        for path in self._files():
            for row in self._rows(path):
                name = (int(row["draw"]), int(row["seed"]), str(row["layer"]))
                if name in asked:
                    kept.setdefault(name, {})[str(row["observation"])] = float(row["value"])
        return {
            name: np.array([figures_of[each] for each in asked[name]])
            for name, figures_of in kept.items()
            if all(each in figures_of for each in asked[name])
        }

    def add(self, lived: Mapping[TownTask, D]) -> None:
        """Keep some lives in a new file, whole or not at all."""
        rows = [
            (*life.name, identity, float(value))
            for life, values in lived.items()
            for identity, value in zip(_ids(life), values, strict=True)
        ]
        names = ("draw", "seed", "layer", "observation", "value")
        table = pa.table(dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True)))
        table = table.replace_schema_metadata({_META: self.key.encode()})
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"lives-{len(self._files()) + 1}.parquet"
        aside = path.with_name(f".{path.name}.part")
        pq.write_table(table, aside, compression="zstd")
        aside.replace(path)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("lives-*.parquet")) if self.folder.is_dir() else []

    def _rows(self, path: Path) -> list[dict[str, Any]]:
        try:
            table = pq.read_table(path)
            key = (table.schema.metadata or {})[_META].decode()
            rows: list[dict[str, Any]] = table.to_pylist()
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            problem = f"holds no lives of a validation, or is damaged: {error}"
            raise InputError(problem, where=shown_path(path)) from None
        if key != self.key:
            problem = "holds lives of another posterior, data or model; give an empty or a new folder"
            raise InputError(problem, where=shown_path(path))
        return rows


def predictive(
    lives: Sequence[TownTask],
    store: ValidationStore,
    executor: Executor,
    progress: Progress | None = None,
    work: Callable[[TownTask], D] = figures,
) -> Predictive:
    """Return the lives that the store holds, and the others lived on `executor` and added to it.

    Args:
        progress: told how many lives are done of how many.

    Raises:
        InputError: the store cannot be read.
    """
    found = store.found(lives)
    lacking = [life for life in lives if life.name not in found]
    waiting: dict[TownTask, D] = {}
    try:
        for position, said in lived(executor, lacking, work):
            life = lacking[position]
            waiting[life] = found[life.name] = said
            if progress is not None:
                progress(len(found), len(lives))
            if len(waiting) >= BATCH:
                store.add(waiting)
                waiting = {}
    finally:
        if waiting:
            store.add(waiting)
    return together(lives, found)


def together(lives: Sequence[TownTask], found: Mapping[tuple[int, int, str], D]) -> Predictive:
    """Return what lives say, by draw and by chance."""
    cells = list(dict.fromkeys((life.of, life.seed) for life in lives))
    # Observations come layer by layer, as `observations` has them.
    rows = {cell: np.concatenate([found[*cell, layer] for layer in LAYERS]) for cell in cells}
    drawn = [cell for cell in cells if cell[0] != BEST]
    setting = lives[0].setting
    return Predictive(
        tuple(observations(setting)),
        tuple(draw for draw, _ in drawn),
        np.array([rows[cell] for cell in drawn]),
        np.array([rows[cell] for cell in cells if cell[0] == BEST]),
        setting.scale,
    )


def _ids(life: TownTask) -> list[str]:
    return [each.id for each in observations(life.setting) if each.layer == life.layer]
