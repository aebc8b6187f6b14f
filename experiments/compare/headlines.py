"""Rows of a comparison's tables: the targets' own figures in their years, and headline figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.compare.differences import Difference, Differences
from experiments.goals.assessment import Assessment, GoalAssessment, goals
from model.goals.goal_files import Goal, Part
from model.indicators.registry import FIRST_RECORDED, INDICATORS, shown
from model.io.errors import InputError
from model.scenario.scenario import Scenario

HEADLINES: Final = shown("headlines")
HEADLINE_GROUPS: Final = ("disadvantaged", "other", "gap")
GROUP_WORDS: Final = {
    "all": "all",
    "disadvantaged": "disadvantaged",
    "other": "others",
    "gap": "gap between them",
    "gap_fsm": "gap by free meals",
}
USUAL_YEARS: Final = (2021, 2032, 2048)


@dataclass(frozen=True, slots=True)
class PairedFigure:
    """One figure in both arms; `gap` where it is a difference between two groups."""

    what: str
    indicator: str
    group: str
    minus_group: str | None
    year: int
    found: Difference

    @property
    def unit(self) -> str:
        """Return the indicator's unit."""
        return INDICATORS[self.indicator].unit

    @property
    def gap(self) -> bool:
        """Tell whether it is a difference between two groups."""
        return self.minus_group is not None or self.group.startswith("gap")


@dataclass(frozen=True, slots=True)
class Target:
    """A goal assessed in each arm, and its figures."""

    a: GoalAssessment
    b: GoalAssessment
    figures: tuple[PairedFigure, ...]

    @property
    def decided(self) -> bool:
        """Tell whether runs of both arms decide it."""
        return self.a.decided and self.b.decided


@dataclass(frozen=True, slots=True)
class TargetFile:
    """The goals of a file that have a figure in both arms."""

    name: str
    title: str
    targets: tuple[Target, ...]


def chosen_years(scenario: Scenario, years: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the years of the headline figures: those asked for, else the usual ones that were lived, else
    the last.

    Raises:
        InputError: a year was not lived, or lies before the record.
    """
    until = scenario.until
    for year in years:
        if not FIRST_RECORDED <= year <= until:
            raise InputError(f"must be between {FIRST_RECORDED} and {until}", at="year", value=year)
    if years:
        return tuple(sorted(dict.fromkeys(years)))
    return tuple(year for year in USUAL_YEARS if year <= until) or (until,)


def headlines(comparison: Differences, years: Sequence[int] = ()) -> list[PairedFigure]:
    """Return the headline indicators, for the disadvantaged, the others and the gap, in these years. Raises
    InputError for a year that was not lived."""
    chosen = chosen_years(comparison.b, years)
    found = []
    for indicator in HEADLINES:
        for group in HEADLINE_GROUPS:
            for year in chosen:
                difference = comparison.difference(indicator, group, year)
                if difference is not None:
                    what = f"{INDICATORS[indicator].title}, {GROUP_WORDS[group]}"
                    found.append(PairedFigure(what, indicator, group, None, year, difference))
    return found


def targets(comparison: Differences) -> list[TargetFile]:
    """Return the goals of the scenarios, in the order of their files: those with a figure in both arms.
    Raises InputError where a goal file cannot be read."""
    arms = [goals(comparison.ensemble(arm)) for arm in ("a", "b")]
    return [_file(comparison, a, b) for a, b in zip(*arms, strict=True)]


def _file(comparison: Differences, a: Assessment, b: Assessment) -> TargetFile:
    found = []
    for without, with_it in zip(a.goals, b.goals, strict=True):
        figures = tuple(_figures(comparison, without.goal))
        if figures:
            found.append(Target(without, with_it, figures))
    return TargetFile(a.file.name, a.file.title, tuple(found))


def _figures(comparison: Differences, goal: Goal) -> Iterator[PairedFigure]:
    for part in goal.parts:
        year = goal.year_of(part)
        difference = comparison.difference(part.indicator, part.group, year, part.minus_group, part.direction)
        if difference is not None:
            yield PairedFigure(_label(part), part.indicator, part.group, part.minus_group, year, difference)


def _label(part: Part) -> str:
    return part.label if part.counts else f"{part.label} (shown only)"
