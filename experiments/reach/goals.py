"""What `wolsey reach` asks of a goal besides: since when it is likely, and what evidence led to expect."""

from dataclasses import replace

import numpy as np

from experiments.goals.assessment import GoalAssessment, assess_goal
from experiments.goals.likelihood import EVEN, share
from experiments.goals.runs import Runs
from experiments.reach.expert import expert
from model.calendar import FIRST_ACTING
from model.goals.decision import in_year
from model.goals.goal_files import Goal, GoalFile
from model.indicators.registry import INDICATORS


def read_until(goal: Goal) -> int:
    """Return the year to the end of which a town must live for a goal to be decided."""
    return max(goal.year_of(part) + INDICATORS[part.indicator].lag for part in goal.parts if part.counts)


def goals_of(file: GoalFile, runs: Runs) -> tuple[GoalAssessment, ...]:
    """Assess the goals of a file over the runs of an arm."""
    return tuple(
        replace(
            assess_goal(goal, runs),
            first_likely=first_likely(goal, runs),
            expert=expert().of(file.name, goal.id),
        )
        for goal in file.goals
    )


def first_likely(goal: Goal, runs: Runs) -> int | None:
    """Find the first year from 2018 in which a goal is as likely as not; None where there is none. A year in
    which most runs cannot decide it is passed over."""
    if not goal.available:
        return None
    for year in range(max(FIRST_ACTING, goal.baseline_year + 1), runs.ensemble.scenario.until + 1):
        reached = runs.decide(in_year(goal, year)).reached
        if share(reached, runs.draws) >= EVEN and 2 * np.isfinite(reached).sum() > len(reached):
            return year
    return None
