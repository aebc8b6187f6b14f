"""The table of goals: for people on a terminal, and as plain text in a pipe."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from experiments.goals import words
from experiments.goals.assessment import START_WORDS, FileStanding, GoalStanding, PartStanding
from experiments.runs.draws import Cell
from experiments.text import CONDITIONAL_NOTE, VALIDATED_TO, figure, listing, town_size
from model.goals.goal_files import Goal
from model.inputs.place import Place
from model.scenario.scenario import FIRST_YEAR, Scenario

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
class Row:
    """A line of the table. `level` is 0 for a goal, 1 for a part of it or a rung, 2 for a remark on it."""

    level: int
    what: str
    start: str = ""
    stands: str = ""
    band: str = ""
    aim: str = ""
    reached: str = ""
    years: tuple[int, int] = (0, 0)


def rows(standings: Sequence[GoalStanding]) -> Iterator[Row]:
    """The lines of some goals that the runs decide: goal by goal, or rung by rung of one measure."""
    for _, together in groupby(standings, key=_measure):
        ladder = list(together)
        yield from _rungs(ladder) if ladder[0].goal.rung else _parts(ladder[0])


def _measure(standing: GoalStanding) -> object:
    """What the rungs of a ladder share; a goal that is no rung stands alone."""
    goal, part = standing.goal, standing.parts[0].part
    if not goal.rung:
        return goal.id
    return (part.label, part.indicator, part.group, part.minus_group, goal.year)


def _parts(standing: GoalStanding) -> Iterator[Row]:
    goal = standing.goal
    yield Row(
        0, f"{goal.id} {goal.title}", reached=words.runs(standing.reached, standing.undecided, standing.runs)
    )
    several = sum(part.part.counts for part in standing.parts) > 1
    for part in standing.parts:
        reached = (
            words.runs(part.reached, part.undecided, standing.runs) if several or not part.part.counts else ""
        )
        yield from _figures(part, goal.baseline_year, _label(part), words.aim(part), reached)
    yield from _start(goal)
    if standing.reached_latent is not None:
        yield Row(
            2,
            "by the skill behind the figures",
            reached=words.runs(standing.reached_latent, 0, standing.runs),
        )


def _rungs(ladder: Sequence[GoalStanding]) -> Iterator[Row]:
    first = ladder[0]
    measure = f"{first.goal.id.split('-')[0]} {first.parts[0].part.label}"
    yield from _figures(first.parts[0], first.goal.baseline_year, measure, level=0)
    yield from _start(first.goal)
    for standing in ladder:
        reached = words.runs(standing.reached, standing.undecided, standing.runs)
        yield Row(1, standing.goal.rung, aim=words.aim(standing.parts[0], of_rung=True), reached=reached)
    beside = {
        part.part.label: part for standing in ladder for part in standing.parts[1:] if part.value is not None
    }
    for part in beside.values():
        yield from _figures(part, first.goal.baseline_year, _label(part))


def _start(goal: Goal) -> Iterator[Row]:
    if goal.baseline_status in ("derived", "suffolk_proxy"):
        yield Row(2, START_WORDS[goal.baseline_status])


def _label(part: PartStanding) -> str:
    return part.part.label if part.part.counts else f"{part.part.label} (shown only)"


def _figures(
    part: PartStanding, baseline_year: int, what: str, aim: str = "", reached: str = "", level: int = 1
) -> Iterator[Row]:
    start, stands = (
        figure(None if each is None else each.mean, part.unit, part.gap) for each in (part.start, part.value)
    )
    years = (baseline_year, part.year)
    yield Row(level, what, start, stands, words.band(part.value, part.unit), aim, reached, years)
    if part.published is not None:
        published = figure(part.published, part.unit, part.gap)
        yield Row(2, f"published for {baseline_year}: {published}")


def blocks(standing: FileStanding) -> Iterator[tuple[str, list[Row]]]:
    """The decided goals of a file in titled blocks: those that can be checked, then those on an assumed
    start."""
    for title, goals in ((CHECKED, standing.can_be_checked), (ASSUMED, standing.on_assumed_start)):
        if goals:
            yield title, list(rows(goals))


def missing(standing: FileStanding) -> list[str]:
    """What cannot be decided and why, goals with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for goal in standing.cannot_be_decided:
        name = f"{goal.goal.id} ({goal.goal.title})" if not goal.goal.rung else goal.goal.id
        by_reason.setdefault(words.why_undecided(goal), []).append(name)
    return [f"{listing(names)}: {reason}" for reason, names in by_reason.items()]


def usual_years(standing: FileStanding) -> tuple[int, int]:
    """The start year and the target year of most goals."""
    starts = Counter(goal.goal.baseline_year for goal in standing.goals)
    targets = Counter(goal.goal.year for goal in standing.goals)
    return starts.most_common(1)[0][0], targets.most_common(1)[0][0]


def remarks(standing: FileStanding) -> list[str]:
    """What a reader must know about a file's figures."""
    lines = [words.band_covers(standing.cells, standing.acting)]
    decided = (goal for goal in standing.goals if goal.decided)
    split = words.split((part for goal in decided for part in goal.parts), standing.cells, standing.acting)
    lines += [split] if split else []
    lines += [standing.note] if standing.note else []
    if any(goal.goal.year > VALIDATED_TO for goal in standing.goals):
        lines.append(CONDITIONAL_NOTE)
    return lines


def heading(scenario: Scenario, cells: Sequence[Cell]) -> list[str]:
    """What stands above the tables: scenario, place, years, runs, and the size of a town that is not its
    own."""
    name = f" ({scenario.name})" if scenario.name else ""
    runs = "1 run" if len(cells) == 1 else f"{len(cells)} runs"
    if len(words.draws_in(cells)) > 1:
        runs += f" ({words.drawn(cells)})"
    town = Place.load(scenario.place).title
    line = f"{scenario.title}{name}. {town}, {FIRST_YEAR} to {scenario.until}, {runs}."
    return [line, *town_size(scenario)]


def print_rich(above: Sequence[str], standings: Sequence[FileStanding], console: "Console") -> None:
    """Prints the tables on a terminal, or their plain form where it is narrow. Nothing is cut, only
    wrapped."""
    if console.width < NARROWEST:
        console.print(plain(above, standings), markup=False, highlight=False, soft_wrap=True)
        return
    for line in above:
        console.print(line, markup=False, highlight=False)
    for standing in standings:
        console.print(f"\n{standing.file.title}", markup=False, highlight=False, style="bold")
        console.print(standing.headline, markup=False, highlight=False, style="bold")
        if standing.file.own_reading:
            console.print(OWN_READING, markup=False, highlight=False)
        for title, lines in blocks(standing):
            console.print(f"\n{title}", markup=False, highlight=False, style="italic")
            _print_block(lines, usual_years(standing), console)
        lacking = missing(standing)
        if lacking:
            console.print(f"\n{UNDECIDED}", markup=False, highlight=False, style="italic")
            for line in lacking:
                console.print(f"  {line}", markup=False, highlight=False)
        for line in ("", *remarks(standing)):
            console.print(line, markup=False, highlight=False, style="dim")


def _print_block(lines: Sequence[Row], usual: tuple[int, int], console: "Console") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        header_style="bold",
        width=min(console.width, 120),
    )
    table.add_column("goal", ratio=1, overflow="fold")
    for year, width in zip(usual, (9, 9), strict=True):
        table.add_column(str(year), justify="right", width=width, overflow="fold")
    table.add_column("band", justify="right", width=13, overflow="fold")
    table.add_column("aim", width=18, overflow="fold")
    table.add_column("reached in", width=15, overflow="fold")
    for line in lines:
        what = Padding(Text(_with_years(line, usual), STYLES[line.level]), (0, 0, 0, 2 * line.level))
        reached = line.reached.removeprefix("reached in ")
        cells = (line.start, line.stands, line.band, line.aim, reached)
        table.add_row(what, *(Text(cell) for cell in cells))
    console.print(table, highlight=False)


def _with_years(line: Row, usual: tuple[int, int]) -> str:
    """What a line is about, with its years where they are not those of the headings."""
    if not line.start or line.years == usual:
        return line.what
    return f"{line.what} (here {line.years[0]} and {line.years[1]})"


def plain(above: Sequence[str], standings: Sequence[FileStanding]) -> str:
    """The tables as plain text, one statement a line, never cut."""
    lines = list(above)
    for standing in standings:
        lines += ["", standing.file.title, standing.headline]
        lines += [OWN_READING] if standing.file.own_reading else []
        for title, block in blocks(standing):
            lines += ["", title]
            lines += [_sentence(line) for line in block]
        lacking = missing(standing)
        if lacking:
            lines += ["", UNDECIDED, *(f"  {line}" for line in lacking)]
        lines += ["", *remarks(standing)]
    return "\n".join(lines)


def _sentence(line: Row) -> str:
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
