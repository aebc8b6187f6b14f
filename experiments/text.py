"""Word what all results of experiments say alike: years that nothing validates, and notes on the runs."""

from typing import Final

from model.scenario.scenario import Scenario

VALIDATED_TO: Final = 2032
"""Nothing can validate what the model says of later years."""
CONDITIONAL: Final = "conditional scenario"
CONDITIONAL_NOTE: Final = (
    f"After {VALIDATED_TO} this is a conditional scenario: nothing validates it. It is no forecast."
)


def is_conditional(year: int) -> bool:
    """Return whether nothing can validate what is said of a year."""
    return year > VALIDATED_TO


def year_words(year: int) -> str:
    """Format a year, marked where nothing can validate what is said of it."""
    return f"{year} ({CONDITIONAL})" if is_conditional(year) else str(year)


def town_size(scenario: Scenario) -> list[str]:
    """Return the note on a town that has not its own size; nothing for one that has."""
    if scenario.scale == 1:
        return []
    made, much = ("Reduced", "more") if scenario.scale < 1 else ("Enlarged", "less")
    return [f"{made} town: scale {scenario.scale:g}, so chance weighs {much} than in the town itself."]


def notes_on(scenario: Scenario, note: str) -> list[str]:
    """Return the notes on any runs of a scenario, a sentence each: on the town's size, the `note` on its
    numbers, and the years that nothing validates."""
    lines = [*town_size(scenario), *([note] if note else [])]
    return [*lines, CONDITIONAL_NOTE] if is_conditional(scenario.until) else lines
