"""What evidence without a model suggests of the goals, by hand, and what large trials found: set beside what
the model finds, and never computed with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from model.io.errors import InputError
from model.io.toml import load_toml

FILE: Final = Path(__file__).with_name("expert.toml")


@dataclass(frozen=True)
class Expert:
    """`goals` are shares from low to high by goal file and id; `trials` large trials found a mean effect of
    `mean` SD."""

    source: str
    grade: str
    goals: Mapping[str, Mapping[str, tuple[float, float]]]
    trials: int
    mean: float
    trials_source: str

    def of(self, file: str, goal: str) -> tuple[float, float] | None:
        """Return what is thought of a goal of a file; None where nobody said."""
        return self.goals.get(file, {}).get(goal)


@cache
def expert(path: Path = FILE) -> Expert:
    """Return what the file says. Raises InputError where a share is none, or its ends are reversed."""
    content = load_toml(path)
    trials = content["trials"]
    goals = {
        file: {goal: _shares(entry, f"goals.{file}.{goal}", path) for goal, entry in of.items()}
        for file, of in content["goals"].items()
    }
    return Expert(
        content["source"], content["grade"], goals, trials["count"], trials["mean"], trials["source"]
    )


def _shares(entry: Mapping[str, Any], at: str, path: Path) -> tuple[float, float]:
    low, high = float(entry["low"]), float(entry["high"])
    if not 0.0 <= low <= high <= 1.0:
        problem = "must be two shares in order"
        raise InputError(problem, where=path.name, at=at, value=[low, high], allowed="0 to 1")
    return low, high
