"""Where a study's runs and results lie, what has been swept so far, and what made it.

    swept = swept_study("reach_by_budget")
    table = swept.frame()

The folder `results/sweep/NAME-KEY` holds the store in `runs/`, and of each finished sweep its outcomes
(Parquet) with the levels of their points, a summary, a table by point and the design (CSV), and a manifest.
The newest manifest says how many draws and seeds were asked for.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import SHORT, AsJson, Manifest
from experiments.runs.report_folder import RUNS, Folder, results_folder
from experiments.runs.runner import Outcome, RunPlan
from experiments.runs.store import Failure, Store
from experiments.studies.study import Study
from model.inputs.place import Place
from model.io import files
from model.io.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = {
    "outcomes": "parquet",
    "summary": "csv",
    "points": "csv",
    "design": "csv",
    "manifest": "json",
}


@dataclass(frozen=True, slots=True)
class StudyManifest(AsJson):
    """What made the results of a study: its `key` (what is varied in which scenarios), the file's content,
    points, draws and seeds, how many different runs were finished, how many broke off, where they are kept
    (a folder, an address, or RUNS for that beside the manifest), each place's digest, each arm's key, and
    the manifest of each scenario as it is before it is varied."""

    key: str
    study: Mapping[str, Any]
    points: int
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    runs: int
    failed: int
    kept_in: str
    note: str
    places: Mapping[str, str]
    arms: Mapping[str, str]
    scenarios: Mapping[str, Manifest]

    @staticmethod
    def of(
        study: Study, plan: RunPlan, outcome: Outcome, kept_in: str, command: Sequence[str] = ()
    ) -> "StudyManifest":
        """Return the manifest of a sweep of this study, which carried out `plan`. Raises InputError."""
        numbers = plan.numbers
        draws, seeds = numbers.chosen(study.file.draws), tuple(range(study.file.seeds))
        return StudyManifest(
            key=study.key(),
            study={"name": study.name, **study.file.model_dump(mode="json", exclude_unset=True)},
            points=len(study.points),
            draws=draws,
            seeds=seeds,
            runs=outcome.found + outcome.made,
            failed=len(outcome.failed),
            kept_in=kept_in,
            note=" ".join(dict.fromkeys(each.note for each in plan.by_place.values() if each.note)),
            places={place: Place.load(place).digest() for place in study.places},
            arms=plan.arm_keys,
            scenarios={
                name: Manifest.of(scenario, seeds, command, draws, numbers)
                for name, scenario in study.scenarios.items()
            },
        )


@dataclass(frozen=True)
class Swept:
    """A study with as many draws and seeds as were swept, the folder of its results, and where its runs
    are."""

    study: Study
    path: Path
    runs: str | Path

    def store(self, lock: bool) -> Store:
        """Return the store of its runs; with `lock` to be written. Raises InputError."""
        return Store.opened(self.runs, lock)

    def folder(self) -> Folder:
        """Return the folder of its results. Raises InputError where it holds another study's."""
        return Folder.opened(self.path, self.study.key(), KINDS)

    def kept_in(self, beside: bool) -> str:
        """Return where its runs are, as a manifest says it; `beside`: one that lies in the folder of the
        sweep."""
        if beside and self.runs == self.path / RUNS:
            return RUNS
        return str(self.runs) if "://" in str(self.runs) else str(Path(self.runs).resolve())

    def frame(self) -> "pd.DataFrame":
        """Give what was asked of each finished run, with its point's levels: see `Study.outcomes`. Raises
        InputError where nothing was swept, or the runs are of another version."""
        if not self.there:
            raise InputError("nothing has been swept here", where=files.shown_path(self.path))
        with self.store(lock=False) as store:
            return self.study.outcomes(store, ParameterDraws.of(self.study.place))

    @property
    def there(self) -> bool:
        """Tell whether a sweep of it was ever begun here."""
        return "://" in str(self.runs) or Path(self.runs).is_dir()


def swept_study(
    name_or_path: str | Path,
    out: Path | None = None,
    runs: str | None = None,
    places: Sequence[str] = (),
) -> Swept:
    """Return a study, with the draws and seeds of the last sweep where those were more than its file says.

    Args:
        out: the folder of its results, in place of `results/sweep/NAME-KEY`.
        runs: a folder or an fsspec address for its runs, in place of `runs` in that folder, or of where the
            last sweep kept them.
        places: where it is run, as for `Study.load`.

    Raises:
        InputError: the study or the manifest of its last sweep cannot be read.
    """
    study = Study.load(name_or_path, places)
    path = out or results_folder("sweep") / f"{study.name}-{study.key()[:SHORT]}"
    last = last_manifest(path, study.key())
    if last is not None:
        draws = max(study.file.draws, len(last["draws"]))
        study = study.changed(draws, max(study.file.seeds, len(last["seeds"])))
    return Swept(study, path, runs or runs_of(path, last))


def runs_of(path: Path, manifest: Mapping[str, Any] | None) -> str | Path:
    """Return where the runs are that a manifest in this folder is of; the usual place where there is none."""
    kept = RUNS if manifest is None else str(manifest["kept_in"])
    if "://" in kept:
        return kept
    return Path(kept) if Path(kept).is_absolute() else path / RUNS


def last_manifest(path: Path, key: str) -> Mapping[str, Any] | None:
    """Return the newest manifest of a study with this key in a folder, None where there is none. Raises
    InputError where it cannot be read."""
    numbered = sorted(path.glob("manifest*.json"), key=lambda each: (len(each.name), each.name))
    if not numbered:
        return None
    try:
        content: Mapping[str, Any] = json.loads(numbered[-1].read_bytes())
        _ = len(content["draws"]), len(content["seeds"]), content["kept_in"] + "", content["key"] + ""
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            "is no manifest of a sweep, or is damaged", where=files.shown_path(numbered[-1])
        ) from None
    return content if content["key"] == key else None


@dataclass(frozen=True, slots=True)
class SweepStatus:
    """How a sweep stands: the different runs that it asks for, how many are finished, those that broke off
    when last tried; and what else the store holds: runs of another version of the model, its data or
    posterior, and other runs of this version (other draws, seeds or scenarios). `damaged` are files."""

    wanted: int
    finished: int
    failed: tuple[Failure, ...]
    older: int
    others: int
    damaged: tuple[str, ...]


def sweep_status(plan: RunPlan, store: Store) -> SweepStatus:
    """Return how a plan stands in a store. Raises InputError."""
    from experiments.runs.worker import maker

    wanted, kept = set(plan.keys.values()), store.keys()
    now = maker(plan.numbers)
    older = 0
    for made, keys in store.made_by():
        if any(made.get(name) != now[name] for name in ("code", "posterior")):
            older += len(set(keys) - wanted)
    failures = store.failures()
    return SweepStatus(
        len(wanted),
        len(wanted & kept),
        tuple(failures[key] for key in failures if key in wanted),
        older,
        len(kept - wanted) - older,
        store.damaged,
    )
