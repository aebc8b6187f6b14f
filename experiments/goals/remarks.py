"""What is said of runs whatever is asked of them: what a reader must know, and how many there are."""

from experiments.goals.assessment import VALIDATED_TO
from experiments.goals.table import CONDITIONAL, town_size
from model.scenario.scenario import Scenario


def remarks_on(scenario: Scenario, note: str) -> list[str]:
    """A sentence each, where there is anything to say: a town that has not its own size, the `note` on its
    numbers, years that nothing validates."""
    lines = [*town_size(scenario), *([note] if note else [])]
    return [*lines, CONDITIONAL] if scenario.until > VALIDATED_TO else lines


def counted(number: int, what: str) -> str:
    """`1 run`, `2 runs`, `3 processes`."""
    plural = f"{what}es" if what.endswith("s") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"
