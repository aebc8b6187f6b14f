"""What made a result: versions, code, inputs, draws, seeds, command, machine. Every table and picture carries
it."""

import functools
import json
import os
import platform
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol, cast

from experiments.runs.draws import BEST, ParameterDraws
from experiments.runs.keys import numbers_of, scenario_key
from model.fingerprint import code_digest, digest_of
from model.inputs.england import England
from model.inputs.place import Place
from model.io import files
from model.scenario.scenario import Scenario

LIBRARIES: Final = ("mesa", "numpy", "numba", "scipy", "pandas", "pyarrow", "matplotlib")
SHORT: Final = 12
"""Digits of a key that a folder's name and a picture's footer show."""


class Made(Protocol):
    """What every manifest can do."""

    def as_json(self, indent: int | None = None) -> str:
        """Return the manifest as a JSON object with the result's key, on one line unless an indent is
        given."""


class AsJson:
    """A dataclass that is a manifest."""

    __slots__ = ()

    def as_json(self, indent: int | None = None) -> str:
        """Return the manifest as a JSON object, on one line unless an indent is given."""
        return json.dumps(asdict(cast(Any, self)), ensure_ascii=False, indent=indent)


@dataclass(frozen=True, slots=True)
class Manifest(AsJson):
    """What made a result. `key` names the result's inputs, whatever the draws and seeds: results of the same
    key, draw and seed are equal. `scenario` says beside its content whether it is its place's own (`placed`).
    `posterior` is the digest of what the draws are of, "none" where the place
    has none, `note` what a reader must know about the numbers, `warnings` about the place's figures. `commit`
    is None outside a clone, `dirty` says whether the clone held changes that are not in it."""

    key: str
    made: str
    wolsey: str
    python: str
    libraries: Mapping[str, str]
    commit: str | None
    dirty: bool | None
    code: str
    scenario: Mapping[str, Any]
    scenario_digest: str
    place: str
    place_digest: str
    england_digest: str
    parameters_digest: str
    posterior: str
    goals: Mapping[str, str]
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    note: str
    warnings: tuple[str, ...]
    command: str
    cpu: str
    system: str

    @staticmethod
    def of(
        scenario: Scenario,
        seeds: Sequence[int],
        command: Sequence[str] = (),
        draws: Sequence[int] = (BEST,),
        numbers: ParameterDraws | None = None,
    ) -> "Manifest":
        """Return the manifest of runs of `scenario` with these seeds in each of these draws; `command` is
        what the user typed, program first; `numbers` are those of the place where not given.

        Raises:
            InputError: the place, its numbers or a goal file cannot be read.
        """
        numbers = ParameterDraws.of(scenario.place) if numbers is None else numbers
        commit, dirty = clone_state(files.root())
        return Manifest(
            key=scenario_key(scenario, numbers),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            wolsey=version(),
            python=platform.python_version(),
            libraries={name: metadata.version(name) for name in LIBRARIES},
            commit=commit,
            dirty=dirty,
            code=code_digest(),
            scenario={"name": scenario.name, "placed": scenario.placed, **scenario.model_dump(mode="json")},
            scenario_digest=scenario.key(),
            place=scenario.place,
            place_digest=Place.load(scenario.place).digest(),
            england_digest=England.load().digest(),
            parameters_digest=numbers_of(scenario).digest(),
            posterior=numbers.digest,
            goals={name: digest_of([files.goal_files() / f"{name}.toml"]) for name in scenario.goals},
            draws=tuple(draws),
            seeds=tuple(seeds),
            note=numbers.note,
            warnings=Place.load(scenario.place).warnings,
            command=shlex.join(command),
            cpu=cpu_model(),
            system=platform.platform(),
        )


@dataclass(frozen=True, slots=True)
class PairManifest(AsJson):
    """What made a comparison: `key` names its inputs, whatever the draws and seeds; `effects` are "drawn" or
    "means", `effects_draw` says which draw of the cards a run has, `discount` is the yearly rate; `draws` and
    `seeds` are those of the pairs, `note` is what a reader must know about the numbers; `a` and `b` are the
    manifests of the two arms."""

    key: str
    effects: str
    effects_draw: str
    discount: float
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    note: str
    a: Manifest
    b: Manifest


@dataclass(frozen=True, slots=True)
class AskedManifest(AsJson):
    """What made the answer to a question that is asked of runs: `key` names the inputs of the runs, `asked`
    is all that was asked of them (what JSON has a word for), `runs` is the manifest of the runs."""

    key: str
    asked: Mapping[str, Any]
    runs: Manifest


def version() -> str:
    """Return the wolsey's version, as the clone says it: what an editable install remembers may be older."""
    project = tomllib.loads((files.root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared: str = project["version"]
    return declared


def clone_state(root: Path) -> tuple[str | None, bool | None]:
    """Return the commit of the clone whose root this is, and whether files differ from it; None for what is
    not known: no git, no clone, or a folder inside another project's clone."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        return None, None
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain")
    return commit, None if changes is None else bool(changes)


def _git(root: Path, *arguments: str) -> str | None:
    # Reading must not lock the index of a clone in which somebody works.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


@functools.cache
def cpu_model() -> str:
    """Return the processor's name, or its architecture where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.processor() or platform.machine()


def command_line() -> list[str]:
    """Return what the user typed: program and arguments."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]
