"""The verb `reach`: inputs checked, runs made or found, the report written and the answer printed."""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from experiments.goals.export import goal_document
from experiments.goals.files import left_out
from experiments.places.table import answers_by_place
from experiments.reach.answer import answered_each
from experiments.reach.findings import ArmAssessment, Findings
from experiments.reach.question import Question
from experiments.reach.scenarios import USUAL, usual_in
from experiments.reach.text import lines
from experiments.report.folder import ReachManifest, checked_folder, key, write
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import checked_count
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.processes import checked_workers
from experiments.runs.progress import bar
from experiments.runs.report_folder import RUNS, results_folder
from experiments.text import VALIDATED_TO, listing
from model.inputs.place import Place
from model.inputs.place_name import short_name
from model.io.errors import InputError
from wolsey.verbs.making import (
    PlacesFolder,
    message_of_all,
    message_when_stopped,
    opened,
    places_asked,
    print_json,
    shown,
)
from wolsey.verbs.run import chosen_scenario

USUAL_DRAWS: Final = 50
USUAL_SEEDS: Final = 2
SEEDS_OF_ONE: Final = 20
"""Seeds where there is one set of numbers."""
UNCALIBRATED: Final = (
    "Uncalibrated: the numbers of the model are those of its files, set by hand; what is published of the "
    "town was never fitted, and bands are of chance alone. Do not decide anything by this."
)


@dataclass(frozen=True, slots=True)
class ReachOptions:
    """What the user asked for; None is what was not given."""

    place: str
    draws: int | None = None
    seeds: int | None = None
    full: bool = False
    scenarios: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    scale: float | None = None
    until: int | None = None
    workers: int | None = None
    out: Path | None = None
    uncalibrated: bool = False
    as_json: bool = False
    others: tuple[str, ...] = ()
    """Places besides the first."""

    def each(self) -> "list[ReachOptions]":
        """Return what was asked of each place. Raises InputError for one that there is not."""
        places = places_asked((self.place, *self.others), "PLACE")
        return [replace(self, place=place, others=()) for place in places]


def reach_goals(options: ReachOptions) -> None:
    """Make the runs, writes the report and prints the answer; of several places, a report each and the table
    by place.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: runs broke off (1); those finished are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept.
    """
    if options.workers is not None:
        checked_workers(options.workers)
    each = options.each()
    questions = [asked(of) for of in each]
    several, paths = None, [options.out or usual_folder(questions[0])]
    if len(each) > 1:
        keys = {question.place: key(question) for question in questions}
        several = PlacesFolder.opened(options.out, "reach", "reach", keys)
        paths = list(several.paths.values())
        each = [replace(of, out=path) for of, path in zip(each, paths, strict=True)]
    folders = [checked_folder(path) for path in paths]
    for of, question in zip(each, questions, strict=True):
        tell_question(of, question)
    with ExitStack() as held:
        stores = [held.enter_context(opened(folder / RUNS)) for folder in folders]
        held.enter_context(message_when_stopped(stores[0]) if several is None else message_of_all(stores))
        commands = [whole_command(of) for of in each]
        found = answered_each(
            list(zip(questions, stores, commands, strict=True)),
            full=options.full,
            workers=options.workers,
            watch=partial(bar, logged=True),
        )
        answers = [
            _written(question, folder, findings)
            for question, folder, findings in zip(questions, folders, found, strict=True)
        ]
    if several is not None:
        documents = {of.place: document(*answer) for of, answer in zip(each, answers, strict=True)}
        table = answers_by_place([findings for findings, _, _ in answers])
        several.tell(table, documents if options.as_json else None)
        return
    findings, manifest, written = answers[0]
    if options.as_json:
        print_json(document(findings, manifest, written))
        return
    print("\n".join(lines(findings)))
    if not findings.full:
        print(f"\nNot computed: {listing(lacking(questions[0]))}. Run {findings.command}")
    print(f"\nThe report: {shown(written[0])}\nBeside it: {', '.join(each.name for each in written[1:])}")


def _written(
    question: Question, folder: Path, findings: Findings
) -> tuple[Findings, ReachManifest, Sequence[Path]]:
    """Write the report of an answer; returns it with its manifest and the paths."""
    manifest = ReachManifest.of(question, findings.full, command_line())
    return findings, manifest, write(folder, findings, manifest)


def usual_folder(question: Question) -> Path:
    """Return where the answer to a question is kept unless the user says another folder."""
    return results_folder("reach") / f"{short_name(question.place)}-{key(question)[:SHORT]}"


def tell_question(options: ReachOptions, question: Question) -> None:
    """Say on standard error what a reader must know before anything is run: of the numbers, of scenarios and
    goals that are another place's own."""
    if question.banner:
        print(f"wolsey: {question.banner}", file=sys.stderr)
    title = Place.load(question.place).title
    missing = [name for name in USUAL if name not in chosen_scenarios(options)]
    if missing and not options.scenarios:
        print(f"wolsey: not of {title}, and left out: the scenarios {listing(missing)}", file=sys.stderr)
    if not options.goals:
        for said in left_out(question.arms[0].scenario):
            print(f"wolsey: {said}", file=sys.stderr)


def lacking(question: Question) -> list[str]:
    """Return what the plain answer to a question leaves out."""
    later = (
        [f"what the goals after {VALIDATED_TO} would take"] if any(s.late for s in question.studies) else []
    )
    return ["what drives it", *later, "how much rests on the model's structure"]


def asked(options: ReachOptions) -> Question:
    """Return the question, checked. Raises InputError."""
    for name, count in (("--draws", options.draws), ("--seeds", options.seeds)):
        if count is not None and count < 1:
            raise InputError("must be at least 1", at=name, value=count)
    names = chosen_scenarios(options)
    scenarios = [chosen_scenario(name, options.until, options.scale, options.place) for name in names]
    numbers = numbers_of(options)
    draws = options.draws if options.draws is not None else (1 if options.uncalibrated else USUAL_DRAWS)
    if options.uncalibrated and draws > 1:
        problem = "must be 1 with --uncalibrated: without a posterior there is one set of numbers"
        raise InputError(problem, at="--draws", value=draws)
    usual = SEEDS_OF_ONE if draws == 1 else USUAL_SEEDS
    seeds = range(usual if options.seeds is None else checked_count(options.seeds, "--seeds"))
    return Question.of(
        options.place,
        scenarios,
        options.goals,
        draws=draws,
        seeds=seeds,
        numbers=numbers,
        banner=UNCALIBRATED if options.uncalibrated else None,
    )


def chosen_scenarios(options: ReachOptions) -> tuple[str, ...]:
    """Return the scenarios by name: the usual ones of the place, or those given, with the one without
    programmes first."""
    if not options.scenarios:
        return usual_in(options.place)
    return tuple(dict.fromkeys((USUAL[0], *options.scenarios)))


def numbers_of(options: ReachOptions) -> ParameterDraws:
    """Return the numbers that runs can have.

    Raises:
        InputError: no posterior ships, of this place or another, and the user did not ask to go on without.
    """
    if options.uncalibrated:
        return ParameterDraws(options.place, None)
    numbers = ParameterDraws.of(options.place)
    if numbers.posterior is None and numbers.national is None:
        raise InputError(
            f"there is no posterior of {options.place}: make one with `wolsey calibrate --place "
            f"{options.place} --ship` (half an hour), or give --uncalibrated for the numbers of its files, "
            "which were set by hand; every page says so then",
            at="PLACE",
            value=options.place,
        )
    return numbers


def whole_command(options: ReachOptions) -> str:
    """Return the command that computes all."""
    words = ["wolsey", "reach", options.place]
    for name in ("draws", "seeds", "scale", "until"):
        value = getattr(options, name)
        words += [] if value is None else [f"--{name}", f"{value:g}"]
    words += [word for name in options.scenarios for word in ("--scenario", name)]
    words += [word for name in options.goals for word in ("--goals", name)]
    words += ["--uncalibrated"] if options.uncalibrated else []
    words += [] if options.out is None else ["--out", str(options.out)]
    return " ".join([*words, "--full"])


def document(found: Findings, manifest: ReachManifest, written: Sequence[Path]) -> dict[str, Any]:
    """Return the answer as one JSON object."""
    return {
        "findings": asdict(replace(found, arms=())) | {"arms": [_arm(arm) for arm in found.arms]},
        "manifest": json.loads(manifest.as_json()),
        "written": {path.name: str(path) for path in written},
    }


def _arm(arm: ArmAssessment) -> dict[str, Any]:
    goals = {file: [goal_document(goal) for goal in of] for file, of in arm.goals.items()}
    return asdict(replace(arm, goals={})) | {"goals": goals}
