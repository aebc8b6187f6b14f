"""Figures, likelihoods and people in a report's words."""

from typing import Final

from experiments.goals.assessment import START_WORDS
from experiments.reach.findings import ArmFinding, Findings, GoalFinding, Likelihood, PartFinding, Span
from experiments.text import decimals, pounds
from experiments.text import figure as _figure
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
    """A figure with its unit, and a minus that is one."""
    return _figure(value, unit, gap).replace("-", "−")


def span(found: Span | None, unit: str, gap: bool = False) -> str:
    """`57.1% (55.0 to 59.3)`."""
    if found is None:
        return figure(None, unit)
    return figure(found.mean, unit, gap) + _width(found, unit)


def _width(found: Span, unit: str) -> str:
    if found.runs < 2:
        return ""
    low, high = (figure(each, unit, True).removesuffix(" pts") for each in (found.low, found.high))
    return f" ({low} to {high})"


def signed(found: Span | None, unit: str, named: bool = True) -> str:
    """`+1.24 pts (+0.80 to +1.71)`: a difference; without the unit where that stands elsewhere (`named`)."""
    if found is None:
        return figure(None, unit)
    digits = decimals(unit) + 1
    points = " pts" if unit.startswith("%") and named else ""

    def said(value: float) -> str:
        text = f"{value:+.{digits}f}"
        return text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")

    return (
        said(found.mean) + points + (f" ({said(found.low)} to {said(found.high)})" if found.runs > 1 else "")
    )


def unit_of_difference(unit: str) -> str:
    """In what a difference is: `percentage points` for shares."""
    return "percentage points" if unit.startswith("%") else unit


def words_of(found: Likelihood | None) -> str:
    """The word on the printed scale."""
    return found.words if found is not None and found.runs else "cannot be decided"


def counted(found: Likelihood | None) -> str:
    """In how many runs: `9 of 40 runs`; never a percentage of chance."""
    if found is None or not found.runs:
        return "no run decides it"
    if found.runs == 1:
        return "in the one run" if found.reached else "not in the one run"
    much = f"{found.reached} of {found.runs} runs"
    if found.reached in (0, found.runs):
        much = f"all {found.runs} runs" if found.reached else f"none of {found.runs} runs"
    return much + (f", {found.undecided} undecided" if found.undecided else "")


def in_hundred(share: float) -> str:
    """A share of runs in whole numbers of a hundred, never none and never all."""
    whole = round(100 * share)
    if whole <= 0:
        return "fewer than 1 in 100"
    return "more than 99 in 100" if whole >= 100 else f"{whole} in 100"


def likelihood_band(found: Likelihood) -> str:
    """Of a hundred, where nine in ten such shares lie: `12 to 37`; `up to 4` where no run reaches it, `96 or
    more` where all do."""
    low, high = (in_hundred(each).removesuffix(" in 100") for each in (found.low, found.high))
    if low == high:
        return low
    if not found.reached:
        return f"up to {high}"
    return f"{low} or more" if found.reached == found.runs else f"{low} to {high}"


def people(count: float) -> str:
    """Heads, whole; those below ten are not shown."""
    return FEW if abs(count) < SMALLEST_SHOWN else f"{count:,.0f}".replace("-", "−")


def people_span(found: Span) -> str:
    """`120 (85 to 160)`."""
    if found.runs < 2 or all(abs(each) < SMALLEST_SHOWN for each in (found.mean, found.low, found.high)):
        return people(found.mean)
    return f"{people(found.mean)} ({people(found.low)} to {people(found.high)})"


def kept_count(count: float) -> float | None:
    """A count of people for a table: None where it is not to be shown."""
    return None if abs(count) < SMALLEST_SHOWN else count


def money(found: Span | None) -> str:
    """Thousands of pounds in words: `£2.41m (£2.30m to £2.52m)`."""
    if found is None:
        return "no figure"
    said = [pounds(1000 * each).replace("-", "−") for each in (found.mean, found.low, found.high)]
    return said[0] + (f" ({said[1]} to {said[2]})" if found.runs > 1 and found.low != found.high else "")


def start_words(goal: GoalFinding) -> str:
    """Where a goal's start comes from."""
    return START_WORDS.get(goal.start_status, goal.start_status.replace("_", " "))


def gap(part: PartFinding) -> bool:
    """Whether a part is about the gap between two groups."""
    return part.minus_group is not None


def aim(part: PartFinding) -> str:
    """`at most 10.2 pts (half of 2017)`."""
    asked = part.comparison.replace("_", " ")
    if part.aim is None:
        return f"{asked} {part.reference}".strip() + " (no figure published)"
    said = f"{asked} {figure(part.aim.mean, part.unit, gap(part))}"
    return f"{said} ({part.reference})" if part.reference else said


def group_words(group: str) -> str:
    """A group as readers call it; a ward by its name."""
    name = group.removeprefix("ward:")
    return name if name != group else GROUPS.get(group, group.replace("_", " "))


def goals_of(findings: Findings) -> dict[str, GoalFinding]:
    """Every goal by its id, as the first arm has it."""
    return {goal.id: goal for goals in findings.arms[0].goals.values() for goal in goals}


def same_goal(arm: ArmFinding, id_: str) -> GoalFinding | None:
    """A goal in an arm."""
    return next((goal for goals in arm.goals.values() for goal in goals if goal.id == id_), None)


def goal_name(findings: Findings, id_: str) -> str:
    """`T9. Disadvantaged pupils catch up: ...`."""
    goal = goals_of(findings).get(id_)
    return f"{id_}. {goal.title}" if goal else id_


def arm_label(findings: Findings, key: str) -> str:
    """What readers call an arm."""
    return next((arm.label for arm in findings.arms if arm.key == key), key)
