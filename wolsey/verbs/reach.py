"""The verb `reach`: inputs checked, runs made or found, the report written and the answer printed."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from experiments.goals.export import goal_document
from experiments.reach.answer import answered
from experiments.reach.findings import ArmAssessment, Findings
from experiments.reach.question import Question, check_place
from experiments.reach.scenarios import USUAL
from experiments.reach.text import lines
from experiments.report.folder import ReachManifest, checked_folder, key, write
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import checked_count
from experiments.runs.manifest import SHORT, command_line
from experiments.runs.processes import checked_workers
from experiments.runs.progress import bar
from experiments.runs.report_folder import RUNS, results_folder
from experiments.text import VALIDATED_TO, listing
from model.io import files
from model.io.errors import InputError, unknown
from wolsey.verbs.making import opened, print_json, shown, told_when_stopped
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


def reach_goals(options: ReachOptions) -> None:
    """Make the runs, writes the report and prints the answer.

    Raises:
        InputError: something that the user gave cannot be used; nothing is written then.
        SystemExit: runs broke off (1); those finished are kept.
        KeyboardInterrupt: the user stopped it; the finished runs are kept.
    """
    if options.workers is not None:
        checked_workers(options.workers)
    question = asked(options)
    path = options.out or results_folder("reach") / f"{options.place}-{key(question)[:SHORT]}"
    folder = checked_folder(path)
    if question.banner:
        print(f"wolsey: {question.banner}", file=sys.stderr)
    with opened(folder / RUNS) as store, told_when_stopped(store):
        found = answered(
            question,
            store,
            full=options.full,
            workers=options.workers,
            watch=partial(bar, logged=True),
            command=whole_command(options),
        )
    manifest = ReachManifest.of(question, found.full, command_line())
    written = write(folder, found, manifest)
    if options.as_json:
        print_json(document(found, manifest, written))
        return
    print("\n".join(lines(found)))
    if not found.full:
        print(f"\nNot computed: {listing(lacking(question))}. Run {found.command}")
    print(f"\nThe report: {shown(written[0])}\nBeside it: {', '.join(each.name for each in written[1:])}")


def lacking(question: Question) -> list[str]:
    """Return what the plain answer to a question leaves out."""
    later = (
        [f"what the goals after {VALIDATED_TO} would take"] if any(s.late for s in question.studies) else []
    )
    return ["what drives it", *later, "how much rests on the model's structure"]


def asked(options: ReachOptions) -> Question:
    """Return the question, checked. Raises InputError."""
    if options.place not in files.place_names():
        raise unknown("a place", options.place, files.place_names(), at="PLACE", value=options.place)
    for name, count in (("--draws", options.draws), ("--seeds", options.seeds)):
        if count is not None and count < 1:
            raise InputError("must be at least 1", at=name, value=count)
    scenarios = [chosen_scenario(name, options.until, options.scale) for name in chosen_scenarios(options)]
    check_place(options.place, scenarios)
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
    """Return the scenarios by name: the usual ones, or those given, with the one without programmes first."""
    if not options.scenarios:
        return USUAL
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
