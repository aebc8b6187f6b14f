"""Makes again what a manifest describes, and says whether it is the same to the last bit.

described = read(Path("results/sweep/reach_by_budget-1234/manifest.json"))
found = check(described, some(described, 10))
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.runs.draws import NONE, ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import RunResult
from experiments.runs.keys import key_of
from experiments.runs.manifest import Manifest
from experiments.runs.paired import Arms, checked_effects
from experiments.runs.processes import Progress
from experiments.runs.report_folder import RUNS
from experiments.runs.runner import RunJob, RunPlan, carry_out, jobs_of
from experiments.runs.store import Store
from experiments.studies import study_file
from experiments.studies.folder import runs_of
from experiments.studies.study import Study
from model.inputs.place import Place
from model.io.errors import InputError
from model.io.files import shown_path
from model.scenario.scenario import Scenario

NEAR: Final = 1e-6
"""Relative difference of figures that another processor may make."""
MATTERS: Final = {
    "code": "the model's code",
    "posterior": "the posterior",
    "parameters_digest": "the numbers of the files",
    "place_digest": "the place's data",
    "england_digest": "England's data",
    "scenario_digest": "a programme card or the goals of the scenario",
    "libraries": "libraries",
    "python": "Python",
}
"""What can change a result, and what it is called."""

_OLDER: Final = "was made by an older version of wolsey, whose run files this one does not read"

type Lives = Mapping[RunJob, RunResult]
type Make = Callable[[Sequence[RunJob], int | None, Progress | None], Lives]


@dataclass(frozen=True, eq=False)
class Described:
    """What a manifest describes: its `kind` (run, compare, reach or sweep), the runs, how those are found
    that were kept, and how they are made again; `then` and `now` are the manifests of its first scenario."""

    kind: str
    runs: tuple[RunJob, ...]
    kept: Callable[[Sequence[RunJob]], Lives]
    make: Make
    then: Mapping[str, Any]
    now: Mapping[str, Any]

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """Return what is not as it was of all that can change a result, by name: then and now."""
        pairs = {words: (self.then.get(name), self.now[name]) for name, words in MATTERS.items()}
        return {words: (_short(a), _short(b)) for words, (a, b) in pairs.items() if a != b}

    @property
    def processors(self) -> tuple[str, str] | None:
        """Return the processor then and now, where they differ."""
        then, now = str(self.then.get("cpu")), str(self.now["cpu"])
        return None if then == now else (then, now)


@dataclass(frozen=True, slots=True)
class RunDifference:
    """How a run differs: how many of its figures do, and the largest relative difference (infinite where
    other figures or people are recorded)."""

    run: RunJob
    figures: int
    largest: float

    @property
    def near(self) -> bool:
        """Tell whether another processor may explain it."""
        return self.largest <= NEAR


@dataclass(frozen=True)
class Reproduced:
    """What came of making runs again: how many are the same to the last bit, and those that are not."""

    same: int
    different: tuple[RunDifference, ...]


def read(path: Path) -> Described:
    """Return what a manifest describes, beside which its runs are kept. Raises InputError where it is no
    manifest of runs, or these cannot be made again."""
    where = shown_path(path)
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from None
    except ValueError:
        raise InputError("is no manifest: it is not JSON", where=where) from None
    if isinstance(content, dict) and "places" in content and "study" not in content:
        folders = ", ".join(str(each["folder"]) for each in content["places"].values())
        problem = "is of several places; give the manifest in the folder of one of them"
        raise InputError(problem, where=where, allowed=folders)
    kinds = {"study": _sweep, "effects_draw": _compare, "full": _reach, "scenario_digest": _run}
    kind = next((name for name in kinds if isinstance(content, dict) and name in content), None)
    if kind is None:
        raise InputError("is no manifest of a run, a comparison, an answer or a sweep", where=where)
    try:
        return kinds[kind](content, path.parent)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise InputError(f"is no manifest of this version, or is damaged ({told})", where=where) from None
    except InputError as error:
        raise error.inside(where) from None


def some(described: Described, count: int | None) -> tuple[RunJob, ...]:
    """Choose so many of its runs, spread evenly over all; all for None."""
    runs = described.runs
    if count is None or count >= len(runs):
        return runs
    return tuple(runs[int(at)] for at in np.linspace(0, len(runs) - 1, count).round())


def check(
    described: Described, runs: Sequence[RunJob], workers: int | None = None, progress: Progress | None = None
) -> Reproduced:
    """Make runs again and compares them with those that were kept.

    Raises:
        InputError: none of them was kept, or they cannot be made.
        BrokenOffError: one broke off.
    """
    kept = described.kept(runs)
    there = [run for run in runs if run in kept]
    if not there:
        raise InputError("none of its runs is kept beside it, so there is nothing to compare with")
    made = described.make(there, workers, progress)
    different = [found for run in there if (found := _difference(run, kept[run], made[run])) is not None]
    return Reproduced(len(there) - len(different), tuple(different))


def _difference(run: RunJob, then: RunResult, now: RunResult) -> RunDifference | None:
    if (then.keys, then.years, then.cell) != (now.keys, now.years, now.cell):
        return RunDifference(run, then.values.size, float("inf"))
    counted = [(then.counts, now.counts), (then.latent, now.latent)]
    if then.paths is not None and now.paths is not None:
        counted.append((then.paths, now.paths))
    people = sum(int(np.count_nonzero(a != b)) for a, b in counted)
    a, b = then.values, now.values
    apart = (a != b) & ~(np.isnan(a) & np.isnan(b))
    figures = int(np.count_nonzero(apart)) + people
    if not figures:
        return None
    if people or np.isnan(a[apart]).any() or np.isnan(b[apart]).any():
        return RunDifference(run, figures, float("inf"))
    wide = a[apart].astype(np.float64), b[apart].astype(np.float64)
    scale = np.maximum(np.maximum(np.abs(wide[0]), np.abs(wide[1])), 1e-300)
    return RunDifference(run, figures, float((np.abs(wide[0] - wide[1]) / scale).max()))


def _scenario(content: Mapping[str, Any]) -> Scenario:
    known = {key: _held(value) for key, value in content.items() if key not in ("name", "digest", "placed")}
    # One that was no place's own still is none: a study may vary where it is lived.
    place = None if content.get("placed", True) else known.pop("place")
    return Scenario.of(known, name=str(content.get("name", "")), place=place)


def _held(value: Any) -> Any:
    """Return a value as a scenario holds it: JSON's lists were tuples, of which, unlike in a file, an empty
    one says nothing."""
    if isinstance(value, Mapping):
        return {key: _held(each) for key, each in value.items()}
    return tuple(_held(each) for each in value) if isinstance(value, list) else value


def _run(content: Mapping[str, Any], folder: Path) -> Described:
    scenario = _scenario(content["scenario"])
    jobs = jobs_of([scenario.name], _cells(content))
    plan = RunPlan({scenario.name: scenario}, jobs, _numbers(scenario, content))
    return _described("run", plan, content, content, {scenario.name: content["key"]}, folder / RUNS)


def _compare(content: Mapping[str, Any], folder: Path) -> Described:
    a, b = (_scenario(content[arm]["scenario"]) for arm in ("a", "b"))
    arms = Arms(a, b, checked_effects(content["effects"]), _numbers(a, content["a"]))
    keys = {str(way): content["a" if way.of_a else "b"]["key"] for way in arms.ways}
    return _described("compare", arms.plan(_cells(content)), content, content["b"], keys, folder / RUNS)


def _sweep(content: Mapping[str, Any], folder: Path) -> Described:
    file = study_file.of({key: value for key, value in content["study"].items() if key != "name"})
    scenarios = {name: _scenario(each["scenario"]) for name, each in content["scenarios"].items()}
    arms = Study(content["study"]["name"], file, scenarios).arms()
    first = next(iter(content["scenarios"].values()))
    numbers = {}
    for arm in arms.values():
        if arm.place not in numbers:
            numbers[arm.place] = _numbers(arm, first)
    own, *others = numbers.values()
    plan = RunPlan(arms, jobs_of(arms, _cells(content)), own, tuple(others))
    found = _described("sweep", plan, content, first, content["arms"], runs_of(folder, content))
    data = {place: Place.load(place).digest() for place in content.get("places", {})}
    if len(data) < 2:
        return found
    # Of several places the data of all count.
    then, now = (key_of(*each.values()) for each in (content["places"], data))
    return replace(found, then={**found.then, "place_digest": then}, now={**found.now, "place_digest": now})


def _reach(content: Mapping[str, Any], folder: Path) -> Described:
    arms = {name: _scenario(each) for name, each in content["scenarios"].items()}
    first = next(iter(arms.values()))
    plan = RunPlan(arms, jobs_of(arms, _cells(content)), _numbers(first, content))
    then = {**content, "scenario_digest": next(iter(content["scenarios"].values()))["digest"]}
    return _described("reach", plan, content, then, content.get("arms"), folder.parent / RUNS)


def _cells(content: Mapping[str, Any]) -> tuple[RunId, ...]:
    return run_ids_of(content["draws"], content["seeds"])


def _numbers(scenario: Scenario, then: Mapping[str, Any]) -> ParameterDraws:
    return (
        ParameterDraws(scenario.place, None)
        if then["posterior"] == NONE
        else ParameterDraws.of(scenario.place)
    )


def _described(
    kind: str,
    plan: RunPlan,
    content: Mapping[str, Any],
    then: Mapping[str, Any],
    keys: Mapping[str, str] | None,
    place: Path | str,
) -> Described:
    """Return what a manifest describes: the runs of `plan`, whose arms had these keys then, in the store at
    `place`; `then` is the manifest of its first scenario."""
    command = str(then["command"])
    if keys is None or (isinstance(place, Path) and not place.is_dir()):
        raise InputError(f"{_OLDER}, or its runs are gone; its command makes them anew: {command}")

    def kept(asked: Sequence[RunJob]) -> Lives:
        of = {job: plan.key_with(job, keys[job.arm]) for job in asked}
        with Store.opened(place, lock=False) as store:
            lives = store.lives(set(of.values()))
        if not lives and store.older:
            raise InputError(f"{_OLDER}; its command makes them anew: {command}", where=store.shown)
        return {job: lives[key] for job, key in of.items() if key in lives}

    def make(asked: Sequence[RunJob], workers: int | None, progress: Progress | None) -> Lives:
        part = RunPlan(plan.arms, tuple(asked), plan.numbers, plan.others)
        with Store.in_memory() as store:
            carry_out(part, store, workers=workers, progress=progress, persist=False)
            lives = store.lives(list(part.keys.values()))
        return {job: lives[key] for job, key in part.keys.items()}

    first = _scenario(then["scenario"]) if "scenario" in then else next(iter(plan.arms.values()))
    now = Manifest.of(first, content["seeds"], (), content["draws"], plan.numbers)
    return Described(kind, plan.jobs, kept, make, then, asdict(now))


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {version}" for name, version in value.items())
    text = str(value)
    return text[:12] if len(text) == 32 else text
