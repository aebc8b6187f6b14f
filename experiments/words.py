"""Figures and counts in the words of tables and reports: whole numbers of runs, no percentages of chance."""

from collections.abc import Sequence

from experiments.standing import Band, GoalStanding, PartStanding
from model.goal_files import Baseline, NotAvailable, ShareOfBaseline

NO_FIGURE = "no figure"


def decimals(unit: str) -> int:
    """Digits behind the point with which figures of a unit are shown."""
    return 1 if unit.startswith("%") or unit == "points" else 2


def figure(value: float | None, unit: str, gap: bool = False) -> str:
    """A figure with its unit: `57.1%`, a gap between two shares `20.4 pts`, others as a bare number."""
    if value is None:
        return NO_FIGURE
    number = f"{value:.{decimals(unit)}f}"
    if float(number) == 0:
        number = number.lstrip("-")
    if not unit.startswith("%"):
        return number
    return f"{number} pts" if gap else f"{number}%"


def band(found: Band | None, unit: str) -> str:
    """`57.0 to 62.1`: where nine in ten runs lie; empty for one run."""
    if found is None or found.runs < 2:
        return ""
    return " to ".join(figure(value, unit).removesuffix("%") for value in (found.low, found.high))


def runs(reached: int, undecided: int, of: int) -> str:
    """In how many runs something is reached."""
    if of == undecided:
        return "cannot be decided"
    if of == 1:
        return "reached" if reached else "not reached"
    words = {0: f"none of {of} runs", of: f"all {of} runs"}.get(reached, f"{reached} of {of} runs")
    return f"reached in {words}" + (f", {undecided} undecided" if undecided else "")


def aim(part: PartStanding, of_rung: bool = False) -> str:
    """What a part aims at: `at most 10.2 pts (half of 2017)`. A rung's own name says already which share it
    is."""
    if isinstance(part.part.reference, NotAvailable):
        return "no published figure"
    if part.aim is None:
        return f"{part.comparison} {part.reference}"
    number = f"{part.comparison} {figure(part.aim.mean, part.unit, part.gap)}"
    said = of_rung and isinstance(part.part.reference, ShareOfBaseline)
    return f"{number} ({part.reference})" if part.reference and not said else number


def why_undecided(standing: GoalStanding) -> str:
    """Which figure a goal lacks, in a reader's words."""
    reasons: list[str] = []
    for part in standing.parts:
        if not part.part.counts or not part.missing:
            continue
        reference = part.part.reference
        if isinstance(reference, NotAvailable):
            reasons.append(reference.why)
            continue
        years = []
        if isinstance(reference, Baseline | ShareOfBaseline) and part.start is None:
            years.append(standing.goal.baseline_year)
        if part.value is None:
            years.append(part.year)
        if years:
            reasons.append(
                f"the model gives no figure of the town for {listing([str(year) for year in years])}"
            )
        elif part.aim is None:
            reasons.append(f"no figure for {part.reference}")
    return "; ".join(dict.fromkeys(reasons))


def listing(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def band_covers(count: int) -> str:
    """What a band over this many seeds covers."""
    if count == 1:
        return "One run: no band. Chance alone moves every figure; --seeds 10 shows by how much."
    return (
        f"Band: chance only, over {count} seeds (5th to 95th percentile). It leaves out that the numbers, "
        "effects and structure of the model, and the future, may be other."
    )
