"""The question: which scenarios, which goals, which runs, and what each is studied for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from experiments.goals.files import check_owner, checked_goals, goal_files
from experiments.reach import drivers as reach_drivers
from experiments.reach import required_factor as reach_ladder
from experiments.reach import variance as reach_variance
from experiments.reach.goals import read_until
from experiments.reach.required_factor import FactorStep
from experiments.reach.scenarios import Arm, arms_of, at_means, drawn
from experiments.reach.stages import Stage
from experiments.runs.draws import ParameterDraws, RunId, run_ids_of
from experiments.runs.ensemble import checked_seeds
from experiments.text import VALIDATED_TO
from model.calendar import FIRST_ACTING
from model.goals.goal_files import Goal, GoalFile
from model.io.errors import InputError
from model.scenario.scenario import Scenario

FEW: Final = 20
"""Draws of a paired study: each factor and programme is lived with these, one seed each."""
FEWER: Final = 10
"""Draws with which each part of the model is left out: the mean shift is asked for, and nothing else."""


@dataclass(frozen=True, eq=False)
class ReachStudy:
    """A scenario studied for goals that need it lived until a year: what it would take, what each programme
    contributes, what the uncertainty is made of. `late`: only where all is asked for, for it is long."""

    arm: Arm
    goals: tuple[Goal, ...]
    until: int
    late: bool

    @cached_property
    def scenario(self) -> Scenario:
        """Return the scenario, until the year that the goals need."""
        return self.arm.scenario.changed(until=self.until)

    @property
    def means(self) -> str:
        """Return what its runs with effects at their means are called."""
        return f"{self.arm.key}/effects at their means"

    @property
    def indicators(self) -> frozenset[str]:
        """Return what its goals read."""
        return frozenset(name for goal in self.goals for name, _ in goal.reads)


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked: the arms, the first without programmes; the goals; the numbers and the cells. Make it
    with `of`."""

    place: str
    arms: tuple[Arm, ...]
    files: tuple[GoalFile, ...]
    numbers: ParameterDraws
    cells: tuple[RunId, ...]
    banner: str = ""
    studies: tuple[ReachStudy, ...] = ()
    _stages: dict[object, Stage] = field(default_factory=dict)

    @staticmethod
    def of(
        place: str,
        scenarios: Sequence[Scenario],
        goals: Sequence[str] = (),
        *,
        draws: int = 1,
        seeds: Sequence[int] = (0,),
        numbers: ParameterDraws | None = None,
        banner: str | None = None,
    ) -> "Question":
        """Return the question, checked.

        Args:
            scenarios: of the place, alike in years and size; the first is what the others are set against.
            goals: goal files by name or path; those of the scenarios where none is given.
            draws: of the place's posterior; 1 is the best fit alone. seeds: with each draw.
            numbers: those of the place where not given. banner: what must be said on every page; by default
                what a reader must know about the numbers.

        Raises:
            InputError: a scenario is of another place or not like the others, a goal needs years that they do
                not have, or there are not so many draws.
        """
        check_place(place, scenarios)
        arms = arms_of(scenarios)
        first = arms[0].scenario
        files = tuple(checked_goals(name) for name in goals) or tuple(goal_files(first))
        for file in files:
            check_owner(file, place)
        _check_ids(files)
        for file in files:
            _check_years(file, first.until)
        seeds = checked_seeds(seeds)
        numbers = ParameterDraws.of(place) if numbers is None else numbers
        cells = run_ids_of(numbers.chosen(draws, "--draws"), seeds)
        said = numbers.note if banner is None else banner
        return Question(place, arms, files, numbers, cells, said, _studies(arms, files))

    @property
    def draws(self) -> tuple[int, ...]:
        """Return the different draws, in order."""
        return tuple(sorted({cell.draw for cell in self.cells}))

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the different seeds, in order."""
        return tuple(sorted({cell.seed for cell in self.cells}))

    @property
    def single(self) -> tuple[RunId, ...]:
        """Return one seed of each draw; all seeds where there is one draw."""
        if len(self.draws) == 1:
            return self.cells
        return tuple(cell for cell in self.cells if cell.seed == self.seeds[0])

    @property
    def few(self) -> tuple[RunId, ...]:
        """Return the cells of paired studies."""
        return self.single[:FEW]

    @cached_property
    def joint(self) -> tuple[Arm, ...]:
        """Return the arms with all effects at one percentile, with their effects drawn instead."""
        return tuple(drawn(arm) for arm in self.arms if arm.lucky)

    @cached_property
    def main(self) -> Stage:
        """Return the runs of the scenarios."""
        arms = {arm.key: arm.scenario for arm in (*self.arms, *self.joint)}
        cells = {arm.key: self.cells for arm in self.arms} | {arm.key: self.single for arm in self.joint}
        return Stage(arms, cells)

    def ladder(self, study: ReachStudy, steps: Sequence[FactorStep] = ()) -> Stage:
        """Return the runs with effects or reach multiplied, on these steps; the whole ladder where none is
        given. A factor of 1 with the cap is the arm itself."""
        lived = tuple(step for step in steps or reach_ladder.ladder_steps() if not itself(step))
        return self._stage(
            (study.arm.key, study.late, lived),
            lambda: reach_ladder.scenarios_of(study.arm.key, study.scenario, lived),
        )

    def at_means(self, study: ReachStudy) -> Stage:
        """Return the runs with effects at their means."""
        key = study.arm.key, study.late, "means"
        return self._stage(key, lambda: {study.means: at_means(study.scenario)})

    def drivers(self, study: ReachStudy) -> Stage:
        """Return the runs without each programme, and with each alone."""
        key = study.arm.key, study.late, "drivers"
        return self._stage(key, lambda: reach_drivers.scenarios_of(study.arm.key, study.scenario))

    def switches(self, study: ReachStudy) -> Stage:
        """Return the runs without each part of the model."""
        key = study.arm.key, study.late, "switches"
        arm = study.arm.key
        return self._stage(key, lambda: reach_variance.switched_off(arm, study.scenario), FEWER)

    def _stage(self, key: object, scenarios: Callable[[], dict[str, Scenario]], most: int = FEW) -> Stage:
        """Return a stage in the cells of paired studies, made once."""
        if key not in self._stages:
            self._stages[key] = Stage.of(scenarios(), self.few[:most])
        return self._stages[key]


def itself(step: FactorStep) -> bool:
    """Tell whether a step leaves an arm as it is."""
    return step.capped and step.factor == 1


def check_place(place: str, scenarios: Sequence[Scenario]) -> None:
    """Raise InputError where a scenario is of another place."""
    for scenario in scenarios:
        if scenario.place != place:
            raise InputError(
                f"is a scenario of another place than {place}",
                where=f"{scenario.name}.toml",
                at="place",
                value=scenario.place,
            )


def _check_ids(files: Sequence[GoalFile]) -> None:
    """Raise InputError where a goal of one file has the id of another's: an answer names goals by it."""
    seen: dict[str, str] = {}
    for file in files:
        for number, goal in enumerate(file.goals):
            if goal.id in seen:
                problem = f"is the id of a goal of {seen[goal.id]}.toml too"
                raise InputError(problem, where=f"{file.name}.toml", at=f"goals[{number}].id", value=goal.id)
        seen |= {goal.id: file.name for goal in file.goals}


def _check_years(file: GoalFile, until: int) -> None:
    """Raise InputError where a goal needs years after `until`: for the one that needs most."""
    needed = {number: read_until(goal) for number, goal in enumerate(file.goals) if goal.available}
    number = max(needed, key=lambda each: needed[each], default=None)
    if number is not None and needed[number] > until:
        raise InputError(
            f"needs the town lived to {needed[number]}, and the scenarios end in {until}; name other goals "
            "with --goals, or let the scenarios go on with --until",
            where=f"{file.name}.toml",
            at=f"goals[{number}].year",
            value=file.goals[number].year,
        )


def _studies(arms: Sequence[Arm], files: Sequence[GoalFile]) -> tuple[ReachStudy, ...]:
    """Return the goals up to the last year that can be validated are studied under the first plan, later ones
    under the last; a plan is a scenario that does something and is not lucky throughout."""
    plans = [arm for arm in arms if arm.scenario.acting and not arm.lucky]
    goals = [goal for file in files for goal in file.goals if goal.available]
    early = tuple(goal for goal in goals if read_until(goal) <= VALIDATED_TO)
    late = tuple(goal for goal in goals if read_until(goal) > VALIDATED_TO)
    found = []
    for of, is_late in ((early, False), (late, True)):
        if plans and of:
            until = max(*(read_until(goal) for goal in of), FIRST_ACTING)
            found.append(ReachStudy(plans[-1 if is_late else 0], of, until, is_late))
    return tuple(found)
