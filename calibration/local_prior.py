"""Draws of the local numbers of a place that nobody has fitted, from their prior over English districts.

The records of the place's own town.toml say how wide each number's prior is (decision 26); how they hang
together stands in `model/places/england/districts/town_shape.toml`. A draw lies about the record's value
as its prior spreads. Chance is keyed by the place, the number and the draw: one more place, number or draw
changes none of the others.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.numbers import Number, free_numbers
from model.chance.luck import Luck, decision, key_of
from model.inputs.parameters import Parameter, Parameters
from model.io.errors import InputError
from model.io.files import places, shown_path
from model.io.toml import load_toml

D = NDArray[np.float64]

SHAPE: Final = "town_shape.toml"
LOCAL: Final = decision("place.local_number")


@dataclass(frozen=True)
class Shape:
    """Shape of the prior of local numbers: `names` of those that are correlated, `factor` (n, n)
    that makes correlated normals of independent ones, `relative` spreads of numbers that differ from that
    of their record; `content` is all of it as text."""

    names: tuple[str, ...]
    factor: D
    relative: Mapping[str, float]
    content: str

    @staticmethod
    def load(path: Path | None = None) -> "Shape":
        """Return the one that ships, or that of a file. Raises InputError where it contradicts itself."""
        return _shape(places() / "england" / "districts" / SHAPE if path is None else path)


@functools.cache
def _shape(path: Path) -> Shape:
    raw, where = load_toml(path), shown_path(path)
    names: list[str] = raw["names"]
    correlation = np.array(raw["correlation"], np.float64)
    if correlation.shape != (len(names), len(names)):
        raise InputError(f"must be {len(names)} rows of as many numbers", where=where, at="correlation")
    if not np.allclose(correlation, correlation.T) or not np.allclose(np.diag(correlation), 1.0):
        raise InputError("must be symmetric, with 1 on its diagonal", where=where, at="correlation")
    try:
        factor = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        raise InputError(
            "cannot hold together: an eigenvalue is 0 or less", where=where, at="correlation"
        ) from None
    return Shape(tuple(names), factor, dict(raw["relative"]), path.read_text(encoding="utf-8"))


def digest(base: Parameters) -> str:
    """Return 32 hexadecimal digits of the prior of a place's local numbers."""
    priors = [f"{record.name} {record.prior}" for record in base if record.local]
    text = "\n".join([Shape.load().content, *priors])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def drawn(place: str, draw: int, base: Parameters) -> Parameters:
    """Return `base` with the local numbers of a draw in their place.

    Args:
        place: what the place's chance is keyed by: its code, or its name where it has none.
        draw: 1 or more. base: the model's numbers and the place's own, which are the middle of the draws.
    """
    shape = Shape.load()
    numbers = [number for number in free_numbers(base) if number.layer == "local"]
    luck, ids = Luck(key_of(f"place.{place}")), np.array([draw], np.uint32)
    # Also of numbers that the place holds fixed: those that hang together with them stay as they were.
    names = dict.fromkeys([*shape.names, *(number.name for number in numbers)])
    z = {name: float(luck.normal(LOCAL, 0, ids, key_of(name))[0]) for name in names}
    z |= dict(zip(shape.names, shape.factor @ [z[name] for name in shape.names], strict=True))
    found: dict[str, list[float]] = {}
    for number in numbers:
        record = base.record(number.record)
        values = record.value if isinstance(record.value, tuple) else (record.value,)
        moved = found.setdefault(record.name, list(values))
        for entry in number.entries or (0,):
            by = z[number.name] * shape.relative.get(number.name, 1.0)
            moved[entry] = _moved(record, values[entry], by)
    return base.changed(
        {
            name: moved if isinstance(base.record(name).value, tuple) else moved[0]
            for name, moved in found.items()
        }
    )


def _moved(record: Parameter, value: float, by: float) -> float:
    """Return a value moved by standard deviations of its prior (for other than normal ones, by percentiles),
    within the record's range."""
    alone = Number(record.name, record.name, (), record.prior, record.low, record.high, "local")
    return alone.shift_or_value(alone.z_of(value) + by)
