"""Are the goals of a town within reach? The runs that it takes, and what is found in them.

    question = Question.of("ipswich", [Scenario.load(name) for name in USUAL], draws=50, seeds=range(2))
    with Store.opened("results/mine") as store:
        make(question, store)
        found = findings(question, store)

Runs that a store holds are not made again, and the same question gives the same findings to the last bit.
What only `make(..., full=True)` computes is in the findings when its runs are there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import numpy as np

from calibration.validation import shipped as validated
from experiments.goals.assessment import likely_of, rungs_of
from experiments.goals.runs import Runs
from experiments.goals.words import interval_note
from experiments.reach import required_factor as reach_ladder
from experiments.reach import series_costs_gains as reach_show
from experiments.reach.findings import ArmAssessment, Findings
from experiments.reach.goals import goals_of
from experiments.reach.limitations import CANNOT, assumptions, scores
from experiments.reach.question import Question
from experiments.reach.reader import ROUNDS, ReachReader
from experiments.reach.scenarios import Arm
from experiments.reach.stages import Stage, joined
from experiments.reach.text import answer
from experiments.runs.processes import Progress
from experiments.runs.runner import carry_out_all
from experiments.runs.store import BrokenOffError, Store
from experiments.text import notes_on
from model.goals.goal_files import GoalFile
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError

BEST_OF: Final = 90.0
"""The percentile, towards the aim, of joint draws that is a ceiling too."""

type Watch = Callable[[str], AbstractContextManager[Progress | None]]
"""Gives, for what is being made in words, whom to tell how far it is."""


def make(
    question: Question,
    store: Store,
    *,
    full: bool = False,
    workers: int | None = None,
    watch: Watch = lambda _: nullcontext(),
) -> None:
    """Make the runs that the store lacks: of the scenarios and of the first study's ladder; with `full` those
    of all studies, and of the halving of each factor's bracket.

    Raises:
        BrokenOffError: runs broke off. The errors of `runner.carry_out`.
    """
    _make([ReachReader(question, store)], full, workers, watch)


def answered(
    question: Question,
    store: Store,
    *,
    full: bool = False,
    workers: int | None = None,
    watch: Watch = lambda _: nullcontext(),
    command: str = "",
) -> Findings:
    """Return what is missing made, and what was found: as :func:`make` and :func:`findings`, with what the
    one reads used by the other. Raises as both."""
    (found,) = answered_each([(question, store, command)], full=full, workers=workers, watch=watch)
    return found


def answered_each(
    asked: Sequence[tuple[Question, Store, str]],
    *,
    full: bool = False,
    workers: int | None = None,
    watch: Watch = lambda _: nullcontext(),
) -> Iterator[Findings]:
    """Yield the findings of several questions, each of another place, with its store and the command that
    computes the parts that are lacking; their runs are made on one pool of processes. Raises as both."""
    readers = [ReachReader(question, store) for question, store, _ in asked]
    _make(readers, full, workers, watch)
    for _, _, command in asked:
        # No more than the runs of one place are in memory.
        yield _findings(readers.pop(0), command)


def _make(readers: Sequence[ReachReader], full: bool, workers: int | None, watch: Watch) -> None:
    """Make the runs of each question, stage by stage: what all of them want next on one pool."""
    wanted = [(reader, _stages(reader, full)) for reader in readers]
    while wanted:
        now = [(reader, each) for reader, stages in wanted if (each := next(stages, None)) is not None]
        if not now:
            return
        orders = [(stage.plan(reader.question.numbers), reader.store) for reader, (stage, _) in now]
        with watch(now[0][1][1]) as progress:
            outcomes = carry_out_all(orders, workers=workers, progress=progress)
        failed = [each for outcome in outcomes for each in outcome.failed]
        if failed:
            raise BrokenOffError(failed)


def _stages(reader: ReachReader, full: bool) -> Iterator[tuple[Stage, str]]:
    """Yield what is to be made one after the other, and of what it is; later ones read what came before."""
    question = reader.question
    first = [question.main]
    for study in question.studies:
        if not study.late:
            first += [question.ladder(study), question.at_means(study)]
    yield joined(first), "scenarios"
    if not full:
        return
    for study in question.studies:
        stages = [question.ladder(study), question.at_means(study)]
        words = f"{study.arm.label}, goals to {study.until}"
        yield joined(stages), f"{words}: what it would take"
        stages = [question.drivers(study), question.switches(study)]
        yield joined(stages), f"{words}: what drives it"
        for turn in range(ROUNDS):
            steps = reach_ladder.between(reader.required(study, turn))
            if steps:
                yield question.ladder(study, steps), f"{words}: closer, {turn + 1} of {ROUNDS}"


def findings(question: Question, store: Store, command: str = "") -> Findings:
    """Return all that was found. `command` is what computes the parts that are lacking.

    Raises:
        InputError: the runs of the scenarios are not all there, or an input cannot be read.
    """
    return _findings(ReachReader(question, store), command)


def _findings(reader: ReachReader, command: str) -> Findings:
    question = reader.question
    if not reader.has(question.main):
        raise InputError("does not hold all runs of the scenarios", where=reader.store.shown)
    first = reader.main[question.arms[0].key]
    shown = {arm.key: reader.main[arm.key] for arm in question.arms}
    drivers = [reader.drivers(study) for study in question.studies]
    computed = all(each is not None for each in drivers)
    rows, lost = scores(
        validated.load(question.place), question.numbers.digest, question.numbers.posterior is not None
    )
    acting = any(arm.scenario.acting for arm in question.arms)
    note = interval_note(question.cells, acting, sets=len(set(first.clusters)))
    return Findings(
        place=question.place,
        title=Place.load(question.place).title,
        banner=question.banner,
        reduced=question.arms[0].scenario.scale != 1,
        draws=len(question.draws),
        seeds=len(question.seeds),
        interval_note=" ".join([note, *notes_on(question.arms[0].scenario, "")]),
        arms=tuple(_arm(arm, shown[arm.key], question.files) for arm in question.arms),
        required=tuple(each for study in question.studies for each in reader.required(study)),
        joint_ceiling=_joint(question, reader.main),
        series=reach_show.series(shown),
        pathways=reach_show.pathways(shown),
        money=tuple(
            reach_show.money(first, arm.key, shown[arm.key], question.numbers)
            for arm in question.arms[1:]
            if arm.scenario.acting
        ),
        gains=tuple(
            gain for arm in question.arms[1:] for gain in reach_show.gains(first, arm.key, shown[arm.key])
        ),
        drivers=tuple(each for of in drivers for each in of or ()) if computed else None,
        variances=tuple(each for study in question.studies for each in reader.variances(study)),
        assumptions=assumptions(question.arms, Parameters.load(place=question.place)),
        scores=rows,
        lost=lost,
        cannot=CANNOT,
        full=all(reader.whole(study) for study in question.studies),
        command=command,
    )


def _arm(arm: Arm, runs: Runs, files: Sequence[GoalFile]) -> ArmAssessment:
    goals = {file.name: goals_of(file, runs) for file in files}
    likely, able = likely_of(next(iter(goals.values())))
    return ArmAssessment(
        key=arm.key,
        label=arm.label,
        title=arm.scenario.title,
        question=arm.scenario.question,
        warning=arm.warning,
        acting=arm.scenario.acting,
        answer=answer(arm, goals),
        goals=goals,
        rungs={label: rung for found in goals.values() for label, rung in rungs_of(found).items()},
        likely=likely,
        checkable=able,
    )


def _joint(question: Question, main: Mapping[str, Runs]) -> dict[str, dict[str, float | None]]:
    """Return by goal and part what one in ten of the joint draws of a ceiling reaches or passes."""
    if not question.joint:
        return {}
    runs = main[question.joint[0].key]
    found: dict[str, dict[str, float | None]] = {}
    for file in question.files:
        for goal in file.goals:
            of_goal: dict[str, float | None] = {}
            for part in goal.parts:
                year = goal.year_of(part)
                x = runs.figure(part.indicator, part.group, part.minus_group, year)
                known = x[np.isfinite(x)]
                best = BEST_OF if part.direction > 0 else 100.0 - BEST_OF
                of_goal[part.label] = float(np.percentile(known, best)) if len(known) else None
            found[goal.id] = of_goal
    return found
