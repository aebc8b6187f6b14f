"""The verb `report`: what a study's finished runs say, as a page, a table and a manifest."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.report_folder import Folder
from experiments.runs.runner import Outcome
from experiments.studies.figure import picture
from experiments.studies.folder import StudyManifest, sweep_status, swept_study
from experiments.studies.page import page
from experiments.studies.summary import by_factor, summary
from model.io import files
from model.io.errors import InputError
from wolsey.verbs.making import places_asked, shown, tell
from wolsey.verbs.sweep_text import command_of

KINDS: Final = {"report": "html", "factors": "csv", "summary": "csv", "manifest": "json"}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the user asked for; None is what was not given."""

    study: str
    sweep: Path | None = None
    runs: str | None = None
    out: Path | None = None
    places: tuple[str, ...] = ()


def report_study(options: ReportOptions) -> None:
    """Write the report and says where. Raises InputError where nothing was swept, or something that the user
    gave cannot be used."""
    swept = swept_study(options.study, options.sweep, options.runs, places_asked(options.places))
    study = swept.study
    again = command_of("sweep", options.study, options.sweep, options.runs, options.places)
    if not swept.there:
        raise InputError(f"nothing has been swept here; start with {again}", where=shown(swept.path))
    numbers = ParameterDraws.of(study.place)
    plan = study.plan(numbers)
    out = options.out or files.root() / "results" / "report" / f"{study.name}-{study.key()[:SHORT]}"
    folder = Folder.opened(out, study.key(), KINDS)
    with swept.store(lock=False) as store:
        found = sweep_status(plan, store)
        if not found.finished:
            raise InputError(
                f"none of its runs is finished with this version; make them with {again}",
                where=store.shown,
            )
        outcomes = study.outcomes(store, numbers, plan)
        failed = tuple(each for key, each in store.failures().items() if key in set(plan.keys.values()))
        outcome = Outcome(found.wanted, found.finished, 0, failed)
        manifest = StudyManifest.of(study, plan, outcome, swept.kept_in(beside=False), command_line())
    tell(numbers)
    if found.finished < found.wanted:
        missing = f"{found.wanted - found.finished} of {found.wanted} runs are missing"
        print(f"wolsey: {missing}; {again} makes them", file=sys.stderr)
    table, of_factors = summary(study, outcomes), by_factor(study, outcomes)
    there = [asked.label for asked in study.asked if asked.label in set(table["outcome"])]
    pictures = {each: picture(study, outcomes, each, manifest) for each in there} if study.factors else {}
    contents = {
        "manifest": manifest.as_json(indent=2),
        "summary": table.to_csv(index=False),
        "factors": of_factors.to_csv(index=False),
        "report": page(study, found, table, of_factors, pictures, manifest),
    }
    files_of = folder.report({kind: text.encode() for kind, text in contents.items()})
    written = [Path(path) for path in files_of.values()]
    print(f"The report: {shown(written[-1])}\nBeside it: {', '.join(path.name for path in written[:-1])}")
