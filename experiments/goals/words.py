"""Figures and counts in the words of tables and reports: whole numbers of runs, no percentages of chance."""

from collections.abc import Iterable, Sequence
from statistics import median

from experiments.goals.assessment import Band, GoalStanding, PartStanding
from experiments.runs.draws import Cell
from experiments.text import figure, listing
from model.goals.goal_files import Baseline, NotAvailable, ShareOfBaseline


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


def covered(cells: Sequence[Cell], acting: bool) -> str:
    """What a band over these runs covers; `acting`: whether there are programmes, whose effects are drawn
    along with the numbers."""
    if len(draws_in(cells)) == 1:
        return "chance only"
    return "chance, parameters and effects" if acting else "chance and parameters"


def draws_in(cells: Sequence[Cell]) -> list[int]:
    """The different draws of these runs."""
    return list(dict.fromkeys(cell.draw for cell in cells))


def band_covers(cells: Sequence[Cell], acting: bool = False) -> str:
    """What a band over these runs covers, and what it leaves out."""
    if len(cells) == 1:
        return "One run: no band. Chance alone moves every figure; --seeds 10 shows by how much."
    draws, out = len(draws_in(cells)), "structure of the model, and the future,"
    if draws == 1:
        over, out = f"{len(cells)} seeds with one set of numbers", f"numbers, effects and {out}"
    else:
        over = f"{len(cells)} runs: {drawn(cells)}"
    return (
        f"Band: {covered(cells, acting)}, over {over} (5th to 95th percentile). It leaves out that the {out} "
        "may be other."
    )


def drawn(cells: Sequence[Cell]) -> str:
    """`10 draws of the posterior, 2 seeds each`."""
    draws = len(draws_in(cells))
    each = len(cells) // draws
    return f"{draws} draws of the posterior, {each} seed{'s' if each > 1 else ''} each"


def split(parts: Iterable[PartStanding], cells: Sequence[Cell], acting: bool) -> str:
    """How much of the variance of these figures is chance; empty where the runs have one draw, or where none
    of the figures varies."""
    if len(draws_in(cells)) == 1:
        return ""
    rest = "parameters and effects" if acting else "parameters"
    if len(draws_in(cells)) == len(cells):
        return f"One seed a draw: chance and {rest} cannot be told apart; --seeds 2 can."
    shares = sorted(
        100 * part.chance_sd**2 / (part.chance_sd**2 + part.draws_sd**2)
        for part in parts
        if part.chance_sd is not None and part.draws_sd is not None and part.chance_sd + part.draws_sd > 0
    )
    if not shares:
        return ""
    return (
        f"Of the variance of these figures chance makes {shares[0]:.0f}% to {shares[-1]:.0f}%, with a median "
        f"of {median(shares):.0f}%, and {rest} the rest; what lies between draws is estimated as what chance "
        "leaves over, never below 0. Each figure's SDs stand in the table of goals (CSV)."
    )
