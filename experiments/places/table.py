"""What several places say side by side: a table with a column a place, and the same as rows for programs."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from experiments.compare.headlines import PairedFigure
from experiments.compare.words import with_band
from experiments.goals.assessment import Assessment, GoalAssessment
from experiments.goals.export import goal_rows
from experiments.goals.likelihood import likelihood_text
from experiments.reach.findings import Findings
from experiments.text import table

NONE: Final = "-"
"""What stands where a place has no such row."""
WIDEST: Final = 80
"""Characters of what a row is about, on a terminal."""

type Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class ByPlace:
    """A table by place: `head` says what a row is about, `lines` are its cells by the title of the place, in
    the order of the first place that has the row; `rows` are the same in figures."""

    head: str
    titles: tuple[str, ...]
    lines: Mapping[str, Mapping[str, str]]
    rows: tuple[Row, ...]

    def text(self) -> list[str]:
        """Return the table in lines of plain text."""
        rows = [(self.head, *self.titles)]
        for what, cells in self.lines.items():
            rows.append((_cut(what), *(cells.get(title, NONE) for title in self.titles)))
        return table(rows, rule=True)

    def as_csv(self) -> str:
        """Return the rows as CSV, a place after the other."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(self.rows[0]) if self.rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def goals_by_place(found: Mapping[str, tuple[str, Sequence[Assessment]]]) -> ByPlace:
    """Return in how many runs each goal is reached, by place.

    Args:
        found: by place its title, another for each, and the goals of its files.
    """
    lines: dict[str, dict[str, str]] = {}
    rows: list[Row] = []
    for place, (title, assessments) in found.items():
        for each in assessments:
            for goal in each.goals:
                lines.setdefault(named(goal), {})[title] = likelihood_text(goal.likelihood)
        rows += [{"place": place, "title_of_place": title, **row} for row in goal_rows(assessments)]
    return ByPlace("reached in", tuple(title for title, _ in found.values()), lines, tuple(rows))


def differences_by_place(found: Mapping[str, tuple[str, Sequence[PairedFigure]]]) -> ByPlace:
    """Return the headline differences, with the band over pairs, by place.

    Args:
        found: by place its title, another for each, and the headline figures.
    """
    lines: dict[str, dict[str, str]] = {}
    rows: list[Row] = []
    for place, (title, figures) in found.items():
        for each in figures:
            lines.setdefault(f"{each.what}, {each.year}", {})[title] = with_band(each.found, each.unit)
            rows.append({"place": place, "title_of_place": title, **_figures(each)})
    return ByPlace("difference", tuple(title for title, _ in found.values()), lines, tuple(rows))


def _figures(each: PairedFigure) -> Row:
    return {
        "indicator": each.indicator,
        "group": each.group,
        "year": each.year,
        "unit": each.unit,
        "without": each.found.a,
        "with": each.found.b,
        "difference": each.found.difference,
        "low": each.found.low,
        "high": each.found.high,
        "runs": each.found.runs,
    }


def answers_by_place(found: Sequence[Findings]) -> ByPlace:
    """Return how likely each goal is under each scenario, by place."""
    lines: dict[str, dict[str, str]] = {}
    rows: list[Row] = []
    titles = distinct([each.title for each in found])
    for findings, title in zip(found, titles, strict=True):
        for arm in findings.arms:
            for file, goals in arm.goals.items():
                for goal in goals:
                    what = f"{arm.label}: {named(goal)}"
                    lines.setdefault(what, {})[title] = likelihood_text(goal.likelihood)
                    rows.append(_answer(findings, arm.key, file, goal))
    return ByPlace("how likely", titles, lines, tuple(rows))


def _answer(findings: Findings, arm: str, file: str, goal: GoalAssessment) -> Row:
    likely = goal.likelihood
    row: dict[str, Any] = {"place": findings.place, "title_of_place": findings.title, "scenario": arm}
    row |= {"file": file, "goal": goal.id, "title": goal.title, "counted": goal.checkable}
    row |= {"runs": goal.runs, "reached": goal.reached, "undecided": goal.undecided}
    shares = (None, None, None) if likely is None else (likely.share, likely.low, likely.high)
    return row | dict(zip(("share", "low", "high"), shares, strict=True))


def named(goal: GoalAssessment) -> str:
    """Return a goal as a row calls it."""
    return f"{goal.id} {goal.title}"


def distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """Return titles, each of those that are alike with its number among them."""
    return tuple(
        title if titles.count(title) == 1 else f"{title} {titles[: position + 1].count(title)}"
        for position, title in enumerate(titles)
    )


def _cut(what: str) -> str:
    return what if len(what) <= WIDEST else what[: WIDEST - 1] + "…"
