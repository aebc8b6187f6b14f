"""What a store holds of a question, read as the figures that an answer needs."""

from functools import cached_property
from typing import Final

from experiments import reach_drivers, reach_ladder, reach_variance
from experiments.ensemble import Ensemble
from experiments.findings import Driver, Required, Variance
from experiments.reach_decide import Runs
from experiments.reach_lives import Stage, chosen, ensembles, there
from experiments.reach_question import FEW, FEWER, Question, Study, itself
from experiments.store import Store

ROUNDS: Final = 3
"""How often a bracket about a factor is halved where all is asked for."""


class Reader:
    """Reads what the store holds of a question."""

    def __init__(self, question: Question, store: Store) -> None:
        self.question, self.store = question, store

    @cached_property
    def main(self) -> dict[str, Runs]:
        """The runs of the arms, and of those with effects drawn instead."""
        question = self.question
        found = ensembles(question.main, question.numbers, self.store)
        first = Runs.of(found[question.arms[0].key], question.numbers)
        return {key: Runs.of(each, question.numbers, like=first) for key, each in found.items()}

    def few(self, arm: str, most: int = FEW) -> Runs:
        """Those of an arm in the cells of paired studies, or in the first of them."""
        return self._runs(chosen(self.main[arm].ensemble, self.question.few[:most]))

    def has(self, stage: Stage) -> bool:
        """Whether all runs of a stage are there."""
        return there(stage, self.question.numbers, self.store)

    def of(self, stage: Stage, study: Study) -> dict[str, Runs]:
        """The runs of a stage of a study, with what its goals read."""
        found = ensembles(stage, self.question.numbers, self.store, study.indicators)
        return {name: self._runs(each) for name, each in found.items()}

    def _runs(self, ensemble: Ensemble) -> Runs:
        return Runs.of(ensemble, self.question.numbers, like=self.main[self.question.arms[0].key])

    def required(self, study: Study, turns: int = ROUNDS) -> tuple[Required, ...]:
        """What the goals of a study would take, with as many turns of halving as are there, up to
        `turns`; none where the ladder has not been lived."""
        question, arm = self.question, study.arm.key
        # Both are lived together, and one scenario is made sooner than all of a ladder.
        if not self.has(question.at_means(study)) or not self.has(question.ladder(study)):
            return ()
        steps = reach_ladder.ladder_steps()
        runs = self.of(question.ladder(study), study)
        found = {step: self.few(arm) if itself(step) else runs[step.name(arm)] for step in steps}
        made = reach_ladder.required(arm, study.scenario, study.goals, found)
        for _ in range(turns):
            more = reach_ladder.between(made)
            if not more or not self.has(question.ladder(study, more)):
                break
            runs = self.of(question.ladder(study, more), study)
            found |= {step: runs[step.name(arm)] for step in more}
            made = reach_ladder.required(arm, study.scenario, study.goals, found)
        return made

    def drivers(self, study: Study) -> tuple[Driver, ...] | None:
        """What each programme contributes; None where that has not been lived."""
        question = self.question
        # Both are lived together, and there are fewer switches than programmes.
        if not self.has(question.switches(study)) or not self.has(question.drivers(study)):
            return None
        stage = question.drivers(study)
        nothing = self.few(self.question.arms[0].key)
        of = self.of(stage, study)
        return reach_drivers.drivers(
            study.arm.key, study.scenario, study.goals, self.few(study.arm.key), nothing, of
        )

    def variances(self, study: Study) -> tuple[Variance, ...]:
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
