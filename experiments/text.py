"""Format what results say: numbers, money, intervals, lists, tables, years, and notes on the runs."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from model.scenario.scenario import Scenario

VALIDATED_TO: Final = 2032
"""Nothing can validate what the model says of later years."""
CONDITIONAL: Final = "conditional scenario"
CONDITIONAL_NOTE: Final = (
    f"After {VALIDATED_TO} this is a conditional scenario: nothing validates it. It is no forecast."
)
NO_FIGURE: Final = "no figure"
MINUS: Final = "\N{MINUS SIGN}"


def typeset(text: str) -> str:
    """Replace hyphens by minus signs: for numbers on pages."""
    return text.replace("-", MINUS)


def rounded(value: float, places: int, sign: bool = False) -> str:
    """Round to a number of decimals; a zero has no sign."""
    text = f"{value:{'+' if sign else ''}.{places}f}"
    return text.lstrip("+-") if float(text) == 0 else text


def decimals(unit: str) -> int:
    """Return how many decimals figures of a unit are shown with."""
    return 1 if unit.startswith("%") or unit == "points" else 2


def figure(value: float | None, unit: str, gap: bool = False) -> str:
    """Format a figure: `57.1%`, a gap between two shares `20.4 pts`, other units as a bare number."""
    if value is None:
        return NO_FIGURE
    number = rounded(value, decimals(unit))
    return number + ((" pts" if gap else "%") if unit.startswith("%") else "")


def signed(value: float, unit: str, short: bool = False) -> str:
    """Format a difference: `+0.52 pts`, with one decimal more than figures; `short` leaves the unit out."""
    number = rounded(value, decimals(unit) + 1, sign=True)
    return f"{number} pts" if unit.startswith("%") and not short else number


def between(low: float, high: float, say: Callable[[float], str]) -> str:
    """Format an interval: `+0.11 to +0.97`; empty where an end is NaN."""
    return "" if math.isnan(low) or math.isnan(high) else f"{say(low)} to {say(high)}"


def with_interval(value: float, low: float, high: float, say: Callable[[float], str]) -> str:
    """Format a figure with its interval: `£480 (£400 to £560)`; without the interval where it is NaN."""
    interval = between(low, high, say)
    return say(value) + (f" ({interval})" if interval else "")


def magnitude(value: float) -> str:
    """Format a figure of any size: `0.42`, `12,300`."""
    return f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def percent(share: float) -> str:
    """Format a share as a whole percentage: `81%`, `under 1%`; NaN is `no`."""
    return "no" if math.isnan(share) else "under 1%" if 0 < share < 0.01 else f"{share:.0%}"


def pounds(amount: float) -> str:
    """Format an amount of money: `£480`, `£12,300`, `£1.23m`."""
    size = abs(amount)
    if size >= 999_500:
        digits = f"{size / 1e6:.2f}m" if size < 99_995_000 else f"{size / 1e6:,.0f}m"
    elif size >= 10_000:
        digits = f"{round(size, -2):,.0f}"
    else:
        digits = f"{size:,.0f}"
    return f"{'-' if amount < 0 and digits != '0' else ''}£{digits}"


def rough_pounds(amount: float) -> str:
    """Format an amount of money, not negative, where two digits will do: `£1.9m`, `£410,000`."""
    if amount >= 995_000:
        return f"£{amount / 1e6:.1f}m"
    return f"£{amount:,.0f}" if amount < 1000 else f"£{round(amount, -2 if amount < 10_000 else -3):,.0f}"


def counted(number: int, what: str) -> str:
    """Format a count of things: `1 run`, `2 runs`, `3 processes`."""
    plural = f"{what}es" if what.endswith("s") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def listing(words: Iterable[str]) -> str:
    """Join words in a phrase: `a, b and c`; empty ones are left out."""
    given = [word for word in words if word]
    return " and ".join(filter(None, [", ".join(given[:-1]), *given[-1:]]))


def capital(text: str) -> str:
    """Raise the first letter to a capital."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Raise the first letter to a capital and end with a full stop."""
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def table(
    rows: Iterable[Sequence[str]], right: slice = slice(0), rule: bool = False, indent: str = ""
) -> list[str]:
    """Lay out rows of cells as lines of text, two spaces between columns, as wide as they must be.

    Args:
        rows: cells; a row of one cell among longer ones is a heading, which takes what room it needs.
        right: columns that are aligned right, as numbers are; the others are aligned left.
        rule: whether a line of dashes stands below the first row.
        indent: what every line begins with.
    """
    given = list(rows)
    columns = max(map(len, given), default=0)
    full = [row for row in given if len(row) > 1 or columns == 1]
    widths = [max((len(row[i]) for row in full if i < len(row)), default=0) for i in range(columns)]
    to_right = set(range(columns)[right])
    lines = []
    for row in given:
        cells = row if len(row) == 1 else [
            cell.rjust(widths[i]) if i in to_right else cell.ljust(widths[i]) for i, cell in enumerate(row)
        ]  # fmt: skip
        lines.append((indent + "  ".join(cells)).rstrip())
    if rule and lines:
        lines.insert(1, indent + "-" * (sum(widths) + 2 * (columns - 1)))
    return lines


def rich_table(
    first: str,
    columns: Sequence[tuple[str, int, bool]],
    rows: Iterable[tuple[int, str, str, Sequence[str]]],
    width: int,
    headed: bool = True,
) -> "RichTable":
    """Lay out rows for a terminal of colours, where nothing is cut but wrapped.

    Args:
        first: head of the first column, which takes the room that is left.
        columns: head and width of the others, and whether they are aligned right.
        rows: level by which the first cell is indented, that cell, its style, and the other cells.
        width: of the whole, letters. headed: whether the heads are shown.
    """
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    made = Table(
        box=SIMPLE_HEAD if headed else None, padding=(0, 1, 0, 0), show_edge=False, show_header=headed,
        header_style="bold", width=width,
    )  # fmt: skip
    made.add_column(first, ratio=1, overflow="fold")
    for head, wide, to_right in columns:
        made.add_column(head, justify="right" if to_right else "left", width=wide, overflow="fold")
    for level, what, style, cells in rows:
        made.add_row(Padding(Text(what, style), (0, 0, 0, 2 * level)), *(Text(cell) for cell in cells))
    return made


def as_json(value: Any) -> Any:
    """Return a value that JSON can hold: NaN and infinities become None, NumPy's numbers Python's."""
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def is_conditional(year: int) -> bool:
    """Return whether nothing can validate what is said of a year."""
    return year > VALIDATED_TO


def year_words(year: int) -> str:
    """Format a year, marked where nothing can validate what is said of it."""
    return f"{year} ({CONDITIONAL})" if is_conditional(year) else str(year)


def town_size(scenario: "Scenario") -> list[str]:
    """Return the note on a town that has not its own size; nothing for one that has."""
    if scenario.scale == 1:
        return []
    made, much = ("Reduced", "more") if scenario.scale < 1 else ("Enlarged", "less")
    return [f"{made} town: scale {scenario.scale:g}, so chance weighs {much} than in the town itself."]


def notes_on(scenario: "Scenario", note: str) -> list[str]:
    """Return the notes on any runs of a scenario, a sentence each: on the town's size, the `note` on its
    numbers, and the years that nothing validates."""
    lines = [*town_size(scenario), *([note] if note else [])]
    return [*lines, CONDITIONAL_NOTE] if is_conditional(scenario.until) else lines
