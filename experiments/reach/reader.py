"""What a store holds of a question, read as the figures that an answer needs."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from experiments.goals.runs import Runs
from experiments.reach import drivers as reach_drivers
from experiments.reach import required_factor as reach_ladder
from experiments.reach import variance as reach_variance
from experiments.reach.findings import Driver, Required, Variance
from experiments.reach.question import FEW, FEWER, Question, ReachStudy, itself
from experiments.reach.required_factor import FactorStep
from experiments.reach.stages import Asked, Stage, chosen, ensembles, there
from experiments.runs.ensemble import Ensemble
from experiments.runs.store import Store

ROUNDS: Final = 3
"""How often a bracket about a factor is halved where all is asked for."""


class ReachReader:
    """Reads what the store holds of a question."""

    def __init__(self, question: Question, store: Store) -> None:
        self.question, self.store = question, store
        self._read: dict[Stage, dict[str, Ensemble]] = {}
        self._required: dict[tuple[bool, frozenset[FactorStep]], tuple[Required, ...]] = {}

    @cached_property
    def main(self) -> dict[str, Runs]:
        """The runs of the arms, and of those with effects drawn instead."""
        question = self.question
        # All that is there is read along with them, for its runs lie in the same files.
        asked: list[Asked] = [(question.main, None)]
        asked += [(stage, study.indicators) for study in question.studies for stage in self._there(study)]
        found, *others = ensembles(asked, question.numbers, self.store)
        self._read |= {stage: each for (stage, _), each in zip(asked[1:], others, strict=True)}
        first = Runs.of(found[question.arms[0].key], question.numbers)
        return {key: Runs.of(each, question.numbers, like=first) for key, each in found.items()}

    def laddered(self, study: ReachStudy) -> bool:
        """Whether the ladder of a study has been lived."""
        # Lived together with the effects at their means, which are one scenario, and sooner asked for.
        return self.has(self.question.at_means(study)) and self.has(self.question.ladder(study))

    def driven(self, study: ReachStudy) -> bool:
        """Whether a study has been lived without each programme, and with each alone."""
        # Lived together with the switches, which are fewer.
        return self.has(self.question.switches(study)) and self.has(self.question.drivers(study))

    def whole(self, study: ReachStudy) -> bool:
        """Whether all that can be asked of a study has been lived, the halving of its brackets too."""
        if not self.laddered(study) or not self.driven(study):
            return False
        left = reach_ladder.between(self.required(study, ROUNDS - 1))
        return not left or self.has(self.question.ladder(study, left))

    def _there(self, study: ReachStudy) -> list[Stage]:
        """The stages of a study that have been lived."""
        question, found = self.question, []
        if self.laddered(study):
            found += [question.at_means(study), question.ladder(study)]
        if self.driven(study):
            found += [question.switches(study), question.drivers(study)]
        return found

    def few(self, arm: str, most: int = FEW) -> Runs:
        """Those of an arm in the cells of paired studies, or in the first of them."""
        return self._runs(chosen(self.main[arm].ensemble, self.question.few[:most]))

    def has(self, stage: Stage) -> bool:
        """Whether all runs of a stage are there."""
        return there(stage, self.question.numbers, self.store)

    def of(self, stage: Stage, study: ReachStudy) -> dict[str, Runs]:
        """The runs of a stage of a study, with what its goals read."""
        if stage not in self._read:
            (self._read[stage],) = ensembles([(stage, study.indicators)], self.question.numbers, self.store)
        return {name: self._runs(each) for name, each in self._read[stage].items()}

    def _runs(self, ensemble: Ensemble) -> Runs:
        return Runs.of(ensemble, self.question.numbers, like=self.main[self.question.arms[0].key])

    def required(self, study: ReachStudy, turns: int = ROUNDS) -> tuple[Required, ...]:
        """What the goals of a study would take, with as many turns of halving as are there, up to
        `turns`; none where the ladder has not been lived."""
        question, arm = self.question, study.arm.key
        if not self.laddered(study):
            return ()
        steps = reach_ladder.ladder_steps()
        runs = self.of(question.ladder(study), study)
        found = {step: self.few(arm) if itself(step) else runs[step.name(arm)] for step in steps}
        made = self._crossed(study, found)
        for _ in range(turns):
            more = reach_ladder.between(made)
            if not more or not self.has(question.ladder(study, more)):
                break
            runs = self.of(question.ladder(study, more), study)
            found |= {step: runs[step.name(arm)] for step in more}
            made = self._crossed(study, found)
        return made

    def _crossed(self, study: ReachStudy, found: Mapping[FactorStep, Runs]) -> tuple[Required, ...]:
        """What the goals of a study would take by these steps, worked out once for them."""
        key = study.late, frozenset(found)
        if key not in self._required:
            self._required[key] = reach_ladder.required(study.arm.key, study.scenario, study.goals, found)
        return self._required[key]

    def drivers(self, study: ReachStudy) -> tuple[Driver, ...] | None:
        """What each programme contributes; None where that has not been lived."""
        if not self.driven(study):
            return None
        nothing = self.few(self.question.arms[0].key)
        of = self.of(self.question.drivers(study), study)
        return reach_drivers.drivers(
            study.arm.key, study.scenario, study.goals, self.few(study.arm.key), nothing, of
        )

    def variances(self, study: ReachStudy) -> tuple[Variance, ...]:
        """Where the uncertainty of each figure comes from, in the arm of a study and in the first."""
        question, arm = self.question, study.arm.key
        means, off = question.at_means(study), question.switches(study)
        at = None
        if self.has(means):
            at = self.few(arm), self.of(means, study)[study.means]
        switched = None
        if self.has(off):
            runs = self.of(off, study)
            switched = (
                self.few(arm, FEWER),
                {
                    name: runs[reach_variance.off_name(arm, name)]
                    for name in reach_variance.SWITCHES
                    if reach_variance.off_name(arm, name) in runs
                },
            )
        found = []
        for goal in reach_variance.headlines(study.goals):
            found.append(reach_variance.variance(question.arms[0].key, goal, self.main[question.arms[0].key]))
            found.append(reach_variance.variance(arm, goal, self.main[arm], at, switched))
        return tuple(each for each in found if each is not None)
