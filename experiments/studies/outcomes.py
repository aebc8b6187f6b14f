"""What a study asks, read off a run."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from experiments.goals.assessment import checked_goals, compared_with
from experiments.runs.ensemble import Ensemble, Life
from experiments.studies.study_file import Asked
from model.goals.goal_files import Goal, ShareOfBaseline
from model.goals.goals import Districts, Figures, evaluate
from model.inputs.england import England
from model.io.errors import InputError, key_path, unknown
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    from model.world.world import World

MISSING: Final = float("nan")


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
        self._compared: dict[str, tuple[Figures, Districts]] = {}
        for position, each in enumerate(asked):
            if each.year is not None and each.year > scenario.until:
                at = key_path(("outcomes", position, "year"))
                raise InputError("is not lived", at=at, value=each.year, allowed=f"up to {scenario.until}")

    @property
    def series(self) -> frozenset[tuple[str, str]]:
        """The (indicator, group) that it reads; the others need not be there."""
        found: set[tuple[str, str]] = set()
        for each in self._asked:
            if each.indicator is not None:
                found |= {(each.indicator, group) for group in (each.group, each.minus_group) if group}
        for goal in self._goals.values():
            for part in goal.parts:
                names = {part.indicator}
                if isinstance(part.reference, ShareOfBaseline) and part.reference.latent_indicator:
                    names.add(part.reference.latent_indicator)
                groups = (part.group, part.minus_group)
                found |= {(name, group) for name in names for group in groups if group}
        return frozenset(found)

    def values(self, arms: Mapping[str, Scenario], arm: str, life: Life) -> tuple[float, ...]:
        """What is asked, of a run of this arm, in order: NaN where it has no such figure, or too few people
        stand behind it to be shown, or a goal cannot be decided."""
        figure = Ensemble.of(arms[arm], [life]).figures(0)
        return tuple(self._value(each, arms[arm], figure) for each in self._asked)

    def _value(self, asked: Asked, scenario: Scenario, figure: Figures) -> float:
        if asked.goal is not None:
            result = evaluate(self._goals[asked.goal], figure, *self._compared_with(scenario))
            return MISSING if result.reached is None else float(result.reached)
        assert asked.indicator is not None
        assert asked.year is not None
        value = figure(asked.indicator, asked.group, asked.year)
        if value is None or asked.minus_group is None:
            return MISSING if value is None else value
        other = figure(asked.indicator, asked.minus_group, asked.year)
        return MISSING if other is None else float(np.float64(value) - other)

    def _compared_with(self, scenario: Scenario) -> tuple[Figures, Districts]:
        """England's and the districts' figures in a scenario: data, and none of the model's numbers. A world
        is not made of these, for at a point of a study there may be none with the numbers of the files."""
        path = scenario.england.path
        key = repr(path)
        if key not in self._compared:
            england = England.load()
            seen = SimpleNamespace(england=england if path == "flat" else england.on_path(path))
            self._compared[key] = compared_with(cast("World", seen))
        return self._compared[key]


def _goals(asked: Sequence[Asked], scenario: Scenario) -> dict[str, Goal]:
    wanted = [(position, each.goal) for position, each in enumerate(asked) if each.goal is not None]
    if not wanted:
        return {}
    known = {goal.id: goal for name in scenario.goals for goal in checked_goals(name).goals}
    for position, name in wanted:
        at = key_path(("outcomes", position, "goal"))
        if name not in known:
            raise unknown("a goal of these scenarios", name, known, at=at)
        if known[name].year > scenario.until:
            problem = f"is of {known[name].year}, which is not lived"
            raise InputError(problem, at=at, value=name, allowed=f"up to {scenario.until}")
    return {name: known[name] for _, name in wanted}
