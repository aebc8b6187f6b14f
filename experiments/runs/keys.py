"""Keys of runs: digests of everything that can change a result, so that equal keys mean equal results."""

import hashlib
from functools import cache

from experiments.runs.draws import ParameterDraws, RunId
from model.fingerprint import code_digest, digest_of
from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io import files
from model.scenario.scenario import Scenario

_MAKERS = (
    "experiments/runs/worker.py",
    "experiments/runs/draws.py",
    "experiments/runs/ensemble.py",
    "calibration/local_prior.py",
)
"""What above the model can change a run."""


def key_of(*parts: str) -> str:
    """Return 32 hexadecimal digits of some texts in this order."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def numbers_of(scenario: Scenario) -> Parameters:
    """Return the numbers of the files that a scenario starts from: the model's, the place's and its own
    overrides. Raises InputError."""
    return Parameters.load(place=scenario.place).changed(scenario.parameters)


def data_key(place: str, numbers: ParameterDraws) -> str:
    """Return what the keys of all scenarios of a place have in common: posterior, data, and code. Raises
    InputError."""
    data = Place.load(place).digest(), England.load().digest()
    return key_of(numbers.digest, *data, code_digest(), makers())


def scenario_key(scenario: Scenario, numbers: ParameterDraws | None = None, data: str | None = None) -> str:
    """Return 32 hexadecimal digits of all that can change a run of `scenario` but its draw and its seed.

    Args:
        numbers: those of the place where not given.
        data: the `data_key` of its place and these numbers, where it is known already.

    Raises:
        InputError: the place or its numbers cannot be read.
    """
    if data is None:
        data = data_key(scenario.place, ParameterDraws.of(scenario.place) if numbers is None else numbers)
    return key_of(scenario.key(), numbers_of(scenario).digest(), data)


def run_key(scenario: str, cell: RunId, effects: int | None = None) -> str:
    """Return the key of one run of the scenario with the key `scenario`; `effects` is the draw of the
    programmes' effects where that is not the one that belongs to the cell."""
    of = () if effects is None else (f"effects {effects}",)
    return key_of(scenario, f"draw {cell.draw}", f"seed {cell.seed}", *of)


@cache
def makers() -> str:
    """Return 32 hexadecimal digits of what above the model makes a run."""
    return digest_of([files.root() / name for name in _MAKERS])
