"""Figures and counts in the words of tables and reports: whole numbers of runs, no percentages of chance."""

from collections.abc import Iterable, Sequence
from statistics import median

from experiments.goals.assessment import GoalAssessment, PartAssessment
from experiments.runs.draws import RunId
from experiments.runs.statistics import Span
from experiments.text import figure, listing
from model.goals.goal_files import Baseline, NotAvailable, ShareOfBaseline


def band(found: Span | None, unit: str) -> str:
    """Return `57.0 to 62.1`: where nine in ten runs lie; empty for one run."""
    if found is None or found.runs < 2:
        return ""
    return " to ".join(figure(value, unit).removesuffix("%") for value in (found.low, found.high))


def aim(part: PartAssessment, of_rung: bool = False) -> str:
    """Return what a part aims at: `at most 10.2 pts (half of 2017)`. A rung's own name says already which
    share it is."""
    if isinstance(part.part.reference, NotAvailable):
        return "no published figure"
    if part.aim is None:
        return f"{part.comparison} {part.reference}"
    number = f"{part.comparison} {figure(part.aim.mean, part.unit, part.gap)}"
    said = of_rung and isinstance(part.part.reference, ShareOfBaseline)
    return f"{number} ({part.reference})" if part.reference and not said else number


def why_undecided(goal: GoalAssessment) -> str:
    """Say which figure a goal lacks, in a reader's words; empty where it lacks none."""
    reasons: list[str] = []
    for part in goal.parts:
        reference = part.part.reference
        if not part.counts or not part.missing:
            continue
        if isinstance(reference, NotAvailable):
            reasons.append(reference.why)
            continue
        needed = [(part.value, part.year)]
        if isinstance(reference, Baseline | ShareOfBaseline):
            needed.insert(0, (part.start, goal.baseline_year))
        years = [str(year) for found, year in needed if found is None]
        some = [str(year) for found, year in needed if found is not None and found.runs < part.runs]
        if years or some:
            who = "the model gives" if years else "some runs give"
            reasons.append(f"{who} no figure of the town for {listing(years or some)}")
        elif part.undecided:
            reasons.append(f"no figure for {part.reference}")
    return "; ".join(dict.fromkeys(reasons))


def covered(cells: Sequence[RunId], acting: bool, effects_drawn: bool | None = None) -> str:
    """Return `chance, parameters and effects`: what an interval over these runs covers (see
    `interval_note`)."""
    many = len(draws_in(cells)) > 1
    effects = acting and (many if effects_drawn is None else effects_drawn)
    more = [*(["parameters"] if many else []), *(["effects"] if effects else [])]
    return listing(["chance", *more]) if more else "chance only"


def draws_in(cells: Sequence[RunId]) -> list[int]:
    """Return the different draws of these runs."""
    return list(dict.fromkeys(cell.draw for cell in cells))


def interval_note(
    cells: Sequence[RunId],
    acting: bool = False,
    *,
    effects_drawn: bool | None = None,
    what: str = "run",
    sets: int = 0,
) -> str:
    """Say what an interval over these runs covers, and what it leaves out.

    Args:
        acting: whether there are programmes. effects_drawn: whether their effects are drawn and not at their
            means; by default where the numbers are drawn.
        what: a run, or a pair of runs.
        sets: of how many different sets of numbers the draws are, where that is known.
    """
    if len(cells) == 1:
        return f"One {what}: no band. Chance alone moves every figure; --seeds 10 shows by how much."
    draws = len(draws_in(cells))
    if draws == 1:
        over = f"{len(cells)} {what}s with one set of numbers"
    else:
        copies = f"; {sets} different sets of numbers" if 0 < sets < draws else ""
        over = f"{len(cells)} {what}s ({drawn(cells)}{copies})"
    covers = covered(cells, acting, effects_drawn)
    means = acting and not covers.endswith("effects")
    out = [*(["numbers"] if draws == 1 else []), *(["effects"] if means else []), "structure of the model"]
    return (
        f"Band: 5th to 95th percentile of {over}. It covers {covers}"
        f"{', with the effects of programmes at their means' if means else ''}, and leaves out that the "
        f"{listing(out)}, and the future, may be other."
    )


def drawn(cells: Sequence[RunId]) -> str:
    """Return `10 draws of the numbers, 2 seeds each`."""
    draws = len(draws_in(cells))
    each = len(cells) // draws
    return f"{draws} draws of the numbers, {each} seed{'s' if each > 1 else ''} each"


def split(parts: Iterable[PartAssessment], cells: Sequence[RunId], acting: bool) -> str:
    """Say how much of the variance of these figures is chance; empty where the runs have one draw, or where
    none of the figures varies."""
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
