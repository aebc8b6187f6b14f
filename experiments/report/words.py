"""Figures, likelihoods and people in a report's words."""

from collections.abc import Callable
from typing import Final

from experiments import text
from experiments.goals import words as goal_words
from experiments.goals.assessment import GoalAssessment, PartAssessment
from experiments.reach.findings import ArmAssessment, Findings
from experiments.runs.statistics import Span
from experiments.text import NO_FIGURE, between, pounds, typeset
from model.indicators.registry import SMALLEST_SHOWN

FEW: Final = f"fewer than {SMALLEST_SHOWN}"
NOT_COMPUTED: Final = "Not computed."
GROUPS: Final = {
    "all": "all",
    "disadvantaged": "disadvantaged",
    "other": "not disadvantaged",
    "fsm": "free school meals",
    "non_fsm": "no free school meals",
    "girls": "girls",
    "boys": "boys",
    "female": "girls and women",
    "male": "boys and men",
    "sen": "special educational needs",
    "eal": "English as an additional language",
    "gap": "gap, others less disadvantaged",
}


def figure(value: float | None, unit: str, gap: bool = False) -> str:
    """Return a figure with its unit, and a minus that is one."""
    return typeset(text.figure(value, unit, gap))


def span(found: Span | None, unit: str, gap: bool = False) -> str:
    """Return `57.1% (55.0 to 59.3)`."""
    if found is None:
        return NO_FIGURE
    return _with_ends(
        found, figure(found.mean, unit, gap), lambda each: figure(each, unit, True).removesuffix(" pts")
    )


def signed(found: Span | None, unit: str, named: bool = True) -> str:
    """Return `+1.24 pts (+0.80 to +1.71)`: a difference; without the unit where that stands elsewhere
    (`named`)."""
    if found is None:
        return NO_FIGURE
    said = typeset(text.signed(found.mean, unit, short=not named))
    return _with_ends(found, said, lambda each: typeset(text.signed(each, unit, short=True)))


def _with_ends(found: Span, said: str, end: Callable[[float], str]) -> str:
    return f"{said} ({between(found.low, found.high, end)})" if found.runs > 1 else said


def unit_of_difference(unit: str) -> str:
    """Say in what a difference is: `percentage points` for shares."""
    return "percentage points" if unit.startswith("%") else unit


def people(count: float) -> str:
    """Return the heads, whole; those below ten are not shown."""
    return FEW if abs(count) < SMALLEST_SHOWN else typeset(f"{count:,.0f}")


def people_span(found: Span) -> str:
    """Return `120 (85 to 160)`."""
    if all(abs(each) < SMALLEST_SHOWN for each in (found.mean, found.low, found.high)):
        return people(found.mean)
    return _with_ends(found, people(found.mean), people)


def kept_count(count: float) -> float | None:
    """Return a count of people for a table: None where it is not to be shown."""
    return None if abs(count) < SMALLEST_SHOWN else count


def money(found: Span | None) -> str:
    """Return the thousands of pounds in words: `£2.41m (£2.30m to £2.52m)`."""
    if found is None:
        return NO_FIGURE
    said = _pounds(found.mean)
    return said if found.low == found.high else _with_ends(found, said, _pounds)


def _pounds(thousands: float) -> str:
    return typeset(pounds(1000 * thousands))


def aim(part: PartAssessment) -> str:
    """Return `at most 10.2 pts (half of 2017)`."""
    return typeset(goal_words.aim(part))


def group_words(group: str) -> str:
    """Return a group as readers call it; a ward by its name."""
    name = group.removeprefix("ward:")
    return name if name != group else GROUPS.get(group, group.replace("_", " "))


def goals_of(findings: Findings) -> dict[str, GoalAssessment]:
    """Return every goal by its id, as the first arm has it."""
    return {goal.id: goal for goals in findings.arms[0].goals.values() for goal in goals}


def same_goal(arm: ArmAssessment, id_: str) -> GoalAssessment | None:
    """Return a goal in an arm."""
    return next((goal for goals in arm.goals.values() for goal in goals if goal.id == id_), None)


def goal_name(findings: Findings, id_: str) -> str:
    """Return `T9. Disadvantaged pupils catch up: ...`."""
    goal = goals_of(findings).get(id_)
    return f"{id_}. {goal.title}" if goal else id_


def arm_label(findings: Findings, key: str) -> str:
    """Return what readers call an arm."""
    return next((arm.label for arm in findings.arms if arm.key == key), key)
