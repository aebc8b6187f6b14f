"""The table of goals: for people on a terminal, and as plain text in a pipe."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from experiments.goals import words
from experiments.goals.assessment import Assessment, GoalAssessment, PartAssessment
from experiments.goals.likelihood import Likelihood, likelihood_text
from experiments.runs.draws import RunId
from experiments.text import CONDITIONAL_NOTE, VALIDATED_TO, counted, figure, listing, rich_table, town_size
from model.calendar import FIRST_YEAR
from model.inputs.place import Place
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST: Final = 96
"""Columns that the table needs; on a narrower terminal the plain form is printed."""

STYLES = ("bold", "", "dim")
"""By the level of a line."""

CHECKED = "Can be checked: the start is published, or follows from what is"
ASSUMED = "Assumed start: nobody published where the town started, so these are shown and not counted"
UNDECIDED = "Cannot be decided: a figure is missing"
OWN_READING = "This project's own reading: nobody has set these numbers, and a board may set others."


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A line of the table. `level` is 0 for a goal, 1 for a part of it or a rung, 2 for a note on it."""

    level: int
    what: str
    start: str = ""
    stands: str = ""
    band: str = ""
    aim: str = ""
    reached: str = ""
    years: tuple[int, int] = (0, 0)


def rows(goals: Sequence[GoalAssessment]) -> Iterator[GoalRow]:
    """Yield the lines of some goals that the runs decide: goal by goal, or rung by rung of one measure."""
    for _, together in groupby(goals, key=_measure):
        ladder = list(together)
        yield from _rungs(ladder) if ladder[0].rung else _parts(ladder[0])


def _measure(goal: GoalAssessment) -> object:
    """Return what the rungs of a ladder share; a goal that is no rung stands alone."""
    part = goal.parts[0].part
    if not goal.rung:
        return goal.id
    return (part.label, part.indicator, part.group, part.minus_group, goal.year)


def _parts(goal: GoalAssessment) -> Iterator[GoalRow]:
    yield GoalRow(0, f"{goal.id} {goal.title}", reached=_reached(goal.likelihood))
    several = sum(part.counts for part in goal.parts) > 1
    for part in goal.parts:
        reached = _reached(part.likelihood) if several or not part.counts else ""
        yield from _figures(part, goal.baseline_year, _label(part), words.aim(part), reached)
    yield from _start(goal)
    if goal.latent is not None:
        yield GoalRow(2, "by the skill behind the figures", reached=_reached(goal.latent))


def _rungs(ladder: Sequence[GoalAssessment]) -> Iterator[GoalRow]:
    first = ladder[0]
    measure = f"{first.id.split('-')[0]} {first.parts[0].label}"
    yield from _figures(first.parts[0], first.baseline_year, measure, level=0)
    yield from _start(first)
    for goal in ladder:
        aim = words.aim(goal.parts[0], of_rung=True)
        yield GoalRow(1, goal.rung, aim=aim, reached=_reached(goal.likelihood))
    beside = {part.label: part for goal in ladder for part in goal.parts[1:] if part.value is not None}
    for part in beside.values():
        yield from _figures(part, first.baseline_year, _label(part))


def _reached(found: Likelihood | None) -> str:
    """Return `reached in 19 of 20 runs`; `likely, 130 of 200 runs`."""
    bare = found is not None and found.runs > 1 and not found.word
    return f"reached in {likelihood_text(found)}" if bare else likelihood_text(found)


def _start(goal: GoalAssessment) -> Iterator[GoalRow]:
    if goal.goal.baseline_status in ("derived", "area_proxy"):
        yield GoalRow(2, goal.start_words)


def _label(part: PartAssessment) -> str:
    return part.label if part.counts else f"{part.label} (shown only)"


def _figures(
    part: PartAssessment, baseline_year: int, what: str, aim: str = "", reached: str = "", level: int = 1
) -> Iterator[GoalRow]:
    start, stands = (
        figure(None if each is None else each.mean, part.unit, part.gap) for each in (part.start, part.value)
    )
    years = (baseline_year, part.year)
    yield GoalRow(level, what, start, stands, words.band(part.value, part.unit), aim, reached, years)
    if part.observed_start is not None:
        published = figure(part.observed_start, part.unit, part.gap)
        yield GoalRow(2, f"published for {baseline_year}: {published}")


def blocks(found: Assessment) -> Iterator[tuple[str, list[GoalRow]]]:
    """Yield the decided goals of a file in titled blocks: those that can be checked, then those on an assumed
    start."""
    for title, goals in ((CHECKED, found.can_be_checked), (ASSUMED, found.on_assumed_start)):
        if goals:
            yield title, list(rows(goals))


def missing(found: Assessment) -> list[str]:
    """Return what cannot be decided and why, goals with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for goal in found.cannot_be_decided:
        name = goal.id if goal.rung else f"{goal.id} ({goal.title})"
        by_reason.setdefault(words.why_undecided(goal), []).append(name)
    return [f"{listing(names)}: {reason}" for reason, names in by_reason.items()]


def usual_years(found: Assessment) -> tuple[int, int]:
    """Return the start year and the target year of most goals."""
    starts = Counter(goal.baseline_year for goal in found.goals)
    targets = Counter(goal.year for goal in found.goals)
    return starts.most_common(1)[0][0], targets.most_common(1)[0][0]


def notes(found: Assessment) -> list[str]:
    """Return what a reader must know about a file's figures."""
    decided = (part for goal in found.goals if goal.decided for part in goal.parts)
    lines = [
        words.interval_note(found.cells, found.acting),
        words.split(decided, found.cells, found.acting),
        found.note,
        CONDITIONAL_NOTE if any(goal.year > VALIDATED_TO for goal in found.goals) else "",
    ]
    return [line for line in lines if line]


def heading(scenario: Scenario, cells: Sequence[RunId]) -> list[str]:
    """Return what stands above the tables: scenario, place, years, runs, and the size of a town that is not
    its own."""
    name = f" ({scenario.name})" if scenario.name else ""
    runs = counted(len(cells), "run")
    if len(words.draws_in(cells)) > 1:
        runs += f" ({words.drawn(cells)})"
    town = Place.load(scenario.place).title
    line = f"{scenario.title}{name}. {town}, {FIRST_YEAR} to {scenario.until}, {runs}."
    return [line, *town_size(scenario)]


def print_rich(above: Sequence[str], found: Sequence[Assessment], console: "Console") -> None:
    """Print the tables on a terminal, or their plain form where it is narrow. Nothing is cut, only
    wrapped."""
    if console.width < NARROWEST:
        console.print(plain(above, found), markup=False, highlight=False, soft_wrap=True)
        return
    for line in above:
        console.print(line, markup=False, highlight=False)
    for each in found:
        console.print(f"\n{each.file.title}", markup=False, highlight=False, style="bold")
        console.print(each.headline, markup=False, highlight=False, style="bold")
        if each.file.own_reading:
            console.print(OWN_READING, markup=False, highlight=False)
        for title, lines in blocks(each):
            console.print(f"\n{title}", markup=False, highlight=False, style="italic")
            _print_block(lines, usual_years(each), console)
        lacking = missing(each)
        if lacking:
            console.print(f"\n{UNDECIDED}", markup=False, highlight=False, style="italic")
            for line in lacking:
                console.print(f"  {line}", markup=False, highlight=False)
        for line in ("", *notes(each)):
            console.print(line, markup=False, highlight=False, style="dim")


def _print_block(lines: Sequence[GoalRow], usual: tuple[int, int], console: "Console") -> None:
    years = [(str(year), 9, True) for year in usual]
    columns = [*years, ("band", 13, True), ("aim", 18, False), ("how likely", 15, False)]
    rows = (
        (
            line.level, _with_years(line, usual), STYLES[line.level],
            (line.start, line.stands, line.band, line.aim, line.reached.removeprefix("reached in ")),
        )
        for line in lines
    )  # fmt: skip
    console.print(rich_table("goal", columns, rows, min(console.width, 120)), highlight=False)


def _with_years(line: GoalRow, usual: tuple[int, int]) -> str:
    """Return what a line is about, with its years where they are not those of the headings."""
    if not line.start or line.years == usual:
        return line.what
    return f"{line.what} (here {line.years[0]} and {line.years[1]})"


def plain(above: Sequence[str], found: Sequence[Assessment]) -> str:
    """Return the tables as plain text, one statement a line, never cut."""
    lines = list(above)
    for each in found:
        lines += ["", each.file.title, each.headline]
        lines += [OWN_READING] if each.file.own_reading else []
        for title, block in blocks(each):
            lines += ["", title]
            lines += [_sentence(line) for line in block]
        lacking = missing(each)
        if lacking:
            lines += ["", UNDECIDED, *(f"  {line}" for line in lacking)]
        lines += ["", *notes(each)]
    return "\n".join(lines)


def _sentence(line: GoalRow) -> str:
    parts = []
    if line.start:
        band = f" ({line.band})" if line.band else ""
        parts.append(f"{line.start} in {line.years[0]}, {line.stands}{band} in {line.years[1]}")
    if line.aim:
        parts.append(f"aim {line.aim}")
    if line.reached:
        parts.append(line.reached)
    tail = "; ".join(parts)
    return f"{'  ' * (line.level + 1)}{line.what}" + (f": {tail}" if tail else "")
