"""What a study asks, read off a run."""

from collections.abc import Mapping, Sequence

from experiments.goals.files import goal_files
from experiments.goals.runs import Runs, england_of
from experiments.runs.ensemble import Ensemble, RunResult
from experiments.studies.study_file import Asked
from model.goals.goal_files import Goal
from model.inputs.england import England
from model.io.errors import InputError, key_path, unknown
from model.scenario.scenario import Scenario


class Reader:
    """Reads what is asked off runs.

    Args:
        asked: figures and goals, in order.
        scenario: one of those that are run; its goal files hold the goals, and it says how long runs are.

    Raises:
        InputError: a goal is in none of these files, or a year is not lived.
    """

    def __init__(self, asked: Sequence[Asked], scenario: Scenario) -> None:
        self._asked = tuple(asked)
        self._goals = _goals(asked, scenario)
        self._england: dict[str, England] = {}
        for position, each in enumerate(asked):
            if each.year is not None and each.year > scenario.until:
                at = key_path(("outcomes", position, "year"))
                raise InputError("is not lived", at=at, value=each.year, allowed=f"up to {scenario.until}")

    @property
    def series(self) -> frozenset[tuple[str, str]]:
        """Return the (indicator, group) that it reads; the others need not be there."""
        found: set[tuple[str, str]] = set()
        for each in self._asked:
            if each.indicator is not None:
                found |= {(each.indicator, group) for group in (each.group, each.minus_group) if group}
        return frozenset(found).union(*(goal.reads for goal in self._goals.values()))

    def values(self, arms: Mapping[str, Scenario], arm: str, life: RunResult) -> tuple[float, ...]:
        """Return what is asked, of a run of this arm, in order: NaN where it has no such figure, or too few
        people stand behind it to be shown, or a goal cannot be decided."""
        scenario = arms[arm]
        path = repr(scenario.england.path)
        if path not in self._england:
            self._england[path] = england_of(scenario)
        runs = Runs(Ensemble.of(scenario, [life]), self._england[path], (0,))
        return tuple(self._value(each, runs) for each in self._asked)

    def _value(self, asked: Asked, runs: Runs) -> float:
        if asked.goal is not None:
            return float(runs.decide(self._goals[asked.goal]).reached[0])
        assert asked.indicator is not None
        assert asked.year is not None
        return float(runs.figure(asked.indicator, asked.group, asked.minus_group, asked.year)[0])


def _goals(asked: Sequence[Asked], scenario: Scenario) -> dict[str, Goal]:
    wanted = [(position, each.goal) for position, each in enumerate(asked) if each.goal is not None]
    if not wanted:
        return {}
    known = {goal.id: goal for file in goal_files(scenario) for goal in file.goals}
    for position, name in wanted:
        at = key_path(("outcomes", position, "goal"))
        if name not in known:
            raise unknown("a goal of these scenarios", name, known, at=at)
        if known[name].year > scenario.until:
            problem = f"is of {known[name].year}, which is not lived"
            raise InputError(problem, at=at, value=name, allowed=f"up to {scenario.until}")
    return {name: known[name] for _, name in wanted}
