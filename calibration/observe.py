"""What was observed of the town and of England, datum by datum: what is fitted, what is held out, how far off
the model may be.

observations = load_observations("ipswich")
observations.fit.layer("local"), observations.held_out, observations.patterns, observations.digest()
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from calibration.observation import Layer, Observation, ObservationFile, Role
from calibration.observe_checks import check, check_together
from calibration.patterns import figures
from model.inputs.place_file import is_path
from model.io import files
from model.io.errors import InputError
from model.io.toml import first_fault, load_toml

if TYPE_CHECKING:
    from model.town import Town

__all__ = ["Observation", "Observations", "folder", "load_observations"]


class Observations(Sequence[Observation]):
    """Observations in their order; parts of them are `Observations` too."""

    def __init__(self, all_of_them: Iterable[Observation]) -> None:
        self._all = tuple(all_of_them)

    @overload
    def __getitem__(self, which: int) -> Observation: ...

    @overload
    def __getitem__(self, which: slice) -> "Observations": ...

    def __getitem__(self, which: int | slice) -> "Observation | Observations":
        return Observations(self._all[which]) if isinstance(which, slice) else self._all[which]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._all)

    def _of_role(self, role: Role) -> "Observations":
        return Observations(each for each in self._all if each.role == role)

    @property
    def fit(self) -> "Observations":
        """Return those which the fit reads."""
        return self._of_role("fit")

    @property
    def held_out(self) -> "Observations":
        """Return those which no fit reads, and which the fitted model is scored on."""
        return self._of_role("held_out")

    @property
    def patterns(self) -> "Observations":
        """Return those which are never fitted and are shown."""
        return self._of_role("pattern")

    def layer(self, layer: Layer) -> "Observations":
        """Return those of a layer, "local" or "england"."""
        return Observations(each for each in self._all if each.layer == layer)

    def named(self, name: str) -> Observation:
        """Return the observation with that id. Raises KeyError."""
        for each in self._all:
            if each.id == name:
                return each
        raise KeyError(name)

    def of_town(self, town: "Town") -> NDArray[np.float64]:
        """Return the town's figure for each (n,), NaN where it has none."""
        figure = figures(town)
        found = (each.of(figure) for each in self._all)
        return np.array([np.nan if value is None else value for value in found], np.float64)

    def digest(self) -> str:
        """Return 32 hexadecimal digits of all that they say; not of their order, nor of their notes."""
        rows = sorted(json.dumps(each.model_dump(exclude={"note"}), sort_keys=True) for each in self._all)
        return hashlib.blake2b("\n".join(rows).encode(), digest_size=16).hexdigest()


def folder() -> Path:
    """Return where files of observations are looked up by name."""
    return Path(__file__).resolve().parent / "observations"


def history_of(place: str) -> str:
    """Return the scenario under which a place was lived from 2018 on, as its file of observations says.
    Raises InputError as `load_observations`."""
    return _read(file_of(place), ())[0][1].history


def file_of(place: str | Path) -> str | Path:
    """Return where the observations of a place are: under its name, or, for one that is called by the path of
    its folder, in that folder. What ends in `.toml` is the file itself."""
    own = isinstance(place, str) and is_path(place) and not place.endswith(".toml")
    return Path(place) / "observations.toml" if own else place


def load_observations(name_or_path: str | Path = files.DEFAULT_PLACE) -> Observations:
    """Return the observations of a place by name or path, or of a file whose path ends in `.toml`, with those
    of the files that it extends, in that order.

    Raises:
        InputError: a file is missing or cannot be read; an observation is none, or is at odds with the
            registry of indicators, with what may be fitted, or with another observation.
    """
    read = _read(file_of(name_or_path), ())
    return Observations(each for _, content in read for each in content.observations)


def _read(name_or_path: str | Path, above: tuple[str, ...]) -> list[tuple[str, ObservationFile]]:
    """Return the files by name as messages show them, with those that they extend."""
    path = files.resolve(name_or_path, folder(), "file of observations")
    where, raw = files.shown_path(path), load_toml(path)
    if where in above:
        raise InputError("extends itself", where=where, at="extends", value=" < ".join((*above, where)))
    try:
        content = ObservationFile.model_validate(raw)
    except ValidationError as error:
        raise first_fault(error, ObservationFile, raw, where) from None
    try:
        check(content)
    except InputError as error:
        raise error.inside(where) from None
    found = [(where, content)]
    for name in content.extends:
        found += _read(name, (*above, where))
    check_together(found)
    return found
