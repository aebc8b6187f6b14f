"""The verb `sensitivity`: a finished sweep read, what drives its outcomes told, drawn and written."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.discovery.cases import no_outcome
from experiments.plotting.style import maker
from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.report_folder import Folder, results_folder
from experiments.runs.runner import Outcome
from experiments.sensitivity.analyse import Sensitivity, Space, analyse
from experiments.sensitivity.export import document, tables
from experiments.sensitivity.figures import pictures
from experiments.sensitivity.page import About
from experiments.sensitivity.text import Titles, plain
from experiments.studies.folder import StudyManifest, Swept, sweep_status, swept_study
from experiments.studies.study import Study
from experiments.text import notes_on
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from wolsey.verbs.making import places_asked, print_json, shown, tell, tell_written
from wolsey.verbs.sweep_text import command_of

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = {
    "indices": "parquet",
    "settling": "parquet",
    "table": "csv",
    "responses": "csv",
    "bars": "png",
    "scatter": "png",
    "heat": "png",
    "lines": "png",
    "manifest": "json",
}
"""What a folder of sensitivities holds."""


@dataclass(frozen=True, slots=True)
class SensitivityOptions:
    """What the user asked for; None is what was not given. `sweep` and `runs` are what `wolsey sweep` was
    given as --out and --runs."""

    study: str
    outcomes: tuple[str, ...] = ()
    levels: bool = False
    sweep: Path | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class StudyRuns:
    """What a sweep has finished: the study, what was asked of each run, with which draws and seeds, what made
    it, and what is missing, in a sentence (empty where nothing is)."""

    study: Study
    outcomes: "pd.DataFrame"
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    manifest: StudyManifest
    missing: str


def tell_sensitivity(options: SensitivityOptions) -> None:
    """Read a sweep's runs, finds what drives the outcomes, writes tables and pictures, and prints.

    Raises:
        InputError: something that the user gave cannot be used, or there is no finished run.
    """
    swept = swept_study(options.study, options.sweep, options.runs, places_asked(options.places))
    space = Space.of(swept.study.factors, swept.study.design)
    check_outcomes(swept.study, options.outcomes)
    path = options.out or results_folder("sensitivity") / f"{swept.study.name}-{swept.study.key()[:SHORT]}"
    runs = finished(swept, options)
    folder = Folder.opened(path, runs.study.key(), KINDS, keeps_runs=False)
    if runs.missing:
        print(f"wolsey: {runs.missing}", file=sys.stderr)
    asked = options.outcomes or tuple(each.label for each in runs.study.asked)
    of_asked = runs.outcomes[runs.outcomes["outcome"].isin(asked)]
    found = in_order(analyse(space, of_asked, runs.draws, runs.seeds), runs.study)
    told = chosen(found, options.levels)
    titles = Titles(runs.study.against or "")
    written = report(folder, found, told, About(runs.study.title, titles, runs.manifest, foot(runs)), runs)
    if options.as_json:
        print_json(document(found, facts(runs), written))
        return
    print("\n".join([*heading(runs), ""]))
    print(plain(told, titles))
    tell_written(folder, written)


def check_outcomes(study: Study, asked: Sequence[str]) -> None:
    """Raise InputError where one of these is asked of no run of the study."""
    known = [each.label for each in study.asked]
    for label in asked:
        if label not in known:
            raise no_outcome(study, label)


def finished(swept: Swept, options: SensitivityOptions) -> StudyRuns:
    """Return what a sweep has finished. Raises InputError where it has not finished one run."""
    study = swept.study
    again = command_of("sweep", options.study, options.sweep, options.runs, options.places)
    if not swept.there:
        problem = f"no run of the study '{study.name}' is there; make them with {again}"
        raise InputError(problem, where=shown(swept.path))
    numbers = ParameterDraws.of(study.place)
    tell(numbers)
    plan = study.plan(numbers)
    with swept.store(lock=False) as store:
        state = sweep_status(plan, store)
        if not state.finished:
            older = f"; {state.older} are of another version of the model" if state.older else ""
            problem = f"none of the {state.wanted} runs of '{study.name}' is finished{older}; run {again}"
            raise InputError(problem, where=shown(swept.path))
        outcomes = study.outcomes(store, numbers, plan)
        wanted = frozenset(plan.keys.values())
        broken = tuple(each for key, each in store.failures().items() if key in wanted)
        outcome = Outcome(state.wanted, state.finished, 0, broken)
        manifest = StudyManifest.of(study, plan, outcome, swept.kept_in(beside=False), command_line())
    missing = state.wanted - state.finished
    said = f"{missing} of {state.wanted} runs {'is' if missing == 1 else 'are'} missing; run {again}"
    if broken:
        said += f" ({len(broken)} broke off; the first: {broken[0]})"
    said = said if missing else ""
    return StudyRuns(study, outcomes, manifest.draws, manifest.seeds, manifest, said)


def chosen(found: Sequence[Sensitivity], levels: bool) -> list[Sensitivity]:
    """Return what is told: differences where there are any, or levels, of each scenario."""
    measured = {each.response.scenario for each in found if each.response.measure == "difference"}

    def wanted(each: Sensitivity) -> bool:
        usual = "difference" if each.response.scenario in measured and not levels else "level"
        return each.response.measure == usual

    return [each for each in found if wanted(each)]


def in_order(found: Sequence[Sensitivity], study: Study) -> list[Sensitivity]:
    """Return the same by outcome, then by scenario, as the study's file names them."""
    outcomes, scenarios = [each.label for each in study.asked], list(study.scenarios)
    return sorted(
        found,
        key=lambda each: (outcomes.index(each.response.outcome), scenarios.index(each.response.scenario)),
    )


def heading(runs: StudyRuns) -> list[str]:
    """Return what stands above the tables: the study, its design and runs, and what a reader must know."""
    study, design = runs.study, runs.study.design
    lines = [
        study.title,
        *([study.file.question] if study.file.question else []),
        f"{design.kind.replace('_', ' ').capitalize()} design, {len(study.points)} points of "
        f"{len(study.factors)} factors, each in {each_point(runs)}, to {_first(study).until}.",
    ]
    lines += [runs.missing] if runs.missing else []
    return [*lines, *notes_on(_first(study), runs.manifest.note)]


def _first(study: Study) -> Scenario:
    """Return one of its scenarios, which are alike in place, size and last year."""
    return next(iter(study.scenarios.values()))


def foot(runs: StudyRuns) -> str:
    """Return what stands below each picture."""
    manifest, study = runs.manifest, runs.study
    made = next(iter(manifest.scenarios.values()))
    words = [
        f"Source: {maker(made)}; study {study.name}, key {manifest.key[:SHORT]}, {each_point(runs)}, "
        f"{made.made[:10]}.",
        *([f"{runs.missing}."] if runs.missing else []),
        *notes_on(_first(study), manifest.note),
        "Everybody in the model is synthetic.",
    ]
    return " ".join(words)


def each_point(runs: StudyRuns) -> str:
    """Say how often each point was run: `20 draws × 2 seeds`."""
    draws, seeds = len(runs.draws), len(runs.seeds)
    return f"{draws} draw{'s' if draws > 1 else ''} × {seeds} seed{'s' if seeds > 1 else ''}"


def facts(runs: StudyRuns) -> dict[str, object]:
    """Return what a JSON document says besides the indices."""
    study = runs.study
    return {
        "study": study.name,
        "title": study.title,
        "design": study.design.model_dump(),
        "factors": [factor.model_dump() for factor in study.factors],
        "against": study.against,
        "reduced_town": _first(study).scale < 1,
        "draws": list(runs.draws),
        "seeds": list(runs.seeds),
        "missing": runs.missing,
        "manifest": asdict(runs.manifest),
    }


def report(
    folder: Folder,
    found: Sequence[Sensitivity],
    told: Sequence[Sensitivity],
    about: About,
    runs: StudyRuns,
) -> Mapping[str, str]:
    """Write the tables of all that was found and pictures of what is told under the next free number; returns
    their paths by kind."""
    manifest = runs.manifest.as_json(indent=2).encode()
    contents = {"manifest": manifest, **tables(found, runs.manifest), **pictures(told, about)}
    return folder.report(contents)
