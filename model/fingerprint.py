"""Which model this is: a digest of its source, and a probe of what it does.

Two versions of the source that differ in a comment are one model; the probe, a small town lived to 2019,
tells them from a version that does something else.
"""

import functools
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np

from model.inputs.parameters import Parameters
from model.io import files
from model.scenario.scenario import Scenario

PROBE_SCALE: Final = 0.05
PROBE_UNTIL: Final = 2019
PROBE_SEED: Final = 1805
DIGITS: Final = 4
"""Significant digits of the probe's figures: more than any change of the model leaves alone, fewer than
processors differ in."""


@functools.cache
def code_digest() -> str:
    """Return 32 hexadecimal digits of the model's source files, the registry of indicators among them; taken
    once a process."""
    return digest_of([*files.MODEL.rglob("*.py"), *files.MODEL.glob("*.toml")], files.MODEL)


def digest_of(paths: Iterable[Path], folder: Path | None = None) -> str:
    """Return 32 hexadecimal digits of the names (under `folder`) and contents of files, in the order of their
    names."""
    hashed = hashlib.blake2b(digest_size=16)
    named = {path.relative_to(folder).as_posix() if folder else path.name: path for path in paths}
    for name in sorted(named):
        for part in (name.encode(), named[name].read_bytes()):
            hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()


def probe(scenario: str, parameters: Parameters, place: str | None = None) -> str:
    """Return 32 hexadecimal digits of the figures of a small town under a scenario of `scenarios/`, with
    these numbers; `place` as for `Scenario.load`."""
    # A command that lives no town does not wait for what a town needs.
    from model.town import Town

    small = Scenario.load(scenario, place).changed(scale=PROBE_SCALE, until=PROBE_UNTIL)
    record = Town(small, PROBE_SEED, parameters=parameters).run().recorded
    figures = [
        [indicator, group, *(_rounded(value) for value in record.values[:, column])]
        for column, (indicator, group) in enumerate(record.keys)
    ]
    return hashlib.blake2b(json.dumps(figures).encode(), digest_size=16).hexdigest()


def _rounded(value: np.floating) -> str:
    return "" if np.isnan(value) else f"{float(value):.{DIGITS}g}"
